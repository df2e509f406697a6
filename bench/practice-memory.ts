/**
 * What the practice exchange keeps in memory as trades go by: ten million of them through the durable exchange, with its
 * log, history, tape and events in a file, and the living market asked for tickers and candles all the time. Most orders
 * are the house's, as in life; one round in a hundred belongs to people, whose orders and deals go to the history.
 *
 *     node bench/practice-memory.ts [--trades 10000000]
 *
 * Heap and resident memory are taken after a full collection. Verdict: at the end at most 1.3 times what was resident
 * after the first tenth. Exit code 1 when that is missed. The file is told too: it grows with people's history, which is
 * kept for six months, and with nothing else. Practice time runs two seconds a round, so that everything that is kept by
 * time comes to its bound on the way.
 */

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { NewOrder } from '../practice/engine/commands.ts';
import { openExchange } from '../practice/exchange/durable-exchange.ts';
import { HOUSE_PREFIX } from '../practice/exchange/house.ts';
import type { UntimedCommand } from '../practice/exchange/writer.ts';
import { ASSETS, MARKETS as LISTED } from '../practice/market/catalogue.ts';
import { createLiveMarket } from '../practice/market/live-market.ts';
import { createMarket } from '../practice/market/market.ts';
import type { AccountId } from '../practice/ports.ts';
import { Decimal } from '../src/core/decimal.ts';

const GROWTH_MAX = 1.3;
const MARKS = [0.1, 0.2, 0.5, 1] as const;
/** Makers of a round stand at prices one step from the next, and one taker meets them all: a bulk may have 20 orders. */
const TRADES_A_ROUND = 20;
const ROUND_MS = 2_000;
const PEOPLE_EVERY = 100;
/** Rounds submitted together, so that they share commits. */
const ROUNDS_TOGETHER = 100;
const MARKETS = [
  { name: 'BTC_USDT', stock: 'BTC', centre: 8_750_000, tickScale: 2, amount: '0.002' },
  { name: 'ETH_USDT', stock: 'ETH', centre: 297_000, tickScale: 2, amount: '0.05' },
  { name: 'SOL_USDT', stock: 'SOL', centre: 125_000, tickScale: 3, amount: '1.5' },
] as const;
const HOUSE = ['maker', 'taker'].map((name) => `${HOUSE_PREFIX}${name}` as AccountId);
const PEOPLE = ['ann', 'ben'] as AccountId[];
const START_MS = 1_780_000_000_000;
const SETTLE_MS = 300;
const MIB = 1_048_576;

type Taken = { readonly trades: number; readonly heap: number; readonly resident: number };

const { values } = parseArgs({ options: { trades: { type: 'string', default: '10000000' } } });
const wanted = Number(values.trades);
if (!Number.isSafeInteger(wanted) || wanted < 10_000) throw new RangeError('--trades is a whole number from 10000 on');
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const folder = mkdtempSync(path.join(tmpdir(), 'gapless-bench-memory-'));
try {
  process.exitCode = (await measure(path.join(folder, 'exchange.sqlite'))) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(file: string): Promise<boolean> {
  const clock = { ms: START_MS, nowMs: (): number => clock.ms };
  const model = createMarket({ seed: 'bench' });
  const exchange = openExchange({
    file,
    clock,
    opening: {
      assets: ASSETS,
      listings: LISTED.map(({ listing }) => listing),
      lastPrices: new Map(MARKETS.map(({ name, centre, tickScale }) => [name, priceOf(centre, tickScale)])),
      firstOrderId: 1_212_900_000_000,
      firstDealId: 8_846_000_000,
    },
    onFault({ error }) {
      throw error;
    },
  });
  const market = createLiveMarket({ model, exchange, clock });
  let trades = 0;
  exchange.on(({ events }) => {
    for (const { kind } of events) if (kind === 'trade') trades += 1;
  });
  await Promise.all(funding().map(exchange.submit));

  const taken: Taken[] = [];
  const startedMs = performance.now();
  for (let round = 0; trades < wanted; round += ROUNDS_TOGETHER) {
    await rounds(exchange.submit, round);
    clock.ms += ROUND_MS * ROUNDS_TOGETHER;
    for (const { name } of MARKETS) {
      const nowSec = Math.floor(clock.ms / 1_000);
      market.statistics(name, clock.ms, 86_400);
      market.candles(name, 60, nowSec - 3_600, nowSec);
      market.trades(name, clock.ms, 100);
    }
    const mark = MARKS[taken.length];
    if (mark === undefined || trades < wanted * mark) continue;
    const one = await take(trades);
    taken.push(one);
    const perSecond = Math.round((trades * 1_000) / (performance.now() - startedMs));
    console.log(`${line(one)}, file ${mib(sizeOf(file))}, ${perSecond} trades/s so far`);
  }
  exchange.close();
  return verdict(taken);
}

/** One round after the other, the two sides swapped from each to the next so that nobody runs out of anything. */
async function rounds(submit: (command: UntimedCommand) => Promise<{ readonly kind: string }>, first: number) {
  const commands = Array.from({ length: ROUNDS_TOGETHER }, (_, index) => commandsOf(first + index)).flat();
  for (const { kind } of await Promise.all(commands.map(submit)))
    if (kind !== 'done') throw new Error(`Command: ${kind}`);
}

function commandsOf(round: number): UntimedCommand[] {
  const of = MARKETS[round % MARKETS.length] ?? MARKETS[0];
  const [maker, taker] = round % PEOPLE_EVERY === 0 ? PEOPLE : HOUSE;
  if (maker === undefined || taker === undefined) return [];
  const isSelling = Math.floor(round / (MARKETS.length * PEOPLE_EVERY)) % 2 === 0;
  const amount = Decimal.parse(of.amount);
  const common = { market: of.name, stp: 'no' } as const;
  const orders = Array.from({ length: TRADES_A_ROUND }, (_, index): NewOrder => {
    const away = isSelling ? 1 + index : -1 - index;
    const price = priceOf(of.centre + away, of.tickScale);
    const flags = { postOnly: false, ioc: false, bboRole: null };
    return { ...common, ...flags, type: 'limit', side: isSelling ? 'sell' : 'buy', amount, clientOrderId: null, price };
  });
  const all = amount.mul(Decimal.fromInteger(BigInt(TRADES_A_ROUND)));
  const meeting: NewOrder = {
    ...common,
    type: 'stock market',
    side: isSelling ? 'buy' : 'sell',
    amount: all,
    clientOrderId: `round-${round}`,
  };
  return [
    { kind: 'bulk', account: maker, orders, stopOnFail: true },
    { kind: 'place', account: taker, order: meeting },
  ];
}

function funding(): UntimedCommand[] {
  const tickers = ['USDT', ...MARKETS.map(({ stock }) => stock)];
  const amount = Decimal.parse('1000000000000');
  return [...HOUSE, ...PEOPLE].flatMap((account) =>
    tickers.map((ticker): UntimedCommand => ({ kind: 'credit', account, ticker, amount })),
  );
}

function priceOf(ticks: number, tickScale: number): Decimal {
  return Decimal.fromInteger(BigInt(ticks), tickScale);
}

/** Pages go back to the system in the background after a collection, and some of them only after the next one. */
async function take(trades: number): Promise<Taken> {
  for (let collection = 0; collection < 3; collection += 1) {
    collect();
    await delay(SETTLE_MS);
  }
  const { heapUsed: heap, rss: resident } = process.memoryUsage();
  return { trades, heap, resident };
}

function verdict(taken: readonly Taken[]): boolean {
  const [first] = taken;
  const last = taken.at(-1);
  if (first === undefined || last === undefined) throw new Error('Nothing was measured');
  const slope = (part: 'heap' | 'resident'): string => {
    const perMillion = (last[part] - first[part]) / ((last.trades - first.trades) / 1_000_000);
    return `${(perMillion / MIB).toFixed(2)} MiB`;
  };
  const growth = last.resident / first.resident;
  const isBounded = growth <= GROWTH_MAX;
  console.log(`a million trades more: heap ${slope('heap')}, resident ${slope('resident')}`);
  console.log(
    `goal: bounded: ${isBounded ? 'reached' : 'MISSED'} (resident ${growth.toFixed(2)} times that of the first tenth, at most ${GROWTH_MAX})`,
  );
  return isBounded;
}

function line({ trades, heap, resident }: Taken): string {
  return `${trades.toLocaleString('en')} trades: heap ${mib(heap)}, resident ${mib(resident)}`;
}

function sizeOf(file: string): number {
  return [file, `${file}-wal`].reduce((sum, one) => sum + (statSync(one, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(0)} MiB`;
}
