/** Tables for people: columns by width, numbers by their decimal point, no lines. */

import { columns, plain } from './plain-text.ts';

export type Column<Row> = {
  readonly title: string;
  /** `decimal` puts the points of a column beneath each other, so that sizes can be compared at a glance. */
  readonly align?: 'left' | 'right' | 'decimal';
  readonly text: (row: Row) => string;
};

const GAP = '  ';

/** Lines without trailing spaces; the first is the header. Every cell is made harmless here (`plain`). */
export function table<Row>(rows: readonly Row[], layout: readonly Column<Row>[], strong: (text: string) => string) {
  const cells = layout.map((column) => {
    const texts = rows.map((row) => plain(column.text(row)));
    return column.align === 'decimal' ? alignPoints(texts) : texts;
  });
  const widths = layout.map((column, index) =>
    Math.max(columns(column.title), ...(cells[index] ?? []).map((cell) => columns(cell))),
  );
  const line = (parts: readonly string[]): string =>
    parts
      .map((part, index) => pad(part, widths[index] ?? 0, layout[index]?.align ?? 'left'))
      .join(GAP)
      .trimEnd();
  return [
    strong(line(layout.map((column) => column.title))),
    ...rows.map((_row, index) => line(cells.map((column) => column[index] ?? ''))),
  ];
}

/** Names and what they are, two columns; an entry with an empty value is left out. */
export function facts(entries: readonly (readonly [name: string, value: string])[]): string[] {
  const shown = entries.filter(([, value]) => value !== '');
  const width = Math.max(0, ...shown.map(([name]) => columns(name)));
  return shown.map(([name, value]) => `${name}${' '.repeat(width - columns(name))}${GAP}${plain(value)}`);
}

const NUMBER = /^-?\d[\d ]*(\.\d+)?/;

/** Pads each number on the right so that all points share one column; words such as "unknown" stay flush right. */
function alignPoints(texts: readonly string[]): string[] {
  const fractions = texts.map((text) => {
    const number = NUMBER.exec(text)?.[0];
    return number === undefined ? null : text.length - (number.includes('.') ? number.indexOf('.') : number.length);
  });
  const longest = Math.max(0, ...fractions.map((length) => length ?? 0));
  return texts.map((text, index) => {
    const length = fractions[index];
    return length === null || length === undefined ? text : text + ' '.repeat(longest - length);
  });
}

function pad(text: string, width: number, align: 'left' | 'right' | 'decimal'): string {
  const space = ' '.repeat(Math.max(0, width - columns(text)));
  return align === 'left' ? text + space : space + text;
}
