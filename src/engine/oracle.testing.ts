/** Looks at the machine after every event and says what must never be. The exchange's own books are the truth. */

import { Decimal } from '../core/decimal.ts';
import { isOurs } from '../core/ids.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import type { AccountMachine } from './account.ts';
import type { Applied } from './applied.ts';
import type { AccountEvent, OrderKey } from './events.ts';
import type { HostileVenue } from './hostile-venue.testing.ts';
import type { FillRow, Order } from './state.ts';

const EVIDENCE: readonly AccountEvent['kind'][] = [
  'place-outcome',
  'cancel-outcome',
  'find-result',
  'order-report',
  'trade-report',
  'snapshot',
  'declare-absent',
];

export class Oracle {
  readonly violations: string[] = [];
  readonly counts = new Map<string, number>();
  othersActed = false;
  readonly #venue: HostileVenue;
  readonly #orders = new Map<OrderKey, Order>();
  readonly #fills = new Map<string, FillRow>();
  readonly #toldAtMs = new Map<string, number>();
  readonly #trades = new Set<string>();
  readonly #entries = new Set<string>();
  readonly #ledger: LedgerEntry[] = [];
  readonly #placed = new Map<string, string>();
  readonly #ended = new Set<OrderKey>();

  constructor(venue: HostileVenue) {
    this.#venue = venue;
  }

  check(holds: boolean, what: string): void {
    if (!holds && this.violations.length < 20) this.violations.push(what);
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  after(event: AccountEvent, applied: Applied, machine: AccountMachine): void {
    this.count(event.kind);
    for (const { code } of applied.surprises) this.count(`surprise: ${code}`);
    if (applied.refused !== null) this.count(`refused: ${applied.refused.code}`);
    for (const change of applied.changes) {
      if (change.kind === 'order') this.#order(event, change.row);
      if (change.kind === 'fill') this.#fill(change.row);
      if (change.kind === 'ledger') this.#entry(change.row);
      if (change.kind === 'balance') {
        const { asset, asOfMs } = change.row;
        this.check(asOfMs >= (this.#toldAtMs.get(asset) ?? -1), `I-07: an older figure of ${asset} won`);
        this.#toldAtMs.set(asset, asOfMs);
      }
      if (change.kind === 'ended') this.#ended.add(change.order);
    }
    this.#commands(event, applied, machine);
    if (event.kind === 'place-outcome' && event.outcome.kind === 'rejected' && event.outcome.code === 'funds')
      this.check(this.othersActed, 'I-08: the exchange had less than we thought');
  }

  #commands(event: AccountEvent, { commands }: Applied, machine: AccountMachine): void {
    for (const command of commands) {
      if (command.kind === 'place') {
        this.count('command: place');
        this.check(machine.query.machine.halt === null, 'I-12: placed while halted');
        const { reconciled } = machine.query.machine.sync;
        this.check(reconciled || event.kind === 'boot', 'I-09: placed before books were compared');
        this.check(event.atMs < command.deadlineMs, 'I-09: placed after its deadline');
        this.check(command.terms.kind !== 'limit' || command.terms.price.scale <= 2, 'I-10: off the tick');
        const intent = JSON.stringify([command.side, command.terms, command.quantity]);
        const known = this.#placed.get(command.clientId);
        this.check(known === undefined || (known === intent && event.kind === 'boot'), 'I-02: a name used twice');
        this.#placed.set(command.clientId, intent);
        const order = machine.query.order(command.clientId as string as OrderKey);
        const old =
          order?.replaces === null || order?.replaces === undefined ? null : machine.query.order(order.replaces);
        if (old !== null) {
          const there = [...this.#venue.orders.values()].find(({ clientId }) => clientId === old.clientId);
          this.check(there?.open !== true, 'I-03: two live orders in the place of one');
          this.check(
            there === undefined || there.filled.eq(old.filledBase),
            'F10: the rest was counted without a fill',
          );
        }
      } else if (command.kind === 'cancel') {
        const order = machine.query.order(command.order);
        this.check(order !== null && order.owner !== 'external', 'I-15: touched an order that is not ours');
      }
    }
  }

  #order(event: AccountEvent, order: Order): void {
    const { key, status } = order;
    const before = this.#orders.get(key);
    this.#orders.set(key, order);
    if (order.owner === 'external')
      this.check(order.clientId === null || !isOurs('gap1', order.clientId), 'I-15: ours taken for another');
    if (order.quantity.unit === 'base')
      this.check(order.filledBase.lte(order.quantity.amount), 'I-04: filled beyond its size');
    if (before === undefined) return;
    this.check(order.filledBase.gte(before.filledBase), 'I-04: filled quantity fell');
    if (before.status.kind === 'closed') this.check(status.kind === 'closed', 'an ended order came back');
    if (before.status.kind === 'unknown' && status.kind !== 'unknown') {
      this.check(EVIDENCE.includes(event.kind), `I-14: unknown ended by ${event.kind}`);
      this.count(`unknown ended: ${status.kind}`);
    }
    if (status.kind === 'unknown' && before.status.kind !== 'unknown') this.count('unknown');
  }

  #fill(fill: FillRow): void {
    const before = this.#fills.get(fill.key);
    if (before !== undefined) this.check(before.rank === fill.rank, 'I-05: a trade was written twice');
    else {
      const name = `${fill.tradeId} ${fill.venueOrderId}`;
      this.check(!this.#trades.has(name), 'I-05: one trade under two keys');
      this.#trades.add(name);
    }
    this.#fills.set(fill.key, fill);
  }

  #entry(entry: LedgerEntry): void {
    this.check(entry.seq === this.#ledger.length + 1, 'the ledger skipped a number');
    this.#ledger.push(entry);
    if (entry.fill === null || entry.kind === 'external') return;
    const name = `${entry.fill} ${entry.kind} ${entry.kind === 'fee' ? '' : entry.asset}`;
    this.check(!this.#entries.has(name), `I-05: booked twice: ${name}`);
    this.#entries.add(name);
  }

  atTheEnd(machine: AccountMachine): void {
    for (const order of machine.query.orders()) {
      if (order.owner === 'external') continue;
      const { status, key } = order;
      this.check(status.kind === 'open' || status.kind === 'closed', `I-18: ${key} is still ${status.kind}`);
      this.check(status.kind !== 'closed' || order.settled, `I-18: ${key} never settled`);
      this.check(status.kind !== 'closed' || this.#ended.has(key), `${key} ended and nobody was told`);
      this.check(order.quarantine === null, `${key} in quarantine: ${order.quarantine ?? ''}`);
      this.check(order.move === null, `${key} still waits to be moved`);
      const traded = Decimal.sum(machine.query.fills(key).map(({ quantity }) => quantity));
      this.check(traded.eq(order.filledBase), `${key} filled ${order.filledBase.toString()}, its fills say otherwise`);
    }
    this.#againstVenue(machine);
    for (const [asset, { free, locked }] of this.#venue.totals) {
      const booked = Decimal.sum(this.#ledger.filter((entry) => entry.asset === asset).map(({ change }) => change));
      const row = machine.query.balances().find((one) => one.asset === asset);
      const total = free.add(locked);
      this.check(row?.booked.eq(booked) === true, `the sum of ${asset} is not its ledger`);
      this.check(booked.eq(total), `I-06: ${asset} booked ${booked.toString()}, at the exchange ${total.toString()}`);
      this.check(
        machine.query.available(asset).eq(free),
        `I-07: ${asset} free ${machine.query.available(asset).toString()}, at the exchange ${free.toString()}`,
      );
      const strange = this.#ledger.filter((entry) => entry.asset === asset && entry.kind === 'external');
      if (!this.othersActed) this.check(strange.length <= 1, `${asset} moved by nobody's hand`);
    }
    this.check(machine.query.machine.orphans.length === 0, 'trades that nobody claimed');
  }

  /** The exchange's list of our orders, and ours: neither holds one more than the other, to the last digit. */
  #againstVenue(machine: AccountMachine): void {
    const there = [...this.#venue.orders.values()];
    for (const [name, times] of this.#venue.accepted)
      this.check(times === 1, `I-02: ${times} orders of the name ${name}`);
    for (const order of there) {
      if (order.clientId === null || !isOurs('gap1', order.clientId)) continue;
      const here = this.#orders.get(order.clientId as string as OrderKey);
      this.check(here !== undefined, `lost: ${order.clientId}`);
      if (here === undefined) continue;
      this.check(
        (here.status.kind === 'open') === order.open,
        `${here.key}: ${here.status.kind} here, ${order.open ? 'open' : 'ended'} there`,
      );
      this.check(
        here.filledBase.eq(order.filled),
        `I-05: ${here.key} filled ${here.filledBase.toString()}, there ${order.filled.toString()}`,
      );
      this.check(here.filledQuote.eq(order.value), `I-05: ${here.key} paid otherwise`);
    }
    for (const order of this.#orders.values()) {
      const { status, clientId } = order;
      if (status.kind !== 'closed' || clientId === null || order.owner === 'external') continue;
      if (status.why === 'never-placed' || status.why === 'rejected')
        this.check(!this.#venue.accepted.has(clientId), `${order.key} is ${status.why}, and was placed`);
    }
    const own = [...this.#fills.values()].filter(({ order }) => order !== null && !order.startsWith('ext:'));
    const theirs = this.#venue.trades.filter(({ clientId }) => clientId !== null && isOurs('gap1', clientId));
    this.check(own.length === theirs.length, `I-05: ${own.length} fills of ours, ${theirs.length} at the exchange`);
    for (const { fee } of own) this.check(fee.kind === 'known', 'F27: a fee is still pending');
    const openThere = there.filter(({ open }) => open).length;
    const openHere = machine.query.orders().filter(({ status }) => status.kind === 'open').length;
    this.check(openThere === openHere, `I-18: ${openHere} open here, ${openThere} there`);
  }
}
