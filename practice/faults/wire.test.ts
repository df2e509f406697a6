import { expect, test } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { FEED_CASES } from './feed-cases.testing.ts';
import { FILL_CASES } from './fill-cases.testing.ts';
import { Stage } from './stage.testing.ts';
import { SUBMISSION_CASES } from './submission-cases.testing.ts';
import { WORLD_CASES } from './world-cases.testing.ts';

/** Every switch, seen by a client over real HTTP and WebSockets. */
const CASES = { ...SUBMISSION_CASES, ...FILL_CASES, ...FEED_CASES, ...WORLD_CASES };

test('every way of every switch is tried, and nothing else', () => {
  const ways = CATALOGUE.flatMap(({ id, ways: all }) => all.map(({ name }) => `${id} ${name}`));
  expect(Object.keys(CASES).sort()).toEqual(ways.sort());
});

test.each(Object.entries(CASES))('%s', async (_name, work) => {
  const stage = await Stage.open();
  try {
    await work(stage);
    // Whatever was told, the books of the exchange are right.
    expect(await stage.client.control('ledger/check')).toEqual({ faults: [] });
    expect(stage.exchange.query.faults()).toEqual([]);
  } finally {
    await stage.close();
  }
});
