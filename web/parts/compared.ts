import { compareText } from '../format/number.ts';

const isDigits = (text: string): boolean => /^-?\d/.test(text);

/** In the order of a column: digits by their value, words by their letters. */
export function compared(left: unknown, right: unknown): number {
  const a = String(left);
  const b = String(right);
  return isDigits(a) && isDigits(b) ? compareText(a, b) : a.localeCompare(b);
}
