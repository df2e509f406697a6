/** What came of one event: rows to write, commands to give out after they are written, and what is to be said. */

import type { FillKey } from '../core/fill.ts';
import type { FitProblem } from '../core/fit.ts';
import type { Instrument } from '../core/instrument.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import type { Command, OrderKey } from './events.ts';
import type { Confirmation } from './limits.ts';
import type { BalanceRow, FillRow, MachineRow, Order, RequestRow } from './state.ts';

export type RefusalCode =
  | 'unknown-market'
  | 'unknown-order'
  | 'does-not-fit'
  | 'halted'
  | 'not-reconciled'
  | 'too-much-unsettled'
  | 'market-not-allowed'
  | 'rules-in-doubt'
  | 'too-large'
  | 'no-limit-for-asset'
  | 'too-many-open'
  | 'far-from-market'
  | 'price-unknown'
  | 'activation-passed'
  | 'without-stream'
  | 'balances-unknown'
  | 'not-enough'
  | 'slot-used'
  | 'bad-bot-tag'
  | 'slow-down'
  | 'request-id-reused'
  | 'too-many-requests'
  | 'already-closed'
  | 'not-ours'
  | 'in-doubt'
  | 'cannot-be-moved'
  | 'not-in-doubt';

/** A refusal is shown where the wish was made. Nothing was placed, moved or cancelled. */
export type Refusal = {
  readonly code: RefusalCode;
  /** What is wrong, with the figures, in a sentence. */
  readonly cause: string;
  /** What to do about it, in a sentence. */
  readonly cure: string;
  /** With this confirmation the same wish would pass here; null: none would. */
  readonly confirm: Confirmation | null;
  readonly problems: readonly FitProblem[];
  /** Sooner than this the same wish is refused without looking; null: at any time. */
  readonly againAtMs: number | null;
};

/** Something that should not happen: recorded once, and nothing is changed because of it. */
export type Surprise = {
  readonly code:
    | 'impossible-transition'
    | 'unknown-order'
    | 'not-remembered'
    | 'alive-after-end'
    | 'overfill'
    | 'fill-after-end'
    | 'fills-exceed-report'
    | 'reversal'
    | 'contradicting-report'
    | 'senseless-report'
    | 'orphan-dropped'
    | 'too-many-external'
    | 'arithmetic';
  readonly order: OrderKey | null;
  readonly text: string;
};

/** Rows to insert or replace, all in one transaction with the event and the commands. */
export type Change =
  | { readonly kind: 'machine'; readonly row: MachineRow }
  | { readonly kind: 'order'; readonly row: Order }
  | { readonly kind: 'fill'; readonly row: FillRow }
  | { readonly kind: 'ledger'; readonly row: LedgerEntry }
  | { readonly kind: 'balance'; readonly row: BalanceRow }
  | { readonly kind: 'instrument'; readonly row: Instrument }
  | { readonly kind: 'request'; readonly row: RequestRow }
  /** These leave the machine's memory, not the database: they are not read again at the next start. */
  | {
      readonly kind: 'forget';
      readonly orders: readonly OrderKey[];
      readonly fills: readonly FillKey[];
      readonly requests: readonly string[];
    }
  /** An order ended and its fills add up: its owner may act on it. */
  | { readonly kind: 'ended'; readonly order: OrderKey };

export type Applied = {
  readonly commands: readonly Command[];
  readonly changes: readonly Change[];
  readonly refused: Refusal | null;
  readonly surprises: readonly Surprise[];
  /** The order that a wish made or met, also when the same wish came before. */
  readonly order: OrderKey | null;
};
