/** Who is asking, and whether the route is for them. */

import type { FastifyRequest } from 'fastify';
import type { Access, Route, RouteName, Scope } from '../contract/routes.ts';
import { Refusal } from '../shell/refusal.ts';
import { askedUser, type CliDoor } from './cli-door.ts';
import { tokenIn } from './cookie.ts';
import type { SignedIn, TokenUse } from './handler.ts';
import { deviceOf, networkOf, type Peer } from './people/peer.ts';
import type { People } from './people/people.ts';
import type { Session } from './people/sessions.ts';
import { isClaimed, type User, userById, userByName } from './people/users.ts';
import type { Site } from './site.ts';

export type Visit = { readonly signedIn: SignedIn | null; readonly pending: Session | null; readonly peer: Peer };

/** What the command line on this machine may do; accounts, factors and people are not among it. */
export const COMMAND_LINE_ROUTES: ReadonlySet<RouteName> = new Set<RouteName>([
  'session.read',
  'exchanges.list',
  'exchanges.guide',
  'connections.list',
  'connections.connect',
  'connections.replaceKey',
  'connections.check',
  'connections.refresh',
  'connections.rename',
  'connections.remove',
  'attempts.read',
  'balances.list',
  'overview.read',
  'custody.read',
  'audit.list',
  'audit.verify',
  'settings.read',
  'markets.list',
  'markets.candles',
  'markets.book',
  'markets.trades',
  'trading.list',
  'trading.balances',
  'trading.limits.read',
  'trading.limits.write',
  'trading.policy.read',
  'trading.policy.first',
  'trading.policy.propose',
  'trading.policy.withdraw',
  'orders.preview',
  'orders.place',
  'orders.list',
  'orders.cancelAll',
  'orders.read',
  'orders.move',
  'orders.cancel',
  'orders.declareAbsent',
  'fills.list',
  'halt.read',
  'halt.now',
  'watchlist.read',
  'watchlist.write',
]);

/** A program's token: no browser sends this header by itself, so nothing of a page's rules applies. */
const BEARER = /^Bearer(?:\s+(.*))?$/is;

export class AccessControl {
  readonly #people: People;
  readonly #site: () => Site;
  readonly #door: CliDoor | null;

  constructor(parts: { people: People; site: () => Site; door: CliDoor | null }) {
    this.#people = parts.people;
    this.#site = parts.site;
    this.#door = parts.door;
  }

  /** The address, believing a forwarded one only from the configured proxy; the last hop is the one the proxy saw. */
  peer(request: FastifyRequest): Peer {
    const address = this.#forwarded(request) ?? plain(request.socket.remoteAddress ?? '');
    return { address, device: deviceOf(request.headers['user-agent']) };
  }

  /** From this machine itself. What came through a proxy that does not say from where may have come from anywhere. */
  isNear(request: FastifyRequest): boolean {
    if (this.#isProxied(request) && this.#forwarded(request) === null) return false;
    return /^127\.|^::1$/.test(this.peer(request).address);
  }

  #isProxied(request: FastifyRequest): boolean {
    const { proxyAddress } = this.#site();
    return proxyAddress !== null && plain(request.socket.remoteAddress ?? '') === plain(proxyAddress);
  }

  #forwarded(request: FastifyRequest): string | null {
    if (!this.#isProxied(request)) return null;
    const forwarded = request.headers['x-forwarded-for'];
    const last = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',').at(-1)?.trim() ?? '';
    return /^[0-9a-fA-F.:]{2,45}$/.test(last) ? plain(last) : null;
  }

  isCommandLine(request: FastifyRequest): boolean {
    return this.#door?.admitted(request.raw) === true;
  }

  /** A program with a token, right or wrong. Whoever says so is judged by the token alone. */
  isProgram(request: FastifyRequest): boolean {
    return bearerOf(request) !== null;
  }

  /** Throws the refusal. */
  async admit(request: FastifyRequest, name: string, route: Route): Promise<Visit> {
    const peer = this.peer(request);
    const visit = this.isCommandLine(request)
      ? await this.#commandLineRoute(request, name, peer)
      : this.isProgram(request)
        ? await this.#program(request, peer)
        : await this.#browser(request, peer);
    const token = visit.signedIn?.token ?? null;
    if (token !== null) mustHave(token, route.scope);
    await this.#allow(route.access, visit);
    if (route.stepUp === true) this.#requireStepUp(visit);
    return visit;
  }

  /** The signed-in person behind a cookie, or null. */
  async signedIn(request: FastifyRequest): Promise<SignedIn | null> {
    if (this.isProgram(request)) return null;
    return (await this.#browser(request, this.peer(request))).signedIn;
  }

  /** Who opens the live line: a page, the command line, or a program whose token may read. Throws the refusal. */
  async listener(request: FastifyRequest): Promise<SignedIn> {
    const peer = this.peer(request);
    const visit = this.isCommandLine(request)
      ? await this.#commandLine(request, peer)
      : this.isProgram(request)
        ? await this.#program(request, peer)
        : await this.#browser(request, peer);
    const { signedIn } = visit;
    if (signedIn === null) throw new Refusal('not_signed_in', 'Nobody is signed in.', 'Log in.');
    if (signedIn.token !== null) mustHave(signedIn.token, 'read');
    return signedIn;
  }

  async #program(request: FastifyRequest, peer: Peer): Promise<Visit> {
    if (tokenIn(request.headers.cookie, this.#site()) !== null) {
      throw new Refusal(
        'bad_request',
        'The request carries a token and a session at once.',
        'Send the token alone, from a program that keeps no cookies.',
      );
    }
    const text = bearerOf(request) ?? '';
    // A script whose variable is not set: nothing was guessed, so nothing is slowed down.
    if (text === '')
      throw new Refusal('not_signed_in', 'There is no token behind “Bearer”.', 'Put one there: it begins with gap_.');
    const token = await this.#people.tokens.find(text);
    const user = token === null ? undefined : await userById(this.#people.database, token.owner);
    if (token === null || user === undefined) {
      this.#slowDown(peer);
      throw new Refusal(
        'not_signed_in',
        'This token is not known here; it may have been revoked, or run out.',
        'Make a new one on the page: Settings → API tokens.',
      );
    }
    return { signedIn: { user, session: null, token }, pending: null, peer };
  }

  /** By place and apart from logins: a program that goes on with a dead token keeps nobody out. */
  #slowDown({ address }: Peer): void {
    try {
      this.#people.throttle.admit({ account: `token ${networkOf(address)}`, address }, 'account');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const cause = 'Too many requests with a token that is not known here.';
      const { code, retryAfterMs } = error;
      throw new Refusal(code, cause, 'Give the program a token that is.', { retryAfterMs });
    }
  }

  async #browser(request: FastifyRequest, peer: Peer): Promise<Visit> {
    const token = tokenIn(request.headers.cookie, this.#site());
    const session = token === null ? null : await this.#people.sessions.find(token);
    if (session === null) return { signedIn: null, pending: null, peer };
    if (session.stage === 'second-factor') return { signedIn: null, pending: session, peer };
    const user = await userById(this.#people.database, session.user_id);
    return { signedIn: user === undefined ? null : { user, session, token: null }, pending: null, peer };
  }

  #commandLineRoute(request: FastifyRequest, name: string, peer: Peer): Promise<Visit> {
    if (!COMMAND_LINE_ROUTES.has(name as RouteName)) {
      throw new Refusal('not_allowed', 'The command line cannot do this.', 'Open the page and do it there.');
    }
    return this.#commandLine(request, peer);
  }

  async #commandLine(request: FastifyRequest, peer: Peer): Promise<Visit> {
    const wanted = askedUser(request.raw);
    const user = wanted === null ? await this.#owner() : await userByName(this.#people.database, wanted);
    if (user === undefined && wanted !== null) {
      throw new Refusal('not_found', 'Nobody here has that name.', 'Give the name as it is used to log in.');
    }
    return { signedIn: user === undefined ? null : { user, session: null, token: null }, pending: null, peer };
  }

  #owner(): Promise<User | undefined> {
    return this.#people.database.selectFrom('users').selectAll().where('role', '=', 'owner').executeTakeFirst();
  }

  async #allow(access: Access, visit: Visit): Promise<void> {
    switch (access) {
      case 'open':
        return;
      case 'unclaimed':
        // The handler itself decides the race; here it is only said in time.
        if (await isClaimed(this.#people.database)) {
          throw new Refusal(
            'already_claimed',
            'This desk has an owner already.',
            'Log in, or ask the owner for an invitation.',
          );
        }
        return;
      case 'door':
        return this.#requireClaimed();
      case 'user':
      case 'owner':
        await this.#requireClaimed();
        if (visit.signedIn === null) throw new Refusal('not_signed_in', 'Nobody is signed in.', 'Log in.');
        if (access === 'owner' && visit.signedIn.user.role !== 'owner') {
          throw new Refusal('not_allowed', 'Only the owner of this desk can do this.', 'Ask the owner.');
        }
        return;
    }
  }

  async #requireClaimed(): Promise<void> {
    if (await isClaimed(this.#people.database)) return;
    throw new Refusal(
      'unclaimed',
      'This desk has no owner yet.',
      'Open the page and enter the setup code from the terminal.',
    );
  }

  /** Whoever can read the token of the command line can read the whole data folder: there is nothing above it to prove. */
  #requireStepUp(visit: Visit): void {
    const session = visit.signedIn?.session;
    if (session === null) return;
    if (session !== undefined && this.#people.clock.nowMs() < session.step_up_until_ms) return;
    throw new Refusal(
      'step_up_required',
      'This needs a fresh proof that it is you.',
      'Confirm with your authenticator, a passkey or your password, then it goes on.',
    );
  }
}

/** What stands behind "Bearer", or null for a request that brings no token. */
function bearerOf(request: FastifyRequest): string | null {
  const said = BEARER.exec(request.headers.authorization ?? '');
  return said === null ? null : (said[1]?.trim() ?? '');
}

/** Throws the refusal. A route that names no scope is closed to tokens, whatever they may do. */
function mustHave(token: TokenUse, scope: Scope | undefined): void {
  if (scope === undefined) {
    const cure = 'Do it on the page, signed in.';
    throw new Refusal('not_allowed', 'No token can do this.', cure);
  }
  if (token.scopes.includes(scope)) return;
  const cure = `Make a token with the scope “${scope}” on the page: Settings → API tokens.`;
  throw new Refusal('not_allowed', `This token lacks the scope “${scope}”.`, cure);
}

function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
