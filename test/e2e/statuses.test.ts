/**
 * Every status a card can have, each reached by changing something at the exchange or in a process, never in the page:
 * the pill's words, the cause, the cure, the one button, and the way back.
 */

import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RunningDesk, until } from '../running-desk.ts';
import { newPerson, type Person, startBrowser } from './browser.ts';
import { type Connection, DeskApi } from './desk-api.ts';
import { card, claim, startDeskForWhitebit } from './desk-site.ts';
import { Exchange, GOOD, type Key } from './exchange.ts';
import { look } from './practice-site.ts';

const DAY_MS = 24 * 3_600_000;
/** WhiteBIT switches a key off after 14 days without use. */
const IDLE_DAYS = 14;
const RESTART_WITHIN_MS = 20_000;
const LABEL = 'Main';

let browser: Browser;
let desk: RunningDesk;
let exchange: Exchange;
let person: Person;
let page: Page;
let api: DeskApi;
let email: string;
let key: Key;
let main: Locator;

beforeAll(async () => {
  [browser, desk] = await Promise.all([startBrowser(), startDeskForWhitebit()]);
  exchange = new Exchange(desk.practice);
  person = await newPerson(browser, [desk.address, desk.address.replace('http', 'ws')]);
  page = person.page;
  await claim(page, desk);
  await page.getByRole('button', { name: 'Later', exact: true }).click();
  api = new DeskApi(person.context, desk.address);
  main = card(page, LABEL);
});
afterAll(async () => {
  await Promise.all([browser?.close(), desk?.end()]);
});
beforeEach(async () => {
  await exchange.healthy();
  await api.removeAll();
  email = await exchange.anybody();
  key = await exchange.key(email);
});

async function connected(): Promise<Connection> {
  const { result } = await api.connect(key, { label: LABEL });
  if (result === null) throw new Error('Not connected');
  await page.goto(`${desk.address}/exchanges`);
  await pill('Connected');
  return result;
}

const pill = (words: string): Promise<void> =>
  main
    .locator('.pill')
    .getByText(words, { exact: true })
    .waitFor()
    .catch(async (error: unknown) => {
      throw new Error(`${words}: ${JSON.stringify(await api.connections())}`, { cause: error });
    });
const check = (): Promise<void> => main.getByRole('button', { name: `Check ${LABEL}`, exact: true }).click();

/** What stands under the pill, and nothing but one way to mend it beside the exchange's own words. */
async function trouble(words: {
  readonly title: string;
  readonly cause: string;
  readonly cure: string;
}): Promise<void> {
  const block = main.locator('.trouble');
  await block.getByText(words.title, { exact: true }).waitFor();
  const text = (await block.innerText()).replaceAll(/\s+/g, ' ');
  expect(text).toContain(words.cause);
  expect(text).toContain(words.cure);
}

async function mendBy(name: string, role: 'button' | 'link' = 'button'): Promise<Locator> {
  const button = main.locator('.trouble').getByRole(role, { name, exact: true });
  await button.waitFor();
  return button;
}

test('Connected, with the chips of the key and a word that the money is practice', async () => {
  await connected();
  for (const chip of ['Practice', 'Read', 'Trade', 'Cannot withdraw', 'IP lock unknown']) {
    await main.getByText(chip, { exact: true }).waitFor();
  }
  await page.getByText('1 exchange live', { exact: true }).waitFor();
  expect(await main.locator('.trouble').count()).toBe(0);
});

test('Read-only', async () => {
  await exchange.change(email, key, { groups: ['trade-read', 'wallet-read'] });
  await api.connect(key, { label: LABEL, purpose: 'watch' });
  await page.goto(`${desk.address}/exchanges`);
  await pill('Read-only');
  await main.getByText('Cannot trade', { exact: true }).waitFor();
  await look(page, 'desk-status-read-only');
});

test('Checking, for as long as the exchange takes', async () => {
  await connected();
  await exchange.fault('slow', { delayMs: 400 });
  await check();
  await pill('Checking');
  await main.getByRole('button', { name: `Checking ${LABEL}`, exact: true }).waitFor();
  await look(page, 'desk-status-checking');
  await exchange.healthy();
  await pill('Connected');
});

test('Needs attention: the right to trade went away', async () => {
  await connected();
  await exchange.change(email, key, { groups: ['trade-read', 'wallet-read'] });
  await check();
  await pill('Needs attention');
  await trouble({
    title: 'This key may read but not trade.',
    cause: 'The switch Order management is off.',
    cure: 'Turn it on at WhiteBIT and check again, or connect it to watch only.',
  });
  await mendBy('Use it to watch only');
  await page.getByText('0 of 1 exchange live', { exact: true }).waitFor();
  await look(page, 'desk-status-attention');
  await exchange.change(email, key, { groups: GOOD });
  await check();
  await pill('Connected');
});

test('Needs attention: the exchange switched the key off after two idle weeks', async () => {
  await connected();
  await exchange.advance((IDLE_DAYS + 1) * DAY_MS);
  await check();
  await pill('Needs attention');
  await trouble({
    title: 'This key is switched off at WhiteBIT.',
    cause: 'it lay unused for 14 days',
    cure: 'turn the switch beside its name on.',
  });
  const link = await mendBy('Open the key page', 'link');
  expect(await link.getAttribute('href')).toBe(`${desk.practice}/settings/api`);
  await exchange.change(email, key, { active: true });
  await (await mendBy('Check again')).click();
  await pill('Connected');
});

test('Refused: can withdraw. A right that appears later turns the card red and stops the key', async () => {
  const connection = await connected();
  await exchange.change(email, key, { groups: [...GOOD, 'withdraw'] });
  await check();
  await pill('Refused: can withdraw');
  expect(await main.locator('.pill').getAttribute('data-tone')).toBe('red');
  await main.getByText('Can withdraw', { exact: true }).waitFor();
  await trouble({
    title: 'Refused: this key can move your money away.',
    cause: 'At WhiteBIT it has these switches on: Withdrawal. Nothing here ever needs them.',
    cure: 'Turn them off under Endpoint access restrictions and apply the changes. Until then this key is not used.',
  });
  await look(page, 'desk-status-refused');
  const events = await api.get('audit.list');
  expect(events.find(({ event }) => event === 'stopped')?.connection).toBe(connection.id);

  const before = (await exchange.requests()).at(-1)?.number ?? 0;
  await page.reload();
  await pill('Refused: can withdraw');
  await page.goto(`${desk.address}/overview`);
  await page.getByRole('region', { name: 'Total' }).getByText('1 750.75').waitFor();
  expect(await exchange.requests(before)).toEqual([]);

  await exchange.change(email, key, { groups: GOOD });
  await page.goto(`${desk.address}/exchanges`);
  await (await mendBy('Check again')).click();
  await pill('Connected');
});

test.each([
  ['transfer', 'Refused: can transfer', 'Can transfer'],
  ['codes', 'Refused: can make codes', 'Can make codes'],
] as const)('Refused for %s as well', async (group, words, chip) => {
  await connected();
  await exchange.change(email, key, { groups: [...GOOD, group] });
  await check();
  await pill(words);
  await main.getByText(chip, { exact: true }).waitFor();
});

test('Exchange not answering, and back', async () => {
  await connected();
  await exchange.fault('maintenance');
  await check();
  await pill('Exchange not answering');
  await trouble({
    title: 'WhiteBIT is out of service.',
    cause: 'It answers with an error of its own, as in maintenance. The key is untouched.',
    cure: 'Wait until it is back. We try again by ourselves.',
  });
  await look(page, 'desk-status-not-answering');
  await exchange.healthy();
  await (await mendBy('Check again')).click();
  await pill('Connected');
});

test('Expires in 4 days: nothing has used the key for so long that the exchange will end it', async () => {
  const { id } = await connected();
  await exchange.fault('unreachable');
  await check();
  await pill('Exchange not answering');
  // The desk stood still for a little over ten days: so far back lies its last good call when it starts.
  person.allow(/net::ERR_|WebSocket|status of 50/);
  const database = new DatabaseSync(path.join(desk.data, 'desk.db'));
  const longAgoMs = Date.now() - 10.01 * DAY_MS;
  database
    .prepare('UPDATE connections SET last_good_at_ms = ?, balances_at_ms = ? WHERE id = ?')
    .run(longAgoMs, longAgoMs, id);
  database.close();
  await restarted('desk');
  await page.goto(`${desk.address}/exchanges`);
  await pill('Expires in 4 days');
  await page.getByText('0 of 1 exchange live', { exact: true }).waitFor();
  await main.getByText('4 days left', { exact: true }).waitFor();
  await trouble({
    title: 'WhiteBIT cannot be reached from here.',
    cause: 'No answer came: the connection, a firewall or the exchange itself. The key is untouched.',
    cure: 'Look at the connection of this machine. We try again by ourselves.',
  });
  await main.getByText('as of 10 d ago').waitFor();
  await look(page, 'desk-status-expiring');
  await page.goto(`${desk.address}/overview`);
  await page.getByText('This total is not the whole of it.').waitFor();
  await page.getByText('Main: WhiteBIT cannot be reached from here. Counted as it was 10 d ago.').waitFor();
  await look(page, 'desk-overview-missing');
  await page.goto(`${desk.address}/exchanges`);
  await exchange.healthy();
  await (await mendBy('Check again')).click();
  await pill('Connected');
});

test('Locked, and unlocked by the button that leads there', async () => {
  await connected();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Security', exact: true }).click();
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  const lock = page.getByRole('dialog', { name: 'Lock custody?' });
  await lock.getByRole('button', { name: 'Lock', exact: true }).click();
  await page.getByText('Locked: no key can be used').waitFor();
  await look(page, 'desk-security-locked');
  await page.goto(`${desk.address}/exchanges`);
  await pill('Locked');
  await trouble({
    title: 'The keys are locked.',
    cause: 'The process that holds them was started or locked, and waits to be unlocked.',
    cure: 'Unlock it; everything goes on from there.',
  });
  await look(page, 'desk-status-locked');
  await (await mendBy('Unlock')).click();
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
  await page
    .getByRole('dialog', { name: 'Unlock custody' })
    .getByRole('button', { name: 'Unlock', exact: true })
    .click();
  await page.getByText('Open: keys can be used').waitFor();
  await page.goto(`${desk.address}/exchanges`);
  await pill('Connected');
});

test('Key process not answering, and back by itself', async () => {
  await connected();
  const custody = desk.children().find(({ name }) => name === 'custody');
  if (custody === undefined) throw new Error('No custody');
  process.kill(custody.pid, 'SIGSTOP');
  try {
    await pill('Key process not answering');
    await look(page, 'desk-status-custody-silent');
  } finally {
    process.kill(custody.pid, 'SIGCONT');
  }
  await pill('Connected');
});

/** Kills one process of the desk as a power cut would; the supervisor starts it again. */
async function restarted(name: 'desk' | 'custody'): Promise<void> {
  const before = desk.children().find((child) => child.name === name);
  if (before === undefined) throw new Error(`No ${name}`);
  process.kill(before.pid, 'SIGKILL');
  await until(
    () => desk.output().includes(`${name} is running again`),
    RESTART_WITHIN_MS,
    () => desk.output(),
  );
}
