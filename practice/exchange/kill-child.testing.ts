import { writeSync } from 'node:fs';
import { machineClock } from '../clock.ts';
import { ALICE, BOB, d, form, OPENING } from '../engine/world.testing.ts';
import type { DurableExchange } from './durable-exchange.ts';
import { openExchange } from './durable-exchange.ts';

/**
 * A process that trades until it is killed: `node kill-child.testing.ts <file> <run>`. It writes a line for every answer
 * it got, at once and not through a buffer, so that what stands there was answered.
 */

/** What a line of the child says. */
export type Answered =
  | { readonly kind: 'credit'; readonly run: number }
  | { readonly kind: 'order'; readonly clientOrderId: string; readonly orderId: number; readonly sequence: number };

export const CREDIT = d('1000000');
/** Often enough that snapshots and pruning are among what is killed. */
const SNAPSHOT_EVERY = 60;
/** Orders that wait for their commit at the same time. */
const IN_FLIGHT = 8;
const PRICES = ['39990', '40000', '40010'] as const;

function say(answered: Answered): void {
  writeSync(1, `${JSON.stringify(answered)}\n`);
}

async function fund(exchange: DurableExchange, run: number): Promise<void> {
  const credits = [ALICE, BOB].flatMap((account) =>
    ['USDT', 'BTC'].map((ticker) => exchange.submit({ kind: 'credit', account, ticker, amount: CREDIT })),
  );
  if ((await Promise.all(credits)).every(({ kind }) => kind === 'done')) say({ kind: 'credit', run });
}

async function trade(exchange: DurableExchange, run: number, lane: number): Promise<never> {
  for (let number = 0; ; number += 1) {
    const clientOrderId = `${run}-${lane}-${number}`;
    const isBuy = (number + lane) % 2 === 0;
    const price = PRICES[(number * 7 + lane) % PRICES.length] ?? PRICES[0];
    const amount = `0.0${1 + ((number * 3 + lane) % 5)}`;
    const order = form('limit', isBuy ? 'buy' : 'sell', { price, amount, clientOrderId });
    const outcome = await exchange.submit({ kind: 'place', account: isBuy ? ALICE : BOB, order });
    if (outcome.kind !== 'done' || !outcome.reply.ok || !('order' in outcome.reply))
      throw new Error(`${clientOrderId}: ${JSON.stringify(outcome)}`);
    say({ kind: 'order', clientOrderId, orderId: outcome.reply.order.id, sequence: outcome.sequence });
  }
}

if (import.meta.main) {
  const [file = '', run = ''] = process.argv.slice(2);
  const exchange = openExchange({
    file,
    clock: machineClock,
    opening: OPENING,
    snapshotEvery: SNAPSHOT_EVERY,
    onFault: ({ kind, error }) => {
      throw new Error(kind, { cause: error });
    },
  });
  await fund(exchange, Number(run));
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, lane) => trade(exchange, Number(run), lane)));
}
