/** Trading over HTTP: real processes, custody in its seat belt, the practice exchange, programs with tokens. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import type { LiveMessage } from '../../src/contract/live.ts';
import type { Fill, HaltState, Order, OrderPreview } from '../../src/contract/trading.ts';
import type { ProblemReply } from '../../src/contract/words.ts';
import { Decimal } from '../../src/core/decimal.ts';
import { DeskPerson, DeskRefusal } from '../campaigns/desk-person.ts';
import {
  type ApiWorld,
  codeOf,
  limitDraft,
  MARKET,
  openApiWorld,
  orderOf,
  type Program,
  until,
} from './api-trading-world.testing.ts';

let world: ApiWorld;
let robot: Program;
let requests = 0;
const newRequest = () => {
  requests += 1;
  return `request-${requests}`;
};
beforeAll(async () => {
  world = await openApiWorld();
  robot = await world.program({ scopes: ['read', 'trade'] });
});
afterAll(() => world.end());

type Wish = { draft: ReturnType<typeof limitDraft>; requestId: string; market: string; confirmations: string[] };
const place = (more: Partial<Wish> = {}, by = robot) =>
  by('orders.place', {
    body: {
      connection: world.connection,
      market: MARKET,
      requestId: newRequest(),
      draft: limitDraft('buy', world.price * 0.8, '0.001'),
      ...more,
    },
  });
const read = async (key: string) =>
  orderOf(await robot('orders.read', { params: { id: world.connection, order: key } }));
const becomes = (key: string, is: (order: Order) => boolean) =>
  until(`order ${key}`, async () => {
    const order = await read(key);
    return is(order) ? order : JSON.stringify(order);
  });
const isOpen = (order: Order) => order.state === 'open';
const isClosed = (order: Order) => order.state === 'closed';
const cancel = (key: string) => robot('orders.cancel', { params: { id: world.connection, order: key } });
const listed = async (query = '') =>
  (await robot('orders.list', { query })).json as { orders: Order[]; next: string | null };

test('an order is placed, rests, is listed, and is cancelled', async () => {
  const placed = orderOf(await place());
  expect(placed).toMatchObject({ owner: 'ours', market: MARKET, side: 'buy', filledBase: '0', averagePrice: null });
  expect(['submitting', 'open']).toContain(placed.state);
  await becomes(placed.key, isOpen);
  expect((await listed()).orders.map(({ key }) => key)).toContain(placed.key);
  const asked = orderOf(await cancel(placed.key));
  expect(asked.state).not.toBe('open');
  const ended = await becomes(placed.key, isClosed);
  expect(ended).toMatchObject({ ended: 'cancelled', doing: { text: '' } });
  expect((await listed()).orders).toEqual([]);
  expect((await listed('?state=closed')).orders.map(({ key }) => key)).toContain(placed.key);
  expect(codeOf(await cancel(placed.key))).toBe('order_already_closed');
});

test('one request id is one order, however often and at once it is sent; another wish under it is refused', async () => {
  const requestId = newRequest();
  const answers = await Promise.all(Array.from({ length: 10 }, () => place({ requestId })));
  const keys = new Set(answers.map((answer) => orderOf(answer).key));
  expect(keys.size).toBe(1);
  const other = await place({ requestId, draft: limitDraft('buy', world.price * 0.7, '0.001') });
  expect([other.status, codeOf(other)]).toEqual([409, 'order_request_id_reused']);
  const [key = ''] = keys;
  await becomes(key, isOpen);
  await cancel(key);
  await becomes(key, isClosed);
  // Long ended, the same request still names its order and makes no other.
  expect(orderOf(await place({ requestId })).key).toBe(key);
  expect((await listed()).orders).toEqual([]);
});

/** Longer than the desk believes what it last read of custody's rules. */
const RULES_KEPT_MS = 3_200;

test('a move ends the old order and places the new one, once', async () => {
  const { key } = orderOf(await place());
  await becomes(key, isOpen);
  const body = { requestId: newRequest(), price: (world.price * 0.75).toFixed(2) };
  const move = () => robot('orders.move', { params: { id: world.connection, order: key }, body });
  expect(orderOf(await move()).key).toBe(key);
  const old = await becomes(key, (order) => order.replacedBy !== null);
  expect(old).toMatchObject({ state: 'closed', ended: 'cancelled' });
  const next = await becomes(old.replacedBy ?? '', isOpen);
  expect(next).toMatchObject({ replaces: key, terms: { kind: 'limit', price: String(Number(body.price)) } });
  expect(orderOf(await move()).key).toBe(key);
  // Custody would refuse it after the old one was gone: so it does not begin, also when its rules have to be read anew.
  await new Promise((resolve) => setTimeout(resolve, RULES_KEPT_MS));
  const beyond = await robot('orders.move', {
    params: { id: world.connection, order: next.key },
    body: { requestId: newRequest(), price: (world.price * 1.5).toFixed(2), confirmations: ['far-from-market'] },
  });
  expect(codeOf(beyond)).toBe('custody_price_band');
  expect(await read(next.key)).toMatchObject({ state: 'open' });
  await cancel(next.key);
  await becomes(next.key, isClosed);
});

test('what cannot be is refused with a stable code, a cause, a cure and the field', async () => {
  const at = (price: number, amount = '0.001') => ({ draft: limitDraft('buy', price, amount) });
  const offTick = {
    ...limitDraft('buy', 1, '0.001'),
    terms: { ...limitDraft('buy', 1, '0.001').terms, price: '50000.001' },
  };
  const refusals: readonly (readonly [Partial<Wish>, number, string, string | null])[] = [
    [{ draft: offTick as Wish['draft'] }, 409, 'order_does_not_fit', 'price'],
    [at(world.price * 0.8, '0'), 409, 'order_does_not_fit', 'quantity'],
    [at(world.price * 0.8, '100'), 409, 'order_too_large', null],
    [at(world.price * 0.3), 409, 'order_far_from_market', 'confirmations'],
    [{ market: 'NO_WAY' }, 404, 'order_unknown_market', null],
    [{ market: 'ETH_USDT', draft: limitDraft('buy', 3_900, '0.01') }, 409, 'custody_market', 'market'],
    [{ ...at(world.price * 1.1), confirmations: ['far-from-market'] }, 409, 'custody_price_band', 'price'],
  ];
  for (const [wish, status, code, field] of refusals) {
    const answer = await place(wish);
    const { error } = answer.json as ProblemReply;
    expect([code, answer.status, error?.code], JSON.stringify(answer.json)).toEqual([code, status, code]);
    if (field !== null) expect([code, error.field]).toEqual([code, field]);
    expect([code, error.confirm]).toEqual([code, field === 'confirmations' ? 'far-from-market' : null]);
    expect(error.message.length).toBeGreaterThan(10);
    expect(error.cure.length).toBeGreaterThan(5);
  }
  for (const price of ['1e5', '١٢', ' 1', '', 'NaN', '0x10', '1_000']) {
    const draft = { ...limitDraft('buy', 1, '1'), terms: { kind: 'limit', price, postOnly: false, ioc: false } };
    expect([price, (await place({ draft: draft as Wish['draft'] })).status]).toEqual([price, 400]);
  }
  expect((await listed()).orders).toEqual([]);
});

test('a preview tells what placing does; a market order fills, with its trades, fees and average', async () => {
  const draft = { side: 'buy', terms: { kind: 'market' }, quantity: { unit: 'quote', amount: '50' } } as const;
  const body = { connection: world.connection, market: MARKET, draft };
  const preview = (await robot('orders.preview', { body })).json as OrderPreview;
  expect(preview).toMatchObject({ problems: [], value: '50', fee: { asset: 'BTC' }, after: { asset: 'USDT' } });
  expect(preview.sentence).toMatch(/^Buy BTC for 50\.00 USDT/);
  expect(preview.sentAs).toContain('limit order');
  const { key } = orderOf(await place({ draft: draft as unknown as Wish['draft'] }));
  const filled = await becomes(key, (order) => isClosed(order) && order.feesPending === 0);
  expect(Decimal.parse(filled.filledQuote).lte(Decimal.parse('50'))).toBe(true);
  const page = (await robot('fills.list', { query: `?order=${key}` })).json as { fills: Fill[] };
  const sum = (of: (fill: Fill) => string) => Decimal.sum(page.fills.map((fill) => Decimal.parse(of(fill)))).toString();
  expect(page.fills.length).toBeGreaterThan(0);
  expect(sum(({ quantity }) => quantity)).toBe(filled.filledBase);
  expect(sum(({ value }) => value)).toBe(filled.filledQuote);
  expect(filled.fees).toEqual([{ asset: 'BTC', amount: sum(({ fee }) => fee?.amount ?? '0') }]);
  const average = Decimal.parse(filled.filledQuote).div(Decimal.parse(filled.filledBase), 12, 'half-even');
  expect(filled.averagePrice).toBe(average.toString());
});

test('the live line tells each change of an order, its trades and the balances after it', async () => {
  const socket = new WebSocket(`${world.desk.address.replace('http', 'ws')}/api/live`, {
    headers: { cookie: world.owner.cookie, origin: world.desk.address },
  });
  const heard: LiveMessage[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data)) as LiveMessage));
  await until('hello', async () => (heard.length > 0 ? heard : 'silent'));
  const { key } = orderOf(await place());
  const states = () => heard.flatMap((one) => (one.type === 'order' && one.order.key === key ? one.order.state : []));
  await until('open', async () => (states().includes('open') ? true : JSON.stringify(states())) as true | string);
  await cancel(key);
  await until('closed', async () => (states().at(-1) === 'closed' ? true : JSON.stringify(states())) as true | string);
  await until('balances', async () => {
    const types = new Set(heard.map(({ type }) => type));
    return types.has('trade-balances') && types.has('trading') ? types : [...types].join();
  });
  socket.terminate();
});

test('what a token may not reach does not exist for it', async () => {
  const { key } = orderOf(await place());
  await becomes(key, isOpen);
  const elsewhere = await world.program({ scopes: ['read', 'trade', 'halt'], markets: ['ETH_USDT'] });
  expect(((await elsewhere('orders.list')).json as { orders: Order[] }).orders).toEqual([]);
  expect(((await elsewhere('fills.list')).json as { fills: Fill[] }).fills).toEqual([]);
  const params = { id: world.connection, order: key };
  for (const name of ['orders.read', 'orders.cancel'] as const)
    expect([name, codeOf(await elsewhere(name, { params }))]).toEqual([name, 'not_found']);
  expect(codeOf(await place({}, elsewhere))).toBe('not_found');
  expect((await elsewhere('orders.cancelAll')).json).toEqual({ asked: 0 });
  expect(await read(key)).toMatchObject({ state: 'open' });
  const reader = await world.program({ scopes: ['read'] });
  expect(codeOf(await reader('orders.cancel', { params }))).toBe('not_allowed');
  expect(codeOf(await place({}, reader))).toBe('not_allowed');
  const here = await world.program({ scopes: ['trade', 'read'], markets: [MARKET], connections: [world.connection] });
  expect((await here('orders.cancelAll')).json).toEqual({ asked: 1 });
  await becomes(key, isClosed);
});

test('another person has none of it', async () => {
  const { key } = orderOf(await place());
  await becomes(key, isOpen);
  const { code } = await world.owner.call('users.invite', { body: {} });
  const member = new DeskPerson(world.desk.address);
  await member.call('invite.accept', { body: { code, name: 'Bob', password: 'a lighthouse of paper' } });
  const refused = async (ask: Promise<unknown>) =>
    ask.then(
      () => 'answered',
      (error: unknown) => (error instanceof DeskRefusal ? error.status : error),
    );
  const draft = limitDraft('buy', world.price * 0.8, '0.001');
  for (const id of [world.connection, 'z'.repeat(26)]) {
    const params = { id, order: key };
    expect(await refused(member.call('orders.read', { params }))).toBe(404);
    expect(await refused(member.call('orders.cancel', { params }))).toBe(404);
    expect(await refused(member.call('trading.balances', { params: { id } }))).toBe(404);
    expect(await refused(member.call('trading.policy.read', { params: { id } }))).toBe(404);
    expect(await refused(member.call('halt.now', { body: { connection: id } }))).toBe(404);
    const body = { requestId: newRequest(), connection: id, market: MARKET, draft };
    expect(await refused(member.call('orders.place', { body }))).toBe(404);
  }
  expect(await member.call('trading.list')).toEqual([]);
  expect(await member.call('orders.list')).toEqual({ orders: [], next: null });
  expect(await member.call('orders.list', { query: { state: 'closed' } })).toEqual({ orders: [], next: null });
  expect(await member.call('fills.list')).toEqual({ fills: [], next: null });
  expect(await member.call('orders.cancelAll', { body: {} })).toEqual({ asked: 0 });
  // A member's brake is for what is theirs.
  expect(await refused(member.call('halt.now', { body: {} }))).toBe(409);
  expect(await read(key)).toMatchObject({ state: 'open' });
  await cancel(key);
  await becomes(key, isClosed);
});

test('a halt by a token stops placing at once; cancelling goes on; nobody resumes over HTTP', async () => {
  const { key } = orderOf(await place());
  await becomes(key, isOpen);
  const brake = await world.program({ scopes: ['halt'] });
  const began = performance.now();
  const answer = await brake('halt.now', { body: { why: 'a test' } });
  expect(performance.now() - began).toBeLessThan(500);
  expect(answer.json).toMatchObject({ everything: true, halts: [{ connection: null, why: 'a test' }] });
  expect((answer.json as HaltState).resumeWith).toContain('resume');
  expect(codeOf(await place())).toBe('order_halted');
  const [account] = await world.owner.call('trading.list');
  expect(account).toMatchObject({ state: 'halted', halt: { why: expect.stringContaining('a test') } });
  expect(codeOf(await brake('orders.list'))).toBe('not_allowed');
  await cancel(key);
  await becomes(key, isClosed);
  expect((await robot('halt.read')).json).toMatchObject({ everything: true });
});
