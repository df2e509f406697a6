import { scrypt, timingSafeEqual } from 'node:crypto';

/** Costs about 50 ms and 32 MiB a try: slow for a guesser, unnoticed by a person. */
const COST = 2 ** 15;
const BLOCK_SIZE = 8;
const PARALLEL = 1;
const HASH_BYTES = 32;
/** scrypt needs 128 * COST * BLOCK_SIZE bytes; Node's own ceiling is exactly that, so leave room. */
const MEMORY_MAX_BYTES = 64 * 1024 * 1024;

function derive(password: string, salt: Uint8Array, cost: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(
      // The same password typed on two keyboards can differ in its code points; NFKC makes them equal.
      password.normalize('NFKC'),
      salt,
      HASH_BYTES,
      { N: cost, r: BLOCK_SIZE, p: PARALLEL, maxmem: MEMORY_MAX_BYTES },
      (error, key) => (error === null ? resolve(key) : reject(error)),
    );
  });
}

/** `scrypt$cost$salt$hash`, salt and hash in base64. `salt` is 16 random bytes. */
export async function hashPassword(password: string, salt: Uint8Array): Promise<string> {
  const hash = await derive(password, salt, COST);
  return `scrypt$${COST}$${Buffer.from(salt).toString('base64')}$${hash.toString('base64')}`;
}

/** `stored` null (nobody of that name) takes as long as a wrong password, so the answer's time tells nothing. */
export async function passwordMatches(password: string, stored: string | null): Promise<boolean> {
  if (stored === null) {
    await derive(password, new Uint8Array(16), COST);
    return false;
  }
  const [scheme, cost, salt, hash] = stored.split('$');
  if (scheme !== 'scrypt' || cost === undefined || salt === undefined || hash === undefined)
    throw new TypeError('Unknown password record');
  const expected = Buffer.from(hash, 'base64');
  const actual = await derive(password, Buffer.from(salt, 'base64'), Number(cost));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
