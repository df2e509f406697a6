import { toPixels } from '../format/number.ts';

export type Point = { readonly atMs: number; readonly value: string };

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
