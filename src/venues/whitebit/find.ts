/**
 * "What became of this order?" Asked in the order in which an order moves: among the open ones, among those that ended,
 * and in the trades since it was sent. Absent is said only when all three were answered; any trouble on the way says
 * nothing about the order.
 */

import type { FindResult, OrderReport, TradeReport } from '../../core/report.ts';
import type { FindOrder } from '../trading.ts';
import type { Answer, VenueFault } from '../venue.ts';
import type { RawReply, TradeCall } from './call.ts';
import { asArray, isObject, type Json, NumberText, parseJson } from './json.ts';
import { ask, readOpenOrders, readTrades, readTradesOf, spansOf } from './reading.ts';
import { readByMarket, readFinishedOrder, readOrder } from './reports.ts';
import { closedOrderRequest, openOrderRequest, UnsayableError } from './requests.ts';

/** This machine's date may be five minutes off on either side, and the lists have whole seconds. */
const SLACK_SEC = 600;

export async function findOrder(call: TradeCall, clock: { nowMs(): number }, wanted: FindOrder): Promise<FindResult> {
  const atMs = clock.nowMs();
  try {
    const open = await findOpen(call, wanted);
    if (!open.ok) return failed(open.fault);
    if (open.value !== null) return found(call, open.value);
    const closed = await findClosed(call, wanted);
    if (!closed.ok) return failed(closed.fault);
    if (closed.value !== null) return found(call, closed.value);
    return await findByTrades(call, clock, wanted, atMs);
  } catch (error) {
    if (error instanceof UnsayableError) return { kind: 'failed', why: error.message };
    throw error;
  }
}

const failed = ({ code, raw }: VenueFault): FindResult => ({ kind: 'failed', why: `${code}: ${raw}`.slice(0, 300) });

function fits(wanted: FindOrder, order: OrderReport): boolean {
  if (order.market !== wanted.market) return false;
  return wanted.venueId === null ? order.clientId === wanted.clientId : order.venueId === wanted.venueId;
}

/** An open order wins over an ended one of the same name; of several ended ones the last placed. Ours have one each. */
function best(orders: readonly OrderReport[]): OrderReport | null {
  return orders.toSorted((a, b) => Number(BigInt(b.venueId) - BigInt(a.venueId)))[0] ?? null;
}

async function findOpen(call: TradeCall, wanted: FindOrder): Promise<Answer<OrderReport | null>> {
  const answer = await ask(call, openOrderRequest(wanted), (json) =>
    asArray(json, 'orders').map((row) => readOrder(row, 'open')),
  );
  if (answer.ok) {
    // What another question asked for must not be taken for an answer to this one.
    const foreign = answer.value.some((order) => !fits(wanted, order));
    if (!foreign) return { ok: true, value: best(answer.value) };
  } else if (!isMarketGone(answer.sent.reply)) return answer;
  // A market that is halted vanishes from the lists while orders may still rest there: all of them are looked through.
  const all = await readOpenOrders(call);
  return all.ok ? { ok: true, value: best(all.value.filter((order) => fits(wanted, order))) } : all;
}

async function findClosed(call: TradeCall, wanted: FindOrder): Promise<Answer<OrderReport | null>> {
  const answer = await ask(call, closedOrderRequest(wanted), (json) =>
    readByMarket(json, wanted.market, (market, row) => readFinishedOrder(market, row)),
  );
  if (answer.ok) return { ok: true, value: best(answer.value.filter((order) => fits(wanted, order))) };
  return isNoHistory(answer.sent.reply) ? { ok: true, value: null } : answer;
}

/** Trades are written before anything else: an order that only they know of has not reached the other lists yet. */
async function findByTrades(
  call: TradeCall,
  clock: { nowMs(): number },
  wanted: FindOrder,
  atMs: number,
): Promise<FindResult> {
  const spans = spansOf(Math.floor(wanted.sinceMs / 1_000) - SLACK_SEC, Math.ceil(clock.nowMs() / 1_000) + SLACK_SEC);
  const trades = await readTrades(call, wanted.market, spans);
  if (!trades.ok) return failed(trades.fault);
  const own = trades.value.filter((trade) =>
    wanted.venueId === null ? trade.clientId === wanted.clientId : trade.venueOrderId === wanted.venueId,
  );
  if (own.length === 0) return { kind: 'absent', lookedAt: { open: true, history: true, trades: true }, atMs };
  return findTraded(call, wanted, own);
}

async function findTraded(call: TradeCall, wanted: FindOrder, own: readonly TradeReport[]): Promise<FindResult> {
  const venueId = own[0]?.venueOrderId ?? null;
  if (venueId === null) return { kind: 'failed', why: 'it has traded, but its trades do not name it' };
  const named = { ...wanted, clientId: null, venueId };
  for (const look of [findOpen, findClosed]) {
    const answer = await look(call, named);
    if (!answer.ok) return failed(answer.fault);
    if (answer.value !== null) return found(call, answer.value);
  }
  return { kind: 'failed', why: 'it has traded, but is in no list of orders yet' };
}

async function found(call: TradeCall, report: OrderReport): Promise<FindResult> {
  const trades = await readTradesOf(call, report);
  return { kind: 'found', report, trades: trades.ok ? trades.value : null };
}

const jsonOf = (reply: RawReply): Json | undefined => (reply.kind === 'reply' ? parseJson(reply.body) : undefined);

function hasError(reply: RawReply, code: string, field: string, sentence: RegExp): boolean {
  const json = jsonOf(reply);
  if (reply.kind !== 'reply' || (reply.status !== 422 && reply.status !== 400)) return false;
  if (!isObject(json) || !isObject(json.errors)) return false;
  const texts = json.errors[field];
  const isIt = (text: Json): boolean => typeof text === 'string' && sentence.test(text);
  return json.code instanceof NumberText && json.code.text === code && Array.isArray(texts) && texts.some(isIt);
}

/** Said where no finished order has this client order id; an id of the exchange's own just finds nothing. */
const isNoHistory = (reply: RawReply): boolean =>
  hasError(reply, '30', 'orderHistory', /^OrderHistory was not found\.?$/);

const isMarketGone = (reply: RawReply): boolean => hasError(reply, '31', 'market', /^Market is not available\.?$/);
