import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CLIENT_ORDER_ID_LENGTH_MAX,
  type ConnectionId,
  clientOrderId,
  idFrom,
  isId,
  isOurs,
  orderTag,
  parseClientOrderId,
} from './ids.ts';

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

describe('client order ids', () => {
  const parts = fc.tuple(
    fc.stringMatching(/^[a-z0-9]{1,8}$/),
    fc.integer({ min: 0, max: 36 ** 3 - 1 }),
    fc.stringMatching(/^[a-z0-9]{1,6}$/),
    fc.integer({ min: 0, max: 36 ** 8 - 1 }),
  );

  test('say what they were made of, and fit the strictest exchange', () => {
    fc.assert(
      fc.property(parts, ([install, epoch, owner, seq]) => {
        const id = clientOrderId(install, epoch, owner, seq);
        expect(id).toMatch(/^[a-z0-9-]+$/);
        expect(id.length).toBeLessThanOrEqual(CLIENT_ORDER_ID_LENGTH_MAX);
        expect(parseClientOrderId(id)).toEqual({ install, epoch, owner, seq });
        expect(isOurs(install, id)).toBe(true);
        expect(isOurs(`${install}x`.slice(-8), id)).toBe(`${install}x`.slice(-8) === install);
      }),
    );
  });

  test('are told apart by connection and by installation, and those of before are still known', () => {
    const connections = ['aaaabbbbccccddddeeeeffffgg', 'zzzzbbbbccccddddeeeeffffgg'] as ConnectionId[];
    const tags = ['inst2222', 'else2222'].flatMap((install) => connections.map((one) => orderTag(install, one)));
    expect(new Set(tags).size).toBe(4);
    for (const tag of tags) {
      const id = clientOrderId(tag, 1, 'm', 1);
      expect(tags.filter((one) => isOurs(one, id))).toEqual([tag]);
    }
    expect(isOurs('inst2222', clientOrderId('inst2222', 1, 'm', 1))).toBe(true);
  });

  test.each([
    '',
    'abc',
    'ABC-0-m-1',
    'abc-00-m-1',
    'abc-0-m-01',
    'abc-0-m-1 ',
    'abc-0--1',
    'abc-0-m-123456789',
    'ccxt0123456789abcdef',
    'abc-0-m-1-2',
  ])('of somebody else: %j', (text) => {
    expect(parseClientOrderId(text)).toBeNull();
    expect(isOurs('abc', text)).toBe(false);
  });

  test.each([
    ['', 0, 'm', 1],
    ['abc', -1, 'm', 1],
    ['abc', 0.5, 'm', 1],
    ['abc', 0, 'm', Number.NaN],
    ['abc', 36 ** 3, 'm', 1],
    ['abc', 0, 'm', 36 ** 8],
    ['toolonginstall', 0, 'm', 1],
    ['abc', 0, 'M', 1],
  ] as const)('cannot be made of %j', (install, epoch, owner, seq) => {
    expect(() => clientOrderId(install, epoch, owner, seq)).toThrow(RangeError);
  });
});
