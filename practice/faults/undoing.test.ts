import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEMO, record } from '../practice.testing.ts';
import { MARKET, Stage } from './stage.testing.ts';

/** Faults that change the world and have to leave it as it was. */

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

async function statusOf(): Promise<unknown> {
  return record((await stage.client.control('markets/status', { market: MARKET })).market).status;
}

test('a market halted twice stayed halted for ever when the first fault was disarmed first', async () => {
  const first = await stage.arm('F54', 'halted', { market: MARKET });
  const second = await stage.arm('F54', 'halted', { market: MARKET });
  await stage.disarm(first);
  expect(await statusOf()).toBe('halted');
  await stage.disarm(second);
  expect(await statusOf()).toBe('open');
});

test('of three changes of one market the middle one goes without a trace', async () => {
  const halted = await stage.arm('F54', 'halted', { market: MARKET });
  const delisted = await stage.arm('F72', 'gone', { market: MARKET });
  const again = await stage.arm('F54', 'halted', { market: MARKET });
  await stage.disarm(delisted);
  expect(await statusOf()).toBe('halted');
  await stage.disarm(again);
  expect(await statusOf()).toBe('halted');
  await stage.disarm(halted);
  expect(await statusOf()).toBe('open');
});

test('taking money away and giving it back swept off what the control interface had frozen', async () => {
  const trade = async () => record(record((await stage.client.control('wallets/balances', { email: DEMO })).trade).SOL);
  await stage.client.control('wallets/set', {
    email: DEMO,
    wallet: 'trade',
    ticker: 'SOL',
    available: '10',
    freeze: '3',
  });
  const armed = await stage.arm('F81', 'withdrawn', { email: DEMO, ticker: 'SOL', amount: '4' });
  expect(await trade()).toEqual({ available: '6', freeze: '3' });
  await stage.disarm(armed);
  expect(await trade()).toEqual({ available: '10', freeze: '3' });
});

test.each(['98000.123', '0.000000000000000000001'])('a trade by hand at %s ended in a 500', async (price) => {
  await expect(stage.arm('F80', 'at-once', { email: DEMO, market: MARKET, price, amount: '0.01' })).rejects.toThrow(
    /price-off-step/,
  );
});

test.each([1004, 1005, 1006, 1015, 2999])(
  'close code %i, which no frame may carry, ended the process',
  async (code) => {
    const wire = await stage.wire(['deals', [MARKET]]);
    await expect(stage.arm('F43', 'day-over', { durationMs: 1, closeCode: code })).rejects.toThrow(/may be sent/);
    await expect(stage.client.control('sockets/close', { code })).rejects.toThrow(/may be sent/);
    expect(await wire.ask('ping')).toMatchObject({ result: 'pong' });
  },
);

test('a clock further off than any calendar made the public ticker a 500', async () => {
  await expect(stage.client.control('clock/skew', { ms: 9e15 })).rejects.toThrow(/input-invalid/);
});
