import type { IncomingMessage } from 'node:http';

/**
 * Cookies of 127.0.0.1 are shared by all ports, so the names say whose they are. Not `Secure`: the site speaks plain
 * HTTP on loopback, and Safari would drop the cookie.
 */
export const SESSION_COOKIE = 'practice_exchange_session';
/** Before login: binds the form token to this browser. */
export const VISIT_COOKIE = 'practice_exchange_visit';
/** Between password and authenticator code. */
export const LOGIN_COOKIE = 'practice_exchange_login';

export function setCookie(name: string, value: string): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict`;
}

export function dropCookie(name: string): string {
  return `${name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;
}

/** Empty where absent. Values are ours (base64url or hex), so anything else counts as absent. */
export function readCookie(req: IncomingMessage, name: string): string {
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const [key, value = ''] = pair.trim().split('=', 2);
    if (key === name) return /^[\w.-]{1,200}$/.test(value) ? value : '';
  }
  return '';
}
