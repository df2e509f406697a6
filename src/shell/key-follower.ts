/**
 * Rows follow keys: custody is the truth on which keys exist. Compared at start, whenever custody opens, after every
 * answer that was lost, and once a minute in case that answer came later than anybody waited.
 */

import { CustodyError } from '../custody/client.ts';
import type { CheckReport, KeySummary } from '../custody/protocol.ts';
import { hasPassed } from './clock.ts';
import type { BookParts, ConnectionBook, Held } from './connection-book.ts';
import type { ConnectionCare } from './connection-care.ts';

const KEYS_DEADLINE_MS = 5_000;
const COMPARE_EVERY_MS = 60_000;
/** Removals during one comparison are a handful; this only keeps the set from growing for ever. */
const REMOVED_MAX = 1_000;

export class KeyFollower {
  readonly #book: ConnectionBook;
  readonly #care: ConnectionCare;
  readonly #parts: BookParts;
  /**
   * Taken away by us: a list of keys that was asked for before that must not bring them back. One asked for later may:
   * then the key came back from a backup.
   */
  readonly #removed = new Map<string, 'going' | 'gone'>();
  /** People who were removed from this desk while it ran: a key of theirs that was still being checked goes too. */
  readonly #gone = new Set<string>();
  #comparedMs: number | null = null;
  #comparing: Promise<void> | null = null;

  constructor(book: ConnectionBook, care: ConnectionCare, parts: BookParts) {
    this.#book = book;
    this.#care = care;
    this.#parts = parts;
  }

  /** Whether rows and keys were ever compared since custody opened. */
  get isSettled(): boolean {
    return this.#comparedMs !== null;
  }

  get isDue(): boolean {
    return this.#comparedMs === null || hasPassed(this.#parts.clock.nowMs(), this.#comparedMs, COMPARE_EVERY_MS);
  }

  doubt(): void {
    this.#comparedMs = null;
  }

  compare(): Promise<void> {
    this.#comparing ??= this.#compare()
      .catch((error: unknown) => {
        if (!(error instanceof CustodyError))
          this.#parts.log.error({ err: error }, 'Keys and rows could not be compared');
      })
      .finally(() => {
        this.#comparing = null;
      });
    return this.#comparing;
  }

  /** Only rows that were there before custody was asked may go: a newer one may have just been made. */
  async #compare(): Promise<void> {
    const { custody, currencyOf, log } = this.#parts;
    const before = this.#book.all();
    for (const [id, state] of this.#removed) if (state === 'gone') this.#removed.delete(id);
    const nowMs = this.#parts.clock.nowMs();
    const keys = await custody.client.request('keys', {}, { deadlineMs: KEYS_DEADLINE_MS });
    const byId = new Map(keys.map((key) => [key.connection as string, key]));
    for (const held of before) {
      const key = byId.get(held.stored.id);
      if (key !== undefined && key.owner === held.stored.owner) continue;
      log.warn({ connection: held.stored.id }, 'A connection without a key was removed');
      await this.#book.forget(held);
    }
    for (const key of keys) {
      const known = this.#book.get(key.connection);
      if (known !== null) {
        await this.#follow(known, key);
      } else if (currencyOf(key.owner) === null && this.#gone.has(key.owner)) {
        log.warn({ connection: key.connection }, 'A key of a person who was removed meanwhile was dropped');
        const { connection, owner } = key;
        await custody.client.request('drop', { connection, owner }, { deadlineMs: KEYS_DEADLINE_MS });
      } else if (currencyOf(key.owner) === null) {
        // Of a person who is not here (a database of another day): not ours to delete.
        log.warn({ connection: key.connection }, 'A key of an unknown person was left alone');
      } else if (!this.#removed.has(key.connection)) {
        log.warn({ connection: key.connection }, 'A key without a connection was taken in');
        await this.adopt(key, null);
      }
    }
    this.#comparedMs = nowMs;
  }

  /** The connection of a key; `report` null where none was heard yet, so that a check is due. */
  async adopt(key: KeySummary, report: CheckReport | null): Promise<void> {
    const held = this.#book.get(key.connection) ?? this.#book.hold(this.#rowOf(key));
    if (report === null) await this.#book.save(held);
    else await this.#care.apply(held, report);
  }

  /** To be called when a person's connections are taken away for good. */
  ownerGone(userId: string): void {
    if (this.#gone.size >= REMOVED_MAX) this.#gone.clear();
    this.#gone.add(userId);
  }

  /** To be called before the key goes. */
  removing(id: string): void {
    if (this.#removed.size >= REMOVED_MAX) this.#removed.clear();
    this.#removed.set(id, 'going');
  }

  /** Custody has forgotten the key. */
  wasRemoved(id: string): void {
    this.#removed.set(id, 'gone');
  }

  /** The key stayed after all. */
  notRemoved(id: string): void {
    this.#removed.delete(id);
  }

  /** A replacement whose answer was lost: the key is the new one, so the row says so and a check is due. */
  async #follow(held: Held, key: KeySummary): Promise<void> {
    const { stored } = held;
    const keyAddedAtMs = key.replacedAtMs ?? key.addedAtMs;
    if (stored.keyHint === key.keyHint && stored.keyAddedAtMs === keyAddedAtMs && stored.purpose === key.purpose)
      return;
    Object.assign(stored, { keyHint: key.keyHint, keyAddedAtMs, purpose: key.purpose });
    held.lastCheckMs = null;
    await this.#book.save(held);
  }

  #rowOf(key: KeySummary): Held['stored'] {
    return {
      id: key.connection,
      owner: key.owner,
      venue: key.venue,
      label: key.label,
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
    };
  }
}
