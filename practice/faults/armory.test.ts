import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEMO } from '../practice.testing.ts';
import { createHolds } from './holds.ts';
import { MARKET, PLENTY, Stage } from './stage.testing.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

const TIME = '/api/v4/public/time';

/** Which of so many requests are struck. */
async function strikesOf(terms: Record<string, unknown>): Promise<string> {
  const armed = await stage.arm('F50', 'too-many', { path: TIME, probability: 0.5, ...terms });
  const statuses: number[] = [];
  for (let count = 0; count < 40; count += 1) statuses.push((await stage.client.get(TIME)).status);
  await stage.disarm(armed);
  return statuses.map((status) => (status === 429 ? 'x' : '.')).join('');
}

test('the same seed and the same requests give the same strikes', async () => {
  const first = await strikesOf({ seed: 'one' });
  expect(first).toMatch(/x/);
  expect(first).toMatch(/\./);
  expect(await strikesOf({ seed: 'one' })).toBe(first);
  expect(await strikesOf({ seed: 'two' })).not.toBe(first);
});

test('a run repeats without a seed as well', async () => {
  expect(await strikesOf({})).toBe(await strikesOf({}));
});

test('a fault strikes whom it names and nobody else', async () => {
  const other = await stage.client.key({ groups: ['trade-read'] });
  const balance = '/api/v4/trade-account/balance';
  await stage.arm('F50', 'too-many', { apiKey: stage.key.apiKey });
  expect((await stage.call('trade-account/balance')).status).toBe(429);
  expect((await stage.client.call(other, balance)).status).toBe(200);
  expect((await stage.client.get(TIME)).status).toBe(200);
  await stage.client.control('faults/clear');
  await stage.arm('F50', 'too-many', { market: 'ETH_USDT' });
  expect((await stage.order()).status).toBe(200);
  expect((await stage.client.get('/api/v4/public/orderbook/ETH_USDT')).status).toBe(429);
  expect((await stage.client.get(`/api/v4/public/orderbook/${MARKET}`)).status).toBe(200);
});

test('what came to nothing is not counted and says why', async () => {
  const armed = await stage.arm('F20', 'on-placing', { count: 1 });
  await stage.place('rival', 'sell', '0.01', stage.price('1'));
  expect((await stage.order({ price: stage.price('1') })).status).toBe(200);
  expect(await stage.client.control('faults/armed')).toMatchObject({
    armed: [{ armed, struck: 0, left: 1, problem: 'The order did not come to rest.' }],
  });
});

test('of several on one request the first armed stands outermost', async () => {
  await stage.arm('F05', '503', { executed: true });
  await stage.arm('F02', 'cut');
  expect((await stage.order()).status).toBe(503);
  expect(stage.mine()).toEqual([]);
});

test.each([
  ['an unknown switch', { id: 'F99' }, /fault-unknown/],
  ['an unknown way', { id: 'F05', way: 'loud' }, /way-unknown.*502/],
  ['what the switch does not listen to', { id: 'F57', delayMs: 5 }, /parameter-unused.*delayMs/],
  ['what it cannot do without', { id: 'F54' }, /parameter-missing.*market/],
  ['an unknown account', { id: 'F01', email: 'nobody@x.y' }, /account-unknown/],
  ['an unknown key', { id: 'F60', apiKey: 'f'.repeat(32) }, /key-unknown/],
  ['a chance above one', { id: 'F01', probability: 2 }, /input-invalid.*probability must be a number between 0 and 1/],
  ['an unknown word', { id: 'F01', loud: true }, /input-invalid.*There is no loud to be said/],
  ['no id', { way: 'cut' }, /id must be a text/],
  ['a market that is not there', { id: 'F54', market: 'NO_SUCH' }, /market-unknown.*NO_SUCH/],
  ['a delay of a market that is not there', { id: 'F03', market: 'NOPE' }, /market-unknown.*NOPE/],
])('%s is refused', async (_name, order, message) => {
  await expect(stage.client.control('faults/arm', order)).rejects.toThrow(message);
  expect(await stage.client.control('faults/armed')).toEqual({ armed: [] });
});

test('a switch answers to its plain name as well', async () => {
  expect(await stage.client.control('faults/arm', { id: 'reply-lost' })).toMatchObject({ id: 'F01', way: 'cut' });
});

test('64 at most are armed, and those that are spent make room', async () => {
  for (let count = 0; count < 63; count += 1) await stage.arm('F57', 'moved', { path: '/api/never' });
  await stage.arm('F50', 'too-many', { path: TIME, count: 1 });
  await expect(stage.arm('F57', 'moved')).rejects.toThrow(/armed-too-many/);
  expect((await stage.client.get(TIME)).status).toBe(429);
  await stage.arm('F57', 'moved', { path: '/api/never' });
});

test('faults/clear ends everything and puts back what was changed twice', async () => {
  const { market: before } = await stage.client.control('markets/status', { market: MARKET });
  await stage.arm('F70', 'coarser', { market: MARKET });
  await stage.arm('F71', 'hundredfold', { market: MARKET });
  await stage.arm('F54', 'halted', { market: MARKET });
  await stage.arm('F65', 'constant');
  expect(await stage.client.control('faults/clear')).toEqual({ faults: [], skewMs: 0 });
  expect(await stage.client.control('markets/status', { market: MARKET })).toEqual({ market: before });
});

test('what is held passes at once when too much is held', () => {
  const holds = createHolds(2);
  const hold = holds.open();
  const done: string[] = [];
  for (const name of ['first', 'second', 'third']) hold.later(PLENTY, () => done.push(name));
  expect([done, holds.size]).toEqual([['third'], 2]);
  hold.releaseAll();
  expect([done, holds.size]).toEqual([['third', 'first', 'second'], 0]);
});

test('an exchange with held requests and frames stops at once', async () => {
  const wire = await stage.wire(['deals', [MARKET]]);
  await stage.arm('F25', 'held-back', { delayMs: PLENTY });
  const armed = await stage.arm('F03', 'fixed', { delayMs: PLENTY });
  await stage.trade();
  const answer = stage.order().catch(() => 'cut');
  await stage.untilStruck(armed);
  await stage.client.stop();
  await answer;
  expect(await wire.closed).toBeGreaterThan(0);
  stage = await Stage.open();
});

test('markets, orders, fees and sockets have commands of their own', async () => {
  const { control } = stage.client;
  expect(await control('markets/status', { market: MARKET, status: 'halted' })).toMatchObject({
    market: { status: 'halted' },
  });
  await control('markets/status', { market: MARKET, status: 'open' });
  expect(await control('markets/rules', { market: MARKET, minTotal: '50' })).toMatchObject({
    market: { minTotal: '50' },
  });
  await expect(control('markets/rules', { market: MARKET, stockPrec: 18 })).rejects.toThrow(/command-impossible/);
  await control('fees/set', { email: DEMO, market: MARKET, maker: '0.002', taker: '0.003' });
  const order = { email: DEMO, market: MARKET, side: 'buy', amount: '0.01', price: stage.price('0.9') };
  expect(await control('orders/place', order)).toMatchObject({ order: { makerFee: '0.002', takerFee: '0.003' } });
  await expect(control('orders/place', { ...order, amount: '0.0000001' })).rejects.toThrow(/order-refused/);
  await control('orders/force-cancel', { email: DEMO });
  expect(stage.mine()).toEqual([]);
  const wire = await stage.wire(['deals', [MARKET]]);
  expect(await control('sockets/list')).toEqual({ sockets: [{ connection: 1, email: DEMO, channels: ['deals'] }] });
  expect(await control('sockets/close', { connection: 1, code: 1012 })).toEqual({ count: 1 });
  expect(await wire.closed).toBe(1012);
});

test('terms out of their bounds were refused in the words of the validator', async () => {
  const wrong = {
    probability: -1,
    count: 0,
    delayMs: 600_001,
    path: 'order',
    seed: '',
    closeCode: 1005,
    pieces: 1,
    side: 'both',
    permissions: 'all',
    amount: 'much',
    minTotal: '-1',
    executed: 'yes',
  };
  for (const [name, value] of Object.entries(wrong)) {
    const refused = stage.client.control('faults/arm', { id: 'F01', [name]: value });
    await expect(refused).rejects.toThrow(new RegExp(`"input-invalid","message":"${name} must be [a-z].*[.]"`));
    await expect(refused).rejects.not.toThrow(/expected|\u2716/);
  }
});
