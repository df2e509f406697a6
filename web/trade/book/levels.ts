/** The book in steps of a price: levels put together, added up from the best on, and told where our own orders stand. */

import type { BookLevel, Order } from '../../../src/contract/trading.ts';
import { Decimal } from '../../../src/core/decimal.ts';

export type Side = 'bid' | 'ask';
export type Row = {
  readonly price: string;
  readonly quantity: string;
  /** Of this level and all better ones, in base. */
  readonly total: string;
  /** Ours at this level; empty where there is none. */
  readonly mine: string;
  /** 0 to 1 of the largest total shown; for the bar only. */
  readonly depth: number;
};

/** Powers of ten of the tick: enough to see a market's walls, and no step that would put everything into one row. */
const STEPS_MAX = 6;
/** Coarser steps than this share of the price tell nothing of the book. */
const COARSEST_SHARE = Decimal.parse('0.02');

/** What levels can be put together by: the tick itself first. */
export function stepsFor(tick: string, price: string | null): readonly string[] {
  const first = Decimal.tryParse(tick);
  if (first === null || first.sign() <= 0) return [];
  const around = price === null ? null : Decimal.tryParse(price);
  const coarsest = around === null ? null : around.mul(COARSEST_SHARE);
  const steps: string[] = [];
  for (let power = 0; power < STEPS_MAX; power += 1) {
    const step = first.mul(Decimal.power(power));
    if (power > 0 && coarsest !== null && step.gt(coarsest)) break;
    steps.push(step.toString());
  }
  return steps;
}

/** Bids go down to a step and asks up to one, so that no level looks better than it is. */
function stepPrice(price: Decimal, step: Decimal, side: Side): Decimal {
  return price.quantize(step, side === 'bid' ? 'floor' : 'ceil');
}

/** Levels of one side put together, best first, as many as fit. Levels that make no sense are left out. */
export function grouped(
  levels: readonly BookLevel[],
  side: Side,
  step: string,
  rowsMax: number,
  mine: ReadonlyMap<string, Decimal>,
): readonly Row[] {
  const by = Decimal.tryParse(step);
  if (by === null || by.sign() <= 0) return [];
  const found: { price: Decimal; quantity: Decimal }[] = [];
  for (const [priceText, quantityText] of levels) {
    const price = Decimal.tryParse(priceText);
    const quantity = Decimal.tryParse(quantityText);
    if (price === null || quantity === null || quantity.sign() <= 0) continue;
    const at = stepPrice(price, by, side);
    const last = found.at(-1);
    if (last?.price.eq(at) === true) last.quantity = last.quantity.add(quantity);
    else if (found.length === rowsMax) break;
    else found.push({ price: at, quantity });
  }
  const places = by.trim().scale;
  let total = Decimal.ZERO;
  const summed = found.map(({ price, quantity }) => {
    total = total.add(quantity);
    const ours = mine.get(price.toString());
    return {
      price: price.toFixed(places),
      quantity: quantity.toString(),
      total: total.toString(),
      mine: ours === undefined ? '' : ours.toString(),
      sum: total.toNumberInexact(),
    };
  });
  const most = total.toNumberInexact();
  return summed.map(({ sum, ...row }) => ({ ...row, depth: most === 0 ? 0 : sum / most }));
}

/** Both sides on one scale: the side that holds less has the shorter bars. */
export function scaledTogether(asks: readonly Row[], bids: readonly Row[]): readonly [readonly Row[], readonly Row[]] {
  const most = (rows: readonly Row[]): number => Number(rows.at(-1)?.total ?? '0');
  const largest = Math.max(most(asks), most(bids));
  if (largest === 0) return [asks, bids];
  const scaled = (rows: readonly Row[]): readonly Row[] => {
    const share = most(rows) / largest;
    return share === 1 ? rows : rows.map((row) => ({ ...row, depth: row.depth * share }));
  };
  return [scaled(asks), scaled(bids)];
}

/** What is left of our orders at each step of one side. Only what stands in the book, or very likely does. */
export function mineBySteps(orders: readonly Order[], side: Side, step: string): ReadonlyMap<string, Decimal> {
  const by = Decimal.tryParse(step);
  const mine = new Map<string, Decimal>();
  if (by === null || by.sign() <= 0) return mine;
  for (const order of orders) {
    const price = order.terms?.kind === 'limit' && !order.terms.ioc ? Decimal.tryParse(order.terms.price) : null;
    if (price === null || order.side !== (side === 'bid' ? 'buy' : 'sell')) continue;
    if (order.state === 'submitting' || order.state === 'closed' || order.quantity.unit !== 'base') continue;
    const left = Decimal.parse(order.quantity.amount).sub(Decimal.parse(order.filledBase));
    if (left.sign() <= 0) continue;
    const at = stepPrice(price, by, side).toString();
    mine.set(at, (mine.get(at) ?? Decimal.ZERO).add(left));
  }
  return mine;
}
