/** What the script of the practice exchange's pages does: lists that stay true, choosers that keep one's place. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewOrder } from '../../practice/engine/commands.ts';
import { createSteps, EMAIL, PASSWORD, type SiteFixture, startSite } from '../../practice/pages/fixture.ts';
import type { AccountId } from '../../practice/ports.ts';
import { Decimal } from '../../src/core/decimal.ts';
import { newPerson, startBrowser } from './browser.ts';
import { look } from './practice-site.ts';

const MARKET = 'BTC_USDT';
let site: SiteFixture;
let browser: Browser;
let page: Page;
let faults: readonly string[];
let account: AccountId;

beforeAll(async () => {
  site = await startSite();
  browser = await startBrowser();
  const steps = createSteps(site);
  await steps.signedUp();
  account = steps.idOf();
  await site.accounts.wallets.setBalance(account, 'trade', 'USDT', Decimal.parse('1000000'), Decimal.ZERO);
  await site.accounts.wallets.setBalance(account, 'trade', 'BTC', Decimal.parse('0.12345678'), Decimal.ZERO);
  const person = await newPerson(browser, [site.origin]);
  ({ page, faults } = person);
  await page.goto(`${site.origin}/login`);
  await page.getByLabel('Email').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'Wallet', level: 1 }).waitFor();
});

afterAll(async () => {
  await browser.close();
  await site.stop();
  expect(site.errors).toEqual([]);
});

async function place(amount: string): Promise<number> {
  const { lastTicks, spec } = site.exchange.query.market(MARKET) ?? {};
  if (spec === undefined || lastTicks === null || lastTicks === undefined) throw new Error('No price');
  const price = Decimal.fromInteger(BigInt(lastTicks), spec.tickScale).mul(Decimal.parse('0.9')).round(2, 'down');
  const order: NewOrder = {
    market: MARKET,
    side: 'buy',
    amount: Decimal.parse(amount),
    clientOrderId: null,
    stp: 'no',
    type: 'limit',
    price,
    postOnly: false,
    ioc: false,
    bboRole: null,
  };
  const outcome = await site.exchange.submit({ kind: 'place', account, order });
  if (outcome.kind === 'done' && outcome.reply.ok && 'order' in outcome.reply) return outcome.reply.order.id;
  throw new Error('The order was not taken');
}

test('an order that ended elsewhere leaves the list by itself, and the focus stays with the other', async () => {
  const gone = await place('0.1');
  const stays = await place('0.2');
  await page.goto(`${site.origin}/orders`);
  const cancel = (id: number) => page.getByRole('button', { name: `Cancel order ${id}:` });
  await cancel(stays).focus();
  await page.getByText('As of 09:30:00 UTC').waitFor();
  await look(page, 'practice-orders-open');
  site.clock.advanceMs(7_000);
  await site.exchange.submit({ kind: 'cancel', account, order: { market: MARKET, orderId: gone } });
  await cancel(gone).waitFor({ state: 'detached' });
  await page.getByText('As of 09:30:07 UTC').waitFor();
  expect(await page.locator('button:focus').getAttribute('aria-label')).toContain(`Cancel order ${stays}:`);
  await page.keyboard.press('Enter');
  await page.getByText(`Order ${stays} is cancelled.`).waitFor();
  await page.getByText('No open orders.').waitFor();
  expect(faults).toEqual([]);
});

test('arrows walk through the markets without a reload, Enter shows the one chosen, and the focus stays', async () => {
  await page.goto(`${site.origin}/orders/history`);
  const market = page.locator('select[name="market"]');
  await market.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const show = page.getByRole('button', { name: 'Show' });
  await show.waitFor();
  expect(new URL(page.url()).search).toBe('');
  const wanted = await market.inputValue();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('market') === wanted);
  expect(await page.locator('select:focus').getAttribute('name')).toBe('market');
  // By the pointer it acts at once.
  await market.selectOption(MARKET);
  await page.waitForURL((url) => url.searchParams.get('market') === MARKET);
  expect(faults).toEqual([]);
});

test('choosing another asset keeps the rest of a transfer, and Max moves all there is', async () => {
  await page.goto(`${site.origin}/wallet/transfer`);
  await page.getByLabel('From').selectOption('trade');
  await page.getByLabel('To', { exact: true }).selectOption('main');
  await page.getByLabel('Amount').fill('5');
  await page.getByLabel('Asset').focus();
  await page.getByLabel('Asset').selectOption('BTC');
  expect(await page.getByLabel('From').locator('option:checked').textContent()).toBe('Trade (0.12345678 BTC)');
  expect(await page.getByLabel('To', { exact: true }).inputValue()).toBe('main');
  expect(await page.getByLabel('Amount').inputValue()).toBe('5');
  await page.getByRole('button', { name: 'Max' }).click();
  await page.getByRole('button', { name: 'Transfer', exact: true }).click();
  await page.getByText('Transferred 0.12345678 BTC from trade to main.').waitFor();
  await look(page, 'practice-transferred');
  expect(faults).toEqual([]);
});

test('a market that is halted says so on its row while one looks', async () => {
  await page.goto(site.origin);
  const row = page.locator(`tr[data-market="${MARKET}"]`);
  await row.waitFor();
  expect(await row.getByText('Halted').isVisible()).toBe(false);
  await site.exchange.submit({ kind: 'market-status', market: MARKET, status: 'halted' });
  await row.getByText('Halted: no orders are taken').waitFor();
  await look(page, 'practice-market-halted');
  await site.exchange.submit({ kind: 'market-status', market: MARKET, status: 'open' });
  await row.getByText('Halted').waitFor({ state: 'hidden' });
  expect(faults).toEqual([]);
});
