import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RANDOM_OPENING } from '../engine/duel.testing.ts';
import { openEngine } from '../engine/engine.ts';
import { ACCOUNTS, RandomCommands } from '../engine/random-commands.testing.ts';
import { textOf } from '../engine/scale.ts';
import { ALICE, BOB, d, form, OPENING } from '../engine/world.testing.ts';
import { stateHash } from './chain.ts';
import { ExchangeStoppedError } from './durable-exchange.ts';
import { Bench, Folder, Notes, printed, printedHistory, replyOf, START_MS, untimed } from './exchange.testing.ts';
import type { UntimedCommand } from './writer.ts';

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

const credit = (amount: string, ticker = 'USDT'): UntimedCommand => ({
  kind: 'credit',
  account: ALICE,
  ticker,
  amount: d(amount),
});
const place = (order: ReturnType<typeof form>, account = ALICE): UntimedCommand => ({ kind: 'place', account, order });

/** What Alice has of it. */
function usdtOf({ exchange }: Bench): string {
  const [balance] = exchange.query.balances(ALICE);
  return balance === undefined ? '0' : textOf(balance.available, balance.asset.scale);
}

describe('a crash', () => {
  test('at any commit: the same state, history and future, whatever the groups and snapshots', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.array(
          fc.record({
            size: fc.integer({ min: 1, max: 25 }),
            crashAfterCommits: fc.option(fc.integer({ min: 0, max: 4 })),
          }),
          {
            minLength: 4,
            maxLength: 20,
          },
        ),
        fc.integer({ min: 3, max: 60 }),
        fc.integer({ min: 1, max: 12 }),
        async (seed, steps, snapshotEvery, groupMax) => {
          const options = { opening: RANDOM_OPENING, snapshotEvery, groupMax };
          const reference = openEngine(RANDOM_OPENING, null);
          const told = new Notes();
          const expected = new Notes();
          const random = new RandomCommands(seed);
          let file = folder.file();
          let bench = new Bench(file, options);
          const listen = () =>
            bench.exchange.on(({ command, events }) => {
              told.take(events);
              expected.take(reference.apply(command).events);
            });
          let stopListening = listen();
          await bench.run(random.funding().map(untimed));
          for (const { size, crashAfterCommits } of steps) {
            const learned = told.lines.length;
            bench.clock.ms += size;
            for (let number = 0; number < size; number += 1) void bench.exchange.submit(untimed(random.next()));
            for (let commits = 0; commits !== crashAfterCommits && bench.turn(); commits += 1);
            for (const line of told.lines.slice(learned)) know(random, line);
            if (crashAfterCommits === null) continue;
            // What still waits dies with the process: the old one goes on unheard, in its own file.
            stopListening();
            const before = bench;
            file = folder.crashed(file);
            bench = new Bench(file, options);
            bench.clock.ms = before.clock.ms;
            expect(bench.exchange.stateHash()).toBe(before.exchange.stateHash());
            before.exchange.close();
            stopListening = listen();
          }
          expect(told.lines).toEqual(expected.lines);
          expect(bench.exchange.stateHash()).toBe(stateHash(reference.snapshot()));
          expect(bench.exchange.query.faults()).toEqual([]);
          expect(printedHistory(bench.exchange, ACCOUNTS)).toEqual(printed(expected.orders, expected.deals));
          expect(bench.faults).toEqual([]);
          bench.exchange.close();
        },
      ),
      { numRuns: 15 },
    );
  }, 60_000);

  test('before the commit: what was not answered is not there', async () => {
    const file = folder.file();
    const bench = new Bench(file);
    await bench.one(credit('1'));
    const unanswered = bench.exchange.submit(credit('2'));
    const reopened = new Bench(folder.crashed(file));
    expect(usdtOf(reopened)).toBe('1');
    reopened.exchange.close();
    bench.exchange.close();
    expect((await unanswered).kind).toBe('done');
  });
});

function know(random: RandomCommands, line: string): void {
  const event = JSON.parse(line) as {
    kind: string;
    event?: number;
    account: string;
    order: { market: string; id: number };
  };
  const account = ACCOUNTS.find((one) => one === event.account);
  if (event.kind === 'order' && event.event === 1 && account !== undefined)
    random.know(account, event.order.market, event.order.id);
}

describe('answers', () => {
  test('come after the commit, events after that, both in order', async () => {
    const file = folder.file();
    const bench = new Bench(file, { groupMax: 3 });
    const happened: string[] = [];
    bench.exchange.on(({ sequence }) => happened.push(`told ${sequence}`));
    const answers = ['1', '2', '3', '4', '5'].map(async (amount) => {
      const outcome = await bench.exchange.submit(credit(amount));
      if (outcome.kind === 'done') happened.push(`answered ${outcome.sequence}`);
    });
    expect(bench.exchange.query.balances(ALICE)).toEqual([]);
    bench.turn();
    // A copy of the file at this moment already holds what is being answered.
    const copy = new DatabaseSync(folder.crashed(file));
    expect(copy.prepare('SELECT sequence AS n FROM head').get()).toEqual({ n: 3 });
    copy.close();
    while (bench.turn());
    await Promise.all(answers);
    expect(happened.filter((line) => line.startsWith('told'))).toEqual([1, 2, 3, 4, 5].map((n) => `told ${n}`));
    expect(happened.filter((line) => line.startsWith('answered'))).toEqual([1, 2, 3, 4, 5].map((n) => `answered ${n}`));
    bench.exchange.close();
  });

  test('a refusal of the engine is an answer and is kept; an impossible command is neither', async () => {
    const file = folder.file();
    const bench = new Bench(file);
    const order = form('limit', 'buy', { price: '40000' });
    const [refused, impossible, credited] = await bench.run([
      place(order),
      { kind: 'bulk', account: ALICE, orders: Array.from({ length: 21 }, () => order), stopOnFail: false },
      credit('1'),
    ]);
    expect(refused).toMatchObject({ kind: 'done', sequence: 1, reply: { ok: false } });
    expect(impossible).toEqual({ kind: 'impossible', message: 'More than 20 orders' });
    expect(credited).toMatchObject({ kind: 'done', sequence: 2, reply: { ok: true } });
    const reopened = new Bench(folder.crashed(file));
    expect(reopened.exchange.stateHash()).toBe(bench.exchange.stateHash());
    reopened.exchange.close();
    bench.exchange.close();
  });

  test('a full queue refuses at once and keeps what it took', async () => {
    const bench = new Bench(folder.file(), { queueMax: 2 });
    const outcomes = ['1', '2', '3'].map((amount) => bench.exchange.submit(credit(amount)));
    expect(await outcomes[2]).toEqual({ kind: 'not-taken', reason: 'queue-full' });
    while (bench.turn());
    expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(['done', 'done', 'not-taken']);
    expect(usdtOf(bench)).toBe('3');
    bench.exchange.close();
  });

  test('closing commits what waits, and takes nothing after', async () => {
    const file = folder.file();
    const bench = new Bench(file);
    const waiting = bench.exchange.submit(credit('1'));
    bench.exchange.close();
    expect((await waiting).kind).toBe('done');
    expect(await bench.exchange.submit(credit('1'))).toEqual({ kind: 'not-taken', reason: 'closed' });
    const reopened = new Bench(file);
    expect(reopened.exchange.query.balances(ALICE)).toHaveLength(1);
    reopened.exchange.close();
  });
});

describe('listeners', () => {
  test('one that throws is reported and harms nobody', async () => {
    const bench = new Bench(folder.file());
    const told: number[] = [];
    bench.exchange.on(() => {
      throw new Error('listener');
    });
    const stop = bench.exchange.on(({ sequence }) => told.push(sequence));
    expect((await bench.one(credit('1'))).kind).toBe('done');
    expect(bench.faults.map(({ kind }) => kind)).toEqual(['listener-threw']);
    stop();
    await bench.one(credit('1'));
    expect(told).toEqual([1]);
    bench.exchange.close();
  });

  test('one that closes the exchange does not shuffle the order', async () => {
    const bench = new Bench(folder.file(), { groupMax: 1 });
    const told: string[] = [];
    bench.exchange.on(() => bench.exchange.close());
    bench.exchange.on(({ sequence }) => told.push(`second ${sequence}`));
    await bench.run([credit('1'), credit('2'), credit('3')]);
    expect(told).toEqual(['second 1', 'second 2', 'second 3']);
  });
});

describe('time', () => {
  test('comes from the clock and never goes back, not over a restart either', async () => {
    const file = folder.file();
    const bench = new Bench(file);
    const atUs: number[] = [];
    const step = async (one: Bench, ms: number): Promise<void> => {
      one.clock.ms = ms;
      const outcome = await one.one(credit('1'));
      if (outcome.kind === 'done') atUs.push(outcome.atUs);
    };
    await step(bench, START_MS);
    await step(bench, START_MS + 5);
    await step(bench, START_MS - 60_000);
    const replayed = new Bench(folder.crashed(file));
    await step(replayed, START_MS - 60_000);
    replayed.exchange.close();
    bench.exchange.close();
    const restored = new Bench(file);
    await step(restored, START_MS - 60_000);
    await step(restored, START_MS + 6);
    restored.exchange.close();
    expect(atUs.map((us) => us / 1_000 - START_MS)).toEqual([0, 5, 5, 5, 5, 6]);
  });

  test('a tick is a command only where a timer is due', async () => {
    const bench = new Bench(folder.file());
    await bench.run([
      credit('100000'),
      place(form('limit', 'buy', { price: '30000', amount: '0.1' })),
      { kind: 'kill-switch', account: ALICE, market: 'BTC_USDT', timeoutSec: 5, types: null },
    ]);
    bench.clock.ms += 4_999;
    expect(bench.exchange.tick()).toBeNull();
    bench.clock.ms += 1;
    const ticked = bench.exchange.tick();
    while (bench.turn());
    expect((await ticked)?.kind).toBe('done');
    expect(bench.exchange.query.openOrders(ALICE, null)).toEqual([]);
    expect(bench.exchange.tick()).toBeNull();
    bench.exchange.close();
    expect(bench.exchange.tick()).toBeNull();
  });
});

describe('the file', () => {
  test('goes on with its own opening, byte for byte', async () => {
    const file = folder.file();
    const bench = new Bench(file);
    await bench.run([credit('100000'), place(form('limit', 'buy', { price: '30000', amount: '0.1' }))]);
    bench.exchange.close();
    const other = new Bench(file, { opening: { ...OPENING, listings: [], firstOrderId: 500 } });
    expect(other.exchange.opening).toEqual(OPENING);
    const outcome = await other.one(place(form('limit', 'buy', { price: '30000', amount: '0.1' })));
    expect(replyOf(outcome)).toMatchObject({ ok: true, order: { id: 2 } });
    other.exchange.close();
  });

  test('that cannot be written stops the exchange, which says so and is whole at the next start', async () => {
    const file = folder.file();
    const bench = new Bench(file, { groupMax: 1 });
    await bench.run([credit('100000'), credit('2', 'BTC')]);
    bench.exchange.close();
    // A deal with the id the next trade will get: stands for any write that fails in the middle of a commit.
    const raw = new DatabaseSync(file);
    raw.exec(`INSERT INTO deal VALUES (1, 'maker', 'x', 'BTC_USDT', 9, '', 0, '{}')`);
    raw.close();
    const broken = new Bench(file, { groupMax: 2 });
    const hash = broken.exchange.stateHash();
    const outcomes = await broken.run([
      place(form('limit', 'sell', { price: '40000', amount: '0.1' })),
      place(form('limit', 'buy', { price: '40000', amount: '0.1' })),
      credit('1'),
    ]);
    expect(outcomes.map((outcome) => outcome.kind === 'not-taken' && outcome.reason)).toEqual([
      'unknown',
      'unknown',
      'stopped',
    ]);
    expect(broken.faults.map(({ kind }) => kind)).toEqual(['commit-failed']);
    expect(() => broken.exchange.query).toThrow(ExchangeStoppedError);
    expect(() => broken.exchange.stateHash()).toThrow(ExchangeStoppedError);
    expect(await broken.exchange.submit(credit('1'))).toEqual({ kind: 'not-taken', reason: 'stopped' });
    broken.exchange.close();
    const reopened = new Bench(file);
    expect(reopened.exchange.stateHash()).toBe(hash);
    expect(printedHistory(reopened.exchange, [ALICE, BOB])).toEqual([]);
    reopened.exchange.close();
  });
});
