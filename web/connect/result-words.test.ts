import { expect, test } from 'vitest';
import { THIN } from '../format/number.ts';
import { freeName, resultLine } from './result-words.ts';

const worth = (value: string | null) => ({ value, currency: 'USDT' as const, reason: '' });
const line = (value: string | null, status: 'connected' | 'read-only', total: string | null = value, held = '0') =>
  resultLine({
    tradingBalance: worth(value),
    tradingInOrders: worth(held),
    total: worth(total),
    venueName: 'WhiteBIT',
    status,
  });

test('the result says what can be traded', () => {
  expect(line('9812.1', 'connected')).toBe(`Connected. 9${THIN}812.10 USDT to trade on WhiteBIT.`);
  expect(line('9812.1', 'read-only')).toBe(`Connected, read-only. 9${THIN}812.10 USDT on WhiteBIT.`);
});

test('what open orders hold is said beside what is free', () => {
  expect(line('10', 'connected', '12', '2')).toBe(
    'Connected. 10.00 USDT free to trade, 2.00 USDT in orders on WhiteBIT.',
  );
  expect(line('10', 'read-only', '12', '2')).toBe(
    'Connected, read-only. 10.00 USDT free, 2.00 USDT in orders on WhiteBIT.',
  );
});

test('an empty account and an unknown value are said so, never as a number', () => {
  expect(line('0', 'connected')).toBe('Connected. This account on WhiteBIT holds nothing yet.');
  expect(line('0', 'connected', '12')).toBe('Connected. 0.00 USDT to trade on WhiteBIT.');
  expect(line(null, 'connected')).toContain('no known value');
});

test('a second connection gets the next name', () => {
  expect(freeName('WhiteBIT', [])).toBe('WhiteBIT');
  expect(freeName('WhiteBIT', ['WhiteBIT', 'WhiteBIT 2'])).toBe('WhiteBIT 3');
});
