/** Generated requests against every route: whatever comes, the answer is no fault of ours and says what to change. */

import { expect, test } from 'vitest';
import { fuzzApi } from './api-fuzz.ts';

const REQUESTS = Number(process.env.GAPLESS_FUZZ_REQUESTS ?? 100_000);
const SEED = Number(process.env.GAPLESS_FUZZ_SEED ?? 20_261_123);
const LIMIT_MS = 15 * 60_000;

test(
  'W-17 no request, however odd, is answered by a fault of ours',
  async () => {
    const { sent, statuses, answered, codes } = await fuzzApi(REQUESTS, SEED, () => {});
    expect(sent).toBeGreaterThanOrEqual(REQUESTS);
    // Both sides were reached: refusals of every kind, and answers, of trading too.
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 409, 415]));
    expect([...answered.keys()]).toEqual(
      expect.arrayContaining([
        'orders.place',
        'orders.preview',
        'orders.read',
        'orders.cancel',
        'orders.move',
        'halt.now',
      ]),
    );
    expect([...codes]).toEqual(expect.arrayContaining(['order_does_not_fit', 'not_signed_in', 'bad_request']));
  },
  LIMIT_MS,
);
