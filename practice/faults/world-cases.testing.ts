import { expect } from 'vitest';
import { DEMO, record } from '../practice.testing.ts';
import { fieldsOf, listOf } from './frames.ts';
import { type Cases, MARKET, PLENTY, type Stage } from './stage.testing.ts';

/** Groups D to G: limits, availability, keys, time, rules and the account. */

const TIME = '/api/v4/public/time';
const BALANCE = 'trade-account/balance';

const balanceOf = async (stage: Stage, ticker: string): Promise<unknown> =>
  fieldsOf(record((await stage.call(BALANCE, { ticker })).body)).available;

const refusedInstead =
  (id: string, way: string, status: number) =>
  async (stage: Stage): Promise<void> => {
    await stage.arm(id, way, { count: 1 });
    const answer = await stage.order();
    expect([answer.status, answer.type]).toEqual([status, expect.stringContaining('html')]);
    expect(stage.mine()).toEqual([]);
    expect((await stage.order()).status).toBe(200);
  };

const limited =
  (id: string, way: string, status: number, seconds: string) =>
  async (stage: Stage): Promise<void> => {
    await stage.arm(id, way, { count: 1 });
    const answer = await stage.raw(TIME);
    expect([answer.status, answer.headers['retry-after']]).toEqual([status, seconds]);
    expect((await stage.raw(TIME)).status).toBe(200);
  };

const refusedByEngine =
  (id: string, way: string, code: number) =>
  async (stage: Stage): Promise<void> => {
    await stage.arm(id, way, { count: 1 });
    expect((await stage.order()).body).toMatchObject({ code });
    expect(stage.mine()).toEqual([]);
    expect((await stage.order()).status).toBe(200);
  };

/** What the market refuses while armed, it takes before and after. */
const whileArmed =
  (id: string, way: string, params: Record<string, unknown>, refusal: Record<string, unknown>) =>
  async (stage: Stage): Promise<void> => {
    expect((await stage.order(params)).status).toBe(200);
    const armed = await stage.arm(id, way, { market: MARKET });
    expect((await stage.order(params)).body).toMatchObject(refusal);
    await stage.disarm(armed);
    expect((await stage.order(params)).status).toBe(200);
  };

const keyRefused =
  (id: string, way: string, refusal: { readonly status: number; readonly comesBack: boolean }) =>
  async (stage: Stage): Promise<void> => {
    expect((await stage.order()).status).toBe(200);
    const armed = await stage.arm(id, way, { apiKey: stage.key.apiKey });
    expect((await stage.order()).status).toBe(refusal.status);
    await stage.disarm(armed);
    expect((await stage.order()).status).toBe(refusal.comesBack ? 200 : refusal.status);
  };

export const WORLD_CASES: Cases = {
  'F50 too-many': limited('F50', 'too-many', 429, '2'),
  'F51 teapot': limited('F51', 'teapot', 418, '120'),
  'F52 refused': refusedByEngine('F52', 'refused', 103),
  'F53 forbidden': refusedInstead('F53', 'forbidden', 403),
  'F53 as-success': refusedInstead('F53', 'as-success', 200),
  'F54 halted': whileArmed('F54', 'halted', {}, { code: 51 }),
  'F54 post-only': whileArmed('F54', 'post-only', {}, { code: 30 }),
  'F54 maintenance': async (stage) => {
    const armed = await stage.arm('F54', 'maintenance');
    expect((await stage.client.get(TIME)).status).toBe(503);
    expect((await stage.client.get('/api/v4/public/platform/status')).body).toEqual({ status: 'system maintenance' });
    expect(await stage.bare().closed).toBe(503);
    await stage.disarm(armed);
    expect((await stage.client.get('/api/v4/public/platform/status')).body).toEqual({ status: 'system operational' });
  },
  'F55 after-executing': async (stage) => {
    const armed = await stage.arm('F55', 'after-executing', { delayMs: PLENTY });
    let isAnswered = false;
    const answer = stage.order().finally(() => {
      isAnswered = true;
    });
    await expect.poll(() => stage.mine().length).toBe(1);
    expect(isAnswered).toBe(false);
    await stage.disarm(armed);
    expect((await answer).status).toBe(200);
  },
  'F57 moved': async (stage) => {
    await stage.arm('F57', 'moved');
    const answer = await stage.raw(`${TIME}?a=1`);
    expect([answer.status, answer.headers.location]).toEqual([307, `http://elsewhere.invalid${TIME}?a=1`]);
  },
  'F58 unreachable': async (stage) => {
    const wire = await stage.wire();
    await stage.arm('F58', 'unreachable', { durationMs: 3_600_000 });
    expect(await wire.closed).toBe(1006);
    await expect(stage.client.get(TIME)).rejects.toThrow();
    expect(await stage.bare().closed).toBe(1006);
    await stage.client.control('clock/advance', { ms: 3_600_000 });
    expect((await stage.client.get(TIME)).status).toBe(200);
    await stage.bare().opened;
  },
  'F59 pretended': async (stage) => {
    const { apiKey } = stage.key;
    await stage.client.control('keys/update', { email: DEMO, apiKey, ips: ['127.0.0.1'] });
    expect((await stage.call(BALANCE)).status).toBe(200);
    await stage.arm('F59', 'pretended', { apiKey });
    expect((await stage.call(BALANCE)).body).toMatchObject({ code: 2 });
    const { keys } = await stage.client.control('keys/list', { email: DEMO });
    expect(listOf(keys)).toMatchObject([{ active: false, offReason: 'foreign-ip' }]);
  },
  'F60 off': keyRefused('F60', 'off', { status: 401, comesBack: true }),
  'F60 expired': keyRefused('F60', 'expired', { status: 401, comesBack: true }),
  'F60 revoked': keyRefused('F60', 'revoked', { status: 401, comesBack: false }),
  'F60 permission-taken': keyRefused('F60', 'permission-taken', { status: 401, comesBack: true }),
  'F60 permission-added': async (stage) => {
    const withdraw = () => stage.call('main-account/withdraw', {});
    expect((await withdraw()).body).toMatchObject({ code: 4 });
    const armed = await stage.arm('F60', 'permission-added', { apiKey: stage.key.apiKey });
    // No longer refused for the permission, but because the account has no second factor.
    expect((await withdraw()).body).toMatchObject({ code: 1 });
    await stage.disarm(armed);
    expect((await withdraw()).body).toMatchObject({ code: 4 });
  },
  'F65 constant': async (stage) => {
    const now = async (): Promise<number> => Number(record((await stage.client.get(TIME)).body).time);
    const before = await now();
    const armed = await stage.arm('F65', 'constant', { skewMs: -300_000 });
    expect(before - (await now())).toBeGreaterThan(290);
    const nonce = stage.client.practice.clock.nowMs();
    expect((await stage.call(BALANCE, { nonce, nonceWindow: true })).status).toBe(400);
    await stage.disarm(armed);
    expect((await stage.call(BALANCE, { nonce: nonce + 1, nonceWindow: true })).status).toBe(200);
  },
  'F67 too-many-requests': async (stage) => {
    await stage.arm('F67', 'too-many-requests', { count: 1 });
    const answer = await stage.order();
    expect([answer.status, answer.body]).toMatchObject([429, { message: 'Too many requests.' }]);
    expect([stage.mine().length, (await stage.order()).status]).toEqual([0, 200]);
  },
  'F67 outside-window': async (stage) => {
    await stage.arm('F67', 'outside-window', { count: 1 });
    expect((await stage.order()).body).toMatchObject({
      message: expect.stringContaining('nonce is more than 5 seconds'),
    });
    expect([stage.mine().length, (await stage.order()).status]).toEqual([0, 200]);
  },
  'F70 coarser': async (stage) => {
    const listed = async () =>
      listOf((await stage.client.get('/api/v4/public/markets')).body)
        .map(fieldsOf)
        .find(({ name }) => name === MARKET);
    const before = await listed();
    const armed = await stage.arm('F70', 'coarser', { market: MARKET });
    const during = await listed();
    expect(Number(during?.stockPrec)).toBe(Number(before?.stockPrec) - 1);
    expect(Number(during?.minTotal)).toBe(Number(before?.minTotal) * 2);
    const fine = `0.01${'0'.repeat(Number(before?.stockPrec) - 3)}1`;
    expect((await stage.order({ amount: fine })).body).toMatchObject({ code: 32 });
    await stage.disarm(armed);
    expect(await listed()).toEqual(before);
    expect((await stage.order({ amount: fine })).status).toBe(200);
  },
  'F71 hundredfold': whileArmed('F71', 'hundredfold', { amount: '0.01001' }, { code: 32 }),
  'F72 gone': async (stage) => {
    await stage.order();
    const names = async (): Promise<unknown[]> =>
      listOf((await stage.client.get('/api/v4/public/markets')).body).map((one) => fieldsOf(one).name);
    const armed = await stage.arm('F72', 'gone', { market: MARKET });
    expect([stage.mine().length, (await names()).includes(MARKET)]).toEqual([0, false]);
    expect((await stage.order()).body).toMatchObject({ code: 31 });
    await stage.disarm(armed);
    expect([(await names()).includes(MARKET), (await stage.order()).status]).toEqual([true, 200]);
  },
  'F73 renamed': async (stage) => {
    await stage.arm('F73', 'renamed', { ticker: 'BTC' });
    const ticker = record((await stage.client.get('/api/v4/public/ticker')).body);
    expect(Object.keys(ticker)).toContain('BTCNEW_USDT');
    expect(Object.keys(ticker)).not.toContain(MARKET);
    const wire = await stage.wire(['lastprice', MARKET]);
    expect((await wire.next()).params[0]).toBe('BTCNEW_USDT');
  },
  'F73 redenominated': async (stage) => {
    await stage.trade();
    await stage.arm('F73', 'redenominated', { ticker: 'BTC' });
    const wire = await stage.wire(['trades', MARKET]);
    const [trade] = listOf((await wire.next()).params[1]);
    expect(Number(fieldsOf(trade).price)).toBeCloseTo(Number(stage.price('0.001')), 0);
  },
  'F74 own-rates': async (stage) => {
    const rate = async (): Promise<unknown> => record((await stage.order()).body).takerFee;
    const before = await rate();
    const armed = await stage.arm('F74', 'own-rates', { email: DEMO, market: MARKET });
    expect(await rate()).toBe('0.005');
    await stage.disarm(armed);
    expect(await rate()).toBe(before);
  },
  'F75 refused': refusedByEngine('F75', 'refused', 250),
  'F80 at-once': async (stage) => {
    const wire = await stage.wire(['deals', [MARKET]]);
    await stage.arm('F80', 'at-once', { email: DEMO, market: MARKET, amount: '0.01' });
    const { params } = await wire.next();
    expect([params[2], params[5], params[8]]).toEqual([MARKET, '0.01', 2]);
  },
  'F81 withdrawn': async (stage) => {
    const before = await balanceOf(stage, 'USDT');
    const armed = await stage.arm('F81', 'withdrawn', { email: DEMO, ticker: 'USDT' });
    expect(await balanceOf(stage, 'USDT')).toBe('0');
    expect((await stage.order()).body).toMatchObject({ code: 10 });
    await stage.disarm(armed);
    expect(await balanceOf(stage, 'USDT')).toBe(before);
  },
  'F82 deposit': async (stage) => {
    await stage.arm('F82', 'deposit', { email: DEMO, ticker: 'ETH', amount: '2.5' });
    const { body } = await stage.call('main-account/balance', { ticker: 'ETH' });
    expect(fieldsOf(body).main_balance ?? fieldsOf(fieldsOf(body).ETH).main_balance).toBe('7.5');
  },
  'F82 airdrop': async (stage) => {
    const before = Number(await balanceOf(stage, 'BTC'));
    await stage.arm('F82', 'airdrop', { email: DEMO, ticker: 'BTC', amount: '0.5' });
    expect(await balanceOf(stage, 'BTC')).toBe(String(before + 0.5));
  },
  'F82 withdrawal': async (stage) => {
    const before = Number(await balanceOf(stage, 'BTC'));
    await stage.arm('F82', 'withdrawal', { email: DEMO, ticker: 'BTC', amount: '0.5' });
    expect(await balanceOf(stage, 'BTC')).toBe(String(before - 0.5));
  },
};
