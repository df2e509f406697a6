import { describe, expect, test } from 'vitest';
import { restOrder } from './render.ts';
import { ALICE, BOB, CAROL, d, orderEvents, orderOf, refusalOf, trades, World } from './world.testing.ts';

const world = (): World => new World().fund();
/** Carol trades with Bob at this price. */
const tradeAt = (w: World, price: string) => {
  w.placed(BOB, 'limit', 'sell', { amount: '0.001', price });
  return w.place(CAROL, 'limit', 'buy', { amount: '0.001', price });
};

describe('stop orders', () => {
  test('a stop limit waits outside the book with its money frozen', () => {
    const w = world();
    const result = w.place(ALICE, 'stop limit', 'buy', { amount: '0.1', price: '41000', activationPrice: '40500' });
    expect(orderEvents(result)).toEqual(['new 1 OPEN']);
    expect(restOrder(orderOf(result))).toMatchObject({
      type: 'stop limit',
      price: '41000',
      activation_price: '40500',
      activationCondition: 'gte',
      activated: 0,
    });
    expect(w.book().bids).toEqual([]);
    expect(w.balance(ALICE, 'USDT')).toBe('995900/4100');
  });

  test('activation is told as new with the same id, then the order is in the book', () => {
    const w = world();
    w.placed(ALICE, 'stop limit', 'buy', { amount: '0.1', price: '41000', activationPrice: '40500' });
    expect(orderEvents(tradeAt(w, '40499.99'))).not.toContain('new 1 OPEN');
    expect(orderEvents(tradeAt(w, '40500'))).toEqual(['finish 4 FILLED', 'finish 5 FILLED', 'new 1 OPEN']);
    expect(w.book().bids).toEqual(['0.1@41000']);
    expect(w.engine.query.openOrders(ALICE, null)).toMatchObject([{ id: 1, activated: true, type: 'stop limit' }]);
  });

  test('a stop market sell activates at its price or below and takes what is there', () => {
    const w = world();
    w.placed(BOB, 'limit', 'buy', { amount: '1', price: '39000' });
    w.placed(ALICE, 'stop market', 'sell', { amount: '0.1', activationPrice: '39500' });
    w.placed(BOB, 'limit', 'buy', { amount: '0.001', price: '39400' });
    const result = w.place(CAROL, 'market', 'sell', { amount: '0.001' });
    expect(orderEvents(result)).toEqual([
      'finish 3 FILLED',
      'finish 4 FILLED',
      'new 2 OPEN',
      'update 1 OPEN',
      'finish 2 FILLED',
    ]);
    expect(w.balance(ALICE, 'USDT')).toBe('1003896.1/0');
  });

  test('a stop market buy spends quote', () => {
    const w = world();
    w.placed(ALICE, 'stop market', 'buy', { amount: '100', activationPrice: '40500' });
    expect(w.balance(ALICE, 'USDT')).toBe('999900/100');
    w.placed(BOB, 'limit', 'sell', { amount: '1', price: '40600' });
    w.placed(CAROL, 'limit', 'buy', { amount: '0.001', price: '40600' });
    expect(w.balance(ALICE, 'USDT')).toBe('999900.0022/0');
    expect(w.balance(ALICE, 'BTC')).toBe('100.002460537/0');
  });

  test('one trade can set off a chain; stops go off in the order they were reached', () => {
    const w = world();
    for (const price of ['40100', '40200', '40300']) w.placed(BOB, 'limit', 'sell', { amount: '0.1', price });
    w.placed(ALICE, 'stop limit', 'buy', { amount: '0.1', price: '40200', activationPrice: '40100' });
    w.placed(CAROL, 'stop limit', 'buy', { amount: '0.1', price: '40300', activationPrice: '40200' });
    const result = w.place(CAROL, 'limit', 'buy', { amount: '0.1', price: '40100' });
    expect(trades(result)).toEqual(['0.1@40100 1', '0.1@40200 2', '0.1@40300 3']);
    expect(w.book().asks).toEqual([]);
  });

  test('every trade of a sweep counts, the first as well as the last', () => {
    const w = world();
    w.placed(ALICE, 'stop limit', 'sell', { amount: '0.1', price: '41000', activationPrice: '39000' });
    w.placed(BOB, 'limit', 'sell', { amount: '0.1', price: '38900' });
    w.placed(BOB, 'limit', 'sell', { amount: '0.1', price: '39500' });
    const result = w.place(CAROL, 'limit', 'buy', { amount: '0.2', price: '39500' });
    expect(orderEvents(result)).toContain('new 1 OPEN');
  });

  test('a trigger that is already met goes off at once', () => {
    const w = world();
    const order = w.placed(ALICE, 'stop limit', 'buy', { amount: '0.1', price: '39500', activationPrice: '39000' });
    expect(order.activated).toBe(true);
    expect(w.book().bids).toEqual(['0.1@39500']);
  });

  test('equality and a market without a price are refused', () => {
    const w = world();
    expect(
      refusalOf(w.place(ALICE, 'stop limit', 'buy', { amount: '0.1', price: '40000', activationPrice: '40000' })),
    ).toMatchObject({
      code: 30,
      errors: { activationPrice: ['Activation price should not be equal to the last price'] },
    });
    expect(
      refusalOf(
        w.place(ALICE, 'stop market', 'sell', { market: 'PEPE_USDT', amount: '5000', activationPrice: '0.000004' }),
      ),
    ).toMatchObject({ errors: { activationPrice: ['Empty history'] } });
  });

  test('cancelling a waiting stop releases its money and tells no level', () => {
    const w = world();
    w.placed(ALICE, 'stop limit', 'buy', { amount: '0.1', price: '41000', activationPrice: '40500' });
    const result = w.cancel(ALICE, { market: 'BTC_USDT', orderId: 1 });
    expect(result.events.map(({ kind }) => kind)).toEqual(['order', 'balance']);
    expect(w.balance(ALICE, 'USDT')).toBe('1000000/0');
    tradeAt(w, '40600');
    expect(w.book().bids).toEqual([]);
  });

  test('an activated stop limit is modified as the limit order it has become', () => {
    const w = world();
    w.placed(ALICE, 'stop limit', 'buy', { amount: '0.1', price: '39500', activationPrice: '39000' });
    expect(refusalOf(w.modify(ALICE, 1, { activationPrice: d('42000') }))).toMatchObject({ status: 400, code: 158 });
    expect(orderOf(w.modify(ALICE, 1, { price: d('39600') }))).toMatchObject({ activated: true, type: 'stop limit' });
    expect(w.book().bids).toEqual(['0.1@39600']);
  });
});
