/** From the wire to an order, and the one hash by which the same intent is known again. */

import { hash } from 'node:crypto';
import { Decimal } from '../../core/decimal.ts';
import type { ClientOrderId } from '../../core/ids.ts';
import type { OrderTerms } from '../../core/order.ts';
import type { PlaceOrder } from '../../venues/trading.ts';
import { hasExactly } from '../exact.ts';
import type { SentAs, WireOrder, WireOrderName } from '../trade-protocol.ts';

/** Visible and canonical: what a market of any exchange is called in our words. */
const MARKET = /^[A-Z0-9]{1,20}_[A-Z0-9]{1,20}$/;
const CLIENT_ID = /^[A-Za-z0-9._-]{1,64}$/;
const VENUE_ID = /^[1-9]\d{0,15}$/;
/** 18 digits before and after the point: more than any market has. */
const AMOUNT = /^(?:0|[1-9]\d{0,17})(?:\.\d{0,17}[1-9])?$/;

/** Above zero, and in the one spelling that `Decimal` prints. */
export function isAmount(value: unknown): value is string {
  return typeof value === 'string' && AMOUNT.test(value) && value !== '0';
}

export function isMarket(value: unknown): value is string {
  return typeof value === 'string' && MARKET.test(value);
}

const flag = (value: unknown) => typeof value === 'boolean';

function isTerms(value: unknown): boolean {
  const kind = (wanted: string) => (field: unknown) => field === wanted;
  return (
    (hasExactly(value, { kind: kind('limit'), price: isAmount, postOnly: flag, ioc: flag }) &&
      !(value.postOnly === true && value.ioc === true)) ||
    hasExactly(value, { kind: kind('market') }) ||
    hasExactly(value, { kind: kind('stop-limit'), price: isAmount, activation: isAmount }) ||
    hasExactly(value, { kind: kind('stop-market'), activation: isAmount })
  );
}

export function isOrder(value: unknown): value is WireOrder {
  const shape = {
    clientId: (field: unknown) => typeof field === 'string' && CLIENT_ID.test(field),
    market: isMarket,
    side: (field: unknown) => field === 'buy' || field === 'sell',
    terms: isTerms,
    quantity: (field: unknown) =>
      hasExactly(field, { unit: (unit) => unit === 'base' || unit === 'quote', amount: isAmount }),
  };
  if (!hasExactly(value, shape)) return false;
  const { quantity, side, terms } = value as WireOrder;
  // "For 100 USDT" is said of buys at whatever price there is, and of nothing else.
  return quantity.unit === 'base' || (side === 'buy' && (terms.kind === 'market' || terms.kind === 'stop-market'));
}

const NAME = {
  market: isMarket,
  clientId: (field: unknown) => field === null || (typeof field === 'string' && CLIENT_ID.test(field)),
  venueId: (field: unknown) => field === null || (typeof field === 'string' && VENUE_ID.test(field)),
};
export const ORDER_NAME = NAME;
export function isOrderName(value: unknown): value is WireOrderName {
  return hasExactly(value, NAME) && (value.clientId !== null || value.venueId !== null);
}

/** `order` has passed `isOrder`. */
export function readOrder(order: WireOrder): PlaceOrder {
  const { market, side } = order;
  const quantity = { unit: order.quantity.unit, amount: Decimal.parse(order.quantity.amount) };
  // The brand is proven where the id's parts are looked at, before anything is signed.
  return { clientId: order.clientId as ClientOrderId, market, side, terms: readTerms(order.terms), quantity };
}

function readTerms(terms: WireOrder['terms']): OrderTerms {
  const decimal = (text: string) => Decimal.parse(text);
  switch (terms.kind) {
    case 'limit':
      return { kind: 'limit', price: decimal(terms.price), postOnly: terms.postOnly, ioc: terms.ioc };
    case 'market':
      return { kind: 'market' };
    case 'stop-limit':
      return { kind: 'stop-limit', price: decimal(terms.price), activation: decimal(terms.activation) };
    case 'stop-market':
      return { kind: 'stop-market', activation: decimal(terms.activation) };
  }
}

/** JSON with the fields in one order; exact numbers print as canonical texts. */
export function intentHash(connection: string, order: PlaceOrder): string {
  const { market, quantity, side } = order;
  const said = JSON.stringify([
    connection,
    market,
    side,
    Object.entries(order.terms).sort(([a], [b]) => (a < b ? -1 : 1)),
    quantity.unit,
    quantity.amount,
  ]);
  return hash('sha256', `gapless order v1|${said}`);
}

/** Null where what is sent is what was asked. */
export function sentAs(asked: PlaceOrder, sent: PlaceOrder): SentAs | null {
  if (asked === sent) return null;
  return JSON.parse(JSON.stringify({ terms: sent.terms, quantity: sent.quantity })) as SentAs;
}
