import type { AccountId } from '../ports.ts';
import type { EngineEvent, OrderEvent } from './events.ts';
import { viewOf } from './events.ts';
import type { Level } from './ladder.ts';
import type { Market } from './market.ts';
import type { AssetSpec } from './market-spec.ts';
import type { Order } from './order.ts';
import type { Account, Balance, Seat } from './seat.ts';

/** Everything the engine knows, and what the running command has done so far. */
export type State = {
  readonly assets: ReadonlyMap<string, AssetSpec>;
  readonly markets: ReadonlyMap<string, Market>;
  readonly accounts: Map<AccountId, Account>;
  /** Fees taken, by ticker: with every balance they add up to all that was ever credited and not debited. */
  readonly feesTaken: Map<string, bigint>;
  /** Seats whose kill switch runs. */
  readonly timers: Set<Seat>;
  /** When the first of them goes off; Infinity without timers. */
  firstTimerUs: number;
  nowUs: number;
  /** Number of the running command. */
  commandNumber: number;
  nextOrderId: number;
  nextDealId: number;
  events: EngineEvent[];
  touchedBalances: Balance[];
  touchedMarkets: Market[];
};

export function accountOf(state: State, id: AccountId): Account {
  let account = state.accounts.get(id);
  if (account === undefined) {
    account = { id, balances: new Map(), seats: new Map() };
    state.accounts.set(id, account);
  }
  return account;
}

/** Null where no such asset is known. */
export function balanceOf(state: State, id: AccountId, ticker: string): Balance | null {
  const account = accountOf(state, id);
  const known = account.balances.get(ticker);
  if (known !== undefined) return known;
  const asset = state.assets.get(ticker);
  if (asset === undefined) return null;
  const balance: Balance = { account: id, asset, available: 0n, freeze: 0n, touchedBy: 0 };
  account.balances.set(ticker, balance);
  return balance;
}

/** Null where no such market is known. */
export function seatOf(state: State, id: AccountId, marketName: string): Seat | null {
  const account = accountOf(state, id);
  const known = account.seats.get(marketName);
  if (known !== undefined) return known;
  const market = state.markets.get(marketName);
  if (market === undefined) return null;
  const base = balanceOf(state, id, market.spec.base.ticker);
  const quote = balanceOf(state, id, market.spec.quote.ticker);
  if (base === null || quote === null) return null;
  const seat: Seat = {
    account: id,
    market,
    base,
    quote,
    open: new Map(),
    byClientId: new Map(),
    rates: null,
    killSwitch: null,
  };
  account.seats.set(marketName, seat);
  return seat;
}

/** Notes a change of the balance, to be told at the end of the command. */
export function touchBalance(state: State, balance: Balance): void {
  if (balance.touchedBy === state.commandNumber) return;
  balance.touchedBy = state.commandNumber;
  state.touchedBalances.push(balance);
}

export function touchLevel(state: State, market: Market, level: Level): void {
  if (level.touchedBy === state.commandNumber) return;
  level.touchedBy = state.commandNumber;
  if (market.touchedLevels.length === 0) state.touchedMarkets.push(market);
  market.touchedLevels.push(level);
}

export function tellOrder(state: State, change: OrderEvent['change'], order: Order): void {
  state.events.push({ kind: 'order', change, order: viewOf(order) });
}

/** The seats of an account (of everybody where null), by market and account name: no map's history decides an order. */
export function seatsInOrder(state: State, id: AccountId | null): readonly Seat[] {
  const accounts = id === null ? [...state.accounts.values()] : [accountOf(state, id)];
  return accounts
    .flatMap((account) => [...account.seats.values()])
    .sort((first, second) => compareSeats(first, second));
}

export function compareSeats(first: Seat, second: Seat): number {
  return compareText(first.market.spec.name, second.market.spec.name) || compareText(first.account, second.account);
}

/** By code unit: the same everywhere, whatever the machine's language. */
export function compareText(first: string, second: string): -1 | 0 | 1 {
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
