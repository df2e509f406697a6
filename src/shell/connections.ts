/**
 * What a person can do with connections: connect, replace a key, check, refresh, rename, remove. The parts behind it:
 * the book holds the rows, the care checks and reads on schedule, the follower keeps rows and keys together.
 */

import type { Attempt as AttemptView, Connection } from '../contract/exchanges.ts';
import type { LiveMessage } from '../contract/live.ts';
import type { ConnectionId, UserId, VenueId } from '../core/ids.ts';
import { CustodyError } from '../custody/client.ts';
import type { CheckReport, ConnectOutcome, Purpose, Sealed, StepReport } from '../custody/protocol.ts';
import type { StoredConnection } from '../store/connections.ts';
import { AttemptRunner } from './attempt-runner.ts';
import type { Attempt } from './attempts.ts';
import { type BookParts, ConnectionBook, type Held } from './connection-book.ts';
import { CHECK_DEADLINE_MS, ConnectionCare } from './connection-care.ts';
import type { By, Record } from './key-events.ts';
import { KeyFollower } from './key-follower.ts';
import { newId } from './random.ts';
import { Refusal } from './refusal.ts';
import { Removals } from './removals.ts';
import { custodyTrouble } from './trouble.ts';
import type { ShownVenue } from './venues.ts';
import type { BalanceRow } from './view.ts';

/** For a key that must not stay: its connection was removed while it was being checked. */
const DROP_DEADLINE_MS = 5_000;
export const CONNECTIONS_PER_USER_MAX = 50;

export type ConnectAsk = {
  readonly requestId: string;
  readonly venue: VenueId;
  readonly label: string;
  readonly purpose: Purpose;
  readonly sealed: Sealed;
  readonly confirmed: readonly ('cannot-withdraw' | 'same-account')[];
};
export type ReplaceAsk = Pick<ConnectAsk, 'requestId' | 'purpose' | 'sealed' | 'confirmed'>;
export type ConnectionsParts = BookParts & { readonly record: Record };

export class Connections {
  readonly #parts: ConnectionsParts;
  readonly #book: ConnectionBook;
  readonly #care: ConnectionCare;
  readonly #follower: KeyFollower;
  readonly #removals: Removals;
  readonly #runner: AttemptRunner;

  constructor(parts: ConnectionsParts) {
    const book = new ConnectionBook(parts);
    const care = new ConnectionCare(book, parts, () => this.#follower.doubt());
    this.#parts = parts;
    this.#book = book;
    this.#care = care;
    this.#removals = new Removals(book, parts);
    this.#follower = new KeyFollower(book, care, this.#removals, parts);
    this.#runner = new AttemptRunner(book, parts, () => this.#follower.doubt());
    parts.custody.onChange((now, before) => {
      if (now.condition !== before.condition) this.#custodyTurned(now.condition === 'open');
      // A key came or went without a word to us: a desk that died had asked for it, and custody has ended it since.
      else if (now.status?.keys !== before.status?.keys) this.#follower.doubt();
    });
  }

  /** Reads the rows. What custody has is learnt as soon as it is open. */
  load(): Promise<void> {
    return this.#book.load();
  }

  /** One step of time: whatever is due is begun. Called about once a second; never waits for an exchange. */
  tick(): void {
    if (this.#parts.custody.now.condition !== 'open') return;
    if (this.#follower.isDue) void this.reconcile();
    else this.#begin();
  }

  /** Rows follow keys, now: after a restore, say, when custody holds others than a moment ago. */
  async reconcile(): Promise<void> {
    await this.#follower.compare();
    this.#begin();
  }

  list(userId: string): Connection[] {
    return this.#book.own(userId).map((held) => this.#book.view(held));
  }

  /** The rows as they count in sums: without balances where the exchange of the key is not there. */
  stored(userId: string): readonly StoredConnection[] {
    return this.#book.own(userId).map((held) => this.#book.counted(held));
  }

  /** Those that may place orders: the key is here, for trading, and its exchange is the one it belongs to. */
  traded(): readonly { readonly connection: ConnectionId; readonly owner: UserId; readonly venue: VenueId }[] {
    return this.#book
      .all()
      .filter((held) => held.key === 'kept' && held.stored.purpose === 'trade' && held.stored.removingAtMs === null)
      .filter((held) => this.#book.venueOf(held.stored).unserved === null)
      .map(({ stored }) => ({ connection: stored.id, owner: stored.owner, venue: stored.venue }));
  }

  /** Something changed that `traded` may depend on. */
  onChange(listener: () => void): void {
    this.#book.onChange(listener);
  }

  all(): readonly StoredConnection[] {
    return this.#book.all().map((held) => this.#book.counted(held));
  }

  view(userId: string, id: string): Connection {
    return this.#book.view(this.#book.one(userId, id));
  }

  balances(userId: string, id: string | null): BalanceRow[] {
    const helds = id === null ? this.#book.own(userId) : [this.#book.one(userId, id)];
    return helds.flatMap((held) => this.#book.balanceRows(held));
  }

  /** Of what this desk reaches as it was started. */
  countByVenue(userId: string): ReadonlyMap<VenueId, number> {
    const counts = new Map<VenueId, number>();
    for (const { stored } of this.#book.own(userId)) {
      if (this.#book.venueOf(stored).unserved !== null) continue;
      counts.set(stored.venue, (counts.get(stored.venue) ?? 0) + 1);
    }
    return counts;
  }

  countByStatus(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const held of this.#book.all()) {
      const { status } = this.#book.status(held);
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
    return counts;
  }

  attempt(userId: string, id: string): AttemptView {
    return this.#runner.read(userId, id);
  }

  connect(userId: string, ask: ConnectAsk, by: By): AttemptView {
    const before = this.#runner.byRequest(userId, ask.requestId);
    if (before !== null) return this.#runner.view(before);
    this.#mustBeServed(this.#book.venue(ask.venue));
    if (this.#book.own(userId).length >= CONNECTIONS_PER_USER_MAX) {
      throw new Refusal(
        'limit_reached',
        `There are ${CONNECTIONS_PER_USER_MAX} connections already.`,
        'Remove one that is not used any more.',
      );
    }
    const connection = newId(this.#parts.random) as ConnectionId;
    const attempt = this.#runner.begin({
      userId,
      requestId: ask.requestId,
      connection,
      venue: ask.venue,
      kind: 'connect',
    });
    const { venue, label, purpose, sealed, confirmed } = ask;
    void this.#runner.run(attempt, async (onEvent) => {
      const outcome = await this.#parts.custody.client.request(
        'connect',
        { connection, owner: userId as UserId, venue, label, purpose, sealed, confirmed },
        { deadlineMs: CHECK_DEADLINE_MS, onEvent },
      );
      await this.#connected(attempt, outcome, label, by);
    });
    return this.#runner.view(attempt);
  }

  replaceKey(userId: string, id: string, ask: ReplaceAsk, by: By): AttemptView {
    const held = this.#staying(userId, id);
    const before = this.#runner.byRequest(userId, ask.requestId);
    if (before !== null) return this.#runner.view(before);
    this.#mustBeServed(this.#book.venueOf(held.stored));
    const attempt = this.#runner.begin({
      userId,
      requestId: ask.requestId,
      connection: held.stored.id,
      venue: held.stored.venue,
      kind: 'replace',
    });
    void this.#runner.run(attempt, async (onEvent) => {
      const outcome = await this.#newKey(held, ask, onEvent);
      await this.#replaced(attempt, held, outcome, by);
    });
    return this.#runner.view(attempt);
  }

  check(userId: string, id: string): AttemptView {
    const held = this.#staying(userId, id);
    const running = this.#runner.runningCheck(userId, id);
    if (running !== null) return this.#runner.view(running);
    this.#mustBeServed(this.#book.venueOf(held.stored));
    const attempt = this.#runner.begin({
      userId,
      requestId: newId(this.#parts.random),
      connection: held.stored.id,
      venue: held.stored.venue,
      kind: 'check',
    });
    held.lookedAfterMs = this.#parts.clock.nowMs();
    void this.#runner.run(attempt, async (onEvent) => {
      // It may be back; if not, custody says so, and the attempt ends with those words.
      if (held.key !== 'kept') await this.#follower.compare();
      const report = await this.#care.check(held, true, onEvent);
      attempt.steps = report.steps;
      if (report.problem === null) attempt.state = 'stored';
      else this.#runner.refused(attempt, report);
    });
    return this.#runner.view(attempt);
  }

  /** Balances anew; what could not be read shows in the connection's own words. */
  async refresh(userId: string, id: string): Promise<Connection> {
    const held = this.#book.one(userId, id);
    this.#mustBeServed(this.#book.venueOf(held.stored));
    await this.#parts.prices.refresh(held.stored.venue);
    // Nothing can be read with a key that is not there: what is asked is whether it is back.
    if (held.key !== 'kept') await this.reconcile();
    else if (this.#book.isReadable(held)) await this.#care.readBalances(held);
    else if (!held.isChecking && this.#parts.custody.now.condition === 'open') await this.#care.checkQuietly(held);
    return this.#book.view(held);
  }

  async rename(userId: string, id: string, label: string): Promise<Connection> {
    const held = this.#staying(userId, id);
    held.stored.label = label;
    await this.#book.save(held);
    return this.#book.view(held);
  }

  /** Begun, it is finished whatever happens: where custody did not answer, as soon as it does. */
  async remove(userId: string, id: string, by: By | null): Promise<void> {
    const held = this.#book.one(userId, id);
    try {
      await this.#removals.remove(held, by);
    } catch (error) {
      this.#follower.doubt();
      throw error;
    }
  }

  /** Before a person is removed. A key that is still being checked is dropped as soon as custody has it. */
  async removeAll(userId: string): Promise<void> {
    // Not over a list made before: a check may end meanwhile and bring one more.
    for (let own = this.#book.own(userId)[0]; own !== undefined; own = this.#book.own(userId)[0]) {
      await this.remove(userId, own.stored.id, null);
    }
    this.#follower.ownerGone(userId);
  }

  /** Prices or the person's currency changed: the same balances have another worth. */
  publishWorth(userId: string): void {
    for (const held of this.#book.own(userId)) this.#book.publish(held, true);
  }

  owners(): ReadonlySet<string> {
    return new Set(this.#book.all().map((held) => held.stored.owner));
  }

  everything(userId: string): LiveMessage[] {
    return this.#book.own(userId).flatMap((held) => this.#book.messages(held, true));
  }

  #isStaying(held: Held): boolean {
    return this.#book.get(held.stored.id) === held && held.stored.removingAtMs === null;
  }

  /** The connection, unless its removal is under way: then it is not to be used or changed any more. */
  #staying(userId: string, id: string): Held {
    const held = this.#book.one(userId, id);
    if (this.#isStaying(held)) return held;
    throw new Refusal(
      'conflict',
      'This connection is being removed.',
      'Wait until it is gone from the list; then connect the exchange anew if you want it back.',
    );
  }

  #mustBeServed({ unserved }: ShownVenue): void {
    if (unserved === null) return;
    const { title, cure } = custodyTrouble(unserved, '');
    throw new Refusal('not_connectable', title, cure);
  }

  async #connected(attempt: Attempt, outcome: ConnectOutcome, label: string, by: By): Promise<void> {
    const { prices, record } = this.#parts;
    attempt.steps = outcome.report.steps;
    if (outcome.outcome === 'refused') return this.#keyRefused(attempt, outcome.report, label, by);
    if (this.#parts.currencyOf(attempt.userId) === null) {
      // Removed meanwhile: nobody is left whom this key could belong to.
      attempt.state = 'failed';
      return this.#follower.doubt();
    }
    await this.#follower.adopt(outcome.key, outcome.report);
    await prices.refresh(outcome.key.venue);
    attempt.state = 'stored';
    await record(attempt.userId, 'key-added', `Connected “${label}” with the key ${outcome.key.keyHint}.`, by);
  }

  /**
   * A key that custody does not have cannot be replaced there, so the new one is connected under the same id, and the row
   * stays with its name and history. Whether it is the same account cannot be asked then: nothing is left to compare.
   */
  async #newKey(held: Held, ask: ReplaceAsk, onEvent: (report: StepReport) => void): Promise<ConnectOutcome> {
    const { client } = this.#parts.custody;
    const { id: connection, owner, venue, label } = held.stored;
    const { purpose, sealed, confirmed } = ask;
    const options = { deadlineMs: CHECK_DEADLINE_MS, onEvent };
    try {
      return await client.request('replace', { connection, owner, purpose, sealed, confirmed }, options);
    } catch (error) {
      const isMissing = error instanceof CustodyError && error.code === 'NOT_FOUND';
      // Not where the key is gone because the connection was removed meanwhile: that must not bring it back.
      if (!isMissing || !this.#isStaying(held)) throw error;
      return client.request('connect', { connection, owner, venue, label, purpose, sealed, confirmed }, options);
    }
  }

  async #replaced(attempt: Attempt, held: Held, outcome: ConnectOutcome, by: By): Promise<void> {
    const { stored } = held;
    attempt.steps = outcome.report.steps;
    if (outcome.outcome === 'refused') return this.#keyRefused(attempt, outcome.report, stored.label, by);
    const { key, report } = outcome;
    if (!this.#isStaying(held)) {
      // Removed while the new key was being checked: that key goes the same way.
      attempt.state = 'failed';
      const { connection, owner } = key;
      await this.#parts.custody.client.request('drop', { connection, owner }, { deadlineMs: DROP_DEADLINE_MS });
      return;
    }
    Object.assign(stored, {
      keyHint: key.keyHint,
      purpose: key.purpose,
      keyAddedAtMs: key.replacedAtMs ?? key.addedAtMs,
    });
    held.key = 'kept';
    await this.#care.apply(held, report);
    attempt.state = 'stored';
    await this.#parts.record(stored.owner, 'key-replaced', `“${stored.label}” has a new key, ${key.keyHint}.`, by);
  }

  async #keyRefused(attempt: Attempt, report: CheckReport, label: string, by: By): Promise<void> {
    this.#runner.refused(attempt, report);
    if (report.problem?.code !== 'can-withdraw') return;
    await this.#parts.record(
      attempt.userId,
      'key-refused',
      `A key for “${label}” was refused: it can move money out.`,
      by,
    );
  }

  #custodyTurned(isOpen: boolean): void {
    if (isOpen) {
      this.#follower.doubt();
      // What was not possible meanwhile is looked at anew, at once.
      for (const held of this.#book.all()) held.lastCheckMs = null;
    }
    const show = (): void => {
      for (const held of this.#book.all()) void this.#book.save(held).catch(() => {});
    };
    // Shown once it is known which keys are there, so that no row turns well for a moment whose key is missing.
    if (isOpen) void this.reconcile().finally(show);
    else show();
  }

  /** Not before rows and keys were compared once: a key that is missing would only be asked for in vain. */
  #begin(): void {
    if (this.#follower.isSettled && this.#parts.custody.now.condition === 'open') this.#care.begin();
  }
}
