/** A try that did not end well: cause, cure, and the one button that mends it, without typing the secret again. */

import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Trouble } from '../../src/contract/exchanges.ts';
import { TroubleBlock } from '../parts/trouble.tsx';
import type { Confirmed, Entry } from './use-connect.ts';

type Props = {
  readonly trouble: Trouble;
  readonly entry: Entry;
  readonly send: (entry: Entry) => void;
  readonly back: () => void;
  readonly pasteAgain: () => void;
  readonly replaced: boolean;
};

/** Right after an edit at the exchange a refusal may linger for a moment, so checking again is always at hand. */
export function Refusal(props: Props) {
  const { trouble, entry, send } = props;
  const { id } = trouble.action;
  const stopped = trouble.code === 'can-withdraw';
  const againIsMain = MAIN_IS_AGAIN.has(id);
  return (
    <section className="refusal" aria-label="Result" role="alert">
      <TroubleBlock trouble={trouble} tone={stopped ? 'red' : 'amber'} large>
        <MainAction {...props} />
        {againIsMain ? null : (
          <button type="button" className="button" onClick={() => send(entry)}>
            Check again
          </button>
        )}
        <button type="button" className="quiet plain" onClick={props.back}>
          Back to the form
        </button>
      </TroubleBlock>
      <p className="dim small">
        {props.replaced ? 'Nothing was changed: all is as it was before.' : 'Nothing was stored.'}
      </p>
    </section>
  );
}

const MAIN_IS_AGAIN: ReadonlySet<string> = new Set(['check-again', 'wait', 'swap', 'paste-again']);

function MainAction(props: Props) {
  const navigate = useNavigate();
  const { entry, send, trouble } = props;
  const { id, label, href } = trouble.action;
  const button = (run: () => void) => (
    <button type="button" className="button primary" onClick={run}>
      {label}
    </button>
  );
  switch (id) {
    case 'paste-again':
      return button(props.pasteAgain);
    case 'swap':
      return button(() => send({ ...entry, key: entry.secret, secret: entry.key }));
    case 'use-watch-only':
      return button(() => send({ ...entry, purpose: 'watch' }));
    case 'replace-other': {
      const other = trouble.connection;
      if (other === null) return null;
      return button(() => void navigate({ to: '/exchanges/$id/key', params: { id: other } }));
    }
    case 'confirm-cannot-withdraw':
      return <Confirm {...props} what="cannot-withdraw" words="I looked: withdrawals are switched off for this key." />;
    case 'confirm-same-account':
      return <Confirm {...props} what="same-account" words="Yes, use this key for this connection from now on." />;
    case 'open-key-page':
      return href === null ? null : (
        <a className="button primary" href={href} target="_blank" rel="noopener noreferrer">
          {label}
        </a>
      );
    case 'unlock':
      return button(() => void navigate({ to: '/security' }));
    case 'wait':
      return <WaitAndSend label={label} send={() => send(entry)} />;
    case 'sync-clock':
      return <ClockHelp />;
    default:
      return button(() => send(entry));
  }
}

function Confirm(props: Props & { readonly what: Confirmed; readonly words: string }) {
  const [ticked, setTicked] = useState(false);
  const { entry, send, what } = props;
  return (
    <div className="confirm">
      <label className="tick">
        <input type="checkbox" checked={ticked} onChange={(event) => setTicked(event.currentTarget.checked)} />
        <span>{props.words}</span>
      </label>
      <button
        type="button"
        className="button primary"
        disabled={!ticked}
        onClick={() => send({ ...entry, confirmed: [...new Set([...entry.confirmed, what])] })}
      >
        {props.trouble.action.label}
      </button>
    </div>
  );
}

/** Long enough for a rate limit of ten seconds to ease, short enough to sit through. */
const WAIT_S = 5;

function WaitAndSend(props: { readonly label: string; readonly send: () => void }) {
  const [leftS, setLeftS] = useState<number | null>(null);
  const { send } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is sent does not change while it waits
  useEffect(() => {
    if (leftS === null) return;
    const timer = setTimeout(() => (leftS > 1 ? setLeftS(leftS - 1) : send()), 1000);
    return () => clearTimeout(timer);
  }, [leftS]);
  return (
    <button type="button" className="button primary" disabled={leftS !== null} onClick={() => setLeftS(WAIT_S)}>
      {leftS === null ? props.label : `Trying again in ${leftS} s`}
    </button>
  );
}

function ClockHelp() {
  return (
    <details className="clock-help" open>
      <summary>How to set the clock</summary>
      <ul className="plain-list">
        <li>
          Linux: <code>timedatectl set-ntp true</code> on the host, not inside a container
        </li>
        <li>macOS: System Settings, General, Date &amp; Time, set automatically</li>
        <li>Windows: Settings, Time &amp; language, Date &amp; time, Sync now</li>
      </ul>
    </details>
  );
}
