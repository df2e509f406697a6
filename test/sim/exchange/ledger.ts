/**
 * The books of an exchange that is hostile only in what it tells: who owns what, which orders rest, what traded. Written
 * from WhiteBIT's facts, apart from the code under test. A name is free again once its order has ended, so that an order
 * that was sent twice would be there twice.
 */

import { type Figure, figure, product, smaller, step } from './figures.ts';

export type Market = {
  readonly name: string;
  readonly stock: string;
  readonly money: string;
  stockPlaces: number;
  moneyPlaces: number;
  minAmount: Figure;
  minTotal: Figure;
  last: Figure;
  trades: boolean;
  /** What a taker finds at once. */
  depth: Figure;
};

export type Order = {
  readonly id: number;
  readonly account: string;
  readonly clientId: string;
  readonly market: Market;
  readonly side: 'buy' | 'sell';
  readonly type: 'limit' | 'stop limit';
  readonly price: Figure;
  readonly amount: Figure;
  readonly activation: Figure | null;
  readonly postOnly: boolean;
  readonly ioc: boolean;
  readonly bornMs: number;
  active: boolean;
  dealStock: Figure;
  dealMoney: Figure;
  dealFee: Figure;
  status: 'OPEN' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'CANCELED_STP';
  changedMs: number;
  endedMs: number | null;
};

export type Trade = {
  readonly id: number;
  readonly order: Order;
  readonly price: Figure;
  readonly amount: Figure;
  readonly money: Figure;
  readonly fee: Figure;
  readonly feeAsset: string;
  readonly role: 1 | 2;
  readonly atMs: number;
};

export type News =
  | { readonly kind: 'order'; readonly event: 1 | 2 | 3; readonly order: Order }
  | { readonly kind: 'deal'; readonly trade: Trade }
  | { readonly kind: 'balance'; readonly account: string; readonly assets: readonly string[] };

export type Wanted = {
  readonly market: string;
  readonly side: 'buy' | 'sell';
  readonly amount: string;
  readonly price: string;
  readonly activation: string | null;
  readonly clientId: string;
  readonly postOnly: boolean;
  readonly ioc: boolean;
};

export type Refused = { readonly code: number; readonly field: string; readonly text: string };

const FEE = figure('0.001');
const OPEN_MAX = 100;

export class Ledger {
  readonly markets = new Map<string, Market>();
  readonly orders = new Map<number, Order>();
  readonly open = new Set<Order>();
  readonly trades: Trade[] = [];
  /** Free and held, by account and asset. */
  readonly money = new Map<string, Map<string, { free: Figure; held: Figure }>>();
  /** How many orders were ever taken under a name of an account. */
  readonly taken = new Map<string, number>();
  tell: (account: string, news: News) => void = () => {};
  #ids = 5_000;
  #deals = 90_000;

  account(name: string, holds: Readonly<Record<string, string>>): void {
    this.money.set(
      name,
      new Map(Object.entries(holds).map(([asset, free]) => [asset, { free: figure(free), held: 0n }])),
    );
  }

  of(account: string, asset: string): { free: Figure; held: Figure } {
    const known = this.money.get(account)?.get(asset);
    if (known !== undefined) return known;
    const made = { free: 0n, held: 0n };
    this.money.get(account)?.set(asset, made);
    return made;
  }

  place(nowMs: number, account: string, wanted: Wanted): Order | Refused {
    const market = this.markets.get(wanted.market);
    if (market === undefined) return { code: 31, field: 'market', text: 'Market is not available.' };
    if (!market.trades) return { code: 51, field: 'market', text: 'Trading in the market is not allowed' };
    const [price, amount] = [figure(wanted.price), figure(wanted.amount)];
    const activation = wanted.activation === null ? null : figure(wanted.activation);
    const unfit = this.#unfit(market, price, amount, activation);
    if (unfit !== null) return unfit;
    for (const order of this.open)
      if (order.account === account && order.clientId === wanted.clientId && order.market === market)
        return {
          code: 36,
          field: 'clientOrderId',
          text: 'This client order id is already used by the current account.',
        };
    const buys = wanted.side === 'buy';
    if (wanted.postOnly && (buys ? price >= askOf(market) : price <= bidOf(market)))
      return {
        code: 13,
        field: 'postOnly',
        text: "This order couldn't be executed as a maker order and was canceled.",
      };
    if ([...this.open].filter((order) => order.account === account).length >= OPEN_MAX)
      return { code: 103, field: 'error', text: 'Max. limit of pending orders have been reached.' };
    const [asset, held] = buys ? [market.money, product(price, amount)] : [market.stock, amount];
    const purse = this.of(account, asset);
    if (purse.free < held)
      return activation === null
        ? { code: 10, field: 'amount', text: 'Not enough balance.' }
        : { code: 152, field: 'amount', text: 'Not enough balance for stop limit order' };
    purse.free -= held;
    purse.held += held;
    this.#ids += 1;
    const order: Order = {
      id: this.#ids,
      account,
      market,
      price,
      amount,
      activation,
      ...{ clientId: wanted.clientId, side: wanted.side, postOnly: wanted.postOnly, ioc: wanted.ioc },
      type: activation === null ? 'limit' : 'stop limit',
      bornMs: nowMs,
      active: activation === null,
      ...{ dealStock: 0n, dealMoney: 0n, dealFee: 0n },
      ...{ status: 'OPEN', changedMs: nowMs, endedMs: null },
    };
    this.orders.set(order.id, order);
    this.open.add(order);
    const name = `${account} ${wanted.clientId}`;
    if (wanted.clientId !== '') this.taken.set(name, (this.taken.get(name) ?? 0) + 1);
    this.#entered(nowMs, order);
    return order;
  }

  /** Crosses at once, rests, or is given up: an order that never rests is told by its end alone. */
  #entered(nowMs: number, order: Order): void {
    const { market, side } = order;
    const crosses = order.active && (side === 'buy' ? order.price >= askOf(market) : order.price <= bidOf(market));
    if (crosses) this.fill(nowMs, order, market.depth, side === 'buy' ? askOf(market) : bidOf(market), 2);
    else if (order.ioc) this.end(nowMs, order, 'CANCELED');
    else {
      this.tell(order.account, { kind: 'order', event: 1, order });
      this.#tellMoney(order.account, market);
    }
  }

  cancel(
    nowMs: number,
    account: string,
    by: { readonly id: number | null; readonly clientId: string | null },
  ): Order | null {
    for (const order of this.open) {
      const meant = by.id !== null ? order.id === by.id : order.clientId === by.clientId;
      if (!meant || order.account !== account) continue;
      this.end(nowMs, order, 'CANCELED');
      return order;
    }
    return null;
  }

  end(nowMs: number, order: Order, status: 'FILLED' | 'CANCELED' | 'CANCELED_STP'): void {
    const { account, market, side } = order;
    const left = order.amount - order.dealStock;
    const purse = this.of(account, side === 'buy' ? market.money : market.stock);
    const held = left <= 0n ? 0n : side === 'buy' ? product(order.price, left) : left;
    purse.held -= held;
    purse.free += held;
    Object.assign(order, { status, changedMs: nowMs, endedMs: nowMs });
    this.open.delete(order);
    this.tell(account, { kind: 'order', event: 3, order });
    this.#tellMoney(account, market);
  }

  /** Against somebody else, up to `wanted`. */
  fill(nowMs: number, order: Order, wanted: Figure, price: Figure, role: 1 | 2): void {
    if (!this.open.has(order) || !order.active) return;
    const { account, market, side } = order;
    const amount = smaller(wanted, order.amount - order.dealStock);
    const value = product(price, amount);
    const [stock, money] = [this.of(account, market.stock), this.of(account, market.money)];
    const buys = side === 'buy';
    const fee = product(buys ? amount : value, FEE);
    if (buys) {
      const held = product(order.price, amount);
      money.held -= held;
      // A better price than asked for: the rest is free again.
      money.free += held - value;
      stock.free += amount - fee;
    } else {
      stock.held -= amount;
      money.free += value - fee;
    }
    order.dealStock += amount;
    order.dealMoney += value;
    order.dealFee += fee;
    order.changedMs = nowMs;
    this.#deals += 1;
    const feeAsset = buys ? market.stock : market.money;
    const trade: Trade = { id: this.#deals, order, price, amount, money: value, fee, feeAsset, role, atMs: nowMs };
    this.trades.push(trade);
    market.last = price;
    this.tell(account, { kind: 'deal', trade });
    if (order.dealStock >= order.amount) this.end(nowMs, order, 'FILLED');
    else if (order.ioc) this.end(nowMs, order, 'CANCELED');
    else {
      order.status = 'PARTIALLY_FILLED';
      this.tell(account, { kind: 'order', event: 2, order });
      this.#tellMoney(account, market);
    }
  }

  /** The market moves: what it passes trades whole, what waited for it wakes. */
  move(nowMs: number, market: Market, price: Figure): void {
    if (price <= step(market.moneyPlaces) * 10n) return;
    market.last = price;
    for (const order of [...this.open]) {
      if (order.market !== market || !this.open.has(order)) continue;
      if (!order.active) this.#wake(nowMs, order);
      else if (order.side === 'buy' ? price < order.price : price > order.price)
        this.fill(nowMs, order, order.amount, order.price, 1);
    }
    market.last = price;
  }

  #wake(nowMs: number, order: Order): void {
    const { activation, market, side } = order;
    if (activation === null || (side === 'buy' ? market.last < activation : market.last > activation)) return;
    order.active = true;
    order.changedMs = nowMs;
    this.#entered(nowMs, order);
  }

  deposit(account: string, asset: string, amount: Figure): void {
    const purse = this.of(account, asset);
    // Less than nothing cannot be taken away.
    purse.free = purse.free + amount < 0n ? 0n : purse.free + amount;
    this.tell(account, { kind: 'balance', account, assets: [asset] });
  }

  #unfit(market: Market, price: Figure, amount: Figure, activation: Figure | null): Refused | null {
    const tick = step(market.moneyPlaces);
    if (price <= 0n || price % tick !== 0n || (activation ?? 0n) % tick !== 0n)
      return { code: 33, field: 'price', text: 'Price field should be a multiple of the price step' };
    if (amount <= 0n || amount % step(market.stockPlaces) !== 0n)
      return { code: 32, field: 'amount', text: 'Amount should be a multiple of the amount step' };
    if (amount < market.minAmount) return { code: 11, field: 'amount', text: 'Amount too small.' };
    if (product(price, amount) < market.minTotal)
      return { code: 0, field: 'total', text: 'Total is less than the minimum' };
    return null;
  }

  #tellMoney(account: string, market: Market): void {
    this.tell(account, { kind: 'balance', account, assets: [market.stock, market.money] });
  }
}

export const askOf = (market: Market): Figure => market.last + step(market.moneyPlaces);
export const bidOf = (market: Market): Figure => market.last - step(market.moneyPlaces);
