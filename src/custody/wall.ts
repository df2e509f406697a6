/**
 * The second wall. The protocol has no words for moving money; should anything behind it ever be talked into trying,
 * the request still has to pass here, twice: before it is signed, and as the final bytes just before they leave.
 *
 * An allow-list and not a block-list: WhiteBIT has 114 private paths, and what moves value has many names (vouchers,
 * express withdrawals, keys of sub-accounts, a card token, the mining payout address). Everything that is not in this
 * table does not exist. The table is written here a second time on purpose; a test compares it with what the venue's
 * code asks for.
 */

import type { VenueId } from '../core/ids.ts';
import type { CallParameters } from '../venues/whitebit/call.ts';
import { parseCanonical } from './frames.ts';
import { fitsOrderShape } from './order-wall.ts';

export class WallError extends Error {
  override name = 'WallError';
}

type Frozen = { readonly path: string; readonly parameters: CallParameters };

const NOTHING: CallParameters = Object.freeze({});
const NEWEST_100: CallParameters = Object.freeze({ limit: 100, offset: 0 });

/** Paths with the parameters that must go with them: these and no others, in this spelling. */
const WHITEBIT: readonly Frozen[] = Object.freeze(
  [
    { path: '/api/v4/trade-account/balance', parameters: NOTHING },
    { path: '/api/v4/main-account/balance', parameters: NOTHING },
    { path: '/api/v4/collateral-account/balance', parameters: NOTHING },
    { path: '/api/v4/main-account/history', parameters: NEWEST_100 },
    { path: '/api/v4/trade-account/executed-history', parameters: NEWEST_100 },
    // Probes. Without any parameter each of these is refused by the exchange, and the refusal tells whether the key has
    // the right. With parameters they would act, so with parameters they never leave.
    { path: '/api/v4/order/cancel', parameters: NOTHING },
    { path: '/api/v4/main-account/address', parameters: NOTHING },
    { path: '/api/v4/main-account/withdraw', parameters: NOTHING },
    { path: '/api/v4/main-account/withdraw-pay', parameters: NOTHING },
    { path: '/api/v4/main-account/transfer', parameters: NOTHING },
    { path: '/api/v4/main-account/codes', parameters: NOTHING },
  ].map((row) => Object.freeze(row)),
);

/** The practice exchange speaks WhiteBIT's protocol. */
export const FROZEN: Readonly<Record<VenueId, readonly Frozen[]>> = Object.freeze({
  whitebit: WHITEBIT,
  practice: WHITEBIT,
});

export type Outgoing = {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/**
 * Before a nonce is spent and anything is signed. `nonceWindow` tells the two tables apart: with a window everything
 * that trading needs, without one the frozen rows above. Throws `WallError`.
 */
export function admit(venue: VenueId, path: string, parameters: CallParameters, nonceWindow = false): void {
  const wanted = JSON.stringify(parameters);
  const found = nonceWindow
    ? fitsOrderShape(venue, path, parameters)
    : FROZEN[venue].some((row) => row.path === path && JSON.stringify(row.parameters) === wanted);
  if (!found) throw new WallError(`${path} is not a request that custody makes`);
}

/** What this process may ask in public. Throws `WallError`. */
export function admitPublic(pathAndQuery: string): void {
  if (!PUBLIC.test(pathAndQuery)) throw new WallError(`${pathAndQuery} is not a request that custody makes`);
}

/** Whether the exchange is there, its time, its markets, what they are worth, and how much stands there. */
const PUBLIC =
  /^\/api\/v4\/public\/(?:ping|time|markets|ticker|orderbook\/[A-Z0-9]{1,20}_[A-Z0-9]{1,20}\?limit=100|orderbook\/depth\/[A-Z0-9]{1,20}_[A-Z0-9]{1,20}|trades\/[A-Z0-9]{1,20}_[A-Z0-9]{1,20})$/;

export type Pinned = { readonly venue: VenueId; readonly origin: string; readonly publicKey: string };

/**
 * Just before the write, from the bytes alone. The body is not compared field by field but as a whole: it must be,
 * to the byte, what a frozen row with this nonce prints as. Throws `WallError`.
 */
export function verify(outgoing: Outgoing, pinned: Pinned): void {
  if (outgoing.origin !== pinned.origin) throw new WallError('The request would go to another host');
  if (outgoing.method !== 'POST') throw new WallError('The request has another method');
  const [, nonce, window] =
    /^\{"request":"[a-z0-9/_-]+","nonce":([1-9]\d{0,15}),"nonceWindow":(true|false)[,}]/.exec(outgoing.body) ?? [];
  if (nonce === undefined) throw new WallError('The body is not one that custody makes');
  const head = { request: outgoing.path, nonce: Number(nonce), nonceWindow: window === 'true' };
  const fits =
    window === 'true'
      ? fitsOrder(outgoing, pinned.venue, head)
      : FROZEN[pinned.venue].some(
          (row) => row.path === outgoing.path && JSON.stringify({ ...head, ...row.parameters }) === outgoing.body,
        );
  if (!fits) throw new WallError('The body is not one that custody makes');
  verifyHeaders(outgoing, pinned.publicKey);
}

/** Read back from the bytes, fitted to a shape, and printed again: the bytes must be the same. */
function fitsOrder(outgoing: Outgoing, venue: VenueId, head: Readonly<Record<string, unknown>>): boolean {
  const body = parseCanonical(Buffer.from(outgoing.body, 'utf8'));
  if (typeof body !== 'object' || body === null) return false;
  const { request, nonce, nonceWindow, ...parameters } = body as Readonly<Record<string, unknown>>;
  return (
    fitsOrderShape(venue, outgoing.path, parameters) && JSON.stringify({ ...head, ...parameters }) === outgoing.body
  );
}

const HEADERS = ['Content-type', 'X-TXC-APIKEY', 'X-TXC-PAYLOAD', 'X-TXC-SIGNATURE'];

function verifyHeaders(outgoing: Outgoing, publicKey: string): void {
  const { headers, body } = outgoing;
  if (Object.keys(headers).sort().join() !== HEADERS.join()) throw new WallError('The request has other headers');
  const right =
    headers['Content-type'] === 'application/json' &&
    headers['X-TXC-APIKEY'] === publicKey &&
    headers['X-TXC-PAYLOAD'] === Buffer.from(body, 'utf8').toString('base64') &&
    /^[0-9a-f]{128}$/.test(headers['X-TXC-SIGNATURE'] ?? '');
  if (!right) throw new WallError('The headers do not belong to the body');
}
