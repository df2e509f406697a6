import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { Decimal } from '../../src/core/decimal.ts';
import { SWITCHABLE_ENDPOINTS } from '../api/permission-groups.ts';
import type { Opening } from '../engine/engine.ts';
import { listing } from '../engine/world.testing.ts';
import type { DurableExchange, ExchangeOptions } from '../exchange/durable-exchange.ts';
import { openExchange } from '../exchange/durable-exchange.ts';
import type { Account, Asset } from '../ports.ts';
import type { PracticeAccounts } from './accounts.ts';
import { createAccounts } from './accounts.ts';
import { openDatabase } from './database.ts';
import { KEY_USE_MIGRATIONS, MIGRATIONS } from './migrations.ts';
import type { Random } from './random.ts';
import { totpCode } from './totp.ts';

/** A small world for tests: three assets, a clock to set, chance that repeats. */

export const START_MS = 1_767_225_600_000;
export const ACCOUNT_FILE = 'practice.sqlite';
export const EXCHANGE_FILE = 'practice-exchange.sqlite';

export function assetOf(ticker: string, withdrawFee: string, minWithdraw: string): Asset {
  return {
    ticker,
    title: ticker === 'BTC' ? 'Bitcoin' : ticker,
    precision: 8,
    networks: ticker === 'EUR' ? [] : [ticker, 'TRC20'],
    canDeposit: ticker !== 'EUR',
    canWithdraw: ticker !== 'EUR',
    withdrawFee: Decimal.parse(withdrawFee),
    minWithdraw: Decimal.parse(minWithdraw),
    coinMarketCapId: 1,
  };
}

export const ASSETS: ReadonlyMap<string, Asset> = new Map(
  [assetOf('BTC', '0.0004', '0.001'), assetOf('USDT', '1', '10'), assetOf('EUR', '0', '0')].map((asset) => [
    asset.ticker,
    asset,
  ]),
);

const OPENING: Opening = {
  assets: [...ASSETS.values()],
  listings: [listing('BTC_USDT', [6, 2], '5')],
  lastPrices: new Map([['BTC_USDT', Decimal.parse('40000')]]),
  firstOrderId: 1,
  firstDealId: 1,
};

export function repeatableRandom(seed: string): Random {
  let number = 0;
  return (bytes) => {
    const parts: Buffer[] = [];
    for (let length = 0; length < bytes; length += 32) {
      number += 1;
      parts.push(createHash('sha256').update(`${seed} ${number}`).digest());
    }
    return Buffer.concat(parts).subarray(0, bytes);
  };
}

export type World = {
  readonly accounts: PracticeAccounts;
  readonly exchange: DurableExchange;
  readonly database: DatabaseSync;
  readonly useDatabase: DatabaseSync;
  readonly clock: { ms: number; nowMs: () => number };
  /** Lets transfers end that are under way. */
  close(): Promise<void>;
};

export type WorldOptions = Partial<Pick<ExchangeOptions, 'defer' | 'queueMax' | 'groupMax' | 'onFault'>> & {
  readonly seed?: string;
  readonly startMs?: number;
};

/** Unsettled: whoever opens the files of a former world settles its transfers first. */
export function openWorld(dir: string | null = null, options: WorldOptions = {}): World {
  const { seed = 'world', startMs = START_MS, ...ofExchange } = options;
  const place = (name: string): string => (dir === null ? ':memory:' : `${dir}/${name}`);
  const database = openDatabase(place(ACCOUNT_FILE), MIGRATIONS, 'full');
  const useDatabase = openDatabase(place('practice-nonces.sqlite'), KEY_USE_MIGRATIONS, 'normal');
  const clock = { ms: startMs, nowMs: () => clock.ms };
  const exchange = openExchange({
    file: place(EXCHANGE_FILE),
    clock,
    opening: OPENING,
    onFault: ({ kind, error }) => {
      throw new Error(kind, { cause: error });
    },
    ...ofExchange,
  });
  const accounts = createAccounts({
    database,
    useDatabase,
    clock,
    random: repeatableRandom(seed),
    exchange,
    asset: (ticker) => ASSETS.get(ticker) ?? null,
    endpoints: SWITCHABLE_ENDPOINTS,
  });
  const close = async (): Promise<void> => {
    exchange.close();
    await accounts.transfersDone();
    database.close();
    useDatabase.close();
  };
  return { accounts, exchange, database, useDatabase, clock, close };
}

export async function person(world: World, email = 'ann@example.org'): Promise<Account> {
  const made = await world.accounts.signUp(email, 'correct horse');
  if (!made.ok) throw new Error(made.message);
  return made.value;
}

/** With the second factor on; the clock stands at the beginning of a step whose code is unused. */
export async function personWithTotp(world: World, email?: string): Promise<{ account: Account; secret: string }> {
  const account = await person(world, email);
  const { secret } = world.accounts.startTotp(account.id);
  const enabled = world.accounts.enableTotp(account.id, totpCode(secret, world.clock.ms).code);
  if (!enabled.ok) throw new Error(enabled.message);
  world.clock.ms += 30_000;
  return { account, secret };
}

/** The next unused code: the clock moves one step on. */
export function nextCode(world: World, secret: string): string {
  world.clock.ms += 30_000;
  return totpCode(secret, world.clock.ms).code;
}
