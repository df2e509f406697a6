/** Orders as lines: which prices they stand at, what their handle says, where a drag would put them. Exact text throughout. */

import type { Confirmation, Order } from '../../../src/contract/trading.ts';
import { Decimal } from '../../../src/core/decimal.ts';
import { formatQuantity, group } from '../../format/number.ts';
import { placesOfStep } from '../ticket/exact.ts';

/** A stop limit order stands at two prices: where it wakes, and where it then rests. */
export type OrderLine = {
  readonly id: string;
  readonly order: Order;
  readonly what: 'price' | 'activation';
  readonly price: string;
  /** `Buy`, `0.10` and `43 210.00`. */
  readonly name: string;
  readonly amount: string;
  readonly at: string;
  /** What is being done or not known, in a word; empty while it just rests. */
  readonly state: string;
  readonly tone: 'plain' | 'amber';
  readonly isMovable: boolean;
  readonly isExternal: boolean;
  /** It rests nowhere yet: it comes when its stop is reached. */
  readonly isLater: boolean;
};

export function linesOf(orders: readonly Order[], tick: string): OrderLine[] {
  return orders.flatMap((order) =>
    pricesOf(order).map(({ what, price, name, isLater }) => ({
      id: `${order.connection} ${order.key} ${what}`,
      order,
      what,
      price,
      name,
      amount: leftOf(order),
      at: priceShown(price, tick),
      ...stateOf(order),
      isMovable: isMovable(order),
      isExternal: order.owner === 'external',
      isLater: isLater === true,
    })),
  );
}

type Standing = {
  readonly what: OrderLine['what'];
  readonly price: string;
  readonly name: string;
  readonly isLater?: boolean;
};

function pricesOf({ terms, side, filledBase }: Order): Standing[] {
  if (terms === null || terms.kind === 'market') return [];
  const limit = side === 'buy' ? 'Buy' : 'Sell';
  switch (terms.kind) {
    case 'limit':
      return [{ what: 'price', price: terms.price, name: limit }];
    case 'stop-limit':
      return [
        { what: 'activation', price: terms.activation, name: `Stop ${side}` },
        // What has filled something was activated: from then on it rests as any other.
        isZero(filledBase)
          ? { what: 'price', price: terms.price, name: `Then ${side}`, isLater: true }
          : { what: 'price', price: terms.price, name: limit },
      ];
    case 'stop-market':
      return [{ what: 'activation', price: terms.activation, name: `Stop ${side}` }];
  }
}

const isZero = (text: string): boolean => Decimal.tryParse(text)?.isZero() ?? true;

/** With the places of the tick; a price that has more keeps them. */
export function priceShown(price: string, tick: string): string {
  const value = Decimal.tryParse(price);
  return value === null ? price : group(value.toFixed(Math.max(placesOfStep(tick), value.trim().scale)));
}

/** What is still to be filled, in the asset that the order counts in. */
function leftOf({ quantity, filledBase, filledQuote, market }: Order): string {
  const whole = Decimal.tryParse(quantity.amount) ?? Decimal.ZERO;
  const filled = Decimal.tryParse(quantity.unit === 'base' ? filledBase : filledQuote) ?? Decimal.ZERO;
  const left = Decimal.max(whole.sub(filled), Decimal.ZERO);
  const amount = formatQuantity(left.toString());
  return quantity.unit === 'base' ? amount : `for ${amount} ${market.split('_')[1] ?? ''}`.trim();
}

/** Only what surely rests at the exchange, and is ours, can be taken by its line. */
const isMovable = (order: Order): boolean =>
  order.owner === 'ours' && order.state === 'open' && !order.moving && !order.blocked;

function stateOf(order: Order): { readonly state: string; readonly tone: OrderLine['tone'] } {
  if (order.moving) return { state: 'moving…', tone: 'plain' };
  switch (order.state) {
    case 'submitting':
      return { state: 'sending…', tone: 'plain' };
    case 'unknown':
      return { state: 'unknown, asking', tone: 'amber' };
    case 'cancelling':
      return { state: 'cancelling…', tone: 'plain' };
    case 'open':
    case 'closed':
      return order.owner === 'external' ? { state: 'placed elsewhere', tone: 'plain' } : { state: '', tone: 'plain' };
  }
}

/** Guard digits under the tick: a place on the screen is never finer. */
const GUARD_PLACES = 3;
const NUMBER_PLACES_MAX = 20;

/** The price on the tick that is nearest to a place on the screen; never below one tick. */
export function snapped(price: number, tick: string): string | null {
  const step = Decimal.tryParse(tick);
  if (step === null || step.sign() <= 0 || !Number.isFinite(price) || Math.abs(price) >= 1e21) return null;
  const places = placesOfStep(tick);
  const near = Decimal.tryParse(price.toFixed(Math.min(NUMBER_PLACES_MAX, places + GUARD_PLACES)));
  if (near === null) return null;
  return Decimal.max(near.quantize(step, 'half-up'), step).toFixed(places);
}

/** `0.34 % under the last price`. Empty where nothing was traded yet. */
export function distanceText(price: string, last: string | null): string {
  const here = Decimal.tryParse(price);
  const there = last === null ? null : Decimal.tryParse(last);
  if (here === null || there === null || there.sign() <= 0) return '';
  const percent = here.sub(there).mul(Decimal.fromInteger(100n)).div(there, 2, 'half-up');
  if (percent.isZero()) return 'at the last price';
  return `${percent.abs().toFixed(2)}\u202f% ${percent.sign() > 0 ? 'above' : 'under'} the last price`;
}

export type Ghost = {
  readonly line: string;
  readonly order: Order;
  readonly what: OrderLine['what'];
  readonly from: string;
  readonly price: string;
  /** `dragging`: in the hand. `asking`: the person is asked. `sending`: on its way to the desk. `moving`: the desk has it
   * in writing. `failed`: refused, the order stands where it was. `unanswered`: nobody knows which of the two. */
  readonly phase: 'dragging' | 'asking' | 'sending' | 'moving' | 'failed' | 'unanswered';
  /** Why it was refused, or is not known; empty while neither. */
  readonly trouble: string;
  /** What the person said yes to already, and what they could still say yes to. */
  readonly confirmed: readonly Confirmation[];
  readonly confirm: Confirmation | null;
  /** The order as the desk answered the move; null before. */
  readonly told: Order | null;
};

/** `waits`: the order's next word must come, in this frame or the one after; until then nothing else tells of the move. */
type GhostStanding = 'stands' | 'waits' | 'over';

/**
 * Whether a ghost still has something to tell, or the order itself says it all. `last`: the order as it ended. A move is a
 * cancellation and a new order, told one after the other: between the two there is no line but the ghost.
 */
export function standingOf(ghost: Ghost, orders: readonly Order[], last: Order | undefined): GhostStanding {
  const { key, connection } = ghost.order;
  if (orders.some((order) => order.connection === connection && order.replaces === key)) return 'over';
  const order = orders.find((one) => one.key === key && one.connection === connection);
  if (order === undefined) return isHeld(ghost) || last === undefined || last.replacedBy === null ? 'over' : 'waits';
  // The line of the order itself says that it is moving: that is the answer which got lost.
  if (ghost.phase === 'unanswered') return order.moving ? 'over' : 'stands';
  if (ghost.phase !== 'moving' || order.moving) return 'stands';
  const { told } = ghost;
  return told?.moving === true && order.updatedAtMs <= told.updatedAtMs ? 'waits' : 'over';
}

const isHeld = ({ phase }: Ghost): boolean => phase === 'dragging' || phase === 'asking' || phase === 'failed';
