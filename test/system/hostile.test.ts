import { describe, expect, test } from 'vitest';
import { forbiddenShapes, whyForbidden } from '../campaigns/frozen.ts';
import { hostileFaults, runHostile } from '../campaigns/hostile.ts';
import { seedFrom } from '../campaigns/seeded.ts';

/** What fits into a run of all tests; `npm run campaign:hostile` sends a million. */
const FRAMES = 20_000;
const SEED = seedFrom(process.env.CAMPAIGN_SEED ?? '20261123');

describe('the judgement knows a forbidden request', () => {
  const WITHDRAW = '/api/v4/main-account/withdraw';
  const signed = (path: string, more = '') => ({
    method: 'POST',
    path,
    body: `{"request":"${path}","nonce":1700000000000,"nonceWindow":false${more}}`,
  });

  const windowed = (path: string, more = '') => {
    const { body } = signed(path, more);
    return { method: 'POST', path, body: body.replace('"nonceWindow":false', '"nonceWindow":true') };
  };
  const ORDER = ',"market":"BTC_USDT","side":"buy","amount":"1","price":"1","clientOrderId":"a-1-m-1"';

  test.each([
    ['a withdrawal', signed(WITHDRAW, ',"ticker":"USDT","amount":"1"')],
    ['one parameter on a probe', signed('/api/v4/order/cancel', ',"market":"BTC_USDT"')],
    ['another page of the history', signed('/api/v4/main-account/history', ',"limit":100,"offset":100')],
    ['a path that is in no table', signed('/api/v4/convert/confirm')],
    ['a body that names another path', { ...signed(WITHDRAW), path: '/api/v4/main-account/balance' }],
    ['a query', { ...signed(WITHDRAW), path: `${WITHDRAW}?amount=1` }],
    ['a public path that custody does not need', { method: 'GET', path: '/api/v4/public/assets', body: '' }],
    ['a market order', windowed('/api/v4/order/market', `${ORDER}}`)],
    ['an order without a window', signed('/api/v4/order/new', ORDER)],
    ['an order with leverage', windowed('/api/v4/order/new', `${ORDER},"leverage":10`)],
    ['all orders of a market', windowed('/api/v4/order/cancel/all', ',"market":"BTC_USDT","type":["spot"]')],
    ['a withdrawal with a window', windowed(WITHDRAW)],
    ['another method', { ...signed(WITHDRAW), method: 'PUT' }],
  ])('%s', (_name, seen) => {
    expect(whyForbidden(seen)).not.toBeNull();
  });

  test('and lets a probe, a balance and a ping pass', () => {
    const history = signed('/api/v4/main-account/history', ',"limit":100,"offset":0');
    const ping = { method: 'GET', path: '/api/v4/public/ping', body: '' };
    const order = windowed('/api/v4/order/new', ORDER);
    for (const seen of [order, signed(WITHDRAW), signed('/api/v4/trade-account/balance'), history, ping]) {
      expect(whyForbidden(seen)).toBeNull();
    }
  });

  test('in the counters of the exchange as well', () => {
    const fine = { [`${WITHDRAW}?`]: 3, '/api/v4/main-account/history?limit,offset': 1 };
    expect(forbiddenShapes(fine)).toEqual([]);
    const wrong = [`${WITHDRAW}?amount,ticker`, '/api/v4/order/new?', '/api/v4/main-account/history?', 'more'];
    expect(forbiddenShapes({ ...fine, ...Object.fromEntries(wrong.map((shape) => [shape, 1])) })).toEqual(wrong);
  });
});

test(`a hostile desk sends ${FRAMES} messages (seed ${SEED}): nothing forbidden reaches the exchange`, async () => {
  const figures = await runHostile({ frames: FRAMES, seed: SEED });
  expect(hostileFaults(figures)).toEqual([]);
  expect(figures.frames).toBe(FRAMES);
});
