/**
 * The chart in headless Chromium, drawn by software: what it costs to tell the newest candle again, to draw a year of
 * minutes for the first time, and to drag. Ours, a bare canvas as the floor, and lightweight-charts as a peer, in turn
 * over the same candles; the median of the ratios of each round decides. A round with every contender takes seconds, so
 * the peer runs once a round and at the length that its figure is named for.
 *
 * Exit code 1 when a goal is missed. `CHROMIUM` names the browser.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { build } from 'vite';

const ROUNDS = 5;
const YEAR_OF_MINUTES = 525_600;
const PEER_BARS = 100_000;
const LENGTHS = [1_000, 10_000, 100_000, YEAR_OF_MINUTES];
const PAN_BARS = 20_000;
const GOAL_UPDATE_US = 10;
const GOAL_UPDATE_OVER_PEER = 100;
const GOAL_FIRST_OVER_FLOOR = 5;
const GOAL_FIRST_OVER_PEER = 4;
const FRAME_MS = 1000 / 60;
/** Dragging by software is bound by the machine; whatever slows it slows the peer in the same round. */
const GOAL_PAN_OVER_PEER = 1;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const out = mkdtempSync(path.join(tmpdir(), 'chart-bench-'));
await build({
  configFile: false,
  logLevel: 'warn',
  root: ROOT,
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2023',
    lib: { entry: path.join(ROOT, 'bench/chart-page.mjs'), formats: ['es'], fileName: 'chart' },
  },
});
const script = readFileSync(path.join(out, 'chart.js'), 'utf8');
rmSync(out, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--js-flags=--max-old-space-size=4096'],
});
const page: Page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
await page.addScriptTag({ content: script, type: 'module' });
await page.waitForFunction('globalThis.chartBench !== undefined');

type Asked = 'update' | 'updateFloor' | 'updatePeer' | 'first' | 'firstFloor' | 'firstPeer' | 'pan';
const ask = async <T>(what: Asked, ...args: readonly (number | boolean | readonly string[])[]): Promise<T> =>
  (await page.evaluate(`chartBench.${what}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`)) as T;
type First = { readonly script: number; readonly frame: number };
type Pan = { readonly frames: readonly number[]; readonly scripts: readonly number[] };

const updates = new Map<string, number[]>();
const firsts = new Map<string, number[]>();
const pans = new Map<string, number[]>();
const keep = (into: Map<string, number[]>, name: string, value: number): void => {
  into.set(name, [...(into.get(name) ?? []), value]);
};
for (let round = 0; round < ROUNDS; round += 1) {
  for (const length of LENGTHS) {
    keep(updates, `floor ${length}`, await ask<number>('updateFloor', length));
    keep(updates, `ours ${length}`, await ask<number>('update', length));
  }
  keep(updates, 'ours with 3 indicators', await ask<number>('update', PEER_BARS, ['sma', 'bollinger', 'rsi']));
  keep(updates, 'peer', await ask<number>('updatePeer', PEER_BARS, 20));
  const floor = await ask<First>('firstFloor', YEAR_OF_MINUTES);
  const ours = await ask<First>('first', YEAR_OF_MINUTES);
  keep(firsts, 'floor script', floor.script);
  keep(firsts, 'ours script', ours.script);
  keep(firsts, 'ours frame', ours.frame);
  keep(firsts, 'peer frame', await ask<number>('firstPeer', YEAR_OF_MINUTES));
  keep(pans, 'peer p95', percentile((await ask<Pan>('pan', PAN_BARS, true)).frames, 0.95));
  const plain = await ask<Pan>('pan', PAN_BARS, false);
  keep(pans, 'ours p95', percentile(plain.frames, 0.95));
  keep(pans, 'ours script p95', percentile(plain.scripts, 0.95));
  const busy = await ask<Pan>('pan', PAN_BARS, false, ['sma', 'bollinger', 'rsi']);
  keep(pans, 'ours with 3 indicators p95', percentile(busy.frames, 0.95));
  keep(pans, 'ours with 3 indicators script p95', percentile(busy.scripts, 0.95));
}
await browser.close();

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
}
const median = (from: Map<string, number[]>, name: string): number => percentile(from.get(name) ?? [], 0.5);
const figures = (from: Map<string, number[]>, places: number) =>
  Object.fromEntries(
    [...from].map(([name, values]) => [
      name,
      {
        median: round(median(from, name), places),
        min: round(Math.min(...values), places),
        max: round(Math.max(...values), places),
      },
    ]),
  );
function round(value: number, places: number): number {
  return Number(value.toFixed(places));
}
const ratio = (over: readonly number[] = [], under: readonly number[] = []): number =>
  percentile(
    over.map((value, index) => value / (under[index] ?? Number.NaN)),
    0.5,
  );

console.log(JSON.stringify({ bench: 'chart', updateUs: figures(updates, 3) }));
console.log(JSON.stringify({ bench: 'chart', candles: YEAR_OF_MINUTES, firstMs: figures(firsts, 1) }));
console.log(JSON.stringify({ bench: 'chart', candles: PAN_BARS, panFrameMs: figures(pans, 1) }));

const slowest = Math.max(...LENGTHS.map((length) => median(updates, `ours ${length}`)));
const overPeer = ratio(updates.get('peer'), updates.get(`ours ${PEER_BARS}`));
const allowed = GOAL_FIRST_OVER_FLOOR * median(firsts, 'floor script') + FRAME_MS;
const first = median(firsts, 'ours frame');
const firstOverPeer = ratio(firsts.get('peer frame'), firsts.get('ours frame'));
const panOverPeer = ratio(pans.get('ours p95'), pans.get('peer p95'));
const verdicts = [
  {
    goal: '7b newest candle',
    says: `measured ${slowest.toFixed(3)} µs at the slowest length and 1/${overPeer.toFixed(0)} of lightweight-charts at ${PEER_BARS}, goal ≤ ${GOAL_UPDATE_US} µs and ≤ 1/${GOAL_UPDATE_OVER_PEER}`,
    isReached: slowest <= GOAL_UPDATE_US && overPeer >= GOAL_UPDATE_OVER_PEER,
  },
  {
    goal: '7c year of minutes, first frame',
    says: `measured ${first.toFixed(1)} ms and 1/${firstOverPeer.toFixed(1)} of lightweight-charts, goal ≤ ${allowed.toFixed(1)} ms and ≤ 1/${GOAL_FIRST_OVER_PEER}`,
    isReached: first <= allowed && firstOverPeer >= GOAL_FIRST_OVER_PEER,
  },
  {
    goal: 'dragging, 95th percentile between frames',
    says: `measured ${median(pans, 'ours p95').toFixed(1)} ms, ${panOverPeer.toFixed(2)} × lightweight-charts, goal ≤ ${GOAL_PAN_OVER_PEER} ×`,
    isReached: panOverPeer <= GOAL_PAN_OVER_PEER,
  },
];
for (const { goal, says, isReached } of verdicts) console.log(`goal ${goal}: ${says}, ${isReached ? 'pass' : 'fail'}`);
process.exitCode = verdicts.every(({ isReached }) => isReached) ? 0 : 1;
