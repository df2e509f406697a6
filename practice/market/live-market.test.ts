import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { ALICE, BOB, d, form, OPENING } from '../engine/world.testing.ts';
import { ExchangeStoppedError } from '../exchange/durable-exchange.ts';
import { Folder } from '../exchange/exchange.testing.ts';
import { MARKET, model, Street } from './live.testing.ts';
import { createLiveMarket } from './live-market.ts';
import { mix } from './noise.ts';

const HOUR = 3_600;
const DAY = 86_400;

let folder: Folder;
let street: Street;
beforeEach(async () => {
  folder = new Folder();
  street = new Street(folder.file());
  await street.fund();
});
afterEach(() => {
  street.bench.exchange.close();
  folder.remove();
});

/** Hours of trading with quiet times, moved clocks and restarts; every choice follows from the seed. */
async function wander(seed: number, steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    const draw = mix(seed, step);
    const small = (draw >>> 8) % 400;
    switch (draw % 16) {
      case 0:
        street.jump(100 + small * 7);
        break;
      case 1:
        street.restart(small % 2 === 0 ? 5 : 100 + small);
        break;
      case 2:
        await street.live(small);
        break;
      case 3:
        // Shorter than a gap: a silence that was lived through all the same.
        street.jump(small % 60);
        await street.tick();
        break;
      default:
        street.jump(((draw >>> 20) % 20_000) / 1_000);
        await street.trade(`${87_000 + small * 5}.${10 + ((draw >>> 24) % 90)}`, `0.${1 + small}`);
    }
  }
  await street.tick();
}

describe('candles are what the list of all trades says, second by second', () => {
  test.each([1, 2, 3, 4, 5, 6])('whatever happened in the life of seed %i', async (seed) => {
    await wander(seed, 120);
    const until = street.nowSec + 1;
    const born = street.lives()[0]?.[0] ?? 0;
    expect(street.trades.length).toBeGreaterThan(50);
    expect(street.lives().length).toBeGreaterThan(3);
    for (const intervalSec of [1, 10, 30, 60, 300, 900, HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY]) {
      const fromSec = born - Math.min(intervalSec * 3, 2 * DAY);
      const told = street.market.candles(MARKET, intervalSec, fromSec, street.nowSec);
      expect(told).toEqual(street.naiveCandles(intervalSec, fromSec, until));
    }
  });

  test('also where a window ends in the past, in the middle of a candle', async () => {
    await wander(7, 60);
    const toSec = street.nowSec - 1_234;
    for (const intervalSec of [10, 60, HOUR])
      expect(street.market.candles(MARKET, intervalSec, toSec - 5 * HOUR, toSec)).toEqual(
        street.naiveCandles(intervalSec, toSec - 5 * HOUR, toSec),
      );
  });

  test('before the first life they are the model, to the last digit', () => {
    const toSec = street.nowSec - 60;
    for (const intervalSec of [1, 60, HOUR])
      expect(street.market.candles(MARKET, intervalSec, toSec - 100 * intervalSec, toSec)).toEqual(
        model.candles(MARKET, intervalSec, toSec - 100 * intervalSec, toSec),
      );
  });
});

describe('statistics', () => {
  test('of any period are what the seconds of that time say, the running one included', async () => {
    for (let part = 0; part < 12; part += 1) {
      await wander(100 + part, 6);
      for (const periodSec of [1, 60, 4_000, 5 * HOUR]) {
        const { bid, ask, last, ...told } = street.market.statistics(MARKET, street.nowMs, periodSec);
        const texts = Object.fromEntries(
          Object.entries({ ...told, close: last }).map(([key, value]) => [key, `${value}`]),
        );
        expect(texts).toEqual(street.naiveSum(street.nowSec - periodSec, street.nowSec + 1));
      }
    }
  });

  test('a trade is in the ticker at once, and out of it a day later to the second', async () => {
    await street.live(DAY + 2 * HOUR);
    expect(street.market.statistics(MARKET, street.nowMs, DAY).volumeStock.isZero()).toBe(true);
    await street.trade('88100', '0.5');
    await street.trade('88050', '0.25');
    const day = street.market.statistics(MARKET, street.nowMs, DAY);
    expect([day.open, day.high, day.low, day.last, day.volumeStock, day.volumeMoney].map(String)).toEqual([
      '88100',
      '88100',
      '88050',
      '88050',
      '0.75',
      '66062.5',
    ]);
    await street.live(DAY);
    expect(String(street.market.statistics(MARKET, street.nowMs, DAY).volumeStock)).toBe('0.75');
    await street.live(1);
    const after = street.market.statistics(MARKET, street.nowMs, DAY);
    expect([after.open, after.last, after.volumeStock].map(String)).toEqual(['88050', '88050', '0']);
  });

  test('bid and ask are the book, and the last price where a side is empty', async () => {
    await street.trade('88000', '1');
    await street.bench.one({ kind: 'place', account: BOB, order: form('limit', 'sell', { price: '88010' }) });
    const { bid, ask, last } = street.market.statistics(MARKET, street.nowMs, DAY);
    expect([bid, ask, last].map(String)).toEqual(['88000', '88010', '88000']);
  });

  test('while nobody has traded, the price is that with which the life began', async () => {
    const { last: born } = model.statistics(MARKET, street.nowMs, 1);
    await street.live(HOUR);
    expect(String(street.market.statistics(MARKET, street.nowMs, DAY).last)).toBe(String(born));
    street.jump(HOUR);
    await street.tick();
    const { last: back } = model.statistics(MARKET, street.nowMs, 1);
    await street.live(120);
    expect(String(street.market.statistics(MARKET, street.nowMs, DAY).last)).toBe(String(back));
  });

  test('an exchange opened at other prices than the model is at those from its first second', async () => {
    street.bench.exchange.close();
    street = new Street(folder.file(), { opening: { ...OPENING, lastPrices: new Map([[MARKET, d('91000')]]) } });
    for (let minute = 0; minute < 3; minute += 1) {
      expect(String(street.market.statistics(MARKET, street.nowMs, DAY).last)).toBe('91000');
      const candles = street.market.candles(MARKET, 60, street.nowSec, street.nowSec);
      expect(candles.at(-1)?.close).toBe('91000');
      await street.live(60);
    }
  });
});

describe('the book', () => {
  test("is the engine's, with its number", async () => {
    for (let price = 0; price < 8; price += 1) {
      await street.bench.one({
        kind: 'place',
        account: BOB,
        order: form('limit', 'sell', { price: `8800${price}.5` }),
      });
      await street.bench.one({ kind: 'place', account: ALICE, order: form('limit', 'buy', { price: `8799${price}` }) });
    }
    const { updateId, asks, bids } = street.market.book(MARKET, street.nowMs, 3);
    const texts = (levels: typeof asks): string[][] => levels.map((level) => level.map(String));
    expect(texts(asks)).toEqual([
      ['88000.5', '1'],
      ['88001.5', '1'],
      ['88002.5', '1'],
    ]);
    expect(texts(bids)).toEqual([
      ['87997', '1'],
      ['87996', '1'],
      ['87995', '1'],
    ]);
    expect(updateId).toBe(16);
  });
});

describe('trades', () => {
  test('are those that happened, newest first, and before the first life those of the model', async () => {
    const before = model.trades(MARKET, street.nowMs, 5);
    await street.trade('88000', '1');
    await street.live(100);
    await street.trade('88001', '2');
    const told = street.market.trades(MARKET, street.nowMs, 7);
    expect(told.slice(0, 2).map(({ price, amount, side }) => `${price} ${amount} ${side}`)).toEqual([
      '88001 2 buy',
      '88000 1 buy',
    ]);
    expect(told.slice(2)).toEqual(before);
    expect(street.market.trades(MARKET, street.nowMs, 1)).toEqual(told.slice(0, 1));
  });
});

describe('a restart', () => {
  const everything = (): unknown => [
    ...[1, 60, HOUR, DAY].map((sec) => street.market.candles(MARKET, sec, street.nowSec - 200 * sec, street.nowSec)),
    street.market.trades(MARKET, street.nowMs, 500),
    street.market.statistics(MARKET, street.nowMs, DAY),
    street.market.book(MARKET, street.nowMs, 100),
    street.market.listings(),
  ];

  test('keeps everything', async () => {
    await wander(11, 80);
    const before = everything();
    street.restart(0);
    expect(everything()).toEqual(before);
  });

  test('after a death keeps everything as well, and the next trade adds to the bars of its minute', async () => {
    await street.trade('88000', '1');
    await street.live(7);
    await street.trade('88020', '0.5');
    const before = everything();
    const dead = street;
    street = new Street(folder.crashed(dead.file));
    street.jump(7);
    expect(everything()).toEqual(before);
    await street.trade('88010', '0.25');
    const [day] = street.market.candles(MARKET, DAY, street.nowSec, street.nowSec);
    const [was] = dead.market.candles(MARKET, DAY, dead.nowSec, dead.nowSec);
    dead.bench.exchange.close();
    const added = Decimal.parse(day?.volumeStock ?? '').sub(Decimal.parse(was?.volumeStock ?? ''));
    expect([day?.open, day?.close, added.toString()]).toEqual([was?.open, '88010', '0.25']);
  });

  test('a quiet life is remembered though nothing was ever asked of it', async () => {
    await street.live(2 * HOUR);
    const before = street.market.candles(MARKET, 60, street.nowSec - HOUR, street.nowSec - 120);
    const dead = street;
    street = new Street(folder.crashed(dead.file));
    street.jump(3 * HOUR);
    await street.tick();
    dead.bench.exchange.close();
    expect(new Set(before.map(({ volumeStock }) => volumeStock))).toEqual(new Set(['0']));
    const fromSec = before[0]?.timeSec ?? 0;
    expect(street.market.candles(MARKET, 60, fromSec, fromSec + before.length * 60)).toEqual(before);
  });
});

describe('bounds', () => {
  const bars = { 1: 120, 60: 2 * HOUR, 3600: Number.POSITIVE_INFINITY, 86400: Number.POSITIVE_INFINITY };

  test('what is too old goes: candles of longer steps stay exact, shorter ones are left out', async () => {
    street.bench.exchange.close();
    street = new Street(folder.file(), { tape: { bars, trades: 40 } });
    await street.fund();
    for (let step = 0; step < 400; step += 1) {
      street.jump(30 + (mix(9, step) % 28));
      await street.trade(`${88_000 + (mix(8, step) % 500)}`, '0.01');
    }
    const { tape } = street.bench.exchange;
    const now = street.nowSec;
    expect(tape.bars(MARKET, 1, 0, now + 1).length).toBeLessThan(10);
    expect(tape.bars(MARKET, 60, 0, now + 1).length).toBeLessThan(3 * 60);
    expect(tape.trades(MARKET, 1_000, null).length).toBeLessThanOrEqual(42);
    expect(street.market.trades(MARKET, street.nowMs, 40)).toHaveLength(40);
    expect(street.market.candles(MARKET, HOUR, now - 5 * HOUR, now)).toEqual(
      street.naiveCandles(HOUR, now - 5 * HOUR, now + 1),
    );
    const minutes = street.market.candles(MARKET, 60, now - 4 * HOUR, now);
    expect(minutes.length).toBeGreaterThanOrEqual(60);
    expect(minutes).toEqual(street.naiveCandles(60, minutes[0]?.timeSec ?? 0, now + 1));
    const seconds = street.market.candles(MARKET, 1, now - 600, now);
    expect(seconds.length).toBeGreaterThanOrEqual(60);
    expect(seconds).toEqual(street.naiveCandles(1, seconds[0]?.timeSec ?? 0, now + 1));
  });
});

describe('the owner at work', () => {
  test('rules, halts and delistings are seen at once', async () => {
    const view = street.bench.exchange.query.market(MARKET);
    if (view === null) throw new Error('No market');
    const rules = { ...view.rules, moneyPrec: 1, minTotal: Decimal.parse('7'), takerRate: 2_500n };
    await street.bench.one({ kind: 'market-rules', market: MARKET, rules });
    expect(street.market.listing(MARKET)).toMatchObject({
      moneyPrec: 1,
      stockPrec: 6,
      makerFee: '0.1',
      takerFee: '0.25',
    });
    expect(String(street.market.listing(MARKET)?.minTotal)).toBe('7');
    await street.bench.one({ kind: 'market-status', market: MARKET, status: 'halted' });
    expect(street.market.status(MARKET)).toBe('halted');
    expect(street.market.listings().map(({ name }) => name)).toContain(MARKET);
    await street.bench.one({ kind: 'market-status', market: MARKET, status: 'delisted' });
    expect(street.market.listing(MARKET)).toBeNull();
    expect(street.market.status(MARKET)).toBe('delisted');
    expect(street.market.listings().map(({ name }) => name)).not.toContain(MARKET);
    expect(street.market.status('NO_SUCH')).toBeNull();
  });

  test('an exchange that has stopped tells nothing rather than something old', () => {
    const { tape, opening } = street.bench.exchange;
    const exchange = {
      tape,
      opening,
      get query(): never {
        throw new ExchangeStoppedError();
      },
    };
    const stopped = createLiveMarket({ model, exchange, clock: street.bench.clock });
    expect(() => stopped.listings()).toThrow(ExchangeStoppedError);
    expect(() => stopped.book(MARKET, street.nowMs, 1)).toThrow(ExchangeStoppedError);
    expect(() => stopped.trades(MARKET, street.nowMs, 1)).toThrow(ExchangeStoppedError);
    expect(() => stopped.statistics(MARKET, street.nowMs, DAY)).toThrow(ExchangeStoppedError);
    expect(() => stopped.candles(MARKET, 60, street.nowSec - HOUR, street.nowSec)).toThrow(ExchangeStoppedError);
  });
});
