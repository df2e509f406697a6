import { describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import type { Listing } from '../ports.ts';
import { mergeLevels } from './levels.ts';
import { createMarket } from './market.ts';
import { unitText } from './text.ts';

const NOW = Date.UTC(2026, 10, 23, 1, 30) / 1000;
const market = createMarket({ seed: 'test' });
/** Moments spread over years, at odd seconds. */
const MOMENTS = Array.from({ length: 40 }, (_, i) => (NOW - i * 3_456_789) * 1000 + i * 17);

const fits = (value: Decimal, prec: number): boolean => value.isMultipleOf(Decimal.power(-prec));

function checkLevels(listing: Listing, levels: readonly (readonly [Decimal, Decimal])[], rising: boolean): void {
  levels.forEach(([price, amount], i) => {
    expect(price.sign()).toBe(1);
    expect(fits(price, listing.moneyPrec)).toBe(true);
    expect(fits(amount, listing.stockPrec)).toBe(true);
    expect(amount.gte(listing.minAmount)).toBe(true);
    const before = levels[i - 1]?.[0];
    if (before !== undefined) expect(rising ? price.gt(before) : price.lt(before)).toBe(true);
  });
}

describe.each(market.listings().map((listing) => [listing.name, listing] as const))('%s', (name, listing) => {
  test('the book never crosses, stands around the last price, on tick and lot', () => {
    for (const atMs of MOMENTS) {
      const { asks, bids } = market.book(name, atMs, 100);
      const { last, bid, ask } = market.statistics(name, atMs, 60);
      expect([asks.length, bids.length]).toEqual([100, 100]);
      expect(asks[0]?.[0].eq(ask)).toBe(true);
      expect(bids[0]?.[0].eq(bid)).toBe(true);
      expect(bid.lt(last) && last.lt(ask)).toBe(true);
      checkLevels(listing, asks, true);
      checkLevels(listing, bids, false);
    }
  });

  test('trades of a second add up to its candle, touch its extremes and end at its close', () => {
    for (let sec = NOW - 300; sec < NOW; sec += 1) {
      const [candle] = market.candles(name, 1, sec, sec + 1);
      const trades = market.trades(name, (sec + 1) * 1000, 100).filter(({ atMs }) => atMs >= sec * 1000);
      const volume = Decimal.sum(trades.map(({ amount }) => amount));
      expect(volume.toString()).toBe(candle?.volumeStock);
      if (trades.length === 0) continue;
      const prices = trades.map(({ price }) => price);
      expect(prices[0]?.toString()).toBe(candle?.close);
      const reach = [Decimal.parse(candle?.open ?? ''), ...prices];
      expect(reach.reduce(Decimal.max).toString()).toBe(candle?.high);
      expect(reach.reduce(Decimal.min).toString()).toBe(candle?.low);
      for (const { price, amount } of trades) {
        expect(fits(price, listing.moneyPrec) && fits(amount, listing.stockPrec) && amount.sign() === 1).toBe(true);
      }
    }
  });

  test('trades come newest first, numbered upwards, never from the future; the newest is the last price', () => {
    for (const atMs of MOMENTS) {
      const trades = market.trades(name, atMs, 100);
      expect(trades.length).toBeGreaterThan(10);
      expect(trades[0]?.price.eq(market.statistics(name, atMs, 60).last)).toBe(true);
      trades.forEach((trade, i) => {
        expect(trade.atMs).toBeLessThanOrEqual(atMs);
        const newer = trades[i - 1];
        if (newer === undefined) return;
        expect(newer.id).toBeGreaterThan(trade.id);
        expect(newer.atMs).toBeGreaterThanOrEqual(trade.atMs);
      });
    }
  });
});

describe('the book', () => {
  test('is the same whenever the same second is asked for, and moves its number forward', () => {
    const first = market.book('BTC_USDT', NOW * 1000, 100);
    const next = market.book('BTC_USDT', NOW * 1000 + 1000, 100);
    expect(market.book('BTC_USDT', NOW * 1000 + 999, 100)).toEqual(first);
    expect(createMarket({ seed: 'test' }).book('BTC_USDT', NOW * 1000, 100)).toEqual(first);
    expect(next.updateId).toBeGreaterThan(first.updateId);
    expect(next).not.toEqual(first);
  });

  test('changes here and there from one second to the next, not everywhere', () => {
    const levels = (atMs: number): Set<string> => new Set(market.book('BTC_USDT', atMs, 100).asks.map(String));
    const first = levels(NOW * 1000 + 1000);
    const kept = [...levels(NOW * 1000 + 2000)].filter((level) => first.has(level)).length;
    expect(kept).toBeGreaterThan(50);
    expect(kept).toBeLessThan(100);
  });

  test('grows away from the middle', () => {
    let near = 0;
    let far = 0;
    for (const atMs of MOMENTS) {
      const { asks } = market.book('BTC_USDT', atMs, 100);
      const size = (from: number): number =>
        Decimal.sum(asks.slice(from, from + 20).map(([, amount]) => amount)).toNumberInexact();
      near += size(0);
      far += size(80);
    }
    expect(far).toBeGreaterThan(near * 1.5);
  });

  test('merged levels keep the volume and never cross', () => {
    const { asks, bids } = market.book('BTC_USDT', NOW * 1000, 100);
    const step = Decimal.parse('10');
    const mergedAsks = mergeLevels(asks, step, 'ceil');
    const mergedBids = mergeLevels(bids, step, 'floor');
    expect(mergedAsks.length).toBeLessThan(asks.length);
    const total = (levels: readonly (readonly [Decimal, Decimal])[]): string =>
      Decimal.sum(levels.map(([, amount]) => amount)).toString();
    expect(total(mergedAsks)).toBe(total(asks));
    expect(mergedAsks[0]?.[0].gt(mergedBids[0]?.[0] ?? Decimal.ZERO)).toBe(true);
    for (const [price] of [...mergedAsks, ...mergedBids]) expect(price.isMultipleOf(step)).toBe(true);
  });
});

describe('the lists', () => {
  test('hold fifteen markets, one with a negative stockPrec, one for demo money, and every asset they name', () => {
    expect(market.listings().length).toBeGreaterThanOrEqual(15);
    expect(market.listing('PEPE_USDT')?.stockPrec).toBe(-3);
    expect(market.listing('DBTC_DUSDT')).not.toBeNull();
    expect(market.listing('NO_SUCH')).toBeNull();
    for (const { stock, money } of market.listings()) {
      expect(market.asset(stock)?.ticker).toBe(stock);
      expect(market.asset(money)?.ticker).toBe(money);
    }
  });
});

describe('unitText', () => {
  test.each([
    [0, 2, '0'],
    [1250, 2, '12.5'],
    [1200, 2, '12'],
    [5, 10, '0.0000000005'],
    [7, -3, '7000'],
    [7, 0, '7'],
  ])('%i at %i places is %s', (units, prec, text) => {
    expect(unitText(units, prec)).toBe(text);
    expect(Decimal.parse(text).toString()).toBe(text);
  });
});
