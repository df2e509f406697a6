import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { Folder } from '../exchange/exchange.testing.ts';
import { MARKET, Street } from './live.testing.ts';
import { createPublicApi } from './public-api.ts';

describe('a market whose owner changes it', () => {
  let folder: Folder;
  let street: Street;
  beforeEach(() => {
    folder = new Folder();
    street = new Street(folder.file());
  });
  afterEach(() => {
    street.bench.exchange.close();
    folder.remove();
  });

  const get = (path: string) =>
    createPublicApi({ market: street.market, clock: street.bench.clock })(new URL(`http://practice/api/${path}`));
  // biome-ignore lint/suspicious/noExplicitAny: bodies are JSON of many shapes, looked into by the assertions
  const bodyOf = (path: string): any => get(path)?.body;

  /** What every list says of BTC_USDT: there, not there, or the flag it wears. */
  function told(): Record<string, unknown> {
    const named = (list: { readonly name: string }[]): unknown =>
      list.find(({ name }) => name === MARKET) !== undefined;
    const v2 = bodyOf('v2/public/ticker').result.find(
      ({ tradingPairs }: { tradingPairs: string }) => tradingPairs === MARKET,
    );
    return {
      v4Markets: named(bodyOf('v4/public/markets')),
      v4Frozen: bodyOf('v4/public/ticker')[MARKET]?.isFrozen,
      v4Book: get(`v4/public/orderbook/${MARKET}`)?.status,
      v1Markets: named(bodyOf('v1/public/markets').result),
      v1Symbols: bodyOf('v1/public/symbols').result.includes(MARKET),
      v1Ticker: bodyOf(`v1/public/ticker?market=${MARKET}`).success,
      v2Trades: v2?.tradesEnabled,
    };
  }

  test('halted it leaves the lists and keeps its ticker and book; delisted nothing is left; open again it is back', async () => {
    const open = {
      v4Markets: true,
      v4Frozen: false,
      v4Book: 200,
      v1Markets: true,
      v1Symbols: true,
      v1Ticker: true,
      v2Trades: true,
    };
    expect(told()).toEqual(open);
    await street.bench.one({ kind: 'market-status', market: MARKET, status: 'halted' });
    expect(told()).toEqual({
      ...open,
      v4Markets: false,
      v4Frozen: true,
      v1Markets: false,
      v1Symbols: false,
      v2Trades: false,
    });
    await street.bench.one({ kind: 'market-status', market: MARKET, status: 'open' });
    expect(told()).toEqual(open);
    await street.bench.one({ kind: 'market-status', market: MARKET, status: 'delisted' });
    expect(told()).toEqual({
      v4Markets: false,
      v4Frozen: undefined,
      v4Book: 422,
      v1Markets: false,
      v1Symbols: false,
      v1Ticker: false,
      v2Trades: undefined,
    });
  });

  test('new steps and minimums are in the list of markets at once', async () => {
    const view = street.bench.exchange.query.market(MARKET);
    if (view === null) throw new Error('No market');
    const rules = { ...view.rules, stockPrec: 3, minAmount: Decimal.parse('0.005'), makerRate: 2_000n };
    await street.bench.one({ kind: 'market-rules', market: MARKET, rules });
    const markets = bodyOf('v4/public/markets');
    expect(markets).toContainEqual(
      expect.objectContaining({ name: MARKET, stockPrec: '3', minAmount: '0.005', makerFee: '0.2', takerFee: '0.1' }),
    );
  });

  test('trades carry their own ids, and the history goes on from the last one seen', async () => {
    await street.fund();
    await street.trade('88000', '1');
    await street.live(3);
    await street.trade('88010', '0.5');
    const [newest, first] = bodyOf(`v4/public/trades/${MARKET}`);
    expect(newest).toEqual({
      tradeID: first.tradeID + 1,
      price: '88010',
      quote_volume: '0.5',
      base_volume: '44005',
      trade_timestamp: street.nowSec,
      type: 'buy',
      rpi: false,
    });
    const history = bodyOf(`v1/public/history?market=${MARKET}&lastId=${first.tradeID}&limit=50`).result;
    expect(history.slice(0, 1)).toEqual([
      { id: newest.tradeID, time: street.nowMs / 1_000, price: '88010', amount: '0.5', type: 'buy' },
    ]);
    expect(history.every(({ id }: { id: number }) => id > first.tradeID)).toBe(true);
  });
});
