/**
 * Looks on after every event and says what must never be: from what the store took, what custody signed and what the
 * exchange did. The exchange's books are the truth. Numbers I-01 to I-20 are those of the design.
 */

import { Decimal } from '../../src/core/decimal.ts';
import type { LedgerEntry } from '../../src/core/ledger.ts';
import type { Outcome } from '../../src/core/report.ts';
import type { AccountEvent, Command } from '../../src/engine/events.ts';
import { type BalanceRow, EXTERNAL, type FillRow, type Order } from '../../src/engine/state.ts';
import type { Written } from '../../src/store/trade-store.ts';

const EVIDENCE: readonly AccountEvent['kind'][] = [
  ...(['place-outcome', 'cancel-outcome', 'find-result', 'order-report', 'trade-report', 'snapshot'] as const),
  'declare-absent',
];
const VIOLATIONS_MAX = 5;

export type Known = {
  readonly orders: Map<string, Order>;
  readonly fills: Map<string, FillRow>;
  readonly trades: Set<string>;
  /** Sums of the booked fills of each order. */
  readonly filled: Map<string, Decimal>;
  ledger: LedgerEntry[];
  readonly booked: Set<string>;
  readonly requests: Map<string, string>;
  /** Asset to the moment that its figures tell of. */
  readonly toldOfMs: Map<string, number>;
  /** Market to the moment when the exchange said that its rules are others. */
  readonly suspects: Set<string>;
  halted: boolean;
  reconciled: boolean;
  /** When the account was first compared with the exchange: what others traded before is none of its fills. */
  openedAtMs: number | null;
  /** When it was last compared, by the world's own time. */
  comparedAtMs: number;
  steps: number;
};

export class Oracle {
  readonly violations: string[] = [];
  /** By connection: what is durable at the desk. */
  readonly desks = new Map<string, Known>();
  /** Connection and client id of commands that are durable; names are used once in each account. */
  readonly intents = new Set<string>();
  /** What custody's journal holds, and how often each was signed. */
  readonly guarded = new Set<string>();
  readonly signed = new Map<string, number>();
  /** Orders of others that a person wants cancelled, by the exchange's id. */
  readonly clicked = new Set<number>();
  /** Requests that a person was told of as done: request id to order. */
  readonly promised = new Map<string, string>();
  readonly counts = new Map<string, number>();
  othersActed = false;
  rulesChanged = false;
  nowMs: () => number = () => 0;
  /** What the exchange holds under the name of an order, at this very moment; null: nothing was ever taken under it. */
  atExchange: (connection: string, order: Order) => { readonly isOpen: boolean; readonly executed: string } | null =
    () => null;

  check(holds: boolean, what: string): void {
    if (!holds && this.violations.length < VIOLATIONS_MAX) this.violations.push(`${what} (at ${this.nowMs()})`);
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  of(connection: string): Known {
    const known = this.desks.get(connection);
    if (known !== undefined) return known;
    const made: Known = {
      ...{ orders: new Map(), fills: new Map(), trades: new Set(), filled: new Map(), ledger: [], booked: new Set() },
      ...{
        requests: new Map(),
        toldOfMs: new Map(),
        suspects: new Set(),
        halted: false,
        reconciled: false,
        openedAtMs: null,
        comparedAtMs: 0,
        steps: 0,
      },
    };
    this.desks.set(connection, made);
    return made;
  }

  /** Durable from here on. */
  written(steps: readonly Written[]): void {
    for (const { connection, event, applied } of steps) {
      const known = this.of(connection);
      known.steps += 1;
      this.count(`step ${event.kind}`);
      for (const { code } of applied.surprises) this.count(`surprise ${code}`);
      if (applied.refused !== null) this.count(`refused ${applied.refused.code}`);
      const before = event.kind === 'place-outcome' ? known.orders.get(event.clientId) : undefined;
      if (event.kind === 'instruments') known.suspects.clear();
      if (event.kind === 'snapshot') {
        known.openedAtMs ??= event.snapshot.balances.asOfMs;
        known.comparedAtMs = this.nowMs();
      }
      for (const change of applied.changes) {
        if (change.kind === 'order') this.#order(known, event, change.row);
        else if (change.kind === 'fill') this.#fill(known, change.row);
        else if (change.kind === 'ledger') this.#entry(known, change.row);
        else if (change.kind === 'machine') {
          known.halted = change.row.halt !== null;
          known.reconciled = change.row.sync.reconciled;
        } else if (change.kind === 'balance') this.#balance(known, change.row);
        else if (change.kind === 'request') known.requests.set(change.row.requestId, change.row.order);
        else if (change.kind === 'forget')
          for (const key of change.orders)
            if (
              applied.changes.some(
                (other) => other.kind === 'order' && `ext:${other.row.market}:${other.row.venueId ?? ''}` === key,
              )
            )
              known.orders.delete(key);
      }
      for (const change of applied.changes) if (change.kind === 'order') this.#end(connection, known, change.row);
      this.#commands(connection, known, event, applied.commands);
      if (event.kind === 'place-outcome' && event.outcome.kind === 'rejected') {
        this.count(`rejected ${event.outcome.code}`);
        if (event.outcome.code === 'funds') this.check(this.othersActed, 'I-08: the exchange had less than we thought');
        this.#denied(known, before, event.outcome);
      }
    }
  }

  /** The exchange said for certain that its rules are others, of an order that was still waited for. */
  #denied(known: Known, before: Order | undefined, outcome: Outcome & { readonly kind: 'rejected' }): void {
    const isWaited = before !== undefined && before.status.kind !== 'closed';
    if (outcome.code === 'rules' && outcome.definite && isWaited) known.suspects.add(before.market);
  }

  #commands(connection: string, known: Known, event: AccountEvent, commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.kind !== 'place') continue;
      this.count('command place');
      this.check(!known.halted, 'I-12: placed while halted');
      this.check(known.reconciled || event.kind === 'boot', 'I-09: placed before books were compared');
      this.check(event.atMs < command.deadlineMs, 'I-09: placed after its deadline');
      this.check(
        event.kind === 'boot' || !this.intents.has(`${connection} ${command.clientId}`),
        `I-02: ${command.clientId} was made twice`,
      );
      // What was on its way before the denial came, and is handed over again, is the same send.
      const isAgain = event.kind === 'boot' && this.intents.has(`${connection} ${command.clientId}`);
      this.check(isAgain || !known.suspects.has(command.market), 'I-10: placed under rules that the exchange denied');
      this.intents.add(`${connection} ${command.clientId}`);
    }
  }

  #order(known: Known, event: AccountEvent, order: Order): void {
    const { key, status } = order;
    const before = known.orders.get(key);
    known.orders.set(key, order);
    if (order.quantity.unit === 'base')
      this.check(order.filledBase.lte(order.quantity.amount), `I-04: ${key} filled beyond its size`);
    if (order.quarantine !== null)
      this.check(before?.quarantine === order.quarantine, `quarantine ${key}: ${order.quarantine}`);
    if (before === undefined) return;
    this.check(order.filledBase.gte(before.filledBase), `I-04: ${key} lost what it had filled`);
    if (before.status.kind === 'closed') this.check(status.kind === 'closed', `I-04: ${key} came back`);
    if (before.status.kind === 'unknown' && status.kind !== 'unknown') {
      this.check(EVIDENCE.includes(event.kind), `I-14: unknown ended by ${event.kind}`);
      this.count(`unknown ended ${status.kind === 'closed' ? status.why : status.kind}`);
    }
    if (status.kind === 'unknown' && before.status.kind !== 'unknown') this.count('unknown');
  }

  /**
   * An order that is told as over is over at the exchange, at this very moment and not only in the end, and all that
   * traded of it is among its fills: its owner builds upon that.
   */
  #end(connection: string, known: Known, order: Order): void {
    const { key, status, settled, owner, filledBase, toldBase } = order;
    if (status.kind !== 'closed' || !settled || owner === EXTERNAL || order.quarantine !== null) return;
    const filled = filledBase.toString();
    const sum = (known.filled.get(key) ?? Decimal.ZERO).toString();
    this.check(sum === filled, `I-04: ${key} has ended with ${filled} filled, and its fills are ${sum}`);
    this.check(toldBase.eq(filledBase), `I-04: ${key} ended with ${filled} of the ${toldBase.toString()} it heard of`);
    const there = this.atExchange(connection, order);
    this.check(there?.isOpen !== true, `I-04: ${key} is told as ended, and is open at the exchange`);
    const executed = there?.executed ?? '0';
    this.check(executed === filled, `I-04: ${key} is told as ended with ${filled}, at the exchange ${executed} traded`);
  }

  #fill(known: Known, fill: FillRow): void {
    const before = known.fills.get(fill.key);
    known.fills.set(fill.key, fill);
    if (before !== undefined) {
      this.check(before.quantity.eq(fill.quantity) && before.price.eq(fill.price), `I-05: ${fill.key} changed`);
      return;
    }
    const name = `${fill.tradeId ?? fill.key} ${fill.venueOrderId ?? ''}`;
    this.check(!known.trades.has(name), `I-05: trade ${name} under two keys`);
    known.trades.add(name);
    if (fill.order === null || !fill.booked) return;
    known.filled.set(fill.order, (known.filled.get(fill.order) ?? Decimal.ZERO).add(fill.quantity));
  }

  /** Streams run ahead of answers: what was read before a push must not undo it. */
  #balance(known: Known, { asset, asOfMs }: BalanceRow): void {
    const before = known.toldOfMs.get(asset) ?? asOfMs;
    this.check(asOfMs >= before, `I-07: an older figure of ${asset} replaced a newer one`);
    known.toldOfMs.set(asset, asOfMs);
  }

  #entry(known: Known, entry: LedgerEntry): void {
    this.check(entry.seq === known.ledger.length + 1, `I-06: ledger entry ${entry.seq} after ${known.ledger.length}`);
    known.ledger.push(entry);
    if (entry.fill === null || entry.kind === 'external') return;
    const name = `${entry.fill} ${entry.kind} ${entry.kind === 'fee' ? '' : entry.asset}`;
    this.check(!known.booked.has(name), `I-05: booked twice: ${name}`);
    known.booked.add(name);
  }

  /** The desk hands an order to custody. */
  handedOver(connection: string, clientIds: readonly string[]): void {
    for (const clientId of clientIds)
      this.check(this.intents.has(`${connection} ${clientId}`), `I-01: ${clientId} left before it was written`);
  }

  /** Custody signs it and lets it go. */
  signs(connection: string, clientIds: readonly string[], halted: string): void {
    for (const name of clientIds) {
      const clientId = `${connection} ${name}`;
      const times = (this.signed.get(clientId) ?? 0) + 1;
      this.signed.set(clientId, times);
      this.check(times === 1, `I-02: ${clientId} was signed ${times} times`);
      this.check(this.guarded.has(clientId), `I-01: ${clientId} was signed before the guard held it`);
      this.check(this.intents.has(clientId), `I-01: ${clientId} was signed without an intent`);
    }
    this.check(halted === '', `I-12: an order was signed after the halt: ${halted}`);
  }

  /** A person was told that it is done. */
  told(requestId: string, order: string): void {
    const before = this.promised.get(requestId);
    this.check(before === undefined || before === order, 'a repeated request is another order');
    this.promised.set(requestId, order);
  }

  cancelReached(name: string, venueId: number): void {
    this.check(this.intents.has(name) || this.clicked.has(venueId), `I-15: order ${venueId} of others was cancelled`);
  }
}
