import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { LiveMessage, WatchMessage } from '../contract/live.ts';
import type { Fill, Order } from '../contract/trading.ts';
import { type ManualClock, manualClock } from '../shell/manual-clock.ts';
import type { MarketViewer } from '../shell/trading/ports.ts';
import type { TokenUse } from './handler.ts';
import { Live } from './live.ts';
import { frameOf } from './live-frames.ts';
import { WATCH_NOTHING } from './live-watch.ts';

class PlayedSocket extends EventEmitter {
  bufferedAmount = 0;
  bytesEach = 0;
  closed: number | null = null;
  readonly got: LiveMessage[] = [];
  send(text: string): void {
    this.got.push(JSON.parse(text) as LiveMessage);
    this.bufferedAmount += this.bytesEach;
  }
  close(code: number): void {
    this.closed ??= code;
  }
  terminate(): void {}
  says(value: unknown, isBinary = false): void {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    this.emit('message', Buffer.from(text), isBinary);
  }
  types(): string[] {
    return this.got.splice(0).map(({ type }) => type);
  }
}

const MEBIBYTE = 1024 * 1024;
const BOOK = { atMs: 1, bids: [], asks: [], trouble: '', silentSinceMs: null };
const book = (market: string, atMs = 1): LiveMessage => ({
  type: 'book',
  venue: 'practice',
  market,
  book: { ...BOOK, atMs },
});
const order = (key: string, state: 'open' | 'closed', market = 'BTC_USDT'): LiveMessage => ({
  type: 'order',
  order: { connection: 'one', key, state, market } as Order,
});
const fill = (key: string): LiveMessage => ({
  type: 'fill',
  fill: { connection: 'one', key, market: 'BTC_USDT' } as Fill,
});
const WANTED: WatchMessage = {
  type: 'watch',
  tickers: [{ venue: 'practice', market: 'ETH_USDT' }],
  markets: [{ venue: 'practice', market: 'BTC_USDT', interval: '1m' }],
};

let everything: readonly LiveMessage[];
let clock: ManualClock;
let live: Live;
let watched: { viewer: MarketViewer; wanted: WatchMessage }[];
beforeEach(() => {
  clock = manualClock();
  everything = [order('still open', 'open')];
  watched = [];
  live = new Live({
    clock,
    version: '1',
    alive: async (ids) => new Set(ids),
    everything: () => everything,
    watch: (viewer, wanted) => void watched.push({ viewer, wanted }),
    onError: (error) => {
      throw error;
    },
  });
});
afterEach(() => live.close());

function open(
  token: TokenUse | null = null,
  wire: Parameters<Live['add']>[2] = null,
  sessionId = 'session',
): PlayedSocket {
  const socket = new PlayedSocket();
  live.add(socket as unknown as WebSocket, { userId: 'ann', sessionId, token }, wire);
  socket.got.length = 0;
  return socket;
}
const viewer = (): MarketViewer => watched.at(-1)?.viewer ?? { say: () => {} };

test('a whole truth of more than a socket takes made it be behind again, for ever', async () => {
  const many = Array.from({ length: 30 }, (_, index) => order(`open ${index}`, 'open'));
  everything = many;
  const socket = open();
  socket.bufferedAmount = 2 * MEBIBYTE;
  live.publish('ann', order('unseen', 'open'));
  socket.bufferedAmount = 0;
  // Each message takes a tenth of what may wait.
  socket.bytesEach = MEBIBYTE / 10;
  const keys: string[] = [];
  for (let second = 0; second < 6; second += 1) {
    socket.bufferedAmount = 0;
    await clock.advance(1_000);
    if (second === 0) live.publish('ann', order('meanwhile', 'open'));
    for (const message of socket.got.splice(0)) if (message.type === 'order') keys.push(message.order.key);
  }
  expect(keys).toEqual([...many.map((_, index) => `open ${index}`), 'meanwhile']);
});

test('one program opened every socket that its person may have', () => {
  const token: TokenUse = { id: 'token', scopes: ['read'], markets: null, connections: null };
  const own = Array.from({ length: 6 }, () => open(token, null, 'robot'));
  expect(own.map(({ closed }) => closed)).toEqual([null, null, null, null, null, 4429]);
  expect(open(token, null, 'other robot').closed).toBeNull();
  expect(open().closed).toBeNull();
});

test('a tab that did not keep up learns what was removed meanwhile', async () => {
  const socket = open();
  socket.bufferedAmount = 2 * MEBIBYTE;
  live.publish('ann', { type: 'connection-removed', id: 'gone' });
  live.publish('ann', { type: 'session-changed' });
  socket.bufferedAmount = 0;
  await clock.advance(1_000);
  expect(socket.types()).toEqual(['hello', 'connection-removed', 'session-changed', 'order']);
});

test('an order that ended and a fill that came while a tab was behind are told afterwards', async () => {
  const socket = open();
  socket.bufferedAmount = 2 * MEBIBYTE;
  for (const message of [order('a', 'open'), order('a', 'closed'), fill('f'), order('still open', 'open')])
    live.publish('ann', message);
  expect(socket.got).toEqual([]);
  socket.bufferedAmount = 0;
  await clock.advance(1_000);
  const keys = socket.got.flatMap((message) => {
    if (message.type === 'order') return [`${message.order.key} ${message.order.state}`];
    return message.type === 'fill' ? [message.fill.key] : [];
  });
  expect(keys).toEqual(['a closed', 'f', 'still open open']);
});

test('what a page wants to see is handed on, and forgotten when it goes', () => {
  const socket = open();
  socket.says(WANTED);
  expect(watched.map(({ wanted }) => wanted)).toEqual([WANTED]);
  viewer().say(book('BTC_USDT'));
  expect(socket.types()).toEqual(['book']);
  socket.emit('close');
  expect(watched.at(-1)?.wanted).toEqual(WATCH_NOTHING);
  viewer().say(book('BTC_USDT'));
  expect(socket.got).toEqual([]);
});

test('a tab whose session ended sees no market any more', () => {
  const socket = open();
  socket.says(WANTED);
  live.endSessions(['session']);
  expect(watched.at(-1)?.wanted).toEqual(WATCH_NOTHING);
  socket.says(WANTED);
  expect(watched).toHaveLength(2);
});

test.each([
  ['no JSON', 'watch'],
  ['another message', { type: 'place' }],
  ['a field too many', { ...WANTED, also: 1 }],
  ['a market with a path in it', { ...WANTED, tickers: [{ venue: 'practice', market: '../x' }] }],
  ['five charts', { ...WANTED, markets: Array.from({ length: 5 }, () => WANTED.markets[0]) }],
  ['201 tickers', { ...WANTED, tickers: Array.from({ length: 201 }, () => WANTED.tickers[0]) }],
])('%s ends the line', (_what, message) => {
  const socket = open();
  socket.says(message);
  expect(socket.closed).toBe(1008);
  expect(watched).toEqual([]);
});

test('bytes that are no text end the line', () => {
  const socket = open();
  socket.says(WANTED, true);
  expect(socket.closed).toBe(1008);
});

test('twenty messages a second are heard, one more ends the line', async () => {
  const socket = open();
  for (let nr = 0; nr < 20; nr += 1) socket.says(WANTED);
  await clock.advance(1_000);
  for (let nr = 0; nr < 20; nr += 1) socket.says(WANTED);
  expect([socket.closed, watched.length]).toEqual([null, 40]);
  socket.says(WANTED);
  expect([socket.closed, watched.length]).toEqual([1008, 40]);
});

test('a slow tab gets its orders at once and of each market only the newest, later', async () => {
  const socket = open();
  socket.says(WANTED);
  socket.bufferedAmount = 100_000;
  viewer().say(book('BTC_USDT', 1));
  viewer().say(book('BTC_USDT', 2));
  viewer().say(book('ETH_USDT', 3));
  live.publish('ann', order('a', 'open'));
  expect(socket.types()).toEqual(['order']);
  socket.bufferedAmount = 0;
  await clock.advance(1_000);
  expect(socket.got.map((message) => message.type === 'book' && [message.market, message.book.atMs])).toEqual([
    ['BTC_USDT', 2],
    ['ETH_USDT', 3],
  ]);
});

test('what waits for a slow tab is not lost when it asks for more meanwhile', async () => {
  const socket = open();
  socket.says(WANTED);
  socket.bufferedAmount = 100_000;
  viewer().say(book('BTC_USDT'));
  socket.says({ ...WANTED, tickers: [] });
  socket.bufferedAmount = 0;
  await clock.advance(1_000);
  expect(socket.types()).toEqual(['book']);
});

test('an older book never follows a newer one', async () => {
  const socket = open();
  socket.says(WANTED);
  socket.bufferedAmount = 100_000;
  viewer().say(book('BTC_USDT', 1));
  socket.bufferedAmount = 0;
  viewer().say(book('BTC_USDT', 2));
  await clock.advance(1_000);
  expect(socket.got.map((message) => message.type === 'book' && message.book.atMs)).toEqual([2]);
});

test('a message is made into bytes once for all who are sent it', () => {
  const written: Uint8Array[] = [];
  const wire = { writableLength: 0, write: (bytes: Uint8Array | string) => written.push(bytes as Uint8Array) > 0 };
  open(null, wire);
  open(null, wire);
  written.length = 0;
  live.publish('ann', book('BTC_USDT'));
  expect(written).toHaveLength(2);
  expect(written[0]).toBe(written[1]);
});

test('frames of every length are read by a client as they were meant', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  const sizes = [0, 40, 125, 126, 65_000, 65_536, 200_000];
  const messages = sizes.map((size): LiveMessage => ({ type: 'connection-removed', id: 'é'.repeat(size / 2) }));
  server.on('connection', (socket, request) => {
    for (const message of messages) {
      request.socket.write(frameOf(message));
      socket.send('between');
    }
  });
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const got: string[] = [];
  client.on('message', (bytes: Buffer) => got.push(bytes.toString('utf8')));
  await vi.waitFor(() => expect(got).toHaveLength(2 * sizes.length));
  expect(got.filter((_, index) => index % 2 === 0).map((text) => JSON.parse(text))).toEqual(messages);
  client.terminate();
  server.close();
});

test('a program hears and sees what its token reaches, and nothing of how the desk is run', () => {
  const token = { id: 'token', scopes: ['read'], markets: ['BTC_USDT'], connections: null } as const;
  const socket = open(token);
  socket.says(WANTED);
  expect(watched.at(-1)?.wanted).toEqual({ ...WANTED, tickers: [] });
  live.publish('ann', order('a', 'open'));
  live.publish('ann', order('b', 'open', 'ETH_USDT'));
  live.publish('ann', { type: 'session-changed' });
  live.publish('ann', {
    type: 'trade-balances',
    connection: 'one',
    balances: ['BTC', 'ETH'].map((asset) => ({ asset, free: '1', locked: '0', available: '1', asOfMs: 1 })),
  });
  const [first, second, ...rest] = socket.got;
  expect(first).toEqual(order('a', 'open'));
  expect(second?.type === 'trade-balances' && second.balances.map(({ asset }) => asset)).toEqual(['BTC']);
  expect(rest).toEqual([]);
});
