import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Decimal } from '../../src/core/decimal.ts';
import type { NewOrder } from '../engine/commands.ts';
import type { TradeEvent } from '../engine/events.ts';
import { decimalOf } from '../engine/scale.ts';
import { ALICE, BOB, form, OPENING } from '../engine/world.testing.ts';
import type { ExchangeOptions, Outcome } from '../exchange/durable-exchange.ts';
import { Bench } from '../exchange/exchange.testing.ts';
import type { UntimedCommand } from '../exchange/writer.ts';
import type { AccountId, Accounts, Candle, DayStatistics, Market, PublicTrade, WalletBalance } from '../ports.ts';
import type { Deliver } from './delivery.ts';
import { attachStream, type Stream } from './stream.ts';
import { Client } from './test-client.ts';

/** A stream over a real exchange in memory, whose commits, clock and beats are in the hand of the test. */

const NEVER_MS = 3_600_000;
export const TOKENS: Readonly<Record<string, AccountId>> = { 'alice-token': ALICE, 'bob-token': BOB };

/** The public side of what happened on the exchange, worked out in the plainest way. */
export class PlainMarket implements Market {
  readonly #bench: Bench;
  readonly #trades: TradeEvent[] = [];
  readonly delisted = new Set<string>();

  constructor(bench: Bench) {
    this.#bench = bench;
    bench.exchange.on(({ events }) => {
      for (const event of events) if (event.kind === 'trade') this.#trades.unshift(event);
    });
  }

  listings() {
    return this.#bench.exchange.opening.listings.filter(({ name }) => !this.delisted.has(name));
  }
  listing(name: string) {
    return this.listings().find((one) => one.name === name) ?? null;
  }
  status(name: string) {
    return this.#bench.exchange.query.market(name)?.status ?? null;
  }
  assets() {
    return OPENING.assets.map(({ ticker }) => ({ ticker }) as ReturnType<Market['assets']>[number]);
  }
  asset(ticker: string) {
    return this.assets().find((one) => one.ticker === ticker) ?? null;
  }
  book(): never {
    throw new Error('The stream asks the exchange for books');
  }
  trades(name: string, atMs: number, limit: number): readonly PublicTrade[] {
    return this.#within(name, 0, atMs + 1)
      .slice(0, limit)
      .map(({ id, atUs, side, ticks, lots, spec }) => ({
        id,
        atMs: atUs / 1000,
        side,
        price: decimalOf(BigInt(ticks), spec.tickScale),
        amount: decimalOf(lots, spec.lotScale),
      }));
  }
  candles(name: string, intervalSec: number, fromSec: number, toSec: number): readonly Candle[] {
    const candles: Candle[] = [];
    for (let timeSec = fromSec - (fromSec % intervalSec); timeSec <= toSec; timeSec += intervalSec) {
      const span = this.#span(name, timeSec * 1000, (timeSec + intervalSec) * 1000);
      candles.push({ timeSec, ...span });
    }
    return candles;
  }
  statistics(name: string, atMs: number, periodSec: number): DayStatistics {
    const span = this.#span(name, atMs - periodSec * 1000, atMs + 1);
    const { open, high, low, close, volumeStock, volumeMoney } = span;
    const parsed = { open, high, low, last: close, volumeStock, volumeMoney, bid: '0', ask: '0' };
    return Object.fromEntries(
      Object.entries(parsed).map(([key, text]) => [key, Decimal.parse(text)]),
    ) as unknown as DayStatistics;
  }

  #within(name: string, fromMs: number, beforeMs: number): readonly TradeEvent[] {
    return this.#trades.filter(
      ({ spec, atUs }) => spec.name === name && atUs >= fromMs * 1000 && atUs < beforeMs * 1000,
    );
  }

  /** Newest first; flat at the price before where nothing traded. */
  #span(name: string, fromMs: number, beforeMs: number) {
    const trades = this.#within(name, fromMs, beforeMs);
    const prices = trades.map(({ ticks, spec }) => decimalOf(BigInt(ticks), spec.tickScale));
    const [before] = this.trades(name, fromMs - 1, 1);
    const flat = before?.price ?? OPENING.lastPrices.get(name) ?? Decimal.ONE;
    const sorted = [...prices].sort((a, b) => a.compare(b));
    return {
      open: String(prices.at(-1) ?? flat),
      high: String(sorted.at(-1) ?? flat),
      low: String(sorted[0] ?? flat),
      close: String(prices[0] ?? flat),
      volumeStock: String(Decimal.sum(trades.map(({ lots, spec }) => decimalOf(lots, spec.lotScale)))),
      volumeMoney: String(Decimal.sum(trades.map(({ money, spec }) => decimalOf(money, spec.quote.scale)))),
    };
  }
}

/** The part of the accounts that the stream uses: the exchange's own balances. */
export class PlainAccounts {
  readonly listeners = new Set<Parameters<Accounts['onBalance']>[0]>();
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  balances(account: AccountId): ReadonlyMap<string, WalletBalance> {
    const { query } = this.#bench.exchange;
    return new Map(
      query
        .balances(account)
        .map(({ asset: { ticker, scale }, available, freeze }) => [
          ticker,
          { available: decimalOf(available, scale), freeze: decimalOf(freeze, scale) },
        ]),
    );
  }

  onBalance(listener: Parameters<Accounts['onBalance']>[0]): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

type WorldOptions = {
  readonly deliver?: Deliver;
  readonly wireClock?: { nowMs(): number };
  readonly exchange?: Partial<ExchangeOptions>;
};

export class World {
  readonly bench: Bench;
  readonly market: PlainMarket;
  readonly accounts: PlainAccounts;
  readonly tokens = new Map(Object.entries(TOKENS));
  readonly stream: Stream;
  readonly #server: Server = createServer();
  readonly #clients: Client[] = [];

  constructor({ exchange = {}, ...options }: WorldOptions = {}) {
    this.bench = new Bench(':memory:', exchange);
    this.market = new PlainMarket(this.bench);
    this.accounts = new PlainAccounts(this.bench);
    this.stream = attachStream({
      ...options,
      server: this.#server,
      market: this.market,
      accounts: this.accounts as unknown as Accounts,
      exchange: this.bench.exchange,
      clock: this.bench.clock,
      beatMs: NEVER_MS,
      tokens: {
        take: (token) => {
          const account = this.tokens.get(token) ?? null;
          this.tokens.delete(token);
          return account;
        },
      },
    });
  }

  get nowMs(): number {
    return this.bench.clock.ms;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async connect(): Promise<Client> {
    const client = new Client(this.port);
    this.#clients.push(client);
    return client.open();
  }

  /** Connected and authorized. A token works once, so there is a fresh one for every call. */
  async connectAs(account: AccountId): Promise<Client> {
    const client = await this.connect();
    this.tokens.set('fresh-token', account);
    const { error } = await client.ask('authorize', 'fresh-token', 'public');
    if (error !== null) throw new Error(`Not authorized: ${JSON.stringify(error)}`);
    return client;
  }

  /** Alice and Bob with plenty of everything. */
  async fund(): Promise<this> {
    for (const account of [ALICE, BOB])
      for (const { ticker } of OPENING.assets)
        await this.do({ kind: 'credit', account, ticker, amount: Decimal.parse('1000000') });
    return this;
  }

  do(command: UntimedCommand): Promise<Outcome> {
    return this.bench.one(command);
  }

  /** The id of the order; BTC_USDT unless said. */
  async place(
    account: AccountId,
    type: NewOrder['type'],
    side: NewOrder['side'],
    words: Parameters<typeof form>[2],
  ): Promise<number> {
    const outcome = await this.do({ kind: 'place', account, order: form(type, side, words) });
    if (outcome.kind === 'done' && outcome.reply.ok && 'order' in outcome.reply) return outcome.reply.order.id;
    throw new Error(`Not placed: ${JSON.stringify(outcome)}`);
  }

  /** As a commit that fails does. */
  async stopExchange(): Promise<void> {
    const { clock } = this.bench;
    const { nowMs } = clock;
    clock.nowMs = () => {
      throw new Error('No time on purpose');
    };
    await this.do({ kind: 'tick' });
    clock.nowMs = nowMs;
  }

  /** Moves the clock and lets the stream look. */
  pass(ms: number): void {
    this.bench.clock.ms += ms;
    this.stream.beat();
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.stop();
    this.stream.close();
    await new Promise((resolve) => this.#server.close(resolve));
    this.bench.exchange.close();
  }
}
