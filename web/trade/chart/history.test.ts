import { expect, test } from 'vitest';
import type { CandleRow } from '../../../src/contract/trading.ts';
import { History } from './history.ts';

const row = (atSec: number): CandleRow => [atSec, 1, 1, 1, 1, 1];

/** A market with a candle every second from `first` to `last`, as the desk would tell it. */
function made(first: number, last: number) {
  const market = { first, last, fails: false, asked: [] as [number, number | null][], nowMs: 0, waits: [] as number[] };
  let due: (() => void) | null = null;
  const changes: string[] = [];
  const history = new History({
    fetchPage: async (limit, toSec) => {
      market.asked.push([limit, toSec]);
      if (market.fails) throw new Error('No answer');
      const to = Math.min(toSec ?? market.last, market.last);
      const from = Math.max(market.first, to - limit + 1);
      const length = Math.max(0, to - from + 1);
      return { candles: Array.from({ length }, (_, index) => row(from + index)), first: from === market.first };
    },
    nowMs: () => market.nowMs,
    later: (run, delayMs) => {
      market.waits.push(delayMs);
      due = run;
      return () => {
        due = null;
      };
    },
    changed: ({ what }) => changes.push(what),
    told: () => {},
  });
  /** The wait is over. */
  const pass = async (): Promise<void> => {
    const run = due;
    due = null;
    run?.();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { market, history, changes, pass };
}

const isWhole = ({ bars }: History): boolean =>
  [...bars.time.subarray(0, bars.length)].every(
    (atSec, index, all) => index === 0 || atSec === (all[index - 1] ?? 0) + 1,
  );

test('one scrolls back to the first candle of the market, and no further', async () => {
  const { history, market } = made(1, 4_000);
  await history.load();
  expect(history.bars.length).toBe(500);
  while (!history.atStart) await history.more();
  expect(history.bars.firstSec).toBe(1);
  expect(history.bars.length).toBe(4_000);
  expect(isWhole(history)).toBe(true);
  const asked = market.asked.length;
  await history.more();
  expect(market.asked.length).toBe(asked);
});

test('two wishes for older candles are one request', async () => {
  const { history, market } = made(1, 4_000);
  await history.load();
  await Promise.all([history.more(), history.more()]);
  expect(market.asked.length).toBe(2);
});

test('after a break the candles in between are read and none is missing', async () => {
  const { history, market } = made(1, 4_000);
  await history.load();
  market.last = 6_500;
  await history.heal();
  expect(history.bars.lastSec).toBe(6_500);
  expect(isWhole(history)).toBe(true);
});

test('after a very long break the chart begins anew instead of showing a hole', async () => {
  const { history, market } = made(1, 4_000);
  await history.load();
  market.last = 100_000;
  await history.heal();
  expect(history.bars.lastSec).toBe(100_000);
  expect(history.bars.firstSec).toBeGreaterThan(4_000);
  expect(isWhole(history)).toBe(true);
  expect(history.atStart).toBe(false);
});

test('live candles that do not join what is known ask for the gap, once', async () => {
  const { history, market } = made(1, 4_000);
  await history.load();
  market.last = 4_050;
  history.live([row(4_049), row(4_050)]);
  history.live([row(4_049), row(4_050)]);
  await Promise.resolve();
  expect(market.asked.length).toBe(2);
  await expect.poll(() => isWhole(history)).toBe(true);
  expect(history.bars.lastSec).toBe(4_050);
});

test('a live candle changes only the last one, the next is appended', async () => {
  const { history, changes } = made(1, 10);
  await history.load();
  changes.length = 0;
  history.live([row(9), row(10)]);
  history.live([row(10), row(11)]);
  expect(changes).toEqual(['last', 'last', 'appended']);
});

test('a failed page is said, waits for a hand, and is tried again', async () => {
  const { history, market } = made(1, 4_000);
  await history.load();
  market.fails = true;
  await history.more();
  expect(history.older).toBe('failed');
  market.fails = false;
  await history.more();
  expect(history.bars.length).toBe(500);
  await history.more(true);
  expect(history.bars.length).toBe(1_940);
});

test('a market nobody traded in is empty until its first candle', async () => {
  const { history } = made(1, 0);
  await history.load();
  expect(history.state.what).toBe('empty');
  history.live([row(1)]);
  expect(history.state.what).toBe('ready');
});

test('what arrives after the place was left changes nothing', async () => {
  const { history, changes } = made(1, 4_000);
  const reading = history.load();
  history.end();
  await reading;
  expect(changes).toEqual([]);
});

test('a first page that did not come is asked for again by itself, less and less often, and the note stays meanwhile', async () => {
  const { history, market, pass } = made(1, 4_000);
  market.fails = true;
  await history.load();
  for (let tries = 0; tries < 6; tries += 1) await pass();
  expect(market.waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  expect(history.state.what).toBe('failed');
  market.fails = false;
  await pass();
  expect(history.state.what).toBe('ready');
  expect(history.bars.length).toBe(500);
  const asked = market.asked.length;
  await pass();
  expect(market.asked.length).toBe(asked);
});

test('asked for by hand, the next try by itself is called off; after the end none comes', async () => {
  const { history, market, pass } = made(1, 4_000);
  market.fails = true;
  await history.load();
  await history.load();
  expect(market.waits).toEqual([2_000, 2_000]);
  history.end();
  await pass();
  expect(market.asked.length).toBe(2);
});
