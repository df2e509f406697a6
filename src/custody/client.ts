/**
 * Talks to custody over its socket. Connects when first asked, again with growing pauses after a loss, and never
 * repeats a request by itself: what had been sent when the connection broke comes back as `UNREACHABLE`, because
 * nobody knows whether it was carried out.
 */

import { connect, type Socket } from 'node:net';
import { CustodyError } from './errors.ts';
import { encodeFrame, FrameReader } from './frames.ts';
import {
  type CustodyErrorCode,
  type CustodyOperations,
  type HelloFrame,
  type OperationEvent,
  type OperationName,
  OWNER_REQUEST_BYTES_MAX,
  PROTOCOL_VERSION,
  REPLY_BYTES_MAX,
  type RequestFrame,
  type StepReport,
} from './protocol.ts';
import type { Clock } from './seams.ts';
import type { FollowEvent } from './trade-protocol.ts';

export { CustodyError };

export type RequestOptions = {
  /** From now; a request that reaches custody later is not begun. */
  readonly deadlineMs?: number;
  readonly onEvent?: (event: StepReport) => void;
  /** Of `follow`. */
  readonly onFollow?: (event: FollowEvent) => void;
};

export type CustodyClient = {
  /** Rejects with `CustodyError` and with nothing else. */
  request<Op extends OperationName>(
    op: Op,
    args: CustodyOperations[Op]['request'],
    options?: RequestOptions,
  ): Promise<CustodyOperations[Op]['reply']>;
  /** Waiting requests fail with `UNREACHABLE`. */
  close(): void;
};

export type ClientOptions = {
  readonly socketPath: string;
  readonly token: string;
  readonly clock: Clock;
};

/** A check of ten steps at an exchange with a slow answer to each (custody gives up on one after 10 s). */
const DEADLINE_MS = 60_000;
/** Custody is answered over this machine's own memory; a deadline passed by this much means that it is gone. */
const GRACE_MS = 5_000;
const BACKOFF_FIRST_MS = 50;
const BACKOFF_MAX_MS = 2_000;

type Waiting = {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: CustodyError) => void;
  readonly options: RequestOptions;
  readonly timer: NodeJS.Timeout;
};

export function connectCustody(options: ClientOptions): CustodyClient {
  const { clock } = options;
  const waiting = new Map<number, Waiting>();
  let link: Promise<Socket> | null = null;
  let nextId = 1;
  let failures = 0;
  let quietUntilMs = 0;
  let closed = false;

  function lost(message: string): void {
    link = null;
    for (const entry of [...waiting.values()]) {
      clearTimeout(entry.timer);
      entry.reject(new CustodyError('UNREACHABLE', message));
    }
    waiting.clear();
  }

  function receive(value: unknown): void {
    const frame = readReplyFrame(value);
    const entry = frame === null ? undefined : waiting.get(frame.id);
    if (frame === null || entry === undefined) return;
    if (frame.kind === 'event') {
      if ('step' in frame.event) entry.options.onEvent?.(frame.event);
      else entry.options.onFollow?.(frame.event);
      return;
    }
    waiting.delete(frame.id);
    clearTimeout(entry.timer);
    if (frame.kind === 'result') entry.resolve(frame.result);
    else entry.reject(new CustodyError(frame.code, frame.message));
  }

  function open(): Promise<Socket> {
    const opening = openSocket(options, receive, (message) => {
      if (link === opening) lost(message);
    }).then(
      (socket) => {
        failures = 0;
        quietUntilMs = 0;
        return socket;
      },
      (error: unknown) => {
        failures += 1;
        quietUntilMs = clock.nowMs() + Math.min(BACKOFF_FIRST_MS * 2 ** failures, BACKOFF_MAX_MS);
        if (link === opening) link = null;
        throw error;
      },
    );
    return opening;
  }

  /** Waits out the pause after failures, so that a desk without custody does not spin. */
  async function socket(untilMs: number): Promise<Socket> {
    for (;;) {
      if (closed) throw new CustodyError('UNREACHABLE', 'The client is closed');
      const pauseMs = quietUntilMs - clock.nowMs();
      // Longer than any pause: the clock was set back meanwhile.
      if (pauseMs > 0 && pauseMs <= BACKOFF_MAX_MS && link === null) {
        if (clock.nowMs() + pauseMs > untilMs) throw new CustodyError('UNREACHABLE', 'Custody does not answer');
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        continue;
      }
      link ??= open();
      try {
        return await link;
      } catch (error) {
        // One more try for the brief moment of a restart; then the caller is told.
        if (failures > 1) throw error;
      }
    }
  }

  return {
    async request(op, args, requestOptions = {}) {
      const deadline = clock.nowMs() + (requestOptions.deadlineMs ?? DEADLINE_MS);
      const target = await socket(deadline);
      const id = nextId;
      nextId += 1;
      const request: RequestFrame = { v: PROTOCOL_VERSION, id, deadline, op, args };
      const frame = encodeFrame(request, OWNER_REQUEST_BYTES_MAX);
      const result = new Promise<unknown>((resolve, reject) => {
        const timer = setTimeout(
          () => {
            waiting.delete(id);
            reject(new CustodyError('UNREACHABLE', `Custody did not answer ${op} in time`));
          },
          deadline - clock.nowMs() + GRACE_MS,
        );
        waiting.set(id, { resolve, reject, options: requestOptions, timer });
      });
      target.write(frame);
      // The one place where the wire's word for a type is taken: both ends are this program, over a private socket.
      return (await result) as CustodyOperations[typeof op]['reply'];
    },
    close() {
      closed = true;
      const opened = link;
      lost('The client is closed');
      opened?.then(
        (socket) => socket.destroy(),
        () => {},
      );
    },
  };
}

function openSocket(
  options: ClientOptions,
  receive: (value: unknown) => void,
  onLost: (message: string) => void,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(options.socketPath);
    const reader = new FrameReader(REPLY_BYTES_MAX);
    let message = 'Custody closed the connection';
    socket.once('connect', () => {
      const hello: HelloFrame = { v: PROTOCOL_VERSION, hello: options.token };
      socket.write(encodeFrame(hello, OWNER_REQUEST_BYTES_MAX));
      resolve(socket);
    });
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const value of reader.push(chunk)) receive(value);
      } catch {
        message = 'Custody sent something that is no frame';
        socket.destroy();
      }
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      message = `Custody cannot be reached (${error.code ?? 'unknown'})`;
    });
    socket.on('close', () => {
      reject(new CustodyError('UNREACHABLE', message));
      onLost(message);
    });
  });
}

type ReadReply =
  | { readonly kind: 'event'; readonly id: number; readonly event: OperationEvent }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly code: CustodyErrorCode; readonly message: string };

function readReplyFrame(value: unknown): ReadReply | null {
  if (typeof value !== 'object' || value === null || !('id' in value) || typeof value.id !== 'number') return null;
  const { id } = value;
  if ('event' in value) return { kind: 'event', id, event: value.event as OperationEvent };
  if (!('ok' in value)) return null;
  if (value.ok === true && 'result' in value) return { kind: 'result', id, result: value.result };
  if (!('error' in value)) return null;
  const error = value.error as { readonly code: CustodyErrorCode; readonly message: string };
  return { kind: 'error', id, code: error.code, message: error.message };
}
