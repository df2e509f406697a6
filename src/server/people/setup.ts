/** The first person: a code printed where the desk was started makes whoever types it the owner. */

import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../shell/clock.ts';
import type { Random } from '../../shell/random.ts';
import { codeHash, readableCode } from './codes.ts';

/** 100 random bits: out of reach of guessing within its 15 minutes, and short enough to type from another screen. */
const CODE_GROUPS = 5;
export const SETUP_CODE_MS = 15 * 60_000;

export class SetupCode {
  readonly #clock: Clock;
  readonly #random: Random;
  #hash = '';
  #untilMs = 0;
  #used = false;
  /** To be printed once. */
  readonly text: string;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
    this.text = this.renew().code;
  }

  /** A new code for another 15 minutes, for `gapless setup-code`; the one before is worth nothing from now on. */
  renew(): { readonly code: string; readonly expiresAtMs: number } {
    const code = readableCode(CODE_GROUPS, this.#random);
    this.#hash = codeHash(code);
    this.#untilMs = this.#clock.nowMs() + SETUP_CODE_MS;
    return { code, expiresAtMs: this.#untilMs };
  }

  state(): 'good' | 'expired' | 'used' {
    if (this.#used) return 'used';
    return this.#clock.nowMs() < this.#untilMs ? 'good' : 'expired';
  }

  matches(code: string): boolean {
    return timingSafeEqual(Buffer.from(codeHash(code)), Buffer.from(this.#hash));
  }

  /** The first to take it has it; `giveBack` after a claim that failed for another reason. */
  take(): boolean {
    if (this.state() !== 'good') return false;
    this.#used = true;
    return true;
  }

  giveBack(): void {
    this.#used = false;
  }
}
