/** What the description of the API says beside its routes: how to come in, and what a refusal means. */

import type { Route } from '../contract/routes.ts';
import { ORDER_CODES, PROBLEM_CODES } from '../shell/refusal.ts';

export const SECURITY_SCHEMES = {
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'gap_<id>_<secret>',
    description:
      'Made on the page under Settings → API tokens, shown once. Bound to scopes (read, trade, halt), and to markets and connections where its person said so. It can never change tokens, keys, policy or people.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'gapless',
    description: 'The cookie of the page; its name depends on where the desk stands.',
  },
} as const;

export const API_DESCRIPTION = [
  'Everything the page can do. Programs come in with a token: `Authorization: Bearer gap_…`.',
  'Amounts and prices are exact texts of plain digits; times are milliseconds since 1970, UTC.',
  'Every refusal is `{ error: { code, message, cure, field, confirm, requestId, retryAfterMs } }`; `code` is stable:',
  `${[...PROBLEM_CODES].join(', ')}.`,
  'Orders are refused with:',
  `${[...ORDER_CODES].join(', ')}.`,
].join('\n\n');

export function securityOf(route: Pick<Route, 'access' | 'scope'>): Record<string, string[]>[] {
  if (route.access !== 'user' && route.access !== 'owner') return [];
  return route.scope === undefined ? [{ session: [] }] : [{ token: [] }, { session: [] }];
}
