import { Decimal } from '../../src/core/decimal.ts';
import type { Listing, Market } from '../ports.ts';
import type { Answer, FieldErrors, Params } from './answer.ts';
import { invalid } from './answer.ts';
import { decimalOf, Faults, integerOf, present } from './parameters.ts';

/** What is wrong with an order before anybody looks at a balance, in the exchange's words. */

export type OrderForm = {
  readonly required: readonly ('market' | 'side' | 'amount' | 'price' | 'activation_price')[];
  /** A market buy names its amount in quote currency; its bounds are checked against the price by the engine. */
  readonly marketBuyInQuote: boolean;
};

export type CodedFaults = { readonly code: number; readonly errors: FieldErrors };

const TITLES = {
  market: 'Market',
  side: 'Side',
  amount: 'Amount',
  price: 'Price',
  activation_price: 'Activation price',
} as const;

const CLIENT_ORDER_ID = /^[A-Za-z0-9._-]{1,64}$/;
const MARKET_FORMAT = /^[A-Z0-9]+_[A-Z0-9]+$/;

/** Null where nothing is wrong. Groups of one code are reported together, the groups one after the other. */
export function orderFaults(market: Market, params: Params, form: OrderForm): CodedFaults | null {
  const missing = new Faults();
  // With a best-bid-or-offer role the exchange finds the price itself.
  const bbo = [1, 2].includes(integerOf(params.bboRole) ?? 0);
  for (const name of form.required)
    if (!present(params, name) && !(name === 'price' && bbo)) missing.add(name, `${TITLES[name]} field is required.`);
  if (missing.any) return { code: 30, errors: missing.errors };
  if (params.side !== 'buy' && params.side !== 'sell')
    return { code: 30, errors: { side: ["Side field should contain only 'buy' or 'sell' values."] } };
  const listing = findListing(market, params.market);
  if ('code' in listing) return listing;
  return (
    amountFaults(params, form, listing) ??
    priceFaults(params, listing) ??
    activationFaults(params) ??
    totalFaults(params, listing) ??
    clientOrderIdFaults(params) ??
    flagFaults(params)
  );
}

export function findListing(market: Market, value: unknown): Listing | CodedFaults {
  const fault = (message: string): CodedFaults => ({ code: 31, errors: { market: [message] } });
  if (typeof value !== 'string') return fault('Market field should be a string.');
  if (value === '') return fault('Market field should not be empty string.');
  if (!MARKET_FORMAT.test(value)) return fault('Market field format is invalid.');
  return market.listing(value) ?? fault('Market is not available.');
}

export function refused(faults: CodedFaults): Answer {
  return invalid(422, faults.code, faults.errors);
}

function amountFaults(params: Params, form: OrderForm, listing: Listing): CodedFaults | null {
  const faults = new Faults();
  const amount = decimalOf(params.amount);
  if (amount === null) faults.add('amount', 'Amount field should be numeric string or number.');
  else if (amount.sign() <= 0) faults.add('amount', 'Amount should be greater than 0.');
  else if (form.marketBuyInQuote && params.side === 'buy') {
    if (listing.minTotal.gt(amount))
      faults.add('amount', `Total amount should be no less than ${listing.minTotal} + trade fee`);
  } else {
    if (amount.lt(listing.minAmount)) faults.add('amount', `Given amount is less than min amount ${listing.minAmount}`);
    const step = Decimal.power(-listing.stockPrec);
    if (!amount.isMultipleOf(step))
      faults.add('amount', listing.stockPrec < 0 ? `Should be a multiple of ${step}.` : `Min amount step = ${step}`);
  }
  return faults.any ? { code: 32, errors: faults.errors } : null;
}

function priceFaults(params: Params, listing: Listing): CodedFaults | null {
  if (!present(params, 'price')) return null;
  const price = decimalOf(params.price);
  const step = Decimal.power(-listing.moneyPrec);
  const fault = (message: string): CodedFaults => ({ code: 33, errors: { price: [message] } });
  if (price === null) return fault('Price field should be numeric string or number.');
  if (price.sign() <= 0) return fault('Price should be greater than 0.');
  return price.isMultipleOf(step) ? null : fault(`Min price step = ${step}`);
}

function activationFaults(params: Params): CodedFaults | null {
  if (!present(params, 'activation_price')) return null;
  const price = decimalOf(params.activation_price);
  const fault = (message: string): CodedFaults => ({ code: 30, errors: { activation_price: [message] } });
  if (price === null) return fault('Activation price should be numeric string.');
  return price.sign() > 0 ? null : fault('Activation price should be greater than 0.');
}

function totalFaults(params: Params, listing: Listing): CodedFaults | null {
  const amount = decimalOf(params.amount);
  const price = decimalOf(params.price);
  if (amount === null || price === null || amount.mul(price).gte(listing.minTotal)) return null;
  return { code: 30, errors: { total: [`Total (amount * price) is less than ${listing.minTotal}`] } };
}

function clientOrderIdFaults(params: Params): CodedFaults | null {
  const id = params.clientOrderId ?? null;
  const fault = (message: string): CodedFaults => ({ code: 36, errors: { clientOrderId: [message] } });
  if (id === null) return null;
  if (typeof id !== 'string') return fault('ClientOrderId field should be a string.');
  return CLIENT_ORDER_ID.test(id)
    ? null
    : fault('ClientOrderId field should contain only latin letters, numbers and dashes.');
}

function flagFaults(params: Params): CodedFaults | null {
  if (params.ioc === true && params.postOnly === true)
    return { code: 37, errors: { ioc: ['Either IOC or PostOnly flag in true state is allowed.'] } };
  return null;
}
