/** What was just traded. A burst is one line; the list holds still while somebody points at it. */

import '../../style/trade-book.css';
import { memo, useCallback, useRef, useState } from 'react';
import type { Market, MarketTrade } from '../../../src/contract/trading.ts';
import { group } from '../../format/number.ts';
import { exactTime } from '../../format/time.ts';
import { Late } from '../../parts/late.tsx';
import { useNowText } from '../../parts/now.ts';
import { useMarket, useMarketTrades, usePriceLine } from '../data/market.ts';
import { outageMs } from '../data/outage.ts';
import { setPickedPrice } from '../data/ticket-price.ts';
import { placesOfStep } from '../ticket/exact.ts';
import { type Burst, burstsOf } from './bursts.ts';
import { columnText, placesFor, priceText } from './shown.ts';

const TIME = new Intl.DateTimeFormat(undefined, {
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
});

type Told = NonNullable<ReturnType<typeof useMarketTrades>>;

/** `bare`: under a head of somebody else's, who names it. */
export function TradesList({ bare = false }: { readonly bare?: boolean }) {
  const told = useMarketTrades();
  const market = useMarket();
  const line = usePriceLine();
  const stale = useNowText((nowMs) => outageMs(line, nowMs) !== null);
  const held = useRef<Told | null>(null);
  const [paused, setPaused] = useState(false);
  const pause = (): void => {
    held.current = told ?? null;
    setPaused(true);
  };
  const resume = (): void => setPaused(false);
  const shown = paused ? (held.current ?? told) : told;
  const since = paused ? newerThan(told?.trades ?? [], shown?.trades[0]?.id) : 0;
  const heldWords = (
    <span className="trades-paused dim small" role="status">
      {paused ? `Paused${since === 0 ? '' : `, ${since} newer`}` : ''}
    </span>
  );
  return (
    <div className="trades">
      {bare ? (
        heldWords
      ) : (
        <header className="panel-head">
          <h2>Trades</h2>
          {heldWords}
        </header>
      )}
      {shown === undefined || market === undefined ? (
        <TradesLoading />
      ) : shown.trades.length === 0 ? (
        <p className="panel-empty dim">Nothing was traded here lately.</p>
      ) : (
        <section
          className={stale ? 'trades-list stale' : 'trades-list'}
          aria-label="Trades, newest first"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          tabIndex={0}
          onPointerEnter={(event) => (event.pointerType === 'mouse' ? pause() : undefined)}
          onPointerLeave={resume}
          onFocus={pause}
          onBlur={resume}
        >
          <Rows told={shown} market={market} />
        </section>
      )}
    </div>
  );
}

/** How many came since; more than are kept count as all of them. */
function newerThan(trades: readonly MarketTrade[], id: string | undefined): number {
  const at = trades.findIndex((trade) => trade.id === id);
  return at < 0 ? trades.length : at;
}

function Rows({ told, market }: { readonly told: Told; readonly market: Market }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const bursts = burstsOf(told.trades);
  const lotPlaces = placesOfStep(market.lot);
  const largest = bursts.reduce((most, { quantity }) => (wholeOf(quantity) > wholeOf(most) ? quantity : most), '0');
  const places = placesFor(largest, lotPlaces);
  const tickPlaces = placesOfStep(market.tick);
  const toggle = useCallback((key: string): void => {
    setOpen((known) => {
      const next = new Set(known);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  }, []);
  return (
    <table className="trades-table">
      <caption className="sr">Trades, newest first</caption>
      <thead>
        <tr>
          <th scope="col">{market.quote}</th>
          <th scope="col">{market.base}</th>
          <th scope="col">Time</th>
        </tr>
      </thead>
      <tbody>
        {bursts.map((burst, at) => (
          // A row is a place: what is new is written into the first and all others take over from above, so that nothing
          // on the page is ever pushed down.
          <BurstRows
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={at}
            burst={burst}
            market={market}
            places={places}
            tickPlaces={tickPlaces}
            open={open.has(burst.key)}
            toggle={toggle}
          />
        ))}
        {told.gap ? (
          <tr className="trades-gap">
            <td colSpan={3}>Some trades before these were missed.</td>
          </tr>
        ) : null}
      </tbody>
    </table>
  );
}

const wholeOf = (text: string): number => text.split('.')[0]?.length ?? 0;

type BurstProps = {
  readonly burst: Burst;
  readonly market: Market;
  readonly places: number;
  readonly tickPlaces: number;
  readonly open: boolean;
  readonly toggle: (key: string) => void;
};

const BurstRows = memo(
  function BurstRows({ burst, market, places, tickPlaces, open, toggle }: BurstProps) {
    const { trades } = burst;
    return (
      <>
        <tr data-direction={burst.side}>
          <PriceCell price={burst.price} side={burst.side} tickPlaces={tickPlaces} />
          <td title={`${burst.quantity} ${market.base}`}>
            {trades.length === 1 ? null : (
              <button
                type="button"
                className="trades-more"
                aria-expanded={open}
                title={
                  burst.from === ''
                    ? 'One order, several fills'
                    : `One order, from ${group(burst.from)} to ${group(burst.price)}`
                }
                onClick={() => toggle(burst.key)}
              >
                ×{trades.length}
              </button>
            )}
            <span data-exact={burst.quantity}>{columnText(burst.quantity, places)}</span>
          </td>
          <td title={exactTime(burst.atMs)}>{TIME.format(burst.atMs)}</td>
        </tr>
        {open && trades.length > 1
          ? trades.map((trade) => (
              <tr key={trade.id} className="trades-part" data-direction={trade.side}>
                <PriceCell price={trade.price} side={trade.side} tickPlaces={tickPlaces} />
                <td title={`${trade.quantity} ${market.base}`}>
                  <span data-exact={trade.quantity}>{columnText(trade.quantity, places)}</span>
                </td>
                <td />
              </tr>
            ))
          : null}
      </>
    );
  },
  (a, b) =>
    a.burst.key === b.burst.key &&
    a.burst.trades.length === b.burst.trades.length &&
    a.places === b.places &&
    a.open === b.open &&
    a.market === b.market,
);

function PriceCell(props: { readonly price: string; readonly side: MarketTrade['side']; readonly tickPlaces: number }) {
  const bought = props.side === 'buy';
  return (
    <td className="trades-price">
      <button
        type="button"
        tabIndex={-1}
        title="Take this price into the ticket"
        onClick={() => setPickedPrice(props.price)}
      >
        <span className="arrow" aria-hidden="true">
          {bought ? '▲' : '▼'}
        </span>
        <span className="sr">{bought ? 'bought at' : 'sold at'} </span>
        <span data-exact={props.price}>{priceText(props.price, props.tickPlaces)}</span>
      </button>
    </td>
  );
}

const SKELETON_ROWS = Array.from({ length: 8 }, (_, at) => `row ${at}`);

function TradesLoading() {
  return (
    <div role="status" aria-label="Loading trades">
      <Late>
        <div className="book-skeleton" aria-hidden="true">
          {SKELETON_ROWS.map((row) => (
            <p key={row}>
              <span className="skeleton">43 210.50</span>
              <span className="skeleton">0.05200</span>
              <span className="skeleton">12:04:31</span>
            </p>
          ))}
        </div>
      </Late>
    </div>
  );
}
