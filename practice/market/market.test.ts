import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import type { Candle } from '../ports.ts';
import { candleStart, nextCandleStart } from './candles.ts';
import { createMarket } from './market.ts';

const DAY = 86_400;
const NOW = Date.UTC(2026, 10, 23, 1, 30) / 1000;
const FIVE_YEARS_AGO = NOW - 5 * 365 * DAY;
const market = createMarket({ seed: 'test' });
const names = market.listings().map(({ name }) => name);

const decimal = (text: string | undefined): Decimal => Decimal.parse(text ?? '');
const sum = (candles: readonly Candle[], field: 'volumeStock' | 'volumeMoney'): string =>
  Decimal.sum(candles.map((candle) => decimal(candle[field]))).toString();
const highest = (candles: readonly Candle[]): string =>
  candles
    .map(({ high }) => decimal(high))
    .reduce(Decimal.max, Decimal.ZERO)
    .toString();
const lowest = (candles: readonly Candle[]): string =>
  candles
    .map(({ low }) => decimal(low))
    .reduce(Decimal.min, Decimal.power(30))
    .toString();

/** [coarse, fine] intervals: each coarse candle is made of whole fine ones. */
const NESTED: readonly (readonly [number, number])[] = [
  [10, 1],
  [60, 1],
  [60, 10],
  [300, 60],
  [3600, 60],
  [14_400, 3600],
  [DAY, 3600],
  [DAY, 900],
  [3 * DAY, DAY],
  [7 * DAY, DAY],
  [30 * DAY, DAY],
];

describe('candles', () => {
  test('the same seed gives the same numbers on every machine', () => {
    const golden = createMarket({ seed: 'golden' });
    expect(golden.candles('BTC_USDT', 3600, NOW - 3600, NOW)).toMatchInlineSnapshot(`
      [
        {
          "close": "84017.36",
          "high": "84141.93",
          "low": "83391.73",
          "open": "83533.67",
          "timeSec": 1795392000,
          "volumeMoney": "10606251.4614",
          "volumeStock": "126.536769",
        },
        {
          "close": "84105.6",
          "high": "84296.93",
          "low": "84002.27",
          "open": "84017.36",
          "timeSec": 1795395600,
          "volumeMoney": "4061608.3955",
          "volumeStock": "48.264842",
        },
      ]
    `);
    expect(golden.candles('PEPE_USDT', 30 * DAY, FIVE_YEARS_AGO, FIVE_YEARS_AGO + 1)).toMatchInlineSnapshot(`
      [
        {
          "close": "0.0000073153",
          "high": "0.0000093178",
          "low": "0.0000065465",
          "open": "0.0000081766",
          "timeSec": 1635724800,
          "volumeMoney": "203687494.5474",
          "volumeStock": "26469961181000",
        },
      ]
    `);
    expect(golden.candles('ETH_BTC', 1, NOW - 2, NOW)).toMatchInlineSnapshot(`
      [
        {
          "close": "0.038242",
          "high": "0.038242",
          "low": "0.038241",
          "open": "0.038241",
          "timeSec": 1795397398,
          "volumeMoney": "0.00019885",
          "volumeStock": "0.0052",
        },
        {
          "close": "0.038242",
          "high": "0.038242",
          "low": "0.038242",
          "open": "0.038242",
          "timeSec": 1795397399,
          "volumeMoney": "0",
          "volumeStock": "0",
        },
      ]
    `);
  });

  test('another seed is another world', () => {
    const other = createMarket({ seed: 'other' }).candles('BTC_USDT', DAY, NOW - 3 * DAY, NOW);
    expect(other).not.toEqual(market.candles('BTC_USDT', DAY, NOW - 3 * DAY, NOW));
  });

  test('does not depend on what was asked before', () => {
    const fresh = createMarket({ seed: 'test' });
    const asked = fresh.candles('SOL_USDT', 60, NOW - 600, NOW);
    market.candles('SOL_USDT', DAY, FIVE_YEARS_AGO, NOW);
    expect(market.candles('SOL_USDT', 60, NOW - 600, NOW)).toEqual(asked);
  });

  test('a coarse candle is exactly the sum and the extremes of its fine ones, at any time of five years', () => {
    const place = fc.record({
      name: fc.constantFrom(...names),
      at: fc.integer({ min: FIVE_YEARS_AGO, max: NOW + 400 * DAY }),
      nested: fc.constantFrom(...NESTED),
    });
    fc.assert(
      fc.property(place, ({ name, at, nested: [coarse, fine] }) => {
        const start = candleStart(at, coarse);
        const end = nextCandleStart(start, coarse);
        const [whole, ...others] = market.candles(name, coarse, at, end);
        const parts = market.candles(name, fine, start, end);
        expect(others).toEqual([]);
        expect(whole?.timeSec).toBe(start);
        expect(parts.length).toBe((end - start) / fine);
        expect(whole?.open).toBe(parts[0]?.open);
        expect(whole?.close).toBe(parts.at(-1)?.close);
        expect(whole?.high).toBe(highest(parts));
        expect(whole?.low).toBe(lowest(parts));
        expect(whole?.volumeStock).toBe(sum(parts, 'volumeStock'));
        expect(whole?.volumeMoney).toBe(sum(parts, 'volumeMoney'));
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  test('every candle opens where the last one closed, across seconds, minutes, days and years', () => {
    for (const name of names) {
      for (const [interval, count] of [
        [1, 400],
        [60, 1600],
        [3600, 100],
        [7 * DAY, 60],
      ] as const) {
        const candles = market.candles(name, interval, NOW - interval * count, NOW);
        for (let i = 1; i < candles.length; i += 1) expect(candles[i]?.open).toBe(candles[i - 1]?.close);
        for (const { open, high, low, close } of candles) {
          expect(decimal(high).gte(Decimal.max(decimal(open), decimal(close)))).toBe(true);
          expect(decimal(low).lte(Decimal.min(decimal(open), decimal(close)))).toBe(true);
        }
      }
    }
  });

  test('the money of a minute is its volume times a price between low and high', () => {
    for (const name of names) {
      for (const { volumeStock, volumeMoney, high, low } of market.candles(name, 60, NOW - 7200, NOW)) {
        const half = Decimal.parse('0.00005');
        expect(decimal(volumeMoney).lte(decimal(high).mul(decimal(volumeStock)).add(half))).toBe(true);
        expect(decimal(volumeMoney).gte(decimal(low).mul(decimal(volumeStock)).sub(half))).toBe(true);
      }
    }
  });

  test('a running candle ends at the second asked for and grows into the finished one', () => {
    const start = candleStart(NOW, 3600);
    const running = market.candles('BTC_USDT', 3600, start, start + 1234);
    expect(running).toHaveLength(1);
    expect(running[0]?.close).toBe(market.candles('BTC_USDT', 1, start + 1233, start + 1234)[0]?.close);
    const whole = market.candles('BTC_USDT', 3600, start, start + 3600)[0];
    expect(decimal(whole?.volumeStock).gt(decimal(running[0]?.volumeStock))).toBe(true);
  });

  test('stands still while nobody trades', () => {
    const seconds = market.candles('DBTC_DUSDT', 1, NOW - 3600, NOW);
    const still = seconds.filter(({ volumeStock }) => volumeStock === '0');
    expect(still.length).toBeGreaterThan(1000);
    for (const { open, high, low, close } of still) expect([high, low, close]).toEqual([open, open, open]);
  });

  test('weeks start on Monday, months on the first', () => {
    const weeks = market.candles('BTC_USDT', 7 * DAY, NOW - 60 * DAY, NOW);
    for (const { timeSec } of weeks) expect(new Date(timeSec * 1000).getUTCDay()).toBe(1);
    const months = market
      .candles('BTC_USDT', 30 * DAY, FIVE_YEARS_AGO, NOW)
      .map(({ timeSec }) => new Date(timeSec * 1000));
    expect(months).toHaveLength(61);
    for (const month of months) expect([month.getUTCDate(), month.getUTCHours()]).toEqual([1, 0]);
  });

  test('says nothing of the time before the listing', () => {
    const candles = market.candles('BTC_USDT', DAY, 0, Date.UTC(2018, 0, 3) / 1000);
    expect(candles.map(({ timeSec }) => timeSec)).toEqual([Date.UTC(2018, 0, 1) / 1000, Date.UTC(2018, 0, 2) / 1000]);
  });

  test('refuses a market that is not listed', () => {
    expect(() => market.candles('NO_SUCH', 60, NOW - 60, NOW)).toThrow('not listed');
  });
});

describe('the shape of prices', () => {
  const closes = (name: string): number[] =>
    market.candles(name, DAY, FIVE_YEARS_AGO, NOW).map(({ close }) => Number(close));
  const returns = (name: string): number[] => {
    const prices = closes(name);
    return prices.slice(1).map((price, i) => Math.log(price / (prices[i] ?? Number.NaN)));
  };
  const yearly = (moves: readonly number[]): number =>
    Math.sqrt((moves.reduce((all, move) => all + move * move, 0) / moves.length) * 365);

  test.each([
    ['BTC_USDT', 0.4, 0.68],
    ['ETH_USDT', 0.5, 0.95],
    ['PEPE_USDT', 0.9, 1.5],
    ['USDC_USDT', 0.001, 0.02],
  ])('%s moves as much a year as its like', (name, least, most) => {
    const volatility = yearly(returns(name));
    expect(volatility).toBeGreaterThan(least);
    expect(volatility).toBeLessThan(most);
  });

  test('tails are fat, and wild days come in clusters', () => {
    const moves = returns('BTC_USDT');
    const mean = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0) / values.length;
    const square = mean(moves.map((move) => move ** 2));
    expect(mean(moves.map((move) => move ** 4)) / square ** 2).toBeGreaterThan(4);
    const sizes = moves.map(Math.abs);
    const size = mean(sizes);
    const ofWeeks: number[] = [];
    for (let i = 0; i + 7 <= sizes.length; i += 7) ofWeeks.push(mean(sizes.slice(i, i + 7)));
    const calm = ofWeeks.filter((week) => week < size * 0.7).length;
    const wild = ofWeeks.filter((week) => week > size * 1.4).length;
    expect(calm).toBeGreaterThan(20);
    expect(wild).toBeGreaterThan(15);
  });

  test('stay in a believable band over five years', () => {
    for (const name of names) {
      const prices = closes(name);
      expect(Math.max(...prices) / Math.min(...prices)).toBeLessThan(200);
    }
    const peg = closes('USDC_USDT');
    expect(Math.max(...peg)).toBeLessThan(1.01);
    expect(Math.min(...peg)).toBeGreaterThan(0.99);
  });

  test('pairs hang together: no free money across three markets', () => {
    for (let i = 0; i < 300; i += 1) {
      const atMs = (NOW - i * 100_003) * 1000;
      const last = (name: string): number => market.statistics(name, atMs, 1).last.toNumberInexact();
      expect(Math.abs(last('ETH_BTC') / (last('ETH_USDT') / last('BTC_USDT')) - 1)).toBeLessThan(0.002);
      // Hardly anybody trades demo money, so its last price may be minutes old.
      expect(Math.abs(last('DBTC_DUSDT') / last('BTC_USDT') - 1)).toBeLessThan(0.015);
    }
  });
});

describe('statistics', () => {
  test('are what the candles of the same time say', () => {
    for (const name of names) {
      for (const periodSec of [60, 3600, DAY, 7 * DAY]) {
        const { last, open, high, low, volumeStock, volumeMoney } = market.statistics(
          name,
          NOW * 1000 + 999,
          periodSec,
        );
        const candles = market.candles(name, 60, NOW - periodSec, NOW);
        expect(last.toString()).toBe(candles.at(-1)?.close);
        expect(open.toString()).toBe(candles[0]?.open);
        expect(high.toString()).toBe(highest(candles));
        expect(low.toString()).toBe(lowest(candles));
        expect(volumeStock.toString()).toBe(sum(candles, 'volumeStock'));
        expect(volumeMoney.toString()).toBe(sum(candles, 'volumeMoney'));
      }
    }
  });
});

describe('speed', () => {
  /** Twenty times what a plain laptop needs: catches a change of order, not a busy machine. */
  const GENEROUS = 20;
  test('a day of minutes and four years of days answer at once from cold', () => {
    const cold = createMarket({ seed: 'cold' });
    const time = (run: () => readonly Candle[]): number => {
      const start = performance.now();
      expect(run()).toHaveLength(1440);
      return performance.now() - start;
    };
    const end = candleStart(NOW, DAY);
    expect(time(() => cold.candles('ETH_BTC', 60, end - DAY, end))).toBeLessThan(10 * GENEROUS);
    expect(time(() => cold.candles('ETH_BTC', DAY, end - 1440 * DAY, end))).toBeLessThan(200 * GENEROUS);
    expect(time(() => cold.candles('ETH_BTC', DAY, end - 1440 * DAY, end))).toBeLessThan(5 * GENEROUS);
  });
});
