import { expect, test } from 'vitest';
import type { Market, TradingAccount } from '../../../src/contract/trading.ts';
import type { Place } from './place.ts';
import { correction } from './settle.ts';

const place: Place = { connection: null, venue: 'whitebit', market: 'BTC_USDT', interval: '1h' };
// Only what is looked at here; the rest of both is long.
const account = (connection: string, venue: Place['venue'], state: TradingAccount['state']): TradingAccount =>
  ({ connection, venue, state }) as TradingAccount;
const market = (venue: Place['venue'], symbol: string, volumeQuote: string | null): Market =>
  ({ venue, symbol, volumeQuote }) as Market;
const settle = (
  ...[at, accounts, markets]: readonly [Place, readonly TradingAccount[] | null, readonly Market[] | null]
) => correction({ pathname: '/trade', searchStr: '?m=BTC_USDT' }, at, accounts, markets);

test('the best account of the same exchange is chosen, then any other', () => {
  const accounts = [
    account('p', 'practice', 'ready'),
    account('b', 'whitebit', 'trouble'),
    account('a', 'whitebit', 'ready'),
  ];
  expect(settle(place, accounts, null)).toEqual({ connection: 'a', venue: 'whitebit' });
  expect(settle(place, accounts.slice(0, 1), null)).toEqual({ connection: 'p', venue: 'practice' });
});

test('a connection that is gone is left, and one that is there is kept whatever its state', () => {
  expect(settle({ ...place, connection: 'gone' }, [], null)).toEqual({ connection: null });
  const kept = [account('b', 'whitebit', 'trouble'), account('a', 'whitebit', 'ready')];
  expect(settle({ ...place, connection: 'b' }, kept, null)).toBeNull();
});

test('a market that is not there becomes the most traded one of the same exchange', () => {
  const markets = [
    market('whitebit', 'ETH_USDT', '900'),
    market('whitebit', 'SOL_USDT', '10000.5'),
    market('whitebit', 'NEW_USDT', null),
    market('practice', 'BTC_USDT', '99999999'),
  ];
  expect(settle(place, [], markets)).toEqual({ market: 'SOL_USDT' });
  expect(settle({ ...place, market: 'ETH_USDT' }, [], markets)).toBeNull();
});

test('nothing is decided before it is told', () => {
  expect(settle(place, null, null)).toBeNull();
  expect(settle(place, [], [])).toBeNull();
});

test('leaving Trade led straight back to it, because the next address holds no market', () => {
  const elsewhere = { pathname: '/exchanges', searchStr: '' };
  expect(correction(elsewhere, place, [account('a', 'whitebit', 'ready')], [])).toBeNull();
});

test('an address that says nothing gets what is shown, once', () => {
  expect(correction({ pathname: '/trade', searchStr: '' }, place, null, null)).toEqual({});
  expect(correction({ pathname: '/trade', searchStr: '?v=whitebit' }, place, null, null)).toBeNull();
});
