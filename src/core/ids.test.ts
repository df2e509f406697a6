import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idFrom, isId } from './ids.ts';

describe('ids', () => {
  test('are 26 letters and digits made of the bytes that were handed in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 26, maxLength: 40 }), (bytes) => {
        const id = idFrom(bytes);
        expect(id).toMatch(/^[a-z2-7]{26}$/);
        expect(isId(id)).toBe(true);
        expect(idFrom(bytes)).toBe(id);
      }),
    );
  });

  test('every low five bits count: a change in one of them gives another id', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 26, maxLength: 26 }),
        fc.integer({ min: 0, max: 25 }),
        fc.integer({ min: 0, max: 4 }),
        (bytes, at, bit) => {
          const changed = Uint8Array.from(bytes);
          changed[at] = (changed[at] ?? 0) ^ (1 << bit);
          expect(idFrom(changed)).not.toBe(idFrom(bytes));
        },
      ),
    );
  });

  test('use all 32 characters alike', () => {
    const seen = new Map<string, number>();
    for (let byte = 0; byte < 256; byte += 1) {
      const first = idFrom(new Uint8Array(26).fill(byte))[0] ?? '';
      seen.set(first, (seen.get(first) ?? 0) + 1);
    }
    expect(seen.size).toBe(32);
    expect(new Set(seen.values())).toEqual(new Set([8]));
  });

  test('need 26 bytes of chance', () => {
    expect(() => idFrom(new Uint8Array(25))).toThrow(RangeError);
  });

  test.each([
    '',
    'a'.repeat(25),
    'a'.repeat(27),
    'A'.repeat(26),
    '1'.repeat(26),
    `${'a'.repeat(26)}\n`,
    `${'a'.repeat(25)}-`,
  ])('no id: %j', (text) => {
    expect(isId(text)).toBe(false);
  });
});
