/** A whole desk in the test's own process: real routes and rows, a clock that stands still, a custody that is played. */

import { Writable } from 'node:stream';
import type { LightMyRequestResponse } from 'fastify';
import pino from 'pino';
import { practice } from '../../guides/practice.ts';
import { whitebit } from '../../guides/whitebit.ts';
import { ROUTES, type Route, type RouteName } from '../contract/routes.ts';
import { Decimal } from '../core/decimal.ts';
import type { ConnectionId, UserId, VenueId } from '../core/ids.ts';
import type { Instrument } from '../core/instrument.ts';
import { type CustodyClient, CustodyError, type RequestOptions } from '../custody/client.ts';
import {
  CHECK_STEPS,
  type CheckReport,
  type CustodyOperations,
  type CustodyStatus,
  type KeySummary,
  type OperationName,
  type Problem,
  type ProblemCode,
  type StepReport,
} from '../custody/protocol.ts';
import { manualClock } from '../shell/manual-clock.ts';
import type { Random } from '../shell/random.ts';
import { PlayedStream } from '../shell/trading/feed.testing.ts';
import type { DeskVenue, DeskVenues } from '../shell/venues.ts';
import { type Database, openDatabase } from '../store/database.ts';
import type { PublicVenue, VenueFault, Wallet } from '../venues/venue.ts';
import { createDesk, type Desk } from './desk.ts';
import { siteOf } from './site.ts';

/** Argon2 as cheap as it goes: what it costs is the subject of one test only. */
const CHEAP = { memoryCost: 64, timeCost: 1, parallelism: 1 };
export const PORT = 4440;
export const ORIGIN = `http://localhost:${PORT}`;
export const PASSWORD = 'a lighthouse of paper';

export const SEALED = { v: 1, epk: 'A'.repeat(87), iv: 'A'.repeat(16), ct: 'A'.repeat(120) } as const;

/** Bytes that differ every time and are the same in every run. */
export function countingRandom(seed = 1): Random {
  let state = seed >>> 0;
  return {
    bytes: (count) =>
      Uint8Array.from({ length: count }, () => {
        // A small generator (mulberry32); chance is not the subject of any test here.
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return (mixed ^ (mixed >>> 14)) & 255;
      }),
  };
}

export function problem(code: ProblemCode, more: Partial<Problem> = {}): Problem {
  return { code, rights: [], connection: null, fault: null, clockOffsetMs: null, ...more };
}

export function report(atMs: number, more: Partial<CheckReport> = {}): CheckReport {
  const isBad = (more.problem ?? null) !== null;
  return {
    atMs,
    steps: CHECK_STEPS.map((step) => ({ step, state: isBad ? 'failed' : 'passed', detail: '', tookMs: 1 })),
    rights: {
      'read-trade': 'on',
      'read-wallet': 'on',
      trade: 'on',
      deposit: 'off',
      withdraw: 'off',
      transfer: 'off',
      codes: 'off',
    },
    rightsSource: 'probe',
    clockOffsetMs: 12,
    balances: isBad
      ? null
      : [
          { wallet: 'trade', asset: 'USDT', free: '100.5', locked: '0' },
          { wallet: 'main', asset: 'BTC', free: '0.5', locked: '0' },
        ],
    history: { walletReadable: true, tradesReadable: true, reachDays: 183 },
    problem: null,
    ...more,
  };
}

const TRADE_OPERATIONS: ReadonlySet<OperationName> = new Set<OperationName>([
  'trading-status',
  'place',
  'cancel',
  'find',
  'snapshot',
  'follow',
  'halt',
  'policy',
  'first-markets',
  'propose-policy',
  'withdraw-policy',
]);

/** Plays custody: keeps keys, answers as it is told, can be locked, lost, or die between storing and answering. */
export class PlayedCustody {
  readonly keys = new Map<string, KeySummary>();
  readonly asked: OperationName[] = [];
  state: CustodyStatus['state'] = 'open';
  isGone = false;
  /** Stores, and then the answer is lost. */
  losesAnswers = false;
  nextProblem: Problem | null = null;
  /** Who plays what trading asks of custody; null: it is not played. */
  trading: Pick<CustodyClient, 'request'> | null = null;
  /** What the exchange tells from now on; null for what a check tells. */
  balances: CheckReport['balances'] = null;
  unreadable: readonly Wallet[] = [];
  readonly #held = new Map<OperationName, Promise<void>>();
  readonly nowMs: () => number;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  /** The next request of this kind is answered only once the returned function was called. */
  holdNext(op: OperationName): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(op, promise);
    return resolve;
  }

  async request<Op extends OperationName>(
    op: Op,
    args: CustodyOperations[Op]['request'],
    options: RequestOptions = {},
  ): Promise<CustodyOperations[Op]['reply']> {
    if (this.trading !== null && TRADE_OPERATIONS.has(op)) return this.trading.request(op, args, options);
    this.asked.push(op);
    const held = this.#held.get(op);
    this.#held.delete(op);
    await held;
    if (this.isGone) throw new CustodyError('UNREACHABLE', 'gone');
    return this.#answer(op, args as Record<string, unknown>, options.onEvent) as CustodyOperations[Op]['reply'];
  }

  #answer(op: OperationName, args: Record<string, unknown>, onEvent?: (event: StepReport) => void): unknown {
    if (op === 'status') return this.#status();
    if (op === 'unlock') this.state = 'open';
    if (op === 'lock') this.state = 'locked';
    if (op === 'lock' || op === 'unlock') return this.#status();
    if (this.state !== 'open') throw new CustodyError(this.state === 'locked' ? 'LOCKED' : 'HALTED', this.state);
    const key = this.keys.get(String(args.connection));
    switch (op) {
      case 'keys':
        return [...this.keys.values()];
      case 'connect':
        return this.#store(this.#key(args), onEvent);
      case 'replace':
        if (key === undefined) throw new CustodyError('NOT_FOUND', 'no key');
        return this.#store({ ...key, keyHint: 'eeee…ffff', replacedAtMs: this.nowMs() }, onEvent);
      case 'check':
        if (key === undefined) throw new CustodyError('NOT_FOUND', 'no key');
        return report(this.nowMs(), { problem: this.nextProblem });
      case 'balances':
        if (key === undefined) throw new CustodyError('NOT_FOUND', 'no key');
        return this.nextProblem === null
          ? {
              atMs: this.nowMs(),
              balances: this.balances ?? report(this.nowMs()).balances ?? [],
              unreadable: this.unreadable,
            }
          : { problem: this.nextProblem };
      case 'drop':
        return { dropped: this.keys.delete(String(args.connection)) };
      case 'audit':
        return [];
      case 'audit-verify':
        return { ok: true, entries: 0, head: '' };
      default:
        throw new CustodyError('BAD_REQUEST', op);
    }
  }

  #store(key: KeySummary, onEvent?: (event: StepReport) => void) {
    for (const step of CHECK_STEPS) onEvent?.({ step, state: 'passed', detail: '', tookMs: 1 });
    const found = report(this.nowMs(), { problem: this.nextProblem });
    if (this.nextProblem !== null) return { outcome: 'refused', report: found };
    this.keys.set(key.connection, key);
    if (this.losesAnswers) throw new CustodyError('UNREACHABLE', 'died after storing');
    return { outcome: 'stored', key, report: found };
  }

  #key(args: Record<string, unknown>): KeySummary {
    return {
      connection: args.connection as ConnectionId,
      owner: args.owner as UserId,
      venue: args.venue as VenueId,
      label: String(args.label),
      purpose: args.purpose as KeySummary['purpose'],
      keyHint: 'aaaa…bbbb',
      version: 1,
      addedAtMs: this.nowMs(),
      replacedAtMs: null,
      stoppedBecause: null,
    };
  }

  #status(): CustodyStatus {
    return {
      state: this.state,
      reason: '',
      unlockMode: 'key-file',
      keyFile: '/elsewhere/unlock.key',
      level: 'L1',
      sealingKey: 'key',
      fingerprint: '0000 1111',
      keys: this.keys.size,
      hardening: [],
      auditHead: { seq: 0, hash: '' },
      venues: [],
    };
  }
}

const spot = (symbol: string, base: string, quote: string): Instrument => ({
  symbol,
  kind: 'spot',
  base,
  quote,
  tick: Decimal.power(-2),
  lot: Decimal.power(-6),
  quantityMin: Decimal.power(-6),
  notionalMin: Decimal.ONE,
  notionalMax: null,
  makerFee: Decimal.ZERO,
  takerFee: Decimal.ZERO,
});

const market: PublicVenue = {
  reachable: async () => ({ ok: true, value: { tookMs: 1 } }),
  clock: async () => ({ ok: true, value: { offsetMs: 0, uncertaintyMs: 1 } }),
  instruments: async () => ({ ok: true, value: [spot('BTC_USDT', 'BTC', 'USDT')] }),
  tickers: async () => ({
    ok: true,
    value: new Map([
      [
        'BTC_USDT',
        { symbol: 'BTC_USDT', last: Decimal.parse('90000'), changePercent: Decimal.ZERO, volumeQuote: Decimal.ZERO },
      ],
    ]),
  }),
  candles: async () => ({ ok: true, value: [] }),
  book: async () => ({ ok: true, value: { bids: [], asks: [] } }),
  trades: async () => ({ ok: true, value: [] }),
};

export type PlayedPrices = { isSilent: boolean };

function venues(withPractice: boolean, isRehearsal: boolean, prices: PlayedPrices): DeskVenues {
  const tickers: PublicVenue['tickers'] = async () => {
    if (!prices.isSilent) return market.tickers();
    return { ok: false, fault: { code: 'unreachable', raw: '' } as VenueFault };
  };
  const of = (guide: DeskVenue['guide'], origin: string, isPractice: boolean): DeskVenue => ({
    id: guide.venue,
    guide,
    origin,
    isPractice,
    publicVenue: { ...market, tickers },
    close: () => {},
  });
  const all = new Map([
    ['practice', of(practice, 'http://127.0.0.1:4400', true)],
    ['whitebit', of(whitebit, isRehearsal ? 'http://127.0.0.1:4400' : 'https://whitebit.com', isRehearsal)],
  ] as const);
  if (!withPractice) all.delete('practice');
  return all;
}

export type Ask = {
  readonly cookie?: string;
  readonly body?: unknown;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** As it goes over the wire, in the place of `body`. */
  readonly rawBody?: string;
};

export type Rig = {
  readonly desk: Desk;
  readonly database: Database;
  readonly clock: ReturnType<typeof manualClock>;
  readonly custody: PlayedCustody;
  readonly prices: PlayedPrices;
  /** Of public prices, in the order in which they were opened. */
  readonly streams: readonly PlayedStream[];
  readonly logged: () => string;
  readonly ask: (name: RouteName, ask?: Ask) => Promise<LightMyRequestResponse>;
  /** As the page does it, from another address of the network where one is given. */
  readonly claim: () => Promise<string>;
  /** Claims must have happened; a member by invitation. */
  readonly member: (ownerCookie: string, name?: string) => Promise<string>;
  readonly connect: (cookie: string, requestId?: string, venue?: VenueId) => Promise<string>;
  readonly end: () => Promise<void>;
};

export function cookieOf(reply: LightMyRequestResponse): string {
  const header = reply.headers['set-cookie'];
  return String(Array.isArray(header) ? header[0] : header).split(';')[0] ?? '';
}

export function urlOf(route: Route, ask: Ask): string {
  const path = route.path.replace(/:(\w+)/g, (_all, name: string) => ask.params?.[name] ?? 'a'.repeat(26));
  return `${path}${ask.query ?? ''}`;
}

export async function createRig(
  more: {
    readonly database?: Database;
    readonly custody?: PlayedCustody;
    readonly hashCost?: typeof CHEAP;
    /** As with --no-practice. */
    readonly withoutPractice?: boolean;
    /** As with --whitebit and the address of the practice exchange. */
    readonly isRehearsal?: boolean;
    readonly proxy?: { readonly address: string; readonly publicOrigin: string };
  } = {},
): Promise<Rig> {
  const clock = manualClock();
  const prices: PlayedPrices = { isSilent: false };
  const custody = more.custody ?? new PlayedCustody(() => clock.nowMs());
  const database = more.database ?? openDatabase(':memory:');
  let logged = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged += String(chunk);
      done();
    },
  });
  const log = pino({ level: 'info' }, sink);
  const streams: PlayedStream[] = [];
  const desk = await createDesk({
    database,
    custody,
    venues: venues(more.withoutPractice !== true, more.isRehearsal === true, prices),
    clock,
    random: countingRandom(),
    log,
    site: () => siteOf({ host: '127.0.0.1', port: PORT, certificate: null, proxy: more.proxy ?? null }),
    rpId: 'localhost',
    version: '0.0.0',
    command: (words) => `npx gapless ${words}`,
    hashCost: more.hashCost ?? CHEAP,
    pageFolder: '/nowhere',
    door: null,
    tls: null,
    openStream: (_venue, options) => {
      const stream = new PlayedStream(options);
      streams.push(stream);
      return stream;
    },
  });
  const ask: Rig['ask'] = (name, of = {}) => {
    const route: Route = ROUTES[name];
    const changes = route.method !== 'GET';
    const headers: Record<string, string> = {
      host: `localhost:${PORT}`,
      'user-agent': 'Mozilla/5.0 (X11; Linux) Firefox/140',
    };
    if (changes) headers.origin = ORIGIN;
    const payload = of.rawBody ?? (of.body === undefined ? undefined : JSON.stringify(of.body));
    if (payload !== undefined) headers['content-type'] = 'application/json';
    if (of.cookie !== undefined) headers.cookie = of.cookie;
    for (const [key, value] of Object.entries(of.headers ?? {})) {
      if (value === undefined) delete headers[key];
      else headers[key] = value;
    }
    return desk.app.inject({
      method: route.method,
      url: urlOf(route, of),
      headers,
      ...(payload !== undefined && { payload }),
    });
  };
  return {
    desk,
    database,
    clock,
    custody,
    prices,
    streams,
    logged: () => logged,
    ask,
    async claim() {
      const body = { code: desk.setupCode ?? '', name: 'Ann', password: PASSWORD };
      return cookieOf(await ask('setup.claim', { body }));
    },
    async member(ownerCookie, name = 'Bob') {
      const { code } = (await ask('users.invite', { cookie: ownerCookie, body: {} })).json<{ code: string }>();
      return cookieOf(await ask('invite.accept', { body: { code, name, password: PASSWORD } }));
    },
    async connect(cookie, requestId = 'c'.repeat(26), venue = 'practice') {
      const body = { requestId, venue, label: 'Mine', purpose: 'trade', sealed: SEALED, confirmed: [] };
      const attempt = (await ask('connections.connect', { cookie, body })).json<{ connection: string }>();
      await clock.advance(0);
      return attempt.connection;
    },
    async end() {
      await desk.stop();
      await database.destroy();
    },
  };
}
