import { afterEach, beforeEach, expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import type { ConnectionId, UserId } from '../core/ids.ts';
import { priceBook } from '../portfolio/price.ts';
import type { StoredConnection } from '../store/connections.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import type { Prices } from './prices.ts';
import { ValueHistory } from './value-history.ts';

const HOUR_MS = 3_600_000;
const OWNER = 'a'.repeat(26) as UserId;
const ID = 'b'.repeat(26) as ConnectionId;

let database: Database;
let clock: ManualClock;
let priced: readonly string[];
let history: ValueHistory;

beforeEach(async () => {
  database = openDatabase(':memory:');
  await database
    .insertInto('users')
    .values({
      id: OWNER,
      name: 'Ada',
      name_key: 'ada',
      role: 'owner',
      password_hash: 'x',
      password_changed_at_ms: 1,
      totp_secret: null,
      totp_last_step: 0,
      currency: 'USDT',
      swap_up_down: 0,
      theme: 'system',
      created_at_ms: 1,
    })
    .execute();
  clock = manualClock();
  priced = ['BTC', 'ETH'];
  const last = () => ({
    atMs: clock.nowMs(),
    book: priceBook(
      priced.map((base) => ({ symbol: `${base}_USDT`, base, quote: 'USDT', last: Decimal.parse('100') })),
    ),
  });
  history = new ValueHistory({ database, clock, prices: { last } as unknown as Prices });
});
afterEach(() => database.destroy());

const connection = (): StoredConnection => ({
  id: ID,
  owner: OWNER,
  venue: 'practice',
  label: 'Main',
  purpose: 'watch',
  keyHint: 'abcd…wxyz',
  addedAtMs: 1,
  keyAddedAtMs: 1,
  report: null,
  checkedAtMs: null,
  lastGoodAtMs: 1,
  balances: {
    rows: [
      { wallet: 'trade', asset: 'BTC', free: '1', locked: '0' },
      { wallet: 'trade', asset: 'ETH', free: '2', locked: '0' },
    ],
    unreadable: [],
  },
  balancesAtMs: clock.nowMs(),
  status: 'connected',
  sinceMs: 1,
  removingAtMs: null,
  madeOnPractice: true,
});

async function hours(count: number): Promise<readonly string[]> {
  for (let hour = 0; hour < count; hour += 1) {
    await clock.advance(HOUR_MS);
    await history.tick([connection()]);
  }
  return history.week(ID, 'USDT').map((point) => Decimal.parse(point.value).toString());
}

test('a price that is missing for some hours is not written down as a loss', async () => {
  expect(await hours(2)).toEqual(['300', '300']);
  priced = ['BTC'];
  expect(await hours(3)).toEqual(['300', '300']);
  priced = ['BTC', 'ETH'];
  expect(await hours(1)).toEqual(['300', '300', '300']);
});

test('an asset that lost its price for good does not end the history', async () => {
  await hours(1);
  priced = ['BTC'];
  expect((await hours(26)).at(-1)).toBe('100');
});
