/** Where the times under the chart stand and what they say, by the calendar of the person's own zone. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Up to half a day a step is so many seconds; above it is so many days, months or years. */
const CLOCK_STEPS = [1, 5, 15, 30, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR];
const DAY_STEPS = [1, 2, 7, 14];
const MONTH_STEPS = [1, 3, 6, 12, 24, 60, 120];
const DAYS_IN_MONTH = 30.4;

/** Minutes east of UTC at a moment; a seam, so that tests stand in any zone. */
export type Zone = (atSec: number) => number;
export const hereZone: Zone = (atSec) => -new Date(atSec * 1000).getTimezoneOffset() * MINUTE;

export type TimeTick = { readonly atSec: number; readonly text: string; readonly strong: boolean };

/** `apartSec` is how much time the narrowest gap between two labels may stand for. */
export function timeTicks(fromSec: number, toSec: number, apartSec: number, zone: Zone): TimeTick[] {
  const clock = CLOCK_STEPS.find((step) => step >= apartSec);
  if (clock !== undefined) return clockTicks(fromSec, toSec, clock, zone);
  const days = DAY_STEPS.find((step) => step * DAY >= apartSec);
  if (days !== undefined) return dayTicks(fromSec, toSec, days, zone);
  const wanted = apartSec / (DAYS_IN_MONTH * DAY);
  return monthTicks(fromSec, toSec, MONTH_STEPS.find((step) => step >= wanted) ?? 240, zone);
}

/** The wall clock as if it were UTC: what `getUTC…` tells of it is what hangs on the wall. */
const wall = (atSec: number, zone: Zone): Date => new Date((atSec + zone(atSec)) * 1000);
/** Back from the wall. The offset of an hour that a change of the clock skips is that of the hour after. */
function fromWall(wallSec: number, zone: Zone): number {
  const guess = wallSec - zone(wallSec);
  return wallSec - zone(guess);
}

function clockTicks(fromSec: number, toSec: number, step: number, zone: Zone): TimeTick[] {
  const out: TimeTick[] = [];
  const first = Math.ceil((fromSec + zone(fromSec)) / step) * step;
  for (let at = first; ; at += step) {
    const atSec = fromWall(at, zone);
    if (atSec > toSec) return out;
    const date = new Date(at * 1000);
    const midnight = at % DAY === 0;
    out.push({ atSec, text: midnight ? dayName(date) : clockText(date, step < MINUTE), strong: midnight });
  }
}

function dayTicks(fromSec: number, toSec: number, step: number, zone: Zone): TimeTick[] {
  const out: TimeTick[] = [];
  const start = wall(fromSec, zone);
  let [year, month, day] = [start.getUTCFullYear(), start.getUTCMonth(), 1];
  for (;;) {
    const date = new Date(Date.UTC(year, month, day));
    const atSec = fromWall(date.getTime() / 1000, zone);
    if (atSec > toSec) return out;
    if (atSec >= fromSec) out.push({ atSec, text: dayName(date), strong: day === 1 });
    day += step;
    const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
    // The last days of a month would stand too close to the first of the next.
    if (day > length || (step > 1 && day + step / 2 > length + 1)) {
      day = 1;
      month += 1;
      if (month === 12) [year, month] = [year + 1, 0];
    }
  }
}

function monthTicks(fromSec: number, toSec: number, step: number, zone: Zone): TimeTick[] {
  const out: TimeTick[] = [];
  const start = wall(fromSec, zone);
  const months = start.getUTCFullYear() * 12 + start.getUTCMonth();
  for (let count = Math.ceil(months / step) * step; ; count += step) {
    const date = new Date(Date.UTC(Math.floor(count / 12), count % 12, 1));
    const atSec = fromWall(date.getTime() / 1000, zone);
    if (atSec > toSec) return out;
    if (atSec >= fromSec) out.push({ atSec, text: dayName(date), strong: count % 12 === 0 });
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

/** `2026` on the first of a year, `Mar` on the first of a month, else `14`. */
function dayName(date: Date): string {
  if (date.getUTCDate() !== 1) return String(date.getUTCDate());
  if (date.getUTCMonth() !== 0) return MONTHS[date.getUTCMonth()] ?? '';
  return String(date.getUTCFullYear());
}

function clockText(date: Date, withSeconds: boolean): string {
  const text = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  return withSeconds ? `${text}:${two(date.getUTCSeconds())}` : text;
}

/** For the crosshair and the legend: as much of the moment as the interval needs. */
export function momentText(atSec: number, intervalSec: number, zone: Zone): string {
  const date = wall(atSec, zone);
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`;
  return intervalSec >= DAY ? day : `${day} ${clockText(date, intervalSec < MINUTE)}`;
}

/** `04:12` until the candle is over; the days too where there are any. */
export function remainingText(seconds: number): string {
  const left = Math.max(0, Math.floor(seconds));
  const clock = `${two(Math.floor((left % HOUR) / MINUTE))}:${two(left % MINUTE)}`;
  if (left < HOUR) return clock;
  const hours = Math.floor(left / HOUR);
  return hours < 24 ? `${two(hours)}:${clock}` : `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}
