/** An account of a desk whose custody and exchange are processes of their own: what it trades is real on both sides. */

import { expect } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import type { ConnectionId, UserId } from '../../src/core/ids.ts';
import { sealingContext } from '../../src/custody/protocol.ts';
import { seal } from '../../src/custody/sealing.ts';
import type { OrderKey } from '../../src/engine/events.ts';
import type { Order } from '../../src/engine/state.ts';
import { monotonicMs, soon, systemClock } from '../../src/shell/clock.ts';
import { CustodyLink } from '../../src/shell/custody-link.ts';
import { systemRandom } from '../../src/shell/random.ts';
import { silentLog } from '../../src/shell/trading/accounts.testing.ts';
import { createAccounts, type RunningAccounts } from '../../src/shell/trading/accounts.ts';
import { NO_CRASH_POINTS } from '../../src/shell/trading/crash-points.ts';
import type { AccountRunner } from '../../src/shell/trading/ports.ts';
import { openDatabase } from '../../src/store/database.ts';
import { addPerson } from '../../src/store/trade-people.testing.ts';
import { openTradeStore } from '../../src/store/trade-store-sql.ts';
import { createPinnedHttp } from '../../src/venues/whitebit/http.ts';
import { createWhitebitPublic } from '../../src/venues/whitebit/public.ts';
import { startCustodyAlone } from '../campaigns/custody-alone.ts';
import { practiceAccount, practiceCall, practiceKey, sellDownTo } from '../practice-api.ts';

export const MARKET = 'BTC_USDT';
export const EMAIL = 'ours@practice.example';
export const OTHERS = 'others@practice.example';
const CONNECTION = 'shellshellshellshellshell2' as ConnectionId;
const OWNER = 'ownerownerownerownerowner2' as UserId;
const LINK_MS = 500;

type OracleOrder = { readonly clientOrderId: string };
type Wallet = Readonly<Record<string, { readonly available: string; readonly freeze: string }>>;

export type ShellTradingWorld = Awaited<ReturnType<typeof openShellTradingWorld>>;

export async function openShellTradingWorld() {
  const alone = await startCustodyAlone({ direct: true });
  const { practice } = alone;
  await practiceAccount(practice, EMAIL);
  await practiceCall(practice, 'accounts/create', { email: OTHERS, password: 'practice-password', twoFactor: true });
  for (const [ticker, available] of [
    ['USDT', '100000'],
    ['BTC', '5'],
  ])
    await practiceCall(practice, 'wallets/set', { email: OTHERS, wallet: 'trade', ticker, available });
  const key = await practiceKey(practice, EMAIL);
  const { sealingKey } = await alone.client.request('status', {});
  const about = { connection: CONNECTION, owner: OWNER };
  const sealed = seal(
    sealingKey ?? '',
    [Buffer.from(key.apiKey), Buffer.from(key.secret)],
    sealingContext({ for: 'credentials', owner: OWNER, venue: 'practice' }),
  );
  const connected = await alone.client.request('connect', {
    ...{ ...about, venue: 'practice', label: 'Shell', purpose: 'trade', sealed, confirmed: [] },
  });
  expect(connected.outcome).toBe('stored');
  await alone.client.request('first-markets', { ...about, markets: [MARKET] });

  const database = openDatabase(':memory:');
  await addPerson(database, OWNER, [CONNECTION]);
  const http = createPinnedHttp({ origin: practice });
  const venue = createWhitebitPublic({
    call: (path) => http.send({ method: 'GET', path, headers: {} }),
    clock: systemClock,
  });
  const link = new CustodyLink(alone.client, systemClock);
  const polling = setInterval(() => void link.ask(), LINK_MS);
  const begin = (): RunningAccounts =>
    createAccounts({
      ...{ store: openTradeStore(database), custody: link, clock: systemClock, monotonicMs, soon },
      ...{ random: systemRandom, log: silentLog, crash: NO_CRASH_POINTS },
      feed: { instruments: () => venue.instruments() },
      connections: { traded: () => [{ ...about, venue: 'practice' }], onChange: () => {} },
    });
  let accounts = begin();
  let requests = 0;

  const world = {
    alone,
    get runner(): AccountRunner {
      const runner = accounts.get(CONNECTION);
      if (runner === null) throw new Error('The account does not run');
      return runner;
    },
    async ready(): Promise<void> {
      await expect
        .poll(
          () => {
            const runner = accounts.get(CONNECTION);
            const machine = runner?.query.machine;
            return [machine?.stream.state, machine?.sync.reconciled, runner?.trouble() ?? null];
          },
          { timeout: 60_000, interval: 20 },
        )
        .toEqual(['live', true, null]);
    },
    /** The desk's process ends, and another begins with its database. */
    async restart(): Promise<void> {
      await accounts.stop();
      accounts = begin();
    },
    /** A price inside the spread where nobody stands before ours, or as much below as said. */
    async price(share = '1'): Promise<Decimal> {
      const { book } = await practiceCall<{ book: { bids: [string, string][]; asks: [string, string][] } }>(
        practice,
        'oracle/books',
        { market: MARKET },
      );
      const tick = world.runner.query.instrument(MARKET)?.tick ?? Decimal.ONE;
      const best = Decimal.parse(book.bids[0]?.[0] ?? '0').add(tick);
      return best.mul(Decimal.parse(share)).quantize(tick, 'down');
    },
    async buy(price: Decimal, amount: string): Promise<Order> {
      requests += 1;
      const applied = await world.runner.tell({
        ...{ kind: 'place', requestId: `r${String(requests)}`, by: { user: OWNER, bot: null }, market: MARKET },
        draft: {
          side: 'buy',
          terms: { kind: 'limit', price, postOnly: false, ioc: false },
          quantity: { unit: 'base', amount: Decimal.parse(amount) },
        },
        ...{ slot: null, confirmations: ['far-from-market', 'price-unknown', 'without-stream'], now: null },
      });
      expect(applied.refused).toBeNull();
      return world.order(applied.order);
    },
    async move(order: Order, price: Decimal): Promise<void> {
      requests += 1;
      const applied = await world.runner.tell({
        ...{ kind: 'move', requestId: `r${String(requests)}`, by: { user: OWNER, bot: null }, order: order.key },
        ...{ price, activation: null, quantity: null, confirmations: ['far-from-market', 'price-unknown'], now: null },
      });
      expect(applied.refused).toBeNull();
    },
    async cancel(order: Order): Promise<void> {
      const applied = await world.runner.tell({
        ...{ kind: 'cancel', by: { user: OWNER, bot: null }, order: order.key },
      });
      expect(applied.refused).toBeNull();
    },
    order(key: OrderKey | null): Order {
      const order = key === null ? null : world.runner.query.order(key);
      if (order === null) throw new Error('There is no such order');
      return order;
    },
    /** Somebody else sells into it, once it stands at the exchange: the desk may know of that later, or not at all. */
    async fill(order: Order): Promise<void> {
      if (order.terms?.kind !== 'limit') throw new Error('Only limit orders are filled here');
      await expect
        .poll(async () => (await ordersAt(practice, 'open')).map(nameOf), { timeout: 10_000, interval: 10 })
        .toContain(order.clientId);
      await sellDownTo(practice, OTHERS, order.terms.price.toString());
    },
    ends: (order: Order, why: string, withinMs = 10_000) =>
      expect
        .poll(
          () => {
            const now = world.order(order.key);
            return [now.status.kind === 'closed' ? now.status.why : now.status.kind, now.settled];
          },
          { timeout: withinMs, interval: 10 },
        )
        .toEqual([why, true]),
    opens: (order: Order, withinMs = 10_000) =>
      expect.poll(() => world.order(order.key).status.kind, { timeout: withinMs, interval: 10 }).toBe('open'),
    /** Balances, orders and trades of both sides, to the last digit. */
    async agree(): Promise<void> {
      await expect.poll(() => disagreements(world, practice), { timeout: 30_000, interval: 200 }).toEqual([]);
      expect(await practiceCall(practice, 'oracle/check')).toEqual({ engine: [], money: [], fees: [] });
    },
    async end(): Promise<void> {
      clearInterval(polling);
      await accounts.stop();
      await database.destroy();
      http.close();
      await alone.end();
    },
  };
  return world;
}

async function disagreements(world: { runner: AccountRunner }, practice: string): Promise<string[]> {
  const found: string[] = [];
  const { query } = world.runner;
  const { accounts } = await practiceCall<{ accounts: { wallets: { trade: Wallet } }[] }>(practice, 'oracle/accounts', {
    email: EMAIL,
  });
  for (const [asset, { available, freeze }] of Object.entries(accounts[0]?.wallets.trade ?? {})) {
    const row = query.balances().find((one) => one.asset === asset);
    const zero = Decimal.ZERO;
    const theirs = [Decimal.parse(available).toString(), Decimal.parse(freeze).toString()].join(' ');
    const ours = [(row?.free ?? zero).toString(), (row?.locked ?? zero).toString()].join(' ');
    if (ours !== theirs) found.push(`${asset}: ${ours} here, ${theirs} there`);
    const booked = (row?.booked ?? zero).toString();
    const total = Decimal.parse(available).add(Decimal.parse(freeze)).toString();
    if (booked !== total) found.push(`${asset}: ${booked} booked, ${total} there`);
  }
  const open = query.orders().filter(({ status }) => status.kind !== 'closed');
  const [openHere, openThere] = [open.map(({ clientId }) => clientId), (await ordersAt(practice, 'open')).map(nameOf)];
  if (openHere.sort().join(' ') !== openThere.sort().join(' '))
    found.push(`open: ${openHere.join(' ')} here, ${openThere.join(' ')} there`);
  const names = (await ordersAt(practice, 'all')).map(nameOf);
  if (new Set(names).size !== names.length) found.push('One name, two orders');
  return found;
}

async function ordersAt(practice: string, state: 'open' | 'all'): Promise<readonly OracleOrder[]> {
  const asked = { email: EMAIL, market: MARKET, state };
  return (await practiceCall<{ orders: OracleOrder[] }>(practice, 'oracle/orders', asked)).orders;
}

const nameOf = ({ clientOrderId }: OracleOrder): string => clientOrderId;
