/**
 * The wall against a list that its author did not write: the practice exchange's own table of private paths, which was
 * made from the exchange's documents for another purpose. A path that one list knows and the other forgot shows here.
 */

import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { ENDPOINT_GROUPS } from '../../practice/api/permission-groups.ts';
import { admit, FROZEN, verify, WallError } from '../../src/custody/wall.ts';
import { WHITEBIT_PRIVATE_PATHS } from '../../src/custody/whitebit-paths.testing.ts';
import type { CallParameters } from '../../src/venues/whitebit/call.ts';
import { signRequest } from '../../src/venues/whitebit/sign.ts';
import { whyForbidden } from '../campaigns/frozen.ts';

const PUBLIC_KEY = 'a'.repeat(32);
const ORIGIN = 'https://whitebit.com';
const secret = createSecretKey(Buffer.from('b'.repeat(32)));
/** One of each kind of thing that a person would not want done. */
const SETS: readonly CallParameters[] = [
  {},
  { limit: 100, offset: 0 },
  { ticker: 'USDT', amount: '1', address: 'T', uniqueId: '1' },
  { ticker: 'USDT', amount: '1', from: 'main', to: 'spot' },
  { market: 'BTC_USDT', side: 'sell', amount: '1', price: '1' },
];

const families = ENDPOINT_GROUPS.flatMap(({ endpoints }) => [...endpoints]);
const paths = families.map((path) => path.replace('/*', '/anything'));

function passes(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof WallError) return false;
    throw error;
  }
}

test('every path of the practice exchange with every set of parameters: both walls and the third list agree', () => {
  const passed: string[] = [];
  for (const path of paths) {
    for (const parameters of SETS) {
      const input = { path, parameters, nonce: 1_700_000_000_000, nonceWindow: false, publicKey: PUBLIC_KEY, secret };
      const signed = signRequest(input);
      const outgoing = { origin: ORIGIN, method: 'POST', path, ...signed };
      const admitted = passes(() => admit('whitebit', path, parameters));
      const verified = passes(() => verify(outgoing, { venue: 'whitebit', origin: ORIGIN, publicKey: PUBLIC_KEY }));
      const allowed = whyForbidden(outgoing) === null;
      expect([path, parameters, admitted, verified]).toEqual([path, parameters, allowed, allowed]);
      if (admitted) passed.push(`${path} ${JSON.stringify(parameters)}`);
    }
  }
  const frozen = FROZEN.whitebit.map((row) => `${row.path} ${JSON.stringify(row.parameters)}`);
  // Whatever is frozen is a path that the exchange has.
  expect([...new Set(passed)].sort()).toEqual(frozen.sort());
  expect(paths.length).toBeGreaterThan(70);
});

test('with a nonce window the same two walls and list agree: nothing but orders and reads leaves', () => {
  const allowed: string[] = [];
  for (const path of paths) {
    for (const parameters of [...SETS, { ...SETS[4], clientOrderId: 'a-1-m-1' }]) {
      const input = { path, parameters, nonce: 1_700_000_000_000, nonceWindow: true, publicKey: PUBLIC_KEY, secret };
      const outgoing = { origin: ORIGIN, method: 'POST', path, ...signRequest(input) };
      const admitted = passes(() => admit('whitebit', path, parameters, true));
      const verified = passes(() => verify(outgoing, { venue: 'whitebit', origin: ORIGIN, publicKey: PUBLIC_KEY }));
      const said = whyForbidden(outgoing) === null;
      expect([path, parameters, admitted, verified]).toEqual([path, parameters, said, said]);
      if (admitted) allowed.push(`${path} ${Object.keys(parameters).join()}`);
    }
  }
  expect(allowed.sort()).toEqual([
    '/api/v4/order/new market,side,amount,price,clientOrderId',
    '/api/v4/orders limit,offset',
    '/api/v4/trade-account/balance ',
  ]);
});

test('the two lists of private paths know the same ones', () => {
  const known = new Set(WHITEBIT_PRIVATE_PATHS);
  const exact = families.filter((path) => !path.endsWith('/*'));
  expect(exact.filter((path) => !known.has(path))).toEqual([]);
});
