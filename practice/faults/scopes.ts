import type { ParameterName } from './parameters.ts';

/** What most switches of a kind listen to, and where they strike. */

export const WHICH: readonly ParameterName[] = ['email', 'apiKey', 'path', 'market', 'probability', 'count', 'seed'];
export const ASKED: readonly ParameterName[] = ['path', 'market', 'probability', 'count', 'seed'];
export const HEARD: readonly ParameterName[] = ['email', 'channel', 'market', 'probability', 'count', 'seed'];

/** Everything that makes, changes or cancels orders. */
export const ORDER_PATHS = ['/api/v4/order/'] as const;
/** Those that make one order each. */
export const PLACING_PATHS: readonly string[] = ['new', 'market', 'stock_market', 'stop_limit', 'stop_market'].map(
  (name) => `/api/v4/order/${name}`,
);
