/** From what the owner has (a file) or knows (a passphrase) to the key that wraps ROOT. */

import { argon2, type KeyObject } from 'node:crypto';
import { deriveKey, takeKey } from './boxes.ts';

export type Argon2Cost = { readonly memoryKiB: number; readonly passes: number; readonly parallelism: number };
/** About 0.8 s on two cores: an owner waits once a start, a guesser pays it for every guess. */
export const ARGON2_COST: Argon2Cost = { memoryKiB: 256 * 1024, passes: 3, parallelism: 4 };
/** What a header or backup may ask of us: a forged one must not be able to ask for all memory of the machine. */
const MEMORY_KIB_MAX = 1024 * 1024;
const PASSES_MAX = 16;
const PARALLELISM_MAX = 16;

export type Kdf = { readonly name: 'hkdf-sha256' } | ({ readonly name: 'argon2id' } & Argon2Cost);

export function isBearable(cost: Argon2Cost): boolean {
  const { memoryKiB, passes, parallelism } = cost;
  return (
    [memoryKiB, passes, parallelism].every(Number.isSafeInteger) &&
    parallelism >= 1 &&
    parallelism <= PARALLELISM_MAX &&
    passes >= 1 &&
    passes <= PASSES_MAX &&
    memoryKiB >= 8 * parallelism &&
    memoryKiB <= MEMORY_KIB_MAX
  );
}

export function keyFromFile(installSecret: KeyObject, salt: string): KeyObject {
  return deriveKey(installSecret, salt, 'key file');
}

/** Argon2id; `secret` is mixed in where there is one. The passphrase is wiped by the caller. */
export function keyFromPassphrase(
  passphrase: Buffer,
  salt: Buffer,
  secret: KeyObject | null,
  cost: Argon2Cost,
): Promise<KeyObject> {
  const pepper = secret?.export();
  const { promise, resolve, reject } = Promise.withResolvers<KeyObject>();
  const parameters = {
    message: passphrase,
    nonce: salt,
    parallelism: cost.parallelism,
    tagLength: 32,
    memory: cost.memoryKiB,
    passes: cost.passes,
    ...(pepper && { secret: pepper }),
  };
  argon2('argon2id', parameters, (error, derived) => {
    pepper?.fill(0);
    if (error !== null) reject(error);
    else resolve(takeKey(derived));
  });
  return promise;
}
