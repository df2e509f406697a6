import { bookLevel } from '../engine/render.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { Clock, Market } from '../ports.ts';
import { unsubscribeSome } from './depth-channel.ts';
import type { News } from './news.ts';
import { type Feed, fail, isText, type Method, noSuchMarket, type Reply, type Session, SUCCESS } from './protocol.ts';
import { Update } from './update.ts';

const US_PER_SECOND = 1_000_000;
const MS_PER_SECOND = 1_000;
/** Inferred: no source shows an empty side; an amount of "0" is what depth calls nothing. */
const NOTHING: readonly string[] = ['0', '0'];

type Parts = {
  readonly market: Market;
  readonly exchange: Pick<DurableExchange, 'query'>;
  readonly news: News;
  readonly clock: Clock;
};

/** `bookTicker`: best bid and ask, first as they are and then at once whenever one of them changed. */
export function tickerMethods(parts: Parts): Map<string, Method> {
  const tickers = new Map<string, Ticker>();
  const tickerOf = (name: string): Ticker => {
    const ticker = tickers.get(name) ?? new Ticker(parts, name);
    tickers.set(name, ticker);
    return ticker;
  };
  parts.news.onBook((name) => tickers.get(name)?.changed());
  return new Map<string, Method>([
    [
      'bookTicker_subscribe',
      { needsAccount: false, run: (params, session) => subscribe(parts.market, tickerOf, params, session) },
    ],
    ['bookTicker_unsubscribe', unsubscribeSome('bookTicker')],
  ]);
}

/** One name, or none for every market. */
function subscribe(
  market: Market,
  tickerOf: (name: string) => Ticker,
  params: readonly unknown[],
  session: Session,
): Reply {
  const [name] = params;
  if (params.length > 1 || (name !== undefined && !isText(name))) return fail(1);
  if (name !== undefined && market.listing(name) === null) return noSuchMarket(name);
  const names = name === undefined ? market.listings().map((listing) => listing.name) : [name];
  session.replaceFeeds('bookTicker', new Map(names.map((each) => [each, tickerOf(each).feed(session)])));
  return SUCCESS;
}

/** The best of one market's book and all who want to hear of it. */
class Ticker {
  readonly #parts: Parts;
  readonly #name: string;
  readonly #listeners = new Set<(update: Update) => void>();
  #best = '';

  constructor(parts: Parts, name: string) {
    this.#parts = parts;
    this.#name = name;
  }

  changed(): void {
    if (this.#listeners.size === 0) return;
    const { best, update } = this.#look();
    if (best === this.#best) return;
    this.#best = best;
    for (const listener of this.#listeners) listener(update);
  }

  /** Listens from the first picture on, so that nothing comes twice or too early. */
  feed(session: Session): Feed {
    const push = (update: Update): void => session.push(update);
    return {
      poll: () => {
        if (this.#listeners.has(push)) return [];
        this.#listeners.add(push);
        const { best, update } = this.#look();
        this.#best = best;
        return [update];
      },
      stop: () => {
        this.#listeners.delete(push);
      },
    };
  }

  #look(): { readonly best: string; readonly update: Update } {
    const { exchange, news, clock } = this.#parts;
    const depth = exchange.query.depth(this.#name, 1);
    const [bid] = depth?.bids ?? [];
    const [ask] = depth?.asks ?? [];
    const texts = [bid, ask].flatMap((level) =>
      depth === null || level === undefined ? NOTHING : bookLevel({ spec: depth.spec, ...level }),
    );
    const changedSec = news.market(this.#name).bookChangedUs / US_PER_SECOND;
    const fields = [changedSec, clock.nowMs() / MS_PER_SECOND, this.#name, depth?.updateId ?? 0, ...texts];
    return { best: texts.join(' '), update: new Update('bookTicker', [fields]) };
  }
}
