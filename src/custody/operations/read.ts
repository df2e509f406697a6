/** Balances and history of a stored key, for as long as it is not stopped. */

import { faultProblem, unreadableWallets, wireBalances } from '../checks.ts';
import type { DeskOperations } from '../protocol.ts';
import type { Args } from '../requests.ts';
import type { Context } from './context.ts';
import { problem } from './outcomes.ts';

export async function balances(context: Context, args: Args<'balances'>): Promise<DeskOperations['balances']['reply']> {
  const { connection, owner } = args;
  context.mayAct();
  const record = context.records.mine(connection, owner);
  if (record.stoppedBecause !== null) return { problem: problem(record.stoppedBecause) };
  const credential = context.records.credential(connection);
  const venue = context.access(record.venue).private(credential, { connection, owner, audit: 'polled' });
  const answer = await venue.holdings();
  if (!answer.ok) return { problem: faultProblem(answer.fault) };
  const unreadable = unreadableWallets(answer.value);
  return { atMs: context.clock.nowMs(), balances: wireBalances(answer.value.balances), unreadable };
}

export async function history(context: Context, args: Args<'history'>): Promise<DeskOperations['history']['reply']> {
  const { connection, owner } = args;
  context.mayAct();
  const record = context.records.mine(connection, owner);
  if (record.stoppedBecause !== null) return { problem: problem(record.stoppedBecause) };
  const credential = context.records.credential(connection);
  const venue = context.access(record.venue).private(credential, { connection, owner, audit: 'each' });
  const answer = await venue.history();
  if (!answer.ok) return { problem: faultProblem(answer.fault) };
  const { wallet, trades, reachDays } = answer.value;
  return {
    atMs: context.clock.nowMs(),
    walletReadable: wallet.readable,
    tradesReadable: trades.readable,
    reachDays,
  };
}
