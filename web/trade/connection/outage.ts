import type { PriceLine } from '../../../src/contract/live.ts';

/** A line that is back within this has only blinked. */
const WORTH_A_WORD_MS = 2000;

/**
 * For how long there have been no prices; null while there are, or while they are just coming. In an outage the line
 * tries and waits by turns: both are one outage to whoever looks.
 */
export function outageMs(line: PriceLine | undefined, nowMs: number): number | null {
  if (line === undefined || line.state === 'live' || line.state === 'idle') return null;
  const lastsMs = nowMs - line.sinceMs;
  return lastsMs < WORTH_A_WORD_MS ? null : lastsMs;
}
