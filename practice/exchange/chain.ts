import { hash } from 'node:crypto';
import type { Reply } from '../engine/commands.ts';
import type { KillSwitchView } from '../engine/events.ts';
import type { Snapshot } from '../engine/snapshot.ts';

/**
 * A chain of hashes over every command and everything it did, one link a commit: the same link means the same commands
 * with the same outcomes, from the first one on. Events tell every balance, level and order that changed, so a replay
 * that reaches the recorded link has reached the recorded state.
 */

/** Before the first commit. */
export const CHAIN_START = '';

/** `commandLines`: of every command of the commit, in order. */
export function nextLink(link: string, commandLines: readonly string[]): string {
  return hash('sha256', `${link}\n${commandLines.join('\n')}`);
}

/** `commandRecord` is the text of the log, `eventTexts` what `eventText` made of the events. */
export function commandLine(commandRecord: string, reply: Reply, eventTexts: readonly string[]): string {
  return `${commandRecord}\n${replyLine(reply)}\n${eventTexts.join('\n')}`;
}

/** Of a whole state: two engines with the same hash go on alike. */
export function stateHash(snapshot: Snapshot): string {
  return hash('sha256', JSON.stringify(snapshot));
}

/** An order is told by its events; a reply only adds which one it was, or why there is none. */
function replyLine(reply: Reply): string {
  if (!reply.ok) return `refused ${reply.status} ${reply.code} ${JSON.stringify(reply.errors)}`;
  if ('order' in reply) return `order ${reply.order.id} ${reply.order.status}`;
  if ('orders' in reply) return `orders ${reply.orders.map(replyLine).join(' ')}`;
  if ('killSwitch' in reply) return reply.killSwitch === null ? 'no kill switch' : switchLine(reply.killSwitch);
  return 'done';
}

function switchLine({ account, market, startUs, dueUs, types }: KillSwitchView): string {
  return `${account} ${market} ${startUs} ${dueUs} ${types?.join(',') ?? 'every'}`;
}
