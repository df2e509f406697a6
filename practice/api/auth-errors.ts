import type { Answer } from './answer.ts';
import { json } from './answer.ts';

/**
 * Every refusal of authentication, in one table. Messages are documented. Status and code stand in documents or
 * recorded answers for: payload-mismatch, unauthorized, nonce-not-greater, endpoint-off, business-only (both) and
 * key-off, nonce-outside-window (code only). All other numbers are inferred: no source records them.
 */
export type AuthFault =
  | 'payload-missing'
  | 'payload-mismatch'
  | 'unauthorized'
  | 'key-off'
  | 'request-missing'
  | 'request-mismatch'
  | 'nonce-missing'
  | 'nonce-window-invalid'
  | 'nonce-outside-window'
  | 'nonce-not-greater'
  | 'endpoint-off'
  | 'business-only';

type Shape = { readonly status: number; readonly code: number; readonly message: string; readonly errors?: object };

const SHAPES: Readonly<Record<AuthFault, Shape>> = {
  // Inferred: status 400 (the documents leave 400 or 401 open) and code 0.
  'payload-missing': { status: 400, code: 0, message: 'Payload not provided.' },
  'payload-mismatch': { status: 400, code: 9, message: 'Invalid payload.' },
  // An unknown key gets the same answer as a wrong signature: inferred, so that keys cannot be guessed apart.
  unauthorized: { status: 401, code: 10, message: 'Unauthorized request.' },
  // Inferred: status 401 (401 or 403 was not recorded).
  'key-off': { status: 401, code: 2, message: 'This action is unauthorized. Enable your key in API settings' },
  // Inferred: status 400 and code 0, here and in the three that follow.
  'request-missing': { status: 400, code: 0, message: 'Request not provided.' },
  // Inferred altogether: no source tells what a `request` that names another path gets. The signed payload does not fit
  // the call, so it is called an invalid payload.
  'request-mismatch': { status: 400, code: 9, message: 'Invalid payload.' },
  'nonce-missing': { status: 400, code: 0, message: 'Nonce not provided.' },
  'nonce-window-invalid': { status: 400, code: 0, message: 'Invalid nonceWindow.' },
  // Inferred: status 400; one text for too old and too new, as observed.
  'nonce-outside-window': {
    status: 400,
    code: 0,
    message: 'Your nonce is more than 5 seconds lesser than the current nonce.',
  },
  'nonce-not-greater': { status: 429, code: 0, message: 'Too many requests.', errors: {} },
  'endpoint-off': { status: 401, code: 4, message: 'This API Key is not authorized to perform this action.' },
  'business-only': {
    status: 403,
    code: 0,
    message: "You don't have permission to use this endpoint. Please contact support for more details",
  },
};

const JWT_PATH = '/api/v4/jwt';

/** The JWT endpoint alone words its refusals differently. */
export function authError(fault: AuthFault, path: string): Answer {
  if (path === JWT_PATH) {
    if (fault === 'request-missing')
      return json(400, {
        code: 0,
        message: 'Validation failed',
        errors: { request: ['The request field is required.'] },
      });
    if (fault === 'unauthorized' || fault === 'nonce-not-greater' || fault === 'nonce-missing')
      return json(401, { code: 0, message: 'Invalid API key, signature, or nonce' });
  }
  const { status, code, message, errors } = SHAPES[fault];
  return json(status, errors === undefined ? { code, message } : { code, errors, message });
}
