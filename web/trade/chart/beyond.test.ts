import { expect, test } from 'vitest';
import { beyond } from './beyond.ts';

const SCALE = { low: 95_000, high: 99_000 };
const tag = (price: number, order = String(price)) => ({ price, order, side: 'sell' as const, text: `${price}.00` });

test('an order outside the scale left no trace on the chart', () => {
  expect(beyond([tag(97_000)], SCALE, 'above')).toBeNull();
  expect(beyond([tag(97_000), tag(104_000)], SCALE, 'above')).toEqual({
    where: 'above',
    words: 'Sell 104000.00',
    farthest: 104_000,
  });
  expect(beyond([tag(104_000)], SCALE, 'below')).toBeNull();
});

test('several are counted, and the farthest brings all into sight', () => {
  const tags = [tag(94_000), tag(90_000), tag(93_000), tag(104_000)];
  expect(beyond(tags, SCALE, 'below')).toMatchObject({ words: '3 orders below', farthest: 90_000 });
});

test('an order with both of its prices outside is one order', () => {
  const tags = [tag(100_000, 'stop'), tag(100_100, 'stop')];
  expect(beyond(tags, SCALE, 'above')).toMatchObject({ words: 'Sell 100000.00', farthest: 100_100 });
});
