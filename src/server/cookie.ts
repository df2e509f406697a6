/** The one cookie. Read by hand: a name and a value of our own making need no library. */

import { SESSION_MAX_MS } from './people/sessions.ts';
import type { Site } from './site.ts';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The session's token, or null. With the name twice, as a planted cookie would come, neither is believed. */
export function tokenIn(header: string | undefined, site: Site): string | null {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${site.cookieName}=`))
    .map((pair) => pair.slice(site.cookieName.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && TOKEN.test(value) ? value : null;
}

export function sessionCookie(token: string, site: Site): string {
  return cookie(token, SESSION_MAX_MS / 1_000, site);
}

export function endedCookie(site: Site): string {
  return cookie('', 0, site);
}

function cookie(value: string, maxAgeSec: number, site: Site): string {
  const secure = site.isSecure ? '; Secure' : '';
  return `${site.cookieName}=${value}; Path=/; Max-Age=${maxAgeSec}; HttpOnly; SameSite=Strict${secure}`;
}
