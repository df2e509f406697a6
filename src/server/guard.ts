/** Whether a request may reach its handler at all: pure rules over headers, before anything is read or looked up. */

import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '../shell/refusal.ts';
import type { Site } from './site.ts';

export type Asked = {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** A WebSocket upgrade is a GET that does more than read. */
  readonly isUpgrade: boolean;
  /** A page or one of its files, which hold nothing of anybody. */
  readonly isPage: boolean;
  /** The command line proves itself by a token that no browser sends by itself; it has no origin. */
  readonly byCommandLine: boolean;
  /** A program with a token, which no browser sends by itself either; a page of another site still gives itself away. */
  readonly byProgram: boolean;
};

/** Throws the refusal. */
export function guard(asked: Asked, site: Site): void {
  const { headers } = asked;
  const host = headers.host?.toLowerCase();
  if (host === undefined || !site.hosts.has(host)) {
    throw new Refusal('wrong_host', 'This desk is not called by that name.', `Open ${site.origin}.`);
  }
  const fetchSite = headers['sec-fetch-site'];
  if (!changes(asked)) {
    if ((fetchSite === 'cross-site' || fetchSite === 'same-site') && !isLinkFollowed(asked)) throw crossOrigin(site);
    return;
  }
  if (!asked.byCommandLine) {
    const isProgram = asked.byProgram && headers.origin === undefined;
    if (!isProgram && !site.origins.has(headers.origin ?? '')) throw crossOrigin(site);
    if (fetchSite !== undefined && fetchSite !== 'same-origin') throw crossOrigin(site);
  }
  requireJson(asked);
}

/** A link in a mail or on another site: the person goes to the page, and the other site learns nothing of it. */
function isLinkFollowed({ headers, isPage }: Asked): boolean {
  return isPage && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

function changes(asked: Asked): boolean {
  return asked.isUpgrade || (asked.method !== 'GET' && asked.method !== 'HEAD');
}

/** A form on another site can send text, forms and multipart without asking first; JSON it cannot. */
function requireJson(asked: Asked): void {
  const { method, headers } = asked;
  const hasBody =
    headers['content-length'] !== undefined
      ? headers['content-length'] !== '0'
      : headers['transfer-encoding'] !== undefined;
  const needed = method === 'POST' || method === 'PATCH' || method === 'PUT' || (method === 'DELETE' && hasBody);
  if (!needed) return;
  if (!/^application\/json(?:\s*;\s*charset=utf-8)?$/i.test(headers['content-type'] ?? '')) {
    throw new Refusal('not_json', 'The body must be JSON.', 'Send it with the header content-type: application/json.');
  }
}

function crossOrigin(site: Site): Refusal {
  return new Refusal(
    'cross_origin',
    'This request does not come from the page of this desk.',
    `Open ${site.origin} and do it there.`,
  );
}
