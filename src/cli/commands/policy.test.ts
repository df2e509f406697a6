/** What a key may do, as a person reads it. */

import { expect, test } from 'vitest';
import type { Policy } from '../../contract/trading.ts';
import { connectionOf, fakeDesk } from './fake-desk.testing.ts';
import { orderOf, TRADING } from './trading.testing.ts';

const STATUS = { epoch: 1, halts: [], reducing: [], trouble: '', ordersHead: { seq: 1, hash: 'ab' } };

test('what an open order may still come to was said to be traded and lost already', async () => {
  const policy = policyOf({ turnover: '2024.11', turnoverOpen: '479', adverse: '4.5', adverseOpen: '0' });
  const desk = fakeDesk({ desk: TRADING, custody: { policy, 'trading-status': STATUS } });
  expect(await desk.run('policy')).toBe(0);
  expect(desk.out()).toContain(
    'Traded               5 times the account in 24 hours; 2 024.11 USDT used, of it 479 by open orders',
  );
  expect(desk.out()).toMatch(/Bad prices and fees +1 % of the account in 24 hours; 4.5 USDT used\n/);
});

test('practice money behind WhiteBIT’s name was told as real: by the policy, and in every list', async () => {
  const desk = fakeDesk({
    desk: {
      ...TRADING,
      'connections.list': [connectionOf({ label: 'WhiteBIT', practice: true })],
      'orders.list': { orders: [orderOf()], next: null },
    },
    // Custody's own word is about delays, which hold here as they do for real money.
    custody: { policy: policyOf({}), 'trading-status': STATUS },
  });
  expect(await desk.run('policy', '--json')).toBe(0);
  expect(JSON.parse(desk.out()).practice).toBe(true);
  await desk.run('policy');
  expect(desk.out()).toContain('WhiteBIT (practice money)');
  await desk.run('orders');
  expect(desk.out()).toContain('WhiteBIT (practice)');
});

function policyOf(used: Partial<Policy['used']>) {
  const limits = {
    ...{ markets: ['BTC_USDT'], bandPercent: '2', orderPercent: '5', orderFloor: '100', adversePercent: '1' },
    ...{ turnover: '5', assetPercent: '90', ordersPerMinute: 120, openPerMarket: 100, openOrders: 500 },
  };
  const none = { adverse: '0', turnover: '0', adverseOpen: '0', turnoverOpen: '0', openOrders: 0 };
  return { version: 1, limits, proposal: null, practice: false, equity: '1000', used: { ...none, ...used } };
}
