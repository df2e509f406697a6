/**
 * What custody may ever ask an exchange, written down a third time, from the promise and not from the code: the venue's
 * list and custody's wall could share a mistake.
 */

import type { Witnessed } from './witness.ts';

const NEWEST_100 = '"limit":100,"offset":0';

/** Path to the parameters that must stand in the body after the nonce, as text; empty for none. */
const SIGNED: ReadonlyMap<string, string> = new Map([
  ['/api/v4/trade-account/balance', ''],
  ['/api/v4/main-account/balance', ''],
  ['/api/v4/collateral-account/balance', ''],
  ['/api/v4/main-account/history', NEWEST_100],
  ['/api/v4/trade-account/executed-history', NEWEST_100],
  ['/api/v4/order/cancel', ''],
  ['/api/v4/main-account/address', ''],
  ['/api/v4/main-account/withdraw', ''],
  ['/api/v4/main-account/withdraw-pay', ''],
  ['/api/v4/main-account/transfer', ''],
  ['/api/v4/main-account/codes', ''],
]);
const PUBLIC =
  /^\/api\/v4\/public\/(?:ping|time|markets|ticker|orderbook\/[A-Z0-9]+_[A-Z0-9]+\?limit=100|trades\/[A-Z0-9]+_[A-Z0-9]+)$/;

const AMOUNT = '"(?:0|[1-9]\\d{0,17})(?:\\.\\d{0,17}[1-9])?"';
const MARKET = '"market":"[A-Z0-9]+_[A-Z0-9]+"';
const CLIENT_ID = '"clientOrderId":"[A-Za-z0-9._-]{1,64}"';
const LIMIT = `${MARKET},"side":"(?:buy|sell)","amount":${AMOUNT},"price":${AMOUNT},${CLIENT_ID}(?:,"postOnly":true)?(?:,"ioc":true)?`;
const NAME = `${MARKET},(?:${CLIENT_ID}|"orderId":[1-9]\\d*)`;
const SPAN = '"startDate":\\d{10},"endDate":\\d{10}';
/** What trading needs, all with a nonce window: the text that may follow the nonce. Nothing here has no price. */
const TRADING: ReadonlyMap<string, RegExp> = new Map(
  [
    ['/api/v4/order/new', LIMIT],
    ['/api/v4/order/bulk', `"orders":\\[\\{${LIMIT}\\}(?:,\\{${LIMIT}\\}){0,19}\\]`],
    [
      '/api/v4/order/stop_limit',
      `${MARKET},"side":"(?:buy|sell)","amount":${AMOUNT},"price":${AMOUNT},"activation_price":${AMOUNT},${CLIENT_ID}`,
    ],
    ['/api/v4/order/cancel', NAME],
    ['/api/v4/order/cancel/bulk', `"orders":\\[\\{${NAME}\\}(?:,\\{${NAME}\\}){0,99}\\]`],
    ['/api/v4/orders', `(?:${NAME},)?"limit":100,"offset":\\d+`],
    ['/api/v4/trade-account/order/history', `(?:${NAME}|${SPAN}),"limit":500,"offset":\\d+`],
    ['/api/v4/trade-account/executed-history', `(?:${MARKET},)?${SPAN},"limit":500,"offset":\\d+`],
    ['/api/v4/trade-account/order', '"orderId":[1-9]\\d*,"limit":100,"offset":\\d+'],
    ['/api/v4/trade-account/balance', ''],
    ['/api/v4/profile/websocket_token', ''],
  ].map(([path = '', rest = '']) => [
    path,
    new RegExp(`^\\{"request":"${path}","nonce":[1-9]\\d{12},"nonceWindow":true${rest === '' ? '' : ','}${rest}\\}$`),
  ]),
);
/** Names of parameters, sorted, as the exchange counts them. */
const TRADING_SHAPES: ReadonlySet<string> = new Set([
  '/api/v4/order/new?amount,clientOrderId,market,price,side',
  '/api/v4/order/new?amount,clientOrderId,ioc,market,price,side',
  '/api/v4/order/new?amount,clientOrderId,market,postOnly,price,side',
  '/api/v4/order/bulk?orders',
  '/api/v4/order/stop_limit?activation_price,amount,clientOrderId,market,price,side',
  '/api/v4/order/cancel?clientOrderId,market',
  '/api/v4/order/cancel?market,orderId',
  '/api/v4/order/cancel/bulk?orders',
  '/api/v4/orders?limit,offset',
  '/api/v4/orders?clientOrderId,limit,market,offset',
  '/api/v4/orders?limit,market,offset,orderId',
  '/api/v4/trade-account/order/history?clientOrderId,limit,market,offset',
  '/api/v4/trade-account/order/history?limit,market,offset,orderId',
  '/api/v4/trade-account/order/history?endDate,limit,offset,startDate',
  '/api/v4/trade-account/executed-history?endDate,limit,offset,startDate',
  '/api/v4/trade-account/executed-history?endDate,limit,market,offset,startDate',
  '/api/v4/trade-account/order?limit,offset,orderId',
  '/api/v4/trade-account/balance?',
  '/api/v4/profile/websocket_token?',
]);
/** What the exchange does when asked completely; without parameters it only says whether the key has the right. */
const PROBES = /\/(?:cancel|address|withdraw|withdraw-pay|transfer|codes)$/;

/** Null where the request is one that custody may make, else what is wrong with it. */
export function whyForbidden(seen: Pick<Witnessed, 'method' | 'path' | 'body'>): string | null {
  if (seen.method === 'GET') return PUBLIC.test(seen.path) && seen.body === '' ? null : `GET ${seen.path}`;
  if (seen.method === 'POST' && TRADING.get(seen.path)?.test(seen.body)) return null;
  const parameters = SIGNED.get(seen.path);
  if (seen.method !== 'POST' || parameters === undefined) return `${seen.method} ${seen.path}`;
  const nonce = /"nonce":([1-9]\d{0,15}),/.exec(seen.body)?.[1];
  const more = parameters === '' ? '' : `,${parameters}`;
  const whole = `{"request":"${seen.path}","nonce":${nonce},"nonceWindow":false${more}}`;
  return seen.body === whole ? null : `${seen.path} with ${seen.body.slice(0, 300)}`;
}

/** The same judgement over the practice exchange's own counters, `path?names`. Gives what must not be there. */
export function forbiddenShapes(shapes: Readonly<Record<string, number>>): string[] {
  return Object.keys(shapes).filter((shape) => {
    if (TRADING_SHAPES.has(shape)) return false;
    const [path = '', names = ''] = shape.split('?');
    const wanted = SIGNED.get(path);
    if (wanted === undefined || (PROBES.test(path) && names !== '')) return true;
    return names !== (wanted === '' ? '' : 'limit,offset');
  });
}

export function nonceOf(body: string): bigint | null {
  const digits = /"nonce":(\d{1,20})/.exec(body)?.[1];
  return digits === undefined ? null : BigInt(digits);
}
