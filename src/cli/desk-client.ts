/** Asks the running desk over its command-line socket: the routes of the contract, as JSON. */

import { Agent, type IncomingMessage, request } from 'node:http';
import type { Body, Params, Query, Reply } from '../contract/contract.ts';
import type { LiveMessage } from '../contract/live.ts';
import { ROUTES, type Route, type RouteName } from '../contract/routes.ts';
import type { ProblemReply } from '../contract/words.ts';
import { CLI_USER_HEADER, CUSTODY_CHANGED_PATH, PEOPLE_PATH, SETUP_CODE_PATH } from '../server/cli-words.ts';
import { CliError, DeskRefusal, EXIT } from './cli-error.ts';
import { type LiveLine, openLiveLine } from './live-line.ts';

export type DeskClient = {
  /** Rejects with `CliError`: the desk's own cause and cure, or that it does not answer. */
  call<N extends RouteName>(name: N, parts?: CallParts<N>): Promise<Reply<N>>;
  /** Rejects with `CliError` where it does not open. */
  live(heard: (message: LiveMessage) => void): Promise<LiveLine>;
  /** A new setup code of a desk that nobody owns yet. */
  setupCode(): Promise<{ readonly code: string; readonly expiresAtMs: number }>;
  /** Something was changed at custody directly. False where the desk could not be told; it looks by itself every few seconds. */
  custodyChanged(): Promise<boolean>;
  /** The ids of everybody of this desk. Rejects with `CliError`. */
  people(): Promise<readonly string[]>;
  close(): void;
};

export type CallParts<N extends RouteName> = {
  readonly params?: Params<N>;
  readonly query?: Query<N>;
  readonly body?: Body<N>;
  /** For what must not hang with a desk that does. */
  readonly waitMs?: number;
};

/** Nothing behind a route waits longer than custody's slowest check; past this the desk hangs. */
const ANSWER_MS = 90_000;
/** What was changed is changed whether the desk looks now or at its next turn. */
const CHANGED_MS = 10_000;
/** The largest answer is an account with every asset of an exchange; this is many times that. */
const REPLY_BYTES_MAX = 16 * 1024 * 1024;

export function deskClient(options: {
  readonly socketPath: string;
  /** What the person opens in the browser; only its host goes along, which the desk checks on every request. */
  readonly address: string;
  readonly token: string;
  /** For whom; null is the owner of the desk. */
  readonly user: string | null;
}): DeskClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers: Record<string, string> = {
    host: new URL(options.address).host,
    authorization: `Bearer ${options.token}`,
    'user-agent': 'gapless command line',
    ...(options.user !== null && { [CLI_USER_HEADER]: encodeURIComponent(options.user) }),
  };

  async function send(method: string, path: string, body: unknown, waitMs = ANSWER_MS): Promise<unknown> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = request(
        {
          socketPath: options.socketPath,
          agent,
          method,
          path,
          timeout: waitMs,
          headers: {
            ...headers,
            ...(text !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(text),
            }),
          },
        },
        resolve,
      );
      asked.on('timeout', () => asked.destroy(new Error('timeout')));
      asked.on('error', reject);
      asked.end(text);
    }).catch((error: NodeJS.ErrnoException) => {
      throw notAnswering(error.code ?? error.message);
    });
    const reply = parsed(await textOf(response));
    if (response.statusCode !== undefined && response.statusCode < 300) return reply;
    throw problemOf(reply, response.statusCode ?? 0);
  }

  return {
    async call(name, parts = {}) {
      const route: Route = ROUTES[name];
      const path = pathOf(route.path, parts.params ?? {}) + queryOf(parts.query ?? {});
      const body = route.method === 'POST' || route.method === 'PATCH' ? (parts.body ?? {}) : undefined;
      // Both ends are this program, over a private socket: the contract is believed here and checked over there.
      return (await send(route.method, path, body, parts.waitMs)) as Reply<typeof name>;
    },
    live: (heard) => openLiveLine({ socketPath: options.socketPath, address: options.address, headers, heard }),
    async setupCode() {
      return (await send('POST', SETUP_CODE_PATH, {})) as { code: string; expiresAtMs: number };
    },
    async custodyChanged() {
      try {
        await send('POST', CUSTODY_CHANGED_PATH, {}, CHANGED_MS);
        return true;
      } catch (error) {
        if (error instanceof CliError) return false;
        throw error;
      }
    },
    async people() {
      return ((await send('POST', PEOPLE_PATH, {})) as { people: readonly string[] }).people;
    },
    close: () => agent.destroy(),
  };
}

function pathOf(template: string, params: Readonly<Record<string, unknown>>): string {
  return template.replace(/:(\w+)/g, (_match, name: string) => encodeURIComponent(String(params[name] ?? '')));
}

function queryOf(query: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > REPLY_BYTES_MAX) throw notUnderstood('its answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw notUnderstood('its answer is no JSON');
  }
}

function problemOf(reply: unknown, status: number): CliError {
  const error = (reply as Partial<ProblemReply> | null)?.error;
  if (typeof error?.message !== 'string' || typeof error.code !== 'string') return notUnderstood(`status ${status}`);
  const insist = error.confirm == null ? '' : ` If you mean it, add --confirm ${error.confirm}.`;
  const refused = status >= 400 && status < 500;
  return new (refused ? DeskRefusal : CliError)(error.code, error.message, `${error.cure}${insist}`);
}

function notAnswering(reason: string): CliError {
  return new CliError(
    'desk_unreachable',
    `The desk does not answer (${reason}).`,
    'It may be starting again; try once more in a few seconds. If it stays, look at the terminal it was started in.',
    EXIT.noDesk,
  );
}

function notUnderstood(reason: string): CliError {
  return new CliError(
    'desk_not_understood',
    `The desk gave an answer that this program does not understand (${reason}).`,
    'The running desk may be another version than this command. Stop it, start it again, and retry.',
  );
}
