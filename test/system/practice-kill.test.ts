import { beforeEach, describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import type { OrderForm } from '../campaigns/practice-compare.ts';
import { runPracticeKills } from '../campaigns/practice-kill.ts';
import { Mirror, type Request } from '../campaigns/practice-mirror.ts';
import type { Picture } from '../campaigns/practice-picture.ts';
import { PublicMemory } from '../campaigns/practice-public.ts';
import type { ToldDeal, ToldOrder } from '../campaigns/practice-told.ts';
import { seedFrom } from '../campaigns/seeded.ts';

/** What fits into a run of all tests; `npm run campaign:practice-kill` does 500. */
const KILLS = 15;
const SEED = seedFrom(process.env.CAMPAIGN_SEED ?? '20261123');

const FORM: OrderForm = {
  ...{ clientId: 'a-1', market: 'BTC_USDT', side: 'buy', type: 'limit' },
  ...{ amount: '0.02', price: '50000' },
};
const RESTING: ToldOrder = {
  ...{ id: 7, clientId: 'a-1', market: 'BTC_USDT', side: 'buy', type: 'limit', price: '50000', amount: '0.02' },
  ...{ dealStock: '0', dealMoney: '0', dealFee: '0', status: 'OPEN', left: '0.02' },
};
const HALF: ToldOrder = {
  ...RESTING,
  ...{ dealStock: '0.01', dealMoney: '500', dealFee: '0.00001', left: '0.01' },
};
const DEAL: ToldDeal = {
  ...{ id: 3, orderId: 7, market: 'BTC_USDT', side: 'buy', price: '50000', amount: '0.01' },
  ...{ fee: '0.00001', feeTicker: 'BTC' },
};
const CANCELED: ToldOrder = { ...RESTING, status: 'CANCELED', left: null };

const balance = (available: string, freeze: string) => ({
  available: Decimal.parse(available),
  freeze: Decimal.parse(freeze),
});
/** 10,000 USDT given, 6,000 of them moved, one order that rests. */
const TRUTH: Picture = {
  open: [RESTING],
  finished: [],
  deals: [],
  trade: new Map([['USDT', balance('5000', '1000')]]),
  main: new Map([['USDT', Decimal.parse('4000')]]),
};
const FILLED_HALF: Picture = {
  ...TRUTH,
  open: [HALF],
  deals: [DEAL],
  trade: new Map([
    ['USDT', balance('5000', '500')],
    ['BTC', balance('0.00999', '0')],
  ]),
};
const WITHOUT: Picture = { ...TRUTH, open: [], trade: new Map([['USDT', balance('6000', '0')]]) };

describe('the judgement of what is there after a kill', () => {
  let mirror: Mirror;
  const TRANSFER = { kind: 'transfer', ticker: 'USDT', amount: '6000', to: 'spot' } as const;
  const PLACE: Request = { kind: 'place', forms: [FORM] };
  beforeEach(() => {
    mirror = new Mirror();
    mirror.money.given('USDT', '10000');
    mirror.answered(mirror.ask(TRANSFER), { kind: 'moved' });
  });
  const place = (): void => mirror.answered(mirror.ask(PLACE), { kind: 'done', orders: [RESTING], ended: [] });
  function faultsOf(picture: Picture): string {
    mirror.judge(picture);
    return mirror.faults.splice(0).join('; ');
  }

  test.each([
    ['the order rests', TRUTH],
    ['somebody took half of it', FILLED_HALF],
  ])('is content when %s', (_name, picture) => {
    place();
    expect(faultsOf(picture)).toBe('');
  });

  test.each([
    ['an answered order is gone', WITHOUT, 'order 7 (OPEN) is gone'],
    ['it has another price', { ...TRUTH, open: [{ ...RESTING, price: '49999' }] }, 'price 50000 → 49999'],
    ['nobody cancelled it', { ...WITHOUT, finished: [CANCELED] }, 'nobody cancelled order 7'],
    ['it is there twice', { ...TRUTH, finished: [CANCELED] }, 'order 7 is there twice'],
    ['another one has its name', { ...TRUTH, open: [RESTING, { ...RESTING, id: 8 }] }, 'nobody was promised order 8'],
    ['it has fills without deals', { ...TRUTH, open: [HALF] }, 'its deals have'],
    ['a deal came twice', { ...FILLED_HALF, deals: [DEAL, { ...DEAL, id: 4 }] }, 'its deals have 0.02'],
    ['a deal has the wrong fee', { ...FILLED_HALF, deals: [{ ...DEAL, fee: '0.00002' }] }, 'deal 3 of order 7 cost'],
    [
      'a transfer is lost',
      { ...TRUTH, main: new Map([['USDT', Decimal.parse('10000')]]) },
      'the main wallet has 10000 USDT, not 4000',
    ],
    [
      'the last digit is missing',
      { ...TRUTH, trade: new Map([['USDT', balance('4999.999999999999', '1000')]]) },
      'the trade wallet has 4999.999999999999 + 1000',
    ],
    [
      'too much is frozen',
      { ...TRUTH, trade: new Map([['USDT', balance('4999', '1001')]]) },
      '1001 USDT are frozen, orders hold 1000',
    ],
  ])('notices that %s', (_name, picture, words) => {
    place();
    expect(faultsOf(picture)).toContain(words);
  });

  test('an unanswered order is there or not; then it is known', () => {
    mirror.ask(PLACE);
    expect(mirror.judge(TRUTH)).toMatchObject({ unknownThere: 1, unknownAbsent: 0 });
    expect(faultsOf(WITHOUT)).toContain('order 7 (OPEN) is gone');
  });

  test('what was refused is not there', () => {
    mirror.answered(mirror.ask(PLACE), { kind: 'refused' });
    expect(faultsOf(TRUTH)).toContain('nobody was promised order 7');
  });

  test('half of an unanswered bulk is a fault', () => {
    mirror.ask({ kind: 'place', forms: [FORM, { ...FORM, clientId: 'a-2' }] });
    expect(faultsOf(TRUTH)).toContain('of 2 orders of one request 1 are there');
  });

  test('a cancel that was answered holds, and one that was not may have happened', () => {
    place();
    mirror.ask({ kind: 'cancel', ids: [7] });
    expect(faultsOf({ ...WITHOUT, finished: [CANCELED] })).toBe('');
  });

  test('an order that was cancelled is open again', () => {
    place();
    mirror.answered(mirror.ask({ kind: 'cancel', ids: [7] }), { kind: 'done', orders: [], ended: [7] });
    expect(faultsOf(TRUTH)).toContain('order 7 was cancelled and is open');
  });

  test('an order that was cancelled for one that was never made', () => {
    place();
    mirror.ask({ kind: 'modify', id: 7, form: { ...FORM, price: '49000' } });
    expect(faultsOf({ ...WITHOUT, finished: [CANCELED] })).toContain('and was not made anew');
  });

  test('an unanswered transfer happened or not, on both sides', () => {
    mirror.ask({ kind: 'transfer', ticker: 'USDT', amount: '1.5', to: 'main' });
    const main = new Map([['USDT', Decimal.parse('4001.5')]]);
    expect(faultsOf({ ...WITHOUT, main })).toContain('the trade wallet has 6000 + 0 USDT, not 5998.5');
  });

  test('an id that comes again', () => {
    place();
    mirror.judge(TRUTH);
    mirror.answered(mirror.ask(PLACE), { kind: 'done', orders: [{ ...RESTING, id: 6, clientId: 'a-9' }], ended: [] });
    expect(mirror.faults.join()).toContain('id 6 was given twice');
  });

  test('what was told over the WebSocket counts like an answer', () => {
    mirror.ask(PLACE);
    mirror.toldOrder(RESTING);
    mirror.toldDeal(DEAL);
    expect(faultsOf(WITHOUT)).toContain('order 7 was told and is gone; deal 3 of order 7 was told and is gone');
  });

  test('the public ids go on', () => {
    const memory = new PublicMemory();
    const trade = (id: number) => ({ id, price: '1', amount: '2', type: 'buy' });
    const first = memory.connection();
    first.depth([true, { update_id: 10 }, 'BTC_USDT']);
    first.depth([false, { update_id: 12, past_update_id: 10 }, 'BTC_USDT']);
    first.trades(['BTC_USDT', [trade(5), trade(4)]]);
    expect(memory.faults).toEqual([]);
    const second = memory.connection();
    second.depth([true, { update_id: 11 }, 'BTC_USDT']);
    second.depth([false, { update_id: 14, past_update_id: 13 }, 'BTC_USDT']);
    second.trades(['BTC_USDT', [{ ...trade(4), amount: '3' }]]);
    second.trades(['BTC_USDT', [trade(3)]]);
    expect(memory.faults).toEqual([
      'BTC_USDT: update 11 after 12',
      'BTC_USDT: an update after 13, told was 11',
      'BTC_USDT: trade 5 was told and is gone',
      'BTC_USDT: trade 4 was buy 2 for 1 and is buy 3 for 1',
      'BTC_USDT: a new trade 3 after 5',
    ]);
  });
});

test(`killed ${KILLS} times under load (seed ${SEED}), it keeps all that it answered`, {
  timeout: 300_000,
}, async () => {
  const figures = await runPracticeKills({ kills: KILLS, seed: SEED });
  expect(figures.faults).toEqual([]);
  expect(figures.kills).toBe(KILLS);
  // Without work nothing would be shown.
  expect(figures.requests.answered).toBeGreaterThan(KILLS * 10);
  expect(figures.deals).toBeGreaterThan(0);
  expect(figures.framesHeard).toBeGreaterThan(0);
});
