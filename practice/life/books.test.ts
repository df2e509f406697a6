import { describe, expect, test } from 'vitest';
import { MARKETS } from '../market/catalogue.ts';
import { edgesOf, RUNGS } from './quotes.ts';
import type { Level } from './stage.testing.ts';
import { Stage } from './stage.testing.ts';
import { temperOf } from './temper.ts';

const NAMES = MARKETS.map(({ listing }) => listing.name);
const spreadBps = ({ asks, bids }: ReturnType<Stage['book']>): number => {
  const [ask, bid] = [asks[0]?.ticks ?? 0, bids[0]?.ticks ?? 0];
  return ((ask - bid) / ask) * 10_000;
};
const volume = (levels: readonly Level[]): number => levels.reduce((sum, { lots }) => sum + lots, 0);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((first, second) => first - second);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

describe('an opened exchange', () => {
  test('has full books of every market, around the fair price and never crossed', async () => {
    const stage = new Stage();
    await stage.life.open();
    for (const name of NAMES) {
      const { asks, bids } = stage.book(name);
      const fair = stage.fairTicks(name);
      for (const side of [asks, bids]) {
        expect(side.length, name).toBeGreaterThanOrEqual(60);
        expect(side.length, name).toBeLessThanOrEqual(100);
        expect(new Set(side.map(({ ticks }) => ticks)).size).toBe(side.length);
      }
      expect(bids[0]?.ticks, name).toBeLessThan(fair);
      expect(asks[0]?.ticks, name).toBeGreaterThan(fair);
    }
    expect(stage.engine.query.faults()).toEqual([]);
    expect(stage.trades).toEqual([]);
  });

  test('is open in few commands', async () => {
    const stage = new Stage();
    await stage.life.open();
    const orders = stage.commands.filter(({ kind }) => kind === 'bulk').length;
    expect(orders).toBeLessThanOrEqual((NAMES.length * 2 * RUNGS) / 20 + 2);
  });

  test('is tight where much is traded and wide where little is', async () => {
    const stage = new Stage({ markets: ['BTC_USDT', 'SOL_USDT', 'PEPE_USDT'] });
    await stage.life.open();
    const spreads = new Map<string, number[]>();
    await stage.run(120, () => {
      for (const name of ['BTC_USDT', 'SOL_USDT', 'PEPE_USDT'])
        spreads.set(name, [...(spreads.get(name) ?? []), spreadBps(stage.book(name))]);
    });
    const [btc, sol, pepe] = ['BTC_USDT', 'SOL_USDT', 'PEPE_USDT'].map((name) => median(spreads.get(name) ?? []));
    expect(btc).toBeLessThan(0.05);
    expect(sol).toBeGreaterThan(0.5);
    expect(sol).toBeLessThan(3);
    expect(pepe).toBeGreaterThan(3);
    expect(pepe).toBeLessThan(20);
  });

  test('is deeper far away than near, with a heavy tail and more at round prices', async () => {
    let near = 0;
    let far = 0;
    const sizes: number[] = [];
    const round: number[] = [];
    for (let start = 0; start < 8; start += 1) {
      const stage = new Stage({ markets: ['BTC_USDT'], seed: `books ${start}` });
      await stage.life.open();
      for (const levels of Object.values(stage.book('BTC_USDT'))) {
        near += volume(levels.slice(0, 20));
        far += volume(levels.slice(50, 70));
        for (const { ticks, lots } of levels.slice(20)) (ticks % 100_000 === 0 ? round : sizes).push(lots);
      }
    }
    expect(far).toBeGreaterThan(near * 1.5);
    expect(Math.max(...sizes)).toBeGreaterThan(median(sizes) * 5);
    expect(round.length).toBeGreaterThan(4);
    expect(median(round)).toBeGreaterThan(median(sizes) * 1.5);
  });
});

describe('the rungs of a side', () => {
  test('lie one behind the other from the first tick on, whatever the price and the spread', () => {
    for (const temper of MARKETS.map(temperOf))
      for (const fairSteps of [1, 7, 100, 9_999, 20_790_082, 10 ** 12]) {
        const edges = edgesOf(fairSteps, temper);
        expect(edges.length).toBe(RUNGS + 1);
        expect(edges[0]).toBeGreaterThanOrEqual(1);
        for (let rung = 0; rung < RUNGS; rung += 1) expect(edges[rung + 1]).toBeGreaterThan(edges[rung] ?? 0);
      }
  });
});
