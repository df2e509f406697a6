import { describe, expect, test } from 'vitest';
import { Truths } from './truths.ts';

type Row = { readonly text: string; readonly atMs: number };
const row = (text: string, atMs = 0): Row => ({ text, atMs });

function setup() {
  const clock = { nowMs: 1_000_000 };
  const truths = new Truths<Row>(() => clock.nowMs);
  const texts = (): readonly string[] => truths.all().map(({ text }) => text);
  return { truths, clock, texts };
}

describe('an answer to a request', () => {
  test('is everything there is', () => {
    const { truths, texts } = setup();
    truths.read(truths.begin(), [['a', row('a1')]]);
    truths.read(truths.begin(), [['b', row('b1')]]);
    expect(texts()).toEqual(['b1']);
  });

  test('does not undo what the line said after it was asked', () => {
    const { truths, texts } = setup();
    truths.read(truths.begin(), [['a', row('old')]]);
    const begun = truths.begin();
    truths.told('a', row('new'));
    truths.told('c', row('placed meanwhile'));
    truths.read(begun, [['a', row('old')]]);
    expect(texts()).toEqual(['new', 'placed meanwhile']);
  });

  test('does not bring back what ended, not even one that was asked for later and answered by an older view', () => {
    const { truths, texts, clock } = setup();
    const begun = truths.begin();
    truths.told('a', null);
    truths.read(begun, [['a', row('still open')]]);
    expect(texts()).toEqual([]);
    clock.nowMs += 30_000;
    truths.read(truths.begin(), [['a', row('still open')]]);
    expect(texts()).toEqual([]);
  });

  test('forgets what ended once no answer can be that old', () => {
    const { truths, texts, clock } = setup();
    truths.told('a', null);
    clock.nowMs += 60_001;
    truths.read(truths.begin(), []);
    truths.read(truths.begin(), [['a', row('another of the same name')]]);
    expect(texts()).toEqual(['another of the same name']);
  });
});

describe('an answer to an action', () => {
  const isNewer =
    (value: Row) =>
    (than: Row): boolean =>
      value.atMs > than.atMs;

  test('shows at once, but never over a newer word or over the end', () => {
    const { truths, texts } = setup();
    truths.answered('a', row('submitting', 5), isNewer(row('', 5)));
    expect(texts()).toEqual(['submitting']);
    truths.told('a', row('open', 6));
    truths.answered('a', row('submitting', 5), isNewer(row('', 5)));
    truths.settle();
    expect(texts()).toEqual(['open']);
    truths.told('a', null);
    truths.answered('a', row('open', 7), isNewer(row('', 7)));
    truths.settle();
    expect(texts()).toEqual([]);
  });
});

test('a burst is one change for whoever looks, and nothing said is no change', () => {
  const { truths } = setup();
  let changes = 0;
  truths.subscribe(() => {
    changes += 1;
  });
  for (let n = 0; n < 100; n += 1) truths.told(`row ${n % 10}`, row(`${n}`));
  const before = truths.all();
  truths.settle();
  expect(changes).toBe(1);
  expect(truths.all()).toHaveLength(10);
  expect(truths.all()).not.toBe(before);
  const after = truths.all();
  truths.settle();
  expect(changes).toBe(1);
  expect(truths.all()).toBe(after);
});
