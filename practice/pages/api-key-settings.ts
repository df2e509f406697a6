import { isIP } from 'node:net';
import type { ApiKey } from '../ports.ts';
import { findKey, keyTitle, missingKey } from './api-keys.ts';
import { alert, area, field, type Problem, postForm, problem, submit } from './form.ts';
import { html, type Part } from './html.ts';
import { page, type Reply, redirect } from './http.ts';
import { layout } from './layout.ts';
import type { MemberVisit, Route } from './visit.ts';

/** WhiteBIT's limit since April 2025 (five before). */
const IPS_MAX = 50;
/** Long enough for any purpose, short enough for the list. */
const NAME_LENGTH_MAX = 60;

function keyPage(visit: MemberVisit, key: ApiKey, title: string, body: Part, status = 200): Reply {
  return page(
    layout(visit, {
      title,
      section: 'api',
      lead: html`For <strong>${keyTitle(key)}</strong> <code>${key.publicKey}</code>`,
      body: html`<div class="panel narrow">${body}</div><p class="back"><a href="/settings/api">Back to the keys</a></p>`,
    }),
    status,
  );
}

function namePage(visit: MemberVisit, key: ApiKey, typed: string, found: Problem | null): Reply {
  const form = postForm(visit, {
    action: `/settings/api/keys/${key.id}/name`,
    found,
    body: [
      field(
        'key',
        { name: 'name', label: 'Name', value: typed, maxLength: NAME_LENGTH_MAX, autocomplete: 'off', autofocus: true },
        found,
      ),
      submit('Save'),
    ],
  });
  return keyPage(visit, key, 'Rename', form, found === null ? 200 : 422);
}

function rename(visit: MemberVisit, key: ApiKey): Reply {
  const name = (visit.form.get('name') ?? '').trim();
  if (name === '') return namePage(visit, key, name, problem('name', 'The name is empty. Enter one.'));
  if (name.length > NAME_LENGTH_MAX) {
    return namePage(visit, key, name, problem('name', `The name is longer than ${NAME_LENGTH_MAX} characters.`));
  }
  const outcome = visit.site.accounts.renameKey(visit.account.id, key.id, name);
  return outcome.ok
    ? redirect(`/settings/api?done=renamed#key-${key.id}`)
    : namePage(visit, key, name, problem('name', outcome.message));
}

function ipsPage(visit: MemberVisit, key: ApiKey, typed: string, found: Problem | null): Reply {
  const form = postForm(visit, {
    action: `/settings/api/keys/${key.id}/ips`,
    found,
    body: [
      area(
        'key',
        {
          name: 'ips',
          label: 'IP addresses',
          value: typed,
          rows: 8,
          hint: `One IPv4 or IPv6 address a line, at most ${IPS_MAX}. Empty: any address may use the key. A request from an address that is not here switches the key off.`,
        },
        found,
      ),
      submit('Save'),
    ],
  });
  return keyPage(visit, key, 'IP restriction', form, found === null ? 200 : 422);
}

/** The first line that is no address, or one too many; null where all is well. */
export function ipProblem(lines: readonly string[]): Problem | null {
  const wrong = lines.find((line) => isIP(line) === 0);
  if (wrong !== undefined) {
    const cure = wrong.includes('/')
      ? 'Ranges are not possible here: enter single addresses.'
      : 'Write it like 203.0.113.7 or 2001:db8::7.';
    return problem('ips', `“${wrong.slice(0, 60)}” is not an IP address. ${cure}`);
  }
  return lines.length > IPS_MAX
    ? problem('ips', `These are ${lines.length} addresses, and a key can have ${IPS_MAX}. Take some out.`)
    : null;
}

function saveIps(visit: MemberVisit, key: ApiKey): Reply {
  const typed = visit.form.get('ips') ?? '';
  const lines = typed
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const found = ipProblem(lines);
  if (found !== null) return ipsPage(visit, key, typed, found);
  const outcome = visit.site.accounts.setIps(visit.account.id, key.id, lines);
  return outcome.ok
    ? redirect(`/settings/api?done=ips-saved#key-${key.id}`)
    : ipsPage(visit, key, typed, problem('ips', outcome.message));
}

function deletePage(visit: MemberVisit, key: ApiKey, found: Problem | null): Reply {
  const form = html`<p>Programs that use <code>${key.publicKey}</code> lose access at once. A deleted key cannot be brought back.</p>
${postForm(visit, {
  action: `/settings/api/keys/${key.id}/delete`,
  found,
  body: html`<div class="actions">${submit('Delete this key', 'danger')}<a class="button plain" href="/settings/api">Keep it</a></div>`,
})}`;
  return keyPage(visit, key, 'Delete API key', form, found === null ? 200 : 422);
}

function remove(visit: MemberVisit, key: ApiKey): Reply {
  const outcome = visit.site.accounts.deleteKey(visit.account.id, key.id);
  return outcome.ok ? redirect('/settings/api?done=deleted') : deletePage(visit, key, problem(null, outcome.message));
}

function setActive(visit: MemberVisit, key: ApiKey): Reply {
  const active = visit.form.get('active') === 'true';
  const outcome = visit.site.accounts.setActive(visit.account.id, key.id, active);
  if (outcome.ok) return redirect(`/settings/api?done=${active ? 'switched-on' : 'switched-off'}#key-${key.id}`);
  const body = html`${alert(outcome.message)}${
    !visit.account.totpEnabled && html`<p><a class="button primary" href="/settings/security">Go to Security</a></p>`
  }`;
  return keyPage(visit, key, 'The key stays off', body, 422);
}

function withKey(show: (visit: MemberVisit, key: ApiKey) => Reply): (visit: MemberVisit) => Reply {
  return (visit) => {
    const key = findKey(visit);
    return key === null ? missingKey(visit) : show(visit, key);
  };
}

const PATH = '/settings/api/keys/:key';

export const apiKeySettingsRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${PATH}/name`,
    access: 'member',
    handle: withKey((visit, key) => namePage(visit, key, key.name, null)),
  },
  { method: 'POST', path: `${PATH}/name`, access: 'member', handle: withKey(rename) },
  {
    method: 'GET',
    path: `${PATH}/ips`,
    access: 'member',
    handle: withKey((visit, key) => ipsPage(visit, key, key.ips.join('\n'), null)),
  },
  { method: 'POST', path: `${PATH}/ips`, access: 'member', handle: withKey(saveIps) },
  {
    method: 'GET',
    path: `${PATH}/delete`,
    access: 'member',
    handle: withKey((visit, key) => deletePage(visit, key, null)),
  },
  { method: 'POST', path: `${PATH}/delete`, access: 'member', handle: withKey(remove) },
  { method: 'POST', path: `${PATH}/active`, access: 'member', handle: withKey(setActive) },
];
