/**
 * The exchange grants ten new streams a minute. A custody that was started again a few times does not know how many of
 * them are gone: what the desk says meanwhile is the truth, and both accounts are back when the exchange's minute is over.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TradingAccount } from '../../src/contract/trading.ts';
import { type Arrived, arrive, isWell } from '../campaigns/trade-kill-arrive.ts';
import { ask } from '../campaigns/trade-kill-clients.ts';
import { openStage, type Stage } from '../campaigns/trade-kill-stage.ts';
import { until } from '../running-desk.ts';

const WINDOW_MS = 60_000;
/** Asked again every ten seconds, and what a start takes on a busy machine. */
const SLACK_MS = 18_000;
const KILLS_MAX = 7;
const FULL = 'the exchange grants ten new streams a minute for this address';
/** A stream that has nothing to say for longer than this says it wrongly. */
const WORDLESS_MS = 5_000;

let stage: Stage;
let arrived: Arrived;
beforeAll(async () => {
  stage = await openStage();
  arrived = await arrive(stage, 2);
  await until(() => isWell(stage, arrived), 60_000);
});
afterAll(() => stage.end(false));

async function accounts(): Promise<TradingAccount[]> {
  const { status, json } = await ask(stage.address, arrived.token, 'trading.list');
  return status === 200 ? (json as TradingAccount[]) : [];
}

async function isBackWithin(withinMs: number): Promise<boolean> {
  const fromMs = performance.now();
  while (performance.now() - fromMs < withinMs) {
    if (await isWell(stage, arrived)) return true;
    await pause(100);
  }
  return false;
}

test('ten streams a minute were used up by restarts, and all that was said for a minute was "starting"', async () => {
  const fromMs = performance.now();
  let kills = 0;
  do {
    kills += 1;
    stage.kill('custody', 0);
    // The desk is started again as well: it then has nothing to remember what it was told before.
    stage.kill('desk', 0);
    await pause(500);
  } while (kills < KILLS_MAX && (await isBackWithin(8_000)));
  expect(kills).toBeLessThan(KILLS_MAX);

  const said = new Map<string, { times: number; timed: number }>();
  let wordlessMs = 0;
  await until(
    async () => {
      const told = await accounts();
      for (const { stream } of told) {
        if (stream.state === 'live') continue;
        const of = said.get(stream.why) ?? { times: 0, timed: 0 };
        said.set(stream.why, { times: of.times + 1, timed: of.timed + (stream.nextAttemptAtMs === null ? 0 : 1) });
        if (/starting|connecting/.test(stream.why)) wordlessMs += 100;
      }
      await pause(100);
      return isWell(stage, arrived);
    },
    WINDOW_MS + SLACK_MS,
    () => JSON.stringify([...said]),
  );
  console.log(`${kills} kills, back after ${(performance.now() - fromMs).toFixed(0)} ms: ${JSON.stringify([...said])}`);
  expect(performance.now() - fromMs).toBeLessThan(WINDOW_MS + SLACK_MS);
  const full = said.get(FULL);
  expect(full?.timed).toBeGreaterThan(0);
  expect(wordlessMs).toBeLessThan(2 * WORDLESS_MS);
}, 180_000);
