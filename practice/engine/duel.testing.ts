import { Decimal } from '../../src/core/decimal.ts';
import type { Command } from './commands.ts';
import type { Engine, Opening, Result } from './engine.ts';
import { openEngine } from './engine.ts';
import { Mirror } from './mirror.testing.ts';
import { ACCOUNTS, RANDOM_LISTINGS, RANDOM_PRICES, RandomCommands } from './random-commands.testing.ts';
import { ReferenceBook } from './reference-book.testing.ts';
import { decimalOf, textOf } from './scale.ts';

/** The engine against the reference book: the same random commands to both, everything compared. */

export const RANDOM_OPENING: Opening = {
  assets: ['USDT', 'BTC', 'ETH', 'PEPE'].map((ticker) => ({ ticker, precision: 8 })),
  listings: RANDOM_LISTINGS,
  lastPrices: RANDOM_PRICES,
  firstOrderId: 1,
  firstDealId: 1,
};
const TICKERS = RANDOM_OPENING.assets.map(({ ticker }) => ticker);

export type Tally = {
  commands: number;
  trades: number;
  refused: number;
  activated: number;
  ended: number;
  openMost: number;
};

/** Throws where the two disagree, naming the command. The whole state is compared every `checkEvery` commands. */
export function duel(seed: number, commands: number, checkEvery: number): Tally {
  const engine = openEngine(RANDOM_OPENING, null);
  const reference = new ReferenceBook(RANDOM_LISTINGS, RANDOM_PRICES, RANDOM_OPENING.firstOrderId);
  const mirror = new Mirror();
  const random = new RandomCommands(seed);
  const tally: Tally = { commands: 0, trades: 0, refused: 0, activated: 0, ended: 0, openMost: 0 };
  const funding = random.funding();
  for (let number = 0; number < funding.length + commands; number += 1) {
    const command = funding[number] ?? random.next();
    const result = engine.apply(command);
    const expected = refusalsLast(reference.apply(command));
    const actual = linesOf(result);
    if (!sameLines(actual, expected, command))
      throw new Error(
        `Seed ${seed}, command ${number}: ${JSON.stringify(command)}\n engine:\n  ${actual.join('\n  ')}\n reference:\n  ${expected.join('\n  ')}`,
      );
    mirror.apply(result.events);
    learn(random, result);
    count(tally, actual, result);
    if ((number + 1) % checkEvery === 0 || number === funding.length + commands - 1)
      tally.openMost = Math.max(
        tally.openMost,
        compareStates(engine, reference, mirror, `Seed ${seed}, command ${number}`),
      );
  }
  return tally;
}

/**
 * Orders cancelled all at once end in an order of their own on either side; everything else in the very same one. A
 * timer that goes off first is such a cancellation: the ends a command begins with.
 */
function sameLines(actual: readonly string[], expected: readonly string[], command: Command): boolean {
  const isOrdered = command.kind === 'place' || command.kind === 'bulk' || command.kind === 'modify';
  const normal = (lines: readonly string[]): string => {
    const other = lines.findIndex((line) => !line.startsWith('end'));
    const cut = isOrdered && other !== -1 ? other : lines.length;
    return [...lines.slice(0, cut).sort(), ...lines.slice(cut)].join('\n');
  };
  return normal(actual) === normal(expected);
}

/** The engine's refusals stand in its reply, after all events. */
function refusalsLast(lines: readonly string[]): string[] {
  const isRefusal = (line: string): boolean => line.startsWith('refused');
  return [...lines.filter((line) => !isRefusal(line)), ...lines.filter(isRefusal)];
}

function linesOf({ reply, events }: Result): string[] {
  const refused: string[] = [];
  if (!reply.ok) refused.push(`refused ${reply.code}`);
  else if ('orders' in reply) for (const one of reply.orders) if (!one.ok) refused.push(`refused ${one.code}`);
  const lines = events.flatMap((event) => {
    if (event.kind === 'deal' && event.role === 'taker')
      return [
        `trade ${event.spec.name} ${textOf(event.lots, event.spec.lotScale)}@${textOf(BigInt(event.ticks), event.spec.tickScale)} ${event.orderId}/${event.dealOrderId}`,
      ];
    if (event.kind !== 'order' || event.change !== 'finish') return [];
    const { id, status, left, amountInQuote, dealStock, spec } = event.order;
    const leftText = textOf(left, amountInQuote ? spec.quote.scale : spec.lotScale);
    return [`end ${id} ${status} ${leftText} ${textOf(dealStock, spec.lotScale)}`];
  });
  return [...lines, ...refused];
}

function learn(random: RandomCommands, { events }: Result): void {
  for (const event of events)
    if (event.kind === 'order' && event.change === 'new')
      random.know(event.order.account, event.order.spec.name, event.order.id);
}

function count(tally: Tally, lines: readonly string[], { events }: Result): void {
  tally.commands += 1;
  for (const line of lines) {
    if (line.startsWith('trade')) tally.trades += 1;
    else if (line.startsWith('end')) tally.ended += 1;
    else tally.refused += 1;
  }
  for (const event of events)
    if (event.kind === 'order' && event.change === 'new' && event.order.activated) tally.activated += 1;
}

/** Throws where queues, books, balances, freezes or sums differ. The answer is how many orders are open. */
function compareStates(engine: Engine, reference: ReferenceBook, mirror: Mirror, where: string): number {
  const same = (what: string, actual: unknown, expected: unknown): void => {
    if (JSON.stringify(actual) !== JSON.stringify(expected))
      throw new Error(`${where}: ${what}\n engine ${JSON.stringify(actual)}\n reference ${JSON.stringify(expected)}`);
  };
  same('faults the engine finds in itself', engine.query.faults(), []);
  const snapshot = engine.snapshot();
  let open = 0;
  const levels = new Map<string, string>();
  for (const saved of snapshot.markets) {
    const market = reference.markets.get(saved.name);
    const depth = engine.query.depth(saved.name, Number.MAX_SAFE_INTEGER);
    if (market === undefined || depth === null) throw new Error(`${where}: no market ${saved.name}`);
    const resting = saved.orders.filter(({ activationTicks, activated }) => activationTicks === 0 || activated);
    for (const side of ['buy', 'sell'] as const)
      same(
        `queue of ${saved.name} ${side}`,
        resting.filter((order) => order.side === side).map(({ id }) => id),
        reference.queue(market, side).map(({ id }) => id),
      );
    open += saved.orders.length;
    same(`open orders of ${saved.name}`, saved.orders.length, market.orders.length);
    const last = saved.lastTicks === null ? null : textOf(BigInt(saved.lastTicks), depth.spec.tickScale);
    same(`last price of ${saved.name}`, last, market.last?.toString() ?? null);
    const [ask] = depth.asks;
    const [bid] = depth.bids;
    if (ask !== undefined && bid !== undefined && bid.ticks >= ask.ticks)
      throw new Error(`${where}: ${saved.name} is crossed`);
    for (const [side, list] of [
      ['ask', depth.asks],
      ['bid', depth.bids],
    ] as const)
      for (const level of list)
        levels.set(`${saved.name} ${side} ${level.ticks}`, textOf(level.lots, depth.spec.lotScale));
  }
  same('levels as told by events', [...mirror.levels].sort(), [...levels].sort());
  compareMoney(engine, reference, mirror, same);
  return open;
}

function compareMoney(
  engine: Engine,
  reference: ReferenceBook,
  mirror: Mirror,
  same: (what: string, actual: unknown, expected: unknown) => void,
): void {
  for (const account of ACCOUNTS) {
    const balances = engine.query.balances(account);
    for (const ticker of TICKERS) {
      const found = balances.find(({ asset }) => asset.ticker === ticker);
      const scale = found?.asset.scale ?? 0;
      const texts = [textOf(found?.available ?? 0n, scale), textOf(found?.freeze ?? 0n, scale)];
      const frozen = reference.frozen(account, ticker);
      same(`${account} ${ticker}`, texts, [reference.total(account, ticker).sub(frozen).toString(), frozen.toString()]);
      same(
        `${account} ${ticker} as told by events`,
        mirror.balances.get(`${account} ${ticker}`) ?? '0 0',
        texts.join(' '),
      );
    }
    const open = engine.query.openOrders(account, null).map(({ id, left }) => [id, String(left)]);
    same(
      `orders of ${account} as told by events`,
      open.filter(([id, left]) => mirror.open.get(Number(id)) !== left),
      [],
    );
  }
  for (const ticker of TICKERS) {
    const scale = engine.query.asset(ticker)?.scale ?? 0;
    const fees = decimalOf(engine.query.feesTaken().get(ticker) ?? 0n, scale);
    same(`fees in ${ticker}`, fees.toString(), reference.total('@fees', ticker).toString());
    same(`all of ${ticker}`, everything(engine, ticker, fees).toString(), reference.everything(ticker).toString());
  }
}

/** Every balance and all fees taken. */
function everything(engine: Engine, ticker: string, fees: Decimal): Decimal {
  return Decimal.sum([
    fees,
    ...ACCOUNTS.flatMap((account) =>
      engine.query
        .balances(account)
        .filter(({ asset }) => asset.ticker === ticker)
        .map(({ asset, available, freeze }) => decimalOf(available + freeze, asset.scale)),
    ),
  ]);
}
