/** Somebody who trades without pause, by chance, on one market of one account, and notes every request and answer. */

import { Decimal } from '../../src/core/decimal.ts';
import type { OrderForm } from './practice-compare.ts';
import type { Mirror, Outcome, Request } from './practice-mirror.ts';
import { orderOf } from './practice-told.ts';
import { type Caller, type Params, publicly } from './practice-wire.ts';
import type { Seeded } from './seeded.ts';

/** More would make cancelling and looking take longer, and test nothing more. */
const LIVE_MAX = 30;
const BULK_MAX = 5;
/** In money: above every minimum, far below what the accounts have. */
const WORTH_MIN = 20;
const WORTH_MAX = 300;
/** Of the price, in hundredths of a percent: near enough to be taken by others soon, or not at all. */
const NEAR_MAX = 20;
const FAR_MIN = 200;
const FAR_MAX = 1_500;
/** Takes what rests there, but not through a thin book. */
const CROSS = 30;
const POINTS = 10_000;
/** More than anybody has, of any asset. */
const TOO_MUCH = '1000000';
/** No two transfers are of the same amount, so that a wallet tells which of them happened. */
const TRANSFER_STEP = Decimal.parse('0.000001');

export type TraderFigures = { answered: number; refused: number; unanswered: number };

export type TraderParts = {
  readonly name: string;
  readonly market: string;
  /** Places of amounts and prices. */
  readonly places: { readonly amount: number; readonly price: number };
  readonly mirror: Mirror;
  readonly caller: Caller;
  readonly chance: Seeded;
  readonly figures: TraderFigures;
};

type Sent = { readonly request: Request; readonly path: string; readonly params: Params; read(body: unknown): Outcome };

export class Trader {
  readonly #parts: TraderParts;
  #names = 0;
  #transfers = 0;
  #ask = Decimal.ZERO;
  #bid = Decimal.ZERO;

  constructor(parts: TraderParts) {
    this.#parts = parts;
  }

  get caller(): Caller {
    return this.#parts.caller;
  }

  /** Until the line is cut. */
  async run(): Promise<void> {
    try {
      const book = await publicly<Book>(this.caller.url, `orderbook/${this.#parts.market}?limit=1`);
      this.#ask = Decimal.parse(book.asks[0]?.[0] ?? '');
      this.#bid = Decimal.parse(book.bids[0]?.[0] ?? '');
    } catch {
      return;
    }
    while (await this.#step());
  }

  /** Puts money into the trade wallet, or takes it back. False where the line was cut. */
  transfer(ticker: string, amount: string, to: 'main' | 'spot'): Promise<boolean> {
    const params = { ticker, amount, from: to === 'spot' ? 'main' : 'spot', to };
    const request = { kind: 'transfer', ticker, amount, to } as const;
    const path = '/api/v4/main-account/transfer';
    return this.#send({ request, path, params, read: () => ({ kind: 'moved' }) });
  }

  #step(): Promise<boolean> {
    const { chance, mirror, market } = this.#parts;
    const live = mirror.liveOn(market);
    if (live.length > LIVE_MAX) return this.#cancelAll();
    const dice = chance.below(100);
    if (dice < 34 || live.length === 0) return this.#placeLimit();
    if (dice < 48) return this.#placeAtMarket();
    if (dice < 53) return this.#placeStop();
    if (dice < 63) return this.#bulk();
    if (dice < 73) return this.#cancel();
    if (dice < 78) return this.#cancelSome();
    if (dice < 80) return this.#cancelAll();
    if (dice < 88) return this.#modify();
    if (dice < 91) return this.#placeWrong();
    return this.#someTransfer();
  }

  #placeLimit(): Promise<boolean> {
    const { chance } = this.#parts;
    const form = this.#limit(chance.chance(50));
    const flags = chance.pick([{}, {}, { postOnly: true }, { ioc: true }]);
    return this.#place('/api/v4/order/new', form, flags);
  }

  #placeAtMarket(): Promise<boolean> {
    const { chance } = this.#parts;
    const { side, ...form } = this.#limit(true);
    if (chance.chance(40)) {
      const price = this.#priced(side === 'buy' ? this.#ask : this.#bid, side === 'buy' ? CROSS : -CROSS);
      return this.#place('/api/v4/order/new', { ...form, side, price }, { ioc: chance.chance(50) });
    }
    const worth = String(chance.between(WORTH_MIN, WORTH_MAX));
    if (side === 'buy' && chance.chance(50))
      return this.#place('/api/v4/order/market', { ...form, side, type: 'market', amount: worth, price: null });
    return this.#place('/api/v4/order/stock_market', { ...form, side, type: 'stock market', price: null });
  }

  #placeStop(): Promise<boolean> {
    const form = { ...this.#limit(false), type: 'stop limit' };
    // A buy waits above the price and a sell below it, or it would go off at once.
    const points = form.side === 'buy' ? FAR_MIN : -FAR_MIN;
    const activation = this.#priced(form.side === 'buy' ? this.#ask : this.#bid, points);
    const stop = { activation_price: activation };
    if (this.#parts.chance.chance(60)) return this.#place('/api/v4/order/stop_limit', form, stop);
    const amount = form.side === 'buy' ? String(this.#parts.chance.between(WORTH_MIN, WORTH_MAX)) : form.amount;
    return this.#place('/api/v4/order/stop_market', { ...form, type: 'stop market', amount, price: null }, stop);
  }

  /** Refused in most cases: what would take, what costs too much, and a name that is taken. */
  #placeWrong(): Promise<boolean> {
    const { chance, mirror, market } = this.#parts;
    const form = this.#limit(true);
    const across = this.#priced(form.side === 'buy' ? this.#ask : this.#bid, form.side === 'buy' ? CROSS : -CROSS);
    const taken = mirror.liveOn(market)[0]?.clientId ?? form.clientId;
    const [wrong, flags] = chance.pick<[OrderForm, Params]>([
      [{ ...form, price: across }, { postOnly: true }],
      [{ ...form, amount: TOO_MUCH }, {}],
      [{ ...form, clientId: taken }, {}],
    ]);
    return this.#place('/api/v4/order/new', wrong, flags);
  }

  #place(path: string, form: OrderForm, more: Params = {}): Promise<boolean> {
    const request = { kind: 'place', forms: [form] } as const;
    return this.#send({ request, path, params: { ...fields(form), ...more }, read: oneOrder });
  }

  #bulk(): Promise<boolean> {
    const forms = Array.from({ length: this.#parts.chance.between(2, BULK_MAX) }, () => this.#limit(false));
    return this.#send({
      request: { kind: 'place', forms },
      path: '/api/v4/order/bulk',
      params: { orders: forms.map(fields) },
      read: (body) => ({ kind: 'done', orders: resultsOf(body).map((one) => orderOf(one)), ended: [] }),
    });
  }

  #cancel(): Promise<boolean> {
    const { chance, mirror, market } = this.#parts;
    const { id } = chance.pick(mirror.liveOn(market));
    return this.#send({
      request: { kind: 'cancel', ids: [id] },
      path: '/api/v4/order/cancel',
      params: { market, orderId: id },
      read: (body) => ({ kind: 'done', orders: [orderOf(body)], ended: [id] }),
    });
  }

  #cancelSome(): Promise<boolean> {
    const { chance, mirror, market } = this.#parts;
    const ids = mirror.liveOn(market).flatMap(({ id }) => (chance.chance(50) ? [id] : []));
    if (ids.length === 0) return this.#cancel();
    return this.#send({
      request: { kind: 'cancel', ids },
      path: '/api/v4/order/cancel/bulk',
      params: { orders: ids.map((orderId) => ({ market, orderId })) },
      read: (body) => ({ kind: 'done', orders: [], ended: resultsOf(body).map((one) => Number(one.orderId)) }),
    });
  }

  #cancelAll(): Promise<boolean> {
    const { mirror, market } = this.#parts;
    const ids = mirror.liveOn(market).map(({ id }) => id);
    return this.#send({
      request: { kind: 'cancel', ids },
      path: '/api/v4/order/cancel/all',
      params: { market, type: ['spot'] },
      read: () => ({ kind: 'done', orders: [], ended: ids }),
    });
  }

  #modify(): Promise<boolean> {
    const { chance, mirror, market } = this.#parts;
    const limits = mirror.liveOn(market).filter(({ type }) => type === 'limit');
    if (limits.length === 0) return this.#placeLimit();
    const { id, clientId, side } = chance.pick(limits);
    const { amount, price } = this.#limit(chance.chance(30), side);
    return this.#send({
      request: { kind: 'modify', id, form: { clientId, market, side, type: 'limit', amount, price } },
      path: '/api/v4/order/modify',
      params: { market, orderId: id, amount, price },
      read: oneOrder,
    });
  }

  #someTransfer(): Promise<boolean> {
    this.#transfers += 1;
    const { chance } = this.#parts;
    const amount = Decimal.parse(String(chance.between(1, 9))).add(
      TRANSFER_STEP.mul(Decimal.fromInteger(BigInt(this.#transfers))),
    );
    return this.transfer('USDT', amount.trim().toString(), chance.pick(['main', 'spot']));
  }

  /** Near the other side's best price or far from it, never across it but by a market that has moved. */
  #limit(near: boolean, side = this.#parts.chance.pick(['buy', 'sell'] as const)): OrderForm {
    const { chance, market, places, name } = this.#parts;
    const points = near ? chance.between(1, NEAR_MAX) : chance.between(FAR_MIN, FAR_MAX);
    const price = this.#priced(side === 'buy' ? this.#ask : this.#bid, side === 'buy' ? -points : points);
    const worth = Decimal.parse(String(chance.between(WORTH_MIN, WORTH_MAX)));
    const amount = worth.div(this.#ask, places.amount, 'up').trim().toString();
    this.#names += 1;
    return { clientId: `${name}-${this.#names}`, market, side, type: 'limit', amount, price };
  }

  #priced(from: Decimal, points: number): string {
    const factor = Decimal.fromInteger(BigInt(POINTS + points)).div(Decimal.parse(String(POINTS)), 4, 'down');
    return from.mul(factor).round(this.#parts.places.price, 'down').trim().toString();
  }

  async #send({ request, path, params, read }: Sent): Promise<boolean> {
    const { mirror, caller, figures } = this.#parts;
    mirror.ask(request);
    const reply = await caller.call(path, params);
    if (reply === null) {
      figures.unanswered += 1;
      return false;
    }
    figures.answered += 1;
    if (reply.status >= 400) figures.refused += 1;
    mirror.answered(request, reply.status >= 400 ? { kind: 'refused' } : read(reply.body));
    return true;
  }
}

type Book = { readonly asks: readonly [string, string][]; readonly bids: readonly [string, string][] };

function fields({ clientId, market, side, amount, price }: OrderForm): Params {
  return { market, side, amount, clientOrderId: clientId, ...(price === null ? {} : { price }) };
}

function oneOrder(body: unknown): Outcome {
  return { kind: 'done', orders: [orderOf(body)], ended: [] };
}

function resultsOf(body: unknown): Params[] {
  return (body as readonly { readonly result: Params | null }[]).flatMap(({ result }) =>
    result === null ? [] : [result],
  );
}
