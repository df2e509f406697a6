/**
 * Node's own WebSocket, for the private streams: one pinned address an exchange, and a wall of its own. The exchange's
 * stream has methods that read; what leaves here is one of those, whoever asks.
 */

import type { OpenSocket } from '../venues/streams.ts';
import { parseCanonical } from './frames.ts';
import { WallError } from './wall.ts';

const METHODS = /^(?:ping|authorize|(?:ordersPending|ordersExecuted|deals|balanceSpot)_(?:subscribe|unsubscribe))$/;
/** An account's whole balance fits many times. */
const MESSAGE_LENGTH_MAX = 1024 * 1024;

/** The stream of an exchange beside its HTTP origin: `api.` before the host of the real one. */
export function streamUrl(origin: string): string {
  const { host, protocol } = new URL(origin);
  return protocol === 'https:' ? `wss://api.${host}/ws` : `ws://${host}/ws`;
}

/** Throws `WallError` for a frame that custody does not send. */
export function admitFrame(text: string): void {
  const frame = parseCanonical(Buffer.from(text, 'utf8'));
  const method = typeof frame === 'object' && frame !== null && 'method' in frame ? frame.method : null;
  if (typeof method !== 'string' || !METHODS.test(method)) throw new WallError('A frame that custody does not send');
}

/** `pinned` is the only address that is ever opened. */
export function openPinned(pinned: string): OpenSocket {
  return (url, handlers) => {
    if (url !== pinned) throw new WallError('The stream would go to another host');
    const socket = new WebSocket(url);
    let over = false;
    const end = (why: string) => {
      if (over) return;
      over = true;
      handlers.closed(why);
    };
    socket.onopen = () => handlers.opened();
    socket.onmessage = ({ data }) => {
      if (over) return;
      if (typeof data === 'string' && data.length <= MESSAGE_LENGTH_MAX) handlers.received(Buffer.from(data, 'utf8'));
      else socket.close();
    };
    socket.onerror = () => end('The connection failed');
    socket.onclose = ({ code }) => end(`Closed by the exchange (${code})`);
    return {
      send(text) {
        admitFrame(text);
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      destroy() {
        over = true;
        socket.close();
      },
    };
  };
}
