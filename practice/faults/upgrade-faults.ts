import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Armory } from './armory.ts';

/** What faults do to a new WebSocket. A socket that was ended here takes no handshake any more. */
export function struckUpgrade(armory: Armory, socket: Duplex): void {
  const event = { account: null, apiKey: null, path: null, channel: null, market: null };
  for (const { course, strike } of armory.strikes('connect', event)) {
    const verdict = course(strike);
    if (verdict === null) continue;
    if (verdict === 'cut') {
      socket.destroy();
      return;
    }
    const { status } = verdict;
    const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`;
    socket.end(`${head}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    return;
  }
}
