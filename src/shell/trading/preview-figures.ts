/** What an order would cost or bring, by its own price or by the market's. */

import { Decimal } from '../../core/decimal.ts';
import type { Prices } from '../../core/fit.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { OrderDraft } from '../../core/order.ts';
import type { VenueProfile } from '../../core/report.ts';

/** Places of a quotient that is only looked at. */
const PLACES = 12;
/** As the machine reserves for a market buy in base: by the time it trades it may cost more. */
const MARKET_MARGIN = Decimal.parse('1.02');

export type Figures = {
  /** The price by which it is valued; null where nobody tells one. */
  readonly price: Decimal | null;
  readonly base: Decimal | null;
  readonly value: Decimal | null;
  readonly fee: { readonly asset: string; readonly amount: Decimal } | null;
  /** What it takes out of the available balance. */
  readonly need: { readonly asset: string; readonly amount: Decimal } | null;
};

export function figuresOf(
  draft: OrderDraft,
  instrument: Instrument,
  prices: Prices | null,
  profile: VenueProfile,
): Figures {
  const { side, quantity } = draft;
  const price = priceOf(draft, prices);
  const known = price !== null && price.sign() > 0;
  const inQuote = quantity.unit === 'quote';
  const base = !inQuote
    ? quantity.amount
    : known
      ? quantity.amount.div(price, PLACES, 'down').quantize(instrument.lot, 'down')
      : null;
  const value = inQuote ? quantity.amount : known ? quantity.amount.mul(price) : null;
  const isFromBase = side === 'buy' && profile.buyFeeFrom === 'base';
  const from = isFromBase ? base : value;
  const rate = feeRate(draft, instrument);
  const fee = from === null ? null : { asset: isFromBase ? instrument.base : instrument.quote, amount: from.mul(rate) };
  return { price, base, value, fee, need: needOf(draft, instrument, value, profile) };
}

/** Its own price, or the one at which it would trade now. */
export function priceOf({ side, terms }: OrderDraft, prices: Prices | null): Decimal | null {
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

/** The most that is taken: what only waits pays as a maker. */
function feeRate({ terms }: OrderDraft, { makerFee, takerFee }: Instrument): Decimal {
  const most = terms.kind === 'limit' && terms.postOnly ? makerFee : Decimal.max(makerFee, takerFee);
  return Decimal.max(most, Decimal.ZERO);
}

function needOf(
  { side, terms, quantity }: OrderDraft,
  instrument: Instrument,
  value: Decimal | null,
  { buyFeeFrom }: VenueProfile,
): Figures['need'] {
  if (side === 'sell') return { asset: instrument.base, amount: quantity.amount };
  if (value === null) return null;
  const isPriced = quantity.unit === 'quote' || terms.kind === 'limit' || terms.kind === 'stop-limit';
  const most = isPriced ? value : value.mul(MARKET_MARGIN);
  const onTop = quantity.unit === 'base' && buyFeeFrom === 'quote' ? Decimal.ONE.add(instrument.takerFee) : Decimal.ONE;
  return { asset: instrument.quote, amount: most.mul(onTop) };
}

/** The same order, so much smaller that `needed` becomes at most `allowed`; null where nothing is left. */
export function shrunk(
  draft: OrderDraft,
  instrument: Instrument,
  allowed: Decimal,
  needed: Decimal,
): OrderDraft | null {
  const { amount, unit } = draft.quantity;
  if (allowed.sign() <= 0 || needed.sign() <= 0 || amount.sign() <= 0) return null;
  const step = unit === 'quote' ? instrument.tick : instrument.lot;
  const less = amount
    .mul(allowed)
    .div(needed, PLACES + step.trim().scale, 'down')
    .quantize(step, 'down');
  return less.sign() > 0 && less.lt(amount) ? { ...draft, quantity: { unit, amount: less } } : null;
}
