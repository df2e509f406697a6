/** Custody as its protocol describes it, in memory, before an exchange with its own books. Faults are switched on by hand. */

import { Decimal } from '../../core/decimal.ts';
import type { ClientOrderId } from '../../core/ids.ts';
import type { OrderTerms, Quantity } from '../../core/order.ts';
import { type CustodyClient, CustodyError, type RequestOptions } from '../../custody/client.ts';
import type { CustodyOperations, CustodyStatus, OperationName } from '../../custody/protocol.ts';
import { fitsOperation } from '../../custody/requests.ts';
import type { Halt, PlaceResult, TradingStatus, WireOrder } from '../../custody/trade-protocol.ts';
import { HostileVenue, MARKET, type Push } from '../../engine/hostile-venue.testing.ts';

type Asked = { readonly op: OperationName; readonly args: never; readonly options: RequestOptions };
type Reply = unknown;

export class PlayedTradeCustody implements Pick<CustodyClient, 'request'> {
  readonly venue: HostileVenue;
  readonly asked: Asked[] = [];
  readonly halts: Halt[] = [];
  readonly reducing: Halt[] = [];
  readonly #nowMs: () => number;
  readonly #signed = new Map<string, PlaceResult>();
  #follow: { options: RequestOptions; end: (reply: { ended: string }) => void; fail: (error: Error) => void } | null =
    null;
  state: CustodyStatus['state'] = 'open';
  epoch = 1;
  trouble = '';
  markets: readonly string[] = [MARKET.symbol];
  /** The stream says nothing of orders. */
  isMute = false;
  /** Nothing answers. */
  isGone = false;
  /** Called instead of answering, where it says so. */
  instead: (op: OperationName, carryOut: () => Reply) => Promise<Reply> | null = () => null;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    // Custody knows orders of an exchange by number.
    this.venue = new HostileVenue((push) => this.push(push), '100', '');
  }

  async request<Op extends OperationName>(
    op: Op,
    args: CustodyOperations[Op]['request'],
    options: RequestOptions = {},
  ): Promise<CustodyOperations[Op]['reply']> {
    if (this.isGone) throw new CustodyError('UNREACHABLE', 'Custody cannot be reached');
    // As it travels, there and back.
    const travelled = JSON.parse(JSON.stringify(args)) as never;
    if (!fitsOperation(op, travelled)) throw new CustodyError('BAD_REQUEST', `${op} ${JSON.stringify(travelled)}`);
    this.asked.push({ op, args: travelled, options });
    const carryOut = (): Reply => this.#answer(op, travelled, options);
    const reply = await (this.instead(op, carryOut) ?? carryOut());
    return JSON.parse(JSON.stringify(reply)) as CustodyOperations[Op]['reply'];
  }

  /** The process ends: whatever is under way is answered by nobody. */
  die(): void {
    this.isGone = true;
    const follow = this.#follow;
    this.#follow = null;
    follow?.fail(new CustodyError('UNREACHABLE', 'Custody closed the connection'));
  }

  of(op: OperationName): readonly Asked[] {
    return this.asked.filter((one) => one.op === op);
  }

  /** The orders of each request, by name. */
  placed(): readonly (readonly string[])[] {
    return this.of('place').map(({ args }) => (args as { orders: WireOrder[] }).orders.map(({ clientId }) => clientId));
  }

  push(push: Push): void {
    if (this.isMute) return;
    const event =
      push.kind === 'order'
        ? { kind: 'order' as const, report: push.report }
        : { kind: 'deal' as const, report: push.report };
    this.tell({ kind: 'venue', event });
  }

  tell(event: unknown): void {
    this.#follow?.options.onFollow?.(JSON.parse(JSON.stringify(event)) as never);
  }

  stream(word: 'live' | 'waiting', why: string | null = null): void {
    const sinceMs = this.#nowMs();
    this.tell({ kind: 'state', state: { word, sinceMs, why, nextAttemptAtMs: null, attempts: 0, refused: [] } });
  }

  endFollow(ended: string): void {
    const follow = this.#follow;
    this.#follow = null;
    follow?.end({ ended });
  }

  #answer(op: OperationName, args: never, options: RequestOptions): Reply {
    const nowMs = this.#nowMs();
    switch (op) {
      case 'status':
        return { state: this.state, reason: '', keys: 1 };
      case 'trading-status':
        return this.#status();
      case 'policy':
        return { limits: { markets: this.markets } };
      case 'halt': {
        const { connection, why } = args as Halt;
        this.halts.push({ connection, atMs: nowMs, why });
        return this.#status();
      }
      case 'place':
        return this.#place(args);
      case 'cancel':
        return {
          results: (args as { orders: { clientId: string; venueId: string }[] }).orders.map((one) =>
            this.venue.cancel(nowMs, one),
          ),
        };
      case 'find':
        return this.venue.find(nowMs, nowMs, args);
      case 'snapshot':
        return { snapshot: this.venue.snapshot(nowMs, (args as { cursor: string | null }).cursor) };
      case 'follow':
        return new Promise((end, fail) => {
          this.#follow?.end({ ended: 'Taken over' });
          this.#follow = { options, end, fail };
          queueMicrotask(() => this.stream('live'));
        });
      default:
        throw new CustodyError('BAD_REQUEST', op);
    }
  }

  #place(args: never): { readonly results: readonly PlaceResult[] } {
    const { orders, epoch, deadlineMs } = args as { orders: WireOrder[]; epoch: number; deadlineMs: number };
    const results = orders.map((order): PlaceResult => {
      const known = this.#signed.get(order.clientId);
      if (known !== undefined) return known;
      if (epoch !== this.epoch) return { kind: 'not-sent', rule: 'epoch', why: 'Another epoch' };
      const leftMs = deadlineMs - this.#nowMs();
      if (leftMs <= 0 || leftMs > 10_000)
        return { kind: 'not-sent', rule: 'deadline', why: `${String(leftMs)} ms left` };
      if (this.halts.length > 0) return { kind: 'not-sent', rule: 'halted', why: 'Halted' };
      const [terms, quantity] = read(order);
      const outcome = this.venue.place(this.#nowMs(), order.clientId as ClientOrderId, order.side, terms, quantity);
      const result = JSON.parse(JSON.stringify({ ...outcome, sentAs: null })) as PlaceResult;
      this.#signed.set(order.clientId, result);
      return result;
    });
    return { results };
  }

  #status(): TradingStatus {
    const { epoch, halts, reducing, trouble } = this;
    return {
      epoch: this.state === 'locked' ? 0 : epoch,
      halts,
      reducing,
      trouble,
      ordersHead: { seq: 0, hash: '' },
    };
  }
}

function read({ terms, quantity }: WireOrder): [OrderTerms, Quantity] {
  const amount = { unit: quantity.unit, amount: Decimal.parse(quantity.amount) };
  if (terms.kind === 'limit') return [{ ...terms, price: Decimal.parse(terms.price) }, amount];
  if (terms.kind === 'market') return [terms, amount];
  throw new Error('Stops are not played here');
}
