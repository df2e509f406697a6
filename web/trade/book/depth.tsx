/** How much stands how far from the middle: read with the mouse or the arrow keys. */

import { type KeyboardEvent, type PointerEvent, useMemo, useState } from 'react';
import type { LiveBook } from '../../../src/contract/live.ts';
import type { Market } from '../../../src/contract/trading.ts';
import { formatQuantity, formatValue, group } from '../../format/number.ts';
import { placesOfStep } from '../ticket/exact.ts';
import { frameOf, reached, slope, summed, yOf } from './depth-shape.ts';
import { useBox } from './use-box.ts';

const WORDS_PX = 44;
const AXIS_PX = 20;
/** Of the width, for a press of an arrow. */
const KEY_SHARE = 0.02;

export function DepthChart(props: { readonly book: LiveBook; readonly market: Market }) {
  const { book, market } = props;
  const { ref, box } = useBox<HTMLDivElement>();
  const bids = useMemo(() => summed(book.bids), [book.bids]);
  const asks = useMemo(() => summed(book.asks), [book.asks]);
  /** 0 to 1 from left to right: the place stays while prices move. */
  const [at, setAt] = useState<number | null>(null);
  const height = box.height - WORDS_PX - AXIS_PX;
  const frame = height > 0 ? frameOf(bids, asks, box.width, height) : null;
  const price = frame === null || at === null ? null : frame.low + at * (frame.high - frame.low);
  const middle = frame === null ? 0 : (frame.low + frame.high) / 2;
  const point = price === null ? null : price < middle ? reached(bids, 'bid', price) : reached(asks, 'ask', price);
  const words =
    point === null
      ? ''
      : `${formatQuantity(point.base)} ${market.base} (${formatValue(point.quote, market.quote)} ${market.quote}) down to ${group(point.price)}`;
  const moved = (event: PointerEvent): void => {
    const rect = event.currentTarget.getBoundingClientRect();
    setAt(Math.max(0, Math.min(1, (event.clientX - rect.left) / Math.max(1, rect.width))));
  };
  const pressed = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -KEY_SHARE, ArrowRight: KEY_SHARE }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setAt(Math.max(0, Math.min(1, (at ?? 0.5) + by)));
  };
  const places = placesOfStep(market.tick);
  const axis = (['low', 'middle', 'high'] as const).map((end) => {
    const value = frame === null ? 0 : end === 'middle' ? middle : frame[end];
    return { end, text: group(value.toFixed(places)) };
  });
  return (
    <div className="depth" ref={ref}>
      <p className="depth-words" aria-live="off">
        {point === null || price === null ? (
          <span className="dim">Point at a price to see what stands up to there.</span>
        ) : (
          <>
            <strong className="num">{group(point.price)}</strong>
            <span className="dim"> {market.quote}</span>
            <br />
            <span className="num">
              {formatQuantity(point.base)} {market.base}
            </span>
            <span className="dim num">
              {' '}
              = {formatValue(point.quote, market.quote)} {market.quote}
            </span>
          </>
        )}
      </p>
      {frame === null ? null : (
        <div
          className="depth-plot"
          role="slider"
          tabIndex={0}
          aria-label="Depth of the book; arrow keys move through prices"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round((at ?? 0.5) * 100)}
          aria-valuetext={words === '' ? 'the middle' : words}
          onPointerMove={moved}
          onPointerDown={moved}
          onPointerLeave={() => setAt(null)}
          onKeyDown={pressed}
          onBlur={() => setAt(null)}
        >
          <svg width={frame.width} height={frame.height} aria-hidden="true">
            <path className="depth-area" data-side="bid" d={`${slope(bids, frame)}V${frame.height}Z`} />
            <path className="depth-line" data-side="bid" d={slope(bids, frame)} />
            <path className="depth-area" data-side="ask" d={`${slope(asks, frame)}V${frame.height}Z`} />
            <path className="depth-line" data-side="ask" d={slope(asks, frame)} />
            {point === null || at === null ? null : (
              <g>
                <line className="depth-cursor" x1={at * frame.width} x2={at * frame.width} y1={0} y2={frame.height} />
                <circle className="depth-dot" cx={at * frame.width} cy={yOf(frame, point.size)} r={3.5} />
              </g>
            )}
          </svg>
          <div className="depth-axis" aria-hidden="true">
            {axis.map(({ end, text }) => (
              <span key={end} data-end={end}>
                {text}
              </span>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
