import type { DatabaseSync } from 'node:sqlite';
import { integer, text, textOrNull } from './row.ts';

/**
 * What every signed request leaves behind: the nonce it used and when. A file of its own, committed without waiting for
 * the disk: it survives the death of the process at any moment (kill -9), and a power cut may take the last seconds.
 * Money and keys never live here, so that they can afford to wait for the disk and requests do not have to.
 */
export interface KeyUse {
  /** True where `nonce` is greater than every nonce taken before without a window; it is taken then. */
  takeGrowing(key: string, nonce: bigint, nowMs: number): boolean;
  /** True where `nonce` was not seen within its window; it is taken then. Windows do not raise the growing nonce. */
  takeUnique(key: string, nonce: bigint, nowMs: number, expiresAtMs: number): boolean;
  lastUsedAtMs(key: string): number | null;
  forget(key: string): void;
}

/** Expired nonces are swept once in so many insertions. */
const SWEEP_EVERY = 1000;

type Use = { nonce: bigint | null; usedAtMs: number };

export function createKeyUse(database: DatabaseSync): KeyUse {
  const uses = new Map<string, Use>();
  for (const row of database.prepare('SELECT * FROM key_use').all()) {
    const nonce = textOrNull(row, 'nonce');
    uses.set(text(row, 'key'), { nonce: nonce === null ? null : BigInt(nonce), usedAtMs: integer(row, 'used_at_ms') });
  }
  const upsert = database.prepare(
    `INSERT INTO key_use (key, nonce, used_at_ms) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET nonce = excluded.nonce, used_at_ms = excluded.used_at_ms`,
  );
  const insertUnique = database.prepare(
    'INSERT INTO window_nonce (key, nonce, expires_at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const sweep = database.prepare('DELETE FROM window_nonce WHERE expires_at_ms < ?');
  const dropUse = database.prepare('DELETE FROM key_use WHERE key = ?');
  const dropUnique = database.prepare('DELETE FROM window_nonce WHERE key = ?');
  let insertions = 0;

  function remember(key: string, nonce: bigint | null, usedAtMs: number): void {
    upsert.run(key, nonce === null ? null : nonce.toString(), usedAtMs);
    uses.set(key, { nonce, usedAtMs });
  }

  return {
    takeGrowing(key, nonce, nowMs) {
      const last = uses.get(key)?.nonce ?? null;
      if (last !== null && nonce <= last) return false;
      remember(key, nonce, nowMs);
      return true;
    },
    takeUnique(key, nonce, nowMs, expiresAtMs) {
      insertions += 1;
      if (insertions % SWEEP_EVERY === 0) sweep.run(nowMs);
      if (insertUnique.run(key, nonce.toString(), expiresAtMs).changes === 0) return false;
      remember(key, uses.get(key)?.nonce ?? null, nowMs);
      return true;
    },
    lastUsedAtMs: (key) => uses.get(key)?.usedAtMs ?? null,
    forget(key) {
      dropUse.run(key);
      dropUnique.run(key);
      uses.delete(key);
    },
  };
}
