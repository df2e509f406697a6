/** Asks once, then says what it did. Going on is typed on the machine itself: a stolen page must not be able to. */

import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { HaltState } from '../../../src/contract/trading.ts';
import { call } from '../../api/client.ts';
import { connectionsQuery, sessionQuery } from '../../api/queries.ts';
import { Ago } from '../../parts/ago.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { useAction } from '../../parts/use-action.ts';
import { sentence } from '../connection/condition.ts';
import { useHalt, useOpenOrders, useTradingAccounts } from '../data/account.ts';
import { halts, THE_HALT } from '../data/stores.ts';
import { doneWords, reachOf, reachWords, SALES_ONLY } from './halt-words.ts';

/** What this page asked for; `orders` null: to leave them alone. */
type Asked = { readonly connection: string | null; readonly orders: number | null };

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

function useIsOwner(): boolean {
  const { data } = useQuery(sessionQuery);
  return data?.state === 'signed-in' && data.user.role === 'owner';
}

function useNameOf(): (connection: string | null) => string {
  const { data } = useQuery(connectionsQuery);
  return (connection) =>
    connection === null ? 'Everything' : (data?.find(({ id }) => id === connection)?.label ?? 'A connection');
}

export function HaltDialog(props: { readonly onClose: () => void }) {
  const halt = useHalt();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [more, setMore] = useState(false);
  const isHalted = halt !== undefined && halt.halts.length > 0;
  const shown = halt !== undefined && (isHalted || halt.reducing.length > 0) && !more;
  const standing = isHalted ? 'Trading is halted' : 'Only sales pass';
  return (
    <Dialog title={shown ? standing : 'Halt trading'} onClose={props.onClose} size={480}>
      {shown ? (
        <Halted halt={halt} asked={asked} onMore={() => setMore(true)} onClose={props.onClose} />
      ) : (
        <Ask
          onDone={(done) => {
            setAsked(done);
            setMore(false);
          }}
          onClose={props.onClose}
        />
      )}
    </Dialog>
  );
}

type AskProps = {
  readonly onDone: (done: Asked) => void;
  readonly onClose: () => void;
};

function Ask(props: AskProps) {
  const isOwner = useIsOwner();
  const { data: connections } = useQuery(connectionsQuery);
  const accounts = useTradingAccounts();
  const nameOf = useNameOf();
  const [connection, setConnection] = useState<string | null>(null);
  const [cancelOrders, setCancelOrders] = useState(false);
  const scope = useId();
  const ours = useOpenOrders(connection === null ? {} : { connection }).filter(({ owner }) => owner === 'ours').length;
  const halting = useAction(async () => {
    const state = await call('halt.now', { body: { connection, why: 'by hand, on the page', cancelOrders } });
    halts.told(THE_HALT, state);
    halts.settle();
    props.onDone({ connection, orders: cancelOrders ? ours : null });
  });
  const haltWith = useHalt()?.haltWith ?? 'npx gapless halt';
  const reach = reachOf(connection, isOwner);
  // The desk takes such a halt and has nothing to halt by it: not to be mistaken for a brake that holds.
  const nothing = !isOwner && connections?.length === 0 && accounts.length === 0;
  return (
    <form
      className="dialog-form"
      onSubmit={(event) => {
        event.preventDefault();
        halting.run();
      }}
    >
      <p>{reachWords(reach)} Orders that rest at the exchange stay there, and cancelling them still works.</p>
      {nothing ? <p role="status">You have no connection that trades: there is nothing of yours to halt.</p> : null}
      {accounts.length < 2 ? null : (
        <div className="halt-scope">
          <label htmlFor={scope}>What</label>
          <select
            id={scope}
            className="trade-select"
            value={connection ?? ''}
            onChange={(event) => setConnection(event.currentTarget.value || null)}
          >
            <option value="">{isOwner ? 'Everything' : 'Everything of mine'}</option>
            {accounts.map((account) => (
              <option key={account.connection} value={account.connection}>
                Only {nameOf(account.connection)}
              </option>
            ))}
          </select>
        </div>
      )}
      <label className="tick">
        <input
          type="checkbox"
          checked={cancelOrders}
          onChange={(event) => setCancelOrders(event.currentTarget.checked)}
        />
        <span>
          Cancel my open orders too{' '}
          <span className="dim">{ours === 0 ? '(none is open)' : `(${count(ours, 'order')} of this desk)`}</span>
        </span>
      </label>
      {halting.error === null ? null : (
        <>
          <ProblemNote error={halting.error} />
          <p className="dim small">
            The same works on the machine itself: <code>{haltWith}</code>
          </p>
        </>
      )}
      <div className="dialog-foot">
        <button type="button" className="button" onClick={props.onClose}>
          Not now
        </button>
        <button type="submit" className="button danger" data-autofocus disabled={halting.running || nothing}>
          {halting.running ? 'Halting …' : 'Halt now'}
        </button>
      </div>
    </form>
  );
}

type HaltedProps = {
  readonly halt: HaltState;
  readonly asked: Asked | null;
  readonly onMore: () => void;
  readonly onClose: () => void;
};

function Halted(props: HaltedProps) {
  const { halts: list, reducing, everything, resumeWith } = props.halt;
  const nameOf = useNameOf();
  const isOwner = useIsOwner();
  const connection = props.asked?.connection ?? null;
  const open = useOpenOrders(connection === null ? {} : { connection }).filter(({ owner }) => owner === 'ours').length;
  const orders = props.asked?.orders ?? null;
  return (
    <div className="dialog-form">
      <ul className="halt-list">
        {list.map(({ connection, atMs, why }) => (
          <li key={`${connection} ${atMs}`}>
            <strong>{nameOf(connection)}</strong>
            <span>{why}</span>
            <span className="dim">
              <Ago atMs={atMs} />
            </span>
          </li>
        ))}
        {reducing.map(({ connection, atMs, why }) => (
          <li key={`sales ${connection} ${atMs}`}>
            <strong>{nameOf(connection)}</strong>
            <span>
              {SALES_ONLY} {sentence(why)}
            </span>
            <span className="dim">
              <Ago atMs={atMs} />
            </span>
          </li>
        ))}
      </ul>
      {props.asked === null ? null : (
        <p role="status">{doneWords({ reach: reachOf(connection, isOwner), cancelled: orders, open })}</p>
      )}
      {resumeWith === '' ? null : (
        <div className="halt-resume">
          <p>To go on, type this on the machine where the desk runs. No page can do it.</p>
          <p className="halt-command">
            <code>{resumeWith}</code>
            <CopyButton text={resumeWith} what="the command" />
          </p>
        </div>
      )}
      <div className="dialog-foot">
        {everything ? null : (
          <button type="button" className="button danger" onClick={props.onMore}>
            {list.length === 0 ? 'Halt trading' : 'Halt more'}
          </button>
        )}
        <button type="button" className="button" data-autofocus onClick={props.onClose}>
          Close
        </button>
      </div>
    </div>
  );
}
