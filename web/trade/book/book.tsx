/** The order book of the place: its levels, or their sums as a picture. */

import '../../style/trade-book.css';
import { useState } from 'react';
import type { LiveBook } from '../../../src/contract/live.ts';
import type { Market } from '../../../src/contract/trading.ts';
import { group } from '../../format/number.ts';
import { For } from '../../parts/ago.tsx';
import { Late } from '../../parts/late.tsx';
import { useOpenOrders } from '../data/account.ts';
import { useBook, useMarket, useMarketTrades, useTicker } from '../data/market.ts';
import { usePlace } from '../data/place.ts';
import { DepthChart } from './depth.tsx';
import { Ladder } from './ladder.tsx';
import { stepsFor } from './levels.ts';
import { TradesList } from './trades.tsx';

/** For as long as the page lives: a step that suits one market suits no other. */
const chosenSteps = new Map<string, string>();
type View = 'book' | 'depth' | 'trades';
const VIEWS: readonly { readonly view: View; readonly name: string }[] = [
  { view: 'book', name: 'Book' },
  { view: 'depth', name: 'Depth' },
  { view: 'trades', name: 'Trades' },
];

/** `withTrades`: there is no room for the latest trades beside it. */
export function Book({ withTrades }: { readonly withTrades: boolean }) {
  const place = usePlace();
  const market = useMarket();
  const book = useBook();
  const [chosen, setView] = useState<View>('book');
  const view = chosen === 'trades' && !withTrades ? 'book' : chosen;
  const [, chose] = useState('');
  const key = `${place.venue} ${place.market}`;
  const steps = market === undefined ? [] : stepsFor(market.tick, book?.bids[0]?.[0] ?? market.last);
  const wanted = chosenSteps.get(key);
  const step = wanted !== undefined && steps.includes(wanted) ? wanted : (steps[0] ?? '');
  return (
    <div className="book">
      <header className="panel-head">
        <div className="panel-tabs" role="tablist" aria-label="Order book as">
          {VIEWS.filter(({ view: one }) => withTrades || one !== 'trades').map(({ view: one, name }) => (
            <button key={one} type="button" role="tab" aria-selected={one === view} onClick={() => setView(one)}>
              {name}
            </button>
          ))}
        </div>
        {view === 'book' && steps.length > 1 ? (
          <label className="book-step">
            <span className="sr">Put prices together by</span>
            <select
              value={step}
              title="Put prices together by"
              onChange={(event) => {
                chosenSteps.set(key, event.currentTarget.value);
                chose(event.currentTarget.value);
              }}
            >
              {steps.map((one) => (
                <option key={one} value={one}>
                  {group(one)}
                </option>
              ))}
            </select>
          </label>
        ) : null}
      </header>
      {view === 'trades' ? (
        <TradesList bare />
      ) : book === undefined || market === undefined ? (
        <Loading />
      ) : (
        <div className="book-body" data-trouble={book.trouble === '' ? undefined : ''}>
          {view === 'book' ? (
            <Levels book={book} market={market} step={step} />
          ) : (
            <DepthOf book={book} market={market} />
          )}
          {book.trouble === '' ? null : (
            <p className="book-trouble" role="status">
              <strong>{book.trouble}</strong>{' '}
              {book.atMs === 0 ? (
                'Nothing is known yet.'
              ) : (
                <>
                  Unchanged <For atMs={book.atMs} />.
                </>
              )}
            </p>
          )}
        </div>
      )}
    </div>
  );
}

type Shown = { readonly book: LiveBook; readonly market: Market };

function Levels(props: Shown & { readonly step: string }) {
  const { connection } = usePlace();
  const { book, market, step } = props;
  const orders = useOpenOrders({ market: market.symbol, ...(connection === null ? {} : { connection }) });
  const ticker = useTicker(market.venue, market.symbol);
  const newest = useMarketTrades()?.trades[0];
  // An empty book that is in trouble is not known to be empty: the trouble below says it.
  if (isEmpty(book)) return book.trouble === '' ? <Empty market={market} /> : <div className="book-unknown" />;
  return (
    <>
      <div className="ladder-head" aria-hidden="true">
        <span>Yours</span>
        <span>{market.quote}</span>
        <span>{market.base}</span>
        <span className="ladder-total">Sum</span>
      </div>
      <Ladder
        book={book}
        market={market}
        step={step}
        orders={orders}
        last={newest?.price ?? ticker?.last ?? market.last}
        direction={newest?.side ?? null}
      />
    </>
  );
}

function DepthOf({ book, market }: Shown) {
  if (book.asks.length === 0 || book.bids.length === 0)
    return isEmpty(book) && book.trouble !== '' ? (
      <div className="book-unknown" />
    ) : (
      <p className="panel-empty dim">There is no middle: one side of the book is empty.</p>
    );
  return <DepthChart book={book} market={market} />;
}

const isEmpty = (book: LiveBook): boolean => book.asks.length === 0 && book.bids.length === 0;

function Empty({ market }: { readonly market: Market }) {
  return <p className="panel-empty dim">Nobody offers {market.base} here now, and nobody asks for it.</p>;
}

const SKELETON_ROWS = Array.from({ length: 12 }, (_, at) => `row ${at}`);

function Loading() {
  return (
    <div className="book-body" role="status" aria-label="Loading the order book">
      <Late>
        <div className="book-skeleton" aria-hidden="true">
          {SKELETON_ROWS.map((row) => (
            <p key={row}>
              <span className="skeleton">43 210.50</span>
              <span className="skeleton">0.52000</span>
              <span className="skeleton">3.20000</span>
            </p>
          ))}
        </div>
      </Late>
    </div>
  );
}
