/** Percentages of a policy as money, and the fields of the forms as exact text. Pure. */

import type { Limits, Policy } from '../../../src/contract/trading.ts';
import { Decimal } from '../../../src/core/decimal.ts';

type PolicyLimits = Policy['limits'];

const HUNDREDTH = Decimal.power(-2);
const HUNDRED = Decimal.fromInteger(100n);
const of = (text: string): Decimal => Decimal.tryParse(text) ?? Decimal.ZERO;

/** In USDT, cut to cents: what is allowed is never said to be more than it is. */
export const partOf = (equity: string, percent: string): string =>
  of(equity).mul(of(percent)).mul(HUNDREDTH).round(2, 'floor').toFixed(2);
export const timesOf = (equity: string, times: string): string =>
  of(equity).mul(of(times)).round(2, 'floor').toFixed(2);

/** The larger of the share and the floor, as custody decides. */
export function largestOrder(equity: string, { orderPercent, orderFloor }: PolicyLimits): string {
  return Decimal.max(of(partOf(equity, orderPercent)), of(orderFloor)).toFixed(2);
}

/** For the length of a bar: whole percent, never over. */
export function usedPercent(used: string, most: string): number {
  const all = of(most);
  if (all.sign() <= 0) return 0;
  return Math.min(100, Number(of(used).mul(HUNDRED).div(all, 0, 'floor').toString()));
}

export const percentOfRatio = (ratio: string): string => of(ratio).mul(HUNDRED).trim().toString();
export const ratioOfPercent = (percent: string): string => of(percent).mul(HUNDREDTH).trim().toString();

const isPositive = (text: string): boolean => {
  const value = Decimal.tryParse(text);
  return value !== null && value.sign() > 0;
};
const isCount = (text: string, max: number): boolean => /^[1-9]\d{0,5}$/.test(text) && Number(text) <= max;

export type LimitsForm = {
  readonly largest: readonly { readonly asset: string; readonly amount: string }[];
  readonly open: string;
  readonly perMarket: string;
  readonly adverse: string;
  /** Empty: any price that only rests. */
  readonly passive: string;
};

export const formOf = (limits: Limits): LimitsForm => ({
  largest: limits.largestOrder,
  open: String(limits.openOrdersMax),
  perMarket: String(limits.openOrdersPerMarketMax),
  adverse: percentOfRatio(limits.adverseRatioMax),
  passive: limits.passiveRatioMax === null ? '' : percentOfRatio(limits.passiveRatioMax),
});

/** As the contract bounds it. */
const OPEN_MAX = 1_000;

/** The names of the fields that cannot be; an asset's field is `asset 0`, `amount 0`. */
export function wrongIn(form: LimitsForm): ReadonlySet<string> {
  const wrong = new Set<string>();
  for (const [index, { asset, amount }] of form.largest.entries()) {
    if (!/^[A-Z0-9]{1,24}$/.test(asset)) wrong.add(`asset ${index}`);
    if (!isPositive(amount)) wrong.add(`amount ${index}`);
  }
  if (!isCount(form.open, OPEN_MAX)) wrong.add('open');
  if (!isCount(form.perMarket, OPEN_MAX)) wrong.add('perMarket');
  if (!isPositive(form.adverse)) wrong.add('adverse');
  if (form.passive !== '' && !isPositive(form.passive)) wrong.add('passive');
  return wrong;
}

export const limitsOf = (form: LimitsForm): Limits => ({
  largestOrder: form.largest.map(({ asset, amount }) => ({ asset, amount })),
  openOrdersMax: Number(form.open),
  openOrdersPerMarketMax: Number(form.perMarket),
  adverseRatioMax: ratioOfPercent(form.adverse),
  passiveRatioMax: form.passive === '' ? null : ratioOfPercent(form.passive),
});

export const POLICY_FIELDS = [
  { name: 'orderPercent', words: 'Largest order', unit: '% of account' },
  { name: 'orderFloor', words: 'Always allowed up to', unit: 'USDT' },
  { name: 'adversePercent', words: 'Lost to prices and fees a day', unit: '% of account' },
  { name: 'assetPercent', words: 'In one asset by buying', unit: '% of account' },
  { name: 'turnover', words: 'Traded a day', unit: '× account' },
  { name: 'bandPercent', words: 'Price beyond the market', unit: '%' },
  { name: 'ordersPerMinute', words: 'New orders a minute', unit: '' },
  { name: 'openPerMarket', words: 'Open orders a market', unit: '' },
  { name: 'openOrders', words: 'Open orders', unit: '' },
] as const;

type Name = (typeof POLICY_FIELDS)[number]['name'];
export type PolicyForm = Readonly<Record<Name, string>>;
const COUNTS: readonly Name[] = ['ordersPerMinute', 'openPerMarket', 'openOrders'];
const COUNT_MAX = 10_000;

export const policyFormOf = (limits: PolicyLimits): PolicyForm =>
  Object.fromEntries(POLICY_FIELDS.map(({ name }) => [name, String(limits[name])])) as PolicyForm;

export const wrongInPolicy = (form: PolicyForm): ReadonlySet<string> =>
  new Set(
    POLICY_FIELDS.filter(({ name }) =>
      COUNTS.includes(name) ? !isCount(form[name], COUNT_MAX) : !isPositive(form[name]),
    ).map(({ name }) => name),
  );

export const policyLimitsOf = (form: PolicyForm, markets: readonly string[]): PolicyLimits => ({
  markets: [...markets],
  bandPercent: form.bandPercent,
  orderPercent: form.orderPercent,
  orderFloor: form.orderFloor,
  adversePercent: form.adversePercent,
  assetPercent: form.assetPercent,
  turnover: form.turnover,
  ordersPerMinute: Number(form.ordersPerMinute),
  openPerMarket: Number(form.openPerMarket),
  openOrders: Number(form.openOrders),
});
