import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { Accounts, Clock, Market } from '../ports.ts';
import { accountMethods, type StreamTokens } from './account-channel.ts';
import { balanceMethods } from './balance-channel.ts';
import { candleMethods } from './candle-channel.ts';
import { Connection } from './connection.ts';
import { dealMethods } from './deal-channel.ts';
import { type Deliver, deliverAtOnce, type OpenSocket } from './delivery.ts';
import { depthMethods } from './depth-channel.ts';
import { createNews, type News } from './news.ts';
import { orderMethods } from './order-channels.ts';
import { answer, type Method, type Moment } from './protocol.ts';
import { quoteMethods } from './quote-channels.ts';
import { tickerMethods } from './ticker-channel.ts';
import { tradeMethods } from './trade-channel.ts';

/** The fastest channel (depth) is promised every 100 ms. */
const BEAT_MS = 100;
const CONNECTIONS_MAX = 1000;
const CONNECTIONS_WINDOW_MS = 60_000;
/** The longest request known names some hundred markets. */
const MESSAGE_BYTES_MAX = 64 * 1024;

export type StreamOptions = {
  readonly server: Server;
  readonly path?: string;
  readonly market: Market;
  readonly accounts: Accounts;
  readonly exchange: Pick<DurableExchange, 'on' | 'query' | 'history'>;
  readonly clock: Clock;
  readonly tokens: StreamTokens;
  readonly deliver?: Deliver;
  /**
   * By which silence, budgets and paces of a connection are counted; `clock` where left out. Clients live in the
   * machine's time, so a practice clock that runs a hundred times as fast must not cut them off a hundred times as soon.
   */
  readonly wireClock?: Clock;
  /** How often the subscriptions are asked for news; tests that call `beat` themselves set it out of reach. */
  readonly beatMs?: number;
};

export type Stream = {
  /** One round of pushes, as the timer does it; tests that move the clock need not wait for the timer. */
  beat(): void;
  /** Everybody connected now, in the order they came. */
  sockets(): readonly OpenSocket[];
  close(): void;
};

/** Speaks WhiteBIT's WebSocket protocol on `path` of a server that listens already or later. */
export function attachStream(options: StreamOptions): Stream {
  const { server, path = '/ws', clock, wireClock = clock, deliver = deliverAtOnce, beatMs = BEAT_MS } = options;
  const news = createNews(options.exchange, clock.nowMs());
  const methods = allMethods(options, news);
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MESSAGE_BYTES_MAX });
  const connections = new Map<WebSocket, Connection>();
  const admit = connectionBudget(wireClock);
  const moment = (): Moment => ({ nowMs: clock.nowMs(), wireMs: wireClock.nowMs() });
  let timer: NodeJS.Timeout | null = null;
  let opened = 0;

  const beat = (): void => {
    const now = moment();
    for (const connection of connections.values()) connection.beat(now);
  };
  const open = (socket: WebSocket): void => {
    opened += 1;
    const connection = new Connection({ number: opened, socket, methods, deliver }, moment());
    connections.set(socket, connection);
    timer ??= setInterval(beat, beatMs);
    socket.on('message', (data, isBinary) => connection.receive(isBinary ? null : textOf(data), moment()));
    // A broken frame ends in `close`, where the cleaning is done; without a listener it would end the process.
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      connection.end();
      connections.delete(socket);
      if (connections.size > 0 || timer === null) return;
      clearInterval(timer);
      timer = null;
    });
  };
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const target = URL.parse(request.url ?? '', 'http://localhost');
    if (target?.pathname !== path) {
      // Someone else's upgrade, if there is someone else.
      if (server.listenerCount('upgrade') === 1) refuseUpgrade(socket, 404);
      return;
    }
    if (!admit(request.socket.remoteAddress ?? '')) refuseUpgrade(socket, 429);
    else sockets.handleUpgrade(request, socket, head, open);
  };
  server.on('upgrade', upgrade);

  return {
    beat,
    sockets: () =>
      [...connections]
        .filter(([socket]) => socket.readyState === socket.OPEN)
        .map(([, connection]) => connection.opened()),
    close: () => {
      news.close();
      server.off('upgrade', upgrade);
      if (timer !== null) clearInterval(timer);
      timer = null;
      for (const connection of connections.values()) connection.shut();
      connections.clear();
      sockets.close();
    },
  };
}

function allMethods(options: StreamOptions, news: News): ReadonlyMap<string, Method> {
  const parts = { ...options, news };
  return new Map<string, Method>([
    ['ping', { needsAccount: false, run: () => answer('pong') }],
    ['time', { needsAccount: false, run: (_params, session) => answer(Math.floor(session.nowMs / 1000)) }],
    ...quoteMethods(parts),
    ...candleMethods(parts),
    ...tradeMethods(parts),
    ...depthMethods(parts),
    ...tickerMethods(parts),
    ...accountMethods(options.tokens),
    ...balanceMethods(parts),
    ...orderMethods(parts),
    ...dealMethods(parts),
  ]);
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString('utf8');
}

/** So many new connections a minute and address. */
function connectionBudget(clock: Clock): (address: string) => boolean {
  let windowStartMs = clock.nowMs();
  const counts = new Map<string, number>();
  return (address) => {
    const nowMs = clock.nowMs();
    if (nowMs - windowStartMs >= CONNECTIONS_WINDOW_MS) {
      windowStartMs = nowMs;
      counts.clear();
    }
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    return count <= CONNECTIONS_MAX;
  };
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
