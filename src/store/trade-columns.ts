/** What an exchange says, made fit for a column by which rows are looked up. The exact words stay in `data`. */

/** PostgreSQL takes no zero byte in text, and neither database takes half of a surrogate pair. */
export function columnText(text: string): string {
  return text.replaceAll('\u0000', '\ufffd').toWellFormed();
}

/** A time may come with fractions of milliseconds, or be no time at all. */
export function columnMs(ms: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.trunc(ms)));
}
