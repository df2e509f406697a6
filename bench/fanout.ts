/**
 * What it costs to tell one change to many pages: processor time of the server for each message that a page gets. The
 * pages are plain sockets in another process, and every contender writes to the same ones.
 *
 *     node bench/fanout.ts [--conflate] [--clients 300] [--rounds 5]
 *
 * - ours: the live line as the desk runs it, told by a viewer's `say`;
 * - floor: one frame made once and written to each socket, nothing looked at;
 * - ws: `send` of the library to each, the text made once; ws, each: the text made for every page, as most servers do.
 *
 * `--conflate`: ten changes of a book come between two messages, through the feed's own conflation. Judged is the time
 * for each change and page.
 *
 * Contenders take turns message by message, and the median of the rounds' ratios is judged. After each message everybody waits
 * until all sockets are empty, and at the end the pages are asked how many bytes they got: nothing was dropped.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { type WebSocket, WebSocketServer } from 'ws';
import type { LiveMessage, WatchMessage } from '../src/contract/live.ts';
import { Live } from '../src/server/live.ts';
import type { Cancel } from '../src/shell/clock.ts';
import { Subjects } from '../src/shell/trading/feed-subjects.ts';
import type { MarketViewer } from '../src/shell/trading/ports.ts';

const OVER_FLOOR_MAX = 1.2;
const CONFLATED_US_MAX = 1.5;
const CONFLATED_SHARE_MAX = 1 / 6;
const SIZES = [300, 4_000] as const;
const MESSAGES = 100;
const UPDATES_A_MESSAGE = 10;
/** The live line gives one person so many sockets. */
const SOCKETS_A_PERSON = 20;
const READY = 'ready';
/** No two messages are the same object or text. */
let sent = 0;

const { values: options } = parseArgs({
  options: {
    conflate: { type: 'boolean', default: false },
    clients: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '5' },
    pages: { type: 'string' },
  },
});
if (options.pages === undefined) await serve();
else bePages(Number(options.pages), Number(options.clients));

type Page = { readonly socket: WebSocket; readonly wire: Socket; readonly viewer: MarketViewer };

async function serve(): Promise<void> {
  const rounds = Number(options.rounds);
  const desk = await openDesk(Number(options.clients));
  let failed = false;
  for (const size of SIZES) {
    const contenders = options.conflate ? conflating(desk.pages, size) : single(desk.pages, size);
    const times = new Map<string, number[]>(contenders.map(([name]) => [name, []]));
    // One round that is not counted: code is compiled, buffers of the kernel have grown.
    for (let round = -1; round < rounds; round += 1) {
      const sums = await measured(desk.pages, contenders);
      if (round >= 0) for (const [name, us] of sums) times.get(name)?.push(us / desk.pages.length);
    }
    const figures = Object.fromEntries([...times].map(([name, all]) => [name, round2(middle(all))]));
    const bench = options.conflate ? 'fanout-conflate' : 'fanout';
    console.log(JSON.stringify({ bench, clients: desk.pages.length, bytes: size, usPerDelivery: figures }));
    const ratio = (over: string, under: string): number[] =>
      (times.get(over) ?? []).map((us, round) => us / (times.get(under)?.[round] ?? Number.NaN));
    if (options.conflate) {
      const perUpdate = (times.get('ours, conflated') ?? []).map((us) => us / UPDATES_A_MESSAGE);
      const shares = ratio('ours, conflated', 'ours').map((share) => share / UPDATES_A_MESSAGE);
      failed = judge(`4c at ${size} B, µs an update`, perUpdate, CONFLATED_US_MAX) || failed;
      failed = judge(`4c at ${size} B, share of one message an update`, shares, CONFLATED_SHARE_MAX) || failed;
    } else {
      failed = judge(`4b at ${size} B over the floor`, ratio('ours', 'floor'), OVER_FLOOR_MAX) || failed;
      failed = judge(`4b at ${size} B over ws`, ratio('ours', 'ws'), 1) || failed;
    }
  }
  await desk.checkReceived();
  desk.close();
  process.exitCode = failed ? 1 : 0;
}

function judge(goal: string, ratios: readonly number[], most: number): boolean {
  const median = middle(ratios);
  const spread = `${round2(Math.min(...ratios))}–${round2(Math.max(...ratios))}`;
  console.log(
    `goal ${goal}: measured ${round2(median)} (${spread}), goal ${round2(most)}, ${median <= most ? 'pass' : 'fail'}`,
  );
  return median > most;
}
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
function round2(value: number): number {
  return Math.round(value * 100) / 100;
}

function messageOf(size: number): LiveMessage {
  sent += 1;
  const empty = { type: 'connection-removed', id: String(sent).padStart(8, '0') } as const;
  return { ...empty, id: empty.id.padEnd(size - JSON.stringify(empty).length + empty.id.length, 'x') };
}

/** Each tells one message, or what one message takes, to all pages. */
type Contender = readonly [name: string, tell: () => void];

function single(pages: readonly Page[], size: number): readonly Contender[] {
  return [
    ['floor', () => writeShared(pages, messageOf(size))],
    ['ours', () => sayToAll(pages, messageOf(size))],
    [
      'ws',
      () => {
        const text = JSON.stringify(messageOf(size));
        for (const { socket } of pages) socket.send(text);
      },
    ],
    [
      'ws, each',
      () => {
        const message = messageOf(size);
        for (const { socket } of pages) socket.send(JSON.stringify(message));
      },
    ],
  ];
}

function conflating(pages: readonly Page[], size: number): readonly Contender[] {
  let due: (() => void) | null = null;
  const clock = {
    nowMs: () => 0,
    after(_delayMs: number, run: () => void): Cancel {
      due = run;
      return () => undefined;
    },
  };
  const subjects = new Subjects(clock, () => messageOf(size));
  const book = { kind: 'book', market: 'BTC_USDT' } as const;
  for (const { viewer } of pages) subjects.watch(viewer, new Map([['book BTC_USDT', book]]));
  return [
    ['ours', () => sayToAll(pages, messageOf(size))],
    [
      'ours, conflated',
      () => {
        for (let update = 0; update < UPDATES_A_MESSAGE; update += 1) subjects.changed(book);
        due?.();
      },
    ],
  ];
}

function sayToAll(pages: readonly Page[], message: LiveMessage): void {
  for (const { viewer } of pages) viewer.say(message);
}

function writeShared(pages: readonly Page[], message: LiveMessage): void {
  const text = Buffer.from(JSON.stringify(message));
  const head =
    text.length < 126
      ? Buffer.from([0x81, text.length])
      : Buffer.from([0x81, 126, text.length >> 8, text.length & 255]);
  const frame = Buffer.concat([head, text]);
  for (const { wire } of pages) wire.write(frame);
}

/** Microseconds of the processor for one message of each contender to all pages, in turn message by message. */
async function measured(
  pages: readonly Page[],
  contenders: readonly Contender[],
): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>();
  for (let message = 0; message < MESSAGES; message += 1) {
    // Whoever comes after another finds its caches: each comes after each.
    const first = message % contenders.length;
    for (const [name, tell] of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const before = process.cpuUsage();
      tell();
      const { user, system } = process.cpuUsage(before);
      sums.set(name, (sums.get(name) ?? 0) + (user + system) / MESSAGES);
      // Waiting for slow pages is not the server's work, but a full socket would make the next message another one.
      while (pages.some(({ wire }) => wire.writableLength > 0)) await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return sums;
}

async function openDesk(clients: number) {
  const viewers: MarketViewer[] = [];
  const live = new Live({
    // Nothing is due while it is measured.
    clock: { nowMs: () => 0, after: () => () => undefined },
    version: 'bench',
    alive: async (ids) => new Set(ids),
    everything: () => [],
    watch: (viewer: MarketViewer, wanted: WatchMessage) => {
      if (wanted.markets.length > 0) viewers.push(viewer);
    },
    onError: (error) => console.error(error),
  });
  const pages: Page[] = [];
  const wanted = { type: 'watch', tickers: [], markets: [{ venue: 'practice', market: 'BTC_USDT', interval: null }] };
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket, request) => {
    const userId = String(Math.floor(pages.length / SOCKETS_A_PERSON));
    request.socket.setNoDelay(true);
    live.add(socket, { userId, sessionId: 'session', token: null }, request.socket);
    socket.emit('message', Buffer.from(JSON.stringify(wanted)), false);
    const viewer = viewers.at(-1);
    if (viewer === undefined) throw new Error('The live line did not take the page');
    pages.push({ socket, wire: request.socket, viewer });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const child: ChildProcess = fork(import.meta.filename, ['--pages', String(port), '--clients', String(clients)]);
  await once(child, 'message');
  return {
    pages,
    /** Every byte that was written has been read by a page. */
    async checkReceived(): Promise<void> {
      const written = pages.reduce((sum, { wire }) => sum + wire.bytesWritten, 0);
      for (let tried = 0; ; tried += 1) {
        child.send('count');
        const [received] = (await once(child, 'message')) as [number];
        if (received === written) return;
        if (tried > 50) throw new Error(`${written} bytes were written, ${received} came`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    close(): void {
      child.kill();
      live.close();
      for (const { wire } of pages) wire.destroy();
      server.close();
    },
  };
}

function bePages(port: number, clients: number): void {
  let bytes = 0;
  let open = 0;
  for (let nr = 0; nr < clients; nr += 1) {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        'GET / HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
          'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
      );
    });
    socket.once('data', () => {
      open += 1;
      if (open === clients) process.send?.(READY);
    });
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.on('error', () => undefined);
  }
  process.on('message', () => process.send?.(bytes));
  process.on('disconnect', () => process.exit());
}
