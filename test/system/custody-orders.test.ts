/** Orders through the real processes: custody in its seat belt, the practice exchange behind a witness. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConnectionId, clientOrderId, type UserId } from '../../src/core/ids.ts';
import { sealingContext } from '../../src/custody/protocol.ts';
import { seal } from '../../src/custody/sealing.ts';
import type { PlaceResult, WireOrder } from '../../src/custody/trade-protocol.ts';
import { type CustodyAlone, startCustodyAlone } from '../campaigns/custody-alone.ts';
import { whyForbidden } from '../campaigns/frozen.ts';
import type { Witnessed } from '../campaigns/witness.ts';
import { practiceAccount, practiceCall, practiceKey } from '../practice-api.ts';

const CONNECTION = 'orderorderorderorderorder2' as ConnectionId;
const OWNER = 'ownerownerownerownerowner2' as UserId;
const EMAIL = 'orders@practice.example';
const about = { connection: CONNECTION, owner: OWNER };
const KILLS = 8;
const seen: Witnessed[] = [];
let alone: CustodyAlone;
let seq = 0;

beforeAll(async () => {
  alone = await startCustodyAlone();
  alone.witness.onRequest = (one) => seen.push(one);
  await practiceAccount(alone.practice, EMAIL);
  const key = await practiceKey(alone.practice, EMAIL);
  const { sealingKey } = await alone.client.request('status', {});
  const context = sealingContext({ for: 'credentials', owner: OWNER, venue: 'practice' });
  const sealed = seal(sealingKey ?? '', [Buffer.from(key.apiKey), Buffer.from(key.secret)], context);
  const connected = await alone.client.request('connect', {
    ...{ ...about, venue: 'practice', label: 'Orders', purpose: 'trade', sealed, confirmed: [] },
  });
  expect(connected.outcome).toBe('stored');
  await alone.client.request('first-markets', { ...about, markets: ['BTC_USDT'] });
});
afterAll(async () => alone.end());

async function place(change: Partial<WireOrder>): Promise<PlaceResult> {
  const { epoch } = await alone.client.request('trading-status', {});
  seq += 1;
  const order: WireOrder = {
    clientId: clientOrderId('sys', epoch, 'm', seq),
    market: 'BTC_USDT',
    side: 'buy',
    terms: { kind: 'market' },
    quantity: { unit: 'quote', amount: '100' },
    ...change,
  };
  const deadlineMs = Date.now() + 5_000;
  const { results } = await alone.client.request('place', { ...about, orders: [order], epoch, deadlineMs });
  const [result] = results;
  if (result === undefined) throw new Error('No result');
  return result;
}

test('a market order fills inside the band, a limit order rests and is taken back, and a snapshot has both', async () => {
  const bought = await place({});
  expect(bought).toMatchObject({ kind: 'accepted', sentAs: { terms: { kind: 'limit', ioc: true } } });
  const report = bought.kind === 'accepted' ? bought.report : null;
  expect(report?.status).toMatchObject({ kind: 'closed' });
  expect(Number(report?.filledQuote)).toBeGreaterThan(98);
  expect(Number(report?.filledQuote)).toBeLessThanOrEqual(100);
  const price = String(Math.floor(Number(report?.filledQuote) / Number(report?.filledBase) / 2));
  const terms = { kind: 'limit', price, postOnly: true, ioc: false } as const;
  const resting = await place({ terms, quantity: { unit: 'base', amount: '0.001' } });
  expect(resting).toMatchObject({ kind: 'accepted', report: { status: { kind: 'open' } } });
  const clientId = resting.kind === 'accepted' ? (resting.report?.clientId ?? null) : null;
  const found = await alone.client.request('find', {
    ...{ ...about, market: 'BTC_USDT', clientId, venueId: null, sinceMs: Date.now() - 60_000 },
  });
  expect(found).toMatchObject({ kind: 'found', report: { status: { kind: 'open' } } });
  await alone.client.request('halt', { connection: null, why: 'test' });
  expect(await place({})).toMatchObject({ kind: 'not-sent', rule: 'halted' });
  const cancel = { ...about, orders: [{ market: 'BTC_USDT', clientId, venueId: null }] };
  expect((await alone.client.request('cancel', cancel)).results).toMatchObject([{ kind: 'accepted' }]);
  const read = await alone.client.request('snapshot', { ...about, cursor: null });
  if (!('snapshot' in read)) throw new Error(JSON.stringify(read));
  expect(read.snapshot.openOrders).toEqual([]);
  expect(read.snapshot.trades.length).toBeGreaterThan(0);
  const { used } = await alone.client.request('policy', about);
  expect(used.openOrders).toBe(0);
  expect(Number(used.turnover)).toBeCloseTo(Number(report?.filledQuote), 6);
  await expect(alone.client.request('resume', { connection: null })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  expect(seen.map(whyForbidden).filter((why) => why !== null)).toEqual([]);
});

test('killed while it places: no order is forgotten, none is placed twice', async () => {
  const { epoch } = await alone.client.request('trading-status', {});
  const { halts } = await alone.owner.request('resume', { connection: null });
  expect(halts).toEqual([]);
  const price = String(await restingPrice());
  const terms = { kind: 'limit', price, postOnly: true, ioc: false } as const;
  const asked: WireOrder[] = [];
  const ask = async (order: WireOrder): Promise<PlaceResult | null> => {
    const args = { ...about, orders: [order], epoch, deadlineMs: Date.now() + 8_000 };
    const reply = await alone.client.request('place', args, { deadlineMs: 8_000 }).catch(() => null);
    return reply?.results[0] ?? null;
  };
  for (let round = 0; round < KILLS; round += 1) {
    const orders = Array.from({ length: 6 }, (): WireOrder => {
      seq += 1;
      const clientId = clientOrderId('sys', epoch, 'm', seq);
      return { clientId, market: 'BTC_USDT', side: 'buy', terms, quantity: { unit: 'base', amount: '0.0002' } };
    });
    asked.push(...orders);
    const answers = Promise.all(orders.map(ask));
    // From before the first durable step to after the last answer.
    await new Promise((resolve) => setTimeout(resolve, round * 4));
    alone.killCustody();
    await answers;
    await expect.poll(isBack, { timeout: 60_000, interval: 50 }).toBe(true);
  }
  const again = await Promise.all(asked.map(async (order) => [order.clientId, await ask(order)] as const));
  const { orders } = await practiceCall<{ orders: { clientOrderId: string }[] }>(alone.practice, 'oracle/orders', {
    ...{ email: EMAIL, market: 'BTC_USDT', state: 'all' },
  });
  const kinds = new Map<string, number>();
  for (const [clientId, result] of again) {
    const there = orders.filter((order) => order.clientOrderId === clientId).length;
    const kind = result?.kind ?? 'none';
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    expect([clientId, kind, there]).toEqual([
      clientId,
      expect.stringMatching(/^(?:accepted|in-doubt)$/),
      kind === 'accepted' ? 1 : Math.min(there, 1),
    ]);
    const signed = seen.filter(
      ({ body }) => body.includes(`"clientOrderId":"${clientId}"`) && body.includes('"price"'),
    );
    expect(signed.length).toBeLessThanOrEqual(1);
  }
  expect(kinds.get('accepted')).toBeGreaterThan(KILLS);
  expect(alone.restarts()).toBeGreaterThanOrEqual(KILLS);
  expect(await alone.client.request('trading-status', {})).toMatchObject({ epoch, halts: [], trouble: '' });
});

const isBack = () =>
  alone.client.request('trading-status', {}, { deadlineMs: 1_000 }).then(
    ({ epoch }) => epoch > 0,
    () => false,
  );

/** Half of what it costs now: rests, and is worth enough. */
async function restingPrice(): Promise<number> {
  const reply = await fetch(`${alone.practice}/api/v4/public/ticker`);
  const tickers = (await reply.json()) as Record<string, { last_price: string }>;
  return Math.floor(Number(tickers.BTC_USDT?.last_price) / 2);
}
