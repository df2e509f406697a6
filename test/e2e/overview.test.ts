/** The numbers of the Overview: balances of the exchange times its prices, rounded once each, and exact sums of those. */

import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import type { RunningDesk } from '../running-desk.ts';
import { newPerson, type Person, startBrowser, WIDE } from './browser.ts';
import { DeskApi } from './desk-api.ts';
import { card, claim, startDeskForWhitebit } from './desk-site.ts';
import { Exchange } from './exchange.ts';
import { inPage } from './page-eval.ts';
import { look } from './practice-site.ts';

const MINUTES_LOOKED_BACK = 5;
/** The value of each balance is rounded to so many places, once. */
const VALUE_PLACES = 8;
/** Of two people, so that the sums go over both exchanges. */
const HELD = [
  ['first', 'trade', 'USDT', '1000.10'],
  ['first', 'trade', 'BTC', '0.25'],
  ['first', 'main', 'ETH', '3.5'],
  ['second', 'main', 'BTC', '0.00000001'],
  ['second', 'trade', 'USDT', '20'],
] as const;

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
  await page.getByRole('heading', { name: 'No exchange yet' }).waitFor();
  api = new DeskApi(person.context, desk.address);
});
afterAll(async () => {
  await Promise.all([browser?.close(), desk?.end()]);
});

type Cells = Readonly<Record<string, string>>;

/** What stands in the table, exact digits where a cell has them. */
async function assetRows(): Promise<ReadonlyMap<string, Cells>> {
  const rows = await inPage<readonly (readonly [string, Cells])[]>(
    page,
    `[...document.querySelectorAll('section[aria-labelledby="by-asset"] tbody tr')].map((row) => {
      const cell = (name) => row.querySelector('.col-' + name + ' [data-exact]')?.dataset.exact ?? '';
      return [row.querySelector('.col-asset').textContent, { quantity: cell('quantity'), free: cell('free'), locked: cell('locked'), price: cell('price'), worth: cell('worth') }];
    })`,
  );
  return new Map(rows);
}

/** Lowest and highest price of the last minutes, from the exchange's own candles. */
async function priceRange(market: string): Promise<{ readonly low: Decimal; readonly high: Decimal }> {
  const reply = await fetch(
    `${desk.practice}/api/v1/public/kline?market=${market}&interval=1m&limit=${MINUTES_LOOKED_BACK}`,
  );
  const { result } = (await reply.json()) as { readonly result: readonly (readonly [number, ...string[]])[] };
  // time, open, close, high, low
  const lows = result.map((candle) => Decimal.parse(String(candle[4])));
  const highs = result.map((candle) => Decimal.parse(String(candle[3])));
  return {
    low: lows.reduce((a, b) => (a.sub(b).sign() < 0 ? a : b)),
    high: highs.reduce((a, b) => (a.sub(b).sign() > 0 ? a : b)),
  };
}

test('is empty until there is an exchange', async () => {
  await page.goto(`${desk.address}/overview`);
  await page.getByRole('heading', { name: 'Nothing to add up yet' }).waitFor();
  await look(page, 'desk-overview-empty');
});

test('adds up balances times prices, over both exchanges', async () => {
  const first = await exchange.anybody('empty');
  const second = await exchange.anybody('empty');
  for (const [who, wallet, asset, amount] of HELD) {
    await exchange.balance(who === 'first' ? first : second, wallet, asset, amount);
  }
  await api.connect(await exchange.key(first), { label: 'First' });
  await api.connect(await exchange.key(second), { label: 'Second', venue: 'practice' });
  await page.goto(`${desk.address}/exchanges`);
  await card(page, 'Second').getByText('Connected', { exact: true }).waitFor();
  await look(page, 'desk-exchanges-two');
  await page.goto(`${desk.address}/overview`);
  await page.getByRole('table', { name: 'Value by asset' }).waitFor();

  const rows = await assetRows();
  expect([...rows].map(([asset, { quantity }]) => [asset, quantity]).sort()).toEqual([
    ['BTC', '0.25000001'],
    ['ETH', '3.5'],
    ['USDT', '1020.1'],
  ]);
  let sum = Decimal.ZERO;
  for (const [asset, { quantity, price, worth }] of rows) {
    const unit = Decimal.parse(price ?? '');
    if (asset === 'USDT') expect(unit.toString()).toBe('1');
    else {
      const { low, high } = await priceRange(`${asset}_USDT`);
      expect(unit.sub(low).sign(), `${asset} ${price} below ${low}`).toBeGreaterThanOrEqual(0);
      expect(high.sub(unit).sign(), `${asset} ${price} above ${high}`).toBeGreaterThanOrEqual(0);
    }
    const held = HELD.filter(([, , one]) => one === asset).map(([, , , amount]) => Decimal.parse(amount));
    const value = Decimal.sum(held.map((amount) => amount.mul(unit).round(VALUE_PLACES, 'half-even')));
    expect(
      Decimal.parse(worth ?? '')
        .sub(value)
        .sign(),
      `${asset}: ${quantity} × ${price} = ${worth}`,
    ).toBe(0);
    sum = sum.add(value);
  }
  const total = await page.getByRole('region', { name: 'Total' }).locator('[data-exact]').getAttribute('data-exact');
  expect(
    Decimal.parse(total ?? '')
      .sub(sum)
      .sign(),
  ).toBe(0);
  for (const list of ['Value by asset', 'Value by exchange']) {
    const shown = await page.getByRole('table', { name: list }).locator('.share .num').allInnerTexts();
    const shares = shown.map((text) => Decimal.parse(text.replaceAll(/[^\d.]/g, '')));
    expect(Decimal.sum(shares).sub(Decimal.parse('100')).sign(), `${list}: ${shown.join(', ')}`).toBe(0);
  }
  await look(page, 'desk-overview');
});

test('what an open order holds is not shown as free to trade', async () => {
  const owner = await exchange.anybody('empty');
  await exchange.balance(owner, 'trade', 'USDT', '500.5');
  await api.connect(await exchange.key(owner), { label: 'Third', venue: 'practice' });
  // Far below the market, so that it stays.
  await exchange.order(owner, { market: 'BTC_USDT', side: 'buy', amount: '0.01', price: '10000' });
  await page.goto(`${desk.address}/exchanges`);
  const third = card(page, 'Third');
  await third.getByRole('button', { name: 'Refresh Third' }).click();
  await third.getByText('in orders', { exact: false }).first().waitFor();
  const money = third.locator('.conn-money');
  await money.getByText('100.00').waitFor();
  const amounts = (within: Locator) => within.locator('[data-exact]').allInnerTexts();
  expect(await amounts(money)).toEqual(['400.50', '100.00', '500.50']);
  expect(await amounts(third.locator('.conn-wallets'))).toEqual(['400.50', '0.00', '0.00', '100.00']);
  await look(page, 'desk-exchanges-orders-open');
  await page.goto(`${desk.address}/overview`);
  await page.getByRole('columnheader', { name: 'In orders' }).waitFor();
  const { quantity, free, locked } = (await assetRows()).get('USDT') ?? {};
  expect({ quantity, free, locked }).toEqual({ quantity: '1520.6', free: '1420.6', locked: '100' });
  await look(page, 'desk-overview-orders-open');
  const wide = page.viewportSize() ?? WIDE;
  await page.setViewportSize({ width: 360, height: 780 });
  await page.getByText('100 in orders', { exact: true }).waitFor();
  const tooWide =
    "[...document.querySelectorAll('html, .scroll-x')].filter((one) => one.scrollWidth > one.clientWidth).length";
  expect(await inPage<number>(page, tooWide)).toBe(0);
  await page.goto(`${desk.address}/exchanges`);
  await card(page, 'Third').waitFor();
  expect(await inPage<number>(page, tooWide)).toBe(0);
  await page.setViewportSize(wide);
  await page.goto(`${desk.address}/overview`);
  await page.getByRole('columnheader', { name: 'In orders' }).waitFor();
});

test('exports what it shows, digit for digit', async () => {
  const rows = await assetRows();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV', exact: true }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^gapless-assets-\d{4}-\d\d-\d\d\.csv$/);
  const lines = readFileSync(await download.path(), 'utf8').split('\r\n');
  expect(lines[0]).toBe('asset,amount,free,in orders,price USDT,value USDT,share,as of');
  expect(lines.at(-1)).toBe('');
  const exported = lines.slice(1, -1).map((line) => line.split(','));
  expect(exported).toHaveLength(rows.size);
  for (const [asset = '', quantity, free, locked, price, worth] of exported) {
    expect({ quantity, free, locked, price, worth }).toEqual(rows.get(asset));
  }
});

test('settings: currency, theme and colours hold, here and after a reload', async () => {
  await page.goto(`${desk.address}/settings`);
  await page.getByRole('radiogroup', { name: 'Currency' }).waitFor();
  await look(page, 'desk-settings');
  await page.getByRole('radiogroup', { name: 'Currency' }).getByText('EUR', { exact: true }).click();
  await page.getByRole('radiogroup', { name: 'Theme' }).getByText('Light', { exact: true }).click();
  await page.getByRole('checkbox', { name: /Swap red and green/ }).check();
  await page.locator('html[data-mantine-color-scheme="light"][data-swap]').waitFor({ state: 'attached' });
  await page.reload();
  await page.locator('html[data-mantine-color-scheme="light"][data-swap]').waitFor({ state: 'attached' });
  expect(await page.getByRole('radio', { name: 'EUR' }).isChecked()).toBe(true);
  await page.goto(`${desk.address}/overview`);
  await page.getByRole('region', { name: 'Total' }).getByText('EUR').waitFor();
  await page.getByRole('columnheader', { name: 'Price, EUR' }).waitFor();
  expect(person.faults).toEqual([]);
});

test('an address that leads nowhere says so', async () => {
  await page.goto(`${desk.address}/nowhere`);
  await page.getByRole('heading', { name: 'There is no page at this address' }).waitFor();
  await look(page, 'desk-not-found');
});
