import { expect, test } from 'vitest';
import { anOrder } from '../../../src/contract/order.testing.ts';
import { counted, doubtOf, endDetail, endWords, goneWords, kindWords, onlyQuote, pairOf, stateWords } from './words.ts';

test('each state has its word, and what needs a person comes before all', () => {
  expect(stateWords(anOrder()).word).toBe('Open');
  expect(stateWords(anOrder({ state: 'submitting' })).word).toBe('Sending');
  expect(stateWords(anOrder({ state: 'cancelling' })).word).toBe('Cancelling');
  expect(stateWords(anOrder({ moving: true })).word).toBe('Moving');
  expect(stateWords(anOrder({ owner: 'external' })).word).toBe('Placed elsewhere');
  expect(stateWords(anOrder({ state: 'unknown' }))).toEqual({ word: 'Unknown', tone: 'amber' });
  expect(stateWords(anOrder({ state: 'unknown', blocked: true })).word).toBe('Needs you');
});

test('a stop waits until it has filled something', () => {
  const terms = { kind: 'stop-limit', price: '1', activation: '2' } as const;
  expect(stateWords(anOrder({ terms, filledBase: '0.000' })).word).toBe('Waiting');
  expect(stateWords(anOrder({ terms, filledBase: '0.001' })).word).toBe('Open');
});

test('an end says what was filled before it', () => {
  const closed = (ended: NonNullable<ReturnType<typeof anOrder>['ended']>, filledBase = '0') =>
    endWords(anOrder({ state: 'closed', ended, filledBase })).word;
  expect(closed('cancelled')).toBe('Cancelled');
  expect(closed('cancelled', '0.15')).toBe('Cancelled, 50\u202f% filled');
  expect(closed('expired', '0.0001')).toBe('Expired, <1\u202f% filled');
  expect(closed('filled', '0.30')).toBe('Filled');
  expect(closed('never-placed')).toBe('Never placed');
  expect(endWords(anOrder({ ended: 'rejected' })).tone).toBe('red');
});

test('a doubt is said with the desk’s words, or ours where it sent none; never about what is over', () => {
  const doing = { text: 'Asking the exchange', sinceMs: 1, nextAtMs: 2 };
  expect(doubtOf(anOrder())).toBeNull();
  expect(doubtOf(anOrder({ state: 'unknown', doing }))).toBe('Asking the exchange');
  expect(doubtOf(anOrder({ state: 'unknown' }))).toMatch(/No clear answer/);
  expect(doubtOf(anOrder({ quarantine: 'Its fills do not add up.' }))).toBe('Its fills do not add up.');
  expect(doubtOf(anOrder({ state: 'closed', quarantine: 'Its fills do not add up.' }))).toBeNull();
});

test('kinds, pairs and counts', () => {
  expect(kindWords(anOrder())).toBe('limit');
  expect(kindWords(anOrder({ terms: { kind: 'limit', price: '1', postOnly: true, ioc: false } }))).toBe('post only');
  expect(kindWords(anOrder({ terms: null }))).toBe('of another kind');
  expect(pairOf('BTC_USDT')).toEqual(['BTC', 'USDT']);
  expect([counted(1, 'order'), counted(12, 'order')]).toEqual(['1 order', '12 orders']);
  expect(counted(100_000, 'row')).toBe('100\u202f000 rows');
  expect(onlyQuote([{ market: 'BTC_USDT' }, { market: 'ETH_USDT' }])).toBe('USDT');
  expect(onlyQuote([{ market: 'BTC_USDT' }, { market: 'ETH_BTC' }])).toBeNull();
  expect(onlyQuote([])).toBeNull();
});

test('a moved order was called cancelled, and the word CANCELED was said after it', () => {
  const moved = anOrder({ state: 'closed', ended: 'cancelled', replacedBy: 'next', detail: 'CANCELED' });
  expect([endWords(moved).word, endDetail(moved)]).toEqual(['Moved', '']);
  expect(endDetail(anOrder({ detail: 'CANCELED_STP' }))).toBe('CANCELED_STP');
});

test('an order that I cancelled was said to be no longer open', () => {
  expect(goneWords(anOrder({ state: 'closed', ended: 'cancelled' }))).toBe('Cancelled');
  expect(goneWords(anOrder({ state: 'closed', ended: 'cancelled', replacedBy: 'next' }))).toBe('Moved');
  expect(goneWords(anOrder({ state: 'closed', ended: 'filled' }))).toBe('Filled');
  expect(goneWords(undefined)).toBe('No longer open');
});
