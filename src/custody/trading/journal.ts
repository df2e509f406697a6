/**
 * What was signed, durable before it is signed: one SQLite file with the order guard, what each order may cost, and a
 * chain of entries in which each carries the hash of the one before. Row, reservation and entry are one transaction.
 * Requests that arrive together share one (group commit): the disk is waited for once, not once an order.
 *
 * The chain's head and beginning are kept in the keystore, under its MAC, so a file that was put back, cut or changed
 * is noticed at the next start.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Head } from '../keystore.ts';
import type { Clock } from '../seams.ts';
import { JournalError, openFile, openToRead, prepare, type Statements } from './journal-file.ts';

/** Null `endedAtMs`: open, or nobody knows. */
export type OrderRow = {
  readonly clientId: string;
  readonly connection: string;
  readonly keyMark: string;
  readonly intent: string;
  readonly market: string;
  readonly side: string;
  readonly signedAtMs: number;
  /** After this the exchange does not take it any more. */
  readonly validUntilMs: number;
  /** What its price was measured against when it was signed, and the price of the quote asset in USDT. */
  readonly reference: string;
  readonly unitPrice: string;
  /** As a ratio. */
  readonly fee: string;
  /** In USDT: what is reserved, later what it came to. */
  readonly notional: string;
  readonly adverse: string;
  /** JSON of the answer; null while unknown. */
  readonly outcome: string | null;
  readonly endedAtMs: number | null;
};

export type TrailEntry = {
  readonly event: string;
  readonly connection: string | null;
  readonly clientId: string | null;
  readonly market: string | null;
  readonly side: string | null;
  readonly notional: string | null;
  readonly policy: number | null;
  readonly detail: string;
};

export type JournalOptions = {
  readonly folder: string;
  readonly clock: Clock;
  /** Called right before and after each commit, and between two requests in it; tests make the disk fail here. */
  readonly onCommit?: (moment: 'before' | 'in' | 'after') => void;
  readonly rowsMax?: number;
  readonly trailMax?: number;
};

/** What nobody waits for is on the disk by then, also where nothing else comes along. */
const LATER_MS = 250;
/** A quarter of a million orders: years for a person, weeks for busy bots. Older ended ones leave a watermark. */
const ROWS_MAX = 250_000;
const TRAIL_MAX = 500_000;
/** Nobody asks for the outcome of an order that ended so long ago. */
const ROW_KEPT_MS = 3 * 24 * 3_600_000;

type Job = { readonly write: () => void; readonly done: () => void; readonly failed: (error: JournalError) => void };

export class Journal {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #onCommit: (moment: 'before' | 'in' | 'after') => void;
  readonly #rowsMax: number;
  readonly #trailMax: number;
  #db: DatabaseSync;
  #statements: Statements;
  #head: Head;
  #waiting: Job[] = [];
  #scheduled = false;
  #later: NodeJS.Timeout | null = null;
  #failure: string | null = null;

  /** Throws `JournalError`. */
  constructor(options: JournalOptions) {
    this.#clock = options.clock;
    this.#onCommit = options.onCommit ?? (() => {});
    this.#rowsMax = options.rowsMax ?? ROWS_MAX;
    this.#trailMax = options.trailMax ?? TRAIL_MAX;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#file = path.join(options.folder, 'orders.sqlite');
    this.#db = openFile(this.#file);
    this.#statements = prepare(this.#db);
    this.#head = lastOf(this.#statements);
  }

  /** Random and made with the file: the keystore remembers it, so that another file in its place is noticed. */
  get identity(): string {
    return String(this.#statements.meta.get('identity')?.value);
  }

  get head(): Head {
    return this.#head;
  }

  /** Why nothing can be written; empty where all is well. */
  get failure(): string {
    return this.#failure ?? '';
  }

  row(clientId: string, connection: string, keyMark: string): OrderRow | null {
    return (this.#statements.row.get(clientId, connection, keyMark) as OrderRow | undefined) ?? null;
  }

  /** Everything that still counts: live orders, and what ended since. */
  rowsSince(sinceMs: number): readonly OrderRow[] {
    return this.#statements.since.all(sinceMs) as unknown as readonly OrderRow[];
  }

  /** Ids up to this sequence number were pruned; null: none. */
  watermark(connection: string, line: string): number | null {
    const row = this.#statements.watermark.get(connection, line);
    return row === undefined ? null : Number(row.seq);
  }

  /** Durable when it resolves. Rejects with `JournalError`; nothing of it is written then. */
  sign(rows: readonly OrderRow[], policy: number): Promise<void> {
    return this.#enqueue(() => {
      for (const row of rows) {
        const { clientId, connection, market, side, notional } = row;
        this.#statements.insert.run(
          clientId,
          connection,
          row.keyMark,
          row.intent,
          market,
          side,
          row.signedAtMs,
          row.validUntilMs,
          row.reference,
          row.unitPrice,
          row.fee,
          notional,
          row.adverse,
        );
        this.#append({ event: 'sign', connection, clientId, market, side, notional, policy, detail: row.intent });
      }
    });
  }

  /** As `sign`. `row` is what it came to. `mayWait`: it goes along with the next commit, a moment later at most. */
  settle(row: OrderRow, detail: string, mayWait = false): Promise<void> {
    return this.#enqueue(() => {
      const { clientId, connection, market, side, notional } = row;
      this.#statements.settle.run(row.notional, row.adverse, row.outcome, row.endedAtMs, clientId, connection);
      this.#append({ event: 'outcome', connection, clientId, market, side, notional, policy: null, detail });
    }, mayWait);
  }

  note(entries: readonly TrailEntry[]): Promise<void> {
    return this.#enqueue(() => {
      for (const entry of entries) this.#append(entry);
    });
  }

  /** At once, for what must not wait: a halt. Throws `JournalError`. */
  now(write: { readonly meta: readonly (readonly [string, string])[]; readonly entry: TrailEntry }): void {
    this.#commit([
      {
        write: () => {
          for (const [name, value] of write.meta) this.#statements.setMeta.run(name, value);
          this.#append(write.entry);
        },
        done: () => {},
        failed: (error) => {
          throw error;
        },
      },
    ]);
  }

  meta(name: string): string | null {
    const value = this.#statements.meta.get(name)?.value;
    return typeof value === 'string' ? value : null;
  }

  /** After a failure, by the owner's command: opens the file anew and proves that it can be written. */
  reopen(): void {
    this.flush();
    this.#db.close();
    try {
      this.#db = openFile(this.#file);
      this.#failure = null;
    } catch (error) {
      // Still not: it is at least read on, for what was signed and is asked about.
      this.#db = openToRead(this.#file);
      throw error;
    } finally {
      this.#statements = prepare(this.#db);
      this.#head = lastOf(this.#statements);
    }
  }

  /** Another file in this one's place, which is kept beside it. */
  startOver(): void {
    this.flush();
    this.#db.close();
    renameSync(this.#file, `${this.#file}.bad-${this.#clock.nowMs()}`);
    this.#db = openFile(this.#file);
    this.#statements = prepare(this.#db);
    this.#head = lastOf(this.#statements);
    this.#failure = null;
  }

  /** Why the chain, or a row, is not what was written; empty where all is. `base` precedes the first entry. */
  verify(base: Head, head: Head): string {
    let before = base;
    let reached = head.seq <= base.seq;
    for (const row of this.#statements.trail.iterate(base.seq)) {
      const seq = Number(row.seq);
      if (seq !== before.seq + 1) return `entry ${before.seq + 1} of the order journal is missing`;
      if (row.hash !== hashOf(seq, before.hash, String(row.entry)))
        return `entry ${seq} of the order journal was changed`;
      before = { seq, hash: String(row.hash) };
      if (seq === head.seq) reached = row.hash === head.hash;
    }
    if (!reached) return `the order journal ends at ${before.seq} or was replaced; the keystore remembers ${head.seq}`;
    for (const { client, connection } of this.#statements.lost.iterate()) {
      const { line, seq } = lineOf(String(client));
      if (seq > (this.watermark(String(connection), line) ?? -1))
        return `the order journal has lost its row of ${String(client)}`;
    }
    return '';
  }

  /** Drops what nobody asks for any more. Gives the new beginning of the chain, or null where nothing was dropped. */
  prune(base: Head): Head | null {
    const rows = Number(this.#db.prepare('SELECT count(*) AS n FROM orders').get()?.n);
    const spare = this.#head.seq - base.seq - this.#trailMax;
    if (rows <= this.#rowsMax && spare <= 0) return null;
    const upTo = base.seq + Math.max(spare, 0);
    const hash = this.#db.prepare('SELECT hash FROM trail WHERE seq = ?').get(upTo)?.hash;
    this.#commit([
      {
        write: () => {
          const old = this.#db
            .prepare(
              `SELECT client_id AS clientId, connection FROM orders WHERE ended_at_ms < ? ORDER BY signed_at_ms
               LIMIT max(0, ? - ?)`,
            )
            .all(this.#clock.nowMs() - ROW_KEPT_MS, rows, this.#rowsMax);
          for (const { clientId, connection } of old) {
            const { line, seq } = lineOf(String(clientId));
            this.#statements.raise.run(String(connection), line, seq);
            this.#db
              .prepare('DELETE FROM orders WHERE client_id = ? AND connection = ?')
              .run(String(clientId), String(connection));
          }
        },
        done: () => {},
        failed: () => {},
      },
    ]);
    return typeof hash === 'string' ? { seq: upTo, hash } : null;
  }

  /** After the keystore knows the new beginning. */
  forgetTrail(base: Head): void {
    this.#commit([
      {
        write: () => void this.#db.prepare('DELETE FROM trail WHERE seq <= ?').run(base.seq),
        done: () => {},
        failed: () => {},
      },
    ]);
  }

  close(): void {
    this.flush();
    this.#db.close();
  }

  #enqueue(write: () => void, mayWait = false): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ write, done, failed });
      if (mayWait) {
        this.#later ??= setTimeout(() => this.flush(), LATER_MS).unref();
        return;
      }
      if (this.#scheduled) return;
      this.#scheduled = true;
      // After the events that are here already: those share the commit.
      setImmediate(() => {
        this.#scheduled = false;
        this.flush();
      });
    });
  }

  /** Whatever waits, now. Those who asked hear what became of it. */
  flush(): void {
    if (this.#later !== null) clearTimeout(this.#later);
    this.#later = null;
    const jobs = this.#waiting;
    this.#waiting = [];
    if (jobs.length > 0) this.#commit(jobs);
  }

  #commit(jobs: readonly Job[]): void {
    const before = this.#head;
    try {
      if (this.#failure !== null) throw new Error(this.#failure);
      this.#db.exec('BEGIN IMMEDIATE');
      for (const [index, job] of jobs.entries()) {
        if (index > 0) this.#onCommit('in');
        job.write();
      }
      this.#onCommit('before');
      this.#db.exec('COMMIT');
      this.#onCommit('after');
    } catch (error) {
      this.#head = before;
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      this.#failure ??= error instanceof Error ? error.message : String(error);
      const told = new JournalError(`The order journal cannot be written (${this.#failure})`);
      for (const job of jobs) job.failed(told);
      return;
    }
    for (const job of jobs) job.done();
  }

  #append(entry: TrailEntry): void {
    const text = JSON.stringify({ atMs: this.#clock.nowMs(), ...entry });
    const seq = this.#head.seq + 1;
    const hash = hashOf(seq, this.#head.hash, text);
    this.#statements.append.run(seq, text, hash);
    this.#head = { seq, hash };
  }
}

/** A client id is its line and a number that grows along it. */
export function lineOf(clientId: string): { readonly line: string; readonly seq: number } {
  const [, line = '', seq = ''] = /^(.*)-([^-]*)$/.exec(clientId) ?? [];
  return { line, seq: Number.parseInt(seq, 36) };
}

function hashOf(seq: number, before: string, text: string): string {
  return createHash('sha256').update(`${seq}|${before}|${text}`).digest('hex');
}

function lastOf(statements: Statements): Head {
  const last = statements.last.get();
  return last === undefined ? { seq: 0, hash: '' } : { seq: Number(last.seq), hash: String(last.hash) };
}
