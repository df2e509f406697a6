import type { NewOrder, OrderName } from '../engine/commands.ts';
import type { OrderView } from '../engine/events.ts';
import { BULK_MAX, CANCEL_BULK_MAX } from '../engine/limits.ts';
import type { UntimedCommand } from '../exchange/writer.ts';
import type { AccountId } from '../ports.ts';
import { CAST, TAKER } from './cast.ts';

/** What one turn wants, gathered so that it goes out in few commands that share a commit. */
export class Errands {
  readonly #cancels = new Map<AccountId, OrderName[]>();
  readonly #orders = new Map<AccountId, NewOrder[]>();
  #orderCount = 0;

  /** Orders to be made so far. */
  get orderCount(): number {
    return this.#orderCount;
  }

  cancel({ account, id, spec }: OrderView): void {
    push(this.#cancels, account, { market: spec.name, orderId: id });
  }

  place(account: AccountId, order: NewOrder): void {
    this.#orderCount += 1;
    push(this.#orders, account, order);
  }

  take(order: NewOrder): void {
    this.place(TAKER, order);
  }

  /** Cancelling first, or new quotes would cross old ones; takers last, so that they meet today's price. */
  commands(): UntimedCommand[] {
    const commands: UntimedCommand[] = [];
    for (const account of CAST)
      for (const orders of inParts(this.#cancels.get(account) ?? [], CANCEL_BULK_MAX))
        commands.push({ kind: 'cancel-bulk', account, orders });
    for (const account of CAST)
      for (const orders of inParts(this.#orders.get(account) ?? [], BULK_MAX))
        commands.push({ kind: 'bulk', account, orders, stopOnFail: false });
    return commands;
  }
}

function push<T>(lists: Map<AccountId, T[]>, account: AccountId, item: T): void {
  const list = lists.get(account);
  if (list === undefined) lists.set(account, [item]);
  else list.push(item);
}

function inParts<T>(items: readonly T[], most: number): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < items.length; from += most) parts.push(items.slice(from, from + most));
  return parts;
}
