/** Orders and deals as the exchange tells them, from whichever list or frame: every amount a text without trailing zeros. */

export type Told = Readonly<Record<string, unknown>>;

export type ToldOrder = {
  readonly id: number;
  readonly clientId: string;
  readonly market: string;
  readonly side: 'buy' | 'sell';
  readonly type: string;
  /** '0' for an order at the market's price. */
  readonly price: string;
  readonly amount: string;
  readonly dealStock: string;
  readonly dealMoney: string;
  readonly dealFee: string;
  readonly status: string;
  /** Null in the history, which does not tell it. */
  readonly left: string | null;
};

export type ToldDeal = {
  readonly id: number;
  readonly orderId: number;
  readonly market: string;
  readonly side: 'buy' | 'sell';
  readonly price: string;
  readonly amount: string;
  readonly fee: string;
  readonly feeTicker: string;
};

const SIDES: ReadonlyMap<unknown, 'buy' | 'sell'> = new Map<unknown, 'buy' | 'sell'>([
  ['buy', 'buy'],
  ['sell', 'sell'],
  [1, 'sell'],
  [2, 'buy'],
]);
const TYPES: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [1, 'limit'],
  [2, 'market'],
  [202, 'stock market'],
  [3, 'stop limit'],
  [4, 'stop market'],
]);

export function isOver({ status }: ToldOrder): boolean {
  return status !== 'OPEN' && status !== 'PARTIALLY_FILLED';
}

/** An order of `order/*`, `orders` or the history; the last has the market as the key it stands under. */
export function orderOf(body: unknown, market: string | null = null): ToldOrder {
  const told = body as Told;
  return {
    id: Number(told.orderId ?? told.id),
    clientId: String(told.clientOrderId),
    market: String(market ?? told.market),
    side: sideOf(told.side),
    type: String(told.type),
    price: String(told.price ?? '0'),
    amount: String(told.amount),
    dealStock: String(told.dealStock),
    dealMoney: String(told.dealMoney),
    dealFee: String(told.dealFee),
    status: String(told.status),
    left: told.left === undefined ? null : String(told.left),
  };
}

/** The order of an `ordersPending_update`. */
export function streamedOrder(told: Told): ToldOrder {
  return {
    id: Number(told.id),
    clientId: String(told.client_order_id),
    market: String(told.market),
    side: sideOf(told.side),
    type: TYPES.get(told.type) ?? `type ${told.type}`,
    price: String(told.price),
    amount: String(told.amount),
    dealStock: String(told.deal_stock),
    dealMoney: String(told.deal_money),
    dealFee: String(told.deal_fee),
    status: String(told.status),
    left: String(told.left),
  };
}

/** An item of executed-history, under its market. */
export function dealOf(body: unknown, market: string): ToldDeal {
  const told = body as Told;
  return {
    id: Number(told.id),
    orderId: Number(told.orderId),
    market,
    side: sideOf(told.side),
    price: String(told.price),
    amount: String(told.amount),
    fee: String(told.fee),
    feeTicker: String(told.feeAsset),
  };
}

/** The eleven fields of a `deals_update`. */
export function streamedDeal(told: readonly unknown[]): ToldDeal {
  return {
    id: Number(told[0]),
    orderId: Number(told[3]),
    market: String(told[2]),
    side: sideOf(told[8]),
    price: String(told[4]),
    amount: String(told[5]),
    fee: String(told[6]),
    feeTicker: String(told[10]),
  };
}

/** Both sides of a trade share its id. */
export function dealKey({ id, orderId }: ToldDeal): string {
  return `${id} of order ${orderId}`;
}

function sideOf(side: unknown): 'buy' | 'sell' {
  const known = SIDES.get(side);
  if (known === undefined) throw new TypeError(`There is no side ${String(side)}`);
  return known;
}
