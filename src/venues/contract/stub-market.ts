/** Market data in the shapes that WhiteBIT is documented to have, for the stub. */

const LEVELS = 100;
const TRADES = 100;
const PRICE = 64_123;
const INTERVALS: Readonly<Record<string, number>> = { '1s': 1, '1m': 60, '1h': 3_600, '1d': 86_400 };

const refused = (field: string, text: string): unknown => ({
  success: false,
  message: { [field]: [text] },
  result: null,
});

/** One candle for each interval from `start` to `end`; close comes before high. */
export function stubKline(query: URLSearchParams, nowSec: number): unknown {
  if (query.get('market') !== 'BTC_USDT') return refused('market', 'Market is not available.');
  const intervalSec = INTERVALS[query.get('interval') ?? ''];
  if (intervalSec === undefined) return refused('interval', 'The selected interval is invalid.');
  const [start, end] = [Number(query.get('start')), Number(query.get('end') ?? nowSec)];
  const result: unknown[] = [];
  for (let at = Math.ceil(start / intervalSec) * intervalSec; at <= Math.min(end, nowSec); at += intervalSec)
    result.push([at, '64123.1', '64123.2', '64124', '64120.5', '1.25', '80154']);
  return { success: true, message: null, result };
}

export function stubBook(market: string, nowMs: number): unknown {
  const side = (step: number) =>
    Array.from({ length: LEVELS }, (_, rank) => [String(PRICE + step * (rank + 1)), '0.5']);
  return { ticker_id: market, timestamp: Math.floor(nowMs / 1_000), asks: side(1), bids: side(-1) };
}

/** Coins are called quote_volume here, money base_volume. */
export function stubTrades(nowMs: number): unknown {
  return Array.from({ length: TRADES }, (_, age) => ({
    tradeID: 158_056_419 - age,
    price: String(PRICE),
    quote_volume: '0.00125',
    base_volume: '80.15375',
    trade_timestamp: Math.floor(nowMs / 1_000) - age,
    type: age % 2 === 0 ? 'buy' : 'sell',
    rpi: false,
  }));
}
