import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { hmacSha512, signatureMatches } from './signature.ts';

const expected = (secret: string, payload: string): string =>
  createHmac('sha512', secret).update(payload).digest('hex');

test('is the HMAC of the platform, for secrets and payloads of every length', () => {
  for (const secretLength of [0, 1, 32, 127, 128, 129, 500])
    for (const payloadLength of [0, 1, 111, 112, 127, 128, 300, 16_384, 20_000, 3]) {
      const secret = 'é5ab'.repeat(200).slice(0, secretLength);
      const payload = 'eyJy=+/'.repeat(4_000).slice(0, payloadLength);
      expect(hmacSha512(secret, payload)).toBe(expected(secret, payload));
    }
});

test('a signature matches in lower case and full length only', () => {
  const signature = expected('secret', 'payload');
  expect(signatureMatches('secret', 'payload', signature)).toBe(true);
  expect(signatureMatches('secret', 'payloae', signature)).toBe(false);
  expect(signatureMatches('secreu', 'payload', signature)).toBe(false);
  expect(signatureMatches('secret', 'payload', signature.toUpperCase())).toBe(false);
  expect(signatureMatches('secret', 'payload', signature.slice(1))).toBe(false);
  expect(signatureMatches('secret', 'payload', `${signature}0`)).toBe(false);
  expect(signatureMatches('secret', 'payload', '')).toBe(false);
});
