import { describe, expect, test } from 'vitest';
import { problemTexts } from '../../guides/problems.ts';
import type { ProblemCode } from '../custody/protocol.ts';
import { problem, report } from '../server/desk.testing.ts';
import { type ConnectionStatus, type StatusInput, statusOf } from './status.ts';

const DAY_MS = 24 * 3_600_000;
const NOW = 1_767_225_600_000;
const well: StatusInput = {
  key: 'kept',
  custody: 'open',
  report: report(NOW),
  purpose: 'trade',
  unserved: null,
  lastGoodAtMs: NOW,
  idleDaysUntilOff: 14,
  nowMs: NOW,
};
const withProblem = (code: ProblemCode): StatusInput => ({ ...well, report: report(NOW, { problem: problem(code) }) });

const table: readonly (readonly [string, StatusInput, ConnectionStatus, string])[] = [
  ['all is well', well, 'connected', 'Connected'],
  ['never checked', { ...well, report: null }, 'checking', 'Checking'],
  ['watching only', { ...well, purpose: 'watch' }, 'read-only', 'Read-only'],
  [
    'may not trade though meant to',
    { ...well, report: report(NOW, { rights: { ...report(NOW).rights, trade: 'off' } }) },
    'read-only',
    'Read-only',
  ],
  ['locked', { ...well, custody: 'locked' }, 'locked', 'Locked'],
  ['halted', { ...well, custody: 'halted' }, 'locked', 'Halted'],
  ['custody gone', { ...well, custody: 'unreachable' }, 'not-answering', 'Key process not answering'],
  ['locked hides an older refusal', { ...withProblem('can-withdraw'), custody: 'locked' }, 'locked', 'Locked'],
  ['its key is not in the keystore', { ...well, key: 'missing' }, 'attention', 'Needs attention'],
  ['never checked, and its key is missing', { ...well, key: 'missing', report: null }, 'attention', 'Needs attention'],
  [
    'a missing key hides what was found with it',
    { ...withProblem('can-withdraw'), key: 'missing' },
    'attention',
    'Needs attention',
  ],
  ['locked, so that nobody can tell', { ...well, key: 'missing', custody: 'locked' }, 'locked', 'Locked'],
  ['being removed', { ...well, key: 'going' }, 'attention', 'Being removed'],
  ['being removed, custody gone', { ...well, key: 'going', custody: 'unreachable' }, 'attention', 'Being removed'],
  [
    'exchange down for a day',
    { ...withProblem('down'), lastGoodAtMs: NOW - DAY_MS },
    'not-answering',
    'Exchange not answering',
  ],
  [
    'the desk was started without its exchange',
    { ...well, unserved: 'not-served' },
    'not-answering',
    'Exchange not started',
  ],
  [
    'a key of a rehearsal, and days left',
    { ...well, unserved: 'made-in-rehearsal', lastGoodAtMs: NOW - 13 * DAY_MS },
    'not-answering',
    'Made in a rehearsal',
  ],
  [
    'a real key in a rehearsal',
    { ...well, unserved: 'pointed-at-practice' },
    'not-answering',
    'WhiteBIT is in rehearsal',
  ],
  [
    'a real key in a rehearsal, and one day left',
    { ...well, unserved: 'pointed-at-practice', lastGoodAtMs: NOW - 13 * DAY_MS },
    'expiring',
    'Expires in 1 day',
  ],
  ['seven days left', { ...withProblem('down'), lastGoodAtMs: NOW - 7 * DAY_MS }, 'expiring', 'Expires in 7 days'],
  [
    'just over seven days left',
    { ...withProblem('down'), lastGoodAtMs: NOW - 7 * DAY_MS + 1 },
    'not-answering',
    'Exchange not answering',
  ],
  [
    'locked so long that the key ends',
    { ...well, custody: 'locked', lastGoodAtMs: NOW - 13 * DAY_MS },
    'expiring',
    'Expires in 1 day',
  ],
  ['past its end', { ...well, custody: 'locked', lastGoodAtMs: NOW - 20 * DAY_MS }, 'expiring', 'May have ended'],
  ['used just now never expires', { ...well, lastGoodAtMs: NOW }, 'connected', 'Connected'],
  [
    'a venue without an end',
    { ...well, custody: 'locked', idleDaysUntilOff: null, lastGoodAtMs: 0 },
    'locked',
    'Locked',
  ],
];

describe('the status of a connection', () => {
  test.each(table)('%s', (_name, input, status, text) => {
    expect(statusOf(input)).toMatchObject({ status, text });
  });

  const expected: Readonly<Record<ProblemCode, ConnectionStatus>> = {
    swapped: 'attention',
    'malformed-key': 'attention',
    'unknown-key': 'attention',
    'wrong-secret': 'attention',
    'key-or-secret': 'attention',
    'key-off': 'attention',
    'foreign-ip': 'attention',
    'right-missing-read': 'attention',
    'right-missing-wallet': 'attention',
    'cannot-trade': 'attention',
    'can-withdraw': 'refused',
    'rights-unknown': 'attention',
    clock: 'attention',
    nonce: 'attention',
    'rate-limited': 'not-answering',
    unreachable: 'not-answering',
    down: 'not-answering',
    'account-blocked': 'attention',
    'not-understood': 'not-answering',
    'already-connected': 'attention',
    'different-account': 'attention',
    'account-unproven': 'attention',
    'sealed-unreadable': 'attention',
    locked: 'attention',
  };

  test.each(Object.keys(problemTexts) as ProblemCode[])('problem %s', (code) => {
    const view = statusOf(withProblem(code));
    expect(view.status).toBe(expected[code]);
    expect(view.problem).toBe(code);
  });

  test.each([
    [['withdraw'], 'Refused: can withdraw'],
    [['transfer', 'codes'], 'Refused: can transfer'],
    [['codes'], 'Refused: can make codes'],
  ] as const)('the pill names the worst right of %s', (rights, text) => {
    const input = { ...well, report: report(NOW, { problem: problem('can-withdraw', { rights }) }) };
    expect(statusOf(input).text).toBe(text);
  });

  test('right after use all idle days are left', () => {
    expect(statusOf(well).endsInDays).toBe(14);
    expect(statusOf({ ...well, nowMs: NOW + 1 }).endsInDays).toBe(14);
    expect(statusOf({ ...well, nowMs: NOW + DAY_MS }).endsInDays).toBe(13);
  });
});
