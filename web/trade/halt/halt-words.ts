import type { HaltState } from '../../../src/contract/trading.ts';

export type HaltWords = { readonly short: string; readonly sinceMs: number; readonly why: string };

/** Null while nothing is halted. The oldest halt tells since when. */
export function haltWords(halt: HaltState): HaltWords | null {
  const [oldest] = [...halt.halts].sort((a, b) => a.atMs - b.atMs);
  if (oldest === undefined) return null;
  const short = halt.everything ? 'Halted' : halt.halts.length === 1 ? '1 halted' : `${halt.halts.length} halted`;
  return { short, sinceMs: oldest.atMs, why: oldest.why };
}
