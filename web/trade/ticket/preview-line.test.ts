import { expect, test } from 'vitest';
import type { OrderPreview } from '../../../src/contract/trading.ts';
import type { PlaceAsk } from '../data/actions.ts';
import { PreviewLine } from './preview-line.ts';

const ask = (price: string): PlaceAsk => ({
  connection: 'c',
  market: 'BTC_USDT',
  draft: {
    ...{ side: 'buy', terms: { kind: 'limit', price, postOnly: false, ioc: false } },
    quantity: { unit: 'base', amount: '1' },
  },
  confirmations: [],
});
const preview = (sentence: string): OrderPreview => ({
  ...{ sentence, quantityBase: null, value: null, fee: null, after: null, distancePercent: null, sentAs: '' },
  problems: [],
});

function setup() {
  const asked: { ask: PlaceAsk; answer: (preview: OrderPreview) => void; fail: (error: Error) => void }[] = [];
  const timers = new Set<() => void>();
  const line = new PreviewLine({
    ask: (one) => {
      const { promise, resolve, reject } = Promise.withResolvers<OrderPreview>();
      asked.push({ ask: one, answer: resolve, fail: reject });
      return promise;
    },
    after: (_, run) => {
      timers.add(run);
      return () => timers.delete(run);
    },
  });
  const pause = (): void => {
    for (const run of timers) run();
    timers.clear();
  };
  const sentence = (): string => {
    const told = line.told();
    return told.state === 'told' ? told.preview.sentence : told.state;
  };
  return { line, asked, pause, sentence, settle: () => new Promise((done) => setImmediate(done)) };
}

test('while one types nothing is asked; after a pause, once', () => {
  const { line, asked, pause } = setup();
  for (const price of ['4', '43', '432']) line.want(ask(price));
  expect(asked).toHaveLength(0);
  pause();
  expect(asked.map((one) => one.ask)).toEqual([ask('432')]);
});

test('an answer about an older order is never shown, whenever it comes', async () => {
  const { line, asked, pause, sentence, settle } = setup();
  line.want(ask('1'));
  pause();
  line.want(ask('2'));
  expect(sentence()).toBe('asking');
  asked[0]?.answer(preview('old'));
  await settle();
  expect(sentence()).toBe('asking');
  pause();
  asked[1]?.answer(preview('new'));
  await settle();
  expect(sentence()).toBe('new');
  line.want(ask('3'));
  expect(sentence()).toBe('asking');
});

test('answers that overtake each other: the last one asked for wins', async () => {
  const { line, asked, pause, sentence, settle } = setup();
  line.want(ask('1'));
  pause();
  line.want(ask('2'));
  pause();
  asked[1]?.answer(preview('second'));
  await settle();
  asked[0]?.answer(preview('first'));
  await settle();
  expect(sentence()).toBe('second');
});

test('asked again because the market moved, what is shown stays until it is answered', async () => {
  const { line, asked, pause, sentence, settle } = setup();
  line.want(ask('1'));
  line.again();
  expect(asked).toHaveLength(0);
  pause();
  asked[0]?.answer(preview('before'));
  await settle();
  line.again();
  line.again();
  expect(asked).toHaveLength(2);
  expect(sentence()).toBe('before');
  asked[1]?.answer(preview('after'));
  await settle();
  expect(sentence()).toBe('after');
});

test('whoever is about to send does not wait for the pause, but for the answer', async () => {
  const { line, asked } = setup();
  line.want(ask('1'));
  const settled = line.settled();
  expect(asked).toHaveLength(1);
  asked[0]?.answer(preview('yes'));
  expect(await settled).toMatchObject({ state: 'told', preview: { sentence: 'yes' } });
});

test('an order that changes while one waits for its answer is not told as this one', async () => {
  const { line, asked, pause } = setup();
  line.want(ask('1'));
  pause();
  const settled = line.settled();
  line.want(ask('2'));
  asked[0]?.answer(preview('old'));
  expect((await settled).state).toBe('asking');
});

test('a failure is told, and the next press asks anew', async () => {
  const { line, asked, pause, sentence, settle } = setup();
  line.want(ask('1'));
  pause();
  asked[0]?.fail(new Error('silence'));
  await settle();
  expect(sentence()).toBe('failed');
  const settled = line.settled();
  asked[1]?.answer(preview('there'));
  expect((await settled).state).toBe('told');
});

test('no order, no question', () => {
  const { line, asked, pause, sentence } = setup();
  line.want(ask('1'));
  line.want(null);
  pause();
  expect(asked).toHaveLength(0);
  expect(sentence()).toBe('none');
});
