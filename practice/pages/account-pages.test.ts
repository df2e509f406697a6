import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { ENDPOINT_GROUPS } from '../api/permission-groups.ts';
import { createSteps, Person, type SiteFixture, type Steps, startSite } from './fixture.ts';

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

function endpointsOf(...titles: readonly string[]): string[] {
  return ENDPOINT_GROUPS.filter((group) => titles.includes(group.title)).flatMap((group) => [...group.endpoints]);
}

describe('the guide’s steps 2 to 6', () => {
  test('without two-factor the way to a key leads to Security', async () => {
    const person = await steps.signedUp();
    await person.open('/settings/api/new');
    expect(person.text).toContain('Switch on two-factor authentication first.');
    expect(person.html).toContain('href="/settings/security"');
  });

  test('the setup key survives a reload, and a wrong code does not switch it on', async () => {
    const person = await steps.signedUp();
    await person.open('/settings/security');
    await person.send('/settings/security/two-factor/start', {});
    const setupKey = /class="secret">([^<]+)</.exec(person.html)?.[1];
    expect(person.html).toContain('src="data:image/svg+xml;base64,');
    await person.open('/settings/security');
    expect(/class="secret">([^<]+)</.exec(person.html)?.[1]).toBe(setupKey);
    const wrong = site.accounts.currentTotp(steps.idOf())?.code === '123456' ? '654321' : '123456';
    await person.send('/settings/security/two-factor/on', { code: wrong });
    expect(person.status).toBe(422);
    expect(site.accounts.account(steps.idOf())?.totpEnabled).toBe(false);
  });

  test('key and secret are shown, the secret once, and the key works as the person set it', async () => {
    const person = await steps.withKey();
    expect(person.path).toMatch(/\/created$/);
    const publicKey = /id="api-key"[^>]*value="([0-9a-f]{32})"/.exec(person.html)?.[1];
    const secret = /id="secret-key"[^>]*value="([0-9a-f]{32})"/.exec(person.html)?.[1] ?? 'missing';
    expect(publicKey).toBe(steps.onlyKey().publicKey);
    expect(secret).not.toBe(publicKey);
    await person.open(person.path);
    expect(person.html).not.toContain(secret);
    expect(person.text).toContain('The secret key was shown once and is gone.');

    const wanted = endpointsOf('Trade balance and order history', 'Wallet balance and history', 'Order management');
    const path = `/settings/api/keys/${steps.onlyKey().id}/access`;
    await person.open(path);
    for (const { title } of ENDPOINT_GROUPS) expect(person.text).toContain(title);
    await person.send(path, { endpoint: [...wanted, '/api/v4/made-up'] });
    expect(person.text).toContain(`${wanted.length} endpoints will be on.`);
    expect(steps.onlyKey().endpoints.size).toBe(0);
    await person.send(`${path}/confirm`, { code: steps.freshCode() });
    expect(person.text).toContain('Endpoint access restrictions applied. The key is active.');
    expect([...steps.onlyKey().endpoints].sort()).toEqual([...wanted].sort());
    expect(steps.onlyKey().active).toBe(true);
  });

  test('a used code does not apply changes, and what was ticked is still there for the next try', async () => {
    const person = await steps.withKey();
    const used = site.accounts.currentTotp(steps.idOf())?.code ?? '';
    const path = `/settings/api/keys/${steps.onlyKey().id}/access`;
    await person.open(path);
    await person.send(path, { endpoint: endpointsOf('Codes') });
    await person.send(`${path}/confirm`, { code: used });
    expect(person.text).toContain('This code was used already.');
    expect(steps.onlyKey().endpoints.size).toBe(0);
    await person.send(`${path}/confirm`, { code: steps.freshCode() });
    expect([...steps.onlyKey().endpoints].sort()).toEqual(endpointsOf('Codes').sort());
  });

  test('the practice authenticator says when its code is used and when the next one comes', async () => {
    const person = await steps.withTwoFactor();
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
    const person = await steps.withKey();
    const path = `/settings/api/keys/${steps.onlyKey().id}`;
    await person.open('/settings/api');
    await person.send(`${path}/active`, {});
    expect(steps.onlyKey().active).toBe(true);
    await person.send(`${path}/active`, {});
    expect(steps.onlyKey().active).toBe(false);
    expect(person.text).toContain('Switched off by hand.');

    await person.open(`${path}/name`);
    await person.send(`${path}/name`, { name: '  Desk  ' });
    expect(steps.onlyKey().name).toBe('Desk');

    await person.open(`${path}/ips`);
    await person.send(`${path}/ips`, { ips: '203.0.113.7\r\n2001:db8::7\r\n' });
    expect(steps.onlyKey().ips).toHaveLength(2);

    await person.open(`${path}/delete`);
    await person.send(`${path}/delete`, {});
    expect(person.text).toContain('No API keys yet.');
    expect(site.accounts.keys(steps.idOf())).toHaveLength(0);
  });

  test.each([
    ['a range', '203.0.113.0/24', 'Ranges are not possible here'],
    ['a name', 'localhost', 'is not an IP address'],
    ['51 addresses', Array.from({ length: 51 }, (_, index) => `203.0.113.${index}`).join('\n'), 'a key can have 50'],
  ])('refuses %s with a cure and keeps what was typed', async (_name, ips, words) => {
    const person = await steps.withKey();
    const path = `/settings/api/keys/${steps.onlyKey().id}/ips`;
    await person.open(path);
    await person.send(path, { ips });
    expect(person.status).toBe(422);
    expect(person.text).toContain(words);
    expect(person.html).toContain(ips.split('\n')[0]);
    expect(steps.onlyKey().ips).toEqual([]);
  });

  test('switching two-factor off switches the keys off and says why; they cannot be switched on without it', async () => {
    const person = await steps.withKey();
    site.accounts.setActive(steps.idOf(), steps.onlyKey().id, true);
    await person.open('/settings/security');
    await person.send('/settings/security/two-factor/off', { code: steps.freshCode() });
    await person.open('/settings/api');
    expect(person.text).toContain('Switched off because two-factor authentication was switched off.');
    await person.send(`/settings/api/keys/${steps.onlyKey().id}/active`, {});
    expect(person.status).toBe(422);
    expect(steps.onlyKey().active).toBe(false);
  });
});

describe('wallet', () => {
  const balance = (wallet: 'main' | 'trade', ticker = 'USDT') =>
    (site.accounts.balances(steps.idOf(), wallet).get(ticker)?.available ?? 'none').toString();

  test('faucet, transfer and withdrawal move the money they say they move', async () => {
    const person = await steps.withTwoFactor();
    await person.open('/wallet');
    expect(person.text).toContain('This account is empty.');
    await person.open('/wallet/faucet');
    await person.send('/wallet/faucet', { ticker: 'USDT', amount: '1 000' });
    expect(balance('main')).toBe('1000');
    await person.open('/wallet/transfer');
    await person.send('/wallet/transfer', { from: 'main', to: 'trade', amount: '400' });
    expect([balance('main'), balance('trade')]).toEqual(['600', '400']);
    // It said "Transferred." and left what to be found out.
    expect(person.text).toContain('Transferred 400 USDT from main to trade.');
    await person.open('/wallet/withdraw?ticker=USDT');
    await person.send('/wallet/withdraw', {
      network: 'TRC20',
      address: 'TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE',
      amount: '100',
      fee: 'within',
      code: steps.freshCode(),
    });
    expect(person.path).toBe('/wallet/history?done=withdrawn');
    expect(balance('main')).toBe('500');
    expect(person.text).toContain('Withdrawal');
  });

  test('a withdrawal with a used code, or more than there is, moves nothing and does not use up a code', async () => {
    const person = await steps.withTwoFactor();
    const used = site.accounts.currentTotp(steps.idOf())?.code ?? '';
    await person.open('/wallet/faucet');
    await person.send('/wallet/faucet', { ticker: 'USDT', amount: '50' });
    const order = { network: 'TRC20', address: 'TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE', fee: 'within' };
    await person.open('/wallet/withdraw?ticker=USDT');
    await person.send('/wallet/withdraw', { ...order, amount: '20', code: used });
    expect(person.text).toContain('This code was used already.');
    const code = steps.freshCode();
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
    const person = await steps.signedUp();
    await person.open('/wallet/faucet');
    await person.send('/wallet/faucet', { ticker: 'BTC', amount });
    expect(person.status).toBe(422);
    expect(person.text).toContain(words);
    expect(person.html).toMatch(/id="faucet-amount"[^>]*aria-invalid="true"[^>]*aria-describedby="faucet-amount-error/);
    expect(site.accounts.walletEvents(steps.idOf())).toHaveLength(0);
  });

  test('a code carries money from one account to another, once', async () => {
    const giver = await steps.signedUp();
    await giver.open('/wallet/faucet');
    await giver.send('/wallet/faucet', { ticker: 'USDT', amount: '80' });
    await giver.open('/wallet/codes?ticker=USDT');
    await giver.send('/wallet/codes/create', { amount: '30', passphrase: 'open sesame' });
    expect(balance('main')).toBe('50');
    const code = site.accounts.codes(steps.idOf(), 'mine')[0]?.code ?? '';
    const taker = await steps.signedUp('bob@practice.example');
    await taker.open('/wallet/codes');
    await taker.send('/wallet/codes/apply', { practice_code: code, passphrase: 'wrong' });
    expect(taker.status).toBe(422);
    await taker.send('/wallet/codes/apply', { practice_code: code, passphrase: 'open sesame' });
    expect(taker.text).toContain('The code is applied: 30 USDT is in your main wallet.');
    await taker.send('/wallet/codes/apply', { practice_code: code, passphrase: 'open sesame' });
    expect(taker.text).toContain('This code was applied already.');
    const held = site.accounts.balances(steps.idOf('bob@practice.example'), 'main').get('USDT');
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

  test.each([
    ['halted', 'Halted: no orders are taken'],
    ['post-only', 'Post only: orders that would trade at once are refused'],
    ['delisted', 'Delisted: no longer traded'],
  ] as const)('no page said that a market was %s', async (status, words) => {
    const person = await steps.signedUp();
    const rowOf = (html: string) => html.slice(html.indexOf('data-market="BTC_USDT"')).split('</tr>')[0] ?? '';
    const told = async (): Promise<string | null> => {
      const { markets } = JSON.parse((await person.open('/markets.json')).html);
      return markets.find(({ name }: { name: string }) => name === 'BTC_USDT').status;
    };
    expect(await told()).toBeNull();
    expect(rowOf((await person.open('/')).html)).toContain('data-cell="status" hidden');
    await site.exchange.submit({ kind: 'market-status', market: 'BTC_USDT', status });
    expect(await told()).toContain(words);
    expect(rowOf((await person.open('/')).html)).toContain(words);
    expect((await person.open('/orders?market=BTC_USDT')).text).toContain(`BTC_USDT · ${words}`);
    expect((await person.open('/orders')).text).not.toContain(words);
    await site.exchange.submit({ kind: 'market-status', market: 'BTC_USDT', status: 'open' });
    expect(await told()).toBeNull();
  });

  test('script, style and icon are served under fingerprinted names that may be kept', async () => {
    const { html } = await new Person(site.origin).open('/');
    const paths = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(paths).toHaveLength(10);
    for (const path of paths) {
      const response = await fetch(site.origin + path);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toContain('immutable');
    }
  });
});

describe('transfer', () => {
  test('what a fee left behind could never leave the trade wallet by the page', async () => {
    const person = await steps.signedUp();
    const account = steps.idOf();
    const left = Decimal.parse('99.99123456');
    await site.accounts.wallets.setBalance(account, 'trade', 'USDT', left, Decimal.ZERO);
    await person.open('/wallet/transfer');
    // What Max fills in.
    const max = /<option value="trade"[^>]* data-available="([^"]+)"/.exec(person.html)?.[1] ?? '';
    expect(max).toBe(left.toString());
    await person.send('/wallet/transfer', { ticker: 'USDT', from: 'trade', to: 'main', amount: max });
    expect(person.path).toBe('/wallet?done=transferred');
    expect(site.accounts.balances(account, 'trade').get('USDT')).toBeUndefined();
    expect(site.accounts.balances(account, 'main').get('USDT')?.available.toString()).toBe(left.toString());
    // It cannot be withdrawn so finely: there Max is cut, and taken by the form.
    await person.open('/wallet/codes?ticker=USDT');
    expect(/data-fill="create-amount" data-value="([^"]+)"/.exec(person.html)?.[1]).toBe('99.991234');
    await person.open('/wallet/transfer');
    await person.send('/wallet/transfer', { ticker: 'USDT', from: 'main', to: 'trade', amount: left.toString() });
    expect(site.accounts.balances(account, 'main').get('USDT')?.available.isZero() ?? true).toBe(true);
  });

  test('finer than the exchange counts is refused beside the field', async () => {
    const person = await steps.signedUp();
    site.accounts.faucet(steps.idOf(), 'USDT', Decimal.parse('5'));
    await person.open('/wallet/transfer');
    await person.send('/wallet/transfer', {
      ticker: 'USDT',
      from: 'main',
      to: 'trade',
      amount: `0.${'1'.repeat(19)}`,
    });
    expect(person.status).toBe(422);
    expect(person.text).toMatch(/at most \d+ decimal places/);
  });

  test('changing the asset threw away From, To and the amount: it is one form now', async () => {
    const person = await steps.signedUp();
    site.accounts.faucet(steps.idOf(), 'BTC', Decimal.parse('0.5'));
    await person.open('/wallet/transfer?ticker=BTC');
    const form = /<form[^>]*action="\/wallet\/transfer"[\s\S]*?<\/form>/.exec(person.html)?.[0] ?? '';
    for (const name of ['ticker', 'from', 'to', 'amount']) expect(form).toContain(`name="${name}"`);
    expect(form).toMatch(/<option value="BTC" selected data-main="0.5" data-trade="0" data-collateral="0">/);
    expect(person.html).not.toContain('method="get" action="/wallet/transfer"');
    // A refusal keeps them as well.
    await person.send('/wallet/transfer', { ticker: 'BTC', from: 'main', to: 'collateral', amount: '7' });
    expect(person.status).toBe(422);
    for (const kept of [/<option value="BTC" selected/, /<option value="collateral" selected/, /value="7"/])
      expect(person.html).toMatch(kept);
  });
});

test('"switches off after 14 days" stood behind "any address" as if it were about the address', async () => {
  const person = await steps.withKey();
  await person.open('/settings/api');
  expect(person.html).toContain('<dt>IP addresses</dt><dd>any address</dd>');
  expect(person.html).toContain('<dt>Stays on</dt><dd>until nobody uses it for 14 days</dd>');
  site.accounts.setIps(steps.idOf(), steps.onlyKey().id, ['203.0.113.7']);
  expect((await person.open('/settings/api')).html).not.toContain('Stays on');
});
