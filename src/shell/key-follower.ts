/**
 * Compares rows with keys: at start, whenever custody opens, after every answer that was lost, and once a minute in case
 * that answer came later than anybody waited. Custody is the truth on which keys exist, and on nothing else: a row
 * without a key keeps its name and history, for the keystore may be an older one and the right one yet to be restored.
 */

import { CustodyError } from '../custody/client.ts';
import type { CheckReport, KeySummary } from '../custody/protocol.ts';
import { hasPassed } from './clock.ts';
import type { BookParts, ConnectionBook, Held } from './connection-book.ts';
import type { ConnectionCare } from './connection-care.ts';
import { Refusal } from './refusal.ts';
import type { Removals } from './removals.ts';

const KEYS_DEADLINE_MS = 5_000;
const COMPARE_EVERY_MS = 60_000;
/** People are removed one by one; this only keeps the set from growing for ever. */
const GONE_MAX = 1_000;

export class KeyFollower {
  readonly #book: ConnectionBook;
  readonly #care: ConnectionCare;
  readonly #removals: Removals;
  readonly #parts: BookParts;
  /** People who were removed from this desk while it ran: a key of theirs that was still being checked goes too. */
  readonly #gone = new Set<string>();
  #comparedMs: number | null = null;
  #comparing: Promise<void> | null = null;

  constructor(book: ConnectionBook, care: ConnectionCare, removals: Removals, parts: BookParts) {
    this.#book = book;
    this.#care = care;
    this.#removals = removals;
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

  async #compare(): Promise<void> {
    const { custody, currencyOf, log } = this.#parts;
    const before = this.#book.all().map((held) => ({ held, keyAddedAtMs: held.stored.keyAddedAtMs }));
    this.#removals.beforeKeysAreAsked();
    const nowMs = this.#parts.clock.nowMs();
    const keys = await custody.client.request('keys', {}, { deadlineMs: KEYS_DEADLINE_MS });
    const byId = new Map(keys.map((key) => [key.connection as string, key]));
    for (const { held, keyAddedAtMs } of before) {
      const { id, owner, removingAtMs } = held.stored;
      if (this.#book.get(id) !== held) continue;
      // Its key got a new one since custody was asked: the list says nothing of that.
      const isOfNow = held.stored.keyAddedAtMs === keyAddedAtMs;
      if (removingAtMs !== null) await this.#finishRemoval(held);
      else if (isOfNow && byId.get(id)?.owner !== owner) await this.#miss(held);
    }
    for (const key of keys) {
      const known = this.#book.get(key.connection);
      if (known !== null && known.stored.owner !== key.owner) {
        log.error({ connection: key.connection }, 'A key has the id of a connection of another person; it is not used');
      } else if (known !== null) {
        await this.#follow(known, key);
      } else if (currencyOf(key.owner) === null && this.#gone.has(key.owner)) {
        log.warn({ connection: key.connection }, 'A key of a person who was removed meanwhile was dropped');
        const { connection, owner } = key;
        await custody.client.request('drop', { connection, owner }, { deadlineMs: KEYS_DEADLINE_MS });
      } else if (currencyOf(key.owner) === null) {
        // Of a person who is not here (a database of another day): not ours to delete.
        log.warn({ connection: key.connection }, 'A key of an unknown person was left alone');
      } else if (!this.#removals.wasRemoved(key.connection)) {
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
    if (this.#gone.size >= GONE_MAX) this.#gone.clear();
    this.#gone.add(userId);
  }

  /** Begun by a person, and cut off: by a crash, or by custody that did not answer. */
  async #finishRemoval(held: Held): Promise<void> {
    const { id } = held.stored;
    try {
      await this.#removals.remove(held, null);
      this.#parts.log.warn({ connection: id }, 'A removal that was cut off was finished');
    } catch (error) {
      // The mark stays, and so does the row: asked again with the next comparison.
      if (!(error instanceof Refusal)) throw error;
      this.#parts.log.warn({ connection: id, err: error }, 'A removal that was cut off could not be finished yet');
    }
  }

  async #miss(held: Held): Promise<void> {
    if (held.key === 'missing') return;
    this.#parts.log.warn({ connection: held.stored.id }, 'The key of a connection is not in the keystore');
    held.key = 'missing';
    await this.#book.save(held);
  }

  /**
   * A key that came back, from a backup say, or a replacement whose answer was lost: the row says what is so and a check
   * is due.
   */
  async #follow(held: Held, key: KeySummary): Promise<void> {
    const { stored } = held;
    if (stored.removingAtMs !== null) return;
    const keyAddedAtMs = key.replacedAtMs ?? key.addedAtMs;
    const isSame =
      stored.keyHint === key.keyHint && stored.keyAddedAtMs === keyAddedAtMs && stored.purpose === key.purpose;
    if (isSame && held.key === 'kept') return;
    held.key = 'kept';
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
      removingAtMs: null,
      madeOnPractice: this.#book.venue(key.venue).isPractice,
    };
  }
}
