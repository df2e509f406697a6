import type { DatabaseSync } from 'node:sqlite';
import { Decimal } from '../../src/core/decimal.ts';
import { decimalOf } from '../engine/scale.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { AccountId, Clock, Outcome, Wallet, WalletBalance } from '../ports.ts';
import { DatabaseError, inTransaction } from './database.ts';
import type { Ledger, Line } from './ledger.ts';
import { AT_EXCHANGE, NotEnoughError } from './ledger.ts';
import { amountRefusal, move, notEnough, OUTSIDE, tooFine, transferEvent, unknownAsset } from './movement.ts';
import { moveOldTradeWallets } from './old-trade-wallets.ts';
import { done, refuse } from './outcome.ts';
import type { Direction, PendingTransfer, PendingTransfers, TransferKind } from './pending-transfers.ts';
import type { Random } from './random.ts';
import { randomUuid } from './random.ts';
import type { WalletEvents } from './wallet-events.ts';

/**
 * Money between the account file and the exchange's file, exactly once. Each has commits of its own, so a transfer takes
 * three: it is begun here (money that goes in has left its place), carried out there under its id, and finished here. A
 * start carries on with what stayed between; an id that was carried out is only answered again.
 */
export interface ExchangeMoney {
  /** Between the account's main and trade wallet. `in`: to trade. */
  transfer(id: AccountId, ticker: string, amount: Decimal, direction: Direction): Promise<Outcome<null>>;
  /** Makes so much available in the trade wallet, from the world or to it. */
  setAvailable(id: AccountId, ticker: string, available: Decimal): Promise<Outcome<null>>;
  /** Money out of nothing for the trade wallet of an account of the exchange's own. */
  fundHouse(account: AccountId, ticker: string, amount: Decimal): Promise<Outcome<null>>;
  /** The trade wallet: what the engine holds, and what the control interface froze on top of it. */
  balances(id: AccountId): ReadonlyMap<string, WalletBalance>;
  /** Finishes what a former run left behind. To be awaited before anybody is served. */
  settle(): Promise<void>;
  /** When no transfer is under way any more; its files may be closed then. */
  idle(): Promise<void>;
}

export type MoneyExchange = Pick<DurableExchange, 'submit' | 'query' | 'transfers'>;

export type ExchangeMoneyOptions = {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly events: WalletEvents;
  readonly pending: PendingTransfers;
  readonly exchange: MoneyExchange;
  readonly changed: (id: AccountId, wallet: Wallet, tickers: readonly string[]) => void;
};

/** A transfer of a former run that the exchange does not answer, or takes for another one. */
class UnsettledError extends DatabaseError {
  override name = 'UnsettledError';

  constructor({ id, account, ticker, amount }: PendingTransfer, why: string) {
    super(
      'files-differ',
      `Transfer ${id} of ${amount} ${ticker} (account ${account}) could not be finished (${why}). The files of the data folder do not belong together, or the exchange stopped: put back a copy of the whole folder, or start again.`,
    );
  }
}

type Answered =
  | 'done'
  /** Nothing was done. */
  | 'refused'
  /** Not now; it may have been done before. */
  | 'busy'
  | 'impossible'
  | 'unknown';

const EXCHANGE_HOLDER = { holder: AT_EXCHANGE, wallet: 'outside' } as const;

export function createExchangeMoney(options: ExchangeMoneyOptions): ExchangeMoney {
  const { clock, random, ledger, exchange } = options;
  const { begin, finish } = bookings(options);
  const inTurn = createTurns();

  async function ask(transfer: PendingTransfer): Promise<Answered> {
    const { id, account, ticker, amount, direction } = transfer;
    const kind = direction === 'in' ? 'credit' : 'debit';
    const outcome = await exchange.submit({ kind, account, ticker, amount, transfer: id });
    switch (outcome.kind) {
      case 'done':
        return outcome.reply.ok ? 'done' : 'refused';
      case 'impossible':
        return 'impossible';
      case 'not-taken':
        return outcome.reason === 'queue-full' ? 'busy' : 'unknown';
    }
  }

  /** Answers what is certain: everything else stays pending for the next start to find out. */
  async function run(transfer: PendingTransfer): Promise<Outcome<null>> {
    const { account, ticker, amount, direction } = transfer;
    try {
      begin(transfer);
    } catch (error) {
      if (error instanceof NotEnoughError) return notEnough(ticker, error.available, amount);
      throw error;
    }
    const answered = await ask(transfer);
    if (answered === 'unknown')
      return refuse(
        'outcome-unknown',
        'The practice exchange stopped in the middle of this transfer. When it has been started again, it is either made or not begun: look at your wallets then.',
      );
    finish(transfer, answered === 'done');
    switch (answered) {
      case 'done':
        return done(null);
      case 'busy':
        return refuse('busy', 'The practice exchange has too much to do. Nothing was moved; try again in a moment.');
      case 'impossible':
        return refuse('not-taken', 'The practice exchange does not take this transfer. Nothing was moved.');
      case 'refused':
        return direction === 'out'
          ? notEnough(ticker, availableOf(exchange, account, ticker), amount)
          : refuse('not-taken', `The trade wallet does not take ${amount} ${ticker}. Nothing was moved.`);
    }
  }

  async function started(
    account: AccountId,
    kind: TransferKind,
    direction: Direction,
    ticker: string,
    amount: Decimal,
  ): Promise<Outcome<null>> {
    const spec = exchange.query.asset(ticker);
    if (spec === null) return unknownAsset(ticker);
    const fault = amountRefusal(amount);
    if (fault !== null) return fault;
    if (amount.trim().scale > spec.scale) return tooFine(spec.scale);
    return run({ id: randomUuid(random), account, ticker, amount, direction, kind, atMs: clock.nowMs() });
  }

  return {
    transfer: (id, ticker, amount, direction) => inTurn(id, () => started(id, 'transfer', direction, ticker, amount)),
    fundHouse: (account, ticker, amount) => inTurn(account, () => started(account, 'house', 'in', ticker, amount)),
    setAvailable: (id, ticker, available) =>
      inTurn(id, async () => {
        const more = available.sub(availableOf(exchange, id, ticker));
        if (more.isZero()) return done(null);
        const outcome = await started(id, 'adjust', more.sign() > 0 ? 'in' : 'out', ticker, more.abs());
        if (outcome.ok || outcome.code !== 'not-enough-money') return outcome;
        return refuse(
          'balance-moved',
          `The account traded its ${ticker} away meanwhile. Cancel its orders or wait, then set the balance again.`,
        );
      }),
    balances: (id) => mergedBalances(exchange, ledger, id),
    async settle() {
      moveOldTradeWallets(options);
      for (const transfer of options.pending.list()) {
        const answered = await ask(transfer);
        // Anything but these says nothing about the former run.
        if (answered !== 'done' && answered !== 'refused') throw new UnsettledError(transfer, answered);
        finish(transfer, answered === 'done');
      }
      exchange.transfers.forget(exchange.transfers.ids());
    },
    idle: inTurn.idle,
  };
}

/** What is written into the account file before and after the exchange is asked. */
function bookings({ database, clock, random, ledger, events, pending, exchange, changed }: ExchangeMoneyOptions) {
  return {
    begin(transfer: PendingTransfer): void {
      const { kind, ticker, amount, direction, atMs } = transfer;
      inTransaction(database, () => {
        if (direction === 'in') ledger.post(kind, atMs, move(ticker, amount, otherEnd(transfer), EXCHANGE_HOLDER));
        pending.add(transfer);
      });
    },
    finish(transfer: PendingTransfer, isDone: boolean): void {
      const { id, account, kind, ticker, amount, direction } = transfer;
      const atMs = clock.nowMs();
      const isBack = (direction === 'in') !== isDone;
      inTransaction(database, () => {
        // Money came back out: taken, or not taken in.
        if (isBack) ledger.post(kind, atMs, move(ticker, amount, EXCHANGE_HOLDER, otherEnd(transfer)));
        if (isDone && kind === 'transfer') {
          const [from, to] = direction === 'in' ? (['main', 'trade'] as const) : (['trade', 'main'] as const);
          events.record(account, transferEvent(random, { atMs, ticker, amount, from, to }));
        }
        pending.remove(id);
      });
      exchange.transfers.forget([id]);
      if (kind === 'house') return;
      const wallets: readonly Wallet[] = direction === 'in' ? ['main', 'trade'] : ['trade', 'main'];
      for (const wallet of kind === 'transfer' ? wallets : (['trade'] as const)) changed(account, wallet, [ticker]);
    },
  };
}

/** Where the money comes from or goes to on this side. */
function otherEnd({ kind, account }: PendingTransfer): Pick<Line, 'holder' | 'wallet'> {
  switch (kind) {
    case 'transfer':
    case 'moved-in':
      return { holder: account, wallet: 'main' };
    case 'adjust':
    case 'house':
      return OUTSIDE;
  }
}

function availableOf({ query }: MoneyExchange, account: AccountId, ticker: string): Decimal {
  const found = query.balances(account).find(({ asset }) => asset.ticker === ticker);
  return found === undefined ? Decimal.ZERO : decimalOf(found.available, found.asset.scale);
}

function mergedBalances({ query }: MoneyExchange, ledger: Ledger, id: AccountId): ReadonlyMap<string, WalletBalance> {
  const merged = new Map<string, WalletBalance>(
    query
      .balances(id)
      .map(({ asset, available, freeze }) => [
        asset.ticker,
        { available: decimalOf(available, asset.scale), freeze: decimalOf(freeze, asset.scale) },
      ]),
  );
  for (const [ticker, { freeze }] of ledger.balances(id, 'trade')) {
    if (freeze.isZero()) continue;
    const held = merged.get(ticker) ?? { available: Decimal.ZERO, freeze: Decimal.ZERO };
    merged.set(ticker, { ...held, freeze: held.freeze.add(freeze) });
  }
  return new Map([...merged].sort(([first], [second]) => (first < second ? -1 : 1)));
}

type InTurn = {
  <T>(account: AccountId, work: () => Promise<T>): Promise<T>;
  idle(): Promise<void>;
};

/** One after another for each account, so that what was just read still holds. */
function createTurns(): InTurn {
  const last = new Map<AccountId, Promise<unknown>>();
  const inTurn = async <T>(account: AccountId, work: () => Promise<T>): Promise<T> => {
    const mine = (last.get(account) ?? Promise.resolve()).then(work, work);
    last.set(account, mine);
    try {
      return await mine;
    } finally {
      if (last.get(account) === mine) last.delete(account);
    }
  };
  return Object.assign(inTurn, {
    async idle() {
      while (last.size > 0) await Promise.allSettled(last.values());
    },
  });
}
