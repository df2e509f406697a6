/**
 * How many commands a second the practice exchange's matching engine carries out, order bookkeeping, balances and
 * events included. The same recorded commands run through a fresh engine every round; the floor is a bare loop over the
 * very same objects. A second figure adds what the border does: every event as JSON text.
 *
 * Seconds are CPU seconds of the whole process, its garbage collector's threads included: the goal is one of one core,
 * and a machine that does other things meanwhile must not decide it. Elapsed time stands beside it.
 * Verdict against the goal; exit code 1 when it is missed.
 */

import type { Command, NewOrder } from '../practice/engine/commands.ts';
import type { Opening } from '../practice/engine/engine.ts';
import { openEngine } from '../practice/engine/engine.ts';
import { eventData } from '../practice/engine/render.ts';
import { ASSETS, MARKETS as LISTED } from '../practice/market/catalogue.ts';
import { mix } from '../practice/market/noise.ts';
import type { AccountId } from '../practice/ports.ts';
import { Decimal } from '../src/core/decimal.ts';

/** What the practice exchange set out to reach. */
const GOAL_PER_SECOND = 200_000;
const COMMANDS = 200_000;
const ROUNDS = 7;
const RENDERED_ROUNDS = 3;
const ACCOUNTS = Array.from({ length: 100 }, (_, index) => `account-${index}` as AccountId);
/** Market, price in ticks, decimals of price and amount, lots of an ordinary order, ticks between neighbouring prices. */
const MARKETS = [
  { name: 'BTC_USDT', centre: 8_750_000, tickScale: 2, lotScale: 6, lots: 2_000, step: 25 },
  { name: 'ETH_USDT', centre: 297_000, tickScale: 2, lotScale: 5, lots: 5_000, step: 3 },
  { name: 'SOL_USDT', centre: 125_000, tickScale: 3, lotScale: 3, lots: 2_000, step: 10 },
] as const;
/** Resting orders are spread over this many prices a side. */
const PRICES_A_SIDE = 200;

const OPENING: Opening = {
  assets: ASSETS,
  listings: LISTED.map(({ listing }) => listing),
  lastPrices: new Map(
    MARKETS.map(({ name, centre, tickScale }) => [name, Decimal.fromInteger(BigInt(centre), tickScale)]),
  ),
  firstOrderId: 1_212_900_000_000,
  firstDealId: 8_846_000_000,
};

const commands = record();
const floor = rounds(ROUNDS, () => {
  let sum = 0;
  for (const command of commands) sum += command.atUs % 7;
  return sum;
});
const engine = rounds(ROUNDS, () => {
  const fresh = openEngine(OPENING, null);
  let events = 0;
  for (const command of commands) events += fresh.apply(command).events.length;
  return events;
});
const rendered = rounds(RENDERED_ROUNDS, () => {
  const fresh = openEngine(OPENING, null);
  let characters = 0;
  for (const command of commands)
    for (const event of fresh.apply(command).events) characters += JSON.stringify(eventData(event)).length;
  return characters;
});

const tally = describe();
console.log(`${commands.length} commands: ${tally}`);
console.log(`floor (bare loop):        ${line(floor)}`);
console.log(`engine, events included:  ${line(engine)}  (${engine.result} events)`);
console.log(`events as JSON on top:    ${line(rendered)}`);
const median = medianOf(engine.perCpuSecond);
console.log(
  `goal ${GOAL_PER_SECOND} commands a second of one core: ${median >= GOAL_PER_SECOND ? 'reached' : 'MISSED'} (median ${Math.round(median)})`,
);
process.exitCode = median >= GOAL_PER_SECOND ? 0 : 1;

/** Runs an engine once to know which ids are there to cancel; ids are the same in every run. */
function record(): Command[] {
  const once = openEngine(OPENING, null);
  const recorded: Command[] = [];
  const open: { account: AccountId; market: string; id: number }[] = [];
  let draws = 0;
  const below = (bound: number): number => {
    draws += 1;
    return mix(20260103, draws) % bound;
  };
  let atUs = 1_780_000_000_000_000;
  const send = (command: Command): void => {
    recorded.push(command);
    for (const event of once.apply(command).events)
      if (event.kind === 'order' && event.change === 'new')
        open.push({ account: event.order.account, market: event.order.spec.name, id: event.order.id });
  };
  for (const account of ACCOUNTS)
    for (const ticker of ['USDT', 'BTC', 'ETH', 'SOL'])
      send({ kind: 'credit', atUs, account, ticker, amount: Decimal.parse('1000000000') });
  while (recorded.length < COMMANDS) {
    atUs += below(100);
    const account = ACCOUNTS[below(ACCOUNTS.length)] ?? ACCOUNTS[0];
    const market = MARKETS[below(MARKETS.length)] ?? MARKETS[0];
    if (account === undefined) continue;
    const chance = below(100);
    if (chance < 40 && open.length > 3_000) {
      const [order] = open.splice(below(open.length), 1);
      if (order !== undefined)
        send({ kind: 'cancel', atUs, account: order.account, order: { market: order.market, orderId: order.id } });
    } else if (chance < 45 && open.length > 3_000) {
      const [order] = open.splice(below(open.length), 1);
      const of = MARKETS.find(({ name }) => name === order?.market);
      if (order === undefined || of === undefined) continue;
      const change = { amount: amountOf(of, below), total: null, price: null, activationPrice: null, stp: null };
      send({
        kind: 'modify',
        atUs,
        account: order.account,
        order: { market: order.market, orderId: order.id },
        change,
      });
    } else send({ kind: 'place', atUs, account, order: orderOf(market, chance, below) });
  }
  return recorded;
}

function amountOf({ lots, lotScale }: (typeof MARKETS)[number], below: (bound: number) => number): Decimal {
  return Decimal.fromInteger(BigInt(lots * (1 + below(20)) + below(lots)), lotScale);
}

function orderOf(market: (typeof MARKETS)[number], chance: number, below: (bound: number) => number): NewOrder {
  const { name, centre, tickScale, step } = market;
  const side = below(2) === 0 ? 'buy' : 'sell';
  const common = { market: name, side, amount: amountOf(market, below), stp: 'no' } as const;
  const clientOrderId = below(2) === 0 ? null : `desk-${below(1_000_000_000)}`;
  // One in eight takes: by market order, or by a limit price on the other side.
  if (chance >= 94) return { ...common, clientOrderId, type: 'stock market' };
  const away = chance >= 88 ? -below(8) : 1 + below(PRICES_A_SIDE);
  const ticks = centre + step * (side === 'buy' ? -away : away);
  const price = Decimal.fromInteger(BigInt(ticks), tickScale);
  return { ...common, clientOrderId, type: 'limit', price, postOnly: false, ioc: false, bboRole: null };
}

type Rounds = {
  readonly perCpuSecond: readonly number[];
  readonly perSecond: readonly number[];
  readonly result: number;
};

function rounds(count: number, run: () => number): Rounds {
  const perCpuSecond: number[] = [];
  const perSecond: number[] = [];
  // The first round warms the compiler and does not count.
  let result = run();
  for (let round = 0; round < count; round += 1) {
    const startedMs = performance.now();
    const startedCpu = process.cpuUsage();
    result = run();
    const { user, system } = process.cpuUsage(startedCpu);
    perSecond.push((commands.length * 1000) / (performance.now() - startedMs));
    perCpuSecond.push((commands.length * 1_000_000) / (user + system));
  }
  return { perCpuSecond, perSecond, result };
}

function describe(): string {
  const once = openEngine(OPENING, null);
  const counts = new Map<string, number>();
  const count = (name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  for (const command of commands) {
    count(command.kind);
    const { reply, events } = once.apply(command);
    if (!reply.ok) count('refused');
    for (const { kind } of events) if (kind === 'trade') count('trades');
  }
  const open = ACCOUNTS.reduce((sum, account) => sum + once.query.openOrders(account, null).length, 0);
  return [...counts, ['open at the end', open]].map(([name, value]) => `${value} ${name}`).join(', ');
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((first, second) => first - second);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function line({ perCpuSecond, perSecond }: Rounds): string {
  const text = (value: number): string => Math.round(value).toLocaleString('en');
  const spread = `[${text(Math.min(...perCpuSecond))} to ${text(Math.max(...perCpuSecond))}, n = ${perCpuSecond.length}]`;
  return `${text(medianOf(perCpuSecond)).padStart(12)} a CPU second ${spread}; elapsed ${text(medianOf(perSecond))} /s`;
}
