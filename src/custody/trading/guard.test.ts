/** The guard by itself: what it says to ids, and to what the exchange tells of them. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import type { FindResult, OrderReport } from '../../core/report.ts';
import type { KeyRecord } from '../records.ts';
import { record, TestGuard } from './guard.testing.ts';

const d = Decimal.parse;
const DAY_MS = 86_400_000;
const other = { ...record, connection: 'd'.repeat(26) } as unknown as KeyRecord;
let guard: TestGuard;
beforeEach(() => {
  guard = new TestGuard();
});
afterEach(() => guard.close());

describe('ids', () => {
  test('are new once, and their answers stay', async () => {
    const { row, asked } = await guard.sign(1);
    // Five seconds of the window for nonces, what two clocks may differ by, and one second.
    expect(row.validUntilMs).toBe(guard.nowMs + 5_000 + 7_500);
    expect(guard.known(asked)).toEqual({ kind: 'in-doubt', firstSignedAtMs: guard.nowMs });
    guard.trading.settle(row, { kind: 'rejected', code: 'refused', text: 'no', definite: true } as never);
    expect(guard.known(asked)).toMatchObject({ kind: 'rejected', text: 'no' });
    expect(guard.counts()).toEqual(['0', '0', 0]);
    expect(guard.known(guard.order(2))).toBeNull();
    expect(guard.trading.known(record, guard.order(2), guard.trading.status().epoch + 1)).toMatchObject({
      rule: 'epoch',
    });
    expect(guard.known({ ...guard.order(2), clientId: 'nobody-made-this!' as never })).toMatchObject({
      rule: 'client-id',
    });
  });

  test('of orders that were refused without certainty stay in doubt, and count', async () => {
    const { row, asked } = await guard.sign(1);
    guard.trading.settle(row, { kind: 'rejected', code: 'other', text: 'maybe', definite: false });
    expect(guard.known(asked)).toMatchObject({ kind: 'in-doubt' });
    guard.trading.settle(row, { kind: 'ambiguous', why: 'no answer', signedAtMs: guard.nowMs });
    expect(guard.known(asked)).toMatchObject({ kind: 'in-doubt' });
    expect(guard.counts()).toEqual(['100', '0.1', 1]);
  });

  test('that are being written down are not free for another connection of the same key', async () => {
    const signing = guard.sign(1);
    expect(guard.known(guard.order(1), other)).toEqual({ kind: 'conflict' });
    await signing;
    expect(guard.known(guard.order(1), other)).toEqual({ kind: 'conflict' });
    expect(guard.known(guard.order(1), { ...other, keyMark: 'another key' })).toBeNull();
  });

  test('two conflicts are a mistake, the third halts, and a resume counts anew', async () => {
    await guard.sign(1);
    const another = { ...guard.order(1), side: 'sell' } as const;
    const conflict = () => guard.known(another);
    for (const halts of [0, 0, 1]) {
      expect(conflict()).toEqual({ kind: 'conflict' });
      expect(guard.trading.status().halts).toHaveLength(halts);
    }
    guard.trading.resume(record.connection);
    conflict();
    conflict();
    expect(guard.trading.status().halts).toHaveLength(0);
    const told = guard.audit.page(null, 50).filter(({ event }) => event === 'order-conflict');
    expect(told).toHaveLength(5);
    expect(told[0]).toMatchObject({ connection: record.connection, detail: another.clientId });
  });

  test('that were pruned are as used as ever', async () => {
    for (let seq = 1; seq <= 6; seq += 1) {
      const { row } = await guard.sign(seq);
      if (seq <= 4) guard.trading.settle(row, { kind: 'not-sent', rule: null, why: 'x' });
    }
    await guard.sign(7);
    guard.nowMs += 4 * DAY_MS;
    guard.again('own', { rowsMax: 3, trailMax: 4 });
    guard.trading.attach();
    for (const seq of [1, 4]) expect(guard.known(guard.order(seq))).toEqual({ kind: 'conflict' });
    for (const seq of [5, 7]) expect(guard.known(guard.order(seq))).toMatchObject({ kind: 'in-doubt' });
    expect(guard.known(guard.order(8))).toBeNull();
    expect(guard.known({ ...guard.order(4), side: 'sell' })).toEqual({ kind: 'conflict' });
    expect(guard.trading.status().halts).toEqual([]);
    // And once more, from the new beginning of the chain.
    for (let seq = 8; seq <= 12; seq += 1) await guard.sign(seq);
    guard.again('own', { rowsMax: 3, trailMax: 4 });
    guard.trading.attach();
    expect(guard.trading.status().halts).toEqual([]);
    expect(guard.known(guard.order(12))).toMatchObject({ kind: 'in-doubt' });
  });
});

describe('what the exchange tells', () => {
  test('settles what was reserved, and only of that order', async () => {
    await guard.sign(1);
    for (const wrong of [{ clientId: null }, { market: 'ETH_USDT' }, { side: 'sell' }] as const)
      guard.trading.observe(record.connection, guard.report(1, wrong));
    guard.trading.observe('nobody', guard.report(1));
    expect(guard.counts()).toEqual(['100', '0.1', 1]);
    guard.trading.observe(record.connection, guard.report(1, { status: { kind: 'open' } } as Partial<OrderReport>));
    expect(guard.counts()).toEqual(['100', '0.1', 1]);
    expect(guard.known(guard.order(1))).toMatchObject({ kind: 'accepted', venueId: '7' });
    guard.trading.observe(record.connection, guard.report(1));
    expect(guard.counts()).toEqual(['50', '0.05', 0]);
    guard.nowMs += 1_000;
    guard.trading.observe(record.connection, guard.report(1, { filledBase: d('0.6'), filledQuote: d('60') }));
    expect(guard.counts()).toEqual(['60', '0.06', 0]);
    // A day after its end, not after it was last told.
    guard.nowMs += DAY_MS - 1_000;
    expect(guard.counts()).toEqual(['0', '0', 0]);
  });

  const absent = (atMs: number, missing: Partial<Record<'open' | 'history' | 'trades', boolean>> = {}): FindResult =>
    ({ kind: 'absent', atMs, lookedAt: { open: true, history: true, trades: true, ...missing } }) as FindResult;
  const look = (found: FindResult, clientId: string | null = guard.order(1).clientId) =>
    guard.trading.observeFind(record.connection, clientId, found);

  test('an order is absent after its time, everywhere, twice, two seconds apart', async () => {
    const { row } = await guard.sign(1);
    const afterMs = row.validUntilMs + 1;
    look(absent(row.validUntilMs));
    look(absent(afterMs, { open: false }));
    look(absent(afterMs + 1, { history: false }));
    look(absent(afterMs + 2, { trades: false }));
    look(absent(afterMs + 3), null);
    look(absent(afterMs + 3), guard.order(2).clientId);
    look({ kind: 'failed', why: 'x' });
    look(absent(afterMs + 10_000));
    look(absent(afterMs + 11_999));
    expect(guard.known(guard.order(1))).toMatchObject({ kind: 'in-doubt' });
    look(absent(afterMs + 12_000));
    expect(guard.known(guard.order(1))).toMatchObject({ kind: 'not-sent', rule: null });
    expect(guard.counts()).toEqual(['0', '0', 0]);
  });

  test('seen in between, the count begins anew, and what is answered is no more in doubt', async () => {
    const { row } = await guard.sign(1);
    const afterMs = row.validUntilMs + 1;
    look(absent(afterMs));
    guard.trading.observe(record.connection, guard.report(1, { status: { kind: 'open' } } as Partial<OrderReport>));
    look(absent(afterMs + 5_000));
    look(absent(afterMs + 10_000));
    expect(guard.known(guard.order(1))).toMatchObject({ kind: 'accepted' });
    expect(guard.counts()).toEqual(['100', '0.1', 1]);
  });

  test('is known from before the start as well', async () => {
    const { row } = await guard.sign(1);
    expect(guard.trading.signedAtMs(record.connection, row.clientId)).toBe(guard.nowMs);
    const signedAtMs = guard.nowMs;
    guard.trading.settle(row, { kind: 'not-sent', rule: null, why: 'x' });
    await guard.sign(2);
    guard.nowMs += 2 * DAY_MS;
    guard.again();
    guard.trading.attach();
    expect(guard.trading.signedAtMs(record.connection, row.clientId)).toBe(signedAtMs);
    expect(guard.trading.signedAtMs(record.connection, guard.order(9).clientId)).toBeNull();
    // It left the budget long ago; found after all, it counts from now on.
    expect(guard.counts()).toEqual(['100', '0.1', 1]);
    guard.trading.observe(record.connection, guard.report(1));
    expect(guard.known(guard.order(1))).toMatchObject({ kind: 'accepted' });
  });
});
