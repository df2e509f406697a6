/** WhiteBIT's public endpoints: no key, no signature. */

import { Decimal } from '../../core/decimal.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { Answer, ClockReading, PublicVenue, Ticker } from '../venue.ts';
import type { PublicCall } from './call.ts';
import { asArray, asDecimal, asInteger, asName, asObject, asText, type Json, ShapeError } from './json.ts';
import { createMarketReads } from './public-market.ts';
import { readReply } from './read-reply.ts';

/** The time endpoint prints whole seconds (it is not cached). */
const SERVER_GRAIN_MS = 1_000;
const PERCENT = Decimal.parse('0.01');

export function createWhitebitPublic(options: {
  readonly call: PublicCall;
  readonly clock: { nowMs(): number };
}): PublicVenue {
  const { call, clock } = options;
  const get = async <T>(path: string, read: (json: Json) => T): Promise<Answer<T>> =>
    readReply(await call(path), 'data', read);

  return {
    async reachable() {
      const reply = await call('/api/v4/public/ping');
      return readReply(reply, 'data', (json) => {
        if (asText(asArray(json, 'ping')[0], 'ping[0]') !== 'pong') throw new ShapeError('ping is no pong');
        return { tookMs: reply.tookMs };
      });
    },
    async clock() {
      const beforeMs = clock.nowMs();
      const reply = await call('/api/v4/public/time');
      const afterMs = clock.nowMs();
      return readReply(reply, 'data', (json) =>
        clockReading(asInteger(asObject(json, 'time').time, 'time.time'), beforeMs, afterMs),
      );
    },
    instruments: () => get('/api/v4/public/markets', readInstruments),
    tickers: () => get('/api/v4/public/ticker', readTickers),
    ...createMarketReads(call),
  };
}

/**
 * The venue said second `timeSec` at some moment between `beforeMs` and `afterMs` of our clock, so its clock was then
 * somewhere in [timeSec, timeSec + 1 s). The offset lies between the two extremes; its middle is given, and half their
 * distance is the uncertainty: half the round trip plus half a second of grain.
 */
export function clockReading(timeSec: number, beforeMs: number, afterMs: number): ClockReading {
  const lowestMs = timeSec * 1_000 - afterMs;
  const highestMs = timeSec * 1_000 + SERVER_GRAIN_MS - beforeMs;
  return { offsetMs: Math.round((lowestMs + highestMs) / 2), uncertaintyMs: Math.ceil((highestMs - lowestMs) / 2) };
}

function readInstruments(json: Json): readonly Instrument[] {
  const rows = asArray(json, 'markets').map((row, index) => asObject(row, `markets[${index}]`));
  // Only enabled markets are listed today; one that says otherwise cannot be traded and is left out.
  return rows.filter((row) => row.tradesEnabled !== false).map(readInstrument);
}

function readInstrument(row: { readonly [key: string]: Json }): Instrument {
  const symbol = asName(asText(row.name, 'market.name'), 'market.name');
  const at = (field: string) => `${symbol}.${field}`;
  const decimal = (field: string) => asDecimal(row[field], at(field));
  const maxTotal = decimal('maxTotal');
  return {
    symbol,
    kind: row.type === undefined || row.type === 'spot' ? 'spot' : 'derivative',
    base: asName(asText(row.stock, at('stock')), at('stock')),
    quote: asName(asText(row.money, at('money')), at('money')),
    tick: stepOf(asInteger(row.moneyPrec, at('moneyPrec')), at('moneyPrec')),
    // A negative stockPrec is real (PEPE_PERP has "-6"): quantities are then multiples of a million.
    lot: stepOf(asInteger(row.stockPrec, at('stockPrec')), at('stockPrec')),
    quantityMin: decimal('minAmount'),
    notionalMin: decimal('minTotal'),
    notionalMax: maxTotal.isZero() ? null : maxTotal,
    makerFee: decimal('makerFee').mul(PERCENT),
    takerFee: decimal('takerFee').mul(PERCENT),
  };
}

function stepOf(precision: number, where: string): Decimal {
  if (Math.abs(precision) > 30) throw new ShapeError(`${where} is out of range`);
  return Decimal.power(precision === 0 ? 0 : -precision);
}

function readTickers(json: Json): ReadonlyMap<string, Ticker> {
  const tickers = new Map<string, Ticker>();
  for (const [key, value] of Object.entries(asObject(json, 'ticker'))) {
    const symbol = asName(key, 'ticker');
    const row = asObject(value, symbol);
    // In this endpoint quote_volume is money; in the public trades the two names are swapped.
    tickers.set(symbol, {
      symbol,
      last: asDecimal(row.last_price, `${symbol}.last_price`),
      changePercent: asDecimal(row.change, `${symbol}.change`),
      volumeQuote: asDecimal(row.quote_volume, `${symbol}.quote_volume`),
    });
  }
  return tickers;
}
