/**
 * Custody's answers in the engine's words: texts become exact numbers, moments of the date become moments of the
 * account's own clock. Strict, because what is taken here for an order's end is believed.
 */

import type { ClosedWhy, OrderTerms, Side } from '../../core/order.ts';
import type {
  BalanceReport,
  FindResult,
  OrderReport,
  Outcome,
  RejectCode,
  SentAs,
  Snapshot,
  TradeReport,
} from '../../core/report.ts';
import type { StreamState, StreamWord } from '../../venues/streams.ts';
import {
  attempt,
  countAt,
  decimalAt,
  type Fields,
  fieldsOf,
  flagAt,
  listAt,
  maybe,
  oneOfAt,
  textAt,
  Unreadable,
} from './wire-fields.ts';

/** A moment by custody's clock as one by ours. */
export type ReadTime = (wallMs: number) => number;

const SIDES: readonly Side[] = ['buy', 'sell'];
const TYPES: readonly OrderReport['type'][] = ['limit', 'market', 'stop-limit', 'stop-market', 'other'];
const ENDS: readonly Exclude<ClosedWhy, 'never-placed'>[] = ['filled', 'cancelled', 'rejected', 'expired', 'exchange'];
const CODES: readonly RejectCode[] = [
  'funds',
  'rules',
  'post-only',
  'market-closed',
  'too-many-orders',
  'rate-limited',
  'permission',
  'duplicate-id',
  'not-found',
  'other',
];
const WORDS: readonly StreamWord[] = ['connecting', 'live', 'waiting', 'closed'];

export function readOrderReport(value: unknown): OrderReport {
  const fields = fieldsOf(value);
  const quantity = fieldsOf(fields.quantity);
  return {
    clientId: maybe(fields, 'clientId', textAt),
    venueId: textAt(fields, 'venueId'),
    market: textAt(fields, 'market'),
    side: oneOfAt(fields, 'side', SIDES),
    type: oneOfAt(fields, 'type', TYPES),
    price: maybe(fields, 'price', decimalAt),
    activation: maybe(fields, 'activation', decimalAt),
    postOnly: flagAt(fields, 'postOnly'),
    ioc: flagAt(fields, 'ioc'),
    quantity: { unit: oneOfAt(quantity, 'unit', ['base', 'quote']), amount: decimalAt(quantity, 'amount') },
    filledBase: decimalAt(fields, 'filledBase'),
    filledQuote: maybe(fields, 'filledQuote', decimalAt),
    status: readStatus(fieldsOf(fields.status)),
    createdAtMs: maybe(fields, 'createdAtMs', countAt),
    updatedAtMs: maybe(fields, 'updatedAtMs', countAt),
  };
}

function readStatus(fields: Fields): OrderReport['status'] {
  if (oneOfAt(fields, 'kind', ['open', 'closed']) === 'open') return { kind: 'open' };
  return { kind: 'closed', why: oneOfAt(fields, 'why', ENDS), detail: maybe(fields, 'detail', textAt) };
}

export function readTradeReport(value: unknown): TradeReport {
  const fields = fieldsOf(value);
  const fee = fieldsOf(fields.fee);
  return {
    tradeId: maybe(fields, 'tradeId', textAt),
    clientId: maybe(fields, 'clientId', textAt),
    venueOrderId: maybe(fields, 'venueOrderId', textAt),
    market: textAt(fields, 'market'),
    side: oneOfAt(fields, 'side', SIDES),
    price: decimalAt(fields, 'price'),
    quantity: decimalAt(fields, 'quantity'),
    value: maybe(fields, 'value', decimalAt),
    fee:
      oneOfAt(fee, 'kind', ['known', 'pending']) === 'known'
        ? { kind: 'known', asset: textAt(fee, 'asset'), amount: decimalAt(fee, 'amount') }
        : { kind: 'pending' },
    role: fields.role === null ? null : oneOfAt<'maker' | 'taker'>(fields, 'role', ['maker', 'taker']),
    atMs: countAt(fields, 'atMs'),
    ...(fields.reversed === undefined ? {} : { reversed: flagAt(fields, 'reversed') }),
  };
}

export function readBalanceReport(value: unknown, time: ReadTime): BalanceReport {
  const fields = fieldsOf(value);
  return {
    asOfMs: time(countAt(fields, 'asOfMs')),
    complete: flagAt(fields, 'complete'),
    balances: listAt(fields, 'balances', (one) => {
      const row = fieldsOf(one);
      return { asset: textAt(row, 'asset'), free: decimalAt(row, 'free'), locked: decimalAt(row, 'locked') };
    }),
  };
}

export function readSnapshot(value: unknown, time: ReadTime): Snapshot {
  const fields = fieldsOf(value);
  return {
    askedAtMs: time(countAt(fields, 'askedAtMs')),
    asOfMs: time(countAt(fields, 'asOfMs')),
    openOrders: listAt(fields, 'openOrders', readOrderReport),
    closedOrders: listAt(fields, 'closedOrders', readOrderReport),
    trades: listAt(fields, 'trades', readTradeReport),
    balances: readBalanceReport(fields.balances, time),
    cursor: textAt(fields, 'cursor'),
  };
}

export function readFindResult(value: unknown, time: ReadTime): FindResult {
  const fields = fieldsOf(value);
  switch (oneOfAt(fields, 'kind', ['found', 'absent', 'failed'])) {
    case 'found': {
      const trades = fields.trades === null ? null : listAt(fields, 'trades', readTradeReport);
      return { kind: 'found', report: readOrderReport(fields.report), trades };
    }
    case 'absent': {
      const looked = fieldsOf(fields.lookedAt);
      const lookedAt = {
        open: flagAt(looked, 'open'),
        history: flagAt(looked, 'history'),
        trades: flagAt(looked, 'trades'),
      };
      return { kind: 'absent', lookedAt, atMs: time(countAt(fields, 'atMs')) };
    }
    case 'failed':
      return { kind: 'failed', why: textAt(fields, 'why') };
  }
}

/** Of a cancellation. What cannot be read is an outcome that nobody knows. */
export function readOutcome(value: unknown, time: ReadTime): Outcome {
  const read = attempt((): Outcome => {
    const fields = fieldsOf(value);
    switch (oneOfAt(fields, 'kind', ['accepted', 'rejected', 'not-sent', 'ambiguous'])) {
      case 'accepted':
        return readAccepted(fields);
      case 'rejected':
        return readRejected(fields);
      case 'not-sent':
        return { kind: 'not-sent', why: textAt(fields, 'why') };
      case 'ambiguous':
        return readAmbiguous(fields, time);
    }
  });
  return read.ok ? read.value : { kind: 'ambiguous', why: read.why, signedAtMs: null };
}

/** Of placing one order, where custody's own rules may have spoken too. */
export function readPlaced(value: unknown, time: ReadTime): Outcome {
  const read = attempt((): Outcome => {
    const fields = fieldsOf(value);
    switch (oneOfAt(fields, 'kind', ['accepted', 'rejected', 'not-sent', 'ambiguous', 'in-doubt', 'conflict'])) {
      case 'accepted':
        return readAccepted(fields);
      case 'rejected':
        return readRejected(fields);
      case 'not-sent':
        return readNotSent(fields);
      case 'ambiguous':
        return readAmbiguous(fields, time);
      case 'in-doubt':
        // When it was signed is left open: the deadline, which is never before, is then what counts.
        return { kind: 'ambiguous', why: 'It was signed before, and its outcome is not known', signedAtMs: null };
      case 'conflict':
        return { kind: 'ambiguous', why: 'Custody signed another order of this name', signedAtMs: null };
    }
  });
  return read.ok ? read.value : { kind: 'ambiguous', why: read.why, signedAtMs: null };
}

export function isConflict(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'conflict';
}

/** Times stay the date's: they are for the screen. */
export function readStreamState(value: unknown): StreamState {
  const fields = fieldsOf(value);
  return {
    word: oneOfAt(fields, 'word', WORDS),
    sinceMs: countAt(fields, 'sinceMs'),
    why: maybe(fields, 'why', textAt),
    nextAttemptAtMs: maybe(fields, 'nextAttemptAtMs', countAt),
    attempts: countAt(fields, 'attempts'),
    refused: listAt(fields, 'refused', (one) => {
      const row = fieldsOf(one);
      return { topic: textAt(row, 'topic'), why: textAt(row, 'why') };
    }),
  };
}

function readAccepted(fields: Fields): Outcome {
  const report = maybe(fields, 'report', (of, name) => readOrderReport(of[name]));
  const sentAs = maybe(fields, 'sentAs', (of, name) => readSentAs(fieldsOf(of[name])));
  const venueId = maybe(fields, 'venueId', textAt);
  return { kind: 'accepted', venueId, report, ...(sentAs === null ? {} : { sentAs }) };
}

function readSentAs(fields: Fields): SentAs {
  const quantity = fieldsOf(fields.quantity);
  return {
    terms: readTerms(fieldsOf(fields.terms)),
    quantity: { unit: oneOfAt(quantity, 'unit', ['base', 'quote']), amount: decimalAt(quantity, 'amount') },
  };
}

function readTerms(fields: Fields): OrderTerms {
  const kind = oneOfAt(fields, 'kind', ['limit', 'market', 'stop-limit', 'stop-market']);
  switch (kind) {
    case 'limit':
      return {
        ...{ kind, price: decimalAt(fields, 'price') },
        ...{ postOnly: flagAt(fields, 'postOnly'), ioc: flagAt(fields, 'ioc') },
      };
    case 'market':
      return { kind };
    case 'stop-limit':
      return { kind, price: decimalAt(fields, 'price'), activation: decimalAt(fields, 'activation') };
    case 'stop-market':
      return { kind, activation: decimalAt(fields, 'activation') };
  }
}

function readRejected(fields: Fields): Outcome {
  const definite = flagAt(fields, 'definite');
  return { kind: 'rejected', code: oneOfAt(fields, 'code', CODES), text: textAt(fields, 'text'), definite };
}

/**
 * Custody's reading of the market's rules is as good as the exchange's: ours are old then, and have to be read again.
 * It looks at them only after it knows that it never signed this name.
 */
function readNotSent(fields: Fields): Outcome {
  const why = textAt(fields, 'why');
  const rule = maybe(fields, 'rule', textAt);
  if (rule === 'market-rules') return { kind: 'rejected', code: 'rules', text: why, definite: true };
  if (why === '') throw new Unreadable('why is empty');
  return { kind: 'not-sent', why };
}

function readAmbiguous(fields: Fields, time: ReadTime): Outcome {
  const signedAtMs = maybe(fields, 'signedAtMs', countAt);
  return { kind: 'ambiguous', why: textAt(fields, 'why'), signedAtMs: signedAtMs === null ? null : time(signedAtMs) };
}
