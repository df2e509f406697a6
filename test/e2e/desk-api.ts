/** The desk asked as its page asks it: same cookie jar, same origin, keys sealed before they leave. */

import { randomBytes } from 'node:crypto';
import type { BrowserContext } from 'playwright-core';
import type { Body, Params, Query, Reply } from '../../src/contract/contract.ts';
import { ROUTES, type RouteName } from '../../src/contract/routes.ts';
import { seal } from '../../src/custody/sealing.ts';
import { until } from '../running-desk.ts';
import type { Key } from './exchange.ts';

const CHECKS_WITHIN_MS = 30_000;
const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

export type Attempt = Reply<'attempts.read'>;
export type Connection = Reply<'connections.list'>[number];
type Venue = Connection['venue'];
type Confirmed = ('cannot-withdraw' | 'same-account')[];

type Asked<N extends RouteName> = {
  readonly params?: Params<N>;
  readonly query?: Query<N>;
  readonly body?: Body<N>;
};

export type Answer<T> =
  | { readonly status: number; readonly ok: true; readonly reply: T }
  | {
      readonly status: number;
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly cure: string;
    };

export class DeskApi {
  readonly #context: BrowserContext;
  readonly #address: string;

  constructor(context: BrowserContext, address: string) {
    this.#context = context;
    this.#address = address;
  }

  async ask<N extends RouteName>(name: N, asked: Asked<N> = {}): Promise<Answer<Reply<N>>> {
    const { method, path } = ROUTES[name];
    const params = (asked.params ?? {}) as Readonly<Record<string, string>>;
    const filled = path.replace(/:([a-z]+)/gi, (_, key: string) => encodeURIComponent(params[key] ?? ''));
    const query = new URLSearchParams((asked.query ?? {}) as Record<string, string>).toString();
    const hasBody = method === 'POST' || method === 'PATCH';
    const response = await this.#context.request.fetch(`${this.#address}${filled}${query === '' ? '' : `?${query}`}`, {
      method,
      headers: { origin: this.#address },
      ...(hasBody ? { data: asked.body ?? {} } : {}),
    });
    const reply = (await response.json()) as unknown;
    if (response.ok()) return { status: response.status(), ok: true, reply: reply as Reply<N> };
    const { error } = reply as {
      readonly error: { readonly code: string; readonly message: string; readonly cure: string };
    };
    return { status: response.status(), ok: false, code: error.code, message: error.message, cure: error.cure };
  }

  /** As `ask`, where anything but success means that the test itself is wrong. */
  async get<N extends RouteName>(name: N, asked: Asked<N> = {}): Promise<Reply<N>> {
    const answer = await this.ask(name, asked);
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${answer.code} ${answer.message}`);
    return answer.reply;
  }

  async connect(
    key: Key,
    more: {
      readonly venue?: Venue;
      readonly label?: string;
      readonly purpose?: 'watch' | 'trade';
      readonly confirmed?: Confirmed;
    } = {},
  ): Promise<Attempt> {
    const { venue = 'whitebit', label = 'Main', purpose = 'trade', confirmed = [] } = more;
    const sealed = await this.sealed(key, venue);
    const body = { requestId: newId(), venue, label, purpose, sealed, confirmed };
    return this.ended(await this.get('connections.connect', { body }));
  }

  async replace(
    connection: Connection,
    key: Key,
    more: { readonly purpose?: 'watch' | 'trade'; readonly confirmed?: Confirmed } = {},
  ): Promise<Attempt> {
    const { purpose = connection.purpose, confirmed = [] } = more;
    const body = { requestId: newId(), purpose, sealed: await this.sealed(key, connection.venue), confirmed };
    return this.ended(await this.get('connections.replaceKey', { params: { id: connection.id }, body }));
  }

  async check(connection: Connection): Promise<Attempt> {
    return this.ended(await this.get('connections.check', { params: { id: connection.id } }));
  }

  async sealed(key: Key, venue: Venue): Promise<Body<'connections.connect'>['sealed']> {
    const [session, custody] = await Promise.all([this.get('session.read'), this.get('custody.read')]);
    if (session.state !== 'signed-in' || custody.sealingKey === null) throw new Error('Nobody to seal for');
    const fields = [Buffer.from(key.apiKey), Buffer.from(key.secret)];
    return seal(custody.sealingKey, fields, `credentials|${session.user.id}|${venue}`);
  }

  async ended(begun: Attempt): Promise<Attempt> {
    let attempt = begun;
    await until(
      async () => {
        attempt = await this.get('attempts.read', { params: { id: begun.id } });
        return attempt.state !== 'running';
      },
      CHECKS_WITHIN_MS,
      () => JSON.stringify(attempt.steps),
    );
    return attempt;
  }

  async connections(): Promise<readonly Connection[]> {
    return this.get('connections.list');
  }

  async connection(id: string): Promise<Connection> {
    const found = (await this.connections()).find((one) => one.id === id);
    if (found === undefined) throw new Error(`No connection ${id}`);
    return found;
  }

  async removeAll(): Promise<void> {
    for (const { id } of await this.connections()) await this.get('connections.remove', { params: { id } });
  }
}

export function newId(): string {
  return Array.from(randomBytes(26), (byte) => ID_ALPHABET[byte & 31]).join('');
}
