/**
 * How soon the desk's pages are there and how promptly they answer, in headless Chromium against a desk on this machine
 * with one account that trades: largest paint, blocked time, shifts, and the slowest of some interactions. Every load
 * begins with an empty cache; the median of five decides.
 *
 *     node bench/page.ts [--loads 5]
 *
 * Nothing here is a ratio: on a busy machine a miss says little, and the load average stands beside it. `CHROMIUM` names
 * the browser. The page must be built. Lighthouse's score is not taken: it is not among the packages.
 */

import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { startBrowser, WIDE } from '../test/e2e/browser.ts';
import { openApiWorld } from '../test/system/api-trading-world.testing.ts';
import { judge, round, sayMachine } from './judged.ts';

const LCP_MAX_MS = 1_000;
const TBT_MAX_MS = 100;
const CLS_MAX = 0.02;
const INP_MAX_MS = 100;
/** From the first paint on: what is slow later is counted by the interactions. */
const WATCHED_MS = 5_000;
const PAGES = ['/overview', '/exchanges', '/trade'] as const;
const INTERACTIONS = 12;
/** Stands on every page of somebody who is logged in; pressed, it would end the measurement. */
const OUT = 'button[aria-label="Log out"]';

/** A task blocks with what it takes beyond 50 ms; a shift counts where nobody touched anything before it. */
const OBSERVE = `
  globalThis.seen = { lcp: 0, cls: 0, tbt: 0, fcp: 0, inp: 0 };
  const on = (type, take, more = {}) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
  on('largest-contentful-paint', (entry) => { seen.lcp = entry.startTime; });
  on('paint', (entry) => { if (entry.name === 'first-contentful-paint') seen.fcp = entry.startTime; });
  on('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value; });
  on('longtask', (entry) => { seen.tbt += Math.max(0, entry.duration - 50); });
  on('event', (entry) => { if (entry.interactionId > 0) seen.inp = Math.max(seen.inp, entry.duration); }, { durationThreshold: 16 });
`;
type Seen = {
  readonly lcp: number;
  readonly cls: number;
  readonly tbt: number;
  readonly fcp: number;
  readonly inp: number;
};

async function load(browser: Browser, address: string, cookie: string): Promise<Seen> {
  const context = await browser.newContext({ viewport: WIDE, colorScheme: 'dark' });
  try {
    const [name = '', value = ''] = cookie.split(/=(.*)/s);
    await context.addCookies([{ name, value, url: address }]);
    await context.addInitScript(OBSERVE);
    const page = await context.newPage();
    await page.goto(address);
    await page.waitForTimeout(WATCHED_MS);
    // A page that was not built, or asks for a password, is fast as well.
    if ((await page.locator(OUT).count()) === 0) throw new Error(`Nobody is logged in at ${address}`);
    const loaded = (await page.evaluate('({ ...seen })')) as Seen;
    await interact(page);
    const after = (await page.evaluate('({ ...seen })')) as Seen;
    return { ...loaded, inp: after.inp };
  } finally {
    await context.close();
  }
}

/** The things that can be pressed, one after the other; dialogs that open are closed again. */
async function interact(page: Page): Promise<void> {
  const targets = page.locator(`button:visible:enabled:not(${OUT.slice('button'.length)}), [role="tab"]:visible`);
  const count = Math.min(INTERACTIONS, await targets.count());
  if (count === 0) throw new Error('Nothing to press');
  for (let at = 0; at < count; at += 1) {
    await targets
      .nth(at)
      .click({ timeout: 2_000 })
      .catch(() => {
        // Covered or gone since it was counted.
      });
    await page.keyboard.press('Escape');
    await page.waitForTimeout(150);
  }
}

const { values } = parseArgs({ options: { loads: { type: 'string', default: '5' } } });
sayMachine('before');
const world = await openApiWorld();
const browser = await startBrowser();
try {
  const { address } = world.desk;
  for (const path of PAGES) {
    await load(browser, address + path, world.owner.cookie);
    const seen: Seen[] = [];
    for (let nth = 1; nth <= Number(values.loads); nth += 1) {
      const figures = await load(browser, address + path, world.owner.cookie);
      seen.push(figures);
      const rounded = Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, round(value, 3)]));
      console.log(JSON.stringify({ bench: 'page', path, load: nth, ...rounded }));
    }
    const of = (name: keyof Seen) => seen.map((one) => one[name]);
    judge(`7d ${path}: largest paint, ms`, of('lcp'), { most: LCP_MAX_MS });
    judge(`7d ${path}: blocked, ms`, of('tbt'), { most: TBT_MAX_MS });
    judge(`7d ${path}: shifts`, of('cls'), { most: CLS_MAX });
    judge(`7d ${path}: slowest interaction, ms`, of('inp'), { most: INP_MAX_MS });
  }
} finally {
  await browser.close();
  await world.end();
}
sayMachine('after');
