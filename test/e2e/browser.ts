/** A real Chromium, and people in it: each with a profile of their own, watched for everything a page must not do. */

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Installed by `npm test` where it is missing; any other Chromium can be named in the variable. */
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const WIDE = { width: 1440, height: 900 } as const;
/** The narrowest phone that is still sold in numbers. */
export const PHONE = { width: 390, height: 844 } as const;
/** A busy machine with two cores is slow, and what is slow is not yet wrong. */
const STEP_TIMEOUT_MS = 20_000;

export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export type Person = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What went wrong in any page of this person: console errors, exceptions, policy violations, foreign requests. */
  readonly faults: readonly string[];
  /** Refusals are part of a wrong turn; the browser writes each of them to its console. */
  allow(pattern: RegExp): void;
};

type Look = { readonly dark?: boolean; readonly phone?: boolean };

/** `origins`: all that this person's pages may ask, and nothing else in the world. */
export async function newPerson(browser: Browser, origins: readonly string[], look: Look = {}): Promise<Person> {
  const context = await browser.newContext({
    viewport: look.phone === true ? PHONE : WIDE,
    colorScheme: look.dark === false ? 'light' : 'dark',
    // Panels open at once, so that a screenshot never shows one half open.
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
    hasTouch: look.phone === true,
  });
  context.setDefaultTimeout(STEP_TIMEOUT_MS);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const faults: string[] = [];
  const allowed: RegExp[] = [];
  const fault = (text: string): void => {
    if (!allowed.some((pattern) => pattern.test(text))) faults.push(text);
  };
  const known = new Set(origins);
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol === 'data:' || url.protocol === 'blob:') return;
    if (!known.has(url.origin)) fault(`asked ${url.origin}${url.pathname}`);
  });
  context.on('console', (message) => {
    if (message.type() === 'error') fault(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => fault(`exception: ${error.error().message}`));
  // Violations that are only reported, never blocked, do not always reach the console.
  await context.addInitScript(
    `addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));`,
  );
  const page = await context.newPage();
  return { context, page, faults, allow: (pattern) => void allowed.push(pattern) };
}
