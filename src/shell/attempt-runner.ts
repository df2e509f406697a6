/** Runs what a person asked for and waits to see: begins it, tells each step, and turns whatever happens into an end. */

import type { Attempt as AttemptView } from '../contract/exchanges.ts';
import type { VenueId } from '../core/ids.ts';
import { CustodyError } from '../custody/client.ts';
import type { CheckReport, StepReport } from '../custody/protocol.ts';
import { type Attempt, Attempts, RUNNING_PER_USER_MAX } from './attempts.ts';
import type { BookParts, ConnectionBook } from './connection-book.ts';
import { newId } from './random.ts';
import { notFound, Refusal } from './refusal.ts';
import { custodyTrouble, plainProblem, troubleOf } from './trouble.ts';

/** What became of the key when an attempt of this kind was refused. */
const KEY_OF = { connect: 'not-stored', replace: 'not-replaced', check: 'stopped' } as const;

export class AttemptRunner {
  readonly #book: ConnectionBook;
  readonly #parts: BookParts;
  readonly #attempts: Attempts;
  /** Nobody knows how far custody came. */
  readonly #onDoubt: () => void;

  constructor(book: ConnectionBook, parts: BookParts, onDoubt: () => void) {
    this.#book = book;
    this.#parts = parts;
    this.#attempts = new Attempts(parts.clock);
    this.#onDoubt = onDoubt;
  }

  read(userId: string, id: string): AttemptView {
    const attempt = this.#attempts.read(userId, id);
    if (attempt === null) throw notFound('attempt');
    return this.view(attempt);
  }

  byRequest(userId: string, requestId: string): Attempt | null {
    return this.#attempts.byRequest(userId, requestId);
  }

  runningCheck(userId: string, connection: string): Attempt | null {
    const running = this.#attempts.running(userId);
    return running.find((attempt) => attempt.connection === connection && attempt.kind === 'check') ?? null;
  }

  begin(of: Pick<Attempt, 'userId' | 'requestId' | 'connection' | 'venue' | 'kind'>): Attempt {
    if (this.#attempts.running(of.userId).length >= RUNNING_PER_USER_MAX) {
      throw new Refusal(
        'busy',
        `${RUNNING_PER_USER_MAX} checks of yours are running already.`,
        'Wait until one has ended.',
      );
    }
    // Its prices are asked for meanwhile, so that the result can be shown with its worth.
    void this.#parts.prices.refresh(of.venue);
    return this.#attempts.begin({ id: newId(this.#parts.random), ...of });
  }

  /** Runs what an attempt stands for, and turns whatever happens into its end. */
  async run(attempt: Attempt, work: (onEvent: (report: StepReport) => void) => Promise<void>): Promise<void> {
    try {
      await work((report) => {
        this.#attempts.landed(attempt, report);
        this.#publish(attempt);
      });
    } catch (error) {
      attempt.state = 'failed';
      attempt.steps = attempt.steps.map((step) => (step.state === 'running' ? { ...step, state: 'failed' } : step));
      attempt.trouble = this.#troubleOfError(error, attempt.userId, attempt.venue);
      // Nobody knows how far custody came: its list of keys tells.
      if (error instanceof CustodyError && error.code === 'UNREACHABLE') this.#onDoubt();
    }
    if (attempt.state === 'running') attempt.state = 'failed';
    this.#publish(attempt);
  }

  refused(attempt: Attempt, report: CheckReport): void {
    attempt.state = 'refused';
    if (report.problem === null) return;
    const words = this.#book.words(attempt.userId, attempt.venue);
    // No key from before stays where there was none.
    const isFirst = attempt.kind === 'replace' && this.#book.get(attempt.connection)?.key === 'missing';
    attempt.trouble = troubleOf(report.problem, words, isFirst ? 'not-stored' : KEY_OF[attempt.kind]);
  }

  view(attempt: Attempt): AttemptView {
    const held = attempt.state === 'stored' ? this.#book.get(attempt.connection) : null;
    const { id, connection, kind, startedAtMs, state, steps, trouble } = attempt;
    return {
      id,
      connection,
      kind,
      startedAtMs,
      state,
      steps: [...steps],
      trouble,
      result: held === null ? null : this.#book.view(held),
    };
  }

  #publish(attempt: Attempt): void {
    if (!this.#parts.isWatched(attempt.userId)) return;
    this.#parts.publish(attempt.userId, { type: 'attempt', attempt: this.view(attempt) });
  }

  #troubleOfError(error: unknown, userId: string, venue: VenueId) {
    if (!(error instanceof CustodyError)) {
      this.#parts.log.error({ err: error }, 'An attempt failed by our fault');
      return custodyTrouble('internal', '');
    }
    void this.#parts.custody.ask();
    switch (error.code) {
      case 'LOCKED':
        return troubleOf(plainProblem('locked'), this.#book.words(userId, venue));
      case 'NOT_FOUND':
        this.#onDoubt();
        return custodyTrouble('key-missing', error.message);
      case 'HALTED':
        return custodyTrouble('custody-halted', error.message);
      case 'BAD_REQUEST':
        // All else was checked by the contract: it is the sealed part that custody could not read.
        return troubleOf(plainProblem('sealed-unreadable'), this.#book.words(userId, venue));
      case 'BUSY':
        return custodyTrouble('custody-busy', error.message);
      case 'UNREACHABLE':
      case 'EXPIRED':
        return custodyTrouble('custody-unreachable', error.message);
      default:
        return custodyTrouble('custody-refused', error.message);
    }
  }
}
