/** The guard by itself: what it says to ids, to what the exchange tells of them, and when it may be asked at all. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import { clientOrderId } from '../../core/ids.ts';
import type { FindResult, OrderReport } from '../../core/report.ts';
import type { PlaceOrder } from '../../venues/trading.ts';
import { AuditTrail } from '../audit.ts';
import { CHEAP } from '../desk.testing.ts';
import { Keystore } from '../keystore.ts';
import type { KeyRecord } from '../records.ts';
import { Refusals } from '../refusals.ts';
import { systemRandom } from '../seams.ts';
import { Store } from '../store.ts';
import { Trading } from './trading.ts';

const d = Decimal.parse;
const DAY_MS = 86_400_000;
const record = { connection: 'c'.repeat(26), owner: 'o'.repeat(26), keyMark: 'm' } as unknown as KeyRecord;
const other = { ...record, connection: 'd'.repeat(26) } as unknown as KeyRecord;
let folder: string;
let nowMs: number;
let store: Store;
let audit: AuditTrail;
let keystore: Keystore;
let trading: Trading;
/** What happens around each commit. */
let onCommit: (moment: string) => void = () => {};

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-guard-'));
  nowMs = 1_700_000_000_000;
  onCommit = () => {};
  trading = open('own');
  trading.attach();
});
afterEach(() => {
  end();
  rmSync(folder, { recursive: true, force: true });
});

/** One keystore, and a journal in a folder of its own. */
function open(journal: string, more: { readonly rowsMax?: number; readonly trailMax?: number } = {}): Trading {
  const clock = { nowMs: () => nowMs };
  const place = path.join(folder, journal);
  mkdirSync(place, { recursive: true });
  store = new Store(folder);
  keystore = new Keystore({ store, keyDir: path.join(folder, 'keys'), random: systemRandom, argon2: CHEAP });
  keystore.unlockWithKeyFile();
  audit = new AuditTrail({ folder: path.join(folder, 'audit'), clock });
  return new Trading({
    folder: place,
    clock,
    keystore,
    audit,
    refusals: new Refusals(audit, clock),
    onCommit: (moment) => onCommit(moment),
    ...more,
  });
}
function end(): void {
  trading.close();
  audit.close();
  store.close();
}
function again(journal = 'own', more = {}): void {
  end();
  trading = open(journal, more);
}

const order = (seq: number, epoch = trading.status().epoch): PlaceOrder => ({
  ...{ clientId: clientOrderId('guard', epoch, 'm', seq), market: 'BTC_USDT', side: 'buy' },
  terms: { kind: 'limit', price: d('100'), postOnly: false, ioc: false },
  quantity: { unit: 'base', amount: d('1') },
});
const known = (asked: PlaceOrder, of = record) => trading.known(of, asked, trading.status().epoch);
async function sign(seq: number, of = record) {
  const asked = order(seq);
  const made = { sent: asked, fair: d('100'), notional: d('100'), adverse: d('0.1') };
  const about = { unitPrice: Decimal.ONE, fee: d('0.001'), deadlineMs: nowMs + 5_000 };
  const reservation = trading.reserve(of, asked, made, about);
  await trading.sign([reservation], 1);
  return reservation;
}
const report = (seq: number, change: Partial<OrderReport> = {}): OrderReport =>
  ({
    ...{ clientId: order(seq).clientId, venueId: '7', market: 'BTC_USDT', side: 'buy', price: d('100') },
    ...{ filledBase: d('0.5'), filledQuote: d('50'), status: { kind: 'closed', why: 'cancelled', detail: '' } },
    ...change,
  }) as OrderReport;
const counts = () => {
  const { adverse, open: count, turnover } = trading.used(record.connection);
  return [turnover.toString(), adverse.toString(), count];
};

describe('before it may be asked', () => {
  test('nothing passes until the keystore has vouched for the journal, nor after it is locked', () => {
    expect(trading.haltedBecause(record.connection, true)).toBe('');
    trading.detach();
    expect(trading.haltedBecause(record.connection, true)).toBe('Custody is locked');
    const { epoch } = trading.status();
    expect(epoch).toBeGreaterThan(0);
    keystore.lock();
    // Nobody makes ids for a custody that cannot sign them.
    expect(trading.status().epoch).toBe(0);
    again();
    expect(trading.status().epoch).toBe(0);
    trading.attach();
    expect(trading.status().epoch).toBe(epoch);
    again();
    expect(trading.haltedBecause(record.connection, true)).toBe('Custody is locked');
    trading.attach();
    expect(trading.haltedBecause(record.connection, true)).toBe('');
  });

  test('a journal of another keystore is kept aside with its halts, a new epoch begins, and all is halted', async () => {
    const { epoch } = trading.status();
    await sign(1);
    again('strange');
    // Made here, but while the keystore knew another one.
    trading.halt(record.connection, 'of the strange journal');
    await sign(7);
    expect(counts()).toEqual(['100', '0.1', 1]);
    trading.attach();
    expect(counts()).toEqual(['0', '0', 0]);
    const { halts } = trading.status();
    expect(halts).toMatchObject([{ connection: null, why: /not the one of this keystore/ }]);
    expect(trading.status().epoch).toBe(epoch + 1);
    expect(readdirSync(path.join(folder, 'strange')).filter((name) => name.includes('.bad-'))).not.toEqual([]);
    expect(known(order(2, epoch))).toMatchObject({ rule: 'epoch' });
    again('strange');
    trading.attach();
    expect(trading.status().halts).toEqual(halts);
  });

  test('a journal that was only looked at, and not vouched for, leaves the keystore with the one it knows', async () => {
    await sign(1);
    again('strange');
    again();
    trading.attach();
    expect(trading.status().halts).toEqual([]);
    expect(known(order(1))).toMatchObject({ kind: 'in-doubt' });
  });

  test('a strange journal is kept aside for a single entry', async () => {
    again('strange');
    await sign(1);
    trading.attach();
    expect(readdirSync(path.join(folder, 'strange')).filter((name) => name.includes('.bad-'))).not.toEqual([]);
    expect(known(order(1))).toBeNull();
  });

  test('a journal that is gone halts everything once, and leaves no empty file behind', async () => {
    for (let seq = 1; seq <= 6; seq += 1) await sign(seq);
    again('own', { trailMax: 2 });
    trading.attach();
    again('own');
    trading.attach();
    // The chain begins later now, and that is remembered at every start.
    again('own');
    trading.attach();
    expect(trading.status().halts).toEqual([]);
    again('gone');
    trading.attach();
    expect(trading.status().halts).toHaveLength(1);
    expect(readdirSync(path.join(folder, 'gone')).filter((name) => name.includes('.bad-'))).toEqual([]);
    trading.resume(null);
    // The new chain begins at one, not where the old one had come to.
    for (let seq = 1; seq <= 6; seq += 1) await sign(seq);
    again('gone');
    trading.attach();
    expect(trading.status().halts).toEqual([]);
  });
});

describe('ids', () => {
  test('are new once, and their answers stay', async () => {
    const { row, asked } = await sign(1);
    // Five seconds of the window for nonces, what two clocks may differ by, and one second.
    expect(row.validUntilMs).toBe(nowMs + 5_000 + 7_500);
    expect(known(asked)).toEqual({ kind: 'in-doubt', firstSignedAtMs: nowMs });
    trading.settle(row, { kind: 'rejected', code: 'refused', text: 'no', definite: true } as never);
    expect(known(asked)).toMatchObject({ kind: 'rejected', text: 'no' });
    expect(counts()).toEqual(['0', '0', 0]);
    expect(known(order(2))).toBeNull();
    expect(trading.known(record, order(2), trading.status().epoch + 1)).toMatchObject({ rule: 'epoch' });
    expect(known({ ...order(2), clientId: 'nobody-made-this!' as never })).toMatchObject({ rule: 'client-id' });
  });

  test('that are being written down are not free for another connection of the same key', async () => {
    const signing = sign(1);
    expect(known(order(1), other)).toEqual({ kind: 'conflict' });
    await signing;
    expect(known(order(1), other)).toEqual({ kind: 'conflict' });
    expect(known(order(1), { ...other, keyMark: 'another key' })).toBeNull();
  });

  test('two conflicts are a mistake, the third halts, and a resume counts anew', async () => {
    await sign(1);
    const another = { ...order(1), side: 'sell' } as const;
    const conflict = () => known(another);
    for (const halts of [0, 0, 1]) {
      expect(conflict()).toEqual({ kind: 'conflict' });
      expect(trading.status().halts).toHaveLength(halts);
    }
    trading.resume(record.connection);
    conflict();
    conflict();
    expect(trading.status().halts).toHaveLength(0);
  });

  test('that were pruned are as used as ever', async () => {
    for (let seq = 1; seq <= 6; seq += 1) {
      const { row } = await sign(seq);
      if (seq <= 4) trading.settle(row, { kind: 'not-sent', rule: null, why: 'x' });
    }
    await sign(7);
    nowMs += 4 * DAY_MS;
    again('own', { rowsMax: 3, trailMax: 4 });
    trading.attach();
    for (const seq of [1, 4]) expect(known(order(seq))).toEqual({ kind: 'conflict' });
    for (const seq of [5, 7]) expect(known(order(seq))).toMatchObject({ kind: 'in-doubt' });
    expect(known(order(8))).toBeNull();
    expect(known({ ...order(4), side: 'sell' })).toEqual({ kind: 'conflict' });
    expect(trading.status().halts).toEqual([]);
    // And once more, from the new beginning of the chain.
    for (let seq = 8; seq <= 12; seq += 1) await sign(seq);
    again('own', { rowsMax: 3, trailMax: 4 });
    trading.attach();
    expect(trading.status().halts).toEqual([]);
    expect(known(order(12))).toMatchObject({ kind: 'in-doubt' });
  });
});

describe('what the exchange tells', () => {
  test('settles what was reserved, and only of that order', async () => {
    await sign(1);
    for (const wrong of [{ clientId: null }, { market: 'ETH_USDT' }, { side: 'sell' }] as const)
      trading.observe(record.connection, report(1, wrong));
    trading.observe('nobody', report(1));
    expect(counts()).toEqual(['100', '0.1', 1]);
    trading.observe(record.connection, report(1, { status: { kind: 'open' } } as Partial<OrderReport>));
    expect(counts()).toEqual(['100', '0.1', 1]);
    expect(known(order(1))).toMatchObject({ kind: 'accepted', venueId: '7' });
    trading.observe(record.connection, report(1));
    expect(counts()).toEqual(['50', '0.05', 0]);
    nowMs += 1_000;
    trading.observe(record.connection, report(1, { filledBase: d('0.6'), filledQuote: d('60') }));
    expect(counts()).toEqual(['60', '0.06', 0]);
    // A day after its end, not after it was last told.
    nowMs += DAY_MS - 1_000;
    expect(counts()).toEqual(['0', '0', 0]);
  });

  const absent = (atMs: number, missing: Partial<Record<'open' | 'history' | 'trades', boolean>> = {}): FindResult =>
    ({ kind: 'absent', atMs, lookedAt: { open: true, history: true, trades: true, ...missing } }) as FindResult;
  const look = (found: FindResult, clientId: string | null = order(1).clientId) =>
    trading.observeFind(record.connection, clientId, found);

  test('an order is absent after its time, everywhere, twice, two seconds apart', async () => {
    const { row } = await sign(1);
    const afterMs = row.validUntilMs + 1;
    look(absent(row.validUntilMs));
    look(absent(afterMs, { open: false }));
    look(absent(afterMs + 1, { history: false }));
    look(absent(afterMs + 2, { trades: false }));
    look(absent(afterMs + 3), null);
    look(absent(afterMs + 3), order(2).clientId);
    look({ kind: 'failed', why: 'x' });
    look(absent(afterMs + 10_000));
    look(absent(afterMs + 11_999));
    expect(known(order(1))).toMatchObject({ kind: 'in-doubt' });
    look(absent(afterMs + 12_000));
    expect(known(order(1))).toMatchObject({ kind: 'not-sent', rule: null });
    expect(counts()).toEqual(['0', '0', 0]);
  });

  test('seen in between, the count begins anew, and what is answered is no more in doubt', async () => {
    const { row } = await sign(1);
    const afterMs = row.validUntilMs + 1;
    look(absent(afterMs));
    trading.observe(record.connection, report(1, { status: { kind: 'open' } } as Partial<OrderReport>));
    look(absent(afterMs + 5_000));
    look(absent(afterMs + 10_000));
    expect(known(order(1))).toMatchObject({ kind: 'accepted' });
    expect(counts()).toEqual(['100', '0.1', 1]);
  });

  test('is known from before the start as well', async () => {
    const { row } = await sign(1);
    expect(trading.signedAtMs(record.connection, row.clientId)).toBe(nowMs);
    const signedAtMs = nowMs;
    trading.settle(row, { kind: 'not-sent', rule: null, why: 'x' });
    await sign(2);
    nowMs += 2 * DAY_MS;
    again();
    trading.attach();
    expect(trading.signedAtMs(record.connection, row.clientId)).toBe(signedAtMs);
    expect(trading.signedAtMs(record.connection, order(9).clientId)).toBeNull();
    // It left the budget long ago; found after all, it counts from now on.
    expect(counts()).toEqual(['100', '0.1', 1]);
    trading.observe(record.connection, report(1));
    expect(known(order(1))).toMatchObject({ kind: 'accepted' });
  });
});

describe('what is written down', () => {
  const events = () => audit.page(null, 50).map(({ event }) => event);

  test('the head of the chain, for the keystore: after a minute, after a thousand entries, and at the end', async () => {
    const kept = () => keystore.state().orders?.head.seq;
    expect(kept()).toBe(0);
    nowMs += 120_000;
    trading.tick();
    await sign(1);
    expect(kept()).toBe(0);
    // A minute since it was kept last, with or without entries.
    trading.tick();
    expect(kept()).toBe(1);
    await sign(2);
    nowMs += 59_999;
    trading.tick();
    expect(kept()).toBe(1);
    nowMs += 1;
    trading.tick();
    expect(kept()).toBe(2);
    await Promise.all(Array.from({ length: 999 }, (_, at) => sign(at + 3)));
    trading.tick();
    expect(kept()).toBe(2);
    await sign(1_002);
    trading.tick();
    expect(kept()).toBe(1_002);
    await sign(1_003);
    // A clock that was set back is no reason to wait for it.
    nowMs -= 60_000;
    trading.tick();
    expect(kept()).toBe(1_003);
    await sign(1_004);
    trading.detach();
    expect(kept()).toBe(1_004);
    nowMs += 60_000;
    await sign(1_005);
    trading.tick();
    expect(kept()).toBe(1_004);
  });

  test('halts and what lifts them, in the trail for the owner', () => {
    trading.halt(record.connection, 'one');
    trading.reduceOnly(record.connection, 'sell');
    trading.resume(record.connection);
    trading.resume(null);
    const said = audit.page(null, 50).filter(({ event }) => /halted|reduce|resumed/.test(event));
    expect(said.map(({ detail, event }) => `${event} ${detail}`).toReversed()).toEqual([
      'halted one',
      'reduce-only sell',
      'resumed one connection',
      'resumed all',
    ]);
  });

  test('a cancellation: in the journal, or in the trail where that is broken, or it is not signed', async () => {
    const { seq } = trading.head;
    await trading.noteCancel(record, 'BTC_USDT', '7');
    expect(trading.head.seq).toBe(seq + 1);
    expect(events()).not.toContain('cancel');
    onCommit = () => {
      throw new Error('disk I/O error');
    };
    await trading.noteCancel(record, 'BTC_USDT', '8');
    expect(events().filter((event) => event === 'cancel')).toHaveLength(1);
    await trading.noteCancel(record, 'BTC_USDT', '9');
    expect(events().filter((event) => event === 'cancel')).toHaveLength(2);
    audit.append = () => {
      throw new Error('no trail either');
    };
    await expect(trading.noteCancel(record, 'BTC_USDT', '10')).rejects.toThrow('no trail either');
  });

  test('a disk that fails is told of once, and again where it fails again after its owner resumed', async () => {
    const told = () => events().filter((event) => event === 'halted').length;
    const fails = () => {
      throw new Error('disk I/O error');
    };
    onCommit = fails;
    for (const seq of [1, 2]) {
      await expect(sign(seq)).rejects.toThrow('disk I/O error');
      expect(told()).toBe(1);
    }
    onCommit = () => {};
    trading.resume(null);
    await sign(3);
    expect(told()).toBe(1);
    onCommit = fails;
    await expect(sign(4)).rejects.toThrow('disk I/O error');
    expect(told()).toBe(2);
  });

  test('a journal that came back as another one is not resumed with, nor is anything signed', async () => {
    await sign(1);
    nowMs += 60_000;
    trading.tick();
    onCommit = () => {
      throw new Error('disk I/O error');
    };
    await expect(sign(2)).rejects.toThrow('disk I/O error');
    onCommit = () => {};
    // The disk was put back in without what stood on it.
    for (const name of readdirSync(path.join(folder, 'own'))) rmSync(path.join(folder, 'own', name));
    const { epoch } = trading.status();
    expect(() => trading.resume(record.connection)).toThrow(/not the one of this keystore/);
    expect(trading.haltedBecause(record.connection, true)).toMatch(/not the one .* begun anew/);
    expect(known(order(1, epoch))).toMatchObject({ rule: 'epoch' });
    // As at a start: what the keystore knows now is the new one.
    again();
    trading.attach();
    expect(trading.status()).toMatchObject({ epoch: epoch + 1, halts: [{ connection: null }] });
    trading.resume(null);
    await sign(3);
    expect(trading.haltedBecause(record.connection, true)).toBe('');
    expect(counts()).toEqual(['100', '0.1', 1]);
  });

  test('an order whose commit may have gone through counts from the resume on', async () => {
    onCommit = (moment) => {
      if (moment === 'after') throw new Error('disk I/O error');
    };
    await expect(sign(1)).rejects.toThrow('disk I/O error');
    expect(counts()).toEqual(['0', '0', 0]);
    onCommit = () => {};
    trading.resume(null);
    expect(known(order(1))).toMatchObject({ kind: 'in-doubt' });
    expect(counts()).toEqual(['100', '0.1', 1]);
  });

  test('an accepted order of which the exchange told nothing more', async () => {
    const { row, asked } = await sign(1);
    trading.settle(row, { kind: 'accepted', venueId: '7', report: null, sentAs: null });
    expect(known(asked)).toMatchObject({ kind: 'accepted', venueId: '7' });
    expect(counts()).toEqual(['100', '0.1', 1]);
    again();
    trading.attach();
    expect(known(asked)).toMatchObject({ kind: 'accepted', venueId: '7' });
  });
});
