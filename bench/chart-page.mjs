// Runs inside the browser of bench/chart.ts: the same candles through our chart, lightweight-charts and the bare canvas.

import { CandlestickSeries, createChart } from 'lightweight-charts';
import { INDICATORS } from '../src/indicators/registry.ts';
import { Bars } from '../web/trade/chart/bars.ts';
import { IndicatorRun } from '../web/trade/chart/indicator-run.ts';
import { ChartScene } from '../web/trade/chart/scene.ts';
import { floorChart } from './floors/chart-canvas.mjs';

const WIDTH = 1280;
const HEIGHT = 640;
const START_SEC = 1_700_000_000;
const MARKET = { tick: 0.01, places: 2, intervalSec: 60 };
const COLOURS = {
  surface: '#fff',
  raised: '#eee',
  ink: '#111',
  dim: '#555',
  line: '#ddd',
  edge: '#888',
  up: '#14724a',
  down: '#b3223a',
  blue: '#1455c4',
  amber: '#845400',
  grid: '#eef1f3',
  lines: ['#1d5bd0', '#7a3fd0', '#0b7d8a', '#2e3940', '#77838c'],
  font: 'sans-serif',
};

let seed = 1;
const random = () => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
  return seed / 0x7fff_ffff;
};
const known = new Map();
function rowsOf(length) {
  if (known.has(length)) return known.get(length);
  let price = 40_000;
  const rows = Array.from({ length }, (_, index) => {
    const open = price;
    price *= 1 + (random() - 0.5) * 0.002;
    const [high, low] = [Math.max(open, price) * 1.0004, Math.min(open, price) * 0.9996];
    return [START_SEC + index * 60, open, high, low, price, random() * 10];
  });
  known.set(length, rows);
  return rows;
}
const objectOf = ([time, open, high, low, close]) => ({ time, open, high, low, close });
const nextFrame = () => new Promise((done) => requestAnimationFrame(done));
/** A frame was made and handed over when the one after it begins. */
const painted = async () => {
  await nextFrame();
  await nextFrame();
};

function place() {
  const box = document.createElement('div');
  box.style.cssText = `position:absolute;left:0;top:0;width:${WIDTH}px;height:${HEIGHT}px`;
  document.body.append(box);
  return box;
}
function canvasIn(box) {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  canvas.style.cssText = 'position:absolute;inset:0';
  box.append(canvas);
  return canvas;
}

function ours(bars, indicators) {
  const box = place();
  const scene = new ChartScene(canvasIn(box), canvasIn(box), COLOURS, {
    nextFrame: (run) => requestAnimationFrame(run),
    later: (run, delayMs) => setTimeout(run, delayMs),
    nowMs: () => Date.now(),
    ratio: () => 1,
    zone: () => 0,
  });
  const runs = indicators.map((kind, index) => {
    const indicator = INDICATORS.find((one) => one.kind === kind);
    return new IndicatorRun(String(index), indicator, {}, [0, 1, 2]);
  });
  scene.set({ runs });
  scene.show(bars, MARKET);
  scene.resize(WIDTH, HEIGHT);
  const end = () => {
    scene.end();
    box.remove();
  };
  return { scene, end };
}
function barsOf(length) {
  const bars = new Bars();
  bars.merge(rowsOf(length));
  return bars;
}
function theirs(data) {
  const box = place();
  const chart = createChart(box, { width: WIDTH, height: HEIGHT });
  const series = chart.addSeries(CandlestickSeries);
  series.setData(data);
  const end = () => {
    chart.remove();
    box.remove();
  };
  return { chart, series, end };
}
const perCall = (count, run) => {
  const before = performance.now();
  for (let index = 0; index < count; index += 1) run(index);
  return ((performance.now() - before) * 1000) / count;
};
const moved = (row, index) => [row[0], row[1], row[2], row[3], row[4] + (index % 7) * 0.01, row[5]];

globalThis.chartBench = {
  /** Microseconds to tell the newest candle again. */
  async update(length, indicators = []) {
    const rows = rowsOf(length);
    const last = rows.at(-1);
    const bars = barsOf(length);
    const mine = ours(bars, indicators);
    await painted();
    const us = perCall(20_000, (index) => mine.scene.changed(bars.put(moved(last, index))));
    await painted();
    mine.end();
    return us;
  },
  async updateFloor(length) {
    const bars = barsOf(length);
    const box = place();
    const floor = floorChart(canvasIn(box), bars);
    const last = rowsOf(length).at(-1);
    const us = perCall(20_000, (index) => floor.update(length, moved(last, index)));
    box.remove();
    return us;
  },
  async updatePeer(length, count) {
    const data = rowsOf(length).map(objectOf);
    const last = rowsOf(length).at(-1);
    const peer = theirs(data);
    await painted();
    const us = perCall(count, (index) => peer.series.update(objectOf(moved(last, index))));
    await painted();
    peer.end();
    return us;
  },
  /** Milliseconds of script, and until the frame is made, with every candle on the screen. */
  async first(length) {
    const bars = barsOf(length);
    await painted();
    const before = performance.now();
    const mine = ours(bars, []);
    mine.scene.zoom(1e-9);
    mine.scene.paintNow();
    const script = performance.now() - before;
    await nextFrame();
    const frame = performance.now() - before;
    await painted();
    mine.end();
    return { script, frame };
  },
  async firstFloor(length) {
    const bars = barsOf(length);
    const box = place();
    await painted();
    const before = performance.now();
    floorChart(canvasIn(box), bars).paint(length);
    const script = performance.now() - before;
    await nextFrame();
    const frame = performance.now() - before;
    box.remove();
    return { script, frame };
  },
  async firstPeer(length) {
    const data = rowsOf(length).map(objectOf);
    await painted();
    const before = performance.now();
    const peer = theirs(data);
    peer.chart.timeScale().fitContent();
    await nextFrame();
    await new Promise((done) => setTimeout(done, 0));
    const frame = performance.now() - before;
    peer.end();
    return frame;
  },
  /** Milliseconds between frames while 400 candles are dragged, and of our script in each. */
  async pan(length, peer, indicators = []) {
    const frames = [];
    const scripts = [];
    const mine = peer ? null : ours(barsOf(length), indicators);
    const other = peer ? theirs(rowsOf(length).map(objectOf)) : null;
    mine?.scene.set({ view: { right: length - 1, spacing: WIDTH / 400 } });
    other?.chart.timeScale().setVisibleLogicalRange({ from: length - 400, to: length });
    await painted();
    let before = performance.now();
    for (let count = 0; count < 120; count += 1) {
      const start = performance.now();
      if (mine !== null) {
        mine.scene.pan(9);
        mine.scene.paintNow();
      } else other.chart.timeScale().scrollToPosition(-count * 3, false);
      scripts.push(performance.now() - start);
      await nextFrame();
      frames.push(performance.now() - before);
      before = performance.now();
    }
    mine?.end();
    other?.end();
    return { frames, scripts };
  },
};
