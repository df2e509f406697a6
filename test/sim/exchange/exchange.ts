/** The exchange as a process: its markets, accounts and keys, and what markets and others do there by themselves. */

import type { Chance } from '../chance.ts';
import type { Loop } from '../loop.ts';
import { type Figure, figure, step } from './figures.ts';
import { Ledger, type Market, type Order } from './ledger.ts';
import { type ApiKey, Rest } from './rest.ts';
import { Streams } from './stream.ts';

export const KEYS: readonly ApiKey[] = [
  { account: 'first', publicKey: 'a1'.repeat(16), secret: 'b2'.repeat(16) },
  { account: 'second', publicKey: 'c3'.repeat(16), secret: 'd4'.repeat(16) },
];
export const MARKETS: readonly string[] = ['BTC_USDT', 'ETH_USDT'];
const LAST: Readonly<Record<string, string>> = { BTC_USDT: '100', ETH_USDT: '20' };

export class Exchange {
  readonly ledger = new Ledger();
  readonly rest: Rest;
  readonly streams: Streams;

  constructor(loop: Loop, chance: Chance, accounts: number) {
    for (const name of MARKETS) this.ledger.markets.set(name, marketOf(name));
    const rich = chance.is(0.6);
    for (const { account } of KEYS.slice(0, accounts))
      this.ledger.account(
        account,
        rich ? { USDT: '100000', BTC: '1000', ETH: '5000' } : { USDT: '1500', BTC: '15', ETH: '60' },
      );
    this.rest = new Rest(this.ledger, KEYS);
    this.streams = new Streams(
      this.ledger,
      this.rest.tokens,
      (delayMs, run) => void loop.deliver('exchange', delayMs, run),
    );
  }

  market(chance: Chance): Market {
    const market = this.ledger.markets.get(chance.pick(MARKETS));
    if (market === undefined) throw new Error('No market');
    return market;
  }

  /** By up to a third of a percent, or far. */
  move(nowMs: number, chance: Chance, far: boolean): void {
    const market = this.market(chance);
    const tick = step(market.moneyPlaces);
    const span = far ? 30n : 300n;
    const most = market.last / span / tick;
    const by = BigInt(Math.floor((chance.next() * 2 - 1) * Number(most)));
    this.ledger.move(nowMs, market, market.last + by * tick);
  }

  /** Somebody takes a part of an order that rests. */
  fill(nowMs: number, chance: Chance): void {
    const open = [...this.ledger.open].filter(({ active }) => active);
    if (open.length === 0) return;
    const order = chance.pick(open);
    const lots = order.amount / step(order.market.stockPlaces);
    const part = BigInt(Math.ceil(Number(lots) * (chance.is(0.4) ? 1 : chance.next())));
    this.ledger.fill(nowMs, order, part * step(order.market.stockPlaces), order.price, 1);
  }

  expel(nowMs: number, chance: Chance): void {
    const open = [...this.ledger.open];
    if (open.length > 0) this.ledger.end(nowMs, chance.pick(open), 'CANCELED_STP');
  }

  /** By hand on the same account, or by another program. */
  othersPlace(nowMs: number, chance: Chance, account: string): void {
    const market = this.market(chance);
    const tick = step(market.moneyPlaces);
    const asked = market.last + BigInt(chance.between(-100, 100)) * tick;
    // With a coarse tick a hundred of them reach below nothing.
    const price = asked < tick ? tick : asked;
    const clientId = chance.is(0.5) ? '' : `theirs-${chance.below(1_000_000)}`;
    const amount = BigInt(chance.between(60, 5_000)) * step(market.stockPlaces);
    this.ledger.place(nowMs, account, {
      ...{ market: market.name, side: chance.is(0.5) ? 'buy' : 'sell', activation: null, clientId },
      ...{ amount: textFigure(amount), price: textFigure(price), postOnly: false, ioc: chance.is(0.2) },
    });
  }

  othersCancel(nowMs: number, chance: Chance): void {
    const open = [...this.ledger.open];
    if (open.length === 0) return;
    const { account, id } = chance.pick(open);
    this.ledger.cancel(nowMs, account, { id, clientId: null });
  }

  deposit(chance: Chance, account: string, gone: boolean): void {
    const asset = chance.pick(['USDT', 'BTC', 'ETH']);
    const amount = BigInt(chance.between(1, 30_000)) * step(3);
    this.ledger.deposit(account, asset, gone ? -amount : amount);
  }

  rules(nowMs: number, chance: Chance, what: 'tick' | 'lot' | 'minimum' | 'closed' | 'open'): void {
    const market = this.market(chance);
    switch (what) {
      case 'tick':
        market.moneyPlaces = market.moneyPlaces === 2 ? 1 : 2;
        market.last -= market.last % step(market.moneyPlaces);
        return;
      case 'lot':
        market.stockPlaces = market.stockPlaces === 4 ? 3 : 4;
        return;
      case 'minimum':
        market.minTotal = figure(chance.pick(['1', '5', '20']));
        return;
      case 'closed':
        market.trades = false;
        return;
      case 'open':
        for (const one of this.ledger.markets.values()) one.trades = true;
        this.ledger.move(nowMs, market, market.last);
        return;
    }
  }

  openOf(account: string): readonly Order[] {
    return [...this.ledger.open].filter((order) => order.account === account);
  }
}

function textFigure(value: Figure): string {
  const digits = value.toString().padStart(13, '0');
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`;
}

function marketOf(name: string): Market {
  const [stock = '', money = ''] = name.split('_');
  return {
    ...{ name, stock, money, stockPlaces: 4, moneyPlaces: 2, minAmount: figure('0.001'), minTotal: figure('1') },
    ...{ last: figure(LAST[name] ?? '1'), trades: true, depth: figure('20') },
  };
}
