/** What of a row the search field looks through: what is read on it, and its ids. */

import type { Fill, Order } from '../../../src/contract/trading.ts';
import type { Names } from './use-names.ts';
import { kindWords, stateWords } from './words.ts';

export function orderSays(order: Order, names: Names): readonly string[] {
  const { market, side, connection, clientId, venueId, key, detail, owner } = order;
  return [
    ...[market, side, kindWords(order), stateWords(order).word, detail, names.labelOf(connection)],
    ...[key, clientId ?? '', venueId ?? '', owner === 'external' ? 'elsewhere' : ''],
  ];
}

export function fillSays(fill: Fill, names: Names): readonly string[] {
  const { market, side, connection, key, order, role, owner } = fill;
  return [
    market,
    side,
    names.labelOf(connection),
    key,
    order ?? '',
    role ?? '',
    owner === 'external' ? 'elsewhere' : '',
  ];
}
