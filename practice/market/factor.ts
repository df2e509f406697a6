import { BoundedCache } from './bounded-cache.ts';
import { bell, exponential, fatBell, mix, smooth, tail, uniform } from './noise.ts';

export const MINUTE_SEC = 60;
export const HOUR_SEC = 3600;
export const DAY_SEC = 86_400;
const MINUTES = 1440;
const DAYS_A_YEAR = 365;

/** History begins here; before it nothing was listed. Far more than the five years a desk looks back. */
export const FIRST_DAY = Date.UTC(2018, 0, 1) / 1000 / DAY_SEC;
/** The day at which every path stands at its reference price, so that today's prices look like today's. */
const ANCHOR_DAY = Date.UTC(2026, 0, 1) / 1000 / DAY_SEC;
/** A test may move the clock; past this the hash positions (32-bit seconds) would run out. */
export const LAST_DAY = Date.UTC(2100, 0, 1) / 1000 / DAY_SEC;

/** How much each span of days moves the volatility; together they give calm months and wild weeks. */
const REGIMES: readonly { readonly cellDays: number; readonly weight: number; readonly shared: boolean }[] = [
  { cellDays: 64, weight: 0.3, shared: true },
  { cellDays: 16, weight: 0.25, shared: true },
  { cellDays: 4, weight: 0.22, shared: false },
  { cellDays: 1, weight: 0.2, shared: false },
];
/** Variance of the sum above: smooth noise keeps about three quarters of its corners' variance. */
const REGIME_VARIANCE = 0.75 * REGIMES.reduce((sum, regime) => sum + regime.weight * regime.weight, 0);

/** Crypto sleeps little, but the hours of London and New York are the busiest (UTC). */
const SEASON = [
  0.95, 0.92, 0.88, 0.82, 0.78, 0.78, 0.82, 0.92, 1.0, 1.02, 1.0, 1.0, 1.08, 1.28, 1.42, 1.4, 1.3, 1.15, 1.08, 1.05,
  1.02, 0.95, 0.9, 0.95,
];
const SEASON_SCALE = Math.sqrt(SEASON.length / SEASON.reduce((sum, value) => sum + value * value, 0));

const BURST_DEVIATION = 0.32;
const BURST_SHARE = 0.03;
const BURST_FACTOR = 2.2;

/** One day in twenty and one minute in thirty moves far more than its like. */
const DAY_TAIL = tail(0.05, 2.4);
const MINUTE_TAIL = tail(0.03, 3);

export type FactorModel = {
  /** Deviation of the yearly log return, 0.5 for 50 %. */
  readonly annualVolatility: number;
  /** Share of the distance to the reference price that a day takes back; keeps a path of years in a believable band. */
  readonly reversion: number;
};

/** One day of a factor: its log level at every minute and its volatility per minute for every hour. */
export type FactorDay = { readonly levels: Float64Array; readonly minuteDeviation: Float64Array };

const DAY_BLOCKS = 32;
const SECOND_BLOCKS = 128;

/**
 * A random walk in log price that knows every second of a century without storing it.
 *
 * Days are the running sum of fat-tailed returns out of the anchor day; a day's minutes are a walk pinned at both
 * ends (a Brownian bridge with the hours' volatilities as its clock), a minute's seconds likewise.
 */
export class Factor {
  readonly #seed: number;
  readonly #sharedSeed: number;
  readonly #model: FactorModel;
  readonly #past: Float64Array;
  readonly #future: number[] = [0];
  readonly #days = new BoundedCache<FactorDay>(DAY_BLOCKS);
  readonly #seconds = new BoundedCache<Float64Array>(SECOND_BLOCKS);

  constructor(seed: number, sharedSeed: number, model: FactorModel) {
    this.#seed = seed;
    this.#sharedSeed = sharedSeed;
    this.#model = model;
    this.#past = new Float64Array(ANCHOR_DAY - FIRST_DAY + 1);
    for (let day = ANCHOR_DAY - 1; day >= FIRST_DAY; day -= 1) {
      const next = this.#past[ANCHOR_DAY - day - 1] ?? 0;
      this.#past[ANCHOR_DAY - day] = next * (1 - model.reversion) - this.#dayReturn(day);
    }
  }

  /** Log distance to the reference price at 00:00 UTC of a day. */
  level(day: number): number {
    if (day <= ANCHOR_DAY) return this.#past[ANCHOR_DAY - Math.max(day, FIRST_DAY)] ?? 0;
    const wanted = Math.min(day, LAST_DAY) - ANCHOR_DAY;
    for (let i = this.#future.length; i <= wanted; i += 1) {
      const before = this.#future[i - 1] ?? 0;
      this.#future.push(before * (1 - this.#model.reversion) + this.#dayReturn(ANCHOR_DAY + i - 1));
    }
    return this.#future[wanted] ?? 0;
  }

  day(day: number): FactorDay {
    return this.#days.get(day, (wanted) => this.#makeDay(wanted));
  }

  /** 61 log levels: the start of each second of a minute (counted from 1970) and its end. */
  secondsOf(minute: number): Float64Array {
    return this.#seconds.get(minute, (wanted) => this.#makeSeconds(wanted));
  }

  #dayDeviation(day: number): number {
    let regime = -REGIME_VARIANCE;
    for (const { cellDays, weight, shared } of REGIMES) {
      regime += weight * smooth(mix(shared ? this.#sharedSeed : this.#seed, 0x100 + cellDays), day, cellDays);
    }
    return (this.#model.annualVolatility / Math.sqrt(DAYS_A_YEAR)) * exponential(regime);
  }

  #dayReturn(day: number): number {
    return this.#dayDeviation(day) * fatBell(mix(this.#seed, 0x200), day, DAY_TAIL);
  }

  #makeDay(day: number): FactorDay {
    const minuteDeviation = this.#deviations(day);
    const levels = new Float64Array(MINUTES + 1);
    const clock = new Float64Array(MINUTES + 1);
    const seed = mix(this.#seed, 0x300);
    let sum = 0;
    let elapsed = 0;
    for (let minute = 0; minute < MINUTES; minute += 1) {
      const deviation = minuteDeviation[(minute / 60) | 0] ?? 0;
      sum += deviation * fatBell(seed, day * MINUTES + minute, MINUTE_TAIL);
      elapsed += deviation * deviation;
      levels[minute + 1] = sum;
      clock[minute + 1] = elapsed;
    }
    const start = this.level(day);
    const drift = elapsed === 0 ? 0 : (this.level(day + 1) - start - sum) / elapsed;
    for (let i = 0; i < MINUTES; i += 1) levels[i] = start + (levels[i] ?? 0) + drift * (clock[i] ?? 0);
    // The end is copied, not computed: it must be bit for bit the start of the next day.
    levels[MINUTES] = this.level(day + 1);
    return { levels, minuteDeviation };
  }

  #deviations(day: number): Float64Array {
    const hours = new Float64Array(24);
    const minuteOfDay = this.#dayDeviation(day) / Math.sqrt(MINUTES);
    for (let hour = 0; hour < 24; hour += 1) {
      const position = day * 24 + hour;
      const wild = uniform(mix(this.#sharedSeed, 0x400), position) < BURST_SHARE ? BURST_FACTOR : 1;
      const burst = exponential(BURST_DEVIATION * bell(mix(this.#seed, 0x401), position) - BURST_DEVIATION ** 2);
      hours[hour] = minuteOfDay * (SEASON[hour] ?? 1) * SEASON_SCALE * burst * wild;
    }
    return hours;
  }

  #makeSeconds(minute: number): Float64Array {
    const { levels, minuteDeviation } = this.day(Math.floor(minute / MINUTES));
    const ofDay = minute % MINUTES;
    const deviation = (minuteDeviation[(ofDay / 60) | 0] ?? 0) / Math.sqrt(MINUTE_SEC);
    const seed = mix(this.#seed, 0x500);
    const seconds = new Float64Array(MINUTE_SEC + 1);
    let sum = 0;
    for (let second = 0; second < MINUTE_SEC; second += 1) {
      sum += deviation * bell(seed, minute * MINUTE_SEC + second);
      seconds[second + 1] = sum;
    }
    const start = levels[ofDay] ?? 0;
    const end = levels[ofDay + 1] ?? 0;
    const drift = (end - start - sum) / MINUTE_SEC;
    for (let i = 0; i < MINUTE_SEC; i += 1) seconds[i] = start + (seconds[i] ?? 0) + drift * i;
    seconds[MINUTE_SEC] = end;
    return seconds;
  }
}
