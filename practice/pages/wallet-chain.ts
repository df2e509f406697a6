import type { Asset } from '../ports.ts';
import { codeField, spendCode } from './authenticator.ts';
import { alert, copyButton, field, type Problem, postForm, problem, select, submit } from './form.ts';
import { amountText } from './format.ts';
import { type Html, html } from './html.ts';
import { type Reply, redirect } from './http.ts';
import type { MemberVisit, Route } from './visit.ts';
import {
  assetPicker,
  availableHint,
  balanceOf,
  chosenAsset,
  maxButton,
  typedAmount,
  walletPage,
} from './wallet-parts.ts';

/** Longer than any address or memo in use; a longer text is a paste gone wrong. */
const ADDRESS_LENGTH_MAX = 200;

const depositable = (asset: Asset): boolean => asset.canDeposit;
const withdrawable = (asset: Asset): boolean => asset.canWithdraw;

function network(visit: MemberVisit, asset: Asset): string | null {
  const wanted = visit.form.get('network') ?? visit.url.searchParams.get('network');
  return asset.networks.find((name) => name === wanted) ?? asset.networks[0] ?? null;
}

function depositPage(visit: MemberVisit): Reply {
  const asset = chosenAsset(visit, depositable);
  if (asset === null) return redirect('/wallet');
  const chain = network(visit, asset);
  const outcome = visit.site.accounts.depositAddress(visit.account.id, asset.ticker, chain);
  const networks =
    asset.networks.length > 1 &&
    html`<nav class="tabs small" aria-label="Network">${asset.networks.map((name) => html`<a href="/wallet/deposit?ticker=${encodeURIComponent(asset.ticker)}&amp;network=${encodeURIComponent(name)}"${name === chain && html` aria-current="true"`}>${name}</a>`)}</nav>`;
  const address: Html = outcome.ok
    ? html`<div class="credential-row"><label for="deposit-address">Deposit address${chain !== null && html` <span class="optional">${chain}</span>`}</label><div class="input"><input id="deposit-address" class="mono" readonly value="${outcome.value.address}">${copyButton(outcome.value.address, 'deposit address')}</div></div>
${outcome.value.memo !== null && html`<div class="credential-row"><label for="deposit-memo">Memo</label><div class="input"><input id="deposit-memo" class="mono" readonly value="${outcome.value.memo}">${copyButton(outcome.value.memo, 'memo')}</div></div>`}`
    : alert(outcome.message);
  return walletPage(visit, 'deposit', {
    lead: 'Addresses look like real ones and lead nowhere. Never send real coins to them.',
    body: html`<div class="panel narrow">${assetPicker(visit, '/wallet/deposit', asset, depositable)}${networks}${address}
<p class="hint">No chain is watched. To have money arrive, <a href="/wallet/faucet?ticker=${encodeURIComponent(asset.ticker)}">add practice money</a>.</p></div>`,
  });
}

function withdrawForm(visit: MemberVisit, asset: Asset, found: Problem | null): Html {
  const { available } = balanceOf(visit, 'main', asset.ticker);
  const kept = (name: string) => visit.form.get(name) ?? '';
  return postForm(visit, {
    action: '/wallet/withdraw',
    found,
    name: 'Withdraw',
    body: [
      html`<input type="hidden" name="ticker" value="${asset.ticker}">`,
      asset.networks.length > 0 &&
        select(
          'withdraw',
          {
            name: 'network',
            label: 'Network',
            value: network(visit, asset) ?? '',
            choices: asset.networks.map((name) => ({ value: name, text: name })),
          },
          found,
        ),
      field(
        'withdraw',
        {
          name: 'address',
          label: 'Address',
          value: kept('address'),
          autocomplete: 'off',
          maxLength: ADDRESS_LENGTH_MAX,
        },
        found,
      ),
      field(
        'withdraw',
        {
          name: 'memo',
          label: 'Memo',
          value: kept('memo'),
          autocomplete: 'off',
          optional: true,
          maxLength: ADDRESS_LENGTH_MAX,
        },
        found,
      ),
      field(
        'withdraw',
        {
          name: 'amount',
          label: `Amount in ${asset.ticker}`,
          value: kept('amount'),
          inputmode: 'decimal',
          autocomplete: 'off',
          hint: html`${availableHint(available, asset.ticker, 'main')}. Minimum ${amountText(asset.minWithdraw)}, fee ${amountText(asset.withdrawFee)} ${asset.ticker}.`,
          after: maxButton('withdraw-amount', available, asset.precision),
        },
        found,
      ),
      select(
        'withdraw',
        {
          name: 'fee',
          label: 'Fee',
          value: kept('fee') === 'on-top' ? 'on-top' : 'within',
          choices: [
            { value: 'within', text: 'Taken out of the amount' },
            { value: 'on-top', text: 'Paid on top of the amount' },
          ],
        },
        found,
      ),
      visit.account.totpEnabled && codeField(visit, visit.account.id, 'withdraw', found, { autofocus: false }),
      submit('Withdraw'),
    ],
  });
}

function withdrawPage(visit: MemberVisit, found: Problem | null): Reply {
  const asset = chosenAsset(visit, withdrawable);
  if (asset === null) return redirect('/wallet');
  return walletPage(visit, 'withdraw', {
    lead: 'The practice money really leaves this account, to nobody.',
    body: html`<div class="panel narrow">${assetPicker(visit, '/wallet/withdraw', asset, withdrawable)}${withdrawForm(visit, asset, found)}</div>`,
    status: found === null ? 200 : 422,
  });
}

/** The code comes last: a typing error elsewhere must not use it up. */
function withdraw(visit: MemberVisit): Reply {
  const asset = visit.site.market.asset(visit.form.get('ticker') ?? '');
  if (asset === null || !asset.canWithdraw) {
    return withdrawPage(visit, problem(null, 'This asset cannot be withdrawn. Choose another.'));
  }
  const address = (visit.form.get('address') ?? '').trim();
  if (address === '') return withdrawPage(visit, problem('address', 'The address is missing. Enter one.'));
  if (address.length > ADDRESS_LENGTH_MAX) {
    return withdrawPage(visit, problem('address', 'The address is too long to be one. Paste it again.'));
  }
  const typed = typedAmount(visit, asset.precision);
  if (!typed.ok) return withdrawPage(visit, typed.problem);
  const payFee = visit.form.get('fee') === 'on-top';
  const needed = payFee ? typed.amount.add(asset.withdrawFee) : typed.amount;
  const { available } = balanceOf(visit, 'main', asset.ticker);
  if (typed.amount.lt(asset.minWithdraw)) {
    return withdrawPage(
      visit,
      problem('amount', `The minimum is ${asset.minWithdraw.toString()} ${asset.ticker}. Enter more.`),
    );
  }
  if (needed.gt(available)) {
    const cure = 'Enter less, or transfer more to main.';
    return withdrawPage(
      visit,
      problem(
        'amount',
        `Main holds ${available.toString()} ${asset.ticker}, and this takes ${needed.toString()}. ${cure}`,
      ),
    );
  }
  if (visit.account.totpEnabled) {
    const proof = spendCode(visit, visit.account.id);
    if (!proof.ok) return withdrawPage(visit, problem('code', proof.message));
  }
  const memo = (visit.form.get('memo') ?? '').trim();
  const outcome = visit.site.accounts.withdraw(visit.account.id, {
    ticker: asset.ticker,
    amount: typed.amount,
    address,
    memo: memo === '' ? null : memo.slice(0, ADDRESS_LENGTH_MAX),
    network: network(visit, asset),
    uniqueId: null,
    payFee,
  });
  if (outcome.ok) return redirect('/wallet/history?done=withdrawn');
  return withdrawPage(visit, problem(outcome.code.includes('address') ? 'address' : 'amount', outcome.message));
}

export const walletChainRoutes: readonly Route[] = [
  { method: 'GET', path: '/wallet/deposit', access: 'member', handle: depositPage },
  { method: 'GET', path: '/wallet/withdraw', access: 'member', handle: (visit) => withdrawPage(visit, null) },
  { method: 'POST', path: '/wallet/withdraw', access: 'member', handle: withdraw },
];
