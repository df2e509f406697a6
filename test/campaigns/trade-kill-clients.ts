/** Programs that trade over the desk's HTTP with a token, and remember every word they were answered. */

import { setTimeout as pause } from 'node:timers/promises';
import type { Body } from '../../src/contract/contract.ts';
import { ROUTES, type Route, type RouteName } from '../../src/contract/routes.ts';
import type { Order, OrderDraft } from '../../src/contract/trading.ts';
import type { Seeded } from './seeded.ts';

export const MARKETS = ['BTC_USDT', 'ETH_USDT'] as const;
export type Market = (typeof MARKETS)[number];
/** An answer that takes longer is none: the request is sent again under its id. */
const PATIENCE_MS = 10_000;
const AGAIN_MS = 60;
/** Between two actions of one program. */
const THINK_MAX_MS = 160;
/** With more of its own open, a program rather cancels. */
const OPEN_MAX = 14;
const BULK = 5;
/** About fifty dollars: above the minimum, far below what custody signs at once. */
const AMOUNTS: Readonly<Record<Market, string>> = { BTC_USDT: '0.0006', ETH_USDT: '0.014' };
/** Whatever is in trouble, orders go on: that is when they are lost. */
const CONFIRMATIONS = ['far-from-market', 'price-unknown', 'without-stream'] as const;

export type Answer = { readonly status: number; readonly json: unknown };
export type Asked = { readonly params?: Record<string, string>; readonly query?: string; readonly body?: unknown };

/** Rejects where the desk was killed under the request. */
export async function ask(address: string, token: string, name: RouteName, asked: Asked = {}): Promise<Answer> {
  const route: Route = ROUTES[name];
  const path = route.path.replace(/:(\w+)/g, (_all, field: string) => encodeURIComponent(asked.params?.[field] ?? ''));
  const sends = route.method !== 'GET';
  const reply = await fetch(address + path + (asked.query ?? ''), {
    method: route.method,
    headers: { Authorization: `Bearer ${token}`, ...(sends && { 'Content-Type': 'application/json' }) },
    ...(sends && { body: JSON.stringify(asked.body ?? {}) }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return { status: reply.status, json: JSON.parse(await reply.text()) as unknown };
}

export type Placed = { readonly requestId: string; readonly body: Body<'orders.place'>; readonly key: string };

/** What all programs together were told; what the judge holds the desk to. */
export class Notes {
  /** Answered with an order. */
  readonly placed: Placed[] = [];
  /** Keys whose cancellation was answered: they must end. */
  readonly cancelled = new Set<string>();
  readonly moved = new Set<string>();
  readonly refusals = new Map<string, number>();
  readonly faults: string[] = [];
  answered = 0;
  unanswered = 0;
  doubleClicks = 0;

  refused(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }
}

export type TraderParts = {
  readonly name: string;
  readonly address: string;
  readonly token: string;
  readonly connection: string;
  readonly chance: Seeded;
  readonly notes: Notes;
};

export class Trader {
  readonly #parts: TraderParts;
  readonly #open: string[] = [];
  readonly #prices = new Map<Market, number>();
  #count = 0;
  #isStopping = false;

  constructor(parts: TraderParts) {
    this.#parts = parts;
  }

  /** Until it is told to stop; then every request that is under way is answered first. */
  async work(): Promise<void> {
    this.#isStopping = false;
    while (!this.#isStopping) {
      await this.#act();
      await pause(this.#parts.chance.next() * THINK_MAX_MS);
    }
  }

  stop(): void {
    this.#isStopping = true;
  }

  async #act(): Promise<void> {
    const { chance } = this.#parts;
    await this.#lookAtPrice(chance.pick(MARKETS));
    const dice = chance.below(100);
    if (this.#open.length > OPEN_MAX || (dice < 20 && this.#open.length > 0)) return this.#cancel();
    if (dice < 38 && this.#open.length > 0) return this.#move();
    if (dice < 40) return this.#cancelAll();
    if (dice < 52) return void (await Promise.all(Array.from({ length: BULK }, () => this.#place())));
    return this.#place();
  }

  async #place(): Promise<void> {
    const { chance, connection, notes } = this.#parts;
    const market = chance.pick(MARKETS);
    const draft = this.#draft(market);
    if (draft === null) return;
    const requestId = this.#requestId();
    const body = { requestId, connection, market, draft, confirmations: [...CONFIRMATIONS] };
    const twice = chance.chance(10);
    const [answer, other] = await Promise.all([
      this.#untilAnswered('orders.place', { body }),
      twice ? this.#untilAnswered('orders.place', { body }) : null,
    ]);
    if (twice) notes.doubleClicks += 1;
    const keys = [answer, other].flatMap((one) => (one === null ? [] : [(one as Order).key]));
    if (new Set(keys).size > 1) notes.faults.push(`${requestId} made two orders: ${keys.join(' ')}`);
    const [key] = keys;
    if (key === undefined) return;
    notes.placed.push({ requestId, body, key });
    this.#open.push(key);
  }

  async #move(): Promise<void> {
    const found = await this.#take();
    if (found === null) return;
    const { market, side, key } = found;
    const price = this.#price(market as Market, side, this.#parts.chance.next() * 0.02);
    if (price === null || found.terms?.kind !== 'limit') return;
    const body = { requestId: this.#requestId(), price, confirmations: [...CONFIRMATIONS] };
    const params = { id: this.#parts.connection, order: key };
    if ((await this.#untilAnswered('orders.move', { params, body })) !== null) this.#parts.notes.moved.add(key);
    this.#open.push(key);
  }

  async #cancel(): Promise<void> {
    const found = await this.#take();
    if (found === null) return;
    const params = { id: this.#parts.connection, order: found.key };
    if ((await this.#untilAnswered('orders.cancel', { params })) !== null) this.#parts.notes.cancelled.add(found.key);
  }

  async #cancelAll(): Promise<void> {
    const { connection, chance } = this.#parts;
    await this.#untilAnswered('orders.cancelAll', { body: { connection, market: chance.pick(MARKETS) } });
  }

  /** One of its own that still lives, under the name that its last move gave it. */
  async #take(): Promise<Order | null> {
    const { chance, connection, notes } = this.#parts;
    const [first] = this.#open.splice(chance.below(this.#open.length), 1);
    let key: string | null = first ?? null;
    while (key !== null) {
      const order = (await this.#untilAnswered('orders.read', {
        params: { id: connection, order: key },
      })) as Order | null;
      if (order === null) {
        notes.faults.push(`order ${key} was answered, and is not known any more`);
        return null;
      }
      if (order.state !== 'closed') return order;
      key = order.replacedBy;
    }
    return null;
  }

  /** The answer, or null for a refusal. A broken connection and a server's fault are no answers. */
  async #untilAnswered(name: RouteName, asked: Asked): Promise<unknown> {
    const { address, token, notes } = this.#parts;
    for (;;) {
      const answer = await ask(address, token, name, asked).catch(() => null);
      if (answer !== null && answer.status < 500) {
        notes.answered += 1;
        if (answer.status < 300) return answer.json;
        notes.refused(codeOf(answer));
        return null;
      }
      notes.unanswered += 1;
      if (answer !== null) notes.refused(`${answer.status} ${codeOf(answer)}`);
      await pause(AGAIN_MS);
    }
  }

  async #lookAtPrice(market: Market): Promise<void> {
    const { address, token } = this.#parts;
    const params = { venue: 'practice', market };
    const answer = await ask(address, token, 'markets.book', { params }).catch(() => null);
    const best = (answer?.json as { bids?: [string, string][] } | undefined)?.bids?.[0]?.[0];
    if (answer?.status === 200 && best !== undefined) this.#prices.set(market, Number(best));
  }

  /** Behind the market by a share of it: what is little is filled soon. */
  #price(market: Market, side: 'buy' | 'sell', behind: number): string | null {
    const best = this.#prices.get(market);
    return best === undefined ? null : (best * (side === 'buy' ? 1 - behind : 1 + behind)).toFixed(2);
  }

  #draft(market: Market): OrderDraft | null {
    const { chance } = this.#parts;
    const side = chance.pick(['buy', 'sell'] as const);
    const dice = chance.below(100);
    if (dice < 8)
      return dice < 4 && side === 'buy'
        ? { side, terms: { kind: 'market' }, quantity: { unit: 'quote', amount: '40' } }
        : { side, terms: { kind: 'market' }, quantity: { unit: 'base', amount: AMOUNTS[market] } };
    const ioc = dice < 18;
    // A little beyond the best takes; much of the rest stands where the next trades come by.
    const price = this.#price(market, side, ioc ? -0.001 : chance.next() * (dice < 60 ? 0.0004 : 0.02));
    if (price === null) return null;
    const terms = { kind: 'limit', price, postOnly: !ioc && chance.chance(20), ioc } as const;
    return { side, terms, quantity: { unit: 'base', amount: AMOUNTS[market] } };
  }

  #requestId(): string {
    this.#count += 1;
    return `${this.#parts.name}-${this.#count}`;
  }
}

function codeOf({ json }: Answer): string {
  return (json as { error?: { code?: string } }).error?.code ?? 'no code';
}
