import { Decimal } from '../../src/core/decimal.ts';
import { mergeLevels } from '../market/levels.ts';
import type { BookLevel, Market } from '../ports.ts';
import {
  answer,
  type Feed,
  fail,
  isText,
  type Method,
  noSuchMarket,
  type Reply,
  type Session,
  SUCCESS,
  type Update,
} from './protocol.ts';

const LIMITS: ReadonlySet<unknown> = new Set([1, 5, 10, 20, 30, 50, 100]);
const BOOK_LIMIT = 100;
/** After so long without a change the whole book is sent again, as a sign of life. */
const SILENCE_MS = 10_000;
/** Powers of ten only: "0.1", "0.01" … and "0" for none. */
const STEP = /^0(\.0*1)?$/;

type Sides = { readonly asks: ReadonlyMap<string, string>; readonly bids: ReadonlyMap<string, string> };
type View = { readonly name: string; readonly limit: number; readonly step: Decimal | null };

export function depthMethods(market: Market): Map<string, Method> {
  return new Map<string, Method>([
    ['depth_request', { needsAccount: false, run: (params, session) => request(market, params, session) }],
    ['depth_subscribe', { needsAccount: false, run: (params, session) => subscribe(market, params, session) }],
    ['depth_unsubscribe', drop('depth')],
    ['bookTicker_subscribe', { needsAccount: false, run: (params, session) => subscribeBest(market, params, session) }],
    ['bookTicker_unsubscribe', drop('bookTicker')],
  ]);
}

function view(market: Market, params: readonly unknown[]): View | Reply {
  const [name, limit, step] = params;
  if (!isText(name) || !LIMITS.has(limit) || !isText(step) || !STEP.test(step)) return fail(1);
  if (market.listing(name) === null) return noSuchMarket(name);
  return { name, limit: Number(limit), step: step === '0' ? null : Decimal.parse(step) };
}

function sidesOf(market: Market, { name, limit, step }: View, nowMs: number): Sides & { readonly updateId: number } {
  const book = market.book(name, nowMs, step === null ? limit : BOOK_LIMIT);
  const side = (levels: readonly BookLevel[], rounding: 'ceil' | 'floor'): ReadonlyMap<string, string> => {
    const merged = step === null ? levels : mergeLevels(levels, step, rounding).slice(0, limit);
    return new Map(merged.map(([price, amount]) => [price.toString(), amount.toString()]));
  };
  return { updateId: book.updateId, asks: side(book.asks, 'ceil'), bids: side(book.bids, 'floor') };
}

function request(market: Market, params: readonly unknown[], session: Session): Reply {
  const wanted = view(market, params);
  if (params.length !== 3) return fail(1);
  if ('ok' in wanted) return wanted;
  const { asks, bids } = sidesOf(market, wanted, session.nowMs);
  return answer({ timestamp: Math.floor(session.nowMs / 1000), asks: [...asks], bids: [...bids] });
}

function subscribe(market: Market, params: readonly unknown[], session: Session): Reply {
  const wanted = view(market, params);
  const multi = params[3] ?? false;
  if (params.length < 3 || params.length > 4 || typeof multi !== 'boolean') return fail(1);
  if ('ok' in wanted) return wanted;
  const feed = depthFeed(market, wanted);
  if (multi) session.addFeed('depth', wanted.name, feed);
  else session.replaceFeeds('depth', new Map([[wanted.name, feed]]));
  return SUCCESS;
}

/** The whole channel, or one market of it. */
const drop = (channel: string): Method => ({
  needsAccount: false,
  run: (params, session) => {
    const [name] = params;
    if (name === undefined) session.replaceFeeds(channel, new Map());
    else if (isText(name)) session.dropFeed(channel, name);
    else return fail(1);
    return SUCCESS;
  },
});

/** First the whole book, then what changed: an amount of "0" takes a level away, others stand as they are. */
function depthFeed(market: Market, wanted: View): Feed {
  let last: (Sides & { readonly updateId: number }) | null = null;
  let sentMs = 0;
  const poll = (nowMs: number): readonly Update[] => {
    const now = sidesOf(market, wanted, nowMs);
    const before = last;
    const asks = before === null ? [...now.asks] : difference(before.asks, now.asks);
    const bids = before === null ? [...now.bids] : difference(before.bids, now.bids);
    const changed = asks.length > 0 || bids.length > 0;
    const silent = nowMs - sentMs >= SILENCE_MS;
    if (before !== null && !changed && !silent) return [];
    sentMs = nowMs;
    last = now;
    const times = { timestamp: Math.floor(nowMs / 1000), event_time: nowMs / 1000 };
    const whole = before === null || !changed;
    const data = whole
      ? { ...times, update_id: now.updateId, asks: [...now.asks], bids: [...now.bids] }
      : { ...times, update_id: now.updateId, past_update_id: before.updateId, asks, bids };
    return [{ method: 'depth_update', params: [whole, data, wanted.name] }];
  };
  return { poll };
}

function difference(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): [string, string][] {
  const changed = [...now].filter(([price, amount]) => before.get(price) !== amount);
  const gone = [...before.keys()].filter((price) => !now.has(price)).map((price): [string, string] => [price, '0']);
  return [...gone, ...changed];
}

/** One name, or none for every market. */
function subscribeBest(market: Market, params: readonly unknown[], session: Session): Reply {
  const [name] = params;
  if (params.length > 1 || (name !== undefined && !isText(name))) return fail(1);
  if (name !== undefined && market.listing(name) === null) return noSuchMarket(name);
  const names = name === undefined ? market.listings().map((listing) => listing.name) : [name];
  session.replaceFeeds('bookTicker', new Map(names.map((each) => [each, bestFeed(market, each)])));
  return SUCCESS;
}

/** Best bid and ask whenever one of them changed. */
function bestFeed(market: Market, name: string): Feed {
  let lastSec = Number.NaN;
  let lastText = '';
  const poll = (nowMs: number): readonly Update[] => {
    const sec = Math.floor(nowMs / 1000);
    if (sec === lastSec) return [];
    lastSec = sec;
    const { updateId, asks, bids } = market.book(name, nowMs, 1);
    const best = [...(bids[0] ?? []), ...(asks[0] ?? [])].map(String);
    if (best.join() === lastText) return [];
    lastText = best.join();
    return [{ method: 'bookTicker_update', params: [[sec, nowMs / 1000, name, updateId, ...best]] }];
  };
  return { poll };
}
