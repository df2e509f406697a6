/** Tables for a spreadsheet: comma separated, one header line, lines end as RFC 4180 says. */

export type CsvCell = { readonly kind: 'number' | 'text'; readonly text: string };

/** Digits that were made here, exact: they stay as they are. */
export function number(text: string): CsvCell {
  return { kind: 'number', text };
}

export function words(text: string): CsvCell {
  return { kind: 'text', text };
}

/** A spreadsheet takes a text that begins so for a formula; an apostrophe before it makes it a text again. */
const FORMULA_START = /^[=+\-@\t\r\n]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

export function csvText(header: readonly string[], rows: Iterable<readonly CsvCell[]>): string {
  const lines = [header.join(',')];
  for (const row of rows) lines.push(row.map(field).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function field({ kind, text }: CsvCell): string {
  if (kind === 'number' && (NUMBER.test(text) || text === '')) return text;
  const safe = FORMULA_START.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
