/** What is worth knowing of WhiteBIT beside its interface: facts for forms, guides and reminders. */

import type { VenueProfile } from '../../core/report.ts';

export const WHITEBIT = {
  name: 'WhiteBIT',
  origin: 'https://whitebit.com',
  /** The API page of the account, where **Endpoint access restrictions** are set. */
  keyPagePath: '/settings/api',
  /** Keys without an IP restriction switch themselves off after this many days unused (authentication page, FAQ). */
  idleDaysUntilOff: 14,
  /** Addresses that one key may be bound to (five until April 2025). */
  ipAddressesMax: 50,
  /** Trades of the last six months can be read, which are 181 to 184 days; about half a year. */
  historyReachDays: 183,
  /**
   * Key and secret: 32 hexadecimal digits each [inferred from recorded keys; no document says so]. For hints, never
   * for refusing: the shape may change any day.
   */
  keyShape: '^[0-9a-fA-F]{32}$',
} as const;

/** What the engine has to know of WhiteBIT's orders. */
export const WHITEBIT_ORDERS: VenueProfile = {
  /**
   * With a nonce window a request counts within five seconds of the exchange's clock, on either side. Ours may be ahead
   * of it by as much, and then the request lives that much longer by our clock.
   */
  validityMs: 10_000,
  /** Orders show up in its lists in well under a second [inferred]; a busy exchange may be slower. */
  settleMs: 2_000,
  /** Since 22 April 2026; before, an id could never be used again. */
  uniqueness: 'open-only-per-market',
  /** Since February 2025. */
  buyFeeFrom: 'base',
};
