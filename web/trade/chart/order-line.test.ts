import { describe, expect, test } from 'vitest';
import { anOrder } from '../../../src/contract/order.testing.ts';
import type { Order } from '../../../src/contract/trading.ts';
import { distanceText, type Ghost, linesOf, priceShown, snapped, standingOf } from './order-line.ts';
import { spreadApart } from './spread-apart.ts';

const order = (change: Partial<Order> = {}): Order =>
  anOrder({
    key: 'k',
    terms: { kind: 'limit', price: '43210', postOnly: false, ioc: false },
    quantity: { unit: 'base', amount: '0.10' },
    updatedAtMs: 1,
    ...change,
  });

describe('lines of orders', () => {
  test('say what is left, at the price with the places of the tick', () => {
    const [line] = linesOf([order({ filledBase: '0.04' })], '0.01');
    expect(line).toMatchObject({
      name: 'Buy',
      amount: '0.06',
      at: '43\u202f210.00',
      price: '43210',
      state: '',
      isMovable: true,
    });
  });

  test('a stop limit order stands at two prices, a market order at none', () => {
    const stop = order({ side: 'sell', terms: { kind: 'stop-limit', price: '90', activation: '95' } });
    expect(linesOf([stop], '1').map(({ name, at, what }) => [name, at, what])).toEqual([
      ['Stop sell', '95', 'activation'],
      ['Then sell', '90', 'price'],
    ]);
    expect(linesOf([order({ terms: { kind: 'market' } }), order({ terms: null })], '1')).toEqual([]);
  });

  test('the limit of a stop that waits looked like an order that rests', () => {
    const terms = { kind: 'stop-limit', price: '97100', activation: '97000' } as const;
    const told = (filledBase: string) =>
      linesOf([order({ terms, filledBase })], '1').map(({ name, isLater }) => [name, isLater]);
    expect(told('0.00')).toEqual([
      ['Stop buy', false],
      ['Then buy', true],
    ]);
    expect(told('0.04')[1]).toEqual(['Buy', false]);
  });

  test('an amount in the quote asset names it', () => {
    const stop = order({ terms: { kind: 'stop-market', activation: '5' }, quantity: { unit: 'quote', amount: '250' } });
    expect(linesOf([stop], '1')[0]).toMatchObject({ name: 'Stop buy', amount: 'for 250 USDT' });
  });

  test.each<[string, Partial<Order>, string]>([
    ['external', { owner: 'external' }, 'placed elsewhere'],
    ['unknown', { state: 'unknown' }, 'unknown, asking'],
    ['on its way', { state: 'submitting' }, 'sending…'],
    ['being cancelled', { state: 'cancelling' }, 'cancelling…'],
    ['being moved', { moving: true }, 'moving…'],
    ['blocked', { blocked: true }, ''],
  ])('an order that is %s is not taken by its line, and says so', (_, change, state) => {
    expect(linesOf([order(change)], '1')[0]).toMatchObject({ isMovable: false, state });
  });
});

describe('a place on the screen as a price', () => {
  test('is on the tick, with its places', () => {
    expect(snapped(43_210.1267, '0.01')).toBe('43210.13');
    expect(snapped(43_210.1267, '0.05')).toBe('43210.15');
    expect(snapped(43_210.1267, '10')).toBe('43210');
    expect(snapped(0.00001234567, '0.00000001')).toBe('0.00001235');
  });

  test('is never zero, below it, or no number', () => {
    expect(snapped(-5, '0.5')).toBe('0.5');
    expect(snapped(0.001, '0.5')).toBe('0.5');
    expect(snapped(Number.NaN, '0.5')).toBeNull();
    expect(snapped(Number.POSITIVE_INFINITY, '0.5')).toBeNull();
    expect(snapped(5, '0')).toBeNull();
  });

  test('its distance is said in percent of the last price', () => {
    expect(distanceText('101', '100')).toBe('1.00\u202f% above the last price');
    expect(distanceText('99.66', '100')).toBe('0.34\u202f% under the last price');
    expect(distanceText('100.00', '100')).toBe('at the last price');
    expect(distanceText('100', null)).toBe('');
  });

  test('a price finer than the tick is not cut', () => {
    expect(priceShown('1.2345', '0.01')).toBe('1.2345');
  });
});

describe('the ghost of a move', () => {
  const ghost = (phase: Ghost['phase']): Ghost => ({
    line: 'c k price',
    order: order(),
    what: 'price',
    from: '43210',
    price: '43000',
    phase,
    trouble: '',
    confirmed: [],
    confirm: null,
    told: null,
  });

  const standing = (phase: Ghost['phase'], orders: readonly Order[], last?: Order) =>
    standingOf(ghost(phase), orders, last);

  test('stays while the order is being moved, and goes when that is over, however it ended', () => {
    expect(standing('moving', [order({ moving: true })])).toBe('stands');
    expect(standing('moving', [order({ updatedAtMs: 9 })])).toBe('over');
    expect(standing('moving', [], order({ state: 'closed', ended: 'filled' }))).toBe('over');
  });

  test('goes when the order that replaces the old one is there', () => {
    expect(standing('moving', [order({ moving: true }), order({ key: 'n', replaces: 'k' })])).toBe('over');
  });

  test('a line that was just let go of vanished between the end of its order and the word of the next', () => {
    const gone = order({ state: 'closed', ended: 'cancelled', replacedBy: 'n' });
    expect(standing('moving', [], gone)).toBe('waits');
    expect(standing('sending', [], gone)).toBe('waits');
    expect(standing('moving', [order({ key: 'n', replaces: 'k' })], gone)).toBe('over');
  });

  test('a move that the desk had just taken was over at once, where the answer came before the line said so', () => {
    const told = order({ moving: true });
    expect(standingOf({ ...ghost('moving'), told }, [order()], undefined)).toBe('waits');
    expect(standingOf({ ...ghost('moving'), told }, [told], undefined)).toBe('stands');
    expect(standingOf({ ...ghost('moving'), told }, [order({ updatedAtMs: 9 })], undefined)).toBe('over');
  });

  test('without an answer stays until the order tells that it is moving', () => {
    expect(standing('unanswered', [order()])).toBe('stands');
    expect(standing('unanswered', [order({ moving: true })])).toBe('over');
  });

  test('leaves the hand when the order is filled or cancelled meanwhile', () => {
    expect(standing('dragging', [order()])).toBe('stands');
    expect(standing('dragging', [], order({ state: 'closed', replacedBy: 'n' }))).toBe('over');
    expect(standing('sending', [order()])).toBe('stands');
  });
});

describe('handles', () => {
  const box = { top: 0, bottom: 100 };

  test('stand where they are where there is room', () => {
    expect(spreadApart([10, 50, 90], 20, box)).toEqual([10, 50, 90]);
  });

  test('are pushed apart in the order of their prices, inside the box', () => {
    expect(spreadApart([50, 48, 52], 20, box)).toEqual([68, 48, 88]);
    expect(spreadApart([95, 99], 20, box)).toEqual([80, 100]);
  });
});
