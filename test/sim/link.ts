/**
 * The socket between desk and custody: bytes in order, or none. It may be slow, be cut before or after a request arrived,
 * and what a request came to is not known then. Requests and answers travel as text.
 */

import type { CustodyClient, RequestOptions } from '../../src/custody/client.ts';
import { CustodyError } from '../../src/custody/errors.ts';
import type { OperationLine } from '../../src/custody/operations/context.ts';
import type { CustodyErrorCode, OperationEvent, OperationName } from '../../src/custody/protocol.ts';
import { fitsOperation, isOwnerOnly } from '../../src/custody/requests.ts';
import type { Chance } from './chance.ts';
import type { Loop } from './loop.ts';

type Served = {
  run(op: OperationName, args: unknown, line: OperationLine): Promise<unknown>;
};
type Waiting = {
  readonly options: RequestOptions;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: CustodyError) => void;
  readonly cancel: () => void;
};

const DEADLINE_MS = 60_000;
const GRACE_MS = 5_000;
const BACKLOG_BYTES = 2 * 1024 * 1024;

export class Link {
  /** Custody, while it runs. */
  served: Served | null = null;
  slowMs = 0;
  /** The desk reads nothing for now: custody sees its answers pile up. */
  unread = false;
  /** By the wall clock of each end. */
  deskNowMs: () => number = () => 0;
  custodyNowMs: () => number = () => 0;
  readonly #loop: Loop;
  readonly #chance: Chance;
  #waiting = new Map<number, Waiting>();
  #stopped = new AbortController();
  #session = 0;
  #nextId = 1;
  #lastThereMs = 0;
  #lastBackMs = 0;

  constructor(loop: Loop, chance: Chance) {
    this.#loop = loop;
    this.#chance = chance;
  }

  /** Both ends learn of it; what was on its way to custody may still arrive. */
  cut(why: string): void {
    const [waiting, stopped] = [this.#waiting, this.#stopped];
    this.#waiting = new Map();
    this.#stopped = new AbortController();
    this.#session += 1;
    this.#loop.deliver('custody', 1, () => stopped.abort());
    this.#loop.deliver('desk', 1, () => {
      for (const { reject, cancel } of waiting.values()) {
        cancel();
        reject(new CustodyError('UNREACHABLE', why));
      }
    });
  }

  readonly client: Pick<CustodyClient, 'request'> = {
    request: (op, args, options = {}) =>
      // The wire's word for a type is taken here as in the client that this stands for.
      this.#request(op, args, options) as ReturnType<CustodyClient['request']> as never,
  };

  #request(op: OperationName, args: unknown, options: RequestOptions): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    if (!this.#loop.isAlive) return promise;
    const spanMs = options.deadlineMs ?? DEADLINE_MS;
    const deadline = this.#deskDeadline(spanMs);
    const id = this.#nextId;
    this.#nextId += 1;
    if (this.served === null) {
      this.#loop.after(
        2,
        () => reject(new CustodyError('UNREACHABLE', 'Custody cannot be reached (ENOENT)')),
        'message',
      );
      return promise;
    }
    const cancel = this.#loop.after(spanMs + GRACE_MS, () => {
      this.#waiting.delete(id);
      reject(new CustodyError('UNREACHABLE', `Custody did not answer ${op} in time`));
    });
    this.#waiting.set(id, { options, resolve, reject, cancel });
    const text = JSON.stringify({ op, args });
    const session = this.#session;
    this.#lastThereMs = Math.max(this.#lastThereMs, this.#loop.nowMs + this.#delayMs());
    this.#loop.deliver('custody', this.#lastThereMs - this.#loop.nowMs, () => this.#take(session, id, text, deadline));
    return promise;
  }

  #deskDeadline(spanMs: number): number {
    return this.deskNowMs() + spanMs;
  }

  #delayMs(): number {
    return this.slowMs + this.#chance.next() * 3;
  }

  #take(session: number, id: number, text: string, deadline: number): void {
    const { op, args } = JSON.parse(text) as { op: OperationName; args: unknown };
    const fail = (code: CustodyErrorCode, message: string): void =>
      this.#back(session, id, { ok: false, code, message });
    if (isOwnerOnly(op)) fail('NOT_ALLOWED', 'Only the command line on this machine may ask this');
    else if (!fitsOperation(op, args)) fail('BAD_REQUEST', `These are not the fields of ${op}`);
    else if (this.custodyNowMs() > deadline) fail('EXPIRED', 'The deadline has passed');
    else {
      const line: OperationLine = {
        step: (event) => this.#back(session, id, { event }),
        backlogBytes: () => (this.unread ? BACKLOG_BYTES : 0),
        ended: this.#stopped.signal,
      };
      this.served?.run(op, args, line).then(
        (result) => this.#back(session, id, { ok: true, result }),
        (error: unknown) => {
          if (!(error instanceof CustodyError)) throw error;
          fail(error.code === 'UNREACHABLE' ? 'INTERNAL' : error.code, error.message);
        },
      );
    }
  }

  #back(session: number, id: number, frame: object): void {
    if (session !== this.#session) return;
    const text = JSON.stringify(frame);
    this.#lastBackMs = Math.max(this.#lastBackMs, this.#loop.nowMs + this.#delayMs());
    this.#loop.deliver('desk', this.#lastBackMs - this.#loop.nowMs, () => this.#received(id, text));
  }

  #received(id: number, text: string): void {
    const frame = JSON.parse(text) as
      | { readonly event: OperationEvent }
      | { readonly ok: true; readonly result: unknown }
      | { readonly ok: false; readonly code: CustodyErrorCode; readonly message: string };
    const entry = this.#waiting.get(id);
    if (entry === undefined) return;
    if ('event' in frame) {
      if ('step' in frame.event) entry.options.onEvent?.(frame.event);
      else entry.options.onFollow?.(frame.event);
      return;
    }
    this.#waiting.delete(id);
    entry.cancel();
    if (frame.ok) entry.resolve(frame.result);
    else entry.reject(new CustodyError(frame.code, frame.message));
  }
}
