/**
 * The other side of the benches of trading: an exchange that keeps nothing and stamps the arrival of each order, in a
 * process of its own. Orders end at once, unfilled, so that the thousandth costs what the first did; an order that does
 * not say "immediate or cancel" rests, and can be filled bit by bit over the stream.
 *
 * Forked. Asks come over IPC: see `Ask`. Times are of the machine's one monotonic clock.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export type Listener = 'floor' | 'ours' | 'ccxt';
export type Ask =
  | { readonly ask: 'stamps' }
  /** So many fills, the next one so long after the order that answered the last. Answers with microseconds. */
  | { readonly ask: 'fills'; readonly to: Listener; readonly count: number; readonly gapMs: number };
export type Stamps = {
  /** Nanoseconds of each order request since the last time, as text. */
  readonly arrivedNs: readonly string[];
  readonly orders: number;
  readonly requests: Readonly<Record<string, number>>;
};

const LOST_MS = 10_000;
const UNHEARD_MS = 300;
const KEEP_ALIVE_MS = 600_000;
/** The resting order is of a size that no run uses up. */
const PIECE = '0.001';
const PRICE = '100';
type Body = Readonly<Record<string, unknown>>;
type Resting = { readonly row: Body; readonly id: number; dealt: number };

let nextId = 1;
let nextDeal = 1;
let resting: Resting | null = null;
let arrived: bigint[] = [];
let orders = 0;
const requests = new Map<string, number>();
const listeners = new Map<Listener, WebSocket>();
let onOrder: ((atNs: bigint) => void) | null = null;

function seconds(): number {
  return Math.round(Date.now()) / 1_000;
}

function placed(body: Body): Body {
  const id = nextId;
  nextId += 1;
  orders += 1;
  const ends = body.ioc === true || body.timeInForce === 'IOC';
  const row = {
    ...{ orderId: id, clientOrderId: body.clientOrderId ?? '', market: body.market, side: body.side, type: 'limit' },
    ...{ timestamp: seconds(), dealMoney: '0', dealStock: '0', amount: body.amount, left: body.amount, dealFee: '0' },
    ...{ price: body.price, postOnly: false, ioc: ends, status: ends ? 'CANCELED' : 'NEW' },
  };
  if (!ends) resting = { row, id, dealt: 0 };
  return row;
}

function dealtOf({ dealt }: Resting): { readonly stock: string; readonly money: string } {
  return { stock: (dealt * Number(PIECE)).toFixed(3), money: (dealt * Number(PIECE) * Number(PRICE)).toFixed(1) };
}

const market = {
  ...{ name: 'BTC_USDT', stock: 'BTC', money: 'USDT', stockPrec: '6', moneyPrec: '2', feePrec: '4', makerFee: '0.1' },
  ...{ takerFee: '0.1', minAmount: '0.001', minTotal: '0.01', maxTotal: '0', tradesEnabled: true },
  ...{ isCollateral: false, type: 'spot' },
};

function publicly(path: string): unknown {
  if (path.endsWith('/ping')) return ['pong'];
  if (path.endsWith('/time')) return { time: Math.floor(Date.now() / 1_000) };
  if (path.endsWith('/markets')) return [market];
  if (path.endsWith('/ticker'))
    return {
      BTC_USDT: {
        ...{ base_id: 1, quote_id: 1, last_price: PRICE, quote_volume: '5000000', base_volume: '1', isFrozen: false },
        change: '0',
      },
    };
  if (path.includes('/orderbook/'))
    return { ticker_id: 'x', timestamp: seconds() | 0, asks: [['100.1', '9']], bids: [['99.9', '9']] };
  if (path.includes('/trades/')) {
    const trade = { tradeID: 1, price: PRICE, quote_volume: '1', base_volume: PRICE, type: 'buy' };
    return [{ ...trade, trade_timestamp: seconds() | 0 }];
  }
  // What only other clients ask for is empty here.
  return path.endsWith('/assets') || path.endsWith('/fee') ? {} : [];
}

function privately(path: string, body: Body): readonly [status: number, answer: unknown] {
  const money = { available: '1000000000', freeze: '0' };
  const stock = { available: '1000', freeze: '0' };
  const missing = (field: string, code: number) =>
    [422, { code, message: 'Validation failed', errors: { [field]: [`The ${field} field is required.`] } }] as const;
  switch (path) {
    case '/api/v4/order/new':
      return [200, placed(body)];
    case '/api/v4/order/bulk':
      return [200, (body.orders as Body[]).map((one) => ({ result: placed(one), error: null }))];
    case '/api/v4/order/cancel':
      return [422, { code: 30, message: 'Validation failed', errors: { orderId: ['OrderId field is required.'] } }];
    case '/api/v4/orders': {
      if (resting === null) return [200, []];
      const dealt = dealtOf(resting);
      return [200, [{ ...resting.row, dealStock: dealt.stock, dealMoney: dealt.money }]];
    }
    case '/api/v4/trade-account/balance':
      return [200, { USDT: money, BTC: stock }];
    case '/api/v4/main-account/balance':
      return [200, { USDT: { main_balance: '0' } }];
    case '/api/v4/main-account/history':
      return [201, { limit: 100, offset: 0, total: 0, records: [] }];
    case '/api/v4/collateral-account/balance':
      return [200, {}];
    case '/api/v4/trade-account/executed-history':
    case '/api/v4/trade-account/order/history':
      return [200, []];
    case '/api/v4/profile/websocket_token':
      return [200, { websocket_token: 'token' }];
    case '/api/v4/main-account/address':
    case '/api/v4/main-account/withdraw':
    case '/api/v4/main-account/withdraw-pay':
    case '/api/v4/main-account/transfer':
    case '/api/v4/main-account/codes':
      return [401, { code: 4, message: 'This API Key is not authorized to perform this action.' }];
    default:
      return missing('ticker', 0);
  }
}

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const atNs = process.hrtime.bigint();
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const isOrder = path === '/api/v4/order/new' || path === '/api/v4/order/bulk';
  if (isOrder) arrived.push(atNs);
  requests.set(path, (requests.get(path) ?? 0) + 1);
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const [status, answer] = path.includes('/public/')
    ? ([200, publicly(path)] as const)
    : privately(path, JSON.parse(text) as Body);
  const body = JSON.stringify(answer);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
  if (isOrder) setImmediate(() => onOrder?.(atNs));
}

function fill(to: Listener, wire: WebSocket): bigint {
  const order = resting;
  if (order === null) throw new Error('No order rests');
  order.dealt += 1;
  const id = nextDeal;
  nextDeal += 1;
  const { stock, money } = dealtOf(order);
  const { clientOrderId, amount } = order.row;
  const deal = [id, seconds(), 'BTC_USDT', order.id, PRICE, PIECE, '0.000001', clientOrderId, 2, 1, 'BTC'];
  const row = {
    ...{ id: order.id, market: 'BTC_USDT', type: 1, side: 2, ctime: seconds(), mtime: seconds(), price: PRICE, amount },
    ...{ left: amount, deal_stock: stock, deal_money: money, deal_fee: '0', client_order_id: clientOrderId },
    ...{ post_only: false, ioc: false, status: 'PARTIALLY_FILLED' },
  };
  const texts = [
    JSON.stringify({ id: null, method: 'deals_update', params: deal }),
    JSON.stringify({ id: null, method: 'ordersPending_update', params: [2, row] }),
  ];
  const atNs = process.hrtime.bigint();
  // Each hears what it reacts to first; a floor that reads nothing needs no second frame.
  if (to === 'ccxt') wire.send(texts[1] ?? '');
  else for (const text of to === 'ours' ? texts : texts.slice(0, 1)) wire.send(text);
  return atNs;
}

async function fills({ to, count, gapMs }: Extract<Ask, { ask: 'fills' }>): Promise<number[]> {
  const wire = listeners.get(to);
  if (wire === undefined) throw new Error(`Nobody listens as ${to}`);
  const us: number[] = [];
  while (us.length < count) {
    const reacted = new Promise<bigint | null>((resolve, reject) => {
      // A loop of ccxt does not hear what comes while it is not waiting: that is told again, and not counted against it.
      const isLost = () => (to === 'ccxt' ? resolve(null) : reject(new Error(`${to} did not react`)));
      const lost = setTimeout(isLost, to === 'ccxt' ? UNHEARD_MS : LOST_MS);
      onOrder = (atNs) => {
        clearTimeout(lost);
        resolve(atNs);
      };
    });
    const sentNs = fill(to, wire);
    const atNs = await reacted;
    if (atNs !== null) us.push(Number(atNs - sentNs) / 1_000);
    if (gapMs > 0) await new Promise((resolve) => setTimeout(resolve, gapMs));
  }
  onOrder = null;
  return us;
}

function hear(socket: WebSocket, request: IncomingMessage): void {
  const path = request.url ?? '';
  const name: Listener = path.includes('floor') ? 'floor' : path.includes('ccxt') ? 'ccxt' : 'ours';
  listeners.set(name, socket);
  socket.on('message', (data) => {
    const { id, method } = JSON.parse(String(data)) as { readonly id: number; readonly method: string };
    socket.send(JSON.stringify({ id, result: method === 'ping' ? 'pong' : { status: 'success' }, error: null }));
  });
}

const server = createServer({ noDelay: true }, (request, response) => {
  void respond(request, response).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
// Contenders wait for each other, and none is to pay for a new connection because of that.
server.keepAliveTimeout = KEEP_ALIVE_MS;
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', hear);
process.on('message', (ask: Ask) => {
  switch (ask.ask) {
    case 'stamps':
      process.send?.({ arrivedNs: arrived.map(String), orders, requests: Object.fromEntries(requests) });
      arrived = [];
      orders = 0;
      requests.clear();
      return;
    case 'fills':
      void fills(ask).then(
        (us) => process.send?.({ us }),
        (error: unknown) => process.send?.({ failed: String(error) }),
      );
  }
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
