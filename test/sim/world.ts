/**
 * One world: desk, custody and exchange on one clock, a storm of everything that its seed drew, and a quiet in which
 * all must come together. What it says at the end is a list of violations, empty where all is well.
 */

import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Journal } from '../../src/custody/trading/journal.ts';
import type { CrashPoint } from '../../src/shell/trading/crash-points.ts';
import { createWhitebitPublic } from '../../src/venues/whitebit/public.ts';
import { type Chance, chanceOf } from './chance.ts';
import { CustodyProcess, copyFolder, prepareCustody, type TradedAccount } from './custody-process.ts';
import { DeskProcess, prepareDesk } from './desk-process.ts';
import { Disks, ruleDisks } from './disk.ts';
import { atTheEnd, freeAgrees } from './end.ts';
import { Exchange, KEYS, MARKETS } from './exchange/exchange.ts';
import { textOf } from './exchange/figures.ts';
import { listedMarket } from './exchange/printing.ts';
import { Link } from './link.ts';
import { Died, Loop, ruleTimers } from './loop.ts';
import { type Mistake, NO_MISTAKE } from './mistake.ts';
import { Oracle } from './oracle.ts';
import { People } from './people.ts';
import { chunkOf, type Item, type Storm, stormOf } from './script.ts';
import { Troubles } from './troubles.ts';
import { Wire } from './wire.ts';

const START_MS = 1_767_225_600_000;
/** Longer than validity, settling, the slowest question's pace and a reconnect. */
const QUIET_MS = 60_000;
/** With all orders known and the stream alive, what is free is right this much later: one more look, ten seconds after another. */
const FREE_MS = 15_000;
/**
 * The exchange's minute of ten new streams may begin with the quiet. A custody that was started again does not know when
 * it ends, and asks every 7.5 s.
 */
const GRANTED_MS = 10_000;
/** After a last reconnect, which compares all books. */
const LAST_LOOK_MS = 15_000;
/** Worlds end once this much has happened. */
export const EVENTS_MIN = 2_000;
const CHUNKS_MAX = 120;
export type Killable = 'desk' | 'custody';

export type WorldSize = { readonly eventsMin: number; readonly storm: (seed: number) => Storm };
export type Template = { readonly folder: string; readonly accounts: readonly TradedAccount[] };

/** Made once in each process that runs worlds. */
export async function prepareWorlds(folder: string): Promise<Template> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const loop = new Loop(START_MS - 3_600_000);
  const disks = new Disks(loop);
  ruleTimers(loop);
  ruleDisks(disks);
  loop.onError = (error) => {
    throw error;
  };
  const chance = chanceOf(0);
  const exchange = new Exchange(loop, chance, KEYS.length);
  const wire = new Wire(loop, exchange.rest, exchange.streams, chance);
  const custody = path.join(folder, 'custody');
  const accounts = await prepareCustody(custody, KEYS, MARKETS, { loop, wire, disks, chance });
  await prepareDesk(
    path.join(folder, 'desk.sqlite'),
    accounts.map(({ connection, owner }) => ({ connection, owner, venue: 'practice' })),
  );
  disks.releaseAll();
  return { folder, accounts };
}

let watching: Oracle | null = null;
const realSign = Journal.prototype.sign;
/** What custody's journal holds, told at the moment when it does. */
Journal.prototype.sign = async function (this: Journal, rows, policy) {
  const oracle = watching;
  await realSign.call(this, rows, policy);
  for (const { connection, clientId } of rows) oracle?.guarded.add(`${connection} ${clientId}`);
};

export class World {
  readonly loop = new Loop(START_MS);
  readonly disks: Disks;
  readonly oracle = new Oracle();
  readonly exchange: Exchange;
  readonly wire: Wire;
  readonly link: Link;
  readonly desk: DeskProcess;
  readonly custody: CustodyProcess;
  readonly accounts: readonly TradedAccount[];
  readonly items: Item[] = [];
  readonly storm: Storm;
  readonly folder: string;
  readonly startMs = START_MS;
  chunks = 0;
  isQuiet = false;
  quietMs = 0;
  lastCutMs = 0;
  /** Named places that were passed, in the order of their first time. */
  readonly points = new Map<string, number>();
  readonly #needed = new Map<string, number>();
  /** Asked at each named place; true: the process dies here. */
  diesAt: (process: Killable, name: string) => boolean = () => false;
  readonly #troubles: Troubles;
  readonly #people: People;
  readonly #mistake: Mistake;
  readonly #size: WorldSize;

  constructor(
    seed: number,
    template: Template,
    runFolder: string,
    mistake: Mistake = NO_MISTAKE,
    size: WorldSize = { eventsMin: EVENTS_MIN, storm: stormOf },
  ) {
    this.storm = size.storm(seed);
    this.#size = size;
    this.#mistake = mistake;
    this.folder = runFolder;
    const chance = (use: number): Chance => chanceOf(seed, use);
    const { loop, oracle } = this;
    this.disks = new Disks(loop);
    ruleTimers(loop);
    ruleDisks(this.disks);
    loop.onError = (error, process) => {
      const said =
        error instanceof Error ? `${error.message} ${(error.stack ?? '').split('\n')[1] ?? ''}` : String(error);
      oracle.check(false, `nobody caught it in ${process}: ${error instanceof Error ? error.stack : said}`);
    };
    oracle.nowMs = () => (loop.nowMs - START_MS) / 1_000;
    this.accounts = template.accounts.slice(0, this.storm.accounts);
    this.exchange = new Exchange(loop, chance(2), this.storm.accounts);
    this.wire = new Wire(loop, this.exchange.rest, this.exchange.streams, chance(3));
    this.wire.onFault = (what) => oracle.count(what);
    this.link = new Link(loop, chance(4));
    this.custody = new CustodyProcess({
      ...{ folder: path.join(runFolder, 'custody'), loop, disks: this.disks, link: this.link, chance: chance(5) },
      crash: { at: (name) => this.#passed('custody', name) },
      wire: mistake.wrapWire(this.#watched()),
    });
    this.desk = new DeskProcess({
      ...{ folder: runFolder, loop, link: this.link, disks: this.disks, chance: chance(6) },
      crash: { at: (name: CrashPoint) => this.#passed('desk', name) },
      traded: this.accounts.map(({ connection, owner }) => ({ connection, owner, venue: 'practice' })),
      instruments: () => this.#instruments(),
      onWritten: (steps) => oracle.written(steps),
      wrapStore: (store) => mistake.wrapStore(store, loop),
      wrapClient: (client) => this.#handing(mistake.wrapClient(client)),
    });
    this.link.deskNowMs = () => this.desk.nowMs();
    this.link.custodyNowMs = () => this.custody.nowMs();
    this.disks.onCommit = (process, moment, file, whole) => {
      if (process !== 'desk' && process !== 'custody') return;
      if (moment === 'before' && file === this.desk.file && this.desk.accounts !== null)
        this.#needs(whole ? 'desk before-commit|desk before-prune' : 'desk before-install', whole);
      if (moment === 'before' && /orders\.sqlite$/.test(file) && this.custody.custody !== null)
        this.#needs('custody before-journal');
      try {
        this.#passed(process, `disk ${moment}`);
      } catch (error) {
        if (moment === 'after' && file === this.desk.file && whole) this.desk.diedWritten();
        throw error;
      }
    };
    this.#people = new People({
      oracle,
      market: (draw) => this.exchange.market(draw),
      nowMs: () => this.desk.nowMs(),
    });
    this.#troubles = new Troubles(this, this.#people);
    this.#listen(template);
  }

  #listen(template: Template): void {
    copyFolder(template.folder, this.folder);
    this.oracle.atExchange = (connection, { venueId, clientId }) => {
      const { orders, open, taken } = this.exchange.ledger;
      const account = this.accounts.find((one) => one.connection === connection)?.key.account;
      const order =
        venueId === null && taken.has(`${account} ${clientId}`)
          ? [...orders.values()].find((one) => one.account === account && one.clientId === clientId)
          : orders.get(Number(venueId ?? Number.NaN));
      return order === undefined ? null : { isOpen: open.has(order), executed: textOf(order.dealStock) };
    };
    this.exchange.rest.onCancel = (account, by) => {
      const order = [...this.exchange.ledger.open].find(
        (one) => one.account === account && (by.id !== null ? one.id === by.id : one.clientId === by.clientId),
      );
      const connection = this.accounts.find(({ key }) => key.account === account)?.connection;
      if (order !== undefined) this.oracle.cancelReached(`${connection} ${order.clientId}`, order.id);
    };
  }

  /** Messages that arrived, commits, and what people and markets did. Timers that only looked count for nothing. */
  get events(): number {
    return this.loop.counts.message + this.loop.counts.action + this.disks.commits;
  }

  /** A whole world. `only`: the ids of what happens, of all that so many chunks of the storm hold. */
  async run(
    only: { readonly ids: ReadonlySet<number>; readonly chunks: number } | null = null,
  ): Promise<readonly string[]> {
    const { oracle } = this;
    const failed = (): boolean => oracle.violations.length > 0;
    watching = oracle;
    const undo = this.#mistake.begin(this);
    try {
      this.custody.start();
      this.desk.start();
      await this.#storm(failed, only);
      if (!failed()) await this.#calm(failed);
      if (!failed()) await atTheEnd(this);
      if (this.#mistake === NO_MISTAKE)
        for (const what of this.unnamed()) oracle.check(false, `without a name: ${what}`);
    } finally {
      undo();
      this.disks.releaseAll();
      rmSync(this.folder, { recursive: true, force: true });
    }
    return oracle.violations;
  }

  async #storm(
    failed: () => boolean,
    only: { readonly ids: ReadonlySet<number>; readonly chunks: number } | null,
  ): Promise<void> {
    let fromMs = START_MS + 1_500;
    const isOver = (): boolean => (only === null ? this.events >= this.#size.eventsMin : this.chunks >= only.chunks);
    while (this.chunks < CHUNKS_MAX && !isOver() && !failed()) {
      const chunk = chunkOf(this.storm, this.chunks, fromMs);
      this.chunks += 1;
      for (const item of chunk) {
        if (only !== null && !only.ids.has(item.id)) continue;
        this.#plan(item);
        this.items.push(item);
      }
      fromMs = chunk.at(-1)?.atMs ?? fromMs;
      await this.loop.runUntil(fromMs, failed);
    }
  }

  #plan(item: Item): void {
    this.loop.deliver('world', item.atMs - this.loop.nowMs, () => this.#troubles.act(item), 'action');
  }

  /** All faults off: everything must be known soon, and the same on all sides in the end. */
  async #calm(failed: () => boolean): Promise<void> {
    const { loop } = this;
    await loop.runUntil(loop.thawMs, failed);
    this.isQuiet = true;
    const quietFromMs = loop.nowMs;
    await this.#troubles.calm();
    const untilMs = quietFromMs + QUIET_MS;
    let [wellFromMs, lives] = [Number.POSITIVE_INFINITY, ''];
    while (loop.nowMs < untilMs && !failed()) {
      await loop.runUntil(Math.min(untilMs, loop.nowMs + 250), failed);
      const isKnown = this.#isKnown();
      if (this.quietMs === 0 && isKnown) this.quietMs = loop.nowMs - quietFromMs;
      const isWell = isKnown && this.#lostStreams().every((lost) => lost === null);
      const before = lives;
      lives = this.#streamsSince();
      wellFromMs = isWell && lives === before ? Math.min(wellFromMs, loop.nowMs) : Number.POSITIVE_INFINITY;
      // What a stream lost or told too late only the regular look can mend.
      if (loop.nowMs < Math.max(wellFromMs + FREE_MS, this.wire.disorderedAtMs + QUIET_MS)) continue;
      // Long before the regular look, which would mend it.
      for (const account of this.accounts) freeAgrees(this, account);
    }
    while (loop.nowMs < untilMs + GRANTED_MS && !failed() && !this.#lostStreams().every((lost) => lost === null))
      await loop.runUntil(loop.nowMs + 250, failed);
    // Before the last cut, which would mend it: nothing stays in trouble over what happened long ago.
    for (const lost of this.#lostStreams()) this.oracle.check(lost === null, `I-18: after the quiet ${lost ?? ''}`);
    this.lastCutMs = this.oracle.nowMs();
    this.wire.cutStreams('cut');
    await loop.runUntil(loop.nowMs + LAST_LOOK_MS, failed);
  }

  /** Another text where a stream was lost meanwhile, though it may be back. */
  #streamsSince(): string {
    return this.accounts
      .map(({ connection }) => this.desk.accounts?.get(connection)?.query.machine.stream.sinceMs)
      .join();
  }

  /** What is wrong with the stream of each account; null where it lives. */
  #lostStreams(): (string | null)[] {
    return this.accounts.map(({ connection, key }) => {
      const stream = this.desk.accounts?.get(connection)?.query.machine.stream;
      if (stream?.state === 'live') return null;
      return `the stream of ${key.account} is ${stream?.state ?? 'not traded'} ${stream?.why ?? ''}`;
    });
  }

  #isKnown(): boolean {
    return this.accounts.every(({ connection }) => {
      const runner = this.desk.accounts?.get(connection);
      if (runner === null || runner === undefined) return false;
      const { query } = runner;
      return (
        query.machine.sync.reconciled &&
        query.orders().every(({ status }) => status.kind === 'open' || status.kind === 'closed')
      );
    });
  }

  #passed(process: Killable, name: string): void {
    const { loop } = this;
    // Whoever is dead passes nothing any more.
    if (loop.current !== process || !loop.isAlive) throw new Died(name);
    const point = `${process} ${name}`;
    this.points.set(point, (this.points.get(point) ?? 0) + 1);
    if (!this.diesAt(process, name)) return;
    this.oracle.count(`died at ${point}`);
    this.kill(process);
    throw new Died(point);
  }

  /** `each`: every one of them; otherwise one place stands before several small writes. */
  #needs(point: string, each = true): void {
    if (this.loop.isAlive) this.#needed.set(point, each ? (this.#needed.get(point) ?? 0) + 1 : 1);
  }

  /** Durable writes and sends of trading behind no named place: the process could die where nobody tries it. */
  unnamed(): readonly string[] {
    const passed = (point: string): number => this.points.get(point) ?? 0;
    return [...this.#needed]
      .filter(([names, times]) => names.split('|').reduce((sum, name) => sum + passed(name), 0) < times)
      .map(([names, times]) => `${times} times something was written or sent that needs ${names}`);
  }

  kill(process: Killable, torn = false): void {
    if (process === 'desk') this.desk.kill(torn);
    else this.custody.kill(torn);
  }

  start(process: Killable): void {
    if (process === 'desk') this.desk.start();
    else this.custody.start();
  }

  runs(process: Killable): boolean {
    return process === 'desk' ? this.desk.runs : this.custody.runs;
  }

  /** The wire as custody has it, with somebody looking at every order that leaves. */
  #watched(): Pick<Wire, 'http' | 'open' | 'forget'> {
    const { http } = this.wire;
    const names = (body: string): readonly string[] => {
      const { clientOrderId, orders } = JSON.parse(body) as {
        clientOrderId?: string;
        orders?: { clientOrderId: string }[];
      };
      return orders?.map((one) => one.clientOrderId) ?? (clientOrderId === undefined ? [] : [clientOrderId]);
    };
    return {
      open: (url, handlers) => this.wire.open(url, handlers),
      forget: () => this.wire.forget(),
      http: {
        send: (request) => {
          if (!this.loop.isAlive) return new Promise(() => {});
          if (request.method === 'POST') this.#needs(`custody before-send-${kindOfPath(request.path)}`);
          if (/\/order\/(?:new|bulk|stop_limit)$/.test(request.path)) {
            const key = request.headers['X-TXC-APIKEY'];
            const account = this.accounts.find((one) => one.key.publicKey === key);
            const halts = this.custody.custody?.tradingStatus().halts ?? [];
            const halt = halts.find(({ connection }) => connection === null || connection === account?.connection);
            this.oracle.signs(account?.connection ?? '', names(request.body ?? ''), halt?.why ?? '');
          }
          return http.send(request);
        },
        close: () => http.close(),
      },
    };
  }

  #handing(client: Link['client']): Link['client'] {
    const request: Link['client']['request'] = (op, args, options) => {
      if (/^(?:place|cancel|find|snapshot|follow)$/.test(op)) this.#needs(`desk before-${op}`);
      if (op === 'place' && this.loop.isAlive) {
        const { connection, orders } = args as {
          readonly connection: string;
          readonly orders: readonly { readonly clientId: string }[];
        };
        this.oracle.handedOver(
          connection,
          orders.map(({ clientId }) => clientId),
        );
      }
      return client.request(op, args, options);
    };
    return { request };
  }

  /** The public list of markets, over a wire of its own. */
  async #instruments(): ReturnType<ReturnType<typeof createWhitebitPublic>['instruments']> {
    const { loop, wire } = this;
    await new Promise<void>((resolve) => void loop.after(30, resolve, 'message'));
    const markets = [...this.exchange.ledger.markets.values()].map(listedMarket);
    const shut = wire.down || wire.dark;
    const reply = shut
      ? ({ kind: 'no-reply', sent: true, reason: 'timeout', tookMs: 30 } as const)
      : ({
          kind: 'reply',
          status: 200,
          body: JSON.stringify(markets),
          contentType: '',
          retryAfterMs: null,
          tookMs: 30,
        } as const);
    return createWhitebitPublic({ call: async () => reply, clock: { nowMs: () => loop.nowMs } }).instruments();
  }
}

function kindOfPath(request: string): 'order' | 'cancel' | 'read' {
  if (/\/order\/(?:new|bulk|stop_limit)$/.test(request)) return 'order';
  return /\/order\/cancel/.test(request) ? 'cancel' : 'read';
}
