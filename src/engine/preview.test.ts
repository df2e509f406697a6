/** A preview is the code that places, over what is known and not in it: the same verdict, the same sums, and nothing changed. */

import { expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import { ANN, Desk } from './desk.testing.ts';
import type { PlaceWish } from './events.ts';

const d = Decimal.parse;

function wish(price: string, amount: string, requestId = 'preview-1'): PlaceWish {
  return {
    kind: 'place',
    requestId,
    by: ANN,
    market: 'BTC_USDT',
    draft: {
      side: 'buy',
      terms: { kind: 'limit', price: d(price), postOnly: false, ioc: false },
      quantity: { unit: 'base', amount: d(amount) },
    },
    slot: null,
    confirmations: ['price-unknown', 'far-from-market'],
    now: null,
  };
}

test('a preview tells what placing does, and changes nothing', () => {
  const desk = new Desk();
  const before = desk.machine.text();
  const preview = desk.machine.preview({ ...wish('99', '1'), atMs: desk.nowMs });
  const available = preview.query.available('USDT').toString();
  expect(desk.machine.text()).toBe(before);
  const placed = desk.hear(wish('99', '1'));
  expect(preview.applied).toEqual(placed);
  expect(available).toBe(desk.machine.query.available('USDT').toString());
});

test('a wish refused again and again still gets its real reason in the preview', () => {
  const desk = new Desk();
  for (let times = 0; times < 6; times += 1) desk.hear(wish('99.0000001', '1', `again-${times}`));
  expect(desk.last.refused?.code).toBe('slow-down');
  const { applied } = desk.machine.preview({ ...wish('99.0000001', '1'), atMs: desk.nowMs });
  expect(applied.refused?.code).toBe('does-not-fit');
});
