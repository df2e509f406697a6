/**
 * By which names this desk may be opened. Everything that asks "is this request meant for us, and from our own page?"
 * reads it here: the Host allow-list stops DNS rebinding, the origins stop other sites, the canonical name keeps
 * cookies and passkeys apart from the practice exchange, which lives on 127.0.0.1 (cookies do not tell ports apart).
 */

import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { isLoopback } from '../options.ts';

export type Site = {
  /** Where people open it; what the terminal prints. */
  readonly origin: string;
  /** Host header values, lower case, with port. */
  readonly hosts: ReadonlySet<string>;
  /** Values of Origin that our own page sends. */
  readonly origins: ReadonlySet<string>;
  /** Host values whose pages are sent on to `origin`. */
  readonly redirected: ReadonlySet<string>;
  /** HTTPS at the browser's end, by us or by the proxy. */
  readonly isSecure: boolean;
  readonly cookieName: string;
  /** Null where no name exists that passkeys could be bound to. */
  readonly rpId: string | null;
  /** The one peer whose forwarded headers are believed. */
  readonly proxyAddress: string | null;
};

export type SiteOptions = {
  readonly host: string;
  readonly port: number;
  /** The certificate chain as PEM text, where we speak TLS ourselves. */
  readonly certificate: string | null;
  readonly proxy: { readonly address: string; readonly publicOrigin: string } | null;
};

export function siteOf(options: SiteOptions): Site {
  if (options.proxy !== null) return behindProxy(options.proxy);
  if (options.certificate !== null) return withTls(options, options.certificate);
  if (!isLoopback(options.host)) throw new RangeError(`${options.host} needs TLS or a proxy`);
  return onLoopback(options.port);
}

function onLoopback(port: number): Site {
  const byAddress = new Set([...hostValues('127.0.0.1', port, 'http:'), ...hostValues('[::1]', port, 'http:')]);
  const origin = originOf('http:', 'localhost', port);
  return {
    origin,
    hosts: new Set([...hostValues('localhost', port, 'http:'), ...byAddress]),
    origins: new Set([origin]),
    redirected: byAddress,
    isSecure: false,
    // Two desks on one machine share the cookie jar of "localhost": the port keeps them apart.
    cookieName: `gapless_${port}`,
    rpId: 'localhost',
    proxyAddress: null,
  };
}

function withTls(options: SiteOptions, certificate: string): Site {
  const names = [...certificateNames(certificate)];
  if (isIP(options.host) !== 0 && options.host !== '0.0.0.0' && options.host !== '::') names.push(options.host);
  if (isLoopback(options.host)) names.push('localhost');
  const hosts = names.map((name) => (isIP(name) === 6 ? `[${name}]` : name.toLowerCase()));
  const first = hosts.find((host) => isIP(host) === 0 && !host.startsWith('[')) ?? hosts[0] ?? 'localhost';
  return {
    origin: originOf('https:', first, options.port),
    hosts: new Set(hosts.flatMap((host) => hostValues(host, options.port, 'https:'))),
    origins: new Set(hosts.map((host) => originOf('https:', host, options.port))),
    redirected: new Set(),
    isSecure: true,
    cookieName: '__Host-gapless',
    rpId: isIP(first) === 0 && !first.startsWith('[') ? first : null,
    proxyAddress: null,
  };
}

function behindProxy(proxy: { readonly address: string; readonly publicOrigin: string }): Site {
  const url = new URL(proxy.publicOrigin);
  const port = url.port === '' ? 443 : Number(url.port);
  return {
    origin: url.origin,
    hosts: new Set(hostValues(url.hostname, port, 'https:')),
    origins: new Set([url.origin]),
    redirected: new Set(),
    isSecure: true,
    cookieName: '__Host-gapless',
    rpId: isIP(url.hostname) === 0 && !url.hostname.startsWith('[') ? url.hostname : null,
    proxyAddress: proxy.address,
  };
}

/** Wildcards are left out: a request must be meant for this desk, not for any machine of the domain. */
function certificateNames(pem: string): readonly string[] {
  const names = new X509Certificate(pem).subjectAltName ?? '';
  return [...names.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)]
    .map((match) => match[1] ?? '')
    .filter((name) => !name.includes('*'));
}

function hostValues(host: string, port: number, scheme: 'http:' | 'https:'): readonly string[] {
  const isStandard = port === (scheme === 'http:' ? 80 : 443);
  return isStandard ? [host, `${host}:${port}`] : [`${host}:${port}`];
}

function originOf(scheme: string, host: string, port: number): string {
  return new URL(`${scheme}//${host}:${port}`).origin;
}
