import { describe, expect, test } from 'vitest';
import { type Change, changed, EMPTY, type Form, type Known } from './form.ts';
import { nextKind } from './keys.ts';
import { readForm } from './read-form.ts';

const known: Known = {
  ...{ tick: '0.01', lot: '0.00001', bid: '43209.99', ask: '43210.01', last: '43210.00' },
  ...{ availableBase: '0.123456789', availableQuote: '9812.1' },
};
const unknown: Known = { ...known, bid: null, ask: null, last: null, availableBase: null, availableQuote: null };

function formAfter(changes: readonly Change[], from: Partial<Form> = {}, market = known): Form {
  return changes.reduce((form, change) => changed(form, change, market), { ...EMPTY, ...from });
}
const typed = (field: 'price' | 'activation' | 'amount', text: string): Change => ({ type: 'typed', field, text });

describe('the slider', () => {
  test('of a purchase with a price gives whole lots that the money buys', () => {
    const form = formAfter([typed('price', '43210'), { type: 'percent', percent: 100 }]);
    expect(form.amount).toBe('0.22707');
    expect(formAfter([{ type: 'percent', percent: 25 }], form).amount).toBe('0.05676');
  });

  test('waits for the price, and follows it', () => {
    const form = formAfter([{ type: 'percent', percent: 50 }]);
    expect(form.amount).toBe('');
    expect(formAfter([typed('price', '10000')], form).amount).toBe('0.49060');
    expect(formAfter([typed('price', '10000'), typed('price', '20000')], form).amount).toBe('0.24530');
  });

  test('of a purchase at the market counts in quote, where it is exact', () => {
    const form = formAfter([
      { type: 'kind', kind: 'market' },
      { type: 'percent', percent: 50 },
    ]);
    expect([form.unit, form.amount]).toEqual(['quote', '4906.05']);
  });

  test('of a sale gives whole lots of what there is', () => {
    expect(
      formAfter([
        { type: 'side', side: 'sell' },
        { type: 'percent', percent: 100 },
      ]).amount,
    ).toBe('0.12345');
  });

  test('is another amount on the other side, and none where the balance is not known', () => {
    expect(
      formAfter([{ type: 'side', side: 'sell' }], { price: '43210', percent: 100, amount: '0.22707' }).amount,
    ).toBe('0.12345');
    expect(formAfter([{ type: 'percent', percent: 50 }], { price: '1' }, unknown).amount).toBe('');
  });

  test('lets go of an amount that is typed', () => {
    const form = formAfter([{ type: 'percent', percent: 50 }, typed('amount', '0.3'), typed('price', '1')]);
    expect([form.percent, form.amount]).toEqual([null, '0.3']);
  });
});

describe('units', () => {
  test('change the amount with them where a price tells how much that is', () => {
    const form = formAfter([{ type: 'unit', unit: 'quote' }], { price: '43 210,50', amount: '0.1' });
    expect([form.unit, form.amount]).toEqual(['quote', '4321.05']);
    expect(formAfter([{ type: 'unit', unit: 'base' }], form).amount).toBe('0.10000');
  });

  test('make nothing up without a price', () => {
    expect(formAfter([{ type: 'unit', unit: 'quote' }], { amount: '0.1' }, unknown).amount).toBe('');
  });

  test('a sale at the market is counted in base, however one comes there', () => {
    const byKind = formAfter([{ type: 'kind', kind: 'market' }], {
      side: 'sell',
      unit: 'quote',
      price: '100',
      amount: '5',
    });
    expect([byKind.unit, byKind.amount]).toEqual(['base', '0.05000']);
    const bySide = formAfter([{ type: 'side', side: 'sell' }], { kind: 'market', unit: 'quote', amount: '43209.99' });
    expect([bySide.unit, bySide.amount]).toEqual(['base', '1.00000']);
    expect(formAfter([{ type: 'unit', unit: 'quote' }], { kind: 'market', side: 'sell', amount: '1' }).unit).toBe(
      'base',
    );
  });
});

describe('the arrows', () => {
  const up: Change = { type: 'stepped', field: 'price', count: 1 };
  test('move by ticks, from the best of the own side where nothing stands', () => {
    expect(formAfter([up], { price: '43210,5' }).price).toBe('43210.51');
    expect(formAfter([up]).price).toBe('43210.00');
    expect(formAfter([up], { side: 'sell' }).price).toBe('43210.02');
  });
  test('leave alone what is no number', () => {
    expect(formAfter([up], { price: 'abc' }).price).toBe('abc');
    expect(formAfter([up], {}, unknown).price).toBe('');
  });
});

describe('a picked price', () => {
  const pick = (take: Extract<Change, { type: 'picked' }>['take'] = null): Change => ({
    ...{ type: 'picked', price: '43000', into: 'activation', take },
  });
  test('goes where a price is missing in this kind of order', () => {
    expect(formAfter([pick()]).price).toBe('43000');
    expect(formAfter([pick()], { kind: 'stop-limit' })).toMatchObject({ activation: '43000', price: '' });
    expect(formAfter([pick()], { kind: 'stop-market' }).activation).toBe('43000');
    expect(formAfter([pick()], { kind: 'market' })).toMatchObject({ kind: 'limit', price: '43000' });
  });
  test('with an amount brings the side that takes it', () => {
    expect(formAfter([pick({ side: 'sell', amount: '1.5' })], { percent: 50, unit: 'quote' })).toMatchObject({
      ...{ side: 'sell', amount: '1.5', unit: 'base', percent: null, price: '43000' },
    });
  });
});

test('a confirmation is about one order: any change takes it back', () => {
  const yes: Change = { type: 'confirm', confirmation: 'far-from-market', on: true };
  expect(formAfter([yes, yes]).confirmations).toEqual(['far-from-market']);
  expect(formAfter([yes, { ...yes, on: false }]).confirmations).toEqual([]);
  expect(formAfter([yes, typed('price', '1')]).confirmations).toEqual([]);
  expect(formAfter([yes, { type: 'side', side: 'sell' }]).confirmations).toEqual([]);
});

test('a mended order stands in the form as it would pass', () => {
  const draft = {
    side: 'buy',
    terms: { kind: 'limit', price: '43210.01', postOnly: true, ioc: false },
    quantity: { unit: 'base', amount: '0.2' },
  } as const;
  const form = formAfter([{ type: 'mended', draft }], { unit: 'quote', amount: '9000', percent: 90, ioc: true });
  expect(readForm(form, known).draft).toEqual(draft);
});

test('post only and immediate or cancel exclude each other', () => {
  const form = formAfter([
    { type: 'flag', flag: 'postOnly', on: true },
    { type: 'flag', flag: 'ioc', on: true },
  ]);
  expect([form.postOnly, form.ioc]).toEqual([false, true]);
  expect(formAfter([{ type: 'flag', flag: 'ioc', on: false }], form).ioc).toBe(false);
});

test('a placed order leaves no amount behind that a second press would send', () => {
  const form = formAfter([{ type: 'placed' }], { price: '1', amount: '2', percent: 50 });
  expect([form.price, form.amount, form.percent]).toEqual(['1', '', null]);
  expect(readForm(form, known)).toMatchObject({ draft: null, missing: 'amount' });
});

describe('the order that stands in the form', () => {
  test('is exact, and counted in base where it has a price', () => {
    expect(readForm({ ...EMPTY, price: '43 210,50', amount: '100', unit: 'quote' }, known)).toMatchObject({
      draft: { terms: { kind: 'limit', price: '43210.50' }, quantity: { unit: 'base', amount: '0.00231' } },
      otherUnit: '0.00231',
    });
    expect(readForm({ ...EMPTY, kind: 'market', amount: '100', unit: 'quote' }, known).draft).toEqual({
      ...{ side: 'buy', terms: { kind: 'market' }, quantity: { unit: 'quote', amount: '100' } },
    });
  });

  test('is none while something is missing, the first of it first', () => {
    expect(readForm({ ...EMPTY, kind: 'stop-limit' }, known)).toMatchObject({ draft: null, missing: 'activation' });
    expect(readForm({ ...EMPTY, amount: '1' }, known)).toMatchObject({ draft: null, missing: 'price' });
    expect(readForm({ ...EMPTY, kind: 'market', amount: '1' }, known).draft).not.toBeNull();
  });

  test('is none with what is not understood, and says why there', () => {
    const read = readForm({ ...EMPTY, price: '43,100', amount: '0' }, known);
    expect(read.draft).toBeNull();
    expect(read.errors.price?.choices.map(({ text }) => text)).toEqual(['43100', '43.100']);
    expect(read.errors.amount?.why).toBe('It has to be above zero.');
  });

  test('is none where the money buys less than a lot', () => {
    const read = readForm({ ...EMPTY, price: '43210', amount: '0.1', unit: 'quote' }, known);
    expect(read.draft).toBeNull();
    expect(read.errors.amount?.why).toContain('less than the market trades');
  });
});

test('one key goes through all kinds of orders', () => {
  expect(nextKind('limit')).toBe('market');
  expect(nextKind('stop-market')).toBe('limit');
});
