/** A whole custody in this process, against a stub exchange, in folders that go away. */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type ConnectionId, clientOrderId, idFrom, type UserId, type VenueId } from '../core/ids.ts';
import { Custody } from './custody.ts';
import type { OperationLine } from './operations/context.ts';
import {
  type CustodyOperations,
  type OperationEvent,
  type OperationName,
  type Sealed,
  type StepReport,
  sealingContext,
} from './protocol.ts';
import type { Args } from './requests.ts';
import { seal } from './sealing.ts';
import { systemRandom } from './seams.ts';
import { type StubExchange, type StubKey, startStubExchange } from './stub-exchange.testing.ts';
import type { PlaceResult, WireOrder } from './trade-protocol.ts';

/** The least that Argon2 takes: tests are about what is done with the key, not about its price. */
export const CHEAP = { memoryKiB: 64, passes: 1, parallelism: 1 } as const;

export const newConnection = () => idFrom(randomBytes(26)) as ConnectionId;
export const newOwner = () => idFrom(randomBytes(26)) as UserId;

export class TestDesk {
  readonly folder: string;
  readonly exchange: StubExchange;
  readonly owner = newOwner();
  nowMs = Date.now();
  custody: Custody;
  /** What happens around each commit of the order journal. */
  onCommit: (moment: 'before' | 'after') => void = () => {};
  #seq = 0;

  private constructor(folder: string, exchange: StubExchange, custody: null) {
    this.folder = folder;
    this.exchange = exchange;
    this.custody = custody ?? this.open();
  }

  static async start(): Promise<TestDesk> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-custody-'));
    return new TestDesk(folder, await startStubExchange(), null);
  }

  open(keys = 'keys'): Custody {
    return new Custody({
      folder: path.join(this.folder, 'data'),
      keyDir: path.join(this.folder, keys),
      origins: (['practice', 'whitebit'] as const).map((venue) => ({ venue, origin: this.exchange.origin })),
      clock: { nowMs: () => this.nowMs },
      random: systemRandom,
      chance: () => 0.5,
      hardening: [],
      argon2: CHEAP,
      onCommit: (moment) => {
        if (moment !== 'in') this.onCommit(moment);
      },
    });
  }

  /** A connection that may trade on these markets. */
  async trader(markets: readonly string[] = ['BTC_USDT'], key = this.exchange.addKey()): Promise<ConnectionId> {
    const connection = await this.connected(key);
    await this.run('first-markets', { connection, owner: this.owner, markets: markets.toSorted() });
    return connection;
  }

  /** Places at 100 USDT where nothing else is said; gives the first result. */
  async place(connection: ConnectionId, ...orders: readonly Partial<WireOrder>[]): Promise<PlaceResult> {
    const { results } = await this.run('place', this.placeArgs(connection, ...orders));
    const [first] = results;
    if (first === undefined) throw new Error('No result');
    return first;
  }

  placeArgs(connection: ConnectionId, ...orders: readonly Partial<WireOrder>[]): Args<'place'> {
    const { epoch } = this.custody.tradingStatus();
    return {
      connection,
      owner: this.owner,
      orders: (orders.length === 0 ? [{}] : orders).map((order) => ({ ...this.order(), ...order })),
      epoch,
      deadlineMs: this.nowMs + 5_000,
    };
  }

  /** One BTC for 100 USDT, under a new name. */
  order(): WireOrder {
    this.#seq += 1;
    const { epoch } = this.custody.tradingStatus();
    return {
      clientId: clientOrderId('test', epoch, 'm', this.#seq),
      market: 'BTC_USDT',
      side: 'buy',
      terms: { kind: 'limit', price: '100', postOnly: false, ioc: false },
      quantity: { unit: 'base', amount: '1' },
    };
  }

  reopen(): Custody {
    this.custody.close();
    this.custody = this.open();
    return this.custody;
  }

  async run<Op extends OperationName>(
    op: Op,
    args: Args<Op>,
    onStep: (step: StepReport) => void = () => {},
    line: Partial<OperationLine> = {},
  ): Promise<CustodyOperations[Op]['reply']> {
    this.nowMs += 1;
    return (await this.custody.run(op, args, this.line(onStep, line))) as CustodyOperations[Op]['reply'];
  }

  line(onStep: (step: StepReport) => void = () => {}, change: Partial<OperationLine> = {}): OperationLine {
    const step = (event: OperationEvent) => {
      if ('step' in event) onStep(event);
    };
    return { step, backlogBytes: () => 0, ended: new AbortController().signal, ...change };
  }

  sealed(key: string, secret: string, owner = this.owner, venue: VenueId = 'practice'): Sealed {
    const context = sealingContext({ for: 'credentials', owner, venue });
    return seal(this.sealingKey(), [Buffer.from(key), Buffer.from(secret)], context);
  }

  passphrase(text: string): Sealed {
    return seal(this.sealingKey(), [Buffer.from(text)], sealingContext({ for: 'passphrase' }));
  }

  connectArgs(key: Pick<StubKey, 'key' | 'secret'>, change: Partial<Args<'connect'>> = {}): Args<'connect'> {
    const owner = change.owner ?? this.owner;
    return {
      connection: newConnection(),
      owner,
      venue: 'practice',
      label: 'Main',
      purpose: 'trade',
      sealed: this.sealed(key.key, key.secret, owner, change.venue),
      confirmed: [],
      ...change,
    };
  }

  /** Connects and gives the connection's id; throws where that was refused. */
  async connected(key: StubKey, venue: VenueId = 'practice'): Promise<ConnectionId> {
    const outcome = await this.run('connect', this.connectArgs(key, { venue }));
    if (outcome.outcome !== 'stored') throw new Error(`Refused: ${outcome.report.problem?.code}`);
    return outcome.key.connection;
  }

  async close(): Promise<void> {
    this.custody.close();
    await this.exchange.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private sealingKey(): string {
    const { sealingKey } = this.custody.status();
    if (sealingKey === null) throw new Error('No sealing key');
    return sealingKey;
  }
}
