import { Decimal } from '../../src/core/decimal.ts';
import type { DealEvent } from '../engine/events.ts';
import type { Asset, WalletBalance, WalletEvent } from '../ports.ts';
import { alignedAmount, amount, amountText, decimalsOf, utc } from './format.ts';
import { type Html, html, type Part } from './html.ts';
import type { Reply } from './http.ts';
import { ALWAYS, dealAmounts } from './orders-history.ts';
import { msOf, PAGE_ROWS, pageNumber, pager, whileRunning, withTicker } from './orders-parts.ts';
import type { MemberVisit, Route } from './visit.ts';
import { price } from './wallet.ts';
import { walletPage } from './wallet-parts.ts';

/** What is there to trade with, and what moved it. */

const PATH = '/wallet/trade';
const VALUE_TICKER = 'USDT';
const VALUE_PLACES = 2;
/** A page is found by merging everything newer: beyond so many pages the two histories tell more, and faster. */
const PAGES_MAX = 100;

type Row = {
  readonly asset: Asset;
  readonly balance: WalletBalance;
  readonly total: Decimal;
  /** In USDT by the last prices; null where no market says. */
  readonly value: Decimal | null;
};

function rowsOf(visit: MemberVisit): readonly Row[] {
  const balances = visit.site.accounts.balances(visit.account.id, 'trade');
  return visit.site.market.assets().flatMap((asset) => {
    const balance = balances.get(asset.ticker);
    const total = balance === undefined ? Decimal.ZERO : balance.available.add(balance.freeze);
    if (balance === undefined || total.isZero()) return [];
    const unit = price(visit.site, asset.ticker, visit.nowMs);
    return [{ asset, balance, total, value: unit === null ? null : total.mul(unit) }];
  });
}

function estimate(rows: readonly Row[]): Html {
  const value = Decimal.sum(rows.map((row) => row.value ?? Decimal.ZERO));
  const unpriced = rows.filter((row) => row.value === null).map((row) => row.asset.ticker);
  const without =
    unpriced.length > 0 &&
    html` <span class="muted">without ${unpriced.join(', ')}: no price in ${VALUE_TICKER}</span>`;
  return html`<dl class="estimate"><dt>Value of the trade wallet</dt><dd><span class="big number">${amountText(value, VALUE_PLACES)}</span> ${VALUE_TICKER}${without} <span class="muted">at the last prices</span></dd></dl>`;
}

function balanceRow({ asset, balance, total, value }: Row, decimals: number): Html {
  const held = balance.freeze;
  return html`<tr>
<th scope="row"><span class="stock">${asset.ticker}</span> <span class="asset-title">${asset.title}</span></th>
<td class="num" data-label="Available">${alignedAmount(balance.available, decimals)}</td>
<td class="num${held.isZero() && ' zero'}" data-label="In orders">${alignedAmount(held, decimals)}</td>
<td class="num" data-label="Total">${alignedAmount(total, decimals)}</td>
<td class="num" data-label="Value in ${VALUE_TICKER}">${value === null ? html`<span class="muted">no price</span>` : amount(value, VALUE_PLACES)}</td>
</tr>`;
}

function balancesTable(rows: readonly Row[]): Html {
  const decimals = Math.max(
    0,
    ...rows.flatMap(({ balance, total }) => [balance.available, balance.freeze, total].map(decimalsOf)),
  );
  return html`<div class="table-frame"><table class="balances trade-wallet">
<caption class="visually-hidden">Trade wallet by asset</caption>
<thead><tr><th scope="col">Asset</th><th scope="col" class="num">Available</th><th scope="col" class="num">In orders</th><th scope="col" class="num">Total</th><th scope="col" class="num">Value in ${VALUE_TICKER}</th></tr></thead>
<tbody>${rows.map((row) => balanceRow(row, decimals))}</tbody>
</table></div>`;
}

type Happening = {
  readonly atMs: number;
  readonly what: string;
  readonly changes: Part;
  readonly fee: Part;
  readonly details: Part;
};

const NO_FEE = html`<span class="muted">—</span>`;

function change(sign: '+' | '−', value: Decimal, ticker: string): Html {
  return html`<span>${sign}${withTicker(value, ticker)}</span>`;
}

/** Which way a transfer moved the trade wallet; null for what moved other wallets only. */
function tradeSign({ kind, address }: WalletEvent): '+' | '−' | null {
  if (kind !== 'transfer') return null;
  const [from, to] = address.split(' to ');
  if (to === 'trade') return '+';
  return from === 'trade' ? '−' : null;
}

function happeningOfEvent(event: WalletEvent): Happening | null {
  const sign = tradeSign(event);
  if (sign === null) return null;
  return {
    atMs: event.atMs,
    what: 'Transfer',
    changes: change(sign, event.amount, event.ticker),
    fee: NO_FEE,
    details: event.address,
  };
}

function happeningOfDeal(deal: DealEvent): Happening {
  const { price: at, amount: base, money, fee } = dealAmounts(deal);
  const [plus, minus] = deal.side === 'buy' ? (['+', '−'] as const) : (['−', '+'] as const);
  return {
    atMs: msOf(deal.atUs),
    what: deal.side === 'buy' ? 'Bought' : 'Sold',
    changes: html`<span class="two-lines">${change(plus, base, deal.spec.base.ticker)}${change(minus, money, deal.spec.quote.ticker)}</span>`,
    fee: fee.isZero() ? NO_FEE : change('−', fee, deal.feeAsset.ticker),
    details: html`<span class="two-lines"><span>${deal.spec.name} at ${amount(at)}</span><span class="second">order ${String(deal.orderId)}</span></span>`,
  };
}

function happeningRow({ atMs, what, changes, fee, details }: Happening): Html {
  return html`<tr>
<td class="time" data-label="When (UTC)">${utc(atMs)}</td>
<th scope="row" data-label="What">${what}</th>
<td class="num" data-label="Change">${changes}</td>
<td class="num${fee === NO_FEE && ' zero'}" data-label="Fee">${fee}</td>
<td class="happening" data-label="Details">${details}</td>
</tr>`;
}

/** The newest `count` of what moved this wallet, newest first. */
function newest(visit: MemberVisit, count: number): readonly Happening[] {
  const { accounts, exchange } = visit.site;
  const deals = exchange.history.deals({
    account: visit.account.id,
    market: null,
    which: { window: ALWAYS },
    page: { limit: count, offset: 0 },
  });
  const moves = accounts.walletEvents(visit.account.id).flatMap((event) => happeningOfEvent(event) ?? []);
  return [...moves.slice(0, count), ...deals.map(happeningOfDeal)]
    .sort((first, second) => second.atMs - first.atMs)
    .slice(0, count);
}

function happened(visit: MemberVisit): Part {
  const current = Math.min(PAGES_MAX, pageNumber(visit.url.searchParams.get('page')));
  const found = newest(visit, current * PAGE_ROWS + 1);
  const shown = found.slice((current - 1) * PAGE_ROWS, current * PAGE_ROWS);
  const title = html`<h2 class="table-title">What happened</h2>`;
  if (shown.length === 0) return [title, html`<p class="empty">Nothing yet.</p>`];
  return [
    title,
    html`<div class="table-frame"><table class="history orders">
<caption class="visually-hidden">Transfers in and out and trades, newest first</caption>
<thead><tr><th scope="col">When (UTC)</th><th scope="col">What</th><th scope="col" class="num">Change</th><th scope="col" class="num">Fee</th><th scope="col">Details</th></tr></thead>
<tbody>${shown.map(happeningRow)}</tbody>
</table></div>`,
    html`<p class="muted foot-note">Changes less fees add up to the balances above, but for what the control interface set.</p>`,
    pager(PATH, { market: null }, current, found.length > current * PAGE_ROWS && current < PAGES_MAX),
  ];
}

function tradeWallet(visit: MemberVisit): Reply {
  const rows = rowsOf(visit);
  const start = html`<div class="empty"><p>The trade wallet is empty. Orders are paid from it: move money here from main.</p><p class="actions centered"><a class="button primary" href="/wallet/transfer">Transfer</a><a class="button plain" href="/wallet/faucet">Add practice money</a></p></div>`;
  return walletPage(visit, 'trade', {
    body: [
      rows.length === 0
        ? start
        : [
            html`<div class="wallet-head">${estimate(rows)}<a class="button plain small" href="/orders">Open orders</a></div>`,
            balancesTable(rows),
          ],
      happened(visit),
    ],
  });
}

export const tradeWalletRoutes: readonly Route[] = [
  { method: 'GET', path: PATH, access: 'member', handle: whileRunning(tradeWallet) },
];
