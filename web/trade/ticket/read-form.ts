/** The ticket as an order, or what is missing or not understood. Rules of the market are the desk's to judge. */

import type { OrderDraft, OrderTerms } from '../../../src/contract/trading.ts';
import { isZero } from '../../format/number.ts';
import { baseFor, quoteFor } from './exact.ts';
import type { Field, Form, Known } from './form.ts';
import { hasActivation, hasPrice, mayQuote } from './form.ts';
import { readNumber, type Typed } from './typed.ts';

export type FieldError = Pick<Extract<Typed, { state: 'wrong' }>, 'why' | 'choices'>;
export type ReadForm = {
  /** Null while something is missing or not understood. */
  readonly draft: OrderDraft | null;
  readonly errors: Partial<Readonly<Record<Field, FieldError>>>;
  readonly missing: Field | null;
  /** What the amount is in the other unit, where the price tells; empty otherwise. */
  readonly otherUnit: string;
};

const NOT_ZERO: FieldError = { why: 'It has to be above zero.', choices: [] };

export function readForm(form: Form, known: Pick<Known, 'lot'>): ReadForm {
  const errors: Partial<Record<Field, FieldError>> = {};
  let missing: Field | null = null;
  const number = (field: Field): string => {
    const read = readNumber(form[field]);
    if (read.state === 'empty') missing ??= field;
    else if (read.state === 'wrong') errors[field] = read;
    else if (isZero(read.text)) errors[field] = NOT_ZERO;
    else return read.text;
    return '';
  };
  const activation = hasActivation(form.kind) ? number('activation') : '';
  const price = hasPrice(form.kind) ? number('price') : '';
  const amount = number('amount');
  const whole = amount !== '' && missing === null && Object.keys(errors).length === 0;
  const quantity = whole ? quantityOf(form, amount, price, known.lot) : null;
  if (whole && quantity === null)
    errors.amount = { why: 'This buys less than the market trades at once.', choices: [] };
  const draft = quantity === null ? null : { side: form.side, terms: termsOf(form, price, activation), quantity };
  return { draft, errors, missing, otherUnit: other(form, amount, price, known.lot) };
}

/** Orders with a price leave in base, whatever they were counted in. */
function quantityOf(form: Form, amount: string, price: string, lot: string): OrderDraft['quantity'] | null {
  const inQuote = form.unit === 'quote' && mayQuote(form);
  if (!inQuote) return { unit: 'base', amount };
  if (!hasPrice(form.kind)) return { unit: 'quote', amount };
  const base = baseFor(amount, price, lot);
  return base === null || isZero(base) ? null : { unit: 'base', amount: base };
}

function termsOf(form: Form, price: string, activation: string): OrderTerms {
  switch (form.kind) {
    case 'limit':
      return { kind: 'limit', price, postOnly: form.postOnly, ioc: form.ioc };
    case 'market':
      return { kind: 'market' };
    case 'stop-limit':
      return { kind: 'stop-limit', price, activation };
    case 'stop-market':
      return { kind: 'stop-market', activation };
  }
}

function other(form: Form, amount: string, price: string, lot: string): string {
  if (amount === '' || price === '') return '';
  return (form.unit === 'quote' ? baseFor(amount, price, lot) : quoteFor(amount, price)) ?? '';
}
