/** Round numbers for an axis. Pixels only: values are shown from their exact text elsewhere. */

import { dayText } from '../format/time.ts';

const STEPS = [1, 2, 2.5, 5, 10];

/** Between two and about `wanted` + 1 round marks that lie inside the range; one mark for a flat line. */
export function ticks(low: number, high: number, wanted: number): readonly number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((one) => one * power >= rough) ?? 10) * power;
  const found: number[] = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step / 1e6; at += step)
    found.push(Number(at.toPrecision(12)));
  return found;
}

/** A short label for an axis mark: 84 000 → 84k. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(4))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(4))}k`;
  return String(Number(value.toPrecision(6)));
}

const HOUR = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
/** From here on days tell marks apart; below it they would say the same day twice. */
const DAYS_FROM_MS = 2 * 24 * 3_600_000;

/** A label for the time axis, by how long the axis is. */
export function timeText(atMs: number, spanMs: number): string {
  return spanMs < DAYS_FROM_MS ? HOUR.format(atMs) : dayText(atMs);
}

/** Index of the point nearest to a time; -1 for none. Points are in order. */
export function nearest(times: readonly number[], atMs: number): number {
  let best = -1;
  let distance = Number.POSITIVE_INFINITY;
  for (const [index, time] of times.entries()) {
    const gap = Math.abs(time - atMs);
    if (gap < distance) {
      best = index;
      distance = gap;
    }
  }
  return best;
}
