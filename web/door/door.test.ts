import { renderSVG } from 'uqr';
import { describe, expect, test } from 'vitest';
import { strengthOf } from './password-help.ts';
import { readQr } from './qr.ts';

describe('password help', () => {
  test.each([
    ['', '', 0],
    ['short', '', 0],
    ['aaaaaaaaaaaaaaaaaaaa', '', 1],
    ['password1234567890', '', 1],
    ['mara mara mara mara', 'Mara', 1],
    ['correct horse', '', 2],
    ['correct horse battery staple', '', 3],
    ['ばらのはなが さいた さいた よ', '', 3],
  ])('%s of %s is level %d', (password, name, level) => {
    expect(strengthOf(password, name).level).toBe(level);
  });

  test('a name full of signs does not break it', () => {
    expect(strengthOf('correct horse battery staple', '(*[').level).toBe(3);
  });
});

describe('a QR code', () => {
  test('is read from the server’s SVG', () => {
    const qr = readQr(renderSVG('otpauth://totp/Gapless?secret=JBSWY3DPEHPK3PXP'));
    expect(qr?.width).toBeGreaterThan(20);
    expect(qr?.path).toMatch(/^M/);
  });

  test('that holds anything else is not shown', () => {
    expect(readQr('<svg viewBox="0 0 10 10"><script>alert(1)</script></svg>')).toBeNull();
    expect(readQr('<svg viewBox="0 0 10 10"><path d="M0 0\' onload=x"/></svg>')).toBeNull();
  });
});
