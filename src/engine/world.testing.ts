/**
 * A small world around the machine, by seed: custody with its guard, a network that loses and delays, a hostile exchange,
 * a store that holds exactly the rows it was given, crashes at any event, and an oracle that looks after each of them.
 */

import { Decimal } from '../core/decimal.ts';
import type { ConnectionId, UserId } from '../core/ids.ts';
import type { Side } from '../core/order.ts';
import type { Outcome } from '../core/report.ts';
import type { AccountMachine, Opening } from './account.ts';
import { openAccount, reopenAccount } from './account.ts';
import type { Applied } from './applied.ts';
import type { AccountEvent, Command, OrderKey } from './events.ts';
import type { Push } from './hostile-venue.testing.ts';
import { HostileVenue, LAST, MARKET } from './hostile-venue.testing.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { Oracle } from './oracle.testing.ts';
import type { Plain } from './plain.ts';
import { canonical, fromPlain, toPlain } from './plain.ts';
import { Rows } from './rows.testing.ts';
import type { Rules } from './rules.ts';
import { RULES } from './rules.ts';

const INSTALL = 'gap1';
const VALIDITY_MS = 5_000;
const SETTLE_MS = 1_500;
const USER = { user: 'ann' as UserId, bot: null };
const STORM_MS = 90_000;
/** Longer than the slowest question's pace, a tombstone and two looks. */
const QUIET_MS = 75_000;
const TICK_MS = 250;
/** Long enough for ended orders to leave memory. */
const SLEEP_MS = 7_200_000;

export const OPENING: Opening = {
  install: INSTALL,
  epoch: 0,
  connection: 'c' as ConnectionId,
  profile: { validityMs: VALIDITY_MS, settleMs: SETTLE_MS, uniqueness: 'open-only-per-market', buyFeeFrom: 'base' },
  limits: { ...DEFAULT_LIMITS, largestOrder: [{ asset: 'USDT', amount: Decimal.parse('5000') }] },
  atMs: 1_000_000,
};

/** Small, fast and good enough to choose faults by: mulberry32. */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Fault = 'lose' | 'late' | 'double' | 'crash' | 'deaf' | 'nameless' | 'others' | 'busy' | 'replay';

type Task = { readonly atMs: number; readonly run: () => void };

export class World {
  readonly venue: HostileVenue;
  readonly journal: string[] = [];
  readonly oracle: Oracle;
  machine: AccountMachine;
  nowMs = OPENING.atMs;
  storm = true;
  readonly #rules: Rules;
  readonly #sleeps: boolean;
  readonly #told: Push[] = [];
  readonly #chance: () => number;
  /** Each seed draws its own faults, some of them strong. */
  readonly #faults: Readonly<Record<Fault, number>>;
  readonly #rows = new Rows();
  readonly #guard = new Map<string, { readonly intent: string; outcome: Outcome | null }>();
  readonly #tasks: Task[] = [];
  #requests = 0;
  /** Answers to a process that is no more reach nobody. */
  #life = 0;

  constructor(seed: number, rules: Partial<Rules> = {}) {
    this.#rules = { ...RULES, ...rules };
    this.#chance = chanceOf(seed);
    const some = (strength: number) => (this.#chance() < 0.6 ? this.#chance() * strength : 0);
    this.#faults = {
      lose: some(0.4),
      late: some(0.8),
      double: some(0.4),
      crash: some(0.01),
      deaf: some(0.8),
      nameless: some(0.5),
      others: some(0.3),
      busy: some(0.3),
      replay: some(0.9),
    };
    this.venue = new HostileVenue((push) => this.#stream(push), this.#chance() < 0.5 ? '100' : '12');
    this.#sleeps = this.#chance() < 0.3;
    this.machine = openAccount(OPENING, this.#rules);
    this.oracle = new Oracle(this.venue);
  }

  run(): void {
    this.#boot();
    for (let step = 0; step * TICK_MS < STORM_MS; step += 1) {
      this.#pass(this.#sleeps && step === 180 ? SLEEP_MS : TICK_MS);
      this.#live();
    }
    this.storm = false;
    this.apply({ kind: 'resume', by: 'ann', why: '', atMs: this.nowMs });
    this.apply({ kind: 'stream', state: 'live', why: '', atMs: this.nowMs });
    for (let step = 0; step * TICK_MS < QUIET_MS; step += 1) this.#pass(TICK_MS);
    // The last word: one more comparison, as the hourly one would be.
    this.apply({
      kind: 'snapshot',
      snapshot: this.venue.snapshot(this.nowMs, this.machine.query.machine.sync.cursor),
      atMs: this.nowMs,
    });
    this.oracle.atTheEnd(this.machine);
    this.#replay();
  }

  apply(event: AccountEvent): Applied {
    const text = JSON.stringify(toPlain(event));
    this.journal.push(text);
    const applied = this.machine.apply(fromPlain<AccountEvent>(JSON.parse(text) as Plain));
    this.oracle.after(event, applied, this.machine);
    for (const change of applied.changes) this.#rows.write(change);
    if (this.journal.length % 100 === 0) this.#holdRows();
    const life = this.#life;
    if (this.storm && this.#chance() < this.#faults.crash) {
      // Written, and perhaps half of it handed over, before the process died.
      for (const command of applied.commands) if (this.#chance() < 0.5) this.#carryOut(command, life);
      this.#crash();
    } else for (const command of applied.commands) this.#carryOut(command, life);
    return applied;
  }

  #crash(): void {
    this.#holdRows();
    this.#life += 1;
    this.machine = reopenAccount(this.#rows.saved(), this.#rules);
    this.#boot();
  }

  #boot(): void {
    this.apply({ kind: 'boot', epoch: 0, atMs: this.nowMs });
    this.apply({ kind: 'instruments', complete: true, instruments: [MARKET], atMs: this.nowMs });
    this.apply({ kind: 'stream', state: 'live', why: '', atMs: this.nowMs });
  }

  /** What the store holds is what a reopened machine knows, always. */
  #holdRows(): void {
    const rows = canonical(reopenAccount(this.#rows.saved(), this.#rules).save() as Plain);
    this.oracle.check(rows === this.machine.text(), 'rows do not make the machine');
  }

  #replay(): void {
    const again = openAccount(OPENING, this.#rules);
    for (const line of this.journal) again.apply(fromPlain<AccountEvent>(JSON.parse(line) as Plain));
    this.oracle.check(again.text() === this.machine.text(), 'I-13: a replay is another machine');
  }

  // Time and chance.

  #later(delayMs: number, run: () => void): void {
    const atMs = this.nowMs + delayMs;
    let at = this.#tasks.length;
    while (at > 0 && (this.#tasks[at - 1]?.atMs ?? 0) > atMs) at -= 1;
    this.#tasks.splice(at, 0, { atMs, run });
  }

  #pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const [next] = this.#tasks;
      const wakeMs = Math.max(this.nowMs, this.machine.wakeAtMs());
      if (next !== undefined && next.atMs <= Math.min(untilMs, wakeMs)) {
        this.#tasks.shift();
        this.nowMs = Math.max(this.nowMs, next.atMs);
        next.run();
      } else if (wakeMs <= untilMs) {
        this.nowMs = wakeMs;
        this.apply({ kind: 'time', atMs: this.nowMs });
        // A machine that wakes for nothing would spin here for ever.
        this.oracle.check(this.machine.wakeAtMs() > wakeMs, 'it wakes and does nothing');
        if (this.oracle.violations.length > 0) return;
      } else break;
    }
    this.nowMs = untilMs;
  }

  #is(fault: Fault): boolean {
    return this.storm && this.#chance() < this.#faults[fault];
  }

  /** Most of the time quick; sometimes longer than a request is valid. */
  #delayMs(): number {
    return this.#is('late') ? this.#chance() * 8_000 : 5 + this.#chance() * 100;
  }

  #below(bound: number): number {
    return Math.floor(this.#chance() * bound);
  }

  // What the process does with commands.

  #answer(life: number, delayMs: number, event: (atMs: number) => AccountEvent): void {
    this.#later(delayMs, () => {
      if (life === this.#life) this.apply(event(this.nowMs));
    });
  }

  #carryOut(command: Command, life: number): void {
    switch (command.kind) {
      case 'place':
        this.#later(this.#delayMs() / 4, () => this.#custodyPlaces(command, life));
        return;
      case 'cancel': {
        const { order, clientId, venueId } = command;
        this.#request(
          life,
          () => this.venue.cancel(this.nowMs, { clientId, venueId }),
          (outcome, atMs) => ({ kind: 'cancel-outcome', order, outcome, atMs }),
        );
        return;
      }
      case 'find': {
        const { order, clientId, venueId } = command;
        const askedAtMs = this.nowMs;
        this.#later(this.#delayMs(), () => {
          const lagMs = this.storm ? this.#chance() * (SETTLE_MS - 100) : 0;
          const failed = this.#is('deaf');
          const found = this.venue.find(this.nowMs - lagMs, askedAtMs, { clientId, venueId });
          const result = failed ? ({ kind: 'failed', why: 'time-out' } as const) : found;
          this.#answer(life, this.#delayMs(), (atMs) => ({ kind: 'find-result', order, askedAtMs, result, atMs }));
        });
        return;
      }
      case 'snapshot':
        this.#later(this.#delayMs(), () => {
          const snapshot = this.venue.snapshot(this.nowMs, command.sinceCursor);
          if (this.#is('deaf'))
            this.#answer(life, 1_000, (atMs) => ({ kind: 'snapshot-failed', why: 'time-out', atMs }));
          else this.#answer(life, this.#delayMs(), (atMs) => ({ kind: 'snapshot', snapshot, atMs }));
        });
        return;
      case 'instruments-refresh':
        this.#answer(life, 100, (atMs) => ({ kind: 'instruments', complete: true, instruments: [MARKET], atMs }));
        return;
    }
  }

  /** Custody outlives the process; its guard signs a name once and remembers what came of it. */
  #custodyPlaces(command: Command & { readonly kind: 'place' }, life: number): void {
    const { clientId, side, terms, quantity, deadlineMs } = command;
    const told = (outcome: Outcome, delayMs = 1): void =>
      this.#answer(life, delayMs, (atMs) => ({ kind: 'place-outcome', clientId, outcome, atMs }));
    const intent = canonical(toPlain({ side, terms, quantity }));
    // Asked before the guard is: what is refused here says nothing about an earlier time.
    if (this.nowMs >= deadlineMs || this.#is('busy')) {
      told({ kind: 'not-sent', why: 'too late, or locked' });
      return;
    }
    const known = this.#guard.get(clientId);
    if (known !== undefined) {
      this.oracle.check(known.intent === intent, 'one name, two intents');
      told(known.outcome ?? { kind: 'ambiguous', why: 'in doubt', signedAtMs: null });
      return;
    }
    const entry: { intent: string; outcome: Outcome | null } = { intent, outcome: null };
    this.#guard.set(clientId, entry);
    const signedAtMs = this.nowMs;
    this.#request(
      life,
      () => {
        if (this.nowMs > signedAtMs + VALIDITY_MS)
          return { kind: 'rejected', code: 'other', text: 'nonce too old', definite: true };
        return this.venue.place(this.nowMs, clientId, side, terms, quantity);
      },
      (outcome, atMs) => ({ kind: 'place-outcome', clientId, outcome, atMs }),
      (outcome) => {
        entry.outcome = outcome.kind === 'ambiguous' ? null : outcome;
      },
    );
  }

  /** A write over the network: the request or the reply may be lost or late; after ten seconds nobody waits any more. */
  #request(
    life: number,
    act: () => Outcome,
    event: (outcome: Outcome, atMs: number) => AccountEvent,
    note: (outcome: Outcome) => void = () => {},
  ): void {
    let waiting = true;
    const end = (outcome: Outcome): void => {
      if (!waiting) return;
      waiting = false;
      note(outcome);
      if (life === this.#life) this.apply(event(outcome, this.nowMs));
    };
    this.#later(10_000, () => end({ kind: 'ambiguous', why: 'time-out', signedAtMs: null }));
    if (this.#is('lose')) return;
    const lost = this.#is('lose');
    this.#later(this.#delayMs(), () => {
      const outcome = act();
      const bare: Outcome =
        outcome.kind === 'accepted' && this.#chance() < 0.3 ? { ...outcome, report: null } : outcome;
      if (!lost) this.#later(this.#delayMs(), () => end(bare));
    });
  }

  #stream(push: Push): void {
    this.#told.push(push);
    const copies = this.#is('lose') ? 0 : this.#is('double') ? 2 : 1;
    const nameless = this.#is('nameless');
    const pending = push.kind === 'trade' && this.#is('nameless');
    const clientId = nameless ? null : push.report.clientId;
    const told: Push =
      push.kind === 'order'
        ? { kind: 'order', report: { ...push.report, clientId } }
        : { kind: 'trade', report: { ...push.report, clientId, fee: pending ? { kind: 'pending' } : push.report.fee } };
    for (let copy = 0; copy < copies; copy += 1) this.#deliver(told);
    const report = this.venue.balances(this.nowMs);
    this.#answer(this.#life, this.#delayMs() / 2, (atMs) => ({ kind: 'balance-report', report, atMs }));
  }

  // What people and markets do.

  #live(): void {
    const chance = this.#chance();
    if (chance < 0.16) this.#placeSomething();
    else if (chance < 0.3) this.#tradeSomething();
    else if (chance < 0.36) this.#withSome((order) => ({ kind: 'cancel', by: USER, order, atMs: this.nowMs }));
    else if (chance < 0.42) this.#moveSomething();
    else if (chance < 0.425) this.apply({ kind: 'cancel-all', by: USER, market: null, atMs: this.nowMs });
    else if (chance < 0.43) this.apply({ kind: 'halt', by: 'ann', why: 'lunch', atMs: this.nowMs });
    else if (chance < 0.45) this.apply({ kind: 'resume', by: 'ann', why: '', atMs: this.nowMs });
    else if (chance < 0.46) this.#gap();
    else if (this.#chance() < this.#faults.others / 10) this.#others();
  }

  #gap(): void {
    this.apply({ kind: 'stream', state: 'lost', why: 'cut', atMs: this.nowMs });
    this.#answer(this.#life, 2_000, (atMs) => ({ kind: 'stream', state: 'live', why: '', atMs }));
    // Some exchanges begin a new stream with old news.
    for (const push of this.#told) if (this.#is('replay')) this.#deliver(push);
  }

  #deliver(push: Push): void {
    this.#answer(this.#life, this.#delayMs() / 2, (atMs) =>
      push.kind === 'order'
        ? { kind: 'order-report', report: push.report, atMs }
        : { kind: 'trade-report', report: push.report, atMs },
    );
  }

  #price(): Decimal {
    return LAST.add(Decimal.fromInteger(BigInt(this.#below(200) - 100), 2));
  }

  #placeSomething(): void {
    this.#requests += 1;
    const side: Side = this.#chance() < 0.5 ? 'buy' : 'sell';
    const amount = Decimal.fromInteger(BigInt(1 + this.#below(9_000)), 3);
    const market = this.#chance() < 0.2;
    const event: AccountEvent = {
      kind: 'place',
      requestId: `r${this.#requests}`,
      by: USER,
      market: MARKET.symbol,
      draft: {
        side,
        terms: market ? { kind: 'market' } : { kind: 'limit', price: this.#price(), postOnly: false, ioc: false },
        quantity: { unit: 'base', amount },
      },
      slot: null,
      confirmations: ['without-stream'],
      now: { bid: LAST, ask: LAST, last: LAST, asOfMs: this.nowMs },
      atMs: this.nowMs,
    };
    const { order } = this.apply(event);
    if (this.#chance() > 0.3) return;
    // A double click, or a page that lost the reply.
    const again = this.apply({ ...event, atMs: this.nowMs });
    if (order !== null) this.oracle.check(again.order === order, 'a repeated request is another order');
  }

  #withSome(event: (order: OrderKey) => AccountEvent): void {
    const live = this.machine.query
      .orders()
      .filter(({ status, owner }) => status.kind !== 'closed' && owner !== 'external');
    const some = live[this.#below(live.length)];
    if (some !== undefined) this.apply(event(some.key));
  }

  #moveSomething(): void {
    this.#requests += 1;
    const requestId = `r${this.#requests}`;
    const now = { bid: LAST, ask: LAST, last: LAST, asOfMs: this.nowMs };
    const quantity = this.#chance() < 0.5 ? null : Decimal.fromInteger(BigInt(1 + this.#below(5_000)), 3);
    const price = this.#price();
    const rest = { price, activation: null, quantity, confirmations: ['without-stream'], now } as const;
    this.#withSome((order) => ({ kind: 'move', requestId, by: USER, order, ...rest, atMs: this.nowMs }));
  }

  #tradeSomething(): void {
    const open = [...this.venue.orders.values()].filter((order) => order.open);
    const some = open[this.#below(open.length)];
    if (some === undefined) return;
    if (this.#chance() < 0.05) this.venue.expel(this.nowMs, some.venueId);
    else this.venue.fill(this.nowMs, some.venueId, Decimal.fromInteger(BigInt(1 + this.#below(6_000)), 3));
  }

  /** Somebody else on the same account. */
  #others(): void {
    this.oracle.othersActed = true;
    const chance = this.#chance();
    if (chance < 0.3) this.venue.deposit('USDT', Decimal.fromInteger(BigInt(this.#below(1_000)), 2));
    else {
      const clientId = this.#chance() < 0.5 ? null : `theirs-${this.#below(1_000_000)}`;
      const terms = { kind: 'limit', price: this.#price(), postOnly: false, ioc: false } as const;
      const amount = Decimal.fromInteger(BigInt(1 + this.#below(2_000)), 3);
      this.venue.place(this.nowMs, clientId, this.#chance() < 0.5 ? 'buy' : 'sell', terms, { unit: 'base', amount });
    }
  }
}
