/** The desk's trading half as it runs: store, accounts, link to custody; killed and started again at any moment. */

import { rmSync } from 'node:fs';
import path from 'node:path';
import pino from 'pino';
import type { Instrument } from '../../src/core/instrument.ts';
import type { CustodyClient } from '../../src/custody/client.ts';
import type { AccountEvent } from '../../src/engine/events.ts';
import { repeat } from '../../src/shell/clock.ts';
import { CustodyLink } from '../../src/shell/custody-link.ts';
import { createAccounts, type RunningAccounts, type TradedConnection } from '../../src/shell/trading/accounts.ts';
import type { CrashPoints } from '../../src/shell/trading/crash-points.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { addPerson } from '../../src/store/trade-people.testing.ts';
import type { TradeStore, Written } from '../../src/store/trade-store.ts';
import { openTradeStore } from '../../src/store/trade-store-sql.ts';
import type { Answer } from '../../src/venues/venue.ts';
import type { Chance } from './chance.ts';
import type { Disks } from './disk.ts';
import type { Link } from './link.ts';
import type { Loop } from './loop.ts';

/** As in the desk. */
const POLL_MS = 2_000;
/** A disk takes this long, at most. */
const DISK_MS = 8;

type DeskParts = {
  readonly folder: string;
  readonly loop: Loop;
  readonly link: Link;
  readonly disks: Disks;
  readonly chance: Chance;
  readonly crash: CrashPoints;
  readonly traded: readonly TradedConnection[];
  readonly instruments: () => Promise<Answer<readonly Instrument[]>>;
  readonly onWritten: (steps: readonly Written[]) => void;
  /** For planted bugs. */
  readonly wrapStore: (store: TradeStore) => TradeStore;
  readonly wrapClient: (client: Pick<CustodyClient, 'request'>) => Pick<CustodyClient, 'request'>;
};

export class DeskProcess {
  skewMs = 0;
  accounts: RunningAccounts | null = null;
  link: CustodyLink | null = null;
  database: Database | null = null;
  store: TradeStore | null = null;
  readonly #parts: DeskParts;
  #isStarting = false;
  /** Handed to the disk, and nobody was told yet. */
  #writing: readonly Written[] = [];

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  get file(): string {
    return path.join(this.#parts.folder, 'desk.sqlite');
  }

  nowMs(): number {
    return Math.floor(this.#parts.loop.nowMs + this.skewMs);
  }

  get runs(): boolean {
    return this.accounts !== null || this.#isStarting;
  }

  start(): void {
    if (this.runs) return;
    this.#isStarting = true;
    this.#parts.loop.deliver('desk', 0, () => this.#begin(), 'turn');
  }

  #begin(): void {
    const { loop, link, chance, crash, traded, instruments, wrapClient, disks } = this.#parts;
    try {
      this.database = openDatabase(this.file);
    } catch (error) {
      if (!loop.isAlive || !disks.broken.has('desk')) throw error;
      this.kill();
      return;
    }
    const clock = { nowMs: () => this.nowMs(), after: (delayMs: number, run: () => void) => loop.after(delayMs, run) };
    const custody = new CustodyLink(wrapClient(link.client), clock);
    this.link = custody;
    this.store = this.#parts.wrapStore(this.#told(openTradeStore(this.database)));
    this.accounts = createAccounts({
      ...{ store: this.store, custody, clock, crash, feed: { instruments } },
      connections: { traded: () => traded, onChange: () => {} },
      monotonicMs: () => loop.nowMs,
      soon: (run) => void loop.after(0, run, 'turn'),
      random: { bytes: (count) => Uint8Array.from({ length: count }, () => chance.below(256)) },
      log: pino({ level: 'silent' }),
    });
    this.#isStarting = false;
    void custody.ask();
    repeat(
      clock,
      POLL_MS,
      () => custody.poll(),
      (error) => loop.onError(error, 'desk'),
    );
  }

  kill(torn = false): void {
    const { loop, disks, link } = this.#parts;
    if (!this.runs) return;
    link.cut('The desk is gone');
    loop.kill('desk');
    this.accounts = null;
    this.#isStarting = false;
    this.database = null;
    disks.release('desk', torn);
  }

  /** What the disk took is what the oracle is told, at that moment and not later. */
  #told(store: TradeStore): TradeStore {
    const { loop, chance, onWritten } = this.#parts;
    return {
      ...store,
      write: async (steps) => {
        if (chance.is(0.5))
          await new Promise<void>((resolve) => void loop.after(chance.next() * DISK_MS, resolve, 'turn'));
        this.#writing = steps;
        await store.write(steps);
        this.#writing = [];
        onWritten(steps);
      },
    };
  }

  /** It died between the disk and whoever waited: what the disk took is there nevertheless. */
  diedWritten(): void {
    this.#parts.onWritten(this.#writing);
    this.#writing = [];
  }
}

/** An empty database with a person and the connections. */
export async function prepareDesk(file: string, traded: readonly TradedConnection[]): Promise<void> {
  rmSync(file, { force: true });
  const database = openDatabase(file);
  const owner = traded[0]?.owner ?? '';
  await addPerson(
    database,
    owner,
    traded.map(({ connection }) => connection),
  );
  await database.destroy();
}

/** Events of people, without their time. */
export type Told = AccountEvent extends infer E ? (E extends unknown ? Omit<E, 'atMs'> : never) : never;
