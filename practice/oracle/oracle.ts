import type { Decimal } from '../../src/core/decimal.ts';
import type { PracticeAccounts } from '../accounts/accounts.ts';
import { textOf } from '../engine/scale.ts';
import type { IdQuestion } from '../exchange/by-id.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { ExactDeal, ExactOrder } from '../exchange/exact.ts';
import { exactDeal, exactOrder } from '../exchange/exact.ts';
import { isHouse } from '../exchange/house.ts';
import type { AccountId, WalletBalance } from '../ports.ts';

/**
 * What is really so, to the last digit, as the parts that hold it say themselves. Reads only, all of it after the same
 * commit: nothing else can run while an answer is put together.
 */
export interface Oracle {
  /** Everybody where null, house accounts included. */
  accounts(account: AccountId | null): readonly OracleAccount[];
  /** Oldest id first. Of all people where the account is null; finished orders of house accounts are not kept. */
  orders(question: OrdersQuestion): readonly ExactOrder[];
  deals(question: IdQuestion): readonly ExactDeal[];
  /** The whole book, best first. Null for an unknown market. */
  book(market: string): OracleBook | null;
  check(): OracleCheck;
}

export type OrdersQuestion = IdQuestion & { readonly state: 'open' | 'finished' | 'all' };

type Amounts = Readonly<Record<string, { readonly available: string; readonly freeze: string }>>;

export type OracleAccount = {
  readonly account: AccountId;
  /** Null for accounts that are nobody's. */
  readonly email: string | null;
  readonly isHouse: boolean;
  readonly wallets: { readonly main: Amounts; readonly trade: Amounts; readonly collateral: Amounts };
  readonly feesPaid: Readonly<Record<string, string>>;
  readonly killSwitches: ReturnType<DurableExchange['query']['killSwitches']>;
};

export type OracleBook = {
  readonly market: string;
  readonly status: string;
  readonly updateId: number;
  readonly lastPrice: string | null;
  readonly asks: readonly (readonly [price: string, amount: string])[];
  readonly bids: readonly (readonly [price: string, amount: string])[];
};

/** Faults in words; all lists are empty when all is well. */
export type OracleCheck = {
  /** Of orders, books and what is frozen. */
  readonly engine: readonly string[];
  /** Of the ledger, and of what it handed to the exchange: balances, fees and what is on the way add up to it. */
  readonly money: readonly string[];
  /** Fees that were paid and fees that were taken. */
  readonly fees: readonly string[];
};

export type OracleParts = {
  readonly accounts: Pick<PracticeAccounts, 'all' | 'balances' | 'moneyFaults'>;
  readonly exchange: Pick<DurableExchange, 'query' | 'orderEvents' | 'byId'>;
};

export function createOracle({ accounts, exchange }: OracleParts): Oracle {
  function textOfUnits(ticker: string, units: bigint): string {
    const asset = exchange.query.asset(ticker);
    if (asset === null) throw new RangeError(`Fees of an unknown asset ${ticker}`);
    return textOf(units, asset.scale);
  }

  function account(id: AccountId, email: string | null): OracleAccount {
    const fees = exchange.orderEvents.feesPaid().filter((fee) => fee.account === id);
    return {
      account: id,
      email,
      isHouse: isHouse(id),
      wallets: {
        main: amountsOf(accounts.balances(id, 'main')),
        trade: amountsOf(accounts.balances(id, 'trade')),
        collateral: amountsOf(accounts.balances(id, 'collateral')),
      },
      feesPaid: Object.fromEntries(fees.map(({ ticker, units }) => [ticker, textOfUnits(ticker, units)])),
      killSwitches: exchange.query.killSwitches(id),
    };
  }

  function openOrders({ account: id, market, afterId }: IdQuestion): readonly ExactOrder[] {
    const ids = id === null ? exchange.query.accounts().filter((one) => !isHouse(one)) : [id];
    return ids
      .flatMap((one) => exchange.query.openOrders(one, market))
      .filter((order) => order.id > afterId)
      .map(exactOrder);
  }

  return {
    accounts(id) {
      const people = new Map(accounts.all().map((person) => [person.id, person.email]));
      const all = [...people.keys(), ...exchange.query.accounts().filter((one) => !people.has(one))];
      return all.filter((one) => id === null || one === id).map((one) => account(one, people.get(one) ?? null));
    },
    orders(question) {
      const open = question.state === 'finished' ? [] : openOrders(question);
      const finished = question.state === 'open' ? [] : exchange.byId.finishedOrders(question).map(exactOrder);
      return [...open, ...finished].sort((first, second) => first.id - second.id).slice(0, question.limit);
    },
    deals: (question) => exchange.byId.deals(question).map(exactDeal),
    book(name) {
      const market = exchange.query.market(name);
      const depth = exchange.query.depth(name, Number.MAX_SAFE_INTEGER);
      if (market === null || depth === null) return null;
      const { tickScale, lotScale } = market.spec;
      const level = ({ ticks, lots }: { ticks: number; lots: bigint }) =>
        [textOf(BigInt(ticks), tickScale), textOf(lots, lotScale)] as const;
      return {
        market: name,
        status: market.status,
        updateId: depth.updateId,
        lastPrice: market.lastTicks === null ? null : textOf(BigInt(market.lastTicks), tickScale),
        asks: depth.asks.map(level),
        bids: depth.bids.map(level),
      };
    },
    check: () => ({
      engine: exchange.query.faults(),
      money: accounts.moneyFaults(),
      fees: feeFaults(exchange),
    }),
  };
}

function amountsOf(balances: Iterable<readonly [ticker: string, balance: WalletBalance]>): Amounts {
  return Object.fromEntries(
    [...balances].map(([ticker, { available, freeze }]) => [
      ticker,
      { available: plain(available), freeze: plain(freeze) },
    ]),
  );
}

/** Without trailing zeros: the same amount is the same text wherever it is told. */
function plain(value: Decimal): string {
  return value.trim().toString();
}

/** Two books of the same thing: what the engine took altogether, and what the deals of each account say it paid. */
function feeFaults({ query, orderEvents }: Pick<DurableExchange, 'query' | 'orderEvents'>): string[] {
  const paid = new Map<string, bigint>();
  for (const { ticker, units } of orderEvents.feesPaid()) paid.set(ticker, (paid.get(ticker) ?? 0n) + units);
  const taken = query.feesTaken();
  return [...new Set([...paid.keys(), ...taken.keys()])].sort().flatMap((ticker) => {
    const [had, told] = [taken.get(ticker) ?? 0n, paid.get(ticker) ?? 0n];
    return had === told ? [] : [`Fees in ${ticker}: ${had} units taken, ${told} units paid`];
  });
}
