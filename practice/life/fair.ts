import type { Decimal } from '../../src/core/decimal.ts';
import type { Market } from '../ports.ts';

/** What a market is worth at a moment: everybody here trades around it. */
export interface FairPrice {
  /** Above zero. `market` is one of those the life was made with. */
  at(market: string, atMs: number): Decimal;
}

const SECOND = 1;

/** The price of the model, which stands still within a second. */
export function fairOfModel(model: Pick<Market, 'statistics'>): FairPrice {
  return { at: (market, atMs) => model.statistics(market, atMs, SECOND).last };
}
