/** Passkeys through the browser; the library is loaded when somebody uses one. */

import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { Problem } from '../api/client.ts';

type Options = Readonly<Record<string, unknown>>;
type Response = Record<string, unknown>;

export const passkeysWork = (): boolean => typeof window.PublicKeyCredential === 'function' && window.isSecureContext;

function refused(error: unknown): Problem {
  const closed = error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError');
  return new Problem(0, {
    code: 'passkey_failed',
    message: closed ? 'The passkey was not used.' : 'The browser could not use a passkey here.',
    cure: closed ? 'Try again, or prove it another way.' : 'Prove it another way.',
    field: null,
    confirm: null,
    requestId: '',
    retryAfterMs: null,
  });
}

/** Proves a passkey. Throws `Problem` when the person closes the browser's dialog. */
export async function provePasskey(options: Options): Promise<Response> {
  const { startAuthentication } = await import('@simplewebauthn/browser');
  try {
    // The options are the server library's own and are passed through untouched.
    const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON;
    return { ...(await startAuthentication({ optionsJSON })) };
  } catch (error) {
    throw refused(error);
  }
}

export async function makePasskey(options: Options): Promise<Response> {
  const { startRegistration } = await import('@simplewebauthn/browser');
  try {
    const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
    return { ...(await startRegistration({ optionsJSON })) };
  } catch (error) {
    throw refused(error);
  }
}
