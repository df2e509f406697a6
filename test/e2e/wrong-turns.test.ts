/**
 * Wrong turns of step 8 as a person meets them on the page: caused at the practice exchange, told in words, and mended
 * by the one button that stands there. Nothing may be stored on any of them.
 */

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RunningDesk } from '../running-desk.ts';
import { newPerson, type Person, startBrowser } from './browser.ts';
import { DeskApi } from './desk-api.ts';
import { card, claim, startDeskForWhitebit } from './desk-site.ts';
import { Exchange, GOOD, type Key } from './exchange.ts';
import { look } from './practice-site.ts';
import {
  alreadyHere,
  CANNOT_TRADE,
  canMoveMoney,
  KEY_OFF,
  NOT_ITS_PAIR,
  readRight,
  type Words,
} from './problem-words.ts';

let browser: Browser;
let desk: RunningDesk;
let exchange: Exchange;
let person: Person;
let page: Page;
let api: DeskApi;

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

const newAccount = (how?: 'empty'): Promise<string> => exchange.anybody(how);

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
