import { describe, expect, test } from 'vitest';
import { commandText } from '../engine/command-text.ts';
import { MARKETS } from '../market/catalogue.ts';
import { STEP_MS, Stage } from './stage.testing.ts';

const BTC = 'BTC_USDT';

describe('a step', () => {
  test('is the same for the same seed, times and answers, and another for another seed', async () => {
    const run = async (seed: string): Promise<string[]> => {
      const stage = new Stage({ markets: [BTC, 'DOGE_USDT'], seed });
      await stage.life.open();
      stage.fundUser('USDT', '100000');
      await stage.run(60);
      stage.userOrder(BTC, 'buy', stage.book(BTC).asks[2]?.ticks ?? 0, '0.2');
      await stage.run(60);
      return stage.commands.map(commandText);
    };
    const first = await run('one');
    expect(await run('one')).toEqual(first);
    expect(await run('two')).not.toEqual(first);
  });

  test('waits for nobody: while one is under way the next does nothing', async () => {
    const stage = new Stage({ markets: [BTC] });
    await stage.life.open();
    const waiting: (() => void)[] = [];
    stage.interfere = (command) => new Promise((answer) => waiting.push(() => answer(stage.do(command))));
    stage.clock.ms += 2_000;
    const slow = stage.life.step();
    const asked = waiting.length;
    expect(asked).toBeGreaterThan(0);
    for (let turn = 0; turn < 20; turn += 1) {
      stage.clock.ms += 2_000;
      await stage.life.step();
    }
    expect(waiting.length).toBe(asked);
    for (const answer of waiting) answer();
    await slow;
    stage.clock.ms += 2_000;
    const next = stage.life.step();
    expect(waiting.length).toBeGreaterThan(asked);
    const closing = stage.life.close();
    for (const answer of waiting.slice(asked)) answer();
    await Promise.all([next, closing]);
    stage.clock.ms += 2_000;
    const before = waiting.length;
    await stage.life.step();
    expect(waiting.length).toBe(before);
  });

  test('that fails is told and never rejects; the next one tries again', async () => {
    const stage = new Stage({ markets: [BTC] });
    await stage.life.open();
    const broken = new Error('broken');
    stage.interfere = () => Promise.reject(broken);
    await stage.run(1);
    expect(stage.faults.length).toBeGreaterThan(0);
    expect(stage.faults.every((fault) => fault === broken)).toBe(true);
    stage.interfere = null;
    const before = stage.commands.length;
    await stage.run(2);
    expect(stage.commands.length).toBeGreaterThan(before);
  });

  test('goes on after a full queue, and not after the exchange has stopped', async () => {
    const stage = new Stage({ markets: [BTC] });
    await stage.life.open();
    let asked = 0;
    const notTaken = (reason: 'queue-full' | 'stopped') => () => {
      asked += 1;
      return Promise.resolve({ kind: 'not-taken', reason } as const);
    };
    stage.interfere = notTaken('queue-full');
    await stage.run(10);
    expect(asked).toBeGreaterThan(10);
    stage.interfere = notTaken('stopped');
    await stage.run(2);
    asked = 0;
    await stage.run(10);
    expect(asked).toBe(0);
    expect(stage.faults).toEqual([]);
  });

  test('stays bounded where time runs a thousand times as fast, and every market still trades', async () => {
    const stage = new Stage();
    await stage.life.open();
    let last = stage.commands.length;
    for (let step = 0; step < 200; step += 1) {
      stage.clock.ms += STEP_MS * 1_000;
      await stage.life.step();
      expect(stage.commands.length - last).toBeLessThanOrEqual(40);
      last = stage.commands.length;
    }
    const traded = new Set(stage.trades.map(({ spec }) => spec.name));
    expect(traded.size).toBe(MARKETS.length);
    for (const { listing } of MARKETS) {
      const ticks = stage.engine.query.market(listing.name)?.lastTicks ?? 0;
      expect(Math.abs(ticks / stage.fairTicks(listing.name) - 1), listing.name).toBeLessThan(0.05);
    }
    expect(stage.engine.query.faults()).toEqual([]);
  });
});
