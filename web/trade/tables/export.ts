/** Exact numbers for a sheet or a program: every page of what is listed, times in UTC. No view here. */

import type { Fill, Order } from '../../../src/contract/trading.ts';
import { toCsv } from '../../overview/csv.ts';
import type { BalanceRow } from './balances.tsx';
import { activationOf, priceOf } from './figures.ts';

export type Format = 'csv' | 'json';
/** More than this no sheet opens well; the export says that it stopped. */
export const ROWS_MAX = 100_000;
/** As large as the desk allows: fewer answers to wait for. */
export const EXPORT_PAGE = 1_000;

export const isoTime = (atMs: number): string => new Date(atMs).toISOString();

/** A yes or no is one in JSON too; everything else is text, so that no digit is lost. */
export type Cells = Readonly<Record<string, string | boolean>>;
type LabelOf = (connection: string) => string;

const feesText = (fees: Order['fees']): string => fees.map(({ asset, amount }) => `${amount} ${asset}`).join(' + ');

export function orderCells(order: Order, labelOf: LabelOf): Cells {
  return {
    created: isoTime(order.createdAtMs),
    updated: isoTime(order.updatedAtMs),
    connection: labelOf(order.connection),
    market: order.market,
    side: order.side,
    kind: order.terms?.kind ?? 'other',
    price: priceOf(order) ?? '',
    activation: activationOf(order) ?? '',
    amount: order.quantity.amount,
    'amount in': order.quantity.unit,
    'filled base': order.filledBase,
    'filled quote': order.filledQuote,
    average: order.averagePrice ?? '',
    fees: feesText(order.fees),
    'fees pending': String(order.feesPending),
    state: order.state,
    // To the exchange a move is a cancellation; to whoever reads the sheet it is none.
    ended: order.ended === 'cancelled' && order.replacedBy !== null ? 'moved' : (order.ended ?? ''),
    detail: order.detail,
    'placed by': order.owner,
    key: order.key,
    replaces: order.replaces ?? '',
    'replaced by': order.replacedBy ?? '',
    'client id': order.clientId ?? '',
    'exchange id': order.venueId ?? '',
  };
}

export function fillCells(fill: Fill, labelOf: LabelOf): Cells {
  return {
    time: isoTime(fill.atMs),
    connection: labelOf(fill.connection),
    market: fill.market,
    side: fill.side,
    price: fill.price,
    amount: fill.quantity,
    value: fill.value,
    // Not told is left empty in a sheet; a zero would be counted.
    fee: fill.fee?.amount ?? '',
    'fee asset': fill.fee?.asset ?? '',
    role: fill.role ?? '',
    'taken back': fill.reversed,
    'placed by': fill.owner,
    order: fill.order ?? '',
    key: fill.key,
  };
}

export function balanceCells({ asset, free, locked, available, worth, asOfMs }: BalanceRow): Cells {
  return {
    asset,
    free,
    locked,
    available,
    worth: worth?.value ?? '',
    'worth in': worth?.currency ?? '',
    'as of': isoTime(asOfMs),
  };
}

export function textOf(rows: readonly Cells[], format: Format): string {
  if (format === 'json') return `${JSON.stringify(rows, null, 1)}\n`;
  const head = Object.keys(rows[0] ?? {});
  return toCsv([head, ...rows.map((row) => head.map((name) => String(row[name] ?? '')))]);
}

type Page<T> = { readonly rows: readonly T[]; readonly next: string | null };
type Walk<T> = {
  readonly page: (cursor: string) => Promise<Page<T>>;
  readonly wanted: (row: T) => boolean;
  readonly told: (rows: number) => void;
  readonly isOver: () => boolean;
};

/** Page after page until the end, the bound, or until nobody waits for it any more (`null`). */
export async function walk<T>(
  how: Walk<T>,
): Promise<{ readonly rows: readonly T[]; readonly stopped: boolean } | null> {
  const rows: T[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: Page<T> = await how.page(cursor);
    if (how.isOver()) return null;
    for (const row of page.rows) {
      if (!how.wanted(row)) continue;
      if (rows.length === ROWS_MAX) return { rows, stopped: true };
      rows.push(row);
    }
    cursor = page.next;
    how.told(rows.length);
  }
  return { rows, stopped: false };
}
