/** Why an order would not pass, in words under its field, with the order that would. */

import type { OrderProblem } from '../../contract/trading.ts';
import { Decimal } from '../../core/decimal.ts';
import { type FitProblem, fitOrder } from '../../core/fit.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { OrderDraft } from '../../core/order.ts';
import type { Refusal, RefusalCode } from '../../engine/applied.ts';
import type { MarketNow } from '../../engine/events.ts';
import { orderCode } from '../refusal.ts';
import { baseText, priceText, quoteText, stepped } from './preview-numbers.ts';
import { draftView } from './trading-desk-words.ts';

type Case = { readonly draft: OrderDraft; readonly instrument: Instrument; readonly now: MarketNow | null };

const FIELDS: Readonly<Partial<Record<RefusalCode, OrderProblem['field']>>> = {
  'unknown-market': 'market',
  'market-not-allowed': 'market',
  'rules-in-doubt': 'market',
  'price-unknown': 'market',
  'far-from-market': 'price',
  'activation-passed': 'activation',
  'too-large': 'quantity',
  'not-enough': 'quantity',
  'no-limit-for-asset': 'quantity',
  'balances-unknown': 'quantity',
};

export function refusalProblem(refused: Refusal, mend: OrderProblem['mend']): OrderProblem {
  const { code, cause, cure, confirm } = refused;
  return { code: orderCode(code), field: FIELDS[code] ?? 'order', cause, cure, mend, confirm };
}

export function mendTo(label: string, draft: OrderDraft): OrderProblem['mend'] {
  return { label, draft: draftView(draft) };
}

/** "Use 0.0208 BTC". */
export const lessLabel = (after: OrderDraft, instrument: Instrument): string => `Use ${amountText(after, instrument)}`;

const TOO_MUCH = ['order_not_enough', 'order_too_large', 'custody_order_size', 'custody_turnover', 'custody_adverse'];

/**
 * Of all that says "smaller", what there is not enough of and the limit that is reached first; the one button leads to
 * what passes them all. Where one of them can be mended by no amount, none is promised.
 */
export function tightest(problems: readonly OrderProblem[]): OrderProblem[] {
  const sized = problems.filter(({ code }) => TOO_MUCH.includes(code));
  if (sized.length < 2) return [...problems];
  const amountOf = ({ mend }: OrderProblem): Decimal =>
    mend === null ? Decimal.ZERO : Decimal.parse(mend.draft.quantity.amount);
  const least = sized.reduce((one, other) => (amountOf(other).lt(amountOf(one)) ? other : one));
  const missing = sized.find(({ code }) => code === 'order_not_enough');
  const kept = missing === undefined || missing === least ? [least] : [{ ...missing, mend: null }, least];
  return [...kept, ...problems.filter(({ code }) => !TOO_MUCH.includes(code))];
}

export function fitProblemOf(problem: FitProblem, judged: Case): OrderProblem {
  const { cause, cure } = wordsOf(problem, judged);
  const code = `order_${problem.code.replaceAll('-', '_')}`;
  return { code, field: problem.field, cause, cure, mend: mendOf(problem, judged), confirm: null };
}

function mendOf(problem: FitProblem, judged: Case): OrderProblem['mend'] {
  if (problem.mend !== null) return mendTo(labelOf(problem, judged, problem.mend), problem.mend);
  // What costs more is only offered where it was not asked for by itself: the button says what it raises.
  const raised = raisedTo(problem, judged);
  return raised === null ? null : mendTo(`Raise to ${amountText(raised, judged.instrument)}`, raised);
}

function raisedTo({ code, reach }: FitProblem, { draft, instrument, now }: Case): OrderDraft | null {
  if (reach === null || (code !== 'below-quantity-min' && code !== 'below-notional-min')) return null;
  const raised = { ...draft, quantity: { ...draft.quantity, amount: reach } };
  return fitOrder(instrument, raised, now).ok ? raised : null;
}

function labelOf({ code, field }: FitProblem, { instrument }: Case, mend: OrderDraft): string {
  switch (code) {
    case 'off-tick':
    case 'off-lot':
      return `Round to ${valueText(field, mend, instrument)}`;
    case 'above-notional-max':
      return lessLabel(mend, instrument);
    case 'crosses-post-only':
      return `Set the price to ${valueText('price', mend, instrument)}`;
    default:
      return 'Take the nearest order that fits';
  }
}

function valueText(field: FitProblem['field'], { terms, quantity }: OrderDraft, instrument: Instrument): string {
  if (field === 'price' && 'price' in terms) return stepped(terms.price, instrument.tick);
  if (field === 'activation' && 'activation' in terms) return stepped(terms.activation, instrument.tick);
  return stepped(quantity.amount, quantity.unit === 'quote' ? instrument.tick : instrument.lot);
}

function amountText({ quantity }: OrderDraft, instrument: Instrument): string {
  const { amount, unit } = quantity;
  return unit === 'base' ? baseText(amount, instrument) : `${stepped(amount, instrument.tick)} ${instrument.quote}`;
}

function wordsOf({ code, bound, field }: FitProblem, { draft, instrument }: Case): { cause: string; cure: string } {
  const limit = bound ?? Decimal.ZERO;
  const what = field === 'activation' ? 'trigger' : field;
  switch (code) {
    case 'halted':
      return { cause: `${instrument.symbol} is not traded now.`, cure: 'Wait until the exchange opens it again.' };
    case 'post-only-market':
      return {
        cause: 'This market takes only orders that wait.',
        cure: 'Use a limit order with “post only”.',
      };
    case 'post-only-ioc':
      return { cause: 'An order cannot both wait and take at once.', cure: 'Choose one of the two.' };
    case 'quote-not-offered':
      return {
        cause: `Only a market buy can be given in ${instrument.quote}.`,
        cure: `Give the amount in ${instrument.base}.`,
      };
    case 'zero':
      return { cause: `The ${what} must be above zero.`, cure: 'Give it.' };
    case 'off-tick':
      return { cause: `The ${what} is a multiple of ${limit.toString()}.`, cure: 'Round it.' };
    case 'off-lot':
      return { cause: `The amount is a multiple of ${limit.toString()}.`, cure: 'Round it.' };
    case 'below-quantity-min':
      return { cause: `At least ${baseText(limit, instrument)} are traded.`, cure: 'Make it larger.' };
    case 'below-notional-min':
      return { cause: `An order is worth at least ${quoteText(limit, instrument)}.`, cure: 'Make it larger.' };
    case 'above-notional-max':
      return { cause: `An order is worth at most ${quoteText(limit, instrument)}.`, cure: 'Make it smaller.' };
    case 'price-missing':
      return { cause: 'No price is told now.', cure: 'Wait for one, or use a limit order.' };
    case 'crosses-post-only': {
      const best = draft.side === 'buy' ? 'offer' : 'bid';
      return {
        cause: `It would trade at once: the best ${best} is ${priceText(limit, instrument)}.`,
        cure: 'Move the price away from it, or take “post only” off.',
      };
    }
    case 'activation-at-last':
      return { cause: 'The market stands exactly at the trigger.', cure: 'Set the trigger above or below it.' };
  }
}
