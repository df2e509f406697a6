/**
 * The install secret: 32 random bytes in a file outside the data folder. It opens the keystore by itself (mode
 * "key-file"), or is mixed with the passphrase (mode "passphrase"), so that a copied data folder opens nothing
 * in either mode.
 */

import { createHash, type KeyObject } from 'node:crypto';
import { closeSync, constants, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { KEY_BYTES, takeKey } from './boxes.ts';
import type { Random } from './seams.ts';

const MAGIC = Buffer.from('GAPLESS-UNLOCK-1', 'latin1');
/** Tells a torn or wrong file from a right one before anything is tried with it. */
const CHECK_BYTES = 4;
const FILE_BYTES = MAGIC.length + KEY_BYTES + CHECK_BYTES;

/**
 * Written through to the disk: under `--permission` Node refuses fsync, but not files that sync on every write.
 * Windows has the same under a number that Node does not export (libuv's UV_FS_O_DSYNC).
 */
export const WRITE_THROUGH = constants.O_SYNC ?? 0x04000000;

export function keyFilePath(keyDir: string, install: string): string {
  return path.join(keyDir, `unlock-${install}.key`);
}

/** Null where there is no such file, or it is not whole. */
export function readKeyFile(file: string): KeyObject | null {
  if (!existsSync(file)) return null;
  const bytes = readFileSync(file);
  const secret = bytes.subarray(MAGIC.length, MAGIC.length + KEY_BYTES);
  const whole =
    bytes.length === FILE_BYTES &&
    bytes.subarray(0, MAGIC.length).equals(MAGIC) &&
    bytes.subarray(-CHECK_BYTES).equals(checkOf(secret));
  const key = whole ? takeKey(Buffer.from(secret)) : null;
  bytes.fill(0);
  return key;
}

/** Replaces whatever lies there: only for a keystore that does not exist yet. */
export function createKeyFile(file: string, random: Random): KeyObject {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const secret = random(KEY_BYTES);
  const bytes = Buffer.concat([MAGIC, secret, checkOf(secret)]);
  const temporary = `${file}.new`;
  const handle = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | WRITE_THROUGH, 0o600);
  writeSync(handle, bytes);
  closeSync(handle);
  renameSync(temporary, file);
  bytes.fill(0);
  return takeKey(secret);
}

function checkOf(secret: Buffer): Buffer {
  return createHash('sha256').update(MAGIC).update(secret).digest().subarray(0, CHECK_BYTES);
}
