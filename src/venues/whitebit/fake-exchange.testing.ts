/**
 * The other end of a WebSocket, without a network: it answers as the exchange is documented to, and everything that can
 * go wrong on a wire can be switched on. Frames take `delayMs` of a clock that a test moves.
 */

import type { OpenSocket, SocketHandlers } from '../streams.ts';
import type { ManualTime } from './time.testing.ts';

export type FakeConnection = {
  readonly openedAtMs: number;
  readonly requests: { readonly atMs: number; readonly method: string; readonly params: readonly unknown[] }[];
  /** Channel to its parameters; books by market. */
  readonly subscribed: Map<string, readonly unknown[]>;
  isOpen: boolean;
  /** As after a cable was pulled: nothing comes, and nobody is told. */
  isMute: boolean;
  push(frame: unknown): void;
  raw(text: string | Uint8Array): void;
  cut(why?: string): void;
};

export type FakeExchange = {
  readonly open: OpenSocket;
  readonly connections: FakeConnection[];
  readonly attempts: number[];
  /** Nothing connects. */
  isDown: boolean;
  delayMs: number;
  /** Answers a request by itself where it gives something else than undefined; null: no answer at all. */
  answer: (method: string, params: readonly unknown[], connection: FakeConnection) => object | null | undefined;
  /** Books are told of by themselves: a picture on subscribing, and every ten seconds. */
  readonly books: Map<string, FakeBook>;
  last(): FakeConnection;
};

const encoder = new TextEncoder();
export const SUCCESS = { result: { status: 'success' }, error: null };
export const failure = (code: number, message: string) => ({ result: null, error: { code, message } });

/** One market at the exchange: a change moves the best bid, and whoever subscribed is told. */
export class FakeBook {
  readonly market: string;
  id = 100;
  #price = 100;
  constructor(market: string) {
    this.market = market;
  }
  get bid(): string {
    return String(this.#price);
  }
  picture(): object {
    return this.#frame(true, { update_id: this.id, bids: [[this.bid, '1']], asks: [['1000000', '1']] });
  }
  change(): object {
    const pastId = this.id;
    const gone = this.bid;
    this.id += 3;
    this.#price += 1;
    const bids = [
      [gone, '0'],
      [this.bid, '1'],
    ];
    return this.#frame(false, { update_id: this.id, past_update_id: pastId, bids, asks: [] });
  }
  #frame(full: boolean, data: object): object {
    return { id: null, method: 'depth_update', params: [full, { timestamp: 1_700_000_000.5, ...data }, this.market] };
  }
}

const KEEP_ALIVE_MS = 10_000;

export function fakeExchange(time: ManualTime): FakeExchange {
  const exchange: FakeExchange = {
    connections: [],
    attempts: [],
    isDown: false,
    delayMs: 5,
    answer: () => undefined,
    books: new Map(),
    last: () => {
      const connection = exchange.connections.at(-1);
      if (connection === undefined) throw new Error('nobody connected');
      return connection;
    },
    open: (_url, handlers) => {
      exchange.attempts.push(time.nowMs());
      return connect(exchange, time, handlers);
    },
  };
  return exchange;
}

function connect(exchange: FakeExchange, time: ManualTime, handlers: SocketHandlers) {
  let destroyed = false;
  const deliver = (bytes: Uint8Array): void => {
    time.after(exchange.delayMs, () => {
      if (!destroyed && connection.isOpen && !connection.isMute) handlers.received(bytes);
    });
  };
  const connection: FakeConnection = {
    openedAtMs: time.nowMs(),
    requests: [],
    subscribed: new Map(),
    isOpen: false,
    isMute: false,
    push: (frame) => deliver(encoder.encode(JSON.stringify(frame))),
    raw: (text) => deliver(typeof text === 'string' ? encoder.encode(text) : text),
    cut(why = 'cut') {
      if (!connection.isOpen) return;
      connection.isOpen = false;
      if (!destroyed) handlers.closed(why);
    },
  };
  time.after(exchange.delayMs, () => {
    if (destroyed) return;
    if (exchange.isDown) {
      handlers.closed('ECONNREFUSED');
      return;
    }
    connection.isOpen = true;
    exchange.connections.push(connection);
    handlers.opened();
  });
  return {
    send(text: string) {
      const { id, method, params } = JSON.parse(text) as { id: number; method: string; params: readonly unknown[] };
      connection.requests.push({ atMs: time.nowMs(), method, params });
      if (connection.isMute || !connection.isOpen) return;
      const own = exchange.answer(method, params, connection);
      if (own === null) return;
      if (own !== undefined) connection.push({ id, ...own });
      else handle(exchange, time, connection, id, method, params);
    },
    destroy() {
      destroyed = true;
      connection.isOpen = false;
    },
  };
}

function handle(
  exchange: FakeExchange,
  time: ManualTime,
  connection: FakeConnection,
  id: number,
  method: string,
  params: readonly unknown[],
): void {
  connection.push({ id, ...(method === 'ping' ? { result: 'pong', error: null } : SUCCESS) });
  const [channel = '', what = ''] = method.split('_');
  const key = channel === 'depth' ? `depth ${String(params[0])}` : channel;
  if (what === 'unsubscribe') connection.subscribed.delete(key);
  if (what !== 'subscribe') return;
  connection.subscribed.set(key, params);
  const book = channel === 'depth' ? exchange.books.get(String(params[0])) : undefined;
  if (book === undefined) return;
  const tell = (): void => {
    if (!connection.isOpen || connection.subscribed.get(key) !== params) return;
    connection.push(book.picture());
    time.after(KEEP_ALIVE_MS, tell);
  };
  tell();
}

/** Tells the change to everybody who is subscribed. */
export function moveBook(exchange: FakeExchange, market: string): void {
  const frame = exchange.books.get(market)?.change();
  for (const connection of exchange.connections)
    if (connection.isOpen && connection.subscribed.has(`depth ${market}`)) connection.push(frame);
}
