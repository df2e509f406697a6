/**
 * The wall of the private streams: one pinned address an exchange, and frames of a few methods. The exchange's stream has
 * methods that read; what leaves here is one of those, whoever asks.
 */

import type { OpenSocket } from '../venues/streams.ts';
import { createWebSockets } from '../venues/whitebit/websocket.ts';
import { parseCanonical } from './frames.ts';
import { WallError } from './wall.ts';

const METHODS = /^(?:ping|authorize|(?:ordersPending|ordersExecuted|deals|balanceSpot)_(?:subscribe|unsubscribe))$/;

/** Throws `WallError` for a frame that custody does not send. */
export function admitFrame(text: string): void {
  const frame = parseCanonical(Buffer.from(text, 'utf8'));
  const method = typeof frame === 'object' && frame !== null && 'method' in frame ? frame.method : null;
  if (typeof method !== 'string' || !METHODS.test(method)) throw new WallError('A frame that custody does not send');
}

/** `pinned` is the only address that is ever opened. */
export function openPinned(pinned: string): OpenSocket {
  const open = createWebSockets([new URL(pinned).origin]);
  return (url, handlers) => {
    if (url !== pinned) throw new WallError('The stream would go to another host');
    const socket = open(url, handlers);
    return {
      send(text) {
        admitFrame(text);
        socket.send(text);
      },
      destroy: () => socket.destroy(),
    };
  };
}
