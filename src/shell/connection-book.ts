/**
 * Connections as they stand in the database, held in memory: found by their owner only, written one after the other,
 * shown to whoever watches. What happens to them is decided elsewhere.
 */

import type { Logger } from 'pino';
import type { Connection } from '../contract/exchanges.ts';
import type { LiveMessage } from '../contract/live.ts';
import type { VenueId } from '../core/ids.ts';
import type { Currency } from '../portfolio/price.ts';
import { deleteConnection, readConnections, type StoredConnection, writeConnection } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import type { Clock } from './clock.ts';
import type { CustodyLink } from './custody-link.ts';
import { NO_PRICES, type Priced, type Prices } from './prices.ts';
import { jittered, type Random } from './random.ts';
import { notFound } from './refusal.ts';
import { CHECK_EVERY_MS, CHECK_JITTER } from './schedule.ts';
import { type KeyState, type StatusView, statusOf } from './status.ts';
import type { TroubleContext } from './trouble.ts';
import type { ValueHistory } from './value-history.ts';
import { type DeskVenues, type ShownVenue, shownVenue, shownVenueOf } from './venues.ts';
import { type BalanceRow, balanceRows, connectionView } from './view.ts';

/** What is known of a connection beside its row, for this run of the process only. */
export type Held = {
  readonly stored: StoredConnection;
  /** As of the last comparison with custody. */
  key: KeyState;
  isChecking: boolean;
  /** A person waits for this check: the pill says so. */
  isWatchedCheck: boolean;
  isReadingBalances: boolean;
  lastCheckMs: number | null;
  lastBalancesMs: number | null;
  /** Checks in a row that found the exchange not answering. */
  outages: number;
  /** When trouble appeared, or a person last asked. */
  lookedAfterMs: number;
  /** From one check to the next while all is well. */
  regularMs: number;
};

export type BookParts = {
  readonly database: Database;
  readonly custody: CustodyLink;
  readonly venues: DeskVenues;
  readonly prices: Prices;
  readonly history: ValueHistory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Null: there is no such person. */
  readonly currencyOf: (userId: string) => Currency | null;
  readonly isWatched: (userId: string) => boolean;
  readonly publish: (userId: string, message: LiveMessage) => void;
};

export class ConnectionBook {
  readonly #parts: BookParts;
  readonly #held = new Map<string, Held>();
  readonly #onChange: (() => void)[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: BookParts) {
    this.#parts = parts;
  }

  async load(): Promise<void> {
    for (const stored of await readConnections(this.#parts.database)) this.hold(stored);
  }

  /** Whenever a row or what is known of its key may have changed, before it is written. */
  onChange(listener: () => void): void {
    this.#onChange.push(listener);
  }

  hold(stored: StoredConnection): Held {
    const held: Held = {
      stored,
      key: stored.removingAtMs === null ? 'kept' : 'going',
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
    this.#changed();
    return held;
  }

  async forget(held: Held): Promise<void> {
    const { stored } = held;
    this.#held.delete(stored.id);
    this.#changed();
    await deleteConnection(this.#parts.database, stored.owner, stored.id);
    this.#parts.history.forget(stored.id);
    this.#parts.publish(stored.owner, { type: 'connection-removed', id: stored.id });
  }

  /** Notes a changed status with its time, writes the row, tells the page. Writes go one after the other. */
  async save(held: Held, withBalances = false): Promise<void> {
    this.#changed();
    const { stored } = held;
    const { status } = this.status(held);
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
    this.publish(held, withBalances);
  }

  /** The removal of a connection, on disk when this resolves; `null` takes it back. As before where it rejects. */
  async markRemoving(held: Held, atMs: number | null, key: KeyState): Promise<void> {
    const { stored } = held;
    const before = { key: held.key, atMs: stored.removingAtMs };
    held.key = key;
    stored.removingAtMs = atMs;
    try {
      await this.save(held);
    } catch (error) {
      held.key = before.key;
      stored.removingAtMs = before.atMs;
      throw error;
    }
  }

  isReadable(held: Held): boolean {
    if (held.key !== 'kept') return false;
    if (this.#parts.custody.now.condition !== 'open' || held.stored.report === null) return false;
    const { status } = this.status(held);
    return status === 'connected' || status === 'read-only';
  }

  status(held: Held): StatusView {
    const { stored } = held;
    const venue = this.venueOf(stored);
    return statusOf({
      key: held.key,
      custody: this.#parts.custody.now.condition,
      report: stored.report,
      purpose: stored.purpose,
      unserved: venue.unserved,
      lastGoodAtMs: stored.lastGoodAtMs,
      idleDaysUntilOff: venue.guide.idleDaysUntilOff,
      nowMs: this.#parts.clock.nowMs(),
    });
  }

  view(held: Held): Connection {
    const { stored } = held;
    const { custody, history, clock } = this.#parts;
    const currency = this.currency(stored.owner);
    return connectionView(stored, {
      key: held.key,
      venue: this.venueOf(stored),
      priced: this.#priced(stored),
      currency,
      custody: custody.now.condition,
      custodyReason: custody.now.reason,
      week: history.week(stored.id, currency),
      isChecking: held.isWatchedCheck,
      labelOf: (id) => this.labelOf(stored.owner, id),
      nowMs: clock.nowMs(),
    });
  }

  /** Money of an exchange that is not there is no part of a sum: practice money least of all beside real money. */
  counted(held: Held): StoredConnection {
    const { stored } = held;
    return this.venueOf(stored).unserved === null ? stored : { ...stored, balances: null, balancesAtMs: null };
  }

  balanceRows(held: Held): BalanceRow[] {
    return balanceRows(held.stored, this.currency(held.stored.owner), this.#priced(held.stored));
  }

  messages(held: Held, withBalances: boolean): LiveMessage[] {
    const messages: LiveMessage[] = [{ type: 'connection', connection: this.view(held) }];
    if (withBalances) messages.push({ type: 'balances', connection: held.stored.id, balances: this.balanceRows(held) });
    return messages;
  }

  publish(held: Held, withBalances: boolean): void {
    const { owner, id } = held.stored;
    if (!this.#parts.isWatched(owner) || this.#held.get(id) !== held) return;
    for (const message of this.messages(held, withBalances)) this.#parts.publish(owner, message);
  }

  words(userId: string, venueId: VenueId): TroubleContext {
    const { guide, origin } = this.venue(venueId);
    return { guide, origin, labelOf: (id) => this.labelOf(userId, id) };
  }

  labelOf(userId: string, id: string): string | null {
    const held = this.#held.get(id);
    return held !== undefined && held.stored.owner === userId ? held.stored.label : null;
  }

  own(userId: string): readonly Held[] {
    return [...this.#held.values()].filter((held) => held.stored.owner === userId);
  }

  one(userId: string, id: string): Held {
    const held = this.#held.get(id);
    if (held === undefined || held.stored.owner !== userId) throw notFound('connection');
    return held;
  }

  /** Null where it is not there any more, whoever it belonged to. */
  get(id: string): Held | null {
    return this.#held.get(id) ?? null;
  }

  all(): readonly Held[] {
    return [...this.#held.values()];
  }

  currency(userId: string): Currency {
    return this.#parts.currencyOf(userId) ?? 'USDT';
  }

  venue(id: VenueId): ShownVenue {
    return shownVenue(this.#parts.venues, id);
  }

  #changed(): void {
    for (const listener of this.#onChange) listener();
  }

  /** The prices of a rehearsal say nothing of real money, nor real ones of practice money. */
  #priced(stored: StoredConnection): Priced {
    return this.venueOf(stored).unserved === null ? this.#parts.prices.last(stored.venue) : NO_PRICES;
  }

  venueOf(stored: StoredConnection): ShownVenue {
    return shownVenueOf(this.#parts.venues, stored);
  }
}
