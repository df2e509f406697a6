import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type NonceStore, Nonces } from './nonces.ts';

function memory(): NonceStore & { readonly rows: Map<string, number>; failing: boolean } {
  const rows = new Map<string, number>();
  return {
    rows,
    failing: false,
    nonce: (mark) => rows.get(mark) ?? null,
    reserveNonce(mark, reserved) {
      if (this.failing) throw new Error('disk full');
      rows.set(mark, Math.max(reserved, rows.get(mark) ?? 0));
    },
  };
}

test('grow for ever, whatever the clock does and however often the process dies', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('tick' as const), byMs: fc.integer({ min: -10_000_000, max: 10_000_000 }) }),
    fc.record({ kind: fc.constant('next' as const), times: fc.integer({ min: 1, max: 50 }) }),
    fc.record({ kind: fc.constant('crash' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const store = memory();
      const clock = { ms: 1_700_000_000_000, nowMs: () => clock.ms };
      let nonces = new Nonces(store, clock);
      let last = 0;
      for (const one of steps) {
        if (one.kind === 'tick') clock.ms += one.byMs;
        else if (one.kind === 'crash') nonces = new Nonces(store, clock);
        else
          for (let i = 0; i < one.times; i += 1) {
            const nonce = nonces.next('a');
            expect(nonce).toBeGreaterThan(last);
            expect(store.rows.get('a')).toBeGreaterThanOrEqual(nonce);
            last = nonce;
          }
      }
    }),
  );
});

test('are of each key by itself', () => {
  const nonces = new Nonces(memory(), { nowMs: () => 1_000 });
  expect([nonces.next('a'), nonces.next('a'), nonces.next('b')]).toEqual([1_000, 1_001, 1_000]);
});

test('that cannot be made durable are not given out', () => {
  const store = memory();
  const nonces = new Nonces(store, { nowMs: () => 5_000 });
  store.failing = true;
  expect(() => nonces.next('a')).toThrow('disk full');
  store.failing = false;
  expect(nonces.next('a')).toBe(5_000);
});

describe('serial', () => {
  test('runs one after the other for a key, also after a failure, and side by side for two', async () => {
    const nonces = new Nonces(memory(), { nowMs: () => 1 });
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 2));
      log.push(`${name} ends`);
      if (name === 'a1') throw new Error('a1 failed');
    };
    const all = [nonces.serial('a', work('a1')), nonces.serial('a', work('a2')), nonces.serial('b', work('b1'))];
    const results = await Promise.allSettled(all);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(log.indexOf('a2 begins')).toBeGreaterThan(log.indexOf('a1 ends'));
    expect(log.indexOf('b1 begins')).toBeLessThan(log.indexOf('a1 ends'));
  });
});

describe('nonces with a window', () => {
  const store = () => {
    const kept = new Map<string, number>();
    return {
      nonce: (mark: string) => kept.get(mark) ?? null,
      reserveNonce: (mark: string, reserved: number) => void kept.set(mark, reserved),
    };
  };

  test('are times of the exchange, each given once, and never far ahead of it', () => {
    const nonces = new Nonces(store(), { nowMs: () => 1_000 });
    expect([1, 2, 3].map(() => nonces.nextWindowed('k', 5_000_000))).toEqual([5_000_000, 5_000_001, 5_000_002]);
    let last: number | null = 0;
    let given = 0;
    while (last !== null) {
      last = nonces.nextWindowed('k', 5_000_000);
      given += 1;
    }
    expect(given).toBeLessThanOrEqual(2_001);
    expect(nonces.nextWindowed('k', 5_002_500)).toBe(5_002_500);
  });

  test('jump forward over a restart, by less than their window is wide', () => {
    const kept = store();
    const first = new Nonces(kept, { nowMs: () => 1_000 }).nextWindowed('k', 5_000_000) ?? 0;
    const second = new Nonces(kept, { nowMs: () => 1_000 }).nextWindowed('k', 5_000_000) ?? 0;
    expect(second).toBeGreaterThan(first);
    expect(second - 5_000_000).toBeLessThan(2_500);
  });

  test('a date that was wrong for a moment does not keep a key silent until it comes true', () => {
    const kept = store();
    const nonces = new Nonces(kept, { nowMs: () => 1_000 });
    const before = nonces.nextWindowed('k', 5_000_000) ?? 0;
    // Five minutes ahead: the exchange refuses it, and its clock is read anew.
    nonces.nextWindowed('k', 5_300_000);
    const after = nonces.nextWindowed('k', 5_000_100) ?? 0;
    expect(after).toBeGreaterThan(before);
    expect(after - 5_000_100).toBeLessThanOrEqual(2_000);
    // What was reserved then is behind a restart too.
    const again = new Nonces(kept, { nowMs: () => 1_000 }).nextWindowed('k', 5_000_200) ?? 0;
    expect(again).toBeGreaterThan(after);
    expect(again - 5_000_200).toBeLessThanOrEqual(2_000);
  });

  test('growing ones are above every windowed one', () => {
    const nonces = new Nonces(store(), { nowMs: () => 1_000 });
    const windowed = nonces.nextWindowed('k', 9_000) ?? 0;
    expect(nonces.next('k')).toBeGreaterThan(windowed);
    expect(nonces.next('other')).toBe(1_000);
  });
});
