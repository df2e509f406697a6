import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Budgets } from './budgets.ts';
import { Journal, type OrderRow } from './journal.ts';

const NONE = { seq: 0, hash: '' };
const DAY_MS = 24 * 3_600_000;
let folder: string;
let nowMs = 1_700_000_000_000;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (more = {}) => new Journal({ folder, clock: { nowMs: () => nowMs }, ...more });
function row(seq: number, change: Partial<OrderRow> = {}): OrderRow {
  return {
    ...{ clientId: `test-1-m-${seq.toString(36)}`, connection: 'c', keyMark: 'k', intent: `intent ${seq}` },
    ...{
      market: 'BTC_USDT',
      side: 'buy',
      signedAtMs: nowMs,
      validUntilMs: nowMs + 1,
      reference: '100',
      unitPrice: '1',
    },
    ...{ fee: '0.001', notional: '100', adverse: '0.1', outcome: null, endedAtMs: null },
    ...change,
  };
}
async function filled(count: number) {
  const journal = open();
  for (let seq = 1; seq <= count; seq += 1) await journal.sign([row(seq)], 1);
  const { head } = journal;
  journal.close();
  return head;
}
function edit(sql: string): void {
  const db = new DatabaseSync(path.join(folder, 'orders.sqlite'));
  db.exec(sql);
  db.close();
}
function trouble(head: { seq: number; hash: string }): string {
  const journal = open();
  const found = journal.verify(NONE, head);
  journal.close();
  return found;
}

describe('a journal that somebody changed', () => {
  const changes: readonly (readonly [string, string, RegExp])[] = [
    [
      'an entry',
      'UPDATE trail SET entry = replace(entry, \'"notional":"100"\', \'"notional":"1"\') WHERE seq = 4',
      /entry 4 .* changed/,
    ],
    ['a hash', "UPDATE trail SET hash = 'x' WHERE seq = 4", /entry 4 .* changed/],
    ['an entry that is gone', 'DELETE FROM trail WHERE seq = 4', /entry 4 .* missing/],
    [
      'two in another order',
      'UPDATE trail SET seq = -seq WHERE seq IN (4, 5); UPDATE trail SET seq = 9 + seq WHERE seq < 0',
      /entry 4 .* changed/,
    ],
    ['its end', 'DELETE FROM trail WHERE seq > 7', /ends at 7/],
    ['all of it', 'DELETE FROM trail; DELETE FROM orders', /ends at 0/],
    ['the row of an order', "DELETE FROM orders WHERE client_id = 'test-1-m-6'", /lost its row of test-1-m-6/],
    [
      'what an order was for',
      "UPDATE orders SET intent = 'other' WHERE client_id = 'test-1-m-6'",
      /lost its row of test-1-m-6/,
    ],
  ];
  test.each(changes)('%s is noticed', async (_name, sql, words) => {
    const head = await filled(8);
    expect(trouble(head)).toBe('');
    edit(sql);
    expect(trouble(head)).toMatch(words);
  });
});

test('requests that arrive together share one commit, and each hears of it', async () => {
  let commits = 0;
  const journal = open({ onCommit: (moment: string) => (commits += moment === 'after' ? 1 : 0) });
  await Promise.all(Array.from({ length: 50 }, (_, seq) => journal.sign([row(seq)], 1)));
  expect(commits).toBe(1);
  await expect(journal.sign([row(7)], 1)).rejects.toThrow(/cannot be written/);
  await expect(journal.sign([row(99)], 1)).rejects.toThrow(/cannot be written/);
  journal.reopen();
  await journal.sign([row(99)], 1);
  expect(journal.verify(NONE, journal.head)).toBe('');
  journal.close();
});

test('a disk that is still broken when its owner resumes ends no process, and what was signed is still known', async () => {
  let broken = false;
  const journal = open({
    onCommit: () => {
      if (broken) throw new Error('disk I/O error');
    },
  });
  await journal.sign([row(1)], 1);
  broken = true;
  await expect(journal.sign([row(2)], 1)).rejects.toThrow(/disk I\/O error/);
  // Not half of it is there, nor is it read by who asks before a resume.
  expect(journal.row('test-1-m-2', 'c', 'k')).toBeNull();
  expect(journal.head.seq).toBe(1);
  const exec = vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(() => {
    throw new Error('disk I/O error');
  });
  expect(() => journal.reopen()).toThrow(/cannot be opened/);
  await expect(journal.sign([row(3)], 1)).rejects.toThrow(/cannot be written/);
  exec.mockRestore();
  expect(journal.failure).toContain('disk I/O error');
  expect(journal.row('test-1-m-1', 'c', 'k')).not.toBeNull();
  broken = false;
  // What waited is told that it was not written: nobody knows yet whether this is the file that it was meant for.
  const told = expect(journal.settle(row(1, { outcome: '{}' }), 'accepted', true)).rejects.toThrow(/cannot be written/);
  journal.reopen();
  await told;
  expect(journal.row('test-1-m-1', 'c', 'k')?.outcome).toBeNull();
  await journal.sign([row(3)], 1);
  journal.close();
});

test('what may wait goes along with the next commit, and is written soon where none comes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    let commits = 0;
    const journal = open({ onCommit: (moment: string) => (commits += moment === 'after' ? 1 : 0) });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    await journal.sign([row(1)], 1);
    const settled = journal.settle(row(1, { outcome: '{"kind":"accepted"}' }), 'accepted', true);
    await turn();
    expect(commits).toBe(1);
    await journal.sign([row(2)], 1);
    await settled;
    expect(commits).toBe(2);
    expect(journal.row('test-1-m-1', 'c', 'k')?.outcome).toBe('{"kind":"accepted"}');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(commits).toBe(2);
    const last = journal.settle(row(2, { outcome: '{}' }), 'accepted', true);
    await vi.advanceTimersByTimeAsync(249);
    expect(commits).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    await last;
    expect(commits).toBe(3);
    journal.flush();
    expect(commits).toBe(3);
    // What went along starts no other's time.
    void journal.settle(row(1, { outcome: '{}' }), 'accepted', true);
    await vi.advanceTimersByTimeAsync(100);
    journal.flush();
    void journal.settle(row(2, { outcome: '{}' }), 'accepted', true);
    await vi.advanceTimersByTimeAsync(249);
    expect(commits).toBe(4);
    await vi.advanceTimersByTimeAsync(1);
    expect(commits).toBe(5);
    // What may not wait is not waited with, where nobody says so.
    await journal.settle(row(2, { outcome: '{}', endedAtMs: nowMs }), 'refused');
    expect(commits).toBe(6);
    journal.close();
  } finally {
    vi.useRealTimers();
  }
});

test('what ended long ago is pruned, leaves a watermark, and the chain goes on from its new beginning', async () => {
  let journal = open({ rowsMax: 10, trailMax: 20 });
  for (let seq = 1; seq <= 30; seq += 1) {
    await journal.sign([row(seq)], 1);
    // The last twenty are still open, and never go.
    if (seq <= 10) await journal.settle(row(seq, { outcome: '{}', endedAtMs: nowMs }), 'ended');
  }
  expect(journal.watermark('c', 'test-1-m')).toBeNull();
  // Somebody may still ask for the outcome of yesterday's.
  nowMs += 2 * DAY_MS;
  journal.prune(NONE);
  expect(journal.row('test-1-m-a', 'c', 'k')).not.toBeNull();
  nowMs += 2 * DAY_MS;
  const base = journal.prune(NONE);
  expect(base?.seq).toBe(20);
  expect(journal.watermark('c', 'test-1-m')).toBe(10);
  expect(journal.row('test-1-m-a', 'c', 'k')).toBeNull();
  expect(journal.row('test-1-m-b', 'c', 'k')).not.toBeNull();
  // The keystore may have learned of the beginning without the entries being gone yet.
  expect(journal.verify(base ?? NONE, journal.head)).toBe('');
  journal.forgetTrail(base ?? NONE);
  const { head } = journal;
  journal.close();
  journal = open({ rowsMax: 10, trailMax: 20 });
  expect(journal.head).toEqual(head);
  expect(journal.verify(base ?? NONE, head)).toBe('');
  expect(journal.verify(NONE, head)).toMatch(/entry 1 .* missing/);
  expect(journal.prune(base ?? NONE)).toBeNull();
  journal.close();
});

test('budgets say the same after a restart as before it', async () => {
  const journal = open();
  const live = new Budgets([]);
  const put = async (one: OrderRow) => {
    live.put(one);
    await journal.sign([one], 1);
  };
  for (let seq = 1; seq <= 6; seq += 1) await put(row(seq, { market: seq % 2 === 0 ? 'BTC_USDT' : 'ETH_USDT' }));
  for (const [seq, agoMs] of [
    [3, DAY_MS],
    [1, DAY_MS - 1],
    [2, 3_600_000],
  ] as const) {
    const ended = row(seq, {
      market: seq === 2 ? 'BTC_USDT' : 'ETH_USDT',
      notional: '50',
      adverse: '0.05',
      endedAtMs: nowMs - agoMs,
    });
    live.put(ended);
    await journal.settle(ended, 'ended');
  }
  const said = (budgets: Budgets) => {
    const { adverse, lastMinute, open: opened, openOf, turnover } = budgets.used('c', nowMs);
    return [adverse.toString(), turnover.toString(), opened, openOf('BTC_USDT'), openOf('ETH_USDT'), lastMinute];
  };
  // Three open at 100; two that ended at 50; the third left a moment ago.
  expect(said(new Budgets(journal.rowsSince(nowMs - DAY_MS)))).toEqual(['0.4', '400', 3, 2, 1, 5]);
  expect(said(live).slice(2, 5)).toEqual([3, 2, 1]);
  nowMs += 2;
  expect(said(live)[1]).toBe('350');
  journal.close();
});

test('a halt is in the chain with what it set, at once', () => {
  const journal = open();
  const entry = { event: 'halt', connection: 'c', clientId: null, market: null, side: null } as const;
  journal.now({ meta: [['halts', '[1]']], entry: { ...entry, notional: null, policy: null, detail: 'by hand' } });
  expect(journal.head.seq).toBe(1);
  const { head } = journal;
  journal.close();
  expect(trouble(head)).toBe('');
  const again = open();
  expect(again.meta('halts')).toBe('[1]');
  again.close();
  edit("UPDATE trail SET entry = replace(entry, 'by hand', 'by foot')");
  expect(trouble(head)).toMatch(/entry 1 .* changed/);
});

test('is pruned for too many rows, or too long a chain, and for nothing else', async () => {
  const pruned = async (rowsMax: number, trailMax: number, base = NONE) => {
    const journal = open({ rowsMax, trailMax });
    if (journal.head.seq === 0) {
      for (let seq = 1; seq <= 4; seq += 1) await journal.sign([row(seq)], 1);
      for (let seq = 1; seq <= 4; seq += 1)
        await journal.settle(row(seq, { outcome: '{}', endedAtMs: nowMs - 4 * DAY_MS }), 'ended');
    }
    const found = journal.prune(base);
    const left = [1, 2, 3, 4].filter((seq) => journal.row(`test-1-m-${seq}`, 'c', 'k') !== null);
    journal.close();
    return [found?.seq ?? null, left];
  };
  expect(await pruned(4, 8)).toEqual([null, [1, 2, 3, 4]]);
  const atTwo = { seq: 2, hash: 'any' };
  // From a later beginning the chain is shorter.
  expect(await pruned(4, 6, atTwo)).toEqual([null, [1, 2, 3, 4]]);
  expect(await pruned(4, 5, atTwo)).toEqual([3, [1, 2, 3, 4]]);
  expect(await pruned(4, 7)).toEqual([1, [1, 2, 3, 4]]);
  expect(await pruned(3, 8)).toEqual([null, [2, 3, 4]]);
});

test('requests that arrive together share a commit, in which each is told apart, and one that waits is kept at the end', async () => {
  const moments: string[] = [];
  const journal = open({
    folder: path.join(folder, 'of', 'its', 'own'),
    onCommit: (moment: string) => moments.push(moment),
  });
  await Promise.all([1, 2, 3].map((seq) => journal.sign([row(seq)], 1)));
  expect(moments).toEqual(['in', 'in', 'before', 'after']);
  await journal.sign([row(4)], 1);
  expect(moments.slice(4)).toEqual(['before', 'after']);
  const last = journal.sign([row(5)], 1);
  journal.close();
  await last;
  expect(journal.head.seq).toBe(5);
  const { mode } = statSync(path.join(folder, 'of', 'its', 'own', 'orders.sqlite'));
  if (process.platform !== 'win32') expect(mode & 0o777).toBe(0o600);
});

test('a journal begun anew knows nothing of the one before, which is kept whole, and is written again', async () => {
  let broken = false;
  const journal = open({
    onCommit: () => {
      if (broken) throw new Error('disk I/O error');
    },
  });
  await journal.sign([row(1)], 1);
  const { identity } = journal;
  broken = true;
  await expect(journal.sign([row(2)], 1)).rejects.toThrow(/disk I\/O error/);
  broken = false;
  journal.startOver();
  expect(journal.failure).toBe('');
  expect(journal.identity).not.toBe(identity);
  expect(journal.head).toEqual(NONE);
  expect(journal.row('test-1-m-1', 'c', 'k')).toBeNull();
  await journal.sign([row(1)], 1);
  // What was waiting belongs to the one before.
  const waiting = journal.settle(row(1, { outcome: '{}' }), 'accepted', true);
  const begunAtMs = nowMs;
  nowMs += 1;
  journal.startOver();
  await waiting;
  expect(journal.head).toEqual(NONE);
  journal.close();
  const before = new DatabaseSync(path.join(folder, `orders.sqlite.bad-${begunAtMs}`));
  const kept = before.prepare('SELECT client_id AS id FROM orders').all();
  const named = before.prepare("SELECT value FROM meta WHERE name = 'identity'").get();
  before.close();
  expect(kept).toMatchObject([{ id: 'test-1-m-1' }]);
  expect(named).toMatchObject({ value: identity });
});

test('a file that cannot be opened is let go of, and opens once it is right', () => {
  edit('CREATE TABLE meta (something TEXT) STRICT');
  expect(() => open()).toThrow(/cannot be opened/);
  edit('DROP TABLE meta');
  const journal = open();
  expect(journal.head).toEqual(NONE);
  journal.close();
});
