/** How things stand, in words: the dot at the top, the line at the bottom, the note when the live line is down. */

import { useQuery } from '@tanstack/react-query';
import { connectionsQuery } from '../api/queries.ts';
import { duration, exactTime, offsetText } from '../format/time.ts';
import { live, useLine } from '../live/live.ts';
import { Icon } from '../parts/icons.tsx';
import { useNowText } from '../parts/now.ts';
import { AccountPulse } from '../trade/connection/account-pulse.tsx';
import { useTradingAccounts } from '../trade/data/account.ts';
import { conditionOf } from './condition-words.ts';
import { useSignedIn } from './signed-in.ts';

export function ConnectionDot() {
  const { data: connections } = useQuery(connectionsQuery);
  const accounts = useTradingAccounts();
  const line = useLine();
  if (connections === undefined) return null;
  const { tone, words } = conditionOf(connections, accounts, line.state);
  return (
    <span className="dot-words" role="status" data-tone={tone} title={words}>
      <span className="dot" data-tone={tone} aria-hidden="true" />
      <span className="dot-text">{words}</span>
    </span>
  );
}

export function StatusLine(props: { readonly onHelp: () => void }) {
  const { data: connections } = useQuery(connectionsQuery);
  const { version } = useSignedIn();
  const line = useLine();
  const age = useNowText((nowMs) => {
    const last = live.lastWordAtMs();
    return last === null ? 'none yet' : duration(nowMs - last);
  });
  const running = useNowText((nowMs) => (line.state === 'live' ? duration(nowMs - line.startedAtMs) : '—'));
  const offsets = (connections ?? []).flatMap(({ clockOffsetMs }) => (clockOffsetMs === null ? [] : [clockOffsetMs]));
  const widest = offsets.sort((a, b) => Math.abs(b) - Math.abs(a))[0];
  return (
    <footer className="status">
      <span title="The largest difference between this machine's clock and an exchange's">
        Clock {widest === undefined ? '— (no exchange checked yet)' : offsetText(widest)}
      </span>
      <span title="Since the live line said something">
        Stream <span className="age">{age}</span>
      </span>
      <AccountPulse />
      <span title={line.state === 'live' ? exactTime(line.startedAtMs) : 'Known while the live line is up'}>
        Running <span className="age">{running}</span>
      </span>
      <button type="button" className="quiet plain push" onClick={props.onHelp}>
        Shortcuts <kbd className="kbd">?</kbd>
      </button>
      <span>Gapless {version}</span>
    </footer>
  );
}

/** A line that blinks for a second is not worth a note; what is older than that is. */
const WORTH_A_NOTE_MS = 2000;

export function LineDown() {
  const line = useLine();
  const text = useNowText((nowMs) => {
    if (line.state !== 'down' || nowMs - line.sinceMs < WORTH_A_NOTE_MS) return '';
    return `No live line to the desk for ${duration(nowMs - line.sinceMs)}.`;
  });
  if (text === '') return null;
  return (
    <div className="note note-amber line-down" role="status">
      <Icon name="warn" />
      <div>
        <strong>{text}</strong> What you see is the last that was known. It comes back by itself; if not, see whether
        the desk still runs.
      </div>
    </div>
  );
}
