import { readFileSync } from 'node:fs';
import { Decimal } from '../../src/core/decimal.ts';
import { TICKS_MAX } from '../engine/limits.ts';
import type { FairPrice } from './fair.ts';

/**
 * Fair prices out of a file of candles, for `--replay`. The first time in the file is the moment the exchange starts;
 * from there the candles pass as the clock does. Within a candle the price goes to the extreme against its direction,
 * then to the other, then to its close, a third of the time each. Between candles, and after the last, it stands still.
 */

/** The file cannot be followed. `message` says where and why. */
export class ReplayError extends Error {
  override name = 'ReplayError';
}

export const REPLAY_HEADER = 'market,time_sec,open,high,low,close,volume';
const FIELDS = REPLAY_HEADER.split(',').length;
/** Of a market with a single candle, which has no neighbour to tell its length. */
const ALONE_SEC = 60;
const WHOLE_SECONDS = /^\d{1,11}$/;
/** A price between two is cut to so many places more than they have: finer than any tick. */
const PLACES_MORE = 4;

type Row = {
  readonly timeSec: number;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
};
type Track = { readonly rows: readonly Row[]; readonly lengthSec: number };
export type Replay = { readonly firstSec: number; readonly tracks: ReadonlyMap<string, Track> };

/** Places of a market's prices; null where it is not listed. */
export type PlacesOf = (market: string) => number | null;

/** Throws `ReplayError`. Prices as plain decimals, times in whole seconds, ascending within a market; blank lines are fine. */
export function parseReplay(text: string, placesOf: PlacesOf): Replay {
  const rows = new Map<string, Row[]>();
  let isHeaderSeen = false;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim();
    if (line === '') continue;
    if (!isHeaderSeen) {
      if (line !== REPLAY_HEADER) throw new ReplayError(`Line ${index + 1}: the first line must be ${REPLAY_HEADER}`);
      isHeaderSeen = true;
      continue;
    }
    const { market, row } = rowOf(line, index + 1, placesOf);
    const ofMarket = rows.get(market) ?? [];
    const before = ofMarket.at(-1);
    if (before !== undefined && row.timeSec <= before.timeSec)
      throw new ReplayError(`Line ${index + 1}: ${market} was at ${before.timeSec} already; sort the candles by time`);
    ofMarket.push(row);
    rows.set(market, ofMarket);
  }
  if (rows.size === 0) throw new ReplayError(`There are no candles in it. It begins with ${REPLAY_HEADER}`);
  const firstSec = Math.min(...[...rows.values()].map((ofMarket) => ofMarket[0]?.timeSec ?? Number.POSITIVE_INFINITY));
  return {
    firstSec,
    tracks: new Map([...rows].map(([market, ofMarket]) => [market, { rows: ofMarket, lengthSec: lengthOf(ofMarket) }])),
  };
}

function rowOf(line: string, number: number, placesOf: PlacesOf): { market: string; row: Row } {
  const fault = (words: string): ReplayError => new ReplayError(`Line ${number}: ${words}`);
  const fields = line.split(',').map((field) => field.trim());
  if (fields.length !== FIELDS) throw fault(`${FIELDS} fields are needed, ${fields.length} are there`);
  const [market = '', time = '', ...rest] = fields;
  const places = placesOf(market);
  if (places === null) throw fault(`market ${JSON.stringify(market)} is not listed here`);
  if (!WHOLE_SECONDS.test(time)) throw fault(`time_sec must be whole Unix seconds, not ${JSON.stringify(time)}`);
  const decimalAt = (index: number, name: string): Decimal => {
    const value = Decimal.tryParse(rest[index] ?? '');
    if (value === null) throw fault(`${name} is not a plain decimal number: ${JSON.stringify(rest[index] ?? '')}`);
    return value;
  };
  const [open, high, low, close] = [
    decimalAt(0, 'open'),
    decimalAt(1, 'high'),
    decimalAt(2, 'low'),
    decimalAt(3, 'close'),
  ];
  if (low.sign() <= 0) throw fault('prices must be above zero');
  // An order at such a price cannot be made, and no exchange be opened with one.
  const [least, most] = [Decimal.power(-places), Decimal.fromInteger(BigInt(TICKS_MAX), places)];
  if (low.lt(least) || high.gt(most)) throw fault(`prices of ${market} lie between ${least} and ${most}`);
  for (const [name, price] of [
    ['open', open],
    ['close', close],
  ] as const)
    if (price.gt(high) || price.lt(low)) throw fault(`${name} ${price} lies outside of low ${low} and high ${high}`);
  // Checked only: how much is traded is up to the takers.
  if (decimalAt(4, 'volume').sign() < 0) throw fault('volume must not be negative');
  return { market, row: { timeSec: Number(time), open, high, low, close } };
}

/** The shortest distance of two neighbours: longer ones are gaps. */
function lengthOf(rows: readonly Row[]): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let index = 1; index < rows.length; index += 1)
    shortest = Math.min(shortest, (rows[index]?.timeSec ?? 0) - (rows[index - 1]?.timeSec ?? 0));
  return Number.isFinite(shortest) ? shortest : ALONE_SEC;
}

/** The file's prices from `startMs` on; `otherwise` for markets that are not in it. */
export function fairOfReplay(replay: Replay, startMs: number, otherwise: FairPrice): FairPrice {
  return {
    at(market, atMs) {
      const track = replay.tracks.get(market);
      return track === undefined ? otherwise.at(market, atMs) : priceAt(track, replay.firstSec * 1000 + atMs - startMs);
    },
  };
}

function priceAt({ rows, lengthSec }: Track, fileMs: number): Decimal {
  const row = rows[lastAtOrBefore(rows, fileMs)];
  // Before its first candle a market stands where that one opens.
  if (row === undefined) return rows[0]?.open ?? Decimal.ONE;
  return within(row, lengthSec * 1000, Math.max(0, Math.floor(fileMs - row.timeSec * 1000)));
}

/** -1 where all are later. */
function lastAtOrBefore(rows: readonly Row[], fileMs: number): number {
  let low = -1;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((rows[middle]?.timeSec ?? 0) * 1000 <= fileMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

function within({ open, high, low, close }: Row, lengthMs: number, passedMs: number): Decimal {
  if (passedMs >= lengthMs) return close;
  const [first, second] = close.gte(open) ? [low, high] : [high, low];
  const stations = [open, first, second, close];
  const legs = stations.length - 1;
  const leg = Math.floor((passedMs * legs) / lengthMs);
  const from = stations[leg] ?? close;
  const to = stations[leg + 1] ?? close;
  const done = Decimal.fromInteger(BigInt(passedMs * legs - leg * lengthMs));
  const places = Math.max(from.scale, to.scale) + PLACES_MORE;
  return from.add(
    to
      .sub(from)
      .mul(done)
      .div(Decimal.fromInteger(BigInt(lengthMs)), places, 'half-even'),
  );
}

/** Throws `ReplayError` where the file cannot be read or followed. `startMs`: the moment its first time stands for. */
export function openReplay(file: string, startMs: number, placesOf: PlacesOf, otherwise: FairPrice): FairPrice {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ReplayError(`${file} cannot be read (${error instanceof Error ? error.message : String(error)}).`);
  }
  try {
    return fairOfReplay(parseReplay(text, placesOf), startMs, otherwise);
  } catch (error) {
    throw error instanceof ReplayError ? new ReplayError(`${file}: ${error.message}`) : error;
  }
}
