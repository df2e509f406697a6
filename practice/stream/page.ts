import { isWhole } from './protocol.ts';

/** Documented for all three private queries. */
const LIMIT_MAX = 100;

/** Offset and limit, the last two of three parameters; null where they are none. */
export function pageOf(params: readonly unknown[]): { readonly offset: number; readonly limit: number } | null {
  const [, offset, limit] = params;
  if (params.length !== 3 || !isWhole(offset) || !isWhole(limit)) return null;
  return offset >= 0 && limit >= 1 && limit <= LIMIT_MAX ? { offset, limit } : null;
}
