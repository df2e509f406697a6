/**
 * The life of connections: kept in memory as they stand in the database, changed here and nowhere else. Custody is the
 * truth on which keys exist; rows follow it, so that a crash between its store and ours leaves nothing half.
 */

import type { Logger } from 'pino';
import type { Attempt as AttemptView, Connection } from '../contract/exchanges.ts';
import type { LiveMessage } from '../contract/live.ts';
import type { ConnectionId, UserId, VenueId } from '../core/ids.ts';
import { CustodyError } from '../custody/client.ts';
import type { CheckReport, ConnectOutcome, KeySummary, Purpose, Sealed, StepReport } from '../custody/protocol.ts';
import type { Currency } from '../portfolio/price.ts';
import { deleteConnection, readConnections, type StoredConnection, writeConnection } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import { type Attempt, Attempts, RUNNING_PER_USER_MAX } from './attempts.ts';
import type { Clock } from './clock.ts';
import type { CustodyLink } from './custody-link.ts';
import { custodyRefusal } from './custody-refusal.ts';
import type { Prices } from './prices.ts';
import { jittered, newId, type Random } from './random.ts';
import { notFound, Refusal } from './refusal.ts';
import { CHECK_EVERY_MS, CHECK_GAP_MIN_MS, CHECK_JITTER, nextBalancesMs, nextCheckMs } from './schedule.ts';
import { isOutage, statusOf } from './status.ts';
import { custodyTrouble, lockedProblem, troubleOf } from './trouble.ts';
import type { ValueHistory } from './value-history.ts';
import type { DeskVenues } from './venues.ts';
import { type BalanceRow, balanceRows, connectionView } from './view.ts';

/** All ten steps at an exchange that is slow to each. */
const CONNECT_DEADLINE_MS = 90_000;
const BALANCES_DEADLINE_MS = 20_000;
const SHORT_DEADLINE_MS = 5_000;
export const CONNECTIONS_PER_USER_MAX = 50;
/** Side by side, over all people: each is a handful of requests at an exchange. */
const CHECKS_AT_ONCE_MAX = 4;
const BALANCES_AT_ONCE_MAX = 4;

type Confirmed = readonly ('cannot-withdraw' | 'same-account')[];
export type ConnectAsk = {
  readonly requestId: string;
  readonly venue: VenueId;
  readonly label: string;
  readonly purpose: Purpose;
  readonly sealed: Sealed;
  readonly confirmed: Confirmed;
};
export type ReplaceAsk = Pick<ConnectAsk, 'requestId' | 'purpose' | 'sealed' | 'confirmed'>;
/** Where a person sat who asked for something. */
export type By = { readonly address: string; readonly device: string };
export type KeyEvent = 'key-added' | 'key-replaced' | 'key-refused' | 'key-stopped' | 'key-removed';

/** What is known of a connection beside its row, for this run of the process only. */
type Held = {
  readonly stored: StoredConnection;
  isChecking: boolean;
  /** A person waits for this check: the pill says so. */
  isWatchedCheck: boolean;
  isReadingBalances: boolean;
  lastCheckMs: number | null;
  lastBalancesMs: number | null;
  outages: number;
  lookedAfterMs: number;
  regularMs: number;
};

export type ConnectionsParts = {
  readonly database: Database;
  readonly custody: CustodyLink;
  readonly venues: DeskVenues;
  readonly prices: Prices;
  readonly history: ValueHistory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly currencyOf: (userId: string) => Currency | null;
  readonly isWatched: (userId: string) => boolean;
  readonly publish: (userId: string, message: LiveMessage) => void;
  /** `by` is who asked for it, null where the desk found it by itself. */
  readonly record: (userId: string, kind: KeyEvent, text: string, by: By | null) => Promise<void>;
};

export class Connections {
  readonly #parts: ConnectionsParts;
  readonly #held = new Map<string, Held>();
  readonly #attempts: Attempts;
  #isReconciled = false;
  #reconciling: Promise<void> | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: ConnectionsParts) {
    this.#parts = parts;
    this.#attempts = new Attempts(parts.clock);
    parts.custody.onChange((now, before) => {
      if (now.condition !== before.condition) this.#custodyTurned(now.condition === 'open');
    });
  }

  /** Reads the rows. What custody has is learnt as soon as it is open. */
  async load(): Promise<void> {
    for (const stored of await readConnections(this.#parts.database)) this.#hold(stored);
  }

  /** One step of time: whatever is due is begun. Called about once a second; never waits for an exchange. */
  tick(): void {
    const { custody } = this.#parts;
    if (custody.now.condition !== 'open') return;
    if (!this.#isReconciled) {
      void this.reconcile();
      return;
    }
    const nowMs = this.#parts.clock.nowMs();
    const all = [...this.#held.values()];
    let checks = CHECKS_AT_ONCE_MAX - all.filter((held) => held.isChecking).length;
    for (const held of all) {
      if (checks <= 0) break;
      const dueMs = held.isChecking ? null : nextCheckMs({ ...held, status: this.#status(held).status });
      if (dueMs === null || dueMs > nowMs) continue;
      checks -= 1;
      void this.#check(held, null);
    }
    let reads = BALANCES_AT_ONCE_MAX - all.filter((held) => held.isReadingBalances).length;
    for (const held of all) {
      if (reads <= 0) break;
      if (held.isChecking || held.isReadingBalances || !this.#isReadable(held)) continue;
      if (nextBalancesMs(held.lastBalancesMs, this.#parts.isWatched(held.stored.owner)) > nowMs) continue;
      reads -= 1;
      void this.#readBalances(held);
    }
  }

  list(userId: string): Connection[] {
    return this.#own(userId).map((held) => this.#view(held));
  }

  stored(userId: string): readonly StoredConnection[] {
    return this.#own(userId).map((held) => held.stored);
  }

  all(): readonly StoredConnection[] {
    return [...this.#held.values()].map((held) => held.stored);
  }

  view(userId: string, id: string): Connection {
    return this.#view(this.#one(userId, id));
  }

  balances(userId: string, id: string | null): BalanceRow[] {
    const helds = id === null ? this.#own(userId) : [this.#one(userId, id)];
    return helds.flatMap((held) => this.#balanceRows(held));
  }

  countByVenue(userId: string): ReadonlyMap<VenueId, number> {
    const counts = new Map<VenueId, number>();
    for (const { stored } of this.#own(userId)) counts.set(stored.venue, (counts.get(stored.venue) ?? 0) + 1);
    return counts;
  }

  countByStatus(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const held of this.#held.values()) {
      const { status } = this.#status(held);
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
    return counts;
  }

  attempt(userId: string, id: string): AttemptView {
    const attempt = this.#attempts.read(userId, id);
    if (attempt === null) throw notFound('attempt');
    return this.#attemptView(attempt);
  }

  connect(userId: string, ask: ConnectAsk, by: By): AttemptView {
    const before = this.#attempts.byRequest(userId, ask.requestId);
    if (before !== null) return this.#attemptView(before);
    if (!this.#parts.venues.has(ask.venue)) {
      throw new Refusal(
        'not_connectable',
        'The practice exchange is not running.',
        'Start the desk without --no-practice.',
      );
    }
    if (this.#own(userId).length >= CONNECTIONS_PER_USER_MAX) {
      throw new Refusal(
        'limit_reached',
        `There are ${CONNECTIONS_PER_USER_MAX} connections already.`,
        'Remove one that is not used any more.',
      );
    }
    const connection = newId(this.#parts.random) as ConnectionId;
    const attempt = this.#begin({ userId, requestId: ask.requestId, connection, venue: ask.venue, kind: 'connect' });
    const { venue, label, purpose, sealed, confirmed } = ask;
    void this.#run(attempt, async (onEvent) => {
      const outcome = await this.#parts.custody.client.request(
        'connect',
        { connection, owner: userId as UserId, venue, label, purpose, sealed, confirmed },
        { deadlineMs: CONNECT_DEADLINE_MS, onEvent },
      );
      await this.#connected(attempt, outcome, label, by);
    });
    return this.#attemptView(attempt);
  }

  replaceKey(userId: string, id: string, ask: ReplaceAsk, by: By): AttemptView {
    const held = this.#one(userId, id);
    const before = this.#attempts.byRequest(userId, ask.requestId);
    if (before !== null) return this.#attemptView(before);
    const attempt = this.#begin({
      userId,
      requestId: ask.requestId,
      connection: held.stored.id,
      venue: held.stored.venue,
      kind: 'replace',
    });
    const { purpose, sealed, confirmed } = ask;
    void this.#run(attempt, async (onEvent) => {
      const outcome = await this.#parts.custody.client.request(
        'replace',
        { connection: held.stored.id, owner: held.stored.owner, purpose, sealed, confirmed },
        { deadlineMs: CONNECT_DEADLINE_MS, onEvent },
      );
      await this.#replaced(attempt, held, outcome, by);
    });
    return this.#attemptView(attempt);
  }

  check(userId: string, id: string): AttemptView {
    const held = this.#one(userId, id);
    const running = this.#attempts
      .running(userId)
      .find((attempt) => attempt.connection === id && attempt.kind === 'check');
    if (running !== undefined) return this.#attemptView(running);
    const attempt = this.#begin({
      userId,
      requestId: newId(this.#parts.random),
      connection: held.stored.id,
      venue: held.stored.venue,
      kind: 'check',
    });
    held.lookedAfterMs = this.#parts.clock.nowMs();
    void this.#check(held, attempt);
    return this.#attemptView(attempt);
  }

  /** Balances anew; what could not be read shows in the connection's own words. */
  async refresh(userId: string, id: string): Promise<Connection> {
    const held = this.#one(userId, id);
    await this.#parts.prices.refresh(held.stored.venue);
    if (this.#isReadable(held)) await this.#readBalances(held);
    else if (!held.isChecking && this.#parts.custody.now.condition === 'open') await this.#check(held, null);
    return this.#view(held);
  }

  async rename(userId: string, id: string, label: string): Promise<Connection> {
    const held = this.#one(userId, id);
    held.stored.label = label;
    await this.#save(held);
    return this.#view(held);
  }

  /** Custody forgets the key first: dying in between leaves a row without a key, which the next start takes away. */
  async remove(userId: string, id: string, by: By | null): Promise<void> {
    const held = this.#one(userId, id);
    const { stored } = held;
    try {
      await this.#parts.custody.client.request(
        'drop',
        { connection: stored.id, owner: stored.owner },
        { deadlineMs: SHORT_DEADLINE_MS },
      );
    } catch (error) {
      if (!(error instanceof CustodyError && error.code === 'NOT_FOUND')) throw custodyRefusal(error);
    }
    await this.#forget(held);
    await this.#parts.record(
      stored.owner,
      'key-removed',
      `Removed “${stored.label}” and its key ${stored.keyHint}.`,
      by,
    );
  }

  async removeAll(userId: string): Promise<void> {
    for (const { stored } of this.#own(userId)) await this.remove(userId, stored.id, null);
  }

  /** Prices or the person's currency changed: the same balances have another worth. */
  publishWorth(userId: string): void {
    for (const held of this.#own(userId)) this.#publish(held, true);
  }

  owners(): ReadonlySet<string> {
    return new Set([...this.#held.values()].map((held) => held.stored.owner));
  }

  everything(userId: string): LiveMessage[] {
    return this.#own(userId).flatMap((held) => this.#messages(held, true));
  }

  /** Rows follow keys. Only rows that were there before custody was asked may go: a newer one may have just been made. */
  reconcile(): Promise<void> {
    this.#reconciling ??= this.#reconcile()
      .catch((error: unknown) => {
        if (!(error instanceof CustodyError))
          this.#parts.log.error({ err: error }, 'Keys and rows could not be compared');
      })
      .finally(() => {
        this.#reconciling = null;
      });
    return this.#reconciling;
  }

  async #reconcile(): Promise<void> {
    const { custody, currencyOf, log } = this.#parts;
    const before = [...this.#held.values()];
    const keys = await custody.client.request('keys', {}, { deadlineMs: SHORT_DEADLINE_MS });
    const byId = new Map(keys.map((key) => [key.connection as string, key]));
    for (const held of before) {
      const key = byId.get(held.stored.id);
      if (key !== undefined && key.owner === held.stored.owner) continue;
      log.warn({ connection: held.stored.id }, 'A connection without a key was removed');
      await this.#forget(held);
    }
    for (const key of keys) {
      const known = this.#held.get(key.connection);
      if (known !== undefined) {
        await this.#follow(known, key);
      } else if (currencyOf(key.owner) === null) {
        // Of a person who is not here (a database of another day): not ours to delete.
        log.warn({ connection: key.connection }, 'A key of an unknown person was left alone');
      } else {
        log.warn({ connection: key.connection }, 'A key without a connection was taken in');
        await this.#adopt(key, null, key.label);
      }
    }
    this.#isReconciled = true;
    this.tick();
  }

  /** A replacement whose answer was lost: the key is the new one, so the row says so and a check is due. */
  async #follow(held: Held, key: KeySummary): Promise<void> {
    const { stored } = held;
    const keyAddedAtMs = key.replacedAtMs ?? key.addedAtMs;
    if (stored.keyHint === key.keyHint && stored.keyAddedAtMs === keyAddedAtMs && stored.purpose === key.purpose)
      return;
    Object.assign(stored, { keyHint: key.keyHint, keyAddedAtMs, purpose: key.purpose });
    held.lastCheckMs = null;
    await this.#save(held);
  }

  async #adopt(key: KeySummary, report: CheckReport | null, label: string): Promise<Held> {
    const held = this.#hold({
      id: key.connection,
      owner: key.owner,
      venue: key.venue,
      label,
      purpose: key.purpose,
      keyHint: key.keyHint,
      addedAtMs: key.addedAtMs,
      keyAddedAtMs: key.replacedAtMs ?? key.addedAtMs,
      report: null,
      checkedAtMs: null,
      lastGoodAtMs: key.addedAtMs,
      balances: null,
      balancesAtMs: null,
      status: 'checking',
      sinceMs: this.#parts.clock.nowMs(),
    });
    if (report === null) await this.#save(held);
    else await this.#apply(held, report);
    return held;
  }

  async #connected(attempt: Attempt, outcome: ConnectOutcome, label: string, by: By): Promise<void> {
    const { prices, record } = this.#parts;
    attempt.steps = outcome.report.steps;
    if (outcome.outcome === 'refused') return this.#keyRefused(attempt, outcome.report, label, by);
    await this.#adopt(outcome.key, outcome.report, label);
    await prices.refresh(outcome.key.venue);
    attempt.state = 'stored';
    await record(attempt.userId, 'key-added', `Connected “${label}” with the key ${outcome.key.keyHint}.`, by);
  }

  async #replaced(attempt: Attempt, held: Held, outcome: ConnectOutcome, by: By): Promise<void> {
    const { stored } = held;
    attempt.steps = outcome.report.steps;
    if (outcome.outcome === 'refused') return this.#keyRefused(attempt, outcome.report, stored.label, by);
    const { key, report } = outcome;
    Object.assign(stored, {
      keyHint: key.keyHint,
      purpose: key.purpose,
      keyAddedAtMs: key.replacedAtMs ?? this.#parts.clock.nowMs(),
    });
    await this.#apply(held, report);
    attempt.state = 'stored';
    await this.#parts.record(stored.owner, 'key-replaced', `“${stored.label}” has a new key, ${key.keyHint}.`, by);
  }

  async #keyRefused(attempt: Attempt, report: CheckReport, label: string, by: By): Promise<void> {
    this.#refused(attempt, report);
    if (report.problem?.code !== 'can-withdraw') return;
    await this.#parts.record(
      attempt.userId,
      'key-refused',
      `A key for “${label}” was refused: it can move money out.`,
      by,
    );
  }

  #refused(attempt: Attempt, report: CheckReport): void {
    attempt.state = 'refused';
    if (report.problem === null) return;
    attempt.trouble = troubleOf(report.problem, this.#words(attempt.userId, attempt.venue));
  }

  #begin(of: Pick<Attempt, 'userId' | 'requestId' | 'connection' | 'venue' | 'kind'>): Attempt {
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
  async #run(attempt: Attempt, work: (onEvent: (report: StepReport) => void) => Promise<void>): Promise<void> {
    try {
      await work((report) => {
        this.#attempts.landed(attempt, report);
        this.#publishAttempt(attempt);
      });
    } catch (error) {
      attempt.state = 'failed';
      attempt.steps = attempt.steps.map((step) => (step.state === 'running' ? { ...step, state: 'failed' } : step));
      attempt.trouble = this.#troubleOfError(error, attempt.userId, attempt.venue);
      // Nobody knows how far custody came: its list of keys tells.
      if (error instanceof CustodyError && error.code === 'UNREACHABLE') this.#isReconciled = false;
    }
    if (attempt.state === 'running') attempt.state = 'failed';
    this.#publishAttempt(attempt);
  }

  async #check(held: Held, attempt: Attempt | null): Promise<void> {
    const { stored } = held;
    if (held.isChecking && attempt === null) return;
    held.isChecking = true;
    held.isWatchedCheck = attempt !== null;
    held.lastCheckMs = this.#parts.clock.nowMs();
    if (attempt !== null) this.#publish(held, false);
    const ask = async (onEvent: (report: StepReport) => void): Promise<void> => {
      const report = await this.#parts.custody.client.request(
        'check',
        { connection: stored.id, owner: stored.owner },
        { deadlineMs: CONNECT_DEADLINE_MS, onEvent },
      );
      held.isChecking = false;
      await this.#apply(held, report);
      if (attempt === null) return;
      attempt.steps = report.steps;
      if (report.problem === null) attempt.state = 'stored';
      else this.#refused(attempt, report);
    };
    try {
      if (attempt !== null) await this.#run(attempt, ask);
      else await ask(() => {});
    } catch (error) {
      this.#lost(error, stored.id);
    } finally {
      held.isChecking = false;
      held.isWatchedCheck = false;
      if (attempt !== null) this.#publish(held, false);
    }
  }

  async #readBalances(held: Held): Promise<void> {
    const { stored } = held;
    if (held.isReadingBalances) return;
    held.isReadingBalances = true;
    held.lastBalancesMs = this.#parts.clock.nowMs();
    try {
      void this.#parts.prices.refresh(stored.venue);
      const reply = await this.#parts.custody.client.request(
        'balances',
        { connection: stored.id, owner: stored.owner },
        { deadlineMs: BALANCES_DEADLINE_MS },
      );
      if ('problem' in reply) {
        const nowMs = this.#parts.clock.nowMs();
        const isRecent = held.lastCheckMs !== null && nowMs - held.lastCheckMs < CHECK_GAP_MIN_MS;
        if (!isRecent) void this.#check(held, null);
        return;
      }
      stored.balances = { rows: reply.balances, unreadable: reply.unreadable ?? [] };
      stored.balancesAtMs = reply.atMs;
      stored.lastGoodAtMs = Math.max(stored.lastGoodAtMs, reply.atMs);
      await this.#save(held, true);
    } catch (error) {
      this.#lost(error, stored.id);
    } finally {
      held.isReadingBalances = false;
    }
  }

  /** A whole check was made: the row becomes what it found. */
  async #apply(held: Held, report: CheckReport): Promise<void> {
    const { stored } = held;
    const nowMs = this.#parts.clock.nowMs();
    const wasRefused = stored.report?.problem?.code === 'can-withdraw';
    const hadTrouble = stored.report?.problem != null;
    stored.report = report;
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
    await this.#save(held, true);
    void this.#parts.prices.refresh(stored.venue).then(() => this.#publish(held, true));
    if (report.problem?.code === 'can-withdraw' && !wasRefused) {
      await this.#parts.record(
        stored.owner,
        'key-stopped',
        `The key of “${stored.label}” can move money out now. It is not used any more.`,
        null,
      );
    }
  }

  #lost(error: unknown, connection: string): void {
    if (error instanceof CustodyError) {
      if (error.code === 'NOT_FOUND') this.#isReconciled = false;
      void this.#parts.custody.ask();
      return;
    }
    this.#parts.log.error({ err: error, connection }, 'A connection could not be looked after');
  }

  #custodyTurned(isOpen: boolean): void {
    if (isOpen) {
      this.#isReconciled = false;
      // What was not possible meanwhile is looked at anew, at once.
      for (const held of this.#held.values()) held.lastCheckMs = null;
    }
    for (const held of this.#held.values()) void this.#save(held);
    if (isOpen) this.tick();
  }

  #hold(stored: StoredConnection): Held {
    const held: Held = {
      stored,
      isChecking: false,
      isWatchedCheck: false,
      isReadingBalances: false,
      lastCheckMs: null,
      lastBalancesMs: null,
      outages: 0,
      lookedAfterMs: 0,
      regularMs: jittered(CHECK_EVERY_MS, CHECK_JITTER, this.#parts.random),
    };
    this.#held.set(stored.id, held);
    return held;
  }

  async #forget(held: Held): Promise<void> {
    const { stored } = held;
    this.#held.delete(stored.id);
    await deleteConnection(this.#parts.database, stored.owner, stored.id);
    this.#parts.history.forget(stored.id);
    this.#parts.publish(stored.owner, { type: 'connection-removed', id: stored.id });
  }

  /** Notes a changed status with its time, writes the row, tells the page. Writes go one after the other. */
  async #save(held: Held, withBalances = false): Promise<void> {
    const { stored } = held;
    const { status } = this.#status(held);
    if (stored.status !== status) {
      stored.status = status;
      stored.sinceMs = this.#parts.clock.nowMs();
    }
    const write = this.#writing.then(async () => {
      if (this.#held.get(stored.id) === held) await writeConnection(this.#parts.database, stored);
    });
    this.#writing = write.catch((error: unknown) => {
      this.#parts.log.error({ err: error, connection: stored.id }, 'A connection could not be written');
    });
    await write;
    this.#publish(held, withBalances);
  }

  #isReadable(held: Held): boolean {
    if (this.#parts.custody.now.condition !== 'open' || held.stored.report === null) return false;
    const { status } = this.#status(held);
    return status === 'connected' || status === 'read-only';
  }

  #status(held: Held) {
    const { stored } = held;
    return statusOf({
      custody: this.#parts.custody.now.condition,
      report: stored.report,
      purpose: stored.purpose,
      lastGoodAtMs: stored.lastGoodAtMs,
      idleDaysUntilOff: this.#parts.venues.get(stored.venue)?.guide.idleDaysUntilOff ?? null,
      nowMs: this.#parts.clock.nowMs(),
    });
  }

  #view(held: Held): Connection {
    const { stored } = held;
    const { custody, venues, prices, history, clock } = this.#parts;
    const venue = venues.get(stored.venue);
    // A row of the practice exchange while it was not started: shown by WhiteBIT's guide, whose protocol it speaks.
    const shown = venue ?? venues.get('whitebit');
    if (shown === undefined) throw new Error('There is always WhiteBIT');
    const currency = this.#currency(stored.owner);
    return connectionView(stored, {
      venue: shown,
      priced: prices.last(stored.venue),
      currency,
      custody: custody.now.condition,
      custodyReason: custody.now.reason,
      week: history.week(stored.id, currency),
      isChecking: held.isWatchedCheck,
      labelOf: (id) => this.#labelOf(stored.owner, id),
      nowMs: clock.nowMs(),
    });
  }

  #balanceRows(held: Held): BalanceRow[] {
    return balanceRows(held.stored, this.#currency(held.stored.owner), this.#parts.prices.last(held.stored.venue));
  }

  #attemptView(attempt: Attempt): AttemptView {
    const held = attempt.state === 'stored' ? this.#held.get(attempt.connection) : undefined;
    const { id, connection, kind, startedAtMs, state, steps, trouble } = attempt;
    return {
      id,
      connection,
      kind,
      startedAtMs,
      state,
      steps: [...steps],
      trouble,
      result: held === undefined ? null : this.#view(held),
    };
  }

  #messages(held: Held, withBalances: boolean): LiveMessage[] {
    const messages: LiveMessage[] = [{ type: 'connection', connection: this.#view(held) }];
    if (withBalances)
      messages.push({ type: 'balances', connection: held.stored.id, balances: this.#balanceRows(held) });
    return messages;
  }

  #publish(held: Held, withBalances: boolean): void {
    const { owner, id } = held.stored;
    if (!this.#parts.isWatched(owner) || this.#held.get(id) !== held) return;
    for (const message of this.#messages(held, withBalances)) this.#parts.publish(owner, message);
  }

  #publishAttempt(attempt: Attempt): void {
    if (!this.#parts.isWatched(attempt.userId)) return;
    this.#parts.publish(attempt.userId, { type: 'attempt', attempt: this.#attemptView(attempt) });
  }

  #troubleOfError(error: unknown, userId: string, venue: VenueId) {
    if (!(error instanceof CustodyError)) {
      this.#parts.log.error({ err: error }, 'An attempt failed by our fault');
      return custodyTrouble('internal', '');
    }
    void this.#parts.custody.ask();
    switch (error.code) {
      case 'LOCKED':
        return troubleOf(lockedProblem(), this.#words(userId, venue));
      case 'HALTED':
        return custodyTrouble('custody-halted', error.message);
      case 'BUSY':
        return custodyTrouble('custody-busy', error.message);
      default:
        return custodyTrouble('custody-unreachable', error.message);
    }
  }

  #words(userId: string, venueId: VenueId) {
    const venue = this.#parts.venues.get(venueId) ?? this.#parts.venues.get('whitebit');
    if (venue === undefined) throw new Error('There is always WhiteBIT');
    return { guide: venue.guide, origin: venue.origin, labelOf: (id: string) => this.#labelOf(userId, id) };
  }

  #labelOf(userId: string, id: string): string | null {
    const held = this.#held.get(id);
    return held !== undefined && held.stored.owner === userId ? held.stored.label : null;
  }

  #currency(userId: string): Currency {
    return this.#parts.currencyOf(userId) ?? 'USDT';
  }

  #own(userId: string): readonly Held[] {
    return [...this.#held.values()].filter((held) => held.stored.owner === userId);
  }

  #one(userId: string, id: string): Held {
    const held = this.#held.get(id);
    if (held === undefined || held.stored.owner !== userId) throw notFound('connection');
    return held;
  }
}
