/**
 * The desk's half of an account as it runs (machine, mailbox, store, what carries its commands out) in this process,
 * custody as the process that it is, and the stub exchange as another. For the benches of orders and reactions.
 */

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Decimal } from '../src/core/decimal.ts';
import { type ConnectionId, idFrom, type UserId } from '../src/core/ids.ts';
import { type CustodyClient, connectCustody } from '../src/custody/client.ts';
import { custodyArguments, socketPath } from '../src/custody/launch.ts';
import { sealingContext } from '../src/custody/protocol.ts';
import { seal } from '../src/custody/sealing.ts';
import type { OrderKey } from '../src/engine/events.ts';
import { DEFAULT_LIMITS } from '../src/engine/limits.ts';
import { monotonicMs, soon, systemClock } from '../src/shell/clock.ts';
import { CustodyLink } from '../src/shell/custody-link.ts';
import { systemRandom } from '../src/shell/random.ts';
import { Supervisor } from '../src/shell/supervisor.ts';
import { silentLog } from '../src/shell/trading/accounts.testing.ts';
import { createAccounts, type RunningAccounts } from '../src/shell/trading/accounts.ts';
import { NO_CRASH_POINTS } from '../src/shell/trading/crash-points.ts';
import type { AccountRunner, Told } from '../src/shell/trading/ports.ts';
import { openDatabase } from '../src/store/database.ts';
import { addPerson } from '../src/store/trade-people.testing.ts';
import type { TradeStore } from '../src/store/trade-store.ts';
import { openTradeStore } from '../src/store/trade-store-sql.ts';
import { createPinnedHttp } from '../src/venues/whitebit/http.ts';
import { createWhitebitPublic } from '../src/venues/whitebit/public.ts';
import { startStub } from './stub.ts';

const ROOT = path.join(import.meta.dirname, '..');
const MARKET = 'BTC_USDT';
const READY_MS = 60_000;
/** An order that nobody hears of for so long is in doubt, and the bench would wait for ever. */
const OVER_MS = 20_000;
/** Linux counts processor time of other processes in these. */
const US_A_TICK = 10_000;
/** More than any run asks for: limits are tried elsewhere. */
const MANY = 1_000_000;
const d = Decimal.parse;

type Keyed = { readonly connection: ConnectionId; readonly owner: UserId };

/** Custody as the process that it is, with one key whose limits no run comes to. */
async function startCustody(folder: string, origin: string) {
  const [data, keys, sockets] = ['data', 'keys', 's'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const place of [data, keys, sockets]) mkdirSync(place, { mode: 0o700 });
  const supervisor = new Supervisor(() => {
    throw new Error('Custody ended under the bench');
  });
  const token = { desk: randomBytes(32).toString('base64url'), owner: randomBytes(32).toString('base64url') };
  await supervisor.start({
    ...{ name: 'custody', command: process.execPath, stdout: 'ignore', readyWithinMs: READY_MS },
    args: custodyArguments({ root: ROOT, data, keys, sockets, whitebit: origin, practice: origin }),
    env: { PATH: process.env.PATH },
    bootLine: JSON.stringify(token),
  });
  const line = (kind: 'desk' | 'owner') =>
    connectCustody({ socketPath: socketPath(sockets, kind, process.platform), token: token[kind], clock: systemClock });
  const [desk, owner] = [line('desk'), line('owner')];
  return {
    desk,
    of: await connectKey(desk, owner),
    pid: supervisor.pid('custody') ?? 0,
    databaseFile: path.join(data, 'desk.db'),
    async close(): Promise<void> {
      desk.close();
      owner.close();
      await supervisor.stop();
    },
  };
}

async function connectKey(desk: CustodyClient, approver: CustodyClient): Promise<Keyed> {
  const of = { connection: idFrom(randomBytes(26)) as ConnectionId, owner: idFrom(randomBytes(26)) as UserId };
  const { sealingKey } = await desk.request('status', {});
  const sealed = seal(
    sealingKey ?? '',
    [Buffer.from('k'.repeat(32)), Buffer.from('s'.repeat(32))],
    sealingContext({ for: 'credentials', owner: of.owner, venue: 'practice' }),
  );
  const connected = await desk.request('connect', {
    ...{ ...of, venue: 'practice', label: 'Bench', purpose: 'trade', sealed, confirmed: [] },
  });
  if (connected.outcome !== 'stored') throw new Error(`Not connected: ${JSON.stringify(connected.report.problem)}`);
  const { limits } = await desk.request('first-markets', { ...of, markets: [MARKET] });
  const wide = { orderPercent: '100', adversePercent: '100', turnover: String(MANY), ordersPerMinute: MANY };
  const { proposal } = await desk.request('propose-policy', {
    ...of,
    limits: { ...limits, ...wide, openPerMarket: MANY, openOrders: MANY },
  });
  await approver.request('approve-policy', { ...of, proposal: proposal?.id ?? '' });
  return of;
}

export type Rig = Awaited<ReturnType<typeof openRig>>;

/** `memory`: files where syncing costs nothing, for what the rest costs; the disk otherwise. */
export async function openRig(on: 'disk' | 'memory') {
  // The system's temporary folder may be either; the repository's own `out` is on a disk.
  const base = on === 'memory' && existsSync('/dev/shm') ? '/dev/shm' : path.join(ROOT, 'out');
  mkdirSync(base, { recursive: true });
  const folder = mkdtempSync(path.join(base, 'gapless-bench-'));
  const stub = await startStub();
  const custody = await startCustody(folder, stub.origin);
  const { of } = custody;
  const database = openDatabase(custody.databaseFile);
  await addPerson(database, of.owner, [of.connection]);
  const store = openTradeStore(database);
  let writes = true;
  const link = new CustodyLink(custody.desk, systemClock);
  const polling = setInterval(() => void link.poll(), 1_000);
  await link.ask();
  const http = createPinnedHttp({ origin: stub.origin });
  const venue = createWhitebitPublic({
    call: (asked) => http.send({ method: 'GET', path: asked, headers: {} }),
    clock: systemClock,
  });
  const switched: TradeStore = {
    ...bound(store),
    write: (steps) => (writes ? store.write(steps) : Promise.resolve()),
  };
  const accounts = createAccounts({
    ...{ store: switched, custody: link, clock: systemClock, monotonicMs, soon },
    ...{ random: systemRandom, log: silentLog, crash: NO_CRASH_POINTS },
    feed: { instruments: () => venue.instruments() },
    connections: { traded: () => [{ ...of, venue: 'practice' }], onChange: () => {} },
  });
  const runner = await running(() => accounts.get(of.connection));
  const amount = d('1000000000');
  await runner.tell({
    kind: 'limits',
    limits: { ...DEFAULT_LIMITS, largestOrder: [{ asset: 'USDT', amount }], openOrdersMax: MANY },
  });
  const news = listen(accounts, runner);
  let requests = 0;
  const wish = (size: string, ioc: boolean): Extract<Told, { kind: 'place' }> => {
    requests += 1;
    return {
      ...{ kind: 'place', requestId: `r${requests}`, by: { user: of.owner, bot: null }, market: MARKET, slot: null },
      draft: {
        side: 'buy',
        terms: { kind: 'limit', price: d('99.95'), postOnly: false, ioc },
        quantity: { unit: 'base', amount: d(size) },
      },
      confirmations: [],
      now: { bid: d('99.9'), ask: d('100.1'), last: d('100'), asOfMs: Date.now() },
    };
  };
  return {
    stub,
    runner,
    /** Decides, and gives the order; what comes of it is not waited for. */
    async tell(size = '0.01', ioc = true): Promise<OrderKey> {
      const { order, refused } = await runner.tell(wish(size, ioc));
      if (order === null) throw new Error(`Refused: ${refused?.cause ?? ''}`);
      return order;
    },
    /** Until the order has ended and its end is written down. */
    over(order: OrderKey): Promise<void> {
      return news.over(order);
    },
    /** Called in the turn in which a fill has become durable. */
    set onFill(react: () => void) {
      news.onFill = react;
    },
    /** Steps are then taken as written without being so: what the rest costs. */
    set writes(on: boolean) {
      writes = on;
    },
    /** Processor time of this process and of custody. */
    cpuUs: () => ownCpuUs() + processCpuUs(custody.pid),
    async close(): Promise<void> {
      clearInterval(polling);
      await accounts.stop();
      await database.destroy();
      http.close();
      await custody.close();
      stub.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What became durable, as whoever listens to the accounts hears it. */
function listen(accounts: RunningAccounts, runner: AccountRunner) {
  const waiting = new Map<OrderKey, () => void>();
  const ended = new Set<OrderKey>();
  const news = {
    onFill: (): void => {},
    over(order: OrderKey): Promise<void> {
      if (ended.delete(order)) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const stuck = () => reject(new Error(`Not over: ${JSON.stringify(runner.query.order(order))}`));
        const timer = setTimeout(stuck, OVER_MS);
        waiting.set(order, () => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
  };
  accounts.on(({ changes }) => {
    for (const change of changes) {
      if (change.kind !== 'ended') continue;
      const done = waiting.get(change.order);
      waiting.delete(change.order);
      if (done === undefined) ended.add(change.order);
      else done();
    }
    if (changes.some(({ kind }) => kind === 'fill')) news.onFill();
  });
  return news;
}

function bound(store: TradeStore): TradeStore {
  return {
    install: (make) => store.install(make),
    load: (connection) => store.load(connection),
    write: (steps) => store.write(steps),
    orders: (query) => store.orders(query),
    order: (owner, connection, key) => store.order(owner, connection, key),
    asked: (owner, connection, requestId) => store.asked(owner, connection, requestId),
    fills: (query) => store.fills(query),
    fillsOf: (connection, orders) => store.fillsOf(connection, orders),
    journal: (connection, afterSeq, limit) => store.journal(connection, afterSeq, limit),
    pruneJournal: (nowMs) => store.pruneJournal(nowMs),
    remove: (connection) => store.remove(connection),
  };
}

/** Its stream is live and its books were compared. */
async function running(get: () => AccountRunner | null): Promise<AccountRunner> {
  const deadlineMs = performance.now() + READY_MS;
  for (;;) {
    const runner = get();
    const machine = runner?.query.machine;
    // Compared since the stream came alive: before that, orders ask for a confirmation.
    const isCompared = machine?.sync.reconciled === true && (machine.sync.asOfMs ?? 0) >= machine.stream.sinceMs;
    if (runner !== null && machine?.stream.state === 'live' && isCompared) return runner;
    if (performance.now() > deadlineMs) throw new Error(`The account is not ready: ${JSON.stringify(machine)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function ownCpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** From /proc: nobody but the system counts what a process uses that says nothing of it. */
function processCpuUs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * US_A_TICK;
}
