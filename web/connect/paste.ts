/** What comes out of a clipboard is rarely just the key: spaces, line breaks, quotes, invisible marks, both at once. */

/** Format characters: zero-width and direction marks, byte order mark, soft hyphen; and what joins or varies glyphs. */
const INVISIBLE = /[\s\p{Cf}\p{Cc}]|\u034f|\ufe0e|\ufe0f/gu;
const QUOTES = /^["'`\u201c\u201d\u2018\u2019]+|["'`\u201c\u201d\u2018\u2019,;]+$/g;
const LABEL = /^(?:api|secret|private|public|access)?[\s_-]*(?:key|secret)[\s_-]*(?:key)?\s*[:=]\s*/i;

/** One value without what no key can contain. */
export function cleanKey(text: string): string {
  return text.replace(INVISIBLE, '').replace(QUOTES, '');
}

export type Pasted = { readonly key: string; readonly secret: string };

const KEY_NAMES = ['apikey', 'api_key', 'key', 'publickey', 'public_key'];
const SECRET_NAMES = ['secret', 'secretkey', 'secret_key', 'apisecret', 'api_secret', 'privatekey', 'private_key'];

function fromJson(text: string): Pasted | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const named = (names: readonly string[]): string => {
    for (const [name, value] of Object.entries(parsed))
      if (typeof value === 'string' && names.includes(name.toLowerCase())) return cleanKey(value);
    return '';
  };
  const pair = { key: named(KEY_NAMES), secret: named(SECRET_NAMES) };
  return pair.key !== '' && pair.secret !== '' ? pair : null;
}

/** Key and secret when both were pasted at once (two lines, with or without labels, or JSON); null otherwise. */
export function splitPaste(text: string): Pasted | null {
  const json = fromJson(text.trim());
  if (json !== null) return json;
  const lines = text
    .split(/[\r\n\t]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const values = lines
    .map((line) => ({
      secret: /secret|private/i.test(LABEL.exec(line)?.[0] ?? ''),
      value: cleanKey(line.replace(LABEL, '')),
    }))
    .filter(({ value }) => value.length >= KEY_LENGTH_MIN);
  const [first, second] = values;
  if (values.length !== 2 || first === undefined || second === undefined) return null;
  return first.secret && !second.secret
    ? { key: second.value, secret: first.value }
    : { key: first.value, secret: second.value };
}

/** No exchange has a shorter key; a label that was copied along ("API key") is shorter. */
const KEY_LENGTH_MIN = 16;
const HEX_32 = /^[0-9a-f]{32}$/i;

export type Hint =
  | { readonly kind: 'same'; readonly text: string }
  | { readonly kind: 'swapped'; readonly text: string }
  | { readonly kind: 'shape'; readonly field: 'key' | 'secret'; readonly text: string };

/**
 * What can be seen before anything is sent. WhiteBIT's key and secret are both 32 hex digits, so a swap cannot be seen
 * by shape there; it is when one field holds what belongs to the other by its label, or one is longer by kind.
 */
export function hintFor(key: string, secret: string): Hint | null {
  if (key !== '' && key === secret)
    return { kind: 'same', text: 'Both fields hold the same text. Copy the secret key again; it is shown once.' };
  if (key.startsWith('-----BEGIN')) return { kind: 'swapped', text: 'The API key field holds a private key.' };
  if (key.length >= 60 && secret.length >= 16 && secret.length < 48)
    return { kind: 'swapped', text: 'Key and secret seem to be swapped: the secret is usually the longer one.' };
  return null;
}

/** For a venue whose keys have a known shape: said after leaving the field, never while typing. */
export function shapeHint(venue: string, field: 'key' | 'secret', value: string): string | null {
  if (value === '' || (venue !== 'whitebit' && venue !== 'practice') || HEX_32.test(value)) return null;
  const name = field === 'key' ? 'An API key' : 'A secret key';
  if (/[^0-9a-f]/i.test(value))
    return `${name} of this exchange has only digits and the letters a to f. Copy it again.`;
  return value.length < 32
    ? `${name} of this exchange has 32 characters; ${32 - value.length} are missing here.`
    : `${name} of this exchange has 32 characters; there are ${value.length - 32} too many.`;
}
