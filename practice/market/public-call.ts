export type PublicAnswer = { readonly status: number; readonly body: unknown };

/** What every version's handlers get: the last part of the path where it names a market, and the query. */
export type PublicCall = { readonly argument: string; readonly query: URLSearchParams; readonly nowMs: number };

/** Handlers by path below `/api/vN/public/`. A key that ends in `/` takes one more path part as its argument. */
export type PublicRoutes = ReadonlyMap<string, (call: PublicCall) => PublicAnswer>;

export const ok = (body: unknown): PublicAnswer => ({ status: 200, body });

export const MARKET_UNAVAILABLE = 'Market is not available.';

/** A query value as a whole number: the default when absent, null when it is not one. */
export function wholeNumber(query: URLSearchParams, name: string, fallback: number): number | null {
  const text = query.get(name);
  if (text === null || text === '') return fallback;
  return /^-?\d{1,15}$/.test(text) ? Number(text) : null;
}
