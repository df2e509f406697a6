import { describe, expect, test } from 'vitest';
import { createMarket } from './market.ts';
import { createPublicApi } from './public-api.ts';
import { publicRateGroups } from './rate-groups.ts';

const NOW_SEC = Date.UTC(2026, 10, 23, 1, 30, 12) / 1000;
const market = createMarket({ seed: 'test' });
const api = createPublicApi({ market, clock: { nowMs: () => NOW_SEC * 1000 + 345 } });

const get = (path: string): ReturnType<typeof api> => api(new URL(`http://practice/api/${path}`));
// biome-ignore lint/suspicious/noExplicitAny: bodies are JSON of many shapes, looked into by the assertions
const body = (path: string): any => JSON.parse(JSON.stringify(get(path)?.body ?? null));

const TEXT = expect.any(String);
const LEVELS = expect.arrayContaining([
  [expect.stringMatching(/^\d+(\.\d+)?$/), expect.stringMatching(/^\d+(\.\d+)?$/)],
]);

describe('version 4', () => {
  test('ping, time and status', () => {
    expect(get('v4/public/ping')).toEqual({ status: 200, body: ['pong'] });
    expect(get('v4/public/time')).toEqual({ status: 200, body: { time: NOW_SEC } });
    expect(body('v4/public/platform/status')).toEqual({ status: 'system operational' });
  });

  test('markets: numbers as texts, a negative precision included', () => {
    const markets = body('v4/public/markets');
    expect(markets).toHaveLength(market.listings().length);
    expect(markets.find(({ name }: { name: string }) => name === 'PEPE_USDT')).toEqual({
      name: 'PEPE_USDT',
      stock: 'PEPE',
      money: 'USDT',
      stockPrec: '-3',
      moneyPrec: '10',
      feePrec: '4',
      makerFee: '0.1',
      takerFee: '0.1',
      minAmount: '1000',
      minTotal: '5',
      maxTotal: '10000000',
      tradesEnabled: true,
      isCollateral: false,
      type: 'spot',
      isTradFiFutures: false,
      delistedAt: null,
    });
  });

  test('ticker: keyed by market, no bid and ask', () => {
    const ticker = body('v4/public/ticker');
    expect(Object.keys(ticker)).toEqual(market.listings().map(({ name }) => name));
    expect(ticker.BTC_USDT).toEqual({
      base_id: 1,
      quote_id: 825,
      last_price: TEXT,
      quote_volume: TEXT,
      base_volume: TEXT,
      isFrozen: false,
      change: expect.stringMatching(/^-?\d+(\.\d{1,2})?$/),
    });
    expect(ticker.DBTC_DUSDT).toMatchObject({ base_id: 0, quote_id: 0 });
    expect(Number(ticker.BTC_USDT.quote_volume)).toBeGreaterThan(Number(ticker.BTC_USDT.base_volume) * 1000);
  });

  test('assets: networks and confirmations only where they exist', () => {
    const assets = body('v4/public/assets');
    expect(assets.USDT).toMatchObject({
      name: 'Tether US',
      unified_cryptoasset_id: 825,
      can_withdraw: true,
      min_withdraw: '5',
      max_withdraw: '0',
      is_memo: false,
      memo: { deposit: false, withdraw: false },
      networks: { default: 'ERC20', deposits: ['ERC20', 'TRC20', 'BEP20', 'SOL'] },
      limits: { withdraw: { TRC20: { min: '5' } } },
      confirmations: { TRC20: 19 },
    });
    expect(assets.XRP.is_memo).toBe(true);
    expect(assets.EUR.providers).toEqual({ deposits: ['SEPA'], withdraws: ['SEPA'] });
    expect(assets.EUR.networks).toBeUndefined();
    expect(assets.DBTC.confirmations).toBeUndefined();
    expect(assets.DBTC.can_deposit).toBe(false);
  });

  test('fee: one entry a network where there are several, providers for fiat', () => {
    const fee = body('v4/public/fee');
    expect(fee.BTC).toEqual({
      ticker: 'BTC',
      name: 'Bitcoin',
      providers: [],
      is_depositable: true,
      is_withdrawal: true,
      is_api_depositable: true,
      is_api_withdrawal: true,
      deposit: { min_amount: '0.00025', max_amount: '0', fixed: null, flex: null },
      withdraw: { min_amount: '0.0005', max_amount: '0', fixed: '0.0002', flex: null },
    });
    expect(fee['USDT (TRC20)'].ticker).toBe('USDT');
    expect(fee.USDT).toBeUndefined();
    expect(fee.EUR.withdraw.SEPA).toMatchObject({ fixed: '2' });
  });

  test('orderbook: limit and level', () => {
    const whole = body('v4/public/orderbook/BTC_USDT');
    expect(whole).toEqual({ ticker_id: 'BTC_USDT', timestamp: NOW_SEC, asks: LEVELS, bids: LEVELS });
    expect(whole.asks).toHaveLength(100);
    expect(body('v4/public/orderbook/BTC_USDT?limit=0').asks).toHaveLength(100);
    expect(body('v4/public/orderbook/BTC_USDT?limit=3').bids).toEqual(whole.bids.slice(0, 3));
    const merged = body('v4/public/orderbook/BTC_USDT?limit=5&level=3');
    for (const [price] of [...merged.asks, ...merged.bids]) expect(Number(price) % 10).toBe(0);
    expect(Number(merged.asks[0][0])).toBeGreaterThan(Number(merged.bids[0][0]));
    // Levels above ten are clamped, not refused.
    expect(body('v4/public/orderbook/BTC_USDT?level=99')).toEqual(body('v4/public/orderbook/BTC_USDT?level=10'));
  });

  test('orderbook/depth: two per cent around the last price', () => {
    const { asks, bids } = body('v4/public/orderbook/depth/PEPE_USDT');
    const last = Number(market.statistics('PEPE_USDT', NOW_SEC * 1000, 1).last.toString());
    for (const [price] of [...asks, ...bids]) expect(Math.abs(Number(price) / last - 1)).toBeLessThanOrEqual(0.02);
  });

  test('trades: at most 100, newest first, the volumes exchanged as on the real exchange', () => {
    const trades = body('v4/public/trades/BTC_USDT');
    expect(trades).toHaveLength(100);
    expect(trades[0]).toEqual({
      tradeID: expect.any(Number),
      price: TEXT,
      quote_volume: TEXT,
      base_volume: TEXT,
      trade_timestamp: expect.any(Number),
      type: expect.stringMatching(/^(buy|sell)$/),
      rpi: false,
    });
    const { price, quote_volume, base_volume } = trades[0];
    expect(Number(base_volume)).toBeCloseTo(Number(price) * Number(quote_volume), 6);
    const sells = body('v4/public/trades/BTC_USDT?type=sell');
    expect(sells).toHaveLength(100);
    expect(new Set(sells.map(({ type }: { type: string }) => type))).toEqual(new Set(['sell']));
  });

  test('collateral markets, futures and funding history', () => {
    const collateral = body('v4/public/collateral/markets');
    expect(collateral).toMatchObject({ success: true, message: null });
    expect(collateral.result).toContain('BTC_USDT');
    expect(collateral.result).not.toContain('PEPE_USDT');
    expect(body('v4/public/futures')).toEqual({ success: true, message: null, result: [] });
    expect(body('v4/public/funding-history/BTC_USDT?limit=100&startDate=1&endDate=2')).toEqual([]);
  });

  test.each([
    ['orderbook/NO_SUCH', { market: ['Market is not available.'] }],
    ['orderbook/depth/NO_SUCH', { market: ['Market is not available.'] }],
    ['orderbook/BTC_USDT?limit=101', { limit: ['The limit may not be greater than 100.'] }],
    ['orderbook/BTC_USDT?limit=x', { limit: ['The limit must be an integer.'] }],
    ['orderbook/BTC_USDT?level=1.5', { level: ['The level must be an integer.'] }],
    ['trades/NO_SUCH', { market: ['Market is not available.'] }],
    ['trades/BTC_USDT?type=both', { type: ["Type should be 'sell' or 'buy'."] }],
    ['funding-history/NO_SUCH', { market: ['Market is not available.'] }],
    ['funding-history/BTC_USDT?limit=101', { limit: 'limit must be less than or equal to 100' }],
    ['funding-history/BTC_USDT?offset=1000001', { offset: 'offset must be less than or equal to 1000000' }],
    ['funding-history/BTC_USDT?startDate=5&endDate=5', { endDate: 'endDate must be greater than to startDate' }],
  ])('%s is refused with 422 and a flat body', (path, expected) => {
    expect(get(`v4/public/${path}`)).toEqual({ status: 422, body: expected });
  });

  test.each([
    'v4/public',
    'v4/public/',
    'v4/public/nothing',
    'v4/trade-account/balance',
    'v3/public/ping',
    'v4/public/orderbook/',
  ])('%s is no public path', (path) => {
    const answer = get(path);
    expect(answer === null || answer.status === 422).toBe(true);
    if (!path.endsWith('orderbook/')) expect(answer).toBeNull();
  });
});

describe('version 1', () => {
  test('markets, symbols and tickers', () => {
    expect(body('v1/public/markets').result[0]).toEqual({
      name: 'BTC_USDT',
      stock: 'BTC',
      money: 'USDT',
      stockPrec: '6',
      moneyPrec: '2',
      feePrec: '4',
      makerFee: '0.1',
      takerFee: '0.1',
      minAmount: '0.00001',
    });
    expect(body('v1/public/symbols')).toMatchObject({ success: true, message: null });
    expect(body('v1/public/symbols').result).toContain('ETH_BTC');
    const { ticker, at } = body('v1/public/tickers').result.ETH_USDT;
    expect(at).toBe(NOW_SEC);
    expect(Object.keys(ticker)).toEqual(['bid', 'ask', 'low', 'high', 'last', 'vol', 'deal', 'change']);
    expect(Number(ticker.bid)).toBeLessThan(Number(ticker.ask));
    const one = body('v1/public/ticker?market=ETH_USDT').result;
    expect(Object.keys(one)).toEqual(['open', 'bid', 'ask', 'low', 'high', 'last', 'volume', 'deal', 'change']);
    expect(one.last).toBe(ticker.last);
    expect(one.last).toBe(body('v4/public/ticker').ETH_USDT.last_price);
  });

  test('depth comes without an envelope', () => {
    const depth = body('v1/public/depth/result?market=BTC_USDT&limit=2');
    expect(depth).toEqual({ asks: LEVELS, bids: LEVELS });
    expect(depth.asks).toHaveLength(2);
  });

  test('history gives what is newer than an id', () => {
    const all = body('v1/public/history?market=BTC_USDT&lastId=1').result;
    expect(all).toHaveLength(50);
    expect(all[0]).toEqual({ id: expect.any(Number), time: expect.any(Number), price: TEXT, amount: TEXT, type: TEXT });
    expect(all[0].time).toBeLessThanOrEqual(NOW_SEC + 1);
    const newer = body(`v1/public/history?market=BTC_USDT&lastId=${all[9].id}`).result;
    expect(newer).toEqual(all.slice(0, 9));
  });

  test.each([
    ['ticker', { market: ['The market field is required.'] }],
    ['ticker?market=NO_SUCH', { market: ['Market is not available.'] }],
    ['depth/result?market=NO_SUCH', { market: ['Market is not available.'] }],
    ['depth/result?market=BTC_USDT&limit=101', { limit: ['The limit may not be greater than 100.'] }],
    ['history?market=BTC_USDT', { lastId: ['The last id field is required.'] }],
    ['history?market=BTC_USDT&lastId=1&limit=0', { limit: ['The limit must be at least 1.'] }],
    ['kline', { market: ['The market field is required.'] }],
    ['kline?market=NO_SUCH', { market: ['Market is not available.'] }],
    ['kline?market=BTC_USDT&interval=7m', { interval: ['The selected interval is invalid.'] }],
    ['kline?market=BTC_USDT&limit=1441', { limit: ['The limit may not be greater than 1440.'] }],
    ['kline?market=BTC_USDT&limit=0', { limit: ['The limit must be at least 1.'] }],
    ['kline?market=BTC_USDT&start=20&end=10', { start: ['Start should be less than or equal to end.'] }],
    ['kline?market=BTC_USDT&start=x', { start: ['The start must be an integer.'] }],
  ])('%s is refused inside status 200', (path, message) => {
    expect(get(`v1/public/${path}`)).toEqual({ status: 200, body: { success: false, message, result: null } });
  });
});

describe('candles over HTTP', () => {
  const rows = (query: string): [number, string, string, string, string, string, string][] =>
    body(`v1/public/kline?market=BTC_USDT&${query}`).result;

  test('are open, close, high, low; oldest first; the last one runs', () => {
    const [first, last] = rows('interval=1h&limit=2');
    const [candle] = market.candles('BTC_USDT', 3600, first?.[0] ?? 0, (first?.[0] ?? 0) + 3600);
    expect(first).toEqual([
      candle?.timeSec,
      candle?.open,
      candle?.close,
      candle?.high,
      candle?.low,
      candle?.volumeStock,
      candle?.volumeMoney,
    ]);
    expect(last?.[0]).toBe(NOW_SEC - 1812);
    expect(last?.[2]).toBe(body('v4/public/ticker').BTC_USDT.last_price);
  });

  test.each([
    ['1s', 1],
    ['10s', 10],
    ['30s', 30],
    ['1m', 60],
    ['15m', 900],
    ['1h', 3600],
    ['12h', 43_200],
    ['1d', 86_400],
    ['3d', 259_200],
    ['1w', 604_800],
    ['1M', 2_592_000],
  ])('%s: a limit counts back from now', (interval, seconds) => {
    const found = rows(`interval=${interval}&limit=50`);
    expect(found).toHaveLength(50);
    expect(found.at(-1)?.[0]).toBeGreaterThan(NOW_SEC - seconds * 1.04 - 1);
    for (let i = 1; i < found.length; i += 1) expect(found[i]?.[1]).toBe(found[i - 1]?.[2]);
  });

  test('the window is as wide as the documents say when nothing names it', () => {
    expect(rows('interval=1s')).toHaveLength(600);
    expect(rows('interval=1m').length).toBe(1440);
    expect(rows('').length).toBe(168);
    expect(rows('interval=1d')).toHaveLength(1440);
  });

  test('start and end bound the candles, both included; a finished candle is whole', () => {
    const start = NOW_SEC - (NOW_SEC % 3600) - 36_000;
    const found = rows(`interval=1h&start=${start}&end=${start + 7200}`);
    expect(found.map(([time]) => time)).toEqual([start, start + 3600, start + 7200]);
    const [whole] = market.candles('BTC_USDT', 3600, start + 7200, start + 10_800);
    expect(found[2]?.[2]).toBe(whole?.close);
    expect(found[2]?.[5]).toBe(whole?.volumeStock);
  });

  test('a limit overrides start, and an end in the future is now', () => {
    expect(rows(`interval=1h&start=${NOW_SEC - 864_000}&limit=3`)).toEqual(rows('interval=1h&limit=3'));
    expect(rows(`interval=1h&end=${NOW_SEC + 9999}&limit=3`)).toEqual(rows('interval=1h&limit=3'));
  });

  test('five years back', () => {
    const end = NOW_SEC - 5 * 365 * 86_400;
    expect(rows(`interval=1m&end=${end}&limit=1440`)).toHaveLength(1440);
  });
});

describe('version 2', () => {
  test('is wrapped, camel case, with ISO times', () => {
    expect(body('v2/public/markets').result[0]).toMatchObject({ name: 'BTC_USDT', tradesEnabled: true, minTotal: '5' });
    expect(body('v2/public/ticker').result[0]).toMatchObject({
      tradingPairs: 'BTC_USDT',
      lastUpdateTimestamp: '2026-11-23T01:30:12.000Z',
    });
    expect(body('v2/public/fee').result).toEqual({ makerFee: '0.1', takerFee: '0.1' });
    expect(body('v2/public/assets').result.BTC).toMatchObject({ name: 'Bitcoin', canWithdraw: true });
    expect(body('v2/public/assets').result.BTC.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const [trade] = body('v2/public/trades/BTC_USDT').result;
    expect(trade).toMatchObject({ tradeId: expect.any(Number), isBuyerMaker: expect.any(Boolean) });
    expect(new Date(trade.time).toISOString()).toBe(trade.time);
    expect(body('v2/public/depth/BTC_USDT').result).toMatchObject({ asks: LEVELS, bids: LEVELS });
  });

  test('refuses with a plain text', () => {
    const refused = { success: false, message: 'Market is not available.', params: [] };
    expect(body('v2/public/depth/NO_SUCH')).toEqual(refused);
    expect(body('v2/public/trades/NO_SUCH')).toEqual(refused);
  });
});

describe('rate groups', () => {
  test.each([
    ['/api/v4/public/orderbook/BTC_USDT', [600, 20_000]],
    ['/api/v4/public/orderbook/depth/BTC_USDT', [2000, 20_000]],
    ['/api/v4/public/ticker', [2000, 20_000]],
    ['/api/v1/public/kline', [1000]],
    ['/api/v4/orders', []],
  ])('%s', (path, limits) => {
    expect(publicRateGroups(path).map(({ limit }) => limit)).toEqual(limits);
  });

  test('markets of one endpoint share its budget', () => {
    const [first] = publicRateGroups('/api/v4/public/trades/BTC_USDT');
    expect(publicRateGroups('/api/v4/public/trades/ETH_BTC')[0]).toEqual(first);
  });
});
