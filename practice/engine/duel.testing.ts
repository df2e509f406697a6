import { commandText } from './command-text.ts';
import type { Command, OrderReply, Reply } from './commands.ts';
import { compareStates } from './duel-states.testing.ts';
import type { Engine, Opening, Result } from './engine.ts';
import { openEngine } from './engine.ts';
import type { EngineEvent } from './events.ts';
import { Mirror } from './mirror.testing.ts';
import { RANDOM_LISTINGS, RANDOM_PRICES, RandomCommands, temperOf } from './random-commands.testing.ts';
import type { Told } from './reference-book.testing.ts';
import { ReferenceBook } from './reference-book.testing.ts';
import { decimalOf, textOf, unitsOf } from './scale.ts';

/** The engine against the reference book: the same commands to both, everything compared. */

export const RANDOM_OPENING: Opening = {
  assets: ['USDT', 'BTC', 'ETH', 'PEPE'].map((ticker) => ({ ticker, precision: 8 })),
  listings: RANDOM_LISTINGS,
  lastPrices: RANDOM_PRICES,
  firstOrderId: 1,
  firstDealId: 1,
};

export type Tally = {
  commands: number;
  trades: number;
  refused: number;
  activated: number;
  ended: number;
  openMost: number;
};

/**
 * After every command: what happened and in which order, what was answered, and each balance and price level it changed.
 * The whole state whenever `compareAll` is called. Both throw where the two disagree.
 */
export class Duel {
  readonly tally: Tally = { commands: 0, trades: 0, refused: 0, activated: 0, ended: 0, openMost: 0 };
  readonly #engine: Engine;
  readonly #reference = new ReferenceBook(RANDOM_LISTINGS, RANDOM_PRICES, RANDOM_OPENING.firstOrderId);
  readonly #mirror = new Mirror();

  constructor(engine: Engine = openEngine(RANDOM_OPENING, null)) {
    this.#engine = engine;
  }

  apply(command: Command): Result {
    const result = this.#engine.apply(command);
    const told = this.#reference.apply(command);
    same('events', eventLines(result.events), told.events);
    same('replies', replyLines(result.reply), told.replies);
    this.#mirror.apply(result.events);
    for (const event of result.events) this.#compareTouched(event);
    this.#count(told, result.events);
    return result;
  }

  compareAll(): void {
    const open = compareStates(this.#engine, this.#reference, this.#mirror);
    this.tally.openMost = Math.max(this.tally.openMost, open);
  }

  /** Balances and levels are told as they are at the end of the command, so the reference can be asked for the same. */
  #compareTouched(event: EngineEvent): void {
    if (event.kind === 'balance') {
      const { account, asset, available, freeze } = event;
      const frozen = this.#reference.frozen(account, asset.ticker);
      const free = this.#reference.total(account, asset.ticker).sub(frozen);
      if (unitsOf(frozen, asset.scale) === freeze && unitsOf(free, asset.scale) === available) return;
      const actual = [textOf(available, asset.scale), textOf(freeze, asset.scale)];
      same(`${account} ${asset.ticker}`, actual, [String(free), String(frozen)]);
    } else if (event.kind === 'level') {
      const { spec, side, ticks, lots } = event;
      const market = this.#reference.markets.get(spec.name);
      if (market === undefined) throw new Error(`A level of ${spec.name}, which the reference does not know`);
      const price = decimalOf(BigInt(ticks), spec.tickScale);
      const resting = this.#reference.restingAt(market, side === 'bid' ? 'buy' : 'sell', price);
      if (unitsOf(resting, spec.lotScale) !== lots)
        same(`${spec.name} ${side} ${price}`, [textOf(lots, spec.lotScale)], [String(resting)]);
      this.#compareBest(spec.name);
    }
  }

  #compareBest(name: string): void {
    const best = this.#engine.query.depth(name, 1);
    const [ask, bid] = [best?.asks[0], best?.bids[0]];
    if (ask !== undefined && bid !== undefined && bid.ticks >= ask.ticks) throw new Error(`${name} is crossed`);
  }

  #count({ replies }: Told, events: readonly EngineEvent[]): void {
    this.tally.commands += 1;
    for (const reply of replies) if (reply.startsWith('refused')) this.tally.refused += 1;
    for (const event of events) {
      if (event.kind === 'trade') this.tally.trades += 1;
      if (event.kind !== 'order') continue;
      if (event.change === 'finish') this.tally.ended += 1;
      else if (event.change === 'new' && event.order.activated) this.tally.activated += 1;
    }
  }
}

/** Throws where the two disagree, naming the command. The whole state is compared every `checkEvery` commands. */
export function duel(seed: number, commands: number, checkEvery: number): Tally {
  const fight = new Duel();
  const random = new RandomCommands(seed, temperOf(seed));
  const funding = random.funding();
  const all = funding.length + commands;
  for (let number = 0; number < all; number += 1) {
    const command = funding[number] ?? random.next();
    try {
      random.learn(fight.apply(command).events);
      if ((number + 1) % checkEvery === 0 || number === all - 1) fight.compareAll();
    } catch (error) {
      throw new Difference(seed, number, command, error);
    }
  }
  return fight.tally;
}

export class Difference extends Error {
  override name = 'Difference';
  readonly number: number;

  constructor(seed: number, number: number, command: Command, cause: unknown) {
    const words = cause instanceof Error ? cause.message : String(cause);
    super(`Seed ${seed}, command ${number}: ${commandText(command)}\n${words}`, { cause });
    this.number = number;
  }
}

function same(what: string, actual: readonly string[], expected: readonly string[]): void {
  if (actual.length === expected.length && actual.every((line, index) => line === expected[index])) return;
  throw new Error(`${what}\n engine:\n  ${actual.join('\n  ')}\n reference:\n  ${expected.join('\n  ')}`);
}

function eventLines(events: readonly EngineEvent[]): string[] {
  const lines: string[] = [];
  for (const event of events) {
    if (event.kind === 'trade') {
      const { spec, lots, ticks, side } = event;
      lines.push(`trade ${spec.name} ${textOf(lots, spec.lotScale)}@${textOf(BigInt(ticks), spec.tickScale)} ${side}`);
    } else if (event.kind === 'deal') {
      const { orderId, dealOrderId, fee, feeAsset } = event;
      lines.push(`deal ${orderId} with ${dealOrderId} fee ${textOf(fee, feeAsset.scale)}`);
    } else if (event.kind === 'order' && event.change === 'finish') lines.push(`end ${orderText(event.order)}`);
  }
  return lines;
}

function replyLines(reply: Reply): string[] {
  if (!reply.ok) return [`refused ${reply.code}`];
  if ('orders' in reply) return reply.orders.map(orderReplyLine);
  return 'order' in reply ? [orderReplyLine(reply)] : [];
}

function orderReplyLine(reply: OrderReply): string {
  return reply.ok ? `order ${orderText(reply.order)}` : `refused ${reply.code}`;
}

function orderText({ id, status, left, amountInQuote, dealStock, spec }: (OrderReply & { ok: true })['order']): string {
  const leftText = textOf(left, amountInQuote ? spec.quote.scale : spec.lotScale);
  return `${id} ${status} ${leftText} ${textOf(dealStock, spec.lotScale)}`;
}
