/** The stream over the practice exchange's real WebSocket: what it tells is what the HTTP interface tells. */

import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { clientOrderId } from '../../src/core/ids.ts';
import type { Side } from '../../src/core/order.ts';
import type { StreamEvent, StreamState, Topic } from '../../src/venues/streams.ts';
import type { PlaceOrder } from '../../src/venues/trading.ts';
import { createWhitebitStream } from '../../src/venues/whitebit/stream.ts';
import { openPracticeTradingWorld, type PracticeTradingWorld } from './practice-trading-world.testing.ts';

let world: PracticeTradingWorld;
let seq = 0;
beforeAll(async () => {
  world = await openPracticeTradingWorld();
});
afterAll(() => world.close());

const clock = {
  nowMs: () => Date.now(),
  after: (delayMs: number, run: () => void) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

function openStream(topics: readonly Topic[]) {
  const events: StreamEvent[] = [];
  const states: StreamState[] = [];
  const stream = createWhitebitStream({
    open: world.open,
    url: world.streamUrl,
    clock,
    random: Math.random,
    token: () => world.ours.streamToken(),
    topics,
    onEvent: (event) => void events.push(event),
    onState: (state) => void states.push(state),
  });
  return { stream, events, states };
}

/** A deadline for what comes over a real wire; every step is far faster. */
async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 10) {
    if (holds()) return;
    await wait(10);
  }
  throw new Error(`${what} did not come`);
}

function order(side: Side, share: string, coins: string): PlaceOrder {
  seq += 1;
  const price = world.price.mul(Decimal.parse(share)).quantize(world.instrument.tick, 'down');
  return {
    clientId: clientOrderId('stream', 0, 'm', seq),
    market: world.instrument.symbol,
    side,
    terms: { kind: 'limit', price, postOnly: false, ioc: false },
    quantity: { unit: 'base', amount: Decimal.parse(coins) },
  };
}

test('an account hears of its orders, deals and balances, and they are those of the HTTP interface', async () => {
  const market = world.instrument.symbol;
  const { stream, events, states } = openStream([{ kind: 'orders', market }, { kind: 'deals' }, { kind: 'balances' }]);
  await until('the stream', () => states.at(-1)?.word === 'live');
  const buy = order('buy', '1', '0.3');
  await world.ours.place(buy);
  await world.others.place(order('sell', '1', '0.1'));
  await world.ours.cancel({ clientId: buy.clientId, venueId: null, market });
  const own = () =>
    events.flatMap((event) => (event.kind === 'order' && event.report.clientId === buy.clientId ? [event.report] : []));
  await until('the end of the order', () => own().at(-1)?.status.kind === 'closed');
  await until('the balance', () => events.some(({ kind }) => kind === 'balances'));
  expect(own().map(({ status }) => status.kind)).toEqual(['open', 'open', 'closed']);
  const found = await world.ours.find({ clientId: buy.clientId, venueId: null, market, sinceMs: clock.nowMs() });
  if (found.kind !== 'found') throw new Error('not found');
  const text = (value: unknown) => JSON.parse(JSON.stringify(value)) as object;
  // The two say the same, but for when it was last touched, which HTTP tells only of what is over.
  expect(text({ ...own().at(-1), updatedAtMs: null })).toEqual(text({ ...found.report, updatedAtMs: null }));
  const deals = events.flatMap((event) => (event.kind === 'deal' ? [event.report] : []));
  expect(deals).toHaveLength(1);
  expect(text({ ...deals[0], value: null })).toEqual(text({ ...found.trades?.[0], value: null }));
  stream.close();
});

test('the book is the exchange’s, through many changes', async () => {
  const market = world.instrument.symbol;
  const { stream, events, states } = openStream([
    { kind: 'book', market },
    { kind: 'trades', market },
  ]);
  await until('the stream', () => states.at(-1)?.word === 'live');
  const resting = [
    order('buy', '0.99', '0.2'),
    order('buy', '0.98', '0.1'),
    order('sell', '1.01', '0.3'),
    order('sell', '1.02', '0.4'),
  ];
  for (const one of resting) await world.others.place(one);
  const shown = (side: 'bid' | 'ask') =>
    stream
      .book(market)
      ?.levels(side, 10)
      .map(({ price, quantity }) => `${price} ${quantity}`) ?? [];
  const line = ({ terms, quantity }: PlaceOrder) => `${terms.kind === 'limit' ? terms.price : ''} ${quantity.amount}`;
  await until('the orders in the book', () => shown('ask').length === 2 && shown('bid').length === 2);
  expect(stream.book(market)?.trouble).toBeNull();
  expect([...shown('bid'), ...shown('ask')]).toEqual(resting.map(line));
  await world.ours.place(order('buy', '1.01', '0.1'));
  await until('the trade', () => events.some((event) => event.kind === 'trades' && !event.gap));
  await until('what is left of the order', () => shown('ask')[0]?.endsWith(' 0.2') === true);
  await world.others.cancelAll(market);
  await until('the empty book', () => stream.book(market)?.trouble === 'empty');
  expect(stream.counts()).toMatchObject({ malformed: 0, connections: 1 });
  stream.close();
});
