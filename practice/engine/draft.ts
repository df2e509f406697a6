import type { BboRole, NewOrder } from './commands.ts';
import { CLIENT_ORDER_ID, OPEN_ORDERS_MAX, PRICE_BAND_PERCENT, RATE_PLACES, TICKS_MAX } from './limits.ts';
import type { Market } from './market.ts';
import { isTriggered, oppositeLadder, ownLadder, reaches } from './market.ts';
import { bandEdge, sweepCost } from './matching.ts';
import { payingBalance } from './money.ts';
import type { Order, OrderTerms, Side } from './order.ts';
import type { Refused } from './refusals.ts';
import { REFUSALS, refuse } from './refusals.ts';
import { powerOfTen, textOf, unitsOf } from './scale.ts';
import type { Seat } from './seat.ts';

/**
 * An order checked and counted in the market's units, before anything is changed. The checks run in a fixed order and
 * the first that fails is the answer; several messages of one field come together.
 */
export type Draft = Omit<OrderTerms, 'id' | 'ctimeUs'> & {
  readonly moneyPerLot: bigint;
  /** What to freeze of the paying balance. */
  readonly freeze: bigint;
  readonly activated: boolean;
};

/** `replaces`: the order that is cancelled when this one is made; its money, name and place count as free. */
export function draftOf(seat: Seat, form: NewOrder, replaces: Order | null): Draft | Refused {
  const { market } = seat;
  const closed = closedFor(market, form) ?? clientIdFault(seat, form, replaces);
  if (closed !== null) return closed;
  const amountInQuote = form.side === 'buy' && (form.type === 'market' || form.type === 'stop market');
  const amount = amountInQuote ? spendOf(seat, form) : lotsOf(market, form);
  if (typeof amount !== 'bigint') return amount;
  const flags = flagFault(form);
  if (flags !== null) return flags;
  const priceTicks = priceOf(market, form);
  if (typeof priceTicks !== 'number') return priceTicks;
  const wasActivated = replaces?.activated === true;
  const activationTicks = activationOf(market, form, wasActivated);
  if (typeof activationTicks !== 'number') return activationTicks;

  const moneyPerLot = BigInt(priceTicks) * market.spec.moneyPerTickLot;
  const isLimit = form.type === 'limit';
  const last = market.lastTicks;
  const draft: Omit<Draft, 'freeze'> = {
    clientOrderId: form.clientOrderId ?? '',
    side: form.side,
    type: form.type,
    stp: form.stp,
    postOnly: isLimit && form.postOnly,
    ioc: isLimit && form.ioc,
    amount,
    amountInQuote,
    priceTicks,
    activationTicks,
    makerRate: seat.rates?.maker ?? market.rules.makerRate,
    takerRate: seat.rates?.taker ?? market.rules.takerRate,
    moneyPerLot,
    activated:
      wasActivated || (activationTicks !== 0 && last !== null && isTriggered(form.side, activationTicks, last)),
  };
  const fault =
    totalFault(market, draft) ??
    bandFault(market, draft) ??
    (seat.open.size - (replaces === null ? 0 : 1) >= OPEN_ORDERS_MAX ? REFUSALS.tooManyOpen : null) ??
    (draft.postOnly && wouldTrade(market, draft) ? REFUSALS.postOnlyCrosses : null);
  return fault ?? funded(seat, draft, replaces);
}

function closedFor(market: Market, form: NewOrder): Refused | null {
  switch (market.status) {
    case 'open':
      return null;
    case 'post-only':
      return form.type === 'limit' && form.postOnly ? null : REFUSALS.typeUnavailable;
    case 'halted':
      return REFUSALS.marketHalted;
    case 'delisted':
      return REFUSALS.marketUnknown;
  }
}

function clientIdFault(seat: Seat, { clientOrderId }: NewOrder, replaces: Order | null): Refused | null {
  if (clientOrderId === null) return null;
  if (!CLIENT_ORDER_ID.test(clientOrderId)) return REFUSALS.clientIdForm;
  const holder = seat.byClientId.get(clientOrderId);
  return holder === undefined || holder === replaces ? null : REFUSALS.clientIdUsed;
}

function lotsOf({ spec, rules, bounds }: Market, { amount }: NewOrder): bigint | Refused {
  if (amount.sign() <= 0) return refuse(32, 'amount', 'Amount should be greater than 0.');
  const lots = unitsOf(amount, spec.lotScale);
  const onStep = lots !== null && (bounds.lotStep === 1n || lots % bounds.lotStep === 0n);
  if (onStep && lots >= bounds.minLots) return lots;
  const messages: string[] = [];
  if (amount.lt(rules.minAmount)) messages.push(`Given amount is less than min amount ${rules.minAmount}`);
  if (!onStep) {
    const step = textOf(bounds.lotStep, spec.lotScale);
    messages.push(rules.stockPrec < 0 ? `Should be a multiple of ${step}.` : `Min amount step = ${step}`);
  }
  return refuse(32, 'amount', ...messages);
}

/** Documented: what a market buy spends must be at least the minimum total and the fee on it. */
function spendOf({ market, rates }: Seat, { amount }: NewOrder): bigint | Refused {
  const { spec, rules, bounds } = market;
  if (amount.sign() <= 0) return refuse(32, 'amount', 'Amount should be greater than 0.');
  const units = unitsOf(amount, spec.quote.scale);
  const onStep = units !== null && units % bounds.spendStep === 0n;
  const one = powerOfTen(RATE_PLACES);
  const enough = units !== null && units * one >= bounds.minMoney * (one + (rates?.taker ?? rules.takerRate));
  if (onStep && enough) return units;
  const messages: string[] = [];
  if (units !== null && !enough) messages.push(`Total amount should be no less than ${rules.minTotal} + trade fee`);
  if (!onStep) messages.push(`Min total step = ${textOf(bounds.spendStep, spec.quote.scale)}`);
  return refuse(32, 'amount', ...messages);
}

/** 0 for an order without a price of its own. */
function priceOf(market: Market, form: NewOrder): number | Refused {
  if (form.type !== 'limit' && form.type !== 'stop limit') return 0;
  if (form.bboRole !== null) return bboPrice(market, form.side, form.bboRole);
  const { price } = form;
  const { spec, bounds } = market;
  if (price === null) return REFUSALS.priceMissing;
  if (price.sign() <= 0) return REFUSALS.pricePositive;
  const ticks = unitsOf(price, spec.tickScale);
  if (ticks === null || (bounds.tickStep !== 1 && ticks % BigInt(bounds.tickStep) !== 0n))
    return refuse(33, 'price', `Min price step = ${textOf(BigInt(bounds.tickStep), spec.tickScale)}`);
  return ticks > TICKS_MAX ? REFUSALS.priceTooLarge : Number(ticks);
}

/** Inferred: a given price is not looked at, and a stop limit takes the price of the moment it is made. */
function bboPrice(market: Market, side: Side, role: BboRole): number | Refused {
  const ladder = role === 1 ? ownLadder(market, side) : oppositeLadder(market, side);
  return ladder.top()?.ticks ?? REFUSALS.bboWithoutPrice;
}

/** 0 for an order that is no stop order. An activated one has its price behind it. */
function activationOf(market: Market, form: NewOrder, wasActivated: boolean): number | Refused {
  if (form.type !== 'stop limit' && form.type !== 'stop market') return 0;
  const { spec, bounds, lastTicks } = market;
  if (form.activationPrice.sign() <= 0) return REFUSALS.activationPositive;
  const ticks = unitsOf(form.activationPrice, spec.tickScale);
  if (ticks === null || ticks % BigInt(bounds.tickStep) !== 0n) {
    const step = textOf(BigInt(bounds.tickStep), spec.tickScale);
    return refuse(30, 'activationPrice', `Min activation price step = ${step}`);
  }
  if (ticks > TICKS_MAX) return REFUSALS.priceTooLarge;
  if (wasActivated) return Number(ticks);
  if (lastTicks === null) return REFUSALS.activationHistory;
  return Number(ticks) === lastTicks ? REFUSALS.activationEqual : Number(ticks);
}

function totalFault({ rules, bounds }: Market, draft: Omit<Draft, 'freeze'>): Refused | null {
  if (draft.priceTicks === 0) return null;
  const money = draft.moneyPerLot * draft.amount;
  if (money < bounds.minMoney) return refuse(30, 'total', `Total (amount * price) is less than ${rules.minTotal}`);
  // Inferred wording: no source prints what happens above the maximum.
  if (bounds.maxMoney !== 0n && money > bounds.maxMoney)
    return refuse(30, 'total', `Total (amount * price) is greater than ${rules.maxTotal}`);
  return null;
}

function flagFault(form: NewOrder): Refused | null {
  if (form.type !== 'limit') return null;
  if (form.postOnly && form.ioc) return REFUSALS.postOnlyAndIoc;
  if (form.postOnly && form.bboRole !== null) return REFUSALS.bboAndPostOnly;
  return form.ioc && form.bboRole === 1 ? REFUSALS.bboQueueAndIoc : null;
}

/** Inferred: the band lies around the last price; around the activation price for an order that waits for it. */
function bandFault({ spec, lastTicks }: Market, draft: Omit<Draft, 'freeze'>): Refused | null {
  const centre = draft.activationTicks !== 0 && !draft.activated ? draft.activationTicks : lastTicks;
  if (draft.priceTicks === 0 || centre === null) return null;
  const isBuy = draft.side === 'buy';
  const edge = isBuy ? bandEdge(centre, PRICE_BAND_PERCENT) : bandEdge(centre, -PRICE_BAND_PERCENT);
  if (isBuy ? draft.priceTicks <= edge : draft.priceTicks >= edge) return null;
  const relation = isBuy ? 'less than or equal to' : 'greater than or equal to';
  return refuse(250, 'price', `The Price should be ${relation} ${textOf(BigInt(edge), spec.tickScale)}`);
}

function wouldTrade(market: Market, { side, priceTicks }: Omit<Draft, 'freeze'>): boolean {
  const level = oppositeLadder(market, side).top();
  return level !== undefined && reaches(side, priceTicks, level.ticks);
}

/**
 * Inferred: everything an order can cost is frozen when it is made, a stop order's too. A buy with a price freezes price
 * times amount; one by quote freezes what it may spend; one by base what the book asks for it at this moment.
 */
function funded(seat: Seat, draft: Omit<Draft, 'freeze'>, replaces: Order | null): Draft | Refused {
  const { market } = seat;
  const isMarket = draft.priceTicks === 0;
  const paying = payingBalance({ seat, side: draft.side });
  const there = paying.available + (replaces?.frozen ?? 0n);
  let freeze: bigint;
  if (draft.side === 'sell') freeze = draft.amount * market.spec.baseUnitsPerLot;
  else if (draft.amountInQuote) freeze = draft.amount;
  else if (!isMarket) freeze = draft.moneyPerLot * draft.amount;
  else freeze = sweepCost(seat, draft);
  if (freeze > there) return isMarket ? REFUSALS.notEnoughMarket : REFUSALS.notEnough;
  if (draft.amountInQuote && (draft.activationTicks === 0 || draft.activated)) {
    const level = market.asks.top();
    if (level !== undefined && draft.amount < level.moneyPerLot * market.bounds.lotStep) return REFUSALS.amountTooSmall;
  }
  return { ...draft, freeze };
}
