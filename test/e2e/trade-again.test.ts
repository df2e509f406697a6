/** One intention, one order: answers that get lost, reloads, a second tab, and hands that press more than once. */

import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { until } from '../running-desk.ts';
import { inPage } from './page-eval.ts';
import { TradeDesk } from './trade-desk.ts';

const SOON_MS = 10_000;
const RELOADS = 6;
/** The answer takes about three of these, so that some reloads come before it and some after. */
const RELOAD_LATER_MS = 8;
const NO = { code: 'too-large', message: 'No.', cure: 'Less.', field: null, confirm: null, requestId: 'r' };

let trade: TradeDesk;

beforeAll(async () => {
  trade = await TradeDesk.open();
  await trade.ready();
});
afterAll(async () => {
  await trade?.end();
});
afterEach(async () => {
  await trade.page.unrouteAll({ behavior: 'ignoreErrors' });
  await trade.api.get('orders.cancelAll', { body: { connection: null, market: null } });
});

const amountField = (page: Page = trade.page) => page.locator('.ticket').getByLabel('Amount', { exact: true });
/** Barred or not: a hand presses it all the same. */
const pressBuy = (page: Page = trade.page) => page.getByRole('button', { name: 'Buy BTC' }).click({ force: true });
const atExchange = async (amount: string): Promise<number> =>
  (await trade.orders()).filter((order) => order.amount === amount).length;

/** The next order, and what becomes of its answer. */
async function onNextOrder(then: (route: Route) => Promise<void>): Promise<{ readonly done: Promise<void> }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await trade.page.route(
    '**/api/orders',
    async (route) => {
      await then(route);
      resolve();
    },
    { times: 1 },
  );
  return { done: promise };
}

test('a dialog that was open while a list told of its order confirmed it a second time', async () => {
  const { page } = trade;
  const dialog = page.getByRole('dialog');
  // A market order trades at once: the live line tells of it before the reload, only the list of the past after it.
  await page.locator('.ticket-ask-first select').selectOption('always');
  const sent = await onNextOrder(async (route) => void (await route.fetch()));
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  await page.route('**/api/orders?**', async (route) => {
    await told;
    await route.fallback();
  });
  await trade.typeOrder({ side: 'buy', price: await trade.priceAt('1.005'), amount: '0.0051' });
  await dialog.getByRole('button', { name: 'Buy BTC' }).click();
  await sent.done;
  await page.reload();
  await trade.result().getByText('This was on its way when the page was reloaded').waitFor();
  await amountField().press('Enter');
  await dialog.getByRole('button', { name: 'Buy BTC' }).waitFor();
  tell();
  await trade.result().getByText('Filled').waitFor();
  await dialog.waitFor({ state: 'detached' });
  expect(await amountField().inputValue()).toBe('');
  expect(await atExchange('0.0051')).toBe(1);
  await page.locator('.ticket-ask-first select').selectOption('market');
});

test('who left Trade while it was on its way was told that the page had been reloaded', async () => {
  const { page } = trade;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const sent = await onNextOrder(async (route) => {
    await released;
    await route.continue();
  });
  await trade.typeOrder({ side: 'buy', price: await trade.priceAt('0.99'), amount: '0.0052' });
  await trade.result().getByText('Sending').waitFor();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Overview', exact: true }).click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await page.goBack();
  await trade.result().getByText('Sending').waitFor();
  // Still the one order: it is on its way.
  await amountField().press('Enter');
  release();
  await sent.done;
  await trade.result().getByText('Order placed').waitFor();
  expect(await amountField().inputValue()).toBe('');
  expect(await atExchange('0.0052')).toBe(1);
});

test('reloaded around the answer and pressed at once, it is placed once, and typed anew once more', async () => {
  const { page } = trade;
  const price = await trade.priceAt('0.985');
  for (let times = 0; times < RELOADS; times += 1) {
    const amount = `0.0060${times + 1}`;
    await trade.typeOrder({ side: 'buy', price, amount });
    await new Promise((resolve) => setTimeout(resolve, times * RELOAD_LATER_MS));
    await page.reload();
    await page.getByRole('button', { name: 'Buy BTC' }).waitFor();
    await pressBuy();
    await amountField().press('Enter');
    await amountField().press('Enter');
    // Pressed before it left, it never left: there is nothing to wait for then.
    const told = trade.row(amount).or(page.getByText(/^Enter an? (amount|price)\.$/));
    await told.first().waitFor();
    await pressBuy();
    expect(await atExchange(amount)).toBeLessThanOrEqual(1);
  }
  const amount = '0.00601';
  const before = await atExchange(amount);
  // The list may have told the last one first; until its own answer came a press is none.
  await page.locator('.ticket-send[aria-busy="true"]').waitFor({ state: 'detached' });
  await trade.typeOrder({ side: 'buy', price, amount });
  // What stands beside the button may still be said of the order before.
  await until(async () => (await atExchange(amount)) > before, SOON_MS);
  await trade.result().getByText('Order placed').waitFor();
  await amountField().press('Enter');
  await pressBuy();
  expect(await atExchange(amount)).toBe(before + 1);
});

test('a second tab that began as a copy of the first sends the same order, not another one', async () => {
  const { page } = trade;
  const lost = await onNextOrder(async () => {});
  await trade.typeOrder({ side: 'buy', price: await trade.priceAt('0.985'), amount: '0.0071' });
  await lost.done;
  const [second] = await Promise.all([page.context().waitForEvent('page'), inPage(page, `void open('/trade')`)]);
  await page.reload();
  const again = (tab: Page) => tab.locator('.ticket-result').getByRole('button', { name: 'Send again' });
  await Promise.all([again(page).waitFor(), again(second).waitFor()]);
  // At the same moment: a tab that is not in front cannot be clicked by a pointer.
  await Promise.all([again(page).dispatchEvent('click'), again(second).dispatchEvent('click')]);
  for (const tab of [page, second]) {
    await tab.bringToFront();
    await tab.locator('.ticket-result').getByText('Order placed').waitFor();
    await amountField(tab).press('Enter');
    await pressBuy(tab);
  }
  await second.close();
  await page.bringToFront();
  expect(await atExchange('0.0071')).toBe(1);
});

test('on a phone the box to tick lay under the button that asked for it', async () => {
  const { page } = trade.phone;
  await trade.showOnPhone('Ticket');
  const ticket = page.locator('.ticket');
  await ticket.getByLabel('Price', { exact: true }).fill(await trade.priceAt('0.2'));
  await amountField(page).fill('0.003');
  await page.getByText('Tick the box above to place it all the same.').waitFor();
  // By a finger, without scrolling: whatever lies over it would be hit instead.
  const box = await ticket.locator('.ticket-confirmation').boundingBox();
  await page.touchscreen.tap((box?.x ?? 0) + 14, (box?.y ?? 0) + (box?.height ?? 0) / 2);
  await page.getByText('Tick the box above').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Buy BTC' }).tap();
  await page.locator('.ticket-result').getByText('Order placed').waitFor();
  expect(await atExchange('0.003')).toBe(1);
});

// The last one here: what is put before the live line stays there.
test('another order in between, and other digits, made a new order of one whose fate nobody knew', async () => {
  const { page } = trade;
  const price = await trade.priceAt('0.99');
  // Its order stays unheard of: no list tells, and the live line is silent about orders.
  await page.routeWebSocket('**', (socket) => {
    socket.connectToServer().onMessage((message) => {
      if (!String(message).includes('"type":"order"')) socket.send(message);
    });
  });
  await page.reload();
  await page.getByRole('button', { name: 'Buy BTC' }).waitFor();
  await page.route('**/api/orders?**', (route) => route.abort());
  trade.person.allow(/ERR_FAILED|409/);
  const sent = await onNextOrder(async (route) => {
    await route.fetch();
    await route.abort();
  });
  await trade.typeOrder({ side: 'buy', price, amount: '0.0054' });
  await sent.done;
  await trade.result().getByText('No answer came from the desk').waitFor();
  const refused = await onNextOrder((route) => route.fulfill({ status: 409, json: { error: NO } }));
  await trade.typeOrder({ side: 'buy', price, amount: '0.0055' });
  await refused.done;
  await trade.result().getByText('Refused').waitFor();
  await trade.result().getByRole('button', { name: 'Close' }).click();
  // Put aside is the refusal; the other one is still open.
  await trade.result().getByText('No answer came from the desk').waitFor();
  await trade.typeOrder({ side: 'buy', price: `${price}0`, amount: '0.00540' });
  await trade.result().getByText('Nothing new was placed.').waitFor();
  expect(await atExchange('0.0054')).toBe(1);
});
