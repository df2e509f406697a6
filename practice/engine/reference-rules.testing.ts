import { Decimal } from '../../src/core/decimal.ts';
import type { NewOrder } from './commands.ts';
import { OPEN_ORDERS_MAX } from './limits.ts';
import type { ReferenceBook } from './reference-book.testing.ts';
import type { ReferenceMarket, ReferenceOrder } from './reference-order.testing.ts';
import { heldBy, isBeyond, isReached, priceBand, spends } from './reference-order.testing.ts';

/** The number of the refusal an order would get in the reference book, or null. */
export function refusalCode(
  book: ReferenceBook,
  account: string,
  form: NewOrder,
  replaces: ReferenceOrder | null,
): number | null {
  const market = book.markets.get(form.market);
  if (market === undefined || market.status === 'delisted') return 31;
  if (market.status === 'halted') return 51;
  if (market.status === 'post-only' && !(form.type === 'limit' && form.postOnly)) return 30;
  const own = market.orders.filter((order) => order.account === account && order !== replaces);
  if (form.clientOrderId !== null && own.some((order) => order.form.clientOrderId === form.clientOrderId)) return 36;
  const wasActivated = replaces?.activated === true;
  return (
    amountCode(book, account, form, market) ??
    flagCode(form) ??
    priceCode(book, form, market) ??
    activationCode(form, market, replaces) ??
    totalCode(book, form, market) ??
    bandCode(book, form, market, wasActivated) ??
    (own.length >= OPEN_ORDERS_MAX ? 103 : null) ??
    postOnlyCode(form, market) ??
    moneyCode(book, account, form, market, replaces)
  );
}

function amountCode(book: ReferenceBook, account: string, form: NewOrder, market: ReferenceMarket): number | null {
  const { minAmount, minTotal, stockPrec, moneyPrec } = market.listing;
  if (form.amount.sign() <= 0) return 32;
  if (!spends(form))
    return form.amount.lt(minAmount) || !form.amount.isMultipleOf(Decimal.power(-stockPrec)) ? 32 : null;
  const least = minTotal.add(minTotal.mul(book.ratesOf(account, market).taker));
  return form.amount.lt(least) || !form.amount.isMultipleOf(Decimal.power(-moneyPrec)) ? 32 : null;
}

function flagCode(form: NewOrder): number | null {
  if (form.type !== 'limit') return null;
  if (form.postOnly && form.ioc) return 37;
  return form.bboRole !== null && (form.postOnly || (form.ioc && form.bboRole === 1)) ? 30 : null;
}

function priceCode(book: ReferenceBook, form: NewOrder, market: ReferenceMarket): number | null {
  if (form.type !== 'limit' && form.type !== 'stop limit') return null;
  const price = book.priceOf(market, form);
  if (price === null) return form.bboRole === null ? 30 : 150;
  // A price out of the book is good, even where the steps have become coarser since.
  if (form.bboRole !== null) return null;
  return price.sign() > 0 && price.isMultipleOf(Decimal.power(-market.listing.moneyPrec)) ? null : 33;
}

function activationCode(
  form: NewOrder,
  { listing, last }: ReferenceMarket,
  replaces: ReferenceOrder | null,
): number | null {
  if (!('activationPrice' in form)) return null;
  const { activationPrice } = form;
  if (activationPrice.sign() <= 0 || !activationPrice.isMultipleOf(Decimal.power(-listing.moneyPrec))) return 30;
  if (replaces?.activated === true) return null;
  if (last === null) return 30;
  if (!last.eq(activationPrice)) return null;
  return replaces === null ? 30 : 101;
}

function totalCode(book: ReferenceBook, form: NewOrder, market: ReferenceMarket): number | null {
  const price = book.priceOf(market, form);
  if (price === null) return null;
  const total = price.mul(form.amount);
  const { minTotal, maxTotal } = market.listing;
  return total.lt(minTotal) || (!maxTotal.isZero() && total.gt(maxTotal)) ? 30 : null;
}

function bandCode(book: ReferenceBook, form: NewOrder, market: ReferenceMarket, wasActivated: boolean): number | null {
  const price = book.priceOf(market, form);
  const activation = 'activationPrice' in form ? form.activationPrice : null;
  const waits = activation !== null && !wasActivated && !isReached(form.side, activation, market.last);
  const centre = waits ? activation : market.last;
  if (price === null || centre === null) return null;
  return isBeyond(price, priceBand(centre, form.side), form.side) ? 250 : null;
}

function postOnlyCode(form: NewOrder, market: ReferenceMarket): number | null {
  if (form.type !== 'limit' || !form.postOnly || form.price === null) return null;
  const best = market.queues[form.side === 'buy' ? 'sell' : 'buy'][0]?.price ?? null;
  return best !== null && !isBeyond(best, form.price, form.side) ? 13 : null;
}

function moneyCode(
  book: ReferenceBook,
  account: string,
  form: NewOrder,
  market: ReferenceMarket,
  replaces: ReferenceOrder | null,
): number | null {
  const { stock, money, stockPrec } = market.listing;
  const price = book.priceOf(market, form);
  let cost = form.amount;
  if (form.side === 'buy' && price !== null) cost = price.mul(form.amount);
  else if (form.side === 'buy' && !spends(form)) cost = book.sweep(market, account, form);
  const free = book.available(account, form.side === 'buy' ? money : stock);
  if (cost.gt(replaces === null ? free : free.add(heldBy(replaces)))) return price === null ? 32 : 10;
  if (!spends(form)) return null;
  const waits = 'activationPrice' in form && !isReached(form.side, form.activationPrice, market.last);
  const best = market.queues.sell[0]?.price ?? null;
  return !waits && best !== null && form.amount.lt(best.mul(Decimal.power(-stockPrec))) ? 11 : null;
}
