import { Decimal } from '../../src/core/decimal.ts';
import type { Listing } from '../ports.ts';
import type { Command, NewOrder, OrderChange, OrderName } from './commands.ts';
import { TAKER_BAND_PERCENT } from './limits.ts';
import type { ReferenceMarket, ReferenceOrder } from './reference-order.testing.ts';
import {
  bandOf,
  changedForm,
  heldBy,
  heldTicker,
  isBeyond,
  isReached,
  spends,
  standInLine,
  takeOut,
} from './reference-order.testing.ts';
import { refusalCode } from './reference-rules.testing.ts';

/**
 * The same exchange written to be obviously right instead of fast: orders in plain lists that are searched from one end
 * to the other, Decimals everywhere, and no frozen amounts at all: what is frozen is what the open orders hold, added
 * up whenever somebody asks. It shares no code with the engine but the decimal type and the named limits.
 */

/** Everything of a command that has to agree: trades, both fees of each, ends of orders; then what the caller is answered. */
export type Told = { readonly events: string[]; readonly replies: string[] };

const ZERO = Decimal.ZERO;
const CENT = Decimal.power(-2);

export class ReferenceBook {
  readonly markets = new Map<string, ReferenceMarket>();
  /** All an account has of an asset, frozen or not, as "account ticker". */
  readonly totals = new Map<string, Decimal>();
  readonly rates = new Map<string, { maker: Decimal; taker: Decimal }>();
  readonly timers = new Map<string, { account: string; market: string; dueUs: number; spot: boolean }>();
  readonly #inside = new Map<string, Decimal>();
  #nextId: number;
  #told: Told = { events: [], replies: [] };

  constructor(listings: readonly Listing[], lastPrices: ReadonlyMap<string, Decimal>, firstOrderId: number) {
    for (const listing of listings)
      this.markets.set(listing.name, {
        listing,
        status: 'open',
        last: lastPrices.get(listing.name) ?? null,
        orders: [],
        queues: { buy: [], sell: [] },
      });
    this.#nextId = firstOrderId;
  }

  apply(command: Command): Told {
    this.#told = { events: [], replies: [] };
    this.#fireTimers(command.atUs);
    this.#carryOut(command);
    return this.#told;
  }

  total(account: string, ticker: string): Decimal {
    return this.totals.get(`${account} ${ticker}`) ?? ZERO;
  }

  frozen(account: string, ticker: string): Decimal {
    const held: Decimal[] = [];
    for (const { listing, orders } of this.markets.values()) {
      if (listing.stock !== ticker && listing.money !== ticker) continue;
      for (const order of orders)
        if (order.account === account && heldTicker(listing, order) === ticker) held.push(heldBy(order));
    }
    return Decimal.sum(held);
  }

  /** All that was ever credited and not debited: what every balance and fee must add up to. */
  everything(ticker: string): Decimal {
    return this.#inside.get(ticker) ?? ZERO;
  }

  available(account: string, ticker: string): Decimal {
    return this.total(account, ticker).sub(this.frozen(account, ticker));
  }

  /** Resting amount of one side at one price. */
  restingAt(market: ReferenceMarket, side: 'buy' | 'sell', price: Decimal): Decimal {
    const there = market.queues[side].filter((order) => order.price?.eq(price) === true);
    return Decimal.sum(there.map(({ left }) => left));
  }

  ratesOf(account: string, { listing }: ReferenceMarket): { maker: Decimal; taker: Decimal } {
    const own = this.rates.get(`${account} ${listing.name}`);
    return (
      own ?? { maker: Decimal.parse(listing.makerFee).mul(CENT), taker: Decimal.parse(listing.takerFee).mul(CENT) }
    );
  }

  /** What a market order by base would pay, and how far it may go. */
  sweep(market: ReferenceMarket, account: string, form: NewOrder): Decimal {
    const queue = market.queues[form.side === 'buy' ? 'sell' : 'buy'];
    const band = bandOf(queue[0]?.price ?? ZERO, form.side, TAKER_BAND_PERCENT);
    let left = form.amount;
    let cost = ZERO;
    for (const maker of queue) {
      const price = maker.price ?? ZERO;
      if (left.isZero() || isBeyond(price, band, form.side)) break;
      if (maker.account === account && form.stp === 'co') continue;
      if (maker.account === account && form.stp !== 'no') break;
      const lots = Decimal.min(left, maker.left);
      cost = cost.add(lots.mul(price));
      left = left.sub(lots);
    }
    return cost;
  }

  #carryOut(command: Command): void {
    switch (command.kind) {
      case 'place':
        this.#place(command.account, command.order);
        return;
      case 'bulk':
        for (const order of command.orders) if (!this.#place(command.account, order) && command.stopOnFail) return;
        return;
      case 'cancel':
        this.#cancel(command.account, command.order, 2);
        return;
      case 'cancel-bulk':
        for (const order of command.orders) this.#cancel(command.account, order, 404);
        return;
      case 'cancel-all':
        if (command.market !== null && !this.markets.has(command.market)) this.#refuse(31);
        else if (command.types === null || command.types.includes('spot'))
          this.#cancelWhere(command.account, command.market);
        return;
      case 'modify':
        this.#modify(command.account, command.order, command.change);
        return;
      case 'kill-switch':
        this.#setTimer(command);
        return;
      case 'tick':
        return;
      case 'credit':
        this.#fromOutside(command.account, command.ticker, command.amount);
        return;
      case 'debit':
        if (command.amount.gt(this.available(command.account, command.ticker))) this.#refuse(10);
        else this.#fromOutside(command.account, command.ticker, command.amount.neg());
        return;
      case 'fees':
        if (command.rates === null) this.rates.delete(`${command.account} ${command.market}`);
        else this.rates.set(`${command.account} ${command.market}`, command.rates);
        return;
      case 'market-status': {
        const market = this.markets.get(command.market);
        if (market === undefined) return;
        market.status = command.status;
        if (command.status === 'delisted') this.#cancelWhere(null, command.market);
        return;
      }
      case 'market-rules': {
        const market = this.markets.get(command.market);
        const { stockPrec, moneyPrec, minAmount, minTotal, maxTotal } = command.rules;
        if (market !== undefined)
          market.listing = { ...market.listing, stockPrec, moneyPrec, minAmount, minTotal, maxTotal };
        return;
      }
    }
  }

  #place(account: string, form: NewOrder, replaces: ReferenceOrder | null = null): boolean {
    const code = refusalCode(this, account, form, replaces);
    if (code !== null) {
      this.#refuse(code);
      return false;
    }
    const market = this.markets.get(form.market);
    if (market === undefined) throw new Error('Checked before');
    if (replaces !== null) this.#end(market, replaces, 'CANCELED');
    const order = this.#create(market, account, form, replaces?.activated === true);
    market.orders.push(order);
    if (order.activation !== null && !order.activated) order.where = 'waiting';
    else this.#trade(market, order);
    this.#answer(order);
    return true;
  }

  #create(market: ReferenceMarket, account: string, form: NewOrder, wasActivated: boolean): ReferenceOrder {
    const rates = this.ratesOf(account, market);
    const activation = 'activationPrice' in form ? form.activationPrice : null;
    const order: ReferenceOrder = {
      id: this.#nextId,
      account,
      form,
      price: this.priceOf(market, form),
      activation,
      makerFee: rates.maker,
      takerFee: rates.taker,
      left: form.amount,
      bought: ZERO,
      activated: wasActivated || (activation !== null && isReached(form.side, activation, market.last)),
      status: 'OPEN',
      where: 'nowhere',
    };
    this.#nextId += 1;
    return order;
  }

  priceOf(market: ReferenceMarket, form: NewOrder): Decimal | null {
    if (form.type !== 'limit' && form.type !== 'stop limit') return null;
    if (form.bboRole === null) return form.price;
    const other = form.side === 'buy' ? 'sell' : 'buy';
    return market.queues[form.bboRole === 1 ? form.side : other][0]?.price ?? null;
  }

  /** Carries the order out and after it, one by one, whatever stop orders its trades and theirs set off. */
  #trade(market: ReferenceMarket, first: ReferenceOrder): void {
    const line = [first];
    for (let taker = line.shift(); taker !== undefined; taker = line.shift()) {
      const status = this.#match(market, taker, line);
      if (status !== null) this.#end(market, taker, status);
      else {
        taker.where = 'book';
        standInLine(market.queues[taker.form.side], taker);
      }
    }
  }

  #match(market: ReferenceMarket, taker: ReferenceOrder, line: ReferenceOrder[]): string | null {
    const { form } = taker;
    const other = form.side === 'buy' ? 'sell' : 'buy';
    const queue = market.queues[other];
    const start = queue[0]?.price ?? ZERO;
    const limit = taker.price ?? bandOf(start, form.side, TAKER_BAND_PERCENT);
    const step = Decimal.power(-market.listing.stockPrec);
    for (;;) {
      const [maker] = queue;
      if (maker === undefined) break;
      const price = maker.price ?? ZERO;
      const wanted = spends(form) ? taker.left.div(price, 30, 'down').quantize(step, 'down') : taker.left;
      if (wanted.isZero()) return taker.bought.isZero() ? 'CANCELED' : 'FILLED';
      if (isBeyond(price, limit, form.side)) {
        if (taker.price === null) return 'CANCELED_TAKER_BAND';
        break;
      }
      if (maker.account === taker.account && form.stp !== 'no') {
        if (form.stp !== 'cn') this.#end(market, maker, 'CANCELED_STP');
        if (form.stp !== 'co') return 'CANCELED_STP';
        continue;
      }
      this.#exchange(market, taker, maker, Decimal.min(wanted, maker.left), price);
      this.#collect(market, line);
      if (spends(form) ? taker.left.lt(price.mul(step)) : taker.left.isZero()) return 'FILLED';
    }
    return taker.price === null || (form.type === 'limit' && form.ioc) ? 'CANCELED' : null;
  }

  #exchange(
    market: ReferenceMarket,
    taker: ReferenceOrder,
    maker: ReferenceOrder,
    lots: Decimal,
    price: Decimal,
  ): void {
    const money = lots.mul(price);
    const { stock, money: quote } = market.listing;
    this.#told.events.push(`trade ${market.listing.name} ${lots}@${price} ${taker.form.side}`);
    for (const [order, rate, other] of [
      [taker, taker.takerFee, maker],
      [maker, maker.makerFee, taker],
    ] as const) {
      const isBuy = order.form.side === 'buy';
      const fee = (isBuy ? lots : money).mul(rate);
      this.#add(order.account, stock, isBuy ? lots.sub(fee) : lots.neg());
      this.#add(order.account, quote, isBuy ? money.neg() : money.sub(fee));
      this.#add('@fees', isBuy ? stock : quote, fee);
      order.left = order.left.sub(spends(order.form) ? money : lots);
      order.bought = order.bought.add(lots);
      this.#told.events.push(`deal ${order.id} with ${other.id} fee ${fee}`);
    }
    market.last = price;
    if (maker.left.isZero()) this.#end(market, maker, 'FILLED');
  }

  /** Stop orders the last price has reached leave their places: buys from the lowest, then sells from the highest. */
  #collect(market: ReferenceMarket, line: ReferenceOrder[]): void {
    for (const side of ['buy', 'sell'] as const) {
      const reached = market.orders.filter(
        ({ where, form, activation }) =>
          where === 'waiting' && form.side === side && activation !== null && isReached(side, activation, market.last),
      );
      reached.sort((one, two) => {
        const order = (one.activation ?? ZERO).compare(two.activation ?? ZERO);
        return (side === 'buy' ? order : -order) || one.id - two.id;
      });
      for (const order of reached) {
        order.where = 'nowhere';
        order.activated = true;
        line.push(order);
      }
    }
  }

  #modify(account: string, name: OrderName, change: OrderChange): void {
    const order = this.find(account, name);
    if (typeof order === 'number') {
      this.#refuse(order);
      return;
    }
    const { form } = order;
    const isSpending = spends(form);
    if (change.total !== null && !isSpending) this.#refuse(162);
    else if (change.amount !== null && isSpending) this.#refuse(163);
    else if (change.price !== null && form.type === 'stop market') this.#refuse(159);
    else if (change.activationPrice !== null && (form.type === 'limit' || order.activated)) this.#refuse(158);
    else this.#place(account, changedForm(order, change), order);
  }

  #cancel(account: string, name: OrderName, missing: number): void {
    const order = this.find(account, name);
    const market = this.markets.get(name.market);
    if (typeof order === 'number') this.#refuse(order === 2 ? missing : order);
    else if (market !== undefined) {
      this.#end(market, order, 'CANCELED');
      this.#answer(order);
    }
  }

  find(account: string, name: OrderName): ReferenceOrder | number {
    const market = this.markets.get(name.market);
    if (market === undefined || market.status === 'delisted') return 31;
    const found = market.orders.find(
      (order) =>
        order.account === account &&
        ('orderId' in name ? order.id === name.orderId : order.form.clientOrderId === name.clientOrderId),
    );
    return found ?? 2;
  }

  #cancelWhere(account: string | null, marketName: string | null): void {
    const markets = [...this.markets.values()].filter(
      ({ listing }) => marketName === null || listing.name === marketName,
    );
    for (const market of markets) {
      const ending = market.orders.filter((one) => account === null || one.account === account);
      // Of several accounts one after the other; each from its oldest order.
      ending.sort((one, two) => (one.account === two.account ? one.id - two.id : one.account < two.account ? -1 : 1));
      for (const order of ending) this.#end(market, order, 'CANCELED');
    }
  }

  #end(market: ReferenceMarket, order: ReferenceOrder, status: string): void {
    order.status = status;
    order.where = 'nowhere';
    takeOut(market.orders, order);
    takeOut(market.queues[order.form.side], order);
    this.#told.events.push(`end ${order.id} ${status} ${order.left} ${order.bought}`);
  }

  #setTimer({ account, market, timeoutSec, types, atUs }: Command & { kind: 'kill-switch' }): void {
    const key = `${market} ${account}`;
    const listed = this.markets.get(market);
    if (listed === undefined || listed.status === 'delisted') this.#refuse(31);
    else if (timeoutSec === null) this.timers.delete(key);
    else {
      const spot = types === null || types.includes('spot');
      this.timers.set(key, { account, market, dueUs: atUs + timeoutSec * 1_000_000, spot });
    }
  }

  #fireTimers(atUs: number): void {
    const due = [...this.timers].filter(([, timer]) => timer.dueUs <= atUs);
    due.sort(([oneKey, one], [twoKey, two]) => one.dueUs - two.dueUs || (oneKey < twoKey ? -1 : 1));
    for (const [key, timer] of due) {
      this.timers.delete(key);
      if (timer.spot) this.#cancelWhere(timer.account, timer.market);
    }
  }

  #add(account: string, ticker: string, amount: Decimal): void {
    this.totals.set(`${account} ${ticker}`, this.total(account, ticker).add(amount));
  }

  #fromOutside(account: string, ticker: string, amount: Decimal): void {
    this.#add(account, ticker, amount);
    this.#inside.set(ticker, this.everything(ticker).add(amount));
  }

  #answer(order: ReferenceOrder): void {
    this.#told.replies.push(`order ${order.id} ${order.status} ${order.left} ${order.bought}`);
  }

  #refuse(code: number): void {
    this.#told.replies.push(`refused ${code}`);
  }
}
