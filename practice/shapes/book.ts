import { z } from 'zod';
import { atMost, ordered } from './amounts.ts';
import { amountText, positiveText } from './words.ts';

/** Price levels, as every book of the protocol prints them. */

/** Price and amount of a level that is there. */
const level = z.tuple([positiveText, positiveText]);
/** In a change, amount zero takes the level away. */
const changedLevel = z.tuple([positiveText, amountText]);

const pricesOf = (levels: readonly (readonly [string, string])[]): string[] => levels.map(([price]) => price);

/** Best price first. */
export const asks = z.array(level).refine((levels) => ordered(pricesOf(levels), 'rising'), 'asks do not rise');
export const bids = z.array(level).refine((levels) => ordered(pricesOf(levels), 'falling'), 'bids do not fall');
export const changedAsks = z.array(changedLevel);
export const changedBids = z.array(changedLevel);

type Sides = {
  readonly asks: readonly (readonly [string, string])[];
  readonly bids: readonly (readonly [string, string])[];
};

/** No bid reaches an ask: a book at rest is not crossed. */
export function uncrossed(book: Sides): boolean {
  const ask = book.asks[0]?.[0];
  const bid = book.bids[0]?.[0];
  return ask === undefined || bid === undefined || !atMost(ask, bid);
}
