/** Text for a terminal: without what could steer it, and measured in columns. */

/**
 * Labels and an exchange's own words come from outside. A control or direction character in them could move the cursor,
 * recolour or reorder what a person reads, so each is shown as a question mark; line breaks become spaces.
 */
export function plain(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ').replace(/[\p{C}\u2028\u2029]/gu, '?');
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Two columns in every terminal we know of: emoji, and the scripts whose letters are square. */
const WIDE =
  /\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303e\uff01-\uff60]/u;

/** Columns that a terminal gives to this text. */
export function columns(text: string): number {
  let total = 0;
  for (const { segment } of graphemes.segment(text)) total += WIDE.test(segment) ? 2 : 1;
  return total;
}
