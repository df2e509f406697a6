/** Asks above, bids below, the spread between. Rows stay where they are; only what stands in them changes. */

import { type KeyboardEvent, type MouseEvent, memo, useState } from 'react';
import type { LiveBook } from '../../../src/contract/live.ts';
import type { Market, Order } from '../../../src/contract/trading.ts';
import { group } from '../../format/number.ts';
import { setPickedPrice } from '../data/ticket-price.ts';
import { placesOfStep, spreadOf } from '../ticket/exact.ts';
import { grouped, mineBySteps, type Row, type Side, scaledTogether } from './levels.ts';
import { columnText, placesFor, priceText } from './shown.ts';
import { useBox } from './use-box.ts';

/** As in `trade-book.css`. */
const ROW_PX = 20;
const ROW_TOUCH_PX = 24;
const SPREAD_PX = 34;
/** Before the height is known, and where a panel is too low for anything sensible. */
const ROWS_MIN = 3;

type Props = {
  readonly book: LiveBook;
  readonly market: Market;
  readonly step: string;
  readonly orders: readonly Order[];
  readonly last: string | null;
  /** Of the newest trade. */
  readonly direction: 'buy' | 'sell' | null;
};

const touches = matchMedia('(max-width: 720px)');

export function Ladder(props: Props) {
  const { book, market, step, orders } = props;
  const { ref, box } = useBox<HTMLDivElement>();
  // A place, not a price: the cursor stays where it is while prices move under it.
  const [cursor, setCursor] = useState(0);
  const rowPx = touches.matches ? ROW_TOUCH_PX : ROW_PX;
  const count = Math.max(ROWS_MIN, Math.floor((box.height - SPREAD_PX) / 2 / rowPx));
  const [asks, bids] = scaledTogether(
    grouped(book.asks, 'ask', step, count, mineBySteps(orders, 'ask', step)),
    grouped(book.bids, 'bid', step, count, mineBySteps(orders, 'bid', step)),
  );
  const lotPlaces = placesOfStep(market.lot);
  const largest = [asks.at(-1)?.total ?? '0', bids.at(-1)?.total ?? '0'].sort((a, b) => b.length - a.length)[0] ?? '0';
  const places = placesFor(wholeOf(largest), lotPlaces);
  const rows = [
    ...Array.from({ length: count }, (_, at) => count - 1 - at),
    ...Array.from({ length: count }, (_, at) => at),
  ];
  const rowAt = (place: number): Row | undefined => (place < count ? asks : bids)[rows[place] ?? -1];
  const pick = (place: number, withAmount: boolean): void => {
    const row = rowAt(place);
    if (row !== undefined) setPickedPrice(row.price, withAmount ? row.total : null);
  };
  const clicked = (event: MouseEvent<HTMLElement>): void => {
    const place = Number((event.target as HTMLElement).closest<HTMLElement>('[data-place]')?.dataset.place ?? -1);
    if (place < 0) return;
    setCursor(place);
    pick(place, event.ctrlKey || event.metaKey || event.shiftKey);
  };
  const pressed = (event: KeyboardEvent): void => {
    const to = { ArrowUp: cursor - 1, ArrowDown: cursor + 1, Home: 0, End: 2 * count - 1 }[event.key];
    if (to !== undefined) setCursor(Math.max(0, Math.min(2 * count - 1, to)));
    else if (event.key === 'Enter') pick(cursor, event.ctrlKey || event.metaKey || event.shiftKey);
    else return;
    event.preventDefault();
    // The ticket sends by Enter and takes the arrows for its price; these were meant for the book.
    event.stopPropagation();
  };
  const side = (which: Side) => (
    <div className="ladder-side" data-side={which}>
      {rows.slice(which === 'ask' ? 0 : count, which === 'ask' ? count : 2 * count).map((_, index) => {
        const place = which === 'ask' ? index : count + index;
        const row = rowAt(place);
        return (
          <LadderRow
            key={place}
            place={place}
            side={which}
            base={market.base}
            price={row?.price ?? ''}
            quantity={row?.quantity ?? ''}
            total={row?.total ?? ''}
            mine={row?.mine ?? ''}
            depth={row?.depth ?? 0}
            places={places}
            lotPlaces={lotPlaces}
            current={place === cursor}
          />
        );
      })}
    </div>
  );
  return (
    <div className="ladder" ref={ref}>
      <div
        className="ladder-rows"
        role="listbox"
        tabIndex={0}
        aria-label="Order book. Enter takes the price into the ticket, with Shift also the amount down to there"
        aria-activedescendant={`book-${cursor}`}
        onClick={clicked}
        onKeyDown={pressed}
        onFocus={() => setCursor((at) => (at === 0 ? count : at))}
      >
        {side('ask')}
        <Spread {...props} />
        {side('bid')}
      </div>
    </div>
  );
}

const wholeOf = (text: string): string => text.split('.')[0] ?? text;

type RowProps = {
  readonly place: number;
  readonly side: Side;
  readonly base: string;
  readonly price: string;
  readonly quantity: string;
  readonly total: string;
  readonly mine: string;
  readonly depth: number;
  readonly places: number;
  readonly lotPlaces: number;
  readonly current: boolean;
};

const LadderRow = memo(function LadderRow(props: RowProps) {
  const { place, side, base, price, quantity, total, mine, places } = props;
  const there = price !== '';
  const words = there
    ? `${side === 'ask' ? 'Ask' : 'Bid'} ${price}, ${quantity} ${base}, ${total} ${base} down to here`
    : '';
  const ours = mine === '' ? '' : `, yours ${mine} ${base}`;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the listbox has the focus and points at the row
    <div
      className="ladder-row"
      role="option"
      id={`book-${place}`}
      aria-selected={props.current}
      aria-label={there ? undefined : 'Empty'}
      aria-disabled={!there}
      data-place={there ? place : undefined}
      data-mine={mine === '' ? undefined : ''}
      title={there ? `${words}${ours}` : undefined}
    >
      <span className="ladder-bar" style={{ transform: `scaleX(${props.depth.toFixed(4)})` }} />
      <span className="ladder-mine">
        {mine === '' ? null : (
          <>
            <span className="sr">Yours </span>
            {columnText(mine, Math.min(places, 4))}
          </>
        )}
      </span>
      <span className="ladder-price">
        {there ? (
          <>
            <span className="sr">{side === 'ask' ? 'Ask ' : 'Bid '}</span>
            {group(price)}
          </>
        ) : null}
      </span>
      <span>{there ? columnText(quantity, places) : ''}</span>
      <span className="ladder-total">
        {there ? (
          <>
            {columnText(total, places)}
            <span className="sr"> {base} down to here</span>
          </>
        ) : null}
      </span>
    </div>
  );
});

function Spread(props: Props) {
  const bid = props.book.bids[0]?.[0];
  const ask = props.book.asks[0]?.[0];
  const spread = bid === undefined || ask === undefined ? null : spreadOf(bid, ask);
  const { last, direction } = props;
  return (
    <div className="ladder-spread" role="presentation">
      <span className="ladder-last" data-direction={direction ?? undefined}>
        {direction === null ? null : (
          <span aria-hidden="true" className="arrow">
            {direction === 'buy' ? '▲' : '▼'}
          </span>
        )}
        {last === null ? '—' : priceText(last, placesOfStep(props.market.tick))}
      </span>
      <span className="dim small" title="The best ask less the best bid, and as a share of the middle between them">
        Spread {spread === null ? '—' : `${group(spread.price)} · ${spread.percent} %`}
      </span>
    </div>
  );
}
