import type { AccountId, Outcome } from '../ports.ts';
import { field, type Problem } from './form.ts';
import { type Html, html } from './html.ts';
import type { Site, Visit } from './visit.ts';

/** What the script asks for once a second while a code prompt is on the screen. */
export type AuthenticatorView = { readonly code: string; readonly secondsLeft: number; readonly used: boolean } | null;

export function authenticatorView(site: Site, id: AccountId): AuthenticatorView {
  const current = site.accounts.currentTotp(id);
  if (current === null) return null;
  return { code: current.code, secondsLeft: Math.max(1, Math.ceil(current.expiresInMs / 1_000)), used: current.used };
}

function spaced(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

export function authenticatorWords(view: NonNullable<AuthenticatorView>): string {
  return view.used ? `used, the next one comes in ${view.secondsLeft} s` : `good for ${view.secondsLeft} s, works once`;
}

/** The box for people without a phone. `field`: the code can be put into the input of that id. */
function box(view: NonNullable<AuthenticatorView>, fillId: string | null): Html {
  return html`<div class="authenticator${view.used && ' is-used'}" data-authenticator>
<p class="authenticator-code"><output data-authenticator-code aria-label="Current code">${spaced(view.code)}</output> <span class="authenticator-words" data-authenticator-words>${authenticatorWords(view)}</span></p>
${fillId !== null && html`<button type="button" class="button plain small needs-script" data-authenticator-fill="${fillId}"${view.used && html` disabled`}>Use this code</button>`}
<p class="hint">A real exchange has no such thing: there the code comes from an app on your phone, and only from there.</p>
</div>`;
}

export function authenticatorPanel(view: AuthenticatorView): Html | false {
  return (
    view !== null &&
    html`<section class="panel practice" aria-labelledby="authenticator-title">
<h2 id="authenticator-title">Practice authenticator</h2>
${box(view, null)}
</section>`
  );
}

/** The prompt for a six-digit code, with the practice authenticator folded away under it. */
export function codeField(
  visit: Visit,
  account: AccountId,
  prefix: string,
  found: Problem | null,
  options: { readonly open?: boolean; readonly autofocus?: boolean } = {},
): Html {
  const view = authenticatorView(visit.site, account);
  return html`${field(
    prefix,
    {
      name: 'code',
      label: 'Authenticator code',
      inputmode: 'numeric',
      autocomplete: 'one-time-code',
      maxLength: 7,
      autofocus: options.autofocus ?? true,
      hint: 'Six digits. A code works once.',
    },
    found,
  )}
${
  view !== null &&
  html`<details class="fold practice"${options.open === true && html` open`}><summary>No phone at hand? Practice authenticator</summary>${box(view, `${prefix}-code`)}</details>`
}`;
}

/** Spaces are how authenticator apps print the code. */
export function typedCode(form: URLSearchParams): string {
  return (form.get('code') ?? '').replaceAll(/\s/g, '');
}

/** Uses the typed code up. */
export function spendCode(visit: Visit, id: AccountId): Outcome<null> {
  // biome-ignore lint/correctness/useHookAtTopLevel: the second factor, not a React hook
  return visit.site.accounts.useTotp(id, typedCode(visit.form));
}
