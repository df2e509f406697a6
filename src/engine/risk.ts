/** What the owner allows, and what only a person may say. The first refusal stands; each names its cure. */

import { Decimal } from '../core/decimal.ts';
import type { Instrument } from '../core/instrument.ts';
import type { OrderDraft } from '../core/order.ts';
import { isLive, limitPrice } from '../core/order.ts';
import { reservedOf, reserveOf } from './balances.ts';
import type { MarketNow } from './events.ts';
import type { Confirmation } from './limits.ts';
import { FILLS_MAX, PRICE_AGE_MAX_MS } from './limits.ts';
import { isSuspect } from './refusals.ts';
import type { Order } from './state.ts';
import { EXTERNAL } from './state.ts';
import type { Step } from './step.ts';

export type Case = {
  readonly instrument: Instrument;
  readonly draft: OrderDraft;
  readonly now: MarketNow | null;
  readonly confirmations: readonly Confirmation[];
  /** The order that this one takes the place of: it counts as gone. */
  readonly instead: Order | null;
};

/** True where the order may be placed; otherwise the step carries the refusal. */
export function isAllowed(step: Step, judged: Case): boolean {
  return (
    accountAllows(step, judged) &&
    marketAllows(step, judged) &&
    sizeAllows(step, judged) &&
    countAllows(step, judged) &&
    priceAllows(step, judged) &&
    fundsAllow(step, judged)
  );
}

/** A price that is too old to decide by is none. */
export function freshPrice(step: Step, now: MarketNow | null): MarketNow | null {
  return now !== null && now.asOfMs + PRICE_AGE_MAX_MS > step.atMs ? now : null;
}

function accountAllows(step: Step, { confirmations }: Case): boolean {
  const { halt, sync, stream } = step.state.machine;
  if (halt !== null) {
    step.refuse('halted', `Halted by ${halt.by}: ${halt.why}.`, 'Resume the connection first. Cancelling works.');
    return false;
  }
  if (!sync.reconciled) {
    step.refuse(
      'not-reconciled',
      'What the exchange holds has not been compared with our books since the start.',
      'It happens by itself as soon as the exchange answers.',
    );
    return false;
  }
  if (step.state.fills.size > 2 * FILLS_MAX) {
    step.refuse('too-much-unsettled', 'Too many trades wait to be compared.', 'Wait for the next comparison.');
    return false;
  }
  const missed = stream.state !== 'live' ? `Fills are not streaming: ${stream.why}.` : null;
  // Back again, but what happened meanwhile is not compared yet.
  const behind = (sync.asOfMs ?? 0) < stream.sinceMs ? 'What happened while the stream was away is being read.' : null;
  const cause = missed ?? behind;
  if (cause !== null && !confirmations.includes('without-stream')) {
    step.refuse('without-stream', cause, 'Confirm to place it all the same.', { confirm: 'without-stream' });
    return false;
  }
  return true;
}

function marketAllows(step: Step, { instrument }: Case): boolean {
  const { markets } = step.state.machine.limits;
  const { symbol } = instrument;
  if (markets !== null && !markets.includes(symbol)) {
    step.refuse('market-not-allowed', `${symbol} is not among the markets allowed here.`, 'Add it to the limits.');
    return false;
  }
  if (!isSuspect(step, symbol)) return true;
  const cause = `The exchange has just refused an order in ${symbol} by a rule that we did not know.`;
  step.refuse('rules-in-doubt', cause, 'The rules are being read again: try in a moment.');
  return false;
}

function sizeAllows(step: Step, { instrument, draft, now, confirmations }: Case): boolean {
  const { quote } = instrument;
  const value = worthOf(draft, freshPrice(step, now) ?? now);
  const limit = step.state.machine.limits.largestOrder.find(({ asset }) => asset === quote);
  if (limit === undefined) {
    if (confirmations.includes('no-limit-for-asset')) return true;
    const cure = 'Set a largest order for it, or confirm.';
    step.refuse('no-limit-for-asset', `No largest order is set for ${quote}.`, cure, { confirm: 'no-limit-for-asset' });
    return false;
  }
  if (value?.lte(limit.amount) === true) return true;
  const worth =
    value === null ? 'The order is worth an unknown amount' : `The order is worth ${value.toString()} ${quote}`;
  step.refuse(
    'too-large',
    `${worth}; at most ${limit.amount.toString()} ${quote} is allowed.`,
    'Make it smaller, or raise the limit on the page: Trade, Limits, “What this desk lets through”.',
  );
  return false;
}

/** In the quote asset, at the dearer of the order's own price and the market's. Null: nobody knows. */
function worthOf({ side, terms, quantity }: OrderDraft, now: MarketNow | null): Decimal | null {
  if (quantity.unit === 'quote') return quantity.amount;
  const own = terms.kind === 'stop-market' ? terms.activation : limitPrice(terms);
  const best = (side === 'buy' ? now?.ask : now?.bid) ?? now?.last ?? null;
  // A sell below the market trades at the market's price.
  const price = own === null ? best : side === 'sell' && best !== null ? Decimal.max(own, best) : own;
  return price === null ? null : quantity.amount.mul(price);
}

function countAllows(step: Step, { instrument, instead }: Case): boolean {
  const { openOrdersMax, openOrdersPerMarketMax } = step.state.machine.limits;
  let all = 0;
  let here = 0;
  for (const key of step.state.unsettled) {
    const order = step.order(key);
    if (order === undefined || order.owner === EXTERNAL || !isLive(order.status) || order.key === instead?.key)
      continue;
    all += 1;
    if (order.market === instrument.symbol) here += 1;
  }
  if (all < openOrdersMax && here < openOrdersPerMarketMax) return true;
  const where = all < openOrdersMax ? ` in ${instrument.symbol}` : '';
  const max = all < openOrdersMax ? openOrdersPerMarketMax : openOrdersMax;
  step.refuse(
    'too-many-open',
    `${max} orders are open${where}, as many as allowed.`,
    'Cancel one, or raise the limit on the page: Trade, Limits, “What this desk lets through”.',
  );
  return false;
}

function priceAllows(step: Step, judged: Case): boolean {
  const { draft, confirmations } = judged;
  const now = freshPrice(step, judged.now);
  const best = (draft.side === 'buy' ? now?.ask : now?.bid) ?? now?.last ?? null;
  if (best === null || best.sign() <= 0) {
    if (confirmations.includes('price-unknown')) return true;
    const cause = judged.now === null ? 'The market price is not known.' : 'The market price is too old.';
    step.refuse('price-unknown', cause, 'Confirm to place it all the same.', { confirm: 'price-unknown' });
    return false;
  }
  return distanceAllows(step, judged, best) && activationAllows(step, judged, now);
}

function distanceAllows(step: Step, { draft, confirmations }: Case, best: Decimal): boolean {
  const price = limitPrice(draft.terms);
  // A stop's own price is judged against where it comes alive.
  const against = draft.terms.kind === 'stop-limit' ? draft.terms.activation : best;
  if (price === null || against.sign() <= 0 || confirmations.includes('far-from-market')) return true;
  const { adverseRatioMax, passiveRatioMax } = step.state.machine.limits;
  const beyond = draft.side === 'buy' ? price.sub(against) : against.sub(price);
  const adverse = beyond.sign() > 0;
  const ratioMax = adverse ? adverseRatioMax : passiveRatioMax;
  if (ratioMax === null || beyond.abs().lte(against.mul(ratioMax))) return true;
  const percent = beyond.abs().mul(Decimal.power(2)).div(against, 2, 'half-up').toString();
  const cause = `The price is ${percent} % ${adverse ? 'beyond' : 'away from'} the market (${against.toString()}).`;
  step.refuse('far-from-market', cause, 'Change the price, or confirm it.', { confirm: 'far-from-market' });
  return false;
}

function activationAllows(step: Step, { draft, confirmations }: Case, now: MarketNow | null): boolean {
  const { terms, side } = draft;
  if (terms.kind !== 'stop-limit' && terms.kind !== 'stop-market') return true;
  const last = now?.last ?? null;
  const passed = last !== null && (side === 'buy' ? terms.activation.lte(last) : terms.activation.gte(last));
  if (!passed || confirmations.includes('activation-passed')) return true;
  const cause = `The market (${last.toString()}) has passed ${terms.activation.toString()}: the stop would act at once.`;
  step.refuse('activation-passed', cause, 'Change the activation price, or confirm it.', {
    confirm: 'activation-passed',
  });
  return false;
}

function fundsAllow(step: Step, { instrument, draft, now, instead }: Case): boolean {
  // The rest of a moved order was paid for when the move was asked for, and has been kept since.
  if (instead?.status.kind === 'closed') return true;
  const need = reserveOf(step, instrument, draft, now);
  if (need === null) {
    step.refuse('price-unknown', 'What the order would cost is not known.', 'Wait for a price, or use a limit order.');
    return false;
  }
  const balance = step.state.balances.get(need.asset);
  if (balance === undefined ? !step.state.machine.sync.balancesOpened : balance.asOfMs < 0) {
    step.refuse('balances-unknown', `The balance of ${need.asset} is not known.`, 'Wait until it was read.');
    return false;
  }
  const reserved = reservedOf(step.state, step.rules, need.asset);
  const free = (balance?.free ?? Decimal.ZERO).sub(reserved);
  const released = instead === null ? Decimal.ZERO : releasedBy(step, instrument, instead, need.asset, now);
  if (free.add(released).gte(need.amount)) return true;
  const cause = `It takes ${need.amount.toString()} ${need.asset}; ${free.toString()} is free.`;
  const isHeld = reserved.sign() > 0 || (balance?.locked.sign() ?? 0) > 0;
  step.refuse('not-enough', cause, enoughBy(need.asset, free, isHeld));
  return false;
}

/** Only what would help: with nothing free no order is small enough, with nothing held none can be cancelled. */
function enoughBy(asset: string, free: Decimal, isHeld: boolean): string {
  if (free.sign() > 0) return isHeld ? 'Make it smaller, or cancel another order.' : 'Make it smaller.';
  return isHeld ? `Cancel an order that holds ${asset}.` : `Buy or deposit ${asset} first.`;
}

/** What the order that is moved gives back. */
function releasedBy(step: Step, instrument: Instrument, order: Order, asset: string, now: MarketNow | null): Decimal {
  if (order.terms === null) return Decimal.ZERO;
  const left = order.quantity.amount.sub(order.quantity.unit === 'base' ? order.toldBase : order.filledQuote);
  if (left.sign() <= 0) return Decimal.ZERO;
  const rest = { side: order.side, terms: order.terms, quantity: { ...order.quantity, amount: left } };
  const reserve = reserveOf(step, instrument, rest, now);
  return reserve !== null && reserve.asset === asset ? reserve.amount : Decimal.ZERO;
}
