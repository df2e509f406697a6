import { describe, expect, test } from 'vitest';
import {
  attemptOf,
  connectionOf,
  custodyStatus,
  fakeDesk,
  ID,
  NOW_MS,
  refusedFor,
} from './commands/fake-desk.testing.ts';

const worth = (value: string | null) => ({ value, currency: 'USDT', reason: value === null ? 'no price' : '' });
const balance = (asset: string, free: string, value: string | null) => ({
  connection: ID,
  wallet: 'trade',
  asset,
  free,
  locked: '0',
  worth: worth(value),
  price: null,
  priceAtMs: null,
});

describe('wrong usage ends with 2 and repeats no value', () => {
  test.each([
    [['nonsense']],
    [['exchanges']],
    [['exchanges', 'add', 'mtgox']],
    [['exchanges', 'add', 'whitebit', 'the-key', 'the-secret']],
    [['exchanges', 'add', 'whitebit', '--secret=the-secret']],
    [['exchanges', 'add', 'whitebit', '--confirm', 'everything']],
    [['exchanges', 'check']],
    [['exchanges', 'remove', 'Main account']],
    [['audit', '--limit', '0']],
    [['audit', '--limit', '1e9']],
    [['backup']],
  ])('%j', async (args) => {
    const desk = fakeDesk({ desk: { 'connections.list': [connectionOf()] } });
    expect(await desk.run(...args)).toBe(2);
    expect(desk.err()).not.toBe('');
    expect(desk.err()).not.toContain('the-secret');
    expect(desk.out()).toBe('');
  });
});

test('help and version end with 0 on standard output', async () => {
  for (const args of [['--help'], ['help', 'exchanges'], ['exchanges', 'add', '--help'], ['--version']]) {
    const desk = fakeDesk();
    expect(await desk.run(...args)).toBe(0);
    expect(desk.out()).not.toBe('');
    expect(desk.err()).toBe('');
  }
});

test('every command has a description, and no option asks for a secret', async () => {
  const desk = fakeDesk();
  for (const group of [[], ['exchanges'], ['custody'], ['audit'], ['order'], ['policy']])
    await desk.run(...group, '--help');
  const listed = desk
    .out()
    .split('\n')
    .filter((line) => /^ {2}[a-z]/.test(line));
  expect(listed.length).toBeGreaterThan(20);
  for (const line of listed) expect(line).toMatch(/^ {2}\S.* {2,}\S/);
  expect(desk.out()).not.toMatch(/--(secret|key|passphrase|password)\b/);
});

test('without a desk everything ends with 3 and says how to start one', async () => {
  for (const args of [
    ['exchanges', 'list'],
    ['balances'],
    ['overview'],
    ['audit'],
    ['setup-code'],
    ['orders'],
    ['watch'],
    ['markets'],
  ]) {
    const desk = fakeDesk({ desk: null });
    expect(await desk.run(...args)).toBe(3);
    expect(desk.err()).toContain('npm start');
    const script = fakeDesk({ desk: null });
    expect(await script.run(...args, '--json')).toBe(3);
    expect(JSON.parse(script.err())).toMatchObject({ error: { code: 'no_desk' } });
  }
});

test('an unforeseen error is told by its kind alone', async () => {
  const desk = fakeDesk({
    desk: {
      'connections.list': () => {
        throw new TypeError('cannot read the-secret');
      },
    },
  });
  expect(await desk.run('exchanges', 'list')).toBe(1);
  expect(desk.err()).toContain('TypeError');
  expect(desk.err()).not.toContain('the-secret');
});

describe('exchanges', () => {
  test('list shows status, balance and trouble; a hostile name cannot steer the terminal', async () => {
    const trouble = refusedFor('key-off', 'open-key-page').trouble;
    const desk = fakeDesk({
      desk: {
        'connections.list': [
          connectionOf({ label: 'A\u001b[2J', practice: true }),
          connectionOf({
            label: 'B',
            statusText: 'Needs attention',
            trouble,
            tradingBalance: { value: null, currency: 'USDT', reason: 'never read' },
            balancesAtMs: null,
          }),
        ],
      },
    });
    expect(await desk.run('exchanges', 'list')).toBe(0);
    const [, first, second, , told] = desk.out().split('\n');
    expect(first).toMatch(/^A\?\[2J +WhiteBIT \(practice\) +Connected +9 812.10 +USDT +2 s ago/);
    expect(second).toMatch(/^B +WhiteBIT +Needs attention +unknown +never/);
    expect(told).toBe('B: Title of key-off. The cure.');
    expect(desk.out()).not.toContain('\u001b');
  });

  test('list --json has the documented shape', async () => {
    const desk = fakeDesk({ desk: { 'connections.list': [connectionOf()] } });
    await desk.run('exchanges', 'list', '--json');
    const [exchange] = (JSON.parse(desk.out()) as { exchanges: Record<string, unknown>[] }).exchanges;
    expect(Object.keys(exchange ?? {})).toEqual(
      'id name exchange exchangeName practice purpose keyHint status statusText tradingBalance tradingInOrders total wallets rights rightsSource endsInDays keyAddedAtMs checkedAtMs balancesAtMs trouble'.split(
        ' ',
      ),
    );
    expect(exchange).toMatchObject({ name: 'Main account', exchange: 'whitebit', tradingBalance: worth('9812.1') });
  });

  test('check ends with 1 where something is wrong', async () => {
    const well = fakeDesk({
      desk: { 'connections.list': [connectionOf()], 'connections.check': attemptOf({ kind: 'check' }) },
    });
    expect(await well.run('exchanges', 'check', ID)).toBe(0);
    const ill = fakeDesk({
      desk: { 'connections.list': [connectionOf()], 'connections.check': refusedFor('key-off', 'open-key-page') },
    });
    expect(await ill.run('exchanges', 'check', 'main account')).toBe(1);
    expect(ill.err()).toContain('Title of key-off.');
  });

  test('remove asks, and does nothing without a yes', async () => {
    const desk = fakeDesk({ tty: true, desk: { 'connections.list': [connectionOf()], 'connections.remove': {} } });
    const ran = desk.run('exchanges', 'remove', 'Main account');
    await expect.poll(() => desk.err()).toContain('[y/N]');
    desk.input.write('\n');
    expect(await ran).toBe(0);
    expect(desk.asked.map(({ name }) => name)).not.toContain('connections.remove');
    expect(await desk.run('exchanges', 'remove', 'Main account', '--yes')).toBe(0);
    expect(desk.asked.at(-1)).toEqual({ name: 'connections.remove', parts: { params: { id: ID } } });
  });

  test('a name that two have is not guessed', async () => {
    const other = connectionOf({ id: 'b'.repeat(26) });
    const desk = fakeDesk({ desk: { 'connections.list': [connectionOf(), other], 'connections.check': attemptOf() } });
    expect(await desk.run('exchanges', 'check', 'main account')).toBe(1);
    expect(desk.err()).toContain(other.id);
    expect(await desk.run('exchanges', 'check', other.id)).toBe(0);
    expect(await desk.run('exchanges', 'check', 'other')).toBe(1);
  });
});

describe('balances', () => {
  const desk = (over = {}) =>
    fakeDesk({
      desk: {
        'connections.list': [connectionOf(over)],
        'balances.list': [balance('BTC', '0.25000000000000000001', '24393.045'), balance('ODD', '1000000', null)],
      },
    });

  test('show every digit, and say what the total lacks', async () => {
    const shown = desk();
    expect(await shown.run('balances')).toBe(0);
    expect(shown.out()).toContain('0.25000000000000000001');
    expect(shown.out()).toMatch(/ODD .*unknown/);
    expect(shown.out()).toContain('Together 24 393.04 USDT, without 1 holding of unknown price');
  });

  test('say which wallet is closed and which balances are old', async () => {
    const shown = desk({
      balancesAtMs: NOW_MS - 600_000,
      statusText: 'Not answering',
      wallets: [{ wallet: 'main', readable: false, worth: worth(null) }],
    });
    await shown.run('balances');
    expect(shown.out()).toContain('Main account: its key may not read the main wallet.');
    expect(shown.out()).toContain('Main account: balances were read 10 min ago (Not answering).');
  });

  test('give scripts exact text, filtered', async () => {
    const shown = desk();
    await shown.run('balances', '--currency', 'btc', '--exchange', 'Main account', '--json');
    expect(JSON.parse(shown.out())).toEqual({
      balances: [
        {
          exchange: ID,
          wallet: 'trade',
          currency: 'BTC',
          free: '0.25000000000000000001',
          locked: '0',
          worth: worth('24393.045'),
          price: null,
          priceAtMs: null,
        },
      ],
      exchanges: [
        { id: ID, name: 'Main account', status: 'connected', balancesAtMs: NOW_MS - 2_000, unreadableWallets: [] },
      ],
    });
    expect(shown.asked.find(({ name }) => name === 'balances.list')?.parts).toEqual({ query: { connection: ID } });
  });
});

describe('custody and audit', () => {
  test('custody shows what is in force, and ends with 1 where it is halted', async () => {
    const well = fakeDesk();
    expect(await well.run('custody')).toBe(0);
    expect(well.out()).toContain('the key file /keys/unlock.key');
    const halted = fakeDesk({ custody: { status: custodyStatus({ state: 'halted', reason: 'entry 8 is bad' }) } });
    expect(await halted.run('custody')).toBe(1);
    expect(halted.out()).toContain('entry 8 is bad');
  });

  test('unlock seals the passphrase and tells the desk', async () => {
    const locked = custodyStatus({ state: 'locked', unlockMode: 'passphrase', keyFile: null });
    const desk = fakeDesk({ custody: { status: locked, unlock: custodyStatus() } });
    desk.input.end('correct horse battery\n');
    expect(await desk.run('custody', 'unlock')).toBe(0);
    expect(JSON.stringify(desk.asked)).not.toContain('horse');
    expect(desk.asked.map(({ name }) => name)).toEqual(['status', 'unlock', 'custody-changed']);
  });

  test('verify names the first bad entry', async () => {
    const bad = { ok: false, entries: 900, firstBadSeq: 812, reason: 'its hash differs' };
    const desk = fakeDesk({ custody: { 'audit-verify': bad } });
    expect(await desk.run('audit', 'verify', '--json')).toBe(1);
    expect(JSON.parse(desk.out())).toEqual({
      ok: false,
      entries: 900,
      head: null,
      firstBadSeq: 812,
      reason: 'its hash differs',
    });
    expect(desk.err()).toContain('entry 812');
  });

  test('export prints every entry once, oldest first, whatever the order of the pages', async () => {
    const total = 450;
    const page = ({ before, limit }: Record<string, unknown>) =>
      Array.from({ length: Number(limit) }, (_, index) => ({ seq: Number(before) - 1 - index }));
    const desk = fakeDesk({ custody: { status: custodyStatus({ auditHead: { seq: total, hash: '' } }), audit: page } });
    expect(await desk.run('audit', 'export')).toBe(0);
    const seqs = desk
      .out()
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { seq: number }).seq);
    expect(seqs).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  });
});

test('commands that were suggested found no desk, because it was named with --data', async () => {
  const none = { desk: { 'connections.list': [] } };
  const desk = fakeDesk(none);
  expect(await desk.run('--data', '/srv/my desk', 'exchanges', 'list')).toBe(0);
  expect(desk.out()).toContain("`gapless exchanges add whitebit --data '/srv/my desk'`");
  const refused = fakeDesk(none);
  await refused.run('order', 'cancel', '--json', '--data', '/srv/my desk');
  expect(JSON.parse(refused.err()).error.cure).toContain("`gapless orders --data '/srv/my desk'`");
  for (const args of [[], ['--data', '/home/alex/.local/share/gapless']]) {
    const usual = fakeDesk(none);
    await usual.run('exchanges', 'list', ...args);
    expect(usual.out()).toContain('`gapless exchanges add whitebit`');
  }
});
