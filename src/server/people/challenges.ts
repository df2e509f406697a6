/**
 * The questions that passkeys answer. A question carries its own proof that we asked it, what for, whom and until when,
 * so that nothing has to be kept of those that nobody answers: strangers may ask for as many as they like, and push out
 * nobody else's.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../shell/clock.ts';
import type { Random } from '../../shell/random.ts';

/** From the question to the answer; a person may have to look for a key. */
const CHALLENGE_MS = 5 * 60_000;
const UNTIL_BYTES = 8;
const RANDOM_BYTES = 16;
const MAC_BYTES = 32;

export type Use = { readonly for: 'login' } | { readonly for: 'step-up' | 'add'; readonly userId: string };

export class Challenges {
  readonly #clock: Clock;
  readonly #random: Random;
  /** Of this process: a restart makes every open question void. */
  readonly #secret: Uint8Array;
  /** Answered rightly, with when each would have ended: only who has a passkey can make this longer. */
  readonly #spent = new Map<string, number>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
    this.#secret = random.bytes(MAC_BYTES);
  }

  /** Bytes and no text: given a text, the library would encode that text once more. */
  ask(use: Use): Uint8Array<ArrayBuffer> {
    const until = Buffer.alloc(UNTIL_BYTES);
    until.writeBigUInt64BE(BigInt(this.#clock.nowMs() + CHALLENGE_MS));
    const body = Buffer.concat([until, this.#random.bytes(RANDOM_BYTES)]);
    return new Uint8Array(Buffer.concat([body, this.#mac(body, use)]));
  }

  /** Whether we asked this, for this use, not too long ago, and have no right answer to it yet. */
  isOpen(challenge: string, use: Use): boolean {
    const bytes = Buffer.from(challenge, 'base64url');
    if (bytes.length !== UNTIL_BYTES + RANDOM_BYTES + MAC_BYTES) return false;
    const body = bytes.subarray(0, UNTIL_BYTES + RANDOM_BYTES);
    if (!timingSafeEqual(bytes.subarray(body.length), this.#mac(body, use))) return false;
    const leftMs = Number(body.readBigUInt64BE()) - this.#clock.nowMs();
    // More than there ever was: the clock was set back meanwhile.
    return leftMs > 0 && leftMs <= CHALLENGE_MS && !this.#spent.has(bytes.toString('base64url'));
  }

  /** To be called with a right answer. False where another was quicker. */
  spend(challenge: string): boolean {
    const bytes = Buffer.from(challenge, 'base64url');
    const known = bytes.toString('base64url');
    if (this.#spent.has(known)) return false;
    const nowMs = this.#clock.nowMs();
    for (const [spent, untilMs] of this.#spent) if (untilMs <= nowMs) this.#spent.delete(spent);
    this.#spent.set(known, Number(bytes.readBigUInt64BE()));
    return true;
  }

  #mac(body: Buffer, use: Use): Buffer {
    const whom = use.for === 'login' ? '' : use.userId;
    return createHmac('sha256', this.#secret).update(`${use.for}|${whom}|`).update(body).digest();
  }
}
