/** The ten lines of a check as they come to be. A line that fails ends the rest: those never begun are skipped. */

import { CHECK_STEPS, type CheckStep, type StepReport, type StepState } from './protocol.ts';
import type { Clock } from './seams.ts';

export class Steps {
  readonly #clock: Clock;
  readonly #emit: (report: StepReport) => void;
  readonly #reports = new Map<CheckStep, StepReport>();
  #startedMs: number;

  constructor(clock: Clock, emit: (report: StepReport) => void) {
    this.#clock = clock;
    this.#emit = emit;
    this.#startedMs = clock.nowMs();
    for (const step of CHECK_STEPS) this.#reports.set(step, { step, state: 'waiting', detail: '', tookMs: 0 });
  }

  start(step: CheckStep): void {
    this.#startedMs = this.#clock.nowMs();
    this.#set(step, 'running', '', 0);
  }

  /** Ends a line; the time is that since the last `start`. */
  end(step: CheckStep, state: 'passed' | 'warning' | 'failed', detail: string): void {
    this.#set(step, state, detail, Math.max(0, this.#clock.nowMs() - this.#startedMs));
  }

  /** What has not been begun will not be. */
  skipRest(): void {
    for (const { step, state } of this.#reports.values()) {
      if (state === 'waiting' || state === 'running') this.#set(step, 'skipped', '', 0);
    }
  }

  all(): readonly StepReport[] {
    return CHECK_STEPS.flatMap((step) => this.#reports.get(step) ?? []);
  }

  #set(step: CheckStep, state: StepState, detail: string, tookMs: number): void {
    const report: StepReport = { step, state, detail, tookMs };
    this.#reports.set(step, report);
    this.#emit(report);
  }
}
