/**
 * What the account machine costs: events a second over the life of orders (wish, outcome, partial fill, last fill), and
 * nanoseconds for one fill step, against a floor that does the same sums over bare objects: a known-id check and two
 * exact additions. CPU seconds of the whole process, so that a busy machine does not decide it.
 * Verdict: a fill has to cost less than a fifth of the 100 µs that reacting to one may take.
 */

import { Decimal } from '../src/core/decimal.ts';
import type { ClientOrderId, ConnectionId } from '../src/core/ids.ts';
import type { Instrument } from '../src/core/instrument.ts';
import type { TradeReport } from '../src/core/report.ts';
import type { AccountMachine } from '../src/engine/account.ts';
import { openAccount } from '../src/engine/account.ts';
import type { AccountEvent } from '../src/engine/events.ts';
import { DEFAULT_LIMITS } from '../src/engine/limits.ts';

const GOAL_NS = 20_000;
const ROUNDS = 7;
const ORDERS = 2_000;
const FILLS_AN_ORDER = 10;
/** Open besides, as a bot of many levels has them. */
const RESTING = 150;
const START_MS = 1_000_000;
const d = Decimal.parse;

const MARKET: Instrument = {
  ...{ symbol: 'BTC_USDT', kind: 'spot', base: 'BTC', quote: 'USDT', tick: d('0.01'), lot: d('0.000001') },
  ...{ quantityMin: d('0.00001'), notionalMin: d('5'), notionalMax: null, makerFee: d('0.001'), takerFee: d('0.001') },
};

let sink = 0;

function ready(): AccountMachine {
  const machine = openAccount({
    ...{ install: 'bench', epoch: 0, connection: 'c' as ConnectionId, atMs: START_MS },
    profile: { validityMs: 5_000, settleMs: 1_000, uniqueness: 'open-only-per-market', buyFeeFrom: 'base' },
    limits: { ...DEFAULT_LIMITS, openOrdersMax: 10_000, openOrdersPerMarketMax: 10_000 },
  });
  const atMs = START_MS;
  const balances = ['USDT', 'BTC'].map((asset) => ({ asset, free: d('1000000000'), locked: Decimal.ZERO }));
  machine.apply({ kind: 'boot', epoch: 0, atMs });
  machine.apply({ kind: 'instruments', complete: true, instruments: [MARKET], atMs });
  machine.apply({ kind: 'stream', state: 'live', why: '', atMs });
  const orders = { openOrders: [], closedOrders: [], trades: [] };
  const snapshot = {
    askedAtMs: atMs,
    asOfMs: atMs,
    ...orders,
    cursor: '0',
    balances: { asOfMs: atMs, complete: true, balances },
  };
  machine.apply({ kind: 'snapshot', snapshot, atMs });
  for (let seq = 0; seq < RESTING; seq += 1) openOrder(machine, `rest${seq}`, START_MS + 1);
  return machine;
}

function openOrder(machine: AccountMachine, venueId: string, atMs: number): ClientOrderId {
  const price = d('40000');
  const { order } = machine.apply({
    ...{ kind: 'place', requestId: venueId, by: { user: null, bot: 'grid' }, market: MARKET.symbol, slot: null },
    draft: {
      side: 'buy',
      terms: { kind: 'limit', price, postOnly: false, ioc: false },
      quantity: { unit: 'base', amount: d('0.01') },
    },
    confirmations: [],
    now: { bid: price, ask: price, last: price, asOfMs: atMs },
    atMs,
  });
  if (order === null) throw new Error('The bench cannot place its order');
  const clientId = order as string as ClientOrderId;
  machine.apply({ kind: 'place-outcome', clientId, outcome: { kind: 'accepted', venueId, report: null }, atMs });
  return clientId;
}

function fillsOf(clientId: ClientOrderId, venueId: string, atMs: number): AccountEvent[] {
  return Array.from({ length: FILLS_AN_ORDER }, (_, index) => {
    const report: TradeReport = {
      ...{ tradeId: `${venueId}.${index}`, clientId, venueOrderId: venueId, market: MARKET.symbol, side: 'buy' },
      ...{ price: d('40000'), quantity: d('0.001'), value: d('40'), role: 'maker', atMs },
      fee: { kind: 'known', asset: 'BTC', amount: d('0.000001') },
    };
    return { kind: 'trade-report', report, atMs };
  });
}

/** CPU nanoseconds: of a fill, of everything, and of the same sums with nothing around them. */
function round(): { readonly fillNs: number; readonly eventNs: number; readonly floorNs: number } {
  const machine = ready();
  const all: AccountEvent[] = [];
  const begun = process.cpuUsage();
  for (let seq = 0; seq < ORDERS; seq += 1) {
    const atMs = START_MS + 10 + seq;
    all.push(...fillsOf(openOrder(machine, `v${seq}`, atMs), `v${seq}`, atMs));
    // Ten orders at a time are filled, so that what is in flight stays as it would be.
    if (seq % 10 === 9)
      for (const event of all.slice(-10 * FILLS_AN_ORDER)) sink += machine.apply(event).changes.length;
  }
  const whole = process.cpuUsage(begun);
  const eventNs = ((whole.user + whole.system) * 1_000) / (ORDERS * (FILLS_AN_ORDER + 2));
  return { fillNs: fillCost(), eventNs, floorNs: floorCost(all) };
}

function fillCost(): number {
  const machine = ready();
  const fills: AccountEvent[] = [];
  for (let seq = 0; seq < ORDERS; seq += 1)
    fills.push(...fillsOf(openOrder(machine, `v${seq}`, START_MS + 10), `v${seq}`, START_MS + 20));
  const begun = process.cpuUsage();
  for (const event of fills) sink += machine.apply(event).changes.length;
  const { user, system } = process.cpuUsage(begun);
  return ((user + system) * 1_000) / fills.length;
}

function floorCost(events: readonly AccountEvent[]): number {
  const known = new Set<string>();
  const sums = new Map<string, { base: Decimal; quote: Decimal }>();
  const begun = process.cpuUsage();
  for (const event of events) {
    if (event.kind !== 'trade-report') continue;
    const { tradeId, venueOrderId, quantity, price } = event.report;
    if (tradeId === null || venueOrderId === null || known.has(tradeId)) continue;
    known.add(tradeId);
    const before = sums.get(venueOrderId) ?? { base: Decimal.ZERO, quote: Decimal.ZERO };
    sums.set(venueOrderId, { base: before.base.add(quantity), quote: before.quote.add(quantity.mul(price)) });
  }
  const { user, system } = process.cpuUsage(begun);
  sink += sums.size;
  return ((user + system) * 1_000) / events.length;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
round();
const rounds = Array.from({ length: ROUNDS }, round);
const fillNs = median(rounds.map((one) => one.fillNs));
const eventNs = median(rounds.map((one) => one.eventNs));
const floorNs = median(rounds.map((one) => one.floorNs));
const spread = (pick: (one: (typeof rounds)[number]) => number): string => {
  const values = rounds.map(pick);
  return `[${Math.round(Math.min(...values))} to ${Math.round(Math.max(...values))}, n = ${ROUNDS}]`;
};
console.log(`a fill step:     ${Math.round(fillNs)} ns of CPU ${spread((one) => one.fillNs)}`);
console.log(
  `floor (two sums): ${Math.round(floorNs)} ns ${spread((one) => one.floorNs)}; ratio ${(fillNs / floorNs).toFixed(1)}`,
);
console.log(
  `mixed events:    ${Math.round(1e9 / eventNs).toLocaleString('en')} a CPU second ${spread((one) => one.eventNs)} ns`,
);
console.log(JSON.stringify({ bench: 'engine', fillNs, floorNs, eventNs, rounds: ROUNDS, sink }));
console.log(
  `a fill in at most ${GOAL_NS} ns: ${fillNs <= GOAL_NS ? 'reached' : 'MISSED'} (median ${Math.round(fillNs)})`,
);
process.exitCode = fillNs <= GOAL_NS ? 0 : 1;
