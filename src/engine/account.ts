/**
 * The machine of one exchange account: an event in, rows and commands out. Deterministic, without clock, chance or wire;
 * only `apply` changes it. Whoever runs it writes the event, the rows and the commands in one transaction, and carries
 * the commands out afterwards.
 */

import { Decimal, DecimalError } from '../core/decimal.ts';
import type { ClientOrderId, ConnectionId } from '../core/ids.ts';
import type { Instrument } from '../core/instrument.ts';
import type { VenueProfile } from '../core/report.ts';
import { applyCancelled, applyFound, applyPlaced, askDue, doubt } from './answers.ts';
import type { Applied } from './applied.ts';
import { applyBalances, expectFigures, reservedOf } from './balances.ts';
import type { AccountEvent, OrderKey, PlaceWish } from './events.ts';
import { applyTrade, claimOrphans } from './fills.ts';
import { askAgain, wakeOf } from './inquiry.ts';
import { sendCancel } from './life.ts';
import type { Limits } from './limits.ts';
import { overlayOf } from './overlay.ts';
import { applyPlace, issue } from './place.ts';
import { canonical, toPlain } from './plain.ts';
import { applySnapshot, applySnapshotFailed, applyStream, compareWhenDue, snapshotWake } from './reconcile.ts';
import { forgetRefusals } from './refusals.ts';
import { applyReport } from './reports.ts';
import type { Rules } from './rules.ts';
import { RULES } from './rules.ts';
import type { SavedAccount } from './saved.ts';
import { emptyState, loadState, saveState, textOf } from './saved.ts';
import type { BalanceRow, FillRow, MachineRow, Order, State } from './state.ts';
import { Step } from './step.ts';
import { applyCancel, applyCancelAll, applyDeclareAbsent, applyMove, continueMove } from './wishes.ts';
import type { Doing } from './words.ts';
import { doingAbout } from './words.ts';

export type Opening = {
  /** At most eight letters and digits; two installations on one account must not share it. */
  readonly install: string;
  readonly epoch: number;
  readonly connection: ConnectionId;
  readonly profile: VenueProfile;
  readonly limits: Limits;
  readonly atMs: number;
};

export type AccountQuery = {
  readonly machine: MachineRow;
  order(key: OrderKey): Order | null;
  orders(): readonly Order[];
  /** Asked before, and remembered: the same request again is answered by its order. */
  hasRequest(requestId: string): boolean;
  /** Those in memory: of orders in memory, and young ones. The database has them all. */
  fills(order: OrderKey): readonly FillRow[];
  balances(): readonly BalanceRow[];
  /** Taken by orders that the balance cannot show yet. */
  reserved(asset: string): Decimal;
  available(asset: string): Decimal;
  instrument(market: string): Instrument | null;
  /** What is being done about an order, in words; null for one that is not in memory. */
  doing(key: OrderKey): Doing | null;
};

export interface AccountMachine {
  /** Never throws for anything that an exchange, a person or a clock can say. */
  apply(event: AccountEvent): Applied;
  readonly query: AccountQuery;
  /**
   * What `apply` would do with this wish now, and how things would stand then. Nothing changes and nothing is copied, so
   * `query` is to be read before the next `apply`.
   */
  preview(wish: PlaceWish & { readonly atMs: number }): { readonly applied: Applied; readonly query: AccountQuery };
  /** When it wants a `time` event at the latest. */
  wakeAtMs(): number;
  save(): SavedAccount;
  /** Equal machines, equal text: what a replay is held against. */
  text(): string;
}

/** A new account. `rules` are for tests that plant a mistake. */
export function openAccount(opening: Opening, rules: Rules = RULES): AccountMachine {
  const { install, epoch, connection, profile, limits, atMs } = opening;
  const starting = { state: 'lost', why: 'starting', sinceMs: atMs } as const;
  return machineOf(
    emptyState({
      ...{ install, epoch, connection, profile, limits, seq: 1, rank: 1, ledgerSeq: 1, nowMs: atMs, halt: null },
      stream: starting,
      sync: {
        reconciled: false,
        lastAtMs: null,
        asOfMs: null,
        askedAtMs: null,
        dueAtMs: atMs,
        failures: 0,
        why: null,
        cursor: null,
        horizonMs: 0,
        balancesOpened: false,
      },
      suspects: [],
      refreshAskedAtMs: null,
      refusals: [],
      orphans: [],
    }),
    rules,
  );
}

/** An account as it was saved. Its first event has to be `boot`. */
export function reopenAccount(saved: SavedAccount, rules: Rules = RULES): AccountMachine {
  return machineOf(loadState(saved), rules);
}

function machineOf(state: State, rules: Rules): AccountMachine {
  return {
    apply: (event) => apply(state, rules, event),
    query: queryOf(state, rules),
    preview(wish) {
      const over = overlayOf(state);
      return { applied: apply(over, rules, wish), query: queryOf(over, rules) };
    },
    wakeAtMs: () => wakeAtMs(state, rules),
    save: () => saveState(state),
    text: () => textOf(state),
  };
}

function apply(state: State, rules: Rules, event: AccountEvent): Applied {
  const step = new Step(state, rules, event.atMs);
  try {
    hearEvent(step, event);
  } catch (error) {
    // Digits beyond what arithmetic holds: senseless figures that no check foresaw. Anything else is our bug.
    if (!(error instanceof DecimalError)) throw error;
    step.surprise('arithmetic', null, `${event.kind}: ${error.message}`);
    step.refuse('does-not-fit', 'The figures have more digits than any market knows.', 'Use fewer.');
  }
  for (const key of step.endings) {
    // What a snapshot tells of is in its figures.
    if (event.kind !== 'snapshot') expectFigures(step, paidIn(step, key));
    continueMove(step, key);
  }
  askDue(step);
  compareWhenDue(step);
  forgetRefusals(step);
  return step.finish();
}

/** What an order held while it was open. */
function paidIn(step: Step, key: OrderKey): readonly string[] {
  const order = step.order(key);
  const instrument = order === undefined ? undefined : step.state.instruments.get(order.market);
  if (order === undefined || instrument === undefined) return [];
  return [order.side === 'buy' ? instrument.quote : instrument.base];
}

function hearEvent(step: Step, event: AccountEvent): void {
  switch (event.kind) {
    case 'place':
      applyPlace(step, event);
      return;
    case 'move':
      applyMove(step, event);
      return;
    case 'cancel':
      applyCancel(step, event.order);
      return;
    case 'cancel-all':
      applyCancelAll(step, event.market);
      return;
    case 'declare-absent':
      applyDeclareAbsent(step, event.order, event.by);
      return;
    case 'sent':
      withOrder(step, keyOf(event.clientId), 'sent', (order) => {
        if (order.sentAtMs === null) step.put({ ...order, sentAtMs: step.atMs });
      });
      return;
    case 'place-outcome':
      withOrder(step, keyOf(event.clientId), 'an outcome', (order) => applyPlaced(step, order, event.outcome));
      return;
    case 'cancel-outcome':
      withOrder(step, event.order, 'a cancellation', (order) => applyCancelled(step, order, event.outcome));
      return;
    case 'find-result':
      withOrder(step, event.order, 'a look-up', (order) => applyFound(step, order, event.result, event.askedAtMs));
      return;
    case 'order-report':
      applyReport(step, event.report, null);
      return;
    case 'trade-report':
      applyTrade(step, event.report, 'stream');
      return;
    case 'balance-report':
      applyBalances(step, event.report);
      return;
    case 'snapshot':
      applySnapshot(step, event.snapshot);
      return;
    case 'snapshot-failed':
      applySnapshotFailed(step, event.why);
      return;
    case 'stream':
      applyStream(step, event.state, event.why);
      return;
    case 'instruments':
      applyInstruments(step, event.instruments, event.complete);
      return;
    case 'halt':
      step.machine({ halt: { by: event.by, why: event.why, sinceMs: step.atMs } });
      return;
    case 'resume':
      step.machine({ halt: null });
      return;
    case 'limits':
      step.machine({ limits: event.limits });
      return;
    case 'boot':
      applyBoot(step, event.epoch);
      return;
    case 'time':
      return;
  }
}

function keyOf(clientId: ClientOrderId): OrderKey {
  return clientId as string as OrderKey;
}

function withOrder(step: Step, key: OrderKey, what: string, act: (order: Order) => void): void {
  const order = step.order(key);
  if (order === undefined) step.surprise('unknown-order', key, `${what} for an order that is not in memory`);
  else act(order);
}

/** A market that is gone keeps its row, halted: its assets are still needed for what traded there. */
function applyInstruments(step: Step, instruments: readonly Instrument[], complete: boolean): void {
  const told = new Set<string>();
  const put = (instrument: Instrument): void => {
    const known = step.state.instruments.get(instrument.symbol);
    if (known === undefined || canonical(toPlain(known)) !== canonical(toPlain(instrument)))
      step.putInstrument(instrument);
  };
  for (const instrument of instruments) {
    told.add(instrument.symbol);
    put(instrument);
  }
  if (complete)
    for (const known of [...step.state.instruments.values()])
      if (!told.has(known.symbol)) put({ ...known, status: 'halted' });
  const { suspects } = step.state.machine;
  step.machine({ suspects: suspects.filter(({ market }) => !complete && !told.has(market)), refreshAskedAtMs: null });
  claimOrphans(step);
}

/**
 * A process began: nobody answers what the one before had asked. Questions are asked again, cancellations given out
 * again. A place command is given out again only where that cannot make a second order (custody signs a name once) and
 * nobody would be surprised by it; otherwise it is in doubt.
 */
function applyBoot(step: Step, epoch: number): void {
  const { machine } = step.state;
  if (epoch > machine.epoch) {
    step.machine({ epoch, halt: { by: 'restore', why: 'a backup was restored', sinceMs: step.atMs } });
  }
  step.machine({ stream: { state: 'lost', why: 'starting', sinceMs: step.atMs } });
  step.sync({ reconciled: false, askedAtMs: null, failures: 0, dueAtMs: step.atMs });
  for (const order of step.ranked(step.state.unsettled)) {
    if (order.status.kind === 'submitting') {
      const { clientId, terms, side, quantity } = order;
      if (clientId !== null && terms !== null && step.rules.mayIssueAgain(order, step.state.machine))
        issue(step, order, clientId, { side, terms, quantity });
      else doubt(step, order, 'the process ended before an answer came', null);
      continue;
    }
    if (order.status.kind === 'cancelling') sendCancel(step, order);
    askAgain(step, step.order(order.key) ?? order);
  }
}

function wakeAtMs(state: State, rules: Rules): number {
  let wake = snapshotWake(state, rules);
  for (const key of state.asking) {
    const inquiry = state.orders.get(key)?.inquiry ?? null;
    if (inquiry !== null) wake = Math.min(wake, wakeOf(inquiry));
  }
  return wake;
}

function queryOf(state: State, rules: Rules): AccountQuery {
  const reserved = (asset: string): Decimal => reservedOf(state, rules, asset);
  return {
    get machine() {
      return state.machine;
    },
    order: (key) => state.orders.get(key) ?? null,
    orders: () => [...state.orders.values()],
    hasRequest: (requestId) => state.requests.has(requestId),
    fills: (order) => [...(state.fillsByOrder.get(order) ?? [])].flatMap((key) => state.fills.get(key) ?? []),
    balances: () => [...state.balances.values()],
    reserved,
    available: (asset) => (state.balances.get(asset)?.free ?? Decimal.ZERO).sub(reserved(asset)),
    instrument: (market) => state.instruments.get(market) ?? null,
    doing: (key) => {
      const order = state.orders.get(key);
      return order === undefined ? null : doingAbout(order);
    },
  };
}
