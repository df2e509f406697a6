/** Accounts over a real database in memory, a played custody and a clock that stands until it is moved. */

import type { Logger } from 'pino';
import { Decimal } from '../../core/decimal.ts';
import type { ConnectionId, UserId } from '../../core/ids.ts';
import type { Applied } from '../../engine/applied.ts';
import { MARKET } from '../../engine/hostile-venue.testing.ts';
import type { Order } from '../../engine/state.ts';
import { openDatabase } from '../../store/database.ts';
import { addPerson } from '../../store/trade-people.testing.ts';
import type { TradeStore } from '../../store/trade-store.ts';
import { openTradeStore } from '../../store/trade-store-sql.ts';
import { CustodyLink } from '../custody-link.ts';
import { manualClock } from '../manual-clock.ts';
import { createAccounts, type RunningAccounts, type TradedConnection } from './accounts.ts';
import type { CrashPoint } from './crash-points.ts';
import { PlayedTradeCustody } from './played-custody.testing.ts';
import type { AccountRunner, Told } from './ports.ts';

export const OWNER = 'annannannannannannannannan' as UserId;
export const ACCOUNT: TradedConnection = {
  connection: 'aaaaaaaaaaaaaaaaaaaaaaaaaa' as ConnectionId,
  owner: OWNER,
  venue: 'practice',
};
export const OTHER: TradedConnection = { ...ACCOUNT, connection: 'bbbbbbbbbbbbbbbbbbbbbbbbbb' as ConnectionId };

const silent = (): void => {};
export const silentLog = { error: silent, warn: silent, info: silent, debug: silent } as unknown as Logger;

export type AccountsRig = Awaited<ReturnType<typeof createAccountsRig>>;

export async function createAccountsRig(wrap: (store: TradeStore) => TradeStore = (store) => store) {
  const base = manualClock();
  /** What the date was set wrong by. */
  let wallOffMs = 0;
  const clock = { ...base, nowMs: () => base.nowMs() + wallOffMs };
  const custody = new PlayedTradeCustody(clock.nowMs);
  const database = openDatabase(':memory:');
  await addPerson(database, OWNER, [ACCOUNT.connection, OTHER.connection]);
  const store = wrap(openTradeStore(database));
  const link = new CustodyLink(custody, clock);
  let traded: readonly TradedConnection[] = [ACCOUNT];
  const listeners: (() => void)[] = [];
  const passed: CrashPoint[] = [];
  let requests = 0;
  const listed = { ok: true as const, value: [MARKET] };
  const instruments = { next: (): Promise<typeof listed> => Promise.resolve(listed) };
  const begin = (): RunningAccounts => {
    let byte = 0;
    return createAccounts({
      ...{ store, custody: link, clock, log: silentLog },
      feed: { instruments: () => instruments.next() },
      connections: { traded: () => traded, onChange: (listener) => void listeners.push(listener) },
      monotonicMs: base.nowMs,
      soon: setImmediate,
      random: { bytes: (count) => new Uint8Array(count).map(() => (byte += 7)) },
      crash: { at: (name) => void passed.push(name) },
    });
  };
  let accounts = begin();
  const rig = {
    ...{ clock: base, custody, store, database, link, passed, instruments },
    get accounts() {
      return accounts;
    },
    get runner(): AccountRunner {
      const runner = accounts.get(ACCOUNT.connection);
      if (runner === null) throw new Error('No account runs');
      return runner;
    },
    /** Until everything that can happen without time has happened. */
    async settle(): Promise<void> {
      for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    },
    async open(): Promise<void> {
      await link.ask();
      await rig.settle();
    },
    async pass(ms: number): Promise<void> {
      await base.advance(ms);
      await rig.settle();
    },
    setDate(byMs: number): void {
      wallOffMs += byMs;
    },
    list(next: readonly TradedConnection[]): void {
      traded = next;
      for (const listener of listeners) listener();
    },
    /** The process ends and another begins on the same database. */
    async restart(): Promise<void> {
      await accounts.stop();
      listeners.length = 0;
      accounts = begin();
      await rig.open();
    },
    wish(price: string, amount: string, requestId?: string): Extract<Told, { kind: 'place' }> {
      requests += 1;
      return {
        ...{ kind: 'place', requestId: requestId ?? `r${String(requests)}`, by: { user: OWNER, bot: null } },
        ...{ market: MARKET.symbol, slot: null, confirmations: ['far-from-market', 'price-unknown', 'without-stream'] },
        draft: {
          side: 'buy',
          terms: { kind: 'limit', price: Decimal.parse(price), postOnly: false, ioc: false },
          quantity: { unit: 'base', amount: Decimal.parse(amount) },
        },
        now: null,
      };
    },
    orderOf(applied: Applied): Order {
      const order = applied.order === null ? null : rig.runner.query.order(applied.order);
      if (order === null) throw new Error(`No order: ${applied.refused?.cause ?? ''}`);
      return order;
    },
    async end(): Promise<void> {
      await accounts.stop();
      await database.destroy();
    },
  };
  return rig;
}
