/** Pictures of every page and state for a person to look at: both themes, both widths. Kept as output of the run. */

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { PHONE, WIDE } from './browser.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = path.join(ROOT, 'out', 'screenshots');
const SIZES = [
  ['wide', WIDE],
  ['phone', PHONE],
] as const;

/** Takes `NAME-THEME-SIZE.png` four times and leaves the page dark and as wide as it was. */
export async function shoot(page: Page, name: string): Promise<void> {
  const before = page.viewportSize() ?? WIDE;
  for (const [size, viewport] of SIZES) {
    await page.setViewportSize(viewport);
    await shootAsItIs(page, name, size);
  }
  await page.setViewportSize(before);
}

/** In both themes, as wide as it is: for a page that another width would lay out anew, and lose what is open on it. */
export async function shootAsItIs(page: Page, name: string, size: 'wide' | 'phone'): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.screenshot({
      path: path.join(FOLDER, `${name}-${theme}-${size}.png`),
      fullPage: true,
      animations: 'disabled',
      caret: 'hide',
    });
  }
}

/** The picture of the README, refreshed on request: it is committed, and a changed byte a run would be noise. */
export async function shootForReadme(page: Page, name: string): Promise<void> {
  if (process.env.UPDATE_IMAGES !== '1') return;
  const folder = path.join(ROOT, 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
}
