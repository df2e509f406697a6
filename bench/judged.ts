/** What the benches of trading say at their end, and of which machine they say it. */

import { cpus, loadavg } from 'node:os';

/** Ratios are of one round each; the middle one decides. */
export function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

export function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

export function round(value: number, places = 2): number {
  return Number(value.toFixed(places));
}

/** Prints one line; a missed goal ends the program with 1. */
export function judge(
  name: string,
  measured: readonly number[],
  goal: { readonly most: number } | { readonly least: number },
): void {
  const value = middle(measured);
  const passes = 'most' in goal ? value <= goal.most : value >= goal.least;
  const words = 'most' in goal ? `at most ${round(goal.most)}` : `at least ${round(goal.least)}`;
  const spread = `[${round(Math.min(...measured))} to ${round(Math.max(...measured))}, n = ${measured.length}]`;
  console.log(`goal ${name}: measured ${round(value)} ${spread}, goal ${words}, ${passes ? 'pass' : 'fail'}`);
  if (!passes) process.exitCode = 1;
}

/** Figures of a busy machine are for ratios only: whoever reads them must know that it was one. */
export function sayMachine(when: 'before' | 'after'): void {
  const load = loadavg().map((value) => round(value, 1));
  console.log(JSON.stringify({ machine: when, cores: cpus().length, load, node: process.versions.node }));
}
