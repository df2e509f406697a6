/**
 * The other wrong turns of step 8, told by the attempt that the page shows: cause, cure and button of each, and that
 * nothing was stored.
 */

import { createHmac } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { RunningDesk } from '../running-desk.ts';
import { newPerson, startBrowser } from './browser.ts';
import { type Attempt, DeskApi, newId } from './desk-api.ts';
import { claim, startDeskForWhitebit } from './desk-site.ts';
import { Exchange, GOOD, type Group, type Key } from './exchange.ts';
import { alreadyHere, canMoveMoney, KEY_OFF, NOT_ITS_PAIR, readRight, type Words } from './problem-words.ts';

/** An address of the block that documents use; no packet ever comes from there. */
const FOREIGN_ADDRESS = '203.0.113.9';
/** Far above every nonce that a clock gives, as a program would make it that counts in microseconds. */
const HUGE_NONCE = 9_000_000_000_000_000;

let browser: Browser;
let desk: RunningDesk;
let exchange: Exchange;
let api: DeskApi;

beforeAll(async () => {
  [browser, desk] = await Promise.all([startBrowser(), startDeskForWhitebit()]);
  exchange = new Exchange(desk.practice);
  const { page, context } = await newPerson(browser, [desk.address, desk.address.replace('http', 'ws')]);
  await claim(page, desk);
  await page.close();
  api = new DeskApi(context, desk.address);
});
afterAll(async () => {
  await Promise.all([browser?.close(), desk?.end()]);
});
afterEach(async () => {
  await exchange.healthy();
  await api.removeAll();
});

const newAccount = (how?: 'empty'): Promise<string> => exchange.anybody(how);

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

async function nothingStored(): Promise<void> {
  expect(await api.connections()).toEqual([]);
  expect((await api.get('custody.read')).keys).toBe(0);
}

/** Rows that differ in cause and words only. */
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
  const step = attempt.steps.find((one) => one.step === 'clock');
  expect(step?.state).toBe('warning');
  // Measured, so as exact as the exchange's whole seconds allow.
  expect(step?.detail).toMatch(/^[67]\.\d s behind$/);
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
    cause: 'The process that holds them was started or locked, and waits to be unlocked.',
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
