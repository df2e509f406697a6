/**
 * Stands between custody and the practice exchange, writes down every request whole, and passes it on unchanged. What
 * reached the exchange is then told by neither side of the test, and the record outlives the exchange being killed.
 */

import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Witnessed = {
  readonly method: string;
  /** With the query, as it was sent. */
  readonly path: string;
  readonly apiKey: string;
  readonly body: string;
  /** Null where the exchange gave no answer. */
  status: number | null;
  /** The exchange's words about a nonce that is not greater than the last. */
  nonceRefused: boolean;
};

export type Witness = {
  readonly origin: string;
  /** Where requests are passed on to; before it is set they find the line cut. */
  setTarget(origin: string): void;
  onRequest: ((request: Witnessed) => void) | null;
  close(): Promise<void>;
};

/** WhiteBIT's text for a nonce that was used or passed by; it is misleading, and it is the only sign. */
const NONCE_WORDS = 'Too many requests.';

export async function startWitness(): Promise<Witness> {
  let target: URL | null = null;
  const server = createServer((asked, answer) => {
    void passOn(asked, answer);
  });

  async function passOn(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of asked) chunks.push(chunk as Buffer);
    } catch {
      // Custody was killed while it spoke: half a request is none, and the exchange never sees it.
      return;
    }
    const body = Buffer.concat(chunks);
    const seen: Witnessed = {
      method: asked.method ?? '',
      path: asked.url ?? '',
      apiKey: String(asked.headers['x-txc-apikey'] ?? ''),
      body: body.toString('utf8'),
      status: null,
      nonceRefused: false,
    };
    witness.onRequest?.(seen);
    if (target === null) {
      answer.destroy();
      return;
    }
    const { hostname, port } = target;
    const further = httpRequest(
      { hostname, port, method: seen.method, path: seen.path, headers: { ...asked.headers, host: target.host } },
      (reply) => {
        const parts: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => parts.push(chunk));
        reply.on('error', () => answer.destroy());
        reply.on('end', () => {
          const text = Buffer.concat(parts);
          seen.status = reply.statusCode ?? null;
          seen.nonceRefused = text.includes(NONCE_WORDS);
          answer.writeHead(reply.statusCode ?? 502, { ...reply.headers, 'content-length': text.length }).end(text);
        });
      },
    );
    further.on('error', () => answer.destroy());
    further.end(body);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const witness: Witness = {
    origin: `http://127.0.0.1:${port}`,
    setTarget: (origin) => {
      target = new URL(origin);
    },
    onRequest: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return witness;
}
