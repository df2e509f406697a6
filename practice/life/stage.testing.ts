import { Decimal } from '../../src/core/decimal.ts';
import type { Command } from '../engine/commands.ts';
import type { Engine } from '../engine/engine.ts';
import { openEngine } from '../engine/engine.ts';
import type { DealEvent, TradeEvent } from '../engine/events.ts';
import { unitsOf } from '../engine/scale.ts';
import type { Outcome } from '../exchange/durable-exchange.ts';
import { openingOf } from '../exchange/opening.ts';
import type { UntimedCommand } from '../exchange/writer.ts';
import { MARKETS } from '../market/catalogue.ts';
import { createMarket } from '../market/market.ts';
import type { AccountId } from '../ports.ts';
import { MAKERS } from './cast.ts';
import type { FairPrice } from './fair.ts';
import { fairOfModel } from './fair.ts';
import type { Life } from './life.ts';
import { createLife } from './life.ts';
import { temperOf } from './temper.ts';

/** A Monday, 14:00 UTC: the liveliest hour. */
export const BUSY_MS = Date.UTC(2026, 10, 23, 14);
export const QUIET_MS = Date.UTC(2026, 10, 23, 4);
export const STEP_MS = 250;
export const USER = 'user' as AccountId;
const MODEL = createMarket({ seed: 'test' });

export type StageOptions = {
  readonly markets?: readonly string[];
  readonly startMs?: number;
  readonly seed?: string;
  readonly fair?: FairPrice;
};

/** An exchange in memory whose clock the test moves, and the life on it. Everything that happens is written down. */
export class Stage {
  readonly clock: { ms: number; nowMs(): number };
  readonly model = MODEL;
  readonly fair: FairPrice;
  readonly engine: Engine;
  readonly commands: Command[] = [];
  readonly trades: TradeEvent[] = [];
  /** The user's side of his trades. */
  readonly userDeals: DealEvent[] = [];
  /** Trades a maker took part in without having waited for them. */
  readonly makerTakings: DealEvent[] = [];
  readonly faults: unknown[] = [];
  /** Answers the life's commands instead of the exchange, where set. */
  interfere: ((command: UntimedCommand) => Promise<Outcome>) | null = null;
  readonly #markets: readonly string[];
  readonly #seed: string;
  life: Life;

  constructor(options: StageOptions = {}) {
    const ms = options.startMs ?? BUSY_MS;
    this.clock = { ms, nowMs: () => this.clock.ms };
    this.fair = options.fair ?? fairOfModel(MODEL);
    this.#markets = options.markets ?? MARKETS.map(({ listing }) => listing.name);
    this.#seed = options.seed ?? 'test';
    this.engine = openEngine(openingOf(MODEL, fairOfModel(MODEL), this.clock), null);
    this.life = this.newLife();
  }

  /** As a new process would begin. */
  newLife(): Life {
    this.life = createLife({
      exchange: {
        query: this.engine.query,
        submit: (command) => this.interfere?.(command) ?? Promise.resolve(this.do(command)),
      },
      fair: this.fair,
      tempers: MARKETS.map(temperOf).filter(({ market }) => this.#markets.includes(market)),
      clock: this.clock,
      seed: this.#seed,
      fund: async (account, ticker, amount) => {
        this.do({ kind: 'credit', account, ticker, amount });
      },
      onFault: (error) => this.faults.push(error),
    });
    return this.life;
  }

  do(untimed: UntimedCommand): Outcome {
    const command: Command = { ...untimed, atUs: this.clock.ms * 1000 };
    this.commands.push(command);
    const { reply, events } = this.engine.apply(command);
    for (const event of events) {
      if (event.kind === 'trade') this.trades.push(event);
      if (event.kind !== 'deal') continue;
      if (event.account === USER) this.userDeals.push(event);
      if (event.role === 'taker' && MAKERS.includes(event.account)) this.makerTakings.push(event);
    }
    return { kind: 'done', sequence: this.commands.length, atUs: command.atUs, reply };
  }

  async run(seconds: number, each?: () => void): Promise<void> {
    for (let step = 0; step < (seconds * 1000) / STEP_MS; step += 1) {
      this.clock.ms += STEP_MS;
      await this.life.step();
      each?.();
    }
  }

  /** In ticks. */
  fairTicks(market: string): number {
    const { spec } = this.engine.query.market(market) ?? { spec: null };
    if (spec === null) throw new Error(`No market ${market}`);
    return Number(unitsOf(this.fair.at(market, this.clock.ms).round(spec.tickScale, 'floor'), spec.tickScale) ?? 0n);
  }

  /** Prices in ticks, sizes in lots, best first. */
  book(market: string): { readonly asks: Level[]; readonly bids: Level[] } {
    const depth = this.engine.query.depth(market, 1000);
    if (depth === null) throw new Error(`No market ${market}`);
    const plain = (levels: typeof depth.asks): Level[] =>
      levels.map(({ ticks, lots }) => ({ ticks, lots: Number(lots) }));
    return { asks: plain(depth.asks), bids: plain(depth.bids) };
  }

  fundUser(ticker: string, amount: string): void {
    this.do({ kind: 'credit', account: USER, ticker, amount: Decimal.parse(amount) });
  }

  /** A limit order of the user; its id. */
  userOrder(market: string, side: 'buy' | 'sell', ticks: number, amount: string): number {
    const spec = this.engine.query.market(market)?.spec;
    const outcome = this.do({
      kind: 'place',
      account: USER,
      order: {
        type: 'limit',
        market,
        side,
        price: Decimal.fromInteger(BigInt(ticks), spec?.tickScale ?? 0),
        amount: Decimal.parse(amount),
        clientOrderId: null,
        stp: 'no',
        postOnly: false,
        ioc: false,
        bboRole: null,
      },
    });
    if (outcome.kind === 'done' && outcome.reply.ok && 'order' in outcome.reply) return outcome.reply.order.id;
    throw new Error(
      `Not placed: ${JSON.stringify(outcome, (_key, value) => (typeof value === 'bigint' ? `${value}` : value))}`,
    );
  }

  isOpen(market: string, orderId: number): boolean {
    return this.engine.query.openOrder(USER, { market, orderId }) !== null;
  }
}

export type Level = { readonly ticks: number; readonly lots: number };
