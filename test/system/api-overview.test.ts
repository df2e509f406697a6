/** What the Overview adds up, of when it is, and what it names as not in the sum. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Reply } from '../../src/contract/contract.ts';
import { cookieOf, createRig, type Rig, SEALED } from '../../src/server/desk.testing.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let rig: Rig;
let cookie: string;
beforeEach(async () => {
  rig = await createRig();
  cookie = await rig.claim();
  await rig.clock.advance(1_000);
});
afterEach(() => rig.end());

const read = async () => (await rig.ask('overview.read', { cookie })).json<Reply<'overview.read'>>();
/** A fresh proof of who it is, which hours passed by the clock would otherwise ask for. */
async function loginAgain(): Promise<void> {
  cookie = cookieOf(await rig.ask('login.password', { body: { name: 'Ann', password: 'a lighthouse of paper' } }));
}
async function connectReal(): Promise<string> {
  const body = { requestId: 'd'.repeat(26), venue: 'whitebit', label: 'Real', purpose: 'trade', sealed: SEALED };
  const reply = await rig.ask('connections.connect', { cookie, body: { ...body, confirmed: [] } });
  await rig.clock.advance(0);
  return reply.json<{ connection: string }>().connection;
}
const refresh = (id: string) => rig.ask('connections.refresh', { cookie, body: {}, params: { id } });

test('practice money alone is the total, and is said to be practice money', async () => {
  const id = await rig.connect(cookie);
  expect(await read()).toMatchObject({
    money: 'practice',
    practice: null,
    total: { value: '45100.5', reason: '' },
    missing: [],
    byExchange: [{ connection: id }],
  });
});

test('practice money is never added to real money, nor to its history, past or to come', async () => {
  const practice = await rig.connect(cookie);
  await rig.clock.advance(2 * HOUR_MS);
  await loginAgain();
  const real = await connectReal();
  await rig.clock.advance(3 * HOUR_MS);
  const both = await read();
  expect(both).toMatchObject({
    money: 'real',
    total: { value: '45100.5' },
    practice: { connections: 1, worth: { value: '45100.5' } },
    byExchange: [{ connection: real, share: '100' }],
  });
  expect(both.byAsset.find(({ asset }) => asset === 'BTC')?.quantity).toBe('0.5');
  expect(both.history.length).toBeGreaterThanOrEqual(2);
  expect(new Set(both.history.map(({ value }) => value))).toEqual(new Set(['45100.5']));
  await loginAgain();
  await rig.ask('connections.remove', { cookie, params: { id: practice } });
  const after = await read();
  expect(after.practice).toBeNull();
  expect(after.history).toEqual(both.history);
}, 60_000);

test('is of the oldest that is counted: balances, or prices where those are older', async () => {
  const id = await rig.connect(cookie);
  await rig.clock.advance(10_000);
  await refresh(id);
  const readAtMs = rig.clock.nowMs();
  await read();
  await rig.clock.advance(30_000);
  expect((await read()).atMs).toBe(readAtMs);
  const pricedAtMs = rig.clock.nowMs();
  rig.prices.isSilent = true;
  await rig.clock.advance(12 * MINUTE_MS);
  await refresh(id);
  const old = await read();
  expect(old.atMs).toBe(pricedAtMs);
  expect(old.missing).toMatchObject([{ connection: id, reason: 'By prices of 12 minutes ago.', isCurrent: true }]);
});

test('names what has no price, and what of an asset is not counted', async () => {
  const id = await rig.connect(cookie);
  rig.custody.balances = [
    { wallet: 'trade', asset: 'USDT', free: '5', locked: '0' },
    { wallet: 'main', asset: 'XYZ', free: '1.5', locked: '0.5' },
  ];
  await refresh(id);
  const { missing, byAsset, total } = await read();
  expect(missing).toEqual([
    { connection: id, label: 'Mine', reason: 'No price is known for XYZ.', ageMs: 0, isCurrent: true },
  ]);
  expect(total.value).toBe('5');
  expect(byAsset.map(({ asset, uncounted }) => [asset, uncounted])).toEqual([
    ['USDT', '0'],
    ['XYZ', '2'],
  ]);
});

test('names a connection in trouble at once, not when its balances have grown old', async () => {
  const id = await rig.connect(cookie);
  rig.custody.state = 'locked';
  await rig.clock.advance(10_000);
  const { missing } = await read();
  expect(missing).toMatchObject([{ connection: id, isCurrent: false }]);
  expect(missing[0]?.ageMs).toBeLessThan(MINUTE_MS);
});
