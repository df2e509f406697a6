/**
 * The disks of the processes: real SQLite in memory-backed files, with a hand on every commit. A commit may fail, a
 * process may die right before or right after one, and when a process dies its files are let go as the system would.
 * After a power cut the tail of a log is torn, as far as it was not synced.
 */

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Died, type Loop, type ProcessName } from './loop.ts';

type Handle = { readonly db: DatabaseSync; readonly process: ProcessName; readonly file: string };
type Moment = 'before' | 'after';

const prototype = DatabaseSync.prototype;
const real = { exec: prototype.exec, prepare: prototype.prepare, close: prototype.close };
const WRITES = /^\s*(?:insert|update|delete|replace)\b/i;
const ENDS = /^\s*commit\b/i;

export class Disks {
  /** What fails until it is taken back: each commit of this process. */
  readonly broken = new Set<ProcessName>();
  /** For a planted bug: files that say they are synced and are not. */
  readonly unsynced = new Set<ProcessName>();
  commits = 0;
  /** Written to since the last commit. */
  readonly dirty = new Set<DatabaseSync>();
  onCommit: (process: ProcessName, moment: Moment, file: string, whole: boolean) => void = () => {};
  readonly #loop: Loop;
  readonly #handles = new Map<DatabaseSync, Handle>();
  readonly #descriptors = new Map<number, ProcessName>();

  constructor(loop: Loop) {
    this.#loop = loop;
  }

  /** What a process does after its death is not done. */
  alive(what: string): void {
    if (!this.#loop.isAlive) throw new Died(what);
  }

  opened(db: DatabaseSync): Handle {
    const known = this.#handles.get(db);
    if (known !== undefined) return known;
    const handle = { db, process: this.#loop.current, file: db.location() ?? '' };
    this.#handles.set(db, handle);
    return handle;
  }

  closed(db: DatabaseSync): void {
    this.#handles.delete(db);
  }

  descriptor(fd: number, isOpen: boolean): void {
    if (isOpen) this.#descriptors.set(fd, this.#loop.current);
    else this.#descriptors.delete(fd);
  }

  /** One durable step: a transaction as a `whole`, or a statement by itself. Throws what a disk throws, or `Died`. */
  commit<T>(db: DatabaseSync, run: () => T, whole = true): T {
    const { process, file } = this.opened(db);
    // Reads are put into a transaction too, to see one moment.
    if (!this.dirty.delete(db)) return run();
    this.commits += 1;
    this.onCommit(process, 'before', file, whole);
    if (this.broken.has(process))
      throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 10 });
    const result = run();
    this.onCommit(process, 'after', file, whole);
    return result;
  }

  /** A process is gone: nothing it had not committed is there. */
  release(process: ProcessName, torn = false): void {
    for (const handle of [...this.#handles.values()]) {
      if (handle.process !== process) continue;
      if (!handle.db.isOpen) {
        this.#handles.delete(handle.db);
        continue;
      }
      const { db, file } = handle;
      this.#handles.delete(db);
      const kept = torn ? tearOff(db, file, this.unsynced.has(process)) : null;
      if (db.isTransaction) real.exec.call(db, 'ROLLBACK');
      real.close.call(db);
      kept?.();
    }
    for (const [fd, owner] of this.#descriptors) {
      if (owner !== process) continue;
      this.#descriptors.delete(fd);
      fs.closeSync(fd);
    }
  }

  releaseAll(): void {
    for (const process of ['desk', 'custody', 'exchange', 'world'] as const) this.release(process);
  }
}

/** NORMAL and OFF do not wait for the disk at a commit: how many commits of such a file a power cut may take. */
const UNSYNCED_FRAMES = 40;
const FRAME_HEADER_BYTES = 24;
const LOG_HEADER_BYTES = 32;

/** The files as they lie on the disk when the power goes; whoever calls the result puts them in the place of those closed. */
function tearOff(db: DatabaseSync, file: string, unsynced: boolean): () => void {
  const mode = Number(db.prepare('PRAGMA synchronous').get()?.synchronous);
  const pageBytes = Number(db.prepare('PRAGMA page_size').get()?.page_size);
  const log = `${file}-wal`;
  const data = fs.readFileSync(file);
  const tail = fs.existsSync(log) ? fs.readFileSync(log) : null;
  return () => {
    if (tail === null || tail.length <= LOG_HEADER_BYTES) return;
    const frame = pageBytes + FRAME_HEADER_BYTES;
    const synced =
      mode >= 2 && !unsynced ? tail.length : Math.max(LOG_HEADER_BYTES, tail.length - UNSYNCED_FRAMES * frame);
    fs.writeFileSync(file, data);
    // Half a frame of a commit that never was.
    fs.writeFileSync(log, Buffer.concat([tail.subarray(0, synced), Buffer.alloc(frame >> 1, 0x5a)]));
    fs.rmSync(`${file}-shm`, { force: true });
  };
}

let ruling: Disks | null = null;

/** From here on the databases of this process are those of `disks`. Only for a process of its own. */
export function ruleDisks(disks: Disks): void {
  const first = ruling === null;
  ruling = disks;
  if (!first) return;
  const now = (): Disks => ruling as Disks;
  prototype.exec = function (this: DatabaseSync, sql: string): void {
    now().opened(this);
    if (ENDS.test(sql)) now().commit(this, () => real.exec.call(this, sql));
    else real.exec.call(this, sql);
  };
  prototype.close = function (this: DatabaseSync): void {
    now().closed(this);
    real.close.call(this);
  };
  prototype.prepare = function (this: DatabaseSync, ...parameters: Parameters<typeof real.prepare>): StatementSync {
    now().opened(this);
    const statement = real.prepare.apply(this, parameters);
    const [sql] = parameters;
    if (!ENDS.test(sql) && !WRITES.test(sql)) return statement;
    const isEnd = ENDS.test(sql);
    const held =
      <Values extends readonly unknown[], T>(run: (...values: Values) => T) =>
      (...values: Values): T => {
        // Inside a transaction a write is no durable step yet.
        if (!isEnd) now().dirty.add(this);
        return this.isTransaction && !isEnd ? run(...values) : now().commit(this, () => run(...values), isEnd);
      };
    const run = held(statement.run.bind(statement) as (...values: readonly unknown[]) => unknown);
    const all = held(statement.all.bind(statement) as (...values: readonly unknown[]) => unknown);
    return Object.assign(statement, isEnd ? { run } : { run, all }) as StatementSync;
  };
  for (const name of ['writeSync', 'renameSync', 'truncateSync', 'rmSync'] as const) {
    const writes = fs[name] as (...parameters: readonly unknown[]) => unknown;
    Object.assign(fs, {
      [name]: (...parameters: readonly unknown[]) => {
        now().alive(name);
        return writes(...parameters);
      },
    });
  }
  const { openSync, closeSync } = fs;
  fs.openSync = (...parameters: Parameters<typeof openSync>) => {
    now().alive('open');
    const fd = openSync(...parameters);
    now().descriptor(fd, true);
    return fd;
  };
  fs.closeSync = (fd) => {
    now().descriptor(fd, false);
    closeSync(fd);
  };
  syncBuiltinESMExports();
}
