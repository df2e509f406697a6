/** Asks once, then says what it did. Going on is typed on the machine itself: a stolen page must not be able to. */

import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { HaltState } from '../../../src/contract/trading.ts';
import { call } from '../../api/client.ts';
import { connectionsQuery } from '../../api/queries.ts';
import { Ago } from '../../parts/ago.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useHalt, useOpenOrders, useTradingAccounts } from '../data/account.ts';
import { halts, THE_HALT } from '../data/stores.ts';

/** What this page asked for; `orders` null: to leave them alone. */
type Asked = { readonly connection: string | null; readonly orders: number | null };

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

function useNameOf(): (connection: string | null) => string {
  const { data } = useQuery(connectionsQuery);
  return (connection) =>
    connection === null ? 'Everything' : (data?.find(({ id }) => id === connection)?.label ?? 'A connection');
}

export function HaltDialog(props: { readonly onClose: () => void }) {
  const halt = useHalt();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [more, setMore] = useState(false);
  const shown = halt !== undefined && halt.halts.length > 0 && !more;
  return (
    <Dialog title={shown ? 'Trading is halted' : 'Halt trading'} onClose={props.onClose} size={480}>
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
  return (
    <form
      className="dialog-form"
      onSubmit={(event) => {
        event.preventDefault();
        halting.run();
      }}
    >
      <p>
        No new order leaves this desk until you go on: not from this page, not from a program. Orders that rest at the
        exchange stay there, and cancelling them still works.
      </p>
      {accounts.length < 2 ? null : (
        <div className="halt-scope">
          <label htmlFor={scope}>What</label>
          <select
            id={scope}
            className="trade-select"
            value={connection ?? ''}
            onChange={(event) => setConnection(event.currentTarget.value || null)}
          >
            <option value="">Everything</option>
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
            The same works on the machine itself: <code>npm run gapless -- halt</code>
          </p>
        </>
      )}
      <div className="dialog-foot">
        <button type="button" className="button" onClick={props.onClose}>
          Not now
        </button>
        <button type="submit" className="button danger" data-autofocus disabled={halting.running}>
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
  const { halts: list, everything, resumeWith } = props.halt;
  const nameOf = useNameOf();
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
      </ul>
      {props.asked === null ? null : (
        <p role="status">
          No order leaves any more.{' '}
          {orders === null
            ? `Your ${count(open, 'open order')} at the exchange ${open === 1 ? 'was' : 'were'} left alone.`
            : orders === 0
              ? 'There was no open order to cancel.'
              : open === 0
                ? `All ${count(orders, 'open order')} are cancelled.`
                : `${count(orders, 'open order')} asked to be cancelled, ${open} still open.`}
        </p>
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
            Halt more
          </button>
        )}
        <button type="button" className="button" data-autofocus onClick={props.onClose}>
          Close
        </button>
      </div>
    </div>
  );
}
