import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanKey, hintFor, shapeHint, splitPaste } from './paste.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const SECRET = 'fedcba9876543210fedcba9876543210';
const hex32 = fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: 32, maxLength: 32 }).map((c) => c.join(''));

describe('cleaning', () => {
  test('takes off everything that no key can hold', () => {
    const dirt = fc.constantFrom(
      ' ',
      '\t',
      '\n',
      '\u00a0',
      '\u200b',
      '\u200e',
      '\u2060',
      '\ufeff',
      '\u00ad',
      '\u202a',
      '\u3000',
    );
    fc.assert(
      fc.property(hex32, fc.array(fc.tuple(fc.integer({ min: 0, max: 32 }), dirt), { maxLength: 8 }), (key, added) => {
        const soiled = added.reduce((text, [at, mark]) => text.slice(0, at) + mark + text.slice(at), key);
        expect(cleanKey(soiled)).toBe(key);
      }),
    );
  });

  test('takes off quotes around it and keeps what may belong to a key', () => {
    expect(cleanKey(`"${KEY}",`)).toBe(KEY);
    expect(cleanKey('ab+/c=-_.')).toBe('ab+/c=-_.');
  });
});

describe('both at once', () => {
  test.each([
    ['two lines', `${KEY}\n${SECRET}`],
    ['Windows lines and blanks', `  ${KEY}  \r\n\r\n ${SECRET}\r\n`],
    ['a tab between', `${KEY}\t${SECRET}`],
    ['labels', `API key: ${KEY}\nSecret key: ${SECRET}`],
    ['labels on lines of their own', `API key\n${KEY}\nSecret key\n${SECRET}`],
    ['secret first, by its label', `Secret key = ${SECRET}\nAPI key = ${KEY}`],
    ['environment names', `API_KEY=${KEY}\nAPI_SECRET=${SECRET}`],
    ['JSON', JSON.stringify({ apiKey: KEY, secretKey: SECRET })],
  ])('%s', (_, text) => {
    expect(splitPaste(text)).toEqual({ key: KEY, secret: SECRET });
  });

  test.each([
    ['one value', KEY],
    ['three values', `${KEY}\n${SECRET}\n${KEY}`],
    ['a sentence', 'please\npaste'],
    ['JSON with one', JSON.stringify({ apiKey: KEY })],
    ['nothing', ''],
  ])('is not seen in %s', (_, text) => {
    expect(splitPaste(text)).toBeNull();
  });
});

describe('hints before sending', () => {
  test('the same text in both', () => {
    expect(hintFor(KEY, KEY)?.kind).toBe('same');
    expect(hintFor('', '')).toBeNull();
  });

  test('a longer text in the key field', () => {
    expect(hintFor('a'.repeat(64), KEY)?.kind).toBe('swapped');
    expect(hintFor('-----BEGIN EC PRIVATE KEY-----', KEY)?.kind).toBe('swapped');
    expect(hintFor(KEY, SECRET)).toBeNull();
  });

  test('the shape of this exchange, in numbers', () => {
    expect(shapeHint('whitebit', 'key', KEY)).toBeNull();
    expect(shapeHint('whitebit', 'key', KEY.slice(0, 30))).toContain('2 are missing');
    expect(shapeHint('practice', 'secret', `${SECRET}ab`)).toContain('2 too many');
    expect(shapeHint('whitebit', 'key', 'zz')).toContain('a to f');
    expect(shapeHint('whitebit', 'key', '')).toBeNull();
  });
});
