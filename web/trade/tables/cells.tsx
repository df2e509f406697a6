/** Cells that several tables share. */

import type { ReactNode } from 'react';
import type { Order } from '../../../src/contract/trading.ts';
import { exactTime } from '../../format/time.ts';
import { goTo } from '../data/place.ts';
import { pairOf, SIDES } from './words.ts';

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});
const DATE = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const YEAR = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric' });

/** Today's by the clock, this year's by the day, older by the month; the exact time is on hover. */
export function timeText(atMs: number, nowMs: number): string {
  const [at, now] = [new Date(atMs), new Date(nowMs)];
  if (at.toDateString() === now.toDateString()) return CLOCK.format(atMs);
  return at.getFullYear() === now.getFullYear() ? DATE.format(atMs) : YEAR.format(atMs);
}

export function Time(props: { readonly atMs: number }) {
  return (
    <time className="num cell-time" dateTime={new Date(props.atMs).toISOString()} title={exactTime(props.atMs)}>
      {timeText(props.atMs, Date.now())}
    </time>
  );
}

/** Goes there, on the connection whose row it is. */
export function MarketName(props: {
  readonly market: string;
  readonly connection: string;
  readonly venue: 'whitebit' | 'practice' | null;
}) {
  const { market, connection, venue } = props;
  const [base, quote] = pairOf(market);
  return (
    <button
      type="button"
      className="cell-market"
      tabIndex={-1}
      title={`Look at ${base}/${quote}`}
      onClick={() => goTo({ market, connection, ...(venue === null ? {} : { venue }) })}
    >
      <strong>{base}</strong>
      <span className="dim">/{quote}</span>
    </button>
  );
}

export function Side(props: { readonly side: Order['side']; readonly children?: ReactNode }) {
  return (
    <span className="cell-side">
      <span className={props.side === 'buy' ? 'up' : 'down'}>{SIDES[props.side]}</span> {props.children}
    </span>
  );
}
