import { describe, expect, test } from 'vitest';
import { FORBIDDEN_RIGHTS, RIGHTS } from '../src/venues/venue.ts';
import { WHITEBIT } from '../src/venues/whitebit/profile.ts';
import { guides, laterExchanges } from './catalogue.ts';
import { guideLinks, rightLabel } from './guide.ts';
import { practice } from './practice.ts';
import { problemTexts, problemWords } from './problems.ts';
import { WHITEBIT_FACTS, whitebit } from './whitebit.ts';

type Code = keyof typeof problemTexts;
const codes = Object.keys(problemTexts) as Code[];

/** The steps of the exchange's side, word for word. */
const STEPS = [
  'From the account menu (top right) open **API**.',
  'Click **Generate a new API key**.',
  '2FA must be on for the account (it can be switched on under **Security**); enter the code from the authenticator.',
  'Copy **API key** and **Secret key** (the secret is shown once); then click **Endpoint access restrictions**.',
  'Match the permissions: *Trade balance and order history* on, *Wallet balance and history* on, *Order management* on, *Deposit* off, *Withdrawal* off, *Balance transfer* off, *Codes* off. Click **Apply changes** and enter a 2FA code again.',
];

describe('guides', () => {
  test('begin with the account and go on in the words of the exchange', () => {
    for (const guide of guides) expect(guide.steps.slice(1).map((step) => step.text)).toEqual(STEPS);
    expect(whitebit.steps[0]?.text).toBe('Log in to WhiteBIT, or create an account.');
  });

  test('the guide to the practice exchange once told of tabs that only WhiteBIT has', () => {
    const notes = (of: typeof whitebit) => of.steps.map((step) => step.note).join(' ');
    expect(notes(whitebit)).toContain('tabs for several kinds of key');
    expect(notes(practice)).not.toContain('tabs');
  });

  test('the table of permissions says the same as the step', () => {
    const step = STEPS.at(-1) ?? '';
    for (const { name, want, right } of whitebit.permissions) {
      if (right !== null) expect(step).toContain(`*${name}* ${want}`);
    }
  });

  test('every right that is checked has its label, and none that moves money out is wanted', () => {
    for (const guide of guides) {
      expect(guide.permissions.flatMap((permission) => permission.right ?? []).toSorted()).toEqual(
        [...RIGHTS].toSorted(),
      );
      for (const right of FORBIDDEN_RIGHTS)
        expect(guide.permissions.find((permission) => permission.right === right)?.want).toBe('off');
    }
    expect(rightLabel(practice, 'withdraw')).toBe('Withdrawal');
  });

  test('markup is balanced, and there is none but bold and italics', () => {
    const texts = guides.flatMap((guide) => [
      ...guide.steps.flatMap((step) => [step.text, step.note]),
      ...guide.notes,
      ...guide.troubles.flatMap((trouble) => [trouble.sign, trouble.cure]),
      ...guide.permissions.map((permission) => permission.why),
    ]);
    for (const text of texts) {
      expect(text.replace(/\*\*[^*]+\*\*/g, '').replace(/\*[^*]+\*/g, ''), text).not.toMatch(/[*<>_`[\]]/);
      expect(text.trim()).toBe(text);
    }
  });

  test('links open the exchange where this desk found it', () => {
    expect(guideLinks(whitebit, 'https://whitebit.com').keyPage).toBe('https://whitebit.com/settings/api');
    for (const guide of [practice, whitebit]) {
      expect(guideLinks(guide, 'http://127.0.0.1:4801')).toEqual({
        site: 'http://127.0.0.1:4801/',
        keyPage: 'http://127.0.0.1:4801/settings/api',
      });
    }
  });

  test('the numbers are those that the venue goes by', () => {
    expect(WHITEBIT).toMatchObject(WHITEBIT_FACTS);
    expect(whitebit.name).toBe(WHITEBIT.name);
  });

  test('the shape of a key fits one, and not a sentence', () => {
    const shape = new RegExp(whitebit.keyShape);
    expect(shape.test('0123456789abcdef0123456789abcdef')).toBe(true);
    for (const other of ['', 'my secret key', '0123456789abcdef0123456789abcdef0'])
      expect(shape.test(other)).toBe(false);
  });

  test('the catalogue lists every exchange once', () => {
    const ids = [...guides.map((guide) => guide.venue as string), ...laterExchanges.map((later) => later.id)];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('words for problems', () => {
  const fill = {
    exchange: 'WhiteBIT',
    rights: ['Withdrawal', 'Codes'],
    clockOffsetMs: -3_249,
    other: 'My main',
    key: 'stopped',
  } as const;

  test.each(codes)('%s has a title, a cause, a cure and one button, all filled in', (code) => {
    for (const filled of [
      problemWords(code, fill),
      problemWords(code, { ...fill, rights: [], clockOffsetMs: null, other: null }),
    ]) {
      const words = [filled.title, filled.cause, filled.cure, filled.action.label];
      for (const text of words) {
        expect(text).toMatch(/\S/);
        expect(text).not.toMatch(/[{}!]|undefined|null/);
      }
      for (const sentence of words.slice(0, 3)) expect(sentence).toMatch(/\.$/);
      // The same words twice would mean that one of them says nothing.
      expect(new Set(words).size).toBe(4);
    }
  });

  test('name the exchange, the switches, the offset and the other connection', () => {
    expect(problemWords('unknown-key', fill).title).toBe('WhiteBIT does not know this key.');
    expect(problemWords('can-withdraw', fill).cause).toContain('Withdrawal, Codes');
    expect(problemWords('already-connected', fill).cure).toContain('Remove one of the two');
    expect(problemWords('already-connected', { ...fill, key: 'not-stored' }).cure).toContain('the key of “My main”');
    expect(problemWords('can-withdraw', fill).cure).toContain('Until then this key is not used.');
    expect(problemWords('can-withdraw', { ...fill, key: 'not-stored' }).cure).toContain('Nothing was stored.');
    expect(problemWords('can-withdraw', { ...fill, key: 'not-replaced' }).cure).toContain('the key from before stays');
    expect(problemWords('clock', fill).title).toBe('The clock of this machine is 3.2 s off.');
    expect(problemWords('already-connected', fill).title).toContain('“My main”');
  });

  test('text that was handed in is not read as a placeholder again', () => {
    expect(problemWords('already-connected', { ...fill, other: '{exchange} $& {rights}' }).title).toBe(
      'This account is already here as “{exchange} $& {rights}”.',
    );
  });
});
