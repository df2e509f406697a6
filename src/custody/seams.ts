/** Time and chance, handed in so that tests can move them. */

import { randomBytes } from 'node:crypto';

/** Unix milliseconds, whole. */
export type Clock = { nowMs(): number };
export type Random = (bytes: number) => Buffer;

export const systemClock: Clock = { nowMs: () => Date.now() };
export const systemRandom: Random = (bytes) => randomBytes(bytes);
