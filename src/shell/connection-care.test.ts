import { describe, expect, test } from 'vitest';
import { problem, report } from '../server/desk.testing.ts';
import { withLastKnown } from './connection-care.ts';

const NOW = 1_767_225_600_000;
const nothingRead = {
  ...report(NOW),
  rights: Object.fromEntries(Object.keys(report(NOW).rights).map((right) => [right, 'unknown'])) as ReturnType<
    typeof report
  >['rights'],
  rightsSource: 'unknown' as const,
  clockOffsetMs: null,
  history: null,
};

describe('an outage', () => {
  test('does not make unknown what was known of the key', () => {
    const before = report(NOW - 60_000, { clockOffsetMs: 12 });
    const shown = withLastKnown({ ...nothingRead, problem: problem('down') }, before);
    expect(shown.rights).toEqual(before.rights);
    expect(shown.rightsSource).toBe(before.rightsSource);
    expect(shown.clockOffsetMs).toBe(12);
    expect(shown.history).toEqual(before.history);
    expect(shown.problem?.code).toBe('down');
    expect(shown.atMs).toBe(NOW);
  });

  test('after the rights were read keeps what was read this time', () => {
    const before = report(NOW - 60_000);
    const now = report(NOW, { rights: { ...before.rights, trade: 'off' }, problem: problem('unreachable') });
    expect(withLastKnown(now, before).rights.trade).toBe('off');
  });
});

test('a key that can withdraw stays refused while its exchange is silent', () => {
  const before = report(NOW - 60_000, { problem: problem('can-withdraw', { rights: ['withdraw'] }) });
  expect(withLastKnown({ ...nothingRead, problem: problem('down') }, before).problem?.code).toBe('can-withdraw');
});

test('a refusal by the exchange is news: nothing old is kept beside it', () => {
  const refused = { ...nothingRead, problem: problem('key-off') };
  expect(withLastKnown(refused, report(NOW - 60_000))).toEqual(refused);
});
