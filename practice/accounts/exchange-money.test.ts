import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { ALICE, form } from '../engine/world.testing.ts';
import type { AccountId, Outcome, Wallet } from '../ports.ts';
import { openDatabase } from './database.ts';
import { createLedger, type Part, WORLD } from './ledger.ts';
import { MIGRATIONS } from './migrations.ts';
import { Commits, flushed, TwoFiles } from './two-files.testing.ts';
import { ACCOUNT_FILE, person, type World } from './world.testing.ts';

const d = Decimal.parse;
const HOUSE = '@life-maker' as AccountId;

let files: TwoFiles;
let folder: string;
let commits: Commits;
let world: World;
beforeEach(async () => {
  files = new TwoFiles();
  folder = files.folder();
  commits = new Commits();
  world = files.open(folder, { defer: commits.defer });
  await world.accounts.settleTransfers();
});
afterEach(async () => {
  commits.release();
  await world.close();
  files.remove();
});

const codeOf = (outcome: Outcome<unknown>): string => (outcome.ok ? 'ok' : outcome.code);

function held(id: AccountId, wallet: Wallet, ticker = 'USDT'): string {
  const balance = world.accounts.balances(id, wallet).get(ticker);
  return `${balance?.available ?? 0} + ${balance?.freeze ?? 0}`;
}

/** Ann, with 100 USDT in main. */
async function ann(): Promise<AccountId> {
  const { id } = await person(world);
  world.accounts.faucet(id, 'USDT', d('100'));
  return id;
}

/** The process dies now; what it left is opened and settled. */
async function restart(): Promise<void> {
  const copy = files.copied(folder);
  commits.release();
  await world.close();
  folder = copy;
  commits = new Commits();
  world = files.open(folder, { defer: commits.defer });
  await world.accounts.settleTransfers();
}

function transfers(id: AccountId): readonly string[] {
  return world.accounts
    .walletEvents(id)
    .filter(({ kind }) => kind === 'transfer')
    .map(({ amount, address }) => `${amount} ${address}`);
}

describe('a transfer', () => {
  test('goes in and comes out again, and the engine holds what is in between', async () => {
    const id = await ann();
    expect(codeOf(await world.accounts.transfer(id, 'USDT', d('40'), 'main', 'trade'))).toBe('ok');
    expect([held(id, 'main'), held(id, 'trade')]).toEqual(['60 + 0', '40 + 0']);
    expect(world.exchange.query.balances(id)).toHaveLength(1);
    expect(codeOf(await world.accounts.transfer(id, 'USDT', d('15'), 'trade', 'main'))).toBe('ok');
    expect([held(id, 'main'), held(id, 'trade')]).toEqual(['75 + 0', '25 + 0']);
    expect(transfers(id)).toEqual(['15 trade to main', '40 main to trade']);
    expect(world.accounts.moneyFaults()).toEqual([]);
  });

  test('of more than there is moves nothing and says what there is, without what orders hold', async () => {
    const id = await ann();
    await world.accounts.transfer(id, 'USDT', d('40'), 'main', 'trade');
    await world.exchange.submit({
      kind: 'place',
      account: id,
      order: form('limit', 'buy', { price: '30000', amount: '0.001' }),
    });
    expect(held(id, 'trade')).toBe('10 + 30');
    const out = await world.accounts.transfer(id, 'USDT', d('10.5'), 'trade', 'main');
    expect(out).toMatchObject({
      code: 'not-enough-money',
      message: 'There are 10 USDT available, 10.5 are needed.',
    });
    const into = await world.accounts.transfer(id, 'USDT', d('61'), 'main', 'trade');
    expect(into).toMatchObject({ code: 'not-enough-money', message: 'There are 60 USDT available, 61 are needed.' });
    expect([held(id, 'main'), held(id, 'trade')]).toEqual(['60 + 0', '10 + 30']);
    await restart();
    expect([held(id, 'main'), held(id, 'trade')]).toEqual(['60 + 0', '10 + 30']);
    expect(world.accounts.moneyFaults()).toEqual([]);
  });

  test('of more places than the exchange counts is refused before anything moves', async () => {
    const id = await ann();
    const fine = await world.accounts.transfer(id, 'USDT', d('0.000000000000001'), 'main', 'trade');
    expect(fine).toMatchObject({ code: 'amount-too-fine', message: 'The amount may have at most 14 decimal places.' });
    expect(held(id, 'main')).toBe('100 + 0');
  });

  test('that finds the queue full is undone and may be tried again', async () => {
    await world.close();
    world = files.open(folder, { defer: commits.defer, queueMax: 1 });
    const id = await ann();
    commits.isHeld = true;
    const first = world.exchange.submit({ kind: 'tick' });
    expect(codeOf(await world.accounts.transfer(id, 'USDT', d('40'), 'main', 'trade'))).toBe('busy');
    commits.release();
    await first;
    expect([held(id, 'main'), held(id, 'trade')]).toEqual(['100 + 0', '0 + 0']);
    expect(codeOf(await world.accounts.transfer(id, 'USDT', d('40'), 'main', 'trade'))).toBe('ok');
    expect(transfers(id)).toEqual(['40 main to trade']);
    expect(world.accounts.moneyFaults()).toEqual([]);
  });

  test.each([
    ['in', 'main', 'trade', '70 + 0', '30 + 0'],
    ['out', 'trade', 'main', '100 + 0', '0 + 0'],
  ] as const)('%s whose commit fails is neither a yes nor a no, and the next start makes it', async (...row) => {
    const [direction, from, to, main, trade] = row;
    const faults: unknown[] = [];
    await world.close();
    world = files.open(folder, { defer: commits.defer, onFault: ({ error }) => faults.push(error) });
    const id = await ann();
    if (direction === 'out') await world.accounts.transfer(id, 'USDT', d('30'), 'main', 'trade');
    commits.isHeld = true;
    const answer = world.accounts.transfer(id, 'USDT', d('30'), from, to);
    await flushed();
    world.clock.nowMs = () => {
      throw new Error('The disk is gone');
    };
    commits.turn();
    expect(codeOf(await answer)).toBe('outcome-unknown');
    expect(faults).toHaveLength(1);
    await restart();
    expect([held(id, 'main'), held(id, 'trade')]).toEqual([main, trade]);
    expect(transfers(id)[0]).toBe(`30 ${from} to ${to}`);
    expect(world.accounts.moneyFaults()).toEqual([]);
  });
});

test('ids are remembered only as long as they may be asked for again', async () => {
  const id = await ann();
  for (let round = 0; round < 20; round += 1) {
    await world.accounts.transfer(id, 'USDT', d('1'), 'main', 'trade');
    expect(world.exchange.transfers.ids().length).toBeLessThanOrEqual(2);
  }
  await restart();
  await world.exchange.submit({ kind: 'tick' });
  expect(world.exchange.transfers.ids()).toEqual([]);
});

test('transfers of one account at the same time wait for each other', async () => {
  const id = await ann();
  const outcomes = await Promise.all([
    world.accounts.transfer(id, 'USDT', d('60'), 'main', 'trade'),
    world.accounts.transfer(id, 'USDT', d('60'), 'main', 'trade'),
    world.accounts.transfer(id, 'USDT', d('50'), 'trade', 'main'),
    world.accounts.transfer(id, 'USDT', d('60'), 'main', 'trade'),
  ]);
  expect(outcomes.map(codeOf)).toEqual(['ok', 'not-enough-money', 'ok', 'ok']);
  expect([held(id, 'main'), held(id, 'trade')]).toEqual(['30 + 0', '70 + 0']);
});

describe('a trade balance that is set', () => {
  const set = (id: AccountId, available: string, freeze = '0') =>
    world.accounts.wallets.setBalance(id, 'trade', 'USDT', d(available), d(freeze));

  test('comes from the world or goes there, and what is frozen stands on top of what orders hold', async () => {
    const id = await ann();
    expect(codeOf(await set(id, '50', '2'))).toBe('ok');
    await world.exchange.submit({
      kind: 'place',
      account: id,
      order: form('limit', 'buy', { price: '30000', amount: '0.001' }),
    });
    expect(held(id, 'trade')).toBe('20 + 32');
    expect(codeOf(await set(id, '5', '1'))).toBe('ok');
    expect(held(id, 'trade')).toBe('5 + 31');
    await restart();
    expect(held(id, 'trade')).toBe('5 + 31');
    expect(held(id, 'main')).toBe('100 + 0');
    expect(transfers(id)).toEqual([]);
    expect(world.accounts.moneyFaults()).toEqual([]);
  });

  test('is refused where the money is traded away meanwhile, with a cure', async () => {
    const id = await ann();
    await set(id, '50');
    commits.isHeld = true;
    const order = form('limit', 'buy', { price: '30000', amount: '0.001' });
    const placed = world.exchange.submit({ kind: 'place', account: id, order });
    const answer = set(id, '1');
    await flushed();
    commits.release();
    await placed;
    expect(await answer).toMatchObject({ code: 'balance-moved', message: expect.stringMatching(/Cancel its orders/) });
    expect(held(id, 'trade')).toBe('20 + 30');
    expect(world.accounts.moneyFaults()).toEqual([]);
  });

  test.each([
    ['below zero', '-1', '0', 'amount-negative'],
    ['frozen below zero', '1', '-1', 'amount-negative'],
    ['too fine to count', '0.000000000000001', '0', 'amount-too-fine'],
  ])('%s is refused', async (_name, available, freeze, code) => {
    const id = await ann();
    expect(codeOf(await set(id, available, freeze))).toBe(code);
    expect(held(id, 'trade')).toBe('0 + 0');
  });
});

test('house accounts are funded out of the world, and listeners are left in peace', async () => {
  const heard: unknown[] = [];
  world.accounts.onBalance((id) => heard.push(id));
  expect(codeOf(await world.accounts.fundHouse(HOUSE, 'BTC', d('5')))).toBe('ok');
  expect(held(HOUSE, 'trade', 'BTC')).toBe('5 + 0');
  expect(world.accounts.ledger.balance(WORLD, 'outside', 'BTC').available.toString()).toBe('-5');
  expect(world.accounts.moneyFaults()).toEqual([]);
  expect(heard).toEqual([]);
});

describe('the check of both files', () => {
  test('finds money that was given past the ledger', async () => {
    await world.exchange.submit({ kind: 'credit', account: ALICE, ticker: 'USDT', amount: d('1.5') });
    expect(world.accounts.moneyFaults()).toEqual([
      'USDT: the ledger handed 0 to the exchange, which holds 1.5 (fees included), with 0 on the way; off by -1.5',
    ]);
  });

  test.each(['in', 'out'] as const)('holds in the middle of a transfer that goes %s', async (direction) => {
    const id = await ann();
    await world.accounts.transfer(id, 'USDT', d('40'), 'main', 'trade');
    commits.isHeld = true;
    const [from, to] = direction === 'in' ? (['main', 'trade'] as const) : (['trade', 'main'] as const);
    const answer = world.accounts.transfer(id, 'USDT', d('7'), from, to);
    await flushed();
    expect(world.accounts.moneyFaults()).toEqual([]);
    commits.turn();
    expect(world.accounts.moneyFaults()).toEqual([]);
    commits.release();
    expect(codeOf(await answer)).toBe('ok');
    expect(world.accounts.moneyFaults()).toEqual([]);
  });
});

describe('a file of the release before the exchange', () => {
  const BALANCES: readonly (readonly [holder: string, ticker: string, available: string, freeze: string])[] = [
    ['ann', 'USDT', '9812.1', '3'],
    ['ann', 'BTC', '0.2500000000001', '0'],
    ['bob', 'USDT', '0', '7'],
    ['bob', 'GONE', '5', '0'],
    ['carol', 'USDT', '0', '0'],
  ];

  beforeEach(async () => {
    await world.close();
    folder = files.folder();
    const database = openDatabase(`${folder}/${ACCOUNT_FILE}`, MIGRATIONS.slice(0, 1), 'full');
    const ledger = createLedger(database);
    for (const [holder, ticker, available, freeze] of BALANCES)
      for (const [part, amount] of [
        ['available', d(available)],
        ['freeze', d(freeze)],
      ] as const satisfies readonly (readonly [Part, Decimal])[])
        ledger.post('adjust', 0, [
          { holder, wallet: 'trade', part, ticker, amount },
          { holder: WORLD, wallet: 'outside', part: 'available', ticker, amount: amount.neg() },
        ]);
    database.close();
  });

  const people = ['ann', 'bob', 'carol'] as AccountId[];
  const all = () => people.map((id) => [held(id, 'trade'), held(id, 'trade', 'BTC'), held(id, 'main', 'BTC')]);
  const MOVED = [
    ['9815.1 + 0', '0.25 + 0', '0.0000000000001 + 0'],
    ['7 + 0', '0 + 0', '0 + 0'],
    ['0 + 0', '0 + 0', '0 + 0'],
  ];

  function expectMoved(): void {
    expect(all()).toEqual(MOVED);
    expect(held('bob' as AccountId, 'main', 'GONE')).toBe('5 + 0');
    expect(world.accounts.moneyFaults()).toEqual([]);
  }

  test('brings its trade wallets over once, and what cannot be counted there to main', async () => {
    world = files.open(folder, { defer: commits.defer });
    await world.accounts.settleTransfers();
    expectMoved();
    await restart();
    expectMoved();
    await world.accounts.wallets.setBalance('ann' as AccountId, 'trade', 'USDT', d('1'), d('4'));
    await restart();
    expect(held('ann' as AccountId, 'trade')).toBe('1 + 4');
  });

  test.each([0, 1, 2, 3])('brings them over once where the start is killed after %i commits', async (turns) => {
    world = files.open(folder, { defer: commits.defer });
    commits.isHeld = true;
    const settled = world.accounts.settleTransfers().catch(() => undefined);
    for (let turn = 0; turn < turns; turn += 1) {
      if (turn > 0) await flushed();
      commits.turn();
    }
    const copy = files.copied(folder);
    commits.release();
    await settled;
    await world.close();
    folder = copy;
    world = files.open(folder, { defer: commits.defer });
    await world.accounts.settleTransfers();
    expectMoved();
  });
});
