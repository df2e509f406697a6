/**
 * One account's private stream, as custody passes it on: asked for again with growing pauses whenever it ends. Whether
 * the exchange's side is alive is custody's to see; here only the line to custody can break.
 */

import { CustodyError } from '../../custody/client.ts';
import type { FollowEvent } from '../../custody/trade-protocol.ts';
import type { StreamState } from '../../venues/streams.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { CustodyLink } from '../custody-link.ts';
import { jittered, type Random } from '../random.ts';
import type { TradedConnection } from './accounts.ts';
import type { CrashPoints } from './crash-points.ts';
import { readBalanceReport, readOrderReport, readStreamState, readTradeReport } from './custody-words.ts';
import type { Told } from './ports.ts';
import type { SteadyClock } from './steady-clock.ts';
import { attempt, fieldsOf, oneOfAt, textAt } from './wire-fields.ts';

/** A stream is asked for anew after this long: timers of the platform reach no further than 24 days. */
const FOLLOW_MS = 20 * 86_400_000;
const BACKOFF_FIRST_MS = 250;
/** Custody comes back within seconds; a key that may not be followed is tried rarely enough. */
const BACKOFF_MAX_MS = 10_000;
const JITTER = 0.2;

export type FollowParts = {
  readonly of: TradedConnection;
  readonly custody: CustodyLink;
  readonly clock: Clock;
  readonly steady: SteadyClock;
  readonly random: Random;
  readonly crash: CrashPoints;
  /** False: it was not taken, because too much waits to be written. A gap is told once it was. */
  readonly take: (event: Told) => boolean;
  /** The state changed, for whoever looks at it. */
  readonly changed: () => void;
  /** Custody went away in the middle. */
  readonly custodyLost: () => void;
};

export class Follow {
  readonly #parts: FollowParts;
  #markets: readonly string[] = [];
  /** Counts the askings: what an older one still says is not heard. */
  #turn = 0;
  #failures = 0;
  #isLive = false;
  /** Since it last lived, or since the beginning. */
  #isLossTold = false;
  #isGapDue = false;
  /** Among what was not taken: whether the stream lives. */
  #isLifeDue = false;
  #state: StreamState | null = null;
  #again: Cancel = () => {};

  constructor(parts: FollowParts) {
    this.#parts = parts;
  }

  get state(): StreamState | null {
    return this.#state;
  }

  /** Begins, or goes on with other markets: the exchange's stream stays the same one. */
  begin(markets: readonly string[]): void {
    this.#markets = markets;
    this.#again();
    this.#ask();
  }

  /** Without waiting for the next turn: custody is there again. */
  hurry(): void {
    if (this.#state?.word === 'waiting' && this.#turn > 0) this.begin(this.#markets);
  }

  stop(): void {
    this.#turn += 1;
    this.#again();
  }

  /** What waited has been written: now it can be said that something was not taken. */
  drained(): void {
    if (!this.#isGapDue) return;
    const isLifeDue = this.#isLifeDue;
    this.#isGapDue = false;
    this.#isLifeDue = false;
    this.#tell({ kind: 'stream', state: 'gap', why: 'More news came than could be written' });
    if (!isLifeDue) return;
    if (this.#isLive) this.#tell({ kind: 'stream', state: 'live', why: '' });
    else this.#tell({ kind: 'stream', state: 'lost', why: this.#state?.why ?? 'not connected' });
  }

  #ask(): void {
    const { of, custody, crash } = this.#parts;
    const { connection, owner } = of;
    this.#turn += 1;
    const turn = this.#turn;
    crash.at('before-follow');
    const onFollow = (event: FollowEvent): void => {
      if (turn === this.#turn) this.#hear(event);
    };
    custody.client
      .request('follow', { connection, owner, markets: this.#markets }, { deadlineMs: FOLLOW_MS, onFollow })
      .then(
        ({ ended }) => this.#broke(turn, ended),
        (error: unknown) => {
          if (!(error instanceof CustodyError)) throw error;
          if (turn === this.#turn && error.code === 'UNREACHABLE') this.#parts.custodyLost();
          this.#broke(turn, error.message);
        },
      );
  }

  #broke(turn: number, why: string): void {
    if (turn !== this.#turn) return;
    const { clock, random } = this.#parts;
    // Events of this turn that are still on their way belong to nobody now.
    this.#turn += 1;
    this.#failures += 1;
    const planMs = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(20, this.#failures - 1));
    // Whole milliseconds: the moment of the next attempt is told, and moments are integers there.
    const waitMs = Math.ceil(jittered(planMs, JITTER, random));
    const nowMs = clock.nowMs();
    const sinceMs = this.#isLive || this.#state === null ? nowMs : this.#state.sinceMs;
    this.#state = {
      ...{ word: 'waiting', sinceMs, why, nextAttemptAtMs: nowMs + waitMs },
      ...{ attempts: this.#failures, refused: [] },
    };
    this.#lost(why);
    this.#again = clock.after(waitMs, () => this.#ask());
    this.#parts.changed();
  }

  #hear(event: FollowEvent): void {
    switch (event.kind) {
      case 'venue':
        this.#tell(this.#read(event.event));
        return;
      case 'state':
        this.#become(event.state);
        return;
      case 'gap':
        this.#tell({ kind: 'stream', state: 'gap', why: `${String(event.dropped)} events were not passed on` });
        return;
    }
  }

  #read(value: unknown): Told {
    const { steady } = this.#parts;
    const read = attempt((): Told => {
      const fields = fieldsOf(value);
      switch (oneOfAt(fields, 'kind', ['order', 'deal', 'balances', 'gap'])) {
        case 'order':
          return { kind: 'order-report', report: readOrderReport(fields.report) };
        case 'deal':
          return { kind: 'trade-report', report: readTradeReport(fields.report) };
        case 'balances': {
          const report = readBalanceReport(fields.report, (wallMs) => steady.fromWall(wallMs));
          return { kind: 'balance-report', report };
        }
        case 'gap':
          return { kind: 'stream', state: 'gap', why: textAt(fields, 'why') };
      }
    });
    return read.ok ? read.value : { kind: 'stream', state: 'gap', why: read.why };
  }

  #become(value: unknown): void {
    const read = attempt(() => readStreamState(value));
    if (!read.ok) {
      this.#tell({ kind: 'stream', state: 'gap', why: read.why });
      return;
    }
    this.#state = read.value;
    if (read.value.word !== 'live') {
      // Of one that never lived nobody knows anything yet while it connects for the first time.
      if (this.#isLive || read.value.why !== null) this.#lost(read.value.why ?? 'not connected');
    } else {
      // Every time: what was told while it was not alive is not told again.
      this.#isLive = true;
      this.#isLossTold = false;
      this.#failures = 0;
      this.#tell({ kind: 'stream', state: 'live', why: '' });
    }
    this.#parts.changed();
  }

  /** Once, however many tries it takes until it is back. */
  #lost(why: string): void {
    if (this.#isLossTold) return;
    this.#isLossTold = true;
    this.#isLive = false;
    this.#tell({ kind: 'stream', state: 'lost', why });
  }

  #tell(event: Told): void {
    if (this.#parts.take(event)) return;
    this.#isGapDue = true;
    this.#isLifeDue ||= event.kind === 'stream' && event.state !== 'gap';
  }
}
