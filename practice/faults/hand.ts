import { Decimal } from '../../src/core/decimal.ts';
import type { NewOrder, OrderName, OrderReply } from '../engine/commands.ts';
import type { OrderView } from '../engine/events.ts';
import { powerOfTen } from '../engine/scale.ts';
import type { AccountId } from '../ports.ts';
import type { World } from './fault-switch.ts';

/** The exchange's own hand on its market: a house account that trades when a fault wants a trade. */

export const HAND = '@life-hand' as AccountId;

/** Orders of others at the same price are in the way of an exact fill; after so many tries it stays inexact. */
const TRIES_MAX = 40;
/** Rounded up, so that no asset is asked for more places than it has. */
const FUND_PLACES = 4;
const DEPTH_LOOKED_AT = 1_000;

export async function place(
  world: Pick<World, 'exchange'>,
  account: AccountId,
  order: NewOrder,
): Promise<OrderReply | string> {
  const outcome = await world.exchange.submit({ kind: 'place', account, order });
  if (outcome.kind === 'impossible') return outcome.message;
  if (outcome.kind === 'not-taken') return `The exchange takes nothing now: ${outcome.reason}.`;
  return 'order' in outcome.reply || !outcome.reply.ok ? outcome.reply : 'The exchange gave no order back.';
}

/** The order that came of it, or why there is none in words. */
export async function placed(world: World, account: AccountId, order: NewOrder): Promise<OrderView | string> {
  const reply = await place(world, account, order);
  if (typeof reply === 'string') return reply;
  return reply.ok ? reply.order : Object.values(reply.errors).flat().join(' ');
}

/** A limit order of everyday kind. */
export function limitOrder(
  order: Pick<NewOrder, 'market' | 'side' | 'amount'> & { readonly price: Decimal } & {
    readonly ioc?: boolean;
    readonly clientOrderId?: string | null;
    readonly stp?: NewOrder['stp'];
  },
): NewOrder {
  const { market, side, amount, price, ioc = false, clientOrderId = null, stp = 'no' } = order;
  return { type: 'limit', market, side, amount, price, ioc, clientOrderId, stp, postOnly: false, bboRole: null };
}

export function priceOf({ priceTicks, spec }: OrderView): Decimal {
  return Decimal.fromInteger(BigInt(priceTicks), spec.tickScale);
}

/** In base; what a waiting market buy would spend is in quote and none of these. */
export function leftOf({ left, spec }: OrderView): Decimal {
  return Decimal.fromInteger(left, spec.lotScale);
}

/**
 * Trades `lots` of a resting order with the hand, through whatever stands before it in the queue. Null when it has come
 * to that, else why not.
 */
export async function fillResting(world: World, order: OrderView, lots: bigint): Promise<string | null> {
  const { exchange } = world;
  const name: OrderName = { market: order.spec.name, orderId: order.id };
  const goal = order.left - lots;
  const side = order.side === 'buy' ? 'sell' : 'buy';
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const now = exchange.query.openOrder(order.account, name);
    if (now === null || now.left <= goal) return null;
    const better = lotsBefore(world, order);
    const amount = Decimal.fromInteger(better + now.left - goal, order.spec.lotScale);
    const problem = await fundHand(world, side, order, amount);
    if (problem !== null) return problem;
    const reply = await placed(
      world,
      HAND,
      limitOrder({ market: name.market, side, amount, price: priceOf(order), ioc: true }),
    );
    if (typeof reply === 'string') return reply;
    if (reply.dealStock === 0n) return 'Nothing was traded.';
  }
  return 'Too many other orders stand before it.';
}

/** What stands on better levels of the same side. */
function lotsBefore({ exchange }: World, order: OrderView): bigint {
  const depth = exchange.query.depth(order.spec.name, DEPTH_LOOKED_AT);
  const levels = (order.side === 'buy' ? depth?.bids : depth?.asks) ?? [];
  return levels
    .filter(({ ticks }) => (order.side === 'buy' ? ticks > order.priceTicks : ticks < order.priceTicks))
    .reduce((sum, level) => sum + level.lots, 0n);
}

/** Gives the hand what an order of this kind costs. */
export async function fundHand(
  world: World,
  side: NewOrder['side'],
  { spec, priceTicks }: Pick<OrderView, 'spec' | 'priceTicks'>,
  amount: Decimal,
): Promise<string | null> {
  const price = Decimal.fromInteger(BigInt(priceTicks), spec.tickScale);
  const [ticker, cost] = side === 'buy' ? [spec.quote.ticker, amount.mul(price)] : [spec.base.ticker, amount];
  const funded = await world.accounts.fundHouse(HAND, ticker, cost.round(FUND_PLACES, 'ceil'));
  return funded.ok ? null : funded.message;
}

/** The smallest amount an order of this market may have at this price, on its steps. */
export function smallestAmount({ exchange }: World, market: string, price: Decimal): Decimal | null {
  const view = exchange.query.market(market);
  if (view === null || price.sign() <= 0) return null;
  const { stockPrec, minAmount, minTotal } = view.rules;
  const byTotal = minTotal.div(price, Math.max(stockPrec, 0), 'ceil');
  const step = stockPrec >= 0 ? Decimal.power(-stockPrec) : Decimal.fromInteger(powerOfTen(-stockPrec));
  return Decimal.max(byTotal, minAmount).quantize(step, 'ceil');
}
