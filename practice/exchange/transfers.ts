import type { DatabaseSync } from 'node:sqlite';
import type { Row } from '../accounts/row.ts';
import { integer, text } from '../accounts/row.ts';
import type { Command, Reply } from '../engine/commands.ts';

/**
 * Credits and debits that carry an id are carried out once: the id and its answer are written in the command's own
 * commit, and whoever asks again is answered the same. Kept until the asker says that it will not ask again.
 */
export interface TransferStore {
  find(id: string): RememberedTransfer | null;
  /** In the transaction of the command. */
  remember(id: string, transfer: RememberedTransfer): void;
  /** Still there until `dropForgotten`. */
  forget(ids: Iterable<string>): void;
  /** In a transaction. */
  dropForgotten(): void;
  ids(): readonly string[];
}

export type RememberedTransfer = {
  readonly sequence: number;
  readonly atUs: number;
  /** What was asked (`meaningOf`), so that an id is never taken for another transfer. */
  readonly meaning: string;
  readonly reply: Reply;
};

export function createTransferStore(database: DatabaseSync): TransferStore {
  const select = database.prepare('SELECT sequence, at_us, meaning, reply FROM transfer WHERE id = ?');
  const selectIds = database.prepare('SELECT id FROM transfer ORDER BY id');
  const insert = database.prepare('INSERT INTO transfer (id, sequence, at_us, meaning, reply) VALUES (?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM transfer WHERE id = ?');
  const forgotten = new Set<string>();
  return {
    find(id) {
      const row = select.get(id);
      return row === undefined ? null : transferOf(row);
    },
    remember(id, { sequence, atUs, meaning, reply }) {
      insert.run(id, sequence, atUs, meaning, JSON.stringify(reply));
    },
    forget(ids) {
      for (const id of ids) forgotten.add(id);
    },
    dropForgotten() {
      for (const id of forgotten) remove.run(id);
      forgotten.clear();
    },
    ids: () => selectIds.all().map((row) => text(row, 'id')),
  };
}

export type MoneyCommand = Extract<Command, { kind: 'credit' | 'debit' }>;

export function meaningOf({ kind, account, ticker, amount }: Omit<MoneyCommand, 'atUs'>): string {
  return `${kind} ${amount.trim()} ${ticker} of ${account}`;
}

function transferOf(row: Row): RememberedTransfer {
  return {
    sequence: integer(row, 'sequence'),
    atUs: integer(row, 'at_us'),
    meaning: text(row, 'meaning'),
    reply: JSON.parse(text(row, 'reply')) as Reply,
  };
}
