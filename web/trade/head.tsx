/** The market that is looked at: name, price, the day; beside it which connection trades and how the prices come. */

import { directionOf, formatChange, formatShort, formatTicked } from '../format/market-number.ts';
import { Digits, Unknown } from '../parts/amount.tsx';
import { useNowText } from '../parts/now.ts';
import { Star } from '../parts/star.tsx';
import { PRACTICE_WORDS, usePractice } from './connection/practice.ts';
import { PriceLineState } from './connection/price-line.tsx';
import { ConnectionSwitch } from './connection/switch.tsx';
import { useAccount } from './data/account.ts';
import { useMarket, usePriceLine, useTicker } from './data/market.ts';
import { outageMs } from './data/outage.ts';
import { usePlace } from './data/place.ts';
import { useWatchlist } from './markets/use-watchlist.ts';

const ARROW = { up: '↑', down: '↓', flat: '' } as const;

function Price() {
  const { venue, market: symbol } = usePlace();
  const market = useMarket();
  const live = useTicker(venue, symbol);
  const line = usePriceLine();
  const stale = useNowText((nowMs) => outageMs(line, nowMs) !== null);
  const last = live?.last ?? market?.last ?? null;
  const change = live?.changePercent ?? market?.changePercent ?? null;
  const volume = live?.volumeQuote ?? market?.volumeQuote ?? null;
  const quote = market?.quote ?? symbol.split('_')[1] ?? '';
  return (
    <dl className={stale ? 'head-figures stale' : 'head-figures'}>
      <div className="head-last">
        <dt className="sr">Last price</dt>
        <dd className="num" title={last === null ? undefined : `${last} ${quote}`}>
          {last === null || market === undefined ? (
            <Unknown reason="No price was told yet" />
          ) : (
            <span data-exact={last}>
              <Digits text={formatTicked(last, market.tick)} />
            </span>
          )}
        </dd>
      </div>
      <div className="head-change">
        <dt className="dim">24 h</dt>
        <dd className={`num ${change === null ? '' : directionOf(change)}`}>
          {change === null ? (
            <Unknown reason="Not told yet" />
          ) : (
            `${ARROW[directionOf(change)]} ${formatChange(change)}`.trim()
          )}
        </dd>
      </div>
      <div className="head-volume">
        <dt className="dim">Volume</dt>
        <dd className="num" title={volume === null ? undefined : `${volume} ${quote} in 24 hours`}>
          {volume === null ? (
            <Unknown reason="Not told yet" />
          ) : (
            <>
              {formatShort(volume)} <span className="unit">{quote}</span>
            </>
          )}
        </dd>
      </div>
    </dl>
  );
}

/** A market may be looked at that cannot be traded; that is said where its name stands. */
function Mark() {
  const market = useMarket();
  const account = useAccount();
  if (market === undefined) return null;
  if (market.status === 'halted')
    return (
      <span className="chip" data-tone="amber" title="The exchange does not take orders here now.">
        Halted by the exchange
      </span>
    );
  if (market.status === 'post-only')
    return (
      <span className="chip" data-tone="none" title="The exchange takes only orders that rest in the book.">
        Post only
      </span>
    );
  const listed = account === null || account.markets.length === 0 || account.markets.includes(market.symbol);
  if (listed) return null;
  return (
    <span className="chip" data-tone="none" title="This market is not among those that the connection's key may trade.">
      View only
    </span>
  );
}

export function Head(props: { readonly onMarkets: () => void; readonly marketsShown: boolean }) {
  const { venue, market: symbol } = usePlace();
  const [base, ...rest] = symbol.split('_');
  const { isWatched, toggle } = useWatchlist();
  const here = { venue, market: symbol };
  const watched = isWatched(here);
  const practice = usePractice();
  return (
    <header className="trade-head">
      <div className="head-market">
        <button
          type="button"
          className="star"
          data-on={watched ? '' : undefined}
          aria-pressed={watched}
          aria-label={`${base}/${rest.join('/')} on the watchlist`}
          title={watched ? 'Take it off the watchlist' : 'Put it on the watchlist'}
          onClick={() => toggle(here)}
        >
          <Star on={watched} />
        </button>
        <button
          type="button"
          className="head-name"
          aria-expanded={props.marketsShown}
          title={props.marketsShown ? 'Put the list of markets away' : 'Show the list of markets'}
          onClick={props.onMarkets}
        >
          <h2>
            {base}
            <span className="dim">/{rest.join('/')}</span>
          </h2>
          <svg className="icon" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
            <path d={props.marketsShown ? 'M7.5 2.5L4 6l3.5 3.5' : 'M2.5 4.5L6 8l3.5-3.5'} />
          </svg>
        </button>
        {practice ? (
          <span className="chip practice-chip" data-tone="none" title={PRACTICE_WORDS}>
            Practice
          </span>
        ) : null}
        <Mark />
      </div>
      <Price />
      <div className="head-side">
        <ConnectionSwitch />
        <PriceLineState />
      </div>
    </header>
  );
}
