/**
 * What it costs to know that a step is on the disk: a fill of the real engine through the trade store (journal line, order,
 * fill, ledger, balances, machine: one transaction), alone and with a hundred waiting, in a file of SQLite as the desk
 * opens it. Floor of the same minute: 160 bytes written into a preallocated file, and `fdatasync`.
 *
 *     node bench/durability.ts [--rounds 5]
 *
 * Rounds go floor, alone, together in turn; the median of their ratios is judged. Time on the clock, because waiting for
 * the disk is what is measured: a busy machine spreads the figures.
 */

import { closeSync, fdatasyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Decimal } from '../src/core/decimal.ts';
import type { ClientOrderId, ConnectionId, UserId } from '../src/core/ids.ts';
import type { Instrument } from '../src/core/instrument.ts';
import type { AccountMachine } from '../src/engine/account.ts';
import { openAccount } from '../src/engine/account.ts';
import type { AccountEvent } from '../src/engine/events.ts';
import { DEFAULT_LIMITS } from '../src/engine/limits.ts';
import type { Database } from '../src/store/database.ts';
import { openDatabase } from '../src/store/database.ts';
import type { TradeStore, Written } from '../src/store/trade-store.ts';
import { openTradeStore } from '../src/store/trade-store-sql.ts';

/** One durable step, as so many times what the disk alone takes. */
const ALONE_MAX = 1.5;
/** Steps a second with a hundred waiting, as so many times the rate of one at a time. */
const TOGETHER_MIN = 8;
const WAITING = 100;
const ALONE = 400;
const GROUPS = 20;
const FLOOR_BYTES = 160;
const START_MS = 1_000_000;
const CONNECTION = 'c' as ConnectionId;
const OWNER = 'u' as UserId;
const d = Decimal.parse;

const MARKET: Instrument = {
  ...{ symbol: 'BTC_USDT', kind: 'spot', base: 'BTC', quote: 'USDT', tick: d('0.01'), lot: d('0.000001') },
  ...{ quantityMin: d('0.00001'), notionalMin: d('5'), notionalMax: null, makerFee: d('0.001'), takerFee: d('0.001') },
};

/** An account with as many open orders as a bot has, each of them filled in small pieces from then on. */
class Account {
  readonly steps: Written[] = [];
  readonly #machine: AccountMachine;
  readonly #orders: ClientOrderId[] = [];
  #fills = 0;

  constructor() {
    this.#machine = openAccount({
      ...{ install: 'bench', epoch: 0, connection: CONNECTION, atMs: START_MS },
      profile: { validityMs: 5_000, settleMs: 1_000, uniqueness: 'open-only-per-market', buyFeeFrom: 'base' },
      limits: { ...DEFAULT_LIMITS, largestOrder: [{ asset: 'USDT', amount: d('100000000') }] },
    });
    const atMs = START_MS;
    const balances = ['USDT', 'BTC'].map((asset) => ({ asset, free: d('1000000000'), locked: Decimal.ZERO }));
    this.#tell({ kind: 'boot', epoch: 0, atMs });
    this.#tell({ kind: 'instruments', complete: true, instruments: [MARKET], atMs });
    this.#tell({ kind: 'stream', state: 'live', why: '', atMs });
    const snapshot = {
      ...{ askedAtMs: atMs, asOfMs: atMs, openOrders: [], closedOrders: [], trades: [], cursor: '0' },
      balances: { asOfMs: atMs, complete: true, balances },
    };
    this.#tell({ kind: 'snapshot', snapshot, atMs });
    for (let seq = 0; seq < 50; seq += 1) this.#order(`v${seq}`);
  }

  #tell(event: AccountEvent): void {
    const applied = this.#machine.apply(event);
    this.steps.push({ connection: CONNECTION, owner: OWNER, event, applied });
    if (event.kind !== 'place') return;
    const clientId = applied.order as string | null as ClientOrderId | null;
    if (clientId === null) throw new Error('The bench cannot place its order');
    this.#orders.push(clientId);
    const outcome = { kind: 'accepted', venueId: event.requestId, report: null } as const;
    this.#tell({ kind: 'place-outcome', clientId, outcome, atMs: event.atMs });
  }

  #order(venueId: string): void {
    const price = d('40000');
    this.#tell({
      ...{ kind: 'place', requestId: venueId, by: { user: null, bot: 'grid' }, market: MARKET.symbol, slot: venueId },
      draft: {
        side: 'buy',
        terms: { kind: 'limit', price, postOnly: false, ioc: false },
        quantity: { unit: 'base', amount: d('100') },
      },
      confirmations: [],
      now: { bid: price, ask: price, last: price, asOfMs: START_MS },
      atMs: START_MS + 1,
    });
  }

  /** The steps of so many fills, told to the machine before anything is measured. */
  fills(count: number): Written[] {
    this.steps.length = 0;
    for (let at = 0; at < count; at += 1) {
      this.#fills += 1;
      const order = this.#fills % this.#orders.length;
      this.#tell({
        kind: 'trade-report',
        report: {
          ...{ tradeId: `t${this.#fills}`, clientId: this.#orders[order] ?? null, venueOrderId: `v${order}` },
          ...{ market: MARKET.symbol, side: 'buy', price: d('40000'), quantity: d('0.0001'), value: d('4') },
          ...{
            role: 'maker',
            atMs: START_MS + this.#fills,
            fee: { kind: 'known', asset: 'BTC', amount: d('0.0000001') },
          },
        },
        atMs: START_MS + 10 + (this.#fills >> 4),
      });
    }
    return [...this.steps];
  }
}

async function addRows(database: Database): Promise<void> {
  await database
    .insertInto('users')
    .values({
      ...{ id: OWNER, name: 'u', name_key: 'u', role: 'owner', password_hash: 'x', password_changed_at_ms: 1 },
      ...{ totp_secret: null, totp_last_step: 0, currency: 'USDT', swap_up_down: 0, theme: 'system', created_at_ms: 1 },
    })
    .execute();
  await database
    .insertInto('connections')
    .values({
      ...{ id: CONNECTION, user_id: OWNER, venue: 'practice', label: 'c', purpose: 'trade', key_hint: 'aa…bb' },
      ...{ added_at_ms: 1, key_added_at_ms: 1, report: null, checked_at_ms: null, last_good_at_ms: 1, balances: null },
      ...{ balances_at_ms: null, status: 'ok', since_ms: 1, removing_at_ms: null, made_on_practice: 1 },
    })
    .execute();
}

/** Microseconds, the middle one of many. */
function floorUs(file: number): number {
  const record = Buffer.alloc(FLOOR_BYTES, 7);
  return middle(
    Array.from({ length: ALONE }, (_, at) => {
      const begun = process.hrtime.bigint();
      writeSync(file, record, 0, FLOOR_BYTES, at * FLOOR_BYTES);
      fdatasyncSync(file);
      return sinceUs(begun);
    }),
  );
}

async function aloneUs(store: TradeStore, steps: readonly Written[]) {
  const each: number[] = [];
  const cpu = process.cpuUsage();
  const begun = process.hrtime.bigint();
  for (const step of steps) {
    const from = process.hrtime.bigint();
    await store.write([step]);
    each.push(sinceUs(from));
  }
  const perSec = (steps.length * 1e6) / sinceUs(begun);
  return { middleUs: middle(each), perSec, cpuUs: cpuSinceUs(cpu) / steps.length };
}

async function together(store: TradeStore, steps: readonly Written[]) {
  const cpu = process.cpuUsage();
  const begun = process.hrtime.bigint();
  for (let from = 0; from < steps.length; from += WAITING) await store.write(steps.slice(from, from + WAITING));
  return { perSec: (steps.length * 1e6) / sinceUs(begun), cpuUs: cpuSinceUs(cpu) / steps.length };
}

function cpuSinceUs(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return user + system;
}

function sinceUs(begun: bigint): number {
  return Number(process.hrtime.bigint() - begun) / 1_000;
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function judge(name: string, ratios: readonly number[], goal: string, passes: boolean): void {
  const [least, most] = [Math.min(...ratios).toFixed(2), Math.max(...ratios).toFixed(2)];
  const verdict = passes ? 'pass' : 'fail';
  console.log(
    `goal ${name}: measured ${middle(ratios).toFixed(2)} [${least} to ${most}], goal ${goal}, ${verdict} (n = ${ratios.length})`,
  );
  if (!passes) process.exitCode = 1;
}

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
// Beside the repository, not in the system's temporary folder: that may be memory, where syncing costs nothing.
const out = path.join(import.meta.dirname, '..', 'out');
mkdirSync(out, { recursive: true });
const folder = mkdtempSync(path.join(out, 'durability-'));
const floorFile = openSync(path.join(folder, 'floor'), 'w');
try {
  writeSync(floorFile, Buffer.alloc(ALONE * FLOOR_BYTES));
  fdatasyncSync(floorFile);
  const database = openDatabase(path.join(folder, 'desk.db'));
  await addRows(database);
  const store = openTradeStore(database);
  const account = new Account();
  await store.write(account.steps);
  // Texts are compiled, statements prepared, the file has its first pages.
  await aloneUs(store, account.fills(ALONE));
  await together(store, account.fills(5 * WAITING));
  const rounds = [];
  for (let at = 0; at < Number(values.rounds); at += 1) {
    const disk = floorUs(floorFile);
    const one = await aloneUs(store, account.fills(ALONE));
    const many = await together(store, account.fills(GROUPS * WAITING));
    const round = {
      ...{ floorUs: disk, aloneUs: one.middleUs, alonePerSec: one.perSec, aloneCpuUs: one.cpuUs },
      ...{ togetherPerSec: many.perSec, togetherCpuUs: many.cpuUs },
    };
    rounds.push(round);
    console.log(JSON.stringify({ bench: 'durability', round: at + 1, ...round }));
  }
  await database.destroy();
  const alone = rounds.map((round) => round.aloneUs / round.floorUs);
  judge('6a one durable step, times fdatasync', alone, `at most ${ALONE_MAX}`, middle(alone) <= ALONE_MAX);
  const gain = rounds.map((round) => round.togetherPerSec / round.alonePerSec);
  judge(`6b ${WAITING} waiting, times the rate alone`, gain, `at least ${TOGETHER_MIN}`, middle(gain) >= TOGETHER_MIN);
} finally {
  closeSync(floorFile);
  rmSync(folder, { recursive: true, force: true });
}
