/** Entries of the audit trail and how each is tied to the one before. Pure: no file is touched here. */

import { createHash } from 'node:crypto';
import { parseCanonical } from './frames.ts';
import type { AuditEntry } from './protocol.ts';

export type Draft = Omit<AuditEntry, 'hash'>;

/** Longer texts of others (a venue's words, a label) are cut before they reach the trail. */
export const DETAIL_LENGTH_MAX = 500;

/** The field order is part of the format: it is what is hashed. */
export function finishEntry(draft: Draft): AuditEntry {
  const { seq, atMs, event, connection, owner, detail, prevHash } = draft;
  const ordered = { seq, atMs, event, connection, owner, detail, prevHash };
  return { ...ordered, hash: createHash('sha256').update(JSON.stringify(ordered)).digest('hex') };
}

export function printEntry(entry: AuditEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

export type Expected = { readonly seq: number; readonly prevHash: string };

/** The entry in this line, or why it cannot be the one that belongs here. `line` is without its line end. */
export function readEntry(line: Buffer, expected: Expected): AuditEntry | string {
  const value = parseCanonical(line);
  if (!isEntry(value)) return 'it is not an entry';
  if (value.seq !== expected.seq) return `it says it is entry ${value.seq}`;
  if (value.prevHash !== expected.prevHash) return 'it does not follow the entry before it';
  const again = finishEntry(value);
  if (again.hash !== value.hash) return 'its hash does not fit its text';
  // Another order of fields or a field too many is another text than ours.
  if (!line.equals(Buffer.from(JSON.stringify(again), 'utf8'))) return 'it is not an entry';
  return again;
}

function isEntry(value: unknown): value is AuditEntry {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(entry.seq) &&
    Number.isSafeInteger(entry.atMs) &&
    ['event', 'detail', 'prevHash', 'hash'].every((name) => typeof entry[name] === 'string') &&
    ['connection', 'owner'].every((name) => entry[name] === null || typeof entry[name] === 'string')
  );
}
