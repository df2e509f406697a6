import type { OrderView } from '../engine/events.ts';
import type { OrderType } from '../engine/order.ts';
import { CHANGE_NUMBERS, streamFinishedOrder, streamOrder, TYPE_NUMBERS } from '../engine/render.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { History } from '../exchange/history.ts';
import type { AccountId, Market } from '../ports.ts';
import type { News } from './news.ts';
import { pageOf } from './page.ts';
import {
  answer,
  fail,
  isText,
  isWhole,
  type Method,
  noSuchMarket,
  type Reply,
  type Session,
  SUCCESS,
} from './protocol.ts';
import { marketNames, unsubscribe } from './quote-channels.ts';
import { Update } from './update.ts';

type Parts = {
  readonly market: Market;
  readonly exchange: Pick<DurableExchange, 'query' | 'history'>;
  readonly news: News;
};

const EVERYTHING = { status: 'ALL', window: { fromUs: 0, toUs: Number.MAX_SAFE_INTEGER } } as const;
/** Orders looked at in one go where only some types are wanted: history cannot be asked for types. */
const LOOKED_AT = 1000;

/** Inferred: the two kinds of the filter take the other types in by how they trade once they are activated. */
const LIMIT_TYPES: ReadonlySet<OrderType> = new Set(['limit', 'stop limit']);
const MARKET_TYPES: ReadonlySet<OrderType> = new Set(['market', 'stock market', 'stop market']);
const ALL_TYPES: ReadonlySet<OrderType> = new Set([...LIMIT_TYPES, ...MARKET_TYPES]);
const FILTERS: readonly ReadonlySet<OrderType>[] = [ALL_TYPES, LIMIT_TYPES, MARKET_TYPES];

/** `ordersPending`: what rests. `ordersExecuted`: what is over, cancelled orders included (inferred from its status). */
export function orderMethods(parts: Parts): Map<string, Method> {
  return new Map<string, Method>([
    ['ordersPending_request', { needsAccount: true, run: (params, session) => askPending(parts, params, session) }],
    ['ordersPending_subscribe', { needsAccount: true, run: (params, session) => hearPending(parts, params, session) }],
    ['ordersPending_unsubscribe', unsubscribe('ordersPending', true)],
    ['ordersExecuted_request', { needsAccount: true, run: (params, session) => askExecuted(parts, params, session) }],
    [
      'ordersExecuted_subscribe',
      { needsAccount: true, run: (params, session) => hearExecuted(parts, params, session) },
    ],
    ['ordersExecuted_unsubscribe', unsubscribe('ordersExecuted', true)],
  ]);
}

/** `[market, offset, limit]`, newest first. */
function askPending({ market, exchange }: Parts, params: readonly unknown[], { account }: Session): Reply {
  const [name] = params;
  const page = pageOf(params);
  if (page === null || !isText(name)) return fail(1);
  if (account === null) return fail(6);
  if (market.listing(name) === null) return noSuchMarket(name);
  const orders = exchange.query.openOrders(account, name);
  const { offset, limit } = page;
  const records = orders.slice(offset, offset + limit).map(streamOrder);
  return answer({ limit, offset, total: orders.length, records });
}

/** Markets, flat. Inferred: at least one, for only deals are documented to mean all by none. */
function hearPending({ market, news }: Parts, params: readonly unknown[], session: Session): Reply {
  const names = marketNames(market, params);
  if (!Array.isArray(names)) return names;
  if (session.account === null) return fail(6);
  const wanted = new Set(names);
  const stop = news.onAccount(session.account, (event) => {
    if (event.kind !== 'order' || !wanted.has(event.order.spec.name)) return;
    session.push(new Update('ordersPending', [CHANGE_NUMBERS[event.change], streamOrder(event.order)]));
  });
  session.replaceFeeds('ordersPending', new Map([['orders', { stop }]]));
  return SUCCESS;
}

/** `[{market, order_types}, offset, limit]`, newest first. Inferred: without types all are meant. */
function askExecuted({ market, exchange }: Parts, params: readonly unknown[], { account }: Session): Reply {
  const [filter] = params;
  const page = pageOf(params);
  if (page === null || typeof filter !== 'object' || filter === null) return fail(1);
  const name = 'market' in filter ? filter.market : undefined;
  const types = 'order_types' in filter ? filter.order_types : undefined;
  if (!isText(name) || (types !== undefined && !(Array.isArray(types) && types.every(isWhole)))) return fail(1);
  if (account === null) return fail(6);
  if (market.listing(name) === null) return noSuchMarket(name);
  const numbers = types === undefined ? null : new Set<unknown>(types);
  const wanted = new Set([...ALL_TYPES].filter((type) => numbers === null || numbers.has(TYPE_NUMBERS[type])));
  const orders = finished(exchange.history, account, name, wanted, page);
  return answer({ limit: page.limit, offset: page.offset, records: orders.map(streamFinishedOrder) });
}

type Page = { readonly offset: number; readonly limit: number };

function finished(
  history: History,
  account: AccountId,
  market: string,
  types: ReadonlySet<OrderType>,
  page: Page,
): readonly OrderView[] {
  if (types.size === 0) return [];
  if (types.size === ALL_TYPES.size) return history.finishedOrders({ account, market, which: EVERYTHING, page });
  const found: OrderView[] = [];
  for (let offset = 0; found.length < page.offset + page.limit; offset += LOOKED_AT) {
    const some = history.finishedOrders({ account, market, which: EVERYTHING, page: { offset, limit: LOOKED_AT } });
    found.push(...some.filter(({ type }) => types.has(type)));
    if (some.length < LOOKED_AT) break;
  }
  return found.slice(page.offset, page.offset + page.limit);
}

/** `[[markets], filter]`: 0 limit and market orders, 1 limit, 2 market. */
function hearExecuted({ market, news }: Parts, params: readonly unknown[], session: Session): Reply {
  const [list, filter] = params;
  const types = isWhole(filter) ? FILTERS[filter] : undefined;
  if (params.length !== 2 || !Array.isArray(list) || types === undefined) return fail(1);
  const names = marketNames(market, list);
  if (!Array.isArray(names)) return names;
  if (session.account === null) return fail(6);
  const wanted = new Set(names);
  const stop = news.onAccount(session.account, (event) => {
    if (event.kind !== 'order' || event.change !== 'finish') return;
    const { order } = event;
    if (wanted.has(order.spec.name) && types.has(order.type))
      session.push(new Update('ordersExecuted', [streamOrder(order)]));
  });
  session.replaceFeeds('ordersExecuted', new Map([['orders', { stop }]]));
  return SUCCESS;
}
