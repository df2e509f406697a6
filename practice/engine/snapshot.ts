import { Decimal } from '../../src/core/decimal.ts';
import type { AccountId } from '../ports.ts';
import { schedule } from './kill-switch.ts';
import { list, rest, wait } from './life.ts';
import type { Market } from './market.ts';
import type { MarketRules, MarketStatus } from './market-spec.ts';
import { boundsOf } from './market-spec.ts';
import type { Order, OrderProgress, OrderTerms } from './order.ts';
import { isWaiting } from './order.ts';
import type { KillSwitch, Seat } from './seat.ts';
import type { State } from './state.ts';
import { balanceOf, compareSeats, compareText, seatOf, seatsInOrder } from './state.ts';

/**
 * The whole state as plain data: numbers, texts, lists and objects, bigints as texts, nothing that JSON would lose.
 * Everything stands in an order of its own (names, then ids), never in a map's, so equal states make equal snapshots.
 */
export type Snapshot = {
  readonly version: 1;
  readonly nowUs: number;
  readonly commandNumber: number;
  readonly nextOrderId: number;
  readonly nextDealId: number;
  readonly markets: readonly SavedMarket[];
  readonly balances: readonly { account: string; ticker: string; available: string; freeze: string }[];
  readonly feesTaken: readonly { ticker: string; units: string }[];
  readonly seats: readonly SavedSeat[];
};

type SavedMarket = {
  readonly name: string;
  readonly status: MarketStatus;
  readonly rules: Readonly<Record<Exclude<keyof MarketRules, 'stockPrec' | 'moneyPrec'>, string>> &
    Pick<MarketRules, 'stockPrec' | 'moneyPrec'>;
  readonly lastTicks: number | null;
  readonly updateId: number;
  /** Of every ladder best price first, oldest first within a price: put back in this order they queue as before. */
  readonly orders: readonly SavedOrder[];
};

type SavedSeat = {
  readonly account: string;
  readonly market: string;
  readonly rates: { readonly maker: string; readonly taker: string } | null;
  readonly killSwitch: KillSwitch | null;
};

type Saved<T> = { readonly [K in keyof T]: T[K] extends bigint ? string : T[K] };
type SavedOrder = Saved<OrderTerms & OrderProgress> & { readonly account: string };

export class SnapshotError extends Error {
  override name = 'SnapshotError';
}

export function takeSnapshot(state: State): Snapshot {
  const { nowUs, commandNumber, nextOrderId, nextDealId } = state;
  const balances = [...state.accounts.values()].flatMap((account) => [...account.balances.values()]);
  const markets = [...state.markets.values()];
  return {
    version: 1,
    nowUs,
    commandNumber,
    nextOrderId,
    nextDealId,
    markets: markets.sort((first, second) => compareText(first.spec.name, second.spec.name)).map(saveMarket),
    balances: balances
      .filter(({ available, freeze }) => available !== 0n || freeze !== 0n)
      .map(({ account, asset, available, freeze }) => ({
        account,
        ticker: asset.ticker,
        available: String(available),
        freeze: String(freeze),
      }))
      .sort((first, second) => compareText(first.account, second.account) || compareText(first.ticker, second.ticker)),
    feesTaken: [...state.feesTaken]
      .map(([ticker, units]) => ({ ticker, units: String(units) }))
      .sort((first, second) => compareText(first.ticker, second.ticker)),
    seats: seatsInOrder(state, null)
      .filter(({ rates, killSwitch }) => rates !== null || killSwitch !== null)
      .sort(compareSeats)
      .map(saveSeat),
  };
}

/** Fills a fresh state. Throws `SnapshotError` where the snapshot speaks of markets or assets the opening has not. */
export function restore(state: State, snapshot: Snapshot): void {
  if (snapshot.version !== 1) throw new SnapshotError(`Snapshot of unknown version ${String(snapshot.version)}`);
  state.nowUs = snapshot.nowUs;
  state.commandNumber = snapshot.commandNumber;
  state.nextOrderId = snapshot.nextOrderId;
  state.nextDealId = snapshot.nextDealId;
  for (const saved of snapshot.balances) {
    const balance = balanceOf(state, saved.account as AccountId, saved.ticker);
    if (balance === null) throw new SnapshotError(`No asset ${saved.ticker} here`);
    balance.available = BigInt(saved.available);
    balance.freeze = BigInt(saved.freeze);
  }
  for (const { ticker, units } of snapshot.feesTaken) state.feesTaken.set(ticker, BigInt(units));
  for (const saved of snapshot.markets) restoreMarket(state, saved);
  for (const { account, market, rates, killSwitch } of snapshot.seats) {
    const seat = seatNamed(state, account, market);
    seat.rates = rates === null ? null : { maker: BigInt(rates.maker), taker: BigInt(rates.taker) };
    seat.killSwitch = killSwitch;
    schedule(state, seat);
  }
}

function saveMarket({ spec, status, rules, lastTicks, updateId, ...market }: Market): SavedMarket {
  const { stockPrec, moneyPrec, minAmount, minTotal, maxTotal, makerRate, takerRate } = rules;
  return {
    name: spec.name,
    status,
    rules: {
      stockPrec,
      moneyPrec,
      minAmount: minAmount.toString(),
      minTotal: minTotal.toString(),
      maxTotal: maxTotal.toString(),
      makerRate: String(makerRate),
      takerRate: String(takerRate),
    },
    lastTicks,
    updateId,
    orders: [market.bids, market.asks, market.stopBuys, market.stopSells].flatMap((ladder) =>
      [...ladder.orders()].map(saveOrder),
    ),
  };
}

function restoreMarket(state: State, saved: SavedMarket): void {
  const market = state.markets.get(saved.name);
  if (market === undefined) throw new SnapshotError(`No market ${saved.name} here`);
  const { stockPrec, moneyPrec, minAmount, minTotal, maxTotal, makerRate, takerRate } = saved.rules;
  market.status = saved.status;
  market.rules = {
    stockPrec,
    moneyPrec,
    minAmount: Decimal.parse(minAmount),
    minTotal: Decimal.parse(minTotal),
    maxTotal: Decimal.parse(maxTotal),
    makerRate: BigInt(makerRate),
    takerRate: BigInt(takerRate),
  };
  market.bounds = boundsOf(market.spec, market.rules);
  market.lastTicks = saved.lastTicks;
  market.updateId = saved.updateId;
  const orders = saved.orders.map((order) => restoreOrder(seatNamed(state, order.account, saved.name), order));
  for (const order of orders) {
    if (isWaiting(order)) wait(order);
    else rest(state, order);
  }
  // Putting orders back is no command: nobody is told of the levels.
  market.touchedLevels.length = 0;
  state.touchedMarkets.length = 0;
  for (const order of orders.sort((first, second) => first.id - second.id)) list(order);
}

function seatNamed(state: State, account: string, market: string): Seat {
  const seat = seatOf(state, account as AccountId, market);
  if (seat === null) throw new SnapshotError(`No market ${market} here`);
  return seat;
}

function saveSeat({ account, market, rates, killSwitch }: Seat): SavedSeat {
  return {
    account,
    market: market.spec.name,
    rates: rates === null ? null : { maker: String(rates.maker), taker: String(rates.taker) },
    killSwitch,
  };
}

function saveOrder(order: Order): SavedOrder {
  return {
    account: order.seat.account,
    id: order.id,
    clientOrderId: order.clientOrderId,
    side: order.side,
    type: order.type,
    stp: order.stp,
    postOnly: order.postOnly,
    ioc: order.ioc,
    amount: String(order.amount),
    amountInQuote: order.amountInQuote,
    priceTicks: order.priceTicks,
    activationTicks: order.activationTicks,
    makerRate: String(order.makerRate),
    takerRate: String(order.takerRate),
    ctimeUs: order.ctimeUs,
    left: String(order.left),
    dealStock: String(order.dealStock),
    dealMoney: String(order.dealMoney),
    dealFee: String(order.dealFee),
    frozen: String(order.frozen),
    activated: order.activated,
    activatedAtUs: order.activatedAtUs,
    mtimeUs: order.mtimeUs,
    status: order.status,
  };
}

function restoreOrder(seat: Seat, { account: _account, ...saved }: SavedOrder): Order {
  return {
    ...saved,
    seat,
    amount: BigInt(saved.amount),
    makerRate: BigInt(saved.makerRate),
    takerRate: BigInt(saved.takerRate),
    left: BigInt(saved.left),
    dealStock: BigInt(saved.dealStock),
    dealMoney: BigInt(saved.dealMoney),
    dealFee: BigInt(saved.dealFee),
    frozen: BigInt(saved.frozen),
    moneyPerLot: BigInt(saved.priceTicks) * seat.market.spec.moneyPerTickLot,
    level: null,
    previous: null,
    next: null,
  };
}
