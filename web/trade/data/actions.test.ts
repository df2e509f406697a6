import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { anOrder } from '../../../src/contract/order.testing.ts';
import { type PlaceAsk, placeOrder } from './actions.ts';
import { forgetTrading } from './stores.ts';

const ask = (amount: string): PlaceAsk => ({
  ...{ connection: 'c', market: 'BTC_USDT', confirmations: [] },
  draft: { side: 'buy', terms: { kind: 'market' }, quantity: { unit: 'base', amount } },
});

/** A desk that knows what it placed by request id, as ours does; `mute`: it places, and the answer is lost. */
function aDesk() {
  const placed = new Map<string, number>();
  const desk = { mute: false, placed };
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
    const { requestId } = JSON.parse(body) as { requestId: string };
    const createdAtMs = placed.get(requestId) ?? Date.now();
    placed.set(requestId, createdAtMs);
    if (desk.mute) throw new TypeError('lost');
    return new Response(JSON.stringify(anOrder({ key: requestId, createdAtMs })));
  });
  return desk;
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  forgetTrading();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('an order without an answer swallowed the same order of an hour later, which was told as filled', async () => {
  const desk = aDesk();
  desk.mute = true;
  await expect(placeOrder(ask('1'))).rejects.toThrow();
  desk.mute = false;
  vi.advanceTimersByTime(3_600_000);
  expect(await placeOrder(ask('1'))).toMatchObject({ earlier: true, order: { createdAtMs: 1_000_000 } });
  expect(await placeOrder(ask('1'))).toMatchObject({ earlier: false });
  expect(desk.placed.size).toBe(2);
});

test('an order without an answer that never arrived is a new one when it is pressed again', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no line')));
  await expect(placeOrder(ask('2'))).rejects.toThrow();
  vi.advanceTimersByTime(5_000);
  aDesk();
  expect(await placeOrder(ask('2'))).toMatchObject({ earlier: false, order: { createdAtMs: 1_005_000 } });
});

test('another order in between ends the wait for the one without an answer', async () => {
  const desk = aDesk();
  desk.mute = true;
  await expect(placeOrder(ask('3'))).rejects.toThrow();
  desk.mute = false;
  await placeOrder(ask('4'));
  vi.advanceTimersByTime(5_000);
  expect(await placeOrder(ask('3'))).toMatchObject({ earlier: false });
  expect(desk.placed.size).toBe(3);
});
