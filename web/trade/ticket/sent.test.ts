import { expect, test } from 'vitest';
import { EMPTY } from './form.ts';
import { forgetSent, idOfSame, keepSent, readSent, type Sent } from './sent.ts';

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
  expect(readSent(kept, 2_000)).toEqual(sent);
  forgetSent(kept);
  expect(readSent(kept, 2_000)).toBeNull();
});

test('what the desk may have forgotten is not offered to be sent again', () => {
  const kept = tab();
  keepSent(kept, sent);
  expect(readSent(kept, 1_000 + 43_200_000)).toEqual(sent);
  expect(readSent(kept, 1_001 + 43_200_000)).toBeNull();
});

test.each([
  '',
  '{',
  'null',
  '7',
  '{"atMs":1000}',
  JSON.stringify({ ...sent, ask: {} }),
  JSON.stringify({ ...sent, form: { ...EMPTY, kind: 'swap' } }),
  JSON.stringify({ ...sent, form: { ...EMPTY, price: 5 } }),
  JSON.stringify({ ...sent, requestId: undefined }),
])('what makes no sense is nothing: %s', (text) => {
  expect(readSent(tab(text), 2_000)).toBeNull();
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
    forgetSent(off);
  }).not.toThrow();
  expect(readSent(off, 0)).toBeNull();
});

test('a box ticked meanwhile made another order of it; it is the same one', () => {
  expect(idOfSame(sent, { ...sent.ask, confirmations: ['without-stream'] })).toBe('r-1');
  expect(idOfSame(sent, { ...sent.ask, connection: 'd' })).toBeNull();
  expect(idOfSame(null, sent.ask)).toBeNull();
});
