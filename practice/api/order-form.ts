import type { Decimal } from '../../src/core/decimal.ts';
import type { BboRole, NewOrder } from '../engine/commands.ts';
import type { OrderType, Stp } from '../engine/order.ts';
import type { EngineQueries, MarketView } from '../engine/queries.ts';
import type { Answer, FieldErrors, Params } from './answer.ts';
import { invalid } from './answer.ts';
import { decimalOf, Faults, integerOf, present } from './parameters.ts';

/**
 * From the parameters of a call to an order the engine understands. Only their form is looked at here; steps, minimums,
 * bands and money are the engine's, which knows the market's rules of this moment.
 */

export type CodedFaults = { readonly code: number; readonly errors: FieldErrors };
export type MarketQuery = Pick<EngineQueries, 'market'>;

type Required = 'market' | 'side' | 'amount' | 'price' | 'activation_price';

/** In the order in which missing ones are told. */
const REQUIRED: Readonly<Record<OrderType, readonly Required[]>> = {
  limit: ['amount', 'market', 'price', 'side'],
  market: ['amount', 'market', 'side'],
  'stock market': ['amount', 'market', 'side'],
  'stop limit': ['activation_price', 'amount', 'market', 'price', 'side'],
  'stop market': ['activation_price', 'amount', 'market', 'side'],
};

const TITLES: Readonly<Record<Required, string>> = {
  market: 'Market',
  side: 'Side',
  amount: 'Amount',
  price: 'Price',
  activation_price: 'Activation price',
};

const MARKET_FORMAT = /^[A-Z0-9]+_[A-Z0-9]+$/;

/** The long words are of before July 2026; `false` is the default as the documents' schema spells it. */
const STP_WORDS: ReadonlyMap<unknown, Stp> = new Map<unknown, Stp>([
  ['no', 'no'],
  ['cb', 'cb'],
  ['cn', 'cn'],
  ['co', 'co'],
  ['cancel_both', 'cb'],
  ['cancel_new', 'cn'],
  ['cancel_old', 'co'],
  [false, 'no'],
]);

/** Faults of one code are reported together, the codes one after the other. */
export function newOrderOf(query: MarketQuery, params: Params, type: OrderType): NewOrder | CodedFaults {
  const missing = new Faults();
  // With a best-bid-or-offer role the exchange finds the price itself.
  const hasBbo = present(params, 'bboRole');
  for (const name of REQUIRED[type])
    if (!present(params, name) && !(name === 'price' && hasBbo))
      missing.add(name, `${TITLES[name]} field is required.`);
  if (missing.any) return { code: 30, errors: missing.errors };
  const { side } = params;
  if (side !== 'buy' && side !== 'sell')
    return fault(30, 'side', "Side field should contain only 'buy' or 'sell' values.");
  const market = marketOf(query, params.market);
  if ('code' in market) return market;

  const amount = decimalOf(params.amount);
  if (amount === null) return fault(32, 'amount', 'Amount field should be numeric string or number.');
  const price = optionalDecimal(params, 'price');
  if (price === undefined) return fault(33, 'price', 'Price field should be numeric string or number.');
  const activationPrice = optionalDecimal(params, 'activation_price');
  if (activationPrice === undefined) return fault(30, 'activation_price', 'Activation price should be numeric string.');
  const clientOrderId = params.clientOrderId ?? null;
  if (clientOrderId !== null && typeof clientOrderId !== 'string')
    return fault(36, 'clientOrderId', 'ClientOrderId field should be a string.');
  const bboRole = bboRoleOf(params);
  if (bboRole === undefined) return fault(30, 'bboRole', 'BboRole field should contain only 1 or 2 values.');
  const stp = stpOf(params);
  const flags = stp === undefined ? STP_FAULT : flagFaults(params);
  if (flags !== null || stp === undefined) return flags ?? STP_FAULT;
  const common = { market: market.spec.name, side, amount, clientOrderId, stp: stp ?? 'no' } as const;
  return orderOf(type, common, { price, activationPrice, bboRole }, params);
}

type Common = Pick<NewOrder, 'market' | 'side' | 'amount' | 'clientOrderId' | 'stp'>;
type Prices = {
  readonly price: Decimal | null;
  readonly activationPrice: Decimal | null;
  readonly bboRole: BboRole | null;
};

function orderOf(type: OrderType, common: Common, prices: Prices, params: Params): NewOrder | CodedFaults {
  const { price, activationPrice, bboRole } = prices;
  switch (type) {
    case 'limit':
      return { ...common, type, price, postOnly: params.postOnly === true, ioc: params.ioc === true, bboRole };
    case 'market':
    case 'stock market':
      return { ...common, type };
    case 'stop limit':
    case 'stop market':
      if (activationPrice === null) return fault(30, 'activation_price', 'Activation price field is required.');
      return type === 'stop limit'
        ? { ...common, type, price, activationPrice, bboRole }
        : { ...common, type, activationPrice };
  }
}

export function fault(code: number, field: string, message: string): CodedFaults {
  return { code, errors: { [field]: [message] } };
}

/** A market that is listed now. Delisted ones are gone, as they are from the list of markets. */
export function marketOf(query: MarketQuery, value: unknown): MarketView | CodedFaults {
  const known = everListed(query, value);
  return 'status' in known && known.status === 'delisted' ? fault(31, 'market', 'Market is not available.') : known;
}

/** Also one that has been delisted since: what happened on it stays in everybody's history (inferred). */
export function everListed(query: MarketQuery, value: unknown): MarketView | CodedFaults {
  if (typeof value !== 'string') return fault(31, 'market', 'Market field should be a string.');
  if (value === '') return fault(31, 'market', 'Market field should not be empty string.');
  // The common case first: this is asked for every order.
  const market = query.market(value);
  if (market !== null) return market;
  return fault(
    31,
    'market',
    MARKET_FORMAT.test(value) ? 'Market is not available.' : 'Market field format is invalid.',
  );
}

export function refused(faults: CodedFaults): Answer {
  return invalid(422, faults.code, faults.errors);
}

/** Null where it is not given, undefined where it is no number. */
export function optionalDecimal(params: Params, name: string): Decimal | null | undefined {
  return present(params, name) ? (decimalOf(params[name]) ?? undefined) : null;
}

/** Null where it is not given, undefined where it is no mode. */
export function stpOf(params: Params): Stp | null | undefined {
  return present(params, 'stp') ? STP_WORDS.get(params.stp) : null;
}

/** Inferred wording. */
export const STP_FAULT: CodedFaults = fault(30, 'stp', 'Stp field should contain only no, cb, cn or co values.');

function bboRoleOf(params: Params): BboRole | null | undefined {
  if (!present(params, 'bboRole')) return null;
  const role = integerOf(params.bboRole);
  return role === 1 || role === 2 ? role : undefined;
}

/** Codes 40 to 43 are documented, of their words only those of 41 and 42; the others are inferred after them. */
function flagFaults(params: Params): CodedFaults | null {
  for (const name of ['postOnly', 'ioc', 'rpi', 'retail'])
    if (present(params, name) && typeof params[name] !== 'boolean')
      return fault(30, name, `${name.charAt(0).toUpperCase()}${name.slice(1)} field should be a boolean.`);
  const { rpi, retail, ioc, postOnly } = params;
  if (rpi === true && ioc === true) return fault(40, 'rpi', 'api.tradeErrors.flagsCantBeCombined.rpiIoc');
  if (rpi === true && postOnly === true) return fault(30, 'rpi', 'api.tradeErrors.flagsCantBeCombined.rpiPostOnly');
  if (rpi === true && retail === true) return fault(41, 'rpi', 'api.tradeErrors.flagsCantBeCombined.rpiRetail');
  // No account of the practice exchange has either flag.
  if (retail === true) return fault(42, 'retail', 'api.validation.retail.not_allowed');
  return rpi === true ? fault(43, 'rpi', 'api.validation.rpi.not_allowed') : null;
}
