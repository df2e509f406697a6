/** Handing an account what somebody wants of it; the answer is on the disk. */

import type { UserId } from '../../core/ids.ts';
import { isLive } from '../../core/order.ts';
import type { Outcome } from '../../core/report.ts';
import type { Applied } from '../../engine/applied.ts';
import type { OrderKey } from '../../engine/events.ts';
import { EXTERNAL, type Order } from '../../engine/state.ts';
import { Refusal } from '../refusal.ts';
import type { AccountRunner, Told } from './ports.ts';
import { StoreHalt } from './store-halt.ts';
import { refusalOf } from './trading-desk-words.ts';

/** Throws the refusal: of the machine, or of a store that cannot write. */
export async function tellAccount(runner: AccountRunner, event: Told, nowMs: number): Promise<Applied> {
  return judged(await written(runner, event), nowMs);
}

function judged(applied: Applied, nowMs: number): Applied {
  if (applied.refused !== null) throw refusalOf(applied.refused, nowMs);
  return applied;
}

/** One order, of ours or of somebody else. Where nothing can be written down it is cancelled all the same. */
export async function cancelOrder(
  runner: AccountRunner,
  user: UserId,
  key: OrderKey,
  nowMs: number,
): Promise<OrderKey> {
  const event: Told = { kind: 'cancel', by: { user, bot: null }, order: key };
  const isMeant = (order: Order): boolean => order.key === key;
  const told = await tellOrCancel(runner, event, isMeant, nowMs);
  return told.order ?? key;
}

/** How many of ours are on their way out because of it. */
export async function cancelOrders(
  runner: AccountRunner,
  user: UserId | null,
  market: string | null,
  nowMs: number,
): Promise<number> {
  const event: Told = { kind: 'cancel-all', by: { user, bot: null }, market };
  const isMeant = (order: Order): boolean => order.owner !== EXTERNAL && (market === null || order.market === market);
  const { changes, cancelled } = await tellOrCancel(runner, event, isMeant, nowMs);
  return cancelled ?? new Set(changes.flatMap((change) => (change.kind === 'order' ? change.row.key : []))).size;
}

/** `cancelled`: so many went out without being written down; null: all is written down. */
async function tellOrCancel(
  runner: AccountRunner,
  event: Told,
  isMeant: (order: Order) => boolean,
  nowMs: number,
): Promise<Pick<Applied, 'order' | 'changes'> & { readonly cancelled: number | null }> {
  try {
    return { ...judged(await runner.tell(event), nowMs), cancelled: null };
  } catch (error) {
    if (!(error instanceof StoreHalt)) throw error;
    const orders = runner.query.orders().filter((order) => isLive(order.status) && isMeant(order));
    // Of many there may be none; one that was named should be there.
    if (orders.length === 0 && event.kind === 'cancel-all') return { order: null, changes: [], cancelled: 0 };
    if (orders.length === 0) throw notWritten(runner, error);
    const outcomes = await runner.cancelUnwritten(orders, error.message);
    const standing = outcomes.filter(isStanding);
    if (standing.length === orders.length) throw notCancelled(notWritten(runner, error), standing[0]);
    return { order: null, changes: [], cancelled: orders.length - standing.length };
  }
}

type Standing = Extract<Outcome, { kind: 'not-sent' | 'rejected' }>;

/** It never left this machine, or the exchange said no. */
function isStanding(outcome: Outcome): outcome is Standing {
  return outcome.kind === 'not-sent' || (outcome.kind === 'rejected' && outcome.code !== 'not-found');
}

function notCancelled({ message, cure }: Refusal, outcome: Standing | undefined): Refusal {
  const why = outcome?.kind === 'rejected' ? outcome.text : outcome?.why;
  return new Refusal('not_written', `${message} The exchange could not be asked either: ${why ?? ''}.`, cure);
}

async function written(runner: AccountRunner, event: Told): Promise<Applied> {
  try {
    return await runner.tell(event);
  } catch (error) {
    if (!(error instanceof StoreHalt) && runner.trouble() === null) throw error;
    throw notWritten(runner, error);
  }
}

function notWritten(runner: AccountRunner, error: unknown): Refusal {
  const trouble = runner.trouble();
  return new Refusal(
    'not_written',
    trouble?.cause ??
      (error instanceof StoreHalt ? error.message : 'It could not be written down, so it was not done.'),
    trouble?.cure ?? 'Nothing was done: try again in a moment. If it stays, look whether the disk is full.',
  );
}
