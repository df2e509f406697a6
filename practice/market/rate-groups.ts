/** A budget of requests per address; a request counts against every group it belongs to. */
export type RateGroup = { readonly name: string; readonly limit: number; readonly windowMs: number };

const TEN_SECONDS_MS = 10_000;
const group = (name: string, limit: number): RateGroup => ({ name, limit, windowMs: TEN_SECONDS_MS });

const V4_SCOPE = group('public-v4', 20_000);
const V1_SCOPE = group('public-v1', 1_000);
/** Older client code names 1 000 for v2 too; current documents are silent. */
const V2_SCOPE = group('public-v2', 1_000);
const ORDERBOOK_LIMIT = 600;
const ENDPOINT_LIMIT = 2_000;

/** The groups a public path counts against, narrowest first; empty for a path that is not public. */
export function publicRateGroups(path: string): readonly RateGroup[] {
  if (path.startsWith('/api/v1/public/')) return [V1_SCOPE];
  if (path.startsWith('/api/v2/public/')) return [V2_SCOPE];
  if (!path.startsWith('/api/v4/public/')) return [];
  const rest = path.slice('/api/v4/public/'.length);
  if (/^orderbook\/[^/]+$/.test(rest)) return [group('public-v4:orderbook', ORDERBOOK_LIMIT), V4_SCOPE];
  // The market in the path does not make a group of its own: the limit is per endpoint.
  const endpoint = /^(orderbook\/depth|trades|funding-history)\//.exec(rest)?.[1] ?? rest;
  return [group(`public-v4:${endpoint}`, ENDPOINT_LIMIT), V4_SCOPE];
}
