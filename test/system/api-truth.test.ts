/** What a card must not claim: exchanges that were not started, old accounts, old prices, sums that lack a part. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Reply } from '../../src/contract/contract.ts';
import type { Connection } from '../../src/contract/exchanges.ts';
import { CustodyError } from '../../src/custody/client.ts';
import { createRig, type Rig, SEALED } from '../../src/server/desk.testing.ts';

let rig: Rig;
let cookie: string;
beforeEach(async () => {
  rig = await createRig();
  cookie = await rig.claim();
  await rig.clock.advance(1_000);
});
afterEach(() => rig.end());

type Worth = { value: string | null; reason: string };
const overviewTotal = async (): Promise<Worth> =>
  (await rig.ask('overview.read', { cookie })).json<{ total: Worth }>().total;
const only = async (of: Rig = rig): Promise<Connection> => {
  const [first] = (await of.ask('connections.list', { cookie })).json<Connection[]>();
  if (first === undefined) throw new Error('There is no connection');
  return first;
};

describe('a desk started without the practice exchange', () => {
  test('shows its connections as practice money that is not renewed, never as connected to WhiteBIT', async () => {
    const id = await rig.connect(cookie);
    expect((await only()).status).toBe('connected');
    const without = await createRig({ database: rig.database, custody: rig.custody, withoutPractice: true });
    try {
      await without.clock.advance(60_000);
      const shown = await only(without);
      expect(shown).toMatchObject({ id, practice: true, status: 'not-answering', statusText: 'Exchange not started' });
      expect(shown.venueName).not.toBe('WhiteBIT');
      expect(shown.trouble?.cure).toContain('--no-practice');
      const reply = await without.ask('connections.check', { cookie, body: {}, params: { id } });
      expect(reply.json()).toMatchObject({ error: { code: 'not_connectable' } });
    } finally {
      await without.desk.stop();
    }
  });
});

describe.each([
  { made: 'in a rehearsal', isRehearsal: true, text: 'Made in a rehearsal', cure: 'again, or remove' },
  { made: 'at the real WhiteBIT', isRehearsal: false, text: 'WhiteBIT is in rehearsal', cure: 'without --whitebit' },
])('a connection made $made, on a desk started the other way', ({ isRehearsal, text, cure }) => {
  test('stays what it is, and nothing is sent or counted for it until the desk is started as before', async () => {
    const { database, custody } = rig;
    await rig.desk.stop();
    const before = await createRig({ database, custody, isRehearsal });
    const id = await before.connect(cookie, undefined, 'whitebit');
    expect(await only(before)).toMatchObject({ practice: isRehearsal, status: 'connected' });
    await before.desk.stop();

    const other = await createRig({ database, custody, isRehearsal: !isRehearsal });
    custody.asked.length = 0;
    await other.clock.advance(1_000);
    const shown = await only(other);
    expect(shown).toMatchObject({ id, practice: isRehearsal, status: 'not-answering', statusText: text });
    expect(shown.trouble?.cure).toContain(cure);
    const newKey = { requestId: 'd'.repeat(26), purpose: 'trade', sealed: SEALED, confirmed: [] };
    const asks = [
      ['connections.check', {}],
      ['connections.refresh', {}],
      ['connections.replaceKey', newKey],
    ] as const;
    for (const [name, body] of asks) {
      const reply = await other.ask(name, { cookie, body, params: { id } });
      expect(reply.json()).toMatchObject({ error: { code: 'not_connectable', cure: shown.trouble?.cure } });
    }
    await other.clock.advance(7 * 3_600_000);
    expect(new Set(custody.asked)).toEqual(new Set(['status', 'trading-status', 'keys']));
    const sum = (await other.ask('overview.read', { cookie })).json<Reply<'overview.read'>>();
    expect(sum).toMatchObject({ total: { value: null }, byAsset: [], missing: [{ connection: id }] });
    const tiles = (await other.ask('exchanges.list', { cookie })).json<Reply<'exchanges.list'>>();
    expect(tiles.find((tile) => tile.id === 'whitebit')?.connected).toBe(0);
    await other.desk.stop();

    const again = await createRig({ database, custody, isRehearsal });
    await again.clock.advance(60_000);
    expect(await only(again)).toMatchObject({ id, practice: isRehearsal, status: 'connected' });
    await again.desk.stop();
  });
});

describe('a clock that was five hours ahead and is put right', () => {
  test('stops nothing: custody, balances, checks and prices go on', async () => {
    await rig.connect(cookie);
    await rig.clock.advance(10_000);
    rig.clock.setBack(5 * 3_600_000);
    rig.custody.asked.length = 0;
    await rig.clock.advance(6 * 60_000);
    expect(new Set(rig.custody.asked)).toEqual(new Set(['status', 'trading-status', 'keys', 'check', 'balances']));
    const rightMs = rig.clock.nowMs();
    const shown = await only();
    expect(shown.balancesAtMs).toBeLessThanOrEqual(rightMs);
    expect(shown.checkedAtMs).toBeLessThanOrEqual(rightMs);
    rig.custody.isGone = true;
    await rig.clock.advance(10_000);
    expect((await only()).status).toBe('not-answering');
  });
});

describe('a member who is removed while their key is being checked', () => {
  test('leaves no key at custody and no connection that lives on', async () => {
    const member = await rig.member(cookie);
    const people = (await rig.ask('users.list', { cookie })).json<{ users: { id: string; role: string }[] }>();
    const id = people.users.find((user) => user.role === 'member')?.id ?? '';
    const release = rig.custody.holdNext('connect');
    await rig.connect(member);
    expect((await rig.ask('users.remove', { cookie, params: { id } })).statusCode).toBe(200);
    release();
    await rig.clock.advance(3 * 60_000);
    expect(rig.custody.keys.size).toBe(0);
    expect(rig.desk.connections.all()).toEqual([]);
    expect(rig.logged()).not.toContain('FOREIGN KEY');
  });
});

describe('balances asked for with the old key', () => {
  test('are not shown once the key was replaced', async () => {
    const id = await rig.connect(cookie);
    const release = rig.custody.holdNext('balances');
    const refresh = rig.ask('connections.refresh', { cookie, body: {}, params: { id } });
    await rig.clock.advance(100);
    const body = { requestId: 'd'.repeat(26), purpose: 'trade', sealed: SEALED, confirmed: ['same-account'] };
    await rig.ask('connections.replaceKey', { cookie, params: { id }, body });
    await rig.clock.advance(100);
    const replacedAtMs = (await only()).balancesAtMs;
    rig.custody.balances = [{ wallet: 'trade', asset: 'USDT', free: '7', locked: '0' }];
    release();
    await refresh;
    expect(await only()).toMatchObject({ balancesAtMs: replacedAtMs, tradingBalance: { value: '100.5' } });
  });
});

describe('a sum that is not of now, or not of all', () => {
  test('says that its prices are old while the exchange tells none', async () => {
    await rig.connect(cookie);
    expect((await only()).total.reason).toBe('');
    rig.prices.isSilent = true;
    await rig.clock.advance(12 * 60_000);
    expect((await only()).total).toMatchObject({ value: '45100.5', reason: 'By prices of 12 minutes ago.' });
    expect((await overviewTotal()).reason).toContain('Mine: By prices of 12 minutes ago.');
  });

  test('names the wallet that the key may not look into', async () => {
    const id = await rig.connect(cookie);
    rig.custody.unreadable = ['collateral'];
    await rig.ask('connections.refresh', { cookie, body: {}, params: { id } });
    const words = 'Without the collateral wallet, which this key may not look into.';
    expect((await only()).total).toMatchObject({ value: '45100.5', reason: words });
    expect(await overviewTotal()).toMatchObject({ value: '45100.5', reason: `Mine: ${words}` });
  });
});

test('what custody refuses is not said to be its silence', async () => {
  const id = await rig.connect(cookie);
  rig.custody.request = async () => {
    throw new CustodyError('CONFLICT', 'not now');
  };
  const body = { requestId: 'e'.repeat(26), purpose: 'trade', sealed: SEALED, confirmed: [] };
  const begun = (await rig.ask('connections.replaceKey', { cookie, params: { id }, body })).json<{ id: string }>();
  await rig.clock.advance(100);
  const ended = (await rig.ask('attempts.read', { cookie, params: { id: begun.id } })).json();
  expect(ended).toMatchObject({ state: 'failed', trouble: { code: 'custody-refused', raw: 'not now' } });
});
