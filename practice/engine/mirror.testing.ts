import type { EngineEvent } from './events.ts';
import { isStop } from './order.ts';

/**
 * What somebody knows who only ever sees events: books, balances and open orders. Where it differs from what the engine
 * answers when asked, an event was missing, wrong or too much.
 */
export class Mirror {
  /** Lots by "market side ticks". */
  readonly levels = new Map<string, bigint>();
  /** By "account ticker", in the asset's units. */
  readonly balances = new Map<string, { readonly available: bigint; readonly freeze: bigint }>();
  /** What is left of every open order, by id. */
  readonly open = new Map<number, bigint>();
  readonly finished = new Set<number>();
  /** Stop orders that were told of as waiting. */
  readonly waiting = new Set<number>();

  apply(events: readonly EngineEvent[]): void {
    for (const event of events) this.#apply(event);
  }

  #apply(event: EngineEvent): void {
    switch (event.kind) {
      case 'level': {
        const place = `${event.spec.name} ${event.side} ${event.ticks}`;
        if (event.lots === 0n) this.levels.delete(place);
        else this.levels.set(place, event.lots);
        return;
      }
      case 'balance': {
        const { account, asset, available, freeze } = event;
        if (available < 0n || freeze < 0n) throw new Error(`${account} has less than nothing of ${asset.ticker}`);
        this.balances.set(`${account} ${asset.ticker}`, event);
        return;
      }
      case 'order': {
        const { id, left, status, activated } = event.order;
        if (this.finished.has(id)) throw new Error(`Order ${id} was told of after its end`);
        if ((status === 'OPEN') === (event.change === 'finish'))
          throw new Error(`Order ${id} is ${status} at ${event.change}`);
        if (event.change === 'update' && !this.open.has(id)) throw new Error(`Order ${id} changed before it was new`);
        if (activated && event.change !== 'new' && this.waiting.has(id))
          throw new Error(`Order ${id} was activated without a word`);
        if (isStop(event.order) && !activated && event.change === 'new') this.waiting.add(id);
        else this.waiting.delete(id);
        if (event.change !== 'finish') {
          this.open.set(id, left);
          return;
        }
        this.open.delete(id);
        this.finished.add(id);
        return;
      }
      case 'trade':
      case 'deal':
      case 'kill-switch':
        return;
    }
  }
}
