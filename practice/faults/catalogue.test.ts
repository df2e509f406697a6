import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CATALOGUE, GROUPS } from './catalogue.ts';
import { NOT_OURS } from './not-ours.ts';

/** The rows of groups A to G, by their first and last numbers; numbers between groups are not used. */
const ROWS = {
  A: [1, 19],
  B: [20, 32],
  C: [35, 48],
  D: [50, 60],
  E: [65, 68],
  F: [70, 75],
  G: [80, 83],
} as const;

const idOf = (number: number): string => `F${String(number).padStart(2, '0')}`;

test('every row of groups A to G has a switch or a reason why it cannot have one', () => {
  const rows = Object.values(ROWS).flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => idOf(first + index)),
  );
  const known = [...CATALOGUE, ...NOT_OURS].map(({ id }) => id);
  expect([...known].sort()).toEqual(rows);
});

test('a switch stands in the group of its row', () => {
  for (const { id, group } of CATALOGUE) {
    const [first, last] = ROWS[group];
    expect([id >= idOf(first), id <= idOf(last)]).toEqual([true, true]);
  }
  expect(GROUPS.map(({ group }) => group)).toEqual(Object.keys(ROWS));
});

test('names are said once, ways are told apart, and what is needed is taken', () => {
  const names = CATALOGUE.flatMap(({ id, name }) => [id, name]);
  expect(new Set(names).size).toBe(names.length);
  for (const { ways } of CATALOGUE) {
    expect(new Set(ways.map(({ name }) => name)).size).toBe(ways.length);
    for (const { takes, needs = [], defaults = {} } of ways)
      for (const name of [...needs, ...Object.keys(defaults)]) expect(takes).toContain(name);
  }
});

test('every way has at least one course', () => {
  for (const { ways } of CATALOGUE)
    for (const { outer, inner, frame, connect, act, beat } of ways)
      expect([outer, inner, frame, connect, act, beat].some((course) => course !== undefined)).toBe(true);
});

test('the README says of every way what it does, and of every other row why there is none', () => {
  const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
  for (const { id, name, ways } of CATALOGUE) {
    expect(readme).toContain(`| ${id} | \`${name}\` |`);
    for (const way of ways) expect(readme).toContain(`| \`${way.name}\` | ${way.effect} |`);
  }
  for (const { id, title, reason } of NOT_OURS) expect(readme).toContain(`| ${id} | ${title} | ${reason} |`);
});
