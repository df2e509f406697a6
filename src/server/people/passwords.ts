/** Choosing, hashing and checking passwords: OWASP ASVS 6.2 and the Argon2id setting of the design. */

import { hash, parseOptions, verify } from '@node-rs/argon2';
import { Refusal } from '../../shell/refusal.ts';
import { COMMON_STEMS } from './common-words.ts';

export type HashCost = { readonly memoryCost: number; readonly timeCost: number; readonly parallelism: number };
/** 64 MiB, three passes, four lanes: about a tenth of a second on a desktop machine. */
export const HASH_COST: HashCost = { memoryCost: 64 * 1024, timeCost: 3, parallelism: 4 };

/** Each hash takes 64 MiB: four at once bound the memory of a login storm to a quarter of a gibibyte. */
const AT_ONCE_MAX = 4;
/** Past this many waiting, an answer in time is no longer possible; the page is told to come back. */
const WAITING_MAX = 32;
const BUSY_RETRY_MS = 2_000;

export type Passwords = {
  hash(password: string): Promise<string>;
  /** `stored` null stands for a person that does not exist, and takes as long. `fresh` is a hash at today's cost. */
  verify(stored: string | null, password: string): Promise<{ readonly right: boolean; readonly fresh: string | null }>;
};

export async function createPasswords(cost: HashCost): Promise<Passwords> {
  const run = limited(AT_ONCE_MAX, WAITING_MAX);
  const nobody = await hash('nobody has this password', cost);
  return {
    hash: (password) => run(() => hash(password, cost)),
    verify: (stored, password) =>
      run(async () => {
        const right = await verify(stored ?? nobody, password);
        if (stored === null || !right) return { right: false, fresh: null };
        return { right: true, fresh: isOutdated(stored, cost) ? await hash(password, cost) : null };
      }),
  };
}

function isOutdated(stored: string, cost: HashCost): boolean {
  const used = parseOptions(stored);
  return (
    used.memoryCost !== cost.memoryCost || used.timeCost !== cost.timeCost || used.parallelism !== cost.parallelism
  );
}

/** At most `atOnce` run, at most `waitingMax` wait; the next is refused at once. */
export function limited(atOnce: number, waitingMax: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= waitingMax) {
        throw new Refusal('busy', 'Too many people log in at this moment.', 'Try again in two seconds.', {
          retryAfterMs: BUSY_RETRY_MS,
        });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      // The place is handed on, not given back: nobody can slip in between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/** Why a password cannot be taken, or null. The length is checked by the contract's schema. */
export function weakness(password: string, name: string): string | null {
  // A lone surrogate has no UTF-8 form; the hash would take it for a replacement character.
  if (!password.isWellFormed()) return 'It contains a broken character.';
  if (new Set(password).size < 4) return 'It repeats the same few characters.';
  if (isRun(password)) return 'It is a row of neighbouring characters.';
  const folded = fold(password);
  const own = fold(name);
  if (own.length >= 4 && (folded === own || folded === own + own)) return 'It is your own name.';
  if (COMMON_STEMS.has(folded) || COMMON_STEMS.has(halfOf(folded))) return 'It is one of the most common passwords.';
  return null;
}

export function refuseWeak(password: string, name: string): void {
  const why = weakness(password, name);
  if (why !== null) {
    throw new Refusal('weak_password', why, 'Choose another one; a few words that do not belong together are good.', {
      field: 'password',
    });
  }
}

const SWAPS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** "P4$$w0rd2026!" → "password". */
function fold(text: string): string {
  const bare = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/^[^\p{L}]+(?=\p{L}{3})|[^\p{L}@$]+$/gu, '');
  return bare.replace(/[013457@$!]/g, (sign) => SWAPS[sign] ?? sign).replace(/[^\p{L}]/gu, '');
}

/** "tigertiger" → "tiger"; anything else as it is. */
function halfOf(text: string): string {
  const half = text.slice(0, text.length / 2);
  return half + half === text ? half : text;
}

/** 12345678, hgfedcba: every step from one character to the next is the same, and a small one. */
function isRun(text: string): boolean {
  const points = [...text].map((character) => character.codePointAt(0) ?? 0);
  const first = (points[1] ?? 0) - (points[0] ?? 0);
  return (
    Math.abs(first) <= 1 && points.every((point, index) => index === 0 || point - (points[index - 1] ?? 0) === first)
  );
}
