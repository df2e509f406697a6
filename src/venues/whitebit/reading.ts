/** Lists of the trading account, page by page, until nothing can have slipped between two pages. */

import { fillKey } from '../../core/fill.ts';
import type { OrderReport, TradeReport } from '../../core/report.ts';
import type { Answer, VenueFault } from '../venue.ts';
import type { TradeCall, TradeReply, TradeRequest } from './call.ts';
import { asArray, asObject, type Json } from './json.ts';
import { readReply } from './read-reply.ts';
import { readByMarket, readFinishedOrder, readOrder, readTrade, readTradeOfOrder } from './reports.ts';
import {
  closedOrdersRequest,
  HISTORY_PAGE,
  OPEN_PAGE,
  ORDER_TRADES_PAGE,
  openOrdersRequest,
  type Span,
  tradesOfOrderRequest,
  tradesRequest,
} from './requests.ts';

/**
 * Pages of open orders are read with this much overlap: when orders in front end meanwhile, what stood behind them moves
 * forward, and would be skipped by a page that begins where the last one ended.
 */
const OVERLAP = 20;
const RESTARTS_MAX = 3;
/** 20,000 open orders, or half a million trades in one window; more is no account but a loop. */
const PAGES_MAX = 1_000;
const DAY_SEC = 86_400;
/** Documented: 31 days at most between the two ends; and nothing is told that is older than half a year. */
const WINDOW_SEC = 30 * DAY_SEC;
const REACH_SEC = 180 * DAY_SEC;

export async function ask<T>(
  call: TradeCall,
  request: TradeRequest,
  read: (json: Json) => T,
): Promise<Answer<T> & { readonly sent: TradeReply }> {
  const sent = await call(request);
  return { ...readReply(sent.reply, 'auth', read), sent };
}

const looped = (what: string): { readonly ok: false; readonly fault: VenueFault } => ({
  ok: false,
  fault: { code: 'not-understood', status: null, raw: `${what} does not come to an end` },
});

/** Every open order, stops included. */
export async function readOpenOrders(call: TradeCall): Promise<Answer<readonly OrderReport[]>> {
  for (let attempt = 0; attempt <= RESTARTS_MAX; attempt += 1) {
    const pass = await openOrdersOnce(call);
    if (!pass.ok || pass.value !== null) return pass as Answer<readonly OrderReport[]>;
  }
  return looped('the list of open orders');
}

/** Null: two pages did not meet, because too many orders ended in between. */
async function openOrdersOnce(call: TradeCall): Promise<Answer<readonly OrderReport[] | null>> {
  const found = new Map<string, OrderReport>();
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const offset = page * (OPEN_PAGE - OVERLAP);
    const answer = await ask(call, openOrdersRequest(offset), (json) =>
      asArray(json, 'orders').map((row) => readOrder(row, 'open')),
    );
    if (!answer.ok) return answer;
    const meets = page === 0 || answer.value.length === 0 || answer.value.some((order) => found.has(order.venueId));
    // A page that came empty proves nothing when the one before was full: all behind may have moved forward.
    if (!meets || (page > 0 && answer.value.length === 0)) return { ok: true, value: null };
    for (const order of answer.value) found.set(order.venueId, order);
    if (answer.value.length < OPEN_PAGE) return { ok: true, value: [...found.values()] };
  }
  return looped('the list of open orders');
}

/**
 * Spans of at most 30 days from `sinceSec` to `untilSec`, oldest first. What is older than the exchange tells is left
 * out; asking for it would be refused.
 */
export function spansOf(sinceSec: number, untilSec: number): readonly Span[] {
  const spans: Span[] = [];
  let startSec = Math.max(sinceSec, untilSec - REACH_SEC);
  while (startSec < untilSec) {
    const endSec = Math.min(untilSec, startSec + WINDOW_SEC);
    spans.push({ startSec, endSec });
    startSec = endSec;
  }
  return spans;
}

/**
 * Trades of the account since a second, each once. Newest come first, so trades that happen meanwhile push others to
 * later pages: some come twice, none is skipped. Whether a page counts all markets together or each by itself is not
 * documented; going on until a page is not full holds for both.
 */
export async function readTrades(
  call: TradeCall,
  market: string | null,
  spans: readonly Span[],
): Promise<Answer<readonly TradeReport[]>> {
  const found = new Map<string, TradeReport>();
  for (const span of spans) {
    const answer = await pagesOf(
      call,
      (offset) => tradesRequest(market, span, offset),
      (json) =>
        market === null
          ? readByMarket(json, null, readTrade)
          : asArray(json, 'deals').map((row) => readTrade(market, row)),
    );
    if (!answer.ok) return answer;
    for (const trade of answer.value) found.set(fillKey(trade), trade);
  }
  return { ok: true, value: [...found.values()].toSorted((a, b) => a.atMs - b.atMs) };
}

export async function readClosedOrders(
  call: TradeCall,
  spans: readonly Span[],
): Promise<Answer<readonly OrderReport[]>> {
  const found = new Map<string, OrderReport>();
  for (const span of spans) {
    const answer = await pagesOf(
      call,
      (offset) => closedOrdersRequest(span, offset),
      (json) => readByMarket(json, null, readFinishedOrder),
    );
    if (!answer.ok) return answer;
    for (const order of answer.value) found.set(order.venueId, order);
  }
  return { ok: true, value: [...found.values()] };
}

async function pagesOf<Row>(
  call: TradeCall,
  request: (offset: number) => TradeRequest,
  read: (json: Json) => readonly Row[],
): Promise<Answer<readonly Row[]>> {
  const rows: Row[] = [];
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await ask(call, request(page * HISTORY_PAGE), read);
    if (!answer.ok) return answer;
    rows.push(...answer.value);
    if (answer.value.length < HISTORY_PAGE) return { ok: true, value: rows };
  }
  return looped('the history');
}

/** All trades of one order. */
export async function readTradesOf(call: TradeCall, order: OrderReport): Promise<Answer<readonly TradeReport[]>> {
  const found = new Map<string, TradeReport>();
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await ask(call, tradesOfOrderRequest(order.venueId, page * ORDER_TRADES_PAGE), (json) =>
      asArray(asObject(json, 'deals').records, 'deals.records').map((row) => readTradeOfOrder(order, row)),
    );
    if (!answer.ok) return answer;
    for (const trade of answer.value) found.set(fillKey(trade), trade);
    if (answer.value.length < ORDER_TRADES_PAGE) return { ok: true, value: [...found.values()] };
  }
  return looped('the list of deals');
}
