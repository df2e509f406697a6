import { Decimal } from '../../src/core/decimal.ts';
import type { Opening } from '../engine/engine.ts';
import type { Listing } from '../ports.ts';

/** The opening of an exchange as text: a log of commands means something only together with what it began with. */

type MoneyField = 'minAmount' | 'minTotal' | 'maxTotal';
type SavedListing = Omit<Listing, MoneyField> & Readonly<Record<MoneyField, string>>;
type SavedOpening = Omit<Opening, 'listings' | 'lastPrices'> & {
  readonly listings: readonly SavedListing[];
  readonly lastPrices: readonly (readonly [market: string, price: string])[];
};

export function openingText({ assets, listings, lastPrices, firstOrderId, firstDealId }: Opening): string {
  const saved: SavedOpening = {
    assets: assets.map(({ ticker, precision }) => ({ ticker, precision })),
    listings: listings.map((listing) => ({
      ...listing,
      minAmount: listing.minAmount.toString(),
      minTotal: listing.minTotal.toString(),
      maxTotal: listing.maxTotal.toString(),
    })),
    lastPrices: [...lastPrices].map(([market, price]) => [market, price.toString()]),
    firstOrderId,
    firstDealId,
  };
  return JSON.stringify(saved);
}

/** Reads what `openingText` wrote. */
export function parseOpening(text: string): Opening {
  const saved = JSON.parse(text) as SavedOpening;
  return {
    ...saved,
    listings: saved.listings.map((listing) => ({
      ...listing,
      minAmount: Decimal.parse(listing.minAmount),
      minTotal: Decimal.parse(listing.minTotal),
      maxTotal: Decimal.parse(listing.maxTotal),
    })),
    lastPrices: new Map(saved.lastPrices.map(([market, price]) => [market, Decimal.parse(price)])),
  };
}
