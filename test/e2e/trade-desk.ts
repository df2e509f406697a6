/** A desk whose key trades on a living practice exchange, with one person at two screens: a wide one and a phone. */

import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { practiceCall } from '../practice-api.ts';
import { type RunningDesk, startDesk } from '../running-desk.ts';
import { seriousFindings } from './axe.ts';
import { newPerson, type Person, startBrowser } from './browser.ts';
import { DeskApi } from './desk-api.ts';
import { claim } from './desk-site.ts';
import { Exchange } from './exchange.ts';
import { inPage } from './page-eval.ts';
import { shootAsItIs } from './screenshots.ts';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
export const MARKET = 'BTC_USDT';
const EMAIL = 'trader@practice.example';
const OTHER = 'other@practice.example';
/** The narrowest that pages are made for. */
const SMALL_PHONE = { width: 360, height: 780 } as const;
const PRICE_PLACES = 2;

export type OracleOrder = {
  readonly id: number;
  readonly clientOrderId: string;
  readonly side: string;
  readonly status: string;
  readonly price: string;
  readonly amount: string;
  readonly dealStock: string;
  readonly dealMoney: string;
};
export type OracleDeal = {
  readonly clientOrderId: string;
  readonly side: string;
  readonly role: string;
  readonly price: string;
  readonly amount: string;
  readonly money: string;
  readonly fee: string;
  readonly feeTicker: string;
};
type Wanted = { readonly side: 'buy' | 'sell'; readonly price: string; readonly amount: string };

export class TradeDesk {
  readonly desk: RunningDesk;
  readonly exchange: Exchange;
  readonly person: Person;
  readonly phone: Person;
  readonly api: DeskApi;
  readonly connection: string;
  readonly #browser: Browser;

  private constructor(parts: {
    readonly desk: RunningDesk;
    readonly exchange: Exchange;
    readonly person: Person;
    readonly phone: Person;
    readonly api: DeskApi;
    readonly connection: string;
    readonly browser: Browser;
  }) {
    this.desk = parts.desk;
    this.exchange = parts.exchange;
    this.person = parts.person;
    this.phone = parts.phone;
    this.api = parts.api;
    this.connection = parts.connection;
    this.#browser = parts.browser;
  }

  static async open(): Promise<TradeDesk> {
    const [browser, desk] = await Promise.all([startBrowser(), startDesk()]);
    const origins = [desk.address, desk.address.replace('http', 'ws')];
    const person = await newPerson(browser, origins);
    await claim(person.page, desk);
    await person.page.getByRole('button', { name: 'Later', exact: true }).click();
    await person.page.getByRole('heading', { name: 'No exchange yet' }).waitFor();
    const exchange = new Exchange(desk.practice);
    await exchange.account(EMAIL, [
      ['trade', 'USDT', '25000'],
      ['trade', 'BTC', '0.5'],
    ]);
    await exchange.account(OTHER, [['trade', 'BTC', '2000']]);
    const api = new DeskApi(person.context, desk.address);
    const attempt = await api.connect(await exchange.key(EMAIL), { venue: 'practice', label: 'Practice' });
    const [connection] = await api.connections();
    if (connection === undefined) throw new Error(JSON.stringify(attempt));
    const phone = await newPerson(browser, origins, { phone: true });
    await phone.page.setViewportSize(SMALL_PHONE);
    await phone.context.addCookies(await person.context.cookies());
    return new TradeDesk({ desk, exchange, person, phone, api, connection: connection.id, browser });
  }

  async end(): Promise<void> {
    await Promise.all([this.#browser.close(), this.desk.end()]);
  }

  get page(): Page {
    return this.person.page;
  }

  /** Markets of the key, chosen without the page; then Trade on both screens. */
  async ready(): Promise<void> {
    const params = { id: this.connection };
    await this.api.get('trading.policy.first', { params, body: { markets: [MARKET] } });
    for (const { page } of [this.person, this.phone]) {
      await page.goto(`${this.desk.address}/trade`);
      await page.getByText('Prices live').waitFor();
    }
    await this.page.getByRole('button', { name: 'Buy BTC' }).waitFor();
  }

  /** Both screens in both themes, what axe has to say to each, and that Trade is as high as its screen. */
  async look(name: string, screens: 'both' | 'wide' = 'both'): Promise<void> {
    await lookAt(this.page, name, 'wide');
    if (screens === 'both') await lookAt(this.phone.page, name, 'phone');
  }

  async showOnPhone(tab: 'Chart' | 'Book' | 'Ticket' | 'Orders'): Promise<void> {
    await this.phone.page.getByRole('tab', { name: tab }).first().click();
  }

  /** The best ask times a factor, on the tick. The last price may be that of somebody who just sold through the book. */
  async priceAt(factor: string): Promise<string> {
    const { book } = await this.#ask<{ book: { readonly asks: readonly (readonly [string, string])[] } }>(
      'oracle/books',
      { market: MARKET },
    );
    const best = Decimal.parse(book.asks[0]?.[0] ?? '');
    return best.mul(Decimal.parse(factor)).round(PRICE_PLACES, 'half-even').toFixed(PRICE_PLACES);
  }

  /** A limit order by keys alone, whatever has the focus before. */
  async typeOrder({ side, price, amount }: Wanted): Promise<void> {
    const { keyboard } = this.page;
    await keyboard.press('Escape');
    await keyboard.press(side === 'buy' ? 'b' : 's');
    // In a field letters are text.
    await keyboard.press('Escape');
    await keyboard.press('p');
    await keyboard.type(price);
    await keyboard.press('Tab');
    await keyboard.type(amount);
    await keyboard.press('Enter');
  }

  result(): Locator {
    return this.page.locator('.ticket-result');
  }

  row(amount: string): Locator {
    return this.page.getByRole('table', { name: 'Open orders' }).locator('[data-row]').filter({ hasText: amount });
  }

  /** The order's handle on the chart. */
  handle(title: string): Locator {
    return this.page
      .getByRole('list', { name: 'Open orders on the chart' })
      .getByRole('button', { name: new RegExp(`^${title.replaceAll('.', '\\.')} `) });
  }

  /** Somebody sells whatever stands in the book down to this price. */
  async sellDownTo(price: string): Promise<void> {
    const terms = { email: OTHER, market: MARKET, side: 'sell', amount: '90', price, ioc: true };
    await this.#ask('orders/place', terms);
  }

  async arm(
    id: string,
    more: { readonly way?: string; readonly path?: string; readonly channel?: string; readonly mine?: true } = {},
  ) {
    const { mine, ...rest } = more;
    await this.#ask('faults/arm', { id, ...rest, ...(mine === true ? { email: EMAIL } : {}) });
  }

  async freezeSockets(): Promise<void> {
    await this.#ask('sockets/freeze', {});
  }

  async orders(): Promise<readonly OracleOrder[]> {
    return (await this.#ask<{ orders: readonly OracleOrder[] }>('oracle/orders', { email: EMAIL })).orders;
  }

  async deals(): Promise<readonly OracleDeal[]> {
    return (await this.#ask<{ deals: readonly OracleDeal[] }>('oracle/deals', { email: EMAIL })).deals;
  }

  #ask<T>(command: string, body: object): Promise<T> {
    return practiceCall<T>(this.desk.practice, command, body);
  }

  /** The command line as its owner runs it; the exit code. */
  async gapless(...args: readonly string[]): Promise<number | null> {
    const whole = [CLI, ...args, '--data', this.desk.data];
    const child = spawn(process.execPath, whole, { env: this.desk.env, stdio: 'ignore', cwd: path.dirname(CLI) });
    return new Promise((resolve) => child.once('close', resolve));
  }
}

async function lookAt(page: Page, name: string, size: 'wide' | 'phone'): Promise<void> {
  expect.soft(await inPage(page, BEYOND), `${name} ${size}: stands below the screen`).toEqual([]);
  await shootAsItIs(page, name, size);
  expect.soft(await seriousFindings(page), `${name} ${size}`).toEqual([]);
}

/** Names what makes the page taller than its screen; parts that scroll by themselves do not. */
const BEYOND = `document.documentElement.scrollHeight <= innerHeight ? [] : [...document.querySelectorAll('body *')]
  .filter((element) => element.getBoundingClientRect().bottom > innerHeight + 1 && element.children.length === 0)
  .map((element) => element.tagName + '.' + element.className + ' in ' + element.parentElement.className).slice(-5)`;

/** Digits as they are said, without the spaces between thousands. */
export const digits = (text: string): string => text.replaceAll(/[^0-9.]/g, '');
