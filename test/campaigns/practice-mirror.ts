/**
 * What one client of the practice exchange knows: what it asked, what it was answered, what it was told. After the
 * exchange was killed and started again, `judge` holds a picture of the account against it.
 *
 * What was answered has to be there as answered. What was not has to be there as a whole or not at all, and nothing else
 * may be there.
 */

import { Decimal } from '../../src/core/decimal.ts';
import { type Difference, differences, formFault, type OrderForm } from './practice-compare.ts';
import { MirrorMoney, type Transfer } from './practice-money.ts';
import type { Picture } from './practice-picture.ts';
import { dealKey, isOver, type ToldDeal, type ToldOrder } from './practice-told.ts';

export type Request =
  | { readonly kind: 'place'; readonly forms: readonly OrderForm[] }
  | { readonly kind: 'cancel'; readonly ids: readonly number[] }
  | { readonly kind: 'modify'; readonly id: number; readonly form: OrderForm }
  | ({ readonly kind: 'transfer' } & Transfer);

export type Outcome =
  /** Refused as a whole: nothing happened. */
  | { readonly kind: 'refused' }
  /** Orders as they are now; those that were asked for and are not here were refused. */
  | { readonly kind: 'done'; readonly orders: readonly ToldOrder[]; readonly ended: readonly number[] }
  | { readonly kind: 'moved' };

/** Of maker and taker alike, on the markets the campaign trades on; taken from what is received. */
const FEE = Decimal.parse('0.001');

type Known = {
  order: ToldOrder;
  /** Must not be open any more: a cancel was answered. */
  ended: boolean;
  /** Somebody asked for its end. */
  mayEnd: boolean;
};

export type Judged = { readonly unknownThere: number; readonly unknownAbsent: number; readonly looked: number };

export class Mirror {
  readonly faults: string[] = [];
  readonly money = new MirrorMoney();
  readonly #live = new Map<number, Known>();
  readonly #over = new Map<number, ToldOrder>();
  readonly #deals = new Map<string, ToldDeal>();
  /** Sums of the deals of an order. */
  readonly #sums = new Map<number, { stock: Decimal; money: Decimal; fee: Decimal }>();
  readonly #pending = new Set<Request>();
  readonly #toldOrders = new Map<number, ToldOrder>();
  readonly #toldDeals = new Map<string, ToldDeal>();
  #greatestBefore = 0;

  /** To be told before the request is sent. */
  ask(request: Request): Request {
    this.#pending.add(request);
    if (request.kind === 'cancel' || request.kind === 'modify')
      for (const id of request.kind === 'cancel' ? request.ids : [request.id]) {
        const known = this.#live.get(id);
        if (known !== undefined) known.mayEnd = true;
      }
    return request;
  }

  answered(request: Request, outcome: Outcome): void {
    this.#pending.delete(request);
    if (outcome.kind === 'moved' && request.kind === 'transfer') this.money.moved(request);
    if (outcome.kind !== 'done') return;
    for (const order of outcome.orders) this.#take(order);
    for (const id of outcome.ended) this.#mustEnd(id);
    if (request.kind === 'modify') this.#mustEnd(request.id);
  }

  /** An `ordersPending_update`: told after the commit, so it survives like an answer. */
  toldOrder(order: ToldOrder): void {
    this.#toldOrders.set(order.id, order);
  }

  toldDeal(deal: ToldDeal): void {
    this.#toldDeals.set(dealKey(deal), deal);
  }

  /** Ids of orders that rest on a market, as far as known. */
  liveOn(market: string): readonly ToldOrder[] {
    return [...this.#live.values()].flatMap(({ order, ended }) =>
      order.market === market && !ended && !isOver(order) ? [order] : [],
    );
  }

  /** All orders and deals ever, for the last look. */
  everything(): { readonly orders: readonly ToldOrder[]; readonly deals: readonly ToldDeal[] } {
    const live = [...this.#live.values()].map(({ order }) => order);
    return { orders: [...this.#over.values(), ...live], deals: [...this.#deals.values()] };
  }

  /** Afterwards nothing is unknown any more: the picture is the truth all goes on from. */
  judge(picture: Picture): Judged {
    const found = this.#found(picture);
    for (const deal of picture.deals) this.#deal(deal);
    this.#checkTold(found);
    const unknown = this.#checkUnknown(found);
    const looked = found.size;
    for (const [id, known] of [...this.#live]) this.#checkKnown(id, known, found.get(id));
    for (const order of found.values()) this.#checkSums(order);
    this.faults.push(...this.money.judge(picture, this.#pendingTransfers()));
    this.#pending.clear();
    this.#toldOrders.clear();
    this.#toldDeals.clear();
    this.#greatestBefore = Math.max(this.#greatestBefore, ...found.keys());
    return { ...unknown, looked };
  }

  #found(picture: Picture): Map<number, ToldOrder> {
    const found = new Map<number, ToldOrder>();
    for (const order of [...picture.open, ...picture.finished]) {
      if (found.has(order.id)) this.#fault(`order ${order.id} is there twice`);
      found.set(order.id, order);
    }
    for (const order of picture.open) if (isOver(order)) this.#fault(`order ${order.id} is open and ${order.status}`);
    for (const order of picture.finished) if (!isOver(order)) this.#fault(`order ${order.id} ended as ${order.status}`);
    const names = picture.open.map(({ clientId }) => clientId);
    for (const name of new Set(names.filter((one, index) => names.indexOf(one) !== index)))
      this.#fault(`two open orders are called ${name}`);
    return found;
  }

  #checkTold(found: ReadonlyMap<number, ToldOrder>): void {
    for (const told of this.#toldOrders.values()) {
      const order = found.get(told.id) ?? this.#over.get(told.id);
      if (order === undefined) this.#fault(`order ${told.id} was told and is gone`);
      else this.#differs(`order ${told.id} was told otherwise`, differences(told, order));
    }
    for (const [key, told] of this.#toldDeals) {
      const deal = this.#deals.get(key);
      if (deal === undefined) this.#fault(`deal ${key} was told and is gone`);
      else if (JSON.stringify(deal) !== JSON.stringify(told)) this.#fault(`deal ${key} was told otherwise`);
    }
  }

  /** Orders that are there without having been answered must be the whole of an unanswered request. */
  #checkUnknown(found: ReadonlyMap<number, ToldOrder>): Pick<Judged, 'unknownThere' | 'unknownAbsent'> {
    const fresh = new Map<string, ToldOrder>();
    for (const order of found.values()) {
      if (this.#live.has(order.id)) continue;
      const over = this.#over.get(order.id);
      if (over !== undefined) this.#differs(`order ${order.id} has changed after its end`, differences(over, order));
      else fresh.set(order.clientId, order);
    }
    let unknownThere = 0;
    let unknownAbsent = 0;
    const resolved = (isThere: boolean): void => {
      if (isThere) unknownThere += 1;
      else unknownAbsent += 1;
    };
    for (const request of this.#pending) {
      if (request.kind === 'place') resolved(this.#adopt(request.forms, fresh));
      if (request.kind === 'modify') resolved(this.#checkModify(request.id, request.form, fresh, found));
      if (request.kind === 'cancel') resolved(this.#checkCancel(request.ids, found));
    }
    for (const { id, clientId } of fresh.values()) this.#fault(`nobody was promised order ${id} (${clientId})`);
    return { unknownThere, unknownAbsent };
  }

  /** All or none: what is sent here, the exchange accepts when it takes it. */
  #adopt(forms: readonly OrderForm[], fresh: Map<string, ToldOrder>): boolean {
    const there = forms.flatMap((form) => {
      const order = fresh.get(form.clientId);
      if (order === undefined) return [];
      fresh.delete(form.clientId);
      const fault = formFault(form, order);
      if (fault !== null) this.#fault(`order ${order.id} is not what was asked for: ${fault}`);
      this.#take(order);
      return [order];
    });
    if (there.length !== 0 && there.length !== forms.length)
      this.#fault(`of ${forms.length} orders of one request ${there.length} are there`);
    return there.length > 0;
  }

  #checkModify(
    id: number,
    form: OrderForm,
    fresh: Map<string, ToldOrder>,
    found: ReadonlyMap<number, ToldOrder>,
  ): boolean {
    const isThere = this.#adopt([form], fresh);
    const old = found.get(id);
    const wasCancelled = old?.status === 'CANCELED';
    if (wasCancelled && !isThere) this.#fault(`order ${id} was cancelled to be made anew, and was not made anew`);
    if (!wasCancelled && isThere) this.#fault(`order ${id} was made anew and is ${old?.status} all the same`);
    return isThere;
  }

  #checkCancel(ids: readonly number[], found: ReadonlyMap<number, ToldOrder>): boolean {
    const left = ids.map((id) => found.get(id)).filter((order) => order?.status !== 'FILLED');
    const cancelled = left.filter((order) => order?.status === 'CANCELED');
    if (cancelled.length !== 0 && cancelled.length !== left.length)
      this.#fault(`of ${left.length} orders of one request ${cancelled.length} are cancelled`);
    return cancelled.length > 0;
  }

  #checkKnown(id: number, known: Known, order: ToldOrder | undefined): void {
    if (order === undefined) {
      this.#fault(`order ${id} (${known.order.status}) is gone`);
      return;
    }
    this.#differs(`order ${id} is not as it was answered`, differences(known.order, order));
    if (known.ended && !isOver(order)) this.#fault(`order ${id} was cancelled and is open`);
    const isCancelled = isOver(order) && order.status !== 'FILLED';
    if (isCancelled && !isOver(known.order) && !known.mayEnd) this.#fault(`nobody cancelled order ${id}`);
    if (isOver(order)) {
      this.#live.delete(id);
      this.#over.set(id, order);
    } else this.#live.set(id, { order, ended: false, mayEnd: false });
  }

  #checkSums({ id, dealStock, dealMoney, dealFee }: ToldOrder): void {
    const sums = this.#sums.get(id);
    const isEqual = [
      [dealStock, sums?.stock],
      [dealMoney, sums?.money],
      [dealFee, sums?.fee],
    ] as const;
    if (isEqual.some(([told, sum]) => !Decimal.parse(told).eq(sum ?? Decimal.ZERO)))
      this.#fault(`order ${id} has ${dealStock} for ${dealMoney}, its deals have ${sums?.stock} for ${sums?.money}`);
  }

  #deal(deal: ToldDeal): void {
    const key = dealKey(deal);
    const known = this.#deals.get(key);
    if (known !== undefined) {
      if (JSON.stringify(known) !== JSON.stringify(deal)) this.#fault(`deal ${key} has changed`);
      return;
    }
    this.#deals.set(key, deal);
    const stock = Decimal.parse(deal.amount);
    const money = stock.mul(Decimal.parse(deal.price));
    const fee = Decimal.parse(deal.fee);
    if (!fee.eq((deal.side === 'buy' ? stock : money).mul(FEE))) this.#fault(`deal ${key} cost ${fee}`);
    const sums = this.#sums.get(deal.orderId) ?? { stock: Decimal.ZERO, money: Decimal.ZERO, fee: Decimal.ZERO };
    this.#sums.set(deal.orderId, {
      stock: sums.stock.add(stock),
      money: sums.money.add(money),
      fee: sums.fee.add(fee),
    });
    this.money.traded(deal);
  }

  /** An order that was answered, or found to be the whole of what was asked. */
  #take(order: ToldOrder): void {
    const known = this.#live.get(order.id);
    if (known === undefined && (this.#over.has(order.id) || order.id <= this.#greatestBefore))
      this.#fault(`id ${order.id} was given twice: the greatest before the kill was ${this.#greatestBefore}`);
    if (known !== undefined) this.#differs(`order ${order.id} goes back`, differences(known.order, order));
    this.#live.set(order.id, { order, ended: known?.ended ?? false, mayEnd: known?.mayEnd ?? false });
  }

  #mustEnd(id: number): void {
    const known = this.#live.get(id);
    if (known !== undefined) known.ended = true;
  }

  #pendingTransfers(): Transfer[] {
    return [...this.#pending].flatMap((request) => (request.kind === 'transfer' ? [request] : []));
  }

  #differs(words: string, found: readonly Difference[]): void {
    if (found.length > 0) this.#fault(`${words}: ${found.join(', ')}`);
  }

  #fault(words: string): void {
    this.faults.push(words);
  }
}
