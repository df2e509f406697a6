/** Orders through the real processes: custody in its seat belt, the practice exchange behind a witness. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConnectionId, clientOrderId, type UserId } from '../../src/core/ids.ts';
import { sealingContext } from '../../src/custody/protocol.ts';
import { seal } from '../../src/custody/sealing.ts';
import type { PlaceResult, WireOrder } from '../../src/custody/trade-protocol.ts';
import { type CustodyAlone, startCustodyAlone } from '../campaigns/custody-alone.ts';
import { whyForbidden } from '../campaigns/frozen.ts';
import type { Witnessed } from '../campaigns/witness.ts';
import { practiceAccount, practiceKey } from '../practice-api.ts';

const CONNECTION = 'orderorderorderorderorder2' as ConnectionId;
const OWNER = 'ownerownerownerownerowner2' as UserId;
const EMAIL = 'orders@practice.example';
const about = { connection: CONNECTION, owner: OWNER };
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
