import { Decimal } from '../../src/core/decimal.ts';
import type { MarketSpec } from '../engine/market-spec.ts';
import type { Bar, BarStepSec } from '../exchange/bars.ts';
import { BAR_STEPS_SEC } from '../exchange/bars.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { Lived, Segment } from '../exchange/lived.ts';
import type { FairPrice } from '../life/fair.ts';
import type { Candle, Market } from '../ports.ts';
import { candleStart, nextCandleStart } from './candles.ts';
import { FIRST_SEC } from './path.ts';
import type { Stretch } from './stretch.ts';
import { flatAt, joined, stretchOf } from './stretch.ts';

/**
 * Prices and volumes of any time: what traded while the exchange lived, what the model says of all other times. A price
 * that nobody has traded at since a life began is the fair one at its beginning: of a life of this run what this run
 * trades around, of earlier ones (nobody knows what file they followed) the model's.
 */
export interface Past {
  /**
   * Of whole seconds, the end not included. Null where the exchange went on living and nothing traded. Times so old that their
   * short bars have gone are widened to the bars that are left.
   */
  traded(market: string, fromSec: number, toSec: number): Stretch | null;
  /** The price with which a second begins. */
  priceAt(market: string, sec: number): Decimal;
  /**
   * As `Market.candles` has them. Candles shorter than what is left of their time are left out: nobody knows them any
   * more. Inferred: the exchange says nothing of how long it keeps which.
   */
  candles(market: string, intervalSec: number, fromSec: number, toSec: number): readonly Candle[];
}

export type PastParts = {
  readonly model: Market;
  readonly exchange: Pick<DurableExchange, 'query' | 'tape' | 'opening'>;
  readonly fair: FairPrice;
  /** Never goes back. */
  readonly nowUs: () => number;
};

const US_PER_SEC = 1_000_000;
const MS_PER_SEC = 1_000;
const LONGEST_FIRST = BAR_STEPS_SEC.toReversed();

export function createPast({ model, exchange, fair, nowUs }: PastParts): Past {
  const { tape, opening } = exchange;
  /** Where the life began that is running now; earlier ones belong to runs of before. */
  const ownLifeSec = lifeBeganSec(tape.lived);
  const nowSec = (): number => Math.floor(nowUs() / US_PER_SEC);
  const split = (fromSec: number, toSec: number): Iterable<Segment> => tape.lived.split(fromSec, toSec, nowUs());

  function specOf(name: string): MarketSpec {
    const market = exchange.query.market(name);
    if (market === null) throw new RangeError(`Market ${name} is not known here`);
    return market.spec;
  }

  /** Null where the model does not know the market: another version of this program may have listed it. */
  function modelled(name: string, fromSec: number, toSec: number): Stretch | null {
    if (model.listing(name) === null) return null;
    const day = model.statistics(name, toSec * MS_PER_SEC, toSec - fromSec);
    return { ...day, close: day.last };
  }

  function modelPrice(name: string, sec: number): Decimal {
    return modelled(name, sec - 1, sec)?.close ?? opening.lastPrices.get(name) ?? Decimal.ZERO;
  }

  function priceIn(name: string, { isLived, beganSec }: Segment, sec: number): Decimal {
    if (!isLived) return modelPrice(name, sec);
    const ticks = tape.lastTicks(name, beganSec, sec, nowSec());
    if (ticks !== null) return Decimal.fromInteger(BigInt(ticks), specOf(name).tickScale);
    return birthPrice(name, beganSec);
  }

  /** The first life begins with the prices the exchange was opened at, which may follow a file and not the model. */
  function birthPrice(name: string, beganSec: number): Decimal {
    const isFirst = beganSec === Math.floor(tape.lived.firstUs() / US_PER_SEC);
    const opened = isFirst ? opening.lastPrices.get(name) : undefined;
    if (opened !== undefined) return opened;
    if (beganSec < ownLifeSec || model.listing(name) === null) return modelPrice(name, beganSec);
    return fair.at(name, beganSec * MS_PER_SEC).round(specOf(name).tickScale, 'half-even');
  }

  function priceAt(name: string, sec: number): Decimal {
    const [segment] = split(sec, sec + 1);
    return segment === undefined ? Decimal.ZERO : priceIn(name, segment, sec);
  }

  /** Length of the shortest bars that are left of a moment. */
  function grainAt(sec: number): BarStepSec {
    const now = nowSec();
    return BAR_STEPS_SEC.find((stepSec) => sec >= tape.keptFromSec(stepSec, now)) ?? 86_400;
  }

  function traded(name: string, fromSec: number, toSec: number): Stretch | null {
    const spec = specOf(name);
    let sum: Stretch | null = null;
    let reachedSec = Number.NEGATIVE_INFINITY;
    for (const segment of split(fromSec, toSec)) {
      if (!segment.isLived) {
        sum = joined(sum, modelled(name, segment.fromSec, segment.toSec));
        continue;
      }
      // Widened to what is left, two lives of one old hour have the same bar: it counts for the first.
      const first = Math.max(floorTo(segment.fromSec, grainAt(segment.fromSec)), reachedSec);
      reachedSec = -floorTo(-segment.toSec, grainAt(segment.toSec));
      const lived = stretchOf(barsOf(name, first, reachedSec), spec);
      // Without a trade a life stands at the price it began with, and no longer at the last one before.
      const isBirth = lived === null && segment.fromSec === segment.beganSec;
      sum = joined(sum, isBirth ? flatAt(birthPrice(name, segment.beganSec)) : lived);
    }
    return sum;
  }

  /** With the longest bars that fit, so that a day costs some hundred rows at most and a year no more. */
  function barsOf(name: string, fromSec: number, toSec: number): readonly Bar[] {
    const bars: Bar[] = [];
    let at = fromSec;
    while (at < toSec) {
      const stepSec = LONGEST_FIRST.find((step) => at % step === 0 && at + step <= toSec) ?? 1;
      const longerSec = BAR_STEPS_SEC[BAR_STEPS_SEC.indexOf(stepSec) + 1] ?? Number.POSITIVE_INFINITY;
      const reach = Math.min(floorTo(toSec, stepSec), floorTo(at, longerSec) + longerSec);
      bars.push(...tape.bars(name, stepSec, at, reach));
      at = reach;
    }
    return bars;
  }

  /** Whole candles of one life, read in one go. */
  function livedCandles(name: string, intervalSec: number, segment: Segment): readonly Candle[] {
    const spec = specOf(name);
    const bars = tape.bars(name, stepOf(intervalSec), segment.fromSec, segment.toSec);
    const candles: Candle[] = [];
    let used = 0;
    let price: Decimal | null = null;
    for (let start = segment.fromSec; ; ) {
      const next = nextCandleStart(start, intervalSec);
      if (next > segment.toSec) return candles;
      const first = used;
      while ((bars[used]?.atSec ?? Number.POSITIVE_INFINITY) < next) used += 1;
      const stretch: Stretch =
        stretchOf(bars.slice(first, used), spec) ?? flatAt(price ?? priceIn(name, segment, start));
      candles.push(candleOf(start, stretch));
      price = stretch.close;
      start = next;
    }
  }

  /** Whole candles of a time that only the model knows. */
  function modelCandles(name: string, intervalSec: number, { fromSec, toSec }: Segment): readonly Candle[] {
    if (model.listing(name) === null) return [];
    const candles = model.candles(name, intervalSec, fromSec, toSec);
    return candles.filter(({ timeSec }) => nextCandleStart(timeSec, intervalSec) <= toSec);
  }

  /** A single candle out of whatever happened in its time; null where too little is left of that to tell. */
  function mixedCandle(name: string, intervalSec: number, startSec: number, endSec: number): Candle | null {
    const keptFrom = tape.keptFromSec(stepOf(intervalSec), nowSec());
    for (const { isLived, fromSec } of split(startSec, endSec)) if (isLived && fromSec < keptFrom) return null;
    return candleOf(startSec, traded(name, startSec, endSec) ?? flatAt(priceAt(name, startSec)));
  }

  return {
    traded,
    priceAt,
    candles(name, intervalSec, fromSec, toSec) {
      const now = nowSec();
      const keptFrom = tape.keptFromSec(stepOf(intervalSec), now);
      // The running second belongs to whoever asks for everything up to now.
      const end = toSec >= now ? now + 1 : toSec;
      const candles: Candle[] = [];
      let at = candleStart(Math.max(fromSec, FIRST_SEC), intervalSec);
      while (at < end) {
        const [segment] = split(at, end);
        if (segment === undefined) break;
        if (segment.isLived && at < keptFrom) {
          at = firstStartFrom(Math.min(keptFrom, segment.toSec), intervalSec);
          continue;
        }
        const read = segment.isLived ? livedCandles : modelCandles;
        const whole = read(name, intervalSec, segment);
        candles.push(...whole);
        const last = whole.at(-1);
        if (last !== undefined) at = nextCandleStart(last.timeSec, intervalSec);
        else {
          const next = nextCandleStart(at, intervalSec);
          const candle = mixedCandle(name, intervalSec, at, Math.min(next, end));
          if (candle !== null) candles.push(candle);
          at = next;
        }
      }
      return candles;
    },
  };
}

function lifeBeganSec(lived: Lived): number {
  const lastUs = lived.lastUs();
  const lastSec = Math.floor(lastUs / US_PER_SEC);
  const [segment] = lived.split(lastSec, lastSec + 1, lastUs);
  return segment?.beganSec ?? lastSec;
}

/** The longest bars that candles of this length can be made of. */
function stepOf(intervalSec: number): BarStepSec {
  return LONGEST_FIRST.find((stepSec) => intervalSec % stepSec === 0) ?? 1;
}

function floorTo(sec: number, stepSec: number): number {
  return stepSec === Number.POSITIVE_INFINITY ? 0 : Math.floor(sec / stepSec) * stepSec;
}

function firstStartFrom(sec: number, intervalSec: number): number {
  return nextCandleStart(candleStart(sec - 1, intervalSec), intervalSec);
}

function candleOf(timeSec: number, stretch: Stretch): Candle {
  return {
    timeSec,
    open: stretch.open.toString(),
    high: stretch.high.toString(),
    low: stretch.low.toString(),
    close: stretch.close.toString(),
    volumeStock: stretch.volumeStock.toString(),
    volumeMoney: stretch.volumeMoney.toString(),
  };
}
