/** Everything put together: what each request does, and what state custody is in. */

import path from 'node:path';
import type { ConnectionId, VenueId } from '../core/ids.ts';
import type { OpenSocket } from '../venues/streams.ts';
import { type Budget, createWhitebitBudget } from '../venues/whitebit/budget.ts';
import { createPinnedHttp, type PinnedHttp } from '../venues/whitebit/http.ts';
import { AuditError, AuditTrail } from './audit.ts';
import { type CustodyCrashPoints, NO_CRASH_POINTS } from './crash-points.ts';
import { CustodyError } from './errors.ts';
import { createVenueAccess, type VenueAccess } from './gate.ts';
import { ARGON2_COST, type Argon2Cost } from './kdf.ts';
import { Keystore, KeystoreError } from './keystore.ts';
import { Nonces } from './nonces.ts';
import { backup, inspectBackup, restore } from './operations/backup.ts';
import { check } from './operations/check.ts';
import { connect } from './operations/connect.ts';
import type { Context, OperationLine } from './operations/context.ts';
import { drop } from './operations/drop.ts';
import { cancel, find, follow, followable, openStream, snapshot } from './operations/orders.ts';
import { place } from './operations/place.ts';
import { approvePolicy, firstMarkets, policy, proposePolicy, withdrawPolicy } from './operations/policy.ts';
import { balances, history } from './operations/read.ts';
import { replace } from './operations/replace.ts';
import type { CustodyStatus, OperationName } from './protocol.ts';
import { Records, summarize } from './records.ts';
import { Refusals } from './refusals.ts';
import type { Args } from './requests.ts';
import { sealingFingerprint } from './sealing.ts';
import { type Clock, type Random, wipeReleased } from './seams.ts';
import { Store } from './store.ts';
import { SOCKETS_MAX } from './trade-gate.ts';
import type { TradingStatus } from './trade-protocol.ts';
import { Equity } from './trading/equity.ts';
import { Follows } from './trading/follows.ts';
import type { JournalOptions } from './trading/journal.ts';
import { JournalError } from './trading/journal-file.ts';
import { Trading } from './trading/trading.ts';
import { Unlocking } from './unlocking.ts';

/** A collection takes some ten milliseconds; a flood of requests must not become a flood of them. */
const WIPE_AFTER_MS = 500;

export type CustodyOptions = {
  /** Custody's own folder. */
  readonly folder: string;
  readonly keyDir: string;
  readonly origins: readonly { readonly venue: VenueId; readonly origin: string }[];
  readonly clock: Clock;
  readonly random: Random;
  /** In [0, 1), for spreading; never for keys. */
  readonly chance: () => number;
  readonly hardening: readonly string[];
  readonly argon2?: Argon2Cost;
  /** For tests: the disk under the order journal. */
  readonly onCommit?: JournalOptions['onCommit'];
  /** For tests: where the process may die, and another wire to the exchanges. */
  readonly crash?: CustodyCrashPoints;
  readonly wire?: { readonly http: PinnedHttp; readonly open: OpenSocket };
};

export class Custody {
  readonly #context: Context;
  readonly #unlocking: Unlocking;
  readonly #venues: ReadonlyMap<VenueId, VenueAccess>;
  readonly #budgets: Budget[] = [];
  readonly #hardening: readonly string[];
  #wiping: NodeJS.Timeout | null = null;

  /** Opens what is there or makes it new. Throws `StoreError` or `KeystoreError` with a sentence for the owner. */
  constructor(options: CustodyOptions) {
    const { clock, random } = options;
    const argon2 = options.argon2 ?? ARGON2_COST;
    this.#hardening = options.hardening;
    const store = new Store(options.folder);
    const keystore = new Keystore({ store, keyDir: options.keyDir, random, argon2 });
    const audit = new AuditTrail({ folder: path.join(options.folder, 'audit'), clock });
    const nonces = new Nonces(store, clock);
    const mayAct = () => this.#mayAct();
    const crash = options.crash ?? NO_CRASH_POINTS;
    this.#venues = new Map(
      options.origins.map(({ venue, origin }) => {
        const budget = createWhitebitBudget({ clock, random: options.chance });
        this.#budgets.push(budget);
        const http = options.wire?.http ?? createPinnedHttp({ origin, maxSockets: SOCKETS_MAX });
        const open = options.wire?.open ?? null;
        return [venue, createVenueAccess({ venue, origin, http, open, budget, audit, nonces, clock, crash, mayAct })];
      }),
    );
    const refusals = new Refusals(audit, clock);
    const { folder } = options;
    const onCommit = options.onCommit ?? ((moment) => crash.at(`${moment}-journal`));
    this.#context = {
      keystore,
      records: new Records(keystore, random),
      audit,
      refusals,
      nonces,
      trading: new Trading({ folder, clock, keystore, audit, refusals, onCommit }),
      equity: new Equity(clock),
      follows: new Follows({
        open: (record, topics, hooks) => openStream(this.#context, record, topics, hooks),
        observe: (connection, report) => this.#context.trading.observe(connection, report),
        current: (connection) => followable(this.#context, connection),
      }),
      chance: options.chance,
      clock,
      random,
      argon2,
      access: (venue) => this.#access(venue),
      mayAct,
    };
    this.#unlocking = new Unlocking(this.#context);
    this.#unlocking.atStart();
  }

  /** Rejects with `CustodyError` only. `args` have passed `fitsOperation`. */
  async run<Op extends OperationName>(op: Op, args: Args<Op>, line: OperationLine): Promise<unknown> {
    try {
      return await this.#run({ op, args } as Call, line);
    } catch (error) {
      if (error instanceof CustodyError) throw error;
      if (error instanceof JournalError) throw new CustodyError('HALTED', error.message);
      if (error instanceof AuditError) throw new CustodyError('HALTED', error.message);
      if (error instanceof KeystoreError) throw new CustodyError('INTERNAL', error.message);
      // The name alone: an unexpected error's message may hold anything.
      throw new CustodyError('INTERNAL', `Unexpected: ${error instanceof Error ? error.name : typeof error}`);
    } finally {
      // Refused, replaced, dropped: a key that is not kept is not left lying in memory either.
      if (op === 'connect' || op === 'replace' || op === 'drop') this.#wipeSoon();
    }
  }

  #wipeSoon(): void {
    this.#wiping ??= setTimeout(() => {
      this.#wiping = null;
      wipeReleased();
    }, WIPE_AFTER_MS).unref();
  }

  /** For a timer, every few seconds. */
  tick(): void {
    this.#context.refusals.flush();
    for (const budget of this.#budgets) budget.look();
    try {
      this.#context.audit.checkpointIfDue();
      this.#context.trading.tick();
      this.#context.follows.tick();
    } catch {
      // The trail has halted itself, which the status says.
    }
  }

  noteRefusal(kind: string, detail: string): void {
    this.#context.refusals.note(kind, { detail });
  }

  status(): CustodyStatus {
    const { audit, keystore, records } = this.#context;
    const trouble = this.#trouble();
    const sealingKey = keystore.sealing?.publicKey ?? null;
    const locked = keystore.keys === null;
    return {
      state: trouble !== '' ? 'halted' : locked ? 'locked' : 'open',
      reason: trouble !== '' ? trouble : locked ? this.#unlocking.lockedBecause() : '',
      unlockMode: keystore.mode,
      keyFile: keystore.mode === 'key-file' ? keystore.keyFile : null,
      // Started by the same user as the server. A user of its own comes with the packaged installs.
      level: 'L1',
      sealingKey,
      fingerprint: sealingKey === null ? null : sealingFingerprint(sealingKey),
      keys: records.size,
      hardening: this.#hardening,
      auditHead: audit.head,
      venues: [...this.#venues.values()].map(({ venue, origin }) => ({ venue, address: origin })),
    };
  }

  tradingStatus(): TradingStatus {
    return this.#context.trading.status();
  }

  /** A last checkpoint, then everything is let go. */
  close(): void {
    try {
      this.#context.follows.closeAll('Custody ends');
      this.#unlocking.lock();
      this.#context.trading.close();
      this.#context.audit.close();
    } catch {
      // A trail that cannot be written has nothing left to lose at the end.
    }
    for (const access of this.#venues.values()) access.close();
    this.#context.keystore.store.close();
  }

  async #run(call: Call, line: OperationLine): Promise<unknown> {
    const context = this.#context;
    switch (call.op) {
      case 'status':
        return this.status();
      case 'keys':
        return context.records.all().map(summarize);
      case 'connect':
        return connect(context, call.args, line.step);
      case 'replace':
        return replace(context, call.args, line.step);
      case 'check':
        return check(context, call.args, line.step);
      case 'balances':
        return balances(context, call.args);
      case 'history':
        return history(context, call.args);
      case 'drop':
        return drop(context, call.args);
      case 'lock':
        this.#unlocking.lock();
        return this.status();
      case 'unlock':
        await this.#unlocking.unlock(call.args.sealed);
        return this.status();
      case 'audit':
        return context.audit.page(call.args.before, call.args.limit);
      case 'audit-verify':
        return context.audit.verify();
      case 'backup':
        return backup(context, call.args);
      case 'inspect-backup':
        return inspectBackup(context, call.args);
      case 'restore':
        return restore(context, call.args);
      case 'trading-status':
        return this.tradingStatus();
      case 'place':
        return place(context, call.args);
      case 'cancel':
        return cancel(context, call.args);
      case 'find':
        return find(context, call.args);
      case 'snapshot':
        return snapshot(context, call.args);
      case 'follow':
        return follow(context, call.args, line);
      case 'halt':
        this.#mustExist(call.args.connection);
        context.trading.halt(call.args.connection, call.args.why);
        return this.tradingStatus();
      case 'resume':
        context.mayAct();
        context.trading.resume(call.args.connection);
        return this.tradingStatus();
      case 'reduce-only':
        context.mayAct();
        this.#mustExist(call.args.connection);
        context.trading.reduceOnly(call.args.connection, call.args.why);
        return this.tradingStatus();
      case 'policy':
        return policy(context, call.args);
      case 'first-markets':
        return firstMarkets(context, call.args);
      case 'propose-policy':
        return proposePolicy(context, call.args);
      case 'withdraw-policy':
        return withdrawPolicy(context, call.args);
      case 'approve-policy':
        return approvePolicy(context, call.args);
      case 'use-passphrase':
        await this.#unlocking.switchToPassphrase(call.args.sealed);
        return this.status();
      case 'use-key-file':
        this.#unlocking.switchToKeyFile();
        return this.status();
    }
  }

  /** Halts of connections that are none would be a way to fill the disk. */
  #mustExist(connection: ConnectionId | null): void {
    if (connection !== null && this.#context.records.find(connection) === null)
      throw new CustodyError('NOT_FOUND', 'No such connection');
  }

  #trouble(): string {
    return this.#unlocking.trouble !== '' ? this.#unlocking.trouble : this.#context.audit.trouble;
  }

  #mayAct(): void {
    const trouble = this.#trouble();
    if (trouble !== '') throw new CustodyError('HALTED', trouble);
    if (this.#context.keystore.keys === null) throw new CustodyError('LOCKED', this.#unlocking.lockedBecause());
  }

  #access(venue: VenueId): VenueAccess {
    const access = this.#venues.get(venue);
    if (access === undefined) throw new CustodyError('BAD_REQUEST', 'This exchange is not set up here');
    return access;
  }
}

type Call = { [Op in OperationName]: { readonly op: Op; readonly args: Args<Op> } }[OperationName];
