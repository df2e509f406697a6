/** How things stand, in a few words for the top bar. */

import type { Connection } from '../../src/contract/exchanges.ts';
import type { TradingAccount } from '../../src/contract/trading.ts';

/** Not `expiring`: that is said only of an exchange or a custody that has been silent for long. */
const LIVE: ReadonlySet<Connection['status']> = new Set(['connected', 'read-only']);

type Condition = { readonly tone: 'plain' | 'amber' | 'red' | 'none'; readonly words: string };

type Standing = Pick<TradingAccount, 'connection' | 'state'> & {
  readonly stream: Pick<TradingAccount['stream'], 'state'>;
};

/** Its key was good at the last check, but its orders or fills are not heard now. */
function isCutOff({ state, stream }: Standing): boolean {
  switch (state) {
    case 'trouble':
      return true;
    case 'ready':
    case 'halted':
      return stream.state !== 'live';
    case 'starting':
    case 'watch-only':
    case 'no-markets':
      return false;
  }
}

export function conditionOf(
  connections: readonly Pick<Connection, 'id' | 'status'>[],
  accounts: readonly Standing[],
  line: 'connecting' | 'live' | 'down',
): Condition {
  if (line === 'down') return { tone: 'red', words: 'No live line' };
  if (connections.length === 0) return { tone: 'none', words: 'No exchange yet' };
  const cutOff = new Set(accounts.filter(isCutOff).map(({ connection }) => connection));
  const alive = connections.filter(({ id, status }) => LIVE.has(status) && !cutOff.has(id)).length;
  const plural = connections.length === 1 ? 'exchange' : 'exchanges';
  if (alive === connections.length) return { tone: 'plain', words: `${alive} ${plural} live` };
  const checking = connections.filter(({ status }) => status === 'checking').length;
  if (alive + checking === connections.length)
    return { tone: 'none', words: `Checking ${checking} of ${connections.length}` };
  const refused = connections.some(({ status }) => status === 'refused');
  return { tone: refused ? 'red' : 'amber', words: `${alive} of ${connections.length} ${plural} live` };
}
