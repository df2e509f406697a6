/**
 * What stands in the ticket and how it changes. Pure: every change takes the market as it is known at that moment, so a
 * number that was filled in stays until the person changes something. The amount shown is the amount sent.
 */

import type { Confirmation, OrderDraft, OrderTerms } from '../../../src/contract/trading.ts';
import { baseFor, quoteFor, shareOf, stepped } from './exact.ts';
import { readNumber } from './typed.ts';

export type Side = OrderDraft['side'];
export type Kind = OrderTerms['kind'];
export type Unit = OrderDraft['quantity']['unit'];
export type PriceField = 'price' | 'activation';
export type Field = PriceField | 'amount';

export type Form = {
  readonly side: Side;
  readonly kind: Kind;
  readonly price: string;
  readonly activation: string;
  readonly amount: string;
  readonly unit: Unit;
  /** Where the slider put the amount; null once it was typed. */
  readonly percent: number | null;
  readonly postOnly: boolean;
  readonly ioc: boolean;
  readonly confirmations: readonly Confirmation[];
};

/** The market and the account, as far as they are known. */
export type Known = {
  readonly tick: string;
  readonly lot: string;
  readonly bid: string | null;
  readonly ask: string | null;
  readonly last: string | null;
  readonly availableBase: string | null;
  readonly availableQuote: string | null;
};

export type Change =
  | { readonly type: 'side'; readonly side: Side }
  | { readonly type: 'kind'; readonly kind: Kind }
  | { readonly type: 'typed'; readonly field: Field; readonly text: string }
  | { readonly type: 'stepped'; readonly field: PriceField; readonly count: number }
  | { readonly type: 'unit'; readonly unit: Unit }
  | { readonly type: 'percent'; readonly percent: number }
  | { readonly type: 'flag'; readonly flag: 'postOnly' | 'ioc'; readonly on: boolean }
  | { readonly type: 'confirm'; readonly confirmation: Confirmation; readonly on: boolean }
  | { readonly type: 'mended'; readonly draft: OrderDraft }
  /** From the book or the chart. `amount` is in base and comes with the side that would take it. */
  | {
      readonly type: 'picked';
      readonly price: string;
      readonly into: PriceField;
      readonly take: { readonly side: Side; readonly amount: string } | null;
    }
  | { readonly type: 'placed' };

export const EMPTY: Form = {
  ...{ side: 'buy', kind: 'limit', price: '', activation: '', amount: '', unit: 'base', percent: null },
  ...{ postOnly: false, ioc: false, confirmations: [] },
};

export const KINDS: readonly Kind[] = ['limit', 'market', 'stop-limit', 'stop-market'];
export const hasPrice = (kind: Kind): boolean => kind === 'limit' || kind === 'stop-limit';
export const hasActivation = (kind: Kind): boolean => kind === 'stop-limit' || kind === 'stop-market';
/** A sale at the market is counted in what is sold: nobody can know before what it brings. */
export const mayQuote = (form: Pick<Form, 'side' | 'kind'>): boolean => hasPrice(form.kind) || form.side === 'buy';

/** A confirmation is said about one order; whatever changes the order takes it back. */
export function changed(form: Form, change: Change, known: Known): Form {
  if (change.type === 'confirm') {
    const others = form.confirmations.filter((one) => one !== change.confirmation);
    return { ...form, confirmations: change.on ? [...others, change.confirmation] : others };
  }
  return { ...next(form, change, known), confirmations: [] };
}

function next(form: Form, change: Exclude<Change, { type: 'confirm' }>, known: Known): Form {
  switch (change.type) {
    case 'side':
      // What 25 % is depends on the side; an amount that was typed stays.
      return settled({ ...form, side: change.side }, form, known);
    case 'kind':
      return settled({ ...form, kind: change.kind }, form, known);
    case 'typed':
      if (change.field === 'amount') return { ...form, amount: change.text, percent: null };
      return reckoned({ ...form, [change.field]: change.text }, known);
    case 'stepped':
      return step(form, change, known);
    case 'unit':
      return change.unit === form.unit || !mayQuote(form) ? form : inUnit(form, change.unit, known);
    case 'percent':
      return reckoned({ ...form, percent: change.percent }, known);
    case 'flag':
      // The two exclude each other: one wants to wait, the other not to.
      return { ...form, postOnly: false, ioc: false, [change.flag]: change.on };
    case 'mended':
      return mended(form, change.draft);
    case 'picked':
      return picked(form, change, known);
    case 'placed':
      return { ...form, amount: '', percent: null };
  }
}

function settled(form: Form, before: Form, known: Known): Form {
  const fits = form.unit === 'base' || mayQuote(form) ? form : inUnit(form, 'base', known, before);
  return reckoned(fits, known);
}

/** The amount again where the slider gave it. */
function reckoned(form: Form, known: Known): Form {
  return form.percent === null ? form : { ...form, ...byShare(form, form.percent, known) };
}

/** Purchases at the market are counted in quote by the slider: only that is exact before the price is known. */
function byShare(form: Form, percent: number, known: Known): Pick<Form, 'amount' | 'unit'> {
  const { tick, lot, availableBase, availableQuote } = known;
  if (form.side === 'sell') {
    const base = availableBase === null ? null : shareOf(availableBase, percent, lot);
    if (form.unit === 'base') return { unit: 'base', amount: base ?? '' };
    const price = numberOf(form.price);
    return { unit: 'quote', amount: (base === null || price === null ? null : quoteFor(base, price)) ?? '' };
  }
  const unit = hasPrice(form.kind) ? form.unit : 'quote';
  if (availableQuote === null) return { unit, amount: '' };
  if (unit === 'quote') return { unit, amount: shareOf(availableQuote, percent, tick) ?? '' };
  const money = shareOf(availableQuote, percent, null);
  const price = numberOf(form.price);
  return { unit, amount: (money === null || price === null ? null : baseFor(money, price, lot)) ?? '' };
}

function step(form: Form, { field, count }: { field: PriceField; count: number }, known: Known): Form {
  const from = numberOf(form[field]) ?? (form[field] === '' ? startOf(form, known) : null);
  const price = from === null ? null : stepped(from, known.tick, count);
  return price === null ? form : reckoned({ ...form, [field]: price }, known);
}

/** Where an empty price begins: the best of the own side. */
function startOf(form: Form, known: Known): string | null {
  return (form.side === 'buy' ? known.bid : known.ask) ?? known.last;
}

/** The same amount in the other unit where a price tells how much that is; otherwise nothing is made up. */
function inUnit(form: Form, unit: Unit, known: Known, before: Form = form): Form {
  const amount = numberOf(form.amount);
  const market = form.side === 'buy' ? (known.ask ?? known.last) : (known.bid ?? known.last);
  const price = hasPrice(before.kind) ? numberOf(before.price) : market;
  if (amount === null || price === null) return { ...form, unit, amount: '' };
  const other = unit === 'base' ? baseFor(amount, price, known.lot) : quoteFor(amount, price);
  return { ...form, unit, amount: other ?? '' };
}

function mended(form: Form, { side, terms, quantity }: OrderDraft): Form {
  const price = terms.kind === 'limit' || terms.kind === 'stop-limit' ? terms.price : form.price;
  const activation = terms.kind === 'stop-limit' || terms.kind === 'stop-market' ? terms.activation : form.activation;
  const flags = terms.kind === 'limit' ? { postOnly: terms.postOnly, ioc: terms.ioc } : {};
  const amount = { amount: quantity.amount, unit: quantity.unit, percent: null };
  return { ...form, ...flags, ...amount, side, kind: terms.kind, price, activation };
}

/** A market order has no price; whoever picks one wants a limit order. */
function picked(form: Form, change: Extract<Change, { type: 'picked' }>, known: Known): Form {
  const kind = form.kind === 'market' ? 'limit' : form.kind;
  const field = !hasPrice(kind) ? 'activation' : hasActivation(kind) ? change.into : 'price';
  const priced = { ...form, kind, [field]: change.price };
  if (change.take === null) return reckoned(priced, known);
  return { ...priced, side: change.take.side, unit: 'base', amount: change.take.amount, percent: null };
}

export function numberOf(typed: string): string | null {
  const read = readNumber(typed);
  return read.state === 'number' ? read.text : null;
}
