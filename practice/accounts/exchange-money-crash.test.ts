import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import type { AccountId } from '../ports.ts';
import { Commits, flushed, TwoFiles } from './two-files.testing.ts';
import { person, type World } from './world.testing.ts';

/** Both accounts begin with so much in main. */
const START = Decimal.parse('10');
const RUNS = 60;
const TEST_MS = 120_000;

let files: TwoFiles;
let prepared: string;
let people: readonly AccountId[];
beforeAll(async () => {
  files = new TwoFiles();
  prepared = files.folder();
  const world = files.open(prepared);
  await world.accounts.settleTransfers();
  people = [(await person(world)).id, (await person(world, 'bob@example.org')).id];
  for (const id of people) world.accounts.faucet(id, 'USDT', START);
  await world.close();
});
afterAll(() => files.remove());

type Direction = 'in' | 'out';
type Asked = {
  readonly id: AccountId;
  /** Of no other transfer, so that it is found again in the history. */
  readonly amount: Decimal;
  readonly direction: Direction;
  answer: 'ok' | 'refused' | 'unknown' | null;
};

/** People who move money back and forth in a process that dies again and again. */
class Run {
  readonly asked: Asked[] = [];
  #folder: string;
  #world: World;
  #commits = new Commits();
  #life = 0;

  private constructor(folder: string, groupMax: number) {
    this.#folder = folder;
    this.#world = files.open(folder, { defer: this.#commits.defer, groupMax });
    this.#commits.isHeld = true;
  }

  static start(groupMax: number): Run {
    return new Run(files.copied(prepared), groupMax);
  }

  transfer(who: number, whole: number, direction: Direction): void {
    const amount = Decimal.fromInteger(BigInt(whole)).add(Decimal.fromInteger(BigInt(this.asked.length + 1), 6));
    const asked: Asked = { id: people[who] ?? ('' as AccountId), amount, direction, answer: null };
    this.asked.push(asked);
    const life = this.#life;
    const [from, to] = direction === 'in' ? (['main', 'trade'] as const) : (['trade', 'main'] as const);
    void this.#world.accounts.transfer(asked.id, 'USDT', amount, from, to).then((outcome) => {
      // Nobody hears what a process says that died before it could.
      if (life !== this.#life) return;
      if (outcome.ok) asked.answer = 'ok';
      else asked.answer = outcome.code === 'outcome-unknown' ? 'unknown' : 'refused';
    });
  }

  /** Only the exchange's commit: what follows it waits for `flushed`. */
  turn(): void {
    this.#commits.turn();
  }

  async crash(groupMax: number): Promise<void> {
    const copy = files.copied(this.#folder);
    this.#life += 1;
    this.#commits.release();
    await this.#world.close();
    this.#folder = copy;
    this.#commits = new Commits();
    this.#world = files.open(copy, { defer: this.#commits.defer, groupMax });
    await this.#world.accounts.settleTransfers();
    this.check(true);
    this.#commits.isHeld = true;
  }

  /** How often the transfer that was asked for last stands in the history. */
  timesMade(): number {
    const last = this.asked.at(-1);
    if (last === undefined) return 0;
    return this.#world.accounts.walletEvents(last.id).filter(({ amount }) => amount.eq(last.amount)).length;
  }

  async end(): Promise<void> {
    this.#commits.release();
    await this.#world.accounts.transfersDone();
    await flushed();
    this.check(true);
    await this.#world.close();
  }

  check(isQuiet: boolean): void {
    const { accounts } = this.#world;
    expect(accounts.moneyFaults()).toEqual([]);
    if (!isQuiet) return;
    for (const id of people) {
      const amounts = accounts
        .walletEvents(id)
        .filter(({ kind }) => kind === 'transfer')
        .map(({ amount, address }) => (address === 'main to trade' ? amount : amount.neg()));
      for (const { amount, direction, answer } of this.asked.filter((one) => one.id === id)) {
        const times = amounts.filter((one) => one.eq(direction === 'in' ? amount : amount.neg())).length;
        if (answer === 'ok') expect(times).toBe(1);
        else if (answer === 'refused') expect(times).toBe(0);
        else expect(times).toBeLessThanOrEqual(1);
      }
      const moved = Decimal.sum(amounts);
      const held = (wallet: 'main' | 'trade') =>
        String(accounts.balances(id, wallet).get('USDT')?.available ?? Decimal.ZERO);
      expect([held('main'), held('trade')]).toEqual([String(START.sub(moved)), String(moved)]);
    }
  }
}

const STEP = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('transfer' as const),
      who: fc.nat({ max: 1 }),
      whole: fc.nat({ max: 6 }),
      direction: fc.constantFrom<Direction>('in', 'in', 'out'),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'turn' as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'flush' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' as const }) },
);

test(
  'wherever the process dies, every transfer is made once or not at all, as it was answered',
  async () => {
    const answers = new Set<string | null>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(STEP, { minLength: 5, maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        async (steps, groupMax) => {
          const run = Run.start(groupMax);
          for (const step of steps) {
            switch (step.kind) {
              case 'transfer':
                run.transfer(step.who, step.whole, step.direction);
                break;
              case 'turn':
                run.turn();
                break;
              case 'flush':
                await flushed();
                break;
              case 'crash':
                await run.crash(groupMax);
            }
            run.check(false);
          }
          await run.end();
          for (const { answer } of run.asked) answers.add(answer);
        },
      ),
      { numRuns: RUNS },
    );
    // Every way a transfer can end was among them.
    expect(answers).toEqual(new Set(['ok', 'refused', null]));
  },
  TEST_MS,
);

test.each(['in', 'out'] as const)(
  'a transfer that goes %s is made once where the process dies after each step',
  async (direction) => {
    // Nothing, begun here, carried out there, finished.
    for (const [at, made] of [0, 1, 1, 1].entries()) {
      const run = Run.start(1);
      if (direction === 'out') {
        run.transfer(0, 5, 'in');
        await flushed();
        run.turn();
        await flushed();
      }
      run.transfer(0, 2, direction);
      if (at >= 1) await flushed();
      if (at >= 2) run.turn();
      if (at >= 3) await flushed();
      const before = run.asked.at(-1)?.answer;
      await run.crash(1);
      expect(run.timesMade()).toBe(made);
      expect(before).toBe(at === 3 ? 'ok' : null);
      await run.end();
    }
  },
);
