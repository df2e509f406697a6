/** The private stream of a whole desk, over a network that is cut, stalled and made silent: seen, mended, no fill missed. */

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Order, TradingAccount } from '../../src/contract/trading.ts';
import { seeded, seedFrom } from '../campaigns/seeded.ts';
import { type Arrived, arrive, giveMoney, isWell } from '../campaigns/trade-kill-arrive.ts';
import { type Asked, ask, Notes } from '../campaigns/trade-kill-clients.ts';
import { type Account, compareLedgers, differences } from '../campaigns/trade-kill-judge.ts';
import { openStage, type Stage } from '../campaigns/trade-kill-stage.ts';
import { openWire } from '../campaigns/trade-kill-wire.ts';
import { practiceCall, sellDownTo } from '../practice-api.ts';
import { until } from '../running-desk.ts';

/** From the issue: seen within ten seconds, back within five of the network's return. */
const SEEN_MS = 10_000;
const BACK_MS = 5_000;
/** Reading trading.list takes this long on a busy machine, and is no part of the promise. */
const LOOK_MS = 500;
/** More of each for the figures: `STREAM_ROUNDS=20`. */
const ROUNDS = Number(process.env.STREAM_ROUNDS ?? '1');
const SEED = seedFrom(process.env.CAMPAIGN_SEED ?? '20261123');
const MARKET = 'BTC_USDT';
const OTHERS = 'others@practice.example';
const AMOUNT = '0.0006';
const AGREED_MS = 20_000;
const READ_AGAIN_MS = 10_000;
const WELL_MS = 30_000;

const chance = seeded(SEED);
const wire = openWire();
const notes = new Notes();
let stage: Stage;
let arrived: Arrived;
let account: Account;
let requests = 0;
/** What the desk said about the stream while it was not back, for whoever wonders why it took so long. */
const said = new Set<string>();
beforeAll(async () => {
  stage = await openStage((practice) => wire.between(practice));
  arrived = await arrive(stage, 1);
  account = arrived.accounts[0] as Account;
  await practiceCall(stage.practice, 'accounts/create', {
    email: OTHERS,
    password: 'practice-password',
    twoFactor: true,
  });
  await giveMoney(stage.practice, OTHERS);
  await until(() => isWell(stage, arrived), 60_000);
});
afterAll(async () => {
  wire.close();
  await stage.end(false);
});

const desk = async (name: Parameters<typeof ask>[2], asked: Asked = {}): Promise<unknown> => {
  const { status, json } = await ask(stage.address, arrived.token, name, asked);
  if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(json)}`);
  return json;
};
const sides = () => ({ address: stage.address, token: arrived.token, practice: stage.practice });
const stream = async (): Promise<TradingAccount['stream']> => {
  const [told] = (await desk('trading.list')) as TradingAccount[];
  if (told === undefined) throw new Error('There is no account');
  return told.stream;
};

/** A price inside the spread, where nobody stands before ours; theirs takes it. */
async function bestPrice(): Promise<string> {
  const { book } = await practiceCall<{ book: { bids: [string, string][] } }>(stage.practice, 'oracle/books', {
    market: MARKET,
  });
  return (Number(book.bids[0]?.[0]) + 0.01).toFixed(2);
}

async function placeOurs(): Promise<Order> {
  requests += 1;
  const terms = { kind: 'limit', price: await bestPrice(), postOnly: false, ioc: false } as const;
  const body = {
    ...{ requestId: `stream-test-${requests}`, connection: account.connection, market: MARKET },
    draft: { side: 'buy' as const, terms, quantity: { unit: 'base' as const, amount: AMOUNT } },
    confirmations: [],
  };
  // Refused until what happened while the stream was away has been read.
  let key = '';
  await until(async () => {
    const { status, json } = await ask(stage.address, arrived.token, 'orders.place', { body });
    if (status === 200) key = (json as Order).key;
    else if (!/order_(?:without_stream|slow_down)/.test(JSON.stringify(json))) throw new Error(JSON.stringify(json));
    return status === 200;
  }, READ_AGAIN_MS);
  notes.placed.push({ requestId: body.requestId, body, key });
  const params = { id: account.connection, order: key };
  let order = (await desk('orders.read', { params })) as Order;
  await until(async () => {
    order = (await desk('orders.read', { params })) as Order;
    return order.state === 'open' || order.state === 'closed';
  }, 10_000);
  return order;
}

/** Somebody sells into it, at the exchange, whatever the desk hears of it. */
async function fill({ terms }: Order): Promise<void> {
  if (terms?.kind !== 'limit') throw new Error('Only limit orders are filled here');
  await sellDownTo(stage.practice, OTHERS, terms.price);
}

type Times = { readonly seenMs: number[]; readonly backMs: number[] };
const figures: Record<string, Times> = {};

/** The exchange gives ten tokens for a stream in a minute; more outages than that are waited out, as they must be. */
const OUTAGES_A_MINUTE = 6;
const MINUTE_MS = 60_000;
const struckAtMs: number[] = [];

async function mayStrike(): Promise<void> {
  const earlier = struckAtMs.at(-OUTAGES_A_MINUTE);
  if (earlier !== undefined) await pause(Math.max(0, earlier + MINUTE_MS - performance.now()));
  struckAtMs.push(performance.now());
}

/** Breaks the network under an order, has it filled meanwhile, and mends it. */
async function round(name: string, strike: () => Promise<(() => void) | null>): Promise<void> {
  figures[name] ??= { seenMs: [], backMs: [] };
  const times = figures[name];
  await mayStrike();
  await until(() => isWell(stage, arrived), WELL_MS);
  const order = await placeOurs();
  // From anywhere between two pings.
  await pause(chance.next() * 1_000);
  const liveSinceMs = (await stream()).sinceMs;
  const struckAt = performance.now();
  const mend = await strike();
  await fill(order);
  let isSeen = false;
  const look = async (): Promise<boolean> => {
    const { state, sinceMs } = await stream();
    // It may be gone and back between two looks.
    isSeen ||= state !== 'live' || sinceMs > liveSinceMs;
    return isSeen;
  };
  await until(look, SEEN_MS + 5_000, () => `${name}: not seen`);
  times.seenMs.push(performance.now() - struckAt);
  if (mend !== null) {
    await pause(chance.next() * 6_000);
    mend();
  }
  const mendedAt = performance.now();
  await until(
    async () => {
      const { state, why } = await stream();
      if (state !== 'live') said.add(why);
      return state === 'live';
    },
    30_000,
    () => `${name}: not back`,
  );
  const tookMs = performance.now() - mendedAt;
  if (tookMs > BACK_MS) console.log(`${name}: back after ${tookMs.toFixed(0)} ms; ${[...said].join('; ')}`);
  said.clear();
  times.backMs.push(tookMs);
  let found: string[] = [];
  await until(
    async () => {
      found = await differences(sides(), account);
      return found.length === 0;
    },
    AGREED_MS,
    () => `${name}: ${found.join('; ')}`,
  );
}

const STRIKES: Readonly<Record<string, () => Promise<(() => void) | null>>> = {
  'the connection is cut': async () => {
    wire.cut();
    return null;
  },
  'the network is away': async () => {
    wire.set('refused');
    return () => wire.set('open');
  },
  'no byte passes for a while': async () => {
    wire.set('stalled');
    return () => wire.set('open');
  },
  'the connection is half-open': async () => {
    wire.deaden('both');
    return null;
  },
  'the exchange falls silent': async () => {
    wire.deaden('from-exchange');
    return null;
  },
  'the exchange is frozen': async () => {
    await practiceCall(stage.practice, 'sockets/freeze', { email: account.email });
    return null;
  },
};

test.each(Object.keys(STRIKES))(
  '%s: seen within 10 s, back within 5 s, no fill missed',
  async (name) => {
    const strike = STRIKES[name];
    if (strike === undefined) throw new Error(name);
    for (let turn = 0; turn < ROUNDS; turn += 1) await round(name, strike);
    const { seenMs, backMs } = figures[name] ?? { seenMs: [], backMs: [] };
    expect(Math.max(...seenMs)).toBeLessThan(SEEN_MS + LOOK_MS);
    expect(p99(backMs)).toBeLessThan(BACK_MS + LOOK_MS);
  },
  120_000 * Math.max(1, ROUNDS),
);

test('deals that are never told are found all the same', async () => {
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    await until(() => isWell(stage, arrived), WELL_MS);
    const order = await placeOurs();
    const armed = await practiceCall<{ armed: number }>(stage.practice, 'faults/arm', {
      ...{ id: 'F24', way: 'deals', email: account.email },
    });
    await fill(order);
    await until(async () => (await differences(sides(), account)).length === 0, AGREED_MS);
    const params = { id: account.connection, order: order.key };
    await until(async () => {
      const now = (await desk('orders.read', { params })) as Order;
      // Its end is told by its own channel; the fill has to be looked for.
      return now.ended === 'filled' && Number(now.filledBase) === Number(AMOUNT) && now.feesPending === 0;
    }, AGREED_MS);
    await practiceCall(stage.practice, 'faults/disarm', { armed: armed.armed });
  }
});

test('every fill of both ledgers, to the last digit', async () => {
  const { fills, faults } = await compareLedgers(sides(), account, notes);
  expect(faults).toEqual([]);
  expect(fills).toBeGreaterThanOrEqual(Object.keys(STRIKES).length * ROUNDS);
  expect(stage.faults).toEqual([]);
  const shown = Object.entries(figures).map(
    ([name, { seenMs, backMs }]) =>
      `${name}: seen in at most ${Math.max(...seenMs).toFixed(0)} ms, back p99 ${p99(backMs).toFixed(0)} ms (${seenMs.length} rounds)`,
  );
  console.log([`seed ${SEED}, ${fills} fills, none missed`, ...shown].join('\n'));
});

/** With few rounds this is the slowest. */
function p99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
}
