/**
 * What a restart finds, in a process of its own: opens the file that a killed desk left, loads the account, holds it against
 * what the exchange did, to the last digit, and measures how fast rows and journal are read. One line of JSON.
 *
 *     node test/campaigns/fills-judge.ts FILE SEED FILLS [replay]
 */

import { DatabaseSync } from 'node:sqlite';
import { Decimal } from '../../src/core/decimal.ts';
import type { LedgerEntry } from '../../src/core/ledger.ts';
import type { AccountMachine } from '../../src/engine/account.ts';
import { openAccount, reopenAccount } from '../../src/engine/account.ts';
import { fromPlain, type Plain } from '../../src/engine/plain.ts';
import type { SavedAccount } from '../../src/engine/saved.ts';
import type { FillRow } from '../../src/engine/state.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import type { TradeStore } from '../../src/store/trade-store.ts';
import { openTradeStore } from '../../src/store/trade-store-sql.ts';
import { textOf } from '../sim/exchange/figures.ts';
import { CONNECTION, FillsWorld, OPENING, type Sums, venueIdOf } from './fills-world.ts';

const FAULTS_MAX = 5;
/** Lines of the journal at a time, so that memory holds the machines and not the texts. */
const PAGE_LINES = 5_000;

export type Judged = {
  /** Deliveries that are durable, in each life of the trader. */
  readonly lives: readonly number[];
  readonly fills: number;
  readonly faults: readonly string[];
  /** `rows`: what a restart does. `lines`: the journal told to a new machine, which no restart needs; null: not asked. */
  readonly rows: Speed;
  readonly lines: Speed | null;
  readonly openMs: number;
};
/** Records a second of the processor, so that a busy machine does not decide it, and the time by the clock. */
type Speed = {
  readonly records: number;
  readonly tookMs: number;
  readonly perSec: number;
  readonly floorPerSec: number;
};

/** An event as it lies in the journal. */
type Heard = {
  readonly kind: string;
  readonly report?: { readonly tradeId: string; readonly fee: { readonly kind: string } };
};

class Judge {
  readonly faults: string[] = [];
  readonly #world: FillsWorld;

  constructor(world: FillsWorld) {
    this.#world = world;
  }

  #check(holds: boolean, what: string): void {
    if (!holds && this.faults.length < FAULTS_MAX) this.faults.push(what);
  }

  /** The journal holds the deliveries in their order, from the first one in each life: what was acknowledged is a number. */
  lives(events: readonly Heard[]): number[] {
    const lives: number[] = [];
    for (const { kind, report } of events) {
      if (kind === 'boot') lives.push(0);
      if (report === undefined) continue;
      const at = lives.at(-1) ?? 0;
      const planned = this.#world.deliveries[at];
      const isNext = planned !== undefined && report.tradeId === `t${planned.trade}`;
      const isSame = isNext && (report.fee.kind === 'known') === planned.hasFee;
      this.#check(isSame, `delivery ${at} is ${report.tradeId} in the journal`);
      lives[lives.length - 1] = at + 1;
    }
    return lives;
  }

  account({ query }: AccountMachine, saved: SavedAccount, sums: Sums): void {
    const fills = saved.fills.map((row) => fromPlain<FillRow>(row));
    this.#check(fills.length === sums.trades.size, `${fills.length} fills of ${sums.trades.size} trades`);
    const seen = new Set<string>();
    for (const fill of fills) this.#fill(fill, sums, seen);
    const orders = query.orders();
    this.#check(orders.length === this.#world.orders.length, `${orders.length} of ${this.#world.orders.length} orders`);
    for (const order of orders) {
      const at = this.#world.orders.findIndex((_, index) => venueIdOf(index) === order.venueId);
      const [planned, sum] = [this.#world.orders[at], sums.orders[at]];
      const filled = `${order.filledBase.toString()} for ${order.filledQuote.toString()}`;
      const there = `${textOf(sum?.base ?? 0n)} for ${textOf(sum?.quote ?? 0n)}`;
      this.#check(filled === there, `${order.key} filled ${filled}, at the exchange ${there}`);
      const isWhole = sum !== undefined && sum.base === planned?.amount;
      const is = `${order.status.kind}${order.settled ? ', settled' : ''}`;
      this.#check(is === (isWhole ? 'closed, settled' : 'open'), `${order.key} is ${is}, filled ${there}`);
      this.#check(order.quarantine === null, `${order.key}: ${order.quarantine}`);
    }
    for (const { asset, booked } of query.balances()) {
      const there = textOf(sums.assets[asset as keyof Sums['assets']] ?? 0n);
      this.#check(booked.toString() === there, `${booked.toString()} of ${asset} are booked, and ${there} are there`);
    }
  }

  #fill(fill: FillRow, sums: Sums, seen: Set<string>): void {
    const there = sums.trades.get(fill.tradeId ?? '');
    this.#check(!seen.has(fill.tradeId ?? ''), `${fill.tradeId} is there twice`);
    seen.add(fill.tradeId ?? '');
    this.#check(there !== undefined && fill.booked, `${fill.tradeId} was not acknowledged by anybody`);
    if (there === undefined) return;
    const { trade, hasFee } = there;
    const fee = fill.fee.kind === 'known' ? fill.fee.amount.toString() : null;
    const is = [fill.price.toString(), fill.quantity.toString(), fill.value.toString(), fee].join();
    const was = [textOf(trade.price), textOf(trade.quantity), textOf(trade.value), hasFee ? textOf(trade.fee) : null];
    this.#check(is === was.join(), `${fill.tradeId} is ${is}, and was ${was.join()}`);
  }

  /** Every entry once, by number and by what it is of; the sums to the last digit. */
  ledger(entries: readonly LedgerEntry[], sums: Sums): void {
    this.#check(entries.length === sums.entries, `${entries.length} entries in the ledger, and not ${sums.entries}`);
    const booked = new Set<string>();
    const changes = new Map<string, Decimal>();
    for (const [at, { seq, asset, kind, change, fill }] of entries.entries()) {
      this.#check(seq === at + 1, `ledger entry ${seq} after ${at}`);
      const name = `${fill} ${kind} ${asset}`;
      this.#check(!booked.has(name), `booked twice: ${name}`);
      booked.add(name);
      changes.set(asset, (changes.get(asset) ?? Decimal.ZERO).add(change));
    }
    for (const [asset, sum] of Object.entries(sums.assets)) {
      const here = (changes.get(asset) ?? Decimal.ZERO).toString();
      this.#check(here === textOf(sum), `the ledger holds ${here} ${asset}, and ${textOf(sum)} are there`);
    }
  }

  replayed(again: AccountMachine, loaded: AccountMachine): void {
    this.#check(again.text() === loaded.text(), 'I-13: a replay of the journal is another machine');
  }
}

async function ledgerOf(database: Database): Promise<LedgerEntry[]> {
  const rows = await database.selectFrom('ledger').select('data').orderBy('seq').execute();
  return rows.map(({ data }) => fromPlain<LedgerEntry>(JSON.parse(data) as Plain));
}

async function heardBy(database: Database): Promise<Heard[]> {
  const rows = await database.selectFrom('journal').select('event').orderBy('seq').execute();
  return rows.map(({ event }) => JSON.parse(event) as Heard);
}

/** Lines are read and told to the machine as they come. */
async function replay(store: TradeStore) {
  const machine = openAccount(OPENING);
  for (let count = 0; ; ) {
    const lines = await store.journal(CONNECTION, count, PAGE_LINES);
    count += lines.length;
    for (const { event } of lines) machine.apply(event);
    if (lines.length < PAGE_LINES) return { machine, count };
  }
}

/** The same rows, and nothing made of them. */
function bareRows(path: string, queries: readonly string[]): number {
  const file = new DatabaseSync(path, { readOnly: true });
  const records = queries.reduce((sum, text) => sum + file.prepare(text).all().length, 0);
  file.close();
  return records;
}

async function timed<T>(run: () => T | Promise<T>) {
  const [cpu, begun] = [process.cpuUsage(), performance.now()];
  const result = await run();
  const { user, system } = process.cpuUsage(cpu);
  return { result, cpuSec: (user + system) / 1e6, tookMs: performance.now() - begun };
}

const [file = '', seed = '0', fillCount = '0', more = ''] = process.argv.slice(2);
const world = new FillsWorld(Number(seed), Number(fillCount));
const opened = await timed(() => openDatabase(file));
const database = opened.result;
const store = openTradeStore(database);
const load = await timed(async () => {
  const saved = await store.load(CONNECTION);
  if (saved === null) throw new Error('The account is not there');
  return { saved, machine: reopenAccount(saved) };
});
const { saved } = load.result;
const kinds = ['orders', 'fills', 'requests', 'balances', 'instruments'] as const;
const rowTexts = kinds.map((kind) => `select data from ${kind}`);
const bare = await timed(() => bareRows(file, ['select machine from accounts', ...rowTexts]));

const judge = new Judge(world);
const lines = more === 'replay' ? await replayed(load.result.machine) : null;
const lives = judge.lives(await heardBy(database));
const sums = world.sumsAfter(Math.max(0, ...lives));
judge.account(load.result.machine, saved, sums);
judge.ledger(await ledgerOf(database), sums);
await database.destroy();

async function replayed(loaded: AccountMachine): Promise<Speed> {
  const again = await timed(() => replay(store));
  const bare = await timed(() => bareRows(file, ['select seq, event, commands, surprises from journal order by seq']));
  judge.replayed(again.result.machine, loaded);
  return speed(again, bare, again.result.count);
}

function speed(
  of: { readonly cpuSec: number; readonly tookMs: number },
  floor: { readonly cpuSec: number },
  records: number,
): Speed {
  const perSec = (cpuSec: number): number => Math.round(records / cpuSec);
  return { records, tookMs: Math.round(of.tookMs), perSec: perSec(of.cpuSec), floorPerSec: perSec(floor.cpuSec) };
}

const judged: Judged = {
  ...{ lives, fills: saved.fills.length, faults: judge.faults, openMs: Math.round(opened.tookMs) },
  ...{ rows: speed(load, bare, bare.result), lines },
};
console.log(JSON.stringify(judged));
