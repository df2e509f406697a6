/**
 * One exchange, one origin, kept-alive connections. What goes wrong comes back as a value that says whether bytes may
 * have left; nothing here throws for what a network does. The origin is fixed when the client is made: no request,
 * header or redirect can send anything elsewhere.
 */

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { BODY_BYTES_MAX, type RawReply } from './call.ts';

type PinnedRequest = {
  readonly method: 'GET' | 'POST';
  /** Path with query, beginning with one slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

export type PinnedHttp = {
  /** Sends once. Only a GET whose kept-alive connection had died unseen is sent a second time, on a fresh one. */
  send(request: PinnedRequest): Promise<RawReply>;
  /** Ends every connection; requests under way answer `no-reply`. */
  close(): void;
};

export type PinnedHttpOptions = {
  /** `https://host[:port]`; plain `http` only to this machine itself. */
  readonly origin: string;
  readonly timeouts?: { readonly connectMs: number; readonly totalMs: number };
  readonly maxSockets?: number;
  /** For measuring only; never for deciding. */
  readonly monotonicMs?: () => number;
};

/** A connection not open after this is not a slow one but none; TLS handshake included. */
const CONNECT_MS = 5_000;
/** WhiteBIT answers in well under a second; nobody waits longer than this for a page. */
const TOTAL_MS = 10_000;
/** Calls of one key are serial, so a few sockets serve many connections. */
const SOCKETS_MAX = 8;
/** Idle connections are dropped before the usual 60 to 75 s of gateways would drop them under us. */
const IDLE_MS = 30_000;
const HEADER_BYTES_MAX = 16 * 1024;
/** A longer wait than an hour is no throttle; the value is only shown and used for a pause. */
const RETRY_AFTER_MAX_MS = 3_600_000;

/** These would change where a request goes or where it ends. */
const FORBIDDEN_HEADERS = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect']);
/** One leading slash, then visible ASCII without a backslash or fragment. */
const SAFE_PATH = /^\/(?!\/)[\x21\x22\x24-\x5b\x5d-\x7e]*$/;

/** Throws `TypeError` when `origin` is no bare origin, or is plain http to anywhere but loopback. */
export function createPinnedHttp(options: PinnedHttpOptions): PinnedHttp {
  const origin = parseOrigin(options.origin);
  const limits = {
    connectMs: options.timeouts?.connectMs ?? CONNECT_MS,
    totalMs: options.timeouts?.totalMs ?? TOTAL_MS,
    nowMs: options.monotonicMs ?? (() => performance.now()),
  };
  const agentOptions = { keepAlive: true, maxSockets: options.maxSockets ?? SOCKETS_MAX, timeout: IDLE_MS } as const;
  const agent = origin.secure
    ? new HttpsAgent({ ...agentOptions, minVersion: 'TLSv1.2', rejectUnauthorized: true })
    : new HttpAgent(agentOptions);
  let closed = false;

  async function send(request: PinnedRequest): Promise<RawReply> {
    if (!SAFE_PATH.test(request.path)) throw new TypeError('Not a path on the pinned origin');
    for (const name of Object.keys(request.headers)) {
      if (FORBIDDEN_HEADERS.has(name.toLowerCase()))
        throw new TypeError(`The header ${name} is not the caller's to set`);
    }
    if (closed) return { kind: 'no-reply', sent: false, reason: 'closed', tookMs: 0 };
    const first = await exchange(origin, agent, request, limits);
    if (!first.staleSocket || request.method !== 'GET' || closed) return first.reply;
    // The other side had closed the idle connection before it saw our request, and a GET changes nothing. A POST is
    // never repeated here: whoever made its nonce decides.
    const second = await exchange(origin, agent, request, limits);
    return second.reply;
  }

  return {
    send,
    close() {
      closed = true;
      agent.destroy();
    },
  };
}

type Origin = { readonly secure: boolean; readonly hostname: string; readonly port: number; readonly host: string };
type Limits = { readonly connectMs: number; readonly totalMs: number; readonly nowMs: () => number };
type Exchanged = { readonly reply: RawReply; readonly staleSocket: boolean };

function parseOrigin(text: string): Origin {
  const url = URL.parse(text);
  if (url === null || url.origin !== text.replace(/\/$/, '').toLowerCase())
    throw new TypeError('The address of an exchange is https://host, without path, query or user');
  const secure = url.protocol === 'https:';
  const loopback = /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(url.hostname);
  if (!secure && !(url.protocol === 'http:' && loopback))
    throw new TypeError('Only https is spoken to an exchange; plain http only to this machine itself');
  // "localhost" is taken as the number it means, so that no resolver can say otherwise.
  const hostname = url.hostname === 'localhost' && !secure ? '127.0.0.1' : url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return { secure, hostname, port, host: url.host };
}

function exchange(
  origin: Origin,
  agent: HttpAgent | HttpsAgent,
  request: PinnedRequest,
  limits: Limits,
): Promise<Exchanged> {
  const startedMs = limits.nowMs();
  const tookMs = () => Math.max(0, limits.nowMs() - startedMs);
  const requestOptions: RequestOptions = {
    host: origin.hostname,
    port: origin.port,
    path: request.path,
    method: request.method,
    agent,
    headers: headersOf(origin, request),
    maxHeaderSize: HEADER_BYTES_MAX,
  };
  return new Promise((resolve) => {
    let sent = false;
    let answered = false;
    let settled = false;
    const outgoing = origin.secure ? httpsRequest(requestOptions) : httpRequest(requestOptions);

    function settle(reply: RawReply, staleSocket = false): void {
      if (settled) return;
      settled = true;
      clearTimeout(connectTimer);
      clearTimeout(totalTimer);
      resolve({ reply, staleSocket });
    }
    function fail(reason: string, staleSocket = false): void {
      settle({ kind: 'no-reply', sent, reason, tookMs: tookMs() }, staleSocket);
      outgoing.destroy();
    }

    const connectTimer = setTimeout(() => fail('connect-timeout'), limits.connectMs);
    const totalTimer = setTimeout(() => fail('timeout'), limits.totalMs);

    outgoing.on('socket', (socket: Socket) => {
      const connected = () => {
        // From here on the kernel may have passed bytes on; "sent" errs on the side of yes.
        sent = true;
        clearTimeout(connectTimer);
      };
      if (outgoing.reusedSocket || !socket.connecting) connected();
      else socket.once(origin.secure ? 'secureConnect' : 'connect', connected);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const reset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      fail(error.code ?? 'network-error', reset && outgoing.reusedSocket && !answered);
    });
    outgoing.on('response', (incoming) => {
      answered = true;
      readBody(incoming, (outcome) => {
        if ('reason' in outcome) fail(outcome.reason);
        else settle({ ...outcome, tookMs: tookMs() });
      });
    });
    outgoing.end(request.body);
  });
}

function headersOf(origin: Origin, request: PinnedRequest): Record<string, string | number> {
  const headers: Record<string, string | number> = {
    'User-Agent': 'gapless',
    Accept: 'application/json',
    // No decompression: a small body that grows on opening would pass any cap on what was received.
    'Accept-Encoding': 'identity',
    ...request.headers,
    Host: origin.host,
  };
  if (request.body !== undefined) headers['Content-Length'] = Buffer.byteLength(request.body);
  return headers;
}

type BodyOutcome = Omit<Extract<RawReply, { kind: 'reply' }>, 'tookMs'> | { readonly reason: string };

function readBody(incoming: IncomingMessage, done: (outcome: BodyOutcome) => void): void {
  const declared = Number(incoming.headers['content-length'] ?? '0');
  if (declared > BODY_BYTES_MAX) {
    done({ reason: 'answer-too-long' });
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) done({ reason: 'answer-too-long' });
    else chunks.push(chunk);
  });
  // An answer that stops before its declared length, or in the middle of a chunk, ends here and never in 'end'.
  incoming.on('error', () => done({ reason: 'answer-broken-off' }));
  incoming.on('end', () =>
    done({
      kind: 'reply',
      status: incoming.statusCode ?? 0,
      body: Buffer.concat(chunks).toString('utf8'),
      contentType: incoming.headers['content-type'] ?? '',
      retryAfterMs: retryAfter(incoming.headers['retry-after'], incoming.headers.date),
    }),
  );
}

/** `Retry-After` is seconds or a date; a date is taken relative to the reply's own `Date`, so no clock is needed. */
function retryAfter(value: string | undefined, replyDate: string | undefined): number | null {
  if (value === undefined) return null;
  const waitMs = /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.parse(replyDate ?? '');
  if (!Number.isFinite(waitMs)) return null;
  return Math.min(Math.max(waitMs, 0), RETRY_AFTER_MAX_MS);
}
