import { describe, expect, test } from 'vitest';
import { formToken, isFormToken, isLoopbackHost } from './guard.ts';

describe('isLoopbackHost', () => {
  test.each(['127.0.0.1', '127.0.0.1:4400', 'localhost:4400', 'LOCALHOST', '[::1]:4400'])(
    '%s is this machine',
    (host) => {
      expect(isLoopbackHost(host)).toBe(true);
    },
  );

  test.each([
    undefined,
    '',
    'practice.example',
    'localhost.practice.example:4400',
    '127.0.0.1.nip.io',
    '127.0.0.1:4400@evil.example',
    '0.0.0.0:4400',
    '192.168.1.4:4400',
    '[::2]:4400',
  ])('%s is not', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});

describe('form token', () => {
  test('fits its own cookie and no other', () => {
    expect(isFormToken('one', formToken('one'))).toBe(true);
    expect(isFormToken('two', formToken('one'))).toBe(false);
  });

  test('is refused when missing, empty, cut or without a cookie', () => {
    expect(isFormToken('one', null)).toBe(false);
    expect(isFormToken('one', '')).toBe(false);
    expect(isFormToken('one', formToken('one').slice(1))).toBe(false);
    expect(isFormToken('', formToken(''))).toBe(false);
  });
});
