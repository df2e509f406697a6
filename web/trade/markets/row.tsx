import { memo } from 'react';
import type { Market } from '../../../src/contract/trading.ts';
import { directionOf, formatChange, formatShort, formatTicked } from '../../format/market-number.ts';
import { Digits } from '../../parts/amount.tsx';
import { Star } from '../../parts/star.tsx';
import { useTicker } from '../data/market.ts';

type Props = {
  readonly market: Market;
  readonly id: string;
  readonly topPx: number;
  readonly heightPx: number;
  readonly isActive: boolean;
  readonly isHere: boolean;
  readonly isWatched: boolean;
  /** Whether the chosen key may trade it; null where no key is chosen. */
  readonly mayTrade: boolean | null;
  /** Lists of several exchanges say which. */
  readonly showVenue: boolean;
  readonly onChoose: (market: Market) => void;
  readonly onStar: (market: Market) => void;
};

/** One market; its ticker comes live while it is on the screen. */
export const MarketRow = memo(function MarketRow(props: Props) {
  const { market } = props;
  const live = useTicker(market.venue, market.symbol);
  const last = live?.last ?? market.last;
  const change = live?.changePercent ?? market.changePercent;
  const volume = live?.volumeQuote ?? market.volumeQuote;
  const closed = market.status === 'halted';
  const why = closed
    ? 'The exchange has halted this market'
    : props.mayTrade === false
      ? 'Your key may not trade this market'
      : '';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the search field, as a combobox does
    <div
      id={props.id}
      role="option"
      tabIndex={-1}
      className="market-row"
      style={{ transform: `translateY(${props.topPx}px)`, height: props.heightPx }}
      aria-selected={props.isActive}
      aria-current={props.isHere ? 'true' : undefined}
      data-view={why === '' ? undefined : ''}
      title={why === '' ? undefined : `${market.symbol}: ${why}`}
      onClick={() => props.onChoose(market)}
    >
      {/* For the mouse; the key * in the search field does the same. An option may hold no button. */}
      <span
        className="star"
        aria-hidden="true"
        title={props.isWatched ? 'Take it off the watchlist' : 'Put it on the watchlist'}
        data-on={props.isWatched ? '' : undefined}
        onClick={(event) => {
          event.stopPropagation();
          props.onStar(market);
        }}
      >
        <Star on={props.isWatched} />
      </span>
      <span className="market-name" title={why === '' ? `${market.base}/${market.quote}` : undefined}>
        <strong>{market.base}</strong>
        <span className="dim">/{market.quote}</span>
        {props.showVenue ? <span className="dim small market-venue">{market.venueName}</span> : null}
        {props.isWatched ? <span className="sr">, on the watchlist</span> : null}
        {why === '' ? null : <span className="sr">. {why}</span>}
      </span>
      <span className="market-volume num dim" title={volume === null ? undefined : `${volume} ${market.quote} in 24 h`}>
        {volume === null ? '—' : formatShort(volume)}
      </span>
      <span className="market-last num" title={last === null ? 'Not told yet' : `${last} ${market.quote}`}>
        {last === null ? '—' : <Digits text={formatTicked(last, market.tick)} />}
      </span>
      <span className={`market-change num ${change === null ? '' : directionOf(change)}`}>
        {change === null ? '—' : formatChange(change)}
      </span>
    </div>
  );
});
