import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Right } from '../../venues/venue.ts';
import { newConnection, newOwner, TestDesk } from '../desk.testing.ts';
import { CHECK_STEPS, type ProblemCode, type StepReport } from '../protocol.ts';
import { SAFE_RIGHTS, type StubKey } from '../stub-exchange.testing.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await TestDesk.start();
});
afterAll(() => desk.close());

const hex = (digit: string) => digit.repeat(32);
const without = (...rights: Right[]) => new Set(SAFE_RIGHTS.filter((right) => !rights.includes(right)));
const plus = (...rights: Right[]) => new Set<Right>([...SAFE_RIGHTS, ...rights]);

describe('a good key', () => {
  test('is checked in ten steps, in order, and stored', async () => {
    const steps: StepReport[] = [];
    const key = desk.exchange.addKey();
    const outcome = await desk.run('connect', desk.connectArgs(key), (step) => steps.push(step));
    expect(outcome).toMatchObject({
      outcome: 'stored',
      key: { version: 1, keyHint: `${key.key.slice(0, 4)}…${key.key.slice(-4)}` },
    });
    expect(outcome.report.problem).toBeNull();
    expect(steps.filter((step) => step.state === 'passed').map((step) => step.step)).toEqual(CHECK_STEPS);
    expect(outcome.report.rights).toMatchObject({ trade: 'on', withdraw: 'off', transfer: 'off', codes: 'off' });
    expect(outcome.report.balances).toContainEqual({ wallet: 'trade', asset: 'USDT', free: '9812.1', locked: '0' });
  });

  test('works for balances and history after a restart', async () => {
    const connection = await desk.connected(desk.exchange.addKey());
    desk.reopen();
    const about = { connection, owner: desk.owner };
    expect(await desk.run('balances', about)).toMatchObject({ balances: [{ asset: 'USDT' }, { asset: 'BTC' }] });
    expect(await desk.run('history', about)).toMatchObject({ walletReadable: true, tradesReadable: true });
  });

  test('is trimmed of the white space that pasting brings', async () => {
    const { key, secret } = desk.exchange.addKey();
    const sealed = desk.sealed(`  ${key}\n`, `\t${secret}\r\n`);
    expect(await desk.run('connect', desk.connectArgs({ key, secret }, { sealed }))).toMatchObject({
      outcome: 'stored',
    });
  });
});

type Wrong = {
  readonly problem: ProblemCode;
  readonly failed: string | null;
  readonly key: () => Pick<StubKey, 'key' | 'secret'>;
};

const WRONG: readonly Wrong[] = [
  { problem: 'malformed-key', failed: null, key: () => ({ key: 'API key: 12', secret: hex('a') }) },
  { problem: 'malformed-key', failed: null, key: () => ({ key: hex('a'), secret: hex('a') }) },
  { problem: 'key-or-secret', failed: 'key-known', key: () => ({ key: hex('b'), secret: hex('c') }) },
  {
    problem: 'swapped',
    failed: 'key-known',
    key: () => {
      const { key, secret } = desk.exchange.addKey();
      return { key: secret, secret: key };
    },
  },
  { problem: 'key-off', failed: 'ip-allowed', key: () => desk.exchange.addKey({ active: false }) },
  { problem: 'can-withdraw', failed: 'cannot-withdraw', key: () => desk.exchange.addKey({ rights: plus('withdraw') }) },
  { problem: 'can-withdraw', failed: 'cannot-withdraw', key: () => desk.exchange.addKey({ rights: plus('transfer') }) },
  { problem: 'can-withdraw', failed: 'cannot-withdraw', key: () => desk.exchange.addKey({ rights: plus('codes') }) },
  { problem: 'cannot-trade', failed: 'may-trade', key: () => desk.exchange.addKey({ rights: without('trade') }) },
  {
    problem: 'right-missing-read',
    failed: 'balance-read',
    key: () => desk.exchange.addKey({ rights: without('read-trade') }),
  },
  {
    problem: 'right-missing-wallet',
    failed: 'balance-read',
    key: () => desk.exchange.addKey({ rights: without('read-wallet') }),
  },
];

describe('a key with something wrong is refused and nothing is stored', () => {
  test.each(WRONG)('$problem at $failed', async ({ problem, failed, key }) => {
    const args = desk.connectArgs(key());
    const outcome = await desk.run('connect', args);
    expect(outcome.outcome).toBe('refused');
    expect(outcome.report.problem?.code).toBe(problem);
    const states = new Map(outcome.report.steps.map(({ step, state }) => [step as string, state]));
    if (failed !== null) expect(states.get(failed)).toBe('failed');
    expect([...states.values()]).not.toContain('waiting');
    expect([...states.values()]).not.toContain('running');
    expect((await desk.run('keys', {})).map((one) => one.connection)).not.toContain(args.connection);
  });

  test('deposit alone is a warning, not a refusal', async () => {
    const outcome = await desk.run('connect', desk.connectArgs(desk.exchange.addKey({ rights: plus('deposit') })));
    expect(outcome.outcome).toBe('stored');
    expect(outcome.report.steps.find((one) => one.step === 'cannot-withdraw')).toMatchObject({ state: 'warning' });
  });

  test('a key that cannot trade is taken for watching', async () => {
    const key = desk.exchange.addKey({ rights: without('trade') });
    expect(await desk.run('connect', desk.connectArgs(key, { purpose: 'watch' }))).toMatchObject({ outcome: 'stored' });
  });

  test('rights that the exchange does not tell need the word of the owner', async () => {
    const gateway = { status: 403, body: '<html>forbidden</html>' };
    desk.exchange.overrides.set('/api/v4/main-account/codes', gateway);
    const key = desk.exchange.addKey();
    const first = await desk.run('connect', desk.connectArgs(key));
    const confirmed = ['cannot-withdraw'] as const;
    const second = await desk.run('connect', desk.connectArgs(key, { confirmed }));
    desk.exchange.overrides.clear();
    expect(first.report.problem).toMatchObject({ code: 'rights-unknown', rights: ['codes'] });
    expect(second).toMatchObject({ outcome: 'stored', report: { rightsSource: 'user-confirmed' } });
  });

  test('confirming does not help a key that can withdraw', async () => {
    const key = desk.exchange.addKey({ rights: plus('withdraw') });
    const args = desk.connectArgs(key, { confirmed: ['cannot-withdraw', 'same-account'] });
    expect((await desk.run('connect', args)).report.problem?.code).toBe('can-withdraw');
  });

  test.each([
    ['down', { status: 503, body: '<html>maintenance</html>' }],
    ['rate-limited', { status: 429, body: '<html>slow down</html>' }],
    ['not-understood', { status: 200, body: '"what"' }],
  ] as const)('an exchange that is %s leaves the key unjudged', async (problem, outage) => {
    const fresh = await TestDesk.start();
    fresh.exchange.outage = outage;
    const outcome = await fresh.run('connect', fresh.connectArgs(fresh.exchange.addKey()));
    await fresh.close();
    expect(outcome.report.problem).toMatchObject({ code: problem, fault: { status: outage.status } });
    expect(outcome.report.steps[0]).toMatchObject({ step: 'reachable', state: 'failed' });
  });
});

describe('sealing binds a key to its use', () => {
  test('sealed for another owner it does not open', async () => {
    const { key, secret } = desk.exchange.addKey();
    const sealed = desk.sealed(key, secret, newOwner());
    const outcome = await desk.run('connect', desk.connectArgs({ key, secret }, { sealed }));
    expect(outcome.report.problem?.code).toBe('sealed-unreadable');
  });

  test('a recorded message does not bring a removed key back', async () => {
    const args = desk.connectArgs(desk.exchange.addKey());
    expect((await desk.run('connect', args)).outcome).toBe('stored');
    await desk.run('drop', args);
    const again = await desk.run('connect', { ...args, connection: newConnection() });
    expect(again.report.problem?.code).toBe('sealed-unreadable');
  });
});

describe('the same key or account twice', () => {
  test('is told to its owner, with the other connection', async () => {
    const key = desk.exchange.addKey();
    const connection = await desk.connected(key);
    const again = await desk.run('connect', desk.connectArgs(key));
    expect(again.report.problem).toMatchObject({ code: 'already-connected', connection });
  });

  test('is seen by the account behind another key', async () => {
    const connection = await desk.connected(desk.exchange.addKey({ deposits: ['d-1', 'd-2'] }));
    const again = await desk.run('connect', desk.connectArgs(desk.exchange.addKey({ deposits: ['d-2', 'd-3'] })));
    expect(again.report.problem).toMatchObject({ code: 'already-connected', connection });
  });

  test('is not told to another owner', async () => {
    const key = desk.exchange.addKey();
    await desk.connected(key);
    expect((await desk.run('connect', desk.connectArgs(key, { owner: newOwner() }))).outcome).toBe('stored');
  });

  test('two at once: one is stored', async () => {
    const key = desk.exchange.addKey();
    const outcomes = await Promise.all([1, 2, 3].map(() => desk.run('connect', desk.connectArgs(key))));
    expect(outcomes.filter((one) => one.outcome === 'stored')).toHaveLength(1);
  });

  test('an id that is taken is a conflict', async () => {
    const connection = await desk.connected(desk.exchange.addKey());
    const args = desk.connectArgs(desk.exchange.addKey(), { connection });
    await expect(desk.run('connect', args)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});
