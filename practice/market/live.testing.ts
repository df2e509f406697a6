import { Decimal } from '../../src/core/decimal.ts';
import type { Opening } from '../engine/engine.ts';
import { ALICE, BOB, form, OPENING } from '../engine/world.testing.ts';
import type { ExchangeOptions } from '../exchange/durable-exchange.ts';
import { Bench, START_MS } from '../exchange/exchange.testing.ts';
import type { Candle, Market } from '../ports.ts';
import { candleStart, nextCandleStart } from './candles.ts';
import { createLiveMarket } from './live-market.ts';
import { createMarket } from './market.ts';

/** An exchange whose every trade and sign of life the test knows, and what must follow from them, counted naively. */

export const MARKET = 'BTC_USDT';
export const model = createMarket({ seed: 'live' });

/** As the server opens one: at the model's prices. */
const opening: Opening = {
  ...OPENING,
  lastPrices: new Map(OPENING.listings.map(({ name }) => [name, model.statistics(name, START_MS, 1).last])),
};

const GAP_SEC = 60;
/** A minute of silence would be a gap. */
const TICK_SEC = 50;
const SECONDS_BEFORE = 6 * 3_600;
const d = Decimal.parse;

type Seen = { readonly atSec: number; readonly price: Decimal; readonly amount: Decimal };
/** What happened in a second or longer; null prices: nothing. */
type Atom = Omit<Candle, 'timeSec'> | null;

export class Street {
  readonly file: string;
  readonly options: Partial<ExchangeOptions>;
  bench: Bench;
  market: Market;
  readonly trades: Seen[] = [];
  readonly #signsSec: number[] = [];
  #ms = START_MS;

  constructor(file: string, options: Partial<ExchangeOptions> = {}) {
    this.file = file;
    this.options = { opening, ...options };
    this.bench = new Bench(file, this.options);
    this.market = this.#open();
  }

  #open(): Market {
    this.bench.clock.ms = this.#ms;
    const { exchange, clock } = this.bench;
    this.#sign();
    return createLiveMarket({ model, exchange, clock });
  }

  #sign(): void {
    this.#signsSec.push(Math.floor(this.#ms / 1_000));
  }

  get nowSec(): number {
    return Math.floor(this.#ms / 1_000);
  }

  get nowMs(): number {
    return this.#ms;
  }

  async fund(): Promise<void> {
    await this.bench.run(
      [ALICE, BOB].flatMap((account) =>
        ['BTC', 'USDT'].map((ticker) => ({ kind: 'credit', account, ticker, amount: d('1000000000') }) as const),
      ),
    );
  }

  /** Time goes on, and nobody is there to notice before it has. */
  jump(sec: number): void {
    this.#ms += Math.round(sec * 1_000);
    this.bench.clock.ms = this.#ms;
  }

  /** As the server does. */
  async tick(): Promise<void> {
    const ticked = this.bench.exchange.tick();
    while (this.bench.turn());
    await ticked;
    this.#sign();
  }

  /** Lives through a time, ticking often enough. */
  async live(sec: number): Promise<void> {
    for (let left = sec; left > 0; left -= TICK_SEC) {
      this.jump(Math.min(TICK_SEC, left));
      await this.tick();
    }
  }

  async trade(price: string, amount: string): Promise<void> {
    const words = { price, amount };
    await this.bench.run([
      { kind: 'place', account: BOB, order: form('limit', 'sell', words) },
      { kind: 'place', account: ALICE, order: form('limit', 'buy', words) },
    ]);
    this.#sign();
    this.trades.push({ atSec: this.nowSec, price: d(price), amount: d(amount) });
  }

  /** Closes and opens again after a while. */
  restart(awaySec: number): void {
    this.bench.exchange.close();
    this.#sign();
    this.#ms += awaySec * 1_000;
    this.bench = new Bench(this.file, { ...this.options, clock: { nowMs: () => this.#ms } });
    this.market = this.#open();
  }

  /** [from, to) of every life in whole seconds, from nothing but the signs. */
  lives(): readonly (readonly [number, number])[] {
    const lives: [number, number][] = [];
    for (const sec of [...this.#signsSec, this.nowSec]) {
      const last = lives.at(-1);
      if (last !== undefined && sec - last[1] < GAP_SEC) last[1] = sec + 1;
      else lives.push([sec, sec + 1]);
    }
    return lives;
  }

  /** Second by second: slow and obviously right. */
  naiveCandles(intervalSec: number, fromSec: number, toSec: number): readonly Candle[] {
    const candles: Candle[] = [];
    const atoms = this.#atoms(candleStart(fromSec, intervalSec), toSec);
    let used = 0;
    for (let start = candleStart(fromSec, intervalSec); start < toSec; start = nextCandleStart(start, intervalSec)) {
      const end = Math.min(nextCandleStart(start, intervalSec), toSec);
      const first = used;
      while ((atoms[used]?.sec ?? end) < end) used += 1;
      const inside = atoms.slice(first, used).map(({ atom }) => atom);
      candles.push({ timeSec: start, ...sumOf(inside, () => this.#priceBefore(start)) });
    }
    return candles;
  }

  /** Of any time, as one candle. */
  naiveSum(fromSec: number, toSec: number): Omit<Candle, 'timeSec'> {
    const atoms = this.#atoms(fromSec, toSec).map(({ atom }) => atom);
    return sumOf(atoms, () => this.#priceBefore(fromSec));
  }

  /** One atom a second; one a minute long before the first life, where the model's own tests vouch for it. */
  #atoms(fromSec: number, toSec: number): readonly { readonly sec: number; readonly atom: Atom }[] {
    const lives = this.lives();
    const bornSec = lives[0]?.[0] ?? 0;
    const secondsFrom = Math.max(fromSec, candleStart(bornSec, 60) - SECONDS_BEFORE);
    const seconds = new Map(model.candles(MARKET, 1, secondsFrom, toSec).map((second) => [second.timeSec, second]));
    const atoms: { sec: number; atom: Atom }[] = model
      .candles(MARKET, 60, fromSec, secondsFrom)
      .filter(({ timeSec }) => timeSec >= fromSec && timeSec < secondsFrom - (secondsFrom % 60))
      .map((minute) => ({ sec: minute.timeSec, atom: minute }));
    const trades = Map.groupBy(this.trades, ({ atSec }) => atSec);
    let place = 0;
    for (let sec = secondsFrom; sec < toSec; sec += 1) {
      while (sec >= (lives[place]?.[1] ?? Number.POSITIVE_INFINITY)) place += 1;
      const isLived = sec >= (lives[place]?.[0] ?? Number.POSITIVE_INFINITY);
      const atom = isLived ? tradedIn(trades.get(sec) ?? []) : (seconds.get(sec) ?? null);
      atoms.push({ sec, atom });
    }
    return atoms;
  }

  #priceBefore(sec: number): string {
    const life = this.lives().find(([from, to]) => sec >= from && sec < to);
    const at = life?.[0] ?? sec;
    const traded = this.trades.findLast(({ atSec }) => atSec >= at && atSec < sec);
    if (life !== undefined && traded !== undefined) return traded.price.toString();
    return model.statistics(MARKET, at * 1_000, 1).last.toString();
  }
}

function tradedIn(trades: readonly Seen[]): Atom {
  if (trades.length === 0) return null;
  const each = trades.map(({ price, amount }) => {
    const text = price.toString();
    const volumes = { volumeStock: amount.toString(), volumeMoney: amount.mul(price).toString() };
    return { open: text, high: text, low: text, close: text, ...volumes };
  });
  return sumOf(each, () => '');
}

function sumOf(atoms: readonly Atom[], priceBefore: () => string): Omit<Candle, 'timeSec'> {
  const told = atoms.filter((atom) => atom !== null);
  const prices = (field: 'high' | 'low'): Decimal[] => told.map((atom) => d(atom[field]));
  const total = (field: 'volumeStock' | 'volumeMoney'): string =>
    Decimal.sum(told.map((atom) => d(atom[field]))).toString();
  const before = d(told[0]?.open ?? priceBefore());
  return {
    open: before.toString(),
    high: prices('high').reduce(Decimal.max, before).toString(),
    low: prices('low').reduce(Decimal.min, before).toString(),
    close: told.at(-1)?.close ?? before.toString(),
    volumeStock: total('volumeStock'),
    volumeMoney: total('volumeMoney'),
  };
}
