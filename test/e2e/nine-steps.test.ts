/** The nine steps of the guide, word for word, from an exchange without an account to a card that says Connected. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningDesk } from '../running-desk.ts';
import { newPerson, type Person, startBrowser } from './browser.ts';
import { card, claim, exactText, paste, startDeskForWhitebit, tile } from './desk-site.ts';
import { DEMO, Exchange } from './exchange.ts';
import { inPage } from './page-eval.ts';
import { accountMenu, copied, look, signUp, takeCode } from './practice-site.ts';
import { shootForReadme } from './screenshots.ts';

const EMAIL = 'trader@practice.example';
const SWITCHES = [
  ['Trade balance and order history', true],
  ['Wallet balance and history', true],
  ['Order management', true],
  ['Deposit', false],
  ['Withdrawal', false],
  ['Balance transfer', false],
  ['Codes', false],
] as const;
const CHECKS = [
  'Reachable',
  'Clock',
  'Key known',
  'Signature right',
  'IP allowed',
  'Permissions read',
  'Cannot withdraw',
  'Balance read',
  'History readable',
  'May trade',
];
/** Slow enough for a person to read along, so that the order of landing can be seen at all. */
const EXCHANGE_DELAY_MS = 60;

let browser: Browser;
let desk: RunningDesk;
let exchange: Exchange;

beforeAll(async () => {
  [browser, desk] = await Promise.all([startBrowser(), startDeskForWhitebit()]);
  exchange = new Exchange(desk.practice);
});
afterAll(async () => {
  await Promise.all([browser?.close(), desk?.end()]);
});

test('the nine steps, from no account to Connected', async () => {
  const person = await newPerson(browser, [desk.address, desk.practice, desk.address.replace('http', 'ws')]);
  const { page: site } = person;

  await theDemoLoginWorks();
  // Step 1.
  await signUp(site, exchange, EMAIL);
  await look(site, 'practice-security-off');
  await fund(site);
  await secondFactor(site);
  const { key, secret } = await makeKey(site);

  const page = await person.context.newPage();
  await page.goto(desk.address);
  await page.getByRole('heading', { name: 'Set up this desk' }).waitFor();
  await look(page, 'desk-setup');
  await claim(page, desk);
  await look(page, 'desk-offer-factor');
  await page.getByRole('button', { name: 'Later', exact: true }).click();
  await connect(page, key, secret);
  await connected(page);
  await stillThere(person, page);

  expect(person.faults).toEqual([]);
});

async function theDemoLoginWorks(): Promise<void> {
  const { page, context, faults } = await newPerson(browser, [desk.practice]);
  await page.goto(desk.practice);
  await look(page, 'practice-markets');
  await page.getByRole('link', { name: 'Log in', exact: true }).click();
  await look(page, 'practice-log-in');
  await page.getByLabel('Email').fill(DEMO.email);
  await page.getByLabel('Password').fill(DEMO.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('heading', { name: 'Wallet', level: 1 }).waitFor();
  await look(page, 'practice-wallet');
  expect(faults).toEqual([]);
  await context.close();
}

async function fund(site: Page): Promise<void> {
  await site.getByRole('link', { name: 'Wallet', exact: true }).click();
  await look(site, 'practice-wallet-empty');
  await site.getByRole('navigation', { name: 'Wallet' }).getByRole('link', { name: 'Add practice money' }).click();
  await look(site, 'practice-faucet');
  await site.getByRole('button', { name: 'Add practice money' }).click();
  await site.getByText('of practice money is in your main wallet.').waitFor();
  await site.getByRole('navigation', { name: 'Wallet' }).getByRole('link', { name: 'Transfer' }).click();
  await site.getByLabel('Amount', { exact: true }).fill('9812.10');
  await look(site, 'practice-transfer');
  await site.getByRole('button', { name: 'Transfer', exact: true }).click();
  await site.getByText(/^Transferred 9.812.10? USDT from main to trade.$/).waitFor();
}

/** The first half of step 4: 2FA has to be on. */
async function secondFactor(site: Page): Promise<void> {
  await accountMenu(site, EMAIL, 'Security');
  await site.getByRole('button', { name: 'Switch on two-factor authentication' }).click();
  await site.getByRole('img', { name: 'QR code with the setup key' }).waitFor();
  await look(site, 'practice-second-factor');
  await takeCode(site, exchange);
  await site.getByRole('button', { name: 'Switch on', exact: true }).click();
  await site.getByText('Two-factor authentication is on.').waitFor();
  await look(site, 'practice-security-on');
}

async function makeKey(site: Page): Promise<{ readonly key: string; readonly secret: string }> {
  // Step 2.
  await accountMenu(site, EMAIL, 'API');
  await site.getByRole('heading', { name: 'API', exact: true, level: 1 }).waitFor();
  await look(site, 'practice-api-empty');
  // Step 3.
  await site.getByRole('button', { name: 'Generate a new API key', exact: true }).click();
  // Step 4.
  await takeCode(site, exchange);
  await look(site, 'practice-api-code');
  await site.getByRole('button', { name: 'Confirm', exact: true }).click();
  // Step 5.
  await site.getByRole('heading', { name: 'Your new API key' }).waitFor();
  const key = await copied(site, 'API key');
  const secret = await copied(site, 'Secret key');
  expect(key).toBe(await site.getByLabel('API key', { exact: true }).inputValue());
  expect(secret).toBe(await site.getByLabel('Secret key', { exact: true }).inputValue());
  expect(secret).toMatch(/^[0-9a-f]{32}$/i);
  await look(site, 'practice-api-created');
  await site.getByRole('button', { name: 'Endpoint access restrictions', exact: true }).click();
  // Step 6.
  for (const [name, on] of SWITCHES) {
    await site.getByRole('switch', { name, exact: true }).setChecked(on);
  }
  await look(site, 'practice-api-access');
  await site.getByRole('button', { name: 'Apply changes', exact: true }).click();
  await takeCode(site, exchange);
  await look(site, 'practice-api-access-confirm');
  await site.getByRole('button', { name: 'Confirm', exact: true }).click();
  await site.getByText('Endpoint access restrictions applied. The key is active.').waitFor();
  await look(site, 'practice-api-list');
  return { key, secret };
}

async function connect(page: Page, key: string, secret: string): Promise<void> {
  // Step 7.
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'My Exchanges', exact: true }).click();
  await page.getByRole('heading', { name: 'No exchange yet' }).waitFor();
  await look(page, 'desk-exchanges-empty');
  await page.getByRole('button', { name: 'Add new exchange', exact: true }).click();
  // Step 8.
  await tile(page, 'WhiteBIT').waitFor();
  await look(page, 'desk-add-choose');
  await tile(page, 'WhiteBIT').click();
  await page.getByRole('region', { name: 'How to make a key at WhiteBIT' }).waitFor();
  await look(page, 'desk-add-form');
  await paste(page, page.getByLabel('API key', { exact: true }), `  ${key}\n`);
  await paste(page, page.getByLabel('Secret key', { exact: true }), secret);
  expect(await page.getByLabel('API key', { exact: true }).inputValue()).toBe(key);
  await look(page, 'desk-add-form-filled');

  await exchange.fault('slow', { delayMs: EXCHANGE_DELAY_MS });
  await inPage(page, WATCH_CHECKS);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('heading', { name: /^Connected\./ }).waitFor();
  await exchange.healthy();
  const seen = await inPage<readonly (readonly string[])[]>(page, 'window.checksSeen');
  // Each look at the list: nothing lands before what stands above it, all ten land, and not all at once.
  expect(seen.at(-1)).toEqual(CHECKS);
  for (const landed of seen) expect(landed).toEqual(CHECKS.slice(0, landed.length));
  expect(seen.length).toBeGreaterThanOrEqual(5);
}

/** Writes down which checks have landed, each time that changes, as long as no result stands above the list. */
const WATCH_CHECKS = `(() => {
  window.checksSeen = [];
  const look = () => {
    const rows = [...document.querySelectorAll('ol[aria-label="Checks"] > li')];
    const visible = rows.length === ${CHECKS.length} && rows.every((row) => row.checkVisibility());
    if (!visible) return;
    const landed = rows.filter((row) => row.dataset.state === 'passed').map((row) => row.querySelector('.check-words').textContent);
    const before = window.checksSeen.at(-1);
    if (before === undefined || before.length !== landed.length) window.checksSeen.push(landed);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
})()`;

async function connected(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Connected. 9 812.10 USDT to trade on WhiteBIT.' }).waitFor();
  await look(page, 'desk-add-connected');
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  // Step 9.
  await isConnected(page);
  await look(page, 'desk-exchanges');
  await shootForReadme(page, 'my-exchanges');
}

async function isConnected(page: Page): Promise<void> {
  const whitebit = card(page, 'WhiteBIT');
  await whitebit.getByText('Connected', { exact: true }).waitFor();
  const { trade, main } = await exchange.balances(EMAIL);
  expect(trade.USDT?.available).toBe('9812.1');
  expect(await exactText(whitebit.locator('.conn-money'))).toBe(trade.USDT?.available);
  const wallets = whitebit.locator('.conn-wallets');
  expect(await exactText(wallets.locator('div', { hasText: 'main' }))).toBe(main.USDT?.available);
}

async function stillThere(person: Person, page: Page): Promise<void> {
  const before = desk;
  person.allow(/net::ERR_|WebSocket connection/);
  desk = await desk.again();
  expect(desk.address).toBe(before.address);
  await page.reload();
  await isConnected(page);
}
