import { hash } from 'node:crypto';
import type { Result } from '../engine/engine.ts';
import { eventData } from '../engine/render.ts';
import type { Snapshot } from '../engine/snapshot.ts';

/**
 * A chain of hashes over every command and everything it did: the same link means the same commands with the same
 * outcomes, from the first one on. Events tell every balance, level and order that changed, so a replay that reaches the
 * recorded link has reached the recorded state.
 */

/** Before the first command. */
export const CHAIN_START = '';

/** `commandRecord` is the text of the log. */
export function nextLink(link: string, commandRecord: string, { reply, events }: Result): string {
  const lines = [link, commandRecord, replyText(reply), ...events.map((event) => JSON.stringify(eventData(event)))];
  return hash('sha256', lines.join('\n'));
}

/** Of a whole state: two engines with the same hash go on alike. */
export function stateHash(snapshot: Snapshot): string {
  return hash('sha256', JSON.stringify(snapshot));
}

function replyText(reply: Result['reply']): string {
  return JSON.stringify(reply, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
