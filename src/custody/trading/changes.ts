/** Changing a policy: what of a change loosens, how long it waits, and how it reads in plain words. Pure. */

import { createHash } from 'node:crypto';
import { Decimal } from '../../core/decimal.ts';
import { hasExactly } from '../exact.ts';
import type { PolicyLimits } from '../trade-protocol.ts';
import { isAmount, isMarket } from './intent.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MARKETS_MAX = 500;
/** A policy that allows this much is none; past it there is nothing to ask for. */
const COUNT_MAX = 1_000_000;

/** Nothing is enabled before its owner says which markets. */
export const DEFAULT_LIMITS: PolicyLimits = {
  markets: [],
  bandPercent: '2',
  orderPercent: '5',
  orderFloor: '100',
  adversePercent: '1',
  turnover: '5',
  ordersPerMinute: 120,
  openPerMarket: 100,
  openOrders: 500,
  assetPercent: '90',
};

type Numbers = Exclude<keyof PolicyLimits, 'markets'>;
/** In every one of these more is looser. The delay is that of widening it. */
const NUMBERS: Readonly<Record<Numbers, { readonly delayMs: number; readonly says: (value: string) => string }>> = {
  bandPercent: { delayMs: DAY_MS, says: (value) => `Prices up to ${value} % beyond the market` },
  orderPercent: { delayMs: HOUR_MS, says: (value) => `Orders of up to ${value} % of the account` },
  orderFloor: { delayMs: HOUR_MS, says: (value) => `Orders of ${value} USDT whatever the account is worth` },
  adversePercent: {
    delayMs: DAY_MS,
    says: (value) => `Up to ${value} % of the account lost to bad prices and fees in 24 hours`,
  },
  turnover: { delayMs: HOUR_MS, says: (value) => `Up to ${value} times the account traded in 24 hours` },
  ordersPerMinute: { delayMs: 0, says: (value) => `Up to ${value} new orders a minute` },
  openPerMarket: { delayMs: 0, says: (value) => `Up to ${value} open orders a market` },
  openOrders: { delayMs: 0, says: (value) => `Up to ${value} open orders` },
  assetPercent: { delayMs: HOUR_MS, says: (value) => `Up to ${value} % of the account in one asset` },
};
const NEW_MARKETS_DELAY_MS = HOUR_MS;

export function areLimits(value: unknown): value is PolicyLimits {
  const count = (field: unknown) => Number.isSafeInteger(field) && Number(field) >= 1 && Number(field) <= COUNT_MAX;
  const upTo = (max: number) => (field: unknown) =>
    isAmount(field) && Decimal.parse(field).lte(Decimal.parse(String(max)));
  return hasExactly(value, {
    markets: areMarkets,
    bandPercent: upTo(50),
    orderPercent: upTo(100),
    orderFloor: upTo(COUNT_MAX),
    adversePercent: upTo(100),
    turnover: upTo(COUNT_MAX),
    ordersPerMinute: count,
    openPerMarket: count,
    openOrders: count,
    assetPercent: upTo(100),
  });
}

/** Sorted and none twice, so that one choice has one spelling and one hash. */
export function areMarkets(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length <= MARKETS_MAX &&
    value.every((market, index) => isMarket(market) && (index === 0 || String(value[index - 1]) < market))
  );
}

export type Change = { readonly loosens: boolean; readonly delayMs: number; readonly words: readonly string[] };

export function compareLimits(before: PolicyLimits, after: PolicyLimits): Change {
  const words: string[] = [];
  let loosens = false;
  let delayMs = 0;
  const added = after.markets.filter((market) => !before.markets.includes(market));
  const gone = before.markets.filter((market) => !after.markets.includes(market));
  if (added.length > 0) {
    loosens = true;
    delayMs = NEW_MARKETS_DELAY_MS;
    words.push(`More markets: ${added.join(', ')}`);
  }
  if (gone.length > 0) words.push(`Not any more: ${gone.join(', ')}`);
  for (const [name, { delayMs: delay, says }] of Object.entries(NUMBERS) as [Numbers, (typeof NUMBERS)[Numbers]][]) {
    const [old, wanted] = [before[name], after[name]].map(String) as [string, string];
    const order = Decimal.parse(wanted).compare(Decimal.parse(old));
    if (order === 0) continue;
    words.push(`${says(wanted)} (${order === 1 ? 'more' : 'less'} than now: ${old})`);
    if (order !== 1) continue;
    loosens = true;
    delayMs = Math.max(delayMs, delay);
  }
  return { loosens, delayMs, words };
}

/** What tightens of it: applied at once even where the rest has to wait. */
export function tighterOf(before: PolicyLimits, after: PolicyLimits): PolicyLimits {
  const lower = (name: Numbers) =>
    Decimal.parse(String(after[name])).lt(Decimal.parse(String(before[name]))) ? after[name] : before[name];
  const numbers = Object.fromEntries((Object.keys(NUMBERS) as Numbers[]).map((name) => [name, lower(name)]));
  const markets = before.markets.filter((market) => after.markets.includes(market));
  // Every field of the type stands in NUMBERS, or is the list.
  return { ...(numbers as Pick<PolicyLimits, Numbers>), markets };
}

/** Names exactly this change of exactly that policy. */
export function proposalId(connection: string, version: number, limits: PolicyLimits): string {
  const said = JSON.stringify([connection, version, Object.entries(limits).sort()]);
  return createHash('sha256').update(`gapless policy v1|${said}`).digest('hex').slice(0, 32);
}
