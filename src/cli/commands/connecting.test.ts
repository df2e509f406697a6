import { describe, expect, test } from 'vitest';
import {
  attemptOf,
  connectionOf,
  custodyStatus,
  type FakeDesk,
  fakeDesk,
  ID,
  refusedFor,
} from './fake-desk.testing.ts';

const KEY = '70bd11112222333344445555666664d6';
const SECRET = 'feedface0123456789abcdef01234567';
const TWO_LINES = `${KEY}\n${SECRET}\n`;

type Connect = { body: { venue: string; purpose: string; label: string; confirmed: string[]; sealed: { ct: string } } };
const connects = (desk: FakeDesk) =>
  desk.asked.filter(({ name }) => name === 'connections.connect').map(({ parts }) => (parts as Connect).body);

async function press(desk: FakeDesk, question: string, keys: string): Promise<void> {
  await expect.poll(() => desk.err()).toContain(question);
  desk.input.write(keys);
}

/** What custody would say to each attempt in turn. */
function turns(...attempts: unknown[]): () => unknown {
  let turn = 0;
  return () => attempts[turn++];
}

describe('exchanges add', () => {
  test('seals, sends what was meant, and prints the result alone on standard output', async () => {
    const desk = fakeDesk({ desk: { 'connections.connect': attemptOf() } });
    desk.input.end(TWO_LINES);
    expect(await desk.run('exchanges', 'add', 'whitebit', '--name', 'Main account')).toBe(0);
    expect(connects(desk)).toMatchObject([
      { venue: 'whitebit', purpose: 'trade', label: 'Main account', confirmed: [] },
    ]);
    expect(desk.out()).toContain('9 812.10 USDT');
    expect(desk.err()).toContain(custodyStatus().fingerprint);
    expect(desk.err()).toMatch(/ok +Reachable +0.02 s/);
    const everything = JSON.stringify(desk.asked) + desk.out() + desk.err();
    for (const secret of [KEY, SECRET]) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret).toString('base64url'));
    }
  });

  test('stops before any key is asked for when the desk shows another fingerprint than custody', async () => {
    const desk = fakeDesk({ desk: { 'custody.read': { sealingKey: 'AAAA', fingerprint: '0000 1111' } } });
    desk.input.end(TWO_LINES);
    expect(await desk.run('exchanges', 'add', 'whitebit')).toBe(1);
    expect(desk.err()).toContain('0000 1111');
    expect(desk.err()).toContain('Do not enter keys on the page.');
    expect(connects(desk)).toEqual([]);
  });

  test('shows each step once, in order, as it lands', async () => {
    const step = (name: string, state: string) => ({ step: name, state, detail: '', tookMs: 1 });
    const desk = fakeDesk({
      desk: {
        'connections.connect': attemptOf({ state: 'running', steps: [], result: null }),
        'attempts.read': turns(
          attemptOf({
            state: 'running',
            result: null,
            steps: [step('reachable', 'passed'), step('clock', 'running')] as never,
          }),
          attemptOf({
            state: 'running',
            result: null,
            steps: [step('reachable', 'passed'), step('clock', 'warning')] as never,
          }),
          attemptOf({
            steps: [step('reachable', 'passed'), step('clock', 'warning'), step('key-known', 'passed')] as never,
          }),
        ),
      },
    });
    desk.input.end(TWO_LINES);
    expect(await desk.run('exchanges', 'add', 'whitebit')).toBe(0);
    const told = desk
      .err()
      .split('\n')
      .filter((line) => line.startsWith('  '));
    expect(told.slice(1).map((line) => line.trim().replace(/ +/g, ' '))).toEqual([
      'ok Reachable',
      'note Clock',
      'ok Key known',
    ]);
  });

  test('names the trouble, its cure, and the option that answers it', async () => {
    const desk = fakeDesk({ desk: { 'connections.connect': refusedFor('rights-unknown', 'confirm-cannot-withdraw') } });
    desk.input.end(TWO_LINES);
    expect(await desk.run('exchanges', 'add', 'whitebit')).toBe(1);
    expect(desk.err()).toContain('Title of rights-unknown. The cause.\nThe cure.');
    expect(desk.err()).toContain('--confirm cannot-withdraw');
    expect(desk.out()).toBe('');
  });

  test('passes on what was confirmed beforehand', async () => {
    const desk = fakeDesk({ desk: { 'connections.connect': attemptOf() } });
    desk.input.end(TWO_LINES);
    const args = ['--watch', '--confirm', 'cannot-withdraw', '--confirm', 'same-account'];
    expect(await desk.run('exchanges', 'add', 'whitebit', ...args)).toBe(0);
    expect(connects(desk)).toMatchObject([{ purpose: 'watch', confirmed: ['cannot-withdraw', 'same-account'] }]);
  });

  test.each([
    ['confirm-cannot-withdraw', { confirmed: ['cannot-withdraw'] }],
    ['confirm-same-account', { confirmed: ['same-account'] }],
    ['use-watch-only', { purpose: 'watch', confirmed: [] }],
    ['swap', { purpose: 'trade', confirmed: [] }],
  ])('asks a person about %s and goes on with the same key', async (action, second) => {
    const desk = fakeDesk({
      tty: true,
      desk: { 'connections.connect': turns(refusedFor('some', action), attemptOf()) },
    });
    const ran = desk.run('exchanges', 'add', 'whitebit');
    await press(desk, 'API key: ', `${KEY}\r`);
    await press(desk, 'Secret key: ', `${SECRET}\r`);
    await press(desk, '[y/N] ', 'y\n');
    expect(await ran).toBe(0);
    const [first, next] = connects(desk);
    expect(next).toMatchObject(second);
    expect(next?.sealed.ct).not.toBe(first?.sealed.ct);
    expect(desk.err()).not.toContain(SECRET);
  });

  test('leaves it refused where the person says no', async () => {
    const desk = fakeDesk({ tty: true, desk: { 'connections.connect': refusedFor('some', 'confirm-same-account') } });
    const ran = desk.run('exchanges', 'add', 'whitebit');
    await press(desk, 'API key: ', `${KEY}\r${SECRET}\r`);
    await press(desk, '[y/N] ', 'n\n');
    expect(await ran).toBe(1);
    expect(connects(desk)).toHaveLength(1);
  });

  test('never asks about a key that can withdraw', async () => {
    const desk = fakeDesk({ tty: true, desk: { 'connections.connect': refusedFor('can-withdraw', 'check-again') } });
    const ran = desk.run('exchanges', 'add', 'whitebit');
    await press(desk, 'API key: ', `${KEY}\r${SECRET}\r`);
    expect(await ran).toBe(1);
    expect(desk.err()).not.toContain('[y/N]');
  });

  test('gives a script one object, refused or not, and the error beside it', async () => {
    const desk = fakeDesk({
      desk: { 'connections.connect': refusedFor('can-withdraw', 'check-again', { rights: ['withdraw'] }) },
    });
    desk.input.end(TWO_LINES);
    expect(await desk.run('exchanges', 'add', 'whitebit', '--json')).toBe(1);
    expect(JSON.parse(desk.out())).toEqual({
      outcome: 'refused',
      steps: [{ step: 'reachable', state: 'passed', detail: '0.02 s', tookMs: 20 }],
      exchange: null,
      trouble: {
        code: 'can-withdraw',
        title: 'Title of can-withdraw.',
        cause: 'The cause.',
        cure: 'The cure.',
        rights: ['withdraw'],
        connection: null,
      },
    });
    expect(JSON.parse(desk.err())).toEqual({
      error: { code: 'can-withdraw', cause: 'Title of can-withdraw. The cause.', cure: 'The cure.' },
    });
  });

  test('takes the next free name', async () => {
    const desk = fakeDesk({
      desk: { 'connections.list': [connectionOf({ label: 'whitebit' })], 'connections.connect': attemptOf() },
    });
    desk.input.end(TWO_LINES);
    await desk.run('exchanges', 'add', 'whitebit');
    expect(connects(desk)[0]?.label).toBe('WhiteBIT 2');
  });

  test.each([
    ['nothing', '', 'input_missing'],
    ['one line', `${KEY}\n`, 'input_missing'],
    ['an empty key', `\n${SECRET}\n`, 'input_empty'],
  ])('says what standard input lacks: %s', async (_name, input, code) => {
    const desk = fakeDesk();
    desk.input.end(input);
    expect(await desk.run('exchanges', 'add', 'whitebit', '--json')).toBe(1);
    expect(JSON.parse(desk.err())).toMatchObject({ error: { code } });
  });

  test('says that the keys are locked before it asks for any', async () => {
    const desk = fakeDesk({
      custody: { status: custodyStatus({ state: 'locked', sealingKey: null, fingerprint: null }) },
    });
    expect(await desk.run('exchanges', 'add', 'whitebit')).toBe(1);
    expect(desk.err()).toContain('gapless custody unlock');
  });
});

test('replace-key seals for the venue and purpose of the connection it names', async () => {
  const desk = fakeDesk({
    desk: {
      'connections.list': [connectionOf({ purpose: 'watch' })],
      'connections.replaceKey': attemptOf({ kind: 'replace' }),
    },
  });
  desk.input.end(TWO_LINES);
  expect(await desk.run('exchanges', 'replace-key', 'MAIN ACCOUNT')).toBe(0);
  const replaced = desk.asked.find(({ name }) => name === 'connections.replaceKey');
  expect(replaced?.parts).toMatchObject({ params: { id: ID }, body: { purpose: 'watch', confirmed: [] } });
});
