import { expect } from 'vitest';
import { record } from '../practice.testing.ts';
import { fieldsOf, listOf } from './frames.ts';
import { type Cases, MARKET, PLENTY, type Stage } from './stage.testing.ts';

/** Group A over HTTP. */

const gatewayAfter =
  (status: number) =>
  async (stage: Stage): Promise<void> => {
    const armed = await stage.arm('F05', String(status), { count: 1 });
    const answer = await stage.order();
    expect([answer.status, answer.type]).toEqual([status, expect.stringContaining('html')]);
    expect(stage.mine()).toHaveLength(1);
    await stage.disarm(armed);
    await stage.arm('F05', String(status), { executed: false });
    expect((await stage.order()).status).toBe(status);
    expect(stage.mine()).toHaveLength(1);
  };

const refusedWith =
  (id: string, way: string, code: number) =>
  async (stage: Stage): Promise<void> => {
    const armed = await stage.arm(id, way);
    expect((await stage.order()).body).toMatchObject({ code });
    expect(stage.mine()).toHaveLength(0);
    await stage.disarm(armed);
    expect((await stage.order()).status).toBe(200);
  };

const changedBody =
  (way: string, look: (text: string, body: unknown) => void) =>
  async (stage: Stage): Promise<void> => {
    await stage.arm('F15', way);
    const answer = await stage.order();
    expect([answer.status, answer.type]).toEqual([200, expect.stringContaining('json')]);
    expect(stage.mine()).toHaveLength(1);
    look(answer.text, answer.body);
  };

/** Late by far more than the test lasts; the fault ends and it comes. */
const late =
  (id: string, way: string) =>
  async (stage: Stage): Promise<void> => {
    const armed = await stage.arm(id, way, { delayMs: PLENTY });
    const answer = stage.order();
    await stage.untilStruck(armed);
    expect(stage.mine()).toHaveLength(0);
    await stage.disarm(armed);
    expect((await answer).status).toBe(200);
    expect(stage.mine()).toHaveLength(1);
  };

const bulk = (stage: Stage) =>
  stage.call('order/bulk', {
    orders: ['0.9', '0.8', '0.7'].map((share) => ({
      market: MARKET,
      side: 'buy',
      amount: '0.01',
      price: stage.price(share),
    })),
  });
const prices = (body: unknown): unknown[] => listOf(body).map((item) => fieldsOf(fieldsOf(item).result).price);

export const SUBMISSION_CASES: Cases = {
  'F01 cut': async (stage) => {
    await stage.arm('F01', 'cut', { count: 1 });
    await expect(stage.order()).rejects.toThrow();
    expect(stage.mine()).toHaveLength(1);
    expect((await stage.order()).status).toBe(200);
  },
  'F01 silence': async (stage) => {
    const armed = await stage.arm('F01', 'silence', { count: 1 });
    let isAnswered = false;
    const answer = stage.order().finally(() => {
      isAnswered = true;
    });
    answer.catch(() => {});
    await stage.untilStruck(armed);
    await expect.poll(() => stage.mine().length).toBe(1);
    expect((await stage.order()).status).toBe(200);
    expect(isAnswered).toBe(false);
  },
  'F02 cut': async (stage) => {
    await stage.arm('F02', 'cut', { count: 1 });
    await expect(stage.order()).rejects.toThrow();
    expect(stage.mine()).toHaveLength(0);
  },
  'F02 silence': async (stage) => {
    const armed = await stage.arm('F02', 'silence', { count: 1 });
    let isAnswered = false;
    const answer = stage.order().finally(() => {
      isAnswered = true;
    });
    answer.catch(() => {});
    await stage.untilStruck(armed);
    expect((await stage.order()).status).toBe(200);
    expect([isAnswered, stage.mine().length]).toEqual([false, 1]);
  },
  'F03 fixed': late('F03', 'fixed'),
  'F03 random': late('F03', 'random'),
  'F04 after-checks': async (stage) => {
    const armed = await stage.arm('F04', 'after-checks', { delayMs: PLENTY });
    const answer = stage.order({ nonce: stage.client.practice.clock.nowMs(), nonceWindow: true });
    await stage.untilStruck(armed);
    // Far beyond the window by which the nonce was judged.
    await stage.client.control('clock/advance', { ms: 60_000 });
    expect(stage.mine()).toHaveLength(0);
    await stage.disarm(armed);
    expect((await answer).status).toBe(200);
    expect(stage.mine()).toHaveLength(1);
  },
  'F05 500': gatewayAfter(500),
  'F05 502': gatewayAfter(502),
  'F05 503': gatewayAfter(503),
  'F05 504': gatewayAfter(504),
  'F06 try-later': refusedWith('F06', 'try-later', 15),
  'F07 after': async (stage) => {
    await stage.arm('F07', 'after');
    expect((await stage.order({ clientOrderId: 'mine-1' })).body).toMatchObject({ code: 36 });
    expect(stage.mine().map(({ clientOrderId }) => clientOrderId)).toEqual(['mine-1']);
  },
  'F08 freed': async (stage) => {
    await stage.order({ clientOrderId: 'twice' });
    expect((await stage.order({ clientOrderId: 'twice' })).body).toMatchObject({ code: 36 });
    const [first] = stage.mine();
    await stage.arm('F08', 'freed');
    expect((await stage.order({ clientOrderId: 'twice' })).status).toBe(200);
    const [second, ...others] = stage.mine();
    expect([second?.clientOrderId, others.length]).toEqual(['twice', 0]);
    expect(second?.id).not.toBe(first?.id);
  },
  'F09 missing': async (stage) => {
    await stage.arm('F09', 'missing');
    expect(listOf((await bulk(stage)).body)).toHaveLength(2);
    expect(stage.mine()).toHaveLength(3);
  },
  'F09 reordered': async (stage) => {
    await stage.arm('F09', 'reordered');
    expect(prices((await bulk(stage)).body)).toEqual(['0.7', '0.8', '0.9'].map((share) => stage.price(share)));
  },
  'F09 partial': async (stage) => {
    await stage.arm('F09', 'partial');
    const { body } = await bulk(stage);
    expect(listOf(body).map((item) => fieldsOf(item).error === null)).toEqual([true, true, false]);
    expect(stage.mine()).toHaveLength(2);
  },
  'F10 new-missing': async (stage) => {
    const { orderId } = record((await stage.order()).body);
    await stage.arm('F10', 'new-missing');
    const answer = await stage.call('order/modify', { market: MARKET, orderId, price: stage.price('0.8') });
    expect(answer.body).toMatchObject({ code: 10 });
    expect(stage.mine()).toHaveLength(0);
  },
  'F10 old-stays': async (stage) => {
    const { orderId } = record((await stage.order()).body);
    await stage.arm('F10', 'old-stays');
    const answer = await stage.call('order/modify', { market: MARKET, orderId, price: stage.price('0.8') });
    expect(answer.body).toMatchObject({ price: stage.price('0.8') });
    expect(stage.mine().map(({ id }) => id)).toEqual([record(answer.body).orderId, orderId]);
  },
  'F11 all-open': async (stage) => {
    const { orderId } = record((await stage.order({ clientOrderId: 'kept' })).body);
    const wire = await stage.wire(['ordersPending', MARKET]);
    await stage.arm('F11', 'all-open', { apiKey: stage.key.apiKey });
    const events = [await wire.next(), await wire.next()].map(({ params }) => [
      params[0],
      fieldsOf(params[1]).client_order_id,
    ]);
    expect(events).toEqual([
      [3, 'kept'],
      [1, 'kept'],
    ]);
    expect(stage.mine().map(({ id }) => id)).not.toContain(orderId);
    expect(stage.mine()).toHaveLength(1);
  },
  'F12 filled': async (stage) => {
    const { orderId } = record((await stage.order()).body);
    await stage.arm('F12', 'filled');
    expect((await stage.call('order/cancel', { market: MARKET, orderId })).body).toMatchObject({ code: 2 });
    const [deal] = stage.exchange.history.dealsOfOrder(stage.me, Number(orderId), { offset: 0, limit: 9 });
    expect(deal).toMatchObject({ orderId, lots: 10_000n });
  },
  'F12 half-filled': async (stage) => {
    const { orderId } = record((await stage.order()).body);
    await stage.arm('F12', 'half-filled');
    const { body } = await stage.call('order/cancel', { market: MARKET, orderId });
    expect(body).toMatchObject({ orderId, dealStock: '0.005', left: '0.005', status: 'CANCELED' });
  },
  'F13 cancelled': async (stage) => {
    const { orderId } = record((await stage.order()).body);
    await stage.arm('F13', 'cancelled');
    expect((await stage.call('order/cancel', { market: MARKET, orderId })).body).toMatchObject({ code: 2 });
    expect(stage.mine()).toHaveLength(0);
  },
  'F14 funds': refusedWith('F14', 'funds', 10),
  'F14 post-only': refusedWith('F14', 'post-only', 13),
  'F14 filter': refusedWith('F14', 'filter', 32),
  'F15 malformed': changedBody('malformed', (text) => expect(() => JSON.parse(text)).toThrow(SyntaxError)),
  'F15 truncated': async (stage) => {
    await stage.arm('F15', 'truncated', { count: 1 });
    await expect(stage.order()).rejects.toThrow();
    expect(stage.mine()).toHaveLength(1);
    const { market } = await stage.client.control('markets/status', { market: MARKET });
    expect(market).toBeDefined();
    await stage.arm('F15', 'truncated', { path: '/api/v4/public/time' });
    await expect(stage.raw('/api/v4/public/time')).rejects.toThrow(/aborted|reset/i);
  },
  'F15 renamed': changedBody('renamed', (_text, body) => {
    expect(body).toMatchObject({ order_identifier: expect.any(Number), market: MARKET });
    expect(body).not.toHaveProperty('orderId');
  }),
  'F15 retyped': changedBody('retyped', (_text, body) =>
    expect(body).toMatchObject({ orderId: { value: expect.any(Number) }, amount: ['0.01'] }),
  ),
  'F15 empty': changedBody('empty', (text) => expect(text).toBe('')),
  'F19 previous': async (stage) => {
    await stage.arm('F19', 'previous');
    const first = await stage.order({ clientOrderId: 'first' });
    const second = await stage.order({ clientOrderId: 'second' });
    expect([first.body, second.body].map((body) => record(body).clientOrderId)).toEqual(['first', 'first']);
    expect(stage.mine().map(({ clientOrderId }) => clientOrderId)).toEqual(['second', 'first']);
  },
};
