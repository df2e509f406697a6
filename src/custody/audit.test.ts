import { createSecretKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AuditError, AuditTrail, CHECKPOINT_ENTRIES, CHECKPOINT_MS, type Seal } from './audit.ts';
import { finishEntry, printEntry } from './audit-chain.ts';
import type { Head } from './keystore.ts';
import type { AuditEntry } from './protocol.ts';

let folder: string;
let nowMs: number;
let state: { auditBase: Head; auditHead: Head };
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-audit-'));
  nowMs = 1_700_000_000_000;
  state = { auditBase: { seq: 0, hash: '' }, auditHead: { seq: 0, hash: '' } };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const seal = (byte = 1): Seal => ({
  key: createSecretKey(Buffer.alloc(32, byte)),
  state: () => state,
  save: (change) => {
    state = { ...state, ...change };
  },
});

function open(options: { segmentBytes?: number; segmentsMax?: number } = {}): AuditTrail {
  const trail = new AuditTrail({ folder, clock: { nowMs: () => nowMs }, ...options });
  trail.attach(seal());
  return trail;
}

const onlyFile = () => path.join(folder, readdirSync(folder)[0] ?? '');

function filled(): AuditTrail {
  const trail = open();
  for (let i = 1; i <= 6; i += 1) trail.append('event', { connection: `c${i}`, owner: 'o', detail: `nummer ${i} ß` });
  trail.checkpoint();
  trail.close();
  return open();
}

test('entries follow each other, over restarts', () => {
  const trail = filled();
  trail.append('after');
  expect(trail.verify()).toEqual({ ok: true, entries: 8, head: trail.head.hash });
  expect(trail.page(null, 3).map((entry) => entry.event)).toEqual(['after', 'checkpoint', 'event']);
  expect(trail.page(4, 2).map((entry) => entry.detail)).toEqual(['nummer 3 ß', 'nummer 2 ß']);
  trail.close();
});

describe('tampering', () => {
  test('every byte flip is found, at the entry where it was made', () => {
    filled().close();
    const good = readFileSync(onlyFile());
    const seqAt = (at: number) => good.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
    for (let at = 0; at < good.length; at += 1) {
      const changed = Buffer.from(good);
      changed[at] = (changed[at] ?? 0) ^ (at % 2 === 0 ? 1 : 0x20);
      writeFileSync(onlyFile(), changed);
      // A trail that is open meets the change when it verifies; the next start meets it when it reads.
      const trail = new AuditTrail({ folder, clock: { nowMs: () => nowMs } });
      trail.attach(seal());
      const found = trail.verify();
      expect(found.ok, `byte ${at}`).toBe(false);
      expect(trail.trouble, `byte ${at}`).not.toBe('');
      if (!found.ok && good[at] !== 0x0a) expect(found.firstBadSeq).toBe(seqAt(at));
      trail.close();
      // What a start repaired is put back for the next byte.
      writeFileSync(onlyFile(), good);
    }
  });

  const lines = () => readFileSync(onlyFile(), 'utf8').split('\n').slice(0, -1);
  const write = (kept: readonly string[]) => writeFileSync(onlyFile(), kept.map((line) => `${line}\n`).join(''));
  const forged = (entries: readonly AuditEntry[]) => {
    let prevHash = '';
    return entries.map((entry, index) => {
      const next = finishEntry({ ...entry, seq: index + 1, prevHash });
      prevHash = next.hash;
      return printEntry(next).trimEnd();
    });
  };

  test.each<readonly [string, (all: string[]) => readonly string[], number]>([
    ['an entry dropped', (all) => all.toSpliced(2, 1), 3],
    ['two exchanged', (all) => [...all.slice(0, 2), ...all.slice(2, 4).reverse(), ...all.slice(4)], 3],
    ['the tail cut off', (all) => all.slice(0, 4), 5],
    ['the beginning cut off', (all) => all.slice(3), 1],
    ['everything gone', () => [], 1],
    ['one put in twice', (all) => all.toSpliced(3, 0, all[2] ?? ''), 4],
    [
      'all of it written anew, hashes right',
      (all) => forged(all.map((line) => ({ ...JSON.parse(line), detail: 'nothing' }))),
      7,
    ],
  ])('%s is found', (_name, change, firstBadSeq) => {
    filled().close();
    write(change(lines()));
    const trail = open();
    expect(trail.verify()).toMatchObject({ ok: false, firstBadSeq });
    expect(trail.trouble).toContain(`entry ${firstBadSeq}`);
    expect(() => trail.append('more')).toThrow(AuditError);
    trail.close();
  });

  test('while running: a tail cut off behind our back is found', () => {
    const trail = filled();
    trail.append('late');
    write(lines().slice(0, -1));
    expect(trail.verify()).toMatchObject({ ok: false, firstBadSeq: 8 });
    trail.close();
  });

  test('another key does not sign our checkpoints', () => {
    filled().close();
    const trail = new AuditTrail({ folder, clock: { nowMs: () => nowMs } });
    trail.attach(seal(2));
    expect(trail.verify()).toMatchObject({ ok: false, firstBadSeq: 7 });
  });
});

test('what a crash cut off is removed, and that is written down', () => {
  const before = filled();
  before.append('late');
  before.append('later');
  before.close();
  const size = readFileSync(onlyFile()).length;
  const lastLine = readFileSync(onlyFile(), 'utf8').trimEnd().split('\n').at(-1) ?? '';
  // Half of the last line, which was after the last checkpoint that the keystore knows of.
  const kept = JSON.parse(lastLine) as AuditEntry;
  truncateSync(onlyFile(), size - 20);
  state.auditHead = { seq: kept.seq - 1, hash: kept.prevHash };
  const trail = open();
  expect(trail.page(null, 1)[0]).toMatchObject({ event: 'audit-repaired', seq: kept.seq });
  expect(trail.verify()).toMatchObject({ ok: true });
  trail.close();
});

describe('checkpoints', () => {
  test('come after a thousand entries and after a minute', () => {
    const trail = open();
    for (let i = 0; i < CHECKPOINT_ENTRIES; i += 1) trail.append('event');
    expect(state.auditHead.seq).toBe(CHECKPOINT_ENTRIES + 1);
    trail.append('one more');
    trail.checkpointIfDue();
    expect(trail.head.seq).toBe(CHECKPOINT_ENTRIES + 2);
    nowMs += CHECKPOINT_MS;
    trail.checkpointIfDue();
    expect(state.auditHead).toEqual(trail.head);
    trail.close();
  });
});

test('old segments go, the chain is still whole, and a missing one in between is found', () => {
  const options = { segmentBytes: 2_000, segmentsMax: 3 };
  const trail = open(options);
  for (let i = 0; i < 60; i += 1) {
    trail.append('event', { detail: `${i}` });
    if (i % 10 === 9) trail.checkpoint();
  }
  expect(readdirSync(folder).length).toBeLessThanOrEqual(4);
  expect(state.auditBase.seq).toBeGreaterThan(10);
  expect(trail.verify()).toMatchObject({ ok: true });
  trail.close();
  const again = open(options);
  expect(again.verify()).toMatchObject({ ok: true });
  expect(again.page(state.auditBase.seq + 3, 200)).toHaveLength(2);
  again.close();
  rmSync(path.join(folder, readdirSync(folder).sort()[1] ?? ''));
  expect(open(options).trouble).toContain('missing');
});

test('a disk that takes nothing halts the trail until a restart', () => {
  const trail = filled();
  rmSync(folder, { recursive: true });
  const broken = new AuditTrail({ folder, clock: { nowMs: () => nowMs } });
  rmSync(folder, { recursive: true });
  expect(() => broken.append('event')).toThrow(AuditError);
  expect(broken.trouble).toContain('cannot be written');
  expect(() => broken.append('event')).toThrow(AuditError);
  trail.close();
});

test('an intent that nothing followed is found at the next start', () => {
  const trail = open();
  trail.append('connect-intent', { connection: 'a', detail: 'version 1' });
  trail.append('connect-intent', { connection: 'b', detail: 'version 1' });
  trail.append('stored', { connection: 'b' });
  trail.close();
  const again = open();
  expect(again.openIntents().map((entry) => entry.connection)).toEqual(['a']);
  again.close();
});

test('text of others stays one line and cannot forge an entry', () => {
  const trail = open();
  trail.append('event', { detail: `x\n{"seq":2}\u202e${'y'.repeat(2_000)}` });
  expect(trail.verify()).toMatchObject({ ok: true, entries: 1 });
  expect(trail.page(null, 1)[0]?.detail).toMatch(/^x \{"seq":2\} y{488}$/);
  trail.close();
});
