import { expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import { dice } from '../hostile.testing.ts';
import { Budgets, WHOLE_MS, WINDOW_MS } from './budgets.ts';
import type { OrderRow } from './journal.ts';

const MINUTE_MS = 60_000;

/** A purchase of BTC whose notional tells which of them are in a sum: 1, 10, 100 … */
function rowOf(seq: number, endedAtMs: number | null, signedAtMs = 0): OrderRow {
  return {
    ...{ clientId: `t-1-m-${seq}`, connection: 'c', keyMark: 'k', intent: 'i', market: 'BTC_USDT', side: 'buy' },
    ...{ signedAtMs, validUntilMs: 0, reference: '1', unitPrice: '1', fee: '0', adverse: '0', outcome: null },
    ...{ notional: String(10 ** seq), endedAtMs },
  };
}

/** The same, added up from all rows each time. */
function plainly(rows: ReadonlyMap<string, OrderRow>, signedAtMs: readonly number[], nowMs: number, sinceMs: number) {
  const counting = [...rows.values()].filter((row) => row.endedAtMs === null || row.endedAtMs > nowMs - WINDOW_MS);
  const open = counting.filter((row) => row.endedAtMs === null);
  const sum = (of: 'adverse' | 'notional', rows = counting) =>
    Decimal.sum(rows.map((row) => Decimal.parse(row[of]))).toString();
  return {
    ...{ adverse: sum('adverse'), turnover: sum('notional'), open: open.length },
    ...{ adverseOpen: sum('adverse', open), turnoverOpen: sum('notional', open) },
    bought: Decimal.sum(
      counting
        .filter(({ side, market }) => (side === 'buy' ? market === 'BTC_USDT' : market === 'ETH_BTC'))
        .filter(({ endedAtMs }) => endedAtMs === null || endedAtMs >= sinceMs)
        .map(({ notional }) => Decimal.parse(notional)),
    ).toString(),
    btc: open.filter((row) => row.market === 'BTC_USDT').length,
    lastMinute: signedAtMs.filter((atMs) => atMs > nowMs - MINUTE_MS).length,
  };
}

test('says what adding up all rows says, whatever is told of them in whatever order', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = dice(seed);
    const budgets = new Budgets([]);
    const rows = new Map<string, OrderRow>();
    const signedAtMs: number[] = [];
    let nowMs = 1_700_000_000_000;
    let sinceMs = nowMs;
    const put = (row: OrderRow) => {
      rows.set(row.clientId, row);
      budgets.put(row);
      if (random.below(4) > 0) budgets.written(row);
    };
    const fresh = (step: number): OrderRow => ({
      ...{ clientId: `t-1-m-${step}`, connection: 'c', keyMark: 'k', intent: 'i', reference: '1' },
      side: random.below(2) === 0 ? 'buy' : 'sell',
      ...{ market: random.below(2) === 0 ? 'BTC_USDT' : 'ETH_BTC', signedAtMs: nowMs, validUntilMs: nowMs },
      ...{ unitPrice: '1', fee: '0', notional: String(random.below(100)), adverse: String(random.below(9)) },
      ...{ outcome: null, endedAtMs: null },
    });
    for (let step = 0; step < 600; step += 1) {
      nowMs += random.below(3) === 0 ? random.below(2 * 3_600_000) : random.below(20_000);
      const counted = [...rows.values()].filter(({ endedAtMs }) => (endedAtMs ?? nowMs) > nowMs - WINDOW_MS);
      const some = counted[random.below(counted.length)];
      const kind = random.below(6);
      if (some === undefined || kind < 2) {
        put(fresh(step));
        signedAtMs.push(nowMs);
      } else if (kind === 2) put({ ...some, endedAtMs: some.endedAtMs ?? nowMs, notional: '1', adverse: '0' });
      // Told to be open after all, or told once more with other figures.
      else if (kind === 3 && random.below(4) === 0) put({ ...some, endedAtMs: null });
      else if (kind === 4) put({ ...some, adverse: String(random.below(9)) });
      else {
        // A reservation that the disk did not take: as if it had never been, but for the minute's count.
        const lost = fresh(step);
        budgets.put(lost);
        budgets.drop(lost);
        signedAtMs.push(nowMs);
      }
      // The wallet is read now and then; in between it is the same moment that is asked about.
      if (random.below(4) === 0) sinceMs = nowMs - random.below(2 * 3_600_000);
      const { adverse, adverseOpen, lastMinute, open, openOf, turnover, turnoverOpen } = budgets.used('c', nowMs);
      const said = {
        adverse: adverse.toString(),
        turnover: turnover.toString(),
        adverseOpen: adverseOpen.toString(),
        turnoverOpen: turnoverOpen.toString(),
        open,
        bought: budgets.bought('c', 'BTC', sinceMs).toString(),
        btc: openOf('BTC_USDT'),
        lastMinute,
      };
      expect([seed, step, said]).toEqual([seed, step, plainly(rows, signedAtMs, nowMs, sinceMs)]);
    }
    const other = budgets.used('other', nowMs);
    expect([other.open, other.openOf('BTC_USDT'), other.lastMinute]).toEqual([0, 0, 0]);
    expect([other.adverse.sign(), other.turnover.sign()]).toEqual([0, 0]);
    expect(budgets.bought('other', 'BTC', 0).sign()).toBe(0);
  }
});

test('many orders a minute are counted, and old counts are let go', () => {
  const budgets = new Budgets([]);
  const row = (seq: number, atMs: number): OrderRow => ({ ...rowOf(seq, null, atMs), notional: '1' });
  for (let seq = 0; seq < 10_000; seq += 1) budgets.put(row(seq, seq));
  expect(budgets.used('c', 59_999).lastMinute).toBe(10_000);
  expect(budgets.used('c', 65_000).lastMinute).toBe(4_999);
  budgets.put(row(10_000, 65_000));
  expect(budgets.used('c', 65_000).lastMinute).toBe(5_000);
  expect(budgets.used('c', 200_000).lastMinute).toBe(0);
});

test('rows that are read at the start count as they did before, whatever order they come in', () => {
  const rows = [rowOf(1, 90_000), rowOf(2, 20_000, 10_000), rowOf(3, null, 80_000), rowOf(4, 86_000, 85_000)];
  const orders = rows.flatMap((first) => rows.filter((one) => one !== first).map((second) => [first, second]));
  for (const begin of orders) {
    const budgets = new Budgets([...begin, ...rows.filter((one) => !begin.includes(one))]);
    expect(budgets.bought('c', 'BTC', 86_000).toString()).toBe('11010');
    expect(budgets.bought('c', 'BTC', 86_001).toString()).toBe('1010');
    expect(budgets.used('c', 100_000).lastMinute).toBe(2);
    expect(budgets.used('c', 20_000 + WINDOW_MS).turnover.toString()).toBe('11010');
    expect(budgets.used('c', 86_000 + WINDOW_MS).turnover.toString()).toBe('1010');
    expect(budgets.used('c', 90_000 + 86_399_999).turnover.toString()).toBe('1010');
    expect(budgets.used('c', 90_000 + 86_400_000).turnover.toString()).toBe('1000');
  }
});

test('a clock that was set back lets nothing be forgotten', () => {
  const budgets = new Budgets([]);
  budgets.put(rowOf(1, 50_000));
  budgets.put(rowOf(2, 40_000));
  expect(budgets.bought('c', 'BTC', 45_000).toString()).toBe('110');
  // Told once more, with nothing new, it does not count twice.
  budgets.put(rowOf(2, 40_000));
  expect(budgets.bought('c', 'BTC', 0).toString()).toBe('110');
  expect(budgets.used('c', 45_000 + WINDOW_MS).turnover.toString()).toBe('110');
  expect(budgets.used('c', 50_000 + WINDOW_MS).turnover.toString()).toBe('0');
});

test('one that ended, was open after all and ended again counts once; one that never was counts not at all', () => {
  const row = (endedAtMs: number | null): OrderRow => ({ ...rowOf(1, endedAtMs), adverse: '1' });
  const budgets = new Budgets([]);
  for (const endedAtMs of [10, null, 20]) budgets.put(row(endedAtMs));
  expect(budgets.bought('c', 'BTC', 0).toString()).toBe('10');
  expect(budgets.bought('c', 'BTC', 20).toString()).toBe('10');
  expect(budgets.bought('c', 'ETH', 0).toString()).toBe('0');
  expect(budgets.find('c', 't-1-m-1')?.endedAtMs).toBe(20);
  budgets.drop({ ...row(null), clientId: 't-1-m-2' });
  budgets.drop({ ...row(null), connection: 'd' });
  expect(budgets.used('c', 30).turnover.toString()).toBe('10');
  budgets.drop(row(20));
  expect(budgets.find('c', 't-1-m-1')).toBeNull();
  expect(budgets.used('c', 30)).toMatchObject({ open: 0 });
  expect(budgets.used('c', 30).turnover.sign()).toBe(0);
});

test('what ends in the millisecond in which the wallet was read counts on top of it, asked before or after', () => {
  const row = (endedAtMs: number | null): OrderRow => ({ ...rowOf(1, endedAtMs), adverse: '1' });
  for (const [endedAtMs, bought] of [
    [100, '10'],
    [99, '0'],
  ] as const) {
    const budgets = new Budgets([]);
    budgets.put(row(null));
    expect(budgets.bought('c', 'BTC', 100).toString()).toBe('10');
    budgets.put(row(endedAtMs));
    expect(budgets.bought('c', 'BTC', 100).toString()).toBe(bought);
    expect(new Budgets([row(endedAtMs)]).bought('c', 'BTC', 100).toString()).toBe(bought);
  }
});

test('an order counts for a day after its end, and its row is kept for minutes: the journal has it', () => {
  const budgets = new Budgets([]);
  const found = (nowMs: number) => {
    const turnover = budgets.used('c', nowMs).turnover.toString();
    const whole = [0, 1, 2, 3, 4].filter((seq) => budgets.find('c', `t-1-m-${seq}`) !== null);
    return [turnover, whole.join(' ')];
  };
  const rows = [rowOf(0, 1_000), rowOf(1, 2_000), rowOf(2, 2_000), rowOf(3, 3_000), rowOf(4, null)];
  for (const one of rows) budgets.put(one);
  // Of another order of this name; and the same figures in another row than the one that counts.
  budgets.written({ ...rowOf(0, 1_000), connection: 'other' });
  budgets.written(rowOf(1, 2_000));
  for (const one of [rows[0], rows[2], rows[3], rows[4]]) if (one !== undefined) budgets.written(one);
  expect(found(1_000 + WHOLE_MS - 1)).toEqual(['11111', '0 1 2 3 4']);
  expect(found(1_000 + WHOLE_MS)).toEqual(['11111', '1 2 3 4']);
  // The last of it never reached the disk.
  expect(found(2_000 + WHOLE_MS)).toEqual(['11111', '1 3 4']);
  // Open after all, read from the journal; and ended once more.
  const again = rowOf(0, null);
  budgets.put(again);
  budgets.written(again);
  expect(found(3_000 + WHOLE_MS)).toEqual(['11111', '0 1 4']);
  const ended = rowOf(0, 4_000 + WHOLE_MS);
  budgets.put(ended);
  budgets.written(ended);
  expect(found(4_000 + 2 * WHOLE_MS - 1)).toEqual(['11111', '0 1 4']);
  expect(found(4_000 + 2 * WHOLE_MS)).toEqual(['11111', '1 4']);
  expect(found(3_000 + WINDOW_MS)).toEqual(['10001', '4']);
  expect(found(4_000 + WHOLE_MS + WINDOW_MS)).toEqual(['10000', '4']);
  const later = rowOf(3, 5_000 + WHOLE_MS + WINDOW_MS);
  budgets.put(later);
  budgets.written(later);
  expect(found(5_000 + 2 * WHOLE_MS + WINDOW_MS - 1)).toEqual(['11000', '3 4']);
  expect(found(5_000 + 2 * WHOLE_MS + WINDOW_MS)).toEqual(['11000', '4']);
});

test('rows that were read at the start are in the journal', () => {
  const budgets = new Budgets([rowOf(0, 1_000)]);
  expect(budgets.used('c', 1_000 + WHOLE_MS).turnover.toString()).toBe('1');
  expect(budgets.find('c', 't-1-m-0')).toBeNull();
});
