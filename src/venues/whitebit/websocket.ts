/**
 * A WebSocket client for one exchange (RFC 6455): messages of text, one origin, nothing compressed. Its own, because the
 * process that holds keys has no packages, and because a dead connection has to be dropped at once and without a word,
 * which the one that comes with Node does not do.
 */

import { createHash, randomBytes } from 'node:crypto';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket as NetSocket } from 'node:net';
import type { OpenSocket, Socket, SocketHandlers } from '../streams.ts';
import { FrameError, FrameReader, frameBytes, Opcode } from './websocket-frames.ts';

/** Nothing but the handshake, TLS included, takes place in this time. */
const CONNECT_MS = 5_000;
const HEADER_BYTES_MAX = 16 * 1024;
/** Requests are a few hundred bytes; when this much waits to be sent, nobody reads at the other end. */
const UNSENT_BYTES_MAX = 1024 * 1024;
const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const GOING_AWAY = 1_001;

/**
 * Connections to the hosts of `origins` alone, each `wss://host[:port]`, or `ws` to this machine itself. Opening throws
 * `TypeError` for any other address: that is a mistake of the program.
 */
export function createWebSockets(origins: readonly string[]): OpenSocket {
  const allowed = new Set(origins.map((origin) => pinned(origin).origin));
  return (address, handlers) => {
    const url = pinned(address);
    if (!allowed.has(url.origin)) throw new TypeError('Not an address of this exchange');
    return new Connection(url, handlers);
  };
}

function pinned(address: string): URL {
  const url = URL.parse(address);
  const loopback = url !== null && /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(url.hostname);
  if (url === null || !(url.protocol === 'wss:' || (url.protocol === 'ws:' && loopback)))
    throw new TypeError('A stream is wss://host; plain ws only to this machine itself');
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    throw new TypeError('The address of a stream has neither user nor fragment');
  return url;
}

class Connection implements Socket {
  readonly #handlers: SocketHandlers;
  readonly #request: ClientRequest;
  readonly #timer: NodeJS.Timeout;
  readonly #reader: FrameReader;
  #net: NetSocket | null = null;
  #isOver = false;

  constructor(url: URL, handlers: SocketHandlers) {
    this.#handlers = handlers;
    this.#reader = new FrameReader({
      text: (bytes) => {
        if (!this.#isOver) handlers.received(bytes);
      },
      ping: (bytes) => this.#write(Opcode.pong, bytes),
      closed: (code) => this.#closed(code),
    });
    const key = randomBytes(16).toString('base64');
    const secure = url.protocol === 'wss:';
    const options = {
      // As a number: no resolver can say that this machine is another one.
      host: url.hostname === 'localhost' ? '127.0.0.1' : url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
      path: `${url.pathname}${url.search}`,
      headers: {
        Host: url.host,
        'User-Agent': 'gapless',
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Key': key,
        'Sec-WebSocket-Version': '13',
      },
      // A connection of its own, never one that is kept for requests.
      agent: false as const,
      maxHeaderSize: HEADER_BYTES_MAX,
    };
    this.#request = secure ? httpsRequest({ ...options, minVersion: 'TLSv1.2' }) : httpRequest(options);
    this.#timer = setTimeout(() => this.#end('connect-timeout'), CONNECT_MS);
    this.#request.on('error', (error: NodeJS.ErrnoException) => this.#end(error.code ?? 'network-error'));
    this.#request.on('response', (response) => this.#end(`HTTP ${response.statusCode ?? 0}`));
    this.#request.on('upgrade', (response, net: NetSocket, first) => this.#upgraded(response, net, first, key));
    this.#request.end();
  }

  send(text: string): void {
    this.#write(Opcode.text, Buffer.from(text, 'utf8'));
  }

  destroy(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#request.destroy();
    this.#net?.destroy();
  }

  #upgraded(response: IncomingMessage, net: NetSocket, first: Buffer, key: string): void {
    if (this.#isOver) {
      net.destroy();
      return;
    }
    this.#net = net;
    const accept = createHash('sha1').update(`${key}${ACCEPT_SUFFIX}`).digest('base64');
    const { headers } = response;
    const isRight =
      headers['sec-websocket-accept'] === accept &&
      headers.upgrade?.toLowerCase() === 'websocket' &&
      // None was offered.
      headers['sec-websocket-extensions'] === undefined &&
      headers['sec-websocket-protocol'] === undefined;
    if (!isRight) {
      this.#end('no WebSocket at the other end');
      return;
    }
    clearTimeout(this.#timer);
    net.setNoDelay(true);
    net.setTimeout(0);
    net.on('error', (error: NodeJS.ErrnoException) => this.#end(error.code ?? 'network-error'));
    net.on('close', () => this.#end('the connection was cut'));
    net.on('end', () => this.#end('the connection was ended'));
    net.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#handlers.opened();
    if (first.length > 0) this.#take(first);
  }

  #take(bytes: Uint8Array): void {
    if (this.#isOver) return;
    try {
      this.#reader.take(bytes);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#end(error.message);
    }
  }

  #write(opcode: number, payload: Uint8Array): void {
    if (this.#isOver || this.#net === null) return;
    this.#net.write(frameBytes(opcode, payload, randomBytes(4)));
    if (this.#net.writableLength > UNSENT_BYTES_MAX) this.#end('nothing can be sent');
  }

  #closed(code: number | null): void {
    const answer = Buffer.alloc(2);
    answer.writeUInt16BE(code ?? GOING_AWAY);
    this.#write(Opcode.close, answer);
    this.#end(code === null ? 'closed by the exchange' : `closed by the exchange (${code})`);
  }

  #end(why: string): void {
    if (this.#isOver) return;
    this.destroy();
    this.#handlers.closed(why);
  }
}
