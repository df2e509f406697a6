import type { DatabaseSync } from 'node:sqlite';
import { Decimal } from '../../src/core/decimal.ts';
import type { AccountId } from '../ports.ts';
import type { PostingKind } from './ledger.ts';
import type { Row } from './row.ts';
import { integer, text } from './row.ts';

/**
 * Transfers between the account file and the exchange's file that have begun and are not known to be over. A row is made
 * before the exchange is asked and goes when its answer has been booked, so one that a start finds was cut short.
 */
export interface PendingTransfers {
  add(transfer: PendingTransfer): void;
  remove(id: string): void;
  /** Oldest first. */
  list(): readonly PendingTransfer[];
}

export type PendingTransfer = {
  readonly id: string;
  readonly account: AccountId;
  readonly ticker: string;
  readonly amount: Decimal;
  /** Seen from the exchange. */
  readonly direction: Direction;
  readonly kind: TransferKind;
  readonly atMs: number;
};

export type Direction = 'in' | 'out';
export type TransferKind = Extract<PostingKind, 'transfer' | 'adjust' | 'house' | 'moved-in'>;

export function createPendingTransfers(database: DatabaseSync): PendingTransfers {
  const insert = database.prepare(
    `INSERT INTO pending_transfer (id, account, ticker, amount, direction, kind, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = database.prepare('DELETE FROM pending_transfer WHERE id = ?');
  const select = database.prepare('SELECT * FROM pending_transfer ORDER BY number');
  return {
    add({ id, account, ticker, amount, direction, kind, atMs }) {
      insert.run(id, account, ticker, amount.toString(), direction, kind, atMs);
    },
    remove(id) {
      remove.run(id);
    },
    list: () => select.all().map(transferOf),
  };
}

function transferOf(row: Row): PendingTransfer {
  return {
    id: text(row, 'id'),
    account: text(row, 'account') as AccountId,
    ticker: text(row, 'ticker'),
    amount: Decimal.parse(text(row, 'amount')),
    direction: directionOf(text(row, 'direction')),
    kind: kindOf(text(row, 'kind')),
    atMs: integer(row, 'at_ms'),
  };
}

function directionOf(value: string): Direction {
  if (value === 'in' || value === 'out') return value;
  throw new TypeError(`Unknown direction ${value}`);
}

function kindOf(value: string): TransferKind {
  switch (value) {
    case 'transfer':
    case 'adjust':
    case 'house':
    case 'moved-in':
      return value;
    default:
      throw new TypeError(`Unknown kind of transfer ${value}`);
  }
}
