/** Orders in custody's words: exact numbers become texts. */

import type { OrderTerms } from '../../core/order.ts';
import type { TradeOperations, WireOrder, WireTerms } from '../../custody/trade-protocol.ts';
import type { Command } from '../../engine/events.ts';
import type { TradedConnection } from './accounts.ts';

export function placeRequest(
  { connection, owner }: TradedConnection,
  commands: readonly Extract<Command, { readonly kind: 'place' }>[],
  epoch: number,
  deadlineMs: number,
): TradeOperations['place']['request'] {
  const orders = commands.map(
    ({ clientId, market, side, terms, quantity }): WireOrder => ({
      clientId,
      market,
      side,
      terms: wireTerms(terms),
      quantity: { unit: quantity.unit, amount: quantity.amount.toString() },
    }),
  );
  return { connection, owner, orders, epoch, deadlineMs: Math.floor(deadlineMs) };
}

function wireTerms(terms: OrderTerms): WireTerms {
  switch (terms.kind) {
    case 'limit':
      return { kind: 'limit', price: terms.price.toString(), postOnly: terms.postOnly, ioc: terms.ioc };
    case 'market':
      return { kind: 'market' };
    case 'stop-limit':
      return { kind: 'stop-limit', price: terms.price.toString(), activation: terms.activation.toString() };
    case 'stop-market':
      return { kind: 'stop-market', activation: terms.activation.toString() };
  }
}
