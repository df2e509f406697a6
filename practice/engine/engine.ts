import type { Decimal } from '../../src/core/decimal.ts';
import type { AccountId, Asset, Listing } from '../ports.ts';
import { cancel, cancelAll, cancelBulk, cancelMarket } from './cancel.ts';
import type { Command, NewOrder, OrderReply, Reply, SetFees } from './commands.ts';
import { draftOf } from './draft.ts';
import { enter } from './enter.ts';
import type { EngineEvent } from './events.ts';
import { viewOf } from './events.ts';
import { fireDue, setKillSwitch } from './kill-switch.ts';
import { BULK_MAX, CANCEL_BULK_MAX, TICKS_MAX } from './limits.ts';
import type { Market } from './market.ts';
import { createMarket } from './market.ts';
import type { MarketRules, MarketSpec } from './market-spec.ts';
import { assetSpecs, boundsOf, fits, marketSpec, rateOf, rulesOf } from './market-spec.ts';
import { modify } from './modify.ts';
import { receive } from './money.ts';
import type { EngineQueries } from './queries.ts';
import { queriesOf } from './queries.ts';
import { REFUSALS } from './refusals.ts';
import { unitsOf } from './scale.ts';
import type { Snapshot } from './snapshot.ts';
import { restore, takeSnapshot } from './snapshot.ts';
import type { State } from './state.ts';
import { balanceOf, seatOf, touchBalance } from './state.ts';

/**
 * The matching engine of the practice exchange: markets, orders and the money behind them, in memory. It reads no clock,
 * throws no dice and touches no disk; its state after a command follows from its state before and the command alone.
 */
export interface Engine {
  /**
   * Carries out one command. Throws `RangeError`, with nothing changed, where no caller can mean it: time that goes back,
   * lists that are too long, rates or steps that cannot be counted. Any other error is a fault of the engine, whose state
   * is not to be used any more.
   */
  apply(command: Command): Result;
  readonly query: EngineQueries;
  /** Everything, as plain data that survives JSON. An engine restored from it goes on as this one would have. */
  snapshot(): Snapshot;
}

export type Result = { readonly reply: Reply; readonly events: readonly EngineEvent[] };

export type Opening = {
  readonly assets: readonly Pick<Asset, 'ticker' | 'precision'>[];
  readonly listings: readonly Listing[];
  /** Prices before the first trade, by market; stop orders need one. Between two ticks the tick below counts. */
  readonly lastPrices: ReadonlyMap<string, Decimal>;
  /** Ids go up from here. WhiteBIT's order ids have 13 digits today. */
  readonly firstOrderId: number;
  readonly firstDealId: number;
};

/** The same opening must be used with the same command log or snapshot. */
export function openEngine(opening: Opening, snapshot: Snapshot | null): Engine {
  const state = emptyState(opening);
  if (snapshot !== null) restore(state, snapshot);
  return {
    apply: (command) => apply(state, command),
    query: queriesOf(state),
    snapshot: () => takeSnapshot(state),
  };
}

function emptyState(opening: Opening): State {
  const assets = assetSpecs(opening.assets, opening.listings);
  const markets = opening.listings.map((listing) => {
    const spec = marketSpec(listing, assets);
    const last = opening.lastPrices.get(listing.name) ?? null;
    return createMarket(spec, rulesOf(listing), last === null ? null : openingTicks(spec, last));
  });
  return {
    assets,
    markets: new Map(markets.map((market) => [market.spec.name, market])),
    accounts: new Map(),
    feesTaken: new Map(),
    timers: new Set(),
    firstTimerUs: Number.POSITIVE_INFINITY,
    nowUs: 0,
    commandNumber: 0,
    nextOrderId: opening.firstOrderId,
    nextDealId: opening.firstDealId,
    events: [],
    touchedBalances: [],
    touchedMarkets: [],
  };
}

function openingTicks(spec: MarketSpec, price: Decimal): number {
  const ticks = unitsOf(price.round(spec.tickScale, 'floor'), spec.tickScale) ?? 0n;
  if (ticks <= 0n || ticks > TICKS_MAX) throw new RangeError(`Not a price of ${spec.name}: ${price}`);
  return Number(ticks);
}

function apply(state: State, command: Command): Result {
  checkPossible(state, command);
  state.nowUs = command.atUs;
  state.commandNumber += 1;
  state.events = [];
  if (state.firstTimerUs <= command.atUs) fireDue(state);
  const reply = carryOut(state, command);
  tellTouched(state);
  return { reply, events: state.events };
}

/** Before anything is changed, so that no timer has gone off unheard when it throws. */
function checkPossible(state: State, command: Command): void {
  if (!Number.isSafeInteger(command.atUs) || command.atUs < state.nowUs)
    throw new RangeError(`Command of ${command.atUs} comes after ${state.nowUs}`);
  if (command.kind === 'bulk' && command.orders.length > BULK_MAX) throw new RangeError(`More than ${BULK_MAX} orders`);
  if (command.kind === 'cancel-bulk' && command.orders.length > CANCEL_BULK_MAX)
    throw new RangeError(`More than ${CANCEL_BULK_MAX} cancellations`);
  if (command.kind === 'fees' && command.rates !== null) {
    rateOf(command.rates.maker);
    rateOf(command.rates.taker);
  }
  if (command.kind !== 'market-rules') return;
  const market = state.markets.get(command.market);
  if (market !== undefined && !fits(market.spec, command.rules))
    throw new RangeError(`Steps of ${command.market} cannot become finer than it is counted in`);
}

function carryOut(state: State, command: Command): Reply {
  switch (command.kind) {
    case 'place':
      return place(state, command.account, command.order);
    case 'bulk':
      return { ok: true, orders: bulk(state, command.account, command.orders, command.stopOnFail) };
    case 'cancel':
      return cancel(state, command.account, command.order);
    case 'cancel-bulk':
      return { ok: true, orders: cancelBulk(state, command.account, command.orders) };
    case 'cancel-all':
      return cancelAll(state, command) ?? { ok: true };
    case 'modify':
      return modify(state, command.account, command.order, command.change);
    case 'kill-switch': {
      const killSwitch = setKillSwitch(state, command);
      return killSwitch !== null && 'ok' in killSwitch ? killSwitch : { ok: true, killSwitch };
    }
    case 'tick':
      return { ok: true };
    case 'credit':
      return moveMoney(state, command.account, command.ticker, command.amount, 1n);
    case 'debit':
      return moveMoney(state, command.account, command.ticker, command.amount, -1n);
    case 'fees':
      return setFees(state, command);
    case 'market-status': {
      const market = state.markets.get(command.market);
      if (market === undefined) return REFUSALS.marketUnknown;
      market.status = command.status;
      if (command.status === 'delisted') cancelMarket(state, market);
      return { ok: true };
    }
    case 'market-rules':
      return setRules(state, command.market, command.rules);
  }
}

function place(state: State, account: AccountId, form: NewOrder): OrderReply {
  const seat = seatOf(state, account, form.market);
  if (seat === null) return REFUSALS.marketUnknown;
  const draft = draftOf(seat, form, null);
  return 'ok' in draft ? draft : { ok: true, order: viewOf(enter(state, seat, draft)) };
}

function bulk(state: State, account: AccountId, orders: readonly NewOrder[], stopOnFail: boolean): OrderReply[] {
  const replies: OrderReply[] = [];
  for (const order of orders) {
    const reply = place(state, account, order);
    replies.push(reply);
    if (!reply.ok && stopOnFail) break;
  }
  return replies;
}

function moveMoney(state: State, account: AccountId, ticker: string, amount: Decimal, direction: 1n | -1n): Reply {
  const balance = balanceOf(state, account, ticker);
  const units = balance === null ? null : unitsOf(amount, balance.asset.scale);
  if (balance === null || units === null || units <= 0n) return REFUSALS.badAmount;
  if (direction === 1n) receive(state, balance, units);
  else if (units > balance.available) return REFUSALS.notEnough;
  else {
    balance.available -= units;
    touchBalance(state, balance);
  }
  return { ok: true };
}

function setFees(state: State, { account, market, rates }: SetFees): Reply {
  const seat = seatOf(state, account, market);
  if (seat === null) return REFUSALS.marketUnknown;
  seat.rates = rates === null ? null : { maker: rateOf(rates.maker), taker: rateOf(rates.taker) };
  return { ok: true };
}

function setRules(state: State, name: string, rules: MarketRules): Reply {
  const market = state.markets.get(name);
  if (market === undefined) return REFUSALS.marketUnknown;
  market.rules = rules;
  market.bounds = boundsOf(market.spec, rules);
  return { ok: true };
}

function tellTouched(state: State): void {
  for (const { account, asset, available, freeze } of state.touchedBalances)
    state.events.push({ kind: 'balance', account, asset, available, freeze });
  state.touchedBalances.length = 0;
  for (const market of state.touchedMarkets) tellLevels(state, market);
  state.touchedMarkets.length = 0;
}

function tellLevels(state: State, market: Market): void {
  market.updateId += 1;
  const { spec, updateId } = market;
  for (const level of market.touchedLevels) {
    // A price that went and came back within the command has two levels; the living one tells it.
    if (level.first === null && level.ladder.find(level.ticks) !== null) continue;
    const side = level.ladder === market.bids ? 'bid' : 'ask';
    state.events.push({ kind: 'level', spec, side, ticks: level.ticks, lots: level.total, updateId });
  }
  market.touchedLevels.length = 0;
}
