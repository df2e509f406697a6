/** What can be traded at an exchange, and under which rules. */

import type { Decimal } from './decimal.ts';

/** `post-only`: only orders that wait in the book are taken, as before a listing opens. */
export type InstrumentStatus = 'trading' | 'post-only' | 'halted';

export type Instrument = {
  readonly symbol: string;
  /** Only spot markets say what an asset is worth; a perpetual's price is its own. */
  readonly kind: 'spot' | 'derivative';
  readonly base: string;
  readonly quote: string;
  /** Smallest price difference. */
  readonly tick: Decimal;
  /** Smallest difference of a base quantity; above one on markets with a negative precision. */
  readonly lot: Decimal;
  readonly quantityMin: Decimal;
  readonly notionalMin: Decimal;
  /** Null: no upper limit. */
  readonly notionalMax: Decimal | null;
  /** As ratios: 0.001 is a tenth of a percent. */
  readonly makerFee: Decimal;
  readonly takerFee: Decimal;
  /** A seat for venues that tell it; where it is absent, a listed market is taken to be trading. */
  readonly status?: InstrumentStatus;
};
