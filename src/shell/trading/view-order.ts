/** Orders, fills and balances of the machine as they are told outside. */

import type * as wire from '../../contract/trading.ts';
import { Decimal } from '../../core/decimal.ts';
import type { ConnectionId } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { OrderTerms } from '../../core/order.ts';
import type { AccountQuery } from '../../engine/account.ts';
import { EXTERNAL, type FillRow, type Order } from '../../engine/state.ts';
import type { Doing } from '../../engine/words.ts';
import { sentPriceOf, sentWords } from './sent-words.ts';

/** An average is seldom a finite decimal: rounded half-even to this many places, below any tick. */
const AVERAGE_PLACES = 12;

export function orderView(
  connection: ConnectionId,
  order: Order,
  doing: Doing | null,
  fills: readonly FillRow[],
  instrument: Instrument | null,
): wire.Order {
  const { status } = order;
  return {
    connection,
    key: order.key,
    clientId: order.clientId,
    venueId: order.venueId,
    requestId: order.requestId ?? null,
    market: order.market,
    side: order.side,
    terms: order.terms === null ? null : termsView(order.terms),
    quantity: { unit: order.quantity.unit, amount: order.quantity.amount.toString() },
    sentPrice: sentPriceOf(order)?.toString() ?? null,
    owner: ownerView(order.owner),
    state: status.kind,
    ended: status.kind === 'closed' ? status.why : null,
    detail: detailOf(order, instrument),
    doing: { text: doing?.text ?? '', sinceMs: doing?.sinceMs ?? null, nextAtMs: doing?.nextAtMs ?? null },
    blocked: doing?.code === 'blocked',
    filledBase: order.filledBase.toString(),
    filledQuote: order.filledQuote.toString(),
    averagePrice: averageOf(order),
    fees: feesOf(fills),
    feesPending: order.feesPending,
    quarantine: order.quarantine ?? '',
    replaces: order.replaces,
    replacedBy: order.replacedBy,
    moving: order.move !== null,
    createdAtMs: order.createdAtMs,
    updatedAtMs: updatedAtMs(order),
  };
}

/** One that is in the machine's memory, where all its fills are too. */
export function liveOrderView(connection: ConnectionId, order: Order, query: AccountQuery): wire.Order {
  const fills = hasFills(order) ? query.fills(order.key) : [];
  return orderView(connection, order, query.doing(order.key), fills, query.instrument(order.market));
}

export function hasFills(order: Order): boolean {
  return !order.filledBase.isZero() || order.feesPending > 0;
}

export function fillView(connection: ConnectionId, fill: FillRow, owner: 'ours' | 'external'): wire.Fill {
  const { fee } = fill;
  return {
    connection,
    key: fill.key,
    order: fill.order,
    owner,
    market: fill.market,
    side: fill.side,
    price: fill.price.toString(),
    quantity: fill.quantity.toString(),
    value: fill.value.toString(),
    fee: fee.kind === 'pending' ? null : { asset: fee.asset, amount: fee.amount.toString() },
    role: fill.role,
    reversed: fill.reversed,
    atMs: fill.atMs,
  };
}

export function ownerView(owner: string): 'ours' | 'external' {
  return owner === EXTERNAL ? 'external' : 'ours';
}

/** What is nil in every sense is left out. */
export function balancesView(query: AccountQuery): wire.TradeBalance[] {
  return query.balances().flatMap(({ asset, free, locked, asOfMs }) => {
    const available = query.available(asset);
    if (free.isZero() && locked.isZero() && available.isZero()) return [];
    return {
      asset,
      free: free.toString(),
      locked: locked.toString(),
      available: available.toString(),
      asOfMs: Math.max(0, asOfMs),
    };
  });
}

function termsView(terms: OrderTerms): wire.OrderTerms {
  switch (terms.kind) {
    case 'limit':
      return { kind: terms.kind, price: terms.price.toString(), postOnly: terms.postOnly, ioc: terms.ioc };
    case 'market':
      return { kind: terms.kind };
    case 'stop-limit':
      return { kind: terms.kind, price: terms.price.toString(), activation: terms.activation.toString() };
    case 'stop-market':
      return { kind: terms.kind, activation: terms.activation.toString() };
  }
}

/** What there is to say of its end, and what left in its place. */
function detailOf(order: Order, instrument: Instrument | null): string {
  const end = order.detail ?? order.moveEnd ?? '';
  const sent = sentWords(order, instrument);
  return end === '' || sent === '' ? `${end}${sent}` : `${end}. ${sent}`;
}

function averageOf({ filledBase, filledQuote }: Order): string | null {
  return filledBase.sign() <= 0 ? null : filledQuote.div(filledBase, AVERAGE_PLACES, 'half-even').toString();
}

function feesOf(fills: readonly FillRow[]): wire.Order['fees'] {
  const sums = new Map<string, Decimal>();
  for (const { fee, booked, reversed } of fills) {
    if (fee.kind === 'pending' || !booked || reversed) continue;
    sums.set(fee.asset, (sums.get(fee.asset) ?? Decimal.ZERO).add(fee.amount));
  }
  return [...sums].map(([asset, amount]) => ({ asset, amount: amount.toString() }));
}

/** The machine keeps no time of change of its own; this is the latest moment that the row tells of. */
function updatedAtMs({ status, createdAtMs, acceptedAtMs, sentAtMs }: Order): number {
  const at = status.kind === 'closed' ? status.atMs : 'sinceMs' in status ? status.sinceMs : createdAtMs;
  return Math.max(at, acceptedAtMs ?? 0, sentAtMs ?? 0);
}
