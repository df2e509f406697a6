/**
 * The HTTP half of the exchange: a request as it arrives, the answer as it leaves. Signatures, nonces and their window are
 * held as documented; what has just happened may stay invisible for a moment to whoever asks for one order.
 */

import { createHmac } from 'node:crypto';
import type { Ledger, Order, Refused, Wanted } from './ledger.ts';
import * as print from './printing.ts';

export type Answer = { readonly status: number; readonly body: string };
export type HttpRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};
export type ApiKey = { readonly account: string; readonly publicKey: string; readonly secret: string };

const NONCE_WINDOW_MS = 5_000;
const PAGE_MAX = 500;
type Fields = Readonly<Record<string, unknown>>;

export class Rest {
  /** How far lists of one order lie behind what is, up to the settling time. */
  lagMs: () => number = () => 0;
  /** Every write that reached the books, for the oracle: nothing is sent twice. */
  onPlace: (account: string, clientId: string, order: Order | Refused) => void = () => {};
  onCancel: (account: string, by: { readonly id: number | null; readonly clientId: string | null }) => void = () => {};
  readonly tokens = new Map<string, string>();
  readonly #ledger: Ledger;
  readonly #keys: readonly ApiKey[];
  readonly #nonces = new Map<string, Set<number>>();
  readonly #nonce = new Map<string, number>();

  constructor(ledger: Ledger, keys: readonly ApiKey[]) {
    this.#ledger = ledger;
    this.#keys = keys;
  }

  answer(nowMs: number, request: HttpRequest): Answer {
    if (request.method === 'GET') return this.#public(nowMs, request.path);
    const key = this.#keys.find(({ publicKey }) => publicKey === request.headers['X-TXC-APIKEY']);
    const payload = request.headers['X-TXC-PAYLOAD'] ?? '';
    const body = request.body ?? '';
    const signature = key === undefined ? '' : createHmac('sha512', key.secret).update(payload).digest('hex');
    if (key === undefined || signature !== request.headers['X-TXC-SIGNATURE'])
      return said(401, { code: 10, message: 'Unauthorized request.' });
    if (payload !== Buffer.from(body).toString('base64')) return said(400, { code: 9, message: 'Invalid payload.' });
    const fields = JSON.parse(body) as Fields;
    const bad = this.#nonceFault(nowMs, key.publicKey, Number(fields.nonce), fields.nonceWindow === true);
    return bad ?? this.#private(nowMs, key.account, request.path, fields);
  }

  #nonceFault(nowMs: number, key: string, nonce: number, windowed: boolean): Answer | null {
    const used = this.#nonces.get(key) ?? new Set();
    this.#nonces.set(key, used);
    const seen = windowed ? used.has(nonce) : nonce <= (this.#nonce.get(key) ?? 0);
    if (windowed && Math.abs(nonce - nowMs) > NONCE_WINDOW_MS)
      return said(400, {
        code: 0,
        message: 'Your nonce is more than 5 seconds lesser or greater than the current nonce',
      });
    if (seen) return said(429, { code: 0, message: 'Too many requests.', errors: {} });
    if (windowed) used.add(nonce);
    else this.#nonce.set(key, nonce);
    return null;
  }

  #public(nowMs: number, path: string): Answer {
    const markets = [...this.#ledger.markets.values()];
    const named = /^\/api\/v4\/public\/(orderbook|trades)\/([A-Z_]+)/.exec(path);
    const market = this.#ledger.markets.get(named?.[2] ?? '');
    if (market !== undefined && named?.[1] === 'orderbook') return said(200, print.orderbook(market, nowMs));
    if (market !== undefined) return said(200, []);
    switch (path) {
      case '/api/v4/public/ping':
        return said(200, ['pong']);
      case '/api/v4/public/time':
        return said(200, { time: Math.floor(print.seconds(nowMs)) });
      case '/api/v4/public/markets':
        return said(200, markets.map(print.listedMarket));
      case '/api/v4/public/ticker':
        return said(200, Object.fromEntries(markets.map((one) => [one.name, print.ticker(one)])));
      default:
        return said(404, { message: 'Not found' });
    }
  }

  #private(nowMs: number, account: string, path: string, fields: Fields): Answer {
    switch (path) {
      case '/api/v4/order/new':
      case '/api/v4/order/stop_limit':
        return single(this.#place(nowMs, account, fields));
      case '/api/v4/order/bulk':
        return said(
          200,
          (fields.orders as readonly Fields[]).map((one) => item(this.#place(nowMs, account, one))),
        );
      case '/api/v4/order/cancel':
        return fields.market === undefined ? missing('orderId') : this.#cancel(nowMs, account, fields);
      case '/api/v4/order/cancel/bulk':
        return said(
          200,
          (fields.orders as readonly Fields[]).map((one) => this.#cancelItem(nowMs, account, one)),
        );
      case '/api/v4/orders':
        return said(200, page(this.#open(nowMs, account, fields), fields).map(print.restOrder));
      case '/api/v4/trade-account/order/history':
        return this.#finished(nowMs, account, fields);
      case '/api/v4/trade-account/executed-history':
        return this.#executed(nowMs, account, fields);
      case '/api/v4/trade-account/order': {
        const of = this.#ledger.trades.filter(({ order }) => order.id === fields.orderId && order.account === account);
        return said(200, {
          records: page(of.toReversed(), fields).map(print.dealOfOrder),
          offset: fields.offset,
          limit: fields.limit,
        });
      }
      case '/api/v4/trade-account/balance':
        return said(200, print.balances(this.#ledger, account, null));
      case '/api/v4/profile/websocket_token': {
        const token = `t${this.tokens.size + 1}`;
        this.tokens.set(token, account);
        return said(200, { websocket_token: token });
      }
      default:
        return connecting(path);
    }
  }

  #place(nowMs: number, account: string, fields: Fields): Order | Refused {
    const text = (name: string): string => String(fields[name] ?? '');
    const wanted: Wanted = {
      ...{ market: text('market'), amount: text('amount'), price: text('price'), clientId: text('clientOrderId') },
      side: fields.side === 'buy' ? 'buy' : 'sell',
      activation: fields.activation_price === undefined ? null : text('activation_price'),
      ...{ postOnly: fields.postOnly === true, ioc: fields.ioc === true },
    };
    const order = this.#ledger.place(nowMs, account, wanted);
    this.onPlace(account, wanted.clientId, order);
    return order;
  }

  #cancelled(nowMs: number, account: string, fields: Fields): Order | null {
    const by = {
      id: typeof fields.orderId === 'number' ? fields.orderId : null,
      clientId: typeof fields.clientOrderId === 'string' ? fields.clientOrderId : null,
    };
    this.onCancel(account, by);
    return this.#ledger.cancel(nowMs, account, by);
  }

  #cancel(nowMs: number, account: string, fields: Fields): Answer {
    const order = this.#cancelled(nowMs, account, fields);
    return order === null ? said(422, GONE) : said(200, print.restOrder(order));
  }

  #cancelItem(nowMs: number, account: string, fields: Fields): unknown {
    const order = this.#cancelled(nowMs, account, fields);
    if (order === null) return { result: null, error: GONE };
    const { id, clientId, market } = order;
    return { result: { orderId: id, clientOrderId: clientId, market: market.name }, error: null };
  }

  #open(nowMs: number, account: string, fields: Fields): readonly Order[] {
    const named = isNamed(fields);
    const seenMs = named ? nowMs - this.lagMs() : nowMs;
    const all = named ? [...this.#ledger.orders.values()] : [...this.#ledger.open];
    return all
      .filter((order) => order.account === account && fits(order, fields))
      .filter((order) => order.bornMs <= seenMs && (order.endedMs === null || order.endedMs > seenMs))
      .map((order) => (order.endedMs === null ? order : { ...order, status: 'OPEN' as const }));
  }

  #finished(nowMs: number, account: string, fields: Fields): Answer {
    const seenMs = isNamed(fields) ? nowMs - this.lagMs() : nowMs;
    const [from, to] = [Number(fields.startDate ?? 0) * 1_000, Number(fields.endDate ?? 1e12) * 1_000];
    const found = [...this.#ledger.orders.values()]
      .filter((order) => order.account === account && fits(order, fields) && order.endedMs !== null)
      .filter(({ endedMs }) => (endedMs ?? 0) <= seenMs && (endedMs ?? 0) >= from && (endedMs ?? 0) <= to)
      .toSorted((a, b) => (b.endedMs ?? 0) - (a.endedMs ?? 0) || b.id - a.id);
    if (found.length === 0 && fields.clientOrderId !== undefined)
      return said(422, refusal(30, 'orderHistory', 'OrderHistory was not found.'));
    const rows = page(found, fields).map((order) => ({ market: order.market.name, row: print.finishedOrder(order) }));
    return said(200, print.byMarket(rows));
  }

  #executed(nowMs: number, account: string, fields: Fields): Answer {
    const seenMs = fields.market === undefined ? nowMs : nowMs - this.lagMs();
    const [from, to] = [Number(fields.startDate ?? 0) * 1_000, Number(fields.endDate ?? 1e12) * 1_000];
    const found = this.#ledger.trades
      .filter(({ order, atMs }) => order.account === account && atMs <= seenMs && atMs >= from && atMs <= to)
      .filter(({ order }) => fields.market === undefined || order.market.name === fields.market)
      .toReversed();
    const rows = page(found, fields);
    if (fields.market !== undefined) return said(200, rows.map(print.restDeal));
    return said(
      200,
      print.byMarket(rows.map((trade) => ({ market: trade.order.market.name, row: print.restDeal(trade) }))),
    );
  }
}

const isNamed = (fields: Fields): boolean => fields.orderId !== undefined || fields.clientOrderId !== undefined;

function fits(order: Order, fields: Fields): boolean {
  return (
    (fields.market === undefined || fields.market === order.market.name) &&
    (fields.orderId === undefined || fields.orderId === order.id) &&
    (fields.clientOrderId === undefined || fields.clientOrderId === order.clientId)
  );
}

function page<Row>(rows: readonly Row[], fields: Fields): readonly Row[] {
  const offset = Number(fields.offset ?? 0);
  return rows.slice(offset, offset + Number(fields.limit ?? PAGE_MAX));
}

export function said(status: number, body: unknown): Answer {
  return { status, body: JSON.stringify(body) };
}

function refusal(code: number, field: string, text: string): unknown {
  return { code, message: 'Validation failed', errors: { [field]: [text] } };
}

const GONE = {
  code: 2,
  message: 'Inner validation failed',
  errors: { orderId: ['Unexecuted order was not found.'] },
};

function single(placed: Order | Refused): Answer {
  if ('code' in placed) return said(422, refusal(placed.code, placed.field, placed.text));
  return said(200, print.restOrder(placed));
}

function item(placed: Order | Refused): unknown {
  if ('code' in placed) return { result: null, error: refusal(placed.code, placed.field, placed.text) };
  return { result: print.restOrder(placed), error: null };
}

function missing(field: string): Answer {
  return said(422, refusal(30, field, `${field.slice(0, 1).toUpperCase()}${field.slice(1)} field is required.`));
}

/** What is asked while a key is connected: rights by probing, wallets that hold nothing. */
function connecting(path: string): Answer {
  if (/withdraw|transfer|codes|address/.test(path))
    return said(401, { code: 4, message: 'This API Key is not authorized to perform this action.' });
  if (path === '/api/v4/main-account/history') return said(201, { limit: 100, offset: 0, total: 0, records: [] });
  return said(200, {});
}
