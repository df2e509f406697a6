/**
 * What can be said about a password while it is typed. Length is what counts; the desk itself also refuses common ones.
 * A rough estimate on purpose: a precise number would promise what nobody can know.
 */

export type Strength = { readonly level: 0 | 1 | 2 | 3; readonly words: string };

const SHORTEST = 8;
const GOOD = 15;
/** Sequences and repeats add length for the eye only. */
const EASY =
  /(.)\1{2,}|0123|1234|2345|3456|4567|5678|6789|abcd|qwer|asdf|zxcv|password|gapless|letmein|crypto|bitcoin/gi;

export function strengthOf(password: string, name: string): Strength {
  const length = Array.from(password).length;
  if (length === 0)
    return { level: 0, words: '15 or more characters are best: a few words in a row are easy to keep.' };
  if (length < SHORTEST) return { level: 0, words: `${SHORTEST - length} more characters at least.` };
  const own = name.trim() === '' ? password : password.replaceAll(new RegExp(escaped(name.trim()), 'gi'), '');
  const effective = Array.from(own.replace(EASY, '*')).length;
  const kinds = new Set(password).size;
  if (effective < SHORTEST || kinds < 5)
    return { level: 1, words: 'Easy to guess: it repeats itself or holds a common word.' };
  if (effective < GOOD) return { level: 2, words: 'Fair. A few more words make it strong.' };
  return { level: 3, words: 'Long enough.' };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
