import { z } from 'zod';
import { refusalShape } from './refusals.ts';
import * as account from './rest-account.ts';
import * as orders from './rest-orders.ts';
import * as open from './rest-public.ts';
import * as old from './rest-public-old.ts';
import * as own from './stream-private.ts';
import * as feed from './stream-public.ts';
import { answer, refusedAnswer, success, update } from './stream-words.ts';

/**
 * The shape of every reply and frame of the protocol, read from its documentation and not from the practice exchange.
 * What is not listed here has no shape, and a check of it fails.
 */

export type Params = Readonly<Record<string, unknown>>;

/** How an endpoint answers when all is well. The shape may depend on what was asked. */
type Good = { readonly status: 200 | 201; readonly shape: (params: Params) => z.ZodType };

const ok = (shape: z.ZodType): Good => ({ status: 200, shape: () => shape });
const created = (shape: z.ZodType): Good => ({ status: 201, shape: () => shape });
const asked = (shape: (params: Params) => z.ZodType): Good => ({ status: 200, shape });
const names = (params: Params, name: string): boolean => params[name] !== undefined && params[name] !== null;

const PRIVATE: Readonly<Record<string, Good>> = {
  'trade-account/balance': asked((params) =>
    names(params, 'ticker') ? account.tradeBalanceOfOne : account.tradeBalances,
  ),
  orders: ok(orders.orders),
  'trade-account/executed-history': asked((params) =>
    names(params, 'market') ? orders.executedOfMarket : orders.executedByMarket,
  ),
  'trade-account/order': ok(orders.dealsOfOrder),
  'trade-account/order/history': ok(orders.orderHistory),
  'trade-account/order/history/query': ok(orders.delistingHistory),
  'order/new': ok(orders.order),
  'order/market': ok(orders.order),
  'order/stock_market': ok(orders.order),
  'order/stop_limit': ok(orders.order),
  'order/stop_market': ok(orders.order),
  'order/bulk': ok(orders.bulk),
  'order/modify': ok(orders.order),
  'order/cancel': ok(orders.order),
  'order/cancel/bulk': ok(orders.cancelBulk),
  'order/cancel/all': ok(account.nothing),
  'order/kill-switch': asked((params) => (params.timeout === null ? orders.killSwitchDeleted : orders.killSwitch)),
  'order/kill-switch/status': ok(orders.killSwitches),
  'market/fee': ok(account.tradingFees),
  'market/fee/single': ok(account.tradingFeeOfOne),
  'main-account/balance': asked((params) =>
    names(params, 'ticker') ? account.mainBalanceOfOne : account.mainBalances,
  ),
  'main-account/history': created(account.walletHistory),
  'main-account/fee': ok(account.walletFees),
  'main-account/address': ok(account.depositAddress),
  'main-account/create-new-address': created(account.depositAddress),
  'main-account/fiat-deposit-url': ok(account.fiatDepositUrl),
  'main-account/withdraw': created(account.nothing),
  'main-account/withdraw-pay': created(account.nothing),
  'main-account/transfer': created(account.nothing),
  'main-account/codes': created(account.codeCreated),
  'main-account/codes/apply': created(account.codeApplied),
  'main-account/codes/my': created(account.myCodes),
  'main-account/codes/history': created(account.codeHistory),
  'profile/websocket_token': ok(account.websocketToken),
  jwt: ok(account.jwt),
  'collateral-account/balance': ok(account.collateralBalances),
  'collateral-account/balance-summary': ok(account.collateralBalanceSummary),
  'collateral-account/summary': ok(account.collateralSummary),
  'collateral-account/hedge-mode': ok(account.hedgeMode),
  'collateral-account/hedge-mode/update': ok(account.hedgeMode),
  'collateral-account/leverage': ok(account.leverage),
  'collateral-account/adl-quantile': ok(account.adlQuantiles),
  'collateral-account/positions/open': ok(account.noPositions),
  'collateral-account/positions/history': ok(account.noPositions),
  'collateral-account/positions/closed-pnl': ok(account.noPositions),
  'collateral-account/funding-history': ok(account.fundingHistory),
  'oco-orders': ok(account.noPositions),
  'conditional-orders': ok(account.conditionalOrders),
  'convert/history': ok(account.convertHistory),
};

/** Shapes by status; `{market}` at the end of a path is any market. */
type Public = Readonly<Record<number, z.ZodType>>;
const flat = (good: z.ZodType): Public => ({ 200: good, 422: open.flatRefusal });
const v1 = (good: z.ZodType): Public => ({ 200: z.union([good, old.refusalV1]) });
const v2 = (good: z.ZodType): Public => ({ 200: z.union([good, old.refusalV2]) });

const PUBLIC: Readonly<Record<string, Public>> = {
  'v4/public/ping': { 200: open.ping },
  'v4/public/time': { 200: open.time },
  'v4/public/platform/status': { 200: open.platformStatus },
  'v4/public/markets': { 200: open.markets },
  'v4/public/ticker': { 200: open.tickers },
  'v4/public/assets': { 200: open.assets },
  'v4/public/fee': { 200: open.fee },
  'v4/public/orderbook/{market}': flat(open.orderbook),
  'v4/public/orderbook/depth/{market}': flat(open.orderbook),
  'v4/public/trades/{market}': flat(open.trades),
  'v4/public/collateral/markets': { 200: open.collateralMarkets, 451: open.unavailable },
  'v4/public/futures': { 200: open.futures, 451: open.unavailable },
  'v4/public/funding-history/{market}': { 200: open.fundingHistory, 422: open.flatFundingRefusal },
  'v1/public/markets': v1(old.marketsV1),
  'v1/public/tickers': v1(old.tickersV1),
  'v1/public/ticker': v1(old.tickerV1),
  'v1/public/symbols': v1(old.symbolsV1),
  'v1/public/depth/result': v1(old.depthV1),
  'v1/public/history': v1(old.historyV1),
  'v1/public/kline': v1(old.klineV1),
  'v2/public/markets': v2(old.marketsV2),
  'v2/public/ticker': v2(old.tickersV2),
  'v2/public/trades/{market}': v2(old.tradesV2),
  'v2/public/fee': v2(old.feeV2),
  'v2/public/assets': v2(old.assetsV2),
  'v2/public/depth/{market}': v2(old.depthV2),
};

/** Paths, with `{market}` where one stands, that have a shape: so that a test can ask for each of them. */
export const SHAPED_PATHS: readonly string[] = [
  ...Object.keys(PUBLIC).map((path) => `/api/${path}`),
  ...Object.keys(PRIVATE).map((path) => `/api/v4/${path}`),
];

/** The shape of a JSON reply, or null where none of this path has this status. */
export function shapeOfReply(target: string, status: number, params: Params = {}): z.ZodType | null {
  const path = target.split('?', 1)[0] ?? target;
  if (path.includes('/public/')) return publicShape(path.replace('/api/', ''), status);
  const good = PRIVATE[path.replace('/api/v4/', '')];
  if (good?.status === status) return good.shape(params);
  return status < 400 ? null : refusalShape(path, status);
}

function publicShape(path: string, status: number): z.ZodType | null {
  const family = path.replace(/\/[^/]*$/, '/{market}');
  return (PUBLIC[path] ?? PUBLIC[family])?.[status] ?? null;
}

/** What the gateway answers in the exchange's stead is not JSON. */
export const GATEWAY_STATUSES: readonly number[] = [404, 413, 429, 502, 503, 504];

const channel = (name: string): Readonly<Record<string, z.ZodType>> => ({
  [`${name}_subscribe`]: success,
  [`${name}_unsubscribe`]: success,
});

const RESULTS: Readonly<Record<string, z.ZodType>> = {
  ping: z.literal('pong'),
  time: open.time.shape.time,
  authorize: success,
  ...channel('candles'),
  candles_request: feed.candles,
  ...channel('lastprice'),
  lastprice_request: feed.lastPrice,
  ...channel('market'),
  market_request: feed.marketPeriod,
  ...channel('marketToday'),
  marketToday_query: feed.marketToday,
  ...channel('trades'),
  trades_request: feed.trades,
  ...channel('depth'),
  depth_request: feed.depthQuery,
  ...channel('bookTicker'),
  ...channel('balanceSpot'),
  balanceSpot_request: own.balanceSpot,
  ...channel('balanceMargin'),
  balanceMargin_request: own.balanceMargin,
  ...channel('ordersPending'),
  ordersPending_request: own.ordersPending,
  ...channel('ordersExecuted'),
  ordersExecuted_request: own.ordersExecuted,
  ...channel('deals'),
  deals_request: own.deals,
  ...channel('positionsMargin'),
  ...channel('positionsAccountMargin'),
  ...channel('borrowsMargin'),
  ...channel('borrowsAccountMargin'),
};

/** Nothing is borrowed and no position is held here, so the margin channels have nothing to tell and no update. */
const UPDATES: Readonly<Record<string, z.ZodType>> = {
  candles_update: update('candles_update', feed.candlesUpdate),
  lastprice_update: update('lastprice_update', feed.lastPriceUpdate),
  market_update: update('market_update', feed.marketUpdate),
  marketToday_update: update('marketToday_update', feed.marketTodayUpdate),
  trades_update: update('trades_update', feed.tradesUpdate),
  depth_update: update('depth_update', feed.depthUpdate),
  bookTicker_update: update('bookTicker_update', feed.bookTickerUpdate),
  balanceSpot_update: update('balanceSpot_update', own.balanceSpotUpdate),
  balanceMargin_update: update('balanceMargin_update', own.balanceMarginUpdate),
  ordersPending_update: update('ordersPending_update', own.ordersPendingUpdate),
  ordersExecuted_update: update('ordersExecuted_update', own.ordersExecutedUpdate),
  deals_update: update('deals_update', own.dealsUpdate),
};

/** The shape of an answer to `method`. A refusal is one of any method, also of those that are not known. */
export function shapeOfAnswer(method: string): z.ZodType {
  const result = RESULTS[method];
  return result === undefined ? refusedAnswer : z.union([answer(result), refusedAnswer]);
}

/** The shape of an update, or null where there is no such channel. */
export function shapeOfUpdate(method: string): z.ZodType | null {
  return UPDATES[method] ?? null;
}

export const ANSWERED_METHODS: readonly string[] = Object.keys(RESULTS);
export const UPDATE_METHODS: readonly string[] = Object.keys(UPDATES);
