/** A person trades: finds a market, places by keyboard, drags on the chart, sees it fill, cancels, exports. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { until } from '../running-desk.ts';
import { shootForReadme } from './screenshots.ts';
import { digits, type OracleOrder, TradeDesk } from './trade-desk.ts';

/** Life goes on while a person looks, and a busy machine is slow; what takes longer is wrong. */
const SOON_MS = 20_000;
const DRAG_PX = 20;

let trade: TradeDesk;

beforeAll(async () => {
  trade = await TradeDesk.open();
});
afterAll(async () => {
  await trade?.end();
});

const theOrder = async (amount: string, status: string): Promise<OracleOrder> => {
  let found: OracleOrder | undefined;
  let orders: readonly OracleOrder[] = [];
  await until(
    async () => {
      orders = await trade.orders();
      found = orders.find((order) => order.amount === amount && order.status === status);
      return found !== undefined;
    },
    SOON_MS,
    () => JSON.stringify(orders),
  );
  if (found === undefined) throw new Error('Never here');
  return found;
};

test('Trade is one key away, and says that a market has to be chosen first', async () => {
  const { page, phone, desk } = trade;
  await page.goto(`${desk.address}/overview`);
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.getByText('Prices live').waitFor();
  // WhiteBIT pointed at practice looked like the real one here: said beside the market, and on the switch.
  expect(await page.locator('.trade-head').getByText('Practice', { exact: true }).count()).toBe(2);
  await phone.page.goto(`${desk.address}/trade`);
  await phone.page.getByText('Prices live').waitFor();
  await trade.showOnPhone('Ticket');
  await trade.look('desk-trade-no-markets');

  await page.getByRole('button', { name: 'Choose markets' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Which markets may Practice trade?' });
  await dialog.getByRole('checkbox', { name: /^BTC\/USDT/ }).check();
  await dialog.getByRole('checkbox', { name: /^ETH\/USDT/ }).check();
  await trade.look('desk-trade-choose-markets', 'wide');
  await dialog.getByRole('button', { name: 'Allow 2 markets' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.locator('.trade-bar').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Buy BTC' }).waitFor();
});

test('a market is found and an order placed without the mouse, and stands in book, chart and table', async () => {
  const { page } = trade;
  for (const [typed, market] of [
    ['eth', 'ETH_USDT'],
    ['btc usd', 'BTC_USDT'],
  ] as const) {
    await page.keyboard.press('/');
    await page.keyboard.type(typed);
    await page.getByRole('status').filter({ hasText: 'all exchanges' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.get('m') === market);
    await page.keyboard.press('Escape');
  }
  // Sold down to later. A percent between the minute's trades and the book, and custody relies on no price for a minute.
  const price = await trade.priceAt('0.998');
  await trade.typeOrder({ side: 'buy', price, amount: '0.01' });
  await trade.result().getByText('Order placed').waitFor();

  const placed = await theOrder('0.01', 'OPEN');
  expect(placed).toMatchObject({ side: 'buy', price: Decimal.parse(price).toString() });
  expect(await trade.orders()).toHaveLength(1);
  expect(digits((await trade.handle('Buy 0.01').textContent())?.split(' at ')[1] ?? '')).toBe(price);
  expect(await trade.row('0.01').locator('[data-col="price"] [data-exact]').getAttribute('data-exact')).toBe(
    placed.price,
  );
  expect(await trade.row('0.01').getByText('Open', { exact: true }).count()).toBe(1);
  await page.getByTitle('Put prices together by').selectOption('100');
  await page.getByRole('option', { name: /^Yours\s+0\.0100\s+Bid\s/ }).waitFor();
});

test('dragged on the chart it moves to the price that was said, and fills there', async () => {
  const { page } = trade;
  const before = await theOrder('0.01', 'OPEN');
  const box = await trade.handle('Buy 0.01').boundingBox();
  if (box === null) throw new Error('The handle is not on the screen');
  const [x, y] = [box.x + 30, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y + DRAG_PX / 2, { steps: 4 });
  await page.mouse.move(x, y + DRAG_PX, { steps: 4 });
  await page.mouse.up();
  const question = page.locator('.order-ghost').getByRole('status');
  await question.getByText('Move to').waitFor();
  const said = digits((await question.locator('strong').textContent()) ?? '');
  await trade.look('desk-trade-dragged', 'wide');
  // The focus is on the answer that was most likely meant.
  await page.keyboard.press('Enter');
  await until(async () => (await theOrder('0.01', 'OPEN')).id !== before.id, SOON_MS);
  const moved = await theOrder('0.01', 'OPEN');
  expect(moved.price).toBe(Decimal.parse(said).toString());
  expect(Decimal.parse(moved.price).sub(Decimal.parse(before.price)).sign()).toBe(-1);
  expect((await trade.orders()).map(({ status }) => status)).toEqual(['CANCELED', 'OPEN']);
  await trade.row('0.01').getByText('Open', { exact: true }).waitFor();
  await trade.handle('Buy 0.01').waitFor();

  await trade.sellDownTo(moved.price);
  await trade.handle('Buy 0.01').waitFor({ state: 'detached' });
  const tables = page.getByRole('tablist', { name: 'Tables' });
  await tables.getByRole('tab', { name: 'Trades' }).click();
  const fill = page.getByRole('table', { name: 'Trades' }).locator('[data-row]').first();
  await fill.getByText('Maker').waitFor();
  const [deal] = await trade.deals();
  const exact = (column: string) =>
    fill.locator(`[data-col="${column}"] [data-exact]`).first().getAttribute('data-exact');
  expect([await exact('price'), await exact('amount')]).toEqual([deal?.price, deal?.amount]);
  await tables.getByRole('tab', { name: 'Open orders' }).click();
});

test('one is cancelled by the × on its line, one by a single tap on it, another by Delete in the table', async () => {
  const { page } = trade;
  for (const [side, factor, amount] of [
    ['buy', '0.992', '0.006'],
    ['sell', '1.008', '0.007'],
    ['buy', '0.988', '0.005'],
    ['buy', '0.990', '0.004'],
  ] as const) {
    await trade.typeOrder({ side, price: await trade.priceAt(factor), amount });
    await trade.row(amount).getByText('Open', { exact: true }).waitFor();
    // The list may tell it first; until its own answer came the button is busy, and a press is none.
    await trade.result().filter({ hasText: amount }).getByText('Order placed').waitFor();
  }
  await trade.showOnPhone('Orders');
  await trade.phone.page.getByRole('table', { name: 'Open orders' }).getByText('0.007').first().waitFor();
  await shootForReadme(page, 'trade');
  await trade.look('desk-trade-orders');
  await trade.showOnPhone('Chart');
  await trade.look('desk-trade-chart');

  await page.getByRole('button', { name: /^Cancel: Buy 0\.006 at / }).click();
  await theOrder('0.006', 'CANCELED');
  await trade.handle('Buy 0.006').waitFor({ state: 'detached' });

  // The label grew under the finger, and the cross was somewhere else.
  await trade.phone.page.getByRole('button', { name: /^Cancel: Buy 0\.004 at / }).tap();
  await theOrder('0.004', 'CANCELED');

  await trade.row('0.007').focus();
  await page.keyboard.press('Delete');
  await page.getByText('Press Delete once more to cancel this order.').waitFor();
  expect((await theOrder('0.007', 'OPEN')).side).toBe('sell');
  await page.keyboard.press('Delete');
  await theOrder('0.007', 'CANCELED');
  await trade.handle('Sell 0.007').waitFor({ state: 'detached' });
  // What nobody touched rests.
  expect((await theOrder('0.005', 'OPEN')).side).toBe('buy');
});

test('exports say what the exchange has in its books, to the last digit', async () => {
  const { page } = trade;
  const exported = async (table: 'Trades' | 'Order history', format: 'CSV' | 'JSON'): Promise<string> => {
    await page.getByRole('tablist', { name: 'Tables' }).getByRole('tab', { name: table }).click();
    await page.getByRole('table', { name: table }).locator('[data-row]').first().waitFor();
    await page.keyboard.press('e');
    const download = page.waitForEvent('download');
    await page.getByRole('dialog').getByRole('button', { name: format, exact: true }).click();
    return readFileSync(await (await download).path(), 'utf8');
  };

  const [head = '', ...rows] = (await exported('Trades', 'CSV'))
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/);
  const columns = head.split(',');
  const traded = rows.map((row) => new Map(row.split(',').map((cell, at) => [columns[at] ?? '', cell])));
  const wanted = ['order', 'side', 'price', 'amount', 'value', 'fee', 'fee asset', 'role'];
  const dealt = (await trade.deals()).map((deal) => [
    ...[deal.clientOrderId, deal.side, deal.price, deal.amount, deal.money, deal.fee, deal.feeTicker, deal.role],
  ]);
  expect(dealt).not.toEqual([]);
  expect(traded.map((row) => wanted.map((column) => row.get(column))).toSorted()).toEqual(dealt.toSorted());

  const ended = JSON.parse(await exported('Order history', 'JSON')) as readonly Record<string, string>[];
  const told = ended.map((row) => [
    ...[row['client id'], row['exchange id'], row.side, row.price, row.amount, row['filled base'], row['filled quote']],
  ]);
  const books = (await trade.orders())
    .filter(({ status }) => status !== 'OPEN')
    .map((order) => [
      ...[order.clientOrderId, String(order.id), order.side, order.price, order.amount],
      ...[order.dealStock, order.dealMoney],
    ]);
  expect(books).toHaveLength(5);
  expect(told.toSorted()).toEqual(books.toSorted());
  await trade.showOnPhone('Orders');
  await trade.phone.page.getByRole('tab', { name: 'History' }).click();
  await trade.look('desk-trade-history');
  expect([...trade.person.faults, ...trade.phone.faults]).toEqual([]);
});
