/** The markets of the exchanges that this desk reaches. */

import type { Market } from '../../contract/trading.ts';
import type { VenueId } from '../../core/ids.ts';
import { Refusal } from '../refusal.ts';
import type { DeskVenues } from '../venues.ts';
import type { ListedMarket, MarketFeed } from './ports.ts';

/** Of one exchange, or of all that answer now. Throws the refusal where none does. */
export async function listMarkets(
  venues: DeskVenues,
  feed: Pick<MarketFeed, 'markets'>,
  only: VenueId | null,
): Promise<Market[]> {
  const wanted = [...venues.values()].filter(({ id }) => only === null || id === only);
  const answers = await Promise.all(wanted.map(async (venue) => ({ venue, answer: await feed.markets(venue.id) })));
  const told = answers.flatMap(({ venue, answer }) => (answer.ok ? [{ venue, markets: answer.value }] : []));
  if (told.length === 0) {
    const names = wanted.map(({ guide }) => guide.name).join(', ');
    throw new Refusal('market_data_unavailable', `${names} did not tell its markets.`, 'Try again in some seconds.');
  }
  return told.flatMap(({ venue, markets }) =>
    markets
      .filter(({ instrument }) => instrument.kind === 'spot')
      .map((market) => marketView(venue.id, venue.guide.name, market)),
  );
}

function marketView(venue: VenueId, venueName: string, { instrument, ticker }: ListedMarket): Market {
  const { symbol, base, quote, tick, lot, quantityMin, notionalMin, notionalMax, makerFee, takerFee } = instrument;
  return {
    ...{ venue, venueName, symbol, base, quote },
    tick: tick.toString(),
    lot: lot.toString(),
    quantityMin: quantityMin.toString(),
    notionalMin: notionalMin.toString(),
    notionalMax: notionalMax?.toString() ?? null,
    makerFee: makerFee.toString(),
    takerFee: takerFee.toString(),
    status: instrument.status ?? 'trading',
    last: ticker?.last.toString() ?? null,
    changePercent: ticker?.changePercent.toString() ?? null,
    volumeQuote: ticker?.volumeQuote.toString() ?? null,
  };
}
