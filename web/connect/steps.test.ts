import { expect, test } from 'vitest';
import type { Attempt } from '../../src/contract/exchanges.ts';
import { CHECK_STEPS } from '../../src/custody/protocol.ts';
import { newRequestId } from './request-id.ts';
import { allSteps, furthest, STEPS } from './steps.ts';

function attempt(landed: number, state: Attempt['state'] = 'running'): Attempt {
  return {
    id: 'a'.repeat(26),
    connection: 'b'.repeat(26),
    kind: 'connect',
    startedAtMs: 1,
    state,
    steps: STEPS.slice(0, landed).map(({ step }) => ({ step, state: 'passed', detail: '', tookMs: 1 })),
    result: null,
    trouble: null,
  };
}

test('the ten steps stand in the order of custody', () => {
  expect(STEPS.map(({ step }) => step)).toEqual([...CHECK_STEPS]);
});

test('what was not told yet is waiting', () => {
  expect(allSteps(null).map(({ state }) => state)).toEqual(Array(10).fill('waiting'));
  const told = allSteps(attempt(3));
  expect(told.filter(({ state }) => state === 'passed')).toHaveLength(3);
  expect(told).toHaveLength(10);
});

test('the furthest word wins, in whatever order it arrives', () => {
  const early = attempt(1);
  const late = attempt(5);
  const ended = attempt(2, 'refused');
  expect(furthest(late, early)).toBe(late);
  expect(furthest(early, undefined, late)).toBe(late);
  expect(furthest(late, ended)).toBe(ended);
  expect(furthest(null, undefined)).toBeNull();
});

test('a request id is 26 letters of the alphabet of ids', () => {
  expect(newRequestId((bytes) => bytes.fill(255))).toBe('7'.repeat(26));
  expect(newRequestId((bytes) => crypto.getRandomValues(bytes))).toMatch(/^[a-z2-7]{26}$/);
});
