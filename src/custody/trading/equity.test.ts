import { beforeEach, expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import type { VenueAccess } from '../gate.ts';
import type { Credential, KeyRecord } from '../records.ts';
import { Equity } from './equity.ts';

const d = Decimal.parse;
const HOUR_MS = 3_600_000;
const PRICES: Readonly<Record<string, string>> = { USDT: '1', BTC: '100', ETH: '10' };
type Wallet = Readonly<Record<string, readonly [free: string, locked: string]>>;

let nowMs: number;
let equity: Equity;
/** Null: the exchange does not tell. */
let wallet: Wallet | null;
let readings: number;
/** A reading waits for it. */
let gate: Promise<void>;

beforeEach(() => {
  nowMs = 1_700_000_000_000;
  equity = new Equity({ nowMs: () => nowMs });
  wallet = { USDT: ['400', '100'], BTC: ['2', '1'] };
  readings = 0;
  gate = Promise.resolve();
});

const access = {
  private: () => ({
    holdings: async () => {
      readings += 1;
      const told = wallet;
      await gate;
      if (told === null) return { ok: false };
      const balances = Object.entries(told).flatMap(([asset, [free, locked]]) => [
        { asset, free: d(free), locked: d(locked), wallet: 'trade' },
        { asset, free: d('1000000'), locked: Decimal.ZERO, wallet: 'main' },
      ]);
      return { ok: true, value: { balances } };
    },
  }),
  market: {
    unitPrice: async (asset: string) => {
      const price = PRICES[asset];
      return price === undefined ? null : d(price);
    },
  },
} as unknown as VenueAccess;
const record = (markets: readonly string[] = ['BTC_USDT', 'DMG_USDT'], connection = 'c') =>
  ({ connection, owner: 'o', policy: { limits: { markets } } }) as unknown as KeyRecord;
const ask = (forHeld = false, of = record()) =>
  equity.of(of, access, () => 'credential' as unknown as Credential, forHeld);
const worth = async (forHeld = false, of = record()) => (await ask(forHeld, of)).equity?.toString() ?? null;
const held = async (asset: string) => (await ask(true)).held?.amounts.get(asset)?.toString() ?? null;
/** What nobody waited for has arrived. */
const arrived = () => new Promise((resolve) => setImmediate(resolve));

test('counts the trade wallet, free and locked, in assets of enabled markets that have a price', async () => {
  expect(equity.last('c')).toBeNull();
  wallet = { ...wallet, ETH: ['100', '0'], DMG: ['100', '0'] };
  expect(await worth()).toBe('800');
  expect(equity.last('c')?.toString()).toBe('800');
  expect(await held('BTC')).toBe('3');
  // Held, though it widens no limit.
  expect(await held('ETH')).toBe('100');
  expect(await worth(false, record(['ETH_USDT'], 'd'))).toBe('1500');
  expect(await worth(false, { connection: 'e', owner: 'o' } as unknown as KeyRecord)).toBe('0');
});

test('is measured once an hour, whatever happens in the wallet', async () => {
  expect(await worth()).toBe('800');
  wallet = { USDT: ['9', '0'] };
  nowMs += HOUR_MS - 1;
  expect(await worth()).toBe('800');
  expect(readings).toBe(1);
  nowMs += 1;
  expect(await worth()).toBe('9');
  expect(readings).toBe(2);
  // A clock that was set back makes nothing young.
  nowMs -= HOUR_MS;
  wallet = { USDT: ['8', '0'] };
  expect(await worth()).toBe('8');
});

test('is measured anew when other markets are enabled', async () => {
  wallet = { ...wallet, ETH: ['1', '0'] };
  expect(await worth()).toBe('800');
  expect(await worth(false, record(['BTC_USDT', 'ETH_USDT']))).toBe('810');
  expect(readings).toBe(2);
});

test('a measurement that failed is tried again a second later, not with each order', async () => {
  wallet = null;
  expect(await ask()).toMatchObject({ equity: null, held: null });
  wallet = { USDT: ['7', '0'] };
  nowMs += 999;
  expect(await worth()).toBeNull();
  expect(readings).toBe(1);
  nowMs += 1;
  expect(await worth()).toBe('7');
});

test('after an hour without an answer nobody knows what it is worth, and holdings stay as they were read', async () => {
  const { held: first } = await ask();
  nowMs += HOUR_MS;
  wallet = null;
  expect(await ask()).toMatchObject({ equity: null, held: first });
});

test('orders that arrive together share one reading', async () => {
  expect(await Promise.all([worth(), worth(), worth(true)])).toEqual(['800', '800', '800']);
  expect(readings).toBe(1);
});

test('holdings older than half a minute are read again, and no order waits for it', async () => {
  expect(await held('BTC')).toBe('3');
  const readAtMs = nowMs;
  wallet = { USDT: ['1', '0'], BTC: ['5', '0'] };
  nowMs += 29_999;
  expect(await held('BTC')).toBe('3');
  expect(readings).toBe(1);
  nowMs += 1;
  // Who does not ask for them has none read.
  expect(await worth()).toBe('800');
  expect(readings).toBe(1);
  let open = () => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  expect(await held('BTC')).toBe('3');
  expect(await held('BTC')).toBe('3');
  expect(readings).toBe(2);
  nowMs += 5;
  open();
  await arrived();
  const now = await ask(true);
  expect(now.held?.amounts.get('BTC')?.toString()).toBe('5');
  // As of when it was asked for: what was bought while the answer was on its way is not in it.
  expect(now.held?.atMs).toBe(readAtMs + 30_000);
  // Young holdings are no new worth.
  expect(now.equity?.toString()).toBe('800');
  expect(readings).toBe(2);
  nowMs = readAtMs + HOUR_MS;
  expect(await worth()).toBe('501');
});

test('holdings that cannot be read again stay, and are asked for once in half a minute', async () => {
  await ask(true);
  wallet = null;
  nowMs += 30_000;
  expect(await held('BTC')).toBe('3');
  await arrived();
  nowMs += 29_999;
  expect(await held('BTC')).toBe('3');
  expect(readings).toBe(2);
  nowMs += 1;
  expect(await held('BTC')).toBe('3');
  expect(readings).toBe(3);
});

test('a key that cannot be read fails the order that waits, and the next one tries again', async () => {
  const locked = () => {
    throw new Error('locked');
  };
  await expect(equity.of(record(), access, locked, false)).rejects.toThrow('locked');
  expect(await worth()).toBe('800');
});

test('an exchange that cannot be asked fails the order that waits, and the next one tries again', async () => {
  gate = Promise.reject(new Error('no line'));
  await expect(ask()).rejects.toThrow('no line');
  gate = Promise.resolve();
  expect(await worth()).toBe('800');
  nowMs += 30_000;
  gate = Promise.reject(new Error('no line'));
  // Nobody waits for this one.
  expect(await held('BTC')).toBe('3');
  await arrived();
  gate = Promise.resolve();
  wallet = { BTC: ['4', '0'] };
  await ask(true);
  await arrived();
  expect(await held('BTC')).toBe('4');
});
