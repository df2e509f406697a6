import type { MarketStatus } from '../engine/market-spec.ts';

/** What a person has to know about a market before an order is sent to it; null where it takes every order. */
export function statusWords(status: MarketStatus | null): string | null {
  switch (status) {
    case 'halted':
      return 'Halted: no orders are taken, open ones can be cancelled.';
    case 'post-only':
      return 'Post only: orders that would trade at once are refused.';
    case 'delisted':
      return 'Delisted: no longer traded, its orders were cancelled.';
    case 'open':
    case null:
      return null;
  }
}
