/** A day with the desk: by keyboard alone, on a phone, beside somebody else, and when the line to the desk breaks. */

import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RunningDesk } from '../running-desk.ts';
import { newPerson, type Person, startBrowser } from './browser.ts';
import { DeskApi } from './desk-api.ts';
import { card, claim, exactText, OWNER, startDeskForWhitebit, tile } from './desk-site.ts';
import { Exchange } from './exchange.ts';
import { inPage } from './page-eval.ts';
import { look } from './practice-site.ts';

/** More stops than any page has. */
const STOPS_MAX = 60;
/** A finger's width, for whatever is pressed on a phone. */
const TOUCH_MIN_PX = 40;
const REVOKED_WITHIN_MS = 1_000;
/** A line that is down for less is not worth a word. */
const TOLD_WITHIN_MS = 10_000;
const HEALED_WITHIN_MS = 30_000;

let browser: Browser;
let desk: RunningDesk;
let exchange: Exchange;
let owner: Person;
let page: Page;
let api: DeskApi;

beforeAll(async () => {
  [browser, desk] = await Promise.all([startBrowser(), startDeskForWhitebit()]);
  exchange = new Exchange(desk.practice);
  owner = await newPerson(browser, origins());
  page = owner.page;
  await claim(page, desk);
  await page.getByRole('button', { name: 'Later', exact: true }).click();
  api = new DeskApi(owner.context, desk.address);
});
afterAll(async () => {
  await Promise.all([browser?.close(), desk?.end()]);
});
beforeEach(async () => {
  await api.removeAll();
  await page.goto(`${desk.address}/exchanges`);
  await page.getByRole('heading', { name: 'No exchange yet' }).waitFor();
});
afterEach(() => {
  expect(owner.faults).toEqual([]);
});

const origins = (): readonly string[] => [desk.address, desk.address.replace('http', 'ws')];

/** Presses Tab until the focus stands on `target`; that it can be seen there is part of being usable. */
async function tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const focused = target.and(page.locator(':focus-visible'));
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    if ((await focused.count()) === 1) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${target} is not reached by ${key}`);
}

test('connect, rename, refresh and remove without a mouse', async () => {
  const key = await exchange.key(await exchange.anybody());
  await page.keyboard.press('n');
  await page.getByRole('dialog', { name: 'Add new exchange' }).waitFor();
  await tile(page, 'WhiteBIT').waitFor();
  await page.keyboard.type('white');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Add WhiteBIT' }).waitFor();
  await tabTo(page.getByLabel('API key', { exact: true }));
  await page.keyboard.type(key.apiKey);
  await tabTo(page.getByLabel('Secret key', { exact: true }));
  await page.keyboard.type(key.secret);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /^Connected\./ }).waitFor();
  await tabTo(page.getByRole('button', { name: 'Done', exact: true }));
  await page.keyboard.press('Enter');

  await tabTo(page.getByRole('button', { name: 'Rename WhiteBIT', exact: true }));
  await page.keyboard.press('Enter');
  await page.keyboard.type('Savings');
  await page.keyboard.press('Enter');
  await card(page, 'Savings').waitFor();
  await tabTo(page.getByRole('button', { name: 'Refresh Savings', exact: true }));
  await page.keyboard.press('Enter');
  await card(page, 'Savings').getByText('Connected', { exact: true }).waitFor();
  await page.reload();
  await tabTo(page.getByRole('button', { name: 'Remove Savings', exact: true }));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Remove Savings?' });
  await dialog.waitFor();
  await look(page, 'desk-remove');
  // What cannot be undone is never what the first Enter does.
  await dialog.getByRole('button', { name: 'Cancel', exact: true }).and(page.locator(':focus')).waitFor();
  await tabTo(dialog.getByRole('button', { name: 'Remove', exact: true }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'No exchange yet' }).waitFor();
  expect((await api.get('custody.read')).keys).toBe(0);
});

test('the shortcuts of the list do what the list says', async () => {
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Search pages, exchanges, actions').waitFor();
  await look(page, 'desk-shortcuts');
  await page.keyboard.press('Escape');
  for (const [second, title] of [
    ['o', 'Overview'],
    ['s', 'Security'],
    [',', 'Settings'],
    ['e', 'My Exchanges'],
  ] as const) {
    await page.keyboard.press('g');
    await page.keyboard.press(second);
    await page.getByRole('heading', { name: title, level: 1, exact: true }).waitFor();
  }
  await page.keyboard.press('/');
  await page.getByRole('combobox').waitFor();
  await look(page, 'desk-search');
  await page.keyboard.type('sett');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Settings', level: 1, exact: true }).waitFor();
  await page.keyboard.press('n');
  await page.getByRole('dialog', { name: 'Add new exchange' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'No exchange yet' }).waitFor();
});

test('connect, rename, refresh and remove on a phone', async () => {
  const phone = await newPerson(browser, origins(), { phone: true });
  const { page: small } = phone;
  const key = await exchange.key(await exchange.anybody());
  await small.goto(desk.address);
  await logIn(small);
  await small.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'My Exchanges' }).tap();
  await small.getByRole('button', { name: 'Add new exchange', exact: true }).tap();
  await tile(small, 'WhiteBIT').tap();
  await small.getByLabel('API key', { exact: true }).fill(key.apiKey);
  await small.getByLabel('Secret key', { exact: true }).fill(key.secret);
  await fitsAFinger(small);
  await small.getByRole('button', { name: 'Connect', exact: true }).tap();
  await small.getByRole('heading', { name: /^Connected\./ }).waitFor();
  expect(await isWhollyInView(small.getByRole('heading', { name: /^Connected\./ }))).toBe(true);
  await small.getByRole('button', { name: 'Done', exact: true }).tap();
  await fitsAFinger(small);
  await small.getByRole('button', { name: 'Rename WhiteBIT' }).tap();
  await small.getByLabel('New name of WhiteBIT').fill('Pocket');
  await small.keyboard.press('Enter');
  await small.getByRole('button', { name: 'Refresh Pocket' }).tap();
  await card(small, 'Pocket').getByText('Connected', { exact: true }).waitFor();
  for (const place of ['Overview', 'Security', 'Settings', 'My Exchanges']) {
    await small.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place, exact: true }).tap();
    await small.getByRole('heading', { name: place, level: 1, exact: true }).waitFor();
    await fitsAFinger(small);
  }
  await small.getByRole('button', { name: 'Remove Pocket' }).tap();
  await small.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).tap();
  await small.getByRole('heading', { name: 'No exchange yet' }).waitFor();
  expect(phone.faults).toEqual([]);
  await phone.context.close();
});

/** Nothing sticks out at the side, and every button is large enough to be hit. */
async function fitsAFinger(small: Page): Promise<void> {
  const report = await inPage<{ readonly wide: number; readonly low: readonly string[] }>(
    small,
    `({
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      low: [...document.querySelectorAll('button, a.button, nav a')]
        .filter((one) => one.checkVisibility() && one.closest('[inert], [aria-hidden="true"]') === null)
        .map((one) => ({ box: one.getBoundingClientRect(), name: one.ariaLabel ?? one.textContent }))
        .filter(({ box }) => box.width > 1 && box.height > 1 && box.height < ${TOUCH_MIN_PX})
        .map(({ box, name }) => name + ' ' + Math.round(box.height)),
    })`,
  );
  expect.soft(report, small.url()).toEqual({ wide: 0, low: [] });
}

async function isWhollyInView(target: Locator): Promise<boolean> {
  const box = await target.boundingBox();
  if (box === null) return false;
  const { width, height } = target.page().viewportSize() ?? { width: 0, height: 0 };
  // Nothing may lie over it either: a sticky head hides what has been scrolled under it.
  const head = await target.page().locator('.panel-head').boundingBox();
  const top = head === null ? 0 : head.y + head.height;
  return box.y >= top && box.x >= 0 && box.y + box.height <= height && box.x + box.width <= width;
}

async function logIn(on: Page): Promise<void> {
  await on.getByLabel('Name').fill(OWNER.name);
  await on.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await on.getByRole('button', { name: 'Log in', exact: true }).click();
  await on.getByRole('navigation', { name: 'Main' }).waitFor();
}

test('somebody who was invited sees nothing of the owner', async () => {
  const { result } = await api.connect(await exchange.key(await exchange.anybody()), { label: 'Owner’s own' });
  if (result === null) throw new Error('Not connected');
  await page.goto(`${desk.address}/security`);
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Invitation' });
  const code = (await dialog.locator('.codes').innerText()).trim();
  await dialog.getByRole('button', { name: 'Done', exact: true }).click();

  const guest = await newPerson(browser, origins());
  await guest.page.goto(`${desk.address}/invite`);
  await guest.page.getByRole('heading', { name: 'Accept an invitation' }).waitFor();
  await look(guest.page, 'desk-invite');
  await guest.page.getByLabel('Invitation code').fill(code);
  await guest.page.getByLabel('Your name').fill('Ben');
  await guest.page.getByLabel('Password', { exact: true }).fill('another sentence of six words');
  await guest.page.getByRole('button', { name: 'Join', exact: true }).click();
  await guest.page.getByRole('button', { name: 'Later', exact: true }).click();
  await guest.page.getByRole('heading', { name: 'No exchange yet' }).waitFor();
  const theirs = new DeskApi(guest.context, desk.address);
  expect(await theirs.connections()).toEqual([]);
  expect(await theirs.get('balances.list')).toEqual([]);
  expect(await theirs.get('audit.list')).toEqual([]);
  for (const name of ['connections.refresh', 'connections.check', 'connections.remove'] as const) {
    expect(await theirs.ask(name, { params: { id: result.id } })).toMatchObject({ status: 404, code: 'not_found' });
  }
  // What happens to the owner's connection is not told over the guest's line: their own word, sent later, comes first.
  await api.check(result);
  await theirs.get('settings.write', { body: { currency: 'USDT' } });
  await guest.page.goto(`${desk.address}/overview`);
  await guest.page.getByRole('heading', { name: 'Nothing to add up yet' }).waitFor();
  await guest.page.goto(`${desk.address}/security`);
  await guest.page.getByRole('heading', { name: 'Audit trail' }).waitFor();
  expect(await guest.page.getByRole('heading', { name: 'People' }).count()).toBe(0);
  await look(guest.page, 'desk-security-member');
  expect(guest.faults).toEqual([]);
  await guest.context.close();
});

test('a session ended from another browser shows the door within a second', async () => {
  const other = await newPerson(browser, origins());
  await other.page.goto(desk.address);
  await logIn(other.page);
  await other.page.getByText('No exchange yet', { exact: true }).first().waitFor();
  await page.goto(`${desk.address}/security`);
  other.allow(/status of 401/);
  await page
    .getByRole('button', { name: /^End the session on/ })
    .first()
    .click();
  await other.page.getByRole('heading', { name: 'Log in' }).waitFor({ timeout: REVOKED_WITHIN_MS });
  expect(other.faults).toEqual([]);
  await other.context.close();
});

test('a broken line is said in words, and heals', async () => {
  await api.connect(await exchange.key(await exchange.anybody()), { label: 'Main' });
  await page.reload();
  await card(page, 'Main').getByText('Connected', { exact: true }).waitFor();
  const exact = await exactText(card(page, 'Main').locator('.conn-money'));
  owner.allow(/net::ERR_|WebSocket connection|status of 50/);
  const child = desk.children().find(({ name }) => name === 'desk');
  if (child === undefined || desk.supervisor.pid === undefined) throw new Error('No desk');
  // While the supervisor sleeps nobody starts the desk again.
  process.kill(desk.supervisor.pid, 'SIGSTOP');
  try {
    process.kill(child.pid, 'SIGKILL');
    await page.getByText(/^No live line to the desk for \d+ s\.$/).waitFor({ timeout: TOLD_WITHIN_MS });
    await page.getByText('No live line', { exact: true }).waitFor();
    // The last that was known stays, dimmed.
    expect(await exactText(card(page, 'Main').locator('.conn-money'))).toBe(exact);
    expect(await page.locator('.connections.stale').count()).toBe(1);
    await look(page, 'desk-line-down');
  } finally {
    process.kill(desk.supervisor.pid, 'SIGCONT');
  }
  await page.getByText('1 exchange live', { exact: true }).waitFor({ timeout: HEALED_WITHIN_MS });
  await page.getByText(/^No live line to the desk/).waitFor({ state: 'detached' });
  expect(await page.locator('.connections.stale').count()).toBe(0);
});
