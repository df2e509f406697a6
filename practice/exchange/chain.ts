import { hash } from 'node:crypto';
import type { Reply } from '../engine/commands.ts';
import type { Result } from '../engine/engine.ts';
import type { EngineEvent, KillSwitchView, OrderView } from '../engine/events.ts';
import type { Snapshot } from '../engine/snapshot.ts';

/**
 * A chain of hashes over every command and everything it did: the same link means the same commands with the same
 * outcomes, from the first one on. Events tell every balance, level and order that changed, so a replay that reaches the
 * recorded link has reached the recorded state.
 */

/** Before the first command. */
export const CHAIN_START = '';

/** `commandRecord` is the text of the log. */
export function nextLink(link: string, commandRecord: string, { reply, events }: Result): string {
  let lines = `${link}\n${commandRecord}\n${replyLine(reply)}`;
  for (const event of events) lines += `\n${eventLine(event)}`;
  return hash('sha256', lines);
}

/** Of a whole state: two engines with the same hash go on alike. */
export function stateHash(snapshot: Snapshot): string {
  return hash('sha256', JSON.stringify(snapshot));
}

/** An order is told by its events; a reply only adds which one it was, or why there is none. */
function replyLine(reply: Reply): string {
  if (!reply.ok) return `refused ${reply.status} ${reply.code} ${JSON.stringify(reply.errors)}`;
  if ('order' in reply) return orderLine(reply.order);
  if ('orders' in reply) return `orders ${reply.orders.map(replyLine).join(' ')}`;
  if ('killSwitch' in reply) return reply.killSwitch === null ? 'no kill switch' : switchLine(reply.killSwitch);
  return 'done';
}

/**
 * Everything that can differ, in a fixed order. Plain joined fields, because every command passes here: printing events
 * as JSON took several times as long.
 */
function eventLine(event: EngineEvent): string {
  switch (event.kind) {
    case 'order':
      return `order ${event.change} ${orderLine(event.order)}`;
    case 'trade':
      return `trade ${event.id} ${event.atUs} ${event.spec.name} ${event.ticks} ${event.lots} ${event.money} ${event.side}`;
    case 'deal':
      return (
        `deal ${event.id} ${event.atUs} ${event.account} ${event.spec.name} ${event.orderId} ${event.clientOrderId} ` +
        `${event.dealOrderId} ${event.side} ${event.role} ${event.ticks} ${event.lots} ${event.money} ${event.fee} ` +
        event.feeAsset.ticker
      );
    case 'balance':
      return `balance ${event.account} ${event.asset.ticker} ${event.available} ${event.freeze}`;
    case 'level':
      return `level ${event.spec.name} ${event.side} ${event.ticks} ${event.lots} ${event.updateId}`;
    case 'kill-switch':
      return `kill-switch ${event.change} ${switchLine(event.view)}`;
  }
}

function orderLine(order: OrderView): string {
  return (
    `${order.id} ${order.account} ${order.spec.name} ${order.clientOrderId} ${order.side} ${order.type} ${order.stp} ` +
    `${order.postOnly} ${order.ioc} ${order.amount} ${order.amountInQuote} ${order.priceTicks} ` +
    `${order.activationTicks} ${order.makerRate} ${order.takerRate} ${order.ctimeUs} ${order.left} ` +
    `${order.dealStock} ${order.dealMoney} ${order.dealFee} ${order.frozen} ${order.activated} ` +
    `${order.activatedAtUs} ${order.mtimeUs} ${order.status}`
  );
}

function switchLine({ account, market, startUs, dueUs, types }: KillSwitchView): string {
  return `${account} ${market} ${startUs} ${dueUs} ${types?.join(',') ?? 'every'}`;
}
