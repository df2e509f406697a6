import type { PracticeAccounts } from '../accounts/accounts.ts';
import { type Random, randomHex } from '../accounts/random.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { RateGroup } from '../market/rate-groups.ts';
import type { Market } from '../ports.ts';
import type { Answer, Call, Handler, Handlers } from './answer.ts';
import { invalid, json } from './answer.ts';
import { authError } from './auth-errors.ts';
import { codesHandlers } from './codes-api.ts';
import { collateralOrderHandlers } from './collateral-orders.ts';
import { feeHandlers } from './fees.ts';
import { laterListHandlers } from './later-lists.ts';
import { mainAccountHandlers } from './main-account.ts';
import { notHere } from './not-here.ts';
import { orderChangeHandlers } from './order-changes.ts';
import { orderHistoryHandlers } from './order-history.ts';
import { orderListHandlers } from './order-lists.ts';
import { orderHandlers } from './orders.ts';
import { decimalOf, Faults, integerOf, present } from './parameters.ts';
import { ENDPOINT_GROUPS } from './permission-groups.ts';
import { privateRateGroups } from './rate-limits.ts';
import type { WebsocketTokens } from './tokens.ts';
import { tradeAccountHandlers } from './trade-account.ts';

/** Every private endpoint: what guards it and who answers. The one table the router reads. */

export type Endpoint = {
  readonly guard: string;
  readonly handler: Handler;
  readonly rateGroups: readonly RateGroup[];
};

export interface Endpoints {
  find(path: string): Endpoint | null;
  /** Exact paths; families such as `/api/v4/mining/*` as they are spelt in the groups. */
  readonly paths: readonly string[];
}

export type EndpointParts = {
  readonly accounts: PracticeAccounts;
  readonly market: Market;
  readonly exchange: DurableExchange;
  readonly tokens: WebsocketTokens;
  readonly random: Random;
};

const JWT_LIFE_SEC = 3600;

export function createEndpoints(parts: EndpointParts): Endpoints {
  const businessOnly: Handler = ({ path }) => authError('business-only', path);
  const families: Record<string, Handler> = {};
  const exact: Record<string, Handler> = {
    ...mainAccountHandlers(parts),
    ...codesHandlers(parts.accounts),
    ...feeHandlers(parts),
    ...tradeAccountHandlers(parts),
    ...orderHandlers(parts.exchange),
    ...orderChangeHandlers(parts.exchange),
    ...orderListHandlers(parts.exchange),
    ...orderHistoryHandlers(parts.exchange),
    ...collateralOrderHandlers(parts.exchange),
    ...laterListHandlers(parts.exchange),
    ...profileHandlers(parts),
    ...laterHandlers(parts),
  };
  for (const { group, endpoints } of ENDPOINT_GROUPS) {
    if (group !== 'sub-accounts' && group !== 'mining' && group !== 'credit-line') continue;
    for (const path of endpoints) (path.endsWith('/*') ? families : exact)[path] = businessOnly;
  }
  for (const family of ['smart', 'smart-flex']) families[`/api/v4/main-account/${family}/*`] = businessOnly;

  const byPath = new Map(Object.entries(exact).map(([path, handler]) => [path, endpointOf(path, handler)]));
  const byPrefix = Object.entries(families).map(([guard, handler]) => ({
    ...endpointOf(guard, handler),
    prefix: guard.slice(0, -1),
  }));
  return {
    find: (path) =>
      byPath.get(path) ?? byPrefix.find(({ prefix }) => path.startsWith(prefix) && path.length > prefix.length) ?? null,
    paths: [...byPath.keys(), ...Object.keys(families)].sort(),
  };
}

function endpointOf(guard: string, handler: Handler): Endpoint {
  return { guard, handler, rateGroups: privateRateGroups(guard) };
}

function profileHandlers({ tokens, random }: EndpointParts): Handlers {
  return {
    '/api/v4/profile/websocket_token': ({ account }) => json(200, { websocket_token: tokens.issue(account.id) }),
    // Nothing here takes this token: on the real exchange it serves services of the web page.
    '/api/v4/jwt': ({ nowMs }) =>
      json(200, { data: { token: randomHex(random, 32), expires_at: Math.floor(nowMs / 1000) + JWT_LIFE_SEC } }),
  };
}

/** Functions that come later: what is missing is said as the exchange says it, a complete request is told so. */
function laterHandlers({ market }: EndpointParts): Handlers {
  const later =
    (status: number, code: number, required: readonly string[], check?: (call: Call) => Answer | null): Handler =>
    (call) => {
      const faults = new Faults();
      for (const name of required) if (!present(call.params, name)) faults.add(name, `The ${name} field is required.`);
      if (faults.any) return invalid(status, code, faults.errors);
      return check?.(call) ?? notHere(call);
    };
  const estimate = ({ params }: Call): Answer | null => {
    const faults = new Faults();
    for (const name of ['from', 'to'] as const)
      if (market.asset(String(params[name])) === null) faults.add(name, `The selected ${name} is invalid.`);
    if (params.direction !== 'from' && params.direction !== 'to')
      faults.add('direction', 'The selected direction is invalid.');
    if ((decimalOf(params.amount)?.sign() ?? 0) <= 0) faults.add('amount', 'The amount must be greater than 0.');
    return faults.any ? invalid(422, 30, faults.errors) : null;
  };
  return {
    '/api/v4/convert/estimate': later(422, 30, ['from', 'to', 'direction', 'amount'], estimate),
    '/api/v4/convert/confirm': later(422, 30, ['quoteId'], () =>
      // No quote is ever given, so none is found.
      invalid(400, 24, { convert: ['quote not found.'] }),
    ),
    '/api/v4/convert/history': ({ params }) =>
      json(200, {
        records: [],
        total: 0,
        limit: integerOf(params.limit) ?? 100,
        offset: integerOf(params.offset) ?? 0,
      }),
    '/api/v4/main-account/fiat-deposit-url': later(400, 0, ['ticker', 'provider', 'amount', 'uniqueId'], () =>
      invalid(400, 0, { ticker: ['The selected ticker is invalid.'] }),
    ),
    '/api/v4/main-account/refund-deposit': later(400, 0, ['id'], () =>
      json(404, { code: 0, message: 'Deposit not found' }),
    ),
  };
}
