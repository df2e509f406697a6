/** Which markets an exchange lists, with its tickers of all of them: read when somebody asks, shared by all who do. */

import type { Instrument } from '../../core/instrument.ts';
import type { Answer, PublicVenue, Ticker } from '../../venues/venue.ts';
import { type Clock, hasPassed } from '../clock.ts';
import type { ListedMarket } from './ports.ts';

/** Markets are listed and taken off rarely; a halted one is missing until it trades again. */
const LISTED_FOR_MS = 180_000;
/** One answer holds every market; the exchange renews it each second. */
const TICKERS_FOR_MS = 5_000;
/** Askers for the rules as they are now share an answer this young: the exchange itself keeps it for ten seconds. */
const RULES_FOR_MS = 2_000;

type Held<T> = { readonly value: T; readonly atMs: number };

/** One question at a time, and its last answer. */
class Kept<T> {
  readonly #ask: () => Promise<Answer<T>>;
  readonly #clock: Clock;
  #asking: Promise<Answer<T>> | null = null;
  held: Held<T> | null = null;

  constructor(ask: () => Promise<Answer<T>>, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** What is held if it is young enough, and otherwise whatever the exchange says now. */
  async read(youngerThanMs: number): Promise<Answer<T>> {
    if (this.held !== null && !hasPassed(this.#clock.nowMs(), this.held.atMs, youngerThanMs))
      return { ok: true, value: this.held.value };
    this.#asking ??= this.#now().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #now(): Promise<Answer<T>> {
    const answer = await this.#ask();
    if (answer.ok) this.held = { value: answer.value, atMs: this.#clock.nowMs() };
    return answer;
  }
}

export class MarketLists {
  readonly #instruments: Kept<readonly Instrument[]>;
  readonly #tickers: Kept<ReadonlyMap<string, Ticker>>;
  #knownOf: readonly Instrument[] | null = null;
  #known: ReadonlySet<string> | null = null;

  constructor(venue: Pick<PublicVenue, 'instruments' | 'tickers'>, clock: Clock) {
    this.#instruments = new Kept(() => venue.instruments(), clock);
    this.#tickers = new Kept(() => venue.tickers(), clock);
  }

  /** Names of the markets as last read; null before the first time. */
  get known(): ReadonlySet<string> | null {
    const now = this.#instruments.held?.value ?? null;
    if (now !== this.#knownOf && now !== null) {
      this.#knownOf = now;
      this.#known = new Set(now.map(({ symbol }) => symbol));
    }
    return this.#known;
  }

  /** Read again before a name is held for unknown. True where the exchange never told which it lists. */
  async has(market: string): Promise<boolean> {
    if (this.known?.has(market) === true) return true;
    await this.instruments();
    return this.known?.has(market) !== false;
  }

  ticker(market: string): Ticker | null {
    return this.#tickers.held?.value.get(market) ?? null;
  }

  instruments(): Promise<Answer<readonly Instrument[]>> {
    return this.#instruments.read(RULES_FOR_MS);
  }

  tickers(): Promise<Answer<ReadonlyMap<string, Ticker>>> {
    return this.#tickers.read(TICKERS_FOR_MS);
  }

  /** Spot markets: others cannot be traded here. An exchange that is silent leaves the list as it was last read. */
  async markets(): Promise<Answer<readonly ListedMarket[]>> {
    const [read] = await Promise.all([this.#instruments.read(LISTED_FOR_MS), this.tickers()]);
    const instruments = read.ok ? read.value : this.#instruments.held?.value;
    if (instruments === undefined) return read as Answer<never>;
    const spot = instruments.filter(({ kind }) => kind === 'spot');
    return {
      ok: true,
      value: spot.map((instrument) => ({ instrument, ticker: this.ticker(instrument.symbol) })),
    };
  }
}
