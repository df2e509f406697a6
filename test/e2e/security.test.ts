/** The Security page as its owner uses it: the trail, the authenticator, recovery codes, a passkey, and the way out. */

import { createHmac } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningDesk } from '../running-desk.ts';
import { newPerson, type Person, startBrowser } from './browser.ts';
import { claim, OWNER, startDeskForWhitebit } from './desk-site.ts';
import { look } from './practice-site.ts';

const CODE_PERIOD_MS = 30_000;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

let browser: Browser;
let desk: RunningDesk;
let person: Person;
let page: Page;

beforeAll(async () => {
  [browser, desk] = await Promise.all([startBrowser(), startDeskForWhitebit()]);
  person = await newPerson(browser, [desk.address, desk.address.replace('http', 'ws')]);
  page = person.page;
});
afterAll(async () => {
  await Promise.all([browser?.close(), desk?.end()]);
});

/** RFC 6238, written out here so that the desk's library is not judged by itself. `step` 0 is the code of now. */
function codeAt(secret: string, step: number): string {
  const bits = [...secret].map((sign) => BASE32.indexOf(sign).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / CODE_PERIOD_MS) + step));
  const digest = createHmac('sha1', key).update(counter).digest();
  const at = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function password(): Promise<void> {
  await page.getByRole('heading', { name: 'Log in', exact: true }).waitFor();
  await page.getByLabel('Name').fill(OWNER.name);
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
}

async function logOut(): Promise<void> {
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.getByRole('heading', { name: 'Log in', exact: true }).waitFor();
}

const inside = (): Promise<void> =>
  page
    .getByRole('navigation', { name: 'Main' })
    .waitFor()
    .catch(async (error: unknown) => {
      throw new Error(`Still at the door: ${await page.locator('body').innerText()}`, { cause: error });
    });

async function security(): Promise<void> {
  await page.goto(`${desk.address}/security`);
  await page.getByRole('heading', { name: 'Audit trail' }).waitFor();
}

test('a wrong setup code says what to do', async () => {
  await page.goto(desk.address);
  // Wrong codes are refused aloud; and a live line that the desk ends at a logout may try once more before it knows.
  person.allow(/status of 4\d\d|api\/live' failed: HTTP Authentication failed/);
  await page.getByLabel('Setup code').fill('AAAA-BBBB-CCCC-DDDD');
  await page.getByLabel('Your name').fill(OWNER.name);
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await page.getByRole('button', { name: 'Set up', exact: true }).click();
  await page
    .getByText(/terminal/)
    .last()
    .waitFor();
  await look(page, 'desk-setup-wrong');
});

test('the trail verifies, and says how long it is', async () => {
  await claim(page, desk);
  await page.getByRole('button', { name: 'Later', exact: true }).click();
  await inside();
  await security();
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByText(/^The trail is whole: [1-9]\d* entries, each following from the one before\.$/).waitFor();
  await look(page, 'desk-security');
});

test('an authenticator: set up, asked for at login, and replaced by a recovery code once', async () => {
  await page.getByRole('button', { name: 'Set up', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Set up an authenticator' });
  const secret = (await dialog.locator('.setup-key').innerText()).replaceAll(/\s/g, '');
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  await look(page, 'desk-authenticator');
  // The code of the period before is still good, and leaves the next two for what follows.
  await dialog.getByLabel('Code', { exact: true }).fill(codeAt(secret, -1));
  await dialog.getByRole('button', { name: 'Turn on', exact: true }).click();
  await dialog.getByText('Keep these recovery codes.').waitFor();
  const codes = await dialog.locator('.codes li').allInnerTexts();
  expect(new Set(codes).size).toBe(10);
  await look(page, 'desk-recovery-codes');
  await dialog.getByRole('button', { name: 'I kept them', exact: true }).click();
  await page.getByText('On. Asked at each login and for a second look.').waitFor();

  await logOut();
  await look(page, 'desk-log-in');
  await password();
  await page.getByRole('heading', { name: 'One more proof' }).waitFor();
  await look(page, 'desk-second-factor');
  // Knowing the password alone opens nothing.
  expect((await person.context.request.get(`${desk.address}/api/connections`)).status()).toBe(401);
  await page.getByLabel('Code from your authenticator').fill('000000');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Code from your authenticator').fill(codeAt(secret, 0));
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await inside();

  for (const outcome of ['opens', 'was used'] as const) {
    await logOut();
    await password();
    await page.getByRole('button', { name: 'Use a recovery code', exact: true }).click();
    await page.getByLabel('Recovery code').fill(codes[0] ?? '');
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    if (outcome === 'opens') await inside();
    else await page.getByRole('alert').waitFor();
  }
  await page.getByLabel('Recovery code').fill(codes[1] ?? '');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await inside();
  await security();
  await page.getByText('8 of 10 left').waitFor();
});

test('a passkey: added, then enough to log in', async () => {
  const debug = await person.context.newCDPSession(page);
  await debug.send('WebAuthn.enable');
  await debug.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a passkey' });
  await dialog.getByLabel('What do you call this device?').fill('Laptop');
  await dialog.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.getByText('Passkey · Laptop').waitFor();
  // No look at the page before the login: a second debugger that leaves takes the virtual authenticator with it.
  await logOut();
  await page.getByRole('button', { name: 'Use a passkey', exact: true }).click();
  await inside();
  await security();
  await page.getByText('used just now').waitFor();
  await look(page, 'desk-security-factors');
  expect(person.faults).toEqual([]);
});
