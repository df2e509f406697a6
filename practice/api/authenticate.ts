import type { PracticeAccounts } from '../accounts/accounts.ts';
import { canonicalIp } from '../accounts/ip.ts';
import type { Account, ApiKey, Clock } from '../ports.ts';
import type { Params } from './answer.ts';
import type { AuthFault } from './auth-errors.ts';
import { mayCall } from './permission-groups.ts';
import { signatureMatches } from './signature.ts';

/** Half the width of the window in which a nonce with `nonceWindow` must lie around the server's time. */
const NONCE_WINDOW_MS = 5_000;
/** A nonce longer than this is no number anybody counts. */
const NONCE_TEXT = /^\d{1,30}$/;

export type SignedRequest = {
  readonly path: string;
  readonly apiKey: string;
  readonly payload: string;
  readonly signature: string;
  readonly body: Buffer;
  /** Of the socket. `X-Forwarded-For` is never looked at. */
  readonly address: string;
};

/** `publicKey` is known once the signature has been proven, also where a later check refuses. */
export type Verdict =
  | { readonly ok: true; readonly account: Account; readonly key: ApiKey; readonly params: Params }
  | { readonly ok: false; readonly fault: AuthFault };

/** `endpoint`: the switch that guards the path called. */
export type Authenticate = (request: SignedRequest, endpoint: string) => Verdict;

export type AuthenticateOptions = {
  readonly accounts: PracticeAccounts;
  /** As clients see it: nonce windows are measured against the time that `time` tells. */
  readonly clock: Clock;
  /** The address a test wants the next request of this key to come from, else null. */
  readonly pretendedAddress: (publicKey: string) => string | null;
};

/**
 * The checks in the order a client can rely on: headers, payload, key and signature, key on, address, `request`, nonce,
 * permission. From the nonce on, a refused request has used its nonce up (inferred; no source tells).
 */
export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const { accounts, clock, pretendedAddress } = options;
  const refused = (fault: AuthFault): Verdict => ({ ok: false, fault });

  return (request, endpoint) => {
    if (request.payload === '') return refused('payload-missing');
    // Comparing the text refuses every other spelling of the same bytes (no padding, URL alphabet, blanks) as well.
    if (request.body.toString('base64') !== request.payload) return refused('payload-mismatch');
    const params = parseParams(request.body);
    if (params === null) return refused('payload-mismatch');

    const signing = accounts.keyring.signingKey(request.apiKey);
    if (signing === null || !signatureMatches(signing.secret, request.payload, request.signature))
      return refused('unauthorized');
    const key = accounts.keyring.current(signing.id);
    const account = accounts.account(signing.account);
    if (key === null || account === null) return refused('unauthorized');

    if (!key.active) return refused('key-off');
    const address = pretendedAddress(request.apiKey) ?? request.address;
    if (key.ips.length > 0 && !key.ips.includes(canonicalIp(address) ?? address)) {
      // There is no text for a foreign address: the exchange switches the key off and says that it is off.
      accounts.keyring.switchOff(key.id, 'foreign-ip');
      return refused('key-off');
    }

    const called = params.request;
    if (called === undefined || called === null || called === '') return refused('request-missing');
    if (called !== request.path) return refused('request-mismatch');
    const fault = takeNonce(accounts, clock.nowMs(), key, params);
    if (fault !== null) return refused(fault);
    if (!mayCall(key.endpoints, endpoint)) return refused('endpoint-off');
    return { ok: true, account, key, params };
  };
}

function parseParams(body: Buffer): Params | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    // Not copied: what JSON.parse makes is nobody else's.
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Params) : null;
  } catch {
    return null;
  }
}

function takeNonce(accounts: PracticeAccounts, nowMs: number, key: ApiKey, params: Params): AuthFault | null {
  const nonce = nonceOf(params.nonce);
  if (nonce === null) return 'nonce-missing';
  const window = params.nonceWindow ?? false;
  if (typeof window !== 'boolean') return 'nonce-window-invalid';
  if (!window) return accounts.keyUse.takeGrowing(key.id, nonce, nowMs) ? null : 'nonce-not-greater';
  const stamp = Number(nonce);
  if (Math.abs(nowMs - stamp) > NONCE_WINDOW_MS) return 'nonce-outside-window';
  const expiresAtMs = stamp + NONCE_WINDOW_MS;
  return accounts.keyUse.takeUnique(key.id, nonce, nowMs, expiresAtMs) ? null : 'nonce-not-greater';
}

/** Integers and texts of digits. What is neither counts as not provided (inferred). */
function nonceOf(value: unknown): bigint | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : null;
  return typeof value === 'string' && NONCE_TEXT.test(value) ? BigInt(value) : null;
}
