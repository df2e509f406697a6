import type { AccountId } from '../ports.ts';
import { faultsOf } from './audit.ts';
import type { OrderName } from './commands.ts';
import type { KillSwitchView, OrderView } from './events.ts';
import { viewOf } from './events.ts';
import { viewOfSwitch } from './kill-switch.ts';
import type { Ladder, Level } from './ladder.ts';
import type { Market } from './market.ts';
import type { AssetSpec, MarketRules, MarketSpec, MarketStatus } from './market-spec.ts';
import type { FeeRates, Seat } from './seat.ts';
import type { State } from './state.ts';
import { compareText } from './state.ts';

/** Looks into the engine. Nothing here changes anything, and nothing handed out changes later. */
export interface EngineQueries {
  market(name: string): MarketView | null;
  asset(ticker: string): AssetSpec | null;
  /** Best first, at most `limit` levels a side. */
  depth(market: string, limit: number): Depth | null;
  /** Newest first; of every market where null. */
  openOrders(account: AccountId, market: string | null): readonly OrderView[];
  openOrder(account: AccountId, name: OrderName): OrderView | null;
  /** Assets the account has anything of, by ticker. */
  balances(account: AccountId): readonly BalanceView[];
  killSwitches(account: AccountId): readonly KillSwitchView[];
  /** What an order made now would pay: the account's own rates, else the listed ones; null on an unknown market. */
  rates(account: AccountId, market: string): FeeRates | null;
  /** Fees taken so far, by ticker. */
  feesTaken(): ReadonlyMap<string, bigint>;
  accounts(): readonly AccountId[];
  /** What is wrong with the state, in words; empty when all is well. Looks at every order. */
  faults(): readonly string[];
}

export type MarketView = {
  readonly spec: MarketSpec;
  readonly rules: MarketRules;
  readonly status: MarketStatus;
  readonly lastTicks: number | null;
  readonly updateId: number;
};
export type DepthLevel = { readonly ticks: number; readonly lots: bigint };
export type Depth = {
  readonly spec: MarketSpec;
  readonly updateId: number;
  readonly asks: readonly DepthLevel[];
  readonly bids: readonly DepthLevel[];
};
export type BalanceView = { readonly asset: AssetSpec; readonly available: bigint; readonly freeze: bigint };

export function queriesOf(state: State): EngineQueries {
  /** Only looks: asking about an unknown account must not make one. */
  const seats = (account: AccountId): Seat[] => [...(state.accounts.get(account)?.seats.values() ?? [])];
  return {
    market(name) {
      const market = state.markets.get(name);
      return market === undefined ? null : marketView(market);
    },
    asset: (ticker) => state.assets.get(ticker) ?? null,
    depth(name, limit) {
      const market = state.markets.get(name);
      if (market === undefined) return null;
      const { spec, updateId, asks, bids } = market;
      return { spec, updateId, asks: levels(asks, limit), bids: levels(bids, limit) };
    },
    openOrders: (account, market) =>
      seats(account)
        .filter((seat) => market === null || seat.market.spec.name === market)
        .flatMap((seat) => [...seat.open.values()].map(viewOf))
        .sort((first, second) => second.id - first.id),
    openOrder(account, name) {
      const seat = state.accounts.get(account)?.seats.get(name.market);
      const order = 'orderId' in name ? seat?.open.get(name.orderId) : seat?.byClientId.get(name.clientOrderId);
      return order === undefined ? null : viewOf(order);
    },
    balances: (account) =>
      [...(state.accounts.get(account)?.balances.values() ?? [])]
        .filter(({ available, freeze }) => available !== 0n || freeze !== 0n)
        .map(({ asset, available, freeze }) => ({ asset, available, freeze }))
        .sort((first, second) => compareText(first.asset.ticker, second.asset.ticker)),
    killSwitches: (account) =>
      seats(account)
        .flatMap((seat) => (seat.killSwitch === null ? [] : [viewOfSwitch(seat, seat.killSwitch)]))
        .sort((first, second) => compareText(first.market, second.market)),
    rates(account, name) {
      const own = state.accounts.get(account)?.seats.get(name)?.rates ?? null;
      const rules = state.markets.get(name)?.rules;
      return own ?? (rules === undefined ? null : { maker: rules.makerRate, taker: rules.takerRate });
    },
    feesTaken: () => new Map(state.feesTaken),
    accounts: () => [...state.accounts.keys()].sort(compareText),
    faults: () => faultsOf(state),
  };
}

function marketView({ spec, rules, status, lastTicks, updateId }: Market): MarketView {
  return { spec, rules, status, lastTicks, updateId };
}

function levels(ladder: Ladder, limit: number): DepthLevel[] {
  const best = ladder.levels.slice(Math.max(0, ladder.levels.length - limit)).reverse();
  return best.map(({ ticks, total }: Level) => ({ ticks, lots: total }));
}
