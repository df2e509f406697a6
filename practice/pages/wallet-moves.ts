import type { Asset, Wallet } from '../ports.ts';
import { alert, field, type Problem, postForm, problem, select, submit } from './form.ts';
import { html } from './html.ts';
import { type Reply, redirect } from './http.ts';
import type { MemberVisit, Route } from './visit.ts';
import { balanceOf, chosenAsset, typedAmount, WALLET_NAMES, WALLETS, walletPage } from './wallet-parts.ts';

/** What the faucet offers to begin with: enough to trade with, in the currency most markets are quoted in. */
const FAUCET_TICKER = 'USDT';
const FAUCET_AMOUNT = '10000';

const anyAsset = (): boolean => true;

function faucetPage(visit: MemberVisit, found: Problem | null): Reply {
  const ticker = visit.form.get('ticker') ?? visit.url.searchParams.get('ticker') ?? FAUCET_TICKER;
  const form = postForm(visit, {
    action: '/wallet/faucet',
    found,
    name: 'Add practice money',
    body: [
      select(
        'faucet',
        {
          name: 'ticker',
          label: 'Asset',
          value: ticker,
          choices: visit.site.market
            .assets()
            .map((asset) => ({ value: asset.ticker, text: `${asset.ticker} · ${asset.title}` })),
        },
        found,
      ),
      field(
        'faucet',
        {
          name: 'amount',
          label: 'Amount',
          value: visit.form.get('amount') ?? FAUCET_AMOUNT,
          inputmode: 'decimal',
          autocomplete: 'off',
          hint: 'Booked as a finished deposit into your main wallet. To trade with it, transfer it to trade.',
        },
        found,
      ),
      submit('Add practice money'),
    ],
  });
  return walletPage(visit, 'faucet', {
    lead: 'Money out of nothing, as much as you like. A real exchange has no such thing.',
    body: html`<div class="panel narrow">${form}</div>`,
    status: found === null ? 200 : 422,
  });
}

function faucet(visit: MemberVisit): Reply {
  const asset = visit.site.market.asset(visit.form.get('ticker') ?? '');
  if (asset === null) return faucetPage(visit, problem('ticker', 'This asset is not listed here. Choose another.'));
  const typed = typedAmount(visit, asset.precision);
  if (!typed.ok) return faucetPage(visit, typed.problem);
  const outcome = visit.site.accounts.faucet(visit.account.id, asset.ticker, typed.amount);
  return outcome.ok ? redirect('/wallet?done=funded') : faucetPage(visit, problem('amount', outcome.message));
}

function asWallet(text: string | null): Wallet | null {
  return WALLETS.find((wallet) => wallet === text) ?? null;
}

/**
 * The asset is chosen in the form itself: changing it throws nothing away. Every option carries what each wallet holds of
 * it, for the script to keep the words of From and To true.
 */
function transferAssets(visit: MemberVisit) {
  return visit.site.market.assets().map(({ ticker, title }) => ({
    value: ticker,
    text: `${ticker} · ${title}`,
    data: WALLETS.map((wallet) => html` data-${wallet}="${balanceOf(visit, wallet, ticker).available.toString()}"`),
  }));
}

function transferForm(visit: MemberVisit, asset: Asset, found: Problem | null) {
  const from = asWallet(visit.form.get('from')) ?? 'main';
  const to = asWallet(visit.form.get('to')) ?? 'trade';
  const choices = WALLETS.map((wallet) => {
    const { available } = balanceOf(visit, wallet, asset.ticker);
    return {
      value: wallet,
      text: `${WALLET_NAMES[wallet]} (${available.toString()} ${asset.ticker})`,
      data: html` data-available="${available.toString()}"`,
    };
  });
  return postForm(visit, {
    action: '/wallet/transfer',
    found,
    name: 'Transfer',
    body: [
      select(
        'transfer',
        { name: 'ticker', label: 'Asset', value: asset.ticker, choices: transferAssets(visit) },
        found,
      ),
      select('transfer', { name: 'from', label: 'From', value: from, choices }, found),
      select('transfer', { name: 'to', label: 'To', value: to, choices }, found),
      field(
        'transfer',
        {
          name: 'amount',
          label: 'Amount',
          value: visit.form.get('amount') ?? '',
          inputmode: 'decimal',
          autocomplete: 'off',
          hint: 'Between trade and collateral it takes two steps, through main. Free, at once.',
          after: html`<button type="button" class="copy needs-script" data-fill="transfer-amount" data-fill-from="transfer-from">Max</button>`,
        },
        found,
      ),
      submit('Transfer'),
    ],
  });
}

function transferPage(visit: MemberVisit, found: Problem | null, status = found === null ? 200 : 422): Reply {
  const asset = chosenAsset(visit, anyAsset);
  if (asset === null) return redirect('/wallet');
  return walletPage(visit, 'transfer', {
    lead: 'Between your own wallets.',
    body: html`<div class="panel narrow">${transferForm(visit, asset, found)}</div>`,
    status,
  });
}

async function transfer(visit: MemberVisit): Promise<Reply> {
  const asset = chosenAsset(visit, anyAsset);
  const from = asWallet(visit.form.get('from'));
  const to = asWallet(visit.form.get('to'));
  if (asset === null || from === null) return transferPage(visit, problem('from', 'Choose a wallet to take it from.'));
  if (to === null || to === from)
    return transferPage(visit, problem('to', 'Choose another wallet than the one it comes from.'));
  // Every place a balance has: fees leave places behind that no deposit could have.
  const typed = typedAmount(visit, null);
  if (!typed.ok) return transferPage(visit, typed.problem);
  const outcome = await visit.site.accounts.transfer(visit.account.id, asset.ticker, typed.amount, from, to);
  if (outcome.ok) return redirect('/wallet?done=transferred');
  if (outcome.code === 'busy') return transferPage(visit, problem(null, outcome.message), 503);
  // Without the form: it shows balances, and nobody can say what they are.
  if (outcome.code === 'outcome-unknown')
    return walletPage(visit, 'transfer', {
      body: html`<div class="panel narrow">${alert(outcome.message)}</div>`,
      status: 502,
    });
  return transferPage(visit, problem(outcome.code.includes('wallet') ? 'to' : 'amount', outcome.message));
}

export const walletMoveRoutes: readonly Route[] = [
  { method: 'GET', path: '/wallet/faucet', access: 'member', handle: (visit) => faucetPage(visit, null) },
  { method: 'POST', path: '/wallet/faucet', access: 'member', handle: faucet },
  { method: 'GET', path: '/wallet/transfer', access: 'member', handle: (visit) => transferPage(visit, null) },
  { method: 'POST', path: '/wallet/transfer', access: 'member', handle: transfer },
];
