import { html } from './html.ts';
import { page, type Reply } from './http.ts';
import { layout } from './layout.ts';
import type { MemberVisit, Route } from './visit.ts';

/** The matching engine brings the list; until then nobody can have an order, so the empty list is the truth. */
function ordersPage(visit: MemberVisit): Reply {
  const body = html`<div class="empty"><p>No orders yet. The owner of this account trades by API.</p><p><a class="button plain" href="/settings/api">API keys</a></p></div>`;
  return page(layout(visit, { title: 'Orders', section: 'orders', body }));
}

export const orderRoutes: readonly Route[] = [{ method: 'GET', path: '/orders', access: 'member', handle: ordersPage }];
