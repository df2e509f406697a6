import { expect, test } from 'vitest';
import { type CandleInterval, type DrawnCandle, INTERVAL_SEC } from '../../core/candle.ts';
import type { PublicVenue } from '../../venues/venue.ts';
import { manualClock } from '../manual-clock.ts';
import { CandleHistory } from './feed-candles.ts';

const MARKET = 'BTC_USDT';
const DAY = 86_400;

/** An exchange that tells a candle only where somebody traded: at each of `tradesSec`, one coin. */
function open(tradesSec: (nowSec: number) => readonly number[]) {
  // Five o'clock: no piece of minutes or seconds begins just then.
  const clock = manualClock(1_767_225_600_000 + 5 * 3_600_000);
  const nowSec = () => Math.floor(clock.nowMs() / 1_000);
  const trades = tradesSec(nowSec());
  const asked: string[] = [];
  let isDown = false;
  const candles: PublicVenue['candles'] = async (_market, interval, startSec, endSec, limit) => {
    asked.push(interval);
    if (isDown) return { ok: false, fault: { code: 'down', status: 503, raw: '' } };
    const begins = new Set(trades.filter((atSec) => atSec <= nowSec()).map((atSec) => beginOf(interval, atSec)));
    const rows = [...begins]
      .filter((atSec) => atSec >= startSec && (endSec === null || atSec <= endSec))
      .toSorted((a, b) => a - b)
      .map((atSec): DrawnCandle => [atSec, 1, 1, 1, 1, 1]);
    return { ok: true, value: rows.slice(-limit) };
  };
  const history = new CandleHistory({ candles }, clock);
  const page = async (interval: CandleInterval, toSec: number | null, limit: number) => {
    const answer = await history.page(MARKET, interval, toSec, limit);
    if (!answer.ok) throw new Error(answer.fault.code);
    return { times: answer.value.candles.map(([atSec]) => atSec), first: answer.value.first };
  };
  const fail = (): void => {
    isDown = true;
  };
  return { clock, history, page, asked, nowSec, fail };
}

function beginOf(interval: CandleInterval, atSec: number): number {
  if (interval !== '1M') return atSec - (atSec % INTERVAL_SEC[interval]);
  const at = new Date(atSec * 1_000);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1) / 1_000;
}

const everyMinute = (count: number) => (nowSec: number) =>
  Array.from({ length: count }, (_, age) => nowSec - (nowSec % 60) - age * 60);

test('pages join without a hole or a repetition, down to the first candle', async () => {
  const { page, nowSec } = open(everyMinute(2_500));
  const all: number[] = [];
  let toSec: number | null = null;
  let pages = 0;
  for (;;) {
    const { times, first } = await page('1m', toSec, 500);
    all.unshift(...times);
    pages += 1;
    if (first) break;
    toSec = (times[0] ?? 0) - 1;
  }
  expect(all).toEqual(everyMinute(2_500)(nowSec()).toReversed());
  expect(pages).toBeLessThanOrEqual(6);
});

test('what is over is asked for once, what grows again after a second, and many askers share a request', async () => {
  const { clock, page, asked } = open(everyMinute(2_500));
  await page('1m', null, 1_000);
  const once = asked.length;
  await page('1m', null, 1_000);
  expect(asked).toHaveLength(once);
  await clock.advance(1_000);
  await Promise.all([page('1m', null, 1_000), page('1m', null, 900), page('1m', null, 10)]);
  expect(asked).toHaveLength(once + 1);
});

test('a silence of a year is stepped over instead of being asked through', async () => {
  const { page, asked, nowSec } = open((now) => [now - 400 * DAY, now - 400 * DAY + 7, now - 3]);
  const { times, first } = await page('1s', null, 100);
  expect(times).toEqual([nowSec() - 400 * DAY, nowSec() - 400 * DAY + 7, nowSec() - 3]);
  expect(first).toBe(true);
  expect(asked.length).toBeLessThan(20);
});

test('months of every length belong to one page', async () => {
  const { page } = open((now) => Array.from({ length: 40 }, (_, month) => now - month * 30 * DAY));
  const { times, first } = await page('1M', null, 1_440);
  expect(first).toBe(true);
  for (const atSec of times) expect(new Date(atSec * 1_000).getUTCDate()).toBe(1);
  expect(times.length).toBeGreaterThan(35);
});

test('before the first candle there is nothing, and that is said', async () => {
  const { page, nowSec } = open(everyMinute(100));
  expect(await page('1m', nowSec() - 10 * DAY, 100)).toEqual({ times: [], first: true });
});

test('an exchange that fails in the middle leaves what was read, and never calls it the beginning', async () => {
  const { clock, history, page, fail } = open(everyMinute(2_500));
  await page('1m', null, 10);
  fail();
  const { times, first } = await page('1m', null, 1_440);
  expect(times.length).toBeGreaterThan(0);
  expect(first).toBe(false);
  await clock.advance(2_000);
  expect(await history.page(MARKET, '1m', null, 10)).toMatchObject({ ok: false, fault: { code: 'down' } });
});
