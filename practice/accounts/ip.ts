import { isIPv4, isIPv6 } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** One spelling for one address (`::FFFF:1.2.3.4` is `1.2.3.4`, IPv6 shortened, lower case); null for anything else. */
export function canonicalIp(address: string): string | null {
  const trimmed = address.trim();
  const mapped = MAPPED.exec(trimmed)?.[1];
  if (mapped !== undefined) return isIPv4(mapped) ? mapped : null;
  if (isIPv4(trimmed)) return trimmed;
  // A zone (`%eth0`) names an interface of one machine and means nothing to another.
  if (!isIPv6(trimmed) || trimmed.includes('%')) return null;
  return new URL(`http://[${trimmed}]/`).hostname.slice(1, -1);
}
