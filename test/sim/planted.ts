/** Known mistakes, each in the place of what prevents it. A tester that does not see one of them is broken. */

import { createSecretKey } from 'node:crypto';
import { Decimal } from '../../src/core/decimal.ts';
import type { RequestOptions } from '../../src/custody/client.ts';
import { CustodyError } from '../../src/custody/errors.ts';
import type { FollowEvent } from '../../src/custody/trade-protocol.ts';
import { Trading } from '../../src/custody/trading/trading.ts';
import type { Rules } from '../../src/engine/rules.ts';
import { RULES } from '../../src/engine/rules.ts';
import type { SavedAccount } from '../../src/engine/saved.ts';
import { signRequest } from '../../src/venues/whitebit/sign.ts';
import { KEYS } from './exchange/exchange.ts';
import { type Mistake, NO_MISTAKE } from './mistake.ts';

type Client = Parameters<Mistake['wrapClient']>[0];
type Wire = Parameters<Mistake['wrapWire']>[0];
type Request = Parameters<Wire['http']['send']>[0];
type Fields = Record<string, unknown>;

/** A rule of the engine by another. */
function rules(change: Partial<Rules>): Mistake {
  return {
    ...NO_MISTAKE,
    begin: () => {
      const right = { ...RULES };
      Object.assign(RULES, change);
      return () => Object.assign(RULES, right);
    },
  };
}

/** What custody answers to one operation, seen wrongly by the desk. */
function answers(op: string, change: (reply: Fields) => unknown, failure?: (error: CustodyError) => unknown): Mistake {
  const wrapClient = (client: Client): Client => ({
    request: (async (name: string, args: unknown, options?: RequestOptions) => {
      try {
        const reply = await (client.request as (...all: readonly unknown[]) => Promise<unknown>)(name, args, options);
        return name === op ? change(reply as Fields) : reply;
      } catch (error) {
        if (name !== op || failure === undefined || !(error instanceof CustodyError)) throw error;
        return failure(error);
      }
    }) as never,
  });
  return { ...NO_MISTAKE, wrapClient };
}

/** What the private stream tells, passed on wrongly; undefined: not at all. */
function stream(change: (event: FollowEvent, lives: number) => FollowEvent | undefined): Mistake {
  const wrapClient = (client: Client): Client => ({
    request: ((name: string, args: unknown, options: RequestOptions = {}) => {
      const { onFollow } = options;
      let lives = 0;
      const heard = (event: FollowEvent): void => {
        if (event.kind === 'state' && event.state.word === 'live') lives += 1;
        const told = change(event, lives);
        if (told !== undefined) onFollow?.(told);
      };
      const all = onFollow === undefined ? options : { ...options, onFollow: heard };
      return (client.request as (...parts: readonly unknown[]) => Promise<unknown>)(name, args, all);
    }) as never,
  });
  return { ...NO_MISTAKE, wrapClient };
}

function deals(change: (report: Fields) => Fields): Mistake {
  return stream((event) => {
    if (event.kind !== 'venue' || event.event.kind !== 'deal') return event;
    const report = change(event.event.report as unknown as Fields);
    return { kind: 'venue', event: { ...event.event, report } } as unknown as FollowEvent;
  });
}

function loads(change: (saved: SavedAccount) => SavedAccount): Mistake {
  return {
    ...NO_MISTAKE,
    wrapStore: (store) => ({
      ...store,
      load: async (connection) => {
        const saved = await store.load(connection);
        return saved === null ? null : change(saved);
      },
    }),
  };
}

/** A method of custody's trading half by another. */
function trading<Name extends 'sign' | 'haltedBecause'>(
  name: Name,
  change: (right: Trading[Name]) => Trading[Name],
): Mistake {
  return {
    ...NO_MISTAKE,
    begin: () => {
      const right = Trading.prototype[name];
      Object.assign(Trading.prototype, { [name]: change(right) });
      return () => Object.assign(Trading.prototype, { [name]: right });
    },
  };
}

let open: () => readonly { readonly id: number; readonly market: string }[] = () => [];

/** Signed anew, as a careless client would. */
function again(request: Request): Request {
  const body = JSON.parse(request.body ?? '{}') as Fields;
  return signedAs(request, { ...body, nonce: Number(body.nonce) + 7 });
}

function signedAs(request: Request, body: Fields): Request {
  const { request: _path, nonce, nonceWindow, ...parameters } = body;
  const { path } = request;
  const key = KEYS.find(({ publicKey }) => publicKey === request.headers['X-TXC-APIKEY']);
  if (key === undefined) return request;
  const { publicKey } = key;
  const secret = createSecretKey(Buffer.from(key.secret));
  const whole = parameters as Parameters<typeof signRequest>[0]['parameters'];
  const signed = signRequest({
    path,
    parameters: whole,
    nonce: Number(nonce),
    nonceWindow: nonceWindow === true,
    publicKey,
    secret,
  });
  return { method: 'POST', path, headers: signed.headers, body: signed.body };
}

/** The rules as they are before any is exchanged. */
const RIGHT: Rules = { ...RULES };
const PLACING = /\/order\/(?:new|bulk|stop_limit)$/;

function retries(isWorth: (reply: Awaited<ReturnType<Wire['http']['send']>>) => boolean): Mistake {
  return {
    ...NO_MISTAKE,
    wrapWire: (wire) => ({
      ...wire,
      http: {
        ...wire.http,
        send: async (request) => {
          const reply = await wire.http.send(request);
          return PLACING.test(request.path) && isWorth(reply) ? wire.http.send(again(request)) : reply;
        },
      },
    }),
  };
}

const results = (change: (result: Fields) => Fields) => (reply: Fields) => ({
  ...reply,
  results: (reply.results as readonly Fields[]).map(change),
});
const statusOf = (row: unknown): string => String(((row as Fields).status as Fields).kind);
const rounded = (text: unknown): string => String(Math.round(Number(text) * 100) / 100);
const ABSENT = { kind: 'absent', lookedAt: { open: true, history: true, trades: true } } as const;

export const MISTAKES: Readonly<Record<string, Mistake>> = {
  // The machine.
  'trades are not told apart by their id': rules({ knowsFill: () => false }),
  'a lost reply counts as "not sent"': rules({
    placed: (order, outcome) => (outcome.kind === 'ambiguous' ? 'not-sent' : RIGHT.placed(order, outcome)),
  }),
  'a lost reply counts as "rejected"': rules({
    placed: (order, outcome) => (outcome.kind === 'ambiguous' ? 'rejected' : RIGHT.placed(order, outcome)),
  }),
  'a doubtful order is forgotten when it is not found once': rules({ counts: () => true, provesAbsence: () => true }),
  'absence counts before the order can no longer arrive': rules({
    counts: (_order, _inquiry, { lookedAt }) => lookedAt.open && lookedAt.history,
  }),
  'a refused cancellation counts as a cancellation': rules({
    transition: (state, news) =>
      state === 'cancelling' && news === 'cancel-doubted' ? 'closed' : RIGHT.transition(state, news),
  }),
  'an end is told before its fills add up': rules({ addsUp: () => true }),
  'orders of others count as ours': rules({ isOurs: () => true }),
  'an older balance overwrites a newer one': rules({ isNewer: () => true }),
  'reservations are forgotten as soon as an order is sent': rules({ isReserved: () => false }),
  'reservations never end': rules({ isReserved: ({ reserve }) => reserve !== null }),
  'a halt is forgotten at a restart': rules({ mayIssueAgain: ({ status }) => status.kind === 'submitting' }),
  'every fill looks like too much': rules({
    overfills: (order, fill) => order.filledBase.add(fill.quantity).gte(order.quantity.amount),
  }),
  'an order in doubt ends when a fill of it comes': rules({
    transition: (state, news) => (state === 'unknown' && news === 'traded' ? 'closed' : RIGHT.transition(state, news)),
  }),
  'less than a whole coin does not matter': rules({
    addsUp: ({ filledBase, toldBase }) => filledBase.sub(toldBase).abs().lt(Decimal.ONE),
  }),
  // Store and commit.
  'commands go out before the commit': {
    ...NO_MISTAKE,
    wrapStore: (store, loop) => ({
      ...store,
      write: async (steps) => void loop.after(3, () => void store.write(steps).catch(() => {}), 'turn'),
    }),
  },
  'a transaction that failed counts as done': {
    ...NO_MISTAKE,
    wrapStore: (store) => ({ ...store, write: (steps) => store.write(steps).catch(() => {}) }),
  },
  'only the last of several steps is written': {
    ...NO_MISTAKE,
    wrapStore: (store) => ({ ...store, write: (steps) => store.write(steps.slice(-1)) }),
  },
  'orders in doubt are forgotten at a restart': loads((saved) => ({
    ...saved,
    orders: saved.orders.filter((row) => statusOf(row) !== 'unknown' && statusOf(row) !== 'submitting'),
  })),
  'requests are forgotten at a restart': loads((saved) => ({ ...saved, requests: [] })),
  'fills are forgotten at a restart': loads((saved) => ({ ...saved, fills: [] })),
  'the desk does not wait for its disk': unsynced('desk'),
  // The line between desk and custody.
  'a line that broke counts as "not sent"': answers(
    'place',
    (reply) => reply,
    (error) => {
      throw error.code === 'UNREACHABLE' ? new CustodyError('EXPIRED', error.message) : error;
    },
  ),
  'a doubtful outcome counts as refused': answers(
    'place',
    results((one) =>
      one.kind === 'ambiguous' || one.kind === 'in-doubt'
        ? { kind: 'rejected', code: 'other', text: '', definite: true }
        : one,
    ),
  ),
  'every refusal counts as definite': answers(
    'place',
    results((one) => (one.kind === 'rejected' ? { ...one, code: 'other', definite: true } : one)),
  ),
  'an error while looking counts as absent': answers('find', (reply) =>
    reply.kind === 'failed' ? { ...ABSENT, atMs: 1_767_225_600_000 * 2 } : reply,
  ),
  'only open orders are looked at': answers('find', (reply) =>
    reply.kind === 'found' && statusOf(reply.report) === 'closed' ? { ...ABSENT, atMs: 1_767_225_600_000 * 2 } : reply,
  ),
  'a snapshot has no trades': answers('snapshot', (reply) =>
    'snapshot' in reply ? { snapshot: { ...(reply.snapshot as Fields), trades: [] } } : reply,
  ),
  'a snapshot has no balances': answers('snapshot', (reply) =>
    'snapshot' in reply
      ? {
          snapshot: {
            ...(reply.snapshot as Fields),
            balances: { ...((reply.snapshot as Fields).balances as Fields), complete: false, balances: [] },
          },
        }
      : reply,
  ),
  // The stream.
  'figures of fills go through floats': deals((report) => ({ ...report, quantity: rounded(report.quantity) })),
  'prices of fills go through floats': deals((report) => ({ ...report, price: String(Number(report.price) * 1.1) })),
  'a fee is booked in the other asset': deals((report) => ({
    ...report,
    fee: { ...(report.fee as Fields), asset: (report.fee as Fields).asset === 'USDT' ? 'BTC' : 'USDT' },
  })),
  'buys are taken for sells': deals((report) => ({ ...report, side: report.side === 'buy' ? 'sell' : 'buy' })),
  'a gap in the stream is not told, and no loss of it': stream((event, lives) => {
    if (event.kind === 'gap' || (event.kind === 'venue' && event.event.kind === 'gap')) return undefined;
    return event.kind === 'state' && (event.state.word !== 'live' || lives > 1) ? undefined : event;
  }),
  // Custody.
  'a write is sent again after a 5xx': retries((reply) => reply.kind === 'reply' && reply.status >= 500),
  'a write is sent again after a time-out': retries((reply) => reply.kind === 'no-reply' && reply.sent),
  'the guard is written after the sending': trading(
    'sign',
    (right) =>
      async function sign(this: Trading, reservations, policy) {
        setTimeout(() => void right.call(this, reservations, policy).catch(() => {}), 20);
      },
  ),
  'a halt is not asked for before a signature': trading('haltedBecause', () => () => ''),
  'custody does not wait for its disk': unsynced('custody'),
  'a cancellation takes everything of the market': {
    ...NO_MISTAKE,
    begin: (world) => {
      open = () => world.exchange.openOf(KEYS[0]?.account ?? '').map(({ id, market }) => ({ id, market: market.name }));
      return () => {};
    },
    wrapWire: (wire) => ({
      ...wire,
      http: {
        ...wire.http,
        send: async (request) => {
          if (/\/order\/cancel$/.test(request.path))
            for (const [at, { id, market }] of open().entries()) {
              const { nonce } = JSON.parse(request.body ?? '{}') as Fields;
              const body = { nonce: Number(nonce) + 11 + at, nonceWindow: true, market, orderId: id };
              void wire.http.send(signedAs(request, body));
            }
          return wire.http.send(request);
        },
      },
    }),
  },
};

function unsynced(process: 'desk' | 'custody'): Mistake {
  return {
    ...NO_MISTAKE,
    begin: (world) => {
      world.disks.unsynced.add(process);
      return () => {};
    },
  };
}
