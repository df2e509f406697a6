/** A key of a test, signing as custody does but without its walls. Never used by the product. */

import { createSecretKey } from 'node:crypto';
import type { PrivateCall, PublicCall, TradeCall } from '../whitebit/call.ts';
import type { PinnedHttp } from '../whitebit/http.ts';
import { signRequest } from '../whitebit/sign.ts';

export type TestKey = { readonly publicKey: string; readonly secret: string; readonly nextNonce: () => number };

export function signedCall(http: PinnedHttp, key: TestKey): PrivateCall {
  const secret = createSecretKey(Buffer.from(key.secret));
  return (path, parameters) => {
    const signed = signRequest({
      path,
      parameters,
      nonce: key.nextNonce(),
      nonceWindow: false,
      publicKey: key.publicKey,
      secret,
    });
    return http.send({ method: 'POST', path, headers: signed.headers, body: signed.body });
  };
}

export function publicCall(http: PinnedHttp): PublicCall {
  return (path) => http.send({ method: 'GET', path, headers: {} });
}

/** As custody does for orders: the time itself is the nonce, and no two requests have the same. */
export function signedTradeCall(
  http: PinnedHttp,
  key: { readonly publicKey: string; readonly secret: string },
  clock: { nowMs(): number },
): TradeCall {
  const secret = createSecretKey(Buffer.from(key.secret));
  let last = 0;
  return async ({ path, parameters, nonceWindow }) => {
    const nonce = Math.max(last + 1, clock.nowMs());
    last = nonce;
    const signed = signRequest({ path, parameters, nonce, nonceWindow, publicKey: key.publicKey, secret });
    const reply = await http.send({ method: 'POST', path, headers: signed.headers, body: signed.body });
    return { reply, signedAtMs: nonce };
  };
}
