/**
 * Refusals as data: the HTTP status, code, field and message WhiteBIT answers with. Wordings are the documented ones;
 * those marked inferred are printed by no source.
 */

export type Refused = {
  readonly ok: false;
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly errors: Readonly<Record<string, readonly string[]>>;
};

const VALIDATION = 'Validation failed';
const INNER = 'Inner validation failed';
/** "Inner" refusals when an order is created or cancelled: 400 by the declared wording of the statuses. */
const INNER_CODES: ReadonlySet<number> = new Set([2, 10, 11, 13]);
/** `order/modify` answers these with 400 and all others with 422, and calls all of them plain validation (documented). */
const MODIFY_400_CODES: ReadonlySet<number> = new Set([1, 2, 6, 20, 24, 101, 158]);
/** The same refusal has a number of its own on `order/modify`. */
const ACTIVATION_EQUAL = 'Activation price should not be equal to the last price';

export function refuse(code: number, field: string, ...messages: readonly string[]): Refused {
  const inner = INNER_CODES.has(code);
  return {
    ok: false,
    status: inner ? 400 : 422,
    code,
    message: inner ? INNER : VALIDATION,
    errors: { [field]: messages },
  };
}

export function forModify(refused: Refused): Refused {
  if (refused.errors.activationPrice?.[0] === ACTIVATION_EQUAL)
    return {
      ...refused,
      status: 400,
      code: 101,
      errors: { activation_price: [`${ACTIVATION_EQUAL}.`] },
    };
  return { ...refused, status: MODIFY_400_CODES.has(refused.code) ? 400 : 422, message: VALIDATION };
}

export const REFUSALS = {
  marketUnknown: refuse(31, 'market', 'Market is not available.'),
  marketHalted: refuse(51, 'price', 'Trading in the market is not allowed.'),
  /** A listing that has not opened takes post-only limit orders alone; HTTP 453 as documented. */
  typeUnavailable: { ...refuse(30, 'orderType', 'This order type is not available'), status: 453 },
  orderNotFound: refuse(2, 'orderId', 'Unexecuted order was not found.'),
  /** An item of `order/cancel/bulk`; the number is documented, the words are inferred. */
  bulkOrderNotFound: { ...refuse(2, 'orderId', 'Unexecuted order was not found.'), code: 404 },
  clientIdForm: refuse(
    36,
    'clientOrderId',
    'ClientOrderId field should contain only latin letters, numbers and dashes.',
  ),
  clientIdUsed: refuse(36, 'clientOrderId', 'This client order id is already used by the current account.'),
  postOnlyAndIoc: refuse(37, 'ioc', 'Either IOC or PostOnly flag in true state is allowed.'),
  /** Inferred wordings of two documented rules. */
  bboAndPostOnly: refuse(30, 'bboRole', 'BboRole cannot be combined with postOnly.'),
  bboQueueAndIoc: refuse(30, 'bboRole', 'IOC is allowed only with bboRole 2.'),
  /** Inferred: the side the role looks at is empty. */
  bboWithoutPrice: refuse(150, 'price', "Can't place limit order."),
  priceMissing: refuse(30, 'price', 'Price field is required.'),
  pricePositive: refuse(33, 'price', 'Price should be greater than 0.'),
  /** Inferred use: a price that cannot be counted in ticks. */
  priceTooLarge: refuse(161, 'price', 'Wrong order conditions'),
  activationPositive: refuse(30, 'activationPrice', 'Activation price should be greater than 0.'),
  activationEqual: refuse(30, 'activationPrice', ACTIVATION_EQUAL),
  activationHistory: refuse(30, 'activationPrice', 'Empty history'),
  postOnlyCrosses: refuse(13, 'postOnly', "This order couldn't be executed as a maker order and was canceled."),
  notEnough: refuse(10, 'amount', 'Not enough balance.'),
  /** Market orders say the same under the number of amount errors. */
  notEnoughMarket: refuse(32, 'amount', 'Not enough balance.'),
  amountTooSmall: refuse(11, 'amount', 'Amount too small.'),
  /** Inferred: worded like the documented limit of margin stop limit orders. */
  tooManyOpen: refuse(103, 'error', 'Max. limit of open orders have been reached.'),
  activationOfLimit: refuse(158, 'activation_price', "Activation price can't be set for a limit order."),
  priceOfStopMarket: refuse(159, 'price', "Limit price can't be set for stop market order."),
  totalOfOther: refuse(162, 'total', 'Total cannot be specified for this order type'),
  amountOfSpending: refuse(163, 'amount', 'Amount cannot be specified for this order type'),
  /** Inferred wordings: at least one change, and not two of the same. */
  nothingToModify: refuse(30, 'amount', 'At least one field to modify is required.'),
  amountAndTotal: refuse(30, 'amount', 'Either amount or total field is allowed.'),
  /** Money in or out with more places than the asset is counted in, or not above zero. */
  badAmount: refuse(1, 'amount', 'Invalid argument.'),
} as const satisfies Readonly<Record<string, Refused>>;
