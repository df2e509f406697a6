/** What pages hear of trading: after each commit only what changed, and of each thing the whole truth. */

import type { LiveMessage } from '../../contract/live.ts';
import type { HaltState } from '../../contract/trading.ts';
import type { ConnectionId, UserId } from '../../core/ids.ts';
import { isLive } from '../../core/order.ts';
import type { TradingStatus } from '../../custody/trade-protocol.ts';
import type { OrderKey } from '../../engine/events.ts';
import type { Clock } from '../clock.ts';
import type { CommandLine } from '../command-line.ts';
import type { CustodyLink } from '../custody-link.ts';
import type { RunningAccounts } from './accounts.ts';
import { haltView } from './halt.ts';
import type { AccountNews, AccountRunner } from './ports.ts';
import type { DeskAccounts, Whose } from './trading-desk-accounts.ts';
import { fillOwner } from './trading-desk-lists.ts';
import { balancesView, fillView, liveOrderView } from './view-order.ts';

/** Balances and the condition of an account follow each change of an order; a burst of changes tells them once. */
const SETTLE_MS = 20;

export type NewsParts = {
  readonly accounts: Pick<RunningAccounts, 'get' | 'all' | 'on' | 'status'>;
  readonly custody: CustodyLink;
  readonly clock: Clock;
  readonly command: CommandLine;
  readonly publish: (userId: string, message: LiveMessage) => void;
  readonly isWatched: (userId: string) => boolean;
};

export class TradingNews {
  readonly #parts: NewsParts;
  readonly #desk: DeskAccounts;
  /** Accounts whose condition is told in a moment. */
  readonly #due = new Set<ConnectionId>();
  /** What was said last, by connection and sort: the same again is not news. */
  readonly #said = new Map<string, string>();
  #lastHalts = '';

  constructor(parts: NewsParts, desk: DeskAccounts) {
    this.#parts = parts;
    this.#desk = desk;
    parts.accounts.on((news) => this.#hear(news));
    parts.custody.onChange((now, before) => {
      if (now.condition === before.condition) return;
      for (const { connection } of parts.accounts.all()) this.accountChanged(connection);
    });
  }

  everything(userId: string): LiveMessage[] {
    const messages: LiveMessage[] = [];
    for (const runner of this.#desk.runners(userId)) {
      for (const order of runner.query.orders())
        if (isLive(order.status))
          messages.push({ type: 'order', order: liveOrderView(runner.connection, order, runner.query) });
      messages.push({
        type: 'trade-balances',
        connection: runner.connection,
        balances: balancesView(runner.query),
      });
    }
    for (const account of this.#desk.views(userId)) messages.push({ type: 'trading', account });
    messages.push({ type: 'halt', halt: this.#halt(userId, this.#parts.accounts.status()) });
    return messages;
  }

  accountChanged(connection: ConnectionId): void {
    if (this.#due.size === 0) this.#parts.clock.after(SETTLE_MS, () => this.#tellDue());
    this.#due.add(connection);
  }

  haltsChanged(): void {
    const status = this.#parts.accounts.status();
    const halts = JSON.stringify([status?.halts ?? [], status?.reducing ?? []]);
    if (halts === this.#lastHalts) return;
    this.#lastHalts = halts;
    for (const owner of new Set(this.#parts.accounts.all().map((runner) => runner.owner)))
      this.#parts.publish(owner, { type: 'halt', halt: this.#halt(owner, status) });
  }

  #halt(userId: string, status: TradingStatus | null): HaltState {
    return haltView(status, this.#desk.ids(userId), this.#parts.command);
  }

  #hear({ runner, changes }: AccountNews): void {
    this.haltsChanged();
    if (!this.#parts.isWatched(runner.owner)) return;
    const { connection, owner, query } = runner;
    const keys = new Set<OrderKey>();
    for (const change of changes) {
      if (change.kind === 'order') keys.add(change.row.key);
      if (change.kind !== 'fill') continue;
      if (change.row.order !== null) keys.add(change.row.order as OrderKey);
      if (!change.row.booked || change.row.reversed) continue;
      const fill = fillView(connection, change.row, fillOwner(change.row));
      this.#parts.publish(owner, { type: 'fill', fill });
    }
    for (const key of keys) {
      const order = query.order(key);
      if (order !== null) this.#parts.publish(owner, { type: 'order', order: liveOrderView(connection, order, query) });
    }
    this.accountChanged(connection);
  }

  #tellDue(): void {
    const due = [...this.#due];
    this.#due.clear();
    for (const connection of due) {
      const runner = this.#parts.accounts.get(connection);
      if (runner !== null) this.#tellAccount(runner);
    }
  }

  #tellAccount(runner: AccountRunner): void {
    const { connection, owner, query } = runner;
    const whose: Whose = { connection, owner: owner as UserId };
    this.#say(owner, `balances ${connection}`, { type: 'trade-balances', connection, balances: balancesView(query) });
    try {
      this.#say(owner, `account ${connection}`, { type: 'trading', account: this.#desk.view(whose) });
    } catch {
      // Removed in this very moment: its going is told elsewhere.
      this.#said.delete(`account ${connection}`);
    }
  }

  #say(owner: string, name: string, message: LiveMessage): void {
    const text = JSON.stringify(message);
    if (this.#said.get(name) === text) return;
    this.#said.set(name, text);
    this.#parts.publish(owner, message);
  }
}
