import { Decimal } from '../../src/core/decimal.ts';
import { fieldsOf, listOf } from './frames.ts';

/** Changes prices, times and names wherever they stand in an answer or a frame, by the names of their fields. */

const PRICE_FIELDS: ReadonlySet<string> = new Set([
  'price',
  'last',
  'last_price',
  'bid',
  'ask',
  'high',
  'low',
  'open',
  'close',
]);
const TIME_FIELDS: ReadonlySet<string> = new Set([
  'time',
  'timestamp',
  'event_time',
  'trade_timestamp',
  'at',
  'ctime',
  'mtime',
  'ftime',
]);
const LEVEL_FIELDS: ReadonlySet<string> = new Set(['asks', 'bids']);

type Change = (text: string) => unknown;

/** Of fields called like prices, and of book levels. Candles and bookTicker are rows without names: see below. */
export function withPrices(value: unknown, change: Change): unknown {
  return walk(value, (name, inner) => {
    if (PRICE_FIELDS.has(name) && typeof inner === 'string') return { value: change(inner) };
    if (LEVEL_FIELDS.has(name) && Array.isArray(inner))
      return { value: inner.map((level) => atPlaces(listOf(level), [0], change)) };
    return null;
  });
}

/** Times are numbers of seconds. */
export function withTimes(value: unknown, change: (seconds: number) => number): unknown {
  return walk(value, (name, inner) =>
    TIME_FIELDS.has(name) && typeof inner === 'number' ? { value: change(inner) } : null,
  );
}

export function withoutField(value: unknown, field: string): unknown {
  return Object.fromEntries(Object.entries(fieldsOf(value)).filter(([name]) => name !== field));
}

/** A row whose places have no names. */
export function atPlaces(row: readonly unknown[], places: readonly number[], change: Change): readonly unknown[] {
  return row.map((value, index) => (places.includes(index) && typeof value === 'string' ? change(value) : value));
}

/** A ticker by another name: alone, and as either side of a market's name. */
export function renamed(value: unknown, from: string, to: string): unknown {
  const name = (text: string): string =>
    text
      .split('_')
      .map((part) => (part === from ? to : part))
      .join('_');
  if (typeof value === 'string') return name(value);
  if (Array.isArray(value)) return value.map((inner) => renamed(inner, from, to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [name(key), renamed(inner, from, to)]));
}

/** Times a power of ten, exactly; what is no number stays. */
export function scaledText(text: string, exponent: number): string {
  const value = Decimal.tryParse(text);
  return value === null ? text : value.mul(Decimal.power(exponent)).toString();
}

type Found = { readonly value: unknown } | null;

function walk(value: unknown, change: (name: string, inner: unknown) => Found): unknown {
  if (Array.isArray(value)) return value.map((inner) => walk(inner, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const found = change(name, inner);
      return [name, found === null ? walk(inner, change) : found.value];
    }),
  );
}
