/**
 * Looks after connections by itself: full checks on their schedule, balances in between, and what both find written
 * into the row.
 */

import { CustodyError } from '../custody/client.ts';
import type { CheckReport, StepReport } from '../custody/protocol.ts';
import type { BookParts, ConnectionBook, Held } from './connection-book.ts';
import type { Record } from './key-events.ts';
import { jittered } from './random.ts';
import {
  CHECK_EVERY_MS,
  CHECK_GAP_MIN_MS,
  CHECK_JITTER,
  CHECK_LOST_MS,
  nextBalancesMs,
  nextCheckMs,
} from './schedule.ts';
import { isOutage } from './status.ts';

/** All ten steps at an exchange that is slow to each. */
export const CHECK_DEADLINE_MS = 90_000;
const BALANCES_DEADLINE_MS = 20_000;
/** Side by side, over all people: each is a handful of requests at an exchange. */
const CHECKS_AT_ONCE_MAX = 4;
const BALANCES_AT_ONCE_MAX = 4;

export class ConnectionCare {
  readonly #book: ConnectionBook;
  readonly #parts: BookParts & { readonly record: Record };
  /** Custody does not know a key that we have a row of. */
  readonly #onKeyMissing: () => void;

  constructor(book: ConnectionBook, parts: BookParts & { readonly record: Record }, onKeyMissing: () => void) {
    this.#book = book;
    this.#parts = parts;
    this.#onKeyMissing = onKeyMissing;
  }

  /** Begins whatever is due, as far as there is room; never waits for an exchange. */
  begin(): void {
    const nowMs = this.#parts.clock.nowMs();
    // The clock was set back: a plan made by the wrong time is not waited for.
    const isAhead = (lastMs: number | null): boolean => lastMs !== null && lastMs > nowMs;
    const all = this.#book.all();
    let checks = CHECKS_AT_ONCE_MAX - all.filter((held) => held.isChecking).length;
    for (const held of all) {
      if (checks <= 0) break;
      if (this.#book.venueOf(held.stored).unserved !== null) continue;
      const dueMs = held.isChecking ? null : nextCheckMs({ ...held, status: this.#book.status(held).status });
      if (dueMs === null || (dueMs > nowMs && !isAhead(held.lastCheckMs))) continue;
      checks -= 1;
      void this.checkQuietly(held);
    }
    let reads = BALANCES_AT_ONCE_MAX - all.filter((held) => held.isReadingBalances).length;
    for (const held of all) {
      if (reads <= 0) break;
      if (held.isChecking || held.isReadingBalances || !this.#book.isReadable(held)) continue;
      const dueMs = nextBalancesMs(held.lastBalancesMs, this.#parts.isWatched(held.stored.owner));
      if (dueMs > nowMs && !isAhead(held.lastBalancesMs)) continue;
      reads -= 1;
      void this.readBalances(held);
    }
  }

  /** All checks of one connection. Rejects with what custody said; the row is up to date when it resolves. */
  async check(held: Held, isWatched: boolean, onEvent: (report: StepReport) => void): Promise<CheckReport> {
    const { stored } = held;
    held.isChecking = true;
    held.isWatchedCheck = isWatched;
    const { keyAddedAtMs } = stored;
    held.lastCheckMs = this.#parts.clock.nowMs();
    if (isWatched) this.#book.publish(held, false);
    try {
      return await this.#parts.custody.client
        .request('check', { connection: stored.id, owner: stored.owner }, { deadlineMs: CHECK_DEADLINE_MS, onEvent })
        .then(async (report) => {
          held.isWatchedCheck = false;
          // Of a key that was replaced meanwhile: true once, and not of what the card shows now.
          if (stored.keyAddedAtMs === keyAddedAtMs) await this.apply(held, report);
          return report;
        });
    } finally {
      held.isChecking = false;
      held.isWatchedCheck = false;
      if (isWatched) this.#book.publish(held, false);
    }
  }

  async checkQuietly(held: Held): Promise<void> {
    if (held.isChecking) return;
    try {
      await this.check(held, false, () => {});
    } catch (error) {
      held.regularMs = CHECK_LOST_MS;
      this.lost(error, held.stored.id);
    }
  }

  async readBalances(held: Held): Promise<void> {
    const { stored } = held;
    if (held.isReadingBalances) return;
    held.isReadingBalances = true;
    held.lastBalancesMs = this.#parts.clock.nowMs();
    const { keyAddedAtMs } = stored;
    try {
      void this.#parts.prices.refresh(stored.venue);
      const reply = await this.#parts.custody.client.request(
        'balances',
        { connection: stored.id, owner: stored.owner },
        { deadlineMs: BALANCES_DEADLINE_MS },
      );
      // Perhaps of another account than the key of now.
      if (stored.keyAddedAtMs !== keyAddedAtMs) return;
      if ('problem' in reply) {
        const nowMs = this.#parts.clock.nowMs();
        const isRecent = held.lastCheckMs !== null && nowMs - held.lastCheckMs < CHECK_GAP_MIN_MS;
        if (!isRecent) void this.checkQuietly(held);
        return;
      }
      stored.balances = { rows: reply.balances, unreadable: reply.unreadable ?? [] };
      stored.balancesAtMs = reply.atMs;
      stored.lastGoodAtMs = Math.max(stored.lastGoodAtMs, reply.atMs);
      await this.#book.save(held, true);
    } catch (error) {
      this.lost(error, stored.id);
    } finally {
      held.isReadingBalances = false;
    }
  }

  /** A whole check was made: the row becomes what it found. */
  async apply(held: Held, report: CheckReport): Promise<void> {
    const { stored } = held;
    const nowMs = this.#parts.clock.nowMs();
    const wasRefused = stored.report?.problem?.code === 'can-withdraw';
    const hadTrouble = stored.report?.problem != null;
    stored.report = withLastKnown(report, stored.report);
    stored.checkedAtMs = report.atMs;
    held.lastCheckMs = nowMs;
    // The exchange recognised the key and its signature, whatever else it then refused: that counts as use.
    if (report.steps.some((step) => step.step === 'signature' && step.state === 'passed'))
      stored.lastGoodAtMs = report.atMs;
    if (report.balances !== null) {
      stored.balances = { rows: report.balances, unreadable: report.unreadable ?? [] };
      stored.balancesAtMs = report.atMs;
      held.lastBalancesMs = nowMs;
    }
    held.outages = report.problem !== null && isOutage(report.problem.code) ? held.outages + 1 : 0;
    if (report.problem !== null && !hadTrouble) held.lookedAfterMs = nowMs;
    held.regularMs = jittered(CHECK_EVERY_MS, CHECK_JITTER, this.#parts.random);
    await this.#book.save(held, true);
    void this.#parts.prices.refresh(stored.venue).then(() => this.#book.publish(held, true));
    if (report.problem?.code === 'can-withdraw' && !wasRefused) {
      await this.#parts.record(
        stored.owner,
        'key-stopped',
        `The key of “${stored.label}” can move money out now. It is not used any more.`,
        null,
      );
    }
  }

  lost(error: unknown, connection: string): void {
    if (error instanceof CustodyError) {
      if (error.code === 'NOT_FOUND') this.#onKeyMissing();
      void this.#parts.custody.ask();
      return;
    }
    this.#parts.log.error({ err: error, connection }, 'A connection could not be looked after');
  }
}

/**
 * An exchange that does not answer says nothing new about a key: what was read of it last stays shown, while the pill
 * says that the exchange is silent and the card when it was last checked well.
 */
export function withLastKnown(report: CheckReport, before: CheckReport | null): CheckReport {
  if (before === null || report.problem === null || !isOutage(report.problem.code)) return report;
  const wereRead = Object.values(report.rights).some((state) => state !== 'unknown');
  const { rights, rightsSource } = wereRead ? report : before;
  // Custody keeps a key stopped until a check finds the right gone, and this one found nothing.
  const isStillRefused = !wereRead && before.problem?.code === 'can-withdraw';
  return {
    ...report,
    problem: isStillRefused ? before.problem : report.problem,
    rights,
    rightsSource,
    clockOffsetMs: report.clockOffsetMs ?? before.clockOffsetMs,
    history: report.history ?? before.history,
  };
}
