/** The suite that every venue must pass, whatever exchange stands behind it. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import {
  type AssetBalance,
  FORBIDDEN_RIGHTS,
  type PrivateVenue,
  RIGHTS,
  type Right,
  type RightState,
} from '../venue.ts';
import { marketContract } from './market-suite.ts';
import type { VenueWorld, VenueWorldFactory } from './world.ts';

const READING: readonly Right[] = ['read-trade', 'read-wallet'];

export function venueContract(name: string, open: VenueWorldFactory): void {
  describe(`${name} keeps the contract of a venue`, () => {
    let world: VenueWorld;
    const now = () => world;
    beforeAll(async () => {
      world = await open();
    });
    afterAll(async () => {
      await world.close();
    });
    publicContract(now);
    marketContract(now);
    balanceContract(now);
    rightsContract(now);
    faultContract(now);
    historyContract(now);
  });
}

function publicContract(world: () => VenueWorld): void {
  test('it can be reached, and says how long that took', async () => {
    const answer = await world().public.reachable();
    expect(answer).toMatchObject({ ok: true });
    if (answer.ok) expect(answer.value.tookMs).toBeGreaterThanOrEqual(0);
  });

  test('the clock reading holds the true offset within its uncertainty', async () => {
    const answer = await world().public.clock();
    if (!answer.ok) throw new Error(answer.fault.raw);
    const missMs = Math.abs(answer.value.offsetMs - world().clockOffsetMs);
    // One millisecond for rounding on either side.
    expect(missMs).toBeLessThanOrEqual(answer.value.uncertaintyMs + 1);
    expect(answer.value.uncertaintyMs).toBeLessThan(5_000);
  });

  test('instruments are distinct and their steps, minimums and fees make sense', async () => {
    const answer = await world().public.instruments();
    if (!answer.ok) throw new Error(answer.fault.raw);
    const symbols = answer.value.map((instrument) => instrument.symbol);
    expect(symbols).toContain('BTC_USDT');
    expect(new Set(symbols).size).toBe(symbols.length);
    for (const instrument of answer.value) {
      expect(instrument.tick.sign(), instrument.symbol).toBe(1);
      expect(instrument.lot.sign(), instrument.symbol).toBe(1);
      expect(instrument.quantityMin.sign(), instrument.symbol).toBeGreaterThanOrEqual(0);
      expect(instrument.notionalMin.sign(), instrument.symbol).toBeGreaterThanOrEqual(0);
      if (instrument.notionalMax !== null) expect(instrument.notionalMax.gt(instrument.notionalMin)).toBe(true);
      // A fee above five percent would be a percentage taken for a ratio.
      for (const fee of [instrument.makerFee, instrument.takerFee]) {
        expect(fee.sign(), instrument.symbol).toBeGreaterThanOrEqual(0);
        expect(fee.lt(Decimal.parse('0.05')), instrument.symbol).toBe(true);
      }
    }
    expect(answer.value.some((instrument) => instrument.lot.gt(Decimal.ONE))).toBe(true);
  });

  test('every spot instrument has a ticker with a positive price', async () => {
    const [instruments, tickers] = [await world().public.instruments(), await world().public.tickers()];
    if (!instruments.ok || !tickers.ok) throw new Error('no answer');
    for (const { symbol, kind } of instruments.value) {
      if (kind === 'spot') expect(tickers.value.get(symbol)?.last.sign(), symbol).toBe(1);
    }
  });
}

const inOrder = (balances: readonly AssetBalance[]) =>
  balances.map(({ wallet, asset, free, locked }) => `${wallet} ${asset} ${free} ${locked}`).toSorted();

function balanceContract(world: () => VenueWorld): void {
  test('balances of all wallets are exact, and zeros are left out', async () => {
    const answer = await (await world().key(READING)).holdings();
    if (!answer.ok) throw new Error(answer.fault.raw);
    expect(inOrder(answer.value.balances)).toEqual(inOrder(world().holdings));
    expect(answer.value.unreadable).toEqual([]);
  });

  test('a wallet closed to the key is named as unreadable; the others are still exact', async () => {
    const venue = await world().key(['read-trade']);
    const answer = await venue.holdings();
    if (!answer.ok) throw new Error(answer.fault.raw);
    expect(answer.value.unreadable.map((closed) => closed.wallet)).toEqual(['main']);
    const readable = world().holdings.filter((balance) => balance.wallet !== 'main');
    expect(inOrder(answer.value.balances)).toEqual(inOrder(readable));
    const plain = await venue.balances();
    expect(plain.ok && inOrder(plain.value)).toEqual(inOrder(readable));
  });

  test('without the trade wallet there is no balance at all', async () => {
    const venue = await world().key(['read-wallet', 'trade']);
    expect(await venue.balances()).toMatchObject({ ok: false, fault: { code: 'right-missing' } });
  });
}

const SETS: readonly (readonly [string, readonly Right[]])[] = [
  ['nothing', []],
  ['reading', READING],
  ['reading and trading', [...READING, 'trade']],
  ...FORBIDDEN_RIGHTS.map((right) => [`reading and ${right}`, [...READING, right]] as const),
  ['deposit alone', ['deposit']],
  ['everything', RIGHTS],
];

function rightsContract(world: () => VenueWorld): void {
  test.each(SETS)('rights are told exactly: %s', async (_name, rights) => {
    const told: [Right, RightState][] = [];
    const answer = await (await world().key(rights)).rights((right, state) => void told.push([right, state]));
    if (!answer.ok) throw new Error(`${answer.fault.code}: ${answer.fault.raw}`);
    const expected = RIGHTS.map((right) => [right, rights.includes(right) ? 'on' : 'off']);
    expect(told).toEqual(expected);
    expect(answer.value).toEqual(Object.fromEntries(expected));
  });

  test('asking for rights moves nothing, even with a key that may do everything', async () => {
    const venue = await world().key(RIGHTS);
    const before = await venue.holdings();
    await venue.rights(() => undefined);
    await venue.rights(() => undefined);
    const after = await venue.holdings();
    if (!before.ok || !after.ok) throw new Error('no answer');
    expect(inOrder(after.value.balances)).toEqual(inOrder(before.value.balances));
  });
}

function faultContract(world: () => VenueWorld): void {
  const ways: readonly (readonly [string, () => Promise<PrivateVenue>, string])[] = [
    ['a wrong secret', () => world().wrongSecret(), 'key-or-secret'],
    ['an unknown key', () => world().unknownKey(), 'key-or-secret'],
    ['a key that is switched off', () => world().switchedOff(), 'key-off'],
    ['a key that another program uses', () => world().sharedWithAnother(), 'nonce'],
  ];
  test.each(ways)('%s is told apart by every question', async (_name, make, code) => {
    expect(await (await make()).balances()).toMatchObject({ ok: false, fault: { code } });
    expect(await (await make()).history()).toMatchObject({ ok: false, fault: { code } });
  });

  test.each(ways)('%s ends the probing at once', async (_name, make, code) => {
    const venue = await make();
    const before = world().seen().length;
    const told: Right[] = [];
    expect(await venue.rights((right) => void told.push(right))).toMatchObject({ ok: false, fault: { code } });
    expect(told).toEqual([]);
    expect(world().seen()).toHaveLength(before + 1);
  });
}

function historyContract(world: () => VenueWorld): void {
  test('two keys of one account show the same marks, a stranger none of them', async () => {
    const [first, second] = [
      await (await world().key(READING)).history(),
      await (await world().key(READING)).history(),
    ];
    const stranger = await (await world().strangersKey(READING)).history();
    if (!first.ok || !second.ok || !stranger.ok) throw new Error('no answer');
    expect(first.value.marks.length).toBeGreaterThan(0);
    expect(first.value.marks.length).toBeLessThanOrEqual(200);
    expect(new Set(first.value.marks).size).toBe(first.value.marks.length);
    expect(second.value.marks).toEqual(first.value.marks);
    expect(stranger.value.marks.filter((mark) => first.value.marks.includes(mark))).toEqual([]);
    expect(first.value).toMatchObject({ wallet: { readable: true }, trades: { readable: true } });
    expect(first.value.reachDays).toBeGreaterThan(0);
  });

  test('a history closed to the key is unreadable, not empty', async () => {
    const answer = await (await world().key(['read-trade'])).history();
    if (!answer.ok) throw new Error(answer.fault.raw);
    expect(answer.value.wallet).toEqual({ readable: false, count: null });
    expect(answer.value.trades.readable).toBe(true);
  });
}
