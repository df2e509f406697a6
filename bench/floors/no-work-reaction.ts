/**
 * The yardstick of a reaction: a frame comes in on one socket, fixed bytes go out on another. Nothing is read, decided,
 * signed or written down. The product does not import it.
 */

import { createSecretKey } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { openRawOrders, signedBytes } from './raw-order.ts';

export type NoWork = { close(): void };

export async function openNoWork(origin: string): Promise<NoWork> {
  const secret = createSecretKey(Buffer.from('s'.repeat(32)));
  const orders = await openRawOrders(origin, secret);
  const { hostname, port, host } = new URL(origin);
  const bytes = Buffer.from(signedBytes(secret, 'k'.repeat(32), host, 'floor'));
  const stream: Socket = connect(Number(port), hostname).setNoDelay(true);
  stream.write(
    `GET /ws?floor HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  );
  await new Promise<void>((resolve) => stream.once('data', () => resolve()));
  stream.on('data', () => orders.socket.write(bytes));
  return {
    close() {
      stream.destroy();
      orders.close();
    },
  };
}
