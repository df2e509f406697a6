import { Decimal } from '../../src/core/decimal.ts';
import type { Asset, Wallet, WalletBalance, WalletEvent } from '../ports.ts';
import { type Problem, problem } from './form.ts';
import { amountText } from './format.ts';
import { type Html, html, type Part } from './html.ts';
import { page, type Reply } from './http.ts';
import { layout } from './layout.ts';
import type { MemberVisit, Visit } from './visit.ts';

export const WALLETS: readonly Wallet[] = ['main', 'trade', 'collateral'];
export const WALLET_NAMES: Readonly<Record<Wallet, string>> = {
  main: 'Main',
  trade: 'Trade',
  collateral: 'Collateral',
};

export type WalletTab = 'balances' | 'trade' | 'transfer' | 'faucet' | 'deposit' | 'withdraw' | 'codes' | 'history';

const TABS: readonly { readonly tab: WalletTab; readonly href: string; readonly text: string }[] = [
  { tab: 'balances', href: '/wallet', text: 'Balances' },
  { tab: 'trade', href: '/wallet/trade', text: 'Trade wallet' },
  { tab: 'faucet', href: '/wallet/faucet', text: 'Add practice money' },
  { tab: 'transfer', href: '/wallet/transfer', text: 'Transfer' },
  { tab: 'deposit', href: '/wallet/deposit', text: 'Deposit' },
  { tab: 'withdraw', href: '/wallet/withdraw', text: 'Withdraw' },
  { tab: 'codes', href: '/wallet/codes', text: 'Codes' },
  { tab: 'history', href: '/wallet/history', text: 'History' },
];

type Done = { readonly kind: WalletEvent['kind']; readonly words: (event: WalletEvent, what: string) => string };

const DONE: Readonly<Record<string, Done>> = {
  funded: { kind: 'deposit', words: (_event, what) => `${what} of practice money is in your main wallet.` },
  transferred: { kind: 'transfer', words: ({ address }, what) => `Transferred ${what} from ${address}.` },
  withdrawn: { kind: 'withdraw', words: (_event, what) => `Withdrawn: ${what}. The money has left this account.` },
  'code-created': { kind: 'code-created', words: (_event, what) => `The code is made: ${what} left your main wallet.` },
  'code-applied': {
    kind: 'code-applied',
    words: (_event, what) => `The code is applied: ${what} is in your main wallet.`,
  },
};

/** The numbers come from the books and not from the address, where anybody could write others. */
function doneNote({ url, site, account }: MemberVisit): string | null {
  const word = url.searchParams.get('done') ?? '';
  const done = Object.hasOwn(DONE, word) ? DONE[word] : undefined;
  const event = done && site.accounts.walletEvents(account.id).find(({ kind }) => kind === done.kind);
  return done === undefined || event === undefined
    ? null
    : done.words(event, `${amountText(event.amount)} ${event.ticker}`);
}

export function walletPage(
  visit: MemberVisit,
  tab: WalletTab,
  content: { readonly title?: string; readonly lead?: Part; readonly body: Part; readonly status?: number },
): Reply {
  const note = doneNote(visit);
  const tabs = html`<nav class="tabs" aria-label="Wallet">${TABS.map((entry) => html`<a href="${entry.href}"${entry.tab === tab && html` aria-current="page"`}>${entry.text}</a>`)}</nav>`;
  return page(
    layout(visit, {
      title: content.title ?? 'Wallet',
      section: 'wallet',
      body: [
        tabs,
        note !== null && html`<p class="note" role="status">${note}</p>`,
        content.lead !== undefined && html`<p class="lead">${content.lead}</p>`,
        content.body,
      ],
    }),
    content.status ?? 200,
  );
}

const NOTHING: WalletBalance = { available: Decimal.ZERO, freeze: Decimal.ZERO };

export function balanceOf(visit: MemberVisit, wallet: Wallet, ticker: string): WalletBalance {
  return visit.site.accounts.balances(visit.account.id, wallet).get(ticker) ?? NOTHING;
}

/** The asset a form is about, from the form or the address; else the first that `suits`. */
export function chosenAsset(visit: Visit, suits: (asset: Asset) => boolean): Asset | null {
  const assets = visit.site.market.assets().filter(suits);
  const wanted = visit.form.get('ticker') ?? visit.url.searchParams.get('ticker') ?? 'USDT';
  return assets.find((asset) => asset.ticker === wanted) ?? assets[0] ?? null;
}

/** A small form of its own: what a page says about fee, minimum and balance depends on the asset. */
export function assetPicker(visit: Visit, action: string, chosen: Asset, suits: (asset: Asset) => boolean): Html {
  const assets = visit.site.market.assets().filter(suits);
  return html`<form class="form picker" method="get" action="${action}">
<div class="field"><label for="asset">Asset</label><div class="input"><select id="asset" name="ticker" data-submit>${assets.map(
    (asset) =>
      html`<option value="${asset.ticker}"${asset.ticker === chosen.ticker && html` selected`}>${asset.ticker} · ${asset.title}</option>`,
  )}</select><button type="submit" class="button plain small without-script">Choose</button></div></div>
</form>`;
}

/** As much as can be sent of what is there, cut to the places the form takes. */
export function maxButton(targetId: string, available: Decimal, precision: number): Part {
  const value = available.round(precision, 'floor').trim();
  return (
    value.sign() > 0 &&
    html`<button type="button" class="copy needs-script" data-fill="${targetId}" data-value="${value.toString()}">Max</button>`
  );
}

export function availableHint(value: Decimal, ticker: string, wallet: Wallet): Html {
  return html`Available in ${WALLET_NAMES[wallet].toLowerCase()}: <span class="number">${amountText(value)} ${ticker}</span>`;
}

export type AmountResult =
  | { readonly ok: true; readonly amount: Decimal }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Plain digits with a point. Thin and plain spaces between thousands, as the page prints them, are accepted. With
 * `precision` null the number of places is for the ledger to judge.
 */
export function typedAmount(visit: Visit, precision: number | null): AmountResult {
  const typed = (visit.form.get('amount') ?? '').replaceAll(/[\s\u2009]/g, '');
  const wrong = (message: string): AmountResult => ({ ok: false, problem: problem('amount', message) });
  if (typed === '') return wrong('The amount is missing. Enter one.');
  if (typed.includes(',')) return wrong('A comma is not understood here. Use a point, as in 0.5.');
  const value = Decimal.tryParse(typed);
  if (value === null) return wrong('This is not an amount. Enter digits with a point, as in 0.5.');
  if (value.sign() <= 0) return wrong('The amount has to be more than zero.');
  const trimmed = value.trim();
  if (precision !== null && trimmed.scale > precision) {
    return wrong(`That is too fine: at most ${precision} places after the point.`);
  }
  return { ok: true, amount: trimmed };
}
