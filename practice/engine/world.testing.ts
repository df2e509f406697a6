import { Decimal } from '../../src/core/decimal.ts';
import type { AccountId, Listing } from '../ports.ts';
import type { Command, NewOrder, OrderChange, OrderName, OrderReply } from './commands.ts';
import type { Engine, Opening, Result } from './engine.ts';
import { openEngine } from './engine.ts';
import type { OrderView } from './events.ts';
import type { Refused } from './refusals.ts';
import { eventData } from './render.ts';
import { textOf } from './scale.ts';
import type { Snapshot } from './snapshot.ts';

/** A small exchange for tests: three markets that share assets, one with a negative precision. */

export const d = Decimal.parse;
export const ALICE = 'alice' as AccountId;
export const BOB = 'bob' as AccountId;
export const CAROL = 'carol' as AccountId;

export function listing(name: string, precs: readonly [stock: number, money: number], minTotal: string): Listing {
  const [stock = '', money = ''] = name.split('_');
  const minAmount = precs[0] < 0 ? d('1000') : Decimal.power(-precs[0]);
  return {
    name,
    stock,
    money,
    stockPrec: precs[0],
    moneyPrec: precs[1],
    feePrec: 6,
    makerFee: '0.1',
    takerFee: '0.1',
    minAmount,
    minTotal: d(minTotal),
    maxTotal: d('10000000'),
    isCollateral: false,
  };
}

export const OPENING: Opening = {
  assets: [
    { ticker: 'BTC', precision: 8 },
    { ticker: 'ETH', precision: 8 },
    { ticker: 'USDT', precision: 6 },
    { ticker: 'PEPE', precision: 8 },
  ],
  listings: [
    listing('BTC_USDT', [6, 2], '5'),
    listing('ETH_BTC', [4, 6], '0.0001'),
    listing('PEPE_USDT', [-3, 10], '1'),
  ],
  lastPrices: new Map([
    ['BTC_USDT', d('40000')],
    ['ETH_BTC', d('0.05')],
  ]),
  firstOrderId: 1,
  firstDealId: 1,
};

type Loose = {
  readonly [K in 'amount' | 'price' | 'activationPrice']?: string;
} & {
  readonly market?: string;
  readonly clientOrderId?: string;
  readonly stp?: NewOrder['stp'];
  readonly postOnly?: boolean;
  readonly ioc?: boolean;
  readonly bboRole?: 1 | 2;
};

/** An order in few words; BTC_USDT unless said. */
export function form(type: NewOrder['type'], side: NewOrder['side'], words: Loose): NewOrder {
  const common = {
    market: words.market ?? 'BTC_USDT',
    side,
    amount: d(words.amount ?? '1'),
    clientOrderId: words.clientOrderId ?? null,
    stp: words.stp ?? 'no',
  };
  const price = words.price === undefined ? null : d(words.price);
  const activationPrice = d(words.activationPrice ?? '1');
  const bboRole = words.bboRole ?? null;
  switch (type) {
    case 'limit':
      return { ...common, type, price, postOnly: words.postOnly ?? false, ioc: words.ioc ?? false, bboRole };
    case 'market':
    case 'stock market':
      return { ...common, type };
    case 'stop limit':
      return { ...common, type, price, activationPrice, bboRole };
    case 'stop market':
      return { ...common, type, activationPrice };
  }
}

export const NO_CHANGE: OrderChange = { amount: null, total: null, price: null, activationPrice: null, stp: null };

/** A command without its time, which the world keeps. */
type Untimed<C> = C extends unknown ? Omit<C, 'atUs'> : never;

export class World {
  engine: Engine;
  readonly opening: Opening;
  nowUs = 1_700_000_000_000_000;

  constructor(opening: Opening = OPENING, snapshot: Snapshot | null = null) {
    this.opening = opening;
    this.engine = openEngine(opening, snapshot);
  }

  do(command: Untimed<Command>): Result {
    this.nowUs += 1;
    return this.engine.apply({ ...command, atUs: this.nowUs } as Command);
  }

  /** Alice, Bob and Carol with plenty of everything. */
  fund(): this {
    for (const account of [ALICE, BOB, CAROL])
      for (const [ticker, amount] of [
        ['USDT', '1000000'],
        ['BTC', '100'],
        ['ETH', '1000'],
        ['PEPE', '1000000000'],
      ] as const)
        this.do({ kind: 'credit', account, ticker, amount: d(amount) });
    return this;
  }

  place(account: AccountId, type: NewOrder['type'], side: NewOrder['side'], words: Loose): Result {
    return this.do({ kind: 'place', account, order: form(type, side, words) });
  }

  placed(account: AccountId, type: NewOrder['type'], side: NewOrder['side'], words: Loose): OrderView {
    return orderOf(this.place(account, type, side, words));
  }

  cancel(account: AccountId, order: OrderName): Result {
    return this.do({ kind: 'cancel', account, order });
  }

  modify(account: AccountId, orderId: number, change: Partial<OrderChange>, market = 'BTC_USDT'): Result {
    return this.do({ kind: 'modify', account, order: { market, orderId }, change: { ...NO_CHANGE, ...change } });
  }

  /** "available/freeze". */
  balance(account: AccountId, ticker: string): string {
    const found = this.engine.query.balances(account).find(({ asset }) => asset.ticker === ticker);
    if (found === undefined) return '0/0';
    return `${textOf(found.available, found.asset.scale)}/${textOf(found.freeze, found.asset.scale)}`;
  }

  /** Levels as "amount@price", best first: asks, then bids. */
  book(market = 'BTC_USDT'): { readonly asks: readonly string[]; readonly bids: readonly string[] } {
    const depth = this.engine.query.depth(market, 100);
    if (depth === null) throw new Error(`No market ${market}`);
    const text = ({ ticks, lots }: { ticks: number; lots: bigint }): string =>
      `${textOf(lots, depth.spec.lotScale)}@${textOf(BigInt(ticks), depth.spec.tickScale)}`;
    return { asks: depth.asks.map(text), bids: depth.bids.map(text) };
  }
}

export function orderOf(result: Result): OrderView {
  if (result.reply.ok && 'order' in result.reply) return result.reply.order;
  throw new Error(`No order in ${JSON.stringify(result.reply)}`);
}

export function refusalOf(result: Result): Refused {
  if (!result.reply.ok) return result.reply;
  throw new Error('The command was carried out');
}

export function ordersOf(result: Result): readonly OrderReply[] {
  if (result.reply.ok && 'orders' in result.reply) return result.reply.orders;
  throw new Error(`No orders in ${JSON.stringify(result.reply)}`);
}

/** Order events as "change id status". */
export function orderEvents(result: Result): string[] {
  return result.events.flatMap((event) =>
    event.kind === 'order' ? [`${event.change} ${event.order.id} ${event.order.status}`] : [],
  );
}

/** Trades as "amount@price maker". */
export function trades(result: Result): string[] {
  return result.events.flatMap((event) =>
    event.kind === 'deal' && event.role === 'taker'
      ? [
          `${textOf(event.lots, event.spec.lotScale)}@${textOf(BigInt(event.ticks), event.spec.tickScale)} ${event.dealOrderId}`,
        ]
      : [],
  );
}

export function eventsText(result: Result): string {
  return result.events.map((event) => JSON.stringify(eventData(event))).join('\n');
}
