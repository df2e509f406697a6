/**
 * The tiles of **Add new exchange**. Those that cannot be connected yet are listed too, so that a search for one finds
 * an honest sentence instead of nothing.
 */

import type { Guide } from './guide.ts';
import { practice } from './practice.ts';
import { whitebit } from './whitebit.ts';

export const guides: readonly Guide[] = [practice, whitebit];

export type LaterExchange = { readonly id: string; readonly name: string; readonly comes: 'later' };

/** Said under the name of every exchange that is listed but not connectable. */
export const COMES_LATER = 'Comes later. It cannot be connected yet.';

const later = (id: string, name: string): LaterExchange => ({ id, name, comes: 'later' });

/** By how many people ask for them, roughly. */
export const laterExchanges: readonly LaterExchange[] = [
  later('binance', 'Binance'),
  later('bybit', 'Bybit'),
  later('okx', 'OKX'),
  later('coinbase', 'Coinbase Advanced'),
  later('kraken', 'Kraken'),
  later('kucoin', 'KuCoin'),
  later('bitget', 'Bitget'),
  later('gate', 'Gate'),
  later('htx', 'HTX'),
  later('mexc', 'MEXC'),
  later('bingx', 'BingX'),
  later('bitfinex', 'Bitfinex'),
  later('cryptocom', 'Crypto.com Exchange'),
  later('gemini', 'Gemini'),
  later('bitstamp', 'Bitstamp'),
  later('hyperliquid', 'Hyperliquid'),
  later('krakenfutures', 'Kraken Futures'),
  later('binanceus', 'Binance US'),
  later('deribit', 'Deribit'),
  later('bitvavo', 'Bitvavo'),
  later('upbit', 'Upbit'),
  later('bithumb', 'Bithumb'),
  later('coinex', 'CoinEx'),
  later('phemex', 'Phemex'),
  later('poloniex', 'Poloniex'),
  later('hitbtc', 'HitBTC'),
  later('lbank', 'LBank'),
  later('woo', 'WOO X'),
  later('bitmart', 'BitMart'),
  later('bitmex', 'BitMEX'),
  later('ascendex', 'AscendEX'),
];
