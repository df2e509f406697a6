import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './database.ts';
import { integer, text, textOrNull } from './row.ts';

/**
 * What every signed request leaves behind: the nonce it used and when. A file of its own, committed without waiting for
 * the disk: it survives the death of the process at any moment (kill -9), and a power cut may take the last seconds.
 * Money and keys never live here, so that they can afford to wait for the disk and requests do not have to.
 *
 * Memory decides, the file is its copy: what is taken in one turn of the event loop is written in one commit at its end.
 * Nobody may carry a request out before `written` says that its nonce is there.
 */
export interface KeyUse {
  /** True where `nonce` is greater than every nonce taken before without a window; it is taken then. */
  takeGrowing(key: string, nonce: bigint, nowMs: number): boolean;
  /** True where `nonce` was not seen within its window; it is taken then. Windows do not raise the growing nonce. */
  takeUnique(key: string, nonce: bigint, nowMs: number, expiresAtMs: number): boolean;
  /** When all that was taken is in the file; null where it is already. Rejects where it cannot be written. */
  written(): Promise<void> | null;
  lastUsedAtMs(key: string): number | null;
  forget(key: string): void;
}

/** Expired nonces are swept once in so many insertions. */
const SWEEP_EVERY = 1000;

type Use = { nonce: bigint | null; usedAtMs: number };
type Unique = { readonly key: string; readonly nonce: bigint; readonly expiresAtMs: number };

/** `defer` runs the work soon, after the input that has already arrived. */
export function createKeyUse(
  database: DatabaseSync,
  defer: (work: () => void) => void = (work) => void setImmediate(work),
): KeyUse {
  const uses = readUses(database);
  const windows = readWindows(database);
  const upsert = database.prepare(
    `INSERT INTO key_use (key, nonce, used_at_ms) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET nonce = excluded.nonce, used_at_ms = excluded.used_at_ms`,
  );
  const insertUnique = database.prepare('INSERT INTO window_nonce (key, nonce, expires_at_ms) VALUES (?, ?, ?)');
  const sweep = database.prepare('DELETE FROM window_nonce WHERE expires_at_ms < ?');
  const dropUse = database.prepare('DELETE FROM key_use WHERE key = ?');
  const dropUnique = database.prepare('DELETE FROM window_nonce WHERE key = ?');
  let insertions = 0;
  const changed = new Set<string>();
  let unwritten: Unique[] = [];
  let sweepBeforeMs: number | null = null;
  let writing: Promise<void> | null = null;

  function write(): void {
    inTransaction(database, () => {
      for (const key of changed) {
        const use = uses.get(key);
        if (use !== undefined) upsert.run(key, use.nonce === null ? null : String(use.nonce), use.usedAtMs);
      }
      for (const { key, nonce, expiresAtMs } of unwritten) insertUnique.run(key, String(nonce), expiresAtMs);
      if (sweepBeforeMs !== null) sweep.run(sweepBeforeMs);
    });
  }

  function remember(key: string, use: Use): void {
    uses.set(key, use);
    changed.add(key);
    if (writing !== null) return;
    writing = new Promise((resolve, reject) => {
      defer(() => {
        writing = null;
        try {
          write();
          resolve();
        } catch (error) {
          // Those who wait are answered with a fault and nothing of theirs is carried out.
          reject(error);
        }
        changed.clear();
        unwritten = [];
        sweepBeforeMs = null;
      });
    });
    // Whoever asks for it hears of a failure; a nonce that nobody asks for must not end the process.
    writing.catch(() => undefined);
  }

  function sweepMemory(nowMs: number): void {
    sweepBeforeMs = nowMs;
    for (const nonces of windows.values())
      for (const [nonce, expiresAtMs] of nonces) if (expiresAtMs < nowMs) nonces.delete(nonce);
  }

  return {
    takeGrowing(key, nonce, nowMs) {
      const last = uses.get(key)?.nonce ?? null;
      if (last !== null && nonce <= last) return false;
      remember(key, { nonce, usedAtMs: nowMs });
      return true;
    },
    takeUnique(key, nonce, nowMs, expiresAtMs) {
      insertions += 1;
      if (insertions % SWEEP_EVERY === 0) sweepMemory(nowMs);
      const seen = windowOf(windows, key);
      if (seen.has(nonce)) return false;
      seen.set(nonce, expiresAtMs);
      unwritten.push({ key, nonce, expiresAtMs });
      remember(key, { nonce: uses.get(key)?.nonce ?? null, usedAtMs: nowMs });
      return true;
    },
    written: () => writing,
    lastUsedAtMs: (key) => uses.get(key)?.usedAtMs ?? null,
    forget(key) {
      dropUse.run(key);
      dropUnique.run(key);
      uses.delete(key);
      windows.delete(key);
      changed.delete(key);
      unwritten = unwritten.filter((one) => one.key !== key);
    },
  };
}

function readUses(database: DatabaseSync): Map<string, Use> {
  const uses = new Map<string, Use>();
  for (const row of database.prepare('SELECT * FROM key_use').all()) {
    const nonce = textOrNull(row, 'nonce');
    uses.set(text(row, 'key'), { nonce: nonce === null ? null : BigInt(nonce), usedAtMs: integer(row, 'used_at_ms') });
  }
  return uses;
}

/** By key: nonces that came with a window, and when each may be forgotten. */
type Windows = Map<string, Map<bigint, number>>;

function readWindows(database: DatabaseSync): Windows {
  const windows: Windows = new Map();
  for (const row of database.prepare('SELECT key, nonce, expires_at_ms FROM window_nonce').all())
    windowOf(windows, text(row, 'key')).set(BigInt(text(row, 'nonce')), integer(row, 'expires_at_ms'));
  return windows;
}

function windowOf(windows: Windows, key: string): Map<bigint, number> {
  let nonces = windows.get(key);
  if (nonces === undefined) {
    nonces = new Map();
    windows.set(key, nonces);
  }
  return nonces;
}
