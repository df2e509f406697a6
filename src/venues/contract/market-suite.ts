/** What every venue must tell of a market. */

import { expect, test } from 'vitest';
import { type CandleInterval, INTERVAL_SEC } from '../../core/candle.ts';
import { Decimal } from '../../core/decimal.ts';
import type { VenueWorld } from './world.ts';

const MARKET = 'BTC_USDT';
const INTERVALS: readonly CandleInterval[] = ['1s', '1m', '1h', '1d'];
const LEVELS_MAX = 100;
const TRADES_MAX = 100;
/** The world's clock and ours may differ, and a trade may be told while it is asked for. */
const SLACK_MS = 10_000;

export function marketContract(world: () => VenueWorld): void {
  test.each(INTERVALS)('candles of %s are those asked for, in order, and each is possible', async (interval) => {
    const venueNowSec = Math.floor((Date.now() + world().clockOffsetMs) / 1_000);
    const [startSec, endSec] = [venueNowSec - 20 * INTERVAL_SEC[interval], venueNowSec - 2 * INTERVAL_SEC[interval]];
    const answer = await world().public.candles(MARKET, interval, startSec, endSec, 15);
    if (!answer.ok) throw new Error(answer.fault.raw);
    expect(answer.value).toHaveLength(15);
    for (const [index, [atSec, open, high, low, close, volume]] of answer.value.entries()) {
      expect(atSec % INTERVAL_SEC[interval]).toBe(0);
      expect(atSec).toBeGreaterThanOrEqual(startSec);
      expect(atSec).toBeLessThanOrEqual(endSec);
      if (index > 0) expect(atSec).toBeGreaterThan(answer.value[index - 1]?.[0] ?? Number.NaN);
      expect(low).toBeGreaterThan(0);
      expect(Math.min(open, close)).toBeGreaterThanOrEqual(low);
      expect(Math.max(open, close)).toBeLessThanOrEqual(high);
      expect(volume).toBeGreaterThanOrEqual(0);
    }
  });

  test('without an end, the candle that grows comes last', async () => {
    const venueNowSec = Math.floor((Date.now() + world().clockOffsetMs) / 1_000);
    const answer = await world().public.candles(MARKET, '1h', venueNowSec - 3 * 3_600, null, 2);
    if (!answer.ok) throw new Error(answer.fault.raw);
    expect(answer.value).toHaveLength(2);
    expect(answer.value.at(-1)?.[0]).toBeGreaterThan(venueNowSec - 3_600 - SLACK_MS / 1_000);
  });

  test('a book has its best first on both sides, and they do not cross', async () => {
    const answer = await world().public.book(MARKET);
    if (!answer.ok) throw new Error(answer.fault.raw);
    const { bids, asks } = answer.value;
    for (const side of [bids, asks]) {
      expect(side.length).toBeGreaterThan(0);
      expect(side.length).toBeLessThanOrEqual(LEVELS_MAX);
      for (const { price, quantity } of side) expect([price.sign(), quantity.sign()]).toEqual([1, 1]);
    }
    const falling = [...asks.toReversed(), ...bids].map(({ price }) => price);
    for (let index = 1; index < falling.length; index += 1)
      expect((falling[index] ?? Decimal.ZERO).lt(falling[index - 1] ?? Decimal.ZERO)).toBe(true);
  });

  test('trades come newest first, each once, none of the future', async () => {
    const answer = await world().public.trades(MARKET);
    if (!answer.ok) throw new Error(answer.fault.raw);
    const ids = answer.value.map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.length).toBeLessThanOrEqual(TRADES_MAX);
    expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => b - a));
    for (const { price, quantity, atMs } of answer.value) {
      expect([price.sign(), quantity.sign()]).toEqual([1, 1]);
      expect(atMs).toBeLessThanOrEqual(Date.now() + world().clockOffsetMs + SLACK_MS);
    }
  });

  test.each(['candles', 'book', 'trades'] as const)('%s of a market that is not listed are refused', async (kind) => {
    const { public: venue } = world();
    const nothing = 'NO_SUCH';
    const answer =
      kind === 'candles' ? await venue.candles(nothing, '1m', 1_700_000_000, null, 5) : await venue[kind](nothing);
    expect(answer).toMatchObject({ ok: false, fault: { code: 'invalid-request' } });
  });
}
