/** Orders and the answers to them, for the tests of what is certain. */

import { Decimal } from '../../core/decimal.ts';
import { clientOrderId } from '../../core/ids.ts';
import type { OrderTerms, Quantity, Side } from '../../core/order.ts';
import type { PlaceOrder } from '../trading.ts';
import type { TradeReply } from './call.ts';

const decimal = (text: string) => Decimal.parse(text);
export const SIGNED_AT_MS = 1_767_225_600_123;

export function order(
  over: Partial<{ seq: number; market: string; side: Side; terms: OrderTerms; quantity: Quantity }> = {},
): PlaceOrder {
  return {
    clientId: clientOrderId('g7', 1, 'm', over.seq ?? 1),
    market: over.market ?? 'BTC_USDT',
    side: over.side ?? 'buy',
    terms: over.terms ?? { kind: 'limit', price: decimal('87500.01'), postOnly: false, ioc: false },
    quantity: over.quantity ?? { unit: 'base', amount: decimal('0.5') },
  };
}

const WORDS = { limit: 'limit', 'stop-limit': 'stop limit', 'stop-market': 'stop market' } as const;

/** As the exchange prints it, resting. */
export function printed(placed: PlaceOrder, over: object = {}): Record<string, unknown> {
  const { terms, quantity, side } = placed;
  const type =
    terms.kind !== 'market'
      ? WORDS[terms.kind]
      : side === 'buy' && quantity.unit === 'base'
        ? 'stock market'
        : 'market';
  return {
    orderId: 1_212_901_344_783,
    clientOrderId: placed.clientId,
    market: placed.market,
    side,
    type,
    timestamp: 1595792396.165973,
    dealMoney: '0',
    dealStock: '0',
    amount: quantity.amount.toString(),
    left: quantity.amount.toString(),
    dealFee: '0',
    ...('price' in terms ? { price: terms.price.toString() } : {}),
    ...('activation' in terms ? { activation_price: terms.activation.toString() } : {}),
    postOnly: terms.kind === 'limit' && terms.postOnly,
    ioc: terms.kind === 'limit' && terms.ioc,
    status: 'OPEN',
    stp: 'no',
    positionSide: 'BOTH',
    ...over,
  };
}

export function answered(status: number, body: unknown): TradeReply {
  return {
    reply: {
      kind: 'reply',
      status,
      body: typeof body === 'string' ? body : (JSON.stringify(body) ?? ''),
      contentType: 'application/json',
      retryAfterMs: null,
      tookMs: 3,
    },
    signedAtMs: SIGNED_AT_MS,
  };
}

export const silent = (sent: boolean, reason = 'timeout'): TradeReply => ({
  reply: { kind: 'no-reply', sent, reason, tookMs: 10_000 },
  signedAtMs: sent ? SIGNED_AT_MS : null,
});

export const refusal = (code: number, errors: object, message = 'Validation failed') => ({ code, message, errors });
