import type { ApiKey } from '../ports.ts';
import { codeField, typedCode } from './authenticator.ts';
import { copyButton, type Problem, postForm, problem, submit } from './form.ts';
import { age, counted } from './format.ts';
import { type Html, html, type Part } from './html.ts';
import { page, type Reply, redirect } from './http.ts';
import { layout } from './layout.ts';
import { type EndpointGroup, type MemberVisit, noteOf, type Route } from './visit.ts';

/** WhiteBIT's limit for one account (its help centre; sub-accounts have their own fifty). */
export const KEYS_MAX = 50;
/** WhiteBIT switches a key without IP restriction off after this many days without use. */
const IDLE_DAYS = 14;

const NOTES: Readonly<Record<string, string>> = {
  'access-applied': 'Endpoint access restrictions applied.',
  'access-applied-active': 'Endpoint access restrictions applied. The key is active.',
  renamed: 'The key has its new name.',
  'ips-saved': 'IP restriction saved.',
  'switched-on': 'The key is active.',
  'switched-off': 'The key is switched off. Requests with it are refused from now on.',
  deleted: 'The key is deleted. Requests with it are refused from now on.',
};

export function keyTitle(key: ApiKey): string {
  return key.name.trim() === '' ? `Key ${key.publicKey.slice(0, 6)}` : key.name;
}

function offWords(key: ApiKey): string {
  switch (key.offReason) {
    case null:
    case 'switched-off':
      return 'Switched off by hand. Requests with it are refused.';
    case 'never-activated':
      return 'Not active yet. Choose what it may do under Endpoint access restrictions; applying that switches it on.';
    case 'foreign-ip':
      return 'Switched off because a request came from an address that is not on its list. Check the list, then switch it on again.';
    case 'two-factor-off':
      return 'Switched off because two-factor authentication was switched off. Switch that on under Security, then the key.';
    case 'idle':
      return `Switched off after ${IDLE_DAYS} days without use. Switch it on again, or restrict it to IP addresses: then it stays on.`;
  }
}

/** Whole groups by their title, others with how much of them is on; nothing for a group that is off. */
export function groupChips(key: ApiKey, groups: readonly EndpointGroup[]): readonly Html[] {
  const chips: Html[] = [];
  for (const group of groups) {
    const on = group.endpoints.filter((endpoint) => key.endpoints.has(endpoint)).length;
    if (on === 0) continue;
    const part = on < group.endpoints.length;
    chips.push(
      html`<li class="chip">${group.title}${part && html` <span class="number">${on} of ${group.endpoints.length}</span>`}</li>`,
    );
  }
  return chips;
}

function activeSwitch(visit: MemberVisit, key: ApiKey): Html {
  return html`<form method="post" action="/settings/api/keys/${key.id}/active" class="switch-form">
<input type="hidden" name="form_token" value="${visit.formToken}">
<input type="hidden" name="active" value="${key.active ? 'false' : 'true'}">
<button type="submit" role="switch" aria-checked="${key.active ? 'true' : 'false'}" aria-label="Key active: ${keyTitle(key)}" class="switch"><span class="switch-track" aria-hidden="true"></span><span class="switch-word" aria-hidden="true">${key.active ? 'Active' : 'Off'}</span></button>
</form>`;
}

function keyCard(visit: MemberVisit, key: ApiKey): Html {
  const chips = groupChips(key, visit.site.endpointGroups);
  const path = `/settings/api/keys/${key.id}`;
  return html`<li class="panel key" id="key-${key.id}">
<div class="key-head"><h2>${keyTitle(key)}</h2>${activeSwitch(visit, key)}</div>
${!key.active && html`<p class="reason">${offWords(key)}</p>`}
<dl class="facts">
<dt>API key</dt><dd class="with-copy"><code>${key.publicKey}</code>${copyButton(key.publicKey, 'API key')}</dd>
<dt>May use</dt><dd>${chips.length === 0 ? html`<span class="muted">nothing yet</span>` : html`<ul class="chips">${chips}</ul>`}</dd>
<dt>IP addresses</dt><dd>${key.ips.length === 0 ? 'any address' : html`${key.ips.slice(0, 3).join(', ')}${key.ips.length > 3 && ` and ${key.ips.length - 3} more`}`}</dd>
${key.ips.length === 0 && html`<dt>Stays on</dt><dd>until nobody uses it for ${IDLE_DAYS} days</dd>`}
<dt>Made</dt><dd>${age(key.createdAtMs, visit.nowMs)}</dd>
<dt>Last used</dt><dd>${key.lastUsedAtMs === null ? html`<span class="muted">never</span>` : age(key.lastUsedAtMs, visit.nowMs)}</dd>
</dl>
<p class="row-actions"><a class="button plain small" href="${path}/access" aria-label="Endpoint access restrictions: ${keyTitle(key)}">Endpoint access restrictions</a><a class="button plain small" href="${path}/ips" aria-label="IP restriction: ${keyTitle(key)}">IP restriction</a><a class="button plain small" href="${path}/name" aria-label="Rename: ${keyTitle(key)}">Rename</a><a class="button plain small danger-text" href="${path}/delete" aria-label="Delete: ${keyTitle(key)}">Delete</a></p>
</li>`;
}

/** What stands in the dialog and, without the script, on a page of its own. */
function generateForm(visit: MemberVisit, found: Problem | null): Part {
  if (!visit.account.totpEnabled) {
    return html`<p><strong>Switch on two-factor authentication first.</strong> API keys cannot be made without it.</p>
<p class="actions"><a class="button primary" href="/settings/security">Go to Security</a></p>`;
  }
  if (visit.site.accounts.keys(visit.account.id).length >= KEYS_MAX) {
    return html`<p>You have ${KEYS_MAX} API keys, and an account can have no more. Delete one that you no longer use, then try again.</p>
<p class="actions"><a class="button primary" href="/settings/api">Back to the keys</a></p>`;
  }
  return postForm(visit, {
    action: '/settings/api/new',
    found,
    name: 'Generate a new API key',
    body: [codeField(visit, visit.account.id, 'new-key', found), submit('Confirm')],
  });
}

function listPage(visit: MemberVisit): Reply {
  const keys = visit.site.accounts.keys(visit.account.id);
  const note = noteOf(visit, NOTES);
  const action = html`<form method="get" action="/settings/api/new"><button type="submit" class="button primary" data-dialog="generate">Generate a new API key</button></form>`;
  const body = html`${
    keys.length === 0
      ? html`<div class="empty"><p>No API keys yet.</p><p class="muted">A key lets a program act for this account, within what you allow it.</p></div>`
      : html`<ul class="keys">${keys.map((key) => keyCard(visit, key))}</ul>`
  }
<p class="muted foot-note">${counted(keys.length, 'key')} of ${KEYS_MAX}.</p>
<dialog id="generate" class="dialog" aria-labelledby="generate-title"><form method="dialog" class="dialog-close"><button type="submit" class="close" aria-label="Close">×</button></form><h2 id="generate-title">Generate a new API key</h2>${generateForm(visit, null)}</dialog>`;
  return page(
    layout(visit, {
      title: 'API',
      section: 'api',
      action,
      lead: 'Keys for programs that act for you.',
      body,
      ...(note === undefined ? {} : { note }),
    }),
  );
}

function newPage(visit: MemberVisit, found: Problem | null): Reply {
  return page(
    layout(visit, {
      title: 'Generate a new API key',
      section: 'api',
      body: html`<div class="panel narrow">${generateForm(visit, found)}</div><p class="back"><a href="/settings/api">Back to the keys</a></p>`,
    }),
    found === null ? 200 : 422,
  );
}

function create(visit: MemberVisit): Reply {
  const outcome = visit.site.accounts.createKey(visit.account.id, typedCode(visit.form));
  if (!outcome.ok) return newPage(visit, problem(outcome.code.includes('limit') ? null : 'code', outcome.message));
  const { key, secret } = outcome.value;
  visit.site.memory.newSecrets.put(key.id, { key: key.id, secret });
  return redirect(`/settings/api/keys/${key.id}/created`);
}

function credential(id: string, label: string, value: string): Html {
  return html`<div class="credential-row"><label for="${id}">${label}</label><div class="input"><input id="${id}" type="text" readonly value="${value}" class="mono" autocomplete="off" spellcheck="false" translate="no">${copyButton(value, label)}</div></div>`;
}

/** The secret is taken out of memory by showing it: a reload, or the back button, finds it gone. */
function createdPage(visit: MemberVisit): Reply {
  const key = findKey(visit);
  if (key === null) return missingKey(visit);
  const fresh = visit.site.memory.newSecrets.take(key.id);
  const next = html`<form method="get" action="/settings/api/keys/${key.id}/access"><button type="submit" class="button primary">Endpoint access restrictions</button></form>`;
  const body =
    fresh === null
      ? html`<div class="panel">${credential('api-key', 'API key', key.publicKey)}<p><strong>The secret key was shown once and is gone.</strong> If you did not copy it, delete this key and generate a new one.</p></div>${next}`
      : html`<div class="panel credentials">
${credential('api-key', 'API key', key.publicKey)}
${credential('secret-key', 'Secret key', fresh.secret)}
<p class="hint"><strong>The secret key is shown once.</strong> Copy it now: leaving or reloading this page makes it unreadable for ever, and a lost one cannot be brought back.</p>
</div>
<p>The key can do nothing yet. Next, choose what it may do.</p>
<div class="actions">${next}</div>`;
  return page(layout(visit, { title: 'Your new API key', section: 'api', body }));
}

export function findKey(visit: MemberVisit): ApiKey | null {
  return visit.site.accounts.keys(visit.account.id).find((key) => key.id === visit.params.key) ?? null;
}

export function missingKey(visit: MemberVisit): Reply {
  const body = html`<div class="empty"><p>This key does not exist, or no longer.</p><p><a class="button primary" href="/settings/api">Back to the keys</a></p></div>`;
  return page(layout(visit, { title: 'No such key', section: 'api', body }), 404);
}

export const apiKeyRoutes: readonly Route[] = [
  { method: 'GET', path: '/settings/api', access: 'member', handle: listPage },
  { method: 'GET', path: '/settings/api/new', access: 'member', handle: (visit) => newPage(visit, null) },
  { method: 'POST', path: '/settings/api/new', access: 'member', handle: create },
  { method: 'GET', path: '/settings/api/keys/:key/created', access: 'member', handle: createdPage },
];
