import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ENDPOINT_GROUPS } from '../api/permission-groups.ts';
import type { AccountId } from '../ports.ts';
import { SESSION_COOKIE } from './cookies.ts';
import { Person, type SiteFixture, startSite } from './fixture.ts';

const EMAIL = 'ada@practice.example';
const PASSWORD = 'correct horse battery';
/** One step of the authenticator: after it a fresh code is due. */
const STEP_MS = 30_000;

let site: SiteFixture;

beforeEach(async () => {
  site = await startSite();
});

afterEach(async () => {
  const { errors } = site;
  await site.stop();
  expect(errors).toEqual([]);
});

async function signedUp(email = EMAIL): Promise<Person> {
  const person = new Person(site.origin);
  await person.open('/signup');
  return person.send('/signup', { email, password: PASSWORD });
}

function idOf(email = EMAIL): AccountId {
  const account = site.accounts.accountByEmail(email);
  if (account === null) throw new Error('no such account');
  return account.id;
}

/** A code that was not used yet: the clock moves on to the next one. */
function freshCode(email = EMAIL): string {
  site.clock.advanceMs(STEP_MS);
  const current = site.accounts.currentTotp(idOf(email));
  if (current === null) throw new Error('no authenticator');
  return current.code;
}

async function withTwoFactor(): Promise<Person> {
  const person = await signedUp();
  await person.open('/settings/security');
  await person.send('/settings/security/two-factor/start', {});
  await person.send('/settings/security/two-factor/on', { code: freshCode() });
  expect(person.text).toContain('Two-factor authentication is on.');
  return person;
}

async function withKey(): Promise<Person> {
  const person = await withTwoFactor();
  await person.open('/settings/api/new');
  return person.send('/settings/api/new', { code: freshCode() });
}

function endpointsOf(...titles: readonly string[]): string[] {
  return ENDPOINT_GROUPS.filter((group) => titles.includes(group.title)).flatMap((group) => [...group.endpoints]);
}

function onlyKey() {
  const key = site.accounts.keys(idOf())[0];
  if (key === undefined) throw new Error('no key');
  return key;
}

describe('entrance', () => {
  test('signing up opens a session in an HttpOnly, SameSite=Strict cookie and leads to Security', async () => {
    const person = await signedUp();
    expect(person.path).toBe('/settings/security?done=welcome');
    expect(person.text).toContain('Your account is ready');
    const response = await fetch(`${site.origin}/login`);
    expect(response.headers.getSetCookie().join()).toMatch(/HttpOnly; SameSite=Strict/);
  });

  test('a wrong password says no more than that, and logging in leads back to where one wanted to go', async () => {
    await signedUp();
    const person = new Person(site.origin);
    await person.open('/settings/api');
    expect(person.path).toBe('/login?next=%2Fsettings%2Fapi');
    await person.send('/login', { email: EMAIL, password: 'wrong password' });
    expect(person.status).toBe(422);
    expect(person.text).toContain('Email or password is not right.');
    await person.send('/login', { email: EMAIL, password: PASSWORD });
    expect(person.path).toBe('/settings/api');
  });

  test.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/%2fevil.example'])(
    'logging in never leads to %s',
    async (next) => {
      await signedUp();
      const person = new Person(site.origin);
      await person.open(`/login?next=${encodeURIComponent(next)}`);
      await person.send('/login', { email: EMAIL, password: PASSWORD });
      expect(person.path).toBe('/wallet');
    },
  );

  test('with two-factor on, the password alone opens nothing; a used code is refused, the next one accepted', async () => {
    await withTwoFactor();
    const used = site.accounts.currentTotp(idOf())?.code ?? '';
    const person = new Person(site.origin);
    await person.open('/login');
    await person.send('/login', { email: EMAIL, password: PASSWORD });
    expect(person.path).toContain('/login/code');
    expect(person.cookie(SESSION_COOKIE)).toBeUndefined();
    expect((await new Person(site.origin).open('/wallet')).path).toContain('/login');
    await person.send('/login/code', { code: used });
    expect(person.status).toBe(422);
    expect(person.cookie(SESSION_COOKIE)).toBeUndefined();
    await person.send('/login/code', { code: freshCode() });
    expect(person.path).toBe('/wallet');
  });

  test('five wrong codes send the person back to the password', async () => {
    await withTwoFactor();
    const person = new Person(site.origin);
    await person.open('/login');
    await person.send('/login', { email: EMAIL, password: PASSWORD });
    const right = freshCode();
    const wrong = right === '000000' ? '111111' : '000000';
    for (let attempt = 0; attempt < 5; attempt += 1) await person.send('/login/code', { code: wrong });
    expect(person.text).toContain('Five codes were wrong. Log in again from the start.');
    expect((await person.open('/login/code')).path).toBe('/login');
  });

  test('ten wrong passwords close the door for ten minutes, also for the right one', async () => {
    await signedUp();
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
    const person = await signedUp();
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
    const person = await signedUp();
    const token = /name="form_token" value="([^"]+)"/.exec(person.html)?.[1] ?? '';
    await person.request(
      'POST',
      '/settings/security/two-factor/start',
      new URLSearchParams({ form_token: token }),
      headers,
    );
    expect(person.status).toBe(403);
    expect(site.accounts.currentTotp(idOf())).toBeNull();
  });

  test('a form without the token of its session changes nothing', async () => {
    const other = await signedUp('eve@practice.example');
    const token = /name="form_token" value="([^"]+)"/.exec(other.html)?.[1] ?? '';
    const person = await signedUp();
    for (const body of [new URLSearchParams(), new URLSearchParams({ form_token: token })]) {
      await person.request('POST', '/settings/security/two-factor/start', body);
      expect(person.status).toBe(403);
      expect(person.text).toContain('nothing was changed');
    }
    expect(site.accounts.currentTotp(idOf())).toBeNull();
  });

  test('logging in needs the token too, so that nobody can be logged in to a foreign account', async () => {
    await signedUp();
    const person = new Person(site.origin);
    await person.request('POST', '/login', new URLSearchParams({ email: EMAIL, password: PASSWORD }));
    expect(person.status).toBe(403);
    expect(person.cookie(SESSION_COOKIE)).toBeUndefined();
  });

  test('JSON and oversized forms are refused', async () => {
    const person = await signedUp();
    await person.request('POST', '/wallet/faucet', null, { 'content-type': 'application/json' });
    expect(person.status).toBe(415);
    await person.request('POST', '/wallet/faucet', new URLSearchParams({ amount: '9'.repeat(70_000) }));
    expect(person.status).toBe(413);
  });

  test('every page forbids inline script and style, and holds none', async () => {
    const person = await withKey();
    const paths = [
      '/',
      '/settings/security',
      '/settings/api',
      '/wallet',
      '/wallet/withdraw',
      '/wallet/codes',
      '/orders',
    ];
    for (const path of [...paths, `/settings/api/keys/${onlyKey().id}/access`, '/nowhere']) {
      await person.open(path);
      expect(person.html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=/i);
    }
    const { headers } = await fetch(`${site.origin}/`);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('one account does not see or change the keys of another', async () => {
    await withKey();
    const eve = await signedUp('eve@practice.example');
    const path = `/settings/api/keys/${onlyKey().id}`;
    for (const page of ['access', 'ips', 'name', 'delete', 'created']) {
      expect((await eve.open(`${path}/${page}`)).status).toBe(404);
      expect(eve.html).not.toContain(onlyKey().publicKey);
    }
    const token = /name="form_token" value="([^"]+)"/.exec(eve.html)?.[1] ?? '';
    await eve.request('POST', `${path}/delete`, new URLSearchParams({ form_token: token }));
    expect(eve.status).toBe(404);
    expect(site.accounts.keys(idOf())).toHaveLength(1);
  });

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

    const owner = await withKey();
    const { id } = onlyKey();
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'b', '/', '='), minLength: 1, maxLength: 40 }),
        async (middle) => {
          site.accounts.renameKey(idOf(), id, `<i>${middle}`);
          await owner.open('/settings/api');
          expect(owner.html).not.toContain('<i>');
          expect(owner.html.match(/<li class="panel key"/g)).toHaveLength(1);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('the guide’s steps 2 to 6', () => {
  test('without two-factor the way to a key leads to Security', async () => {
    const person = await signedUp();
    await person.open('/settings/api/new');
    expect(person.text).toContain('Switch on two-factor authentication first.');
    expect(person.html).toContain('href="/settings/security"');
  });

  test('the setup key survives a reload, and a wrong code does not switch it on', async () => {
    const person = await signedUp();
    await person.open('/settings/security');
    await person.send('/settings/security/two-factor/start', {});
    const setupKey = /class="secret">([^<]+)</.exec(person.html)?.[1];
    expect(person.html).toContain('src="data:image/svg+xml;base64,');
    await person.open('/settings/security');
    expect(/class="secret">([^<]+)</.exec(person.html)?.[1]).toBe(setupKey);
    const wrong = site.accounts.currentTotp(idOf())?.code === '123456' ? '654321' : '123456';
    await person.send('/settings/security/two-factor/on', { code: wrong });
    expect(person.status).toBe(422);
    expect(site.accounts.account(idOf())?.totpEnabled).toBe(false);
  });

  test('key and secret are shown, the secret once, and the key works as the person set it', async () => {
    const person = await withKey();
    expect(person.path).toMatch(/\/created$/);
    const publicKey = /id="api-key"[^>]*value="([0-9a-f]{32})"/.exec(person.html)?.[1];
    const secret = /id="secret-key"[^>]*value="([0-9a-f]{32})"/.exec(person.html)?.[1] ?? 'missing';
    expect(publicKey).toBe(onlyKey().publicKey);
    expect(secret).not.toBe(publicKey);
    await person.open(person.path);
    expect(person.html).not.toContain(secret);
    expect(person.text).toContain('The secret key was shown once and is gone.');

    const wanted = endpointsOf('Trade balance and order history', 'Wallet balance and history', 'Order management');
    const path = `/settings/api/keys/${onlyKey().id}/access`;
    await person.open(path);
    for (const { title } of ENDPOINT_GROUPS) expect(person.text).toContain(title);
    await person.send(path, { endpoint: [...wanted, '/api/v4/made-up'] });
    expect(person.text).toContain(`${wanted.length} endpoints will be on.`);
    expect(onlyKey().endpoints.size).toBe(0);
    await person.send(`${path}/confirm`, { code: freshCode() });
    expect(person.text).toContain('Endpoint access restrictions applied. The key is active.');
    expect([...onlyKey().endpoints].sort()).toEqual([...wanted].sort());
    expect(onlyKey().active).toBe(true);
  });

  test('a used code does not apply changes, and what was ticked is still there for the next try', async () => {
    const person = await withKey();
    const used = site.accounts.currentTotp(idOf())?.code ?? '';
    const path = `/settings/api/keys/${onlyKey().id}/access`;
    await person.open(path);
    await person.send(path, { endpoint: endpointsOf('Codes') });
    await person.send(`${path}/confirm`, { code: used });
    expect(person.text).toContain('This code was used already.');
    expect(onlyKey().endpoints.size).toBe(0);
    await person.send(`${path}/confirm`, { code: freshCode() });
    expect([...onlyKey().endpoints].sort()).toEqual(endpointsOf('Codes').sort());
  });

  test('the practice authenticator says when its code is used and when the next one comes', async () => {
    const person = await withTwoFactor();
    site.clock.advanceMs(18_000);
    await person.open('/settings/security');
    const view = JSON.parse((await person.open('/authenticator.json')).html);
    expect(view).toMatchObject({ used: true, secondsLeft: 12 });
    await person.open('/settings/security');
    expect(person.text).toContain('used, the next one comes in 12 s');
    expect((await new Person(site.origin).open('/authenticator.json')).status).toBe(404);
  });
});

describe('looking after a key', () => {
  test('off and on again by the switch; name and addresses; gone after deleting', async () => {
    const person = await withKey();
    const path = `/settings/api/keys/${onlyKey().id}`;
    await person.open('/settings/api');
    await person.send(`${path}/active`, {});
    expect(onlyKey().active).toBe(true);
    await person.send(`${path}/active`, {});
    expect(onlyKey().active).toBe(false);
    expect(person.text).toContain('Switched off by hand.');

    await person.open(`${path}/name`);
    await person.send(`${path}/name`, { name: '  Desk  ' });
    expect(onlyKey().name).toBe('Desk');

    await person.open(`${path}/ips`);
    await person.send(`${path}/ips`, { ips: '203.0.113.7\r\n2001:db8::7\r\n' });
    expect(onlyKey().ips).toHaveLength(2);

    await person.open(`${path}/delete`);
    await person.send(`${path}/delete`, {});
    expect(person.text).toContain('No API keys yet.');
    expect(site.accounts.keys(idOf())).toHaveLength(0);
  });

  test.each([
    ['a range', '203.0.113.0/24', 'Ranges are not possible here'],
    ['a name', 'localhost', 'is not an IP address'],
    ['51 addresses', Array.from({ length: 51 }, (_, index) => `203.0.113.${index}`).join('\n'), 'a key can have 50'],
  ])('refuses %s with a cure and keeps what was typed', async (_name, ips, words) => {
    const person = await withKey();
    const path = `/settings/api/keys/${onlyKey().id}/ips`;
    await person.open(path);
    await person.send(path, { ips });
    expect(person.status).toBe(422);
    expect(person.text).toContain(words);
    expect(person.html).toContain(ips.split('\n')[0]);
    expect(onlyKey().ips).toEqual([]);
  });

  test('switching two-factor off switches the keys off and says why; they cannot be switched on without it', async () => {
    const person = await withKey();
    site.accounts.setActive(idOf(), onlyKey().id, true);
    await person.open('/settings/security');
    await person.send('/settings/security/two-factor/off', { code: freshCode() });
    await person.open('/settings/api');
    expect(person.text).toContain('Switched off because two-factor authentication was switched off.');
    await person.send(`/settings/api/keys/${onlyKey().id}/active`, {});
    expect(person.status).toBe(422);
    expect(onlyKey().active).toBe(false);
  });
});

describe('wallet', () => {
  const balance = (wallet: 'main' | 'trade', ticker = 'USDT') =>
    (site.accounts.balances(idOf(), wallet).get(ticker)?.available ?? 'none').toString();

  test('faucet, transfer and withdrawal move the money they say they move', async () => {
    const person = await withTwoFactor();
    await person.open('/wallet');
    expect(person.text).toContain('This account is empty.');
    await person.open('/wallet/faucet');
    await person.send('/wallet/faucet', { ticker: 'USDT', amount: '1 000' });
    expect(balance('main')).toBe('1000');
    await person.open('/wallet/transfer');
    await person.send('/wallet/transfer', { from: 'main', to: 'trade', amount: '400' });
    expect([balance('main'), balance('trade')]).toEqual(['600', '400']);
    await person.open('/wallet/withdraw?ticker=USDT');
    await person.send('/wallet/withdraw', {
      network: 'TRC20',
      address: 'TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE',
      amount: '100',
      fee: 'within',
      code: freshCode(),
    });
    expect(person.path).toBe('/wallet/history?done=withdrawn');
    expect(balance('main')).toBe('500');
    expect(person.text).toContain('Withdrawal');
  });

  test('a withdrawal with a used code, or more than there is, moves nothing and does not use up a code', async () => {
    const person = await withTwoFactor();
    const used = site.accounts.currentTotp(idOf())?.code ?? '';
    await person.open('/wallet/faucet');
    await person.send('/wallet/faucet', { ticker: 'USDT', amount: '50' });
    const order = { network: 'TRC20', address: 'TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE', fee: 'within' };
    await person.open('/wallet/withdraw?ticker=USDT');
    await person.send('/wallet/withdraw', { ...order, amount: '20', code: used });
    expect(person.text).toContain('This code was used already.');
    const code = freshCode();
    await person.send('/wallet/withdraw', { ...order, amount: '5000', code });
    expect(person.text).toContain('Main holds 50 USDT');
    expect(balance('main')).toBe('50');
    await person.send('/wallet/withdraw', { ...order, amount: '20', code });
    expect(balance('main')).toBe('30');
  });

  test.each([
    ['', 'The amount is missing.'],
    ['0,5', 'Use a point'],
    ['1e3', 'This is not an amount.'],
    ['-1', 'more than zero'],
    ['0', 'more than zero'],
    [`0.${'0'.repeat(30)}1`, 'too fine'],
  ])('an amount of %j is refused beside its field', async (amount, words) => {
    const person = await signedUp();
    await person.open('/wallet/faucet');
    await person.send('/wallet/faucet', { ticker: 'BTC', amount });
    expect(person.status).toBe(422);
    expect(person.text).toContain(words);
    expect(person.html).toMatch(/id="faucet-amount"[^>]*aria-invalid="true"[^>]*aria-describedby="faucet-amount-error/);
    expect(site.accounts.walletEvents(idOf())).toHaveLength(0);
  });

  test('a code carries money from one account to another, once', async () => {
    const giver = await signedUp();
    await giver.open('/wallet/faucet');
    await giver.send('/wallet/faucet', { ticker: 'USDT', amount: '80' });
    await giver.open('/wallet/codes?ticker=USDT');
    await giver.send('/wallet/codes/create', { amount: '30', passphrase: 'open sesame' });
    expect(balance('main')).toBe('50');
    const code = site.accounts.codes(idOf(), 'mine')[0]?.code ?? '';
    const taker = await signedUp('bob@practice.example');
    await taker.open('/wallet/codes');
    await taker.send('/wallet/codes/apply', { practice_code: code, passphrase: 'wrong' });
    expect(taker.status).toBe(422);
    await taker.send('/wallet/codes/apply', { practice_code: code, passphrase: 'open sesame' });
    expect(taker.text).toContain('The code is applied.');
    await taker.send('/wallet/codes/apply', { practice_code: code, passphrase: 'open sesame' });
    expect(taker.text).toContain('This code was applied already.');
    const held = site.accounts.balances(idOf('bob@practice.example'), 'main').get('USDT');
    expect(held?.available.toString()).toBe('30');
  });
});

describe('markets', () => {
  test('the table and what it is refreshed from say the same', async () => {
    const person = await new Person(site.origin).open('/');
    const { html } = person;
    const { markets } = JSON.parse((await person.open('/markets.json')).html);
    expect(markets.length).toBeGreaterThanOrEqual(12);
    for (const market of markets) {
      const row = html.slice(html.indexOf(`data-market="${market.name}"`)).split('</tr>')[0] ?? '';
      expect(row).toContain(`value="${market.last.exact}"`);
      expect(row).toContain(market.change.text);
    }
  });

  test('script, style and icon are served under fingerprinted names that may be kept', async () => {
    const { html } = await new Person(site.origin).open('/');
    const paths = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(paths).toHaveLength(3);
    for (const path of paths) {
      const response = await fetch(site.origin + path);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toContain('immutable');
    }
  });
});
