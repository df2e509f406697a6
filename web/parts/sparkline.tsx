/** A week in one line, drawn by hand: no axis, the words beside it say what it means. */

import { formatValue, toPixels } from '../format/number.ts';
import { dayText } from '../format/time.ts';

type Point = { readonly atMs: number; readonly value: string };
const WIDTH = 120;
const HEIGHT = 28;
const INSET = 2;

/** Points in the box's pixels; a flat line stands in the middle. */
export function linePath(points: readonly Point[], width: number, height: number, inset: number): string {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return '';
  const values = points.map(({ value }) => toPixels(value));
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const time = last.atMs - first.atMs || 1;
  return points
    .map((point, at) => {
      const x = inset + ((point.atMs - first.atMs) / time) * (width - 2 * inset);
      const share = span === 0 ? 0.5 : ((values[at] ?? low) - low) / span;
      const y = height - inset - share * (height - 2 * inset);
      return `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

export function Sparkline(props: { readonly points: readonly Point[]; readonly currency: string }) {
  const first = props.points[0];
  const last = props.points.at(-1);
  if (first === undefined || last === undefined || props.points.length < 2)
    return <span className="dim small">History starts now</span>;
  const words = `${dayText(first.atMs)} ${formatValue(first.value, props.currency)}, now ${formatValue(last.value, props.currency)} ${props.currency}`;
  return (
    <svg
      className="spark"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Seven days: ${words}`}
    >
      <title>{words}</title>
      <path d={linePath(props.points, WIDTH, HEIGHT, INSET)} />
    </svg>
  );
}
