import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createAccounts, type PracticeAccounts } from './accounts/accounts.ts';
import { clockOffsetStore, DatabaseError, openDatabase } from './accounts/database.ts';
import { seedDemo } from './accounts/demo.ts';
import { KEY_USE_MIGRATIONS, MIGRATIONS } from './accounts/migrations.ts';
import type { Random } from './accounts/random.ts';
import { SWITCHABLE_ENDPOINTS } from './api/permission-groups.ts';
import { createMovableClock } from './clock.ts';
import { type DurableExchange, type ExchangeFault, openExchange } from './exchange/durable-exchange.ts';
import { GAP_MS } from './exchange/lived.ts';
import { openingOf } from './exchange/opening.ts';
import { type FairPrice, fairOfModel } from './life/fair.ts';
import { leaveBooks } from './life/leave.ts';
import { createLife, type Life } from './life/life.ts';
import { openReplay } from './life/replay.ts';
import { temperOf } from './life/temper.ts';
import { MARKETS } from './market/catalogue.ts';
import { createLiveMarket } from './market/live-market.ts';
import { createMarket } from './market/market.ts';
import type { Clock, Market, MovableClock } from './ports.ts';

/** Everything of the exchange but its doors: files, time, accounts, markets and those who trade on them. */
export interface World {
  readonly clock: MovableClock;
  readonly accounts: PracticeAccounts;
  /** As it is: the book, and the trades that happened. */
  readonly market: Market;
  readonly exchange: DurableExchange;
  /** Timers that are due, and a step of life. To be called about four times a second. */
  beat(): void;
  /** Lets what is under way end and every file go. */
  close(): Promise<void>;
}

export type WorldOptions = {
  /** Null keeps everything in memory. */
  readonly dataDir: string | null;
  readonly seed: string;
  readonly baseClock: Clock;
  readonly random: Random;
  readonly onFault: (fault: ExchangeFault) => void;
  /** Whether anybody of the house trades. */
  readonly life: boolean;
  readonly speed: number;
  /** A file of candles that prices follow from now on. */
  readonly replay: string | null;
};

/** Throws `DatabaseError`, `ExchangeFileError` or `ReplayError`; nothing stays open then. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const files = openFiles(options.dataDir);
  let exchange: DurableExchange | null = null;
  try {
    const clock = createMovableClock(options.baseClock, clockOffsetStore(files.database), options.speed);
    const model = createMarket({ seed: options.seed });
    const fair = fairPrice(model, options.replay, clock);
    exchange = openExchange({
      file: files.exchangeFile,
      clock,
      opening: openingOf(model, fair, clock),
      onFault: options.onFault,
      // Two beats of a fast clock lie far apart.
      tape: { gapMs: GAP_MS * options.speed },
    });
    const accounts = createAccounts({
      ...files,
      exchange,
      clock,
      random: options.random,
      asset: (ticker) => model.asset(ticker),
      endpoints: SWITCHABLE_ENDPOINTS,
    });
    await accounts.settleTransfers();
    checkFilesAgree(accounts);
    await seedDemo(accounts, files.database);
    const life = options.life ? await begin({ accounts, exchange, fair, clock, seed: options.seed }) : null;
    if (life === null) await leaveBooks(exchange);
    return worldOf({ clock, accounts, exchange, model, fair, life, close: files.close });
  } catch (error) {
    exchange?.close();
    files.close();
    throw error;
  }
}

/** Money that one file knows and the other does not: an old copy, or a file that was taken away. */
function checkFilesAgree(accounts: PracticeAccounts): void {
  const [fault] = accounts.moneyFaults();
  if (fault === undefined) return;
  throw new DatabaseError(
    'files-differ',
    `The files in the data folder do not belong together (${fault}). Put back a copy of the whole folder, or choose another one with --data.`,
  );
}

function openFiles(dataDir: string | null) {
  const place = (name: string): string => (dataDir === null ? ':memory:' : join(dataDir, name));
  if (dataDir !== null) {
    try {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new DatabaseError(
        'database-unusable',
        `The folder ${dataDir} cannot be made (${error instanceof Error ? error.message : String(error)}). Choose another with --data.`,
      );
    }
  }
  const database = openDatabase(place('practice.sqlite'), MIGRATIONS, 'full');
  const useDatabase = openDatabase(place('practice-nonces.sqlite'), KEY_USE_MIGRATIONS, 'normal');
  const close = (): void => {
    if (database.isOpen) database.close();
    if (useDatabase.isOpen) useDatabase.close();
  };
  return { database, useDatabase, exchangeFile: place('practice-exchange.sqlite'), close };
}

function fairPrice(model: Market, replay: string | null, clock: Clock): FairPrice {
  const ofModel = fairOfModel(model);
  if (replay === null) return ofModel;
  return openReplay(replay, clock.nowMs(), (name) => model.listing(name)?.moneyPrec ?? null, ofModel);
}

async function begin(parts: {
  readonly accounts: PracticeAccounts;
  readonly exchange: DurableExchange;
  readonly fair: FairPrice;
  readonly clock: Clock;
  readonly seed: string;
}): Promise<Life> {
  const { accounts, exchange, fair, clock, seed } = parts;
  const life = createLife({
    exchange,
    fair,
    clock,
    seed,
    tempers: MARKETS.map(temperOf),
    fund: async (account, ticker, amount) => {
      const funded = await accounts.fundHouse(account, ticker, amount);
      if (!funded.ok) throw new Error(`${account} was not given ${amount} ${ticker}: ${funded.message}`);
    },
    onFault: (error) => console.error('Fault in the life of the market:', error),
  });
  await life.open();
  return life;
}

function worldOf(parts: {
  readonly clock: MovableClock;
  readonly accounts: PracticeAccounts;
  readonly exchange: DurableExchange;
  readonly model: Market;
  readonly fair: FairPrice;
  readonly life: Life | null;
  readonly close: () => void;
}): World {
  const { clock, accounts, exchange, model, fair, life } = parts;
  return {
    clock,
    accounts,
    exchange,
    market: createLiveMarket({ model, fair, exchange, clock }),
    beat() {
      void exchange.tick();
      void life?.step();
    },
    async close() {
      await life?.close();
      exchange.close();
      await accounts.transfersDone();
      parts.close();
    },
  };
}
