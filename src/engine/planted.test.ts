/** The tester is tested: each known mistake, put in the place of the rule that prevents it, must be caught. */

import { describe, expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import type { Rules } from './rules.ts';
import { RULES } from './rules.ts';
import { World } from './world.testing.ts';

/** The hardest here needs about a hundred. */
const SEEDS_MAX = 200;
/** Where the search begins: a seed that caught it when this was written, to save the time of those before. */
const HINTS: Readonly<Record<string, number>> = {
  'a lost reply counts as "not sent"': 5,
  'a lost reply counts as "rejected"': 5,
  '"not sent" is believed of a command that was given out twice': 16,
  'a doubtful order is forgotten as ended when it is not found once': 3,
  'absence counts before the order can no longer arrive': 57,
  'a refused cancellation counts as a cancellation': 9,
  'an end is told before its fills add up': 14,
  'reservations are forgotten as soon as an order is sent': 4,
  'a halt is forgotten at a restart': 3,
  'an order in doubt ends when a fill of it comes': 37,
  'less than a whole coin does not matter': 43,
};

const MISTAKES: readonly (readonly [string, Partial<Rules>])[] = [
  ['trades are not told apart by their id', { knowsFill: () => false }],
  [
    'a lost reply counts as "not sent"',
    { placed: (order, outcome) => (outcome.kind === 'ambiguous' ? 'not-sent' : RULES.placed(order, outcome)) },
  ],
  [
    'a lost reply counts as "rejected"',
    { placed: (order, outcome) => (outcome.kind === 'ambiguous' ? 'rejected' : RULES.placed(order, outcome)) },
  ],
  [
    '"not sent" is believed of a command that was given out twice',
    { placed: (order, outcome) => (outcome.kind === 'not-sent' ? 'not-sent' : RULES.placed(order, outcome)) },
  ],
  [
    'a doubtful order is forgotten as ended when it is not found once',
    { counts: () => true, provesAbsence: () => true },
  ],
  [
    'absence counts before the order can no longer arrive',
    { counts: (_order, _inquiry, { lookedAt }) => lookedAt.open && lookedAt.history },
  ],
  [
    'a late acknowledgement revives an ended order',
    {
      transition: (state, news) => (state === 'closed' && news === 'accepted' ? 'open' : RULES.transition(state, news)),
    },
  ],
  [
    'a refused cancellation counts as a cancellation',
    {
      transition: (state, news) =>
        state === 'cancelling' && news === 'cancel-doubted' ? 'closed' : RULES.transition(state, news),
    },
  ],
  ['an end is told before its fills add up', { addsUp: () => true }],
  ['the rest of a move is placed before the old order has ended', { mayPlaceRest: () => true, addsUp: () => true }],
  ['orders of others count as ours', { isOurs: () => true }],
  ['an older balance overwrites a newer one', { isNewer: () => true }],
  ['reservations are forgotten as soon as an order is sent', { isReserved: () => false }],
  ['reservations never end', { isReserved: ({ reserve }) => reserve !== null }],
  ['a halt is forgotten at a restart', { mayIssueAgain: ({ status }) => status.kind === 'submitting' }],
  ['fills beyond the size are booked', { overfills: () => false, knowsFill: () => false }],
  [
    'every fill looks like too much',
    { overfills: (order, fill) => order.filledBase.add(fill.quantity).gte(order.quantity.amount) },
  ],
  ['old news of a forgotten order is booked again', { isBooked: () => false }],
  [
    'a command given out again after a restart is never in doubt',
    {
      transition: (state, news) =>
        state === 'submitting' && news === 'ambiguous' ? 'closed' : RULES.transition(state, news),
    },
  ],
  [
    'an order in doubt ends when a fill of it comes',
    {
      transition: (state, news) =>
        state === 'unknown' && news === 'traded' ? 'closed' : RULES.transition(state, news),
    },
  ],
  [
    'less than a whole coin does not matter',
    { addsUp: ({ filledBase, toldBase }) => filledBase.sub(toldBase).abs().lt(Decimal.ONE) },
  ],
  [
    'a fee is counted as filled',
    { addsUp: ({ filledBase, toldBase }) => filledBase.mul(Decimal.parse('1.001')).eq(toldBase) },
  ],
];

describe('a planted mistake is caught', () => {
  test.each(MISTAKES)('%s', (name, rules) => {
    const first = HINTS[name] ?? 1;
    let violations: readonly string[] = [];
    for (let seed = first; violations.length === 0 && seed < first + SEEDS_MAX; seed += 1) {
      const world = new World(seed, rules);
      world.run();
      violations = world.oracle.violations;
    }
    expect(violations.length, `of ${SEEDS_MAX} seeds`).toBeGreaterThan(0);
  });
});
