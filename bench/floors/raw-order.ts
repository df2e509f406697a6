/**
 * The yardstick of an order: a signed request written by hand on one kept-alive socket, its answer read as far as its
 * length says. Nothing is decided, written down, limited or understood. The product does not import it.
 */

import { createHmac, type KeyObject } from 'node:crypto';
import { connect, type Socket } from 'node:net';

const PATH = '/api/v4/order/new';
let nonce = Date.now();

/** Body, base64 and signature: all that no signer can do without. */
export function signedBytes(secret: KeyObject, key: string, host: string, clientOrderId: string): string {
  nonce += 1;
  const body = `{"request":"${PATH}","nonce":${nonce},"nonceWindow":true,"market":"BTC_USDT","side":"buy","amount":"0.01","price":"99.95","clientOrderId":"${clientOrderId}","ioc":true}`;
  const payload = Buffer.from(body).toString('base64');
  const signature = createHmac('sha512', secret).update(payload).digest('hex');
  return `POST ${PATH} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nX-TXC-APIKEY: ${key}\r\nX-TXC-PAYLOAD: ${payload}\r\nX-TXC-SIGNATURE: ${signature}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

export type RawOrders = {
  readonly socket: Socket;
  /** Resolves when the answer is there. */
  place(): Promise<void>;
  close(): void;
};

export async function openRawOrders(origin: string, secret: KeyObject): Promise<RawOrders> {
  const { hostname, port, host } = new URL(origin);
  const socket = connect(Number(port), hostname).setNoDelay(true);
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  let answered: () => void = () => {};
  let rest = '';
  socket.on('data', (chunk) => {
    rest += chunk.toString('latin1');
    const head = rest.indexOf('\r\n\r\n');
    const length = /content-length: (\d+)/i.exec(rest)?.[1];
    if (head < 0 || length === undefined || rest.length < head + 4 + Number(length)) return;
    rest = '';
    answered();
  });
  let count = 0;
  return {
    socket,
    place() {
      count += 1;
      const done = new Promise<void>((resolve) => {
        answered = resolve;
      });
      socket.write(signedBytes(secret, 'k'.repeat(32), host, `floor-${count}`));
      return done;
    },
    close: () => socket.destroy(),
  };
}
