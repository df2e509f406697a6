import { randomBytes } from 'node:crypto';
import type { AccountId } from '../ports.ts';
import { codeField, spendCode } from './authenticator.ts';
import { dropCookie, LOGIN_COOKIE, SESSION_COOKIE, setCookie, VISIT_COOKIE } from './cookies.ts';
import { alert, field, type Problem, postForm, problem, submit } from './form.ts';
import { html, type Part } from './html.ts';
import { page, type Reply, redirect } from './http.ts';
import { layout } from './layout.ts';
import type { Route, Site, Visit } from './visit.ts';

/** Guessing six digits takes a million tries; five a login keeps that out of reach. */
const WRONG_CODES_MAX = 5;
/** Enough for a person who forgot which password it was; the count is forgotten after ten minutes. */
const WRONG_PASSWORDS_MAX = 10;

const WELCOME = '/settings/security?done=welcome';

/** Only a path of this site, with its query; a whole address, `//host` or a backslash would lead away. */
function safeNext(next: string | null): string {
  return next !== null && /^\/[a-z0-9/._-]*(\?[a-z0-9/=&%+~,:._-]*)?$/i.test(next) && !next.startsWith('//')
    ? next
    : '/wallet';
}

/** Where a login leads back to: this page as it was asked for, without what it said had just been done. */
export function logInAddress(back: URL | null): string {
  if (back === null) return '/login';
  const query = new URLSearchParams(back.search);
  query.delete('done');
  const text = query.toString();
  return `/login?next=${encodeURIComponent(text === '' ? back.pathname : `${back.pathname}?${text}`)}`;
}

function panel(body: Part): Part {
  return html`<div class="panel">${body}</div>`;
}

function signUpPage(visit: Visit, email: string, found: Problem | null): Reply {
  const body = panel([
    postForm(visit, {
      action: '/signup',
      found,
      body: [
        field(
          'signup',
          { name: 'email', label: 'Email', type: 'email', value: email, autocomplete: 'username', autofocus: true },
          found,
        ),
        field(
          'signup',
          {
            name: 'password',
            label: 'Password',
            type: 'password',
            autocomplete: 'new-password',
            hint: 'For this practice exchange only. Do not reuse a real one.',
          },
          found,
        ),
        submit('Create account'),
      ],
    }),
    html`<p class="aside">Have an account already? <a href="/login">Log in</a></p>`,
  ]);
  return page(
    layout(visit, {
      title: 'Sign up',
      section: 'none',
      narrow: true,
      lead: 'No mail is sent and nothing is checked: any address will do.',
      body,
    }),
    found === null ? 200 : 422,
  );
}

async function signUp(visit: Visit): Promise<Reply> {
  const email = (visit.form.get('email') ?? '').trim();
  const password = visit.form.get('password') ?? '';
  if (email === '') return signUpPage(visit, email, problem('email', 'An email address is missing. Enter one.'));
  if (password === '') return signUpPage(visit, email, problem('password', 'A password is missing. Choose one.'));
  const outcome = await visit.site.accounts.signUp(email, password);
  if (!outcome.ok) {
    const about = outcome.code.includes('password') ? 'password' : 'email';
    return signUpPage(visit, email, problem(about, outcome.message));
  }
  return openSession(visit, outcome.value.id, WELCOME);
}

function openSession(visit: Visit, id: AccountId, location: string): Reply {
  if (visit.sessionToken !== '') visit.site.accounts.closeSession(visit.sessionToken);
  return redirect(location, [
    setCookie(SESSION_COOKIE, visit.site.accounts.openSession(id)),
    dropCookie(LOGIN_COOKIE),
    dropCookie(VISIT_COOKIE),
  ]);
}

function demoHint(site: Site): Part {
  if (site.demo === null || site.accounts.accountByEmail(site.demo.email) === null) return null;
  return html`<dl class="demo"><dt>Demo login</dt><dd><code>${site.demo.email}</code></dd><dt>Password</dt><dd><code>${site.demo.password}</code></dd></dl>`;
}

function logInPage(visit: Visit, email: string, found: Problem | null): Reply {
  const next = visit.form.get('next') ?? visit.url.searchParams.get('next') ?? '';
  const body = panel([
    postForm(visit, {
      action: '/login',
      found,
      body: [
        html`<input type="hidden" name="next" value="${next}">`,
        field(
          'login',
          { name: 'email', label: 'Email', type: 'email', value: email, autocomplete: 'username', autofocus: true },
          found,
        ),
        field(
          'login',
          { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' },
          found,
        ),
        submit('Log in'),
      ],
    }),
    demoHint(visit.site),
    html`<p class="aside">No account yet? <a href="/signup">Sign up</a></p>`,
  ]);
  const left = visit.url.searchParams.get('done') === 'logged-out' && 'You are logged out.';
  return page(
    layout(visit, { title: 'Log in', section: 'none', narrow: true, note: left, body }),
    found === null ? 200 : 422,
  );
}

async function logIn(visit: Visit): Promise<Reply> {
  const { accounts, memory } = visit.site;
  const email = (visit.form.get('email') ?? '').trim();
  const who = email.toLowerCase();
  const wrong = memory.wrongPasswords.get(who) ?? 0;
  if (wrong >= WRONG_PASSWORDS_MAX) {
    return logInPage(visit, email, problem(null, 'Too many wrong passwords. Wait ten minutes, then try again.'));
  }
  const outcome = await accounts.checkPassword(email, visit.form.get('password') ?? '');
  if (!outcome.ok) {
    memory.wrongPasswords.put(who, wrong + 1);
    return logInPage(visit, email, problem(null, outcome.message));
  }
  memory.wrongPasswords.drop(who);
  const next = safeNext(visit.form.get('next'));
  if (!outcome.value.totpEnabled) return openSession(visit, outcome.value.id, next);
  const token = randomBytes(32).toString('base64url');
  memory.logins.put(token, { account: outcome.value.id, wrongCodes: 0 });
  return redirect(`/login/code?next=${encodeURIComponent(next)}`, [setCookie(LOGIN_COOKIE, token)]);
}

function codePage(visit: Visit, found: Problem | null): Reply {
  const pending = visit.site.memory.logins.get(visit.loginToken);
  if (pending === null) return redirect('/login');
  const next = visit.form.get('next') ?? visit.url.searchParams.get('next') ?? '';
  const body = panel(
    postForm(visit, {
      action: '/login/code',
      found,
      body: [
        html`<input type="hidden" name="next" value="${next}">`,
        codeField(visit, pending.account, 'login', found),
        submit('Log in'),
      ],
    }),
  );
  return page(
    layout(visit, {
      title: 'Two-factor authentication',
      section: 'none',
      narrow: true,
      lead: 'Your password was right. Enter the code from your authenticator.',
      body,
    }),
    found === null ? 200 : 422,
  );
}

function logInWithCode(visit: Visit): Reply {
  const { memory } = visit.site;
  const pending = memory.logins.get(visit.loginToken);
  if (pending === null) return redirect('/login');
  const outcome = spendCode(visit, pending.account);
  if (outcome.ok) {
    memory.logins.drop(visit.loginToken);
    return openSession(visit, pending.account, safeNext(visit.form.get('next')));
  }
  if (pending.wrongCodes + 1 >= WRONG_CODES_MAX) {
    memory.logins.drop(visit.loginToken);
    return logInPage(visit, '', problem(null, 'Five codes were wrong. Log in again from the start.'));
  }
  memory.logins.put(visit.loginToken, { account: pending.account, wrongCodes: pending.wrongCodes + 1 });
  return codePage(visit, problem('code', outcome.message));
}

function logOut(visit: Visit): Reply {
  if (visit.sessionToken !== '') visit.site.accounts.closeSession(visit.sessionToken);
  return redirect('/login?done=logged-out', [dropCookie(SESSION_COOKIE), dropCookie(LOGIN_COOKIE)]);
}

/** What a page says when the form token does not fit: nearly always a login that has ended in another tab. */
export function staleFormPage(visit: Visit, back: URL | null): Reply {
  const way =
    visit.account === null
      ? html`<a class="button primary" href="${logInAddress(back)}">Log in</a>`
      : html`<a class="button primary" href="${back === null ? '/' : back.pathname + back.search}">${back === null ? 'Go to the markets' : 'Back to the form'}</a>`;
  const body = html`${alert('This form belongs to a login that has ended, so nothing was changed.')}<p class="actions">${way}</p>`;
  return page(layout(visit, { title: 'Form out of date', section: 'none', body }), 403);
}

export const entranceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/signup',
    access: 'anyone',
    handle: (visit) => (visit.account === null ? signUpPage(visit, '', null) : redirect('/wallet')),
  },
  { method: 'POST', path: '/signup', access: 'anyone', handle: signUp },
  {
    method: 'GET',
    path: '/login',
    access: 'anyone',
    handle: (visit) =>
      visit.account === null ? logInPage(visit, '', null) : redirect(safeNext(visit.url.searchParams.get('next'))),
  },
  { method: 'POST', path: '/login', access: 'anyone', handle: logIn },
  { method: 'GET', path: '/login/code', access: 'anyone', handle: (visit) => codePage(visit, null) },
  { method: 'POST', path: '/login/code', access: 'anyone', handle: logInWithCode },
  { method: 'POST', path: '/logout', access: 'anyone', handle: logOut },
];
