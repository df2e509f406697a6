/**
 * How a write ended, from what came back. Only two things are certain: an answer that describes the very order that was
 * asked for, and a refusal whose code, field and sentence are all known to be said before the matching engine. All the
 * rest is ambiguous: silence, a server's error, words never heard, an answer that fits another request.
 */

import type { OrderReport, Outcome, RejectCode } from '../../core/report.ts';
import type { OrderName, PlaceOrder } from '../trading.ts';
import type { TradeReply } from './call.ts';
import { classify } from './faults.ts';
import {
  asArray,
  asId,
  asObject,
  asText,
  isObject,
  type Json,
  type JsonObject,
  NumberText,
  parseJson,
  ShapeError,
} from './json.ts';
import { asClientId, readOrder } from './reports.ts';

type Rejected = Extract<Outcome, { kind: 'rejected' }>;
type Asked = 'place' | 'cancel';

/** Of one order. */
export function placeOutcome(order: PlaceOrder, sent: TradeReply): Outcome {
  return single('place', sent, (json) => accepted(placed(order, json)));
}

/** Accepted: the report says with what it ended. Rejected as `not-found` says only that no such order is open now. */
export function cancelOutcome(order: OrderName, sent: TradeReply): Outcome {
  return single('cancel', sent, (json) => {
    const report = readOrder(json, 'closed');
    hold(named(order, report.market, report.venueId, report.clientId), 'the answer is about another order');
    return accepted(report);
  });
}

/** Cancelling a whole market, and the kill switch: neither answer names an order. */
export function bareOutcome(sent: TradeReply): Outcome {
  return single('cancel', sent, (json) => {
    // Cancelling all answers `[]`; the kill switch with an object, and `[]` where it was taken away.
    hold(Array.isArray(json) ? json.length === 0 : isObject(json) && json.market !== undefined, 'not the answer to it');
    return { kind: 'accepted', venueId: null, report: null };
  });
}

/** One outcome each, in the order of `orders`. */
export function placeManyOutcomes(orders: readonly PlaceOrder[], sent: TradeReply): readonly Outcome[] {
  return many('place', orders, sent, (order, result) => accepted(placed(order, result)));
}

export function cancelManyOutcomes(orders: readonly OrderName[], sent: TradeReply): readonly Outcome[] {
  return many('cancel', orders, sent, (order, result) => {
    const row = asObject(result, 'result');
    const venueId = asId(row.orderId, 'result.orderId');
    const isIt = named(order, asText(row.market, 'result.market'), venueId, asClientId(row.clientOrderId));
    hold(isIt, 'the answer is about another order');
    // Nothing about what was filled: the look-up tells.
    return { kind: 'accepted', venueId, report: null };
  });
}

const accepted = (report: OrderReport): Outcome => ({ kind: 'accepted', venueId: report.venueId, report });

/** Throws `ShapeError` where the answer is not about the order that was asked for. */
function placed(order: PlaceOrder, json: Json | undefined): OrderReport {
  const report = readOrder(json, 'placed');
  const { terms, quantity } = order;
  hold(report.clientId === order.clientId, 'the answer has another client order id');
  hold(report.market === order.market && report.side === order.side, 'the answer is about another market or side');
  hold(report.type === terms.kind, 'the answer is about another type of order');
  hold(
    report.quantity.unit === quantity.unit && report.quantity.amount.eq(quantity.amount),
    'the answer has another quantity',
  );
  const limited = terms.kind === 'limit' || terms.kind === 'stop-limit';
  hold(!limited || report.price?.eq(terms.price) === true, 'the answer has another price');
  const waits = terms.kind === 'stop-limit' || terms.kind === 'stop-market';
  hold(!waits || report.activation?.eq(terms.activation) === true, 'the answer has another activation price');
  return report;
}

/** By every id that both sides know; by one at least. */
function named(order: OrderName, market: string, venueId: string, clientId: string | null): boolean {
  if (market !== order.market) return false;
  const byVenue = order.venueId === null ? null : order.venueId === venueId;
  const byClient = order.clientId === null ? null : order.clientId === clientId;
  return byVenue !== false && byClient !== false && (byVenue ?? byClient ?? false);
}

function hold(condition: boolean, otherwise: string): void {
  if (!condition) throw new ShapeError(otherwise);
}

function single(asked: Asked, sent: TradeReply, read: (json: Json) => Outcome): Outcome {
  const whole = wholeReply(asked, sent);
  if ('kind' in whole) return whole;
  return tryRead(sent, () => read(whole.json));
}

/**
 * Items stand in the order of the request and most refusals carry no name, so a place is all that ties one to its order.
 * Where any place is proven wrong, by the count or by a foreign name, no place counts any more: then only what names its
 * order is believed.
 */
function many<Order>(
  asked: Asked,
  orders: readonly Order[],
  sent: TradeReply,
  read: (order: Order, result: Json | undefined) => Outcome,
): readonly Outcome[] {
  const whole = wholeReply(asked, sent);
  if ('kind' in whole) return orders.map(() => whole);
  const items = tryArray(whole.json);
  if (items === null) return orders.map(() => ambiguous(sent, 'the answer to a bulk is no list'));
  const inPlace = orders.map((order, at) => itemOutcome(asked, sent, items[at], (result) => read(order, result)));
  const misplaced = (outcome: Outcome, at: number): boolean => outcome.kind === 'ambiguous' && hasResult(items[at]);
  if (items.length === orders.length && !inPlace.some(misplaced)) return inPlace;
  return orders.map((order) => {
    const fitting = items
      .map((item) => itemOutcome(asked, sent, item, (result) => read(order, result)))
      .filter((outcome) => outcome.kind === 'accepted');
    return fitting.length === 1 && fitting[0] !== undefined
      ? fitting[0]
      : ambiguous(sent, 'the answers to a bulk cannot be told apart');
  });
}

function hasResult(item: Json | undefined): boolean {
  return isObject(item) && item.result !== null && item.result !== undefined;
}

function itemOutcome(
  asked: Asked,
  sent: TradeReply,
  item: Json | undefined,
  read: (result: Json | undefined) => Outcome,
): Outcome {
  if (!isObject(item)) return ambiguous(sent, 'an order has no answer in the bulk');
  const failed = item.error !== null && item.error !== undefined;
  if (failed === hasResult(item)) return ambiguous(sent, 'an answer in the bulk says neither yes nor no');
  if (!failed) return tryRead(sent, () => read(item.result));
  const error = item.error;
  return (
    (isObject(error) && refusalOf(asked, error, true)) || ambiguous(sent, `words not known: ${JSON.stringify(error)}`)
  );
}

function tryRead(sent: TradeReply, read: () => Outcome): Outcome {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return ambiguous(sent, error.message);
  }
}

function tryArray(json: Json): readonly Json[] | null {
  try {
    return asArray(json, 'bulk');
  } catch {
    return null;
  }
}

/** The JSON of a success, or what became of the request as a whole. */
function wholeReply(asked: Asked, sent: TradeReply): { readonly json: Json } | Outcome {
  const { reply } = sent;
  if (reply.kind === 'no-reply') {
    if (reply.sent) return ambiguous(sent, reply.reason);
    return { kind: 'not-sent', why: reply.heldBackMs === undefined ? reply.reason : 'held back by our own budget' };
  }
  const raw = (): string => classify(reply, 'auth').raw;
  // Whatever the body says: a server that failed may have failed after the order was in the book.
  if (reply.status >= 500) return ambiguous(sent, raw());
  const json = parseJson(reply.body);
  if (reply.status >= 200 && reply.status <= 299)
    return json === undefined ? ambiguous(sent, `no JSON: ${raw()}`) : { json };
  const refusal = isObject(json)
    ? (refusalOf(asked, json, false) ?? gateRefusal(reply.status, json))
    : gatewayRefusal(reply.status);
  return refusal === null ? ambiguous(sent, raw()) : { ...refusal, text: raw() };
}

function ambiguous(sent: TradeReply, why: string): Outcome {
  return { kind: 'ambiguous', why: why.slice(0, 300), signedAtMs: sent.signedAtMs };
}

type Row = {
  readonly codes: readonly number[];
  readonly field: string | null;
  readonly sentence: RegExp;
  readonly as: RejectCode;
  /** Absent: documented as refused before matching. */
  readonly doubtful?: true;
};

/**
 * Refusals of creating and cancelling orders that the documents list as validation, or that the engine answers instead
 * of taking the order. Numbers are used for several things, so field and sentence must fit too. A refused `postOnly` says
 * "and was canceled": it never was in the book.
 */
const REFUSALS: readonly Row[] = [
  { codes: [10, 32], field: 'amount', sentence: /^Not enough balance\.?$/, as: 'funds' },
  { codes: [17], field: 'amount', sentence: /^Not enough balance\.?$/, as: 'funds' },
  { codes: [152, 153], field: null, sentence: /^Not enough balance for (?:stop )?limit order\.?$/, as: 'funds' },
  { codes: [11], field: 'amount', sentence: /^Amount too small\.?$/, as: 'rules' },
  {
    codes: [12],
    field: 'amount',
    sentence: /^The amount field value, that the API unable to process\.?$/,
    as: 'rules',
  },
  {
    codes: [13, 14],
    field: 'postOnly',
    sentence: /^This order couldn['’]t be executed as a maker order/,
    as: 'post-only',
  },
  { codes: [30, 0], field: null, sentence: /^Total ?\(amount \* price\) is (?:less|greater) than /, as: 'rules' },
  { codes: [0], field: null, sentence: /^Total (?:is less than|amount \+ fee must be no less than) /, as: 'rules' },
  { codes: [30], field: null, sentence: /^(?:Min a|A)ctivation price /, as: 'rules' },
  { codes: [30], field: null, sentence: /^[A-Z][A-Za-z]*(?: [a-z]+)* field is required\.?$/, as: 'other' },
  { codes: [30], field: 'side', sentence: /^Side field should contain only /, as: 'other' },
  { codes: [30], field: 'orderId', sentence: /^OrderId field should be an integer\.?$/, as: 'other' },
  { codes: [30], field: 'orderType', sentence: /^This order type is not available\.?$/, as: 'market-closed' },
  { codes: [30], field: 'orders', sentence: /^The orders must be an array\.?$/, as: 'other' },
  {
    codes: [30, 31],
    field: 'market',
    sentence: /^Market (?:is not available|field (?:should|format) .*)\.?$/,
    as: 'market-closed',
  },
  { codes: [32], field: 'amount', sentence: /^Amount (?:field )?should be /, as: 'rules' },
  { codes: [32, 0, 30], field: 'amount', sentence: /^Given amount is less than min amount /, as: 'rules' },
  {
    codes: [32],
    field: 'amount',
    sentence: /^(?:Min (?:amount|total) step = |Total amount should be no less than |Should be a multiple of )/,
    as: 'rules',
  },
  { codes: [33], field: 'price', sentence: /^(?:Price (?:field )?should be |Min price step = )/, as: 'rules' },
  { codes: [36], field: 'clientOrderId', sentence: /^ClientOrderId field should /, as: 'other' },
  // Somebody has this name in the book, most likely we: look before anything is believed.
  {
    codes: [36],
    field: 'clientOrderId',
    sentence: /^This client order id is already used/,
    as: 'duplicate-id',
    doubtful: true,
  },
  { codes: [37], field: 'ioc', sentence: /^Either IOC or PostOnly flag /, as: 'rules' },
  { codes: [51], field: null, sentence: /^Trading in the market is not allowed\.?$/, as: 'market-closed' },
  { codes: [101], field: null, sentence: /^Activation price should not be equal to the last price\.?$/, as: 'rules' },
  { codes: [103], field: 'error', sentence: /^Max\. limit of .* orders have been reached\.?$/, as: 'too-many-orders' },
  { codes: [250, 251], field: null, sentence: /^The Price (?:is out of bands|should be )/, as: 'rules' },
  // Of a cancellation: it is no open order any more, or never was.
  { codes: [2, 6, 404], field: null, sentence: /^Unexecuted order was not found\.?$/, as: 'not-found' },
  { codes: [7, 404], field: null, sentence: /^order not found\.?$/i, as: 'not-found' },
];

const VALIDATION = /^(?:Inner v|V)alidation failed\.?$/;
/** The fields of an order; a body with one of them is no refusal, whatever else it has. */
const ORDER_FIELDS = ['orderId', 'market', 'result', 'dealStock'];

/** Null where not everything of it is known. In a bulk the sentence of the whole may be missing. */
function refusalOf(asked: Asked, json: JsonObject, isItem: boolean): Rejected | null {
  if (ORDER_FIELDS.some((field) => json[field] !== undefined) || !isObject(json.errors)) return null;
  const message = typeof json.message === 'string' ? json.message : '';
  if (!VALIDATION.test(message) && !(isItem && json.message === undefined)) return null;
  const code = json.code instanceof NumberText ? Number(json.code.text) : Number.NaN;
  const found: Row[] = [];
  for (const [field, texts] of Object.entries(json.errors)) {
    for (const text of Array.isArray(texts) ? (texts as readonly Json[]) : [texts]) {
      const row = typeof text === 'string' ? rowOf(asked, code, field, text) : undefined;
      // One sentence that is not known may mean anything.
      if (row === undefined) return null;
      found.push(row);
    }
  }
  const first = found[0];
  if (first === undefined) return null;
  return {
    kind: 'rejected',
    code: first.as,
    text: JSON.stringify(json.errors).slice(0, 300),
    definite: !found.some((row) => row.doubtful),
  };
}

/** What only makes sense as an answer to a cancellation, and what makes none as one. */
const FITS: Readonly<Record<Asked, (code: RejectCode) => boolean>> = {
  place: (code) => code !== 'not-found',
  cancel: (code) => code === 'not-found' || code === 'market-closed' || code === 'other',
};

function rowOf(asked: Asked, code: number, field: string, text: string): Row | undefined {
  return REFUSALS.find(
    (row) =>
      FITS[asked](row.as) &&
      row.codes.includes(code) &&
      (row.field === null || row.field === field) &&
      row.sentence.test(text.trim()),
  );
}

/**
 * Refused at the gate, before the order was looked at: the key, the right, the clock. A nonce that was seen before is
 * the one exception: something between us and the exchange may have delivered the same request twice, and this be the
 * answer to the second.
 */
function gateRefusal(status: number, json: JsonObject): Rejected | null {
  if (ORDER_FIELDS.some((field) => json[field] !== undefined)) return null;
  const body = JSON.stringify(json, (_key, value) => (value instanceof NumberText ? Number(value.text) : value));
  const fault = classify(
    { kind: 'reply', status, body, contentType: 'application/json', retryAfterMs: null, tookMs: 0 },
    'auth',
  );
  const refused = (code: RejectCode, definite: boolean): Rejected => ({ kind: 'rejected', code, text: '', definite });
  switch (fault.code) {
    case 'key-or-secret':
    case 'unknown-key':
    case 'wrong-secret':
    case 'key-off':
    case 'right-missing':
    case 'foreign-ip':
      return refused('permission', status === 400 || status === 401 || status === 403);
    case 'clock':
      return refused('other', true);
    case 'rate-limited':
      return refused('rate-limited', status === 429);
    case 'nonce':
      return refused('other', false);
    case 'invalid-request':
    case 'account-blocked':
    case 'unreachable':
    case 'down':
    case 'not-understood':
      return null;
  }
}

/** Documented: over the limit the gateway answers 429 without JSON; requests are rejected, not queued. */
function gatewayRefusal(status: number): Rejected | null {
  return status === 429 ? { kind: 'rejected', code: 'rate-limited', text: '', definite: true } : null;
}
