/** What a person does on the practice exchange's pages, found by the words that stand there. */

import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { seriousFindings } from './axe.ts';
import type { Exchange } from './exchange.ts';
import { inPage } from './page-eval.ts';
import { shoot } from './screenshots.ts';

/** The page asks once a second. */
const CODE_SHOWN_MS = 10_000;

/** Looks at the page as it stands: picture and accessibility, each under a name that the pictures carry. */
export async function look(page: Page, name: string): Promise<void> {
  await shoot(page, name);
  expect.soft(await seriousFindings(page), name).toEqual([]);
}

/** Reads the practice authenticator as a person without a phone does, waiting for the next code where this one is used. */
export async function takeCode(page: Page, exchange: Exchange): Promise<void> {
  const use = page.getByRole('button', { name: 'Use this code' });
  const summary = page.getByText('No phone at hand? Practice authenticator');
  if (!(await use.isVisible())) await summary.click();
  const shown = page.locator('[data-authenticator-code]');
  const before = (await shown.textContent()) ?? '';
  await exchange.nextCode();
  // The one that stands there was about to end: two steps later nobody takes it any more.
  await expect.poll(() => shown.textContent(), { timeout: CODE_SHOWN_MS }).not.toBe(before);
  // Enabled again as soon as the page has seen the next code.
  await use.click();
  expect(await page.getByLabel('Authenticator code').inputValue()).toMatch(/^\d{3} \d{3}$/);
}

export async function signUp(page: Page, exchange: Exchange, email: string): Promise<void> {
  await page.goto(exchange.address);
  await page.getByRole('link', { name: 'Sign up', exact: true }).click();
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill('only-for-practice');
  await look(page, 'practice-sign-up');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByText('Your account is ready.').waitFor();
}

/** Clicks a copy button and reads what really lies in the clipboard then. */
export async function copied(page: Page, what: string): Promise<string> {
  await page.bringToFront();
  const button = page.getByRole('button', { name: `Copy ${what}`, exact: true });
  await button.click();
  await button.getByText('Copied').waitFor();
  const text = await inPage<string>(page, 'navigator.clipboard.readText()');
  await button.getByText('Copy', { exact: true }).waitFor();
  return text;
}

export async function accountMenu(page: Page, email: string, item: string): Promise<void> {
  await page.getByRole('button', { name: email }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}
