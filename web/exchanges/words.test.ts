import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/contract/exchanges.ts';
import { besideOldPrices, endText, ipChip, midSentence, rightsChips, toneOf } from './words.ts';

const RIGHTS = ['read-trade', 'read-wallet', 'trade', 'deposit', 'withdraw', 'transfer', 'codes'] as const;
const state = fc.constantFrom('on', 'off', 'unknown');
const rights = fc.record(
  Object.fromEntries(RIGHTS.map((right) => [right, state])) as Record<(typeof RIGHTS)[number], typeof state>,
);
const SAFE: Connection['rights'] = {
  'read-trade': 'on',
  'read-wallet': 'on',
  trade: 'on',
  deposit: 'off',
  withdraw: 'off',
  transfer: 'off',
  codes: 'off',
};
const texts = (over: Partial<Connection['rights']>, rightsSource: Connection['rightsSource'] = 'probe') =>
  rightsChips({ rights: { ...SAFE, ...over }, rightsSource }).map(({ text }) => text);

describe('permission chips', () => {
  test('of a good key', () => {
    expect(texts({})).toEqual(['Read', 'Trade', 'Cannot withdraw']);
  });

  test.each([
    [{ trade: 'off' }, 'Cannot trade'],
    [{ trade: 'unknown' }, 'Trade unknown'],
    [{ 'read-wallet': 'off' }, 'Read: trade only'],
    [{ 'read-trade': 'off' }, 'Read: wallet only'],
    [{ 'read-trade': 'off', 'read-wallet': 'off' }, 'Cannot read'],
    [{ 'read-trade': 'unknown' }, 'Read: wallet only'],
    [{ withdraw: 'on' }, 'Can withdraw'],
    [{ transfer: 'on' }, 'Can transfer'],
    [{ codes: 'on' }, 'Can make codes'],
    [{ withdraw: 'unknown' }, 'Withdraw unknown'],
  ] as const)('%o says %s', (over, text) => {
    expect(texts(over)).toContain(text);
  });

  test('a person’s word shows as theirs, and never hides a right that is on', () => {
    expect(texts({ withdraw: 'unknown' }, 'user-confirmed')).toContain('Cannot withdraw (you confirmed)');
    expect(texts({ withdraw: 'on' }, 'user-confirmed')).toContain('Can withdraw');
  });

  test('"Cannot withdraw" is said only where nothing that moves money is on', () => {
    fc.assert(
      fc.property(rights, (some) => {
        const said = rightsChips({ rights: some, rightsSource: 'probe' }).at(-1)?.text;
        const safe = some.withdraw === 'off' && some.transfer === 'off' && some.codes === 'off';
        expect(said === 'Cannot withdraw').toBe(safe);
      }),
    );
  });
});

test('every state has a loudness, and only what lost money’s safety is red', () => {
  const all: readonly Connection['status'][] = [
    'checking',
    'connected',
    'read-only',
    'expiring',
    'attention',
    'refused',
    'not-answering',
    'locked',
  ];
  expect(all.filter((status) => toneOf(status) === 'red')).toEqual(['refused']);
  expect(all.filter((status) => toneOf(status) === 'plain')).toEqual(['connected', 'read-only']);
});

test('days to the end', () => {
  expect([endText(null), endText(0), endText(1), endText(7), endText(14)]).toEqual([
    null,
    'ends today',
    '1 day left',
    '7 days left',
    'ends if unused for 14 days',
  ]);
});

test('the address lock is said as it is known', () => {
  expect(ipChip('unknown').text).toBe('IP lock unknown');
  expect(ipChip('locked').tone).toBe('plain');
  expect(ipChip('open').tone).toBe('amber');
});

test('values by old prices were once called incomplete; only what lacks something is', () => {
  const old = 'By prices of 3 minutes ago.';
  const worth = (reason: string) => ({ value: '5', currency: 'USDT' as const, reason });
  expect(besideOldPrices(worth(old), old).reason).toBe('');
  const lacking = worth(`No price is known for XYZ. ${old}`);
  expect(besideOldPrices(lacking, old)).toBe(lacking);
  expect(midSentence(old)).toBe('by prices of 3 minutes ago');
});
