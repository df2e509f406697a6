/** WhiteBIT's trading half, over whoever signs. */

import type { Outcome } from '../../core/report.ts';
import type { TradingVenue } from '../trading.ts';
import type { TradeCall, TradeRequest } from './call.ts';
import { findOrder } from './find.ts';
import { asObject, asText, ShapeError } from './json.ts';
import { bareOutcome, cancelManyOutcomes, cancelOutcome, placeManyOutcomes, placeOutcome } from './outcomes.ts';
import { WHITEBIT_ORDERS } from './profile.ts';
import { ask } from './reading.ts';
import {
  CANCEL_BULK_MAX,
  cancelAllRequest,
  cancelManyRequest,
  cancelRequest,
  killSwitchRequest,
  PLACE_BULK_MAX,
  placeManyRequest,
  placeRequest,
  streamTokenRequest,
  UnsayableError,
} from './requests.ts';
import { readSnapshot } from './snapshot.ts';

/** A token travels in a frame: printable, and no longer than any token is. */
const TOKEN = /^[\x21-\x7e]{1,4096}$/;

export function createWhitebitTrading(options: {
  readonly call: TradeCall;
  readonly clock: { nowMs(): number };
}): TradingVenue {
  const { call, clock } = options;

  /** What cannot be said in the exchange's words is never sent. */
  function said(make: () => TradeRequest): TradeRequest | Extract<Outcome, { kind: 'not-sent' }> {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof UnsayableError)) throw error;
      return { kind: 'not-sent', why: error.message };
    }
  }

  return {
    bulk: { place: PLACE_BULK_MAX, cancel: CANCEL_BULK_MAX },
    profile: WHITEBIT_ORDERS,
    async place(order) {
      const request = said(() => placeRequest(order));
      return 'kind' in request ? request : placeOutcome(order, await call(request));
    },
    async placeMany(orders) {
      const request = said(() => placeManyRequest(orders));
      if ('kind' in request) return orders.map(() => request);
      return placeManyOutcomes(orders, await call(request));
    },
    async cancel(order) {
      const request = said(() => cancelRequest(order));
      return 'kind' in request ? request : cancelOutcome(order, await call(request));
    },
    async cancelMany(orders) {
      const request = said(() => cancelManyRequest(orders));
      if ('kind' in request) return orders.map(() => request);
      return cancelManyOutcomes(orders, await call(request));
    },
    async cancelAll(market) {
      const request = said(() => cancelAllRequest(market));
      return 'kind' in request ? request : bareOutcome(await call(request));
    },
    async killSwitch(market, timeoutSec) {
      const request = said(() => killSwitchRequest(market, timeoutSec));
      return 'kind' in request ? request : bareOutcome(await call(request));
    },
    find: (order) => findOrder(call, clock, order),
    snapshot: (cursor) => readSnapshot(call, clock, cursor),
    streamToken: () =>
      ask(call, streamTokenRequest(), (json) => {
        const token = asText(asObject(json, 'token').websocket_token, 'token.websocket_token');
        if (!TOKEN.test(token)) throw new ShapeError('token.websocket_token is no token');
        return token;
      }),
  };
}
