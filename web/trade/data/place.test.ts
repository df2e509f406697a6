import { describe, expect, test } from 'vitest';
import { type Place, placeOf, readSearch, searchOf } from './place.ts';

const ID = 'abcdefghijklmnopqrstuvwxyz';
const last: Place = { connection: ID, venue: 'whitebit', market: 'ETH_USDT', interval: '15m' };

describe('an address', () => {
  test('comes back as it was written', () => {
    expect(placeOf(searchOf(last), { ...last, connection: null, market: 'A_B', interval: '1h' })).toEqual(last);
  });

  test('that says little is completed by what was looked at last', () => {
    expect(placeOf({ m: 'BTC_USDT' }, last)).toEqual({ ...last, market: 'BTC_USDT' });
  });

  test('of another exchange does not take the connection along', () => {
    expect(placeOf({ v: 'practice' }, last)).toMatchObject({ venue: 'practice', connection: null });
  });

  test.each([{ c: '../x' }, { m: '<script>' }, { v: 'elsewhere' }, { i: '7m' }])(
    'that makes no sense changes nothing: %o',
    (search) => expect(placeOf(search, last)).toEqual(last),
  );

  test('may hold anything, of which only text is read', () => {
    expect(readSearch({ c: 5, v: null, m: 'BTC_USDT', i: ['1h'], other: 'x' })).toEqual({ m: 'BTC_USDT' });
  });
});
