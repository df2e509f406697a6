import { expect, test } from 'vitest';
import { quoted } from './quoted.ts';

test.each([
  '',
  'BTC_USDT',
  'stop limit',
  '@life-hand',
  'a"b',
  'a\\b',
  'a\nb',
  'line\u2028end',
  'naïve',
  '\ud800',
  '\u0000',
])('%j is printed as JSON prints it', (text) => expect(quoted(text)).toBe(JSON.stringify(text)));
