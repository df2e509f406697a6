import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SESSION_COOKIE } from './cookies.ts';
import { createSteps, EMAIL, PASSWORD, Person, type SiteFixture, type Steps, startSite } from './fixture.ts';

let site: SiteFixture;
let steps: Steps;

beforeEach(async () => {
  site = await startSite();
  steps = createSteps(site);
});

afterEach(async () => {
  const { errors } = site;
  await site.stop();
  expect(errors).toEqual([]);
});

describe('entrance', () => {
  test('signing up opens a session in an HttpOnly, SameSite=Strict cookie and leads to Security', async () => {
    const person = await steps.signedUp();
    expect(person.path).toBe('/settings/security?done=welcome');
    expect(person.text).toContain('Your account is ready');
    const response = await fetch(`${site.origin}/login`);
    expect(response.headers.getSetCookie().join()).toMatch(/HttpOnly; SameSite=Strict/);
  });

  test('a wrong password says no more than that, and logging in leads back to where one wanted to go', async () => {
    await steps.signedUp();
    const person = new Person(site.origin);
    await person.open('/settings/api');
    expect(person.path).toBe('/login?next=%2Fsettings%2Fapi');
    await person.send('/login', { email: EMAIL, password: 'wrong password' });
    expect(person.status).toBe(422);
    expect(person.text).toContain('Email or password is not right.');
    await person.send('/login', { email: EMAIL, password: PASSWORD });
    expect(person.path).toBe('/settings/api');
  });

  test('logging in forgot the query of the page one wanted', async () => {
    await steps.signedUp();
    const person = new Person(site.origin);
    await person.open('/orders/history?market=BTC_USDT&status=FILLED&done=cancelled');
    await person.send('/login', { email: EMAIL, password: PASSWORD });
    expect(person.path).toBe('/orders/history?market=BTC_USDT&status=FILLED');
  });

  test('a form after the login had ended in another tab was a dead end: it offers to log in, and leads back', async () => {
    const person = await steps.signedUp();
    await person.open('/wallet/transfer?ticker=BTC');
    const form = new URLSearchParams({ form_token: /name="form_token" value="([^"]+)"/.exec(person.html)?.[1] ?? '' });
    await person.send('/logout', {});
    const sent = (referer: string) => person.request('POST', '/wallet/transfer', form, { referer });
    await sent(`${site.origin}/wallet/transfer?ticker=BTC`);
    expect(person.status).toBe(403);
    expect(person.html).toContain(
      '<a class="button primary" href="/login?next=%2Fwallet%2Ftransfer%3Fticker%3DBTC">Log in</a>',
    );
    await person.open('/login?next=%2Fwallet%2Ftransfer%3Fticker%3DBTC');
    await person.send('/login', { email: EMAIL, password: PASSWORD });
    expect(person.path).toBe('/wallet/transfer?ticker=BTC');
    // Another login since: nothing to log in to, only the form is old.
    await sent(`${site.origin}/wallet/transfer?ticker=BTC`);
    expect(person.html).toContain('href="/wallet/transfer?ticker=BTC">Back to the form</a>');
    // Neither another site's address nor one that only forms are sent to.
    for (const referer of ['http://evil.example/wallet', `${site.origin}/orders/cancel`]) {
      await sent(referer);
      expect(person.html).toContain('href="/">Go to the markets</a>');
    }
  });

  test.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/%2fevil.example'])(
    'logging in never leads to %s',
    async (next) => {
      await steps.signedUp();
      const person = new Person(site.origin);
      await person.open(`/login?next=${encodeURIComponent(next)}`);
      await person.send('/login', { email: EMAIL, password: PASSWORD });
      expect(person.path).toBe('/wallet');
    },
  );

  test('with two-factor on, the password alone opens nothing; a used code is refused, the next one accepted', async () => {
    await steps.withTwoFactor();
    const used = site.accounts.currentTotp(steps.idOf())?.code ?? '';
    const person = new Person(site.origin);
    await person.open('/login');
    await person.send('/login', { email: EMAIL, password: PASSWORD });
    expect(person.path).toContain('/login/code');
    expect(person.cookie(SESSION_COOKIE)).toBeUndefined();
    expect((await new Person(site.origin).open('/wallet')).path).toContain('/login');
    await person.send('/login/code', { code: used });
    expect(person.status).toBe(422);
    expect(person.cookie(SESSION_COOKIE)).toBeUndefined();
    await person.send('/login/code', { code: steps.freshCode() });
    expect(person.path).toBe('/wallet');
  });

  test('five wrong codes send the person back to the password', async () => {
    await steps.withTwoFactor();
    const person = new Person(site.origin);
    await person.open('/login');
    await person.send('/login', { email: EMAIL, password: PASSWORD });
    const right = steps.freshCode();
    const wrong = right === '000000' ? '111111' : '000000';
    for (let attempt = 0; attempt < 5; attempt += 1) await person.send('/login/code', { code: wrong });
    expect(person.text).toContain('Five codes were wrong. Log in again from the start.');
    expect((await person.open('/login/code')).path).toBe('/login');
  });

  test('ten wrong passwords close the door for ten minutes, also for the right one', async () => {
    await steps.signedUp();
    const person = new Person(site.origin);
    await person.open('/login');
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await person.send('/login', { email: EMAIL, password: 'wrong password' });
    }
    await person.send('/login', { email: EMAIL.toUpperCase(), password: PASSWORD });
    expect(person.text).toContain('Wait ten minutes');
    site.clock.advanceMs(10 * 60_000);
    await person.send('/login', { email: EMAIL, password: PASSWORD });
    expect(person.path).toBe('/wallet');
  });

  test('logging out ends the session on the server, not only in the browser', async () => {
    const person = await steps.signedUp();
    const token = person.cookie(SESSION_COOKIE) ?? '';
    await person.send('/logout', {});
    expect(person.text).toContain('You are logged out.');
    const stolen = await fetch(`${site.origin}/wallet`, {
      headers: { cookie: `${SESSION_COOKIE}=${token}` },
      redirect: 'manual',
    });
    expect(stolen.status).toBe(303);
  });
});

describe('guards', () => {
  test('a host name that is not this machine gets nothing', async () => {
    const { request } = await import('node:http');
    const status = await new Promise<number | undefined>((resolve) => {
      request(`${site.origin}/`, { headers: { host: 'rebound.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(421);
  });

  test.each([
    ['of another site', { origin: 'https://evil.example' }],
    ['of another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['null', { origin: 'null' }],
  ])('a form with an origin %s changes nothing', async (_name, headers) => {
    const person = await steps.signedUp();
    const token = /name="form_token" value="([^"]+)"/.exec(person.html)?.[1] ?? '';
    await person.request(
      'POST',
      '/settings/security/two-factor/start',
      new URLSearchParams({ form_token: token }),
      headers,
    );
    expect(person.status).toBe(403);
    expect(site.accounts.currentTotp(steps.idOf())).toBeNull();
  });

  test('a form without the token of its session changes nothing', async () => {
    const other = await steps.signedUp('eve@practice.example');
    const token = /name="form_token" value="([^"]+)"/.exec(other.html)?.[1] ?? '';
    const person = await steps.signedUp();
    for (const body of [new URLSearchParams(), new URLSearchParams({ form_token: token })]) {
      await person.request('POST', '/settings/security/two-factor/start', body);
      expect(person.status).toBe(403);
      expect(person.text).toContain('nothing was changed');
    }
    expect(site.accounts.currentTotp(steps.idOf())).toBeNull();
  });

  test('logging in needs the token too, so that nobody can be logged in to a foreign account', async () => {
    await steps.signedUp();
    const person = new Person(site.origin);
    await person.request('POST', '/login', new URLSearchParams({ email: EMAIL, password: PASSWORD }));
    expect(person.status).toBe(403);
    expect(person.cookie(SESSION_COOKIE)).toBeUndefined();
  });

  test('JSON and oversized forms are refused', async () => {
    const person = await steps.signedUp();
    await person.request('POST', '/wallet/faucet', null, { 'content-type': 'application/json' });
    expect(person.status).toBe(415);
    await person.request('POST', '/wallet/faucet', new URLSearchParams({ amount: '9'.repeat(70_000) }));
    expect(person.status).toBe(413);
  });

  test('every page forbids inline script and style, and holds none', async () => {
    const person = await steps.withKey();
    const paths = [
      '/',
      '/settings/security',
      '/settings/api',
      '/wallet',
      '/wallet/withdraw',
      '/wallet/codes',
      '/wallet/trade',
      '/orders',
      '/orders/history',
      '/orders/trades',
    ];
    for (const path of [...paths, `/settings/api/keys/${steps.onlyKey().id}/access`, '/nowhere']) {
      await person.open(path);
      expect(person.html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=/i);
    }
    const { headers } = await fetch(`${site.origin}/`);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('one account does not see or change the keys of another', async () => {
    await steps.withKey();
    const eve = await steps.signedUp('eve@practice.example');
    const path = `/settings/api/keys/${steps.onlyKey().id}`;
    for (const page of ['access', 'ips', 'name', 'delete', 'created']) {
      expect((await eve.open(`${path}/${page}`)).status).toBe(404);
      expect(eve.html).not.toContain(steps.onlyKey().publicKey);
    }
    const token = /name="form_token" value="([^"]+)"/.exec(eve.html)?.[1] ?? '';
    await eve.request('POST', `${path}/delete`, new URLSearchParams({ form_token: token }));
    expect(eve.status).toBe(404);
    expect(site.accounts.keys(steps.idOf())).toHaveLength(1);
  });

  test.each(['/wallet', '/orders', '/settings/api', '/settings/security'])(
    'a word in the address of %s that every object knows ended in a 500',
    async (path) => {
      const person = await steps.signedUp();
      for (const word of ['constructor', '__proto__']) {
        await person.open(`${path}?done=${word}`);
        expect(person.status).toBe(200);
      }
    },
  );

  test('an unknown address is a 404 page, a known one with the wrong method a 405', async () => {
    const person = new Person(site.origin);
    expect((await person.open('/nowhere')).status).toBe(404);
    expect((await person.request('POST', '/orders', new URLSearchParams())).status).toBe(405);
  });
});

describe('hostile names', () => {
  test('an email and a key name are never markup', async () => {
    const email = `"><img src=x onerror=alert(1)>@practice.example`;
    const person = new Person(site.origin);
    await person.open('/signup');
    await person.send('/signup', { email, password: PASSWORD });
    expect(person.html).not.toContain('<img src=x');

    const owner = await steps.withKey();
    const { id } = steps.onlyKey();
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'b', '/', '='), minLength: 1, maxLength: 40 }),
        async (middle) => {
          site.accounts.renameKey(steps.idOf(), id, `<i>${middle}`);
          await owner.open('/settings/api');
          expect(owner.html).not.toContain('<i>');
          expect(owner.html.match(/<li class="panel key"/g)).toHaveLength(1);
        },
      ),
      { numRuns: 25 },
    );
  });
});
