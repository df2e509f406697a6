import type { Decimal } from '../../src/core/decimal.ts';
import { RATE_PLACES } from '../engine/limits.ts';
import type { MarketRules } from '../engine/market-spec.ts';
import type { DepthLevel, MarketView } from '../engine/queries.ts';
import { decimalOf } from '../engine/scale.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { TradeRow } from '../exchange/public-trades.ts';
import { type FairPrice, fairOfModel } from '../life/fair.ts';
import type { BookLevel, Clock, DayStatistics, Listing, Market, PublicTrade } from '../ports.ts';
import { createPast } from './past.ts';
import type { Stretch } from './stretch.ts';
import { flatAt, joined } from './stretch.ts';

export type LiveMarketParts = {
  /** The fair price: what happened before the exchange lived, and while it did not. */
  readonly model: Market;
  /** What this run trades around, where that is not the model's price. */
  readonly fair?: FairPrice;
  readonly exchange: Pick<DurableExchange, 'query' | 'tape' | 'opening'>;
  readonly clock: Clock;
};

const US_PER_MS = 1_000;
const US_PER_SEC = 1_000_000;
const PERCENT_PLACES = 2;
/** Windows remembered within one second. More markets and periods than that are asked for by nobody honest. */
const WINDOWS_MAX = 500;

/**
 * The market as it is: the engine's book and rules, the trades that happened. It has one present, that of its own clock,
 * whatever the `atMs` of a caller who was told a wrong time. What it tells of the running second changes with every
 * trade, that of all others is settled. Throws `ExchangeStoppedError` once the exchange has stopped.
 */
export function createLiveMarket({ model, fair = fairOfModel(model), exchange, clock }: LiveMarketParts): Market {
  const { tape, opening } = exchange;
  // The clock may have been set back while nobody ran; the exchange goes on from its last command.
  const nowUs = (): number => Math.max(Math.floor(clock.nowMs() * US_PER_MS), tape.lived.lastUs());
  const past = createPast({ model, exchange, fair, nowUs });
  const listed = new Map(
    opening.listings.map((listing) => [listing.name, { listing, rules: null as MarketRules | null }]),
  );

  function viewOf(name: string): MarketView {
    const view = exchange.query.market(name);
    if (view === null) throw new RangeError(`Market ${name} is not known here`);
    return view;
  }

  function listing(name: string): Listing | null {
    const view = exchange.query.market(name);
    const known = listed.get(name);
    if (view === null || known === undefined || view.status === 'delisted') return null;
    if (known.rules !== view.rules) {
      known.rules = view.rules;
      known.listing = withRules(known.listing, view.rules);
    }
    return known.listing;
  }

  let windowsSec = Number.NaN;
  const windows = new Map<string, Stretch | null>();
  /** The `periodSec` seconds before the running one. */
  function settled(name: string, sec: number, periodSec: number): Stretch | null {
    if (sec !== windowsSec || windows.size >= WINDOWS_MAX) windows.clear();
    windowsSec = sec;
    const key = `${name} ${periodSec}`;
    const known = windows.get(key);
    if (known !== undefined) return known;
    const found = past.traded(name, sec - periodSec, sec);
    windows.set(key, found);
    return found;
  }

  function statistics(name: string, periodSec: number): DayStatistics {
    const sec = Math.floor(nowUs() / US_PER_SEC);
    const running = past.traded(name, sec, sec + 1);
    const stretch = joined(settled(name, sec, periodSec), running) ?? flatAt(past.priceAt(name, sec));
    const { close: last, ...rest } = stretch;
    const { spec } = viewOf(name);
    const depth = exchange.query.depth(name, 1);
    // A side without orders has no price; clients divide by what they get, so nothing is no answer.
    const best = (level: DepthLevel | undefined): Decimal =>
      level === undefined ? last : decimalOf(BigInt(level.ticks), spec.tickScale);
    return { ...rest, last, bid: best(depth?.bids[0]), ask: best(depth?.asks[0]) };
  }

  return {
    listings: () => opening.listings.flatMap(({ name }) => listing(name) ?? []),
    listing,
    status: (name) => exchange.query.market(name)?.status ?? null,
    assets: model.assets,
    asset: model.asset,
    candles: past.candles,
    book(name, _atMs, limit) {
      const depth = exchange.query.depth(name, limit);
      if (depth === null) throw new RangeError(`Market ${name} is not known here`);
      const { updateId, asks, bids, spec } = depth;
      const level = ({ ticks, lots }: DepthLevel): BookLevel => [
        decimalOf(BigInt(ticks), spec.tickScale),
        decimalOf(lots, spec.lotScale),
      ];
      return { updateId, asks: asks.map(level), bids: bids.map(level) };
    },
    trades(name, _atMs, limit) {
      const { tickScale, lotScale } = viewOf(name).spec;
      const trade = ({ id, atUs, ticks, lots, side }: TradeRow): PublicTrade => ({
        id,
        atMs: atUs / US_PER_MS,
        price: decimalOf(BigInt(ticks), tickScale),
        amount: decimalOf(lots, lotScale),
        side,
      });
      const trades = tape.trades(name, limit, null).map(trade);
      const bornMs = tape.lived.firstUs() / US_PER_MS;
      // Gaps have candles but no single trades: numbers of trades have to grow, and those of the model are all lower.
      if (trades.length === limit || model.listing(name) === null) return trades;
      return [...trades, ...model.trades(name, bornMs, limit - trades.length)];
    },
    statistics: (name, _atMs, periodSec) => statistics(name, periodSec),
  };
}

function withRules(listing: Listing, rules: MarketRules): Listing {
  const { stockPrec, moneyPrec, minAmount, minTotal, maxTotal, makerRate, takerRate } = rules;
  const percent = (rate: bigint): string => decimalOf(rate, RATE_PLACES - PERCENT_PLACES).toString();
  const fees = { makerFee: percent(makerRate), takerFee: percent(takerRate) };
  return { ...listing, stockPrec, moneyPrec, minAmount, minTotal, maxTotal, ...fees };
}
