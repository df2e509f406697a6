import { Decimal } from '../../src/core/decimal.ts';
import type { Asset, Wallet, WalletBalance, WalletEvent } from '../ports.ts';
import { age, alignedAmount, amount, amountText, counted, decimalsOf } from './format.ts';
import { type Html, html, type Part } from './html.ts';
import type { Reply } from './http.ts';
import type { MemberVisit, Route, Site } from './visit.ts';
import { WALLET_NAMES, WALLETS, walletPage } from './wallet-parts.ts';

const DAY_SEC = 86_400;
/** The currency of the estimate. */
const VALUE_TICKER = 'USDT';
const HISTORY_PAGE_ROWS = 50;

type Row = {
  readonly asset: Asset;
  readonly byWallet: Readonly<Record<Wallet, WalletBalance>>;
  readonly total: Decimal;
};

function rows(visit: MemberVisit): readonly Row[] {
  const { accounts, market } = visit.site;
  const nothing: WalletBalance = { available: Decimal.ZERO, freeze: Decimal.ZERO };
  const balances = Object.fromEntries(WALLETS.map((wallet) => [wallet, accounts.balances(visit.account.id, wallet)]));
  return market.assets().map((asset) => {
    const of = (wallet: Wallet) => balances[wallet]?.get(asset.ticker) ?? nothing;
    const byWallet = { main: of('main'), trade: of('trade'), collateral: of('collateral') };
    const total = Decimal.sum(Object.values(byWallet).flatMap((balance) => [balance.available, balance.freeze]));
    return { asset, byWallet, total };
  });
}

/** One unit in USDT by the last price, directly or through the asset's own quote; null where no market says. */
export function price(site: Site, ticker: string, nowMs: number): Decimal | null {
  if (ticker === VALUE_TICKER) return Decimal.ONE;
  const direct = site.market.listing(`${ticker}_${VALUE_TICKER}`);
  if (direct !== null) return site.market.statistics(direct.name, nowMs, DAY_SEC).last;
  // EUR is only ever a quote: BTC_USDT over BTC_EUR gives its rate.
  const across = site.market.listings().find((listing) => listing.money === ticker);
  const base = across === undefined ? null : site.market.listing(`${across.stock}_${VALUE_TICKER}`);
  if (across === undefined || base === null) return null;
  const inQuote = site.market.statistics(across.name, nowMs, DAY_SEC).last;
  if (inQuote.isZero()) return null;
  return site.market.statistics(base.name, nowMs, DAY_SEC).last.div(inQuote, 8, 'half-even');
}

function estimate(visit: MemberVisit, held: readonly Row[]): Html {
  let value = Decimal.ZERO;
  const unpriced: string[] = [];
  for (const row of held) {
    if (row.total.isZero()) continue;
    const unit = price(visit.site, row.asset.ticker, visit.nowMs);
    if (unit === null) unpriced.push(row.asset.ticker);
    else value = value.add(row.total.mul(unit));
  }
  return html`<dl class="estimate"><dt>Estimated value</dt><dd><span class="big number">${amountText(value, 2)}</span> ${VALUE_TICKER}${
    unpriced.length > 0 && html` <span class="muted">without ${unpriced.join(', ')}: no price in ${VALUE_TICKER}</span>`
  }<span class="muted"> at the last prices</span></dd></dl>`;
}

function balanceCell(balance: WalletBalance, wallet: Wallet, decimals: number): Html {
  const empty = balance.available.isZero() && balance.freeze.isZero();
  return html`<td class="num${empty && ' zero'}" data-label="${WALLET_NAMES[wallet]}">${alignedAmount(balance.available, decimals)}${
    !balance.freeze.isZero() && html`<span class="in-orders">${amount(balance.freeze)} in orders</span>`
  }</td>`;
}

function balanceRow(row: Row, decimals: number): Html {
  const { ticker, title, canDeposit, canWithdraw } = row.asset;
  const link = (path: string, text: string) =>
    html`<a class="row-link" href="/wallet/${path}?ticker=${encodeURIComponent(ticker)}" aria-label="${text} ${ticker}">${text}</a>`;
  return html`<tr${row.total.isZero() && html` data-zero`}>
<th scope="row"><span class="stock">${ticker}</span> <span class="asset-title">${title}</span></th>
${WALLETS.map((wallet) => balanceCell(row.byWallet[wallet], wallet, decimals))}
<td class="num${row.total.isZero() && ' zero'}" data-label="Total">${alignedAmount(row.total, decimals)}</td>
<td class="links">${link('transfer', 'Transfer')} ${canDeposit && link('deposit', 'Deposit')} ${canWithdraw && link('withdraw', 'Withdraw')}</td>
</tr>`;
}

function balancesPage(visit: MemberVisit): Reply {
  const all = rows(visit);
  const hide = visit.url.searchParams.get('zero') === 'hide';
  const nothing = all.every((row) => row.total.isZero());
  const shown = hide ? all.filter((row) => !row.total.isZero()) : all;
  const decimals = Math.max(
    0,
    ...shown.flatMap((row) => [row.total, ...WALLETS.map((wallet) => row.byWallet[wallet].available)].map(decimalsOf)),
  );
  const toggle = html`<form method="get" action="/wallet" class="toggle"><label><input type="checkbox" name="zero" value="hide" data-submit${hide && html` checked`}> Hide zero balances</label> <button type="submit" class="button plain small without-script">Show</button></form>`;
  const start = html`<div class="empty"><p>This account is empty.</p><p><a class="button primary" href="/wallet/faucet">Add practice money</a></p></div>`;
  const table = html`<div class="table-frame"><table class="balances">
<caption class="visually-hidden">Balances by asset and wallet</caption>
<thead><tr><th scope="col">Asset</th><th scope="col" class="num">Main</th><th scope="col" class="num">Trade</th><th scope="col" class="num">Collateral</th><th scope="col" class="num">Total</th><th scope="col"><span class="visually-hidden">Actions</span></th></tr></thead>
<tbody>${shown.map((row) => balanceRow(row, decimals))}</tbody>
</table></div>
<p class="muted foot-note">Deposits and withdrawals go through main, spot orders through trade, margin through collateral.</p>`;
  return walletPage(visit, 'balances', {
    body: [
      nothing && start,
      html`<div class="wallet-head">${estimate(visit, all)}${toggle}</div>`,
      (!nothing || !hide) && table,
    ],
  });
}

function kindWords(event: WalletEvent): { readonly text: string; readonly sign: '+' | '−' | '' } {
  switch (event.kind) {
    case 'deposit':
      return { text: 'Deposit', sign: '+' };
    case 'withdraw':
      return { text: 'Withdrawal', sign: '−' };
    case 'transfer':
      return { text: 'Transfer', sign: '' };
    case 'code-created':
      return { text: 'Code created', sign: '−' };
    case 'code-applied':
      return { text: 'Code applied', sign: '+' };
  }
}

/** WhiteBIT's numbers of deposit and withdrawal states, in words. */
function statusWords(status: number): string {
  switch (status) {
    case 3:
    case 7:
      return 'Successful';
    case 4:
    case 9:
      return 'Cancelled';
    case 5:
      return 'Unconfirmed';
    case 18:
      return 'Partially successful';
    case 21:
    case 31:
      return 'Frozen';
    case 22:
      return 'Uncredited';
    default:
      return 'Pending';
  }
}

/** Only what goes out names a place on a chain; the rest says in words where it came from. */
function details(event: WalletEvent): Part {
  if (event.address === '') return html`<span class="muted">—</span>`;
  if (event.kind !== 'withdraw') return event.address;
  return html`<code title="${event.address}">${event.address}</code>${event.network !== null && html` <span class="muted">${event.network}</span>`}`;
}

function eventRow(event: WalletEvent, nowMs: number): Html {
  const { text, sign } = kindWords(event);
  return html`<tr>
<td data-label="When">${age(event.atMs, nowMs)}</td>
<th scope="row" data-label="What">${text}</th>
<td class="num" data-label="Amount"><span class="number">${sign}${amount(event.amount)}</span> <span class="muted">${event.ticker}</span></td>
<td class="num${event.fee.isZero() && ' zero'}" data-label="Fee">${amount(event.fee)}</td>
<td data-label="Status">${statusWords(event.status)}</td>
<td class="address" data-label="Details">${details(event)}</td>
</tr>`;
}

function pager(current: number, pages: number): Part {
  if (pages < 2) return null;
  const link = (target: number, text: string) =>
    html`<a class="button plain small" href="/wallet/history?page=${target}">${text}</a>`;
  return html`<nav class="pager" aria-label="Pages of the history">${current > 1 && link(current - 1, 'Newer')}<span class="muted">Page ${current} of ${pages}</span>${current < pages && link(current + 1, 'Older')}</nav>`;
}

function historyPage(visit: MemberVisit): Reply {
  const events = visit.site.accounts.walletEvents(visit.account.id);
  if (events.length === 0) {
    return walletPage(visit, 'history', {
      body: html`<div class="empty"><p>Nothing has moved yet.</p><p><a class="button primary" href="/wallet/faucet">Add practice money</a></p></div>`,
    });
  }
  const pages = Math.ceil(events.length / HISTORY_PAGE_ROWS);
  const asked = Number.parseInt(visit.url.searchParams.get('page') ?? '1', 10);
  const current = Math.min(pages, Math.max(1, Number.isNaN(asked) ? 1 : asked));
  const part = events.slice((current - 1) * HISTORY_PAGE_ROWS, current * HISTORY_PAGE_ROWS);
  return walletPage(visit, 'history', {
    body: html`<div class="table-frame"><table class="history">
<caption class="visually-hidden">Movements, newest first</caption>
<thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col" class="num">Amount</th><th scope="col" class="num">Fee</th><th scope="col">Status</th><th scope="col">Details</th></tr></thead>
<tbody>${part.map((event) => eventRow(event, visit.nowMs))}</tbody>
</table></div>
<div class="wallet-head"><p class="muted foot-note">${counted(events.length, 'movement')}.</p>${pager(current, pages)}</div>`,
  });
}

export const walletRoutes: readonly Route[] = [
  { method: 'GET', path: '/wallet', access: 'member', handle: balancesPage },
  { method: 'GET', path: '/wallet/history', access: 'member', handle: historyPage },
];
