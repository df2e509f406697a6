import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Result } from '../engine/engine.ts';
import type { DealEvent, EngineEvent, OrderView } from '../engine/events.ts';
import { eventData, historyOrder, restDeal } from '../engine/render.ts';
import { OPENING } from '../engine/world.testing.ts';
import type { DurableExchange, ExchangeFault, ExchangeOptions, Outcome } from './durable-exchange.ts';
import { openExchange } from './durable-exchange.ts';
import type { UntimedCommand } from './writer.ts';

/** Files, time and turns of the event loop in the hand of a test. */

export class Folder {
  readonly path = mkdtempSync(path.join(tmpdir(), 'gapless-exchange-'));
  #files = 0;

  file(): string {
    this.#files += 1;
    return path.join(this.path, `exchange-${this.#files}.sqlite`);
  }

  /** What the disk would hold if the process died now: every commit so far and nothing else. */
  crashed(file: string): string {
    const copy = this.file();
    copyFileSync(file, copy);
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
    return copy;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export const START_MS = 1_700_000_000_000;

/** An exchange whose commits happen when the test says so. */
export class Bench {
  readonly exchange: DurableExchange;
  readonly faults: ExchangeFault[] = [];
  readonly clock = { ms: START_MS, nowMs: (): number => this.clock.ms };
  #deferred: (() => void)[] = [];

  constructor(file: string, options: Partial<ExchangeOptions> = {}) {
    this.exchange = openExchange({
      file,
      clock: this.clock,
      opening: OPENING,
      onFault: (fault) => this.faults.push(fault),
      defer: (work) => this.#deferred.push(work),
      ...options,
    });
  }

  /** Lets one deferred commit happen. False where none waits. */
  turn(): boolean {
    const work = this.#deferred.shift();
    work?.();
    return work !== undefined;
  }

  /** Submits all at once and lets every commit happen. */
  async run(commands: readonly UntimedCommand[]): Promise<readonly Outcome[]> {
    const outcomes = commands.map((command) => this.exchange.submit(command));
    while (this.turn());
    return Promise.all(outcomes);
  }

  async one(command: UntimedCommand): Promise<Outcome> {
    const [outcome] = await this.run([command]);
    if (outcome === undefined) throw new Error('No outcome');
    return outcome;
  }
}

/** What an outsider would put down of the events: the history as it must be, newest first. */
export class Notes {
  readonly orders: OrderView[] = [];
  readonly deals: DealEvent[] = [];
  readonly lines: string[] = [];

  take(events: readonly EngineEvent[]): void {
    for (const event of events) {
      this.lines.push(JSON.stringify(eventData(event)));
      if (event.kind === 'order' && event.change === 'finish') this.orders.push(event.order);
      if (event.kind === 'deal') this.deals.push(event);
    }
  }
}

/** Everything the history can tell, as WhiteBIT would print it, in an order of its own. */
export function printed(orders: readonly OrderView[], deals: readonly DealEvent[]): readonly string[] {
  return [
    ...orders.map((order) => JSON.stringify({ account: order.account, ...historyOrder(order) })),
    ...deals.map((deal) => JSON.stringify({ account: deal.account, ...restDeal(deal), other: deal.dealOrderId })),
  ].sort();
}

export function printedHistory({ history }: DurableExchange, accounts: readonly OrderView['account'][]) {
  const page = { limit: 1_000_000, offset: 0 };
  const window = { fromUs: 0, toUs: Number.MAX_SAFE_INTEGER };
  return printed(
    accounts.flatMap((account) =>
      history.finishedOrders({ account, market: null, which: { status: 'ALL', window }, page }),
    ),
    accounts.flatMap((account) => history.deals({ account, market: null, which: { window }, page })),
  );
}

export function untimed<C extends { readonly atUs: number }>({ atUs: _atUs, ...command }: C): UntimedCommand {
  return command as unknown as UntimedCommand;
}

export function replyOf(outcome: Outcome): Result['reply'] {
  if (outcome.kind === 'done') return outcome.reply;
  throw new Error(`Not done: ${JSON.stringify(outcome)}`);
}
