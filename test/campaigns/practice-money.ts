/** The money of one client, by its own books: what it put in and moved, and what its deals brought and cost. Exact. */

import { Decimal } from '../../src/core/decimal.ts';
import type { Picture } from './practice-picture.ts';
import type { ToldDeal, ToldOrder } from './practice-told.ts';

export type Transfer = { readonly ticker: string; readonly amount: string; readonly to: 'main' | 'spot' };

export class MirrorMoney {
  readonly #main = new Map<string, Decimal>();
  readonly #trade = new Map<string, Decimal>();
  transfers = 0;

  /** Money that came into the main wallet. */
  given(ticker: string, amount: string): void {
    add(this.#main, ticker, Decimal.parse(amount));
  }

  moved({ ticker, amount, to }: Transfer): void {
    const units = Decimal.parse(amount);
    add(this.#main, ticker, to === 'main' ? units : units.neg());
    add(this.#trade, ticker, to === 'main' ? units.neg() : units);
    this.transfers += 1;
  }

  /** The buyer pays the fee in what it bought, the seller in what it got for it. */
  traded({ market, side, price, amount, fee, feeTicker }: ToldDeal): void {
    const [stock = '', money = ''] = market.split('_');
    const units = Decimal.parse(amount);
    const paid = units.mul(Decimal.parse(price));
    add(this.#trade, stock, side === 'buy' ? units : units.neg());
    add(this.#trade, money, side === 'buy' ? paid.neg() : paid);
    add(this.#trade, feeTicker, Decimal.parse(fee).neg());
  }

  /** Faults in words. Unknown transfers are booked as they turn out to have ended. */
  judge(picture: Picture, unknown: readonly Transfer[]): string[] {
    for (const transfer of this.#thatHappened(picture.main, unknown)) this.moved(transfer);
    const faults: string[] = [];
    for (const ticker of new Set([...this.#main.keys(), ...this.#trade.keys()])) {
      const main = of(picture.main, ticker);
      if (!main.eq(of(this.#main, ticker)))
        faults.push(`the main wallet has ${main} ${ticker}, not ${of(this.#main, ticker)}`);
      const { available, freeze } = picture.trade.get(ticker) ?? { available: Decimal.ZERO, freeze: Decimal.ZERO };
      if (!available.add(freeze).eq(of(this.#trade, ticker)))
        faults.push(`the trade wallet has ${available} + ${freeze} ${ticker}, not ${of(this.#trade, ticker)}`);
      const frozen = Decimal.sum(picture.open.map((order) => frozenOf(order, ticker)));
      if (!freeze.eq(frozen)) faults.push(`${freeze} ${ticker} are frozen, orders hold ${frozen}`);
    }
    return faults;
  }

  /** The one choice of unknown transfers that explains the main wallets; none where nothing explains them. */
  #thatHappened(main: ReadonlyMap<string, Decimal>, unknown: readonly Transfer[]): readonly Transfer[] {
    const tickers = new Set(unknown.map(({ ticker }) => ticker));
    for (const chosen of subsets(unknown)) {
      const explains = [...tickers].every((ticker) => {
        const moved = chosen.filter((one) => one.ticker === ticker);
        const change = Decimal.sum(
          moved.map(({ amount, to }) => (to === 'main' ? Decimal.parse(amount) : Decimal.parse(amount).neg())),
        );
        return of(main, ticker).eq(of(this.#main, ticker).add(change));
      });
      if (explains) return chosen;
    }
    return [];
  }
}

function frozenOf({ market, side, type, price, left }: ToldOrder, ticker: string): Decimal {
  const [stock = '', money = ''] = market.split('_');
  if (left === null || ticker !== (side === 'buy' ? money : stock)) return Decimal.ZERO;
  const rest = Decimal.parse(left);
  // What a stop market order buys for is counted in money.
  return side === 'buy' && type !== 'stop market' ? rest.mul(Decimal.parse(price)) : rest;
}

function subsets<T>(items: readonly T[]): T[][] {
  return Array.from({ length: 2 ** items.length }, (_, bits) => items.filter((_item, index) => (bits >> index) & 1));
}

function add(to: Map<string, Decimal>, ticker: string, amount: Decimal): void {
  to.set(ticker, of(to, ticker).add(amount));
}

function of(balances: ReadonlyMap<string, Decimal>, ticker: string): Decimal {
  return balances.get(ticker) ?? Decimal.ZERO;
}
