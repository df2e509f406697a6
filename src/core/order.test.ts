import { describe, expect, test } from 'vitest';
import type { OrderNews, OrderState, Transition } from './order.ts';
import { TRANSITIONS } from './order.ts';

/** Written again by hand, in another shape, so that a slip in the table shows: state, then what changes it. */
const EXPECTED: Readonly<Record<OrderState, Readonly<Partial<Record<OrderNews, Transition>>>>> = {
  submitting: {
    accepted: 'open',
    rejected: 'closed',
    'not-sent': 'closed',
    ambiguous: 'unknown',
    'seen-open': 'open',
    'seen-closed': 'closed',
    traded: 'open',
    'cancel-wished': 'stay',
  },
  unknown: {
    accepted: 'open',
    rejected: 'closed',
    ambiguous: 'stay',
    'seen-open': 'open',
    'seen-closed': 'closed',
    traded: 'open',
    'proven-absent': 'closed',
    'declared-absent': 'closed',
    'cancel-wished': 'stay',
    'cancel-accepted': 'stay',
    'cancel-doubted': 'stay',
    'cancel-failed': 'stay',
  },
  open: {
    accepted: 'stay',
    ambiguous: 'stay',
    'seen-open': 'stay',
    'seen-closed': 'closed',
    traded: 'stay',
    'proven-absent': 'closed',
    'cancel-wished': 'cancelling',
    'cancel-accepted': 'stay',
    'cancel-doubted': 'stay',
    'cancel-failed': 'stay',
  },
  cancelling: {
    accepted: 'stay',
    ambiguous: 'stay',
    'seen-open': 'stay',
    'seen-closed': 'closed',
    traded: 'stay',
    'proven-absent': 'closed',
    'cancel-wished': 'stay',
    'cancel-accepted': 'stay',
    'cancel-doubted': 'cancelling',
    'cancel-failed': 'open',
  },
  closed: {},
};

const STATES = Object.keys(TRANSITIONS) as OrderState[];
const NEWS = Object.keys(TRANSITIONS.open) as OrderNews[];

describe('the transition table', () => {
  test.each(STATES.flatMap((state) => NEWS.map((news) => [state, news] as const)))('%s, %s', (state, news) => {
    const missing: Transition = state === 'closed' ? 'stay' : 'surprise';
    expect(TRANSITIONS[state][news]).toBe(EXPECTED[state][news] ?? missing);
  });

  test('nothing leaves closed, and nothing but a proof or evidence leaves unknown', () => {
    expect(new Set(Object.values(TRANSITIONS.closed))).toEqual(new Set(['stay']));
    const ends = NEWS.filter((news) => TRANSITIONS.unknown[news] === 'closed');
    expect(ends.sort()).toEqual(['declared-absent', 'proven-absent', 'rejected', 'seen-closed']);
  });

  test('nothing goes back to submitting, and only a lost reply leads into doubt', () => {
    for (const state of STATES) {
      expect(Object.values(TRANSITIONS[state])).not.toContain('submitting');
      expect(NEWS.filter((news) => TRANSITIONS[state][news] === 'unknown')).toEqual(
        state === 'submitting' ? ['ambiguous'] : [],
      );
    }
  });
});
