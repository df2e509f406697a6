/**
 * What custody may ever ask an exchange, written down a third time, from the promise and not from the code: the venue's
 * list and custody's wall could share a mistake.
 */

import type { Witnessed } from './witness.ts';

const NEWEST_100 = '"limit":100,"offset":0';

/** Path to the parameters that must stand in the body after the nonce, as text; empty for none. */
const SIGNED: ReadonlyMap<string, string> = new Map([
  ['/api/v4/trade-account/balance', ''],
  ['/api/v4/main-account/balance', ''],
  ['/api/v4/collateral-account/balance', ''],
  ['/api/v4/main-account/history', NEWEST_100],
  ['/api/v4/trade-account/executed-history', NEWEST_100],
  ['/api/v4/order/cancel', ''],
  ['/api/v4/main-account/address', ''],
  ['/api/v4/main-account/withdraw', ''],
  ['/api/v4/main-account/withdraw-pay', ''],
  ['/api/v4/main-account/transfer', ''],
  ['/api/v4/main-account/codes', ''],
]);
const PUBLIC: ReadonlySet<string> = new Set(['/api/v4/public/ping', '/api/v4/public/time']);
/** What the exchange does when asked completely; without parameters it only says whether the key has the right. */
const PROBES = /\/(?:cancel|address|withdraw|withdraw-pay|transfer|codes)$/;

/** Null where the request is one that custody may make, else what is wrong with it. */
export function whyForbidden(seen: Pick<Witnessed, 'method' | 'path' | 'body'>): string | null {
  if (seen.method === 'GET') return PUBLIC.has(seen.path) && seen.body === '' ? null : `GET ${seen.path}`;
  const parameters = SIGNED.get(seen.path);
  if (seen.method !== 'POST' || parameters === undefined) return `${seen.method} ${seen.path}`;
  const nonce = /"nonce":([1-9]\d{0,15}),/.exec(seen.body)?.[1];
  const more = parameters === '' ? '' : `,${parameters}`;
  const whole = `{"request":"${seen.path}","nonce":${nonce},"nonceWindow":false${more}}`;
  return seen.body === whole ? null : `${seen.path} with ${seen.body.slice(0, 300)}`;
}

/** The same judgement over the practice exchange's own counters, `path?names`. Gives what must not be there. */
export function forbiddenShapes(shapes: Readonly<Record<string, number>>): string[] {
  return Object.keys(shapes).filter((shape) => {
    const [path = '', names = ''] = shape.split('?');
    const wanted = SIGNED.get(path);
    if (wanted === undefined || (PROBES.test(path) && names !== '')) return true;
    return names !== (wanted === '' ? '' : 'limit,offset');
  });
}

export function nonceOf(body: string): bigint | null {
  const digits = /"nonce":(\d{1,20})/.exec(body)?.[1];
  return digits === undefined ? null : BigInt(digits);
}
