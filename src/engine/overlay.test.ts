/** An overlay against a copy: every answer and every order of iteration the same, and nothing below is written. */

import { expect, test } from 'vitest';
import type { FillKey } from '../core/fill.ts';
import { Desk } from './desk.testing.ts';
import { MarksOver, overlayOf, TableOver } from './overlay.ts';
import { loadState } from './saved.ts';
import type { Marks, State } from './state.ts';
import { chanceOf } from './world.testing.ts';

const KEYS = 12;
const STEPS = 60;
const SEEDS = 60;

/** A few keys only, so that each is changed, deleted and set again. */
function below(chance: () => number): Map<number, string> {
  return new Map(Array.from({ length: KEYS }, (_, key) => [key, `b${key}`] as const).filter(() => chance() < 0.6));
}

test('a table over another reads as a copy of it would', () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const chance = chanceOf(seed);
    const base = below(chance);
    const before = [...base];
    const copy = new Map(base);
    const over = new TableOver(base);
    for (let step = 0; step < STEPS; step += 1) {
      const key = Math.floor(chance() * KEYS);
      if (chance() < 0.5) {
        copy.set(key, `s${step}`);
        over.set(key, `s${step}`);
      } else expect(over.delete(key)).toBe(copy.delete(key));
      expect([over.size, over.has(key), over.get(key)]).toEqual([copy.size, copy.has(key), copy.get(key)]);
      expect([...over.entries()]).toEqual([...copy.entries()]);
      expect([...over.keys()]).toEqual([...copy.keys()]);
      expect([...over.values()]).toEqual([...copy.values()]);
    }
    expect([...base]).toEqual(before);
  }
});

test('marks over others read as a copy of them would, also while they change', () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const chance = chanceOf(seed);
    const base = new Set(below(chance).keys());
    const before = [...base];
    const copy = new Set(base);
    const over = new MarksOver(base);
    for (let step = 0; step < STEPS; step += 1) {
      const key = Math.floor(chance() * KEYS);
      if (chance() < 0.5) {
        copy.add(key);
        over.add(key);
      } else expect(over.delete(key)).toBe(copy.delete(key));
      expect([over.size, over.has(key), [...over]]).toEqual([copy.size, copy.has(key), [...copy]]);
    }
    // Each one met takes another out and puts a new one in, as an order that ends lets others go.
    const walk = (marks: Marks<number>) => {
      const met: number[] = [];
      for (const key of marks) {
        met.push(key);
        marks.delete((key + 3) % KEYS);
        if (key < KEYS) marks.add(key + KEYS);
      }
      return met;
    };
    expect(walk(over)).toEqual(walk(copy));
    expect([...base]).toEqual(before);
  }
});

test('no table, index or set of a state is shared with what lies over it', () => {
  const state = loadState(new Desk().machine.save());
  const over = overlayOf(state);
  const shared = (Object.keys(state) as (keyof State)[]).filter((name) => over[name] === state[name]);
  expect(shared).toEqual([]);
});

test('a fill that is tried out is not among those of its order below', () => {
  const desk = new Desk();
  const order = desk.open('buy', '99', '3', 'v1');
  desk.hear({ kind: 'trade-report', report: desk.trade(order, 't1', '1') });
  const state = loadState(desk.machine.save());
  const [known] = state.fillsByOrder.get(order) ?? [];
  const over = overlayOf(state);
  over.fillsByOrder.get(order)?.add('BTC_USDT buy t2' as FillKey);
  over.fillsByOrder.get(order)?.delete(known as FillKey);
  expect([...(over.fillsByOrder.get(order) ?? [])]).toEqual(['BTC_USDT buy t2']);
  expect([...(state.fillsByOrder.get(order) ?? [])]).toEqual([known]);
});
