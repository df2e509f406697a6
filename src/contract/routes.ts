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
 * scope:   what an API token needs to be let in; a route without one is closed to tokens
 */

export type Access = 'open' | 'unclaimed' | 'door' | 'user' | 'owner';
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
export type Scope = 'read' | 'trade' | 'halt';
export type Route = {
  readonly method: Method;
  readonly path: string;
  readonly access: Access;
  readonly stepUp?: true;
  readonly scope?: Scope;
};

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

  'markets.list': { method: 'GET', path: '/api/markets', access: 'user', scope: 'read' },
  'markets.candles': { method: 'GET', path: '/api/markets/:venue/:market/candles', access: 'user', scope: 'read' },
  'markets.book': { method: 'GET', path: '/api/markets/:venue/:market/book', access: 'user', scope: 'read' },
  'markets.trades': { method: 'GET', path: '/api/markets/:venue/:market/trades', access: 'user', scope: 'read' },
  'trading.list': { method: 'GET', path: '/api/trading', access: 'user', scope: 'read' },
  'trading.balances': { method: 'GET', path: '/api/trading/:id/balances', access: 'user', scope: 'read' },
  'trading.limits.read': { method: 'GET', path: '/api/trading/:id/limits', access: 'user', scope: 'read' },
  'trading.limits.write': { method: 'POST', path: '/api/trading/:id/limits', access: 'user', stepUp: true },
  'trading.policy.read': { method: 'GET', path: '/api/trading/:id/policy', access: 'user', scope: 'read' },
  'trading.policy.first': { method: 'POST', path: '/api/trading/:id/policy/first', access: 'user', stepUp: true },
  'trading.policy.propose': { method: 'POST', path: '/api/trading/:id/policy/propose', access: 'user', stepUp: true },
  'trading.policy.withdraw': { method: 'POST', path: '/api/trading/:id/policy/withdraw', access: 'user' },
  'orders.preview': { method: 'POST', path: '/api/orders/preview', access: 'user', scope: 'read' },
  'orders.place': { method: 'POST', path: '/api/orders', access: 'user', scope: 'trade' },
  'orders.list': { method: 'GET', path: '/api/orders', access: 'user', scope: 'read' },
  'orders.cancelAll': { method: 'POST', path: '/api/orders/cancel-all', access: 'user', scope: 'trade' },
  'orders.read': { method: 'GET', path: '/api/orders/:id/:order', access: 'user', scope: 'read' },
  'orders.move': { method: 'POST', path: '/api/orders/:id/:order/move', access: 'user', scope: 'trade' },
  'orders.cancel': { method: 'POST', path: '/api/orders/:id/:order/cancel', access: 'user', scope: 'trade' },
  'orders.declareAbsent': { method: 'POST', path: '/api/orders/:id/:order/declare-absent', access: 'user' },
  'fills.list': { method: 'GET', path: '/api/fills', access: 'user', scope: 'read' },
  'halt.read': { method: 'GET', path: '/api/halt', access: 'user', scope: 'read' },
  // The brake asks nothing. Going on is said on the machine itself, where the desk's process has no say.
  'halt.now': { method: 'POST', path: '/api/halt', access: 'user', scope: 'halt' },
  'watchlist.read': { method: 'GET', path: '/api/watchlist', access: 'user' },
  'watchlist.write': { method: 'POST', path: '/api/watchlist', access: 'user' },
  'tokens.list': { method: 'GET', path: '/api/tokens', access: 'user' },
  'tokens.create': { method: 'POST', path: '/api/tokens', access: 'user', stepUp: true },
  'tokens.revoke': { method: 'DELETE', path: '/api/tokens/:id', access: 'user' },

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
