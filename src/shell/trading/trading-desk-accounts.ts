/** Whose account is whose, and how each of them stands. */

import type { TradingAccount } from '../../contract/trading.ts';
import type { ConnectionId, UserId } from '../../core/ids.ts';
import type { Clock } from '../clock.ts';
import type { CommandLine } from '../command-line.ts';
import type { Connections } from '../connections.ts';
import type { CustodyLink } from '../custody-link.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { RunningAccounts } from './accounts.ts';
import { reducingOf } from './halt.ts';
import type { AccountRunner } from './ports.ts';
import { accountView } from './view-account.ts';

export type Whose = { readonly connection: ConnectionId; readonly owner: UserId };

export type DeskAccountsParts = {
  readonly accounts: Pick<RunningAccounts, 'get' | 'all' | 'markets' | 'status'>;
  readonly connections: Pick<Connections, 'view' | 'stored'>;
  readonly custody: CustodyLink;
  readonly clock: Clock;
  readonly command: CommandLine;
};

export class DeskAccounts {
  readonly #parts: DeskAccountsParts;
  readonly #startedAtMs: number;
  #custodySinceMs: number;

  constructor(parts: DeskAccountsParts) {
    this.#parts = parts;
    this.#startedAtMs = parts.clock.nowMs();
    this.#custodySinceMs = this.#startedAtMs;
    parts.custody.onChange((now, before) => {
      if (now.condition !== before.condition) this.#custodySinceMs = parts.clock.nowMs();
    });
  }

  ids(userId: string): ReadonlySet<string> {
    return new Set(this.#parts.connections.stored(userId).map(({ id }) => id));
  }

  /** Throws the refusal for a connection of nobody or of somebody else. */
  whose(userId: string, connection: string): Whose {
    const stored = this.#parts.connections.stored(userId).find(({ id }) => id === connection);
    if (stored === undefined) throw notFound('connection');
    return { connection: stored.id, owner: stored.owner };
  }

  runners(userId: string): AccountRunner[] {
    return this.#parts.accounts.all().filter(({ owner }) => owner === userId);
  }

  /** Throws the refusal, with the reason where the account has not begun. */
  runner(userId: string, connection: string): AccountRunner {
    const whose = this.whose(userId, connection);
    const runner = this.#parts.accounts.get(whose.connection);
    if (runner !== null && runner.owner === whose.owner) return runner;
    const { cause, cure } = this.view(whose);
    throw new Refusal('not_trading', cause, cure);
  }

  view({ connection, owner }: Whose): TradingAccount {
    const { accounts, connections, custody, command } = this.#parts;
    return accountView({
      connection: connections.view(owner, connection),
      runner: accounts.get(connection),
      custody: custody.now,
      custodySinceMs: this.#custodySinceMs,
      markets: accounts.markets(connection),
      startedAtMs: this.#startedAtMs,
      reducing: reducingOf(accounts.status(), connection),
      command,
    });
  }

  views(userId: string): TradingAccount[] {
    return this.#parts.connections.stored(userId).map(({ id, owner }) => this.view({ connection: id, owner }));
  }
}
