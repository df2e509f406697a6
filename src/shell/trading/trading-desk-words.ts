/** What people and programs say, in the machine's words, and its refusals in theirs. */

import type * as wire from '../../contract/trading.ts';
import { Decimal } from '../../core/decimal.ts';
import type { OrderDraft, OrderTerms } from '../../core/order.ts';
import type { Refusal as EngineRefusal } from '../../engine/applied.ts';
import { orderCode, Refusal } from '../refusal.ts';

/** The smallest unit known of any coin. With these bounds no product of two figures is too long to be told. */
const PLACES_MAX = 18;
const WHOLE_MAX = Decimal.power(24);

/** Throws the refusal: a text that is no exact number, or has more digits than money has, is nothing anybody meant. */
export function exact(text: string, field: string): Decimal {
  const value = Decimal.tryParse(text)?.trim() ?? null;
  if (value !== null && value.scale <= PLACES_MAX && value.abs().lt(WHOLE_MAX)) return value;
  const cure = `Give plain digits, like 1250.75, with at most ${PLACES_MAX} places.`;
  throw new Refusal('bad_request', `${field}: not an exact number, or too long.`, cure, { field });
}

export function draftOf({ side, terms, quantity }: wire.OrderDraft): OrderDraft {
  const amount = exact(quantity.amount, 'draft.quantity.amount');
  return { side, terms: termsOf(terms), quantity: { unit: quantity.unit, amount } };
}

function termsOf(terms: wire.OrderTerms): OrderTerms {
  const price = (text: string) => exact(text, 'draft.terms.price');
  const activation = (text: string) => exact(text, 'draft.terms.activation');
  switch (terms.kind) {
    case 'limit':
      return { kind: terms.kind, price: price(terms.price), postOnly: terms.postOnly, ioc: terms.ioc };
    case 'market':
      return { kind: terms.kind };
    case 'stop-limit':
      return { kind: terms.kind, price: price(terms.price), activation: activation(terms.activation) };
    case 'stop-market':
      return { kind: terms.kind, activation: activation(terms.activation) };
  }
}

export function draftView({ side, terms, quantity }: OrderDraft): wire.OrderDraft {
  const amount = quantity.amount.toString();
  return {
    side,
    terms: JSON.parse(JSON.stringify(terms)) as wire.OrderTerms,
    quantity: { unit: quantity.unit, amount },
  };
}

export function refusalOf(refused: EngineRefusal, nowMs: number): Refusal {
  const { code, cause, cure, problems, againAtMs, confirm } = refused;
  const field = problems[0]?.field ?? (confirm === null ? null : 'confirmations');
  return new Refusal(orderCode(code), cause, cure, {
    field,
    confirm,
    retryAfterMs: againAtMs === null ? null : Math.max(0, againAtMs - nowMs),
  });
}
