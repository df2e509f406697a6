/**
 * The command line's way in: an HTTP socket of its own in a folder that only its owner can enter, and the token that
 * the supervisor wrote for that owner at this start. The desk's port knows neither, so no page, no other machine and
 * no proxy can come in this way. What may be done here stands in `COMMAND_LINE_ROUTES` (access.ts).
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Refusal } from '../shell/refusal.ts';
import { CLI_USER_HEADER, CUSTODY_CHANGED_PATH, PEOPLE_PATH, SETUP_CODE_PATH } from './cli-words.ts';

export type NewSetupCode = { readonly code: string; readonly expiresAtMs: number };

/** What the door answers by itself. */
export type DoorActions = {
  /** Null where the desk has an owner. */
  readonly renewSetupCode: () => Promise<NewSetupCode | null>;
  /** Custody was locked, opened or restored behind the desk's back. */
  readonly custodyChanged: () => Promise<void>;
  /** The ids of everybody here; nothing else is told of them. */
  readonly people: () => Promise<readonly string[]>;
};

/** Hands a request for the live line to the desk's own WebSocket. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export class CliDoor {
  readonly #tokenHash: Buffer;
  readonly #socketPath: string;
  readonly #admitted = new WeakSet<IncomingMessage>();
  readonly #upgraded = new Set<Duplex>();
  #server: Server | null = null;

  constructor(parts: { readonly token: string; readonly socketPath: string }) {
    this.#tokenHash = digest(parts.token);
    this.#socketPath = parts.socketPath;
  }

  /** Whether a request came in through this door and was let in. */
  admitted(request: IncomingMessage): boolean {
    return this.#admitted.has(request);
  }

  /** `route` gives a request to the desk's own routes. Rejects where the socket cannot be made. */
  async open(
    route: (request: IncomingMessage, response: ServerResponse) => void,
    actions: DoorActions,
    upgrade: Upgrade,
  ): Promise<void> {
    const server = createServer((request, response) => {
      const refusal = this.#refusal(request);
      const act = ownAnswer(request.url, actions);
      if (refusal !== null) refuse(response, refusal);
      else if (act !== null) void answerByItself(request, response, act);
      else {
        this.#admitted.add(request);
        route(request, response);
      }
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const refusal = this.#refusal(request);
      if (refusal !== null) return refuseUpgrade(socket, refusal);
      this.#admitted.add(request);
      this.#upgraded.add(socket);
      socket.on('close', () => this.#upgraded.delete(socket));
      upgrade(request, socket, head);
    });
    // What a process that was killed left behind; the supervisor's lock says that no other desk lives here.
    if (process.platform !== 'win32') rmSync(this.#socketPath, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#socketPath, resolve);
    });
    if (process.platform !== 'win32') chmodSync(this.#socketPath, 0o600);
    this.#server = server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    // A socket that was upgraded is on no list of the HTTP server any more.
    for (const socket of this.#upgraded) socket.destroy();
    await closed;
  }

  #refusal(request: IncomingMessage): Refusal | null {
    const { authorization, cookie, origin } = request.headers;
    const token = /^Bearer ([A-Za-z0-9_-]{20,100})$/.exec(authorization ?? '')?.[1];
    if (token === undefined || !timingSafeEqual(digest(token), this.#tokenHash)) {
      return new Refusal(
        'not_signed_in',
        'This is not the token of this desk.',
        'The desk was started anew; try again.',
      );
    }
    // Only a browser sends these. None can reach this socket; if one ever does, it is not to be served.
    if (cookie !== undefined || origin !== undefined || request.headers['sec-fetch-site'] !== undefined) {
      return new Refusal('cross_origin', 'No browser comes in this way.', 'Open the address of the desk instead.');
    }
    return null;
  }
}

/** For whom the command line asks: a name, null for the owner. Throws `Refusal` where the header cannot be read. */
export function askedUser(request: IncomingMessage): string | null {
  const text = request.headers[CLI_USER_HEADER];
  if (text === undefined) return null;
  try {
    return decodeURIComponent(String(text));
  } catch {
    throw new Refusal('bad_request', `The header ${CLI_USER_HEADER} is not percent-encoded.`, 'Encode the name.');
  }
}

/** Null for what the routes of the desk answer. */
function ownAnswer(url: string | undefined, actions: DoorActions): (() => Promise<unknown>) | null {
  switch (url) {
    case SETUP_CODE_PATH:
      return async () => {
        const code = await actions.renewSetupCode();
        if (code !== null) return code;
        const cure = 'Log in, or reset a password with `gapless reset-password`.';
        throw new Refusal('already_claimed', 'This desk has an owner already.', cure);
      };
    case CUSTODY_CHANGED_PATH:
      return async () => {
        await actions.custodyChanged();
        return {};
      };
    case PEOPLE_PATH:
      return async () => ({ people: await actions.people() });
    default:
      return null;
  }
}

async function answerByItself(
  request: IncomingMessage,
  response: ServerResponse,
  act: () => Promise<unknown>,
): Promise<void> {
  request.resume();
  try {
    if (request.method !== 'POST')
      throw new Refusal('not_found', 'There is nothing at this address.', 'Ask with POST.');
    answer(response, 200, await act());
  } catch (error) {
    const isOurs = error instanceof Refusal;
    refuse(response, isOurs ? error : new Refusal('internal', 'Something went wrong on our side.', 'Try again.'));
  }
}

function refuse(response: ServerResponse, refusal: Refusal): void {
  answer(response, refusal.status, refusal.reply(''));
}

function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  socket.on('error', () => {});
  const text = JSON.stringify(refusal.reply(''));
  const head = `HTTP/1.1 ${refusal.status} Refused\r\ncontent-type: application/json; charset=utf-8`;
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
