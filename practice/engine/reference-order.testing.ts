import { Decimal } from '../../src/core/decimal.ts';
import type { Listing } from '../ports.ts';
import type { NewOrder, OrderChange } from './commands.ts';
import { PRICE_BAND_PERCENT } from './limits.ts';

/** Orders of the reference book, and what can be said of one without looking at the others. */

export type ReferenceOrder = {
  readonly id: number;
  readonly account: string;
  readonly form: NewOrder;
  readonly price: Decimal | null;
  readonly activation: Decimal | null;
  readonly makerFee: Decimal;
  readonly takerFee: Decimal;
  left: Decimal;
  bought: Decimal;
  activated: boolean;
  status: string;
  /** Whether it stands in the book, waits for its activation price, or neither. */
  where: 'book' | 'waiting' | 'nowhere';
};

export type ReferenceMarket = {
  listing: Listing;
  status: string;
  last: Decimal | null;
  /** Everything that is open, in the order it came. */
  orders: ReferenceOrder[];
  /** What rests, in the order it would trade: best price first, and whoever came later stands behind. */
  readonly queues: Readonly<Record<'buy' | 'sell', ReferenceOrder[]>>;
};

const ZERO = Decimal.ZERO;

export function spends({ type, side }: NewOrder): boolean {
  return side === 'buy' && (type === 'market' || type === 'stop market');
}

export function isReached(side: 'buy' | 'sell', activation: Decimal, last: Decimal | null): boolean {
  if (last === null) return false;
  return side === 'buy' ? last.gte(activation) : last.lte(activation);
}

/** The dearest price a buy may go to, or the cheapest of a sell, not yet rounded to a step. */
export function bandOf(centre: Decimal, side: 'buy' | 'sell', percent: number): Decimal {
  const share = Decimal.fromInteger(BigInt(side === 'buy' ? 100 + percent : 100 - percent), 2);
  return centre.mul(share);
}

export function isBeyond(price: Decimal, limit: Decimal, side: 'buy' | 'sell'): boolean {
  return side === 'buy' ? price.gt(limit) : price.lt(limit);
}

export function priceBand(centre: Decimal, side: 'buy' | 'sell'): Decimal {
  return bandOf(centre, side, PRICE_BAND_PERCENT);
}

/** Puts the order before the first one that is worse, so behind all that are better or came earlier. */
export function standInLine(queue: ReferenceOrder[], order: ReferenceOrder): void {
  const price = order.price ?? ZERO;
  const worse = queue.findIndex((other) =>
    isBeyond(other.price ?? ZERO, price, order.form.side === 'buy' ? 'sell' : 'buy'),
  );
  queue.splice(worse === -1 ? queue.length : worse, 0, order);
}

export function takeOut(list: ReferenceOrder[], order: ReferenceOrder): void {
  const index = list.indexOf(order);
  if (index !== -1) list.splice(index, 1);
}

export function heldTicker(listing: Listing, { form }: ReferenceOrder): string {
  return form.side === 'buy' ? listing.money : listing.stock;
}

/** What an open order holds back: a buy the money for what is left, a sell what is left. */
export function heldBy({ form, price, left }: ReferenceOrder): Decimal {
  return form.side === 'buy' && price !== null ? left.mul(price) : left;
}

export function changedForm({ form, left, price }: ReferenceOrder, change: OrderChange): NewOrder {
  const common = { amount: change.amount ?? change.total ?? left, stp: change.stp ?? form.stp };
  switch (form.type) {
    case 'limit':
      return { ...form, ...common, price: change.price ?? price, bboRole: null };
    case 'stop limit':
      return {
        ...form,
        ...common,
        price: change.price ?? price,
        bboRole: null,
        activationPrice: change.activationPrice ?? form.activationPrice,
      };
    case 'stop market':
      return { ...form, ...common, activationPrice: change.activationPrice ?? form.activationPrice };
    case 'market':
    case 'stock market':
      throw new Error('A market order is never open');
  }
}
