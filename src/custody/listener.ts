/**
 * A socket of custody: takes frames, hands requests on, answers each once. Nothing here trusts the other side: a
 * connection that says anything malformed is told so and closed, one that does not read its answers is cut.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { CustodyError } from './errors.ts';
import { encodeFrame, FrameError, FrameReader } from './frames.ts';
import type { OnStep } from './operations/context.ts';
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
import { fitsOperation, hasExactly, isOperation, isOwnerOnly } from './requests.ts';
import type { Clock } from './seams.ts';

/** Whoever connects here is our own program; it speaks at once or is not ours. */
const HELLO_MS = 5_000;
const CONNECTIONS_MAX = 32;
/** Requests of one connection that are worked on at once: one slow exchange must not hold up the others. */
const ACTIVE_MAX = 32;
/** Answers that the other side has not read yet. */
const UNREAD_BYTES_MAX = 4 * REPLY_BYTES_MAX;

export type Handler = (op: OperationName, args: unknown, onStep: OnStep) => Promise<unknown>;

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
  const waiting: Request[] = [];
  let greeted = false;
  let active = 0;
  let lastId = 0;
  const late = setTimeout(() => socket.destroy(), HELLO_MS);
  socket.on('close', () => {
    clearTimeout(late);
    waiting.length = 0;
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
    waiting.length = 0;
    socket.removeAllListeners('data');
    socket.end();
    // A peer that keeps its half open is not waited for.
    setTimeout(() => socket.destroy(), HELLO_MS).unref();
  }
  function begin(request: Request): void {
    active += 1;
    const { id, op, args } = request;
    const onStep: OnStep = (event) => send({ v: PROTOCOL_VERSION, id, event });
    handle(op, args, onStep)
      .then(
        (result) => send({ v: PROTOCOL_VERSION, id, ok: true, result }),
        (error: unknown) => {
          const known = error instanceof CustodyError && error.code !== 'UNREACHABLE' ? error.code : 'INTERNAL';
          fail(id, known, error instanceof CustodyError ? error.message : 'Unexpected');
        },
      )
      .finally(() => {
        active -= 1;
        next();
      });
  }
  function next(): void {
    while (active < ACTIVE_MAX) {
      const request = waiting.shift();
      if (request === undefined) return;
      if (clock.nowMs() > request.deadline) fail(request.id, 'EXPIRED', 'The deadline has passed');
      else begin(request);
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
    } else if (waiting.length >= QUEUE_MAX) {
      fail(id, 'BUSY', 'Too many requests are waiting');
    } else {
      waiting.push({ id, deadline, op, args });
      next();
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
