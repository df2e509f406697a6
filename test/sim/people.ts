/** What people do at the desk: wishes with request ids, some of them twice, most of them sensible. */

import { Decimal } from '../../src/core/decimal.ts';
import type { UserId } from '../../src/core/ids.ts';
import type { OrderTerms, Quantity, Side } from '../../src/core/order.ts';
import type { Confirmation } from '../../src/engine/limits.ts';
import type { Order } from '../../src/engine/state.ts';
import type { AccountRunner } from '../../src/shell/trading/ports.ts';
import { StoreHalt } from '../../src/shell/trading/store-halt.ts';
import { type Chance, chanceOf } from './chance.ts';
import type { Told } from './desk-process.ts';
import { textOf } from './exchange/figures.ts';
import type { Market } from './exchange/ledger.ts';
import type { Oracle } from './oracle.ts';
import type { Item, PlaceStyle } from './script.ts';

const ALL_CONFIRMED: readonly Confirmation[] = [
  ...(['far-from-market', 'price-unknown', 'without-stream', 'activation-passed', 'no-limit-for-asset'] as const),
];

type PeopleParts = {
  readonly oracle: Oracle;
  readonly market: (chance: Chance) => Market;
  readonly nowMs: () => number;
};

export class People {
  readonly #parts: PeopleParts;
  /** The last wish of each account, to be said again. */
  readonly #last = new Map<string, Extract<Told, { kind: 'place' | 'move' }>>();

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  place(item: Item, runner: AccountRunner, style: PlaceStyle, times: number): void {
    const chance = chanceOf(item.draw);
    const market = this.#parts.market(chance);
    for (let copy = 0; copy < times; copy += 1) {
      const wish: Extract<Told, { kind: 'place' }> = {
        kind: 'place',
        requestId: `place-${item.id}-${copy}`,
        by: { user: runner.owner, bot: null },
        market: market.name,
        draft: draftOf(chance, market, style),
        slot: null,
        confirmations: ALL_CONFIRMED,
        now: this.#prices(market),
      };
      this.#last.set(runner.connection, wish);
      this.#tell(runner, wish);
      // A double click.
      if (chance.is(0.15)) this.#tell(runner, wish);
    }
  }

  /** A page that was loaded again, or did not get its answer. */
  repeat(runner: AccountRunner): void {
    const last = this.#last.get(runner.connection);
    if (last !== undefined) this.#tell(runner, last);
  }

  move(item: Item, runner: AccountRunner): void {
    const chance = chanceOf(item.draw);
    const order = pickOrder(chance, runner, (one) => one.owner !== 'external');
    if (order?.terms === undefined || order.terms === null) return;
    const market = this.#parts.market(chance);
    const wish: Extract<Told, { kind: 'move' }> = {
      kind: 'move',
      requestId: `move-${item.id}`,
      by: { user: runner.owner, bot: null },
      order: order.key,
      price:
        order.terms.kind === 'market' || order.terms.kind === 'stop-market' ? null : near(chance, priceOf(order), 1),
      activation: null,
      quantity: chance.is(0.5) ? null : lots(chance.between(30, 3_000)),
      confirmations: ALL_CONFIRMED,
      now: order.market === market.name ? this.#prices(market) : null,
    };
    this.#last.set(runner.connection, wish);
    this.#tell(runner, wish);
  }

  cancel(item: Item, runner: AccountRunner): void {
    const order = pickOrder(chanceOf(item.draw), runner, (one) => one.owner !== 'external');
    if (order !== null) this.#tell(runner, { kind: 'cancel', by: { user: runner.owner, bot: null }, order: order.key });
  }

  cancelExternal(item: Item, runner: AccountRunner): void {
    const order = pickOrder(chanceOf(item.draw), runner, (one) => one.owner === 'external');
    if (order === null) return;
    this.#parts.oracle.clicked.add(Number(order.venueId));
    this.#tell(runner, { kind: 'cancel', by: { user: runner.owner, bot: null }, order: order.key });
  }

  cancelAll(runner: AccountRunner): void {
    this.#tell(runner, { kind: 'cancel-all', by: { user: runner.owner as UserId, bot: null }, market: null });
  }

  #tell(runner: AccountRunner, wish: Told): void {
    const { oracle } = this.#parts;
    runner.tell(wish).then(
      ({ order, refused }) => {
        if ('requestId' in wish && order !== null && refused === null) oracle.told(wish.requestId, order);
      },
      (error: unknown) => {
        if (!(error instanceof StoreHalt)) throw error;
        oracle.count('store halt told');
      },
    );
  }

  #prices(market: Market) {
    const last = Decimal.parse(textOf(market.last));
    const tick = Decimal.power(-market.moneyPlaces);
    return { bid: last.sub(tick), ask: last.add(tick), last, asOfMs: this.#parts.nowMs() };
  }
}

function pickOrder(chance: Chance, runner: AccountRunner, isMeant: (order: Order) => boolean): Order | null {
  const live = runner.query.orders().filter((order) => order.status.kind !== 'closed' && isMeant(order));
  return live.length === 0 ? null : chance.pick(live);
}

function priceOf(order: Order): Decimal {
  const { terms } = order;
  return terms !== null && (terms.kind === 'limit' || terms.kind === 'stop-limit') ? terms.price : Decimal.ONE;
}

/** Up to `percent` away, on the tick that the market has most of the time. */
function near(chance: Chance, price: Decimal, percent: number): Decimal {
  const parts = Decimal.fromInteger(BigInt(10_000 + chance.between(-percent * 100, percent * 100)), 4);
  return price.mul(parts).round(2, 'half-even');
}

const lots = (count: number): Decimal => Decimal.fromInteger(BigInt(count), 3);

function draftOf(chance: Chance, market: Market, style: PlaceStyle) {
  const side: Side = chance.is(0.5) ? 'buy' : 'sell';
  const last = Decimal.parse(textOf(market.last));
  const base: Quantity = { unit: 'base', amount: lots(chance.between(60, 3_000)) };
  const away = (percent: string, better: boolean): Decimal => {
    const ratio = Decimal.parse(percent);
    const down = (side === 'buy') === better;
    return last.mul(down ? Decimal.ONE.sub(ratio) : Decimal.ONE.add(ratio)).round(2, 'half-even');
  };
  const draft = (terms: OrderTerms, quantity: Quantity = base, of: Side = side) => ({ side: of, terms, quantity });
  switch (style) {
    case 'limit':
      return draft({ kind: 'limit', price: near(chance, last, 1), postOnly: false, ioc: false });
    case 'far-limit':
      return draft({ kind: 'limit', price: away('0.03', true), postOnly: false, ioc: false });
    case 'post-only':
      return draft({ kind: 'limit', price: near(chance, last, 1), postOnly: true, ioc: false });
    case 'ioc':
      return draft({ kind: 'limit', price: near(chance, last, 1), postOnly: false, ioc: true });
    case 'market':
      return draft({ kind: 'market' });
    case 'market-quote':
      return draft(
        { kind: 'market' },
        { unit: 'quote', amount: Decimal.fromInteger(BigInt(chance.between(10, 200))) },
        'buy',
      );
    case 'stop-limit':
      return draft({ kind: 'stop-limit', price: away('0.012', false), activation: away('0.01', false) });
    case 'stop-market':
      return side === 'buy'
        ? draft(
            { kind: 'stop-market', activation: away('0.01', false) },
            { unit: 'quote', amount: Decimal.fromInteger(50n) },
          )
        : draft({ kind: 'stop-market', activation: away('0.01', false) });
  }
}
