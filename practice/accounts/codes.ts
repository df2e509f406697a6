import { createHash, timingSafeEqual } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { Decimal } from '../../src/core/decimal.ts';
import type { AccountId, Asset, Clock, Outcome, PracticeCode, Wallet, WalletEvent } from '../ports.ts';
import { inTransaction } from './database.ts';
import type { Ledger } from './ledger.ts';
import { IN_CODES, NotEnoughError } from './ledger.ts';
import { amountRefusal, move, notEnough, STATUS_SUCCESSFUL, unknownAsset } from './movement.ts';
import { done, refuse } from './outcome.ts';
import type { Random } from './random.ts';
import { randomUuid } from './random.ts';
import type { Row } from './row.ts';
import { integer, integerOrNull, text, textOrNull } from './row.ts';
import type { WalletEvents } from './wallet-events.ts';

const PASSPHRASE_LENGTH_MAX = 25;

export interface Codes {
  create(id: AccountId, ticker: string, amount: Decimal, passphrase: string | null): Outcome<PracticeCode>;
  apply(id: AccountId, code: string, passphrase: string | null): Outcome<PracticeCode>;
  /** `mine`: made by the account. `history`: made (amount negative) and applied (positive) by it. Newest first. */
  list(id: AccountId, which: 'mine' | 'history'): readonly PracticeCode[];
}

export type CodesOptions = {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly events: WalletEvents;
  readonly asset: (ticker: string) => Asset | null;
  readonly changed: (id: AccountId, wallet: Wallet, tickers: readonly string[]) => void;
};

const CODES_BALANCE = { holder: IN_CODES, wallet: 'outside' } as const;

export function createCodes({ database, clock, random, ledger, events, asset, changed }: CodesOptions): Codes {
  const insert = database.prepare(
    `INSERT INTO code (code, external_id, ticker, amount, passphrase, creator, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = database.prepare('SELECT * FROM code WHERE code = ?');
  const take = database.prepare('UPDATE code SET applier = ?, applied_at_ms = ? WHERE code = ? AND applier IS NULL');
  const selectMine = database.prepare('SELECT * FROM code WHERE creator = ? ORDER BY created_at_ms DESC, rowid DESC');
  const selectBoth = database.prepare('SELECT * FROM code WHERE creator = ?1 OR applier = ?1');

  function record(id: AccountId, kind: WalletEvent['kind'], code: PracticeCode): void {
    events.record(id, {
      transactionId: code.externalId,
      atMs: code.atMs,
      kind,
      ticker: code.ticker,
      amount: code.amount,
      fee: Decimal.ZERO,
      address: '',
      memo: '',
      network: null,
      uniqueId: null,
      hash: '',
      status: STATUS_SUCCESSFUL,
    });
  }

  return {
    create(id, ticker, amount, passphrase) {
      if (asset(ticker) === null) return unknownAsset(ticker);
      const fault = amountRefusal(amount);
      if (fault !== null) return fault;
      if (passphrase !== null && (passphrase.length === 0 || passphrase.length > PASSPHRASE_LENGTH_MAX))
        return refuse('passphrase-invalid', `A passphrase has 1 to ${PASSPHRASE_LENGTH_MAX} characters.`);
      const made: PracticeCode = {
        code: `WB${randomUuid(random)}${ticker}`,
        ticker,
        amount,
        externalId: randomUuid(random),
        atMs: clock.nowMs(),
        status: 'New',
      };
      try {
        inTransaction(database, () => {
          ledger.post('code-created', made.atMs, move(ticker, amount, { holder: id, wallet: 'main' }, CODES_BALANCE));
          insert.run(made.code, made.externalId, ticker, amount.toString(), passphrase, id, made.atMs);
          record(id, 'code-created', made);
        });
      } catch (error) {
        if (error instanceof NotEnoughError) return notEnough(ticker, error.available, amount);
        throw error;
      }
      changed(id, 'main', [ticker]);
      return done(made);
    },
    apply(id, code, passphrase) {
      const row = select.get(code.trim());
      if (row === undefined)
        return refuse('code-unknown', 'There is no such code. Copy all of it, from WB to the ticker.');
      if (!samePassphrase(textOrNull(row, 'passphrase'), passphrase))
        return refuse('passphrase-wrong', 'The passphrase of this code is another one.');
      const atMs = clock.nowMs();
      const applied: PracticeCode = { ...codeOf(row), atMs, status: 'Activated' };
      const { ticker, amount } = applied;
      const won = inTransaction(database, () => {
        if (take.run(id, atMs, applied.code).changes === 0) return false;
        ledger.post('code-applied', atMs, move(ticker, amount, CODES_BALANCE, { holder: id, wallet: 'main' }));
        record(id, 'code-applied', applied);
        return true;
      });
      if (!won) return refuse('code-applied', 'This code was applied already.');
      changed(id, 'main', [ticker]);
      return done(applied);
    },
    list(id, which) {
      if (which === 'mine') return selectMine.all(id).map(codeOf);
      const steps: PracticeCode[] = [];
      for (const row of selectBoth.all(id)) {
        const code = codeOf(row);
        if (text(row, 'creator') === id) steps.push({ ...code, amount: code.amount.neg() });
        const appliedAtMs = integerOrNull(row, 'applied_at_ms');
        if (appliedAtMs !== null && textOrNull(row, 'applier') === id) steps.push({ ...code, atMs: appliedAtMs });
      }
      return steps.sort((a, b) => b.atMs - a.atMs);
    },
  };
}

function samePassphrase(expected: string | null, given: string | null): boolean {
  if (expected === null) return true;
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(expected), digest(given ?? ''));
}

function codeOf(row: Row): PracticeCode {
  return {
    code: text(row, 'code'),
    ticker: text(row, 'ticker'),
    amount: Decimal.parse(text(row, 'amount')),
    externalId: text(row, 'external_id'),
    atMs: integer(row, 'created_at_ms'),
    status: textOrNull(row, 'applier') === null ? 'New' : 'Activated',
  };
}
