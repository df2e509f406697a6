/** When all is quiet: both sides' books agree to the last digit, nothing is in doubt, nothing was forgotten. */

import { Decimal } from '../../src/core/decimal.ts';
import { isOurs } from '../../src/core/ids.ts';
import type { AccountMachine } from '../../src/engine/account.ts';
import { openAccount } from '../../src/engine/account.ts';
import { DEFAULT_LIMITS } from '../../src/engine/limits.ts';
import type { AccountRunner } from '../../src/shell/trading/ports.ts';
import { WHITEBIT_ORDERS } from '../../src/venues/whitebit/profile.ts';
import { textOf } from './exchange/figures.ts';
import type { Order as VenueOrder } from './exchange/ledger.ts';
import type { World } from './world.ts';

const PENDING_MAX = 400;
/** The two clocks differ by no more while an account is opened. */
const TOLD_MS = 1_000;
/** Of a keystore that was never restored. */
const FIRST_EPOCH = 1;

export async function atTheEnd(world: World): Promise<void> {
  const { oracle, accounts, desk } = world;
  for (const { connection, key } of accounts) {
    const runner = desk.accounts?.get(connection) ?? null;
    oracle.check(
      runner !== null,
      `I-18: nobody trades for ${key.account}: ${world.custody.custody?.status().reason ?? 'no custody'}`,
    );
    if (runner === null) continue;
    againstItself(world, runner);
    againstExchange(world, runner, key.account);
    balances(world, runner, key.account);
    freeAgrees(world, { connection, key });
    await replayed(world, runner);
  }
  for (const [requestId, order] of oracle.promised) {
    const there = [...oracle.desks.values()].some((known) => known.requests.get(requestId) === order);
    oracle.check(there, `told as done and forgotten: ${requestId}`);
  }
  for (const process of ['desk', 'custody'] as const)
    oracle.check(
      world.loop.pending(process) < PENDING_MAX,
      `I-19: ${world.loop.pending(process)} things wait in ${process}`,
    );
}

function againstItself(world: World, { query, connection }: AccountRunner): void {
  const { oracle } = world;
  const { machine } = query;
  oracle.check(machine.halt === null, `I-18: halted by ${machine.halt?.by ?? ''}: ${machine.halt?.why ?? ''}`);
  oracle.check(machine.sync.reconciled, `I-18: books were not compared: ${machine.sync.why ?? ''}`);
  oracle.check(machine.stream.state === 'live', `I-18: the stream is ${machine.stream.state}: ${machine.stream.why}`);
  const compared = oracle.of(connection).comparedAtMs;
  oracle.check(compared > world.lastCutMs, 'I-18: nothing was compared after the stream came back');
  oracle.check(machine.orphans.length === 0, 'trades that nobody claims');
  oracle.check(machine.epoch === FIRST_EPOCH, `custody began epoch ${machine.epoch}`);
  for (const order of query.orders()) {
    if (order.owner === 'external') continue;
    const { status, key } = order;
    oracle.check(status.kind === 'open' || status.kind === 'closed', `I-18: ${key} is still ${status.kind}`);
    oracle.check(status.kind !== 'closed' || order.settled, `I-18: ${key} never settled`);
    oracle.check(order.move === null, `I-18: ${key} still waits to be moved`);
    oracle.check(order.feesPending === 0, `F27: a fee of ${key} is pending`);
  }
}

/** Neither list holds one more than the other, to the last digit. */
function againstExchange(world: World, { query, connection }: AccountRunner, account: string): void {
  const { oracle, exchange } = world;
  const install = query.machine.install;
  const known = oracle.of(connection);
  const there = [...exchange.ledger.orders.values()].filter((order) => order.account === account);
  const ours = there.filter(({ clientId }) => isOurs(install, clientId));
  for (const { clientId } of ours) {
    const times = exchange.ledger.taken.get(`${account} ${clientId}`);
    oracle.check(times === 1, `I-02: ${times} orders of the name ${clientId}`);
    oracle.check(oracle.guarded.has(`${connection} ${clientId}`), `I-01: ${clientId} is not in custody's journal`);
  }
  for (const order of ours) sameOrder(world, order, known.orders.get(order.clientId));
  const names = new Set(ours.map(({ clientId }) => clientId));
  for (const order of known.orders.values()) {
    const { status, clientId, key } = order;
    if (order.owner === 'external' || status.kind !== 'closed' || clientId === null) continue;
    if (status.why === 'never-placed' || status.why === 'rejected')
      oracle.check(!names.has(clientId), `lost: ${key} is ${status.why}, and was placed`);
    else oracle.check(names.has(clientId), `${key} ended as ${status.why}, and never was`);
  }
  const opened = known.openedAtMs ?? 0;
  const trades = exchange.ledger.trades.filter(({ order }) => order.account === account);
  const fills = [...known.fills.values()].filter(({ booked }) => booked);
  const isFill = (id: number, side: string) => fills.some((fill) => fill.tradeId === String(id) && fill.side === side);
  const isTrade = (tradeId: string | null) => trades.some(({ id }) => String(id) === tradeId);
  const missing = trades.filter(
    ({ id, order, atMs }) => !isFill(id, order.side) && (isOurs(install, order.clientId) || atMs > opened + TOLD_MS),
  );
  oracle.check(missing.length === 0, `I-05: trades without a fill: ${missing.map(({ id }) => id).join(' ')}`);
  const strange = fills.filter(({ tradeId }) => !isTrade(tradeId));
  oracle.check(strange.length === 0, `I-05: fills without a trade: ${strange.map(({ key }) => key).join(', ')}`);
  const open = there.filter((order) => exchange.ledger.open.has(order)).map(({ id }) => String(id));
  const here = query
    .orders()
    .filter(({ status }) => status.kind === 'open')
    .map(({ venueId }) => venueId ?? '');
  oracle.check(
    open.toSorted().join() === here.toSorted().join(),
    `I-18: open here ${here.join(' ')}; there ${open.join(' ')}`,
  );
}

function sameOrder(
  world: World,
  order: VenueOrder,
  here: ReturnType<typeof world.oracle.of>['orders'] extends Map<string, infer O> ? O | undefined : never,
): void {
  const { oracle, exchange } = world;
  oracle.check(here !== undefined, `lost: ${order.clientId} is at the exchange alone`);
  if (here === undefined) return;
  const isOpen = exchange.ledger.open.has(order);
  oracle.check(
    (here.status.kind === 'open') === isOpen,
    `${here.key}: ${here.status.kind} here, ${order.status} there`,
  );
  oracle.check(
    here.filledBase.toString() === textOf(order.dealStock),
    `I-05: ${here.key} filled ${here.filledBase.toString()}, there ${textOf(order.dealStock)}`,
  );
  oracle.check(
    here.filledQuote.toString() === textOf(order.dealMoney),
    `I-05: ${here.key} paid ${here.filledQuote.toString()}, there ${textOf(order.dealMoney)}`,
  );
  if (here.status.kind === 'closed' && !isOpen)
    oracle.check(
      (here.status.why === 'filled') === (order.status === 'FILLED'),
      `${here.key} ended as ${here.status.why}, there ${order.status}`,
    );
}

function balances(world: World, { query, connection }: AccountRunner, account: string): void {
  const { oracle, exchange } = world;
  const known = oracle.of(connection);
  for (const [asset, { free, held }] of exchange.ledger.money.get(account) ?? []) {
    const booked = Decimal.sum(known.ledger.filter((entry) => entry.asset === asset).map(({ change }) => change));
    const total = textOf(free + held);
    const row = query.balances().find((one) => one.asset === asset);
    oracle.check(
      row === undefined ? total === '0' : row.booked.eq(booked),
      `I-06: the sum of ${asset} is not its ledger`,
    );
    oracle.check(booked.toString() === total, `I-06: ${asset} booked ${booked.toString()}, at the exchange ${total}`);
    const strange = known.ledger.filter((entry) => entry.asset === asset && entry.kind === 'external');
    if (!oracle.othersActed) oracle.check(strange.length <= 1, `I-06: ${asset} moved by nobody's hand`);
  }
}

/** What a page shows as available is what the exchange would let us spend. */
export function freeAgrees(
  world: World,
  { connection, key }: Pick<World['accounts'][number], 'connection' | 'key'>,
): void {
  const query = world.desk.accounts?.get(connection)?.query;
  for (const [asset, { free }] of world.exchange.ledger.money.get(key.account) ?? []) {
    const here = query?.available(asset).toString();
    world.oracle.check(here === textOf(free), `I-07: ${asset} free ${here ?? 'unknown'}, there ${textOf(free)}`);
  }
}

/** The journal makes the same machine again. */
async function replayed(world: World, { connection, query }: AccountRunner): Promise<void> {
  const { oracle, desk } = world;
  const store = desk.store;
  if (store === null) return;
  const lines = await inDesk(world, () => store.journal(connection, 0, 100_000));
  const [first] = lines;
  if (first === undefined) return;
  const { install } = query.machine;
  const again: AccountMachine = openAccount({
    ...{
      install,
      epoch: FIRST_EPOCH,
      connection,
      profile: WHITEBIT_ORDERS,
      limits: DEFAULT_LIMITS,
      atMs: first.event.atMs,
    },
  });
  for (const { event } of lines) again.apply(event);
  // Read again from rows, or grown by events: equal machines, in whatever order their rows came.
  const text = (of: typeof query) =>
    JSON.stringify([
      of.machine,
      of.orders().toSorted((a, b) => a.rank - b.rank),
      of.balances().toSorted((a, b) => (a.asset < b.asset ? -1 : 1)),
    ]);
  oracle.check(text(again.query) === text(query), 'I-13: a replay of the journal is another machine');
}

async function inDesk<T>(world: World, run: () => Promise<T>): Promise<T> {
  let result: T | null = null;
  let failure: unknown = null;
  let done = false;
  world.loop.deliver('desk', 0, () => {
    run().then(
      (value) => {
        result = value;
        done = true;
      },
      (error: unknown) => {
        failure = error;
        done = true;
      },
    );
  });
  await world.loop.runUntil(world.loop.nowMs + 1_000, () => done);
  if (failure !== null || result === null) throw failure ?? new Error('The desk does not answer');
  return result;
}
