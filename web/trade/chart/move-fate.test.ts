import { expect, test } from 'vitest';
import { Problem } from '../../api/client.ts';
import { fateOf } from './move-fate.ts';

const problem = (status: number, confirm: 'far-from-market' | null = null): Problem =>
  new Problem(status, {
    ...{ code: 'code', message: 'Cause.', cure: 'Cure.', field: null },
    ...{ confirm, requestId: '', retryAfterMs: null },
  });

test.each([0, 500, 502, 503])('a move with status %i was said to be "not moved" while it was moving', (status) => {
  expect(fateOf(problem(status))).toEqual({ phase: 'unanswered', trouble: 'Cause.', confirm: null });
});

test('a refused move is refused, with its cure or what may be confirmed', () => {
  expect(fateOf(problem(409))).toEqual({ phase: 'failed', trouble: 'Cause. Cure.', confirm: null });
  const asked = fateOf(problem(422, 'far-from-market'));
  expect(asked).toEqual({ phase: 'failed', trouble: 'Cause.', confirm: 'far-from-market' });
});
