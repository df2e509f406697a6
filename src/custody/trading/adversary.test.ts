/**
 * Whoever owns the desk also owns the other side of the market, moves it as they please within a day, and knows every
 * rule. What may be lost in any 24 hours stays within the budget all the same.
 */

import { expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import type { ClientOrderId } from '../../core/ids.ts';
import type { OrderTerms } from '../../core/order.ts';
import type { PlaceOrder } from '../../venues/trading.ts';
import { dice } from '../hostile.testing.ts';
import { Budgets, WINDOW_MS } from './budgets.ts';
import { DEFAULT_LIMITS } from './changes.ts';
import type { OrderRow } from './journal.ts';
import { evaluate, type Facts, worseBy } from './policy.ts';

const d = Decimal.parse;
const EQUITY = d('10000');
const BUDGET = d('100');
const STEPS = 400;
const SEEDS = 60;

type Live = {
  readonly row: OrderRow;
  readonly price: Decimal;
  readonly quantity: Decimal;
  readonly side: 'buy' | 'sell';
};

/** Gives the largest loss within any 24 hours, and how much was traded. */
function attack(seed: number): { readonly worst: Decimal; readonly orders: number } {
  const random = dice(seed);
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  const losses: { readonly atMs: number; readonly loss: Decimal }[] = [];
  const live: Live[] = [];
  let budgets = new Budgets([]);
  let rows = new Map<string, OrderRow>();
  let nowMs = 1_700_000_000_000;
  let reference = d('100');
  let orders = 0;
  const put = (row: OrderRow) => {
    rows.set(row.clientId, row);
    budgets.put(row);
  };

  function place(step: number): void {
    const side = pick(['buy', 'sell'] as const);
    const at = reference.mul(d(pick(['0.98', '0.981', '0.99', '1', '1.01', '1.019', '1.02']))).round(2, 'half-even');
    const far = reference.mul(d(pick(['0.72', '0.95', '1.05', '1.28']))).round(2, 'half-even');
    const terms = pick<OrderTerms>([
      { kind: 'limit', price: at, postOnly: false, ioc: false },
      { kind: 'market' },
      { kind: 'stop-market', activation: far },
      { kind: 'stop-limit', price: far.mul(d(side === 'buy' ? '1.02' : '0.98')).round(2, 'down'), activation: far },
    ]);
    const quantity = { unit: 'base', amount: d(pick(['0.1', '1', '4', '4.9', '5'])) } as const;
    const order: PlaceOrder = { clientId: `a-1-m-${step}` as ClientOrderId, market: 'BTC_USDT', side, terms, quantity };
    const used = budgets.used('c', nowMs);
    const facts: Facts = {
      limits: { ...DEFAULT_LIMITS, markets: ['BTC_USDT'] },
      instrument: INSTRUMENT,
      ...{ reference, asks: [], unitPrice: Decimal.ONE, equity: EQUITY, used },
      ...{ open: { market: used.openOf('BTC_USDT'), all: used.open }, lastMinute: used.lastMinute, thin: '' },
      ...{ held: Decimal.ZERO, bought: Decimal.ZERO },
    };
    const verdict = evaluate(order, facts);
    if (!verdict.ok) return;
    orders += 1;
    const row: OrderRow = {
      ...{ clientId: order.clientId, connection: 'c', keyMark: 'k', intent: 'i', market: 'BTC_USDT', side },
      ...{ signedAtMs: nowMs, validUntilMs: nowMs, reference: verdict.fair.toString(), unitPrice: '1', fee: '0.001' },
      ...{ notional: verdict.notional.toString(), adverse: verdict.adverse.toString(), outcome: null, endedAtMs: null },
    };
    put(row);
    const { terms: sent } = verdict.sent;
    const { price } = sent as { readonly price: Decimal };
    live.push({
      row,
      price,
      quantity: verdict.sent.quantity.amount,
      side,
    });
  }

  /** The other side takes a part of it at its limit, the worst price that the exchange allows; the rest is cancelled. */
  function end(one: Live): void {
    const filled = one.quantity.mul(d(pick(['0', '0.1', '0.5', '1', '1'])));
    const value = filled.mul(one.price);
    const worse = worseBy({ side: one.side }, one.price, d(one.row.reference));
    const loss = value.mul(worse.add(d('0.001')));
    losses.push({ atMs: nowMs, loss });
    put({ ...one.row, notional: value.toString(), adverse: loss.round(12, 'up').toString(), endedAtMs: nowMs });
  }

  for (let step = 0; step < STEPS; step += 1) {
    nowMs += random.below(4) === 0 ? random.below(2 * 3_600_000) : random.below(60_000);
    reference = reference.mul(d(pick(['0.97', '0.99', '1', '1', '1.01', '1.03']))).round(2, 'half-even');
    if (reference.lt(d('20')) || reference.gt(d('500'))) reference = d('100');
    for (let tries = 0; tries < 1 + random.below(5); tries += 1) place(step * 10 + tries);
    while (live.length > 0 && random.below(2) === 0) end(live.splice(random.below(live.length), 1)[0] as Live);
    // Restart games: what counts is what was written down.
    if (random.below(20) === 0) {
      rows = new Map([...rows].filter(([, row]) => row.endedAtMs === null || row.endedAtMs > nowMs - WINDOW_MS));
      budgets = new Budgets([...rows.values()]);
    }
  }
  let worst = Decimal.ZERO;
  for (const { atMs } of losses) {
    const within = losses.filter((other) => other.atMs <= atMs && other.atMs > atMs - WINDOW_MS);
    worst = Decimal.max(worst, Decimal.sum(within.map(({ loss }) => loss)));
  }
  return { worst, orders };
}

const INSTRUMENT: NonNullable<Facts['instrument']> = {
  ...{ symbol: 'BTC_USDT', kind: 'spot', base: 'BTC', quote: 'USDT', tick: d('0.01'), lot: d('0.000001') },
  ...{ quantityMin: d('0.001'), notionalMin: d('5'), notionalMax: null, makerFee: d('0.001'), takerFee: d('0.001') },
};

test(`${SEEDS} thieves, ${STEPS} moves each: no more than the budget is lost in any 24 hours`, () => {
  let orders = 0;
  let nearest = Decimal.ZERO;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const found = attack(seed);
    expect([seed, found.worst.lte(BUDGET)]).toEqual([seed, true]);
    orders += found.orders;
    nearest = Decimal.max(nearest, found.worst);
  }
  // They did trade, and came close: the budget is what stopped them.
  expect(orders).toBeGreaterThan(SEEDS * 20);
  expect(nearest.gt(d('50'))).toBe(true);
});
