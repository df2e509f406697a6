import { expect } from 'vitest';
import { DEMO, record } from '../practice.testing.ts';
import { DEAL, fieldsOf } from './frames.ts';
import { type Cases, type Frame, MARKET, PLENTY, type Stage, type Wire } from './stage.testing.ts';

/** Group B on the stream. */

const DEALS = ['deals', [MARKET]] as const;
const PENDING = ['ordersPending', MARKET] as const;

const event = ({ params }: Frame): unknown[] => [params[0], fieldsOf(params[1]).status];

/** The deals that one trade of mine is told by. */
async function told(stage: Stage, wire: Wire): Promise<readonly (readonly unknown[])[]> {
  await stage.trade();
  const first = await wire.next();
  return [first, ...(await wire.rest())].filter(({ method }) => method === 'deals_update').map(({ params }) => params);
}

const silent =
  (way: string) =>
  async (stage: Stage): Promise<void> => {
    const wire = await stage.wire(DEALS, PENDING);
    await stage.arm('F24', way);
    await stage.trade();
    const methods = (await wire.rest()).map(({ method }) => method);
    expect(methods).toEqual(way === 'all' ? [] : ['ordersPending_update']);
    const { body } = await stage.call('trade-account/executed-history', { market: MARKET });
    expect(body).toHaveLength(1);
  };

export const FILL_CASES: Cases = {
  'F20 on-placing': async (stage) => {
    const wire = await stage.wire(DEALS);
    await stage.arm('F20', 'on-placing', { pieces: 3 });
    const { orderId } = record((await stage.order()).body);
    await expect.poll(() => stage.mine().map(({ left }) => left)).toEqual([1n]);
    const frames = await wire.rest();
    expect(frames.map(({ params }) => params[DEAL.order])).toEqual([orderId, orderId, orderId]);
  },
  'F21 doubled': async (stage) => {
    const wire = await stage.wire(DEALS);
    await stage.arm('F21', 'doubled');
    const [first, second, ...others] = await told(stage, wire);
    expect(second).toEqual(first);
    expect(others).toEqual([]);
  },
  'F22 late-reply': async (stage) => {
    const wire = await stage.wire(DEALS, PENDING);
    await stage.place('rival', 'sell', '0.01', stage.price('1'));
    const armed = await stage.arm('F22', 'late-reply', { delayMs: PLENTY });
    let isAnswered = false;
    const answer = stage.order({ price: stage.price('1') }).finally(() => {
      isAnswered = true;
    });
    expect((await wire.next()).method).toBe('deals_update');
    expect([await wire.rest(), isAnswered]).toEqual([[], false]);
    await stage.disarm(armed);
    expect((await answer).status).toBe(200);
    expect((await wire.next()).method).toBe('ordersPending_update');
  },
  'F23 swapped': async (stage) => {
    const wire = await stage.wire(PENDING);
    await stage.arm('F23', 'swapped', { delayMs: PLENTY });
    await stage.place('me', 'buy', '0.01', stage.price('1'));
    expect(await wire.rest()).toEqual([]);
    await stage.place('rival', 'sell', '0.01', stage.price('1'));
    expect([event(await wire.next()), event(await wire.next())]).toEqual([
      [3, 'FILLED'],
      [1, 'OPEN'],
    ]);
  },
  'F24 deals': silent('deals'),
  'F24 all': silent('all'),
  'F25 held-back': async (stage) => {
    const wire = await stage.wire(DEALS, PENDING);
    await stage.arm('F25', 'held-back', { delayMs: PLENTY });
    const { id } = await stage.place('me', 'buy', '0.02', stage.price('1'));
    await stage.place('rival', 'sell', '0.01', stage.price('1'));
    const before = await wire.rest();
    expect(before.map(({ method }) => method)).toEqual(['ordersPending_update', 'ordersPending_update']);
    await stage.client.control('orders/force-cancel', { email: DEMO, market: MARKET, orderId: id });
    const [finish, deal] = [await wire.next(), await wire.next()];
    expect(event(finish)).toEqual([3, 'CANCELED']);
    expect([deal.method, deal.params[DEAL.order]]).toEqual(['deals_update', id]);
  },
  'F26 another-deal': async (stage) => {
    const wire = await stage.wire(DEALS);
    await stage.arm('F26', 'another-deal');
    const [first = [], second = []] = await told(stage, wire);
    expect(second[DEAL.id]).not.toBe(first[DEAL.id]);
    expect([second[DEAL.order], second[DEAL.amount]]).toEqual([first[DEAL.order], '0.01']);
  },
  'F27 absent': async (stage) => {
    const wire = await stage.wire(DEALS);
    await stage.arm('F27', 'absent');
    const [deal = []] = await told(stage, wire);
    expect([deal[DEAL.fee], deal[DEAL.feeAsset]]).toEqual([null, null]);
  },
  'F27 late': async (stage) => {
    const wire = await stage.wire(DEALS);
    const armed = await stage.arm('F27', 'late', { delayMs: PLENTY });
    const [deal = [], ...others] = await told(stage, wire);
    expect([deal[DEAL.fee], others]).toEqual(['0', []]);
    await stage.disarm(armed);
    const again = await wire.next();
    expect([again.params[DEAL.id], again.params[DEAL.fee]]).toEqual([deal[DEAL.id], '0.00001']);
  },
  'F27 third-asset': async (stage) => {
    const wire = await stage.wire(DEALS);
    await stage.arm('F27', 'third-asset');
    const [deal = []] = await told(stage, wire);
    expect(deal[DEAL.feeAsset]).toBe('WBT');
  },
  'F28 absent': async (stage) => {
    const wire = await stage.wire(DEALS);
    await stage.arm('F28', 'absent');
    const [deal = []] = await told(stage, wire);
    expect(deal[DEAL.id]).toBe(0);
  },
  'F28 different': async (stage) => {
    const wire = await stage.wire(DEALS);
    await stage.arm('F28', 'different');
    const [deal = []] = await told(stage, wire);
    const { body } = await stage.call('trade-account/executed-history', { market: MARKET });
    const [record = null] = Array.isArray(body) ? body : [];
    expect(fieldsOf(record).orderId).toBe(deal[DEAL.order]);
    expect(fieldsOf(record).id).not.toBe(deal[DEAL.id]);
  },
  'F29 negative': async (stage) => {
    const wire = await stage.wire(DEALS);
    await stage.arm('F29', 'negative');
    const [first = [], second = []] = await told(stage, wire);
    expect([second[DEAL.id], second[DEAL.amount]]).toEqual([first[DEAL.id], '-0.01']);
  },
  'F30 on-placing': async (stage) => {
    const wire = await stage.wire(PENDING);
    await stage.arm('F30', 'on-placing');
    const { orderId } = record((await stage.order()).body);
    const events = [await wire.next(), await wire.next()];
    expect(events.map(event)).toEqual([
      [1, 'OPEN'],
      [3, 'CANCELED_STP'],
    ]);
    expect(fieldsOf(events[1]?.params[1]).id).toBe(orderId);
  },
  'F31 all-open': async (stage) => {
    await stage.order();
    const wire = await stage.wire(PENDING);
    await stage.arm('F31', 'all-open', { market: MARKET });
    expect(event(await wire.next())).toEqual([3, 'CANCELED']);
    expect(stage.mine()).toEqual([]);
  },
  'F32 resting': async (stage) => {
    const wire = await stage.wire(PENDING);
    const armed = await stage.arm('F32', 'resting', { email: DEMO, market: MARKET, price: stage.price('0.9') });
    const { params } = await wire.next();
    expect([params[0], fieldsOf(params[1]).client_order_id]).toEqual([1, 'not-from-here']);
    await stage.disarm(armed);
    expect(event(await wire.next())).toEqual([3, 'CANCELED']);
  },
};
