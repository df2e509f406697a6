import { describe, expect, test } from 'vitest';
import { faultsOf } from './faults.ts';
import { dealOfOrderOf2022, orderOf2022 } from './rest-orders.ts';
import { FRAMES, ORDERS_OF_2022, REPLIES } from './samples.testing.ts';
import { createSequenceCheck } from './sequence.testing.ts';
import { shapeOfAnswer, shapeOfReply, shapeOfUpdate } from './shapes.ts';

/** The shapes take what the real exchange writes, and do not take what is nearly that. */

function replyFaults(path: string, status: number, body: unknown, params = {}): readonly string[] {
  const shape = shapeOfReply(path, status, params);
  return shape === null ? ['no shape'] : faultsOf(shape, body);
}

function frameFaults(frame: { method?: string }, asked?: string): readonly string[] {
  const shape = asked === undefined ? shapeOfUpdate(String(frame.method)) : shapeOfAnswer(asked);
  return shape === null ? ['no shape'] : faultsOf(shape, frame);
}

describe('what the real exchange has written', () => {
  test.each(REPLIES)('reply: $name', ({ path, status, params, body }) => {
    expect(replyFaults(path, status, JSON.parse(body), params ?? {})).toEqual([]);
  });

  test.each(FRAMES)('frame: $name', ({ asked, text }) => {
    expect(frameFaults(JSON.parse(text), asked)).toEqual([]);
  });

  test.each(ORDERS_OF_2022)('an order of 2022: %s', (text) => {
    expect(faultsOf(orderOf2022, JSON.parse(text))).toEqual([]);
  });

  test('a deal from before fees could be in stock', () => {
    const deal =
      '{"time":1593342324.613711,"fee":"0.00000419198","price":"0.00000701","amount":"598","id":149156519,"dealOrderId":3134995325,"clientOrderId":"customId11","role":2,"deal":"0.00419198"}';
    expect(faultsOf(dealOfOrderOf2022, JSON.parse(deal))).toEqual([]);
  });
});

/** Every leaf of a message, by where it stands. */
function leaves(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, [...path, index]));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, item]) => leaves(item, [...path, name]));
  return [[...path]];
}

function withLeaf(root: unknown, path: readonly (string | number)[], change: (leaf: unknown) => unknown): unknown {
  const copy: unknown = structuredClone(root);
  let parent: unknown = copy;
  for (const step of path.slice(0, -1)) parent = Reflect.get(Object(parent), step);
  const last = path.at(-1) ?? '';
  Reflect.set(Object(parent), last, change(Reflect.get(Object(parent), last)));
  return copy;
}

/** A number or a flag becomes text; a text or null becomes an object. */
const otherKind = (leaf: unknown): unknown =>
  typeof leaf === 'string' || leaf === null ? { was: leaf } : String(leaf);

describe('what is nearly that is refused', () => {
  test('a leaf of another kind', () => {
    let tried = 0;
    for (const { path, status, params, body } of REPLIES) {
      const parsed: unknown = JSON.parse(body);
      for (const leaf of leaves(parsed)) {
        if (leaf.length === 0) continue;
        tried += 1;
        const changed = withLeaf(parsed, leaf, otherKind);
        expect(replyFaults(path, status, changed, params ?? {}), `${path} ${leaf.join('.')}`).not.toEqual([]);
      }
    }
    for (const { asked, text } of FRAMES) {
      const parsed: unknown = JSON.parse(text);
      for (const leaf of leaves(parsed)) {
        tried += 1;
        const changed = withLeaf(parsed, leaf, otherKind);
        expect(frameFaults(Object(changed), asked), `${text} ${leaf.join('.')}`).not.toEqual([]);
      }
    }
    expect(tried).toBeGreaterThan(300);
  });

  test('a field nobody knows, in every reply and frame that is an object', () => {
    for (const { path, status, params, body } of REPLIES) {
      const parsed: unknown = JSON.parse(body);
      if (Array.isArray(parsed)) continue;
      const changed = { ...Object(parsed), surprise: 1 };
      expect(replyFaults(path, status, changed, params ?? {}), path).not.toEqual([]);
    }
    for (const { asked, text } of FRAMES)
      expect(frameFaults({ ...JSON.parse(text), surprise: 1 }, asked), text).not.toEqual([]);
  });

  test.each([
    ['milliseconds for seconds', '/api/v4/public/time', 200, { time: 1631451591000 }, {}],
    ['an exponent', '/api/v4/trade-account/balance', 200, { available: '1e-7', freeze: '0' }, { ticker: 'BTC' }],
    ['zeros at the end', '/api/v4/trade-account/balance', 200, { available: '1.10', freeze: '0' }, { ticker: 'BTC' }],
    [
      'a map for the one that was asked',
      '/api/v4/main-account/balance',
      200,
      { BTC: { main_balance: '1' } },
      { ticker: 'BTC' },
    ],
    ['an empty map that is not []', '/api/v4/trade-account/order/history', 200, {}, {}],
    ['an array without a market', '/api/v4/trade-account/executed-history', 200, [{}], {}],
    ['200 for a transfer', '/api/v4/main-account/transfer', 200, [], {}],
    ['an endpoint nobody knows', '/api/v4/order/nice', 200, [], {}],
    [
      'a sentence nobody says',
      '/api/v4/order/new',
      422,
      { code: 30, message: 'Validation failed', errors: { amount: ['No.'] } },
      {},
    ],
    [
      'a code of another sentence',
      '/api/v4/order/new',
      422,
      { code: 31, message: 'Validation failed', errors: { amount: ['Amount field is required.'] } },
      {},
    ],
  ] as const)('%s', (_name, path, status, body, params) => {
    expect(replyFaults(path, status, body, params)).not.toEqual([]);
  });

  test('an order whose left does not add up', () => {
    const sample = REPLIES.find(({ name }) => name === 'a resting limit order');
    const body = { ...JSON.parse(sample?.body ?? ''), left: '0.9' };
    expect(replyFaults('/api/v4/order/new', 200, body).join()).toContain('do not add up');
  });
});

describe('the order of frames', () => {
  const book = (whole: boolean, ids: object, asks: string[][], bids: string[][]) => [
    whole,
    { timestamp: 1785730130.5, ...ids, asks, bids, event_time: 1785730130.6 },
    'BTC_USDT',
  ];

  test('a gap between two changes of a book is a fault', () => {
    const check = createSequenceCheck();
    expect(check.faults('depth_update', book(true, { update_id: 5 }, [['11', '1']], [['10', '1']]))).toEqual([]);
    const next = book(false, { update_id: 7, past_update_id: 5 }, [['11', '0']], []);
    expect(check.faults('depth_update', next)).toEqual([]);
    const gap = book(false, { update_id: 9, past_update_id: 8 }, [['12', '1']], []);
    expect(check.faults('depth_update', gap)).toEqual(['a gap: the last update_id was 7']);
  });

  test('a book that crosses through a change is a fault', () => {
    const check = createSequenceCheck();
    check.faults('depth_update', book(true, { update_id: 5 }, [['11', '1']], [['10', '1']]));
    const crossing = book(false, { update_id: 6, past_update_id: 5 }, [], [['11', '2']]);
    expect(check.faults('depth_update', crossing)).toEqual(['bid 11 reaches ask 11']);
  });

  test('a deal or a trade told twice is a fault, but for a subscription made anew', () => {
    const check = createSequenceCheck();
    const trade = ['BTC_USDT', [{ id: 4 }]];
    expect(check.faults('trades_update', trade)).toEqual([]);
    expect(check.faults('trades_update', trade)).toEqual(['trade 4 is not new']);
    check.subscribed('trades');
    expect(check.faults('trades_update', trade)).toEqual([]);
    expect(check.faults('deals_update', [1])).toEqual([]);
    expect(check.faults('deals_update', [1])).toEqual(['deal 1 was told before']);
  });

  test('an order that ended stays ended', () => {
    const check = createSequenceCheck();
    expect(check.faults('ordersPending_update', [3, { id: 1 }])).toEqual([]);
    expect(check.faults('ordersPending_update', [2, { id: 1 }])).toEqual(['order 1 has ended before']);
  });
});
