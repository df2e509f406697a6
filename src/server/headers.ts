/** What stands on every response, errors included. One place, so that no route can forget it. */

import type { ServerResponse } from 'node:http';

const COMMON: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'x-permitted-cross-domain-policies': 'none',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self), clipboard-write=(self)',
  // What is not a page asset changes from one second to the next, and belongs to one person.
  'cache-control': 'no-store',
};
const HSTS = 'max-age=31536000';

/** Nothing may load, run or frame anything: for every answer that is not the page itself. */
const CSP_NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/**
 * For the page: only our own files. No inline script or style, no eval, Trusted Types on and no policy allowed, so that
 * no text can become markup anywhere. What Mantine sets on elements it sets through the style object, which this does
 * not concern; its own style elements are switched off in `web/main.tsx`.
 */
export const CSP_PAGE = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

export function putHeaders(response: ServerResponse, isSecure: boolean): void {
  for (const [name, value] of Object.entries(COMMON)) response.setHeader(name, value);
  response.setHeader('content-security-policy', CSP_NOTHING);
  if (isSecure) response.setHeader('strict-transport-security', HSTS);
}
