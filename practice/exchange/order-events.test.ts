import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RANDOM_OPENING } from '../engine/duel.testing.ts';
import { ACCOUNTS, RandomCommands } from '../engine/random-commands.testing.ts';
import { ALICE, BOB, d, form } from '../engine/world.testing.ts';
import type { AccountId } from '../ports.ts';
import type { ExactEvent } from './exact.ts';
import { exactDeal, exactEvent, exactOrder } from './exact.ts';
import { Bench, Folder, untimed } from './exchange.testing.ts';
import type { CommandEvents } from './order-events.ts';
import type { UntimedCommand } from './writer.ts';

const MAKER = '@life-maker-1' as AccountId;

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

const credit = (account: AccountId, ticker: string, amount: string): UntimedCommand => ({
  kind: 'credit',
  account,
  ticker,
  amount: d(amount),
});
const place = (account: AccountId, order: ReturnType<typeof form>): UntimedCommand => ({
  kind: 'place',
  account,
  order,
});

/** Alice buys 0.3 BTC of Bob, two commits after both were given money. */
const TRADE: readonly UntimedCommand[] = [
  credit(ALICE, 'USDT', '100000'),
  credit(BOB, 'BTC', '2'),
  place(BOB, form('limit', 'sell', { price: '40000', amount: '1' })),
  place(ALICE, form('limit', 'buy', { price: '40000', amount: '0.3' })),
];

function everything({ exchange }: Bench, account: AccountId | null = null, limit = 1_000_000) {
  return exchange.orderEvents.read({ afterSequence: 0, account, limit });
}

/** As an outsider would write them down who listens to the exchange. */
function listening(bench: Bench, random: RandomCommands | null = null): CommandEvents[] {
  const heard: CommandEvents[] = [];
  bench.exchange.on(({ sequence, command, events }) => {
    for (const event of events)
      if (event.kind === 'order' && event.change === 'new')
        random?.know(event.order.account, event.order.spec.name, event.order.id);
    const told = events.map(exactEvent).filter((event): event is ExactEvent => event !== null);
    if (told.length > 0) heard.push({ sequence, atUs: command.atUs, command: command.kind, events: told });
  });
  return heard;
}

describe('what is kept', () => {
  test('a trade, told to the last digit', async () => {
    const bench = new Bench(':memory:');
    await bench.run(TRADE);
    const last = everything(bench).commands.at(-1);
    expect(last).toMatchObject({ sequence: 4, command: 'place' });
    expect(last?.events).toContainEqual({
      kind: 'deal',
      deal: expect.objectContaining({ account: ALICE, amount: '0.3', money: '12000', fee: '0.0003', feeTicker: 'BTC' }),
    });
    expect(last?.events).toContainEqual({
      kind: 'balance',
      account: BOB,
      ticker: 'USDT',
      available: '11988',
      freeze: '0',
    });
    expect(last?.events).toContainEqual({
      kind: 'order',
      change: 'finish',
      order: expect.objectContaining({
        account: ALICE,
        status: 'FILLED',
        left: '0',
        frozen: '0',
        createdAtUs: last?.atUs,
      }),
    });
    bench.exchange.close();
  });

  test('everything that was told after the commits, through every crash', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 12 }),
        async (seed, sizes) => {
          const random = new RandomCommands(seed);
          const heard: CommandEvents[] = [];
          let file = folder.file();
          for (const size of sizes) {
            const bench = new Bench(file, { opening: RANDOM_OPENING, snapshotEvery: 7 });
            const told = listening(bench, random);
            if (heard.length === 0) await bench.run(random.funding().map(untimed));
            for (let count = 0; count < size; count += 1) await bench.one(untimed(random.next()));
            heard.push(...told);
            file = folder.crashed(file);
            bench.exchange.close();
          }
          const bench = new Bench(file, { opening: RANDOM_OPENING });
          expect(everything(bench).commands).toEqual(heard);
          const paid = bench.exchange.orderEvents.feesPaid();
          for (const [ticker, units] of bench.exchange.query.feesTaken())
            expect(paid.filter((fee) => fee.ticker === ticker).reduce((sum, fee) => sum + fee.units, 0n)).toBe(units);
          bench.exchange.close();
        },
      ),
      { numRuns: 15 },
    );
  });

  test('nothing of house accounts but what they did to people, and their fees', async () => {
    const bench = new Bench(':memory:');
    await bench.run([
      credit(MAKER, 'BTC', '5'),
      place(MAKER, form('limit', 'sell', { price: '40000', amount: '1' })),
      credit(ALICE, 'USDT', '100000'),
      place(ALICE, form('limit', 'buy', { price: '40000', amount: '0.3' })),
    ]);
    const { commands, oldest } = everything(bench);
    expect(commands.map(({ sequence }) => sequence)).toEqual([3, 4]);
    expect(JSON.stringify(commands)).not.toContain(MAKER);
    // The two commands of the house are no gap.
    expect(oldest).toBe(1);
    expect(bench.exchange.orderEvents.feesPaid().map(({ account, ticker }) => `${account} ${ticker}`)).toEqual([
      `${MAKER} USDT`,
      `${ALICE} BTC`,
    ]);
    bench.exchange.close();
  });

  test('only so many commands, and a reader hears where the gap ends', async () => {
    const file = folder.file();
    const bounds = { orderEvents: { kept: 10, prunedAtOnce: 4 } };
    const bench = new Bench(file, bounds);
    const most = [];
    for (let count = 0; count < 60; count += 1) {
      await bench.one(credit(ALICE, 'USDT', '1'));
      most.push(everything(bench).commands.length);
    }
    expect(Math.max(...most)).toBe(13);
    const page = everything(bench);
    expect(page.newest).toBe(60);
    expect(page.oldest).toBe(page.commands[0]?.sequence);
    expect(page.oldest).toBeGreaterThan(1);
    bench.exchange.close();
    const again = new Bench(file, bounds);
    expect(everything(again)).toEqual(page);
    await again.run(Array.from({ length: 5 }, () => credit(ALICE, 'USDT', '1')));
    expect(everything(again).commands.length).toBeLessThanOrEqual(13);
    again.exchange.close();
  });
});

describe('reading', () => {
  test('page by page finds what one look finds, for one account as well', async () => {
    const bench = new Bench(':memory:', { opening: RANDOM_OPENING });
    const random = new RandomCommands(11);
    listening(bench, random);
    await bench.run(random.funding().map(untimed));
    for (let count = 0; count < 300; count += 1) await bench.one(untimed(random.next()));
    for (const account of [null, ...ACCOUNTS]) {
      const paged: CommandEvents[] = [];
      for (let afterSequence = 0, more = true; more; ) {
        const page = bench.exchange.orderEvents.read({ afterSequence, account, limit: 7 });
        paged.push(...page.commands);
        more = page.readTo > afterSequence;
        afterSequence = page.readTo;
      }
      expect(paged.length).toBeGreaterThan(10);
      expect(paged).toEqual(everything(bench, account).commands);
    }
    bench.exchange.close();
  });

  test('finished orders and deals by id: each once, however short the pages', async () => {
    const bench = new Bench(':memory:');
    const told = listening(bench);
    await bench.run([
      ...TRADE,
      credit(ALICE, 'BTC', '1'),
      // Alice trades with herself: two deals of one id, which no page may part.
      place(ALICE, form('limit', 'sell', { price: '39000', amount: '0.1' })),
      place(ALICE, form('limit', 'buy', { price: '39000', amount: '0.1' })),
      { kind: 'cancel-all', account: BOB, market: null, types: null },
    ]);
    const { byId } = bench.exchange;
    const all = <T extends { readonly id: number }>(next: (afterId: number) => readonly T[]): readonly T[] => {
      const found: T[] = [];
      for (let page = next(0); page.length > 0; page = next(page.at(-1)?.id ?? 0)) found.push(...page);
      return found;
    };
    const events = told.flatMap((one) => one.events);
    const where = { account: null, market: null, limit: 1 };
    expect(all((afterId) => byId.finishedOrders({ ...where, afterId })).map(exactOrder)).toEqual(
      events
        .flatMap((event) => (event.kind === 'order' && event.change === 'finish' ? [event.order] : []))
        .sort((first, second) => first.id - second.id),
    );
    const deals = all((afterId) => byId.deals({ ...where, afterId })).map(exactDeal);
    const heard = events.flatMap((event) => (event.kind === 'deal' ? [event.deal] : []));
    expect(deals).toHaveLength(heard.length);
    expect(deals).toEqual(expect.arrayContaining(heard));
    expect(byId.deals({ account: BOB, market: null, afterId: 0, limit: 10 })).toHaveLength(1);
    bench.exchange.close();
  });
});
