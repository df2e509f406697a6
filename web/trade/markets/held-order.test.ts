import { expect, test } from 'vitest';
import type { Market } from '../../../src/contract/trading.ts';
import { inOrderOf } from './held-order.ts';

const market = (symbol: string, last: string, venue: Market['venue'] = 'whitebit'): Market =>
  ({ venue, symbol, last }) as Market;
const told = (markets: readonly Market[]): readonly string[] =>
  markets.map(({ venue, symbol, last }) => `${venue} ${symbol} ${last}`);

test('a market went down in the list under the pointer, and another was chosen', () => {
  const before = ['whitebit BTC_USDT', 'whitebit ETH_USDT', 'practice BTC_USDT', 'whitebit GONE_USDT'];
  const now = [
    market('NEW_USDT', '5'),
    market('BTC_USDT', '3', 'practice'),
    market('ETH_USDT', '2'),
    market('OTHER_USDT', '6'),
    market('BTC_USDT', '1'),
  ];
  expect(told(inOrderOf(now, before))).toEqual([
    'whitebit BTC_USDT 1',
    'whitebit ETH_USDT 2',
    'practice BTC_USDT 3',
    'whitebit NEW_USDT 5',
    'whitebit OTHER_USDT 6',
  ]);
});
