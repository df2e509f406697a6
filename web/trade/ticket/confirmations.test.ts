import { expect, test } from 'vitest';
import type { OrderProblem } from '../../../src/contract/trading.ts';
import { offeredFor, standing } from './confirmations.ts';

const problem = (confirm: OrderProblem['confirm']): OrderProblem => ({
  ...{ code: 'x', field: 'price', cause: '', cure: '', mend: null, confirm },
});

test('an outage was over and its box stayed: offered is what is asked for now', () => {
  expect(offeredFor([problem('without-stream'), problem('far-from-market')])).toEqual([
    'without-stream',
    'far-from-market',
  ]);
  expect(offeredFor([])).toEqual([]);
});

test('a box was offered for an order that custody refused all the same', () => {
  expect(offeredFor([problem('far-from-market'), problem(null)])).toEqual([]);
});

test('what was confirmed keeps nothing from being sent', () => {
  const [far, other] = [problem('far-from-market'), problem(null)];
  expect(standing([far, other], ['far-from-market'])).toEqual([other]);
  expect(standing([far], ['without-stream'])).toEqual([far]);
});
