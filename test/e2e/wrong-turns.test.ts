/**
 * Every way in which step 8 can go wrong at WhiteBIT, caused at the practice exchange, with the words that a person
 * reads then: one cause, one cure, one button. Nothing may be stored on any of them.
 */

import { createHmac } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RunningDesk } from '../running-desk.ts';
import { newPerson, type Person, startBrowser } from './browser.ts';
import { type Attempt, DeskApi, newId } from './desk-api.ts';
import { card, claim, startDeskForWhitebit } from './desk-site.ts';
import { Exchange, GOOD, type Group, type Key } from './exchange.ts';
import { look } from './practice-site.ts';

/** An address of the block that documents use; no packet ever comes from there. */
const FOREIGN_ADDRESS = '203.0.113.9';
/** Far above every nonce that a clock gives, as a program would make it that counts in microseconds. */
const HUGE_NONCE = 9_000_000_000_000_000;

let browser: Browser;
let desk: RunningDesk;
let exchange: Exchange;
let person: Person;
let page: Page;
let api: DeskApi;
let count = 0;

beforeAll(async () => {
  [browser, desk] = await Promise.all([startBrowser(), startDeskForWhitebit()]);
  exchange = new Exchange(desk.practice);
  person = await newPerson(browser, [desk.address, desk.address.replace('http', 'ws')]);
  page = person.page;
  await claim(page, desk);
  await page.getByRole('button', { name: 'Later', exact: true }).click();
  api = new DeskApi(person.context, desk.address);
});
afterAll(async () => {
  await Promise.all([browser?.close(), desk?.end()]);
});
afterEach(async () => {
  expect(person.faults).toEqual([]);
  await exchange.healthy();
  // A tab that holds typed keys asks before it is left.
  await page.close();
  page = await person.context.newPage();
  await api.removeAll();
});

/** An account of its own for each row, known by its deposit; with `empty` nothing ever happened in it. */
async function newAccount(how: 'funded' | 'empty' = 'funded'): Promise<string> {
  count += 1;
  const email = `person-${count}@practice.example`;
  await exchange.account(email);
  if (how === 'funded') {
    await exchange.faucet(email, 'USDT', '500');
    await exchange.balance(email, 'trade', 'USDT', '1250.75');
  }
  return email;
}

type Words = {
  readonly code: string;
  readonly title: string;
  readonly cause: string;
  readonly cure: string;
  readonly button: string;
};

function expectRefused(attempt: Attempt, words: Words): void {
  const { trouble } = attempt;
  expect(attempt.state).toBe('refused');
  expect({
    code: trouble?.code,
    title: trouble?.title,
    cause: trouble?.cause,
    cure: trouble?.cure,
    button: trouble?.action.label,
  }).toEqual(words);
}

async function fillAndConnect(key: Key): Promise<void> {
  await page.goto(`${desk.address}/exchanges/add?venue=whitebit`);
  await page.getByLabel('API key', { exact: true }).fill(key.apiKey);
  await page.getByLabel('Secret key', { exact: true }).fill(key.secret);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
}

/** The words as they stand on the page, and the one button that mends it. */
async function expectOnPage(words: Words, role: 'button' | 'link' = 'button'): Promise<void> {
  const result = page.getByRole('alert', { name: 'Result' });
  await result.getByRole('heading', { name: words.title, exact: true }).waitFor();
  const text = (await result.innerText()).replaceAll(/\s+/g, ' ');
  expect(text).toContain(words.cause);
  expect(text).toContain(words.cure);
  expect(text).toContain('Nothing was stored.');
  await result.getByRole(role, { name: words.button, exact: true }).waitFor();
}

async function nothingStored(): Promise<void> {
  expect(await api.connections()).toEqual([]);
  expect((await api.get('custody.read')).keys).toBe(0);
}

const NOT_ITS_PAIR: Words = {
  code: 'key-or-secret',
  title: 'WhiteBIT refuses this pair of key and secret.',
  cause: 'One of the two is mistyped, or the key was deleted. WhiteBIT does not say which.',
  cure: 'Copy both again. If the secret is lost, make a new key.',
  button: 'Paste again',
};
const CANNOT_TRADE: Words = {
  code: 'cannot-trade',
  title: 'This key may read but not trade.',
  cause: 'The switch Order management is off.',
  cure: 'Turn it on at WhiteBIT and check again, or connect it to watch only.',
  button: 'Use it to watch only',
};
const KEY_OFF: Words = {
  code: 'key-off',
  title: 'This key is switched off at WhiteBIT.',
  cause:
    'It was never activated, it lay unused for 14 days, 2FA was switched off, or a call came from an address that is not on its list. WhiteBIT does not say which.',
  cure: 'Open the key at WhiteBIT, look at its list of addresses, and turn the switch beside its name on.',
  button: 'Open the key page',
};
const canMoveMoney = (switches: string): Words => ({
  code: 'can-withdraw',
  title: 'Refused: this key can move your money away.',
  cause: `At WhiteBIT it has these switches on: ${switches}. Nothing here ever needs them.`,
  cure: 'Turn them off under Endpoint access restrictions and apply the changes. Until then this key is not used.',
  button: 'Check again',
});
const readRight = (wallet: string, name: string, lack = ''): Omit<Words, 'code'> => ({
  title: `This key may not read the ${wallet}.`,
  cause: `The switch ${name} is off${lack}.`,
  cure: 'Turn it on under Endpoint access restrictions, apply the changes, and check again.',
  button: 'Check again',
});
const alreadyHere = (label: string): Words => ({
  code: 'already-connected',
  title: `This account is already here as “${label}”.`,
  cause: 'The same account, or the same key, stands behind both.',
  cure: `Replace the key of “${label}” instead; its history stays.`,
  button: 'Replace its key instead',
});

describe('on the page', () => {
  test('a pair that the exchange does not know', async () => {
    await fillAndConnect({ apiKey: 'a'.repeat(32), secret: 'b'.repeat(32) });
    await expectOnPage(NOT_ITS_PAIR);
    await look(page, 'desk-refused-pair');
    await nothingStored();
    await page.getByRole('button', { name: 'Paste again', exact: true }).click();
    expect(await page.getByLabel('Secret key', { exact: true }).inputValue()).toBe('');
  });

  test('key and secret in each other’s field, mended by one button', async () => {
    const key = await exchange.key(await newAccount());
    await fillAndConnect({ apiKey: key.secret, secret: key.apiKey });
    await expectOnPage({
      code: 'swapped',
      title: 'Key and secret are swapped.',
      cause: 'WhiteBIT knows this pair the other way round.',
      cure: 'Swap them and connect again.',
      button: 'Swap them',
    });
    await nothingStored();
    await page.getByRole('button', { name: 'Swap them', exact: true }).click();
    await page.getByRole('heading', { name: /^Connected\./ }).waitFor();
  });

  test('a key that is switched off', async () => {
    const email = await newAccount();
    const key = await exchange.key(email);
    await exchange.change(email, key, { active: false });
    await fillAndConnect(key);
    await expectOnPage(KEY_OFF, 'link');
    const link = page.getByRole('link', { name: 'Open the key page', exact: true });
    expect(await link.getAttribute('href')).toBe(`${desk.practice}/settings/api`);
    await nothingStored();
    await exchange.change(email, key, { active: true });
    await page.getByRole('button', { name: 'Check again', exact: true }).click();
    await page.getByRole('heading', { name: /^Connected\./ }).waitFor();
  });

  test('a key that may not read', async () => {
    await fillAndConnect(await exchange.key(await newAccount(), ['wallet-read', 'orders']));
    await expectOnPage({
      code: 'right-missing-read',
      ...readRight('trading balance', 'Trade balance and order history'),
    });
    await look(page, 'desk-refused-read');
    await nothingStored();
  });

  test('a key that cannot trade is offered for watching', async () => {
    await fillAndConnect(await exchange.key(await newAccount(), ['trade-read', 'wallet-read']));
    await expectOnPage(CANNOT_TRADE);
    await look(page, 'desk-refused-trade');
    await nothingStored();
    await page.getByRole('button', { name: 'Use it to watch only', exact: true }).click();
    await page.getByRole('heading', { name: 'Connected, read-only. 1 250.75 USDT on WhiteBIT.' }).waitFor();
    await page.getByRole('button', { name: 'Done', exact: true }).click();
    await card(page, 'WhiteBIT').getByText('Read-only', { exact: true }).waitFor();
    await card(page, 'WhiteBIT').getByText('Cannot trade', { exact: true }).waitFor();
  });

  test('a key that can withdraw is refused until it cannot', async () => {
    const email = await newAccount();
    const key = await exchange.key(email, [...GOOD, 'withdraw']);
    await fillAndConnect(key);
    await expectOnPage(canMoveMoney('Withdrawal'));
    await look(page, 'desk-refused-withdraw');
    await nothingStored();
    await page.getByRole('button', { name: 'Check again', exact: true }).click();
    await expectOnPage(canMoveMoney('Withdrawal'));
    await exchange.change(email, key, { groups: GOOD });
    await page.getByRole('button', { name: 'Check again', exact: true }).click();
    await page.getByRole('heading', { name: 'Connected. 1 250.75 USDT to trade on WhiteBIT.' }).waitFor();
  });

  test('an exchange in maintenance', async () => {
    const key = await exchange.key(await newAccount());
    await exchange.fault('maintenance');
    await fillAndConnect(key);
    await expectOnPage({
      code: 'down',
      title: 'WhiteBIT is out of service.',
      cause: 'It answers with an error of its own, as in maintenance. The key is untouched.',
      cure: 'Wait until it is back. We try again by ourselves.',
      button: 'Try again',
    });
    await look(page, 'desk-refused-down');
    await nothingStored();
    await exchange.healthy();
    await page.getByRole('button', { name: 'Try again', exact: true }).click();
    await page.getByRole('heading', { name: /^Connected\./ }).waitFor();
  });

  test('an account that is here already leads to Replace key', async () => {
    const email = await newAccount();
    await api.connect(await exchange.key(email), { label: 'Savings' });
    await fillAndConnect(await exchange.key(email));
    await expectOnPage(alreadyHere('Savings'));
    await look(page, 'desk-refused-already');
    expect(await api.connections()).toHaveLength(1);
    await page.getByRole('button', { name: 'Replace its key instead', exact: true }).click();
    await page.getByText('What you typed is forgotten.').waitFor();
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByRole('dialog', { name: 'Replace key of Savings' }).waitFor();
  });

  test('an empty account is connected, and said to be empty', async () => {
    await fillAndConnect(await exchange.key(await newAccount('empty')));
    await page.getByRole('heading', { name: 'Connected. This account on WhiteBIT holds nothing yet.' }).waitFor();
    await look(page, 'desk-connected-empty');
  });
});

/** Rows that differ in cause and words only: told by the attempt that the page shows. */
type Row = {
  readonly name: string;
  readonly words: Words;
  readonly groups?: readonly Group[];
  readonly cause?: (email: string, key: Key) => Promise<unknown>;
};

const ROWS: readonly Row[] = [
  {
    name: 'the main wallet is closed to the key',
    groups: ['trade-read', 'orders'],
    words: {
      code: 'right-missing-wallet',
      ...readRight(
        'main wallet',
        'Wallet balance and history',
        ', so the total would lack what lies in the main wallet',
      ),
    },
  },
  { name: 'the key can transfer', groups: [...GOOD, 'transfer'], words: canMoveMoney('Balance transfer') },
  { name: 'the key can make codes', groups: [...GOOD, 'codes'], words: canMoveMoney('Codes') },
  {
    name: 'the key can do all of it',
    groups: [...GOOD, 'deposit', 'withdraw', 'transfer', 'codes'],
    words: canMoveMoney('Withdrawal, Balance transfer, Codes'),
  },
  {
    name: 'the key was deleted',
    cause: (email, key) => exchange.deleteKey(email, key),
    words: NOT_ITS_PAIR,
  },
  {
    name: 'the key is bound to another address, and our call switched it off',
    cause: async (email, key) => {
      await exchange.change(email, key, { ips: ['127.0.0.1'] });
      await exchange.pretendAddress(key, FOREIGN_ADDRESS);
    },
    words: KEY_OFF,
  },
  {
    name: 'the exchange cannot be reached',
    cause: () => exchange.fault('unreachable'),
    words: {
      code: 'unreachable',
      title: 'WhiteBIT cannot be reached from here.',
      cause: 'No answer came: the connection, a firewall or the exchange itself. The key is untouched.',
      cure: 'Look at the connection of this machine. We try again by ourselves.',
      button: 'Try again',
    },
  },
  {
    name: 'the answer is no JSON that anybody would understand',
    cause: () => exchange.fault('malformed', { path: '/api/v4/trade-account' }),
    words: {
      code: 'not-understood',
      title: 'WhiteBIT gave an answer that we do not understand.',
      cause: 'It may have changed something, or something in between answered in its place.',
      cure: 'Check again later. If it stays, report it together with the details below.',
      button: 'Check again',
    },
  },
  {
    name: 'another program counts its requests higher with the same key',
    cause: (_email, key) => requestOfAnotherProgram(key),
    words: {
      code: 'nonce',
      title: 'Another program seems to use this key.',
      cause: 'WhiteBIT has seen a higher request number from this key than ours.',
      cure: 'Make a key for each program, and give this one to Gapless alone.',
      button: 'Open the key page',
    },
  },
];

/** Signed as WhiteBIT's documents say, by a program that is not ours. */
async function requestOfAnotherProgram(key: Key): Promise<void> {
  const path = '/api/v4/trade-account/balance';
  const body = JSON.stringify({ request: path, nonce: HUGE_NONCE, nonceWindow: false });
  const payload = Buffer.from(body).toString('base64');
  const signature = createHmac('sha512', key.secret).update(payload).digest('hex');
  const reply = await fetch(`${desk.practice}${path}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-TXC-APIKEY': key.apiKey,
      'X-TXC-PAYLOAD': payload,
      'X-TXC-SIGNATURE': signature,
    },
    body,
  });
  expect(reply.status).toBe(200);
}

describe('told by the attempt', () => {
  test.each(ROWS)('$name', async ({ words, groups = GOOD, cause }) => {
    const email = await newAccount();
    const key = await exchange.key(email, groups);
    await cause?.(email, key);
    expectRefused(await api.connect(key), words);
    await nothingStored();
  });

  test('a right that the exchange does not tell has to be looked at by a person', async () => {
    const key = await exchange.key(await newAccount());
    await exchange.fault('malformed', { path: '/api/v4/main-account/withdraw' });
    expectRefused(await api.connect(key), {
      code: 'rights-unknown',
      title: 'We could not find out what this key may do.',
      cause: 'WhiteBIT gave no clear answer about: Withdrawal.',
      cure: 'Look at the key at WhiteBIT. Go on only if withdrawal, transfer and codes are switched off.',
      button: 'I looked: they are off',
    });
    await nothingStored();
    const again = await api.connect(key, { confirmed: ['cannot-withdraw'] });
    expect(again.state).toBe('stored');
    expect(again.result?.rightsSource).toBe('user-confirmed');
  });

  test('text that can be no key is refused before anything is sent', async () => {
    const before = (await exchange.requests()).at(-1)?.number ?? 0;
    const attempt = await api.connect({ apiKey: 'too short', secret: 'b'.repeat(32) });
    expectRefused(attempt, {
      code: 'malformed-key',
      title: 'This does not look like a key of WhiteBIT.',
      cause: 'Key and secret are 32 letters and digits each. Something is missing, or something else was pasted.',
      cure: 'Copy both again with the copy buttons of WhiteBIT.',
      button: 'Paste again',
    });
    expect(await exchange.requests(before)).toEqual([]);
    await nothingStored();
  });

  test('what was sealed for somebody else does not open', async () => {
    const sealed = await api.sealed(await exchange.key(await newAccount()), 'practice');
    const body = {
      requestId: newId(),
      venue: 'whitebit',
      label: 'Main',
      purpose: 'trade',
      sealed,
      confirmed: [],
    } as const;
    const attempt = await api.ended(await api.get('connections.connect', { body: { ...body, confirmed: [] } }));
    expectRefused(attempt, {
      code: 'sealed-unreadable',
      title: 'The key did not arrive whole.',
      cause: 'What the page encrypted could not be opened here; the page may be older than the program.',
      cure: 'Load the page again and paste both once more. Nothing was stored.',
      button: 'Paste again',
    });
    await nothingStored();
  });

  test('a clock that is off is said, and stands in nobody’s way', async () => {
    const key = await exchange.key(await newAccount());
    await exchange.skew(7_000);
    const attempt = await api.connect(key);
    expect(attempt.state).toBe('stored');
    expect(attempt.steps.find(({ step }) => step === 'clock')).toMatchObject({
      state: 'warning',
      detail: '7.0 s behind',
    });
    expect(attempt.result?.status).toBe('connected');
  });

  test('the same key twice', async () => {
    const key = await exchange.key(await newAccount());
    const first = await api.connect(key, { label: 'First' });
    const second = await api.connect(key, { label: 'Second' });
    expectRefused(second, alreadyHere('First'));
    expect(second.trouble?.connection).toBe(first.result?.id);
    expect(await api.connections()).toHaveLength(1);
  });

  test('a known key with a mistyped secret', async () => {
    const key = await exchange.key(await newAccount());
    const { result } = await api.connect(key);
    if (result === null) throw new Error('Not connected');
    const attempt = await api.replace(result, { apiKey: key.apiKey, secret: 'c'.repeat(32) });
    expectRefused(attempt, {
      code: 'wrong-secret',
      title: 'The key is right, the secret is not.',
      cause: 'The key is known here, and WhiteBIT refuses the signature made with this secret.',
      cure: 'Paste the secret again. It is shown only once; if it is lost, make a new key.',
      button: 'Paste again',
    });
    expect((await api.connection(result.id)).status).toBe('connected');
  });

  test('a key of a different account replaces another only when that is confirmed', async () => {
    const { result } = await api.connect(await exchange.key(await newAccount()), { label: 'Mine' });
    if (result === null) throw new Error('Not connected');
    const other = await exchange.key(await newAccount());
    expectRefused(await api.replace(result, other), {
      code: 'different-account',
      title: 'This key belongs to a different account.',
      cause: 'Its deposits, withdrawals and trades are not those that we know from this connection.',
      cure: 'Connect it as an exchange of its own. Go on only if you know better.',
      button: 'It is the same account',
    });
    expect((await api.connection(result.id)).keyHint).toBe(result.keyHint);
    const confirmed = await api.replace(result, other, { confirmed: ['same-account'] });
    expect(confirmed.state).toBe('stored');
    expect(confirmed.result?.id).toBe(result.id);
    expect(confirmed.result?.addedAtMs).toBe(result.addedAtMs);
    expect(confirmed.result?.keyHint).not.toBe(result.keyHint);
  });

  test('two accounts without any past cannot be told apart', async () => {
    const first = await newAccount('empty');
    await exchange.balance(first, 'trade', 'USDT', '5');
    const { result } = await api.connect(await exchange.key(first));
    if (result === null) throw new Error('Not connected');
    const second = await newAccount('empty');
    await exchange.balance(second, 'trade', 'USDT', '9');
    const attempt = await api.replace(result, await exchange.key(second));
    expectRefused(attempt, {
      code: 'account-unproven',
      title: 'We cannot tell whether this is the same account.',
      cause: 'There is no deposit, withdrawal or trade to know it by, and the balances differ.',
      cure: 'Go on only if you made both keys in the same account.',
      button: 'It is the same account',
    });
  });

  test('locked keys', async () => {
    const key = await exchange.key(await newAccount());
    const sealed = await api.sealed(key, 'whitebit');
    await api.get('custody.lock');
    const body = {
      requestId: newId(),
      venue: 'whitebit',
      label: 'Main',
      purpose: 'trade',
      sealed,
      confirmed: [],
    } as const;
    const attempt = await api.ended(await api.get('connections.connect', { body: { ...body, confirmed: [] } }));
    expect(attempt.trouble).toMatchObject({
      code: 'locked',
      title: 'The keys are locked.',
      cause: 'The process that holds them was started or locked, and waits for its passphrase.',
      cure: 'Unlock it; everything goes on from there.',
      action: { label: 'Unlock' },
    });
    await api.get('custody.unlock', { body: { sealed } });
    await nothingStored();
  });

  // Last: the exchange's own limit makes every later request of this desk wait.
  test('the exchange asks to slow down', async () => {
    const key = await exchange.key(await newAccount());
    await exchange.fault('rateLimit', { path: '/api/v4/trade-account' });
    expectRefused(await api.connect(key), {
      code: 'rate-limited',
      title: 'WhiteBIT asks us to slow down.',
      cause: 'Too many requests came from this address, perhaps from other programs as well. The key is untouched.',
      cure: 'Wait a moment. We go on by ourselves.',
      button: 'Wait and try again',
    });
    await nothingStored();
  });
});
