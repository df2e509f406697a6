import type { OrderView } from '../engine/events.ts';
import { alignedAmount, counted, decimalsOf, utc } from './format.ts';
import { type Html, html } from './html.ts';
import type { Reply } from './http.ts';
import {
  addressOf,
  amountsOf,
  filters,
  idCell,
  marketCell,
  marketChoice,
  marketOf,
  msOf,
  orderCell,
  ordersPage,
  PAGE_ROWS,
  pageNumber,
  pager,
  priceCell,
  SIDES,
  whileRunning,
  withTicker,
} from './orders-parts.ts';
import type { MemberVisit, Route } from './visit.ts';

const PATH = '/orders';

/** The number in the address is only ever digits: anybody can write an address, but no sentence into it. */
function doneNote({ url }: MemberVisit): string | undefined {
  const number = /^\d{1,15}$/.exec(url.searchParams.get('order') ?? '')?.[0];
  switch (url.searchParams.get('done')) {
    case 'cancelled':
      return number === undefined ? 'The order is cancelled.' : `Order ${number} is cancelled.`;
    case 'all-cancelled':
      return 'Every order that was open is cancelled.';
    default:
      return undefined;
  }
}

type List = { readonly market: string | null; readonly page: number };

function cancelForm(visit: MemberVisit, order: OrderView, list: List): Html {
  const { amount, amountTicker } = amountsOf(order);
  const what = `${SIDES[order.side]} ${amount} ${amountTicker} on ${order.spec.name}`;
  return html`<form method="post" action="/orders/cancel"><input type="hidden" name="form_token" value="${visit.formToken}"><input type="hidden" name="market" value="${order.spec.name}"><input type="hidden" name="order" value="${String(order.id)}"><input type="hidden" name="filter" value="${list.market ?? ''}"><input type="hidden" name="page" value="${String(list.page)}"><button type="submit" class="button plain small" aria-label="Cancel order ${String(order.id)}: ${what}">Cancel</button></form>`;
}

type Room = { readonly price: number; readonly amount: number };

function row(visit: MemberVisit, order: OrderView, list: List, room: Room): Html {
  const { amount, amountTicker, filled, held, heldTicker } = amountsOf(order);
  return html`<tr>
<td class="time" data-label="Made (UTC)">${utc(msOf(order.ctimeUs))}</td>
${marketCell(order)}
${orderCell(order)}
${priceCell(order, room.price)}
<td class="num" data-label="Amount"><span class="two-lines"><span>${alignedAmount(amount, room.amount)} <span class="muted ticker">${amountTicker}</span></span>${!filled.isZero() && html`<span class="second">${withTicker(filled, order.spec.base.ticker)} filled</span>`}</span></td>
<td class="num" data-label="Holds">${withTicker(held, heldTicker)}</td>
${idCell('Order id', order.id, order.clientOrderId)}
<td class="links">${cancelForm(visit, order, list)}</td>
</tr>`;
}

function empty(market: string | null): Html {
  return market === null
    ? html`<div class="empty"><p>No open orders. The owner of this account trades by API.</p><p><a class="button plain" href="/settings/api">API keys</a></p></div>`
    : html`<div class="empty"><p>No open orders on ${market}.</p><p><a class="button plain" href="/orders">All markets</a></p></div>`;
}

function table(visit: MemberVisit, shown: readonly OrderView[], list: List): Html {
  const room: Room = {
    price: Math.max(0, ...shown.map((order) => decimalsOf(amountsOf(order).price ?? amountsOf(order).filled))),
    amount: Math.max(0, ...shown.map((order) => decimalsOf(amountsOf(order).amount))),
  };
  return html`<div class="table-frame"><table class="history orders">
<caption class="visually-hidden">Open orders, newest first</caption>
<thead><tr><th scope="col">Made (UTC)</th><th scope="col">Market</th><th scope="col">Order</th><th scope="col" class="num">Price</th><th scope="col" class="num">Amount</th><th scope="col" class="num">Holds</th><th scope="col">Order id</th><th scope="col"><span class="visually-hidden">Actions</span></th></tr></thead>
<tbody>${shown.map((order) => row(visit, order, list, room))}</tbody>
</table></div>`;
}

/** Orders end while one looks: the script asks again every few seconds, and the time tells how old this is. */
function asOf(visit: MemberVisit, address: string): Html {
  const iso = new Date(visit.nowMs).toISOString();
  return html`As of <time datetime="${iso}">${iso.slice(11, 19)} UTC</time> · <a href="${address}">Refresh</a>`;
}

/** With a problem: why an order could not be cancelled, above the list as it is now. */
export function openOrdersPage(
  visit: MemberVisit,
  asked: { readonly market: string | null; readonly page: string | null },
  problem: { readonly status: number; readonly message: string } | null = null,
): Reply {
  const market = marketOf(visit, asked.market);
  const all = visit.site.exchange.query.openOrders(visit.account.id, market);
  const pages = Math.max(1, Math.ceil(all.length / PAGE_ROWS));
  const current = Math.min(pages, pageNumber(asked.page));
  const shown = all.slice((current - 1) * PAGE_ROWS, current * PAGE_ROWS);
  const list = { market, page: current };
  const address = addressOf(PATH, list);
  const cancelAll =
    all.length > 0 &&
    html`<a class="button plain small danger-text" href="${addressOf('/orders/cancel-all', { market })}">Cancel all ${counted(all.length, 'order')}${market !== null && ` on ${market}`}</a>`;
  return ordersPage(visit, 'open', {
    market,
    note: doneNote(visit),
    problem: problem?.message ?? null,
    status: problem?.status ?? 200,
    body: html`<div data-live-from="${address}" tabindex="-1"><div class="wallet-head">${filters(PATH, [marketChoice(visit, market)])}<p class="as-of" data-live-part="as-of">${asOf(visit, address)}</p><span data-live-part="cancel-all">${cancelAll}</span></div>
<div data-live-part="list">${
      all.length === 0
        ? empty(market)
        : [
            table(visit, shown, list),
            html`<div class="wallet-head"><p class="muted foot-note">${counted(all.length, 'open order')}.</p>${pager(PATH, { market }, current, current < pages)}</div>`,
          ]
    }</div></div>`,
  });
}

function openOrders(visit: MemberVisit): Reply {
  const { searchParams } = visit.url;
  return openOrdersPage(visit, { market: searchParams.get('market'), page: searchParams.get('page') });
}

export const orderRoutes: readonly Route[] = [
  { method: 'GET', path: PATH, access: 'member', handle: whileRunning(openOrders) },
];
