/**
 * The audit trail: an append-only file in which every entry carries the hash of the one before it. Every 1,000 entries
 * or 60 s, and at each end, a checkpoint is signed with a key that only the keystore has, and its place is kept in the
 * keystore too, so that a tail cut off is noticed. What a thief of this machine's user can still do is to cut off what
 * was written since the last checkpoint; that is at most a minute.
 *
 * No durable entry, no signature: `append` returns when the entry is on the disk, or throws, and after one throw there
 * is no further entry until a restart.
 */

import { createHmac, type KeyObject } from 'node:crypto';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { DETAIL_LENGTH_MAX, finishEntry, printEntry } from './audit-chain.ts';
import { type Bad, listSegments, type Scan, type Segment, scan, segmentName } from './audit-scan.ts';
import { WRITE_THROUGH } from './keyfile.ts';
import type { Head, KeystoreState } from './keystore.ts';
import type { AuditEntry, AuditVerification } from './protocol.ts';
import type { Clock } from './seams.ts';

export const CHECKPOINT_ENTRIES = 1_000;
export const CHECKPOINT_MS = 60_000;
/** 128 MiB in all: about four hundred thousand entries, most of a year for a desk with five accounts. */
const SEGMENT_BYTES = 8 * 1024 * 1024;
const SEGMENTS_MAX = 16;
/** What an intent comes to. */
const INTENT_ENDS = new Set(['stored', 'not-stored', 'dropped', 'not-dropped']);
/** What the page asks for again and again lies in memory. */
const RECENT_MAX = 1_000;

export class AuditError extends Error {
  override name = 'AuditError';
}

export type About = { readonly connection?: string | null; readonly owner?: string | null; readonly detail?: string };

/** The half of the keystore that the trail needs while it is open. */
export type Seal = {
  readonly key: KeyObject;
  state(): Pick<KeystoreState, 'auditBase' | 'auditHead'>;
  save(change: Partial<Pick<KeystoreState, 'auditBase' | 'auditHead'>>): void;
};

export type AuditOptions = {
  readonly folder: string;
  readonly clock: Clock;
  readonly segmentBytes?: number;
  readonly segmentsMax?: number;
};

export class AuditTrail {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #segmentBytes: number;
  readonly #segmentsMax: number;
  #segments: Segment[];
  #handle: number | null = null;
  #handleBytes = 0;
  #head: Head;
  #bad: Bad | null;
  #failure: string | null = null;
  #seal: Seal | null = null;
  #sinceCheckpoint = 0;
  #checkpointAtMs: number;
  #recent: AuditEntry[] = [];
  readonly #intents = new Map<string, AuditEntry>();

  /** Reads all of it. A line that a crash cut off was never acted upon: it is removed, and that is written down. */
  constructor(options: AuditOptions) {
    this.#folder = options.folder;
    this.#clock = options.clock;
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
    this.#segmentsMax = options.segmentsMax ?? SEGMENTS_MAX;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.#segments = [...listSegments(this.#folder)];
    this.#checkpointAtMs = this.#clock.nowMs();
    const found = scan(this.#segments, null, (entry) => this.#remember(entry));
    this.#head = found.head;
    this.#bad = found.bad;
    if (found.bad === null && found.tornBytes > 0) this.#cutTorn(found);
  }

  get head(): Head {
    return this.#head;
  }

  /** Why nothing can be written and so nothing signed; empty where all is well. */
  get trouble(): string {
    if (this.#bad !== null) return `the audit trail does not verify from entry ${this.#bad.seq}: ${this.#bad.reason}`;
    return this.#failure === null ? '' : `the audit trail cannot be written (${this.#failure})`;
  }

  /** Intents that nothing followed: a crash came in between. */
  openIntents(): readonly AuditEntry[] {
    return [...this.#intents.values()];
  }

  /** Call when the keystore opens: from here on there are checkpoints. Finds a tail or a beginning that is missing. */
  attach(seal: Seal): void {
    const { auditBase } = seal.state();
    const stale = this.#segments.filter(
      (one, index) =>
        (this.#segments[index + 1]?.firstSeq ?? Infinity) <= auditBase.seq + 1 && one.firstSeq <= auditBase.seq,
    );
    for (const segment of stale) rmSync(segment.file, { force: true });
    this.#segments = this.#segments.filter((segment) => !stale.includes(segment));
    this.#seal = seal;
    this.#bad ??= this.#examine(seal).bad;
  }

  /**
   * Begins a new trail and keeps the one that does not verify beside it: the owner's way out of a halt, taken only with
   * a restore. Does nothing where the trail is whole. Throws `AuditError` while locked.
   */
  startOver(): void {
    const seal = this.#seal;
    const bad = this.#bad;
    if (bad === null) return;
    if (seal === null) throw new AuditError('A new trail needs the open keystore');
    if (this.#handle !== null) closeSync(this.#handle);
    this.#handle = null;
    const kept = `${this.#folder}.bad-${this.#clock.nowMs()}`;
    renameSync(this.#folder, kept);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const none: Head = { seq: 0, hash: '' };
    seal.save({ auditBase: none, auditHead: none });
    this.#segments = [];
    this.#recent = [];
    this.#intents.clear();
    this.#head = none;
    this.#bad = null;
    this.append('trail-begun', {
      detail: `The one before did not verify from entry ${bad.seq}; it is kept as ${path.basename(kept)}`,
    });
    this.checkpoint();
  }

  /** Signs a last checkpoint first. */
  detach(): void {
    if (this.#seal !== null && this.trouble === '' && this.#sinceCheckpoint > 0) this.checkpoint();
    this.#seal = null;
  }

  /** Durable when it returns. Throws `AuditError`; the caller must then not do what it meant to. */
  append(event: string, about: About = {}): AuditEntry {
    const entry = this.#write(event, about);
    this.#sinceCheckpoint += 1;
    const dueMs = this.#checkpointAtMs + CHECKPOINT_MS;
    if (this.#seal !== null && (this.#sinceCheckpoint >= CHECKPOINT_ENTRIES || this.#clock.nowMs() >= dueMs))
      this.checkpoint();
    return entry;
  }

  /** For the timer: a quiet minute after the last entry gets its checkpoint too. */
  checkpointIfDue(): void {
    if (this.#seal === null || this.trouble !== '' || this.#sinceCheckpoint === 0) return;
    const sinceMs = this.#clock.nowMs() - this.#checkpointAtMs;
    // A clock that was set back must not leave the end of the trail unsigned until the old time comes again.
    if (sinceMs >= CHECKPOINT_MS || sinceMs < 0) this.checkpoint();
  }

  checkpoint(): void {
    const seal = this.#seal;
    if (seal === null) throw new AuditError('A checkpoint needs the open keystore');
    this.#write('checkpoint', { detail: signature(seal.key, this.#head) });
    seal.save({ auditHead: this.#head });
    this.#sinceCheckpoint = 0;
    this.#checkpointAtMs = this.#clock.nowMs();
    this.#prune(seal);
  }

  /** Reads all files again. While locked, hashes only; while open, checkpoints, beginning and end as well. */
  verify(): AuditVerification {
    const found = this.#examine(this.#seal);
    if (found.bad !== null)
      return { ok: false, entries: found.entries, firstBadSeq: found.bad.seq, reason: found.bad.reason };
    return { ok: true, entries: found.entries, head: found.head.hash };
  }

  /** Newest first, all before entry `before` (null: from the newest). */
  page(before: number | null, limit: number): readonly AuditEntry[] {
    const end = before ?? this.#head.seq + 1;
    const wanted = (entry: AuditEntry) => entry.seq < end && entry.seq >= end - limit;
    const oldest = this.#recent[0]?.seq ?? Number.POSITIVE_INFINITY;
    if (oldest <= Math.max(1, end - limit)) return this.#recent.filter(wanted).reverse();
    const entries: AuditEntry[] = [];
    const touched = this.#segments.filter((segment, index) => {
      const next = this.#segments[index + 1]?.firstSeq ?? Number.POSITIVE_INFINITY;
      return segment.firstSeq < end && next > end - limit;
    });
    scan(touched, null, (entry) => {
      if (wanted(entry)) entries.push(entry);
    });
    return entries.reverse();
  }

  close(): void {
    this.detach();
    if (this.#handle !== null) closeSync(this.#handle);
    this.#handle = null;
  }

  #write(event: string, about: About): AuditEntry {
    if (this.trouble !== '') throw new AuditError(this.trouble);
    const entry = finishEntry({
      seq: this.#head.seq + 1,
      atMs: this.#clock.nowMs(),
      event,
      connection: about.connection ?? null,
      owner: about.owner ?? null,
      detail: tidy(about.detail ?? ''),
      prevHash: this.#head.hash,
    });
    const line = Buffer.from(printEntry(entry), 'utf8');
    try {
      const handle = this.#openHandle(entry.seq);
      if (writeSync(handle, line) !== line.length) throw new Error('the disk took only a part of it');
      this.#handleBytes += line.length;
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
      throw new AuditError(this.trouble);
    }
    this.#head = { seq: entry.seq, hash: entry.hash };
    this.#remember(entry);
    return entry;
  }

  #openHandle(nextSeq: number): number {
    if (this.#handle !== null && this.#handleBytes < this.#segmentBytes) return this.#handle;
    if (this.#handle !== null) closeSync(this.#handle);
    this.#handle = null;
    const last = this.#segments.at(-1);
    const reuse = last !== undefined && statSync(last.file).size < this.#segmentBytes ? last : null;
    const segment = reuse ?? { file: path.join(this.#folder, segmentName(nextSeq)), firstSeq: nextSeq };
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | WRITE_THROUGH;
    this.#handle = openSync(segment.file, flags, 0o600);
    this.#handleBytes = statSync(segment.file).size;
    if (reuse === null) this.#segments.push(segment);
    return this.#handle;
  }

  #remember(entry: AuditEntry): void {
    this.#recent.push(entry);
    if (this.#recent.length > 2 * RECENT_MAX) this.#recent = this.#recent.slice(-RECENT_MAX);
    if (entry.connection === null) return;
    if (entry.event.endsWith('-intent')) this.#intents.set(entry.connection, entry);
    if (INTENT_ENDS.has(entry.event)) this.#intents.delete(entry.connection);
  }

  #cutTorn(found: Scan): void {
    const last = this.#segments.at(-1);
    if (last === undefined) return;
    truncateSync(last.file, statSync(last.file).size - found.tornBytes);
    this.append('audit-repaired', { detail: `${found.tornBytes} bytes of an unfinished entry removed` });
  }

  #examine(seal: Seal | null): Scan {
    const state = seal?.state() ?? null;
    let bad: Bad | null = null;
    let reachesHead = state === null || state.auditHead.seq === 0 || state.auditHead.seq <= state.auditBase.seq;
    const found = scan(this.#segments, state?.auditBase ?? null, (entry) => {
      if (state !== null && entry.seq === state.auditHead.seq) reachesHead = entry.hash === state.auditHead.hash;
      if (seal === null || entry.event !== 'checkpoint' || bad !== null) return;
      const before = { seq: entry.seq - 1, hash: entry.prevHash };
      if (entry.detail !== signature(seal.key, before)) bad = { seq: entry.seq, reason: 'its signature is not ours' };
    });
    if (found.bad !== null) return found;
    const missing = { seq: found.head.seq + 1, reason: 'it and what followed are missing' };
    if (found.tornBytes > 0) bad ??= { seq: found.head.seq + 1, reason: 'its line has no end' };
    if (found.head.seq < this.#head.seq) bad ??= missing;
    if (!reachesHead)
      bad ??=
        found.head.seq < (state?.auditHead.seq ?? 0)
          ? missing
          : { seq: state?.auditHead.seq ?? 0, reason: 'it is not the one that the keystore remembers' };
    return { ...found, bad };
  }

  /** The keystore learns first what the new beginning is; a crash in between leaves a file that `attach` removes. */
  #prune(seal: Seal): void {
    while (this.#segments.length > this.#segmentsMax) {
      const [oldest, next] = this.#segments;
      if (oldest === undefined || next === undefined) return;
      let last: Head | null = null;
      scan([oldest], null, (entry) => {
        last = { seq: entry.seq, hash: entry.hash };
      });
      if (last !== null) seal.save({ auditBase: last });
      rmSync(oldest.file, { force: true });
      this.#segments.shift();
    }
  }
}

function signature(key: KeyObject, head: Head): string {
  return createHmac('sha256', key).update(`checkpoint|${head.seq}|${head.hash}`).digest('hex');
}

/** One line, nothing invisible, whatever others put into it. */
function tidy(text: string): string {
  return text
    .replace(/[\s\p{C}]+/gu, ' ')
    .slice(0, DETAIL_LENGTH_MAX)
    .toWellFormed();
}
