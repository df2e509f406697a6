import { Decimal } from '../../src/core/decimal.ts';
import type { MarketSpec } from '../engine/market-spec.ts';
import type { Bar } from '../exchange/bars.ts';

/** What happened on a market from one moment to another: prices in quote, volumes in base and in quote. */
export type Stretch = {
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
  readonly volumeStock: Decimal;
  readonly volumeMoney: Decimal;
};

/** Nothing traded. */
export function flatAt(price: Decimal): Stretch {
  return { open: price, high: price, low: price, close: price, volumeStock: Decimal.ZERO, volumeMoney: Decimal.ZERO };
}

/** One after the other; null is a time that has nothing to tell. */
export function joined(earlier: Stretch | null, later: Stretch | null): Stretch | null {
  if (earlier === null || later === null) return earlier ?? later;
  return {
    open: earlier.open,
    high: Decimal.max(earlier.high, later.high),
    low: Decimal.min(earlier.low, later.low),
    close: later.close,
    volumeStock: earlier.volumeStock.add(later.volumeStock),
    volumeMoney: earlier.volumeMoney.add(later.volumeMoney),
  };
}

/** Of bars in order of time; null where there are none. */
export function stretchOf(bars: readonly Bar[], { tickScale, lotScale }: MarketSpec): Stretch | null {
  const [first] = bars;
  const last = bars.at(-1);
  if (first === undefined || last === undefined) return null;
  let { highTicks, lowTicks } = first;
  let lots = 0n;
  let tickLots = 0n;
  for (const bar of bars) {
    highTicks = Math.max(highTicks, bar.highTicks);
    lowTicks = Math.min(lowTicks, bar.lowTicks);
    lots += bar.lots;
    tickLots += bar.tickLots;
  }
  const price = (ticks: number): Decimal => Decimal.fromInteger(BigInt(ticks), tickScale);
  return {
    open: price(first.openTicks),
    high: price(highTicks),
    low: price(lowTicks),
    close: price(last.closeTicks),
    volumeStock: Decimal.fromInteger(lots, lotScale),
    volumeMoney: Decimal.fromInteger(tickLots, tickScale + lotScale),
  };
}
