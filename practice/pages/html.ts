/**
 * Markup that cannot be forgotten to be escaped: `html` escapes every value put into it, unless the value is itself
 * the result of `html`. There is no other way to make a `Html` from a text that a person typed.
 */

/** Markup that is safe to send: either written here in the source or escaped. */
export class Html {
  readonly text: string;
  /** Only `html` calls this. */
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

/** What may stand between `${` and `}`. `false`, `null` and `undefined` leave nothing; a list is put one after another. */
export type Part = Html | string | number | false | null | undefined | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe as text and inside a quoted attribute. NUL is dropped: parsers replace or cut at it, each in its own way. */
export function escapeHtml(text: string): string {
  return text.replaceAll('\0', '').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

function render(part: Part): string {
  if (part === false || part === null || part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return part.map(render).join('');
}

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0] ?? '';
  parts.forEach((part, index) => {
    text += render(part) + (strings[index + 1] ?? '');
  });
  return new Html(text);
}
