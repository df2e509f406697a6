/** Handing an account what somebody wants of it; the answer is on the disk. */

import type { UserId } from '../../core/ids.ts';
import type { Applied } from '../../engine/applied.ts';
import { Refusal } from '../refusal.ts';
import type { AccountRunner, Told } from './ports.ts';
import { refusalOf } from './trading-desk-words.ts';

/** Throws the refusal: of the machine, or of a store that cannot write. */
export async function tellAccount(runner: AccountRunner, event: Told, nowMs: number): Promise<Applied> {
  const applied = await written(runner, event);
  if (applied.refused !== null) throw refusalOf(applied.refused, nowMs);
  return applied;
}

/** How many of ours are on their way out because of it. */
export async function cancelOrders(
  runner: AccountRunner,
  user: UserId | null,
  market: string | null,
  nowMs: number,
): Promise<number> {
  const { changes } = await tellAccount(runner, { kind: 'cancel-all', by: { user, bot: null }, market }, nowMs);
  return new Set(changes.flatMap((change) => (change.kind === 'order' ? change.row.key : []))).size;
}

async function written(runner: AccountRunner, event: Told): Promise<Applied> {
  try {
    return await runner.tell(event);
  } catch (error) {
    const trouble = runner.trouble();
    if (!(error instanceof Error) || (error.name !== 'StoreHalt' && trouble === null)) throw error;
    throw new Refusal(
      'not_written',
      trouble?.cause ?? 'It could not be written down, so it was not done.',
      trouble?.cure ?? 'Look whether the disk is full; it goes on by itself.',
    );
  }
}
