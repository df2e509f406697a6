/** What a program that is bound to one market is told of the whole account. */

import { expect, test } from 'vitest';
import type { Policy } from '../../contract/trading.ts';
import type { TradingDesk } from '../../shell/trading/ports.ts';
import type { Call } from '../handler.ts';
import { tradingHandlers } from './trading.ts';

const POLICY = {
  ...{ connection: 'one', version: 1, practice: true, equity: '1000' },
  limits: { markets: ['BTC_USDT', 'ETH_USDT'] },
  used: { adverse: '0', turnover: '0', adverseOpen: '0', turnoverOpen: '0', openOrders: 0 },
  proposal: { words: ['Trades DOGE_USDT too.'] },
} as unknown as Policy;

const read = (markets: readonly string[] | null) => {
  const desk = { policy: async () => POLICY } as unknown as TradingDesk;
  const token = { id: 't', scopes: ['read'], markets, connections: null };
  const call = { who: { user: { id: 'ann' }, session: null, token }, params: { id: 'one' } };
  const handlers = tradingHandlers(desk, { record: async () => {} });
  return handlers['trading.policy.read'](call as unknown as Call<'trading.policy.read'>);
};

test('a token of one market read all markets of the key and what the account is worth', async () => {
  expect(await read(['BTC_USDT'])).toMatchObject({ limits: { markets: ['BTC_USDT'] }, equity: null, proposal: null });
  expect(await read(null)).toEqual(POLICY);
});
