/**
 * What an exchange did, by seed: orders of many sizes and the trades that fill them whole, told as streams tell them, some
 * twice, some before their fee is known. The sums are reckoned here in whole numbers, apart from the code under test.
 */

import { Decimal } from '../../src/core/decimal.ts';
import type { ConnectionId, UserId } from '../../src/core/ids.ts';
import type { Instrument } from '../../src/core/instrument.ts';
import type { TradeReport } from '../../src/core/report.ts';
import type { Opening } from '../../src/engine/account.ts';
import type { AccountEvent } from '../../src/engine/events.ts';
import { DEFAULT_LIMITS } from '../../src/engine/limits.ts';
import { type Figure, figure, product, textOf } from '../sim/exchange/figures.ts';
import { seeded } from './seeded.ts';

export const CONNECTION = 'c' as ConnectionId;
export const OWNER = 'u' as UserId;
const START_MS = 1_767_225_600_000;
/** As many as the default limits let a person watch. */
const ORDERS_MAX = 200;
/** The longest way from a trade to what is told of it again. */
const AGAIN_WITHIN = 200;
const HELD = '1000000000';
const FEE = figure('0.001');
const LOT = figure('0.000001');
const TICK = figure('0.01');
const d = Decimal.parse;

const MARKET: Instrument = {
  ...{ symbol: 'BTC_USDT', kind: 'spot', base: 'BTC', quote: 'USDT', tick: d('0.01'), lot: d('0.000001') },
  ...{ quantityMin: d('0.00001'), notionalMin: d('5'), notionalMax: null, makerFee: d('0.001'), takerFee: d('0.001') },
};

export const OPENING: Opening = {
  ...{ install: 'kill', epoch: 0, connection: CONNECTION, atMs: START_MS },
  profile: { validityMs: 5_000, settleMs: 1_000, uniqueness: 'open-only-per-market', buyFeeFrom: 'base' },
  limits: {
    ...DEFAULT_LIMITS,
    largestOrder: [{ asset: 'USDT', amount: d(HELD) }],
    openOrdersPerMarketMax: ORDERS_MAX,
  },
};

type Side = 'buy' | 'sell';
type PlannedOrder = { readonly side: Side; readonly price: Figure; amount: Figure };
type Trade = {
  readonly id: string;
  /** The order's place among the orders. */
  readonly order: number;
  readonly price: Figure;
  readonly quantity: Figure;
  readonly value: Figure;
  readonly fee: Figure;
};
type Delivery = { readonly trade: number; readonly hasFee: boolean };

/** What is held after a number of deliveries, to the last digit. */
export type Sums = {
  readonly trades: ReadonlyMap<string, { readonly trade: Trade; readonly hasFee: boolean }>;
  readonly orders: readonly { readonly base: Figure; readonly quote: Figure }[];
  readonly assets: Readonly<Record<'BTC' | 'USDT', Figure>>;
  /** Entries of the ledger, with the two by which the account was opened. */
  readonly entries: number;
};

export class FillsWorld {
  readonly orders: PlannedOrder[] = [];
  readonly trades: Trade[] = [];
  readonly deliveries: Delivery[] = [];

  constructor(seed: number, fills: number) {
    const chance = seeded(seed);
    const orders = Math.min(ORDERS_MAX, fills);
    for (let at = 0; at < orders; at += 1)
      this.orders.push({ side: chance.chance(50) ? 'buy' : 'sell', price: priceOf(chance.below(100_000)), amount: 0n });
    const again = new Map<number, Delivery[]>();
    for (let at = 0; at < fills; at += 1) {
      // Each order trades at least once; the rest falls on them by chance.
      this.#trade(at < orders ? at : chance.below(orders), BigInt(chance.between(200, 2_000)), chance.below(500));
      const hasFee = !chance.chance(3);
      this.deliveries.push({ trade: at, hasFee });
      const later = at + chance.between(1, AGAIN_WITHIN);
      if (!hasFee || chance.chance(3)) again.set(later, [...(again.get(later) ?? []), { trade: at, hasFee: true }]);
      this.deliveries.push(...(again.get(at) ?? []));
      again.delete(at);
    }
    for (const late of again.values()) this.deliveries.push(...late);
  }

  #trade(order: number, lots: bigint, ticksBetter: number): void {
    const planned = this.orders[order];
    if (planned === undefined) throw new RangeError('No such order');
    const quantity = lots * LOT;
    const better = BigInt(ticksBetter) * TICK;
    const price = planned.side === 'buy' ? planned.price - better : planned.price + better;
    const value = product(price, quantity);
    const fee = product(planned.side === 'buy' ? quantity : value, FEE);
    planned.amount += quantity;
    this.trades.push({ id: `t${this.trades.length}`, order, price, quantity, value, fee });
  }

  /** What a desk hears and wishes until its orders rest. */
  opening(): AccountEvent[] {
    const atMs = START_MS;
    const balances = ['USDT', 'BTC'].map((asset) => ({ asset, free: d(HELD), locked: Decimal.ZERO }));
    const lists = { openOrders: [], closedOrders: [], trades: [] };
    const snapshot = {
      ...{ askedAtMs: atMs, asOfMs: atMs, cursor: '0', ...lists },
      balances: { asOfMs: atMs, complete: true, balances },
    };
    return [
      { kind: 'boot', epoch: 0, atMs },
      { kind: 'instruments', complete: true, instruments: [MARKET], atMs },
      { kind: 'stream', state: 'live', why: '', atMs },
      { kind: 'snapshot', snapshot, atMs },
      ...this.orders.map(placing),
    ];
  }

  /** What the stream tells as the delivery of this number. */
  delivered(at: number): AccountEvent {
    const { trade: number, hasFee } = this.deliveries[at] ?? { trade: -1, hasFee: false };
    const trade = this.trades[number];
    const order = this.orders[trade?.order ?? -1];
    if (trade === undefined || order === undefined) throw new RangeError('No such delivery');
    const { id, price, quantity, value, fee } = trade;
    const report: TradeReport = {
      ...{ tradeId: id, clientId: null, venueOrderId: venueIdOf(trade.order), market: MARKET.symbol, side: order.side },
      ...{ price: d(textOf(price)), quantity: d(textOf(quantity)), value: d(textOf(value)), role: 'maker' },
      fee: hasFee
        ? { kind: 'known', asset: order.side === 'buy' ? 'BTC' : 'USDT', amount: d(textOf(fee)) }
        : { kind: 'pending' },
      atMs: START_MS + number,
    };
    return { kind: 'trade-report', report, atMs: START_MS + 10 + (at >> 4) };
  }

  sumsAfter(deliveries: number): Sums {
    const trades = new Map<string, { trade: Trade; hasFee: boolean }>();
    const orders = this.orders.map(() => ({ base: 0n, quote: 0n }));
    const assets = { BTC: figure(HELD), USDT: figure(HELD) };
    let entries = Object.keys(assets).length;
    for (const { trade: number, hasFee } of this.deliveries.slice(0, deliveries)) {
      const trade = this.trades[number];
      if (trade === undefined) continue;
      const known = trades.get(trade.id);
      const buys = this.orders[trade.order]?.side === 'buy';
      const sum = orders[trade.order];
      if (known === undefined && sum !== undefined) {
        sum.base += trade.quantity;
        sum.quote += trade.value;
        assets.BTC += buys ? trade.quantity : -trade.quantity;
        assets.USDT += buys ? -trade.value : trade.value;
        entries += 2;
      }
      if (hasFee && known?.hasFee !== true) {
        assets[buys ? 'BTC' : 'USDT'] -= trade.fee;
        entries += 1;
      }
      trades.set(trade.id, { trade, hasFee: hasFee || known?.hasFee === true });
    }
    return { trades, orders, assets, entries };
  }
}

export const venueIdOf = (order: number): string => `v${order}`;

function priceOf(ticks: number): Figure {
  return figure('40000') + BigInt(ticks) * TICK;
}

function placing({ side, price, amount }: PlannedOrder, at: number): AccountEvent {
  const limit = d(textOf(price));
  return {
    ...{
      kind: 'place',
      requestId: venueIdOf(at),
      by: { user: null, bot: 'grid' },
      market: MARKET.symbol,
      slot: `s${at}`,
    },
    draft: {
      side,
      terms: { kind: 'limit', price: limit, postOnly: false, ioc: false },
      quantity: { unit: 'base', amount: d(textOf(amount)) },
    },
    confirmations: ['far-from-market'],
    now: { bid: limit, ask: limit, last: limit, asOfMs: START_MS },
    atMs: START_MS + 1,
  };
}
