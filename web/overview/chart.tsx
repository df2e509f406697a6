/** Total over time: a line by hand, read with the mouse or the arrow keys, and a table for those who prefer one. */

import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { Reply } from '../../src/contract/contract.ts';
import { formatValue, toPixels } from '../format/number.ts';
import { dayText, exactTime } from '../format/time.ts';
import { nearest, ticks, tickText, timeText } from './scale.ts';

type Point = Reply<'overview.read'>['history'][number];
const HEIGHT = 220;
const LEFT = 52;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 24;
const X_LABELS_APART = 110;

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { box, width };
}

type Scaled = {
  readonly x: (atMs: number) => number;
  readonly y: (value: number) => number;
  readonly marks: readonly number[];
};

function scaled(points: readonly Point[], width: number): Scaled {
  const values = points.map(({ value }) => toPixels(value));
  const low = Math.min(...values);
  const high = Math.max(...values);
  const pad = (high - low) * 0.08 || Math.abs(high) * 0.01 || 1;
  const from = points[0]?.atMs ?? 0;
  const span = (points.at(-1)?.atMs ?? 1) - from || 1;
  const range = high - low + 2 * pad;
  return {
    x: (atMs) => LEFT + ((atMs - from) / span) * (width - LEFT - RIGHT),
    y: (value) => TOP + (1 - (value - low + pad) / range) * (HEIGHT - TOP - BOTTOM),
    marks: ticks(low - pad, high + pad, 4),
  };
}

export function Chart(props: { readonly points: readonly Point[]; readonly currency: string }) {
  const { points, currency } = props;
  const { box, width } = useWidth();
  const [at, setAt] = useState<number | null>(null);
  const { x, y, marks } = scaled(points, width);
  const times = points.map(({ atMs }) => atMs);
  const chosen = at === null ? undefined : points[at];
  const last = points.at(-1);
  const shown = chosen ?? last;
  const words = (point: Point): string => `${formatValue(point.value, currency)} ${currency}, ${exactTime(point.atMs)}`;
  const moved = (event: PointerEvent): void => {
    const from = times[0];
    const to = times.at(-1);
    if (from === undefined || to === undefined) return;
    const share = (event.nativeEvent.offsetX - LEFT) / Math.max(1, width - LEFT - RIGHT);
    setAt(nearest(times, from + share * (to - from)));
  };
  const pressed = (event: KeyboardEvent): void => {
    const current = at ?? points.length - 1;
    const next = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: points.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setAt(Math.max(0, Math.min(points.length - 1, next)));
  };
  const labels = Math.max(2, Math.floor((width - LEFT) / X_LABELS_APART));
  return (
    <div className="chart" ref={box}>
      {width === 0 || shown === undefined ? null : (
        <div
          role="slider"
          tabIndex={0}
          aria-label="Total over time; arrow keys move through it"
          aria-valuemin={0}
          aria-valuemax={points.length - 1}
          aria-valuenow={at ?? points.length - 1}
          aria-valuetext={words(shown)}
          onPointerMove={moved}
          onPointerLeave={() => setAt(null)}
          onKeyDown={pressed}
          onBlur={() => setAt(null)}
        >
          <svg width={width} height={HEIGHT} aria-hidden="true">
            {marks.map((mark) => (
              <g key={mark}>
                <line className="grid" x1={LEFT} x2={width - RIGHT} y1={y(mark)} y2={y(mark)} />
                <text className="tick" x={LEFT - 8} y={y(mark) + 4} textAnchor="end">
                  {tickText(mark)}
                </text>
              </g>
            ))}
            {Array.from({ length: labels }, (_, index) => {
              const from = times[0] ?? 0;
              const atMs = from + ((index + 0.5) / labels) * ((times.at(-1) ?? from) - from);
              return (
                <text key={atMs} className="tick" x={x(atMs)} y={HEIGHT - 6} textAnchor="middle">
                  {timeText(atMs, (times.at(-1) ?? from) - from)}
                </text>
              );
            })}
            <path
              className="line"
              d={points
                .map(
                  (point, index) =>
                    `${index === 0 ? 'M' : 'L'}${x(point.atMs).toFixed(1)} ${y(toPixels(point.value)).toFixed(1)}`,
                )
                .join('')}
            />
            {chosen === undefined ? null : (
              <g>
                <line className="cursor" x1={x(chosen.atMs)} x2={x(chosen.atMs)} y1={TOP} y2={HEIGHT - BOTTOM} />
                <circle cx={x(chosen.atMs)} cy={y(toPixels(chosen.value))} r={3.5} />
              </g>
            )}
          </svg>
        </div>
      )}
      <p className="chart-words dim small">{shown === undefined ? '' : words(shown)}</p>
    </div>
  );
}

/** The same points for reading, newest first, one a day. */
export function ChartTable(props: { readonly points: readonly Point[]; readonly currency: string }) {
  const days = new Map(props.points.map((point) => [dayText(point.atMs), point]));
  return (
    <div className="chart-table">
      <table className="table">
        <caption className="sr">Total at the end of each day</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col" className="right">
              Total, {props.currency}
            </th>
          </tr>
        </thead>
        <tbody>
          {[...days].reverse().map(([day, point]) => (
            <tr key={day}>
              <td title={exactTime(point.atMs)}>{day}</td>
              <td className="right num" title={point.value}>
                <span data-exact={point.value}>{formatValue(point.value, props.currency)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
