/** What is worth knowing of WhiteBIT beside its interface: facts for forms, hints and reminders. */

export const WHITEBIT = {
  name: 'WhiteBIT',
  origin: 'https://whitebit.com',
  /** The API page of the account, where **Endpoint access restrictions** are set. */
  keyPageUrl: 'https://whitebit.com/settings/api',
  /** Keys without an IP restriction switch themselves off after this many days unused (authentication page, FAQ). */
  idleDaysUntilOff: 14,
  /** Addresses that one key may be restricted to (five until April 2025). */
  ipAddressesMax: 50,
  keysMax: 50,
  /** How far back trades can be read. */
  historyReachDays: 183,
} as const;

/** Key and secret have the same shape: 32 hexadecimal digits [inferred from recorded keys; the documents do not say]. */
const HEX_32 = /^[0-9a-f]{32}$/i;

/** A hint for the form, never a reason to refuse: WhiteBIT may change its shape any day. */
export function looksLikeWhitebitKey(text: string): boolean {
  return HEX_32.test(text);
}
