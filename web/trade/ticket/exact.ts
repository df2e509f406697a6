/** Ticks, shares and switches between base and quote, exact: what is computed here is sent. */

import { Decimal } from '../../../src/core/decimal.ts';

const HUNDREDTH = Decimal.power(-2);

/** Decimal places that a tick or lot is written with: 2 for `0.01`, 0 for `10`. */
export function placesOfStep(step: string): number {
  return (Decimal.tryParse(step) ?? Decimal.ONE).trim().scale;
}

/** With at least the places of its tick, never fewer than it has. */
function atStep(value: Decimal, step: Decimal): string {
  return value.toFixed(Math.max(value.trim().scale, step.trim().scale));
}

/**
 * `count` ticks up or down. A price between two ticks first goes to the next one in that direction. Never below one
 * tick: zero is no price.
 */
export function stepped(price: string, tick: string, count: number): string | null {
  const from = Decimal.tryParse(price);
  const step = positive(tick);
  if (from === null || step === null || count === 0) return null;
  const snapped = from.quantize(step, count > 0 ? 'floor' : 'ceil');
  const moved = snapped.add(step.mul(Decimal.fromInteger(BigInt(count))));
  return atStep(Decimal.max(moved, step), step);
}

/** What so much quote buys at a price, whole lots only; null without a price. */
export function baseFor(quote: string, price: string, lot: string): string | null {
  const money = Decimal.tryParse(quote);
  const each = positive(price);
  const step = positive(lot);
  if (money === null || each === null || step === null) return null;
  // Lots, not units, are counted: a quotient cut to some places and then to lots could lose one.
  return atStep(money.div(each.mul(step), 0, 'floor').mul(step), step);
}

/** What so much base is worth at a price: exact, not rounded. */
export function quoteFor(base: string, price: string): string | null {
  const amount = Decimal.tryParse(base);
  const each = Decimal.tryParse(price);
  return amount === null || each === null ? null : amount.mul(each).toString();
}

/** `percent` of `available`: exact where `step` is null, else down to whole steps. */
export function shareOf(available: string, percent: number, step: string | null): string | null {
  const all = Decimal.tryParse(available);
  if (all === null || !Number.isInteger(percent)) return null;
  const part = Decimal.max(all, Decimal.ZERO)
    .mul(Decimal.fromInteger(BigInt(percent)))
    .mul(HUNDREDTH);
  if (step === null) return part.toString();
  const by = positive(step);
  return by === null ? null : atStep(part.quantize(by, 'floor'), by);
}

/** Where the slider stands for an amount: whole percent, cut, 0 to 100. Null where there is nothing to compare with. */
export function percentOf(amount: string, available: string): number | null {
  const part = Decimal.tryParse(amount);
  const all = positive(available);
  if (part === null || all === null) return null;
  const percent = part.mul(Decimal.fromInteger(100n)).div(all, 0, 'floor');
  return Math.min(100, Math.max(0, Number(percent.toString())));
}

/** The second less the first, and that as a percentage of the middle between them, to two places. */
export function spreadOf(bid: string, ask: string): { readonly price: string; readonly percent: string } | null {
  const low = Decimal.tryParse(bid);
  const high = Decimal.tryParse(ask);
  if (low === null || high === null) return null;
  const twice = low.add(high);
  if (twice.sign() <= 0) return null;
  const wide = high.sub(low);
  return { price: wide.toString(), percent: wide.mul(Decimal.fromInteger(200n)).div(twice, 3, 'half-up').toFixed(3) };
}

/**
 * What is kept back for a purchase where that is more than its cost and its fee: prices move until it trades. Null where
 * the sum adds up without it.
 */
export function heldBeyond(available: string, left: string, cost: string, fee: string): string | null {
  const [all, rest, price, on] = [available, left, cost, fee].map((text) => Decimal.tryParse(text));
  if (!all || !rest || !price || !on) return null;
  const held = all.sub(rest);
  return held.gt(price.add(on)) ? held.toString() : null;
}

function positive(text: string): Decimal | null {
  const value = Decimal.tryParse(text);
  return value === null || value.sign() <= 0 ? null : value;
}
