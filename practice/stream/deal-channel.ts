import { streamDeal, streamDealRecord } from '../engine/render.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { Market } from '../ports.ts';
import type { News } from './news.ts';
import { pageOf } from './page.ts';
import { answer, fail, isText, type Method, noSuchMarket, type Reply, type Session, SUCCESS } from './protocol.ts';
import { marketNames, unsubscribe } from './quote-channels.ts';
import { Update } from './update.ts';

type Parts = {
  readonly market: Market;
  readonly exchange: Pick<DurableExchange, 'history'>;
  readonly news: News;
};

const EVERYTHING = { window: { fromUs: 0, toUs: Number.MAX_SAFE_INTEGER } } as const;

/** `deals`: the account's own side of every trade. */
export function dealMethods(parts: Parts): Map<string, Method> {
  return new Map<string, Method>([
    ['deals_request', { needsAccount: true, run: (params, session) => request(parts, params, session) }],
    ['deals_subscribe', { needsAccount: true, run: (params, session) => subscribe(parts, params, session) }],
    ['deals_unsubscribe', unsubscribe('deals', true)],
  ]);
}

/** `[market, offset, limit]`, newest first. */
function request({ market, exchange }: Parts, params: readonly unknown[], { account }: Session): Reply {
  const [name] = params;
  const page = pageOf(params);
  if (page === null || !isText(name)) return fail(1);
  if (account === null) return fail(6);
  if (market.listing(name) === null) return noSuchMarket(name);
  const deals = exchange.history.deals({ account, market: name, which: EVERYTHING, page });
  return answer({ limit: page.limit, offset: page.offset, records: deals.map(streamDealRecord) });
}

/** `[[markets]]`; an empty list means every market. */
function subscribe({ market, news }: Parts, params: readonly unknown[], session: Session): Reply {
  const [list] = params;
  if (params.length !== 1 || !Array.isArray(list)) return fail(1);
  const names = list.length === 0 ? [] : marketNames(market, list);
  if (!Array.isArray(names)) return names;
  if (session.account === null) return fail(6);
  const wanted = new Set(names);
  const stop = news.onAccount(session.account, (event) => {
    if (event.kind !== 'deal' || (wanted.size > 0 && !wanted.has(event.spec.name))) return;
    session.push(new Update('deals', streamDeal(event)));
  });
  session.replaceFeeds('deals', new Map([['deals', { stop }]]));
  return SUCCESS;
}
