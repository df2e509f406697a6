/**
 * Takes connections away so that no crash leaves half of it: a mark on the row, then the key, then the row. A removal
 * that was begun is finished by whoever finds the mark; a row without the mark is never deleted, key or no key.
 */

import { CustodyError } from '../custody/client.ts';
import type { BookParts, ConnectionBook, Held } from './connection-book.ts';
import { custodyRefusal } from './custody-refusal.ts';
import type { By, Record } from './key-events.ts';
import { Refusal } from './refusal.ts';

const DROP_DEADLINE_MS = 5_000;
/** Removals during one comparison are a handful; this only keeps the map from growing for ever. */
const REMOVED_MAX = 1_000;

export class Removals {
  readonly #book: ConnectionBook;
  readonly #parts: BookParts & { readonly record: Record };
  /** Whoever asks for the same removal while one runs waits for that one. */
  readonly #running = new Map<string, Promise<void>>();
  /**
   * Taken away by us: a list of keys that was asked for before that must not bring them back. One asked for later may:
   * then the key came back from a backup.
   */
  readonly #removed = new Map<string, 'going' | 'gone'>();

  constructor(book: ConnectionBook, parts: BookParts & { readonly record: Record }) {
    this.#book = book;
    this.#parts = parts;
  }

  /** Resolves once key and row are gone. Rejects with a refusal; the row is then as before, or stays marked. */
  remove(held: Held, by: By | null): Promise<void> {
    const { id } = held.stored;
    const running = this.#running.get(id);
    if (running !== undefined) return running;
    const removal = this.#remove(held, by).finally(() => this.#running.delete(id));
    this.#running.set(id, removal);
    return removal;
  }

  /** A list of keys is about to be asked for: what went before that cannot stand in it. */
  beforeKeysAreAsked(): void {
    for (const [id, state] of this.#removed) if (state === 'gone') this.#removed.delete(id);
  }

  wasRemoved(id: string): boolean {
    return this.#removed.has(id);
  }

  async #remove(held: Held, by: By | null): Promise<void> {
    const { stored } = held;
    if (this.#removed.size >= REMOVED_MAX) this.#removed.clear();
    this.#removed.set(stored.id, 'going');
    try {
      await this.#markAndDrop(held);
    } catch (error) {
      this.#removed.delete(stored.id);
      throw error;
    }
    this.#removed.set(stored.id, 'gone');
    await this.#book.forget(held);
    await this.#parts.record(
      stored.owner,
      'key-removed',
      `Removed “${stored.label}” and its key ${stored.keyHint}.`,
      by,
    );
  }

  async #markAndDrop(held: Held): Promise<void> {
    const { id, owner, removingAtMs } = held.stored;
    const before = held.key;
    if (removingAtMs === null) await this.#book.markRemoving(held, this.#parts.clock.nowMs(), 'going');
    try {
      await this.#parts.custody.client.request('drop', { connection: id, owner }, { deadlineMs: DROP_DEADLINE_MS });
    } catch (error) {
      if (!(error instanceof CustodyError)) throw error;
      switch (error.code) {
        case 'NOT_FOUND':
          return;
        case 'UNREACHABLE':
        case 'EXPIRED':
        case 'INTERNAL':
          // Perhaps it was heard and perhaps not. The mark stays: the next comparison asks again.
          throw new Refusal(
            'custody_unreachable',
            'The process that holds the keys does not answer.',
            'The removal is written down, and is finished by itself as soon as that process answers.',
          );
        default:
          // Refused, so the key is as before, and the person is told. A mark of an earlier run stays: then they were not.
          if (removingAtMs === null) await this.#book.markRemoving(held, null, before);
          throw custodyRefusal(error);
      }
    }
  }
}
