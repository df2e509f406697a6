/** The guard by itself: when it may be asked at all, and what it writes down where. */

import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { record, TestGuard } from './guard.testing.ts';

let guard: TestGuard;
beforeEach(() => {
  guard = new TestGuard();
});
afterEach(() => guard.close());

describe('before it may be asked', () => {
  test('nothing passes until the keystore has vouched for the journal, nor after it is locked', () => {
    expect(guard.trading.haltedBecause(record.connection, true)).toBe('');
    guard.trading.detach();
    expect(guard.trading.haltedBecause(record.connection, true)).toBe('Custody is locked');
    const { epoch } = guard.trading.status();
    expect(epoch).toBeGreaterThan(0);
    guard.keystore.lock();
    // Nobody makes ids for a custody that cannot sign them.
    expect(guard.trading.status().epoch).toBe(0);
    guard.again();
    expect(guard.trading.status().epoch).toBe(0);
    guard.trading.attach();
    expect(guard.trading.status().epoch).toBe(epoch);
    guard.again();
    expect(guard.trading.haltedBecause(record.connection, true)).toBe('Custody is locked');
    guard.trading.attach();
    expect(guard.trading.haltedBecause(record.connection, true)).toBe('');
  });

  test('a journal of another keystore is kept aside with its halts, a new epoch begins, and all is halted', async () => {
    const { epoch } = guard.trading.status();
    await guard.sign(1);
    guard.again('strange');
    // Made here, but while the keystore knew another one.
    guard.trading.halt(record.connection, 'of the strange journal');
    await guard.sign(7);
    expect(guard.counts()).toEqual(['100', '0.1', 1]);
    guard.trading.attach();
    expect(guard.counts()).toEqual(['0', '0', 0]);
    const { halts } = guard.trading.status();
    expect(halts).toMatchObject([{ connection: null, why: /not the one of this guard.keystore/ }]);
    expect(guard.trading.status().epoch).toBe(epoch + 1);
    expect(readdirSync(path.join(guard.folder, 'strange')).filter((name) => name.includes('.bad-'))).not.toEqual([]);
    expect(guard.known(guard.order(2, epoch))).toMatchObject({ rule: 'epoch' });
    guard.again('strange');
    guard.trading.attach();
    expect(guard.trading.status().halts).toEqual(halts);
  });

  test('a journal that was only looked at, and not vouched for, leaves the keystore with the one it knows', async () => {
    await guard.sign(1);
    guard.again('strange');
    // Of its own, it had learned of every entry when it was closed.
    expect(guard.keystore.state().orders?.head.seq).toBe(1);
    guard.again();
    guard.trading.attach();
    expect(guard.trading.status().halts).toEqual([]);
    expect(guard.known(guard.order(1))).toMatchObject({ kind: 'in-doubt' });
  });

  test('a strange journal is kept aside for a single entry', async () => {
    guard.again('strange');
    await guard.sign(1);
    guard.trading.attach();
    expect(readdirSync(path.join(guard.folder, 'strange')).filter((name) => name.includes('.bad-'))).not.toEqual([]);
    expect(guard.known(guard.order(1))).toBeNull();
  });

  test('a journal that is gone halts everything once, and leaves no empty file behind', async () => {
    for (let seq = 1; seq <= 6; seq += 1) await guard.sign(seq);
    guard.again('own', { trailMax: 2 });
    guard.trading.attach();
    guard.again('own');
    guard.trading.attach();
    // The chain begins later now, and that is remembered at every start.
    guard.again('own');
    guard.trading.attach();
    expect(guard.trading.status().halts).toEqual([]);
    guard.again('gone');
    const own = new DatabaseSync(path.join(guard.folder, 'own', 'orders.sqlite'));
    expect(own.prepare('SELECT min(seq) AS seq FROM trail').get()).toMatchObject({ seq: 5 });
    own.close();
    guard.trading.attach();
    expect(guard.trading.status().halts).toHaveLength(1);
    expect(readdirSync(path.join(guard.folder, 'gone')).filter((name) => name.includes('.bad-'))).toEqual([]);
    guard.trading.resume(null);
    // The new chain begins at one, not where the old one had come to.
    for (let seq = 1; seq <= 6; seq += 1) await guard.sign(seq);
    guard.again('gone');
    guard.trading.attach();
    expect(guard.trading.status().halts).toEqual([]);
  });
});

describe('what is written down', () => {
  const events = () => guard.audit.page(null, 50).map(({ event }) => event);

  test('the head of the chain, for the keystore: after a minute, after a thousand entries, and at the end', async () => {
    const kept = () => guard.keystore.state().orders?.head.seq;
    expect(kept()).toBe(0);
    guard.nowMs += 120_000;
    guard.trading.tick();
    await guard.sign(1);
    expect(kept()).toBe(0);
    // A minute since it was kept last, with or without entries.
    guard.trading.tick();
    expect(kept()).toBe(1);
    await guard.sign(2);
    guard.nowMs += 59_999;
    guard.trading.tick();
    expect(kept()).toBe(1);
    guard.nowMs += 1;
    guard.trading.tick();
    expect(kept()).toBe(2);
    await Promise.all(Array.from({ length: 999 }, (_, at) => guard.sign(at + 3)));
    guard.trading.tick();
    expect(kept()).toBe(2);
    await guard.sign(1_002);
    guard.trading.tick();
    expect(kept()).toBe(1_002);
    await guard.sign(1_003);
    // A clock that was set back is no reason to wait for it.
    guard.nowMs -= 60_000;
    guard.trading.tick();
    expect(kept()).toBe(1_003);
    await guard.sign(1_004);
    guard.trading.detach();
    expect(kept()).toBe(1_004);
    guard.nowMs += 60_000;
    await guard.sign(1_005);
    guard.trading.tick();
    expect(kept()).toBe(1_004);
  });

  test('what waits for the next commit, before the keystore takes the head', async () => {
    const { row } = await guard.sign(1);
    guard.trading.settle(row, { kind: 'accepted', venueId: '7', report: null, sentAs: null });
    expect(guard.trading.head.seq).toBe(1);
    guard.trading.detach();
    expect(guard.trading.head.seq).toBe(2);
    expect(guard.keystore.state().orders?.head).toEqual(guard.trading.head);
  });

  test('halts and what lifts them, in the trail for the owner', () => {
    guard.trading.halt(record.connection, 'one');
    guard.trading.reduceOnly(record.connection, 'sell');
    guard.trading.resume(record.connection);
    guard.trading.resume(null);
    const said = guard.audit.page(null, 50).filter(({ event }) => /halted|reduce|resumed/.test(event));
    expect(said.map(({ detail, event }) => `${event} ${detail}`).toReversed()).toEqual([
      'halted one',
      'reduce-only sell',
      'resumed one connection',
      'resumed all',
    ]);
  });

  test('a cancellation: in the journal, or in the trail where that is broken, or it is not signed', async () => {
    const { seq } = guard.trading.head;
    await guard.trading.noteCancel(record, 'BTC_USDT', '7');
    expect(guard.trading.head.seq).toBe(seq + 1);
    expect(events()).not.toContain('cancel');
    guard.onCommit = () => {
      throw new Error('disk I/O error');
    };
    await guard.trading.noteCancel(record, 'BTC_USDT', '8');
    expect(events().filter((event) => event === 'cancel')).toHaveLength(1);
    await guard.trading.noteCancel(record, 'BTC_USDT', '9');
    expect(events().filter((event) => event === 'cancel')).toHaveLength(2);
    guard.audit.append = () => {
      throw new Error('no trail either');
    };
    await expect(guard.trading.noteCancel(record, 'BTC_USDT', '10')).rejects.toThrow('no trail either');
  });

  test('a disk that fails is told of once, and again where it fails again after its owner resumed', async () => {
    const told = () => events().filter((event) => event === 'halted').length;
    const fails = () => {
      throw new Error('disk I/O error');
    };
    guard.onCommit = fails;
    for (const seq of [1, 2]) {
      await expect(guard.sign(seq)).rejects.toThrow('disk I/O error');
      expect(told()).toBe(1);
    }
    guard.onCommit = () => {};
    guard.trading.resume(null);
    await guard.sign(3);
    expect(told()).toBe(1);
    guard.onCommit = fails;
    await expect(guard.sign(4)).rejects.toThrow('disk I/O error');
    expect(told()).toBe(2);
  });

  test('a journal that came back as another one is not resumed with, nor is anything signed', async () => {
    await guard.sign(1);
    guard.nowMs += 60_000;
    guard.trading.tick();
    guard.onCommit = () => {
      throw new Error('disk I/O error');
    };
    await expect(guard.sign(2)).rejects.toThrow('disk I/O error');
    guard.onCommit = () => {};
    // The disk was put back in without what stood on it.
    for (const name of readdirSync(path.join(guard.folder, 'own'))) rmSync(path.join(guard.folder, 'own', name));
    const { epoch } = guard.trading.status();
    expect(() => guard.trading.resume(record.connection)).toThrow(/not the one of this keystore/);
    expect(guard.trading.haltedBecause(record.connection, true)).toMatch(/not the one .* begun anew/);
    expect(guard.known(guard.order(1, epoch))).toMatchObject({ rule: 'epoch' });
    // As at a start: what the keystore knows now is the new one.
    guard.again();
    guard.trading.attach();
    expect(guard.trading.status()).toMatchObject({ epoch: epoch + 1, halts: [{ connection: null }] });
    guard.trading.resume(null);
    await guard.sign(3);
    expect(guard.trading.haltedBecause(record.connection, true)).toBe('');
    expect(guard.counts()).toEqual(['100', '0.1', 1]);
  });

  test('an order whose commit may have gone through counts from the resume on', async () => {
    guard.onCommit = (moment) => {
      if (moment === 'after') throw new Error('disk I/O error');
    };
    await expect(guard.sign(1)).rejects.toThrow('disk I/O error');
    expect(guard.counts()).toEqual(['0', '0', 0]);
    guard.onCommit = () => {};
    guard.trading.resume(null);
    expect(guard.known(guard.order(1))).toMatchObject({ kind: 'in-doubt' });
    expect(guard.counts()).toEqual(['100', '0.1', 1]);
  });

  test('an accepted order of which the exchange told nothing more', async () => {
    const { row, asked } = await guard.sign(1);
    guard.trading.settle(row, { kind: 'accepted', venueId: '7', report: null, sentAs: null });
    expect(guard.known(asked)).toMatchObject({ kind: 'accepted', venueId: '7' });
    expect(guard.counts()).toEqual(['100', '0.1', 1]);
    guard.again();
    guard.trading.attach();
    expect(guard.known(asked)).toMatchObject({ kind: 'accepted', venueId: '7' });
  });
});
