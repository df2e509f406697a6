/**
 * Whether an order keeps the rules of its market, and if not: which rule, by how much, and the nearest order that does.
 *
 * Mending never makes an order cost more than asked: a buy's price and quantity go down, a sell's quantity goes down and
 * its price up, a stop never comes alive sooner. So what is below a minimum cannot be mended; `reach` then says what
 * would be enough, for a person to choose.
 */

import { Decimal, type Rounding } from './decimal.ts';
import type { Instrument } from './instrument.ts';
import type { OrderDraft, OrderTerms } from './order.ts';
import { limitPrice } from './order.ts';

/** What is known of a market's prices now; each null where nobody says. */
export type Prices = { readonly bid: Decimal | null; readonly ask: Decimal | null; readonly last: Decimal | null };

export type FitCode =
  | 'halted'
  /** The market takes only orders that wait, or the order contradicts itself. */
  | 'post-only-market'
  | 'post-only-ioc'
  | 'quote-not-offered'
  | 'zero'
  | 'off-tick'
  | 'off-lot'
  | 'below-quantity-min'
  | 'below-notional-min'
  | 'above-notional-max'
  /** A market order whose value nobody can tell. */
  | 'price-missing'
  | 'crosses-post-only'
  /** It would come alive where the market stands. */
  | 'activation-at-last';

export type FitField = 'market' | 'price' | 'activation' | 'quantity' | 'postOnly';

export type FitProblem = {
  readonly code: FitCode;
  readonly field: FitField;
  /** The limit that is broken, in the unit of the rule: a tick, a lot, a minimum, the best price of the other side. */
  readonly bound: Decimal | null;
  /** The nearest value of `field` that satisfies this rule, where one exists, even at a higher cost. */
  readonly reach: Decimal | null;
  /** The nearest order that keeps every rule and costs no more; null where there is none. */
  readonly mend: OrderDraft | null;
};

export type Fit =
  | { readonly ok: true; readonly draft: OrderDraft }
  | { readonly ok: false; readonly problems: readonly FitProblem[] };

type Found = Omit<FitProblem, 'mend'>;

/** No price or amount of any market needs more places; more would only be a way to burn a core. */
const PLACES_MAX = 30;

export function fitOrder(instrument: Instrument, draft: OrderDraft, prices: Prices | null): Fit {
  const found = problemsOf(instrument, draft, prices);
  if (found.length === 0) return { ok: true, draft };
  const mended = mend(instrument, draft, prices);
  return { ok: false, problems: found.map((problem) => ({ ...problem, mend: mended })) };
}

/** Mending one rule can break another, so the mended order is judged again: null unless it keeps them all. */
function mend(instrument: Instrument, draft: OrderDraft, prices: Prices | null): OrderDraft | null {
  const { terms, quantity, side } = draft;
  if (!isSane(draft)) return null;
  const candidate: OrderDraft = {
    side,
    terms: mendTerms(instrument, draft, prices),
    quantity: { unit: quantity.unit, amount: quantity.amount.quantize(stepOf(instrument, draft), 'floor') },
  };
  const capped = capAtMaximum(instrument, candidate, prices);
  const dearer = limitPrice(capped.terms);
  const asked = limitPrice(terms);
  if (side === 'buy' && dearer !== null && asked !== null && dearer.gt(asked)) return null;
  return problemsOf(instrument, capped, prices).length === 0 ? capped : null;
}

function mendTerms(instrument: Instrument, { side, terms }: OrderDraft, prices: Prices | null): OrderTerms {
  const { tick } = instrument;
  const cheaper: Rounding = side === 'buy' ? 'floor' : 'ceil';
  const later: Rounding = side === 'buy' ? 'ceil' : 'floor';
  switch (terms.kind) {
    case 'limit': {
      const price = terms.price.quantize(tick, cheaper);
      const waits = terms.postOnly ? waitingPrice(instrument, side, prices) : null;
      const stepped = waits === null ? price : side === 'buy' ? Decimal.min(price, waits) : Decimal.max(price, waits);
      return { ...terms, price: stepped };
    }
    case 'stop-limit':
      return {
        ...terms,
        price: terms.price.quantize(tick, cheaper),
        activation: terms.activation.quantize(tick, later),
      };
    case 'stop-market':
      return { ...terms, activation: terms.activation.quantize(tick, later) };
    case 'market':
      return terms;
  }
}

/** The most aggressive price that still waits: one tick behind the best of the other side. */
function waitingPrice({ tick }: Instrument, side: OrderDraft['side'], prices: Prices | null): Decimal | null {
  const other = side === 'buy' ? prices?.ask : prices?.bid;
  if (other === null || other === undefined) return null;
  return side === 'buy' ? other.sub(tick).quantize(tick, 'ceil') : other.add(tick).quantize(tick, 'floor');
}

function capAtMaximum(instrument: Instrument, draft: OrderDraft, prices: Prices | null): OrderDraft {
  const { notionalMax } = instrument;
  const price = valuePrice(draft, prices);
  if (notionalMax === null) return draft;
  const { unit, amount } = draft.quantity;
  const step = stepOf(instrument, draft);
  if (unit === 'quote')
    return { ...draft, quantity: { unit, amount: Decimal.min(amount, notionalMax.quantize(step, 'floor')) } };
  if (price === null || price.sign() <= 0) return draft;
  const most = notionalMax.div(price, PLACES_MAX, 'floor').quantize(step, 'floor');
  return { ...draft, quantity: { unit, amount: Decimal.min(amount, most) } };
}

function problemsOf(instrument: Instrument, draft: OrderDraft, prices: Prices | null): readonly Found[] {
  const status = instrument.status ?? 'trading';
  if (status === 'halted') return [{ code: 'halted', field: 'market', bound: null, reach: null }];
  return [
    ...termProblems(instrument, draft, prices),
    ...quantityProblems(instrument, draft),
    ...notionalProblems(instrument, draft, prices),
  ];
}

function termProblems(instrument: Instrument, { side, terms }: OrderDraft, prices: Prices | null): Found[] {
  const found: Found[] = [];
  const price = limitPrice(terms);
  if (price !== null) found.push(...stepProblems('price', price, instrument.tick, side === 'buy' ? 'floor' : 'ceil'));
  if (terms.kind === 'stop-limit' || terms.kind === 'stop-market') {
    found.push(...stepProblems('activation', terms.activation, instrument.tick, side === 'buy' ? 'ceil' : 'floor'));
    const last = prices?.last ?? null;
    if (last?.eq(terms.activation) === true)
      found.push({ code: 'activation-at-last', field: 'activation', bound: last, reach: null });
  }
  const waits = terms.kind === 'limit' && terms.postOnly;
  if (instrument.status === 'post-only' && !waits)
    found.push({ code: 'post-only-market', field: 'postOnly', bound: null, reach: null });
  if (terms.kind === 'limit' && terms.postOnly) {
    if (terms.ioc) found.push({ code: 'post-only-ioc', field: 'postOnly', bound: null, reach: null });
    const other = (side === 'buy' ? prices?.ask : prices?.bid) ?? null;
    if (other !== null && (side === 'buy' ? terms.price.gte(other) : terms.price.lte(other)))
      found.push({
        code: 'crosses-post-only',
        field: 'price',
        bound: other,
        reach: waitingPrice(instrument, side, prices),
      });
  }
  return found;
}

function stepProblems(field: 'price' | 'activation', value: Decimal, tick: Decimal, rounding: Rounding): Found[] {
  if (value.sign() <= 0 || value.scale > PLACES_MAX) return [{ code: 'zero', field, bound: tick, reach: tick }];
  if (value.isMultipleOf(tick)) return [];
  const near = value.quantize(tick, rounding);
  return [{ code: 'off-tick', field, bound: tick, reach: near.sign() > 0 ? near : tick }];
}

function quantityProblems(instrument: Instrument, draft: OrderDraft): Found[] {
  const { quantity, side, terms } = draft;
  const { amount, unit } = quantity;
  const found: Found[] = [];
  const byValue = side === 'buy' && (terms.kind === 'market' || terms.kind === 'stop-market');
  if (unit === 'quote' && !byValue) return [{ code: 'quote-not-offered', field: 'quantity', bound: null, reach: null }];
  const step = stepOf(instrument, draft);
  if (amount.sign() <= 0 || amount.scale > PLACES_MAX)
    return [{ code: 'zero', field: 'quantity', bound: step, reach: step }];
  if (!amount.isMultipleOf(step)) {
    const near = amount.quantize(step, 'floor');
    found.push({ code: 'off-lot', field: 'quantity', bound: step, reach: near.sign() > 0 ? near : step });
  }
  const { quantityMin } = instrument;
  if (unit === 'base' && amount.lt(quantityMin))
    found.push({
      code: 'below-quantity-min',
      field: 'quantity',
      bound: quantityMin,
      reach: quantityMin.quantize(step, 'ceil'),
    });
  return found;
}

function notionalProblems(instrument: Instrument, draft: OrderDraft, prices: Prices | null): Found[] {
  if (!isSane(draft)) return [];
  const { quantity } = draft;
  const step = stepOf(instrument, draft);
  // A buy for a sum of money pays its fee out of that sum, and the exchange asks that the minimum be met without it.
  const least =
    quantity.unit === 'quote'
      ? instrument.notionalMin.mul(Decimal.ONE.add(instrument.takerFee))
      : instrument.notionalMin;
  const price = quantity.unit === 'quote' ? Decimal.ONE : valuePrice(draft, prices);
  if (price === null) return [{ code: 'price-missing', field: 'market', bound: null, reach: null }];
  if (price.sign() <= 0) return [];
  const value = quantity.amount.mul(price);
  if (value.lt(least)) {
    const reach = Decimal.max(least.div(price, PLACES_MAX, 'ceil'), quantity.amount).quantize(step, 'ceil');
    return [{ code: 'below-notional-min', field: 'quantity', bound: least, reach }];
  }
  const most = instrument.notionalMax;
  if (most?.lt(value) !== true) return [];
  const reach = most.div(price, PLACES_MAX, 'floor').quantize(step, 'floor');
  return [{ code: 'above-notional-max', field: 'quantity', bound: most, reach }];
}

/**
 * By which price an order in base is valued: its own, or the one at which it would trade now. Null for a market order
 * while nobody tells a price.
 */
function valuePrice({ side, terms }: OrderDraft, prices: Prices | null): Decimal | null {
  switch (terms.kind) {
    case 'limit':
    case 'stop-limit':
      return terms.price;
    case 'stop-market':
      return terms.activation;
    case 'market':
      return (side === 'buy' ? prices?.ask : prices?.bid) ?? prices?.last ?? null;
  }
}

/** Sums of money are counted in ticks: inferred, no exchange document names the step of a market buy's amount. */
function stepOf(instrument: Instrument, { quantity }: OrderDraft): Decimal {
  return quantity.unit === 'quote' ? instrument.tick : instrument.lot;
}

/** Above zero and of a length that arithmetic can hold. */
function isSane({ terms, quantity }: OrderDraft): boolean {
  const price = limitPrice(terms);
  const activation = terms.kind === 'stop-limit' || terms.kind === 'stop-market' ? terms.activation : null;
  return [price, activation, quantity.amount].every(
    (value) => value === null || (value.sign() > 0 && value.scale <= PLACES_MAX),
  );
}
