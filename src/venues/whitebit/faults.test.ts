import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VenueFaultCode } from '../venue.ts';
import type { RawReply } from './call.ts';
import { classify, notUnderstood } from './faults.ts';

function reply(status: number, body: unknown, retryAfterMs: number | null = null): RawReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'reply', status, body: text, contentType: 'application/json', retryAfterMs, tookMs: 1 };
}

const legacy = (message: string) => ({ message: [[message]], result: [], success: false });
const KEY_OFF = 'This action is unauthorized. Enable your key in API settings';
const CONTACT = "You don't have permission to use this endpoint. Please contact support for more details";
const CLOCK = 'Your nonce is more than 5 seconds lesser than the current nonce';
const validation = (errors: object, code = 30) => ({ code, message: 'Validation failed', errors });

/** Every row that documents and recorded answers give for signed requests. */
const SIGNED: readonly (readonly [string, number, unknown, VenueFaultCode])[] = [
  ['payload header missing', 400, { code: 0, message: 'Payload not provided.' }, 'invalid-request'],
  ['payload is not the body', 400, { code: 9, message: 'Invalid payload.' }, 'invalid-request'],
  ['payload is not the body, older words', 400, { code: 9, message: 'Invalid payload' }, 'invalid-request'],
  ['wrong signature or unknown key', 401, { code: 10, message: 'Unauthorized request.' }, 'key-or-secret'],
  ['code 10 in other words', 401, { code: 10, message: 'Nicht befugt' }, 'key-or-secret'],
  ['generic', 401, { code: 0, message: 'Invalid API key, signature, or nonce' }, 'key-or-secret'],
  ['key off, 401', 401, { code: 2, message: KEY_OFF }, 'key-off'],
  ['key off, 403', 403, { code: 2, message: KEY_OFF }, 'key-off'],
  ['action not allowed', 401, { code: 0, errors: {}, message: 'This action is unauthorized.' }, 'right-missing'],
  [
    'endpoint off',
    401,
    { code: 4, message: 'This API Key is not authorized to perform this action.' },
    'right-missing',
  ],
  ['endpoint off, words changed', 401, { code: 4, message: 'Nope' }, 'right-missing'],
  ['endpoint gated', 403, { code: 0, message: CONTACT }, 'right-missing'],
  ['endpoint gated, wrapped', 403, { code: 0, success: false, message: CONTACT }, 'right-missing'],
  ['nonce missing', 400, { code: 0, message: 'Nonce not provided.' }, 'invalid-request'],
  ['nonce not greater', 429, { code: 0, errors: {}, message: 'Too many requests.' }, 'nonce'],
  ['nonce outside the window', 401, { code: 0, message: CLOCK }, 'clock'],
  ['nonce outside the window, with a dot', 429, { code: 0, message: `${CLOCK}.` }, 'clock'],
  ['window no boolean', 400, { code: 0, message: 'Invalid nonceWindow.' }, 'invalid-request'],
  ['request missing', 400, { code: 0, message: 'Request not provided.' }, 'invalid-request'],
  [
    'request missing, as a field',
    400,
    validation({ request: ['The request field is required.'] }, 0),
    'invalid-request',
  ],
  [
    'withdrawing with 2FA off',
    412,
    { code: 1, message: 'This action is unauthorized. Please, enable Two-Factor authentication.' },
    'account-blocked',
  ],
  ['gateway limit', 429, '<html><h1>429 Too Many Requests</h1></html>', 'rate-limited'],
  ['gateway limit without body', 429, '', 'rate-limited'],
  ['throttle of the service', 429, { message: 'Too Many Attempts.', code: 0 }, 'rate-limited'],
  ['throttle of the service, other status', 400, { message: 'Too Many Attempts.', code: 0 }, 'rate-limited'],
  ['unknown path', 404, '', 'not-understood'],
  ['legacy nonce', 429, legacy('Too many requests.'), 'nonce'],
  ['legacy nonce with status 200', 200, legacy('Too many requests.'), 'nonce'],
  ['legacy unauthorized', 401, legacy('Unauthorized request.'), 'key-or-secret'],
  ['legacy key off', 401, legacy(KEY_OFF), 'key-off'],
  ['legacy clock', 401, legacy(CLOCK), 'clock'],
  ['validation', 422, validation({ amount: ['Amount field is required.'] }), 'invalid-request'],
  ['validation with a bare text', 400, validation({ market: 'market is required' }), 'invalid-request'],
  [
    'inner validation',
    400,
    { code: 2, message: 'Inner validation failed', errors: { orderId: ['Unexecuted order was not found.'] } },
    'invalid-request',
  ],
  ['translation key', 422, validation({ ticker: ['validation.required'] }, 0), 'invalid-request'],
  [
    'oldest shape',
    422,
    {
      response: null,
      status: 422,
      errors: { orderId: ['Finished order id 1 not found on your account'] },
      notification: null,
      warning: 'x',
      _token: null,
    },
    'invalid-request',
  ],
  ['identity not verified', 400, validation({ amount: ['Your account must be verified'] }, 0), 'account-blocked'],
  ['account frozen', 403, { code: 0, message: 'Your account is blocked.' }, 'account-blocked'],
  ['region', 451, { success: false, message: 'api.futures.unavailable', errors: [] }, 'account-blocked'],
  [
    'order type not in this region',
    453,
    validation({ orderType: ['This order type is not available'] }),
    'account-blocked',
  ],
  ['internal error', 500, { error: ['Internal server error.'] }, 'down'],
  ['bad gateway', 502, '<html>', 'down'],
  ['maintenance', 503, 'We will be back soon', 'down'],
  ['maintenance said in words', 200, { status: 'system maintenance' }, 'down'],
  ['firewall page', 403, '<html>Attention required</html>', 'not-understood'],
  ['redirect', 302, '', 'not-understood'],
  ['unknown 401', 401, { code: 77, message: 'Something new' }, 'not-understood'],
  ['words about keys deep in a page', 401, '<p>Unauthorized request.</p>', 'not-understood'],
];

describe('errors of signed requests', () => {
  test.each(SIGNED)('%s', (_name, status, body, code) => {
    const fault = classify(reply(status, body), 'auth');
    expect(fault.code).toBe(code);
    expect(fault.status).toBe(status);
  });
});

describe('errors of public requests', () => {
  const rows: readonly (readonly [string, number, unknown, VenueFaultCode])[] = [
    ['no nonce here, so a real limit', 429, { code: 0, message: 'Too many requests.' }, 'rate-limited'],
    ['market unknown, flat', 422, { market: ['Market is not available.'] }, 'invalid-request'],
    [
      'v1 refusal',
      200,
      { success: false, message: { market: ['Market is not available.'] }, result: null },
      'invalid-request',
    ],
    ['down', 503, '', 'down'],
    ['not found', 404, '', 'not-understood'],
  ];
  test.each(rows)('%s', (_name, status, body, code) => {
    expect(classify(reply(status, body), 'data').code).toBe(code);
  });
});

describe('no answer', () => {
  test('is unreachable, whether or not bytes left', () => {
    for (const sent of [true, false]) {
      const fault = classify({ kind: 'no-reply', sent, reason: 'ECONNREFUSED', tookMs: 3 }, 'auth');
      expect(fault).toEqual({ code: 'unreachable', status: null, raw: 'ECONNREFUSED' });
    }
  });
});

describe('the raw words', () => {
  test('carry the wait that the exchange asked for', () => {
    expect(classify(reply(429, '', 3_000), 'auth').retryAfterMs).toBe(3_000);
    expect(classify(reply(429, ''), 'auth')).not.toHaveProperty('retryAfterMs');
  });

  test('are one visible line: no line breaks, escapes or reversed writing', () => {
    const fault = classify(reply(500, 'a\r\nb\u0000\u001b[31m\u202egnp\u2066 c'), 'data');
    expect(fault.raw).toBe('a b [31m gnp c');
  });

  test('name the place first when an answer had another shape', () => {
    const fault = notUnderstood(reply(200, '{"BTC":1}'), 'BTC.available is no text');
    expect(fault).toEqual({ code: 'not-understood', status: 200, raw: 'BTC.available is no text: {"BTC":1}' });
  });

  test('whatever comes, nothing throws and nothing invisible or long comes through', () => {
    const status = fc.integer({ min: 0, max: 999 });
    const body = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 2_000 }),
      fc.json({ maxDepth: 12 }),
      fc.constant('['.repeat(200_000)),
      fc.constant(`${'{"message":'.repeat(300)}"Too many requests."${'}'.repeat(300)}`),
      fc.string({ unit: fc.constantFrom('\ud83d', '\ude00', '\u{1f600}', 'x'), minLength: 290, maxLength: 310 }),
      fc
        .record({ message: fc.constantFrom('Unauthorized request.', KEY_OFF), errors: fc.jsonValue() })
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(status, body, fc.constantFrom('auth' as const, 'data' as const), (code, text, context) => {
        const fault = classify(reply(code, text), context);
        expect(fault.raw.length).toBeLessThanOrEqual(300);
        expect(fault.raw).not.toMatch(/\p{C}/u);
        expect(fault.raw.isWellFormed()).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
