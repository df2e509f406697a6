import type { DatabaseSync } from 'node:sqlite';
import { Decimal } from '../../src/core/decimal.ts';
import type { AccountId, WalletEvent } from '../ports.ts';
import type { Row } from './row.ts';
import { integer, text, textOrNull } from './row.ts';

export interface WalletEvents {
  record(account: AccountId, event: Omit<WalletEvent, 'id'>): WalletEvent;
  /** Newest first. */
  list(account: AccountId): readonly WalletEvent[];
  uniqueIdTaken(account: AccountId, uniqueId: string): boolean;
}

export function createWalletEvents(database: DatabaseSync): WalletEvents {
  const insert = database.prepare(
    `INSERT INTO wallet_event (account, transaction_id, at_ms, kind, ticker, amount, fee, address, memo, network, unique_id, hash, status)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = database.prepare('SELECT * FROM wallet_event WHERE account = ? ORDER BY id DESC');
  const selectUniqueId = database.prepare('SELECT 1 FROM wallet_event WHERE account = ? AND unique_id = ?');
  return {
    record(account, event) {
      const { lastInsertRowid } = insert.run(
        ...[account, event.transactionId, event.atMs, event.kind, event.ticker, event.amount.toString()],
        ...[event.fee.toString(), event.address, event.memo, event.network, event.uniqueId, event.hash, event.status],
      );
      return { id: String(lastInsertRowid), ...event };
    },
    list: (account) => select.all(account).map(eventOf),
    uniqueIdTaken: (account, uniqueId) => selectUniqueId.get(account, uniqueId) !== undefined,
  };
}

function eventOf(row: Row): WalletEvent {
  return {
    id: String(integer(row, 'id')),
    transactionId: text(row, 'transaction_id'),
    atMs: integer(row, 'at_ms'),
    kind: kindOf(text(row, 'kind')),
    ticker: text(row, 'ticker'),
    amount: Decimal.parse(text(row, 'amount')),
    fee: Decimal.parse(text(row, 'fee')),
    address: text(row, 'address'),
    memo: text(row, 'memo'),
    network: textOrNull(row, 'network'),
    uniqueId: textOrNull(row, 'unique_id'),
    hash: text(row, 'hash'),
    status: integer(row, 'status'),
  };
}

function kindOf(value: string): WalletEvent['kind'] {
  switch (value) {
    case 'deposit':
    case 'withdraw':
    case 'transfer':
    case 'code-created':
    case 'code-applied':
      return value;
    default:
      throw new TypeError(`Unknown kind of movement ${value}`);
  }
}
