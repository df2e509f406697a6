/** What every trade store has to do, whatever database is under it. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConnectionId, UserId } from '../core/ids.ts';
import { openAccount, reopenAccount } from '../engine/account.ts';
import type { OrderKey } from '../engine/events.ts';
import { toPlain } from '../engine/plain.ts';
import { chanceOf, OPENING } from '../engine/world.testing.ts';
import type { Database } from './database.ts';
import { addPerson } from './trade-people.testing.ts';
import type { Lived } from './trade-steps.testing.ts';
import { fillOf, forgetOf, lifeOf, orderOf, stepOf } from './trade-steps.testing.ts';
import type { TradeStore } from './trade-store.ts';
import { openTradeStore } from './trade-store-sql.ts';

/** An empty database with all tables. */
export type Place = {
  open(): Promise<Database>;
  /** The same one after the process ended; null where its contents end with it. */
  readonly reopen: (() => Promise<Database>) | null;
  close(): Promise<void>;
};

const C = 'c' as ConnectionId;
const D = 'd' as ConnectionId;
const E = 'e' as ConnectionId;
const ANN = 'ann' as UserId;
const BOB = 'bob' as UserId;
const ALL = { connection: null, market: null, limit: 100, before: null } as const;

let place: Place;
let database: Database;
let store: TradeStore;

/** `seeds` are of the hostile world: each is a life of some hundred events. */
export function suiteOfTradeStore(make: () => Place, seeds: readonly number[]): void {
  beforeEach(async () => {
    place = make();
    database = await place.open();
    store = openTradeStore(database);
    await addPerson(database, ANN, [C, D]);
    await addPerson(database, BOB, [E]);
  });
  afterEach(async () => {
    await database.destroy();
    await place.close();
  });

  describe('lives', () => {
    test.each(seeds)('two accounts written in random batches come back as they were (seed %i)', lives);
    test('a replay of the journal from any saved account gives the same account', replays);
  });
  describe('writing', () => {
    test('nothing of a write that fails is kept, not even its other accounts', allOrNothing);
    test('writes that begin at once are told one after the other, and reads see none half done', atOnce);
    test('a name of ours and a slot have one order, while others may use their names again', uniqueness);
    test('an account belongs to one person', oneOwner);
    test('what exchanges write into names is stored whatever it is', strangeNames);
    test('a connection that was removed meanwhile is named, and nothing of that write is kept', goneMeanwhile);
    test('the name of the installation is made once', installOnce);
    test('an account goes with everything of it, alone or with its connection', removal);
  });
  describe('forgetting', () => {
    test('what a request made is known for good, and to its person alone', requestsStay);
    test('what was forgotten is listed and not loaded, also when it was written in the same batch', forgetting);
    test("an order that was taken for a stranger's leaves no trace", mistaken);
  });
  describe('lists', () => {
    test('orders come newest first, and pages stay put while new ones come', orderPages);
    test('open orders by when they were made, closed ones by when they ended; each person their own', openAndClosed);
    test('fills come newest first, of one order or of all', fillPages);
    test('a cursor that no page gave is refused', badCursor);
    test('fills of many orders come at once, and only of this account', fillsOfOrders);
  });
  test('the journal keeps a month, and no more than its greatest length', pruning);
}

async function lives(seed: number): Promise<void> {
  const chance = chanceOf(seed);
  const one = lifeOf(seed, C, ANN);
  const two = lifeOf(seed + 1_000, E, BOB);
  expect(one.steps.length).toBeGreaterThan(100);
  const at = new Map<Lived, number>([
    [one, 0],
    [two, 0],
  ]);
  const take = (life: Lived) => {
    const from = at.get(life) ?? 0;
    // Mostly a few, sometimes many, sometimes none of one of the two.
    const to = Math.min(life.steps.length, from + Math.floor(chance() ** 3 * 60));
    at.set(life, to);
    return life.steps.slice(from, to);
  };
  const held = async (connection: ConnectionId, life: Lived) => {
    const saved = await store.load(connection);
    const last = at.get(life) ?? 0;
    if (last === 0) expect(saved).toBeNull();
    else expect(saved === null ? null : reopenAccount(saved).text()).toBe(life.texts[last - 1]);
  };
  while ([one, two].some((life) => (at.get(life) ?? 0) < life.steps.length)) {
    await store.write([...take(one), ...take(two)]);
    await held(C, one);
    await held(E, two);
  }
  if (place.reopen !== null) {
    await database.destroy();
    database = await place.reopen();
    store = openTradeStore(database);
    await held(C, one);
    await held(E, two);
  }
  const orders = (closed: boolean) => store.orders({ ...ALL, owner: ANN, closed, limit: 1_000 });
  const saved = await store.load(C);
  const live = saved === null ? [] : reopenAccount(saved).query.orders();
  const listed = new Set((await orders(false)).orders.map(({ row }) => row.key));
  expect(listed).toEqual(new Set(live.filter(({ status }) => status.kind !== 'closed').map(({ key }) => key)));
  expect((await orders(true)).orders.length).toBeGreaterThan(0);
}

async function replays(): Promise<void> {
  const { steps, texts } = lifeOf(7, C, ANN);
  const middle = steps.length >> 1;
  await store.write(steps.slice(0, middle));
  const half = await store.load(C);
  await store.write(steps.slice(middle));
  const lines: string[] = [];
  const fromStart = openAccount(OPENING);
  const fromHalf = half === null ? null : reopenAccount(half);
  for (let after = 0; ; ) {
    const page = await store.journal(C, after, 97);
    for (const line of page) {
      expect(line.seq).toBe(lines.length + 1);
      expect(line.atMs).toBe(line.event.atMs);
      const applied = fromStart.apply(line.event);
      // As text: 4.360 and 4.36 are one number, and one row.
      expect(toPlain(applied.commands)).toEqual(toPlain(line.commands));
      expect(applied.surprises).toEqual(line.surprises);
      expect(fromStart.text()).toBe(texts[lines.length]);
      if (line.seq > middle) fromHalf?.apply(line.event);
      lines.push(line.event.kind);
    }
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.seq;
  }
  expect(lines).toHaveLength(steps.length);
  expect(fromHalf?.text()).toBe(texts.at(-1));
}

async function allOrNothing(): Promise<void> {
  await store.write([stepOf(C, ANN, [orderOf('a', 1, { owner: 'grid', slot: 's1' })])]);
  const again = stepOf(C, ANN, [orderOf('b', 2, { owner: 'grid', slot: 's1' })]);
  await expect(store.write([stepOf(D, ANN, [orderOf('x', 1)]), again])).rejects.toThrow(/unique/i);
  expect(await store.load(D)).toBeNull();
  expect(await store.order(ANN, C, 'b')).toBeNull();
  expect(await store.journal(C, 0, 10)).toHaveLength(1);
  await store.write([stepOf(C, ANN, [orderOf('b', 2, { owner: 'grid', slot: 's2' })])]);
  expect((await store.journal(C, 0, 10)).map(({ seq }) => seq)).toEqual([1, 2]);
}

async function atOnce(): Promise<void> {
  const steps = Array.from({ length: 20 }, (_, index) =>
    stepOf(index % 2 === 0 ? C : D, ANN, [orderOf(`o${index}`, index), fillOf(`f${index}`, `o${index}`, index, index)]),
  );
  const writes = steps.map((step) => store.write([step]));
  // The same two accounts in both orders, while they wait for each other.
  for (let round = 0; round < 10; round += 1) {
    const both = [stepOf(C, ANN, []), stepOf(D, ANN, [])];
    writes.push(store.write(round % 2 === 0 ? both : both.reverse()));
  }
  const seen = await store.orders({ ...ALL, owner: ANN, closed: false });
  const fills = await store.fills({ ...ALL, owner: ANN, order: null });
  expect(fills.fills.length).toBeGreaterThanOrEqual(seen.orders.length);
  await Promise.all(writes);
  const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
  for (const connection of [C, D])
    expect((await store.journal(connection, 0, 100)).map(({ seq }) => seq)).toEqual(numbers);
}

async function uniqueness(): Promise<void> {
  const theirs = (key: string, rank: number) => orderOf(key, rank, { owner: 'external', clientId: 'theirs' as never });
  await store.write([stepOf(C, ANN, [theirs('ext:BTC_USDT:1', 1), theirs('ext:BTC_USDT:2', 2), orderOf('ours', 3)])]);
  const twice = orderOf('other', 4, { clientId: 'ours' as never });
  await expect(store.write([stepOf(C, ANN, [twice])])).rejects.toThrow(/unique/i);
  await store.write([stepOf(D, ANN, [twice])]);
  const trade = fillOf('BTC_USDT buy 9', 'ours', 5, 5);
  await store.write([stepOf(C, ANN, [trade])]);
  await store.write([stepOf(C, ANN, [trade])]);
  expect(await store.fillsOf(C, ['ours'])).toHaveLength(1);
}

async function oneOwner(): Promise<void> {
  await store.write([stepOf(C, ANN, [orderOf('a', 1)])]);
  await expect(store.write([stepOf(C, BOB, [orderOf('a', 2)])])).rejects.toThrow(/another person/);
  expect(await store.order(BOB, C, 'a')).toBeNull();
  expect((await store.order(ANN, C, 'a'))?.rank).toBe(1);
  await expect(store.write([stepOf(D, ANN, []), stepOf(D, BOB, [])])).rejects.toThrow(/two owners/);
}

async function strangeNames(): Promise<void> {
  const names = ['=1.5', "'; DROP TABLE orders; --", 'zero\u0000byte', 'half \ud800 pair', '\u202e🦀', ' '];
  const atMs = 1_700_000_000_123.75;
  const changes = names.map((name, index) => fillOf(name, `order ${name}`, index, atMs));
  await store.write([stepOf(C, ANN, [...changes, fillOf('far', 'far', 99, 1e300)])]);
  for (const name of names) {
    const [fill] = await store.fillsOf(C, [`order ${name}`]);
    expect([fill?.key, fill?.atMs]).toEqual([name, atMs]);
  }
  expect((await store.fills({ ...ALL, owner: ANN, order: null })).fills[0]?.row.atMs).toBe(1e300);
}

async function installOnce(): Promise<void> {
  let made = 0;
  const make = () => {
    made += 1;
    return `gap${made}`;
  };
  const names = await Promise.all([store.install(make), store.install(make), store.install(make)]);
  expect(new Set(names).size).toBe(1);
  made = 100;
  expect(await store.install(make)).toBe(names[0]);
}

async function removal(): Promise<void> {
  const { steps } = lifeOf(7, C, ANN);
  for (const whose of [{}, { connection: D }, { connection: E, owner: BOB }])
    await store.write(steps.slice(0, 200).map((step) => ({ ...step, ...whose })));
  const tables = ['orders', 'fills', 'ledger', 'balances', 'instruments', 'requests', 'journal', 'accounts'] as const;
  const rowsOf = async (connection: string) => {
    const counts: number[] = [];
    for (const table of tables)
      counts.push(
        (await database.selectFrom(table).select('user_id').where('connection_id', '=', connection).execute()).length,
      );
    return counts;
  };
  expect(Math.min(...(await rowsOf(C)))).toBeGreaterThan(0);
  const others = await rowsOf(E);
  await store.remove(C);
  expect(await rowsOf(C)).toEqual(tables.map(() => 0));
  expect(await store.load(C)).toBeNull();
  await database.deleteFrom('connections').where('id', '=', D).execute();
  expect(await rowsOf(D)).toEqual(tables.map(() => 0));
  expect(await rowsOf(E)).toEqual(others);
}

async function goneMeanwhile(): Promise<void> {
  await store.write([stepOf(C, ANN, []), stepOf(D, ANN, [])]);
  await database.deleteFrom('connections').where('id', '=', D).execute();
  const writing = store.write([stepOf(C, ANN, [orderOf('a', 1)]), stepOf(D, ANN, [orderOf('b', 1)])]);
  await expect(writing).rejects.toMatchObject({ name: 'AccountsGone', connections: new Set([D]) });
  expect(await store.order(ANN, C, 'a')).toBeNull();
  // Another rule that is broken is nothing of the kind.
  const twice = store.write([stepOf(C, ANN, [orderOf('x', 1, { slot: 's' }), orderOf('y', 2, { slot: 's' })])]);
  await expect(twice).rejects.not.toMatchObject({ name: 'AccountsGone' });
}

async function requestsStay(): Promise<void> {
  const row = { requestId: 'click-1', rank: 4, order: 'a' as OrderKey, print: 'm BTC_USDT', atMs: 7 };
  await store.write([stepOf(C, ANN, [orderOf('a', 1), { kind: 'request', row }])]);
  await store.write([stepOf(C, ANN, [forgetOf({ requests: ['click-1'] })])]);
  expect(await store.asked(ANN, C, 'click-1')).toEqual(row);
  expect(await store.asked(BOB, C, 'click-1')).toBeNull();
  expect(await store.asked(ANN, D, 'click-1')).toBeNull();
  expect(await store.asked(ANN, C, 'click-2')).toBeNull();
}

async function forgetting(): Promise<void> {
  const early = [orderOf('early', 1, {}, 10), fillOf('f-early', 'early', 2, 5)];
  await store.write([stepOf(C, ANN, early)]);
  const late = [orderOf('late', 3, {}, 20), fillOf('f-late', 'late', 4, 15), orderOf('back', 5, {}, 30)];
  await store.write([
    stepOf(C, ANN, [...late, orderOf('kept', 6)]),
    stepOf(C, ANN, [forgetOf({ orders: ['early', 'late', 'back'], fills: ['f-early', 'f-late'] })]),
    // Met again: a stranger that is open once more, say.
    stepOf(C, ANN, [orderOf('back', 7)]),
  ]);
  const saved = await store.load(C);
  const machine = saved === null ? null : reopenAccount(saved);
  expect(machine?.query.orders().map(({ key }) => key)).toEqual(['kept', 'back']);
  expect(saved?.fills).toEqual([]);
  const closed = await store.orders({ ...ALL, owner: ANN, closed: true });
  expect(closed.orders.map(({ row }) => row.key)).toEqual(['late', 'early']);
  expect((await store.fillsOf(C, ['early', 'late'])).map(({ key }) => key)).toEqual(['f-early', 'f-late']);
}

async function mistaken(): Promise<void> {
  const stranger = orderOf('ext:BTC_USDT:77', 1, { owner: 'external', clientId: null, venueId: '77' });
  const ours = orderOf('gap1-0-m-1', 2, { venueId: '77' });
  const known = [ours, forgetOf({ orders: ['ext:BTC_USDT:77'] })];
  await store.write([stepOf(C, ANN, [stranger]), stepOf(D, ANN, [stranger]), stepOf(D, ANN, known)]);
  await store.write([stepOf(C, ANN, known)]);
  const open = await store.orders({ ...ALL, owner: ANN, closed: false });
  expect(open.orders.map(({ connection, row }) => [connection, row.key])).toEqual([
    [D, 'gap1-0-m-1'],
    [C, 'gap1-0-m-1'],
  ]);
}

async function orderPages(): Promise<void> {
  // Many of one moment: the order among them has to be the same on every page.
  const orders = Array.from({ length: 23 }, (_, rank) => orderOf(`o${rank}`, rank, { createdAtMs: rank >> 2 }));
  await store.write([stepOf(C, ANN, orders), stepOf(D, ANN, orders), stepOf(E, BOB, orders)]);
  const seen: string[] = [];
  let before: string | null = null;
  for (let page = 0; page < 20; page += 1) {
    const told: Awaited<ReturnType<TradeStore['orders']>> = await store.orders({
      ...{ owner: ANN, connection: null, market: null, closed: false, limit: 5, before },
    });
    seen.push(...told.orders.map(({ connection, row }) => `${connection} ${row.key}`));
    before = told.next;
    if (before === null) break;
    expect(told.orders).toHaveLength(5);
    await store.write([stepOf(C, ANN, [orderOf(`new${page}`, 100 + page, { createdAtMs: 1_000 + page })])]);
  }
  const wanted = orders.flatMap((_, index) => {
    const rank = orders.length - 1 - index;
    return [`d o${rank}`, `c o${rank}`];
  });
  expect(seen).toEqual(wanted);
}

async function openAndClosed(): Promise<void> {
  const eth = { market: 'ETH_USDT' };
  await store.write([
    stepOf(C, ANN, [orderOf('a', 1), orderOf('b', 2, eth), orderOf('c', 3, {}, 50), orderOf('d', 4, {}, 40)]),
    stepOf(E, BOB, [orderOf('e', 5)]),
  ]);
  const keys = async (more: object) =>
    (await store.orders({ ...ALL, owner: ANN, closed: false, ...more })).orders.map(({ row }) => row.key);
  expect(await keys({})).toEqual(['b', 'a']);
  expect(await keys({ closed: true })).toEqual(['c', 'd']);
  expect(await keys({ market: 'ETH_USDT' })).toEqual(['b']);
  expect(await keys({ connection: D })).toEqual([]);
  // Another person's connection is no connection.
  expect(await keys({ connection: E })).toEqual([]);
  await store.write([stepOf(C, ANN, [orderOf('b', 2, eth, 60)])]);
  expect(await keys({ connection: C, closed: true })).toEqual(['b', 'c', 'd']);
}

async function fillPages(): Promise<void> {
  const fills = Array.from({ length: 7 }, (_, rank) => fillOf(`f${rank}`, rank < 3 ? 'a' : 'b', rank, rank >> 1));
  const eth = fillOf('eth', 'e', 50, 1, 'ETH_USDT');
  await store.write([stepOf(C, ANN, [...fills, eth]), stepOf(E, BOB, fills)]);
  const page = (more: object) => store.fills({ ...ALL, owner: ANN, order: null, ...more });
  const keys = async (more: object) => (await page(more)).fills.map(({ row }) => row.key);
  expect(await keys({})).toEqual(['f6', 'f5', 'f4', 'eth', 'f3', 'f2', 'f1', 'f0']);
  expect(await keys({ order: 'a', connection: C })).toEqual(['f2', 'f1', 'f0']);
  expect(await keys({ market: 'ETH_USDT' })).toEqual(['eth']);
  expect(await keys({ owner: BOB, connection: C })).toEqual([]);
  const first = await page({ limit: 5 });
  expect(first.fills.at(-1)?.row.key).toBe('f3');
  const rest = await page({ limit: 5, before: first.next });
  expect([rest.fills.map(({ row }) => row.key), rest.next]).toEqual([['f2', 'f1', 'f0'], null]);
  expect((await page({ limit: 8 })).next).toBeNull();
}

async function badCursor(): Promise<void> {
  for (const before of ['', 'x', '1.2', '1.2.c; DROP', '99999999999999999.1.c', '1e3.1.c'])
    await expect(store.orders({ ...ALL, owner: ANN, closed: true, before })).rejects.toThrow('No page of this list');
}

async function fillsOfOrders(): Promise<void> {
  const names = Array.from({ length: 300 }, (_, index) => `o${index}`);
  const fills = names.map((order, index) => fillOf(`f${index}`, order, index, 1));
  await store.write([stepOf(C, ANN, fills), stepOf(D, ANN, fills)]);
  expect(await store.fillsOf(C, names)).toHaveLength(300);
  expect(await store.fillsOf(C, ['o7', 'o7', 'o299', 'none'])).toHaveLength(2);
  expect(await store.fillsOf(C, [])).toEqual([]);
}

async function pruning(): Promise<void> {
  const dayMs = 86_400_000;
  const nowMs = 100 * dayMs;
  await store.write([
    ...[50, 69, 70, 71, 100].map((day) => stepOf(C, ANN, [], day * dayMs)),
    stepOf(E, BOB, [], 10 * dayMs),
  ]);
  expect(await store.pruneJournal(nowMs)).toBe(3);
  expect((await store.journal(C, 0, 10)).map(({ seq }) => seq)).toEqual([3, 4, 5]);
  // As if it had written a great many more.
  await database.updateTable('accounts').set({ journal_seq: 200_004 }).where('connection_id', '=', C).execute();
  expect(await store.pruneJournal(nowMs)).toBe(2);
  expect((await store.journal(C, 0, 10)).map(({ seq }) => seq)).toEqual([5]);
  expect(await store.pruneJournal(nowMs)).toBe(0);
  await store.write([stepOf(C, ANN, [], nowMs)]);
  expect((await store.journal(C, 5, 10)).map(({ seq }) => seq)).toEqual([200_005]);
}
