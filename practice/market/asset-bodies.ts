import { Decimal } from '../../src/core/decimal.ts';
import type { Asset } from '../ports.ts';
import { ASSETS, type AssetListing } from './catalogue.ts';

type Body = Readonly<Record<string, unknown>>;

/** A bound of zero means there is none. */
const UNLIMITED = '0';
/** A deposit may be half as small as a withdrawal. */
const MIN_DEPOSIT_SHARE = Decimal.parse('0.5');

const listings = new Map(ASSETS.map((asset) => [asset.ticker, asset]));

/** What the catalogue knows of an asset; an asset from elsewhere is a plain coin. */
function detail(asset: Asset): AssetListing {
  return listings.get(asset.ticker) ?? { ...asset, kind: 'coin', memo: false, confirmations: {}, providers: [] };
}

const minDeposit = (asset: Asset): string => asset.minWithdraw.mul(MIN_DEPOSIT_SHARE).toString();

/** An entry of `/api/v4/public/assets`. Missing keys are part of the protocol: no networks where nothing moves. */
export function assetBody(asset: Asset): Body {
  const { kind, memo, confirmations, providers } = detail(asset);
  const networks = asset.networks;
  const bounds = (min: string): Body => Object.fromEntries(networks.map((network) => [network, { min }]));
  return {
    name: asset.title,
    unified_cryptoasset_id: asset.coinMarketCapId,
    can_withdraw: asset.canWithdraw,
    can_deposit: asset.canDeposit,
    min_withdraw: asset.minWithdraw.toString(),
    max_withdraw: UNLIMITED,
    maker_fee: '0.1',
    taker_fee: '0.1',
    min_deposit: minDeposit(asset),
    max_deposit: UNLIMITED,
    currency_precision: asset.precision,
    is_memo: memo,
    memo: { deposit: memo, withdraw: memo },
    ...(kind === 'coin' && networks.length > 0
      ? {
          networks: {
            ...(asset.canDeposit ? { deposits: networks } : {}),
            ...(asset.canWithdraw ? { withdraws: networks } : {}),
            default: networks[0],
          },
          limits: { deposit: bounds(minDeposit(asset)), withdraw: bounds(asset.minWithdraw.toString()) },
          confirmations,
        }
      : {}),
    ...(kind === 'fiat' ? { providers: { deposits: providers, withdraws: providers } } : {}),
  };
}

/** The body of `/api/v4/public/fee`: one entry a coin, one a network where there are several, providers for fiat. */
export function feeBody(assets: readonly Asset[]): Body {
  const entries = assets.flatMap((asset): [string, Body][] => {
    const { kind, networks, providers } = detail(asset);
    if (kind === 'fiat') return [[asset.ticker, fiatFee(asset, providers)]];
    if (networks.length < 2) return [[asset.ticker, coinFee(asset, asset.title)]];
    return networks.map((network) => [`${asset.ticker} (${network})`, coinFee(asset, `${asset.title} (${network})`)]);
  });
  return Object.fromEntries(entries);
}

const side = (min: string, fixed: string | null): Body => ({
  min_amount: min,
  max_amount: UNLIMITED,
  fixed,
  flex: null,
});

function coinFee(asset: Asset, name: string): Body {
  return {
    ticker: asset.ticker,
    name,
    providers: [],
    is_depositable: asset.canDeposit,
    is_withdrawal: asset.canWithdraw,
    is_api_depositable: asset.canDeposit,
    is_api_withdrawal: asset.canWithdraw,
    deposit: side(minDeposit(asset), null),
    withdraw: side(asset.minWithdraw.toString(), asset.withdrawFee.toString()),
  };
}

function fiatFee(asset: Asset, providers: readonly string[]): Body {
  const perProvider = (min: string, fixed: string | null): Body =>
    Object.fromEntries(providers.map((provider) => [provider, side(min, fixed)]));
  return {
    ticker: asset.ticker,
    name: asset.title,
    providers,
    is_api_depositable: asset.canDeposit,
    is_api_withdrawal: asset.canWithdraw,
    deposit: perProvider(minDeposit(asset), null),
    withdraw: perProvider(asset.minWithdraw.toString(), asset.withdrawFee.toString()),
  };
}
