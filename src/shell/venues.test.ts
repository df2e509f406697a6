import { afterEach, describe, expect, test } from 'vitest';
import { manualClock } from './manual-clock.ts';
import { createVenues, type DeskVenues, shownVenueOf } from './venues.ts';

const REAL = 'https://whitebit.com';
const HERE = 'http://127.0.0.1:4400';

let venues: DeskVenues = new Map();
const startedWith = (whitebit: string, practice: string | null): DeskVenues => {
  venues = createVenues({ whitebit, practice }, manualClock());
  return venues;
};
afterEach(() => {
  for (const venue of venues.values()) venue.close();
});

describe('the exchange of a connection', () => {
  test.each([
    ['real, as made', REAL, 'whitebit', false, null],
    ['a rehearsal, as made', HERE, 'whitebit', true, null],
    ['made in a rehearsal, real now', REAL, 'whitebit', true, 'made-in-rehearsal'],
    ['real, a rehearsal now', HERE, 'whitebit', false, 'pointed-at-practice'],
    ['practice', REAL, 'practice', true, null],
    ['practice, in a rehearsal', HERE, 'practice', true, null],
  ] as const)('%s', (_name, origin, venue, madeOnPractice, unserved) => {
    const shown = shownVenueOf(startedWith(origin, HERE), { venue, madeOnPractice });
    expect(shown).toMatchObject({ unserved, isPractice: madeOnPractice });
  });

  test('that was not started is practice and not there', () => {
    const shown = shownVenueOf(startedWith(REAL, null), { venue: 'practice', madeOnPractice: true });
    expect(shown).toMatchObject({ unserved: 'not-served', isPractice: true });
  });
});
