/** Every way in which an account can stand, in words: cause, cure, since when. */

import { expect, test } from 'vitest';
import type { ConnectionId, UserId } from '../../core/ids.ts';
import { type AccountMachine, openAccount } from '../../engine/account.ts';
import { DEFAULT_LIMITS } from '../../engine/limits.ts';
import type { AccountRunner } from './ports.ts';
import { type AccountFacts, accountView } from './view-account.ts';

const AT_MS = 1_000;
const CONNECTION = {
  id: 'c',
  venue: 'practice',
  purpose: 'trade',
  sinceMs: 5,
  keyAddedAtMs: 7,
  trouble: null,
} as const;

function runnerOf(
  change: (machine: AccountMachine) => void,
  trouble: ReturnType<AccountRunner['trouble']> = null,
  streamNow: Partial<NonNullable<ReturnType<AccountRunner['stream']>>> = {},
) {
  const machine = openAccount({
    ...{ install: 'gap1', epoch: 0, connection: 'c' as ConnectionId, atMs: AT_MS, limits: DEFAULT_LIMITS },
    profile: { validityMs: 5_000, settleMs: 1_000, uniqueness: 'open-only', buyFeeFrom: 'base' },
  });
  machine.apply({ kind: 'boot', epoch: 0, atMs: AT_MS });
  change(machine);
  const stream = {
    word: 'waiting',
    sinceMs: AT_MS,
    why: 'refused',
    nextAttemptAtMs: 9_000,
    attempts: 1,
    refused: [],
    ...streamNow,
  } as const;
  return {
    ...{ connection: 'c' as ConnectionId, owner: 'ann' as UserId, venue: 'practice', query: machine.query },
    stream: () => stream,
    trouble: () => trouble,
  } as unknown as AccountRunner;
}
function ready(machine: AccountMachine): void {
  machine.apply({ kind: 'stream', state: 'live', why: '', atMs: AT_MS });
  const lists = { openOrders: [], closedOrders: [], trades: [] };
  const balances = { asOfMs: AT_MS, complete: true, balances: [] };
  const snapshot = { askedAtMs: AT_MS, asOfMs: AT_MS, cursor: 'x', balances, ...lists };
  machine.apply({ kind: 'snapshot', snapshot, atMs: AT_MS });
}
const trouble = { code: 'x', title: 'T', cause: 'The key was refused.', cure: 'Replace it.', raw: '' };
const shown = (facts: Partial<AccountFacts>) => {
  const { state, cause, cure, sinceMs, stream } = accountView({
    connection: CONNECTION,
    runner: null,
    custody: { condition: 'open', reason: '' },
    custodySinceMs: 11,
    markets: ['BTC_USDT'],
    startedAtMs: 13,
    reducing: null,
    command: (words) => `npx gapless ${words} --data /srv/desk`,
    ...facts,
  });
  return { state, cause, cure, sinceMs, stream };
};

test.each<[string, Partial<AccountFacts>, string, RegExp, number]>([
  ['a key that is watched', { connection: { ...CONNECTION, purpose: 'watch' } }, 'watch-only', /only watched/, 7],
  ['locked keys', { custody: { condition: 'locked', reason: '' } }, 'trouble', /locked/, 11],
  ['a custody that halted', { custody: { condition: 'halted', reason: 'torn log' } }, 'trouble', /torn log/, 11],
  ['no custody', { custody: { condition: 'unreachable', reason: '' } }, 'trouble', /does not answer/, 11],
  ['no market', { markets: [] }, 'no-markets', /No market/, 7],
  ['no market any more', { markets: [], runner: runnerOf(ready) }, 'no-markets', /any more/, 7],
  ['being opened', { markets: null }, 'starting', /opened/, 13],
  ['a refused key', { connection: { ...CONNECTION, trouble: trouble as never } }, 'trouble', /refused/, 5],
  ['being read', { runner: runnerOf(() => {}) }, 'starting', /being read/, AT_MS],
  [
    'an exchange that does not answer',
    { runner: runnerOf((machine) => machine.apply({ kind: 'snapshot-failed', why: 'down', atMs: AT_MS })) },
    'trouble',
    /could not be read: down/,
    AT_MS,
  ],
  ['ready', { runner: runnerOf(ready) }, 'ready', /^$/, AT_MS],
  [
    'a halt',
    {
      runner: runnerOf((machine) => {
        ready(machine);
        machine.apply({ kind: 'halt', by: 'you', why: 'lunch', atMs: 2_000 });
      }),
    },
    'halted',
    /lunch/,
    2_000,
  ],
  [
    'a lost stream',
    {
      runner: runnerOf((machine) => {
        ready(machine);
        machine.apply({ kind: 'stream', state: 'lost', why: 'cut', atMs: 3_000 });
      }),
    },
    'trouble',
    /do not stream: refused/,
    3_000,
  ],
  [
    'a gap',
    {
      runner: runnerOf((machine) => {
        ready(machine);
        machine.apply({ kind: 'stream', state: 'gap', why: 'dropped', atMs: 3_000 });
      }),
    },
    'trouble',
    /may have been missed: dropped/,
    3_000,
  ],
  [
    'a store that halted',
    { runner: runnerOf(ready, { cause: 'The disk is full.', cure: 'Make room.', sinceMs: 17 }) },
    'trouble',
    /disk is full/,
    17,
  ],
])('%s', (_what, facts, state, cause, sinceMs) => {
  const view = shown(facts);
  expect([view.state, view.sinceMs]).toEqual([state, sinceMs]);
  expect(view.cause).toMatch(cause);
  if (state !== 'ready') expect(view.cure.length).toBeGreaterThan(5);
});

test.each([
  ['ECONNRESET', 'the connection was cut (ECONNRESET)'],
  ['connect-timeout', 'the exchange does not answer (connect-timeout)'],
])('a stream was lost for a bare %s', (why, words) => {
  const lost = runnerOf(
    (machine) => {
      ready(machine);
      machine.apply({ kind: 'stream', state: 'lost', why, atMs: 3_000 });
    },
    null,
    { why },
  );
  const { cause, stream } = shown({ runner: lost });
  expect(cause).toBe(`Fills do not stream: ${words}.`);
  expect(stream.why).toBe(words);
});

test('the next attempt of a stream is told while it is away, and only then', () => {
  const lost = runnerOf((machine) => {
    ready(machine);
    machine.apply({ kind: 'stream', state: 'lost', why: 'cut', atMs: 3_000 });
  });
  expect(shown({ runner: lost }).stream).toEqual({
    ...{ state: 'lost', why: 'refused', sinceMs: 3_000, nextAttemptAtMs: 9_000 },
  });
  expect(shown({ runner: runnerOf(ready) }).stream.nextAttemptAtMs).toBeNull();
});

test.each([
  ['what the exchange said last', { why: 'ten a minute' }, 'ten a minute'],
  ['a first attempt', { word: 'connecting', why: null, nextAttemptAtMs: null }, 'connecting to the exchange'],
  [
    'an attempt after others',
    { word: 'connecting', why: 'ECONNREFUSED', nextAttemptAtMs: null },
    'the exchange takes no connections (ECONNREFUSED)',
  ],
] as const)('a stream that never lived was "starting" for a minute: %s', (_what, now, why) => {
  const read = (machine: AccountMachine): void => {
    ready(machine);
    machine.apply({ kind: 'stream', state: 'lost', why: 'starting', atMs: 3_000 });
  };
  const view = shown({ runner: runnerOf(read, null, now) });
  expect(view.cause).toBe(`Fills do not stream: ${why}.`);
  expect(view.stream).toMatchObject({ state: 'lost', why });
});
