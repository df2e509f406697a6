import type { HaltState } from '../../../src/contract/trading.ts';

/** What a person halts: the owner's `everything` is the whole desk, a member's is what is theirs. */
type HaltReach = 'desk' | 'own' | 'one';

export const reachOf = (connection: string | null, isOwner: boolean): HaltReach =>
  connection !== null ? 'one' : isOwner ? 'desk' : 'own';

/** Before it is done. */
export function reachWords(reach: HaltReach): string {
  switch (reach) {
    case 'desk':
      return 'No new order leaves this desk until you go on: not from this page, not from a program.';
    case 'own':
      return 'No new order of yours leaves this desk until it is lifted: not from this page, not from a program. What belongs to others goes on.';
    case 'one':
      return 'No new order leaves for this connection until you go on: not from this page, not from a program. Your other connections go on.';
  }
}

type HaltDone = {
  readonly reach: HaltReach;
  /** Of ours that were to be cancelled; null: they were to be left alone. */
  readonly cancelled: number | null;
  /** Of ours that are open now. */
  readonly open: number;
};

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;
const WHOSE: Readonly<Record<HaltReach, string>> = { desk: '', own: ' of yours', one: ' for this connection' };

/** After it was done. Orders may have filled before they could be cancelled: only what is open now is claimed. */
export function doneWords({ reach, cancelled, open }: HaltDone): string {
  const left = `No new order${WHOSE[reach]} leaves any more.`;
  if (cancelled === null)
    return open === 0
      ? `${left} You had no open order at the exchange.`
      : `${left} Your ${count(open, 'open order')} at the exchange ${open === 1 ? 'was' : 'were'} left alone.`;
  if (cancelled === 0 && open === 0) return `${left} There was no open order to cancel.`;
  if (open === 0) return `${left} ${count(cancelled, 'open order')} asked to be cancelled, none is open any more.`;
  return `${left} ${count(Math.max(cancelled, open), 'open order')} asked to be cancelled, ${open} still open.`;
}

export type HaltWords = {
  readonly short: string;
  /** What still sells is careful, not stopped. */
  readonly tone: 'red' | 'amber';
  readonly sinceMs: number;
  readonly why: string;
};

/** Before the reason of one row in the dialog. */
export const SALES_ONLY = 'Only sales until it is resumed:';

/** Null while nothing is halted or held to sales. The oldest halt tells since when. */
export function haltWords(halt: HaltState): HaltWords | null {
  const oldestOf = (all: HaltState['halts']) => [...all].sort((a, b) => a.atMs - b.atMs)[0];
  const oldest = oldestOf(halt.halts);
  if (oldest === undefined) {
    const only = oldestOf(halt.reducing);
    return only === undefined ? null : { short: 'Only sales', tone: 'amber', sinceMs: only.atMs, why: only.why };
  }
  const short = halt.everything ? 'Halted' : halt.halts.length === 1 ? '1 halted' : `${halt.halts.length} halted`;
  return { short, tone: 'red', sinceMs: oldest.atMs, why: oldest.why };
}
