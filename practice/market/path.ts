import { BoundedCache } from './bounded-cache.ts';
import { FACTORS, type MarketModel } from './catalogue.ts';
import { DAY_SEC, type Factor, FIRST_DAY, LAST_DAY, MINUTE_SEC } from './factor.ts';
import { bell, exponential, logarithmOfConstant, mix, uniform } from './noise.ts';

const MINUTES = 1440;
export const FIRST_SEC = FIRST_DAY * DAY_SEC;
/** One day short of the factors' end, whose last day needs a next one. */
export const LAST_SEC = (LAST_DAY - 1) * DAY_SEC;

const DAY_BLOCKS = 6;
const MINUTE_BLOCKS = 128;
/** Fields of a day's summary. */
const SUMMARY = 6;
/** So that a second can show its high, its low and its close as trades of their own. */
const LOTS_A_SECOND_MIN = 3;
/** How far a minute's extremes reach past its ends, in deviations of that minute (a Brownian range is about 1.6). */
const REACH = 0.7;

/** One span of time: log prices, volume in lots (units of the listing's stockPrec), turnover in units of turnoverPrec. */
export type Span = {
  open: number;
  high: number;
  low: number;
  close: number;
  lots: number;
  turnover: number;
};

/** A row of neighbouring spans: `levels` has one entry more, the end of the last. */
export type Block = {
  readonly levels: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly lots: Float64Array;
  readonly turnover: Float64Array;
};

function emptyBlock(length: number): Block {
  return {
    levels: new Float64Array(length + 1),
    high: new Float64Array(length),
    low: new Float64Array(length),
    lots: new Float64Array(length),
    turnover: new Float64Array(length),
  };
}

/**
 * The path of one market.
 *
 * The minute is the base of history: its ends are read off the factors, its extremes, volume and turnover are drawn.
 * Days, weeks and months are exact sums and extremes of minutes; the 60 seconds of a minute are fitted inside it, so
 * that they add up to it exactly. The price stands still while nobody trades.
 */
export class MarketPath {
  readonly model: MarketModel;
  readonly #seed: number;
  readonly #terms: readonly { readonly factor: Factor; readonly weight: number }[];
  readonly #reference: number;
  readonly #ticksPerUnit: number;
  readonly #turnoverPerLotTick: number;
  readonly #lotsPerMinute: number;
  readonly #usualVariance: number;
  readonly #days = new BoundedCache<Block>(DAY_BLOCKS);
  readonly #minutes = new BoundedCache<Block>(MINUTE_BLOCKS);
  /** Six numbers a day, for ever: a market's whole history costs some hundred kilobytes. */
  readonly #summaries = new Map<number, Float64Array>();

  constructor(model: MarketModel, seed: number, factors: (name: MarketModel['terms'][number]['factor']) => Factor) {
    const { listing } = model;
    this.model = model;
    this.#seed = seed;
    this.#terms = model.terms.map((term) => ({ factor: factors(term.factor), weight: term.weight }));
    this.#reference = logarithmOfConstant(model.referencePrice);
    this.#ticksPerUnit = 10 ** listing.moneyPrec;
    this.#turnoverPerLotTick = 10 ** (model.turnoverPrec - listing.moneyPrec - listing.stockPrec);
    this.#lotsPerMinute = (model.dayTurnover / model.referencePrice / MINUTES) * 10 ** listing.stockPrec;
    this.#usualVariance = usualVariance(model);
  }

  /** Price in ticks (units of moneyPrec), at least one. */
  ticks(level: number): number {
    return Math.max(1, Math.floor(exponential(level) * this.#ticksPerUnit + 0.5));
  }

  /** Lots that change hands in an ordinary minute. */
  get lotsPerMinute(): number {
    return this.#lotsPerMinute;
  }

  get referenceTicks(): number {
    return this.ticks(this.#reference);
  }

  /** Log price at the start of a second (unix), which is the close of the second before. */
  levelAt(sec: number): number {
    const bounded = clampSec(sec);
    const minute = Math.floor(bounded / MINUTE_SEC);
    const within = bounded % MINUTE_SEC;
    if (within !== 0) return this.secondsOf(minute).levels[within] ?? 0;
    return this.minutesOf(Math.floor(bounded / DAY_SEC)).levels[minute % MINUTES] ?? 0;
  }

  /** All that happened in [fromSec, toSec); flat at the price of `fromSec` where nothing did. */
  span(fromSec: number, toSec: number): Span {
    let at = clampSec(fromSec);
    const end = clampSec(toSec);
    const wholeDay = at % DAY_SEC === 0 && at + DAY_SEC <= end;
    const open = wholeDay ? (this.#summaryOf(at / DAY_SEC)[0] ?? 0) : this.levelAt(at);
    const sum: Span = { open, high: open, low: open, close: open, lots: 0, turnover: 0 };
    while (at < end) {
      if (at % DAY_SEC === 0 && at + DAY_SEC <= end) {
        addSummary(sum, this.#summaryOf(at / DAY_SEC));
        at += DAY_SEC;
      } else if (at % MINUTE_SEC === 0 && at + MINUTE_SEC <= end) {
        const day = Math.floor(at / DAY_SEC);
        const first = (at - day * DAY_SEC) / MINUTE_SEC;
        const last = Math.min(MINUTES, Math.floor((end - day * DAY_SEC) / MINUTE_SEC));
        addBlock(sum, this.minutesOf(day), first, last);
        at += (last - first) * MINUTE_SEC;
      } else {
        const minute = Math.floor(at / MINUTE_SEC);
        const first = at - minute * MINUTE_SEC;
        const last = Math.min(MINUTE_SEC, end - minute * MINUTE_SEC);
        addBlock(sum, this.secondsOf(minute), first, last);
        at += last - first;
      }
    }
    return sum;
  }

  /** The 1440 minutes of a day (days since 1970). */
  minutesOf(day: number): Block {
    return this.#days.get(day, (wanted) => this.#makeDay(wanted));
  }

  /** The 60 seconds of a minute (minutes since 1970). */
  secondsOf(minute: number): Block {
    return this.#minutes.get(minute, (wanted) => this.#makeMinute(wanted));
  }

  #summaryOf(day: number): Float64Array {
    const known = this.#summaries.get(day);
    if (known !== undefined) return known;
    const block = this.minutesOf(day);
    const open = block.levels[0] ?? 0;
    const sum: Span = { open, high: open, low: open, close: open, lots: 0, turnover: 0 };
    addBlock(sum, block, 0, MINUTES);
    const summary = new Float64Array(SUMMARY);
    summary.set([open, sum.high, sum.low, sum.close, sum.lots, sum.turnover]);
    this.#summaries.set(day, summary);
    return summary;
  }

  #minuteVariance(day: number, hour: number): number {
    let variance = 0;
    for (const { factor, weight } of this.#terms) {
      const deviation = weight * (factor.day(day).minuteDeviation[hour] ?? 0);
      variance += deviation * deviation;
    }
    return variance;
  }

  /** Log prices of a day's minutes as the factors say, before silence holds them still. */
  #rawLevels(day: number): Float64Array {
    const raw = new Float64Array(MINUTES + 1).fill(this.#reference);
    for (const { factor, weight } of this.#terms) {
      const { levels } = factor.day(day);
      for (let i = 0; i <= MINUTES; i += 1) raw[i] = (raw[i] ?? 0) + weight * (levels[i] ?? 0);
    }
    return raw;
  }

  #makeDay(day: number): Block {
    const block = emptyBlock(MINUTES);
    const { levels, high, low, lots, turnover } = block;
    const raw = this.#rawLevels(day);
    const silence = mix(this.#seed, 0x10);
    const reach = mix(this.#seed, 0x11);
    const volume = mix(this.#seed, 0x12);
    let deviation = 0;
    let usual = 0;
    levels[0] = raw[0] ?? 0;
    for (let i = 0; i < MINUTES; i += 1) {
      const minute = day * MINUTES + i;
      if (i % 60 === 0) {
        const variance = this.#minuteVariance(day, i / 60);
        deviation = Math.sqrt(variance);
        usual = this.#lotsPerMinute * Math.sqrt(variance / this.#usualVariance);
      }
      const open = levels[i] ?? 0;
      // The last minute always trades: a day must end where the next begins.
      const silent = i < MINUTES - 1 && uniform(silence, minute) < this.model.silentMinutes;
      if (silent) {
        levels[i + 1] = open;
        high[i] = open;
        low[i] = open;
        continue;
      }
      const close = raw[i + 1] ?? 0;
      const up = uniform(reach, 2 * minute);
      const down = uniform(reach, 2 * minute + 1);
      levels[i + 1] = close;
      high[i] = Math.max(open, close) + REACH * deviation * up * up;
      low[i] = Math.min(open, close) - REACH * deviation * down * down;
      lots[i] = minuteLots(volume, minute, usual, Math.abs(close - open) / deviation);
      const middle = (open + close + (high[i] ?? 0) + (low[i] ?? 0)) / 4;
      turnover[i] = this.#turnover(lots[i] ?? 0, this.ticks(middle));
    }
    return block;
  }

  #turnover(lots: number, ticks: number): number {
    return Math.floor(lots * ticks * this.#turnoverPerLotTick + 0.5);
  }

  #makeMinute(minute: number): Block {
    const day = Math.floor(minute / MINUTES);
    const index = minute % MINUTES;
    const minutes = this.minutesOf(day);
    const block = emptyBlock(MINUTE_SEC);
    const open = minutes.levels[index] ?? 0;
    const close = minutes.levels[index + 1] ?? 0;
    const lots = minutes.lots[index] ?? 0;
    if (lots === 0) {
      block.levels.fill(open);
      block.high.fill(open);
      block.low.fill(open);
      return block;
    }
    const busy = this.#busySeconds(minute, lots);
    const high = minutes.high[index] ?? 0;
    const low = minutes.low[index] ?? 0;
    this.#fillLevels(block, minute, busy, { open, high, low, close });
    this.#shareVolume(block, minute, busy, lots, minutes.turnover[index] ?? 0);
    return block;
  }

  #busySeconds(minute: number, lots: number): number[] {
    const seed = mix(this.#seed, 0x20);
    const most = Math.floor(lots / LOTS_A_SECOND_MIN);
    const busy: number[] = [];
    for (let second = 0; second < MINUTE_SEC && busy.length < most; second += 1) {
      if (uniform(seed, minute * MINUTE_SEC + second) < this.model.busySeconds) busy.push(second);
    }
    if (busy.length === 0) busy.push(mix(seed, minute) % MINUTE_SEC);
    return busy;
  }

  #fillLevels(block: Block, minute: number, busy: readonly number[], span: Omit<Span, 'lots' | 'turnover'>): void {
    const raw = new Float64Array(MINUTE_SEC + 1).fill(this.#reference);
    for (const { factor, weight } of this.#terms) {
      const seconds = factor.secondsOf(minute);
      for (let i = 0; i <= MINUTE_SEC; i += 1) raw[i] = (raw[i] ?? 0) + weight * (seconds[i] ?? 0);
    }
    const { levels, high, low } = block;
    const lastBusy = busy.at(-1) ?? 0;
    let next = 0;
    let highest = lastBusy;
    let lowest = lastBusy;
    levels[0] = span.open;
    for (let second = 0; second < MINUTE_SEC; second += 1) {
      const before = levels[second] ?? 0;
      const trades = busy[next] === second;
      if (trades) next += 1;
      const moved = second === lastBusy ? span.close : Math.min(span.high, Math.max(span.low, raw[second + 1] ?? 0));
      const after = trades ? moved : before;
      levels[second + 1] = after;
      high[second] = Math.max(before, after);
      low[second] = Math.min(before, after);
      if (trades && (high[second] ?? 0) > (high[highest] ?? Number.NEGATIVE_INFINITY)) highest = second;
      if (trades && (low[second] ?? 0) < (low[lowest] ?? Number.POSITIVE_INFINITY)) lowest = second;
    }
    high[highest] = span.high;
    low[lowest] = span.low;
  }

  /** Shares of the minute in whole lots and whole units of turnover, summing exactly. */
  #shareVolume(block: Block, minute: number, busy: readonly number[], lots: number, turnover: number): void {
    const seed = mix(this.#seed, 0x21);
    const weights = busy.map((second) => 0.1 + uniform(seed, minute * MINUTE_SEC + second) ** 3);
    const shares = shareWhole(lots, weights, LOTS_A_SECOND_MIN);
    // The minute's average price is drawn before its seconds are known; theirs are scaled to meet it (some 0.01 %).
    const values = busy.map((second, i) => {
      const middle = ((block.high[second] ?? 0) + (block.low[second] ?? 0)) / 2;
      return (shares[i] ?? 0) * exponential(middle - this.#reference);
    });
    const money = shareWhole(turnover, values, 0);
    busy.forEach((second, i) => {
      block.lots[second] = shares[i] ?? 0;
      block.turnover[second] = money[i] ?? 0;
    });
  }
}

/** Splits a whole number by weights into whole parts of at least `least`, exactly. Needs total >= least × parts. */
export function shareWhole(total: number, weights: readonly number[], least: number): number[] {
  const spare = total - least * weights.length;
  const sum = weights.reduce((all, weight) => all + weight, 0);
  let given = 0;
  let passed = 0;
  return weights.map((weight, i) => {
    passed += weight;
    const upTo = i === weights.length - 1 ? spare : Math.floor((spare * passed) / sum);
    const part = upTo - given;
    given = upTo;
    return least + part;
  });
}

/** Volume follows the hour's volatility and the size of the move, with a long tail. */
function minuteLots(seed: number, minute: number, usual: number, moves: number): number {
  const chance = exponential(0.75 * bell(seed, minute) - 0.28);
  return Math.max(LOTS_A_SECOND_MIN, Math.floor(usual * chance * (0.55 + 0.55 * moves) + 0.5));
}

/** Variance of an ordinary minute, from the factors' yearly volatilities. */
function usualVariance({ terms }: MarketModel): number {
  const minutesAYear = 365 * MINUTES;
  return (
    terms.reduce((sum, { factor, weight }) => sum + (weight * FACTORS[factor].annualVolatility) ** 2, 0) / minutesAYear
  );
}

function clampSec(sec: number): number {
  return Math.min(LAST_SEC, Math.max(FIRST_SEC, sec));
}

function addBlock(sum: Span, block: Block, first: number, last: number): void {
  for (let i = first; i < last; i += 1) {
    sum.high = Math.max(sum.high, block.high[i] ?? 0);
    sum.low = Math.min(sum.low, block.low[i] ?? 0);
    sum.lots += block.lots[i] ?? 0;
    sum.turnover += block.turnover[i] ?? 0;
  }
  if (last > first) sum.close = block.levels[last] ?? 0;
}

function addSummary(sum: Span, summary: Float64Array): void {
  const [, high = 0, low = 0, close = 0, lots = 0, turnover = 0] = summary;
  sum.high = Math.max(sum.high, high);
  sum.low = Math.min(sum.low, low);
  sum.lots += lots;
  sum.turnover += turnover;
  sum.close = close;
}
