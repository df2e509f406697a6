/** Reads the audit trail from its files, from the first entry that is kept to the last, and names the first bad one. */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readEntry } from './audit-chain.ts';
import type { Head } from './keystore.ts';
import type { AuditEntry } from './protocol.ts';

const SEGMENT_NAME = /^audit-(\d{12})\.jsonl$/;
const NEWLINE = 0x0a;

export type Segment = { readonly file: string; readonly firstSeq: number };
export type Bad = { readonly seq: number; readonly reason: string };

export type Scan = {
  readonly base: Head;
  readonly head: Head;
  readonly entries: number;
  /** Null: every entry follows the one before it. */
  readonly bad: Bad | null;
  /** Bytes after the last line end: a write that a crash cut off. */
  readonly tornBytes: number;
};

export function segmentName(firstSeq: number): string {
  return `audit-${String(firstSeq).padStart(12, '0')}.jsonl`;
}

export function listSegments(folder: string): readonly Segment[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const firstSeq = SEGMENT_NAME.exec(name)?.[1];
      return firstSeq === undefined ? [] : [{ file: path.join(folder, name), firstSeq: Number(firstSeq) }];
    })
    .sort((a, b) => a.firstSeq - b.firstSeq);
}

/** `base` is what the first entry must follow; null takes the file's word for it (while locked nobody can tell). */
export function scan(segments: readonly Segment[], base: Head | null, onEntry: (entry: AuditEntry) => void): Scan {
  let entries = 0;
  let head: Head | null = base;
  let first: Head | null = base;
  const done = (bad: Bad | null, tornBytes = 0): Scan => {
    const none: Head = { seq: 0, hash: '' };
    return { base: first ?? none, head: head ?? none, entries, bad, tornBytes };
  };
  for (const [index, segment] of segments.entries()) {
    const bytes = readFileSync(segment.file);
    let at = 0;
    while (at < bytes.length) {
      const end = bytes.indexOf(NEWLINE, at);
      const seq: number = head === null ? segment.firstSeq : head.seq + 1;
      if (end === -1) {
        const last = index === segments.length - 1;
        return last ? done(null, bytes.length - at) : done({ seq, reason: 'its line has no end' });
      }
      if (at === 0 && segment.firstSeq !== seq) return done({ seq, reason: 'it is missing' });
      const line = bytes.subarray(at, end);
      if (head === null) {
        head = { seq: seq - 1, hash: claimedPrevious(line) };
        first = head;
      }
      const entry = readEntry(line, { seq, prevHash: head.hash });
      if (typeof entry === 'string') return done({ seq, reason: entry });
      head = { seq, hash: entry.hash };
      entries += 1;
      onEntry(entry);
      at = end + 1;
    }
  }
  return done(null);
}

function claimedPrevious(line: Buffer): string {
  try {
    const { prevHash } = JSON.parse(line.toString('utf8')) as { prevHash?: unknown };
    return typeof prevHash === 'string' ? prevHash : '';
  } catch {
    return '';
  }
}
