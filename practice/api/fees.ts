import type { Asset, Market } from '../ports.ts';
import type { Call, Handlers } from './answer.ts';
import { invalid, json } from './answer.ts';
import { textOf } from './parameters.ts';

/** Account-wide defaults, percent. Futures rates are those of the documents' sample. */
const FEE = { taker: '0.1', maker: '0.1', futuresTaker: '0.055', futuresMaker: '0.01' } as const;

export function feeHandlers(market: Market): Handlers {
  return {
    '/api/v4/main-account/fee': () => json(200, market.assets().map(assetFee)),
    '/api/v4/market/fee': () =>
      json(200, {
        error: null,
        taker: FEE.taker,
        maker: FEE.maker,
        futures_taker: FEE.futuresTaker,
        futures_maker: FEE.futuresMaker,
        rpi_maker_fee_premium: null,
        futures_rpi_maker_fee_premium: null,
        // Every market's own rates: the practice exchange gives nobody a discount.
        custom_fee: Object.fromEntries(
          market.listings().map(({ name, takerFee, makerFee }) => [name, { taker: takerFee, maker: makerFee }]),
        ),
      }),
    '/api/v4/market/fee/single': (call) => single(market, call),
  };
}

function single(market: Market, { params }: Call) {
  const name = textOf(params, 'market');
  if (name === null) return invalid(422, 30, { market: ['Market field is required.'] });
  const listing = market.listing(name);
  if (listing === null) return invalid(422, 31, { market: ['Market is not available.'] });
  return json(200, { error: null, taker: listing.takerFee, maker: listing.makerFee });
}

function assetFee(asset: Asset) {
  const free = { minFlex: '0', maxFlex: '0', percentFlex: '0', fixed: '0', minAmount: '0', maxAmount: '0' };
  return {
    ticker: asset.ticker,
    name: asset.title,
    can_deposit: asset.canDeposit,
    can_withdraw: asset.canWithdraw,
    deposit: free,
    withdraw: { ...free, fixed: asset.withdrawFee.toString(), minAmount: asset.minWithdraw.toString() },
  };
}
