/** Custody as it runs: its own folder, its own clock, killed and started again at any moment. */

import { cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { ConnectionId, UserId } from '../../src/core/ids.ts';
import { idFrom } from '../../src/core/ids.ts';
import type { CustodyCrashPoints } from '../../src/custody/crash-points.ts';
import { Custody } from '../../src/custody/custody.ts';
import type { OperationLine } from '../../src/custody/operations/context.ts';
import { type OperationName, sealingContext } from '../../src/custody/protocol.ts';
import type { Args } from '../../src/custody/requests.ts';
import { seal } from '../../src/custody/sealing.ts';
import type { PolicyLimits, PolicyView } from '../../src/custody/trade-protocol.ts';
import type { Chance } from './chance.ts';
import type { Disks } from './disk.ts';
import type { ApiKey } from './exchange/rest.ts';
import type { Link } from './link.ts';
import type { Loop } from './loop.ts';
import type { Wire } from './wire.ts';

/** As in custody's own main. */
const TICK_MS = 5_000;
const ARGON2 = { memoryKiB: 64, passes: 1, parallelism: 1 } as const;

type CustodyParts = {
  readonly folder: string;
  readonly loop: Loop;
  readonly wire: Pick<Wire, 'http' | 'open' | 'forget'>;
  readonly link: Link | null;
  readonly disks: Disks;
  readonly chance: Chance;
  readonly crash: CustodyCrashPoints;
};

export class CustodyProcess {
  /** What its clock shows beside the true time. */
  skewMs = 0;
  custody: Custody | null = null;
  #isStarting = false;
  readonly #parts: CustodyParts;

  constructor(parts: CustodyParts) {
    this.#parts = parts;
  }

  nowMs(): number {
    return this.#parts.loop.nowMs + this.skewMs;
  }

  get runs(): boolean {
    return this.custody !== null || this.#isStarting;
  }

  start(): void {
    if (this.runs) return;
    this.#isStarting = true;
    this.#parts.loop.deliver('custody', 0, () => this.#begin(), 'turn');
  }

  #begin(): void {
    const { loop, folder, chance, crash, wire, link, disks } = this.#parts;
    try {
      this.custody = new Custody({
        folder: path.join(folder, 'data'),
        keyDir: path.join(folder, 'keys'),
        origins: [{ venue: 'practice', origin: 'http://127.0.0.1:1' }],
        clock: { nowMs: () => Math.floor(this.nowMs()) },
        random: (bytes) => Buffer.from(Array.from({ length: bytes }, () => chance.below(256))),
        chance: () => chance.next(),
        hardening: [],
        argon2: ARGON2,
        crash,
        wire,
      });
    } catch (error) {
      // A disk that is broken when it starts: the supervisor tries again.
      if (!loop.isAlive || !disks.broken.has('custody')) throw error;
      this.kill();
      return;
    }
    this.#isStarting = false;
    const custody = this.custody;
    if (link !== null) link.served = { run: (op, args, line) => custody.run(op, args as Args<OperationName>, line) };
    const tick = (): void => {
      loop.after(TICK_MS, () => {
        custody.tick();
        tick();
      });
    };
    tick();
  }

  /** kill -9, or the power: nothing is said to anybody, nothing more is written. */
  kill(torn = false): void {
    const { loop, disks, link, wire } = this.#parts;
    if (!this.runs) return;
    // Heard at the other end; this one hears nothing any more.
    link?.cut('Custody closed the connection');
    loop.kill('custody');
    this.custody = null;
    this.#isStarting = false;
    disks.release('custody', torn);
    wire.forget();
    if (link !== null) link.served = null;
  }

  /** What its owner does at this machine; null where nothing runs. Only for code of this process. */
  async owner<Op extends OperationName>(op: Op, args: Args<Op>): Promise<unknown> {
    const line: OperationLine = { step: () => {}, backlogBytes: () => 0, ended: new AbortController().signal };
    return this.custody?.run(op, args, line) ?? null;
  }
}

export type TradedAccount = { readonly key: ApiKey; readonly connection: ConnectionId; readonly owner: UserId };

/** Wide enough that a storm of small orders is not stopped by it; tight ones are drawn by seed. */
const WIDE: Omit<PolicyLimits, 'markets'> = {
  bandPercent: '5',
  orderPercent: '50',
  orderFloor: '1000',
  adversePercent: '50',
  turnover: '100',
  ordersPerMinute: 600,
  openPerMarket: 100,
  openOrders: 200,
  assetPercent: '100',
};

const idOf = (chance: Chance): string => idFrom(Buffer.from(Array.from({ length: 26 }, () => chance.below(256))));

/** The folder of a custody to which all accounts are connected. Made once, copied for each run. */
export async function prepareCustody(
  folder: string,
  keys: readonly ApiKey[],
  markets: readonly string[],
  world: Omit<CustodyParts, 'folder' | 'link' | 'crash'>,
): Promise<readonly TradedAccount[]> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { loop, chance, disks } = world;
  const process = new CustodyProcess({ ...world, folder, link: null, crash: { at: () => {} } });
  process.start();
  const accounts: TradedAccount[] = [];
  const connect = async (): Promise<void> => {
    const owner = idOf(chance) as UserId;
    for (const key of keys) {
      const connection = idOf(chance) as ConnectionId;
      const context = sealingContext({ for: 'credentials', owner, venue: 'practice' });
      const sealingKey = process.custody?.status().sealingKey ?? '';
      const sealed = seal(sealingKey, [Buffer.from(key.publicKey), Buffer.from(key.secret)], context);
      const about = { connection, owner, venue: 'practice', label: 'Main', purpose: 'trade' } as const;
      await process.owner('connect', { ...about, sealed, confirmed: [] });
      await process.owner('first-markets', { connection, owner, markets });
      const limits = { ...WIDE, markets };
      const proposed = (await process.owner('propose-policy', { connection, owner, limits })) as PolicyView;
      const proposal = proposed.proposal?.id ?? '';
      await process.owner('approve-policy', { connection, owner, proposal });
      accounts.push({ key, connection, owner });
    }
  };
  let failure: unknown = null;
  loop.deliver('custody', 1, () => {
    connect().catch((error: unknown) => {
      failure = error;
    });
  });
  await loop.runUntil(loop.nowMs + 600_000, () => accounts.length === keys.length || failure !== null);
  if (failure !== null) throw failure;
  process.custody?.close();
  loop.kill('custody');
  disks.release('custody');
  return accounts;
}

export function copyFolder(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
}
