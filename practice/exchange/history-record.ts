import type { DealEvent, OrderView } from '../engine/events.ts';
import type { MarketSpec } from '../engine/market-spec.ts';
import type { AccountId } from '../ports.ts';

/** Finished orders and deals as texts. The market's counting stands beside, because it never changes while a file lives. */

type Saved<T> = { readonly [K in keyof T]: T[K] extends bigint ? string : T[K] };
type SavedOrder = Saved<Omit<OrderView, 'account' | 'spec'>>;
type SavedDeal = Saved<Omit<DealEvent, 'account' | 'spec' | 'feeAsset'>>;

export function orderRecord({ account: _account, spec: _spec, ...order }: OrderView): string {
  return withTextBigints(order);
}

export function orderOfRecord(record: string, account: AccountId, spec: MarketSpec): OrderView {
  const saved = JSON.parse(record) as SavedOrder;
  return {
    ...saved,
    account,
    spec,
    amount: BigInt(saved.amount),
    makerRate: BigInt(saved.makerRate),
    takerRate: BigInt(saved.takerRate),
    left: BigInt(saved.left),
    dealStock: BigInt(saved.dealStock),
    dealMoney: BigInt(saved.dealMoney),
    dealFee: BigInt(saved.dealFee),
    frozen: BigInt(saved.frozen),
  };
}

export function dealRecord({ account: _account, spec: _spec, feeAsset: _feeAsset, ...deal }: DealEvent): string {
  return withTextBigints(deal);
}

export function dealOfRecord(record: string, account: AccountId, spec: MarketSpec): DealEvent {
  const saved = JSON.parse(record) as SavedDeal;
  return {
    ...saved,
    account,
    spec,
    lots: BigInt(saved.lots),
    money: BigInt(saved.money),
    fee: BigInt(saved.fee),
    // As the engine takes it: a buyer pays in base, a seller in quote.
    feeAsset: saved.side === 'buy' ? spec.base : spec.quote,
  };
}

function withTextBigints(value: object): string {
  return JSON.stringify(value, (_name, field: unknown) => (typeof field === 'bigint' ? String(field) : field));
}
