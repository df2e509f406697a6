/** Custody went away in the middle: looks for it several times a second, and says once that it is there again. */

import type { Cancel, Clock } from '../clock.ts';
import type { CustodyLink } from '../custody-link.ts';

/** It is started again within a second; an order that waits for the regular look would wait five. */
const LOOK_EVERY_MS = 250;

export class CustodySearch {
  readonly #custody: CustodyLink;
  readonly #clock: Clock;
  /** It answers: what it says about trading is worth asking for. */
  readonly #back: () => void;
  #isLost = false;
  #timer: Cancel | null = null;

  constructor(custody: CustodyLink, clock: Clock, back: () => void) {
    this.#custody = custody;
    this.#clock = clock;
    this.#back = back;
  }

  lost(): void {
    this.#isLost = true;
    this.#look();
  }

  /** Opened, or answering after it did not: whatever was asked before is to be asked again. */
  found(): void {
    this.#isLost = true;
    this.#back();
  }

  /** A sign of life. */
  alive(): void {
    if (this.#isLost) this.#back();
  }

  /** With custody's status in hand: whether it had been away. Said once. */
  isOver(): boolean {
    const was = this.#isLost;
    this.#isLost = false;
    this.stop();
    return was;
  }

  stop(): void {
    this.#timer?.();
    this.#timer = null;
  }

  #look(): void {
    this.#timer ??= this.#clock.after(LOOK_EVERY_MS, () => {
      this.#timer = null;
      void this.#custody.ask().then(({ condition }) => {
        if (!this.#isLost) return;
        if (condition === 'open') this.#back();
        if (condition === 'open' || condition === 'unreachable') this.#look();
      });
    });
  }
}
