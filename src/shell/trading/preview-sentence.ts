/** The contract with the person: what is bought or sold, what it costs or brings, and where the order goes. */

import type { Decimal } from '../../core/decimal.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { OrderDraft } from '../../core/order.ts';
import type { MarketNow } from '../../engine/events.ts';
import { bandEdge, fairPrice } from './policy-check.ts';
import type { Figures } from './preview-figures.ts';
import { baseText, feeText, percentOf, priceText, quoteText, stepped } from './preview-numbers.ts';

export type Told = {
  readonly draft: OrderDraft;
  readonly instrument: Instrument;
  readonly figures: Figures;
  readonly now: MarketNow | null;
  /** How far custody lets a price reach beyond the market; null where it does not tell. */
  readonly bandPercent: string | null;
};

export function sentenceOf(told: Told): string {
  return [whatOf(told), costOf(told), whereOf(told)].filter((part) => part !== '').join(' ');
}

/** Market orders have no price, and so no bound on what they cost: custody gives them one. Empty for the others. */
export function sentAsOf({ draft, instrument, now, bandPercent }: Told): string {
  const { terms, side } = draft;
  if (terms.kind === 'limit' || terms.kind === 'stop-limit') return '';
  const edge = bandPercent === null ? 'at the edge of the band that custody allows' : `at most ${bandPercent} %`;
  const beyond = side === 'buy' ? 'above' : 'below';
  const kind = terms.kind === 'market' ? 'a limit order that takes at once' : 'a stop limit order';
  const from = terms.kind === 'market' ? 'the market' : 'its trigger';
  if (bandPercent === null) return `Leaves as ${kind}, ${edge}.`;
  const fair = fairPrice({ draft, now });
  const worst =
    fair === null
      ? null
      : bandEdge(side, fair, bandPercent).quantize(instrument.tick, side === 'buy' ? 'floor' : 'ceil');
  const least = side === 'buy' ? 'up to' : 'down to';
  const price = worst === null ? '' : ` (${least} ${priceText(worst, instrument)} as prices are now)`;
  return `Leaves as ${kind}, ${edge} ${beyond} ${from}${price}. What does not trade within that is ${terms.kind === 'market' ? 'given up' : 'left waiting'}.`;
}

function whatOf({ draft, instrument, figures }: Told): string {
  const { side, terms, quantity } = draft;
  const act = side === 'buy' ? 'Buy' : 'Sell';
  const amount =
    quantity.unit === 'base'
      ? baseText(quantity.amount, instrument)
      : `${instrument.base} for ${stepped(quantity.amount, instrument.tick)} ${instrument.quote}`;
  const about = figures.price === null ? '' : `, now about ${priceText(figures.price, instrument)}`;
  switch (terms.kind) {
    case 'limit':
      return `${act} ${amount} at ${priceText(terms.price, instrument)}.`;
    case 'market':
      return `${act} ${amount} at the market price${about}.`;
    case 'stop-limit':
      return `${reaches(terms.activation, instrument)}, ${act.toLowerCase()} ${amount} at ${priceText(terms.price, instrument)}.`;
    case 'stop-market':
      return `${reaches(terms.activation, instrument)}, ${act.toLowerCase()} ${amount} at the market price of then.`;
  }
}

function reaches(activation: Decimal, instrument: Instrument): string {
  return `When the last price reaches ${priceText(activation, instrument)}`;
}

function costOf({ draft, instrument, figures }: Told): string {
  const { value, base, fee } = figures;
  const { terms, quantity, side } = draft;
  const isExact = terms.kind === 'limit' || terms.kind === 'stop-limit';
  const about = isExact ? '' : 'about ';
  const feeWords = fee === null ? '' : `, fee up to ${feeText(fee.amount, fee.asset)}`;
  if (quantity.unit === 'quote') {
    const brings = base === null ? 'What it brings is not known' : `Brings about ${baseText(base, instrument)}`;
    return `${brings}${feeWords}.`;
  }
  if (value === null) return 'What it is worth is not known: no price is told.';
  return `${side === 'buy' ? 'Costs' : 'Brings'} ${about}${quoteText(value, instrument)}${feeWords}.`;
}

function whereOf({ draft, instrument, now }: Told): string {
  const { side, terms } = draft;
  switch (terms.kind) {
    case 'market':
      return 'Trades at once.';
    case 'stop-market':
    case 'stop-limit':
      return 'Waits at the exchange until then.';
    case 'limit':
      break;
  }
  const best = (side === 'buy' ? now?.ask : now?.bid) ?? null;
  if (best === null || best.sign() <= 0) {
    if (terms.ioc) return 'Takes what it can at once; the rest is given up.';
    return 'Where it stands is not known: no price is told.';
  }
  const crosses = side === 'buy' ? terms.price.gte(best) : terms.price.lte(best);
  const other = side === 'buy' ? 'offer' : 'bid';
  if (terms.ioc) {
    if (crosses) return `Takes at once from ${priceText(best, instrument)} on; what is left is given up.`;
    return `Nothing would trade now: the best ${other} is ${priceText(best, instrument)}. It is given up at once.`;
  }
  if (crosses) {
    if (terms.postOnly)
      return `It only waits, and would trade at once: the best ${other} is ${priceText(best, instrument)}.`;
    return `Trades at once from ${priceText(best, instrument)} on; what is left rests in the book.`;
  }
  // As many places as the page shows of the same distance: two figures of one thing are a riddle.
  const away = percentOf(terms.price, best, 2);
  const far = away.isZero() ? 'less than 0.01' : away.abs().toFixed(2);
  const where = side === 'buy' ? 'under' : 'over';
  const only = terms.postOnly ? ' It never takes.' : '';
  return `Rests in the book, ${far} % ${where} the market.${only}`;
}
