import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newConnection, newOwner } from './desk.testing.ts';
import { encodeFrame, FrameError, FrameReader, parseCanonical } from './frames.ts';
import { dice, hostileFrame } from './hostile.testing.ts';

const MAX = 1_000;

test('what is framed comes back, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 50 }),
      (values, size) => {
        const sent = values.map((value) => JSON.parse(JSON.stringify(value)) as unknown);
        const bytes = Buffer.concat(sent.map((value) => encodeFrame(value, 100_000)));
        const reader = new FrameReader(100_000);
        const got: unknown[] = [];
        for (let at = 0; at < bytes.length; at += size) got.push(...reader.push(bytes.subarray(at, at + size)));
        expect(got).toEqual(sent);
      },
    ),
  );
});

describe('text that is not exactly what would be printed is refused', () => {
  test.each([
    '{"a":1,"a":1}',
    '{ "a":1}',
    '{"a":1 }',
    '{"a":1.0}',
    '{"a":1e3}',
    '{"\\u0061":1}',
    '{"a":-0}',
    '"\\/"',
    '1e999',
    '\ufeff{}',
    '{"a":"\\ud83d\\ude00"}',
    '{',
    '',
    '9007199254740993',
    'NaN',
  ])('%s', (text) => {
    expect(parseCanonical(Buffer.from(text, 'utf8'))).toBeUndefined();
  });

  test('bytes that are no UTF-8', () => {
    expect(parseCanonical(Buffer.from([0x22, 0xff, 0x22]))).toBeUndefined();
  });

  test('nesting without end', () => {
    expect(parseCanonical(Buffer.from('['.repeat(60_000) + ']'.repeat(60_000)))).toBeUndefined();
  });
});

test('a length of none or too much ends the reader', () => {
  for (const length of [0, MAX + 1, 0xffffffff]) {
    const reader = new FrameReader(MAX);
    const header = Buffer.alloc(4);
    header.writeUInt32BE(length);
    expect(() => [...reader.push(header)]).toThrow(FrameError);
    expect([...reader.push(encodeFrame({}, MAX))]).toEqual([]);
  }
});

test('a frame that is too long is not sent', () => {
  expect(() => encodeFrame('x'.repeat(MAX), MAX)).toThrow(FrameError);
});

test('hostile frames are read or refused, and nothing else', () => {
  const random = dice(7);
  const known = { connection: newConnection(), owner: newOwner() };
  let refused = 0;
  for (let id = 1; id <= 20_000; id += 1) {
    try {
      for (const value of new FrameReader(65_536).push(hostileFrame(random, id, known))) expect(value).toBeDefined();
    } catch (error) {
      expect(error).toBeInstanceOf(FrameError);
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(1_000);
});
