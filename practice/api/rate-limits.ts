import type { RateGroup } from '../market/rate-groups.ts';
import type { Clock } from '../ports.ts';

/** Budgets of the private endpoints, per address. A request counts against every group it belongs to. */

const group = (name: string, limit: number, windowMs = 10_000): RateGroup => ({ name, limit, windowMs });

const DEFAULT = group('default', 10_000);
const TRADE_READ = group('trade-read', 12_000);
const ORDERS = group('orders', 10_000);
const MAIN = group('main-account', 1_000);
const MAIN_HISTORY = group('main-history', 200);
const CODES_APPLY = group('codes-apply', 60, 1_000);
const COLLATERAL_SETTINGS = group('collateral-settings', 1_000);
const WEBSOCKET_TOKEN = group('websocket-token', 10, 60_000);

const MAIN_SCOPE = /^\/api\/v4\/(main-account|sub-account|mining)(\/|$)/;
const SETTINGS = /^\/api\/v4\/collateral-account\/(leverage|hedge-mode\/update)$/;
const ORDER_SCOPE = /^\/api\/v4\/(order|convert)\/|^\/api\/v4\/collateral-account\/position\/close$/;
const READ_SCOPE =
  /^\/api\/v4\/(trade-account|collateral-account)\/|^\/api\/v4\/(orders|oco-orders|conditional-orders)$/;

/** Unknown paths share the default budget, so that a path of chance is no way around it. */
export function privateRateGroups(path: string): readonly RateGroup[] {
  if (path === '/api/v4/main-account/history') return [MAIN_HISTORY, MAIN];
  if (path === '/api/v4/main-account/codes/apply') return [CODES_APPLY, MAIN];
  if (path === '/api/v4/profile/websocket_token') return [WEBSOCKET_TOKEN];
  if (MAIN_SCOPE.test(path)) return [MAIN];
  if (SETTINGS.test(path)) return [COLLATERAL_SETTINGS];
  if (ORDER_SCOPE.test(path)) return [ORDERS];
  if (READ_SCOPE.test(path)) return [TRADE_READ];
  return [DEFAULT];
}

export interface RateLimiter {
  /** False where one of the groups is used up in its running window; nothing is counted then. */
  take(address: string, groups: readonly RateGroup[]): boolean;
}

/** More addresses than a loopback interface ever sees; past it the oldest windows are forgotten. */
const WINDOWS_MAX = 10_000;

/** Fixed windows that begin with the first request in them. Rejected requests are neither queued nor counted. */
export function createRateLimiter(clock: Clock): RateLimiter {
  const windows = new Map<string, { startMs: number; used: number }>();

  function running(address: string, { name, windowMs }: RateGroup, nowMs: number): { startMs: number; used: number } {
    const id = `${name} ${address}`;
    const known = windows.get(id);
    if (known !== undefined && nowMs - known.startMs < windowMs) return known;
    const fresh = { startMs: nowMs, used: 0 };
    windows.delete(id);
    windows.set(id, fresh);
    const oldest = windows.keys().next().value;
    if (windows.size > WINDOWS_MAX && oldest !== undefined) windows.delete(oldest);
    return fresh;
  }

  return {
    take(address, groups) {
      const nowMs = clock.nowMs();
      const states = groups.map((one) => ({ limit: one.limit, window: running(address, one, nowMs) }));
      if (states.some(({ limit, window }) => window.used >= limit)) return false;
      for (const { window } of states) window.used += 1;
      return true;
    },
  };
}

/** For clients that measure how fast the exchange is rather than how it refuses. */
export const noRateLimits: RateLimiter = { take: () => true };
