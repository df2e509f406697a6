/** What custody says about trading as a whole: its epoch, its halts, its trouble. Asked every few seconds. */

import { CustodyError } from '../../custody/client.ts';
import type { TradingStatus } from '../../custody/trade-protocol.ts';
import type { CustodyLink } from '../custody-link.ts';
import { attempt, countAt, fieldsOf, listAt, maybe, textAt } from './wire-fields.ts';

const STATUS_DEADLINE_MS = 3_000;

export class TradingWatch {
  readonly #custody: CustodyLink;
  readonly #onHeard: (status: TradingStatus, before: TradingStatus | null) => void;
  #status: TradingStatus | null = null;
  /** Counts what was heard: an answer that was asked for before the last word is older than it. */
  #heard = 0;
  #asking: Promise<void> | null = null;

  constructor(custody: CustodyLink, onHeard: (status: TradingStatus, before: TradingStatus | null) => void) {
    this.#custody = custody;
    this.#onHeard = onHeard;
  }

  /** Null: never heard, or custody was locked when it was. */
  get status(): TradingStatus | null {
    return this.#status;
  }

  heard(status: TradingStatus): void {
    this.#heard += 1;
    // Locked: it does not know then.
    if (status.epoch === 0) return;
    const before = this.#status;
    this.#status = status;
    this.#onHeard(status, before);
  }

  /** One question at a time; whoever asks meanwhile waits for the same answer. */
  ask(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const before = this.#heard;
    try {
      const reply: unknown = await this.#custody.client.request(
        'trading-status',
        {},
        { deadlineMs: STATUS_DEADLINE_MS },
      );
      const read = attempt(() => readStatus(reply));
      if (read.ok && before === this.#heard) this.heard(read.value);
    } catch (error) {
      if (!(error instanceof CustodyError)) throw error;
    }
  }
}

function readStatus(value: unknown): TradingStatus {
  const fields = fieldsOf(value);
  const head = fieldsOf(fields.ordersHead);
  return {
    epoch: countAt(fields, 'epoch'),
    halts: listAt(fields, 'halts', readHalt),
    reducing: listAt(fields, 'reducing', readHalt),
    trouble: textAt(fields, 'trouble'),
    ordersHead: { seq: countAt(head, 'seq'), hash: textAt(head, 'hash') },
  };
}

function readHalt(value: unknown): TradingStatus['halts'][number] {
  const row = fieldsOf(value);
  const connection = maybe(row, 'connection', textAt) as TradingStatus['halts'][number]['connection'];
  return { connection, atMs: countAt(row, 'atMs'), why: textAt(row, 'why') };
}
