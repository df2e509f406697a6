/** Which markets the private stream of an account is asked for. */

import { isLive } from '../../core/order.ts';
import type { AccountQuery } from '../../engine/account.ts';
import { EXTERNAL } from '../../engine/state.ts';

/** Custody follows so many for one account; trades and balances come of all markets, and snapshots tell of the rest. */
const FOLLOWED_MAX = 100;

/**
 * Those with live orders of ours, whatever may be placed in them now, and then those that may be traded. In custody's
 * order of the alphabet.
 */
export function marketsToFollow(traded: readonly string[], query: AccountQuery): readonly string[] {
  const live = query
    .orders()
    .flatMap(({ owner, status, market }) => (owner !== EXTERNAL && isLive(status) ? market : []));
  return [...new Set([...live, ...traded])].slice(0, FOLLOWED_MAX).sort();
}
