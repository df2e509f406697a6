/** Attempts to connect, replace or check: kept for an hour in memory, found again by the request id that began them. */

import type { Trouble } from '../contract/exchanges.ts';
import type { VenueId } from '../core/ids.ts';
import { CHECK_STEPS, type StepReport } from '../custody/protocol.ts';
import type { Clock } from './clock.ts';

const KEPT_MS = 3_600_000;
/** One person clicking all day stays far below; the oldest finished one goes first. */
const KEPT_MAX = 500;
/** Custody runs a person's checks side by side; more than a few at once is a loop, not a person. */
export const RUNNING_PER_USER_MAX = 4;

export type Attempt = {
  readonly id: string;
  readonly userId: string;
  readonly requestId: string;
  readonly connection: string;
  readonly venue: VenueId;
  readonly kind: 'connect' | 'replace' | 'check';
  readonly startedAtMs: number;
  state: 'running' | 'stored' | 'refused' | 'failed';
  steps: readonly StepReport[];
  trouble: Trouble | null;
};

export class Attempts {
  readonly #clock: Clock;
  readonly #all = new Map<string, Attempt>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(of: Pick<Attempt, 'id' | 'userId' | 'requestId' | 'connection' | 'venue' | 'kind'>): Attempt {
    this.#forget();
    const attempt: Attempt = {
      ...of,
      startedAtMs: this.#clock.nowMs(),
      state: 'running',
      steps: CHECK_STEPS.map((step) => ({ step, state: 'waiting', detail: '', tookMs: 0 })),
      trouble: null,
    };
    this.#all.set(attempt.id, attempt);
    return attempt;
  }

  read(userId: string, id: string): Attempt | null {
    const attempt = this.#all.get(id);
    return attempt !== undefined && attempt.userId === userId ? attempt : null;
  }

  byRequest(userId: string, requestId: string): Attempt | null {
    for (const attempt of this.#all.values()) {
      if (attempt.userId === userId && attempt.requestId === requestId) return attempt;
    }
    return null;
  }

  running(userId: string): readonly Attempt[] {
    return [...this.#all.values()].filter((attempt) => attempt.userId === userId && attempt.state === 'running');
  }

  landed(attempt: Attempt, report: StepReport): void {
    attempt.steps = attempt.steps.map((step) => (step.step === report.step ? report : step));
  }

  #forget(): void {
    const oldestMs = this.#clock.nowMs() - KEPT_MS;
    for (const attempt of this.#all.values()) {
      if (attempt.state === 'running') continue;
      if (attempt.startedAtMs < oldestMs || this.#all.size >= KEPT_MAX) this.#all.delete(attempt.id);
    }
  }
}
