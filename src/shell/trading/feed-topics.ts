/**
 * What one stream is asked for, from what everybody wants of an exchange.
 *
 * The exchange tells the candles of one market and interval a connection. The stream carries one of those wanted, the
 * others are read over HTTP once a second: connections for each chart would come near the limit of an address that
 * custody's own streams share.
 */

import { INTERVAL_SEC } from '../../core/candle.ts';
import type { Topic } from '../../venues/streams.ts';
import { keyOf, type Subject } from './feed-subjects.ts';

/** Books and trades that one connection is asked for: each takes a request, of which it has 180 a minute. */
const MARKETS_MAX = 100;
const TICKERS_MAX = 1_000;

export type CandleSubject = Extract<Subject, { kind: 'candles' }>;

type Wanted = {
  /** Markets in which orders stand. */
  readonly ordered: Iterable<string>;
  /** Markets that somebody decides by. */
  readonly decided: Iterable<string>;
  readonly subjects: Iterable<Subject>;
  /** Null: not read yet. What is not listed is not asked for: each refusal would cost a request again and again. */
  readonly known: ReadonlySet<string> | null;
  /** The candles that the stream carries now: they stay while they are wanted. */
  readonly carried: CandleSubject | null;
};

export function topicsOf({ ordered, decided, subjects, known, carried }: Wanted): {
  readonly topics: readonly Topic[];
  readonly carried: CandleSubject | null;
} {
  const isListed = (market: string): boolean => known?.has(market) !== false;
  // In this order: what is decided by can be read over HTTP as well, and may have been asked for by a program.
  const markets = new Set<string>();
  for (const market of ordered) if (isListed(market)) markets.add(market);
  const tickers = new Set<string>();
  const candles: CandleSubject[] = [];
  for (const subject of subjects) {
    if (!isListed(subject.market)) continue;
    if (subject.kind === 'ticker') tickers.add(subject.market);
    else if (subject.kind === 'candles') candles.push(subject);
    else markets.add(subject.market);
  }
  for (const market of decided) if (isListed(market)) markets.add(market);
  const stays = carried !== null && candles.some((subject) => keyOf(subject) === keyOf(carried));
  const carries = stays ? carried : (candles[0] ?? null);
  const topics: Topic[] = [];
  for (const market of [...markets].slice(0, MARKETS_MAX))
    topics.push({ kind: 'book', market }, { kind: 'trades', market });
  for (const market of [...tickers].slice(0, TICKERS_MAX)) topics.push({ kind: 'ticker', market });
  if (carries !== null)
    topics.push({ kind: 'candles', market: carries.market, intervalSec: INTERVAL_SEC[carries.interval] });
  return { topics, carried: carries };
}
