/** Exchange, custody and desk killed while programs trade: both ledgers agree to the last digit afterwards. */

import { describe, expect, test } from 'vitest';
import type { Fill, Order } from '../../src/contract/trading.ts';
import { clientOrderId } from '../../src/core/ids.ts';
import { seedFrom } from '../campaigns/seeded.ts';
import { runTradeKills } from '../campaigns/trade-kill.ts';
import { Notes } from '../campaigns/trade-kill-clients.ts';
import { type Both, ledgerFaults, type OracleDeal, type OracleOrder } from '../campaigns/trade-kill-judge.ts';

/** What fits into a run of all tests; `npm run campaign:trade-kill` kills a thousand times. */
const KILLS = 15;
const TIMEOUT_MS = 300_000;
const SEED = seedFrom(process.env.CAMPAIGN_SEED ?? '20261123');

test(
  `${KILLS} kills while trading (seed ${SEED}): nothing lost, nothing doubled, no digit different`,
  async () => {
    const figures = await runTradeKills({ kills: KILLS, seed: SEED });
    expect(figures.faults).toEqual([]);
    expect(figures.kills).toBe(KILLS);
    // A campaign that never struck a request, or in which nobody traded, would prove nothing.
    expect(figures.requests.unanswered).toBeGreaterThan(0);
    expect(figures.inRecovery).toBeGreaterThan(0);
    expect(figures.orders.atExchange).toBeGreaterThan(20);
    expect(figures.orders.fills).toBeGreaterThan(5);
  },
  TIMEOUT_MS,
);

const CONNECTION = 'connection';
const MARKET = 'BTC_USDT';
const NAME = clientOrderId('test', 1, 'm', 7);
const ORDER: Order = {
  ...{ connection: CONNECTION, key: 'm7', clientId: NAME, venueId: '7', requestId: null, market: MARKET, side: 'buy' },
  terms: { kind: 'limit', price: '50000', postOnly: false, ioc: false },
  ...{ quantity: { unit: 'base', amount: '0.02' }, sentPrice: null, owner: 'ours' },
  ...{ state: 'closed', ended: 'cancelled', detail: '' },
  ...{ doing: { text: '', sinceMs: null, nextAtMs: null }, blocked: false, filledBase: '0.01', filledQuote: '500' },
  ...{ averagePrice: '50000', fees: [{ asset: 'BTC', amount: '0.00001' }], feesPending: 0, quarantine: '' },
  ...{ replaces: null, replacedBy: null, moving: false, createdAtMs: 1, updatedAtMs: 2 },
};
const FILL: Fill = {
  ...{ connection: CONNECTION, key: `${MARKET} buy 3`, order: 'm7', owner: 'ours', market: MARKET, side: 'buy' },
  ...{ price: '50000', quantity: '0.01', value: '500', fee: { asset: 'BTC', amount: '0.00001' }, role: 'maker' },
  reversed: false,
  atMs: 2,
};
const THERE: OracleOrder = {
  ...{ id: 7, clientOrderId: NAME, market: MARKET, side: 'buy', status: 'CANCELED' },
  ...{ dealStock: '0.01', dealMoney: '500', dealFee: '0.00001' },
};
const DEAL: OracleDeal = {
  ...{ id: 3, orderId: 7, clientOrderId: NAME, market: MARKET, side: 'buy', role: 'maker', price: '50000' },
  ...{ amount: '0.01', money: '500', fee: '0.00001', feeTicker: 'BTC' },
};
const BOTH: Both = { orders: [ORDER], fills: [FILL], thereOrders: [THERE], thereDeals: [DEAL] };

describe('the judgement of both ledgers', () => {
  function faultsOf(change: Partial<Both>, cancelled = true): string {
    const notes = new Notes();
    const draft = { side: 'buy', terms: { kind: 'market' }, quantity: ORDER.quantity } as const;
    const body = { requestId: 'request-7', connection: CONNECTION, market: MARKET, draft, confirmations: [] };
    notes.placed.push({ requestId: 'request-7', key: 'm7', body });
    if (cancelled) notes.cancelled.add('m7');
    return ledgerFaults({ ...BOTH, ...change }, notes, CONNECTION).join('; ');
  }

  test('is content where both say the same', () => {
    expect(faultsOf({})).toBe('');
  });

  const otherName = clientOrderId('test', 1, 'm', 8);
  test.each<[string, Partial<Both>, string]>([
    ['one name has two orders', { thereOrders: [THERE, { ...THERE, id: 8 }] }, 'has two orders at the exchange'],
    ['an answered order is gone', { orders: [], fills: [], thereOrders: [], thereDeals: [] }, 'is lost'],
    [
      'an order there is not known here',
      { thereOrders: [THERE, { ...THERE, id: 8, clientOrderId: otherName, dealStock: '0' }] },
      'the desk does not know it',
    ],
    ['an order of nobody is there', { thereOrders: [THERE, { ...THERE, id: 8, clientOrderId: '' }] }, "is nobody's"],
    ['an order was never there', { thereOrders: [], thereDeals: [], fills: [] }, 'was never there'],
    [
      'nobody was told of an order',
      { orders: [ORDER, { ...ORDER, key: 'm8', clientId: otherName }] },
      'nobody was told',
    ],
    ['a cancelled order lives', { orders: [{ ...ORDER, state: 'open', ended: null }] }, 'was cancelled, and is open'],
    [
      'an order lives here alone',
      { orders: [{ ...ORDER, state: 'open', ended: null }] },
      'closed 0.01/500/0.00001 there',
    ],
    ['a digit of an order differs', { orders: [{ ...ORDER, filledQuote: '500.00000001' }] }, '500.00000001'],
    ['a fill was missed', { fills: [] }, 'was missed'],
    ['a fill came twice', { fills: [FILL, { ...FILL, key: `${MARKET} buy 4` }] }, 'was never a deal'],
    ['a digit of a fill differs', { fills: [{ ...FILL, price: '50000.01' }] }, '50000.01'],
    ['a fee is not known', { fills: [{ ...FILL, fee: null }] }, 'no fee'],
    ['an order passes for somebody else’s', { orders: [{ ...ORDER, owner: 'external' }] }, "somebody else's"],
  ])('finds that %s', (_name, change, words) => {
    expect(faultsOf(change)).toContain(words);
  });
});
