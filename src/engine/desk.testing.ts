/** A machine that is ready to trade, and short words for what a test tells it. */

import { Decimal } from '../core/decimal.ts';
import type { ClientOrderId, ConnectionId, UserId } from '../core/ids.ts';
import type { Side } from '../core/order.ts';
import type { FindResult, OrderReport, Outcome, Snapshot, TradeReport, VenueProfile } from '../core/report.ts';
import type { AccountMachine } from './account.ts';
import { openAccount, reopenAccount } from './account.ts';
import type { Applied } from './applied.ts';
import type { AccountEvent, OrderKey, PlaceWish } from './events.ts';
import { MARKET } from './hostile-venue.testing.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { Order } from './state.ts';

const d = Decimal.parse;
const START_MS = 1_000_000;
export const ANN = { user: 'ann' as UserId, bot: null };
/** An event without its time, each member of the union by itself. */
type Timeless = AccountEvent extends infer E ? (E extends unknown ? Omit<E, 'atMs'> : never) : never;

export class Desk {
  machine: AccountMachine;
  nowMs = START_MS;
  last: Applied;
  #requests = 0;

  constructor(profile: Partial<VenueProfile> = {}) {
    this.machine = openAccount({
      ...{ install: 'gap1', epoch: 0, connection: 'c' as ConnectionId, atMs: START_MS },
      profile: {
        validityMs: 5_000,
        settleMs: 1_000,
        uniqueness: 'open-only-per-market',
        buyFeeFrom: 'base',
        ...profile,
      },
      limits: DEFAULT_LIMITS,
    });
    this.last = this.hear({ kind: 'boot', epoch: 0 });
    this.hear({ kind: 'instruments', complete: true, instruments: [MARKET] });
    this.hear({ kind: 'stream', state: 'live', why: '' });
    this.snapshot({});
  }

  hear(event: Timeless): Applied {
    this.last = this.machine.apply({ ...event, atMs: this.nowMs } as AccountEvent);
    return this.last;
  }

  /** Time passes; the machine is woken whenever it wishes. */
  wait(ms: number): Applied['commands'] {
    const untilMs = this.nowMs + ms;
    const commands: Applied['commands'][number][] = [];
    for (;;) {
      this.nowMs = Math.min(untilMs, Math.max(this.nowMs, this.machine.wakeAtMs()));
      commands.push(...this.hear({ kind: 'time' }).commands);
      if (this.nowMs >= untilMs) return commands;
    }
  }

  /** The process dies and another begins. */
  restart(epoch = 0): Applied {
    this.machine = reopenAccount(JSON.parse(JSON.stringify(this.machine.save())) as ReturnType<AccountMachine['save']>);
    return this.hear({ kind: 'boot', epoch });
  }

  wish(side: Side, price: string | null, amount: string, more: Partial<PlaceWish> = {}): Applied {
    this.#requests += 1;
    const terms =
      price === null
        ? ({ kind: 'market' } as const)
        : { kind: 'limit' as const, price: d(price), postOnly: false, ioc: false };
    return this.hear({
      kind: 'place',
      requestId: `r${this.#requests}`,
      by: ANN,
      market: MARKET.symbol,
      draft: { side, terms, quantity: { unit: 'base', amount: d(amount) } },
      slot: null,
      confirmations: [],
      now: { bid: d('99.9'), ask: d('100.1'), last: d('100'), asOfMs: this.nowMs },
      ...more,
    });
  }

  /** An order that was sent; its outcome is for the test to tell. */
  sent(side: Side, price: string | null, amount: string): OrderKey {
    const { order, refused } = this.wish(side, price, amount);
    if (order === null) throw new Error(refused?.cause ?? 'no order');
    this.hear({ kind: 'sent', clientId: order as string as ClientOrderId });
    return order;
  }

  open(side: Side, price: string, amount: string, venueId = 'v1'): OrderKey {
    const key = this.sent(side, price, amount);
    this.outcome(key, { kind: 'accepted', venueId, report: null });
    return key;
  }

  outcome(key: OrderKey, outcome: Outcome): Applied {
    return this.hear({ kind: 'place-outcome', clientId: key as string as ClientOrderId, outcome });
  }

  found(key: OrderKey, result: FindResult): Applied {
    return this.hear({ kind: 'find-result', order: key, askedAtMs: this.nowMs, result });
  }

  absent(key: OrderKey): Applied {
    return this.found(key, { kind: 'absent', lookedAt: { open: true, history: true, trades: true }, atMs: this.nowMs });
  }

  report(key: OrderKey, more: Partial<OrderReport> = {}): OrderReport {
    const { clientId, side, quantity, terms } = this.order(key);
    return {
      ...{
        clientId,
        venueId: 'v1',
        market: MARKET.symbol,
        side,
        type: 'limit',
        activation: null,
        postOnly: false,
        ioc: false,
      },
      price: terms?.kind === 'limit' ? terms.price : null,
      ...{
        quantity,
        filledBase: Decimal.ZERO,
        filledQuote: null,
        status: { kind: 'open' },
        createdAtMs: null,
        updatedAtMs: null,
      },
      ...more,
    };
  }

  trade(key: OrderKey, tradeId: string | null, quantity: string, more: Partial<TradeReport> = {}): TradeReport {
    const { clientId, side } = this.order(key);
    const fee = { kind: 'known', asset: side === 'buy' ? 'BTC' : 'USDT', amount: d('0.001') } as const;
    return {
      ...{ tradeId, clientId, venueOrderId: 'v1', market: MARKET.symbol, side, price: d('100'), quantity: d(quantity) },
      ...{ value: null, fee, role: 'maker', atMs: this.nowMs },
      ...more,
    };
  }

  snapshot(more: Partial<Omit<Snapshot, 'balances'>>, usdt = '1000', btc = '10'): Applied {
    const balances = [
      { asset: 'USDT', free: d(usdt), locked: Decimal.ZERO },
      { asset: 'BTC', free: d(btc), locked: Decimal.ZERO },
    ];
    const snapshot: Snapshot = {
      ...{
        askedAtMs: this.nowMs,
        asOfMs: this.nowMs,
        openOrders: [],
        closedOrders: [],
        trades: [],
        cursor: `${this.nowMs}`,
      },
      balances: { asOfMs: this.nowMs, complete: true, balances },
      ...more,
    };
    return this.hear({ kind: 'snapshot', snapshot });
  }

  order(key: OrderKey): Order {
    const order = this.machine.query.order(key);
    if (order === null) throw new Error(`No order ${key}`);
    return order;
  }

  /** The state in a word, as a test reads it. */
  state(key: OrderKey): string {
    const { status } = this.order(key);
    return status.kind === 'closed' ? `closed: ${status.why}` : status.kind;
  }

  kinds(): string[] {
    return this.last.commands.map(({ kind }) => kind);
  }
}
