import { z } from 'zod';
import { amountText, count, emptyList, id, marketName, positiveText, seconds, ticker } from './words.ts';

/** Wallets, transfers, codes, fees and tokens: `/api/v4/main-account/…`, `/trade-account/balance`, `/market/fee`, `/profile/…`. */

const mainBalance = z.strictObject({ main_balance: amountText });
export const mainBalances = z.record(ticker, mainBalance);
/** Asked for one ticker, the answer stands alone. */
export const mainBalanceOfOne = mainBalance;

const tradeBalance = z.strictObject({ available: amountText, freeze: amountText });
/** (Inferred: nobody has seen an account with nothing in it; both ways of printing that are taken.) */
export const tradeBalances = z.union([emptyList, z.record(ticker, tradeBalance)]);
export const tradeBalanceOfOne = tradeBalance;

/** Transfers and withdrawals answer 201 and nothing else. */
export const nothing = emptyList;

const partial = z.strictObject({
  requestAmount: amountText,
  processedAmount: amountText,
  processedFee: amountText,
  normalizeTransaction: z.string(),
});
const walletRecord = z.strictObject({
  address: z.string().nullable(),
  unique_id: z.string().nullable(),
  createdAt: seconds,
  currency: z.string().min(1),
  ticker,
  /** 1 deposit, 2 withdrawal. */
  method: z.union([z.literal(1), z.literal(2)]),
  amount: amountText,
  description: z.string().nullable(),
  memo: z.string(),
  fee: amountText,
  status: z.int().min(1).max(31),
  network: z.string().nullable(),
  transactionHash: z.string().nullable(),
  transaction_id: z.string().min(1),
  details: z.strictObject({ partial: partial.nullable() }),
  /** Only while it is waited for: a finished deposit has none. */
  confirmations: z.strictObject({ actual: count, required: count }).optional(),
});
const WALLET_RECORDS_MAX = 500;
export const walletHistory = z
  .strictObject({ limit: count, offset: count, total: count, records: z.array(walletRecord).max(WALLET_RECORDS_MAX) })
  .refine(
    ({ records }) => records.every(({ createdAt }, index) => createdAt <= (records[index - 1]?.createdAt ?? createdAt)),
    'records are not newest first',
  );

const requirements = z.strictObject({
  fixedFee: amountText,
  flexFee: z.strictObject({ maxFee: amountText, minFee: amountText, percent: amountText }),
  maxAmount: amountText,
  minAmount: amountText,
});
export const depositAddress = z.strictObject({
  account: z.strictObject({ address: z.string().min(1), memo: z.string().optional() }),
  required: requirements,
});
export const fiatDepositUrl = z.strictObject({ url: z.url() });

const codeText = z
  .string()
  .regex(/^WB[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}[A-Z0-9]+$/i, 'not a code');
const externalId = z.string().min(1);
export const codeCreated = z.strictObject({ code: codeText, message: z.string().min(1), external_id: externalId });
export const codeApplied = z.strictObject({
  message: z.string().min(1),
  ticker,
  amount: positiveText,
  external_id: externalId,
});
const codeRow = {
  code: codeText,
  date: seconds,
  status: z.enum(['New', 'Activated']),
  ticker,
  external_id: externalId,
};
const CODES_MAX = 100;
function codePage<Amount extends z.ZodType>(amount: Amount) {
  const data = z.array(z.strictObject({ ...codeRow, amount })).max(CODES_MAX);
  return z.strictObject({ total: count, data, limit: count, offset: count });
}
export const myCodes = codePage(positiveText);
/** Here amounts say which way they went. */
export const codeHistory = codePage(z.string().regex(/^[+-](0|[1-9]\d*)(\.\d*[1-9])?$/));

const feeSide = z.strictObject({
  minFlex: amountText,
  maxFlex: amountText,
  percentFlex: amountText,
  fixed: amountText,
  minAmount: amountText,
  maxAmount: amountText,
});
export const walletFees = z.array(
  z.strictObject({
    ticker,
    name: z.string().min(1),
    can_deposit: z.boolean(),
    can_withdraw: z.boolean(),
    deposit: feeSide,
    withdraw: feeSide,
  }),
);

/** Percent, all of them. */
export const tradingFees = z.strictObject({
  error: z.string().nullable(),
  taker: amountText,
  maker: amountText,
  futures_taker: amountText,
  futures_maker: amountText,
  rpi_maker_fee_premium: amountText.nullable(),
  futures_rpi_maker_fee_premium: amountText.nullable(),
  custom_fee: z.union([emptyList, z.record(marketName, z.strictObject({ taker: amountText, maker: amountText }))]),
});
export const tradingFeeOfOne = z.strictObject({ error: z.null(), taker: amountText, maker: amountText });

export const websocketToken = z.strictObject({ websocket_token: z.string().min(1) });
export const jwt = z.strictObject({ data: z.strictObject({ token: z.string().min(1), expires_at: seconds }) });

/** The collateral wallet can be looked at; nothing trades in it, so its lists stay empty. */
export const collateralBalances = z.union([emptyList, z.record(ticker, amountText)]);
export const collateralBalanceSummary = z.array(
  z.strictObject({
    asset: ticker,
    balance: amountText,
    borrow: amountText,
    availableWithoutBorrow: amountText,
    availableWithBorrow: amountText,
  }),
);
export const collateralSummary = z.strictObject({
  equity: amountText,
  margin: amountText,
  freeMargin: amountText,
  unrealizedFunding: amountText,
  pnl: amountText,
  leverage: z.int().positive(),
  marginFraction: amountText,
  maintenanceMarginFraction: amountText.optional(),
});
export const hedgeMode = z.strictObject({ hedgeMode: z.boolean() });
export const leverage = z.strictObject({ leverage: z.int().positive() });
export const noPositions = emptyList;
export const adlQuantiles = z.array(
  z.strictObject({
    market: marketName,
    long: z.int().min(0).max(4).nullable(),
    short: z.int().min(0).max(4).nullable(),
  }),
);
export const fundingHistory = z.strictObject({ records: emptyList, limit: count, offset: count });
export const conditionalOrders = z.strictObject({ limit: count, offset: count, total: count, records: emptyList });
export const convertHistory = z.strictObject({
  records: z.array(
    z.strictObject({
      id: z.union([id, z.string().min(1)]),
      date: seconds,
      give: amountText,
      receive: amountText,
      rate: amountText,
      path: z.array(z.strictObject({ from: ticker, to: ticker, rate: amountText })),
    }),
  ),
  total: count,
  limit: count,
  offset: count,
});
