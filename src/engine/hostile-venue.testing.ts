/**
 * An exchange with its own exact books, that lies only by lateness: what it tells may be lost, doubled, late or out of
 * order, and for a while it does not show what has happened. It accepts a name again once its order has ended, as
 * WhiteBIT does, so that a second send of one order would be seen.
 */

import { Decimal } from '../core/decimal.ts';
import type { Instrument } from '../core/instrument.ts';
import type { OrderTerms, Quantity, Side } from '../core/order.ts';
import type { BalanceReport, FindResult, OrderReport, Outcome, Snapshot, TradeReport } from '../core/report.ts';

const d = Decimal.parse;
export const MARKET: Instrument = {
  symbol: 'BTC_USDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tick: d('0.01'),
  lot: d('0.001'),
  quantityMin: d('0.001'),
  notionalMin: d('1'),
  notionalMax: null,
  makerFee: d('0.001'),
  takerFee: d('0.001'),
};
export const LAST = d('100');
const FEE = d('0.001');

type Version = { readonly atMs: number; readonly report: OrderReport };
type VenueOrder = {
  readonly venueId: string;
  readonly clientId: string | null;
  readonly side: Side;
  readonly price: Decimal;
  readonly amount: Decimal;
  filled: Decimal;
  value: Decimal;
  open: boolean;
  readonly versions: Version[];
};

export type Push =
  | { readonly kind: 'order'; readonly report: OrderReport }
  | { readonly kind: 'trade'; readonly report: TradeReport };

export class HostileVenue {
  readonly orders = new Map<string, VenueOrder>();
  readonly trades: TradeReport[] = [];
  /** How many orders were ever accepted under a name. */
  readonly accepted = new Map<string, number>();
  readonly totals = new Map<string, { free: Decimal; locked: Decimal }>();
  readonly #push: (push: Push) => void;
  readonly #idPrefix: string;
  #ids = 1000;

  constructor(push: (push: Push) => void, coins: string, idPrefix = 'v') {
    this.#push = push;
    this.#idPrefix = idPrefix;
    this.totals.set('USDT', { free: d(coins).mul(LAST), locked: Decimal.ZERO });
    this.totals.set('BTC', { free: d(coins), locked: Decimal.ZERO });
  }

  place(nowMs: number, clientId: string | null, side: Side, terms: OrderTerms, quantity: Quantity): Outcome {
    for (const order of this.orders.values())
      if (clientId !== null && order.clientId === clientId && order.open)
        return { kind: 'rejected', code: 'duplicate-id', text: 'already used', definite: true };
    const price = terms.kind === 'limit' ? terms.price : LAST;
    const amount = quantity.unit === 'base' ? quantity.amount : quantity.amount.div(price, 3, 'floor');
    const [asset, need] = side === 'buy' ? (['USDT', price.mul(amount)] as const) : (['BTC', amount] as const);
    if (this.#of(asset).free.lt(need))
      return { kind: 'rejected', code: 'funds', text: 'Not enough balance.', definite: true };
    this.#move(asset, need.neg(), need);
    this.#ids += 1;
    const order: VenueOrder = {
      ...{
        venueId: `${this.#idPrefix}${this.#ids}`,
        clientId,
        side,
        price,
        amount,
        filled: Decimal.ZERO,
        value: Decimal.ZERO,
      },
      ...{ open: true, versions: [] },
    };
    this.orders.set(order.venueId, order);
    if (clientId !== null) this.accepted.set(clientId, (this.accepted.get(clientId) ?? 0) + 1);
    this.#tell(nowMs, order, null);
    if (terms.kind === 'market') this.fill(nowMs, order.venueId, amount);
    return { kind: 'accepted', venueId: order.venueId, report: this.#latest(order) };
  }

  cancel(nowMs: number, by: { readonly clientId: string | null; readonly venueId: string | null }): Outcome {
    for (const order of this.orders.values()) {
      const meant =
        by.venueId !== null ? order.venueId === by.venueId : by.clientId !== null && order.clientId === by.clientId;
      if (!meant || !order.open) continue;
      this.#close(nowMs, order, 'cancelled');
      return { kind: 'accepted', venueId: order.venueId, report: this.#latest(order) };
    }
    return { kind: 'rejected', code: 'not-found', text: 'Unexecuted order was not found.', definite: true };
  }

  /** The exchange ends it by itself. */
  expel(nowMs: number, venueId: string): void {
    const order = this.orders.get(venueId);
    if (order?.open === true) this.#close(nowMs, order, 'exchange');
  }

  /** Trades up to `wanted` of an order against somebody else. */
  fill(nowMs: number, venueId: string, wanted: Decimal): void {
    const order = this.orders.get(venueId);
    if (order?.open !== true) return;
    const quantity = Decimal.min(wanted, order.amount.sub(order.filled));
    const value = quantity.mul(order.price);
    order.filled = order.filled.add(quantity);
    order.value = order.value.add(value);
    const buys = order.side === 'buy';
    const feeAmount = (buys ? quantity : value).mul(FEE);
    if (buys) {
      this.#move('USDT', Decimal.ZERO, value.neg());
      this.#move('BTC', quantity.sub(feeAmount), Decimal.ZERO);
    } else {
      this.#move('BTC', Decimal.ZERO, quantity.neg());
      this.#move('USDT', value.sub(feeAmount), Decimal.ZERO);
    }
    const report: TradeReport = {
      tradeId: `t${this.trades.length + 1}`,
      clientId: order.clientId,
      venueOrderId: order.venueId,
      ...{ market: MARKET.symbol, side: order.side, price: order.price, quantity, value },
      fee: { kind: 'known', asset: buys ? 'BTC' : 'USDT', amount: feeAmount },
      role: 'maker',
      atMs: nowMs,
    };
    this.trades.push(report);
    this.#push({ kind: 'trade', report });
    if (order.filled.eq(order.amount)) this.#close(nowMs, order, 'filled');
    else this.#tell(nowMs, order, null);
  }

  deposit(asset: string, amount: Decimal): void {
    this.#move(asset, amount, Decimal.ZERO);
  }

  /** What the exchange shows at `visibleMs`, a little behind what is. */
  find(
    visibleMs: number,
    askedAtMs: number,
    by: { readonly clientId: string | null; readonly venueId: string | null },
  ): FindResult {
    for (const order of this.orders.values()) {
      if (by.venueId !== null ? order.venueId !== by.venueId : order.clientId !== by.clientId) continue;
      const seen = order.versions.filter(({ atMs }) => atMs <= visibleMs).at(-1);
      if (seen === undefined) continue;
      const trades = this.trades.filter(
        ({ venueOrderId, atMs }) => venueOrderId === order.venueId && atMs <= visibleMs,
      );
      return { kind: 'found', report: seen.report, trades };
    }
    return { kind: 'absent', lookedAt: { open: true, history: true, trades: true }, atMs: askedAtMs };
  }

  snapshot(nowMs: number, cursor: string | null): Snapshot {
    const all = [...this.orders.values()];
    const sinceMs = cursor === null ? 0 : Number(cursor) - 5_000;
    return {
      askedAtMs: nowMs,
      asOfMs: nowMs,
      openOrders: all.filter(({ open }) => open).map((order) => this.#latest(order)),
      closedOrders: all
        .filter(({ open, versions }) => !open && (versions.at(-1)?.atMs ?? 0) >= sinceMs)
        .map((order) => this.#latest(order)),
      trades: this.trades.filter(({ atMs }) => atMs >= sinceMs),
      balances: this.balances(nowMs),
      cursor: String(nowMs),
    };
  }

  balances(nowMs: number): BalanceReport {
    const balances = [...this.totals].map(([asset, { free, locked }]) => ({ asset, free, locked }));
    return { asOfMs: nowMs, complete: true, balances };
  }

  #close(nowMs: number, order: VenueOrder, why: 'filled' | 'cancelled' | 'exchange'): void {
    order.open = false;
    const left = order.amount.sub(order.filled);
    const [asset, locked] =
      order.side === 'buy' ? (['USDT', left.mul(order.price)] as const) : (['BTC', left] as const);
    this.#move(asset, locked, locked.neg());
    this.#tell(nowMs, order, why);
  }

  #tell(nowMs: number, order: VenueOrder, why: 'filled' | 'cancelled' | 'exchange' | null): void {
    const { clientId, venueId, side, price, amount, filled, value } = order;
    const report: OrderReport = {
      ...{ clientId, venueId, market: MARKET.symbol, side, type: 'limit', price, activation: null },
      ...{ postOnly: false, ioc: false, quantity: { unit: 'base', amount }, filledBase: filled, filledQuote: value },
      status: why === null ? { kind: 'open' } : { kind: 'closed', why, detail: null },
      ...{ createdAtMs: nowMs, updatedAtMs: nowMs },
    };
    order.versions.push({ atMs: nowMs, report });
    this.#push({ kind: 'order', report });
  }

  #latest(order: VenueOrder): OrderReport {
    const last = order.versions.at(-1);
    if (last === undefined) throw new Error('An order without a version');
    return last.report;
  }

  #of(asset: string): { free: Decimal; locked: Decimal } {
    return this.totals.get(asset) ?? { free: Decimal.ZERO, locked: Decimal.ZERO };
  }

  #move(asset: string, free: Decimal, locked: Decimal): void {
    const before = this.#of(asset);
    this.totals.set(asset, { free: before.free.add(free), locked: before.locked.add(locked) });
  }
}
