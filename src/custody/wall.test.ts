import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallParameters } from '../venues/whitebit/call.ts';
import { WHITEBIT_READS } from '../venues/whitebit/private.ts';
import { signRequest } from '../venues/whitebit/sign.ts';
import { admit, FROZEN, type Outgoing, verify, WallError } from './wall.ts';
import { WHITEBIT_PRIVATE_PATHS } from './whitebit-paths.testing.ts';

const publicKey = 'a'.repeat(32);
const origin = 'https://whitebit.com';
const pinned = { venue: 'whitebit', origin, publicKey } as const;

function outgoing(path: string, parameters: CallParameters): Outgoing {
  const secret = createSecretKey(Buffer.from('b'.repeat(32)));
  const signed = signRequest({ path, parameters, nonce: 1_700_000_000_000, nonceWindow: false, publicKey, secret });
  return { origin, method: 'POST', path, ...signed };
}

function passes(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof WallError) return false;
    throw error;
  }
}

const SETS: readonly CallParameters[] = [
  {},
  { limit: 100, offset: 0 },
  { offset: 0, limit: 100 },
  { limit: 1, offset: 0 },
  { limit: 101, offset: 0 },
  { limit: '100', offset: 0 },
  { limit: 100, offset: 0, ticker: 'USDT' },
  { ticker: 'USDT' },
  { ticker: 'USDT', amount: '1', address: 'T', uniqueId: '1' },
  { ticker: 'USDT', amount: '1', from: 'main', to: 'spot' },
  { ticker: 'USDT', amount: '1' },
  { market: 'BTC_USDT', orderId: 1 },
  { market: 'BTC_USDT', side: 'buy', amount: '1', price: '1' },
];

test('every private path of the exchange, with every set of parameters: the frozen ones pass and no other', () => {
  const frozen = new Set(FROZEN.whitebit.map((row) => `${row.path} ${JSON.stringify(row.parameters)}`));
  const passed = new Set<string>();
  for (const path of WHITEBIT_PRIVATE_PATHS) {
    for (const parameters of SETS) {
      const name = `${path} ${JSON.stringify(parameters)}`;
      const admitted = passes(() => admit('whitebit', path, parameters));
      const verified = passes(() => verify(outgoing(path, parameters), pinned));
      expect([name, admitted, verified]).toEqual([name, frozen.has(name), frozen.has(name)]);
      if (admitted) passed.add(name);
    }
  }
  expect(passed).toEqual(frozen);
});

test('the table is exactly what the venue asks for', () => {
  const lines = (rows: readonly { path: string; parameters: CallParameters }[]) =>
    rows.map((row) => `${row.path} ${JSON.stringify(row.parameters)}`).sort();
  expect(lines(FROZEN.whitebit)).toEqual(lines(WHITEBIT_READS));
  expect(FROZEN.practice).toBe(FROZEN.whitebit);
});

test('what moves money is never admitted with a parameter', () => {
  const movers = FROZEN.whitebit.filter((row) => /withdraw|transfer|codes|address|order/.test(row.path));
  expect(movers).toHaveLength(6);
  for (const row of movers) expect(row.parameters).toEqual({});
});

test('the table cannot be changed by anybody in the process', () => {
  expect(() => Object.assign(FROZEN, { whitebit: [] })).toThrow(TypeError);
  expect(() => (FROZEN.whitebit as unknown[]).push({})).toThrow(TypeError);
  expect(() => Object.assign(FROZEN.whitebit[3]?.parameters ?? {}, { limit: 1 })).toThrow(TypeError);
});

describe('the final bytes', () => {
  const good = outgoing('/api/v4/main-account/withdraw', {});
  const signed = (body: string): Outgoing => ({
    ...good,
    body,
    headers: { ...good.headers, 'X-TXC-PAYLOAD': Buffer.from(body).toString('base64') },
  });

  test('pass as they are', () => expect(passes(() => verify(good, pinned))).toBe(true));

  const changed: readonly (readonly [string, Outgoing])[] = [
    ['another host', { ...good, origin: 'https://whitebit.com.example.org' }],
    ['another method', { ...good, method: 'GET' }],
    ['another path than the body says', { ...good, path: '/api/v4/main-account/balance' }],
    ['a header more', { ...good, headers: { ...good.headers, Cookie: 'x' } }],
    ['another key', { ...good, headers: { ...good.headers, 'X-TXC-APIKEY': 'c'.repeat(32) } }],
    ['a payload of something else', { ...good, headers: { ...good.headers, 'X-TXC-PAYLOAD': 'e30=' } }],
    [
      'a field twice',
      signed('{"request":"/api/v4/main-account/withdraw","nonce":1,"nonceWindow":false,"nonceWindow":false}'),
    ],
    ['a space', signed('{"request":"/api/v4/main-account/withdraw","nonce":1,"nonceWindow":false }')],
    ['the window', signed('{"request":"/api/v4/main-account/withdraw","nonce":1,"nonceWindow":true}')],
    ['an amount', signed('{"request":"/api/v4/main-account/withdraw","nonce":1,"nonceWindow":false,"amount":"1"}')],
    [
      'a nonce past what JSON can carry',
      signed('{"request":"/api/v4/main-account/withdraw","nonce":9999999999999999,"nonceWindow":false}'),
    ],
  ];
  test.each(changed)('do not pass with %s', (_name, request) => {
    expect(passes(() => verify(request, pinned))).toBe(false);
  });

  test('do not pass with any other body', () => {
    fc.assert(
      fc.property(fc.nat(good.body.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
        const body = good.body.slice(0, at) + String.fromCharCode(code) + good.body.slice(at + 1);
        const isNonceOnly =
          /^\{"request":"\/api\/v4\/main-account\/withdraw","nonce":[1-9]\d{12},"nonceWindow":false\}$/.test(body);
        expect(passes(() => verify(signed(body), pinned))).toBe(isNonceOnly);
      }),
      { numRuns: 2_000 },
    );
  });
});
