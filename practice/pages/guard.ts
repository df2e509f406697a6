import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Who may talk to this site. It listens on loopback, so what is left to fear is a page of another origin in the same
 * browser: by its own form (cross-site request forgery) or by a host name of its own that it lets point to 127.0.0.1
 * (DNS rebinding).
 */

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Only the names of this machine: under any other name the request was led here by somebody's DNS. */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  const match = /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/i.exec(host);
  return match?.[1] !== undefined && LOOPBACK_NAMES.has(match[1].toLowerCase());
}

/** Browsers send Origin with every form; one that is missing, `null` or of another port is not from our page. */
export function isOwnOrigin(req: IncomingMessage): boolean {
  const { host, origin } = req.headers;
  return host !== undefined && origin !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}

/** The page of this site that a form was sent from, for the way back; null where the browser does not tell. */
export function cameFrom(req: IncomingMessage): URL | null {
  const { host, referer } = req.headers;
  if (host === undefined || referer === undefined || !URL.canParse(referer)) return null;
  const from = new URL(referer);
  return from.origin.toLowerCase() === `http://${host.toLowerCase()}` ? from : null;
}

/**
 * The hidden field of every form, derived from the cookie it belongs to: nothing to store, valid as long as the cookie,
 * and useless for finding the cookie.
 */
export function formToken(cookie: string): string {
  return createHmac('sha256', cookie).update('practice exchange form').digest('base64url');
}

export function isFormToken(cookie: string, token: string | null): boolean {
  if (token === null || cookie === '') return false;
  const expected = Buffer.from(formToken(cookie));
  const given = Buffer.from(token);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
