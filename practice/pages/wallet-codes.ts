import type { PracticeCode } from '../ports.ts';
import { copyButton, field, type Problem, postForm, problem, submit } from './form.ts';
import { age, amount } from './format.ts';
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

/** WhiteBIT's limit for the passphrase of a code. */
const PASSPHRASE_LENGTH_MAX = 25;

const anyAsset = (): boolean => true;

/** Which of the two forms a problem belongs to. */
type Found = { readonly create: Problem | null; readonly apply: Problem | null };
const ALL_WELL: Found = { create: null, apply: null };

function passphraseField(prefix: string, value: string, hint: string, found: Problem | null): Html {
  return field(
    prefix,
    {
      name: 'passphrase',
      label: 'Passphrase',
      value,
      autocomplete: 'off',
      optional: true,
      maxLength: PASSPHRASE_LENGTH_MAX,
      hint,
    },
    found,
  );
}

function createPanel(visit: MemberVisit, found: Problem | null): Html | null {
  const asset = chosenAsset(visit, anyAsset);
  if (asset === null) return null;
  const { available } = balanceOf(visit, 'main', asset.ticker);
  return html`<section class="panel" aria-labelledby="create-title"><h2 id="create-title">Create a code</h2>
${assetPicker(visit, '/wallet/codes', asset, anyAsset)}
${postForm(visit, {
  action: '/wallet/codes/create',
  found,
  name: 'Create a code',
  body: [
    html`<input type="hidden" name="ticker" value="${asset.ticker}">`,
    field(
      'create',
      {
        name: 'amount',
        label: `Amount in ${asset.ticker}`,
        value: visit.form.get('amount') ?? '',
        inputmode: 'decimal',
        autocomplete: 'off',
        hint: html`${availableHint(available, asset.ticker, 'main')}.`,
        after: maxButton('create-amount', available, asset.precision),
      },
      found,
    ),
    passphraseField('create', '', 'Whoever applies the code has to know it.', found),
    submit('Create code'),
  ],
})}</section>`;
}

function applyPanel(visit: MemberVisit, found: Problem | null): Html {
  return html`<section class="panel" aria-labelledby="apply-title"><h2 id="apply-title">Apply a code</h2>
${postForm(visit, {
  action: '/wallet/codes/apply',
  found,
  name: 'Apply a code',
  body: [
    field(
      'apply',
      { name: 'practice_code', label: 'Code', value: visit.form.get('practice_code') ?? '', autocomplete: 'off' },
      found,
    ),
    passphraseField('apply', '', 'Only if the code was made with one.', found),
    submit('Apply code'),
  ],
})}</section>`;
}

function codeRow(code: PracticeCode, nowMs: number): Html {
  return html`<tr><td data-label="When">${age(code.atMs, nowMs)}</td><td data-label="Code" class="with-copy"><code class="long">${code.code}</code>${copyButton(code.code, 'code')}</td><td class="num" data-label="Amount">${amount(code.amount)} <span class="muted">${code.ticker}</span></td><td data-label="Status">${code.status}</td></tr>`;
}

function codeTable(visit: MemberVisit, title: string, codes: readonly PracticeCode[], nothing: string): Html {
  return html`<h2 class="table-title">${title}</h2>${
    codes.length === 0
      ? html`<p class="empty">${nothing}</p>`
      : html`<div class="table-frame"><table class="codes"><caption class="visually-hidden">${title}</caption><thead><tr><th scope="col">When</th><th scope="col">Code</th><th scope="col" class="num">Amount</th><th scope="col">Status</th></tr></thead><tbody>${codes.map((code) => codeRow(code, visit.nowMs))}</tbody></table></div>`
  }`;
}

function codesPage(visit: MemberVisit, found: Found): Reply {
  const { accounts } = visit.site;
  const body = html`<div class="two-columns">${createPanel(visit, found.create)}${applyPanel(visit, found.apply)}</div>
${codeTable(visit, 'Your codes', accounts.codes(visit.account.id, 'mine'), 'You have made no codes.')}
${codeTable(visit, 'History', accounts.codes(visit.account.id, 'history'), 'No codes were made or applied.')}`;
  return walletPage(visit, 'codes', {
    lead: 'A code carries money from one account of this exchange to another. Whoever has the code has the money.',
    body,
    status: found === ALL_WELL ? 200 : 422,
  });
}

function passphrase(visit: MemberVisit): string | null {
  const typed = (visit.form.get('passphrase') ?? '').trim();
  return typed === '' ? null : typed;
}

function create(visit: MemberVisit): Reply {
  const refused = (found: Problem) => codesPage(visit, { create: found, apply: null });
  const asset = visit.site.market.asset(visit.form.get('ticker') ?? '');
  if (asset === null) return refused(problem(null, 'This asset is not listed here. Choose another.'));
  const typed = typedAmount(visit, asset.precision);
  if (!typed.ok) return refused(typed.problem);
  const secret = passphrase(visit);
  if (secret !== null && secret.length > PASSPHRASE_LENGTH_MAX) {
    return refused(problem('passphrase', `The passphrase is longer than ${PASSPHRASE_LENGTH_MAX} characters.`));
  }
  const outcome = visit.site.accounts.createCode(visit.account.id, asset.ticker, typed.amount, secret);
  if (outcome.ok) return redirect('/wallet/codes?done=code-created');
  return refused(problem(outcome.code.includes('passphrase') ? 'passphrase' : 'amount', outcome.message));
}

function apply(visit: MemberVisit): Reply {
  const refused = (found: Problem) => codesPage(visit, { create: null, apply: found });
  const code = (visit.form.get('practice_code') ?? '').trim();
  if (code === '') return refused(problem('practice_code', 'The code is missing. Paste it here.'));
  const outcome = visit.site.accounts.applyCode(visit.account.id, code, passphrase(visit));
  if (outcome.ok) return redirect('/wallet/codes?done=code-applied');
  return refused(problem(outcome.code.includes('passphrase') ? 'passphrase' : 'practice_code', outcome.message));
}

export const walletCodeRoutes: readonly Route[] = [
  { method: 'GET', path: '/wallet/codes', access: 'member', handle: (visit) => codesPage(visit, ALL_WELL) },
  { method: 'POST', path: '/wallet/codes/create', access: 'member', handle: create },
  { method: 'POST', path: '/wallet/codes/apply', access: 'member', handle: apply },
];
