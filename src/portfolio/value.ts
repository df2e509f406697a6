/**
 * What everything is worth. A price that is not known is null with its reason, never zero; a total says what it
 * lacks. Values of rows are rounded once, and totals are their exact sums, so that a page adds up to the last digit.
 */

import { Decimal } from '../core/decimal.ts';
import type { Wallet } from '../venues/venue.ts';
import { type Currency, type Price, type PriceBook, priceOf } from './price.ts';
import { shares } from './share.ts';

/** `C` names the connection the balance belongs to. */
export type Holding<C extends string = string> = {
  readonly connection: C;
  readonly wallet: Wallet;
  readonly asset: string;
  readonly free: Decimal;
  readonly locked: Decimal;
};

export type ValuedHolding<C extends string = string> = Holding<C> & {
  readonly quantity: Decimal;
  readonly price: Price | null;
  /** `quantity` times price, rounded half-even to 8 places; null when there is no price. */
  readonly value: Decimal | null;
  /** The part of `value` that is free, rounded as it is; what is left of `value` is locked, so that the two add up. */
  readonly freeValue: Decimal | null;
  /** Why there is no value; empty when there is one. */
  readonly reason: string;
};

/** A sum that knows what it lacks. */
export type Total = {
  /** Of everything that has a price. Null when there is something and nothing of it has a price; zero when empty. */
  readonly value: Decimal | null;
  /** Assets without a price, which the value leaves out, in alphabetical order. */
  readonly unpriced: readonly string[];
};
type Share = {
  /** Percent of all that has a value, two places; the shares of a list add up to 100. Null without a value. */
  readonly share: Decimal | null;
};
export type AssetTotal = Total &
  Share & {
    readonly asset: string;
    /** Free and locked together. */
    readonly quantity: Decimal;
    readonly free: Decimal;
    readonly locked: Decimal;
    /** One price where all rows agree, their weighted mean where exchanges differ, null when unknown. */
    readonly price: Decimal | null;
    readonly reason: string;
  };
export type GroupTotal<K extends string> = Total & Share & { readonly key: K };

export type Valuation<C extends string = string> = {
  readonly currency: Currency;
  readonly total: Total;
  readonly byAsset: readonly AssetTotal[];
  readonly byWallet: readonly GroupTotal<Wallet>[];
  readonly byConnection: readonly GroupTotal<C>[];
  /** Sentences that belong beneath the total, each once. */
  readonly assumptions: readonly string[];
};

/** A satoshi of BTC, and far below a cent. */
const VALUE_PLACES = 8;
const SHARE_PLACES = 2;
const MEAN_PRICE_PLACES = 30;

/** One balance by the prices of its own exchange. */
export function valueHolding<C extends string>(
  holding: Holding<C>,
  currency: Currency,
  book: PriceBook,
): ValuedHolding<C> {
  const quantity = holding.free.add(holding.locked);
  const price = priceOf(holding.asset, currency, book);
  if (price === null)
    return {
      ...holding,
      quantity,
      price,
      value: null,
      freeValue: null,
      reason: `No market leads from ${holding.asset} to ${currency}.`,
    };
  // Digits below the smallest unit of any asset (18 places) carry no value.
  const worthOf = (part: Decimal) => part.round(30, 'half-even').mul(price.price).round(VALUE_PLACES, 'half-even');
  return { ...holding, quantity, price, value: worthOf(quantity), freeValue: worthOf(holding.free), reason: '' };
}

/** What can be used now, and what open orders hold: the two add up to the total of the same rows. */
export function parts(rows: readonly ValuedHolding[]): { readonly free: Total; readonly locked: Total } {
  return {
    // What is locked to the last coin lacks no price in the free part, nor what is all free in the locked one.
    free: totalOf(
      rows.filter((row) => !row.free.isZero() || row.locked.isZero()).map((row) => ({ ...row, value: row.freeValue })),
    ),
    locked: totalOf(
      rows
        .filter((row) => !row.locked.isZero())
        .map((row) => ({ ...row, value: row.value === null ? null : row.value.sub(row.freeValue ?? Decimal.ZERO) })),
    ),
  };
}

/** Totals of rows that were valued in one `currency`. Lists are sorted by value, largest first, unknown ones last. */
export function totals<C extends string>(rows: readonly ValuedHolding<C>[], currency: Currency): Valuation<C> {
  return {
    currency,
    total: totalOf(rows),
    byAsset: byAsset(rows),
    byWallet: byKey(rows, (row) => row.wallet),
    byConnection: byKey(rows, (row) => row.connection),
    assumptions: [...new Set(rows.map((row) => row.price?.assumption ?? '').filter((text) => text !== ''))],
  };
}

function totalOf(rows: readonly ValuedHolding[]): Total {
  const known = rows.flatMap((row) => (row.value === null ? [] : [row.value]));
  const unpriced = new Set(rows.filter((row) => row.value === null).map((row) => row.asset));
  const value = known.length === 0 && unpriced.size > 0 ? null : Decimal.sum(known);
  return { value, unpriced: [...unpriced].toSorted() };
}

function byAsset(rows: readonly ValuedHolding[]): readonly AssetTotal[] {
  const groups = [...Map.groupBy(rows, (row) => row.asset)].map(([asset, group]) => {
    const quantity = Decimal.sum(group.map((row) => row.quantity));
    const free = Decimal.sum(group.map((row) => row.free));
    const locked = Decimal.sum(group.map((row) => row.locked));
    const reason = group.find((row) => row.value === null)?.reason ?? '';
    return { asset, quantity, free, locked, price: commonPrice(group), reason, ...totalOf(group) };
  });
  return withShares(groups, (group) => group.asset);
}

function commonPrice(rows: readonly ValuedHolding[]): Decimal | null {
  const priced = rows.flatMap((row) =>
    row.price === null || row.value === null ? [] : [{ ...row, price: row.price.price }],
  );
  const first = priced[0];
  if (first === undefined) return null;
  if (priced.every((row) => row.price.eq(first.price))) return first.price;
  const quantity = Decimal.sum(priced.map((row) => row.quantity));
  if (quantity.sign() <= 0) return null;
  const weighted = Decimal.sum(priced.map((row) => row.quantity.round(30, 'half-even').mul(row.price)));
  return weighted.div(quantity, MEAN_PRICE_PLACES, 'half-even').trim();
}

function byKey<C extends string, K extends string>(
  rows: readonly ValuedHolding<C>[],
  keyOf: (row: ValuedHolding<C>) => K,
): readonly GroupTotal<K>[] {
  const groups = [...Map.groupBy(rows, keyOf)].map(([key, group]) => ({ key, ...totalOf(group) }));
  return withShares(groups, (group) => group.key);
}

function withShares<T extends Total>(groups: readonly T[], nameOf: (group: T) => string): readonly (T & Share)[] {
  const sorted = groups.toSorted((a, b) => compareTotals(a, b) || (nameOf(a) < nameOf(b) ? -1 : 1));
  const known = sorted.filter((group) => group.value !== null);
  const percent = shares(
    known.map((group) => group.value ?? Decimal.ZERO),
    SHARE_PLACES,
  );
  const shareOf = new Map(known.map((group, index) => [group, percent[index] ?? null]));
  return sorted.map((group) => ({ ...group, share: shareOf.get(group) ?? null }));
}

function compareTotals(a: Total, b: Total): number {
  if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
  return b.value.compare(a.value);
}
