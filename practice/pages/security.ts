import { renderSVG } from 'uqr';
import { authenticatorPanel, authenticatorView, codeField, typedCode } from './authenticator.ts';
import { copyButton, type Problem, postForm, problem, submit } from './form.ts';
import { age } from './format.ts';
import { type Html, html } from './html.ts';
import { page, type Reply, redirect } from './http.ts';
import { layout } from './layout.ts';
import { type MemberVisit, noteOf, type Route, type Visit } from './visit.ts';

const NOTES: Readonly<Record<string, string>> = {
  welcome: 'Your account is ready. Next, switch on two-factor authentication: API keys need it.',
  'two-factor-on': 'Two-factor authentication is on.',
  'two-factor-off': 'Two-factor authentication is off, and every API key of this account with it.',
};

/** The key in groups of four, as authenticator apps ask for it. */
function grouped(secret: string): string {
  return secret.replaceAll(/(.{4})(?=.)/g, '$1 ');
}

/** Black on white in both themes: phone cameras want it so. */
function qrImage(uri: string): Html {
  const drawing = renderSVG(uri, { ecc: 'M', border: 3, pixelSize: 6 });
  const source = `data:image/svg+xml;base64,${Buffer.from(drawing).toString('base64')}`;
  return html`<img class="qr" src="${source}" width="208" height="208" alt="QR code with the setup key">`;
}

function enrolPanel(
  visit: MemberVisit,
  enrolment: { readonly secret: string; readonly uri: string },
  found: Problem | null,
): Html {
  return html`<section class="panel" aria-labelledby="enrol-title">
<h2 id="enrol-title">Switch on two-factor authentication</h2>
<div class="enrol">
${qrImage(enrolment.uri)}
<div>
<p>Scan the code with an authenticator app, or type the setup key into it.</p>
<dl class="credential"><dt id="setup-key">Setup key</dt><dd><code aria-labelledby="setup-key" class="secret">${grouped(enrolment.secret)}</code>${copyButton(enrolment.secret, 'setup key')}</dd></dl>
${postForm(visit, {
  action: '/settings/security/two-factor/on',
  found,
  name: 'Switch on two-factor authentication',
  body: [
    codeField(visit, visit.account.id, 'enrol', found, { open: true, autofocus: found !== null }),
    html`<div class="actions">${submit('Switch on')}<button type="submit" class="button plain" formaction="/settings/security/two-factor/cancel" formnovalidate>Cancel</button></div>`,
  ],
})}
</div>
</div>
</section>`;
}

function offPanel(visit: MemberVisit): Html {
  return html`<section class="panel" aria-labelledby="two-factor-title">
<h2 id="two-factor-title">Two-factor authentication <span class="pill warn">Off</span></h2>
<p>A second proof beside the password: a code from an app that changes every 30 seconds. API keys cannot be made or used without it.</p>
${postForm(visit, { action: '/settings/security/two-factor/start', body: submit('Switch on two-factor authentication') })}
</section>`;
}

function onPanel(visit: MemberVisit, found: Problem | null): Html {
  return html`<section class="panel" aria-labelledby="two-factor-title">
<h2 id="two-factor-title">Two-factor authentication <span class="pill">On</span></h2>
<p>Asked for at login, for every new API key, for every change of what a key may do, and for withdrawals.</p>
<details class="fold"${found !== null && html` open`}><summary>Switch off two-factor authentication</summary>
<p>Every API key of this account is switched off with it, and stays off until you switch it on again by hand.</p>
${postForm(visit, {
  action: '/settings/security/two-factor/off',
  found,
  name: 'Switch off two-factor authentication',
  body: [
    codeField(visit, visit.account.id, 'off', found, { autofocus: found !== null }),
    submit('Switch off', 'danger'),
  ],
})}
</details>
</section>`;
}

function securityPage(visit: MemberVisit, found: Problem | null): Reply {
  const { account, site } = visit;
  const enrolment = account.totpEnabled ? null : site.memory.enrolments.get(account.id);
  const body = html`${
    account.totpEnabled
      ? onPanel(visit, found)
      : enrolment === null
        ? offPanel(visit)
        : enrolPanel(visit, enrolment, found)
  }
${account.totpEnabled && authenticatorPanel(authenticatorView(site, account.id))}
<section class="panel" aria-labelledby="account-title">
<h2 id="account-title">Account</h2>
<dl class="facts"><dt>Email</dt><dd>${account.email}</dd><dt>Made</dt><dd>${age(account.createdAtMs, visit.nowMs)}</dd></dl>
</section>`;
  const note = noteOf(visit, NOTES);
  return page(
    layout(visit, { title: 'Security', section: 'security', body, ...(note === undefined ? {} : { note }) }),
    found === null ? 200 : 422,
  );
}

function start(visit: MemberVisit): Reply {
  const { account, site } = visit;
  // A reload or a second click must not make the code already scanned worthless.
  if (!account.totpEnabled && site.memory.enrolments.get(account.id) === null) {
    site.memory.enrolments.put(account.id, site.accounts.startTotp(account.id));
  }
  return redirect('/settings/security');
}

function switchOn(visit: MemberVisit): Reply {
  const { account, site } = visit;
  const outcome = site.accounts.enableTotp(account.id, typedCode(visit.form));
  if (!outcome.ok) return securityPage(visit, problem('code', outcome.message));
  site.memory.enrolments.drop(account.id);
  return redirect('/settings/security?done=two-factor-on');
}

function switchOff(visit: MemberVisit): Reply {
  const outcome = visit.site.accounts.disableTotp(visit.account.id, typedCode(visit.form));
  return outcome.ok
    ? redirect('/settings/security?done=two-factor-off')
    : securityPage(visit, problem('code', outcome.message));
}

function cancel(visit: MemberVisit): Reply {
  visit.site.memory.enrolments.drop(visit.account.id);
  return redirect('/settings/security');
}

/** Also between password and code, for the prompt of the login. */
function current(visit: Visit): Reply {
  const id = visit.account?.id ?? visit.site.memory.logins.get(visit.loginToken)?.account ?? null;
  const view = id === null ? null : authenticatorView(visit.site, id);
  return view === null
    ? { kind: 'json', status: 404, body: { message: 'No authenticator is set up for this login.' } }
    : { kind: 'json', status: 200, body: view };
}

export const securityRoutes: readonly Route[] = [
  { method: 'GET', path: '/settings/security', access: 'member', handle: (visit) => securityPage(visit, null) },
  { method: 'GET', path: '/settings', access: 'member', handle: () => redirect('/settings/security') },
  { method: 'POST', path: '/settings/security/two-factor/start', access: 'member', handle: start },
  { method: 'POST', path: '/settings/security/two-factor/on', access: 'member', handle: switchOn },
  { method: 'POST', path: '/settings/security/two-factor/off', access: 'member', handle: switchOff },
  { method: 'POST', path: '/settings/security/two-factor/cancel', access: 'member', handle: cancel },
  { method: 'GET', path: '/authenticator.json', access: 'anyone', handle: current },
];
