/** Whether custody answers and in which state it is: asked every few seconds, told to whoever must know. */

import { type CustodyClient, CustodyError } from '../custody/client.ts';
import type { CustodyStatus } from '../custody/protocol.ts';
import { type Clock, hasPassed } from './clock.ts';
import type { CustodyCondition } from './status.ts';

const POLL_MS = 5_000;
const STATUS_DEADLINE_MS = 3_000;

export type CustodyNow = {
  readonly condition: CustodyCondition;
  readonly reason: string;
  /** The last that was heard, kept while it does not answer; null before the first word. */
  readonly status: CustodyStatus | null;
};

export class CustodyLink {
  readonly client: Pick<CustodyClient, 'request'>;
  readonly #clock: Clock;
  readonly #onChange: ((now: CustodyNow, before: CustodyNow) => void)[] = [];
  #now: CustodyNow = { condition: 'unreachable', reason: 'It has not answered yet.', status: null };
  #asking: Promise<CustodyNow> | null = null;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(client: Pick<CustodyClient, 'request'>, clock: Clock) {
    this.client = client;
    this.#clock = clock;
  }

  get now(): CustodyNow {
    return this.#now;
  }

  onChange(listener: (now: CustodyNow, before: CustodyNow) => void): void {
    this.#onChange.push(listener);
  }

  /** Asks if it is time to. */
  async poll(): Promise<void> {
    if (hasPassed(this.#clock.nowMs(), this.#askedMs, POLL_MS)) await this.ask();
  }

  /** Asks now; one question at a time. */
  ask(): Promise<CustodyNow> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** An answer that came with another request, such as lock. */
  heard(status: CustodyStatus): CustodyNow {
    return this.#become({ condition: status.state, reason: status.reason, status });
  }

  async #ask(): Promise<CustodyNow> {
    this.#askedMs = this.#clock.nowMs();
    try {
      return this.heard(await this.client.request('status', {}, { deadlineMs: STATUS_DEADLINE_MS }));
    } catch (error) {
      if (!(error instanceof CustodyError)) throw error;
      return this.#become({ condition: 'unreachable', reason: error.message, status: this.#now.status });
    }
  }

  #become(next: CustodyNow): CustodyNow {
    const before = this.#now;
    this.#now = next;
    const isSame = before.condition === next.condition && JSON.stringify(before.status) === JSON.stringify(next.status);
    if (!isSame) for (const listener of this.#onChange) listener(next, before);
    return next;
  }
}
