/** What is worth knowing of WhiteBIT beside its interface: facts for forms, guides and reminders. */

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
