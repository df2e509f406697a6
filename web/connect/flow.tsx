/** Guide left, form right; on Connect the checklist replaces the form. Holds what is typed, and forgets it. */

import { useQuery } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { connectionsQuery, guideQuery, queryClient } from '../api/queries.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Checklist } from './checklist.tsx';
import { KeyForm, type Typed } from './form.tsx';
import { Guide } from './guide.tsx';
import { Refusal } from './refusal.tsx';
import { Result } from './result.tsx';
import { freeName } from './result-words.ts';
import { type Entry, type Target, useConnect, venueOf } from './use-connect.ts';

const EMPTY: Typed = { label: '', purpose: 'trade', key: '', secret: '' };

function useTyped(target: Target, venueName: string | undefined) {
  const { data: connections } = useQuery(connectionsQuery);
  const [typed, setTyped] = useState<Typed>(() =>
    target.kind === 'replace'
      ? { ...EMPTY, label: target.connection.label, purpose: target.connection.purpose }
      : EMPTY,
  );
  const [named, setNamed] = useState(false);
  // The proposed name stands until the person changes it.
  const proposed =
    target.kind === 'connect' && venueName !== undefined && connections !== undefined
      ? freeName(
          venueName,
          connections.map(({ label }) => label),
        )
      : typed.label;
  const shown = named || target.kind === 'replace' ? typed : { ...typed, label: proposed };
  const change = (next: Typed): void => {
    if (next.label !== shown.label) setNamed(true);
    setTyped(next);
  };
  return { typed: shown, change };
}

export function Flow(props: { readonly target: Target; readonly onAnother: () => void }) {
  const { target } = props;
  const { data: guide, error: guideError } = useQuery(guideQuery(venueOf(target)));
  const { typed, change } = useTyped(target, guide?.name);
  const [sent, setSent] = useState<Entry | null>(null);
  const connect = useConnect(target);
  const stored = connect.attempt?.state === 'stored';
  const send = (entry: Entry): void => {
    setSent(entry);
    connect.send(entry);
  };
  const forget = (): void => change({ ...typed, key: '', secret: '' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, at the moment it is stored
  useEffect(() => {
    if (!stored) return;
    forget();
    setSent(null);
    void queryClient.invalidateQueries({ queryKey: ['connections.list'] });
    void queryClient.invalidateQueries({ queryKey: ['exchanges.list'] });
    void queryClient.invalidateQueries({ queryKey: ['trading.list'] });
    void queryClient.invalidateQueries({ queryKey: ['overview.read'] });
  }, [stored]);
  const right = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (connect.phase === 'checks') right.current?.scrollIntoView({ block: 'nearest' });
  }, [connect.phase]);
  return (
    <div className="flow">
      <div className="flow-left">
        {guide === undefined ? null : (
          <Guide guide={guide} purpose={typed.purpose} toForm={() => right.current?.scrollIntoView()} />
        )}
        {guideError === null ? null : <ProblemNote error={guideError} />}
      </div>
      <div className="flow-right" ref={right}>
        {target.kind === 'replace' && connect.phase === 'form' ? (
          <p className="note">
            {target.connection.label} keeps its name and history.{' '}
            {target.connection.trouble?.code === 'key-missing'
              ? 'Use a key of the same account: without the old key, nobody here can tell whether it is.'
              : 'The new key has to belong to the same account; the old one stays in use until the new one has passed every check.'}
          </p>
        ) : null}
        {connect.phase === 'form' ? (
          <KeyForm
            venue={venueOf(target)}
            guide={guide}
            typed={typed}
            replacing={target.kind === 'replace'}
            onChange={change}
            onConnect={() => send({ ...typed, label: typed.label.trim(), confirmed: [] })}
          />
        ) : (
          <Checks
            {...connect}
            entry={sent}
            send={send}
            replaced={target.kind === 'replace'}
            onAnother={props.onAnother}
            pasteAgain={() => {
              forget();
              connect.back();
            }}
          />
        )}
      </div>
      <Leaving typed={typed.key !== '' || typed.secret !== ''} checking={connect.attempt?.state === 'running'} />
    </div>
  );
}

type ChecksProps = Omit<ReturnType<typeof useConnect>, 'phase' | 'send'> & {
  readonly entry: Entry | null;
  readonly send: (entry: Entry) => void;
  readonly replaced: boolean;
  readonly onAnother: () => void;
  readonly pasteAgain: () => void;
};

function Checks(props: ChecksProps) {
  const { attempt, entry, error } = props;
  if (attempt?.state === 'stored' && attempt.result !== null)
    return (
      <>
        <Result connection={attempt.result} replaced={props.replaced} onAnother={props.onAnother} />
        <Checklist attempt={attempt} />
      </>
    );
  return (
    <>
      {attempt !== null && attempt.trouble !== null && attempt.state !== 'running' && entry !== null ? (
        <Refusal {...props} entry={entry} trouble={attempt.trouble} />
      ) : null}
      {error === null ? null : (
        <div className="refusal">
          <ProblemNote error={error} {...(entry === null ? {} : { again: () => props.send(entry) })} />
          <button type="button" className="quiet" onClick={props.back}>
            Back to the form
          </button>
        </div>
      )}
      <Checklist attempt={attempt} />
    </>
  );
}

/** A secret is shown once at the exchange; losing what was pasted by a slip would mean making a new key. */
function Leaving(props: { readonly typed: boolean; readonly checking: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: () => props.typed,
    enableBeforeUnload: () => props.typed,
    withResolver: true,
  });
  if (blocker.status !== 'blocked') return null;
  return (
    <Dialog
      title={props.checking ? 'Leave while the key is checked?' : 'Leave without connecting?'}
      onClose={blocker.reset}
    >
      <div className="dialog-form">
        {props.checking ? (
          <p>The check goes on without you. If every line passes, the exchange is connected and stands in the list.</p>
        ) : (
          <p>What you typed is forgotten. A secret key is shown only once at the exchange.</p>
        )}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={blocker.proceed}>
            Leave
          </button>
          <button type="button" className="button primary" onClick={blocker.reset} data-autofocus>
            Stay
          </button>
        </div>
      </div>
    </Dialog>
  );
}
