import { createHmac, createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signRequest } from './sign.ts';

const secretOf = (text: string) => createSecretKey(Buffer.from(text));
const PATH = '/api/v4/trade-account/balance';
const plain = {
  path: PATH,
  parameters: {},
  nonce: 1594297865000,
  nonceWindow: false,
  publicKey: 'a'.repeat(32),
  secret: secretOf('secret'),
};

describe('signature', () => {
  test('agrees with the worked vector', () => {
    const { body, headers } = signRequest(plain);
    expect(body).toBe('{"request":"/api/v4/trade-account/balance","nonce":1594297865000,"nonceWindow":false}');
    expect(headers['X-TXC-PAYLOAD']).toBe(
      'eyJyZXF1ZXN0IjoiL2FwaS92NC90cmFkZS1hY2NvdW50L2JhbGFuY2UiLCJub25jZSI6MTU5NDI5Nzg2NTAwMCwibm9uY2VXaW5kb3ciOmZhbHNlfQ==',
    );
    expect(headers['X-TXC-SIGNATURE']).toBe(
      '1fb1692cb9d5929a7bf63059c398d2bb33aca5cc662c122a448ecdac53df9136e6d2c67844da5f3be539b72740862b08effc33c4783569c378ef0ddd19f73c9f',
    );
    expect(headers['X-TXC-APIKEY']).toBe('a'.repeat(32));
    expect(headers['Content-type']).toBe('application/json');
  });

  test('an exchange that recomputes it agrees, whatever the parameters', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.maxSafeInteger(), fc.boolean());
    const name = fc
      .string({ minLength: 1 })
      .filter((key) => !['request', 'nonce', 'nonceWindow', '__proto__'].includes(key));
    fc.assert(
      fc.property(
        fc.dictionary(name, value, { maxKeys: 6 }),
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        fc.string({ minLength: 1 }),
        (parameters, nonce, secret) => {
          const { body, headers } = signRequest({ ...plain, parameters, nonce, secret: secretOf(secret) });
          const payload = headers['X-TXC-PAYLOAD'] ?? '';
          expect(Buffer.from(payload, 'base64').toString('utf8')).toBe(body);
          expect(createHmac('sha512', secret).update(payload).digest('hex')).toBe(headers['X-TXC-SIGNATURE']);
          const decoded = JSON.parse(body);
          expect(decoded).toMatchObject({ request: PATH, nonce, nonceWindow: false });
          expect(Object.keys(decoded)).toHaveLength(3 + Object.keys(parameters).length);
          expect(body).toBe(JSON.stringify(decoded));
        },
      ),
    );
  });

  test.each(['request', 'nonce', 'nonceWindow'])('a parameter cannot replace %s', (name) => {
    expect(() => signRequest({ ...plain, parameters: { [name]: 'x' } })).toThrow(TypeError);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 0.1, 2 ** 53])(
    'a number that JSON would spoil is refused: %s',
    (value) => {
      expect(() => signRequest({ ...plain, parameters: { amount: value } })).toThrow(/loses digits/);
    },
  );

  test.each(['key\r\nX-Other: 1', '', 'ключ', 'a b', 'x'.repeat(129)])(
    'a key that is no header value is refused: %j',
    (publicKey) => {
      expect(() => signRequest({ ...plain, publicKey })).toThrow(TypeError);
    },
  );

  test.each([
    'api/v4/orders',
    '/api/v4/../v1/orders',
    '/api/v4/orders?x=1',
    'https://example.com/api/v4/orders',
    '/api/v4/Orders',
  ])('no path of the private interface: %s', (path) => {
    expect(() => signRequest({ ...plain, path })).toThrow(TypeError);
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 53])('no nonce: %s', (nonce) => {
    expect(() => signRequest({ ...plain, nonce })).toThrow(TypeError);
  });
});
