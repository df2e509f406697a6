import { afterAll, describe, expect, test } from 'vitest';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import { openExchange } from '../exchange/durable-exchange.ts';
import { Folder } from '../exchange/exchange.testing.ts';
import { openingOf } from '../exchange/opening.ts';
import { MARKETS } from '../market/catalogue.ts';
import { createMarket } from '../market/market.ts';
import { MAKERS } from './cast.ts';
import { fairOfModel } from './fair.ts';
import { leaveBooks } from './leave.ts';
import type { Life } from './life.ts';
import { createLife } from './life.ts';
import { BUSY_MS, STEP_MS } from './stage.testing.ts';
import { temperOf } from './temper.ts';

const folder = new Folder();
afterAll(() => folder.remove());

const model = createMarket({ seed: 'test' });
const clock = { ms: BUSY_MS, nowMs: (): number => clock.ms };
const faults: unknown[] = [];

function start(file: string): { exchange: DurableExchange; life: Life } {
  const exchange = openExchange({
    file,
    clock,
    opening: openingOf(model, fairOfModel(model), clock),
    onFault: (fault) => faults.push(fault),
  });
  const life = createLife({
    exchange,
    fair: fairOfModel(model),
    tempers: MARKETS.map(temperOf),
    clock,
    seed: 'test',
    fund: async (account, ticker, amount) => {
      await exchange.submit({ kind: 'credit', account, ticker, amount });
    },
    onFault: (error) => faults.push(error),
  });
  return { exchange, life };
}

async function run(life: Life, steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    clock.ms += STEP_MS;
    await life.step();
  }
}

describe('the life on a file', () => {
  test('dies with the process and goes on in the same books', async () => {
    const file = folder.file();
    const first = start(file);
    await first.life.open();
    await run(first.life, 40);
    const orders = (exchange: DurableExchange): number =>
      MAKERS.reduce((sum, maker) => sum + exchange.query.openOrders(maker, null).length, 0);
    const before = orders(first.exchange);
    const crashed = folder.crashed(file);

    clock.ms += 5_000;
    const second = start(crashed);
    expect(orders(second.exchange)).toBe(before);
    await second.life.open();
    await run(second.life, 40);
    expect(Math.abs(orders(second.exchange) / before - 1)).toBeLessThan(0.15);
    expect(second.exchange.query.faults()).toEqual([]);
    expect(faults).toEqual([]);
    for (const { life, exchange } of [first, second]) {
      await life.close();
      exchange.close();
    }
  });

  test('that is not wanted any more leaves empty books behind, and nothing where there was nothing', async () => {
    const { exchange, life } = start(':memory:');
    await leaveBooks(exchange);
    expect(exchange.query.accounts()).toEqual([]);
    await life.open();
    await leaveBooks(exchange);
    for (const { listing } of MARKETS)
      expect(exchange.query.depth(listing.name, 1)).toMatchObject({ asks: [], bids: [] });
    await life.close();
    exchange.close();
  });
});
