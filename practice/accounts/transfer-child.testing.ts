import { writeSync } from 'node:fs';
import { Decimal } from '../../src/core/decimal.ts';
import { form } from '../engine/world.testing.ts';
import type { AccountId } from '../ports.ts';
import type { World } from './world.testing.ts';
import { openWorld, person, START_MS } from './world.testing.ts';

/**
 * A process in which two people transfer and trade until it is killed: `node transfer-child.testing.ts <folder> <run>`.
 * Every answer to a transfer is a line, written at once, so that what stands there was answered.
 */

export const EMAILS = ['ann@example.org', 'bob@example.org'] as const;

export type Answered = {
  readonly email: string;
  readonly ticker: string;
  readonly amount: string;
  readonly to: 'main' | 'trade';
  readonly isMade: boolean;
};

/** One more place for each: no two transfers of all runs have the same amount. */
const NUMBERS_A_RUN = 1_000_000;
const NUMBER_PLACES = 12;
/** What goes in at a time, and comes back every other time. */
const LANES = [
  { ticker: 'USDT', whole: '60' },
  { ticker: 'BTC', whole: '0.003' },
] as const;
const RUN_MS = 60_000;

function amountOf(whole: string, run: number, number: number): Decimal {
  return Decimal.parse(whole).add(Decimal.fromInteger(BigInt(run * NUMBERS_A_RUN + number), NUMBER_PLACES));
}

async function transfer(world: World, run: number, email: string, id: AccountId, lane: number): Promise<never> {
  const { ticker, whole } = LANES[lane] ?? LANES[0];
  for (let number = lane; ; number += LANES.length) {
    const [from, to] =
      Math.floor(number / LANES.length) % 3 === 2 ? (['trade', 'main'] as const) : (['main', 'trade'] as const);
    const amount = amountOf(whole, run, number);
    const outcome = await world.accounts.transfer(id, ticker, amount, from, to);
    if (!outcome.ok && outcome.code !== 'not-enough-money') throw new Error(`${outcome.code} ${outcome.message}`);
    const answered: Answered = { email, ticker, amount: String(amount), to, isMade: outcome.ok };
    writeSync(1, `${JSON.stringify(answered)}\n`);
  }
}

/** Both sides of the same price, so that money changes hands and fees are taken while transfers are under way. */
async function trade({ exchange }: World, account: AccountId, side: 'buy' | 'sell'): Promise<never> {
  for (;;) {
    const order = form('limit', side, { price: '40000', amount: '0.001', ioc: side === 'sell' });
    const outcome = await exchange.submit({ kind: 'place', account, order });
    if (outcome.kind !== 'done') throw new Error(outcome.kind);
  }
}

if (import.meta.main) {
  const [folder = '', runText = ''] = process.argv.slice(2);
  const run = Number(runText);
  const world = openWorld(folder, { seed: `run ${run}`, startMs: START_MS + run * RUN_MS });
  await world.accounts.settleTransfers();
  const ids: AccountId[] = [];
  for (const email of EMAILS) {
    const { id } = world.accounts.accountByEmail(email) ?? (await person(world, email));
    ids.push(id);
    for (const ticker of ['USDT', 'BTC']) world.accounts.faucet(id, ticker, Decimal.parse('1000'));
  }
  const [ann, bob] = ids;
  if (ann === undefined || bob === undefined) throw new Error('Nobody is there');
  await Promise.all([
    ...EMAILS.flatMap((email, index) =>
      LANES.map((_lane, lane) => transfer(world, run, email, ids[index] ?? ann, lane)),
    ),
    trade(world, ann, 'sell'),
    trade(world, bob, 'buy'),
  ]);
}
