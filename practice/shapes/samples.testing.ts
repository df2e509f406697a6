import type { Params } from './shapes.ts';

/**
 * Messages as the real exchange has written them, rebuilt by hand from what its documentation and its clients' tests
 * show: same fields, same kinds of values. The shapes must take them, or the shapes are wrong.
 */

export type ReplySample = {
  readonly name: string;
  readonly path: string;
  readonly status: number;
  readonly params?: Params;
  readonly body: string;
};

const order = (rest: string): string =>
  `{"orderId":1212901344783,"clientOrderId":"","market":"BTC_USDT",${rest},"timestamp":1738250918.558867,"dealMoney":"0","dealStock":"0","dealFee":"0","status":"OPEN","stp":"no","positionSide":"BOTH"}`;

export const REPLIES: readonly ReplySample[] = [
  { name: 'ping', path: '/api/v4/public/ping', status: 200, body: '["pong"]' },
  { name: 'time', path: '/api/v4/public/time', status: 200, body: '{"time": 1631451591}' },
  { name: 'status', path: '/api/v4/public/platform/status', status: 200, body: '{"status":"system operational"}' },
  {
    name: 'a spot market',
    path: '/api/v4/public/markets',
    status: 200,
    body: '[{"name":"SON_USD","stock":"SON","money":"USD","stockPrec":"3","moneyPrec":"2","feePrec":"4","makerFee":"0.1","takerFee":"0.1","minAmount":"0.001","minTotal":"0.001","maxTotal":"10000000000","tradesEnabled":true,"isCollateral":true,"type":"spot","isTradFiFutures":false,"delistedAt":null}]',
  },
  {
    name: 'a perpetual with a negative precision',
    path: '/api/v4/public/markets',
    status: 200,
    body: '[{"name":"PEPE_PERP","stock":"PEPE","money":"USDT","stockPrec":"-6","moneyPrec":"9","feePrec":"6","makerFee":"0.01","takerFee":"0.055","minAmount":"1000000","minTotal":"5","maxTotal":"0","tradesEnabled":true,"isCollateral":true,"type":"futures","isTradFiFutures":false,"delistedAt":null}]',
  },
  {
    name: 'ticker',
    path: '/api/v4/public/ticker',
    status: 200,
    body: '{"BTC_USDT":{"base_id":1,"quote_id":825,"last_price":"9164.09","quote_volume":"43341942.9","base_volume":"4723.286463","isFrozen":false,"change":"0.57"}}',
  },
  {
    name: 'public trades',
    path: '/api/v4/public/trades/BTC_USDT',
    status: 200,
    body: '[{"tradeID":158056419,"price":"9186.13","quote_volume":"0.0021","base_volume":"19.290873","trade_timestamp":1594391413,"type":"sell","rpi":false}]',
  },
  {
    name: 'a market that is not there',
    path: '/api/v4/public/orderbook/NO_SUCH',
    status: 422,
    body: '{"market":["Market is not available."]}',
  },
  {
    name: 'funding history, asked wrongly',
    path: '/api/v4/public/funding-history/BTC_PERP',
    status: 422,
    body: '{"limit":"limit must be less than or equal to 100"}',
  },
  {
    name: 'futures where they are not offered',
    path: '/api/v4/public/futures',
    status: 451,
    body: '{"success":false,"message":"api.futures.unavailable","errors":[]}',
  },
  {
    name: 'candles of a market that is not there',
    path: '/api/v1/public/kline?market=NO',
    status: 200,
    body: '{"success":false,"message":{"market":["Market is not available."]},"result":null}',
  },
  {
    name: 'candles: open, close, high, low',
    path: '/api/v1/public/kline?market=BTC_USDT',
    status: 200,
    body: '{"success":true,"message":null,"result":[[1631440800,"45865.62","45958.14","45958.15","45864.64","1.2","55048.5"]]}',
  },
  {
    name: 'a resting limit order',
    path: '/api/v4/order/new',
    status: 200,
    body: order('"side":"buy","type":"limit","amount":"1","left":"1","price":"90000","postOnly":false,"ioc":false'),
  },
  {
    name: 'a stop limit order',
    path: '/api/v4/order/stop_limit',
    status: 200,
    body: order(
      '"side":"buy","type":"stop limit","amount":"0.001","left":"0.001","price":"3000","activation_price":"3300","activationCondition":"gte","activated":0',
    ),
  },
  {
    name: 'a bulk with one refusal',
    path: '/api/v4/order/bulk',
    status: 200,
    body: `[{"result":null,"error":{"code":10,"message":"Inner validation failed","errors":{"amount":["Not enough balance."]}}},{"result":${order('"side":"sell","type":"limit","amount":"1","left":"1","price":"90000"')},"error":null}]`,
  },
  {
    name: 'a kill switch',
    path: '/api/v4/order/kill-switch',
    status: 200,
    params: { market: 'BTC_USDT', timeout: '60' },
    body: '{"market":"BTC_USDT","startTime":1662478154,"cancellationTime":1662478214,"types":["spot","margin"]}',
  },
  {
    name: 'a kill switch taken away',
    path: '/api/v4/order/kill-switch',
    status: 200,
    params: { market: 'BTC_USDT', timeout: null },
    body: '[]',
  },
  {
    name: 'deals of a market',
    path: '/api/v4/trade-account/executed-history',
    status: 200,
    params: { market: 'SUI_USDT' },
    body: '[{"id":8846967538,"clientOrderId":"","time":1739310711.387599,"side":"buy","role":2,"amount":"2.717","price":"3.3419","deal":"9.0799423","fee":"0.002717","orderId":1164603916051,"feeAsset":"SUI"}]',
  },
  { name: 'no finished order', path: '/api/v4/trade-account/order/history', status: 200, body: '[]' },
  {
    name: 'no deal of an order',
    path: '/api/v4/trade-account/order',
    status: 200,
    body: '{"records":[],"offset":0,"limit":100}',
  },
  {
    name: 'trade balances',
    path: '/api/v4/trade-account/balance',
    status: 200,
    body: '{"BTC":{"available":"0.123","freeze":"0.01"}}',
  },
  {
    name: 'the trade balance of one ticker',
    path: '/api/v4/trade-account/balance',
    status: 200,
    params: { ticker: 'USDT' },
    body: '{"available":"128999.065109","freeze":"0"}',
  },
  {
    name: 'the main balance of one ticker',
    path: '/api/v4/main-account/balance',
    status: 200,
    params: { ticker: 'USDT' },
    body: '{"main_balance":"476.7151833"}',
  },
  {
    name: 'wallet history',
    path: '/api/v4/main-account/history',
    status: 201,
    body: '{"limit":100,"offset":0,"total":300,"records":[{"address":"3ApEASLcrQtZpg1TsssFgYF5V5YQJAKvuE","unique_id":null,"createdAt":1593437922,"currency":"Bitcoin","ticker":"BTC","method":1,"amount":"0.0006","description":"","memo":"","fee":"0","status":15,"network":null,"transactionHash":"a275a514013e4e0f927fd0d1bed215e7f6f2c4c6ce762836fe135ec22529d886","transaction_id":"5e112b38-9652-11ed-a1eb-0242ac120002","details":{"partial":{"requestAmount":"50000","processedAmount":"39000","processedFee":"273","normalizeTransaction":""}},"confirmations":{"actual":1,"required":2}}]}',
  },
  {
    name: 'a finished deposit',
    path: '/api/v4/main-account/history',
    status: 201,
    body: '{"records":[{"address":null,"unique_id":null,"createdAt":1634999285,"currency":"Tether US","ticker":"USDT","method":1,"amount":"1000000","description":null,"memo":"","fee":"0","status":3,"network":"ERC20","transactionHash":null,"transaction_id":"5e112b38-9652-11ed-a1eb-0242ac120002","details":{"partial":null}}],"offset":0,"limit":100,"total":2}',
  },
  { name: 'a transfer', path: '/api/v4/main-account/transfer', status: 201, body: '[]' },
  {
    name: 'trading fees',
    path: '/api/v4/market/fee',
    status: 200,
    body: '{"error":null,"taker":"0.1","maker":"0.1","futures_taker":"0.035","futures_maker":"0.01","rpi_maker_fee_premium":null,"futures_rpi_maker_fee_premium":null,"custom_fee":{"BTC_USDT":{"taker":"0.05","maker":"0.05"}}}',
  },
  {
    name: 'one fee',
    path: '/api/v4/market/fee/single',
    status: 200,
    body: '{"error":null,"taker":"0.1","maker":"0.1"}',
  },
  {
    name: 'an order without its fields',
    path: '/api/v4/order/new',
    status: 422,
    body: '{"code":30,"message":"Validation failed","errors":{"amount":["Amount field is required."],"market":["Market field is required."],"price":["Price field is required."],"side":["Side field is required."]}}',
  },
  {
    name: 'two messages for one field',
    path: '/api/v4/order/new',
    status: 422,
    body: '{"code":32,"message":"Validation failed","errors":{"amount":["Given amount is less than min amount 0.001","Min amount step = 0.000001"]}}',
  },
  {
    name: 'an order that is gone',
    path: '/api/v4/order/cancel',
    status: 400,
    body: '{"code":2,"message":"Inner validation failed","errors":{"orderId":["Unexecuted order was not found."]}}',
  },
  {
    name: 'too little to transfer',
    path: '/api/v4/main-account/transfer',
    status: 422,
    body: '{"code":3,"message":"Inner validation failed","errors":{"amount":["You don\'t have such amount for transfer (available 34.68, in amount: 1000000)"]}}',
  },
  {
    name: 'a nonce used before',
    path: '/api/v4/orders',
    status: 429,
    body: '{"code":0,"errors":{},"message":"Too many requests."}',
  },
  {
    name: 'an endpoint that is switched off',
    path: '/api/v4/orders',
    status: 401,
    body: '{"code":4,"message":"This API Key is not authorized to perform this action."}',
  },
  {
    name: 'a payload that is not the body',
    path: '/api/v4/orders',
    status: 400,
    body: '{"code":9,"message":"Invalid payload."}',
  },
];

/** Frames; `asked` is the method that an answer belongs to. */
export const FRAMES: readonly { readonly name: string; readonly asked?: string; readonly text: string }[] = [
  { name: 'pong', asked: 'ping', text: '{"error":null,"result":"pong","id":177472028786210}' },
  { name: 'time', asked: 'time', text: '{"error":null,"result":1493285895,"id":1}' },
  { name: 'subscribed', asked: 'depth_subscribe', text: '{"id":1,"result":{"status":"success"},"error":null}' },
  {
    name: 'no such market',
    asked: 'depth_subscribe',
    text: '{"error":{"code":9,"message":"market BTC_PERPx does not exist"},"result":null,"id":2000001}',
  },
  {
    name: 'too many requests',
    asked: 'trades_subscribe',
    text: '{"error":{"code":7,"message":"too many requests"},"result":null,"id":2269}',
  },
  {
    name: 'a whole book',
    text: '{"method":"depth_update","params":[true,{"timestamp":1785730130.6040511,"update_id":22216665449,"asks":[["62957.3","0.017"],["62961.4","0.029"]],"bids":[["62957.2","0.017"],["62951.7","0.004"]],"event_time":1785730135.194067},"BTC_PERP"],"id":null}',
  },
  {
    name: 'a change of a book',
    text: '{"id":null,"method":"depth_update","params":[false,{"timestamp":1689600180.516447,"update_id":214403,"past_update_id":214399,"asks":[["0.020861","0"]],"bids":[["0.020844","5.949"]],"event_time":1749026542.817343},"ETH_BTC"]}',
  },
  {
    name: 'a book that was asked for',
    asked: 'depth_request',
    text: '{"id":3,"result":{"timestamp":1689600180.516447,"asks":[["0.020846","29.369"]],"bids":[["0.02083","9.598"]]},"error":null}',
  },
  {
    name: 'best prices',
    text: '{"method":"bookTicker_update","params":[[1785732678.2802551,1785732678.2810941,"BTC_PERP",22217102542,"62965.8","0.005","62974.2","0.017"]],"id":null}',
  },
  {
    name: 'a day',
    text: '{"method":"market_update","params":["BTC_PERP",{"open":"63170","close":"63776","high":"64022.6","low":"62346.8","volume":"51109.179","deal":"3234693364.6174","last":"63776","period":86400}],"id":null}',
  },
  {
    name: 'the day so far',
    text: '{"method":"marketToday_update","params":["BTC_PERP",{"open":"63629.3","high":"64022.6","low":"62346.8","volume":"42230.637","deal":"2670380757.0266","last":"63873.1"}],"id":null}',
  },
  {
    name: 'trades, newest first',
    text: '{"method":"trades_update","params":["BTC_PERP",[{"id":22676096396,"time":1785727720.6707921,"price":"63117","amount":"10.967","type":"sell","rpi":false},{"id":22676096353,"time":1785727720.586998,"price":"63118.4","amount":"0.006","type":"buy","rpi":false}]],"id":null}',
  },
  { name: 'a last price', text: '{"id":null,"method":"lastprice_update","params":["ETH_BTC","0.020683"]}' },
  { name: 'a last price asked for', asked: 'lastprice_request', text: '{"id":4,"result":"0.020553","error":null}' },
  {
    name: 'an order that rests',
    text: '{"id":null,"method":"ordersPending_update","params":[1,{"id":1212904480922,"market":"BTC_USDT","type":1,"side":2,"post_only":false,"ioc":false,"ctime":1738250982.28914,"mtime":1738250982.28914,"price":"90000","amount":"1","left":"1","deal_stock":"0","deal_money":"0","deal_fee":"0","client_order_id":"","stp":"no","status":"OPEN","position_side":"BOTH","rpi":false,"retail":false,"reduce_only":false}]}',
  },
  {
    name: 'orders that ended',
    asked: 'ordersExecuted_request',
    text: '{"id":1,"result":{"limit":100,"offset":0,"records":[{"id":1212266594338,"ctime":1738230617.8867061,"ftime":1738230617.8867061,"market":"BTC_USDT","source":"web","type":2,"side":1,"post_only":false,"ioc":false,"price":"0","amount":"1","deal_stock":"1","deal_money":"105366.06693468","deal_fee":"10.536606693468","client_order_id":"","status":"FILLED","fee_asset":"USDT"}]},"error":null}',
  },
  {
    name: 'a deal',
    text: '{"id":null,"method":"deals_update","params":[13674578673,1738251095.345432,"ETH_BTC",1212909726406,"0.03084","0.2625","0.0002625","",2,2,"ETH"]}',
  },
  {
    name: 'a balance',
    text: '{"id":null,"method":"balanceSpot_update","params":[{"USDT":{"available":"100.1885","freeze":"0"}}]}',
  },
];

/** Orders of 2022, when fees stood in them as ratios and statuses did not. */
export const ORDERS_OF_2022: readonly string[] = [
  '{"orderId":3310300051,"clientOrderId":"25","market":"BTC_USDT","side":"buy","type":"limit","timestamp":1669326096.937214,"dealMoney":"0","dealStock":"0","amount":"0.001","takerFee":"0.001","makerFee":"0.001","left":"0.001","dealFee":"0","price":"3000"}',
  '{"orderId":3310597927,"clientOrderId":"31","market":"BTC_USDT","side":"buy","type":"market","timestamp":1669331945.235558,"dealMoney":"99.89994743","dealStock":"0.006023","amount":"99.9","takerFee":"0.001","makerFee":"0","left":"0.00005257","dealFee":"0.09989994743"}',
  '{"orderId":3310696165,"clientOrderId":"61","market":"BTC_USDT","side":"buy","type":"stock market","timestamp":1669333716.366427,"dealMoney":"16.58143","dealStock":"0.001","amount":"0.001","takerFee":"0.001","makerFee":"0","left":"0","dealFee":"0.01658143"}',
  '{"orderId":3310726581,"clientOrderId":"71","market":"BTC_USDT","side":"buy","type":"stop limit","timestamp":1669334361.97947,"dealMoney":"0","dealStock":"0","amount":"0.001","takerFee":"0.001","makerFee":"0.001","left":"0.001","dealFee":"0","activation_price":"3300","price":"3000"}',
];
