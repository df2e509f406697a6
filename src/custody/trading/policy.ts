/**
 * What a key may be used for, decided from what custody itself has read and counted. Pure. The first check that fails
 * is the answer, and what no check knows is refused.
 *
 * An order of the market's choosing has no price, and so no bound on what it may cost; it leaves as an order with one,
 * at the edge of the band, and the exchange keeps it to that.
 */

import { Decimal } from '../../core/decimal.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { PlaceOrder } from '../../venues/trading.ts';
import type { PlaceRule, PolicyLimits } from '../trade-protocol.ts';

/** Levels of the book, best first, as custody read them. */
export type Levels = readonly { readonly price: Decimal; readonly quantity: Decimal }[];
export type Facts = {
  readonly limits: PolicyLimits;
  readonly instrument: Instrument | null;
  /** Null where there is none to be trusted: then nothing is placed. */
  readonly reference: Decimal | null;
  readonly asks: Levels;
  /** USDT for one of the quote asset. */
  readonly unitPrice: Decimal | null;
  /** In USDT. */
  readonly equity: Decimal | null;
  readonly used: { readonly adverse: Decimal; readonly turnover: Decimal };
  readonly open: { readonly market: number; readonly all: number };
  readonly lastMinute: number;
  /** Too thin to be traded, in words; empty where it is not. */
  readonly thin: string;
  /** Of the asset that the order adds to: how much of it there was (null: not known), and what was bought since in USDT. */
  readonly held: Decimal | null;
  readonly bought: Decimal;
};

export type Verdict =
  | {
      readonly ok: true;
      /** What leaves; the very order that was asked, or one in its place. */
      readonly sent: PlaceOrder;
      /** What its price is measured against: the reference, or the trigger of a stop that waits. */
      readonly fair: Decimal;
      /** In USDT. */
      readonly notional: Decimal;
      readonly adverse: Decimal;
    }
  | { readonly ok: false; readonly rule: PlaceRule; readonly why: string };

/** What everything is counted in, and what no limit is set on. */
export const UNIT = 'USDT';
const HUNDRED = Decimal.fromInteger(100n);
/** Places of a quotient that is only compared: far below a cent. */
const PLACES = 12;
/**
 * A stop is measured against its own trigger, so somebody who pushes a market to it for a moment buys below the price of
 * before. Farther away than this it is not taken.
 */
const ACTIVATION_BAND = Decimal.parse('0.3');
/** A buy "for 100 USDT" may pay this much more than the last level that it would reach, in case the book moves. */
const REACH_MARGIN = Decimal.parse('1.003');

export function evaluate(order: PlaceOrder, facts: Facts): Verdict {
  const { instrument, limits, reference, unitPrice, equity } = facts;
  const no = (rule: PlaceRule, why: string): Verdict => ({ ok: false, rule, why });
  if (!limits.markets.includes(order.market)) return no('market', `${order.market} is not enabled for this key`);
  if (instrument === null || instrument.kind !== 'spot' || (instrument.status ?? 'trading') === 'halted')
    return no('market', `${order.market} is not traded on the spot market now`);
  if (facts.thin !== '') return no('market', `${order.market} is too thin: ${facts.thin}`);
  if (reference === null)
    return no(
      'reference',
      `No price of ${order.market} can be relied on now: its book is torn, or far from its last trades`,
    );
  if (unitPrice === null) return no('value', `What ${instrument.quote} is worth is not known now`);
  const band = percent(limits.bandPercent);
  const fair = fairPrice(order, reference);
  if (fair === null) return no('price-band', 'The trigger is more than 30 % away from the market');
  const sent = priced(order, instrument, fair, band, facts.asks);
  const unfit = unfitness(sent, instrument);
  if (unfit !== null) return no('market-rules', unfit);
  const { price } = sent.terms as { readonly price: Decimal };
  const quantity = sent.quantity.amount;
  if (worseBy(sent, price, fair).gt(band))
    return no('price-band', `The price is more than ${limits.bandPercent} % beyond ${fair.toString()}`);
  const value = quantity.mul(Decimal.max(price, order.side === 'sell' ? fair : price)).mul(unitPrice);
  const adverse = value.mul(worseBy(sent, price, fair).add(instrument.takerFee)).round(PLACES, 'up');
  const notional = value.round(PLACES, 'up');
  if (equity === null) return no('value', 'What the account is worth is not known now');
  const largest = largestOrder(limits, equity);
  if (notional.gt(largest))
    return no('order-size', `Worth ${shown(notional)} USDT; at most ${shown(largest)} are allowed`);
  if (facts.open.market >= limits.openPerMarket)
    return no('open-orders', `${limits.openPerMarket} orders are open on ${order.market}`);
  if (facts.open.all >= limits.openOrders) return no('open-orders', `${limits.openOrders} orders are open`);
  if (facts.lastMinute >= limits.ordersPerMinute)
    return no('order-rate', `${limits.ordersPerMinute} orders were placed in the last minute`);
  const asset = cappedAsset(order, limits);
  if (asset !== null) {
    const unit = order.side === 'buy' ? reference.mul(unitPrice) : unitPrice;
    if (facts.held === null) return no('value', `How much ${asset} the account holds is not known now`);
    const most = equity.mul(percent(limits.assetPercent));
    if (facts.held.mul(unit).add(facts.bought).add(notional).gt(most))
      return no(
        'exposure',
        `More than ${limits.assetPercent} % of the account (${shown(most)} USDT) would be ${asset}`,
      );
  }
  const turnover = equity.mul(Decimal.parse(limits.turnover));
  if (facts.used.turnover.add(notional).gt(turnover))
    return no('turnover', `More than ${shown(turnover)} USDT would be turned over in 24 hours`);
  const budget = equity.mul(percent(limits.adversePercent));
  if (facts.used.adverse.add(adverse).gt(budget))
    return no('adverse', `Prices and fees could cost more than ${shown(budget)} USDT in 24 hours`);
  return { ok: true, sent, fair, notional, adverse };
}

/** In USDT. */
export function largestOrder(limits: PolicyLimits, equity: Decimal): Decimal {
  return Decimal.max(equity.mul(percent(limits.orderPercent)), Decimal.parse(limits.orderFloor));
}

export function assetBought({ market, side }: { readonly market: string; readonly side: string }): string {
  const [base = '', quote = ''] = market.split('_');
  return side === 'buy' ? base : quote;
}

/**
 * The asset that this order adds to and that has a limit; null where there is none. What a sale brings in is money, but
 * where it can also be bought on an enabled market: else coins beyond the limit would come by way of another coin.
 */
export function cappedAsset(order: Pick<PlaceOrder, 'market' | 'side'>, limits: PolicyLimits): string | null {
  if (percent(limits.assetPercent).gte(Decimal.ONE)) return null;
  const asset = assetBought(order);
  return asset !== UNIT && limits.markets.some((market) => market.startsWith(`${asset}_`)) ? asset : null;
}

/** Whether it gives coins away for money; all that passes where only that may. Nothing can be sold that is not there. */
export function isReducing({ market, side }: Pick<PlaceOrder, 'market' | 'side'>): boolean {
  return (side === 'sell') === !market.startsWith(`${UNIT}_`);
}

/** How much worse than `fair` this price is for us, as a ratio; zero where it is better. */
export function worseBy(order: Pick<PlaceOrder, 'side'>, price: Decimal, fair: Decimal): Decimal {
  const difference = order.side === 'buy' ? price.sub(fair) : fair.sub(price);
  return difference.sign() === 1 ? difference.div(fair, PLACES, 'up') : Decimal.ZERO;
}

/**
 * A stop that waits for the market to come to it is measured against its trigger, one that would go off at once
 * against the market. Null where the trigger is absurd.
 */
function fairPrice(order: PlaceOrder, reference: Decimal): Decimal | null {
  if (order.terms.kind === 'limit' || order.terms.kind === 'market') return reference;
  const { activation } = order.terms;
  if (activation.sub(reference).abs().gt(reference.mul(ACTIVATION_BAND))) return null;
  const waits = order.side === 'buy' ? activation.gt(reference) : activation.lt(reference);
  return waits ? activation : reference;
}

function priced(order: PlaceOrder, instrument: Instrument, fair: Decimal, band: Decimal, asks: Levels): PlaceOrder {
  const { terms, side } = order;
  if (terms.kind === 'limit' || terms.kind === 'stop-limit') return order;
  const { tick } = instrument;
  const far = side === 'buy' ? fair.mul(Decimal.ONE.add(band)) : fair.mul(Decimal.ONE.sub(band));
  // Rounded towards the market, so that it stays inside the band.
  let price = far.quantize(tick, side === 'buy' ? 'floor' : 'ceil');
  let { quantity } = order;
  if (quantity.unit === 'quote') {
    const reached = terms.kind === 'market' ? reach(asks, quantity.amount) : null;
    if (reached !== null) price = Decimal.min(price, reached.mul(REACH_MARGIN).quantize(tick, 'ceil'));
    // Rounded down: it never costs more than was asked.
    const base = price.sign() === 1 ? quantity.amount.div(price, PLACES, 'down') : Decimal.ZERO;
    quantity = { unit: 'base', amount: base.quantize(instrument.lot, 'down') };
  }
  const { activation } = terms as { readonly activation?: Decimal };
  return {
    ...order,
    quantity,
    terms:
      activation === undefined
        ? { kind: 'limit', price, postOnly: false, ioc: true }
        : { kind: 'stop-limit', price, activation },
  };
}

/** The price of the last level that so much money would reach; null where the book that was read does not hold it. */
function reach(asks: Levels, money: Decimal): Decimal | null {
  let left = money;
  for (const { price, quantity } of asks) {
    left = left.sub(price.mul(quantity));
    if (left.sign() !== 1) return price;
  }
  return null;
}

/** The market's own rules, in words; null where the order keeps to them. */
function unfitness(order: PlaceOrder, instrument: Instrument): string | null {
  const { terms } = order;
  const amount = order.quantity.amount;
  if ((terms.kind !== 'limit' && terms.kind !== 'stop-limit') || order.quantity.unit !== 'base')
    return 'It has no price';
  const { price } = terms;
  if (price.sign() !== 1 || !price.isMultipleOf(instrument.tick))
    return `Prices are multiples of ${instrument.tick.toString()}`;
  if (terms.kind === 'stop-limit' && !terms.activation.isMultipleOf(instrument.tick))
    return `Triggers are multiples of ${instrument.tick.toString()}`;
  if (!amount.isMultipleOf(instrument.lot)) return `Quantities are multiples of ${instrument.lot.toString()}`;
  if (amount.sign() !== 1 || amount.lt(instrument.quantityMin))
    return `At least ${instrument.quantityMin.toString()} are traded`;
  const value = amount.mul(price);
  if (value.lt(instrument.notionalMin)) return `An order is worth at least ${instrument.notionalMin.toString()}`;
  if (instrument.notionalMax !== null && value.gt(instrument.notionalMax))
    return `An order is worth at most ${instrument.notionalMax.toString()}`;
  return null;
}

function percent(text: string): Decimal {
  return Decimal.parse(text).div(HUNDRED, PLACES, 'down');
}

function shown(value: Decimal): string {
  return value.round(2, 'half-up').toString();
}
