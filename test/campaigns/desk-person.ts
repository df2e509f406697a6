/** A person at the page, without the page: the same routes, the same cookie, the same sealing. */

import { randomBytes } from 'node:crypto';
import type { Body, Params, Query, Reply } from '../../src/contract/contract.ts';
import { ROUTES, type Route, type RouteName } from '../../src/contract/routes.ts';
import { idFrom, type UserId } from '../../src/core/ids.ts';
import { type Sealed, sealingContext } from '../../src/custody/protocol.ts';
import { seal } from '../../src/custody/sealing.ts';
import type { PracticeKey } from '../practice-api.ts';

const PASSWORD = 'gentle-anvil-tundra-93-kettle';
/** Proven anew this long before it would end. */
const STEP_UP_LEFT_MS = 60_000;
/** A check that takes longer than this hangs. */
const ATTEMPT_MS = 60_000;

export type Attempt = Reply<'attempts.read'>;
type Parts<N extends RouteName> = {
  readonly params?: Params<N>;
  readonly query?: Query<N>;
  readonly body?: Body<N>;
};

export class DeskRefusal extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(`${status} ${text}`);
    this.status = status;
  }
}

export class DeskPerson {
  readonly address: string;
  /** The bodies of every answer so far, for whoever looks for what must not be in them. */
  readonly heard: string[] = [];
  #cookie = '';
  #id = '';
  #stepUpUntilMs = 0;

  constructor(address: string) {
    this.address = address;
  }

  get cookie(): string {
    return this.#cookie;
  }

  async claim(code: string): Promise<void> {
    const session = await this.call('setup.claim', { body: { code, name: 'Owner', password: PASSWORD } });
    if (session.state !== 'signed-in') throw new Error(`The desk is ${session.state} after it was claimed`);
    this.#id = session.user.id;
    this.#stepUpUntilMs = session.stepUpUntilMs;
  }

  async call<N extends RouteName>(name: N, parts: Parts<N> = {}): Promise<Reply<N>> {
    const route: Route = ROUTES[name];
    const named = { ...(parts.params as Record<string, string> | undefined) };
    const path = route.path.replace(/:(\w+)/g, (_all, field: string) => encodeURIComponent(named[field] ?? ''));
    const query = parts.query === undefined ? '' : `?${new URLSearchParams(parts.query as Record<string, string>)}`;
    const sends = route.method === 'POST' || route.method === 'PATCH';
    const reply = await fetch(this.address + path + query, {
      method: route.method,
      headers: {
        Cookie: this.#cookie,
        Origin: this.address,
        'Sec-Fetch-Site': 'same-origin',
        ...(sends && { 'Content-Type': 'application/json' }),
      },
      ...(sends && { body: JSON.stringify(parts.body ?? {}) }),
      redirect: 'error',
    });
    const cookie = reply.headers.getSetCookie()[0]?.split(';')[0];
    if (cookie !== undefined) this.#cookie = cookie;
    const text = await reply.text();
    this.heard.push(text);
    if (!reply.ok) throw new DeskRefusal(reply.status, text);
    return (text === '' ? {} : JSON.parse(text)) as Reply<N>;
  }

  /** Begins to connect, as the button does. Resolves when the desk has taken the click. */
  async connect(key: PracticeKey, venue: 'whitebit' | 'practice', label = 'Main'): Promise<Attempt> {
    await this.#proveIfDue();
    const sealed = await this.seal(key, venue);
    const body = { requestId: newRequestId(), venue, label, purpose: 'trade', sealed, confirmed: [] } as const;
    return this.call('connections.connect', { body: { ...body, confirmed: [] } });
  }

  async replace(id: string, key: PracticeKey, venue: 'whitebit' | 'practice'): Promise<Attempt> {
    await this.#proveIfDue();
    const sealed = await this.seal(key, venue);
    const body = { requestId: newRequestId(), purpose: 'trade' as const, sealed };
    return this.call('connections.replaceKey', { params: { id }, body: { ...body, confirmed: ['same-account'] } });
  }

  async remove(id: string): Promise<void> {
    await this.#proveIfDue();
    await this.call('connections.remove', { params: { id } });
  }

  /** Until the attempt has ended, one way or another. */
  async ended(attempt: Attempt): Promise<Attempt> {
    const deadline = performance.now() + ATTEMPT_MS;
    let now = attempt;
    while (now.state === 'running') {
      if (performance.now() > deadline) throw new Error(`The attempt hangs: ${JSON.stringify(now)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now = await this.call('attempts.read', { params: { id: attempt.id } });
    }
    return now;
  }

  /** The page's part: sealed to custody's key before anything leaves. */
  async seal(key: PracticeKey, venue: 'whitebit' | 'practice'): Promise<Sealed> {
    const { sealingKey } = await this.call('custody.read');
    if (sealingKey === null) throw new Error('Custody has no sealing key');
    const context = sealingContext({ for: 'credentials', owner: this.#id as UserId, venue });
    return seal(sealingKey, [Buffer.from(key.apiKey), Buffer.from(key.secret)], context);
  }

  async #proveIfDue(): Promise<void> {
    if (Date.now() < this.#stepUpUntilMs - STEP_UP_LEFT_MS) return;
    const proven = await this.call('stepUp.prove', { body: { kind: 'password', password: PASSWORD } });
    this.#stepUpUntilMs = proven.stepUpUntilMs;
  }
}

function newRequestId(): string {
  return idFrom(randomBytes(26));
}
