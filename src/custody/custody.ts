/** Everything put together: what each request does, and what state custody is in. */

import path from 'node:path';
import type { VenueId } from '../core/ids.ts';
import { createWhitebitBudget } from '../venues/whitebit/budget.ts';
import { createPinnedHttp } from '../venues/whitebit/http.ts';
import { AuditError, AuditTrail } from './audit.ts';
import { CustodyError } from './errors.ts';
import { createVenueAccess, type VenueAccess } from './gate.ts';
import { ARGON2_COST, type Argon2Cost } from './kdf.ts';
import { Keystore, KeystoreError } from './keystore.ts';
import { Nonces } from './nonces.ts';
import { backup, inspectBackup, restore } from './operations/backup.ts';
import { check } from './operations/check.ts';
import { connect } from './operations/connect.ts';
import type { Context, OnStep } from './operations/context.ts';
import { drop } from './operations/drop.ts';
import { balances, history } from './operations/read.ts';
import { replace } from './operations/replace.ts';
import type { CustodyStatus, OperationName } from './protocol.ts';
import { Records, summarize } from './records.ts';
import { Refusals } from './refusals.ts';
import type { Args } from './requests.ts';
import { sealingFingerprint } from './sealing.ts';
import { type Clock, type Random, wipeReleased } from './seams.ts';
import { Store } from './store.ts';
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
};

export class Custody {
  readonly #context: Context;
  readonly #unlocking: Unlocking;
  readonly #venues: ReadonlyMap<VenueId, VenueAccess>;
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
    this.#venues = new Map(
      options.origins.map(({ venue, origin }) => {
        const budget = createWhitebitBudget({ clock, random: options.chance });
        const http = createPinnedHttp({ origin });
        return [venue, createVenueAccess({ venue, origin, http, budget, audit, nonces, clock, mayAct })];
      }),
    );
    this.#context = {
      keystore,
      records: new Records(keystore, random),
      audit,
      refusals: new Refusals(audit, clock),
      nonces,
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
  async run<Op extends OperationName>(op: Op, args: Args<Op>, onStep: OnStep): Promise<unknown> {
    try {
      return await this.#run({ op, args } as Call, onStep);
    } catch (error) {
      if (error instanceof CustodyError) throw error;
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
    try {
      this.#context.audit.checkpointIfDue();
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

  /** A last checkpoint, then everything is let go. */
  close(): void {
    try {
      this.#unlocking.lock();
      this.#context.audit.close();
    } catch {
      // A trail that cannot be written has nothing left to lose at the end.
    }
    for (const access of this.#venues.values()) access.close();
    this.#context.keystore.store.close();
  }

  async #run(call: Call, onStep: OnStep): Promise<unknown> {
    const context = this.#context;
    switch (call.op) {
      case 'status':
        return this.status();
      case 'keys':
        return context.records.all().map(summarize);
      case 'connect':
        return connect(context, call.args, onStep);
      case 'replace':
        return replace(context, call.args, onStep);
      case 'check':
        return check(context, call.args, onStep);
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
      case 'use-passphrase':
        await this.#unlocking.switchToPassphrase(call.args.sealed);
        return this.status();
      case 'use-key-file':
        this.#unlocking.switchToKeyFile();
        return this.status();
    }
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
