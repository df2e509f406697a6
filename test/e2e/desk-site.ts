/** What a person does on the desk's pages, found by the words that stand there. */

import { createServer } from 'node:net';
import type { Locator, Page } from 'playwright-core';
import { type RunningDesk, startDesk } from '../running-desk.ts';
import { inPage } from './page-eval.ts';

export const OWNER = { name: 'Ada', password: 'a quiet sentence of seven words' } as const;

/** A port that was free a moment ago: known beforehand, and the same after a restart. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port');
  return address.port;
}

/** The desk with its venue WhiteBIT pointed at the practice exchange beside it, on ports that survive a restart. */
export async function startDeskForWhitebit(): Promise<RunningDesk> {
  const practicePort = await freePort();
  const practice = `http://127.0.0.1:${practicePort}`;
  return startDesk([
    '--port',
    String(await freePort()),
    '--practice-port',
    String(practicePort),
    '--whitebit',
    practice,
  ]);
}

export async function claim(page: Page, desk: RunningDesk): Promise<void> {
  await page.goto(desk.address);
  await page.getByLabel('Setup code').fill(desk.setupCode ?? '');
  await page.getByLabel('Your name').fill(OWNER.name);
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await page.getByRole('button', { name: 'Set up', exact: true }).click();
  await page.getByRole('heading', { name: 'Add a second factor' }).waitFor();
}

/** As Ctrl V does it, so that what the page does on pasting is tried too. */
export async function paste(page: Page, field: Locator, text: string): Promise<void> {
  await page.bringToFront();
  await field.focus();
  await inPage(page, `navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await page.keyboard.press('ControlOrMeta+V');
}

export function card(page: Page, label: string): Locator {
  return page.getByRole('article', { name: label, exact: true });
}

/** A tile's button says its facts after the name; the name comes first. */
export function tile(page: Page, name: string): Locator {
  return page
    .getByRole('dialog', { name: 'Add new exchange' })
    .getByRole('button', { name: new RegExp(`^${name}\\b`) });
}

/** The exact amount behind what is shown. */
export async function exactText(within: Locator): Promise<string> {
  return (await within.locator('[data-exact]').first().getAttribute('data-exact')) ?? '';
}
