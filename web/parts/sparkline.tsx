/** A week in one line, drawn by hand: no axis, the words beside it say what it means. */

import { formatValue } from '../format/number.ts';
import { dayText } from '../format/time.ts';
import { linePath, type Point } from './line-path.ts';

const WIDTH = 120;
const HEIGHT = 28;
const INSET = 2;

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
