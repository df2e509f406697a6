import { expect, test } from 'vitest';
import type { WatchMessage } from '../../../src/contract/live.ts';
import { Watch } from './watch.ts';

function setup() {
  const said: WatchMessage[] = [];
  const due: (() => void)[] = [];
  const watch = new Watch(
    (message) => said.push(message),
    (_, run) => due.push(run),
  );
  const settle = (): WatchMessage | undefined => {
    for (const run of due.splice(0)) run();
    return said.at(-1);
  };
  return { watch, said, settle };
}
const ticker = (market: string) => ({ venue: 'whitebit', market }) as const;

test('scrolling past a hundred rows is said once, with what is left in sight', () => {
  const { watch, said, settle } = setup();
  const stops = Array.from({ length: 100 }, (_, n) => watch.ticker(ticker(`M${n}_USDT`)));
  for (const stop of stops.slice(0, 98)) stop();
  expect(settle()?.tickers).toEqual([ticker('M98_USDT'), ticker('M99_USDT')]);
  expect(said).toHaveLength(1);
});

test('what two views want stays until both are gone, and going twice counts once', () => {
  const { watch, settle } = setup();
  const first = watch.ticker(ticker('BTC_USDT'));
  const second = watch.ticker(ticker('BTC_USDT'));
  first();
  first();
  expect(settle()?.tickers).toHaveLength(1);
  second();
  expect(settle()?.tickers).toHaveLength(0);
});

test('wishes beyond what the desk allows leave out the oldest', () => {
  const { watch, settle } = setup();
  for (let n = 0; n < 250; n += 1) watch.ticker(ticker(`M${n}_USDT`));
  for (let n = 0; n < 6; n += 1) watch.market({ ...ticker(`M${n}_USDT`), interval: '1m' });
  const said = settle();
  expect(said?.tickers).toHaveLength(200);
  expect(said?.tickers.at(-1)?.market).toBe('M249_USDT');
  expect(said?.markets.map(({ market }) => market)).toEqual(['M2_USDT', 'M3_USDT', 'M4_USDT', 'M5_USDT']);
});
