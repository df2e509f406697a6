/** Whether a figure grows: a line through the second half of its samples, when everything has warmed up. */

export type Point = { readonly atMs: number; readonly value: number };
export type Slope = {
  readonly mean: number;
  /** Of the line, an hour. */
  readonly perHour: number;
  /** How sure the line is: its own standard error, an hour. */
  readonly errorPerHour: number;
  readonly verdict: 'flat' | 'growing';
};

const HOUR_MS = 3_600_000;
/** A fiftieth an hour doubles in two days; less than that is lost in what a collector leaves lying. */
const SHARE_PER_HOUR_MAX = 0.02;
/** A slope within three of its errors of nothing may be nothing. */
const ERRORS_MIN = 3;
/** Fewer points say nothing about an error. */
const POINTS_MIN = 5;

export function slopeOf(all: readonly Point[]): Slope {
  const points = all.slice(all.length >> 1);
  const mean = points.reduce((sum, { value }) => sum + value, 0) / points.length;
  if (points.length < POINTS_MIN) return { mean, perHour: 0, errorPerHour: Number.POSITIVE_INFINITY, verdict: 'flat' };
  const middleMs = points.reduce((sum, { atMs }) => sum + atMs, 0) / points.length;
  const spread = points.reduce((sum, { atMs }) => sum + (atMs - middleMs) ** 2, 0);
  const slope = points.reduce((sum, { atMs, value }) => sum + (atMs - middleMs) * (value - mean), 0) / spread;
  const left = points.reduce((sum, { atMs, value }) => sum + (value - mean - slope * (atMs - middleMs)) ** 2, 0);
  const errorPerHour = Math.sqrt(left / (points.length - 2) / spread) * HOUR_MS;
  const perHour = slope * HOUR_MS;
  const grows = perHour > SHARE_PER_HOUR_MAX * mean && perHour > ERRORS_MIN * errorPerHour;
  return { mean, perHour, errorPerHour, verdict: grows ? 'growing' : 'flat' };
}
