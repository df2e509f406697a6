import { Decimal } from '../../src/core/decimal.ts';
import type { DayStatistics, Listing } from '../ports.ts';
import { amount, amountText, turnover, turnoverText } from './format.ts';
import { type Html, html } from './html.ts';
import { page, type Reply } from './http.ts';
import { layout } from './layout.ts';
import { statusWords } from './market-words.ts';
import type { Route, Site, Visit } from './visit.ts';

const DAY_SEC = 86_400;
const HOUR_SEC = 3_600;

const SPARK_WIDTH = 96;
const SPARK_HEIGHT = 28;

const HUNDRED = Decimal.parse('100');

/** Per cent over the day at two places; null where the day began at nothing. */
export function changePercent(statistics: DayStatistics): Decimal | null {
  if (statistics.open.isZero()) return null;
  return statistics.last.sub(statistics.open).mul(HUNDRED).div(statistics.open, 2, 'half-even');
}

function changeText(change: Decimal | null): string {
  if (change === null) return '—';
  const sign = change.sign() > 0 ? '+' : '';
  return `${sign}${amountText(change, 2)} %`;
}

function direction(change: Decimal | null): 'up' | 'down' | 'flat' {
  if (change === null || change.isZero()) return 'flat';
  return change.sign() > 0 ? 'up' : 'down';
}

const ARROWS = { up: '▲', down: '▼', flat: '' } as const;

/** The closes of the last 24 hours as a line; a drawing, so doubles are good enough. */
export function sparkPoints(closes: readonly number[]): string {
  const low = Math.min(...closes);
  const span = Math.max(...closes) - low;
  const step = SPARK_WIDTH / Math.max(1, closes.length - 1);
  return closes
    .map((close, index) => {
      const height = span === 0 ? 0.5 : (close - low) / span;
      return `${(index * step).toFixed(1)},${(SPARK_HEIGHT - 2 - height * (SPARK_HEIGHT - 4)).toFixed(1)}`;
    })
    .join(' ');
}

function spark(site: Site, name: string, nowSec: number, way: 'up' | 'down' | 'flat'): Html {
  const candles = site.market.candles(name, HOUR_SEC, nowSec - DAY_SEC, nowSec);
  if (candles.length < 2) return html`<span class="muted">—</span>`;
  const points = sparkPoints(candles.map((candle) => Number(candle.close)));
  return html`<svg class="spark ${way}" viewBox="0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}" width="${SPARK_WIDTH}" height="${SPARK_HEIGHT}" aria-hidden="true" focusable="false"><polyline points="${points}" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round"/></svg>`;
}

function row(site: Site, listing: Listing, nowMs: number): Html {
  const statistics = site.market.statistics(listing.name, nowMs, DAY_SEC);
  const change = changePercent(statistics);
  const way = direction(change);
  const places = listing.moneyPrec;
  const status = statusWords(site.market.status(listing.name));
  return html`<tr data-market="${listing.name}" data-money="${listing.money}">
<th scope="row"><span class="stock">${listing.stock}</span><span class="money">/${listing.money}</span><span class="market-status" data-cell="status"${status === null && html` hidden`}>${status}</span></th>
<td class="num" data-cell="last">${amount(statistics.last, places)}</td>
<td class="num ${way}" data-cell="change"><span aria-hidden="true" class="arrow">${ARROWS[way]}</span>${changeText(change)}</td>
<td class="num wide" data-cell="high">${amount(statistics.high, places)}</td>
<td class="num wide" data-cell="low">${amount(statistics.low, places)}</td>
<td class="num medium" data-cell="turnover">${turnover(statistics.volumeMoney)} <span class="muted">${listing.money}</span></td>
<td class="medium spark-cell">${spark(site, listing.name, Math.floor(nowMs / 1_000), way)}</td>
</tr>`;
}

/** Every market there ever was, by the rules of now: one that vanished from the list would leave its owner guessing. */
function everyMarket({ market, exchange }: Site): readonly Listing[] {
  return exchange.opening.listings.map((listing) => market.listing(listing.name) ?? listing);
}

function marketsPage(visit: Visit): Reply {
  const listings = everyMarket(visit.site);
  const moneys = [...new Set(listings.map((listing) => listing.money))];
  const body = html`<div class="market-tools needs-script">
<div class="search"><label class="visually-hidden" for="market-search">Search markets</label><input id="market-search" type="search" placeholder="Search markets" autocomplete="off" spellcheck="false"></div>
<div class="tabs" role="group" aria-label="Quoted in">
<button type="button" aria-pressed="true" data-money-filter="">All</button>
${moneys.map((money) => html`<button type="button" aria-pressed="false" data-money-filter="${money}">${money}</button>`)}
</div>
<span class="live" data-live><span class="dot" aria-hidden="true"></span><span data-live-words>live</span></span>
</div>
<div class="table-frame"><table class="markets" data-markets="/markets.json">
<caption class="visually-hidden">Markets with last price and the last 24 hours</caption>
<thead><tr><th scope="col">Market</th><th scope="col" class="num">Last price</th><th scope="col" class="num">24 h change</th><th scope="col" class="num wide">24 h high</th><th scope="col" class="num wide">24 h low</th><th scope="col" class="num medium">24 h turnover</th><th scope="col" class="medium">24 h</th></tr></thead>
<tbody>${listings.map((listing) => row(visit.site, listing, visit.nowMs))}</tbody>
</table></div>
<p class="empty needs-script" data-no-match hidden>No market of that name.</p>`;
  return page(layout(visit, { title: 'Markets', section: 'markets', body }));
}

/** Texts as the page prints them, so that the script only puts them in place. */
function marketsJson(visit: Visit): Reply {
  const { market } = visit.site;
  const markets = everyMarket(visit.site).map((listing) => {
    const statistics = market.statistics(listing.name, visit.nowMs, DAY_SEC);
    const change = changePercent(statistics);
    const way = direction(change);
    const price = (value: Decimal) => ({ exact: value.toString(), text: amountText(value, listing.moneyPrec) });
    return {
      name: listing.name,
      status: statusWords(market.status(listing.name)),
      last: price(statistics.last),
      high: price(statistics.high),
      low: price(statistics.low),
      turnover: { exact: statistics.volumeMoney.toString(), text: turnoverText(statistics.volumeMoney) },
      change: { way, arrow: ARROWS[way], text: changeText(change) },
    };
  });
  return { kind: 'json', status: 200, body: { atMs: visit.nowMs, markets } };
}

export const marketRoutes: readonly Route[] = [
  { method: 'GET', path: '/', access: 'anyone', handle: marketsPage },
  { method: 'GET', path: '/markets.json', access: 'anyone', handle: marketsJson },
];
