import { expect, test } from 'vitest';
import { EMPTY } from './form.ts';
import { forgetSent, keepSent, readSent, type Sent, sameAs } from './sent.ts';

const sent: Sent = {
  ask: {
    ...{ connection: 'c', market: 'BTC_USDT', confirmations: [] },
    draft: { side: 'buy', terms: { kind: 'market' }, quantity: { unit: 'quote', amount: '5' } },
  },
  requestId: 'r-1',
  form: { ...EMPTY, amount: '5' },
  atMs: 1_000,
};

function tab(text?: string) {
  const kept = new Map<string, string>();
  if (text !== undefined) kept.set('gapless-ticket-sent', text);
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

test('a reload in flight finds what was sent, the very same', () => {
  const kept = tab();
  keepSent(kept, sent);
  expect(readSent(kept, 2_000)).toEqual([sent]);
  forgetSent(kept, 'r-1', 2_000);
  expect(readSent(kept, 2_000)).toEqual([]);
});

test('another order sent meanwhile made forget the one without an answer', () => {
  const kept = tab();
  const another = { ...sent, requestId: 'r-2', atMs: 1_500 };
  keepSent(kept, sent);
  keepSent(kept, another);
  keepSent(kept, { ...sent, atMs: 1_600 });
  expect(readSent(kept, 2_000).map(({ requestId, atMs }) => [requestId, atMs])).toEqual([
    ['r-2', 1_500],
    ['r-1', 1_600],
  ]);
  forgetSent(kept, 'r-2', 2_000);
  expect(readSent(kept, 2_000).map(({ requestId }) => requestId)).toEqual(['r-1']);
});

test('what the desk may have forgotten is not offered to be sent again', () => {
  const kept = tab();
  keepSent(kept, sent);
  expect(readSent(kept, 1_000 + 43_200_000)).toEqual([sent]);
  expect(readSent(kept, 1_001 + 43_200_000)).toEqual([]);
});

test.each([
  '',
  '{',
  'null',
  '7',
  '[7, null]',
  '[{"atMs":1000}]',
  JSON.stringify(sent),
  JSON.stringify([{ ...sent, ask: {} }]),
  JSON.stringify([{ ...sent, form: { ...EMPTY, kind: 'swap' } }]),
  JSON.stringify([{ ...sent, form: { ...EMPTY, price: 5 } }]),
  JSON.stringify([{ ...sent, requestId: undefined }]),
])('what makes no sense is nothing: %s', (text) => {
  expect(readSent(tab(text), 2_000)).toEqual([]);
});

test('storage that is switched off stops nothing', () => {
  const off = {
    getItem: () => {
      throw new Error('off');
    },
    setItem: () => {
      throw new Error('off');
    },
    removeItem: () => {
      throw new Error('off');
    },
  };
  expect(() => {
    keepSent(off, sent);
    forgetSent(off, 'r-1', 0);
  }).not.toThrow();
  expect(readSent(off, 0)).toEqual([]);
});

test('a box ticked meanwhile made another order of it; it is the same one', () => {
  expect(sameAs([sent], { ...sent.ask, confirmations: ['without-stream'] })).toBe(sent);
  expect(sameAs([sent], { ...sent.ask, connection: 'd' })).toBeNull();
  expect(sameAs([], sent.ask)).toBeNull();
});

test('the same number in other digits made another order of it', () => {
  const priced = (price: string, amount: string): Sent['ask'] => ({
    ...sent.ask,
    draft: {
      side: 'buy',
      terms: { kind: 'limit', price, postOnly: false, ioc: false },
      quantity: { unit: 'base', amount },
    },
  });
  const limit: Sent = { ...sent, ask: priced('95000', '0.01') };
  expect(sameAs([limit, sent], priced('95000.00', '0.010'))).toBe(limit);
  expect(sameAs([limit, sent], priced('95000.01', '0.010'))).toBeNull();
  expect(sameAs([limit, sent], priced('95000', '0.1'))).toBeNull();
});
