/**
 * What stands between a request for an order and a signature, put together: the guard (an id is signed once), the
 * policy with what has been used of it, the halts. Everything here fails towards not signing.
 */

import type { Decimal } from '../../core/decimal.ts';
import { parseClientOrderId } from '../../core/ids.ts';
import type { FindResult, OrderReport } from '../../core/report.ts';
import type { PlaceOrder } from '../../venues/trading.ts';
import type { AuditTrail } from '../audit.ts';
import type { Head, Keystore } from '../keystore.ts';
import type { KeyRecord } from '../records.ts';
import type { Refusals } from '../refusals.ts';
import type { PlaceResult, PlaceRule, TradingStatus } from '../trade-protocol.ts';
import { Budgets, type Used, WINDOW_MS } from './budgets.ts';
import { costOf, NOTHING } from './cost.ts';
import { Halts } from './halts.ts';
import { intentHash } from './intent.ts';
import { Journal, type JournalOptions, lineOf, type OrderRow, type TrailEntry } from './journal.ts';
import { JournalError } from './journal-file.ts';
import type { Verdict } from './policy.ts';

/** Half the nonce window of the exchange, what its clock and ours may differ by, and a second. */
const VALIDITY_MS = 5_000 + 1_500 + 1_000;
/** Twice absent, at least this far apart: what happened may stay invisible for a while. */
const SETTLE_MS = 2_000;
/** So many ids used for something else are no mistake. */
const CONFLICTS_MAX = 3;
const CHECKPOINT_ENTRIES = 1_000;
const CHECKPOINT_MS = 60_000;
const NO_HEAD: Head = { seq: 0, hash: '' };
/** Attempts beyond the rate that its owner allows, as many times that rate in a minute: a loop, or a thief. */
const RATE_EXCESS = 4;

export type TradingOptions = Omit<JournalOptions, 'folder'> & {
  readonly folder: string;
  readonly keystore: Keystore;
  readonly audit: AuditTrail;
  readonly refusals: Refusals;
};

export type Reservation = { readonly row: OrderRow; readonly asked: PlaceOrder; readonly sent: PlaceOrder };

export class Trading {
  readonly #options: TradingOptions;
  readonly #journal: Journal;
  readonly #halts = new Halts();
  readonly #conflicts = new Map<string, number>();
  /** Reserved and not durable yet, by key: two connections of one key must not both be first. */
  readonly #pending = new Set<string>();
  readonly #absentAtMs = new Map<string, number>();
  #budgets: Budgets;
  #base = NO_HEAD;
  #savedSeq = 0;
  #savedAtMs: number;
  #epoch = 0;
  #toldFailure = '';
  /** Until the keystore has vouched for the journal, nothing is signed. */
  #attached = false;

  /** Throws `JournalError`. */
  constructor(options: TradingOptions) {
    this.#options = options;
    this.#journal = new Journal(options);
    this.#budgets = this.#load();
    this.#halts.load(this.#journal.meta('halts'));
    this.#savedAtMs = options.clock.nowMs();
  }

  get head(): Head {
    return this.#journal.head;
  }

  /** When the keystore opens. */
  attach(): void {
    this.#vouch();
  }

  /** A journal that is not the one the keystore knows is kept aside; then a new epoch begins, halted, and this says why. */
  #vouch(): string {
    const { keystore } = this.#options;
    this.#attached = false;
    const state = keystore.state();
    const known = state.orders;
    const base = known?.base ?? NO_HEAD;
    const strange = known !== undefined && known.identity !== this.#journal.identity;
    const bad = strange
      ? 'the order journal is not the one of this keystore'
      : this.#journal.verify(base, known?.head ?? NO_HEAD);
    this.#base = base;
    if (bad !== '') {
      if (this.#journal.head.seq > 0) this.#journal.startOver();
      this.#base = NO_HEAD;
      this.#halts.clear();
      this.#budgets = this.#load();
      // Ids of before are refused from here on: what they were used for is not known any more.
      keystore.setState({ epoch: state.epoch + 1 });
      this.halt(null, `${bad}; it was begun anew`);
    }
    this.#attached = true;
    this.readEpoch();
    this.#checkpoint();
    return bad;
  }

  /** After a restore, which begins a new one. */
  readEpoch(): void {
    this.#epoch = this.#options.keystore.state().epoch;
  }

  detach(): void {
    if (this.#attached && this.#options.keystore.keys !== null) this.#checkpoint();
    this.#attached = false;
  }

  /** For the timer. */
  tick(): void {
    const { clock, keystore } = this.#options;
    if (!this.#attached || keystore.keys === null) return;
    const sinceMs = Math.abs(clock.nowMs() - this.#savedAtMs);
    const entries = this.#journal.head.seq - this.#savedSeq;
    if (entries >= CHECKPOINT_ENTRIES || (entries > 0 && sinceMs >= CHECKPOINT_MS)) this.#checkpoint();
  }

  status(): TradingStatus {
    const { keystore } = this.#options;
    return {
      epoch: keystore.keys === null ? 0 : this.#epoch,
      halts: this.#halts.list('halts'),
      reducing: this.#halts.list('reducing'),
      trouble: this.#journal.failure,
      ordersHead: this.#journal.head,
    };
  }

  /** Why this connection places nothing now; empty where it may. Asked again right before each signature. */
  haltedBecause(connection: string, isReducing: boolean): string {
    if (this.#journal.failure !== '') return `The order journal cannot be written (${this.#journal.failure})`;
    if (!this.#attached) return 'Custody is locked';
    return this.#halts.because(connection, isReducing);
  }

  /** In force when it returns, whatever the disk says. */
  halt(connection: KeyRecord['connection'] | null, why: string): void {
    const { audit, clock } = this.#options;
    if (!this.#halts.halt({ connection, atMs: clock.nowMs(), why })) return;
    try {
      this.#journal.now({ meta: [['halts', this.#halts.text()]], entry: entry('halt', { connection, detail: why }) });
    } catch {
      // A journal that cannot be written halts everything by itself, until its owner resumes.
    }
    try {
      audit.append('halted', { connection, detail: why });
    } catch {
      // The trail itself knows, and halts.
    }
  }

  /**
   * By the owner only. Throws `JournalError` where the journal still cannot be written, or came back as another one:
   * then all is halted, and resumed when that is asked once more.
   */
  resume(connection: KeyRecord['connection'] | null): void {
    const { audit } = this.#options;
    if (this.#journal.failure !== '') {
      this.#journal.reopen();
      this.#toldFailure = '';
      const bad = this.#vouch();
      if (bad !== '') throw new JournalError(bad);
      this.#budgets = this.#load();
    }
    audit.append('resumed', { connection, detail: connection === null ? 'all' : 'one connection' });
    this.#lift(entry('resume', { connection }), () => this.#halts.lift(connection));
    this.#conflicts.clear();
  }

  /** By the owner only: lifts a halt as far as sales. Throws `JournalError`. */
  reduceOnly(connection: KeyRecord['connection'] | null, why: string): void {
    const { audit, clock } = this.#options;
    audit.append('reduce-only', { connection, detail: why });
    const only = { connection, atMs: clock.nowMs(), why };
    this.#lift(entry('reduce-only', { connection, detail: why }), () => this.#halts.reduce(only));
  }

  /** A limit that is reached refuses by itself; whoever goes on asking all the same is stopped. */
  noteOverRate(record: KeyRecord, perMinute: number): void {
    const { connection } = record;
    if (this.#options.refusals.allows(`rate ${connection}`, perMinute * RATE_EXCESS)) return;
    this.halt(connection, `More than ${1 + RATE_EXCESS} times the ${perMinute} orders a minute were asked for`);
  }

  #lift(said: TrailEntry, change: () => void): void {
    const before = this.#halts.text();
    change();
    try {
      this.#journal.now({ meta: [['halts', this.#halts.text()]], entry: said });
    } catch (error) {
      this.#halts.load(before);
      throw error;
    }
  }

  used(connection: string): Used {
    return this.#budgets.used(connection, this.#options.clock.nowMs());
  }

  /** As `Budgets.bought`. */
  bought(connection: string, asset: string, sinceMs: number): Decimal {
    return this.#budgets.bought(connection, asset, sinceMs);
  }

  /** The answer to an id that was seen before or cannot be used; null where it is new. */
  known(record: KeyRecord, order: PlaceOrder, epoch: number): PlaceResult | null {
    const { clientId } = order;
    const { connection, keyMark } = record;
    const row = this.#budgets.find(connection, clientId) ?? this.#journal.row(clientId, connection, keyMark);
    if (row !== null) return this.#again(record, row, order);
    if (this.#pending.has(`${keyMark} ${clientId}`)) return { kind: 'conflict' };
    const name = parseClientOrderId(clientId);
    if (name === null) return notSent('client-id', 'Not a client id that Gapless makes');
    const ours = this.#epoch;
    if (name.epoch !== ours || epoch !== ours) return notSent('epoch', `Ids of epoch ${ours} are signed now`);
    const forgotten = this.#journal.watermark(connection, lineOf(clientId).line);
    // Older than what is remembered: it may have been used.
    if (forgotten !== null && name.seq <= forgotten) return { kind: 'conflict' };
    return null;
  }

  #again(record: KeyRecord, row: OrderRow, order: PlaceOrder): PlaceResult {
    const { connection, owner } = record;
    if (row.connection === connection && row.intent === intentHash(connection, order))
      return row.outcome === null
        ? { kind: 'in-doubt', firstSignedAtMs: row.signedAtMs }
        : (JSON.parse(row.outcome) as PlaceResult);
    const conflicts = (this.#conflicts.get(connection) ?? 0) + 1;
    this.#conflicts.set(connection, conflicts);
    this.#options.refusals.note('order-conflict', { connection, owner, detail: row.clientId });
    if (conflicts >= CONFLICTS_MAX) this.halt(connection, `${conflicts} ids were used for something else`);
    return { kind: 'conflict' };
  }

  /** Counts from here on; `sign` makes it durable. Nothing may be awaited between the decision and this. */
  reserve(
    record: KeyRecord,
    asked: PlaceOrder,
    made: Pick<Extract<Verdict, { ok: true }>, 'sent' | 'fair' | 'notional' | 'adverse'>,
    of: { readonly unitPrice: Decimal; readonly fee: Decimal; readonly deadlineMs: number },
  ): Reservation {
    const { connection, keyMark } = record;
    const row: OrderRow = {
      clientId: asked.clientId,
      connection,
      keyMark,
      intent: intentHash(connection, asked),
      market: asked.market,
      side: asked.side,
      signedAtMs: this.#options.clock.nowMs(),
      validUntilMs: of.deadlineMs + VALIDITY_MS,
      reference: made.fair.toString(),
      unitPrice: of.unitPrice.toString(),
      fee: of.fee.toString(),
      notional: made.notional.toString(),
      adverse: made.adverse.toString(),
      outcome: null,
      endedAtMs: null,
    };
    this.#budgets.put(row);
    this.#pending.add(`${keyMark} ${row.clientId}`);
    return { row, asked, sent: made.sent };
  }

  /** Guard, reservation and entry, durable when it resolves. Rejects with `JournalError`; then nothing counts. */
  async sign(reservations: readonly Reservation[], policy: number): Promise<void> {
    const rows = reservations.map(({ row }) => row);
    try {
      await this.#journal.sign(rows, policy);
    } catch (error) {
      for (const row of rows) this.#budgets.drop(row);
      this.#tellFailure();
      throw error;
    } finally {
      for (const row of rows) this.#pending.delete(`${row.keyMark} ${row.clientId}`);
    }
  }

  /**
   * What became of it. Durable a moment later: until then a crash leaves it in doubt, which is safe. What the exchange
   * has is told again by the snapshot after the restart, so its entry may wait for the next commit; of an order that it
   * has not nobody would tell again, and it would be counted for ever.
   */
  settle(row: OrderRow, result: PlaceResult): void {
    const { connection, clientId } = row;
    const current = this.#budgets.find(connection, clientId) ?? this.#stored(connection, clientId) ?? row;
    if (result.kind === 'not-sent' || (result.kind === 'rejected' && result.definite)) {
      this.#write(
        { ...current, ...NOTHING, outcome: JSON.stringify(result), endedAtMs: this.#nowMs() },
        result.kind,
        false,
      );
    } else if (result.kind === 'accepted') {
      this.#write({ ...current, outcome: JSON.stringify(result) }, 'accepted');
    } else this.#write(current, result.kind);
  }

  /** What the exchange says of orders, whoever asked: open ones count whole, ended ones at what they came to. */
  observe(connection: string, report: OrderReport): void {
    const { clientId, venueId } = report;
    const row =
      clientId === null ? null : (this.#budgets.find(connection, clientId) ?? this.#stored(connection, clientId));
    if (row === null || clientId === null || report.market !== row.market || report.side !== row.side) return;
    this.#absentAtMs.delete(`${connection} ${clientId}`);
    const outcome = isAccepted(row)
      ? row.outcome
      : JSON.stringify({ kind: 'accepted', venueId, report, sentAs: null } satisfies Record<keyof Accepted, unknown>);
    if (report.status.kind === 'open') {
      if (outcome !== row.outcome) this.#write({ ...row, outcome }, 'seen open');
      return;
    }
    const money = { ...row, ...costOf(row, report), outcome, endedAtMs: row.endedAtMs ?? this.#nowMs() };
    if (JSON.stringify(money) !== JSON.stringify(row)) this.#write(money, `ended ${report.status.why}`);
  }

  /** Null: not an order that was signed here. */
  signedAtMs(connection: string, clientId: string): number | null {
    return (this.#budgets.find(connection, clientId) ?? this.#stored(connection, clientId))?.signedAtMs ?? null;
  }

  /** Custody looked itself, everywhere, after the last moment: the second time in a row ends the doubt. */
  observeFind(connection: string, clientId: string | null, found: FindResult): void {
    if (found.kind === 'found') this.observe(connection, found.report);
    if (found.kind !== 'absent' || clientId === null) return;
    const row = this.#budgets.find(connection, clientId);
    const { history, open, trades } = found.lookedAt;
    if (row === null || row.outcome !== null || found.atMs <= row.validUntilMs || !(open && history && trades)) return;
    const name = `${connection} ${clientId}`;
    const first = this.#absentAtMs.get(name);
    if (first === undefined) this.#absentAtMs.set(name, found.atMs);
    else if (found.atMs - first >= SETTLE_MS) {
      this.#absentAtMs.delete(name);
      this.settle(row, {
        kind: 'not-sent',
        rule: null,
        why: 'Looked for everywhere after its time, twice, and absent',
      });
    }
  }

  /** Durable before a cancellation is signed. With a journal that cannot be written the trail has to take it, or nothing is signed. */
  async noteCancel(record: KeyRecord, market: string, detail: string): Promise<void> {
    const { connection, owner } = record;
    if (this.#journal.failure === '') {
      const written = this.#journal.note([entry('cancel', { connection, market, detail })]);
      if (
        await written.then(
          () => true,
          () => false,
        )
      )
        return;
    }
    this.#options.audit.append('cancel', { connection, owner, detail: `${market} ${detail}` });
  }

  close(): void {
    try {
      this.detach();
    } finally {
      this.#journal.close();
    }
  }

  #write(row: OrderRow, detail: string, mayWait = true): void {
    this.#budgets.put(row);
    // The journal remembers its own failure, and halts.
    this.#journal.settle(row, detail, mayWait).then(
      () => this.#budgets.written(row),
      () => this.#tellFailure(),
    );
  }

  /** Once, in the trail; it may lie on the same disk, and then it halts by itself. */
  #tellFailure(): void {
    const why = this.#journal.failure;
    if (why === '' || why === this.#toldFailure) return;
    this.#toldFailure = why;
    try {
      this.#options.audit.append('halted', { detail: `The order journal cannot be written (${why})` });
    } catch {
      // The trail itself knows.
    }
  }

  #stored(connection: string, clientId: string): OrderRow | null {
    return this.#journal.row(clientId, connection, '');
  }

  #load(): Budgets {
    return new Budgets(this.#journal.rowsSince(this.#nowMs() - WINDOW_MS));
  }

  #checkpoint(): void {
    const { keystore } = this.#options;
    this.#journal.flush();
    const base = this.#journal.failure === '' ? this.#journal.prune(this.#base) : null;
    this.#base = base ?? this.#base;
    const { head, identity } = this.#journal;
    keystore.setState({ orders: { identity, base: this.#base, head } });
    // The keystore learns first what the new beginning is.
    if (base !== null) this.#journal.forgetTrail(base);
    this.#savedSeq = head.seq;
    this.#savedAtMs = this.#nowMs();
  }

  #nowMs(): number {
    return this.#options.clock.nowMs();
  }
}

type Accepted = Extract<PlaceResult, { kind: 'accepted' }>;

export function notSent(rule: PlaceRule, why: string): PlaceResult {
  return { kind: 'not-sent', rule, why };
}

function isAccepted(row: OrderRow): boolean {
  return row.outcome !== null && (JSON.parse(row.outcome) as PlaceResult).kind === 'accepted';
}

function entry(event: string, about: Partial<TrailEntry>): TrailEntry {
  const none = { connection: null, clientId: null, market: null, side: null, notional: null, policy: null, detail: '' };
  return { event, ...none, ...about };
}
