import { describe, expect, test } from 'vitest';
import { priceText, shortText } from './paint-axes.ts';
import { dragged, fitted, niceStep, type PriceScale, priceAt, priceTicks, stretched, yOf } from './price-axis.ts';
import { momentText, remainingText, timeTicks, type Zone } from './time-axis.ts';

const BOX = { top: 0, bottom: 500 };
const plain: PriceScale = { low: 100, high: 200, ...BOX, isLog: false };
const log: PriceScale = { low: 10, high: 1_000, ...BOX, isLog: true };

describe('prices', () => {
  test.each([
    ['plain', plain],
    ['logarithmic', log],
  ])('places and prices are each other backwards, %s', (_, scale) => {
    for (const y of [0, 123, 500]) expect(yOf(scale, priceAt(scale, y))).toBeCloseTo(y, 6);
  });

  test('a logarithmic scale gives equal factors equal heights', () => {
    expect(yOf(log, 10) - yOf(log, 100)).toBeCloseTo(yOf(log, 100) - yOf(log, 1_000), 6);
  });

  test('steps are round and never finer than the tick', () => {
    expect(niceStep(0.7, 0.01)).toBe(1);
    expect(niceStep(1.2, 0.01)).toBe(2);
    expect(niceStep(2.2, 0.01)).toBe(2.5);
    expect(niceStep(0.0001, 0.01)).toBe(0.01);
    // 2.5 would fall between ticks of 1.
    expect(niceStep(2.2, 1)).toBe(5);
  });

  test('lines stand at least so far apart, inside the scale', () => {
    for (const scale of [plain, log, { ...log, high: 20 }]) {
      const ys = priceTicks(scale, 0.01, 46).map((price) => yOf(scale, price));
      expect(ys.length).toBeGreaterThan(2);
      for (const [index, y] of ys.entries()) {
        expect(y).toBeGreaterThanOrEqual(-1e-6);
        expect(y).toBeLessThanOrEqual(500 + 1e-6);
        if (index > 0 && scale.high / scale.low !== 2)
          expect((ys[index - 1] ?? 0) - y).toBeGreaterThanOrEqual(46 - 1e-6);
      }
    }
  });

  test('a market that stands still is drawn in the middle', () => {
    const scale = fitted({ low: 5, high: 5 }, { above: 0.1, below: 0.1 }, BOX, false);
    expect(yOf(scale, 5)).toBeCloseTo(250, 6);
    const zero = fitted({ low: 0, high: 0 }, { above: 0.1, below: 0.1 }, BOX, false);
    expect(zero.high).toBeGreaterThan(zero.low);
  });

  test('the room above and below is kept on either scale', () => {
    for (const isLog of [false, true]) {
      const scale = fitted({ low: 50, high: 80 }, { above: 0.1, below: 0.3 }, BOX, isLog);
      expect(yOf(scale, 80)).toBeCloseTo(50, 6);
      expect(yOf(scale, 50)).toBeCloseTo(350, 6);
    }
  });

  test('below zero there is no logarithm', () => {
    expect(fitted({ low: -1, high: 5 }, { above: 0, below: 0 }, BOX, true).isLog).toBe(false);
  });

  test('a hand stretches around the middle and drags along', () => {
    expect(stretched(plain, 2)).toMatchObject({ low: 50, high: 250 });
    expect(dragged(plain, 50)).toMatchObject({ low: 110, high: 210 });
  });

  test('numbers for people', () => {
    expect(priceText(43_210, 2)).toBe('43\u202f210.00');
    expect(priceText(Number.NaN, 2)).toBe('—');
    expect([0, 0.001234, 12.345, 1_234.56, 12_345, 2_500_000, 7.1e9].map(shortText)).toEqual([
      '0',
      '0.00123',
      '12.35',
      '1\u202f234.6',
      '12.35k',
      '2.50M',
      '7.10B',
    ]);
  });
});

const UTC: Zone = () => 0;
const at = (text: string): number => Date.parse(text) / 1000;
const texts = (from: string, to: string, apartSec: number, zone: Zone = UTC): string[] =>
  timeTicks(at(from), at(to), apartSec, zone).map(({ text }) => text);

describe('times', () => {
  test('hours of a day, with the day at midnight', () => {
    expect(texts('2026-03-03T17:30Z', '2026-03-04T07:00Z', 7_200)).toEqual(['18:00', '21:00', '4', '03:00', '06:00']);
  });

  test('seconds show their seconds', () => {
    expect(texts('2026-03-03T10:00:01Z', '2026-03-03T10:00:12Z', 4)).toEqual(['10:00:05', '10:00:10']);
  });

  test('days, with the month on its first', () => {
    expect(texts('2026-02-25T00:00Z', '2026-03-03T00:00Z', 86_400)).toEqual(['25', '26', '27', '28', 'Mar', '2', '3']);
  });

  test('weeks begin with the month, so the first of one is never crowded out', () => {
    expect(texts('2026-01-01T00:00Z', '2026-02-20T00:00Z', 6 * 86_400)).toEqual([
      '2026',
      '8',
      '15',
      '22',
      'Feb',
      '8',
      '15',
    ]);
  });

  test('months and years', () => {
    expect(texts('2025-11-10T00:00Z', '2026-03-02T00:00Z', 20 * 86_400)).toEqual(['Dec', '2026', 'Feb', 'Mar']);
    expect(texts('2020-01-01T00:00Z', '2024-06-01T00:00Z', 300 * 86_400)).toEqual([
      '2020',
      '2021',
      '2022',
      '2023',
      '2024',
    ]);
  });

  test('midnight is where the person is, also on the day that the clock is changed', () => {
    // Berlin, 29 March 2026: at 01:00 UTC the clock goes from two to three.
    const berlin: Zone = (sec) => (sec >= at('2026-03-29T01:00Z') ? 7_200 : 3_600);
    const ticks = timeTicks(at('2026-03-28T22:00Z'), at('2026-03-30T00:00Z'), 86_400, berlin);
    expect(ticks.map(({ atSec, text }) => [new Date(atSec * 1000).toISOString(), text])).toEqual([
      ['2026-03-28T23:00:00.000Z', '29'],
      ['2026-03-29T22:00:00.000Z', '30'],
    ]);
  });

  test('a moment says as much as the candle needs', () => {
    const moment = at('2026-03-04T10:05:07Z');
    expect(momentText(moment, 1, UTC)).toBe('4 Mar 2026 10:05:07');
    expect(momentText(moment, 3_600, UTC)).toBe('4 Mar 2026 10:05');
    expect(momentText(moment, 86_400, UTC)).toBe('4 Mar 2026');
  });

  test('what is left of a candle', () => {
    expect([-3, 65, 3_725, 200_000].map(remainingText)).toEqual(['00:00', '01:05', '01:02:05', '2 d 07 h']);
  });
});
