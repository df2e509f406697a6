/** Every sentence an endpoint is known to refuse with, by code and field. */

/** Field `*`: any field; null: no field at all, the sentence is the message itself. */
export type Text = { readonly code: number; readonly field: string | null; readonly pattern: RegExp };

const rows = (code: number, byField: Readonly<Record<string, readonly RegExp[]>>): Text[] =>
  Object.entries(byField).flatMap(([field, patterns]) => patterns.map((pattern) => ({ code, field, pattern })));

const NUMBER = String.raw`-?\d+(\.\d+)?`;
const withNumber = (before: string, after = ''): RegExp => new RegExp(`^${before}${NUMBER}${after}$`);

const CLIENT_ORDER_ID: readonly RegExp[] = [
  /^ClientOrderId field should be a string\.$/,
  /^ClientOrderId field should contain only latin letters, numbers and dashes\.$/,
  /^This client order id is already used by the current account\.$/,
];

const MARKET: readonly RegExp[] = [
  /^Market is not available\.$/,
  /^Market field should not be empty string\.$/,
  /^Market field should be a string\.$/,
  /^Market field format is invalid\.$/,
];

const BAND: readonly RegExp[] = [
  /^The Price is out of bands$/,
  withNumber('The Price should be less than or equal to '),
  withNumber('The Price should be greater than or equal to '),
];

/** The exchange refuses these for certain, but no source has its words: the practice exchange's own are taken. */
const INFERRED: readonly Text[] = rows(30, {
  timeout: [/^Timeout should not be greater than 600\.$/, /^Timeout field should be an integer\.$/],
  total: [
    withNumber(String.raw`Total \(amount \* price\) is greater than `),
    /^Either amount or total field is allowed\.$/,
    /^Total field should be numeric string or number\.$/,
  ],
  amount: [/^At least one field to modify is required\.$/, /^Either amount or total field is allowed\.$/],
  stp: [/^Stp field should contain only no, cb, cn or co values\.$/],
  bboRole: [/^BboRole field should contain only 1 or 2 values\.$/, /^BboRole cannot be combined with postOnly\.$/],
  orders: [/^The orders must have at least 1 item\.$/, /^The orders may not have more than \d+ items\.$/],
  orderId: [/^Either orderId or clientOrderId field is allowed\.$/],
  status: [/^Status field should contain only [A-Za-z_, ]+\.$/],
  limit: [/^Limit field should be an integer\.$/, /^Limit should be at least \d+\.$/],
  offset: [
    /^Offset field should be an integer\.$/,
    /^Offset should be at least \d+\.$/,
    withNumber('Offset should not be greater than ', String.raw`\.`),
  ],
});

export const TRADE_TEXTS: readonly Text[] = [
  ...INFERRED,
  ...rows(1, { amount: [/^Invalid argument\.$/] }),
  ...rows(2, { orderId: [/^Unexecuted order was not found\.$/], order_id: [/^Unexecuted order was not found\.$/] }),
  ...rows(6, { orderId: [/^Unexecuted order was not found\.$/] }),
  ...rows(7, { orderId: [/^order not found\.$/] }),
  ...rows(10, { amount: [/^Not enough balance\.$/] }),
  ...rows(11, { amount: [/^Amount too small\.$/] }),
  ...rows(12, { amount: [/^The amount field value, that the API unable to process\.$/] }),
  ...rows(13, { postOnly: [/^This order couldn't be executed as a maker order and was canceled\.$/] }),
  ...rows(15, { error: [/^Please try again later\.$/] }),
  ...rows(16, { error: [/^Please try again later\.$/] }),
  ...rows(30, {
    // "Amount", "Activation price", "OrderId": the words of the page, not the names of the fields.
    '*': [/^[A-Z][A-Za-z]*( [a-z]+)* field is required\.$/, /^api\.validation\.dateTime\.maxRange$/],
    side: [/^Side field should contain only 'buy' or 'sell' values\.$/],
    total: [withNumber(String.raw`Total ?\(amount \* price\) is less than `)],
    activation_price: [
      /^Activation price should be numeric string\.$/,
      /^Activation price should not be equal to the last price$/,
      /^Activation price should be greater than 0\.$/,
      withNumber('Min activation price = '),
      withNumber('Min activation price step = '),
      /^Empty history$/,
    ],
    activationPrice: [
      /^Activation price should be numeric string\.$/,
      /^Activation price should not be equal to the last price$/,
      /^Activation price should be greater than 0\.$/,
      withNumber('Min activation price = '),
      withNumber('Min activation price step = '),
      /^Empty history$/,
    ],
    lastPrice: [/^internal error$/],
    orders: [/^The orders must be an array\.$/],
    orderId: [/^OrderId field should be an integer\.$/, /^Order was not found\.$/],
    market: [/^Market field format is invalid\.$/, /^Market is not available\.$/],
    type: [/^The type must be an array\.$/],
    orderHistory: [/^OrderHistory was not found\.$/],
    orderType: [/^This order type is not available$/],
    timeout: [/^Timeout field should be a string\.$/, /^Timeout should be at least 5\.$/],
    ticker: [/^Ticker field should be a string\.$/, /^Currency was not found\.$/],
    limit: [withNumber('Limit should not be greater than ', String.raw`\.`)],
  }),
  ...rows(31, { market: MARKET }),
  ...rows(32, {
    amount: [
      /^Amount field should be numeric string or number\.$/,
      withNumber('Given amount is less than min amount '),
      withNumber('Min amount step = '),
      /^Not enough balance\.$/,
      withNumber('Total amount should be no less than ', String.raw` \+ trade fee`),
      withNumber('Min total step = '),
      /^Amount should be greater than 0\.$/,
      withNumber('Should be a multiple of ', String.raw`\.`),
    ],
  }),
  ...rows(33, {
    price: [
      /^Price field should be numeric string or number\.$/,
      withNumber('Price field should be at least '),
      withNumber('Min price step = '),
      /^Price should be greater than 0\.$/,
    ],
  }),
  ...rows(35, { maker_fee: [/^Incorrect maker fee$/] }),
  ...rows(36, { clientOrderId: CLIENT_ORDER_ID }),
  ...rows(37, { ioc: [/^Either IOC or PostOnly flag in true state is allowed\.$/] }),
  ...rows(40, { postOnly: [/^Limit order is not post only$/], rpi: [/./] }),
  ...rows(41, { '*': [/^api\.tradeErrors\.flagsCantBeCombined\.rpiRetail$/] }),
  ...rows(42, { stp: [/^trading group does not match$/], retail: [/^api\.validation\.retail\.not_allowed$/] }),
  ...rows(43, { rpi: [/./] }),
  ...rows(51, { price: [/^Trading in the market is not allowed\.$/] }),
  ...rows(101, { activation_price: [/^Activation price should not be equal to the last price\.$/] }),
  ...rows(103, { error: [/^Max\. limit of margin stop limit orders have been reached\.$/] }),
  ...rows(150, { price: [/^Can't place limit order\.$/] }),
  ...rows(152, { error: [/^Not enough balance for stop limit order\.$/] }),
  ...rows(153, { price: [/^Not enough balance for limit order\.$/] }),
  ...rows(157, { amount: [/^Wrong order deal size\.$/] }),
  ...rows(158, { activation_price: [/^Activation price can't be set for a limit order\.$/] }),
  ...rows(159, { price: [/^Limit price can't be set for stop market order\.$/] }),
  ...rows(161, { price: [/^Wrong order conditions$/] }),
  ...rows(162, { total: [/cannot be specified for this order type$/] }),
  ...rows(163, { amount: [/cannot be specified for this order type$/] }),
  ...rows(250, { price: BAND }),
  ...rows(251, { stopLimitPrice: BAND }),
  ...rows(300, { request: [/^fee not found$/] }),
  ...rows(330, { request: [/^fee not found$/] }),
];

const REQUIRED = /^The [A-Za-z_ ]+ field is required\.$/;

export const MAIN_ACCOUNT_TEXTS: readonly Text[] = [
  ...rows(0, {
    '*': [REQUIRED, /^The selected [a-z]+ is invalid\.$/, /^The limit must be at least 1\.$/, /^validation\.string$/],
    unique_id: [/^The unique id has already been taken\.$/],
    uniqueId: [/^The unique id has already been taken\.$/],
    network: [/^Unsupported network$/, /^Cannot extract default network$/],
    ticker: [
      /^Unsupported network$/,
      /^Cannot extract default network$/,
      /^Currency is not depositable$/,
      /^Fiat currencies are unavailable for this action$/,
    ],
    offset: [/^Offset is too big\. Please use offset \+ limit less than 10000\.$/],
  }),
  { code: 0, field: null, pattern: /^Your account must be verified$/ },
  ...rows(1, { currency: [/^Withdraw from this currency is disabled$/] }),
  ...rows(2, { currency: [/^Deposit to this currency is disabled$/], address: [/^The address is invalid$/] }),
  ...rows(3, {
    amount: [new RegExp(`^You don't have such amount for transfer \\(available ${NUMBER}, in amount: ${NUMBER}\\)$`)],
  }),
  ...rows(5, { '*': [withNumber('Not enough money, [A-Za-z0-9 ]+ balance = ')] }),
  // Convert.
  ...rows(20, { convert: [/^quote expired$/] }),
  ...rows(24, { convert: [/^quote not found\.$/] }),
  ...rows(30, { '*': [REQUIRED, /^The selected [a-z]+ is invalid\.$/] }),
];
