import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CliError } from '../cli-error.ts';
import { custodyStatus, type FakeDesk, fakeDesk, OWNER } from './fake-desk.testing.ts';

const FRIEND = 'friendfriendfriendfriendfr';
const STRANGER = 'strangerstrangerstrangerst';
const OTHER_STRANGER = 'otherstrangerotherstranger';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-restore-'));
  file = path.join(folder, 'keys.backup');
  writeFileSync(file, 'a backup');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Situation = { people?: unknown; owners?: string[]; keys?: number; leftOut?: number; session?: unknown };

function deskWith({ people = [OWNER], owners = [OWNER], keys = 1, leftOut = 0, session }: Situation): FakeDesk {
  return fakeDesk({
    desk: { people, ...(session !== undefined && { 'session.read': session }) },
    custody: {
      status: custodyStatus({ keys: 0 }),
      'inspect-backup': { keys: keys + leftOut, owners },
      restore: { keys, leftOut },
    },
  });
}

function restore(desk: FakeDesk, ...options: string[]): Promise<number> {
  desk.input.end('backup words\n');
  return desk.run('restore', file, ...options);
}

const restored = (desk: FakeDesk) => desk.asked.filter(({ name }) => name === 'restore').map(({ parts }) => parts.give);

describe('restore', () => {
  test('leaves the keys with the people whom the desk knows', async () => {
    const desk = deskWith({ people: [OWNER, FRIEND], owners: [FRIEND, OWNER], keys: 2 });
    expect(await restore(desk)).toBe(0);
    expect(restored(desk)).toEqual([null]);
    expect(desk.out()).toBe('2 keys are back. Each is checked before it is used.\n');
  });

  test('gives keys of a stranger to the only person here, and says so', async () => {
    const desk = deskWith({ owners: [STRANGER] });
    expect(await restore(desk)).toBe(0);
    expect(restored(desk)).toEqual([{ from: [STRANGER], to: OWNER }]);
    expect(desk.out()).toContain('keys of one person this desk does not know; alex has them now.');
  });

  test('refuses to choose among several people, before anything is changed', async () => {
    const desk = deskWith({ people: [OWNER, FRIEND], owners: [STRANGER, OTHER_STRANGER, FRIEND] });
    expect(await restore(desk)).toBe(1);
    expect(restored(desk)).toEqual([]);
    expect(desk.err()).toContain('keys of 2 people this desk does not know');
    expect(desk.err()).toContain('--mine');
    expect(desk.out()).toBe('');
  });

  test('takes only the strangers’ keys with --mine: others here keep theirs', async () => {
    const desk = deskWith({ people: [OWNER, FRIEND], owners: [STRANGER, FRIEND], keys: 2, leftOut: 1 });
    expect(await restore(desk, '--mine', '--json')).toBe(0);
    expect(restored(desk)).toEqual([{ from: [STRANGER], to: OWNER }]);
    expect(JSON.parse(desk.out())).toEqual({ keys: 2, leftOut: 1, givenTo: 'alex' });
  });

  test('needs no --mine where the desk knows everybody, and takes nothing from them', async () => {
    const desk = deskWith({ people: [OWNER, FRIEND], owners: [FRIEND] });
    expect(await restore(desk, '--mine')).toBe(0);
    expect(restored(desk)).toEqual([null]);
  });

  test('tells what was left out', async () => {
    const desk = deskWith({ owners: [STRANGER, OTHER_STRANGER], keys: 2, leftOut: 1 });
    expect(await restore(desk)).toBe(0);
    expect(desk.out()).toContain('keys of 2 people this desk does not know; alex has them now.');
    expect(desk.out()).toContain('1 key was left out: its account is here with another key.');
  });

  test('a desk without an owner takes nothing, and asks for no passphrase', async () => {
    const desk = deskWith({ session: { state: 'unclaimed', version: '' } });
    expect(await desk.run('restore', file)).toBe(1);
    expect(desk.err()).toContain('setup code');
    expect(desk.asked.map(({ name }) => name)).not.toContain('inspect-backup');
  });

  test('a desk that does not tell its people takes nothing', async () => {
    const desk = deskWith({
      people: () => {
        throw new CliError('desk_unreachable', 'The desk does not answer.', 'Try again.', 3);
      },
    });
    expect(await desk.run('restore', file)).toBe(3);
    expect(restored(desk)).toEqual([]);
  });
});
