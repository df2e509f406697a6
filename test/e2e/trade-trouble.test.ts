/** The same when things go wrong: replies that never come, a stream that dies, a halt from another screen. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { until } from '../running-desk.ts';
import { inPage } from './page-eval.ts';
import { TradeDesk } from './trade-desk.ts';

const SOON_MS = 20_000;
/** A dead stream is known within this; a second more for the way to the screen. */
const DEAD_SEEN_MS = 11_000;
/** A book is repeated whole every ten seconds; a second for its way, one for the look, one to the screen. */
const BOOK_SILENT_SEEN_MS = 14_000;

let trade: TradeDesk;

beforeAll(async () => {
  trade = await TradeDesk.open();
  await trade.ready();
});
afterAll(async () => {
  await trade?.end();
});

// What one test broke is whole again for the next, however it went.
afterEach(() => trade.exchange.healthy());

/** The next order is carried out and its reply is lost; neither the stream nor a look-up tells of it. */
async function dropReplies(): Promise<void> {
  await trade.arm('F01', { way: 'cut', path: '/api/v4/order/new' });
  await trade.arm('F24', { way: 'all', mine: true });
  await trade.arm('F02', { way: 'cut', path: '/api/v4/orders' });
}

const sendsOf = async (path: string): Promise<number> =>
  (await trade.exchange.requests()).filter((request) => request.path === path).length;

test('an order whose reply is lost is shown as not known, and found open where it is', async () => {
  await dropReplies();
  await trade.typeOrder({ side: 'buy', price: await trade.priceAt('0.993'), amount: '0.008' });
  await trade.result().getByText('Not known yet whether it was placed').waitFor();
  await trade.row('0.008').getByText('Unknown', { exact: true }).waitFor();
  await trade.row('0.008').getByText('Asking the exchange what became of it').waitFor();
  await trade.exchange.healthy();
  await trade.result().getByText('Order placed').waitFor();
  await trade.row('0.008').getByText('Open', { exact: true }).waitFor();
  expect((await trade.orders()).map(({ amount, status }) => [amount, status])).toEqual([['0.008', 'OPEN']]);
  expect(await sendsOf('/api/v4/order/new')).toBe(1);
});

test('one that stays in doubt is never sent again, whatever is pressed, and ends as what it became', async () => {
  const { page } = trade;
  await dropReplies();
  await trade.typeOrder({ side: 'buy', price: await trade.priceAt('0.991'), amount: '0.009' });
  await trade.result().getByText('Not known yet whether it was placed').waitFor();
  await trade.handle('Buy 0.009').getByText('unknown, asking').waitFor();
  // The hand of somebody who is not sure whether it went.
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('Enter');
  await trade.showOnPhone('Orders');
  await trade.phone.page.getByText('Unknown', { exact: true }).waitFor();
  await trade.look('desk-trade-unknown');
  await trade.exchange.healthy();
  await until(async () => (await trade.api.get('orders.list')).orders.every(({ state }) => state === 'open'), SOON_MS);
  await trade.result().getByText('Not known yet whether it was placed').waitFor({ state: 'detached' });
  // Cancelled where it could not be found in time, found where it could: what is told is what the exchange has.
  const [, second, ...others] = await trade.orders();
  expect(others).toEqual([]);
  const open = (await trade.api.get('orders.list')).orders.map(({ clientId }) => clientId);
  expect(open.includes(second?.clientOrderId ?? '')).toBe(second?.status === 'OPEN');
  expect(await sendsOf('/api/v4/order/new')).toBe(2);
});

test('a stream that went silent is said within ten seconds, with what is done, and heals by itself', async () => {
  const { page } = trade;
  await trade.arm('F44', { way: 'unavailable' });
  await trade.freezeSockets();
  const within = { timeout: DEAD_SEEN_MS };
  const bar = page.locator('.trade-bar');
  await Promise.all([
    bar.getByText('Fills do not stream').waitFor(within),
    page
      .locator('.trade-head')
      .getByText(/^No prices for/)
      .waitFor(within),
    page.locator('.ticket').getByText('Fills do not stream').waitFor(within),
    page.getByText('these are the last known orders').waitFor(within),
  ]);
  // The last known levels stay, and nobody claims that the book is empty.
  expect(
    await page
      .getByRole('listbox', { name: /^Order book/ })
      .getByRole('option', { name: /^Bid / })
      .count(),
  ).toBeGreaterThan(3);
  await trade.showOnPhone('Ticket');
  await trade.look('desk-trade-silent');
  // Longer than one attempt: it is as old as it is.
  await page
    .locator('.trade-head')
    .getByText(/^No prices for (?![0-2] s)/)
    .waitFor();
  await trade.exchange.healthy();
  await bar.waitFor({ state: 'detached' });
  await page.getByText('Prices live').waitFor();
  await page.getByText('these are the last known orders').waitFor({ state: 'detached' });
});

test('prices were called live while the line lived and nothing came of the market', async () => {
  const { page } = trade;
  const head = page.locator('.trade-head');
  await head.getByText('Prices live').waitFor();
  await trade.arm('F38', { way: 'no-updates', channel: 'depth' });
  await head.getByText(/^No prices for/).waitFor({ timeout: BOOK_SILENT_SEEN_MS });
  await head.locator('.head-figures.stale').waitFor();
  await page.locator('.trades-list.stale').waitFor();
  await page.getByText('these are the last known orders').waitFor();
  await trade.exchange.healthy();
  await head.getByText('Prices live').waitFor();
  await head.locator('.head-figures.stale').waitFor({ state: 'detached' });
});

test('a halt pulled on the phone stops the other screen, and the command line goes on', async () => {
  const { page, phone } = trade;
  await phone.page.getByRole('button', { name: 'Halt', exact: true }).click();
  await phone.page.getByRole('dialog', { name: 'Halt trading' }).getByRole('button', { name: 'Halt now' }).click();
  const told = phone.page.getByRole('dialog', { name: 'Trading is halted' });
  await told.getByText('npx gapless resume').waitFor();
  await page.getByRole('button', { name: /^Halted/ }).waitFor();
  await page.locator('.ticket-gate').waitFor();
  await page.locator('.trade-bar').waitFor();
  expect(await page.getByRole('button', { name: 'Buy BTC' }).count()).toBe(0);
  await trade.look('desk-trade-halted');
  await told.getByRole('button', { name: 'Close', exact: true }).last().click();
  // On every page, not only here.
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Overview', exact: true }).click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await page.getByRole('button', { name: /^Halted/ }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('t');

  expect(await trade.gapless('resume', '--yes')).toBe(0);
  await page.getByRole('button', { name: 'Halt', exact: true }).waitFor();
  await phone.page.getByRole('button', { name: 'Halt', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Buy BTC' }).waitFor();
  await trade.typeOrder({ side: 'sell', price: await trade.priceAt('1.007'), amount: '0.004' });
  await trade.result().getByText('Order placed').waitFor();
  expect([...trade.person.faults, ...trade.phone.faults]).toEqual([]);
});

/** The next order's answer never reaches the page; `reached`: but the order reached the desk. */
async function holdAnswer(reached: boolean): Promise<{ readonly held: Promise<void> }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await trade.page.route(
    '**/api/orders',
    async (route) => {
      if (reached) await route.fetch();
      resolve();
    },
    { times: 1 },
  );
  return { held: promise };
}

const amountField = () => trade.page.locator('.ticket').getByLabel('Amount', { exact: true });
const atExchange = async (amount: string): Promise<number> =>
  (await trade.orders()).filter((order) => order.amount === amount).length;

test('reloaded while it was sent and pressed again, an order was placed twice', async () => {
  const { page } = trade;
  const reached = await holdAnswer(true);
  await trade.typeOrder({ side: 'buy', price: await trade.priceAt('0.992'), amount: '0.006' });
  await reached.held;
  await page.reload();
  // The list shows it: nothing is open any more, and nothing stands there for the next Enter.
  await trade.result().getByText('Order placed').waitFor();
  expect(await amountField().inputValue()).toBe('');
  await amountField().press('Enter');
  // Barred: a hand presses it all the same.
  await page.getByRole('button', { name: 'Buy BTC' }).click({ force: true });
  // Told by the list before the form was filled again, not even the price stands there.
  await page.getByText(/^Enter an? (amount|price)\.$/).waitFor();
  expect(await atExchange('0.006')).toBe(1);
});

test('one that never reached the desk is sent again under its own id, by whatever key, and once', async () => {
  const { page } = trade;
  const lost = await holdAnswer(false);
  await trade.typeOrder({ side: 'buy', price: await trade.priceAt('0.994'), amount: '0.007' });
  await lost.held;
  await page.reload();
  await trade.result().getByText('This was on its way when the page was reloaded').waitFor();
  expect(await amountField().inputValue()).toBe('0.007');
  // Sent again, and that answer is lost as well.
  const again = await holdAnswer(true);
  await trade.result().getByRole('button', { name: 'Send again' }).click();
  await again.held;
  await page.reload();
  await trade.result().getByText('Order placed').waitFor();
  await amountField().press('Enter');
  await trade.row('0.007').getByText('Open', { exact: true }).waitFor();
  expect(await atExchange('0.007')).toBe(1);
});

/** Every head that the card under the button has from now on. */
const HEADS = `(() => {
  const heads = (window.heads = []);
  const look = () => heads.push(document.querySelector('.ticket-result strong')?.textContent ?? '');
  new MutationObserver(look).observe(document.querySelector('.ticket'), { subtree: true, childList: true, characterData: true });
})()`;

test('an order that ended was said to be on its way until the desk could be asked about it', async () => {
  const { page } = trade;
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  await page.route('**/api/orders/*/*', async (route) => {
    await answered;
    await route.continue();
  });
  await trade.typeOrder({ side: 'buy', price: await trade.priceAt('0.99'), amount: '0.0061' });
  await trade.result().filter({ hasText: '0.0061' }).getByText('Order placed').waitFor();
  await inPage(page, HEADS);
  const placed = (await trade.api.get('orders.list')).orders.find(({ quantity }) => quantity.amount === '0.0061');
  await trade.api.get('orders.cancel', { params: { id: trade.connection, order: placed?.key ?? '' } });
  await trade.result().getByText('Cancelled', { exact: true }).waitFor();
  expect(await inPage<string[]>(page, 'window.heads')).not.toContain('Sending');
  answer();
  await page.unrouteAll({ behavior: 'wait' });
});
