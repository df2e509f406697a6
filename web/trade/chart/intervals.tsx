/** The intervals: those that most people use in the row, all of them behind it. */

import { useState } from 'react';
import { CANDLE_INTERVALS, type CandleInterval } from '../../../src/core/candle.ts';
import { goTo } from '../data/place.ts';
import { Panel } from './panel.tsx';

const IN_ROW: readonly CandleInterval[] = ['1m', '5m', '15m', '1h', '4h', '1d', '1w'];

const UNITS: Readonly<Record<string, readonly [string, string]>> = {
  s: ['second', 'Seconds'],
  m: ['minute', 'Minutes'],
  h: ['hour', 'Hours'],
  d: ['day', 'Days and more'],
  w: ['week', 'Days and more'],
  M: ['month', 'Days and more'],
};

const unitOf = (interval: CandleInterval): readonly [string, string] => UNITS[interval.slice(-1)] ?? ['', ''];

/** `15 minutes`, `1 hour`. */
export function intervalWords(interval: CandleInterval): string {
  const count = interval.slice(0, -1);
  return `${count} ${unitOf(interval)[0]}${count === '1' ? '' : 's'}`;
}

const GROUPS = [...Map.groupBy(CANDLE_INTERVALS, (interval) => unitOf(interval)[1])];

export function Intervals(props: { readonly interval: CandleInterval }) {
  const { interval } = props;
  const [open, setOpen] = useState(false);
  const choose = (chosen: CandleInterval): void => {
    setOpen(false);
    goTo({ interval: chosen });
  };
  const button = (one: CandleInterval) => (
    <button
      key={one}
      type="button"
      className="chart-choice"
      aria-pressed={one === interval}
      aria-label={`${one}, ${intervalWords(one)}`}
      data-first={one === interval ? '' : undefined}
      onClick={() => choose(one)}
    >
      {one}
    </button>
  );
  const inRow = IN_ROW.includes(interval);
  return (
    <div className="chart-intervals">
      <div className="chart-row-intervals">{IN_ROW.map(button)}</div>
      <button
        type="button"
        className="chart-choice chart-more"
        aria-expanded={open}
        aria-haspopup="dialog"
        title="All intervals"
        data-other={inRow ? undefined : ''}
        onClick={() => setOpen(!open)}
      >
        <span className="sr">All intervals, now {intervalWords(interval)} </span>
        <span className={inRow ? 'chart-more-now' : undefined}>{interval}</span>
        <svg className="icon" width="10" height="10" viewBox="0 0 12 12" aria-hidden="true">
          <path d="M2.5 4.5L6 8l3.5-3.5" />
        </svg>
      </button>
      {open ? (
        <Panel title="Interval of a candle" place="left" onClose={() => setOpen(false)}>
          {GROUPS.map(([name, intervals]) => (
            <div key={name} className="chart-interval-group">
              <p className="dim small">{name}</p>
              <div>{intervals.map(button)}</div>
            </div>
          ))}
        </Panel>
      ) : null}
    </div>
  );
}
