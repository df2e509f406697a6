/** Which markets are suggested and found for a key. Pure. */

import type { Market } from '../../../src/contract/trading.ts';
import { compareText } from '../../format/number.ts';
import { inGroup, searchMarkets, sortMarkets } from '../markets/find.ts';

/** What custody asks of a market of a real exchange, a day, in USDT: a thin market is where a stolen key would be drained. */
const LEAST_VOLUME = '1000000';
const THE_QUOTE = 'USDT';
/** As many as a person can still read through. */
const SUGGESTED = 20;

/** Known to be too thin; where the volume is in another asset nothing is claimed. */
export const isThin = ({ venue, quote, volumeQuote }: Market): boolean =>
  venue !== 'practice' && quote === THE_QUOTE && volumeQuote !== null && compareText(volumeQuote, LEAST_VOLUME) < 0;

const isTrading = ({ status }: Market): boolean => status === 'trading';

export function suggested(markets: readonly Market[], quote: string | null): readonly string[] {
  return found(markets, '', quote)
    .filter((market) => isTrading(market) && !isThin(market) && market.volumeQuote !== null)
    .slice(0, SUGGESTED)
    .map(({ symbol }) => symbol);
}

/** Most traded first. */
export function found(markets: readonly Market[], typed: string, quote: string | null): readonly Market[] {
  const here = quote === null ? markets : inGroup(markets, { kind: 'quote', quote }, []);
  return typed.trim() === '' ? sortMarkets(here, { by: 'volume', desc: true }) : searchMarkets(here, typed);
}

/** One choice has one spelling. */
export const spelled = (chosen: ReadonlySet<string>): string[] => [...chosen].sort((a, b) => (a < b ? -1 : 1));
