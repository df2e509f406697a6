/** Things typed without echo: asked for, made tidy, sealed, wiped. They are bytes throughout and never part of a text. */

import { timingSafeEqual } from 'node:crypto';
import { type Sealed, sealingContext } from '../custody/protocol.ts';
import { seal } from '../custody/sealing.ts';
import { CliError } from './cli-error.ts';
import type { Terminal } from './terminal.ts';

/**
 * For a passphrase that is being chosen. It guards a file that an attacker may try at leisure, at about a second and
 * 256 MiB a try; twelve characters of anything but a common phrase are out of reach then.
 */
export const PASSPHRASE_BYTES_MIN = 12;

export type Credentials = { readonly key: Buffer; readonly secret: Buffer };

/** Key first, secret second; where standard input is no terminal, its first two lines. */
export async function askCredentials(terminal: Terminal): Promise<Credentials> {
  const key = await askTrimmed(terminal, 'API key');
  try {
    return { key, secret: await askTrimmed(terminal, 'Secret key') };
  } catch (error) {
    key.fill(0);
    throw error;
  }
}

export function wipe(credentials: Credentials): void {
  credentials.key.fill(0);
  credentials.secret.fill(0);
}

async function askTrimmed(terminal: Terminal, question: string): Promise<Buffer> {
  const typed = await terminal.askHidden(question);
  const trimmed = Buffer.from(trimBytes(typed));
  typed.fill(0);
  if (trimmed.length > 0) return trimmed;
  throw new CliError(
    'input_empty',
    `The ${question} is empty.`,
    terminal.interactive
      ? 'Paste it and press Enter; nothing is shown while you do.'
      : 'Standard input must hold the API key on its first line and the secret key on its second.',
  );
}

/** Copied text often brings a blank along, or a byte order mark from a file. */
export function trimBytes(bytes: Buffer): Buffer {
  const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;
  let from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let to = bytes.length;
  while (from < to && isBlank(bytes[from])) from += 1;
  while (to > from && isBlank(bytes[to - 1])) to -= 1;
  return bytes.subarray(from, to);
}

/** A passphrase that exists. The caller wipes it. */
export async function askPassphrase(terminal: Terminal): Promise<Buffer> {
  const typed = await terminal.askHidden('Passphrase');
  if (typed.length > 0) return typed;
  throw new CliError('input_empty', 'The passphrase is empty.', 'Type it, or give it as one line of standard input.');
}

/** A passphrase that is being chosen: typed twice at a terminal, one line of standard input elsewhere. */
export async function chooseTwice(terminal: Terminal, question: string, bytesMin: number): Promise<Buffer> {
  const first = await terminal.askHidden(question);
  if (first.length < bytesMin) {
    first.fill(0);
    throw new CliError(
      'too_short',
      `It has fewer than ${bytesMin} characters.`,
      'Choose a longer one: four or five unrelated words are easy to keep.',
    );
  }
  if (!terminal.interactive) return first;
  const second = await terminal.askHidden(`${question}, once more`);
  const same = first.length === second.length && timingSafeEqual(first, second);
  second.fill(0);
  if (same) return first;
  first.fill(0);
  throw new CliError('not_the_same', 'The two are not the same.', 'Run the command again and type it twice alike.');
}

export function sealCredentials(
  sealingKey: string,
  credentials: Credentials,
  use: Omit<Extract<Parameters<typeof sealingContext>[0], { for: 'credentials' }>, 'for'>,
): Sealed {
  return seal(sealingKey, [credentials.key, credentials.secret], sealingContext({ for: 'credentials', ...use }));
}

/** Seals, and wipes the passphrase. */
export function sealPassphrase(sealingKey: string, passphrase: Buffer): Sealed {
  try {
    return seal(sealingKey, [passphrase], sealingContext({ for: 'passphrase' }));
  } finally {
    passphrase.fill(0);
  }
}
