/** Where an exchange's stream is, from where its HTTP interface is. */

import { isIP } from 'node:net';

/** `api.` before the name of the real one; an address has no names under it. */
export function streamUrl(origin: string): string {
  const { host, hostname, protocol } = new URL(origin);
  if (protocol !== 'https:') return `ws://${host}/ws`;
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? `wss://api.${host}/ws` : `wss://${host}/ws`;
}
