import { describe, expect, test } from 'vitest';
import { anOrder } from '../../../src/contract/order.testing.ts';
import type { Fill } from '../../../src/contract/trading.ts';
import { fillCells, orderCells, ROWS_MAX, textOf, walk } from './export.ts';

const labelOf = (connection: string): string => (connection === 'c' ? '=HYPERLINK("x")' : connection);

test('a sheet gets exact digits, UTC, and no cell that it would run', () => {
  const order = anOrder({ quantity: { unit: 'base', amount: '0.100000000000000000001' } });
  const [head = '', line = ''] = textOf([orderCells(order, labelOf)], 'csv').split('\r\n');
  expect(head).toMatch(/^created,updated,connection,market,side/);
  expect(line).toContain('1970-01-01T00:00:01.000Z');
  expect(line).toContain('0.100000000000000000001');
  expect(line).toContain(`"'=HYPERLINK(""x"")"`);
});

test('a moved order was exported as cancelled, without the one that replaced it', () => {
  const over = anOrder({ state: 'closed', ended: 'cancelled', replaces: 'o-0', replacedBy: 'o-2' });
  expect(orderCells(over, labelOf)).toMatchObject({ ended: 'moved', replaces: 'o-0', 'replaced by': 'o-2' });
  const cancelled = anOrder({ state: 'closed', ended: 'cancelled' });
  expect(orderCells(cancelled, labelOf)).toMatchObject({ ended: 'cancelled', replaces: '', 'replaced by': '' });
});

test('a fee that nobody told is empty, never zero', () => {
  const fill: Fill = {
    connection: 'm',
    key: 'f',
    order: null,
    owner: 'ours',
    market: 'BTC_USDT',
    side: 'buy',
    price: '1',
    quantity: '2',
    value: '2',
    fee: null,
    role: null,
    reversed: false,
    atMs: 0,
  };
  expect(fillCells(fill, labelOf)).toMatchObject({ fee: '', 'fee asset': '', role: '' });
  expect(JSON.parse(textOf([fillCells(fill, labelOf)], 'json'))).toHaveLength(1);
  // A trade that the exchange took back was exported as an ordinary one.
  const sheet = textOf([fillCells(fill, labelOf), fillCells({ ...fill, reversed: true }, labelOf)], 'csv').split(
    '\r\n',
  );
  const at = sheet[0]?.split(',').indexOf('taken back') ?? -1;
  expect(sheet.slice(1, 3).map((line) => line.split(',')[at])).toEqual(['false', 'true']);
  // In JSON it was the text "false", which every language takes for true.
  expect(JSON.parse(textOf([fillCells(fill, labelOf)], 'json'))).toMatchObject([{ 'taken back': false, amount: '2' }]);
});

describe('walking', () => {
  const pages = (sizes: readonly number[]) => {
    const asked: string[] = [];
    const page = (cursor: string) => {
      asked.push(cursor);
      const at = cursor === '' ? 0 : Number(cursor);
      const rows = Array.from({ length: sizes[at] ?? 0 }, (_, row) => at * 1_000_000 + row);
      return Promise.resolve({ rows, next: at + 1 < sizes.length ? String(at + 1) : null });
    };
    return { asked, page };
  };
  const plain = { wanted: () => true, told: () => {}, isOver: () => false };

  test('reads every page and keeps what is wanted', async () => {
    const { page, asked } = pages([3, 3, 1]);
    const told: number[] = [];
    const found = await walk({ ...plain, page, wanted: (row) => row % 2 === 0, told: (rows) => told.push(rows) });
    expect(found).toEqual({ rows: [0, 2, 1_000_000, 1_000_002, 2_000_000], stopped: false });
    expect(asked).toEqual(['', '1', '2']);
    expect(told).toEqual([2, 4, 5]);
  });

  test('stops at the bound and says so, but not where there is nothing more', async () => {
    const over = await walk({ ...plain, page: pages([ROWS_MAX, 1]).page });
    expect([over?.rows.length, over?.stopped]).toEqual([ROWS_MAX, true]);
    const exact = await walk({ ...plain, page: pages([ROWS_MAX]).page });
    expect(exact?.stopped).toBe(false);
  });

  test('asks no further once nobody waits', async () => {
    const { page, asked } = pages([1, 1]);
    expect(await walk({ ...plain, page, isOver: () => true })).toBeNull();
    expect(asked).toEqual(['']);
  });
});
