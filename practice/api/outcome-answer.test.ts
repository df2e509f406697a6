import { expect, test } from 'vitest';
import type { Outcome } from '../exchange/durable-exchange.ts';
import { orderAnswer, repliesOf } from './outcome-answer.ts';

test.each<[Outcome, number]>([
  [{ kind: 'not-taken', reason: 'queue-full' }, 503],
  [{ kind: 'not-taken', reason: 'closed' }, 503],
  [{ kind: 'not-taken', reason: 'stopped' }, 503],
  [{ kind: 'not-taken', reason: 'unknown' }, 502],
])('%j is a page of the gateway with status %i', (outcome, status) => {
  expect(orderAnswer(outcome)).toMatchObject({ kind: 'text', status });
  expect(repliesOf(outcome)).toMatchObject({ kind: 'text', status });
});

test('what no caller can mean is refused with the reason', () => {
  expect(orderAnswer({ kind: 'impossible', message: 'More than 20 orders' })).toMatchObject({
    kind: 'json',
    status: 422,
    body: { code: 30, errors: { request: ['More than 20 orders'] } },
  });
});
