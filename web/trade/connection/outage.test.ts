import { expect, test } from 'vitest';
import type { PriceLine } from '../../../src/contract/live.ts';
import { outageMs } from './outage.ts';

const line = (state: PriceLine['state']): PriceLine => ({ state, sinceMs: 1000, why: '', nextAttemptAtMs: null });

test('the head flipped between "No prices" and "Connecting" with every attempt of one outage', () => {
  for (const state of ['waiting', 'connecting'] as const) expect(outageMs(line(state), 13_000)).toBe(12_000);
});

test('a blink is no outage, whichever way it is told', () => {
  for (const state of ['waiting', 'connecting'] as const) expect(outageMs(line(state), 2500)).toBeNull();
});

test('prices that nobody asked for since the desk started were told as missing for days', () => {
  expect(outageMs(line('idle'), 9e9)).toBeNull();
  expect(outageMs(line('live'), 9e9)).toBeNull();
  expect(outageMs(undefined, 9e9)).toBeNull();
});
