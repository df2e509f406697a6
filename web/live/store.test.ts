import { describe, expect, test } from 'vitest';
import type { Attempt, Connection } from '../../src/contract/exchanges.ts';
import type { LiveMessage } from '../../src/contract/live.ts';
import type { Fill, Order } from '../../src/contract/trading.ts';
import { LiveStore } from './store.ts';

function setup() {
  const frames: (() => void)[] = [];
  const applied: (readonly LiveMessage[])[] = [];
  const clock = { nowMs: 1000 };
  const store = new LiveStore({
    nowMs: () => clock.nowMs,
    nextFrame: (run) => frames.push(run),
    apply: (messages) => applied.push(messages),
  });
  const frame = (): void => {
    for (const run of frames.splice(0)) run();
  };
  return { store, frame, frames, applied, clock };
}

const connection = (id: string, label: string): LiveMessage => ({
  type: 'connection',
  // Only id and label are looked at here; the rest of a connection is long.
  connection: { id, label } as Connection,
});
const attempt = (id: string): LiveMessage => ({ type: 'attempt', attempt: { id } as Attempt });
const hello: LiveMessage = { type: 'hello', atMs: 1, version: '1.0.0', startedAtMs: 5 };

describe('a frame', () => {
  test('takes a burst as one, with the newest word of each subject', () => {
    const { store, frame, frames, applied } = setup();
    for (let n = 0; n < 100; n += 1) store.receive(connection('a', `name ${n}`));
    store.receive(connection('b', 'other'));
    expect(frames).toHaveLength(1);
    expect(applied).toHaveLength(0);
    frame();
    expect(applied).toEqual([[connection('a', 'name 99'), connection('b', 'other')]]);
  });

  test('lets a removal win over the update before it, and the other way round', () => {
    const { store, frame, applied } = setup();
    store.receive(connection('a', 'first'));
    store.receive({ type: 'connection-removed', id: 'a' });
    frame();
    expect(applied[0]).toEqual([{ type: 'connection-removed', id: 'a' }]);
    store.receive({ type: 'connection-removed', id: 'a' });
    store.receive(connection('a', 'again'));
    frame();
    expect(applied[1]).toEqual([connection('a', 'again')]);
  });

  test('never drops an order or a fill for another one', () => {
    const { store, frame, applied } = setup();
    // Only what tells them apart is looked at here.
    const order = (connection: string, key: string, state: Order['state']): LiveMessage => ({
      type: 'order',
      order: { connection, key, state } as Order,
    });
    const fill = (key: string): LiveMessage => ({ type: 'fill', fill: { connection: 'a', key } as Fill });
    const kept = [order('b', '1', 'open'), fill('1'), fill('2'), order('a', '1', 'closed'), order('a', '2', 'open')];
    store.receive(order('a', '1', 'submitting'));
    for (const message of kept) store.receive(message);
    frame();
    expect(applied).toEqual([kept]);
  });

  test('tells candles of two intervals and books of two exchanges apart', () => {
    const { store, frame, applied } = setup();
    const candles = { type: 'candles', venue: 'whitebit', market: 'BTC_USDT', candles: [] } as const;
    const trades = { type: 'market-trades', market: 'BTC_USDT', trades: [], gap: false } as const;
    const messages: readonly LiveMessage[] = [
      { ...candles, interval: '1m' },
      { ...candles, interval: '1h' },
      { ...trades, venue: 'whitebit' },
      { ...trades, venue: 'practice' },
    ];
    for (const message of [...messages, ...messages]) store.receive(message);
    frame();
    expect(applied).toEqual([messages]);
  });

  test('is asked for again after it came', () => {
    const { store, frame, frames } = setup();
    store.receive(hello);
    frame();
    store.receive(hello);
    expect(frames).toHaveLength(1);
  });

  test('tells listeners once', () => {
    const { store, frame } = setup();
    let told = 0;
    const stop = store.subscribe(() => {
      told += 1;
    });
    store.receive(connection('a', '1'));
    store.receive(connection('a', '2'));
    frame();
    expect(told).toBe(1);
    stop();
    store.receive(hello);
    frame();
    expect(told).toBe(1);
  });
});

describe('the line', () => {
  test('is live with the first hello and keeps its beginning through later ones', () => {
    const { store, frame, clock } = setup();
    store.receive(hello);
    frame();
    const first = store.line();
    expect(first).toEqual({ state: 'live', sinceMs: 1000, version: '1.0.0', startedAtMs: 5 });
    clock.nowMs = 9000;
    store.receive(hello);
    frame();
    expect(store.line()).toBe(first);
    expect(store.lastWordAtMs()).toBe(9000);
  });

  test('that is down stays down since the first failure, however often it is tried', () => {
    const { store } = setup();
    store.setLine({ state: 'down', sinceMs: 1000, retryAtMs: 1500 });
    store.setLine({ state: 'down', sinceMs: 4000, retryAtMs: 6000 });
    expect(store.line()).toEqual({ state: 'down', sinceMs: 1000, retryAtMs: 6000 });
  });
});

test('twenty attempts are kept, the newest', () => {
  const { store, frame } = setup();
  for (let n = 0; n < 30; n += 1) store.receive(attempt(`attempt ${n}`));
  frame();
  expect(store.attempt('attempt 9')).toBeUndefined();
  expect(store.attempt('attempt 10')).toBeDefined();
  expect(store.attempt('attempt 29')).toBeDefined();
});
