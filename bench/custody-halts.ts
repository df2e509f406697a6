/**
 * The halt half of `bench:custody-guard`: the real process, sixteen requests for orders always on their way, and a halt
 * at a moment of its own. How long after it was asked for did the last order leave? What counts is when its bytes reach
 * the exchange, which is after its signature: nonces tell less, they run ahead of the time where several are signed in
 * one millisecond.
 */

import { type ConnectionId, clientOrderId, type UserId } from '../src/core/ids.ts';
import { sealingContext } from '../src/custody/protocol.ts';
import { seal } from '../src/custody/sealing.ts';
import type { WireOrder } from '../src/custody/trade-protocol.ts';
import { type CustodyAlone, startCustodyAlone } from '../test/campaigns/custody-alone.ts';
import { practiceAccount, practiceKey } from '../test/practice-api.ts';

const CONNECTION = 'hahahahahahahahahahahahaha' as ConnectionId;
const OWNER = 'owowowowowowowowowowowowow' as UserId;
const EMAIL = 'halts@practice.example';
const about = { connection: CONNECTION, owner: OWNER };
const IN_FLIGHT = 16;
/** Orders flow for so long before each halt, and are listened for after it. */
const BEFORE_MS = 60;
const AFTER_MS = 120;

type Halts = {
  /** From the request to its answer, and to the last order that reached the exchange (0: none came after). */
  readonly answeredMs: readonly number[];
  readonly lastSeenMs: readonly number[];
  /** The same way there and back with nothing to do: what this machine takes for it now. */
  readonly idleMs: readonly number[];
  /** Signed while orders flowed: a halt of nothing would prove nothing. */
  readonly signed: number;
};

export async function measureHalts(count: number): Promise<Halts> {
  const alone = await startCustodyAlone();
  try {
    return await measure(alone, count);
  } finally {
    await alone.end();
  }
}

async function measure(alone: CustodyAlone, count: number): Promise<Halts> {
  let last = 0;
  let signed = 0;
  await connect(alone);
  alone.witness.onRequest = ({ path }) => {
    if (!/\/order\/(?:new|bulk|stop_limit)$/.test(path)) return;
    signed += 1;
    last = performance.now();
  };
  const { epoch } = await alone.client.request('trading-status', {});
  const price = await wayBelow(alone);
  const idleMs: number[] = [];
  for (let round = 0; round < count; round += 1) {
    await pause(BEFORE_MS / 10);
    const begun = performance.now();
    await alone.client.request('trading-status', {});
    idleMs.push(performance.now() - begun);
  }
  let seq = 0;
  let isOver = false;
  const ask = async (): Promise<void> => {
    seq += 1;
    const order: WireOrder = {
      ...{ clientId: clientOrderId('halts', epoch, 'm', seq), market: 'BTC_USDT', side: 'buy' },
      // Taken at once or not at all, far from the market: nothing rests, nothing is spent.
      ...{ terms: { kind: 'limit', price, postOnly: false, ioc: true }, quantity: { unit: 'base', amount: '0.001' } },
    };
    await alone.client.request('place', { ...about, orders: [order], epoch, deadlineMs: Date.now() + 5_000 });
  };
  const flow = Array.from({ length: IN_FLIGHT }, async () => {
    while (!isOver) await ask();
  });
  const answeredMs: number[] = [];
  const lastSeenMs: number[] = [];
  for (let round = 0; round < count; round += 1) {
    await pause(BEFORE_MS);
    const begun = performance.now();
    await alone.client.request('halt', { connection: null, why: 'bench' });
    answeredMs.push(performance.now() - begun);
    await pause(AFTER_MS);
    lastSeenMs.push(Math.max(0, last - begun));
    await alone.owner.request('resume', { connection: null });
  }
  isOver = true;
  await Promise.all(flow);
  return { answeredMs, lastSeenMs, idleMs, signed };
}

async function connect({ client, owner, practice }: CustodyAlone): Promise<void> {
  await practiceAccount(practice, EMAIL);
  const key = await practiceKey(practice, EMAIL);
  const { sealingKey } = await client.request('status', {});
  const context = sealingContext({ for: 'credentials', owner: OWNER, venue: 'practice' });
  const sealed = seal(sealingKey ?? '', [Buffer.from(key.apiKey), Buffer.from(key.secret)], context);
  const named = { venue: 'practice', label: 'Halts', purpose: 'trade' } as const;
  await client.request('connect', { ...about, ...named, sealed, confirmed: [] });
  const { limits } = await client.request('first-markets', { ...about, markets: ['BTC_USDT'] });
  const most = 1_000_000;
  const wide = {
    ordersPerMinute: most,
    openPerMarket: most,
    openOrders: most,
    turnover: '1000000',
    adversePercent: '100',
  };
  const { proposal } = await client.request('propose-policy', { ...about, limits: { ...limits, ...wide } });
  await owner.request('approve-policy', { ...about, proposal: proposal?.id ?? '' });
}

async function wayBelow({ practice }: CustodyAlone): Promise<string> {
  const tickers = (await (await fetch(`${practice}/api/v4/public/ticker`)).json()) as Record<
    string,
    { last_price: string }
  >;
  return String(Math.floor(Number(tickers.BTC_USDT?.last_price) / 2));
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
