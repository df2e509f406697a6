import type { PublicTrade } from '../ports.ts';
import { unitDecimal } from './book.ts';
import { mix, uniform } from './noise.ts';
import { FIRST_SEC, type MarketPath, shareWhole } from './path.ts';

/** Room for the trades of one second in the numbering, which must grow with time without being stored. */
const IDS_A_SECOND = 8;
const EXTRA_TRADES_MAX = 4;
/** A quiet market is not searched for ever: older trades than this are in nobody's recent list. */
const SEARCH_SEC = 6 * 3600;
const MINUTE_SEC = 60;

/** Newest first: whole seconds only, those that ended at or before `nowSec`, so that the last trade is the last price. */
export function recentTrades(path: MarketPath, seed: number, nowSec: number, limit: number): PublicTrade[] {
  const trades: PublicTrade[] = [];
  const stop = Math.max(FIRST_SEC, nowSec - SEARCH_SEC);
  for (let sec = nowSec - 1; sec >= stop && trades.length < limit; sec -= 1) {
    const ofSecond = tradesOfSecond(path, seed, sec);
    for (let i = ofSecond.length - 1; i >= 0 && trades.length < limit; i -= 1) {
      const trade = ofSecond[i];
      if (trade !== undefined) trades.push(trade);
    }
  }
  return trades;
}

/** Oldest first. Their amounts add up to the second's volume; their prices touch its high and low and end at its close. */
export function tradesOfSecond(path: MarketPath, seed: number, sec: number): PublicTrade[] {
  const { listing } = path.model;
  const block = path.secondsOf(Math.floor(sec / MINUTE_SEC));
  const index = sec % MINUTE_SEC;
  const lots = block.lots[index] ?? 0;
  if (lots === 0) return [];
  const prices = pricesOfSecond(path, seed, sec);
  const amounts = shareWhole(
    lots,
    prices.map((_, i) => 0.1 + uniform(seed ^ 0x31, sec * IDS_A_SECOND + i) ** 2),
    1,
  );
  let before = path.ticks(block.levels[index] ?? 0);
  return prices.map((ticks, i) => {
    const id = (sec - FIRST_SEC) * IDS_A_SECOND + i + 1;
    const side = ticks === before ? (mix(seed ^ 0x32, id) & 1) === 0 : ticks > before;
    before = ticks;
    return {
      id,
      atMs: sec * 1000 + Math.floor(((i + uniform(seed ^ 0x33, id)) * 1000) / prices.length),
      price: unitDecimal(ticks, listing.moneyPrec),
      amount: unitDecimal(amounts[i] ?? 1, listing.stockPrec),
      side: side ? 'buy' : 'sell',
    };
  });
}

function pricesOfSecond(path: MarketPath, seed: number, sec: number): number[] {
  const block = path.secondsOf(Math.floor(sec / MINUTE_SEC));
  const index = sec % MINUTE_SEC;
  const open = path.ticks(block.levels[index] ?? 0);
  const close = path.ticks(block.levels[index + 1] ?? 0);
  const high = path.ticks(block.high[index] ?? 0);
  const low = path.ticks(block.low[index] ?? 0);
  const prices: number[] = [];
  const draw = mix(seed ^ 0x34, sec);
  if (high > Math.max(open, close)) prices.push(high);
  if (low < Math.min(open, close)) prices.push(low);
  if (prices.length === 2 && (draw & 1) === 0) prices.reverse();
  const spare = Math.min(block.lots[index] ?? 0, IDS_A_SECOND) - prices.length - 1;
  const extra = Math.min(spare, (draw >>> 8) % (EXTRA_TRADES_MAX + 1));
  for (let i = 0; i < extra; i += 1) {
    prices.push(low + (mix(draw, i) % (high - low + 1)));
  }
  prices.push(close);
  return prices;
}
