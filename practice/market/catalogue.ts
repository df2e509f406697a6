import { Decimal } from '../../src/core/decimal.ts';
import type { Asset, Listing } from '../ports.ts';
import type { FactorModel } from './factor.ts';

/** What moves prices. Every market is a weighted sum of these, so that pairs hang together without arbitrage. */
export type FactorName =
  | 'BTC'
  | 'ETH'
  | 'SOL'
  | 'XRP'
  | 'ADA'
  | 'DOGE'
  | 'LTC'
  | 'LINK'
  | 'WBT'
  | 'PEPE'
  | 'SHIB'
  | 'EUR'
  | 'USDC'
  | 'ETH_BTC-noise'
  | 'BTC_EUR-noise'
  | 'DBTC-noise';

/** An alternative coin moves with bitcoin (its beta, below) and by itself (the volatility here). */
export const FACTORS: Readonly<Record<FactorName, FactorModel>> = {
  BTC: { annualVolatility: 0.52, reversion: 0.0012 },
  ETH: { annualVolatility: 0.4, reversion: 0.0015 },
  SOL: { annualVolatility: 0.6, reversion: 0.0015 },
  XRP: { annualVolatility: 0.6, reversion: 0.0015 },
  ADA: { annualVolatility: 0.58, reversion: 0.0015 },
  DOGE: { annualVolatility: 0.68, reversion: 0.0015 },
  LTC: { annualVolatility: 0.45, reversion: 0.002 },
  LINK: { annualVolatility: 0.55, reversion: 0.0015 },
  WBT: { annualVolatility: 0.35, reversion: 0.002 },
  PEPE: { annualVolatility: 0.95, reversion: 0.002 },
  SHIB: { annualVolatility: 0.7, reversion: 0.0018 },
  EUR: { annualVolatility: 0.07, reversion: 0.003 },
  // A peg is pulled back at once and hardly leaves it.
  USDC: { annualVolatility: 0.006, reversion: 0.5 },
  // Noise between markets that arbitrage keeps apart by a few hundredths of a per cent.
  'ETH_BTC-noise': { annualVolatility: 0.003, reversion: 0.9 },
  'BTC_EUR-noise': { annualVolatility: 0.003, reversion: 0.9 },
  'DBTC-noise': { annualVolatility: 0.005, reversion: 0.9 },
};

/** Prices of the anchor day (2026-01-01), in dollars. */
const REFERENCE = {
  BTC: 87_500,
  ETH: 2_970,
  SOL: 125,
  XRP: 1.84,
  ADA: 0.333,
  DOGE: 0.117,
  LTC: 77,
  LINK: 12.2,
  WBT: 56,
  PEPE: 0.00000402,
  SHIB: 0.00000688,
  EUR: 1.174,
} as const;

/** A listing and the model behind it. */
export type MarketModel = {
  readonly listing: Listing;
  readonly referencePrice: number;
  readonly terms: readonly { readonly factor: FactorName; readonly weight: number }[];
  /** Turnover of an ordinary day, in quote currency. */
  readonly dayTurnover: number;
  /** Decimals of the quote volume in candles, so few that a month still counts exactly in a double (2^53). */
  readonly turnoverPrec: number;
  /** Share of minutes in which nobody trades, and of seconds of a traded minute in which somebody does. */
  readonly silentMinutes: number;
  readonly busySeconds: number;
  /** Between best bid and best ask, in hundredths of a per cent of the price. */
  readonly spreadBps: number;
};

type Row = {
  readonly name: string;
  readonly price: number;
  readonly terms: MarketModel['terms'];
  /** stockPrec and moneyPrec. */
  readonly precs: readonly [number, number];
  readonly minAmount: string;
  readonly minTotal: string;
  readonly turnover: number;
  readonly silent?: number;
  readonly busy: number;
  readonly spreadBps: number;
  readonly isCollateral?: boolean;
  readonly feePercent?: string;
};

const BTC_ALONE = [{ factor: 'BTC', weight: 1 }] as const;
const alternative = (factor: FactorName, beta: number): MarketModel['terms'] => [
  { factor, weight: 1 },
  { factor: 'BTC', weight: beta },
];
const ETH_BETA = 1.08;

const ROWS: readonly Row[] = [
  {
    name: 'BTC_USDT',
    price: REFERENCE.BTC,
    terms: BTC_ALONE,
    precs: [6, 2],
    minAmount: '0.00001',
    minTotal: '5',
    turnover: 410e6,
    busy: 0.92,
    spreadBps: 0.4,
    isCollateral: true,
  },
  {
    name: 'ETH_USDT',
    price: REFERENCE.ETH,
    terms: alternative('ETH', ETH_BETA),
    precs: [5, 2],
    minAmount: '0.0005',
    minTotal: '5',
    turnover: 260e6,
    busy: 0.85,
    spreadBps: 0.6,
    isCollateral: true,
  },
  {
    name: 'ETH_BTC',
    price: REFERENCE.ETH / REFERENCE.BTC,
    precs: [4, 6],
    terms: [
      { factor: 'ETH', weight: 1 },
      { factor: 'BTC', weight: ETH_BETA - 1 },
      { factor: 'ETH_BTC-noise', weight: 1 },
    ],
    minAmount: '0.001',
    minTotal: '0.0001',
    turnover: 320,
    busy: 0.6,
    spreadBps: 1.5,
    isCollateral: true,
  },
  {
    name: 'SOL_USDT',
    price: REFERENCE.SOL,
    terms: alternative('SOL', 1.15),
    precs: [3, 3],
    minAmount: '0.01',
    minTotal: '5',
    turnover: 95e6,
    busy: 0.65,
    spreadBps: 1,
    isCollateral: true,
  },
  {
    name: 'XRP_USDT',
    price: REFERENCE.XRP,
    terms: alternative('XRP', 0.9),
    precs: [2, 5],
    minAmount: '1',
    minTotal: '5',
    turnover: 88e6,
    busy: 0.65,
    spreadBps: 1,
    isCollateral: true,
  },
  {
    name: 'ADA_USDT',
    price: REFERENCE.ADA,
    terms: alternative('ADA', 1.05),
    precs: [1, 6],
    minAmount: '5',
    minTotal: '5',
    turnover: 24e6,
    busy: 0.45,
    spreadBps: 2,
    isCollateral: true,
  },
  {
    name: 'DOGE_USDT',
    price: REFERENCE.DOGE,
    terms: alternative('DOGE', 1.1),
    precs: [0, 7],
    minAmount: '10',
    minTotal: '5',
    turnover: 41e6,
    busy: 0.5,
    spreadBps: 2,
    isCollateral: true,
  },
  {
    name: 'LTC_USDT',
    price: REFERENCE.LTC,
    terms: alternative('LTC', 0.85),
    precs: [4, 2],
    minAmount: '0.01',
    minTotal: '5',
    turnover: 14e6,
    silent: 0.01,
    busy: 0.35,
    spreadBps: 2.5,
    isCollateral: true,
  },
  {
    name: 'LINK_USDT',
    price: REFERENCE.LINK,
    terms: alternative('LINK', 1.1),
    precs: [2, 4],
    minAmount: '0.1',
    minTotal: '5',
    turnover: 11e6,
    silent: 0.02,
    busy: 0.3,
    spreadBps: 3,
  },
  {
    name: 'WBT_USDT',
    price: REFERENCE.WBT,
    terms: alternative('WBT', 0.4),
    precs: [3, 4],
    minAmount: '0.05',
    minTotal: '5',
    turnover: 32e6,
    busy: 0.4,
    spreadBps: 1.5,
  },
  {
    name: 'BTC_EUR',
    price: REFERENCE.BTC / REFERENCE.EUR,
    precs: [6, 2],
    terms: [
      { factor: 'BTC', weight: 1 },
      { factor: 'EUR', weight: -1 },
      { factor: 'BTC_EUR-noise', weight: 1 },
    ],
    minAmount: '0.00001',
    minTotal: '5',
    turnover: 9e6,
    silent: 0.01,
    busy: 0.3,
    spreadBps: 3,
  },
  {
    // A negative stockPrec: the amount is a multiple of 1000. Lives on some real markets, and breaks careless clients.
    name: 'PEPE_USDT',
    price: REFERENCE.PEPE,
    terms: alternative('PEPE', 1.3),
    precs: [-3, 10],
    minAmount: '1000',
    minTotal: '5',
    turnover: 7e6,
    silent: 0.03,
    busy: 0.3,
    spreadBps: 5,
  },
  {
    name: 'SHIB_USDT',
    price: REFERENCE.SHIB,
    terms: alternative('SHIB', 1.15),
    precs: [0, 10],
    minAmount: '1000',
    minTotal: '5',
    turnover: 4e6,
    silent: 0.06,
    busy: 0.22,
    spreadBps: 5,
  },
  {
    name: 'DBTC_DUSDT',
    price: REFERENCE.BTC,
    precs: [6, 2],
    terms: [...BTC_ALONE, { factor: 'DBTC-noise', weight: 1 }],
    minAmount: '0.00001',
    minTotal: '5',
    turnover: 60_000,
    silent: 0.1,
    busy: 0.1,
    spreadBps: 6,
  },
  {
    name: 'USDC_USDT',
    price: 1,
    terms: [{ factor: 'USDC', weight: 1 }],
    precs: [2, 4],
    minAmount: '1',
    minTotal: '5',
    turnover: 52e6,
    busy: 0.35,
    spreadBps: 1,
    feePercent: '0.05',
  },
];

export const MARKETS: readonly MarketModel[] = ROWS.map((row) => {
  const [stock = '', money = ''] = row.name.split('_');
  const fee = row.feePercent ?? '0.1';
  return {
    listing: {
      name: row.name,
      stock,
      money,
      stockPrec: row.precs[0],
      moneyPrec: row.precs[1],
      feePrec: 4,
      makerFee: fee,
      takerFee: fee,
      minAmount: Decimal.parse(row.minAmount),
      minTotal: Decimal.parse(row.minTotal),
      maxTotal: Decimal.parse('10000000'),
      isCollateral: row.isCollateral ?? false,
    },
    referencePrice: row.price,
    terms: row.terms,
    dayTurnover: row.turnover,
    turnoverPrec: money === 'BTC' ? 8 : 4,
    silentMinutes: row.silent ?? 0,
    busySeconds: row.busy,
    spreadBps: row.spreadBps,
  };
});

/** What the public lists say of an asset beyond the seam's `Asset`. */
export type AssetListing = Asset & {
  readonly kind: 'coin' | 'fiat' | 'demo';
  /** Deposits and withdrawals carry a memo (destination tag). */
  readonly memo: boolean;
  readonly confirmations: Readonly<Record<string, number>>;
  /** Payment providers of fiat. */
  readonly providers: readonly string[];
};

type AssetRow = readonly [
  ticker: string,
  title: string,
  precision: number,
  networks: Readonly<Record<string, number>>,
  withdrawFee: string,
  minWithdraw: string,
  coinMarketCapId: number,
];

/** Network → confirmations until a deposit counts. */
const COINS: readonly AssetRow[] = [
  ['BTC', 'Bitcoin', 8, { BTC: 2 }, '0.0002', '0.0005', 1],
  ['ETH', 'Ethereum', 8, { ERC20: 32, ARBITRUM: 60, BASE: 60 }, '0.0008', '0.002', 1027],
  ['USDT', 'Tether US', 6, { ERC20: 32, TRC20: 19, BEP20: 15, SOL: 30 }, '1', '5', 825],
  ['USDC', 'USD Coin', 6, { ERC20: 32, SOL: 30, BASE: 60 }, '1', '5', 3408],
  ['SOL', 'Solana', 8, { SOL: 30 }, '0.005', '0.02', 5426],
  ['XRP', 'XRP', 6, { XRP: 1 }, '0.2', '10', 52],
  ['ADA', 'Cardano', 6, { ADA: 15 }, '1', '5', 2010],
  ['DOGE', 'Dogecoin', 8, { DOGE: 6 }, '4', '20', 74],
  ['LTC', 'Litecoin', 8, { LTC: 6 }, '0.001', '0.01', 2],
  ['LINK', 'Chainlink', 8, { ERC20: 32 }, '0.35', '1', 1975],
  ['WBT', 'WhiteBIT Coin', 8, { WBT: 12, ERC20: 32 }, '0.05', '0.2', 19624],
  ['PEPE', 'Pepe', 8, { ERC20: 32 }, '350000', '1000000', 24478],
  ['SHIB', 'Shiba Inu', 8, { ERC20: 32 }, '120000', '400000', 5994],
];

const coin = ([ticker, title, precision, confirmations, fee, minimum, id]: AssetRow): AssetListing => ({
  ticker,
  title,
  precision,
  networks: Object.keys(confirmations),
  canDeposit: true,
  canWithdraw: true,
  withdrawFee: Decimal.parse(fee),
  minWithdraw: Decimal.parse(minimum),
  coinMarketCapId: id,
  kind: 'coin',
  memo: ticker === 'XRP',
  confirmations,
  providers: [],
});

/** The demo pair has no chain behind it: claimed by code, never deposited or withdrawn. */
const demo = (ticker: string, title: string, precision: number): AssetListing => ({
  ...coin([ticker, title, precision, {}, '0', '0', 0]),
  canDeposit: false,
  canWithdraw: false,
  kind: 'demo',
});

export const ASSETS: readonly AssetListing[] = [
  ...COINS.map(coin),
  { ...coin(['EUR', 'Euro', 2, {}, '2', '10', 2790]), kind: 'fiat', providers: ['SEPA'] },
  demo('DBTC', 'Demo Bitcoin', 8),
  demo('DUSDT', 'Demo Tether', 6),
];
