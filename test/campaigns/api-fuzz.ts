/** Sends generated requests to a whole desk in this process; whatever comes, the answer must be no fault of ours. */

import fc from 'fast-check';
import { ROUTES, type Route } from '../../src/contract/routes.ts';
import type { PolicyView, WireOrder } from '../../src/custody/trade-protocol.ts';
import { cookieOf, createRig, ORIGIN, PASSWORD, type Rig } from '../../src/server/desk.testing.ts';
import { PlayedTradeCustody } from '../../src/shell/trading/played-custody.testing.ts';
import { type Asked, asking, REAL } from './api-requests.ts';

export type FuzzResult = {
  readonly sent: number;
  readonly statuses: ReadonlyMap<number, number>;
  /** How often each route answered with 200. */
  readonly answered: ReadonlyMap<string, number>;
  /** Stable codes of the refusals. */
  readonly codes: ReadonlySet<string>;
};

const MINUTE_MS = 60_000;
/** Time goes on: throttles open, proofs run out. */
const AGE_EVERY = 500;
/** What requests brought to a stand goes on: a halted or locked desk would answer nothing else. */
const RELEASE_EVERY = 50;
const LOGIN_EVERY = 2_000;
/** One property holds the requests of a run; a new one starts from a known place. */
const REQUESTS_PER_RUN = 50_000;
/** These would end the session, the token or the connection that the others use. */
const ENDING = new Set(['logout', 'factors.password', 'connections.remove', 'sessions.revokeOthers']);

const POLICY: PolicyView = {
  version: 1,
  limits: {
    ...{ markets: ['BTC_USDT'], bandPercent: '50', orderPercent: '100', orderFloor: '100000' },
    ...{ adversePercent: '100', turnover: '1000', ordersPerMinute: 10_000, openPerMarket: 1_000, openOrders: 1_000 },
    assetPercent: '100',
  },
  proposal: null,
  practice: true,
  equity: '1000000',
  used: { adverse: '0', turnover: '0', adverseOpen: '0', turnoverOpen: '0', openOrders: 0 },
};

/** Throws with the seed and the smallest request that brought a fault out. */
export async function fuzzApi(requests: number, seed: number, onRun: (sent: number) => void): Promise<FuzzResult> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  const statuses = new Map<number, number>();
  const answered = new Map<string, number>();
  const codes = new Set<string>();
  let sent = 0;
  try {
    for (let run = 0; sent < requests; run += 1) {
      const fuzzed = await begin();
      const one = async (asked: Asked): Promise<void> => {
        const { statusCode, code } = await fuzzed.send(asked);
        sent += 1;
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
        if (statusCode === 200) answered.set(asked.name, (answered.get(asked.name) ?? 0) + 1);
        if (code !== null) codes.add(code);
      };
      const numRuns = Math.min(REQUESTS_PER_RUN, requests - sent);
      await fc.assert(fc.asyncProperty(asking, one), { numRuns, seed: seed + run, endOnFailure: false });
      if (fuzzed.rig.logged().includes('by our fault')) throw new Error('The log tells of a fault of ours');
      await fuzzed.rig.end();
      onRun(sent);
    }
  } finally {
    process.off('unhandledRejection', note);
  }
  if (unhandled.length > 0) throw new Error(`Promises that nobody looked after: ${unhandled.map(String).join('; ')}`);
  if (({} as Record<string, unknown>).x !== undefined) throw new Error('A request changed every object');
  return { sent, statuses, answered, codes };
}

async function begin() {
  const rig = await createRig();
  let cookie = await rig.claim();
  const custody = playTrading(rig);
  await rig.clock.advance(1_000);
  const connection = await rig.connect(cookie);
  await rig.clock.advance(20_000);
  const body = { label: 'Program', scopes: ['read', 'trade', 'halt'], days: 365 };
  const made = await rig.ask('tokens.create', { cookie, body });
  const { token } = made.json<{ token: string }>();
  let order = 'none';
  let count = 0;

  const real = (text: string): string =>
    text.replaceAll(REAL.connection, connection).replaceAll(REAL.order, order).replaceAll(REAL.token, token);

  async function send(asked: Asked): Promise<{ statusCode: number; code: string | null }> {
    const route: Route = ROUTES[asked.name];
    const path = route.path.replace(/:(\w+)/g, (_all, field: string) =>
      encodeURIComponent(real(String((asked as Record<string, unknown>)[field] ?? asked.id)).toWellFormed()),
    );
    const hasBody = route.method !== 'GET';
    const reply = await rig.desk.app.inject({
      method: route.method,
      url: `${path}${real(asked.query)}`,
      headers: { ...headersOf(asked), ...(hasBody && asked.type !== '' && { 'content-type': asked.type }) },
      ...(hasBody && { payload: real(String(asked.body)) }),
    });
    check(asked, reply);
    const told = reply.statusCode >= 400 ? reply.json<{ error: { code: string } }>().error.code : null;
    if (asked.name === 'orders.place' && reply.statusCode === 200) order = reply.json<{ key: string }>().key;
    await age();
    return { statusCode: reply.statusCode, code: told };
  }

  function headersOf({ name, who }: Asked): Record<string, string> {
    const fromPage = { host: 'localhost:4440', origin: ORIGIN };
    const isEnding = ENDING.has(name);
    switch (who) {
      case 'nobody':
        return fromPage;
      case 'person':
        return isEnding ? fromPage : { ...fromPage, cookie };
      case 'program':
        return { host: 'localhost:4440', authorization: `Bearer ${token}` };
      case 'impostor':
        return { host: 'localhost:4440', authorization: 'Bearer gap_nobody' };
      default:
        return { ...fromPage, cookie, authorization: `Bearer ${token}` };
    }
  }

  async function age(): Promise<void> {
    count += 1;
    if (count % AGE_EVERY === 0) await rig.clock.jump(2 * MINUTE_MS);
    if (count % RELEASE_EVERY === 0) {
      custody.halts.length = 0;
      rig.custody.state = 'open';
      await rig.clock.advance(6_000);
    }
    if (count % LOGIN_EVERY === 0) {
      const again = await rig.ask('login.password', { body: { name: 'Ann', password: PASSWORD } });
      if (again.statusCode === 200) cookie = cookieOf(again);
    }
  }

  return { rig, send };
}

/** The played exchange takes limit and market orders; what else custody is asked is answered as if all were well. */
function playTrading(rig: Rig): PlayedTradeCustody {
  const custody = new PlayedTradeCustody(() => rig.clock.nowMs());
  custody.instead = (op, carryOut) => {
    if (op === 'policy' || op.endsWith('-policy') || op === 'first-markets') return Promise.resolve(POLICY);
    if (op !== 'place') return null;
    const asked: unknown = custody.asked.at(-1)?.args ?? { orders: [] };
    const { orders } = asked as { orders: readonly WireOrder[] };
    if (orders.every(({ terms }) => terms.kind === 'limit' || terms.kind === 'market'))
      return Promise.resolve(carryOut());
    return Promise.resolve({
      results: orders.map(() => ({ kind: 'not-sent', rule: null, why: 'Stops are not played' })),
    });
  };
  rig.custody.trading = custody;
  return custody;
}

function check(asked: Asked, reply: { statusCode: number; body: string; json: <T>() => T }): void {
  const fault = (what: string): Error =>
    new Error(`${asked.name} ${reply.statusCode}: ${what}: ${reply.body.slice(0, 300)}`);
  if (reply.statusCode >= 500) throw fault('a fault of ours');
  if (/node_modules|\.ts:|at async/.test(reply.body)) throw fault('tells of our insides');
  if (reply.statusCode < 400) return;
  const { error } = reply.json<{ error?: { code?: string; message?: string; cure?: string } }>();
  if (!/^[a-z_]+$/.test(error?.code ?? '')) throw fault('no stable code');
  if ((error?.message ?? '').length <= 4 || (error?.cure ?? '').length <= 4) throw fault('no cause or no cure');
}
