import type { Outcome } from '../exchange/durable-exchange.ts';
import { postForm, submit } from './form.ts';
import { counted } from './format.ts';
import { html } from './html.ts';
import { page, type Reply, redirect } from './http.ts';
import { layout } from './layout.ts';
import { openOrdersPage } from './orders.ts';
import { addressOf, marketOf, pageNumber, whileRunning } from './orders-parts.ts';
import type { MemberVisit, Route } from './visit.ts';

/** The owner of an account may cancel here; trading itself goes by API. */

type Problem = { readonly status: number; readonly message: string };

/** Why it was not done, in words; null where it was. */
function problemOf(outcome: Outcome): Problem | null {
  switch (outcome.kind) {
    case 'done':
      return outcome.reply.ok
        ? null
        : {
            status: 409,
            message: 'This order is no longer open: it was filled or cancelled before. Nothing was done.',
          };
    case 'impossible':
      return { status: 422, message: 'There is no such order. Nothing was done.' };
    case 'not-taken':
      return notTaken(outcome.reason);
  }
}

function notTaken(reason: Extract<Outcome, { kind: 'not-taken' }>['reason']): Problem {
  switch (reason) {
    case 'queue-full':
      return { status: 503, message: 'Too much is waiting just now, so nothing was done. Try again.' };
    case 'closed':
    case 'stopped':
      return { status: 503, message: 'The practice exchange has stopped, so nothing was done. Start it again.' };
    case 'unknown':
      return { status: 503, message: 'The practice exchange stopped in the middle. The next start finds out.' };
  }
}

function backTo(list: { readonly market: string | null; readonly page: number }, done: string): string {
  const address = addressOf('/orders', list);
  return `${address}${address.includes('?') ? '&' : '?'}done=${done}`;
}

async function cancel(visit: MemberVisit): Promise<Reply> {
  const { form, site, account } = visit;
  const filter = marketOf(visit, form.get('filter'));
  const list = { market: filter, page: form.get('page') };
  const orderId = Number(form.get('order'));
  const market = form.get('market') ?? '';
  if (!Number.isSafeInteger(orderId) || orderId <= 0)
    return openOrdersPage(visit, list, { status: 422, message: 'There is no such order. Nothing was done.' });
  const outcome = await site.exchange.submit({ kind: 'cancel', account: account.id, order: { market, orderId } });
  const problem = problemOf(outcome);
  return problem === null
    ? redirect(backTo({ market: filter, page: pageNumber(list.page) }, `cancelled&order=${orderId}`))
    : openOrdersPage(visit, list, problem);
}

/** Asks once more: it cannot be undone, and the places in the queues are lost. */
function cancelAllPage(visit: MemberVisit): Reply {
  const market = marketOf(visit, visit.url.searchParams.get('market'));
  const count = visit.site.exchange.query.openOrders(visit.account.id, market).length;
  if (count === 0) return redirect(addressOf('/orders', { market }));
  const where = market === null ? 'on every market' : `on ${market}`;
  const form = postForm(visit, {
    action: '/orders/cancel-all',
    name: 'Cancel all orders',
    body: [
      html`<input type="hidden" name="market" value="${market ?? ''}">`,
      html`<p>${counted(count, 'order')} ${where} ${count === 1 ? 'is' : 'are'} open now. Orders that come in until you press the button are cancelled as well.</p>`,
      html`<div class="actions">${submit('Cancel all', 'danger')}<a class="button plain" href="${addressOf('/orders', { market })}">Keep them</a></div>`,
    ],
  });
  return page(
    layout(visit, {
      title: 'Cancel all orders?',
      section: 'orders',
      narrow: true,
      body: html`<div class="panel">${form}</div>`,
    }),
  );
}

async function cancelAll(visit: MemberVisit): Promise<Reply> {
  const market = marketOf(visit, visit.form.get('market'));
  const { account, site } = visit;
  const outcome = await site.exchange.submit({ kind: 'cancel-all', account: account.id, market, types: null });
  const problem = problemOf(outcome);
  return problem === null
    ? redirect(backTo({ market, page: 1 }, 'all-cancelled'))
    : openOrdersPage(visit, { market, page: null }, problem);
}

export const orderCancelRoutes: readonly Route[] = [
  { method: 'POST', path: '/orders/cancel', access: 'member', handle: whileRunning(cancel) },
  { method: 'GET', path: '/orders/cancel-all', access: 'member', handle: whileRunning(cancelAllPage) },
  { method: 'POST', path: '/orders/cancel-all', access: 'member', handle: whileRunning(cancelAll) },
];
