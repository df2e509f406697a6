import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ConnectionId } from '../../core/ids.ts';
import { TestDesk } from '../desk.testing.ts';
import type { FollowEvent } from '../trade-protocol.ts';
import { WallError } from '../wall.ts';
import { admitFrame, openPinned } from '../web-socket.ts';

let desk: TestDesk;
let connection: ConnectionId;
beforeEach(async () => {
  desk = await TestDesk.start();
  connection = await desk.trader();
});
afterEach(() => desk.close());

type Listening = {
  readonly events: FollowEvent[];
  readonly leave: AbortController;
  readonly over: Promise<unknown>;
  backlog: number;
};
function listen(): Listening {
  const leave = new AbortController();
  const listening = { events: [] as FollowEvent[], leave, over: Promise.resolve() as Promise<unknown>, backlog: 0 };
  const line = {
    step: (event: unknown) => listening.events.push(event as FollowEvent),
    backlogBytes: () => listening.backlog,
    ended: leave.signal,
  };
  listening.over = desk.run('follow', { connection, owner: desk.owner, markets: ['BTC_USDT'] }, () => {}, line);
  return listening;
}
const live = ({ events }: Listening) => events.some((event) => event.kind === 'state' && event.state.word === 'live');
const until = (what: () => boolean) => expect.poll(what, { timeout: 10_000, interval: 5 }).toBe(true);
const venueEvents = ({ events }: Listening) => events.filter((event) => event.kind === 'venue');

function update(event: number, clientId: string, left: string) {
  return [
    event,
    {
      ...{ id: 1, market: 'BTC_USDT', type: 1, side: 2, post_only: false, ioc: false, ctime: 1_738_250_982.2 },
      ...{ mtime: 1_738_250_982.2, price: '100', amount: '1', left, deal_stock: event === 3 ? '1' : '0' },
      ...{ deal_money: event === 3 ? '100' : '0', deal_fee: '0', client_order_id: clientId, stp: 'no' },
      status: event === 3 ? 'FILLED' : 'OPEN',
    },
  ];
}

test('orders are told as reports, settle the budgets, and the token stays here', async () => {
  const listening = listen();
  await until(() => live(listening));
  const order = desk.order();
  await desk.place(connection, order);
  desk.exchange.push('ordersPending_update', update(1, order.clientId, '1'));
  await until(() => venueEvents(listening).length === 1);
  desk.exchange.push('ordersPending_update', update(3, order.clientId, '0'));
  await until(() => venueEvents(listening).length === 2);
  expect(venueEvents(listening)[1]).toMatchObject({
    event: {
      kind: 'order',
      report: { clientId: order.clientId, filledBase: '1', status: { kind: 'closed', why: 'filled' } },
    },
  });
  const { used } = await desk.run('policy', { connection, owner: desk.owner });
  expect(used).toMatchObject({ turnover: '100', adverse: '0.1', openOrders: 0 });
  expect(desk.exchange.heard.some((frame) => frame.includes('"authorize","params":["token"'))).toBe(true);
  expect(JSON.stringify(listening.events)).not.toContain('token');
  for (const frame of desk.exchange.heard) admitFrame(frame);
  listening.leave.abort();
  expect(await listening.over).toEqual({ ended: 'Nobody listens' });
});

test('a slow reader is told of the gap', async () => {
  const listening = listen();
  await until(() => live(listening));
  listening.backlog = 2_000_000;
  for (let count = 0; count < 3; count += 1) desk.exchange.push('ordersPending_update', update(1, 'x', '1'));
  await until(() => desk.exchange.heard.length > 0);
  // Told in order: the next event comes after the three.
  await new Promise((resolve) => setTimeout(resolve, 50));
  listening.backlog = 0;
  desk.custody.tick();
  expect(listening.events.at(-1)).toEqual({ kind: 'gap', dropped: 3 });
});

test('a slow reader who missed that the stream ended and came back held it for what it was before', async () => {
  const listening = listen();
  await until(() => live(listening));
  listening.backlog = 2_000_000;
  desk.exchange.cutStreams();
  await until(() => desk.exchange.heard.filter((frame) => frame.includes('ordersPending_subscribe')).length > 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  listening.backlog = 0;
  desk.custody.tick();
  const gapAt = listening.events.findIndex(({ kind }) => kind === 'gap');
  expect(gapAt).toBeGreaterThan(0);
  await until(() => live({ ...listening, events: listening.events.slice(gapAt) }));
});

test('a stream that was not granted said nothing of it, and orders waited along', async () => {
  desk.exchange.overrides.set('/api/v4/profile/websocket_token', {
    status: 429,
    body: '<html>Too Many Requests</html>',
  });
  const { events } = listen();
  const refused = () => events.flatMap((event) => (event.kind === 'state' ? [event.state] : [])).find(({ why }) => why);
  await until(() => refused() !== undefined);
  expect(refused()).toMatchObject({
    ...{ word: 'waiting', why: 'the exchange grants ten new streams a minute for this address' },
    nextAttemptAtMs: desk.nowMs + 7_500,
  });
  expect(await desk.place(connection, desk.order())).toMatchObject({ kind: 'accepted' });
});

test('locking, dropping and a stop end the stream; a second reader takes it over', async () => {
  const first = listen();
  await until(() => live(first));
  const second = listen();
  expect(await first.over).toEqual({ ended: 'Taken over' });
  await until(() => live(second));
  await desk.run('lock', {});
  expect(await second.over).toEqual({ ended: 'Custody was locked' });
  await expect(listen().over).rejects.toMatchObject({ code: 'LOCKED' });
  await desk.run('unlock', { sealed: desk.passphrase('not looked at') });
  const third = listen();
  await until(() => live(third));
  await desk.run('drop', { connection, owner: desk.owner });
  desk.custody.tick();
  expect(await third.over).toEqual({ ended: 'The key cannot be used any more' });
});

test('nothing but reading leaves on a stream, and to one address only', () => {
  expect(() => admitFrame('{"id":1,"method":"ordersPending_subscribe","params":[]}')).not.toThrow();
  for (const method of ['order_place', 'putLimit', 'ordersPending_request', 'depth_subscribe', 'withdraw', '__proto__'])
    expect(() => admitFrame(JSON.stringify({ id: 1, method, params: [] }))).toThrow(WallError);
  expect(() => admitFrame('{"id":1,"method":"ping","method":"x","params":[]}')).toThrow(WallError);
  const handlers = { opened: () => {}, received: () => {}, closed: () => {} };
  expect(() => openPinned('wss://api.whitebit.com/ws')('wss://api.whitebit.com.evil/ws', handlers)).toThrow(WallError);
});
