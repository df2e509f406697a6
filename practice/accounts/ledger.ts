import type { DatabaseSync } from 'node:sqlite';
import { Decimal } from '../../src/core/decimal.ts';
import type { Wallet, WalletBalance } from '../ports.ts';
import { inTransaction } from './database.ts';
import { integer, text } from './row.ts';

/**
 * Double entry: a posting moves amounts between balances and its lines sum to zero for every ticker, so no sum of all
 * balances can ever change. What comes from or goes to the outside moves against `@world`, which may go below zero;
 * nobody else may.
 */

export const WORLD = '@world';
/** Money inside codes that nobody has applied yet. */
export const IN_CODES = '@codes';
/** Money that was handed to the exchange, whose own file says which account has how much of it. */
export const AT_EXCHANGE = '@exchange';

export type LedgerWallet = Wallet | 'outside';
export type Part = 'available' | 'freeze';
export type Line = {
  readonly holder: string;
  readonly wallet: LedgerWallet;
  readonly part: Part;
  readonly ticker: string;
  readonly amount: Decimal;
};
export type PostingKind =
  | 'deposit'
  | 'withdraw'
  | 'transfer'
  | 'code-created'
  | 'code-applied'
  /** The control interface set a balance. */
  | 'adjust'
  /** For the exchange's own counterparties. */
  | 'house'
  /** A trade wallet of a release that kept it in this ledger. */
  | 'moved-in';
export type Holding = { readonly holder: string; readonly wallet: string; readonly ticker: string } & WalletBalance;
export type Entry = {
  readonly posting: number;
  readonly atMs: number;
  readonly kind: string;
  readonly holder: string;
  readonly wallet: string;
  readonly part: string;
  readonly ticker: string;
  readonly amount: string;
};

/** The balance would have gone below zero. `available` is what there is. */
export class NotEnoughError extends Error {
  override name = 'NotEnoughError';
  readonly available: Decimal;

  constructor(available: Decimal) {
    super('Not enough money');
    this.available = available;
  }
}

export interface Ledger {
  /** All lines or none. Throws `NotEnoughError`, and `RangeError` where the lines do not sum to zero. */
  post(kind: PostingKind, atMs: number, lines: readonly Line[]): number;
  balance(holder: string, wallet: LedgerWallet, ticker: string): WalletBalance;
  balances(holder: string, wallet: LedgerWallet): ReadonlyMap<string, WalletBalance>;
  /** Of every holder, the world included. */
  holdings(): readonly Holding[];
  /** Oldest first, after posting `afterPosting`. */
  entries(afterPosting: number, limit: number): readonly Entry[];
  /** Faults in words: sums that are not zero, balances that differ from their entries. Empty when all is well. */
  check(): readonly string[];
}

export function createLedger(database: DatabaseSync): Ledger {
  const insertPosting = database.prepare('INSERT INTO posting (at_ms, kind) VALUES (?, ?)');
  const insertEntry = database.prepare(
    'INSERT INTO entry (posting, line, holder, wallet, part, ticker, amount) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const selectBalance = database.prepare(
    'SELECT available, freeze FROM balance WHERE holder = ? AND wallet = ? AND ticker = ?',
  );
  const selectBalances = database.prepare(
    'SELECT ticker, available, freeze FROM balance WHERE holder = ? AND wallet = ? ORDER BY ticker',
  );
  const upsertBalance = database.prepare(
    `INSERT INTO balance (holder, wallet, ticker, available, freeze) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET available = excluded.available, freeze = excluded.freeze`,
  );
  const selectHoldings = database.prepare('SELECT * FROM balance ORDER BY holder, wallet, ticker');
  const selectEntries = database.prepare(
    `SELECT posting, at_ms, kind, holder, wallet, part, ticker, amount FROM entry JOIN posting ON posting.id = posting
     WHERE posting > ? ORDER BY posting, line LIMIT ?`,
  );

  function balance(holder: string, wallet: LedgerWallet, ticker: string): WalletBalance {
    const row = selectBalance.get(holder, wallet, ticker);
    if (row === undefined) return { available: Decimal.ZERO, freeze: Decimal.ZERO };
    return { available: Decimal.parse(text(row, 'available')), freeze: Decimal.parse(text(row, 'freeze')) };
  }

  function apply(line: Line): void {
    const before = balance(line.holder, line.wallet, line.ticker);
    const after = { ...before, [line.part]: before[line.part].add(line.amount) };
    if (line.holder !== WORLD && after[line.part].sign() < 0) throw new NotEnoughError(before[line.part]);
    upsertBalance.run(line.holder, line.wallet, line.ticker, after.available.toString(), after.freeze.toString());
  }

  const ledger: Ledger = {
    post: (kind, atMs, lines) =>
      inTransaction(database, () => {
        for (const [ticker, sum] of sums(lines))
          if (!sum.isZero()) throw new RangeError(`Posting of ${ticker} is off by ${sum.toString()}`);
        const posting = Number(insertPosting.run(atMs, kind).lastInsertRowid);
        for (const [number, line] of lines.entries()) {
          apply(line);
          insertEntry.run(posting, number, line.holder, line.wallet, line.part, line.ticker, line.amount.toString());
        }
        return posting;
      }),
    balance,
    balances(holder, wallet) {
      const found = new Map<string, WalletBalance>();
      for (const row of selectBalances.all(holder, wallet))
        found.set(text(row, 'ticker'), {
          available: Decimal.parse(text(row, 'available')),
          freeze: Decimal.parse(text(row, 'freeze')),
        });
      return found;
    },
    holdings: () =>
      selectHoldings.all().map((row) => ({
        holder: text(row, 'holder'),
        wallet: text(row, 'wallet'),
        ticker: text(row, 'ticker'),
        available: Decimal.parse(text(row, 'available')),
        freeze: Decimal.parse(text(row, 'freeze')),
      })),
    entries: (afterPosting, limit) =>
      selectEntries.all(afterPosting, limit).map((row) => ({
        posting: integer(row, 'posting'),
        atMs: integer(row, 'at_ms'),
        kind: text(row, 'kind'),
        holder: text(row, 'holder'),
        wallet: text(row, 'wallet'),
        part: text(row, 'part'),
        ticker: text(row, 'ticker'),
        amount: text(row, 'amount'),
      })),
    check: () => faults(ledger),
  };
  return ledger;
}

function sums(lines: Iterable<{ readonly ticker: string; readonly amount: Decimal }>): Map<string, Decimal> {
  const totals = new Map<string, Decimal>();
  for (const { ticker, amount } of lines) totals.set(ticker, (totals.get(ticker) ?? Decimal.ZERO).add(amount));
  return totals;
}

function faults(ledger: Ledger): string[] {
  const found: string[] = [];
  const fromEntries = new Map<string, Decimal>();
  for (const entry of ledger.entries(0, Number.MAX_SAFE_INTEGER)) {
    const place = `${entry.holder} ${entry.wallet} ${entry.part} ${entry.ticker}`;
    fromEntries.set(place, (fromEntries.get(place) ?? Decimal.ZERO).add(Decimal.parse(entry.amount)));
  }
  const totals = new Map<string, Decimal>();
  for (const { holder, wallet, ticker, available, freeze } of ledger.holdings()) {
    totals.set(ticker, (totals.get(ticker) ?? Decimal.ZERO).add(available).add(freeze));
    for (const [part, amount] of [
      ['available', available],
      ['freeze', freeze],
    ] as const) {
      const place = `${holder} ${wallet} ${part} ${ticker}`;
      const expected = fromEntries.get(place) ?? Decimal.ZERO;
      fromEntries.delete(place);
      if (!expected.eq(amount)) found.push(`${place}: balance ${amount}, entries ${expected}`);
      if (holder !== WORLD && amount.sign() < 0) found.push(`${place}: below zero`);
    }
  }
  for (const [place, amount] of fromEntries)
    if (!amount.isZero()) found.push(`${place}: entries ${amount}, no balance`);
  for (const [ticker, total] of totals) if (!total.isZero()) found.push(`All of ${ticker} sums to ${total}, not 0`);
  return found;
}
