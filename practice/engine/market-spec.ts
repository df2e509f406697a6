import { Decimal } from '../../src/core/decimal.ts';
import type { Asset, Listing } from '../ports.ts';
import { RATE_PLACES } from './limits.ts';
import { powerOfTen, unitsOf } from './scale.ts';

/** How an asset is counted: in units of 10^-scale. */
export type AssetSpec = { readonly ticker: string; readonly scale: number };

/** How a market is counted: prices in ticks, amounts in lots. These never change while the market is open. */
export type MarketSpec = {
  readonly name: string;
  readonly base: AssetSpec;
  readonly quote: AssetSpec;
  readonly tickScale: number;
  readonly lotScale: number;
  readonly baseUnitsPerLot: bigint;
  /** Quote units of one lot at a price of one tick. */
  readonly moneyPerTickLot: bigint;
};

/** What an order must keep to. May change while the market is open, to coarser steps but not to finer ones. */
export type MarketRules = {
  readonly stockPrec: number;
  readonly moneyPrec: number;
  readonly minAmount: Decimal;
  readonly minTotal: Decimal;
  /** Zero: unlimited. */
  readonly maxTotal: Decimal;
  /** Fee ratios of accounts without rates of their own, in units of 10^-RATE_PLACES. */
  readonly makerRate: bigint;
  readonly takerRate: bigint;
};

/**
 * `post-only`: listed, not yet open. `delisted`: gone from the list, all its orders cancelled. `halted`: nothing new is
 * taken, cancelling works.
 */
export type MarketStatus = 'open' | 'post-only' | 'halted' | 'delisted';

/** Steps of amounts and prices cannot be finer than this: a balance would need more digits than the border accepts. */
const PLACES_MAX = 18;
const PERCENT_PLACES = 2;

/**
 * Every asset gets so many places that a fee on any market it trades on is an exact number of its units: the places of
 * the amount (of price times amount, as quote) and those of the fee ratio.
 */
export function assetSpecs(
  assets: readonly Pick<Asset, 'ticker' | 'precision'>[],
  listings: readonly Listing[],
): ReadonlyMap<string, AssetSpec> {
  const scales = new Map<string, number>();
  const raise = (ticker: string, scale: number): void => {
    scales.set(ticker, Math.max(scales.get(ticker) ?? 0, scale));
  };
  for (const { ticker, precision } of assets) raise(ticker, precision);
  for (const { stock, money, stockPrec, moneyPrec } of listings) {
    const lotScale = Math.max(stockPrec, 0);
    raise(stock, lotScale + RATE_PLACES);
    raise(money, lotScale + moneyPrec + RATE_PLACES);
  }
  return new Map([...scales].map(([ticker, scale]) => [ticker, { ticker, scale }]));
}

export function marketSpec(listing: Listing, assets: ReadonlyMap<string, AssetSpec>): MarketSpec {
  const base = assets.get(listing.stock);
  const quote = assets.get(listing.money);
  if (base === undefined || quote === undefined) throw new RangeError(`${listing.name} trades an unknown asset`);
  const { stockPrec, moneyPrec } = listing;
  if (Math.abs(stockPrec) > PLACES_MAX || moneyPrec < 0 || moneyPrec > PLACES_MAX)
    throw new RangeError(`Precisions of ${listing.name} are out of range`);
  const lotScale = Math.max(stockPrec, 0);
  return {
    name: listing.name,
    base,
    quote,
    tickScale: moneyPrec,
    lotScale,
    baseUnitsPerLot: powerOfTen(base.scale - lotScale),
    moneyPerTickLot: powerOfTen(quote.scale - moneyPrec - lotScale),
  };
}

export function rulesOf(listing: Listing): MarketRules {
  const { stockPrec, moneyPrec, minAmount, minTotal, maxTotal } = listing;
  return {
    stockPrec,
    moneyPrec,
    minAmount,
    minTotal,
    maxTotal,
    makerRate: rateOfPercent(listing.makerFee),
    takerRate: rateOfPercent(listing.takerFee),
  };
}

/** From "0.1" (percent, as listings print it) to units of 10^-RATE_PLACES of the ratio. */
export function rateOfPercent(percent: string): bigint {
  return rateOf(Decimal.parse(percent).mul(Decimal.power(-PERCENT_PLACES)));
}

/** Throws `RangeError` where the ratio is below zero, above one or finer than RATE_PLACES. */
export function rateOf(ratio: Decimal): bigint {
  const rate = unitsOf(ratio, RATE_PLACES);
  if (rate === null || rate < 0n || rate > powerOfTen(RATE_PLACES))
    throw new RangeError(`Not a fee ratio of at most ${RATE_PLACES} places: ${ratio}`);
  return rate;
}

/** The rules in the market's own units. */
export type Bounds = {
  /** Amounts must be a multiple of this: more than one lot where the precision is negative or was made coarser. */
  readonly lotStep: bigint;
  readonly tickStep: number;
  /** What a market buy spends must be a multiple of this many quote units: one price step (inferred). */
  readonly spendStep: bigint;
  readonly minLots: bigint;
  /** In quote units; `maxMoney` is 0n where there is no maximum. */
  readonly minMoney: bigint;
  readonly maxMoney: bigint;
};

export function boundsOf(spec: MarketSpec, rules: MarketRules): Bounds {
  return {
    lotStep: powerOfTen(spec.lotScale - rules.stockPrec),
    tickStep: 10 ** (spec.tickScale - rules.moneyPrec),
    spendStep: powerOfTen(spec.quote.scale - rules.moneyPrec),
    minLots: atLeast(rules.minAmount, spec.lotScale),
    minMoney: atLeast(rules.minTotal, spec.quote.scale),
    maxMoney: atLeast(rules.maxTotal, spec.quote.scale),
  };
}

/** A bound between two units is the next unit above. */
function atLeast(value: Decimal, scale: number): bigint {
  return unitsOf(value.round(scale, 'ceil'), scale) ?? 0n;
}

/** Whether rules can be put on a market that is counted this way. */
export function fits(spec: MarketSpec, rules: MarketRules): boolean {
  return rules.stockPrec <= spec.lotScale && rules.moneyPrec <= spec.tickScale && rules.moneyPrec >= 0;
}
