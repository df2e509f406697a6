import { expect, test } from 'vitest';
import { problemReply } from '../../contract/words.ts';
import { refusalOf } from './trading-desk-words.ts';

const REFUSED = {
  code: 'far-from-market',
  cause: 'The price is 70 % under the market.',
  cure: 'Change the price, or confirm it.',
  problems: [],
  againAtMs: null,
  confirm: 'far-from-market',
} as const;

test('what can be confirmed is told in its own field, and the words are for people alone', () => {
  const { error } = problemReply.parse(refusalOf(REFUSED, 0).reply('r-1'));
  expect(error).toMatchObject({ confirm: 'far-from-market', field: 'confirmations', cure: REFUSED.cure });
  const plain = refusalOf({ ...REFUSED, code: 'slow-down', againAtMs: 1_500, confirm: null }, 1_000).reply('r-2');
  expect(problemReply.parse(plain).error).toMatchObject({ confirm: null, field: null, retryAfterMs: 500 });
});
