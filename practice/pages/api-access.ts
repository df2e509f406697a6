import type { ApiKey } from '../ports.ts';
import { findKey, keyTitle, missingKey } from './api-keys.ts';
import { codeField, typedCode } from './authenticator.ts';
import { type Problem, postForm, problem, submit } from './form.ts';
import { counted } from './format.ts';
import { type Html, html, type Part } from './html.ts';
import { page, type Reply, redirect } from './http.ts';
import { layout } from './layout.ts';
import type { EndpointGroup, MemberVisit, Route } from './visit.ts';

/**
 * The endpoint checkboxes are what is sent; the switch of a group only ticks them, so it needs the script, and without
 * it the style hides the switch and the checkboxes stay.
 */
function groupRow(group: EndpointGroup, on: ReadonlySet<string>): Html {
  const count = group.endpoints.filter((endpoint) => on.has(endpoint)).length;
  const id = `group-${group.group}`;
  return html`<li class="group" data-group>
<div class="group-head">
<label class="group-label" for="${id}"><span>${group.title}</span></label>
<span class="group-count muted" id="${id}-count" data-group-count>${count} of ${group.endpoints.length}</span>
<input type="checkbox" role="switch" class="switch-box needs-script" id="${id}" data-group-switch autocomplete="off"${count === group.endpoints.length && html` checked`} aria-describedby="${id}-count">
</div>
<details><summary class="group-summary">Endpoints of ${group.title}</summary>
<ul class="endpoints">${group.endpoints.map(
    (endpoint) =>
      html`<li><label><input type="checkbox" name="endpoint" value="${endpoint}" autocomplete="off"${on.has(endpoint) && html` checked`}> <code>${endpoint}</code></label></li>`,
  )}</ul>
</details>
</li>`;
}

function keyLead(key: ApiKey): Part {
  return html`For <strong>${keyTitle(key)}</strong> <code>${key.publicKey}</code>`;
}

function accessPage(visit: MemberVisit, key: ApiKey, on: ReadonlySet<string>): Reply {
  const body = html`<p>A request to an endpoint that is off here is refused, whatever the program with the key tries.</p>
${postForm(visit, {
  action: `/settings/api/keys/${key.id}/access`,
  name: 'Endpoint access restrictions',
  body: [
    html`<ul class="groups panel">${visit.site.endpointGroups.map((group) => groupRow(group, on))}</ul>`,
    html`<div class="actions sticky">${submit('Apply changes')}<a class="button plain" href="/settings/api">Cancel</a></div>`,
  ],
})}`;
  return page(layout(visit, { title: 'Endpoint access restrictions', section: 'api', lead: keyLead(key), body }));
}

/** Only endpoints that exist; a posted path that no group has is left out. */
function chosen(visit: MemberVisit): ReadonlySet<string> {
  const wanted = new Set(visit.form.getAll('endpoint'));
  const known = visit.site.endpointGroups.flatMap((group) => group.endpoints);
  return new Set(known.filter((endpoint) => wanted.has(endpoint)));
}

/** What the change comes to, by group, before the code is asked for. */
function differenceList(groups: readonly EndpointGroup[], before: ReadonlySet<string>, after: ReadonlySet<string>) {
  const rows = groups.map((group) => ({
    title: group.title,
    all: group.endpoints.length,
    was: group.endpoints.filter((endpoint) => before.has(endpoint)).length,
    added: group.endpoints.filter((endpoint) => after.has(endpoint) && !before.has(endpoint)).length,
    removed: group.endpoints.filter((endpoint) => before.has(endpoint) && !after.has(endpoint)).length,
  }));
  return html`<table class="plain-table"><caption class="visually-hidden">What the key may use after this change</caption><thead><tr><th scope="col">Permission</th><th scope="col">After</th><th scope="col">Change</th></tr></thead><tbody>
${rows.map((row) => {
  const now = row.was + row.added - row.removed;
  const state = now === 0 ? 'Off' : now === row.all ? 'On' : `${now} of ${row.all}`;
  const change = [row.added > 0 && `${row.added} switched on`, row.removed > 0 && `${row.removed} switched off`].filter(
    (text) => text !== false,
  );
  return html`<tr><th scope="row">${row.title}</th><td><span class="state ${now === 0 ? 'off' : 'on'}">${state}</span></td><td class="muted">${change.length === 0 ? 'unchanged' : change.join(', ')}</td></tr>`;
})}
</tbody></table>`;
}

function confirmPage(visit: MemberVisit, key: ApiKey, on: ReadonlySet<string>, found: Problem | null): Reply {
  const prompt = visit.account.totpEnabled
    ? postForm(visit, {
        action: `/settings/api/keys/${key.id}/access/confirm`,
        found,
        name: 'Confirm the change',
        body: [
          [...on].map((endpoint) => html`<input type="hidden" name="endpoint" value="${endpoint}">`),
          codeField(visit, visit.account.id, 'access', found),
          html`<div class="actions">${submit('Confirm')}<a class="button plain" href="/settings/api/keys/${key.id}/access">Back</a></div>`,
        ],
      })
    : html`<p><strong>Switch on two-factor authentication first.</strong> What a key may do can only be changed with a code.</p><p><a class="button primary" href="/settings/security">Go to Security</a></p>`;
  const body = html`<div class="panel">${differenceList(visit.site.endpointGroups, key.endpoints, on)}
<p class="muted">${counted(on.size, 'endpoint')} will be on.</p></div><div class="panel narrow">${prompt}</div>`;
  return page(
    layout(visit, { title: 'Confirm the change', section: 'api', lead: keyLead(key), body }),
    found === null ? 200 : 422,
  );
}

function apply(visit: MemberVisit): Reply {
  const key = findKey(visit);
  if (key === null) return missingKey(visit);
  const on = chosen(visit);
  const outcome = visit.site.accounts.setEndpoints(visit.account.id, key.id, [...on], typedCode(visit.form));
  if (!outcome.ok) return confirmPage(visit, key, on, problem('code', outcome.message));
  const activated = !key.active && outcome.value.active;
  return redirect(`/settings/api?done=${activated ? 'access-applied-active' : 'access-applied'}#key-${key.id}`);
}

function withKey(visit: MemberVisit, show: (key: ApiKey) => Reply): Reply {
  const key = findKey(visit);
  return key === null ? missingKey(visit) : show(key);
}

const PATH = '/settings/api/keys/:key/access';

export const apiAccessRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: PATH,
    access: 'member',
    handle: (visit) => withKey(visit, (key) => accessPage(visit, key, key.endpoints)),
  },
  {
    method: 'POST',
    path: PATH,
    access: 'member',
    handle: (visit) => withKey(visit, (key) => confirmPage(visit, key, chosen(visit), null)),
  },
  { method: 'POST', path: `${PATH}/confirm`, access: 'member', handle: apply },
];
