import { RATE_PLACES } from '../engine/limits.ts';
import { textOf } from '../engine/scale.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { AccountId, Asset, Market } from '../ports.ts';
import type { Call, Handlers } from './answer.ts';
import { invalid, json } from './answer.ts';
import { marketOf, refused } from './order-form.ts';
import { present } from './parameters.ts';

/** Account-wide defaults, percent. Futures rates are those of the documents' sample. */
const FEE = { taker: '0.1', maker: '0.1', futuresTaker: '0.055', futuresMaker: '0.01' } as const;

/** Ratios have six places; as percents (times a hundred) they have two fewer. */
const PERCENT_PLACES = RATE_PLACES - 2;

type Parts = { readonly market: Market; readonly exchange: Pick<DurableExchange, 'query'> };

export function feeHandlers(parts: Parts): Handlers {
  return {
    '/api/v4/main-account/fee': () => json(200, parts.market.assets().map(assetFee)),
    '/api/v4/market/fee': (call) =>
      json(200, {
        error: null,
        taker: FEE.taker,
        maker: FEE.maker,
        futures_taker: FEE.futuresTaker,
        futures_maker: FEE.futuresMaker,
        rpi_maker_fee_premium: null,
        futures_rpi_maker_fee_premium: null,
        // Every market's rates as this account pays them now, its own where it has some (inferred: sources show single
        // markets in here).
        custom_fee: Object.fromEntries(
          parts.market.listings().map(({ name }) => [name, ratesOf(parts, call.account.id, name)]),
        ),
      }),
    '/api/v4/market/fee/single': (call) => single(parts, call),
  };
}

function single(parts: Parts, { account, params }: Call) {
  if (!present(params, 'market')) return invalid(422, 30, { market: ['Market field is required.'] });
  const market = marketOf(parts.exchange.query, params.market);
  if ('code' in market) return refused(market);
  return json(200, { error: null, ...ratesOf(parts, account.id, market.spec.name) });
}

/** As the engine will use them for an order made now; in percent. */
function ratesOf({ exchange }: Parts, account: AccountId, market: string) {
  const { maker, taker } = exchange.query.rates(account, market) ?? { maker: 0n, taker: 0n };
  return { taker: textOf(taker, PERCENT_PLACES), maker: textOf(maker, PERCENT_PLACES) };
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
