/**
 * A socket of custody: takes frames, hands requests on, answers each once. Nothing here trusts the other side: a
 * connection that says anything malformed is told so and closed, one that does not read its answers is cut.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { CustodyError } from './errors.ts';
import { hasExactly } from './exact.ts';
import { encodeFrame, FrameError, FrameReader } from './frames.ts';
import type { OperationLine } from './operations/context.ts';
import {
  type CustodyErrorCode,
  type OperationName,
  OWNER_REQUEST_BYTES_MAX,
  PROTOCOL_VERSION,
  QUEUE_MAX,
  REPLY_BYTES_MAX,
  REQUEST_BYTES_MAX,
  type ReplyFrame,
} from './protocol.ts';
import { fitsOperation, isOperation, isOwnerOnly } from './requests.ts';
import type { Clock } from './seams.ts';

/** Whoever connects here is our own program; it speaks at once or is not ours. */
const HELLO_MS = 5_000;
const CONNECTIONS_MAX = 32;
/** Requests of one connection that are worked on at once: one slow exchange must not hold up the others. */
const ACTIVE_MAX = 32;
/**
 * Orders and what belongs to them have a lane of their own, so that checks and histories never hold them up, and the
 * other way round. A halt waits for nobody, and a stream waits for its end.
 */
const ACTIVE_TRADING_MAX = 64;
/** Every key that there can be. */
const FOLLOWS_MAX = 128;
const TRADING: ReadonlySet<OperationName> = new Set(['place', 'cancel', 'find', 'snapshot']);
const AT_ONCE: ReadonlySet<OperationName> = new Set(['halt', 'trading-status']);
type LaneName = 'general' | 'trading' | 'follow';
type Lane = { readonly waiting: Request[]; active: number; readonly activeMax: number };
/** Answers that the other side has not read yet. */
const UNREAD_BYTES_MAX = 2 * REPLY_BYTES_MAX;

export type Handler = (op: OperationName, args: unknown, line: OperationLine) => Promise<unknown>;

export type ListenerOptions = {
  readonly kind: 'desk' | 'owner';
  readonly token: string;
  readonly clock: Clock;
  readonly handle: Handler;
  readonly refused: (kind: string, detail: string) => void;
};

export type Listener = { close(): Promise<void> };

/** Listens at `place`; a socket file left by a crash is removed first. */
export async function listen(place: string, options: ListenerOptions): Promise<Listener> {
  const isFile = !place.startsWith('\\\\');
  if (isFile) rmSync(place, { force: true });
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, options);
  });
  server.maxConnections = CONNECTIONS_MAX;
  // Others of this machine are kept out by the folder (0700) before the file has its own mode.
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(place, resolve);
  });
  if (isFile) chmodSync(place, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

type Request = { readonly id: number; readonly deadline: number; readonly op: OperationName; readonly args: unknown };

/** One connection. Exported for the tests, which hand in a pair of sockets. */
export function serve(socket: Socket, options: ListenerOptions): void {
  const { clock, handle, kind, refused, token } = options;
  const requestBytesMax = kind === 'owner' ? OWNER_REQUEST_BYTES_MAX : REQUEST_BYTES_MAX;
  const reader = new FrameReader(requestBytesMax);
  const lanes: Readonly<Record<LaneName, Lane>> = {
    general: { waiting: [], active: 0, activeMax: ACTIVE_MAX },
    trading: { waiting: [], active: 0, activeMax: ACTIVE_TRADING_MAX },
    follow: { waiting: [], active: 0, activeMax: FOLLOWS_MAX },
  };
  const stopped = new AbortController();
  const forget = () => {
    for (const lane of Object.values(lanes)) lane.waiting.length = 0;
  };
  let greeted = false;
  let lastId = 0;
  const late = setTimeout(() => socket.destroy(), HELLO_MS);
  socket.on('close', () => {
    clearTimeout(late);
    forget();
    stopped.abort();
  });
  socket.on('error', () => socket.destroy());

  function send(frame: ReplyFrame): void {
    if (socket.destroyed || socket.writableEnded) return;
    if (socket.writableLength > UNREAD_BYTES_MAX) {
      socket.destroy();
      return;
    }
    try {
      socket.write(encodeFrame(frame, REPLY_BYTES_MAX));
    } catch {
      const error = { code: 'INTERNAL', message: 'The answer is too long' } as const;
      socket.write(encodeFrame({ v: PROTOCOL_VERSION, id: frame.id, ok: false, error }, REPLY_BYTES_MAX));
    }
  }
  function fail(id: number, code: CustodyErrorCode, message: string): void {
    send({ v: PROTOCOL_VERSION, id, ok: false, error: { code, message } });
  }
  function reject(message: string): void {
    refused('frame-refused', message);
    fail(0, 'BAD_FRAME', message);
    forget();
    socket.removeAllListeners('data');
    socket.end();
    // A peer that keeps its half open is not waited for.
    setTimeout(() => socket.destroy(), HELLO_MS).unref();
  }
  function begin(request: Request, lane: Lane | null): void {
    if (lane !== null) lane.active += 1;
    const { id, op, args } = request;
    const line: OperationLine = {
      step: (event) => send({ v: PROTOCOL_VERSION, id, event }),
      backlogBytes: () => socket.writableLength,
      ended: stopped.signal,
    };
    handle(op, args, line)
      .then(
        (result) => send({ v: PROTOCOL_VERSION, id, ok: true, result }),
        (error: unknown) => {
          const known = error instanceof CustodyError && error.code !== 'UNREACHABLE' ? error.code : 'INTERNAL';
          fail(id, known, error instanceof CustodyError ? error.message : 'Unexpected');
        },
      )
      .finally(() => {
        if (lane === null) return;
        lane.active -= 1;
        next(lane);
      });
  }
  function next(lane: Lane): void {
    while (lane.active < lane.activeMax) {
      const request = lane.waiting.shift();
      if (request === undefined) return;
      if (clock.nowMs() > request.deadline) fail(request.id, 'EXPIRED', 'The deadline has passed');
      else begin(request, lane);
    }
  }
  function take(value: unknown): void {
    if (!greeted) {
      greeted = isHello(value, token);
      if (greeted) clearTimeout(late);
      else reject('The first frame is not the greeting');
      return;
    }
    const frame = readRequest(value);
    if (frame === null || frame.id <= lastId) {
      reject('A frame is not a request');
      return;
    }
    lastId = frame.id;
    admit(frame);
  }
  function admit({ id, op, args, deadline }: RawRequest): void {
    if (!isOperation(op)) {
      refused('request-refused', 'No such operation');
      fail(id, 'BAD_REQUEST', 'There is no such operation');
    } else if (kind !== 'owner' && isOwnerOnly(op)) {
      refused('request-refused', `${op} on the desk socket`);
      fail(id, 'NOT_ALLOWED', 'Only the command line on this machine may ask this');
    } else if (!fitsOperation(op, args)) {
      refused('request-refused', `${op} with other fields`);
      fail(id, 'BAD_REQUEST', `These are not the fields of ${op}`);
    } else if (AT_ONCE.has(op)) {
      begin({ id, deadline, op, args }, null);
    } else {
      const lane = lanes[op === 'follow' ? 'follow' : TRADING.has(op) ? 'trading' : 'general'];
      if (lane.waiting.length >= QUEUE_MAX) {
        fail(id, 'BUSY', 'Too many requests are waiting');
        return;
      }
      lane.waiting.push({ id, deadline, op, args });
      next(lane);
    }
  }

  socket.on('data', (chunk: Buffer) => {
    try {
      for (const value of reader.push(chunk)) {
        if (socket.writableEnded) return;
        take(value);
      }
    } catch (error) {
      reject(error instanceof FrameError ? error.message : 'A frame cannot be read');
    }
  });
}

function isHello(value: unknown, token: string): boolean {
  if (!hasExactly(value, { v: (v) => v === PROTOCOL_VERSION, hello: (text) => typeof text === 'string' })) return false;
  return timingSafeEqual(sha256(String(value.hello)), sha256(token));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

type RawRequest = { readonly id: number; readonly deadline: number; readonly op: string; readonly args: unknown };

function readRequest(value: unknown): RawRequest | null {
  const whole = (number: unknown) => Number.isSafeInteger(number) && Number(number) > 0;
  const shape = {
    v: (v: unknown) => v === PROTOCOL_VERSION,
    id: whole,
    deadline: whole,
    op: (op: unknown) => typeof op === 'string',
    args: (args: unknown) => typeof args === 'object' && args !== null && !Array.isArray(args),
  };
  return hasExactly(value, shape) ? (value as RawRequest) : null;
}
