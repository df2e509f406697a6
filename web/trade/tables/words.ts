/** The tables' words for orders. Pure, so that each can be held to its case. */

import type { Order } from '../../../src/contract/trading.ts';
import { group } from '../../format/number.ts';
import { filledWords } from './figures.ts';

export const SIDES: Readonly<Record<Order['side'], string>> = { buy: 'Buy', sell: 'Sell' };

export const pairOf = (symbol: string): readonly [base: string, quote: string] => {
  const [base = symbol, ...quote] = symbol.split('_');
  return [base, quote.join('/')];
};

/** `limit`, `post only`: how it was asked for, after its side. */
export function kindWords({ terms }: Pick<Order, 'terms'>): string {
  if (terms === null) return 'of another kind';
  switch (terms.kind) {
    case 'limit':
      return terms.postOnly ? 'post only' : terms.ioc ? 'limit IOC' : 'limit';
    case 'market':
      return 'market';
    case 'stop-limit':
      return 'stop limit';
    case 'stop-market':
      return 'stop market';
  }
}

export type Tone = 'plain' | 'dim' | 'amber' | 'red';
export type Said = { readonly word: string; readonly tone: Tone };

/** How an order that is not over stands, in a word or two. What is being done about it is said beside. */
export function stateWords(order: Order): Said {
  if (order.blocked) return { word: 'Needs you', tone: 'amber' };
  if (order.moving) return { word: 'Moving', tone: 'dim' };
  switch (order.state) {
    case 'submitting':
      return { word: 'Sending', tone: 'dim' };
    case 'unknown':
      return { word: 'Unknown', tone: 'amber' };
    case 'cancelling':
      return { word: 'Cancelling', tone: 'dim' };
    case 'open':
      if (order.owner === 'external') return { word: 'Placed elsewhere', tone: 'dim' };
      return { word: isWaiting(order) ? 'Waiting' : 'Open', tone: 'plain' };
    case 'closed':
      return endWords(order);
  }
}

/** A stop that has filled something was activated. */
const isWaiting = ({ terms, filledBase }: Order): boolean =>
  (terms?.kind === 'stop-limit' || terms?.kind === 'stop-market') && /^0(\.0*)?$/.test(filledBase);

/** Why it is over. What was filled before that belongs to it. */
export function endWords(order: Order): Said {
  const filled = filledWords(order);
  const partly = filled === '0' || order.ended === 'filled' ? '' : `, ${filled}\u202f% filled`;
  switch (order.ended) {
    case 'filled':
      return { word: 'Filled', tone: 'plain' };
    case 'cancelled':
      return { word: `${order.replacedBy === null ? 'Cancelled' : 'Moved'}${partly}`, tone: 'dim' };
    case 'rejected':
      return { word: 'Refused', tone: 'red' };
    case 'expired':
      return { word: `Expired${partly}`, tone: 'dim' };
    case 'never-placed':
      return { word: 'Never placed', tone: 'dim' };
    case 'exchange':
      return { word: `Ended by the exchange${partly}`, tone: 'dim' };
    case null:
      return { word: 'Over', tone: 'dim' };
  }
}

/** Of a row that keeps its place under the pointer: why it went, where that was told. */
export const goneWords = (last: Order | undefined): string =>
  last === undefined ? 'No longer open' : endWords(last).word;

/** The exchange's word about the end, where it says more than ours. */
export const endDetail = ({ detail }: Pick<Order, 'detail'>): string =>
  /^(CANCELED|FILLED)$/.test(detail) ? '' : detail;

/** The sentence under a row that is not as it should be; null where the row says it all. */
export function doubtOf(order: Order): string | null {
  if (order.state === 'closed') return null;
  if (order.quarantine !== '') return order.quarantine;
  if (order.blocked || order.state === 'unknown')
    return order.doing.text || 'No clear answer came. The exchange is asked for it';
  return null;
}

/** `12 000 orders`, `1 order`. */
export const counted = (count: number, one: string): string =>
  `${group(String(count))} ${one}${count === 1 ? '' : 's'}`;

/** The one asset that all values are in; null where there are several. */
export function onlyQuote(rows: readonly { readonly market: string }[]): string | null {
  const quotes = new Set(rows.map(({ market }) => pairOf(market)[1]));
  const [one] = quotes;
  return quotes.size === 1 && one !== undefined ? one : null;
}

/** Of a trade that counts for nothing any more. */
export const TAKEN_BACK = 'The exchange took this trade back: it is in no sum';
