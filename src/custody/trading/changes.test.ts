import { describe, expect, test } from 'vitest';
import type { PolicyLimits } from '../trade-protocol.ts';
import { areLimits, areMarkets, compareLimits, DEFAULT_LIMITS, proposalId, tighterOf } from './changes.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const now: PolicyLimits = { ...DEFAULT_LIMITS, markets: ['BTC_USDT', 'ETH_USDT'] };
const compared = (change: Partial<PolicyLimits>) => compareLimits(now, { ...now, ...change });

describe('what loosens', () => {
  // Prices and what they may cost are what a thief wants: a day. Sizes: an hour. Counts: only their owner's word.
  const wider = [
    [{ bandPercent: '2.1' }, DAY_MS, 'Prices up to 2.1 % beyond the market (more than now: 2)'],
    [{ orderPercent: '10' }, HOUR_MS, 'Orders of up to 10 % of the account (more than now: 5)'],
    [{ orderFloor: '101' }, HOUR_MS, 'Orders of 101 USDT whatever the account is worth (more than now: 100)'],
    [
      { adversePercent: '1.5' },
      DAY_MS,
      'Up to 1.5 % of the account lost to bad prices and fees in 24 hours (more than now: 1)',
    ],
    [{ turnover: '6' }, HOUR_MS, 'Up to 6 times the account traded in 24 hours (more than now: 5)'],
    [{ ordersPerMinute: 121 }, 0, 'Up to 121 new orders a minute (more than now: 120)'],
    [{ openPerMarket: 101 }, 0, 'Up to 101 open orders a market (more than now: 100)'],
    [{ openOrders: 501 }, 0, 'Up to 501 open orders (more than now: 500)'],
    [{ assetPercent: '95' }, HOUR_MS, 'Up to 95 % of the account in one asset (more than now: 90)'],
    [{ markets: ['BTC_USDT', 'DMG_USDT', 'ETH_USDT'] }, HOUR_MS, 'More markets: DMG_USDT'],
  ] as const;
  test.each(wider)('%o waits its time and is told in words', (change, delayMs, words) => {
    expect(compared(change)).toEqual({ loosens: true, delayMs, words: [words] });
  });

  test('the longest delay of a change is that of all of it', () => {
    const markets = ['BTC_USDT', 'DMG_USDT', 'ETH_USDT'];
    expect(compared({ openOrders: 501, bandPercent: '3', assetPercent: '95' }).delayMs).toBe(DAY_MS);
    expect(compared({ markets, bandPercent: '3' }).delayMs).toBe(DAY_MS);
    expect(compared({ markets, openOrders: 501 }).delayMs).toBe(HOUR_MS);
  });

  test('less of anything does not, nor does the same', () => {
    expect(compared({})).toEqual({ loosens: false, delayMs: 0, words: [] });
    expect(compared({ markets: ['BTC_USDT'], bandPercent: '1', openOrders: 9 })).toEqual({
      ...{ loosens: false, delayMs: 0 },
      words: [
        'Not any more: ETH_USDT',
        'Prices up to 1 % beyond the market (less than now: 2)',
        'Up to 9 open orders (less than now: 500)',
      ],
    });
    // As numbers, not as texts: 10 is more than 9.
    expect(compareLimits({ ...now, turnover: '10' }, { ...now, turnover: '9' }).loosens).toBe(false);
  });
});

test('what tightens of a change is taken, what loosens is left', () => {
  const wanted = { ...now, markets: ['BTC_USDT', 'DMG_USDT'], bandPercent: '10', turnover: '1', openOrders: 499 };
  expect(tighterOf(now, wanted)).toEqual({ ...now, markets: ['BTC_USDT'], turnover: '1', openOrders: 499 });
  expect(tighterOf({ ...now, turnover: '10' }, { ...now, turnover: '9' }).turnover).toBe('9');
});

describe('limits from the wire', () => {
  test('are those of the defaults, up to what nobody needs more of', () => {
    expect(areLimits(DEFAULT_LIMITS)).toBe(true);
    const most = {
      ...{ bandPercent: '50', orderPercent: '100', orderFloor: '1000000', adversePercent: '100', turnover: '1000000' },
      ...{ ordersPerMinute: 1_000_000, openPerMarket: 1_000_000, openOrders: 1_000_000, assetPercent: '100' },
    };
    expect(areLimits({ ...now, ...most })).toBe(true);
    for (const [name, value] of Object.entries(most)) {
      const beyond = typeof value === 'number' ? value + 1 : `${value}.1`;
      expect(areLimits({ ...now, [name]: beyond }), name).toBe(false);
    }
  });

  test('are counts from one, amounts above zero, and nothing else', () => {
    for (const name of ['ordersPerMinute', 'openPerMarket', 'openOrders']) {
      expect(areLimits({ ...now, [name]: 1 })).toBe(true);
      for (const wrong of [0, -1, 1.5, '5', Number.NaN, null]) expect(areLimits({ ...now, [name]: wrong })).toBe(false);
    }
    for (const wrong of ['0', '-1', '1e3', '01', 5, null])
      expect(areLimits({ ...now, bandPercent: wrong })).toBe(false);
    expect(areLimits({ ...now, leverage: '10' })).toBe(false);
    const { openOrders: _left, ...fewer } = now;
    expect(areLimits(fewer)).toBe(false);
  });

  test('name markets in order, each once', () => {
    expect(areMarkets([])).toBe(true);
    expect(areMarkets(['BTC_USDT', 'ETH_USDT'])).toBe(true);
    for (const wrong of [['ETH_USDT', 'BTC_USDT'], ['BTC_USDT', 'BTC_USDT'], ['BTC-USDT'], [7], 'BTC_USDT', null])
      expect(areMarkets(wrong)).toBe(false);
    const many = Array.from({ length: 501 }, (_, at) => `M${String(at).padStart(3, '0')}_USDT`);
    expect(areMarkets(many.slice(1))).toBe(true);
    expect(areMarkets(many)).toBe(false);
  });
});

test('a proposal is named by the connection, the version and every limit, in whatever order they came', () => {
  const id = proposalId('c', 2, now);
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  const { markets, ...rest } = now;
  expect(proposalId('c', 2, { ...rest, markets })).toBe(id);
  const others = [
    proposalId('d', 2, now),
    proposalId('c', 3, now),
    proposalId('c', 2, { ...now, turnover: '6' }),
    proposalId('c', 2, { ...now, markets: ['BTC_USDT'] }),
  ];
  expect(new Set([id, ...others]).size).toBe(5);
});
