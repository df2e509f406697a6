/** The book as two slopes from the middle. Pixels only: what is read from it comes from the exact texts. */

import type { BookLevel } from '../../../src/contract/trading.ts';
import { Decimal } from '../../../src/core/decimal.ts';
import { toPixels } from '../../format/number.ts';

export type DepthPoint = {
  readonly price: string;
  /** Of this level and all better ones: base, and what it is worth. */
  readonly base: string;
  readonly quote: string;
  readonly at: number;
  readonly size: number;
};

export function summed(levels: readonly BookLevel[]): readonly DepthPoint[] {
  let base = Decimal.ZERO;
  let quote = Decimal.ZERO;
  return levels.flatMap(([priceText, quantityText]) => {
    const price = Decimal.tryParse(priceText);
    const quantity = Decimal.tryParse(quantityText);
    if (price === null || quantity === null || quantity.sign() <= 0) return [];
    base = base.add(quantity);
    quote = quote.add(quantity.mul(price));
    const point = { price: priceText, base: base.toString(), quote: quote.toString() };
    return [{ ...point, at: toPixels(priceText), size: base.toNumberInexact() }];
  });
}

export type Frame = {
  readonly width: number;
  readonly height: number;
  readonly low: number;
  readonly high: number;
  readonly most: number;
};

/** As far to one side as to the other, as far as both are told; the higher slope nearly fills it. */
export function frameOf(
  bids: readonly DepthPoint[],
  asks: readonly DepthPoint[],
  width: number,
  height: number,
): Frame | null {
  const bid = bids[0]?.at;
  const ask = asks[0]?.at;
  if (bid === undefined || ask === undefined) return null;
  const middle = (bid + ask) / 2;
  const reach = Math.min(middle - (bids.at(-1)?.at ?? middle), (asks.at(-1)?.at ?? middle) - middle);
  const span = reach > 0 ? reach : middle * 0.001;
  const inside = [...bids, ...asks].filter(({ at }) => Math.abs(at - middle) <= span);
  return {
    width,
    height,
    low: middle - span,
    high: middle + span,
    most: Math.max(...inside.map(({ size }) => size)) * 1.08,
  };
}

export const xOf = (frame: Frame, price: number): number =>
  ((price - frame.low) / (frame.high - frame.low)) * frame.width;
export const yOf = (frame: Frame, size: number): number =>
  frame.height - (frame.most === 0 ? 0 : size / frame.most) * frame.height;

/** Steps, not slopes: between two levels there is nothing. */
export function slope(points: readonly DepthPoint[], frame: Frame): string {
  const first = points[0];
  if (first === undefined) return '';
  const number = (value: number): string => value.toFixed(1);
  let path = `M${number(xOf(frame, first.at))} ${number(frame.height)}`;
  for (const { at, size } of points) path += `H${number(xOf(frame, at))}V${number(yOf(frame, size))}`;
  const edge = first.at > (frame.low + frame.high) / 2 ? frame.width : 0;
  return `${path}H${edge}`;
}

/** What stands between the middle and a place: the farthest level that is reached. */
export function reached(points: readonly DepthPoint[], side: 'bid' | 'ask', price: number): DepthPoint | null {
  let found: DepthPoint | null = null;
  for (const point of points) {
    if (side === 'ask' ? point.at > price : point.at < price) break;
    found = point;
  }
  return found;
}
