import { describe, expect, test } from 'vitest';
import type { WireOrder } from '../trade-protocol.ts';
import { intentHash, isAmount, isMarket, isOrder, isOrderName, readOrder, sentAs } from './intent.ts';

const order = (change: object = {}): WireOrder => ({
  ...{ clientId: 'gapless-1-m-1', market: 'BTC_USDT', side: 'buy' },
  terms: { kind: 'limit', price: '100.5', postOnly: false, ioc: false },
  quantity: { unit: 'base', amount: '0.1' },
  ...change,
});
const quote = { quantity: { unit: 'quote', amount: '50' } };
const limit = (change: object) => ({ terms: { kind: 'limit', price: '1', postOnly: false, ioc: false, ...change } });

describe('amounts and names', () => {
  test('have one spelling', () => {
    for (const right of ['1', '10', '0.1', '0.000000000000000001', '999999999999999999.999999999999999999'])
      expect(isAmount(right), right).toBe(true);
    for (const wrong of ['0', '0.0', '0.10', '01', '.5', '5.', '-1', '+1', '1e3', ' 1', '1\n', '', '1'.repeat(19)])
      expect(isAmount(wrong), wrong).toBe(false);
    for (const wrong of [1, null, undefined, ['1']]) expect(isAmount(wrong)).toBe(false);
    expect(isMarket('BTC_USDT')).toBe(true);
    for (const wrong of ['BTCUSDT', 'btc_usdt', 'BTC_USDT_X', 'BTC_', 'A/B_C', '../_X', ['BTC_USDT'], null])
      expect(isMarket(wrong)).toBe(false);
  });

  test('of an order are those of the asker, of the exchange, or both', () => {
    const name = { market: 'BTC_USDT', clientId: 'gapless-1-m-1', venueId: '77' };
    expect(isOrderName(name)).toBe(true);
    expect(isOrderName({ ...name, clientId: null })).toBe(true);
    expect(isOrderName({ ...name, venueId: null })).toBe(true);
    expect(isOrderName({ ...name, clientId: null, venueId: null })).toBe(false);
    for (const wrong of [
      { clientId: 'a b' },
      { clientId: 7 },
      { venueId: '0' },
      { venueId: 77 },
      { market: 'x' },
      { more: 1 },
    ])
      expect(isOrderName({ ...name, ...wrong })).toBe(false);
  });
});

describe('an order from the wire', () => {
  test.each([
    ['a limit', {}],
    ['a limit that only waits', limit({ postOnly: true })],
    ['a limit that never waits', limit({ ioc: true })],
    ['at the market', { terms: { kind: 'market' } }],
    ['at the market, for so much money', { terms: { kind: 'market' }, ...quote }],
    ['a stop with a price', { terms: { kind: 'stop-limit', price: '1', activation: '2' } }],
    ['a stop at the market', { terms: { kind: 'stop-market', activation: '2' } }],
    ['a stop at the market, for so much money', { terms: { kind: 'stop-market', activation: '2' }, ...quote }],
    ['a sale', { side: 'sell' }],
  ])('%s is one', (_name, change) => {
    expect(isOrder(order(change))).toBe(true);
  });

  test.each([
    ['that waits only and never', limit({ postOnly: true, ioc: true })],
    ['with flags that are no flags', limit({ ioc: 'false' })],
    ['without a price', { terms: { kind: 'limit', postOnly: false, ioc: false } }],
    ['at the market, at a price', { terms: { kind: 'market', price: '1' } }],
    ['a stop without a trigger', { terms: { kind: 'stop-limit', price: '1' } }],
    ['of a kind that is not known', { terms: { kind: 'oco', price: '1' } }],
    ['without terms', { terms: null }],
    ['a limit for so much money', quote],
    [
      'a stop with a price, for so much money',
      { terms: { kind: 'stop-limit', price: '1', activation: '2' }, ...quote },
    ],
    ['a sale for so much money', { terms: { kind: 'market' }, side: 'sell', ...quote }],
    ['a sale by a stop for so much money', { terms: { kind: 'stop-market', activation: '2' }, side: 'sell', ...quote }],
    ['in another unit', { quantity: { unit: 'lots', amount: '1' } }],
    ['of nothing', { quantity: { unit: 'base', amount: '0' } }],
    ['of neither side', { side: 'both' }],
    ['with an id that is no text', { clientId: 7 }],
    ['with an id of other characters', { clientId: 'a b' }],
    ['on margin', { margin: true }],
  ])('%s is none', (_name, change) => {
    expect(isOrder(order(change))).toBe(false);
  });

  test.each([
    [{ kind: 'limit', price: '100.5', postOnly: true, ioc: false }],
    [{ kind: 'market' }],
    [{ kind: 'stop-limit', price: '100.5', activation: '101' }],
    [{ kind: 'stop-market', activation: '101' }],
  ])('%o is read as it was said', (terms) => {
    const wire = order({ terms });
    expect(JSON.parse(JSON.stringify(readOrder(wire)))).toEqual(wire);
  });
});

test('an intent is the same under every id, and another one with any other word', () => {
  const hash = (change: object = {}, connection = 'c') => intentHash(connection, readOrder(order(change)));
  expect(hash({ clientId: 'gapless-1-m-2' })).toBe(hash());
  expect(hash({ terms: { ioc: false, postOnly: false, price: '100.5', kind: 'limit' } })).toBe(hash());
  const others = [
    hash({}, 'd'),
    hash({ market: 'ETH_USDT' }),
    hash({ side: 'sell' }),
    hash(limit({ price: '100.6' })),
    hash(limit({ price: '100.5', ioc: true })),
    hash(limit({ price: '100.5', postOnly: true })),
    hash({ terms: { kind: 'market' } }),
    hash({ terms: { kind: 'market' }, quantity: { unit: 'quote', amount: '0.1' } }),
    hash({ quantity: { unit: 'base', amount: '0.2' } }),
    hash({ terms: { kind: 'stop-limit', price: '100.5', activation: '1' } }),
    hash({ terms: { kind: 'stop-limit', price: '1', activation: '100.5' } }),
  ];
  expect(new Set([hash(), ...others]).size).toBe(others.length + 1);
});

test('an asker is told of another order in the place of theirs, and of nothing else', () => {
  const asked = readOrder(order());
  expect(sentAs(asked, asked)).toBeNull();
  const terms = { kind: 'limit', price: '99', postOnly: false, ioc: true } as const;
  expect(sentAs(asked, readOrder(order({ terms })))).toEqual({ terms, quantity: { unit: 'base', amount: '0.1' } });
});
