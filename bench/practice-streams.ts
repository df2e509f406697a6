/**
 * Fifty subscribers of one market's depth (100 levels), a push every 100 ms, while a thousand commands a second change
 * that book: how many frames arrive, how late, and what they cost. The subscribers live in a process of their own, so
 * that the figures are the exchange's alone; the same book without any subscriber, before and after, is taken off.
 *
 *     node bench/practice-streams.ts [--seconds 10] [--subscribers 50]
 *
 * Late is the time from the frame's own `event_time` to its arrival at the client; uneven is how far the distance of two
 * frames is from 100 ms. Exit code 1 when the goal is missed.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { type DurableExchange, openExchange } from '../practice/exchange/durable-exchange.ts';
import { createMarket } from '../practice/market/market.ts';
import { mix } from '../practice/market/noise.ts';
import type { AccountId, Accounts } from '../practice/ports.ts';
import { attachStream } from '../practice/stream/stream.ts';
import { Decimal } from '../src/core/decimal.ts';

/** What the practice exchange set out to reach. */
const SUBSCRIBERS = '50';
const BEAT_MS = 100;
/** A timer of Node comes about a millisecond late every time, so ten beats take a little more than a second. */
const DELIVERED_SHARE = 0.97;
const LATE_MS_MAX = 10;
const MARKET = 'BTC_USDT';
const COMMANDS_A_STEP = 5;
const STEP_MS = 5;
const RESTING = 600;
const PRICES_A_SIDE = 120;
const TRADER = '@life-bench' as AccountId;
const WARM_MS = 2_000;

type Seen = { readonly frames: number; readonly bytes: number; readonly late: number[]; readonly uneven: number[] };

/** The machine's time with a fraction, the same in every process. */
const clock = { nowMs: (): number => performance.timeOrigin + performance.now() };

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    subscribers: { type: 'string', default: SUBSCRIBERS },
    /** The port, in the process of the subscribers. */
    subscribe: { type: 'string' },
  },
});
const count = Number(values.subscribers);
if (values.subscribe === undefined) await measure(Number(values.seconds));
else await subscribe(Number(values.subscribe));

async function measure(seconds: number): Promise<void> {
  const model = createMarket({ seed: 'bench' });
  const exchange = openExchange({
    file: ':memory:',
    clock,
    opening: {
      assets: model.assets(),
      listings: model.listings(),
      lastPrices: new Map([[MARKET, model.statistics(MARKET, clock.nowMs(), 1).last]]),
      firstOrderId: 1,
      firstDealId: 1,
    },
    onFault: ({ error }) => {
      throw error;
    },
  });
  const server = createServer();
  const nobody = { balances: () => new Map(), onBalance: () => () => undefined } as unknown as Accounts;
  const stream = attachStream({
    server,
    market: model,
    accounts: nobody,
    exchange,
    clock,
    tokens: { take: () => null },
    beatMs: BEAT_MS,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const book = await busyBook(exchange);
  await delay(WARM_MS);
  const before = await cpuShare(seconds);
  const port = String((server.address() as AddressInfo).port);
  const child = fork(fileURLToPath(import.meta.url), ['--subscribe', port, '--subscribers', String(count)]);
  await once(child, 'message');
  await delay(WARM_MS);
  child.send('count');
  const doneBefore = book.done();
  const together = await cpuShare(seconds);
  const perSecond = (book.done() - doneBefore) / seconds;
  child.send('tell');
  const [seen] = (await once(child, 'message')) as [Seen];
  child.kill();
  await delay(WARM_MS);
  report(seconds, seen, (before + (await cpuShare(seconds))) / 2, together, perSecond);
  book.stop();
  stream.close();
  server.close();
  exchange.close();
}

function report(seconds: number, seen: Seen, alone: number, together: number, commandsPerSecond: number): void {
  const due = (count * 1000) / BEAT_MS;
  const perSecond = seen.frames / seconds;
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const ms = (value: number): string => `${value.toFixed(2)} ms`;
  console.log(
    `${Math.round(commandsPerSecond)} commands a second, ${Math.round(seen.bytes / seen.frames)} bytes a frame`,
  );
  console.log(`frames delivered: ${perSecond.toFixed(1)} /s of ${due} /s due`);
  console.log(`late: median ${ms(quantile(seen.late, 0.5))}, 99 % within ${ms(quantile(seen.late, 0.99))}`);
  console.log(`uneven: median ${ms(quantile(seen.uneven, 0.5))}, 99 % within ${ms(quantile(seen.uneven, 0.99))}`);
  console.log(`CPU of one core: ${percent(together)}, of it without subscribers ${percent(alone)}`);
  const isReached = perSecond >= due * DELIVERED_SHARE && quantile(seen.late, 0.5) <= LATE_MS_MAX;
  console.log(
    `goal ${count} depth subscribers at ${BEAT_MS} ms: ${isReached ? 'reached' : 'MISSED'} (${percent(together - alone)} of a core for all of them)`,
  );
  process.exitCode = isReached ? 0 : 1;
}

/** CPU seconds of this process for each second that passes. */
async function cpuShare(seconds: number): Promise<number> {
  const startedMs = performance.now();
  const started = process.cpuUsage();
  await delay(seconds * 1000);
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000 / (performance.now() - startedMs);
}

/** Orders come and go on both sides, some meet. */
async function busyBook(exchange: DurableExchange): Promise<{ done(): number; stop(): void }> {
  const view = exchange.query.market(MARKET);
  if (view === null || view.lastTicks === null) throw new Error(`No ${MARKET}`);
  const { spec, lastTicks } = view;
  for (const { ticker } of [spec.base, spec.quote])
    await exchange.submit({ kind: 'credit', account: TRADER, ticker, amount: Decimal.power(12) });
  const open: number[] = [];
  let draws = 0;
  let done = 0;
  const below = (bound: number): number => {
    draws += 1;
    return mix(7, draws) % bound;
  };
  const place = async (): Promise<void> => {
    const side = below(2) === 0 ? 'buy' : 'sell';
    const away = below(10) === 0 ? -below(3) : 1 + below(PRICES_A_SIDE);
    const price = Decimal.fromInteger(BigInt(lastTicks + 25 * (side === 'buy' ? -away : away)), spec.tickScale);
    const amount = Decimal.fromInteger(BigInt(2_000 + below(20_000)), spec.lotScale);
    const terms = { market: MARKET, side, amount, price, clientOrderId: null, stp: 'no' } as const;
    const order = { ...terms, type: 'limit', postOnly: false, ioc: false, bboRole: null } as const;
    const outcome = await exchange.submit({ kind: 'place', account: TRADER, order });
    if (outcome.kind === 'done' && outcome.reply.ok && 'order' in outcome.reply) open.push(outcome.reply.order.id);
  };
  const change = async (): Promise<void> => {
    const [orderId] = open.length > RESTING ? open.splice(below(open.length), 1) : [];
    if (orderId === undefined) await place();
    else await exchange.submit({ kind: 'cancel', account: TRADER, order: { market: MARKET, orderId } });
    done += 1;
  };
  for (let i = 0; i < RESTING; i += 1) await place();
  const timer = setInterval(() => {
    for (let i = 0; i < COMMANDS_A_STEP; i += 1) void change();
  }, STEP_MS);
  return { done: () => done, stop: () => clearInterval(timer) };
}

async function subscribe(port: number): Promise<void> {
  let frames = 0;
  let bytes = 0;
  let isCounting = false;
  const late: number[] = [];
  const uneven: number[] = [];
  await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
      await once(socket, 'open');
      let lastMs = Number.NaN;
      let lastId = Number.NaN;
      socket.on('message', (data: Buffer) => {
        const nowMs = clock.nowMs();
        const { method, params } = JSON.parse(data.toString());
        if (method !== 'depth_update') return;
        const [whole, { event_time, update_id, past_update_id }] = params;
        if (!whole && past_update_id !== lastId) throw new Error(`A gap: ${past_update_id} after ${lastId}`);
        lastId = update_id;
        if (isCounting) {
          frames += 1;
          bytes += data.length;
          late.push(nowMs - event_time * 1000);
          if (!Number.isNaN(lastMs)) uneven.push(Math.abs(nowMs - lastMs - BEAT_MS));
        }
        lastMs = nowMs;
      });
      socket.send(JSON.stringify({ id: 1, method: 'depth_subscribe', params: [MARKET, 100, '0'] }));
    }),
  );
  process.on('message', (order) => {
    isCounting = order === 'count';
    if (order === 'tell') process.send?.({ frames, bytes, late, uneven } satisfies Seen);
  });
  process.send?.('ready');
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((first, second) => first - second);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
