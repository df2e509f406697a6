import type { DealEvent } from './events.ts';
import type { Level } from './ladder.ts';
import { RATE_PLACES } from './limits.ts';
import { receive, spendFrozen, takeFee } from './money.ts';
import type { Order } from './order.ts';
import { powerOfTen } from './scale.ts';
import type { State } from './state.ts';
import { touchLevel } from './state.ts';

const RATE_ONE = powerOfTen(RATE_PLACES);

/**
 * Carries out one trade: `lots` at the price of the maker's level. The buyer pays money and gets base less its fee, the
 * seller pays base and gets money less its fee. Units are so small that both fees are exact; nothing is rounded.
 */
export function settle(state: State, taker: Order, maker: Order, level: Level, lots: bigint): void {
  const takerBuys = taker.side === 'buy';
  const buyer = takerBuys ? taker : maker;
  const seller = takerBuys ? maker : taker;
  const { spec } = taker.seat.market;
  const money = level.moneyPerLot * lots;
  const stock = spec.baseUnitsPerLot * lots;
  // Exact: a lot is a multiple of 10^RATE_PLACES base units, and its money of as many quote units (assetSpecs).
  const buyerFee = (stock / RATE_ONE) * (takerBuys ? buyer.takerRate : buyer.makerRate);
  const sellerFee = (money / RATE_ONE) * (takerBuys ? seller.makerRate : seller.takerRate);

  // An order with a price froze lots at that price: what the trade was cheaper goes back with it.
  const bought = buyer.priceTicks === 0 ? money : buyer.moneyPerLot * lots;
  spendFrozen(state, buyer.seat.quote, bought, money);
  spendFrozen(state, seller.seat.base, stock, stock);
  receive(state, buyer.seat.base, stock - buyerFee);
  receive(state, seller.seat.quote, money - sellerFee);
  takeFee(state, spec.base.ticker, buyerFee);
  takeFee(state, spec.quote.ticker, sellerFee);
  buyer.frozen -= bought;
  seller.frozen -= stock;

  progress(buyer, lots, money, buyerFee, state.nowUs);
  progress(seller, lots, money, sellerFee, state.nowUs);
  level.total -= lots;
  touchLevel(state, taker.seat.market, level);

  const id = state.nextDealId;
  state.nextDealId += 1;
  state.events.push(
    { kind: 'trade', id, atUs: state.nowUs, spec, ticks: level.ticks, lots, money, side: taker.side },
    dealOf(id, taker, maker, 'taker', level, lots, money, takerBuys ? buyerFee : sellerFee, state.nowUs),
    dealOf(id, maker, taker, 'maker', level, lots, money, takerBuys ? sellerFee : buyerFee, state.nowUs),
  );
}

function progress(order: Order, lots: bigint, money: bigint, fee: bigint, atUs: number): void {
  order.left -= order.amountInQuote ? money : lots;
  order.dealStock += lots;
  order.dealMoney += money;
  order.dealFee += fee;
  order.mtimeUs = atUs;
}

function dealOf(
  id: number,
  own: Order,
  other: Order,
  role: DealEvent['role'],
  level: Level,
  lots: bigint,
  money: bigint,
  fee: bigint,
  atUs: number,
): DealEvent {
  const { spec } = own.seat.market;
  return {
    kind: 'deal',
    id,
    atUs,
    account: own.seat.account,
    spec,
    orderId: own.id,
    clientOrderId: own.clientOrderId,
    dealOrderId: other.id,
    side: own.side,
    role,
    ticks: level.ticks,
    lots,
    money,
    fee,
    feeAsset: own.side === 'buy' ? spec.base : spec.quote,
  };
}
