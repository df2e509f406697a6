/** Time and chance, handed in so that tests can move them. */

import { randomBytes } from 'node:crypto';

/** Unix milliseconds, whole. */
export type Clock = { nowMs(): number };
export type Random = (bytes: number) => Buffer;

export const systemClock: Clock = { nowMs: () => Date.now() };
export const systemRandom: Random = (bytes) => randomBytes(bytes);

/**
 * Node wipes the memory of a `KeyObject` when it is collected, which on a quiet machine may be never. Call after the
 * last reference is gone. Without --expose-gc, as in unit tests, it does nothing.
 */
export function wipeReleased(): void {
  globalThis.gc?.();
}
