/**
 * Every route of the desk as plain data: what the page, the command line, the server and the tests agree on. No zod
 * here, so that the page carries none. The schemas stand beside this file; `contract.ts` ties them together.
 *
 * access:  `open`      answers anybody, claimed or not (health, session state, the page)
 *          `unclaimed` only before the desk is claimed
 *          `door`      claimed, nobody signed in yet (logging in, accepting an invitation)
 *          `user`      a signed-in person, for their own rows
 *          `owner`     the person who claimed the desk
 * stepUp:  the second look: password or factor proven at most five minutes ago
 */

export type Access = 'open' | 'unclaimed' | 'door' | 'user' | 'owner';
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
export type Route = { readonly method: Method; readonly path: string; readonly access: Access; readonly stepUp?: true };

export const ROUTES = {
  'session.read': { method: 'GET', path: '/api/session', access: 'open' },
  'setup.claim': { method: 'POST', path: '/api/setup', access: 'unclaimed' },
  'login.password': { method: 'POST', path: '/api/login', access: 'door' },
  'login.factor': { method: 'POST', path: '/api/login/factor', access: 'door' },
  'login.passkey.options': { method: 'POST', path: '/api/login/passkey/options', access: 'door' },
  'login.passkey': { method: 'POST', path: '/api/login/passkey', access: 'door' },
  'invite.accept': { method: 'POST', path: '/api/invite/accept', access: 'door' },
  logout: { method: 'POST', path: '/api/logout', access: 'user' },
  'stepUp.prove': { method: 'POST', path: '/api/step-up', access: 'user' },
  'stepUp.passkey.options': { method: 'POST', path: '/api/step-up/passkey/options', access: 'user' },
  'stepUp.passkey': { method: 'POST', path: '/api/step-up/passkey', access: 'user' },

  'sessions.list': { method: 'GET', path: '/api/sessions', access: 'user' },
  'sessions.revoke': { method: 'DELETE', path: '/api/sessions/:id', access: 'user' },
  'sessions.revokeOthers': { method: 'POST', path: '/api/sessions/revoke-others', access: 'user' },
  'factors.read': { method: 'GET', path: '/api/factors', access: 'user' },
  'factors.password': { method: 'POST', path: '/api/factors/password', access: 'user', stepUp: true },
  'factors.totp.start': { method: 'POST', path: '/api/factors/totp/start', access: 'user', stepUp: true },
  'factors.totp.confirm': { method: 'POST', path: '/api/factors/totp/confirm', access: 'user', stepUp: true },
  'factors.totp.remove': { method: 'DELETE', path: '/api/factors/totp', access: 'user', stepUp: true },
  'factors.recovery.renew': { method: 'POST', path: '/api/factors/recovery', access: 'user', stepUp: true },
  'factors.passkey.options': { method: 'POST', path: '/api/factors/passkeys/options', access: 'user', stepUp: true },
  'factors.passkey.add': { method: 'POST', path: '/api/factors/passkeys', access: 'user', stepUp: true },
  'factors.passkey.remove': { method: 'DELETE', path: '/api/factors/passkeys/:id', access: 'user', stepUp: true },
  'security.events': { method: 'GET', path: '/api/security/events', access: 'user' },

  'users.list': { method: 'GET', path: '/api/users', access: 'owner' },
  'users.invite': { method: 'POST', path: '/api/users/invite', access: 'owner', stepUp: true },
  'users.remove': { method: 'DELETE', path: '/api/users/:id', access: 'owner', stepUp: true },

  'exchanges.list': { method: 'GET', path: '/api/exchanges', access: 'user' },
  'exchanges.guide': { method: 'GET', path: '/api/exchanges/:venue/guide', access: 'user' },
  'connections.list': { method: 'GET', path: '/api/connections', access: 'user' },
  'connections.connect': { method: 'POST', path: '/api/connections', access: 'user', stepUp: true },
  'connections.replaceKey': { method: 'POST', path: '/api/connections/:id/key', access: 'user', stepUp: true },
  'connections.check': { method: 'POST', path: '/api/connections/:id/check', access: 'user' },
  'connections.refresh': { method: 'POST', path: '/api/connections/:id/refresh', access: 'user' },
  'connections.rename': { method: 'PATCH', path: '/api/connections/:id', access: 'user' },
  'connections.remove': { method: 'DELETE', path: '/api/connections/:id', access: 'user', stepUp: true },
  'attempts.read': { method: 'GET', path: '/api/attempts/:id', access: 'user' },
  'balances.list': { method: 'GET', path: '/api/balances', access: 'user' },
  'overview.read': { method: 'GET', path: '/api/overview', access: 'user' },

  'custody.read': { method: 'GET', path: '/api/custody', access: 'user' },
  'custody.lock': { method: 'POST', path: '/api/custody/lock', access: 'owner' },
  // Locking is the brake and asks nothing. Unlocking with a key file needs no passphrase, so it needs the person.
  'custody.unlock': { method: 'POST', path: '/api/custody/unlock', access: 'owner', stepUp: true },
  'audit.list': { method: 'GET', path: '/api/audit', access: 'user' },
  'audit.verify': { method: 'POST', path: '/api/audit/verify', access: 'owner' },

  'settings.read': { method: 'GET', path: '/api/settings', access: 'user' },
  'settings.write': { method: 'PATCH', path: '/api/settings', access: 'user' },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;

/** The one WebSocket of a tab. Same cookie, same Origin check as every route. */
export const LIVE_PATH = '/api/live';
