/** A store in its simplest form: it holds exactly the rows that it was given, as text. */

import type { Change } from './applied.ts';
import type { Plain } from './plain.ts';
import { toPlain } from './plain.ts';
import type { SavedAccount } from './saved.ts';

export class Rows {
  #machine: Plain = null;
  readonly #tables = new Map<string, Map<string, Plain>>();

  write(change: Change): void {
    switch (change.kind) {
      case 'machine':
        this.#machine = toPlain(change.row);
        return;
      case 'order':
      case 'fill':
        this.#table(change.kind).set(change.row.key, toPlain(change.row));
        return;
      case 'balance':
        this.#table('balance').set(change.row.asset, toPlain(change.row));
        return;
      case 'instrument':
        this.#table('instrument').set(change.row.symbol, toPlain(change.row));
        return;
      case 'request':
        this.#table('request').set(change.row.requestId, toPlain(change.row));
        return;
      case 'forget':
        for (const key of change.orders) this.#table('order').delete(key);
        for (const key of change.fills) this.#table('fill').delete(key);
        for (const key of change.requests) this.#table('request').delete(key);
        return;
      case 'ledger':
      case 'ended':
        return;
    }
  }

  /** In the wrong order, on purpose: a database promises none. */
  saved(): SavedAccount {
    const rows = (name: string): Plain[] => [...this.#table(name).values()].reverse();
    const [orders, fills, balances] = [rows('order'), rows('fill'), rows('balance')];
    const tables = { orders, fills, balances, instruments: rows('instrument'), requests: rows('request') };
    return JSON.parse(JSON.stringify({ version: 1, machine: this.#machine, ...tables })) as SavedAccount;
  }

  #table(name: string): Map<string, Plain> {
    const rows = this.#tables.get(name) ?? new Map<string, Plain>();
    this.#tables.set(name, rows);
    return rows;
  }
}
