import { describe, expect, test } from 'vitest';
import { openEngine } from './engine.ts';
import type { Snapshot } from './snapshot.ts';
import { ALICE, BOB, OPENING, World } from './world.testing.ts';

/** A state with a resting order, a waiting one and a name, changed before it is put back. */
function faultsAfter(change: (snapshot: Snapshot) => void): readonly string[] {
  const w = new World().fund();
  w.placed(ALICE, 'limit', 'buy', { amount: '0.1', price: '39000', clientOrderId: 'one' });
  w.placed(BOB, 'limit', 'sell', { amount: '0.1', price: '41000' });
  w.placed(ALICE, 'stop limit', 'buy', { amount: '0.1', price: '42000', activationPrice: '41000' });
  const snapshot = JSON.parse(JSON.stringify(w.engine.snapshot()));
  change(snapshot);
  return openEngine(OPENING, snapshot).query.faults();
}

type Loose = {
  markets: { name: string; lastTicks: number; orders: Record<string, unknown>[] }[];
  balances: Record<string, unknown>[];
};

describe('audit', () => {
  const btc = (snapshot: Snapshot) => {
    const loose = snapshot as unknown as Loose;
    const market = loose.markets.find(({ name }) => name === 'BTC_USDT');
    if (market === undefined) throw new Error('No market');
    return { ...loose, market };
  };

  test('a sound state has no faults', () => {
    expect(faultsAfter(() => undefined)).toEqual([]);
  });

  test.each<[string, (snapshot: Snapshot) => void, RegExp]>([
    [
      'frozen money of no order',
      (one) => btc(one).market.orders.splice(0, 1),
      /alice USDT: \d+ frozen, orders hold \d+/,
    ],
    [
      'an order that is done',
      (one) => Object.assign(btc(one).market.orders[0] ?? {}, { left: '0' }),
      /is open with 0 left/,
    ],
    ['a crossed book', (one) => Object.assign(btc(one).market.orders[0] ?? {}, { priceTicks: 4_200_000 }), /crossed/],
    [
      'a stop that was missed',
      (one) => Object.assign(btc(one).market, { lastTicks: 4_200_000 }),
      /should have been activated/,
    ],
    ['money below zero', (one) => Object.assign(btc(one).balances[0] ?? {}, { available: '-1' }), /below zero/],
    [
      'a name that two orders carry',
      (one) => Object.assign(btc(one).market.orders[2] ?? {}, { clientOrderId: 'one' }),
      /not found by its client order id/,
    ],
  ])('%s is found', (_name, change, fault) => {
    expect(faultsAfter(change).join('\n')).toMatch(fault);
  });
});
