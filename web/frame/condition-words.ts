/** How things stand, in a few words for the top bar. */

import type { Connection } from '../../src/contract/exchanges.ts';

/** Not `expiring`: that is said only of an exchange or a custody that has been silent for long. */
const LIVE: ReadonlySet<Connection['status']> = new Set(['connected', 'read-only']);

type Condition = { readonly tone: 'plain' | 'amber' | 'red' | 'none'; readonly words: string };

export function conditionOf(
  connections: readonly Pick<Connection, 'status'>[],
  line: 'connecting' | 'live' | 'down',
): Condition {
  if (line === 'down') return { tone: 'red', words: 'No live line' };
  if (connections.length === 0) return { tone: 'none', words: 'No exchange yet' };
  const alive = connections.filter(({ status }) => LIVE.has(status)).length;
  const plural = connections.length === 1 ? 'exchange' : 'exchanges';
  if (alive === connections.length) return { tone: 'plain', words: `${alive} ${plural} live` };
  const checking = connections.filter(({ status }) => status === 'checking').length;
  if (alive + checking === connections.length)
    return { tone: 'none', words: `Checking ${checking} of ${connections.length}` };
  const refused = connections.some(({ status }) => status === 'refused');
  return { tone: refused ? 'red' : 'amber', words: `${alive} of ${connections.length} ${plural} live` };
}
