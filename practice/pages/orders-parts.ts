import type { Decimal } from '../../src/core/decimal.ts';
import type { OrderView } from '../engine/events.ts';
import type { Side } from '../engine/order.ts';
import { isStop } from '../engine/order.ts';
import { decimalOf } from '../engine/scale.ts';
import { ExchangeStoppedError } from '../exchange/durable-exchange.ts';
import { alert } from './form.ts';
import { alignedAmount, amount, amountText } from './format.ts';
import { type Html, html, type Part } from './html.ts';
import { page, type Reply } from './http.ts';
import { layout } from './layout.ts';
import { statusWords } from './market-words.ts';
import type { MemberVisit, Visit } from './visit.ts';

/** What the three lists of orders and trades have in common. */

export type OrdersTab = 'open' | 'history' | 'trades';

const TABS: readonly { readonly tab: OrdersTab; readonly path: string; readonly text: string }[] = [
  { tab: 'open', path: '/orders', text: 'Open orders' },
  { tab: 'history', path: '/orders/history', text: 'Order history' },
  { tab: 'trades', path: '/orders/trades', text: 'Trade history' },
];

export const PAGE_ROWS = 50;
/** Nobody turns so many pages, and finding the rows of a page far behind takes long: that is what exports are for. */
const PAGES_MAX = 1_000;
/** Of a name that somebody wrote into an address. */
const NAME_SHOWN_MAX = 40;
const US_PER_MS = 1_000;

export type ListAddress = { readonly market: string | null; readonly status?: string | null; readonly page?: number };

export function addressOf(path: string, { market, status = null, page: number = 1 }: ListAddress): string {
  const query = new URLSearchParams();
  if (market !== null) query.set('market', market);
  if (status !== null) query.set('status', status);
  if (number > 1) query.set('page', String(number));
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A market that was never traded here is asked for. To do something about every market instead would be worse. */
class NoMarketError extends Error {
  override name = 'NoMarketError';
}

/** Null where none is asked for. Throws where it is one that there is not: `whileRunning` says so on a page. */
export function marketOf(visit: Visit, name: string | null): string | null {
  if (name === null || name === '') return null;
  if (visit.site.exchange.query.market(name) === null)
    throw new NoMarketError(`There is no market ${name.slice(0, NAME_SHOWN_MAX)}.`);
  return name;
}

export function pageNumber(text: string | null): number {
  const asked = Number.parseInt(text ?? '1', 10);
  return Number.isNaN(asked) ? 1 : Math.min(PAGES_MAX, Math.max(1, asked));
}

export function ordersPage(
  visit: MemberVisit,
  tab: OrdersTab,
  content: {
    readonly market: string | null;
    readonly body: Part;
    readonly note?: Part;
    readonly problem?: string | null;
    readonly status?: number;
  },
): Reply {
  const { market } = content;
  const tabs = html`<nav class="tabs" aria-label="Orders">${TABS.map((entry) => html`<a href="${addressOf(entry.path, { market })}"${entry.tab === tab && html` aria-current="page"`}>${entry.text}</a>`)}</nav>`;
  const problem = content.problem ?? null;
  const status = market === null ? null : statusWords(visit.site.market.status(market));
  return page(
    layout(visit, {
      title: 'Orders',
      section: 'orders',
      note: content.note,
      body: [
        tabs,
        problem !== null && alert(problem),
        html`<div data-live-part="status">${status !== null && alert(`${market} · ${status}`)}</div>`,
        content.body,
      ],
    }),
    content.status ?? 200,
  );
}

export type Choice = {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly choices: readonly { readonly value: string; readonly text: string }[];
};

export function marketChoice(visit: Visit, market: string | null): Choice {
  const names = visit.site.exchange.opening.listings.map(({ name }) => name).sort();
  return {
    name: 'market',
    label: 'Market',
    value: market ?? '',
    choices: [{ value: '', text: 'All markets' }, ...names.map((name) => ({ value: name, text: name }))],
  };
}

/** Small choosers beside each other; with the script they act at once. */
export function filters(path: string, choices: readonly Choice[]): Html {
  const one = ({ name, label, value, choices: all }: Choice): Html =>
    html`<label class="filter"><span>${label}</span> <select name="${name}" data-submit>${all.map((choice) => html`<option value="${choice.value}"${choice.value === value && html` selected`}>${choice.text}</option>`)}</select></label>`;
  return html`<form class="filters" method="get" action="${path}">${choices.map(one)}<button type="submit" class="button plain small without-script">Show</button></form>`;
}

export function pager(path: string, address: ListAddress, current: number, hasMore: boolean): Part {
  if (current === 1 && !hasMore) return null;
  const link = (target: number, text: string): Html =>
    html`<a class="button plain small" href="${addressOf(path, { ...address, page: target })}">${text}</a>`;
  return html`<nav class="pager" aria-label="Pages">${current > 1 && link(current - 1, 'Newer')}<span class="muted">Page ${current}</span>${hasMore && current < PAGES_MAX && link(current + 1, 'Older')}</nav>`;
}

/**
 * Answers with a page that says so where the exchange has stopped, as what it remembers then may never have happened, and
 * where there is no such market.
 */
export function whileRunning<V extends Visit>(
  handle: (visit: V) => Reply | Promise<Reply>,
): (visit: V) => Promise<Reply> {
  return async (visit) => {
    try {
      return await handle(visit);
    } catch (error) {
      if (error instanceof NoMarketError) return noMarketPage(visit, error.message);
      if (!(error instanceof ExchangeStoppedError)) throw error;
      const body = html`<div class="empty"><p>${error.message}</p><p>What you asked for last may or may not have been done: the next start finds out.</p></div>`;
      return page(layout(visit, { title: 'The exchange has stopped', section: 'none', body }), 503);
    }
  };
}

function noMarketPage(visit: Visit, message: string): Reply {
  const body = html`<div class="empty"><p>${message} Nothing was done.</p><p class="actions centered"><a class="button primary" href="/orders">Open orders on all markets</a><a class="button plain" href="/">Markets</a></p></div>`;
  return page(layout(visit, { title: 'No such market', section: 'orders', body }), 404);
}

export function msOf(us: number): number {
  return Math.floor(us / US_PER_MS);
}

/** The exact Decimals of an order. */
export function amountsOf(order: OrderView) {
  const { spec, side } = order;
  const feeAsset = side === 'buy' ? spec.base : spec.quote;
  const held = side === 'buy' ? spec.quote : spec.base;
  return {
    amount: decimalOf(order.amount, order.amountInQuote ? spec.quote.scale : spec.lotScale),
    amountTicker: (order.amountInQuote ? spec.quote : spec.base).ticker,
    price: order.priceTicks === 0 ? null : decimalOf(BigInt(order.priceTicks), spec.tickScale),
    trigger: order.activationTicks === 0 ? null : decimalOf(BigInt(order.activationTicks), spec.tickScale),
    filled: decimalOf(order.dealStock, spec.lotScale),
    filledMoney: decimalOf(order.dealMoney, spec.quote.scale),
    fee: decimalOf(order.dealFee, feeAsset.scale),
    feeTicker: feeAsset.ticker,
    held: decimalOf(order.frozen, held.scale),
    heldTicker: held.ticker,
  };
}

export const SIDES: Readonly<Record<Side, string>> = { buy: 'Buy', sell: 'Sell' };

/** `Buy` over `limit · post only`. */
export function orderCell(order: OrderView): Html {
  const flags = [order.type, order.postOnly && 'post only', order.ioc && 'IOC'].filter((flag) => flag !== false);
  return html`<td data-label="Order"><span class="two-lines"><span class="buy-sell">${SIDES[order.side]}</span><span class="second">${flags.join(' · ')}</span></span></td>`;
}

/** The order's own price, and under it what a stop order waits or waited for. */
export function priceCell(order: OrderView, decimals: number): Html {
  const { price, trigger } = amountsOf(order);
  const sign = order.side === 'buy' ? '≥' : '≤';
  const stop =
    isStop(order) &&
    trigger !== null &&
    html`<span class="second">${order.activated ? 'triggered' : 'waits for'} ${sign} ${amountText(trigger)}</span>`;
  const own = price === null ? html`<span class="muted">market</span>` : alignedAmount(price, decimals);
  return html`<td class="num" data-label="Price"><span class="two-lines">${own}${stop}</span></td>`;
}

export function marketCell(order: Pick<OrderView, 'spec'>): Html {
  const { base, quote } = order.spec;
  return html`<th scope="row" data-label="Market"><span><span class="stock">${base.ticker}</span><span class="money">/${quote.ticker}</span></span></th>`;
}

/** The number of an order, and under it the name its owner gave it. */
export function idCell(label: string, id: number, clientOrderId: string): Html {
  return html`<td class="order-id" data-label="${label}"><span class="two-lines"><span class="number">${String(id)}</span>${clientOrderId !== '' && html`<span class="second client-id" title="${clientOrderId}">${clientOrderId}</span>`}</span></td>`;
}

export function withTicker(value: Decimal, ticker: string): Html {
  return html`<span class="of">${amount(value)} <span class="muted">${ticker}</span></span>`;
}
