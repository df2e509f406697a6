/**
 * The backup: one file, encrypted under a passphrase of its own. It holds ROOT, the records as they are stored (each
 * already in its box), the nonces' watermarks, the epoch and the audit trail's head. It needs no key file: it must open
 * on another machine.
 *
 * Layout: 16 bytes magic, 4 bytes length of the header, header (JSON: costs and salt), then one AES-256-GCM record over
 * everything before and after it. The plaintext is ROOT (32 bytes) and JSON.
 */

import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { KEY_BYTES, takeKey } from './boxes.ts';
import { hasExactly } from './exact.ts';
import { parseCanonical } from './frames.ts';
import { type Argon2Cost, isBearable, keyFromPassphrase } from './kdf.ts';
import type { Head } from './keystore.ts';
import type { Random } from './seams.ts';

const MAGIC = Buffer.from('GAPLESS-BACKUP-1', 'latin1');
const HEADER_MAX = 1_024;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SALT_BYTES = 16;

export type BackupContent = {
  readonly madeAtMs: number;
  readonly epoch: number;
  readonly auditHead: Head;
  readonly records: readonly { readonly connection: string; readonly record: string }[];
  readonly nonces: readonly { readonly mark: string; readonly reserved: number }[];
};

export type Backup = { readonly root: KeyObject; readonly content: BackupContent };

/** The passphrase is wiped by the caller. */
export async function writeBackup(
  backup: Backup,
  passphrase: Buffer,
  options: { readonly argon2: Argon2Cost; readonly random: Random },
): Promise<Buffer> {
  const { argon2, random } = options;
  const salt = random(SALT_BYTES);
  const key = await keyFromPassphrase(passphrase, salt, null, argon2);
  const header = Buffer.from(JSON.stringify({ kdf: 'argon2id', ...argon2, salt: salt.toString('base64url') }), 'utf8');
  const prefix = Buffer.concat([MAGIC, lengthOf(header), header]);
  const root = backup.root.export();
  const plain = Buffer.concat([root, Buffer.from(JSON.stringify(backup.content), 'utf8')]);
  const iv = random(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(prefix);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  root.fill(0);
  plain.fill(0);
  return Buffer.concat([prefix, iv, sealed]);
}

export type BackupFailure = 'not-a-backup' | 'wrong-passphrase';

/** A changed file and a wrong passphrase look alike: neither opens. The passphrase is wiped by the caller. */
export async function readBackup(file: Buffer, passphrase: Buffer): Promise<Backup | BackupFailure> {
  const headerAt = MAGIC.length + 4;
  if (file.length < headerAt || !file.subarray(0, MAGIC.length).equals(MAGIC)) return 'not-a-backup';
  const headerLength = file.readUInt32BE(MAGIC.length);
  const bodyAt = headerAt + headerLength;
  if (headerLength > HEADER_MAX || file.length < bodyAt + IV_BYTES + KEY_BYTES + TAG_BYTES) return 'not-a-backup';
  const header = parseCanonical(file.subarray(headerAt, bodyAt));
  if (!isHeader(header) || !isBearable(header)) return 'not-a-backup';
  const key = await keyFromPassphrase(passphrase, Buffer.from(header.salt, 'base64url'), null, header);
  const decipher = createDecipheriv('aes-256-gcm', key, file.subarray(bodyAt, bodyAt + IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(file.subarray(0, bodyAt));
  decipher.setAuthTag(file.subarray(-TAG_BYTES));
  const plain = decipher.update(file.subarray(bodyAt + IV_BYTES, -TAG_BYTES));
  try {
    decipher.final();
    const content = parseCanonical(plain.subarray(KEY_BYTES)) as BackupContent;
    return { root: takeKey(Buffer.from(plain.subarray(0, KEY_BYTES))), content };
  } catch {
    return 'wrong-passphrase';
  } finally {
    plain.fill(0);
  }
}

type HeaderShape = Argon2Cost & { readonly salt: string };

function isHeader(value: unknown): value is HeaderShape {
  const number = (field: unknown) => typeof field === 'number';
  return hasExactly(value, {
    kdf: (field) => field === 'argon2id',
    memoryKiB: number,
    passes: number,
    parallelism: number,
    salt: (field) => typeof field === 'string' && /^[A-Za-z0-9_-]{22}$/.test(field),
  });
}

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
}
