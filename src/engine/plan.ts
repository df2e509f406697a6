/**
 * What a bot wishes for against what is really there. It is decided anew each time from the orders themselves, so a
 * missed or doubled event doubles nothing, and after a crash there is nothing to mend: wish, compare, go on.
 *
 * A slot has at most one order, ever; another attempt is another slot; what a slot asks for never changes; a live order
 * that is no longer wished for is cancelled; a slot in doubt is left alone until it is known.
 */

import type { UserId } from '../core/ids.ts';
import { isLive, type OrderDraft } from '../core/order.ts';
import type { MarketNow, OrderKey, PlaceWish } from './events.ts';
import { canonical, toPlain } from './plain.ts';
import type { Order } from './state.ts';

/** An order that should be live now. */
export type Wish = OrderDraft & {
  readonly slot: string;
  readonly market: string;
  /** For the screen. */
  readonly reason: string;
};

/** Why nothing is done about a slot. The last four are faults of the strategy or ask for a person. */
export type HoldWhy =
  /** It is on its way, in doubt or being cancelled. */
  | 'in-doubt'
  /** Its order has ended and its trades are still being asked for. */
  | 'unsettled'
  /** It has had its order. */
  | 'spent'
  | 'wished-twice'
  | 'wish-changed'
  | 'two-orders'
  /** An order that cannot be right, or one of this bot that nobody remembers: a person has to look. */
  | 'quarantined';

export type PlanStep =
  | { readonly kind: 'cancel'; readonly slot: string; readonly order: OrderKey }
  | { readonly kind: 'place'; readonly slot: string; readonly wish: Wish }
  | { readonly kind: 'hold'; readonly slot: string; readonly order: OrderKey | null; readonly why: HoldWhy };

export type PlanFacts = {
  /** Its tag, the owner of its orders. */
  readonly bot: string;
  readonly wishes: readonly Wish[];
  /** All orders that the machine remembers. */
  readonly orders: readonly Order[];
  /** Slots whose orders left the machine's memory: the bot was told of each end, and keeps them. */
  readonly spent: ReadonlySet<string>;
};

type OwnOrder = Order & { readonly slot: string };

/** Cancellations first: what they set free is there for what is placed. No step: the order stands as wished. */
export function plan({ bot, wishes, orders, spent }: PlanFacts): readonly PlanStep[] {
  const own = orders.filter(({ owner }) => owner === bot);
  const bySlot = Map.groupBy(
    own.filter((order): order is OwnOrder => order.slot !== null),
    ({ slot }) => slot,
  );
  const wished = Map.groupBy(wishes, ({ slot }) => slot);
  // It may be the order of any of these slots.
  const isBlind = own.some(({ slot, status }) => slot === null && isLive(status));
  const steps: PlanStep[] = [];
  for (const [slot, found] of bySlot) if (!wished.has(slot)) steps.push(...unwished(slot, found));
  for (const [slot, same] of wished) {
    const step = compare(slot, same, bySlot.get(slot) ?? [], { isBlind, isSpent: spent.has(slot) });
    if (step !== null) steps.push(step);
  }
  const rank = { cancel: 0, place: 1, hold: 2 } as const;
  return steps.sort((a, b) => rank[a.kind] - rank[b.kind]);
}

/** The same slot is the same request: whatever is told twice or late meets the order that is there. */
export function placeEvent(
  { wish }: Extract<PlanStep, { readonly kind: 'place' }>,
  by: { readonly bot: string; readonly user: UserId | null },
  now: MarketNow | null,
): PlaceWish {
  const { slot, market, side, terms, quantity } = wish;
  return {
    ...{ kind: 'place', requestId: `${by.bot} ${slot}`, by, market, slot, confirmations: [], now },
    draft: { side, terms, quantity },
  };
}

function unwished(slot: string, found: readonly OwnOrder[]): PlanStep[] {
  return found.flatMap((order): PlanStep[] => {
    if (!isLive(order.status)) return [];
    const why = heldBack(order) ?? (order.cancelWanted ? 'in-doubt' : null);
    return [why === null ? { kind: 'cancel', slot, order: order.key } : { kind: 'hold', slot, order: order.key, why }];
  });
}

function compare(
  slot: string,
  same: readonly Wish[],
  found: readonly OwnOrder[],
  { isBlind, isSpent }: { readonly isBlind: boolean; readonly isSpent: boolean },
): PlanStep | null {
  const [order] = found;
  const hold = (why: HoldWhy): PlanStep => ({ kind: 'hold', slot, order: order?.key ?? null, why });
  const [wish] = same;
  if (wish === undefined) return null;
  if (same.length > 1) return hold('wished-twice');
  if (found.length > 1) return hold('two-orders');
  if (order === undefined) {
    if (isSpent) return hold('spent');
    return isBlind ? hold('quarantined') : { kind: 'place', slot, wish };
  }
  if (!asksTheSame(wish, order)) return hold('wish-changed');
  const why = heldBack(order);
  if (why !== null) return hold(why);
  if (order.status.kind === 'closed') return hold(order.settled ? 'spent' : 'unsettled');
  // Wished again after it was given up: it goes, and another attempt is another slot.
  return order.cancelWanted ? hold('in-doubt') : null;
}

function heldBack({ quarantine, status }: Order): HoldWhy | null {
  if (quarantine !== null) return 'quarantined';
  switch (status.kind) {
    case 'submitting':
    case 'unknown':
    case 'cancelling':
      return 'in-doubt';
    case 'open':
    case 'closed':
      return null;
  }
}

function asksTheSame(wish: Wish, order: Order): boolean {
  const asked = ({ market, side, terms, quantity }: Wish | Order): string =>
    canonical(toPlain({ market, side, terms, quantity }));
  return asked(wish) === asked(order);
}
