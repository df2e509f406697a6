/** Looks for a secret in everything: bytes, files, the memory of running processes. */

import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import path from 'node:path';

/** Memory is read in pieces of this size. */
const PIECE_BYTES = 4 * 1024 * 1024;

/**
 * How a secret can look: as it is (one byte a character, and two as JavaScript keeps some texts), in hex, and within
 * base64 at each of the three places where its first byte can fall. The ends of a base64 form depend on what stands
 * beside the secret and are left away.
 */
export function formsOf(secret: string): ReadonlyMap<string, Buffer> {
  const raw = Buffer.from(secret, 'utf8');
  const forms = new Map<string, Buffer>([
    ['raw', raw],
    ['utf-16', Buffer.from(secret, 'utf16le')],
    ['hex', Buffer.from(raw.toString('hex'))],
    ['HEX', Buffer.from(raw.toString('hex').toUpperCase())],
  ]);
  // Where the secret is hex digits itself, what they stand for is the secret as well.
  if (/^(?:[0-9a-f]{2})+$/i.test(secret)) forms.set('bytes', Buffer.from(secret, 'hex'));
  for (const before of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(before), raw])
      .toString('base64')
      .replace(/=+$/, '');
    // Characters that also carry bits of the bytes before and after.
    const start = before === 0 ? 0 : before + 1;
    const end = (before + raw.length) % 3 === 0 ? text.length : text.length - 1;
    const sure = text.slice(start, end);
    forms.set(`base64 at ${before}`, Buffer.from(sure));
    forms.set(`base64url at ${before}`, Buffer.from(sure.replaceAll('+', '-').replaceAll('/', '_')));
  }
  return forms;
}

export type Hit = { readonly where: string; readonly form: string; readonly at: number };

export function hitsIn(bytes: Buffer, where: string, secret: string): Hit[] {
  const hits: Hit[] = [];
  const seen = new Set<string>();
  for (const [form, wanted] of formsOf(secret)) {
    // Without + and / both spellings are the same text, which counts once.
    const text = wanted.toString('latin1');
    if (seen.has(text)) continue;
    seen.add(text);
    for (let at = bytes.indexOf(wanted); at !== -1; at = bytes.indexOf(wanted, at + 1)) hits.push({ where, form, at });
  }
  return hits;
}

/** Every file below `folder` whose path `leaveOut` does not match. Also gives how many were read. */
export function hitsInFolder(folder: string, secret: string, leaveOut: RegExp | null): { files: number; hits: Hit[] } {
  let files = 0;
  const hits: Hit[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || leaveOut?.test(file)) continue;
    const bytes = readIfThere(file);
    if (bytes === null) continue;
    files += 1;
    hits.push(...hitsIn(bytes, file, secret), ...hitsIn(Buffer.from(file), `the name ${file}`, secret));
  }
  return { files, hits };
}

/** Temporary files may go while we look. */
function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * All memory that a process can write, read from outside through /proc (Linux; the same user, or root): heap of
 * JavaScript and of C++, stacks, buffers, everything that a heap snapshot shows and what it does not. Throws where the
 * system does not allow it, because a look that saw nothing proves nothing.
 */
export function hitsInMemory(pid: number, secret: string): { bytes: number; hits: Hit[] } {
  const maps = readFileSync(`/proc/${pid}/maps`, 'latin1').trim().split('\n');
  const handle = openSync(`/proc/${pid}/mem`, 'r');
  const overlap = Math.max(...[...formsOf(secret).values()].map((form) => form.length)) - 1;
  const piece = Buffer.alloc(PIECE_BYTES);
  let total = 0;
  const hits = new Map<string, Hit>();
  try {
    for (const line of maps) {
      const match = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
      if (match === null) continue;
      const [from, to] = [Number.parseInt(match[1] ?? '', 16), Number.parseInt(match[2] ?? '', 16)];
      for (let at = from; at < to; at += PIECE_BYTES - overlap) {
        const length = readMemory(handle, piece, Math.min(PIECE_BYTES, to - at), at);
        if (length === 0) break;
        total += length;
        for (const hit of hitsIn(piece.subarray(0, length), `memory of ${pid}`, secret)) {
          // Pieces overlap, so that no form is cut in two; what lies in the overlap is seen twice.
          const place = at + hit.at;
          hits.set(`${hit.form} ${place}`, { ...hit, at: place });
        }
      }
    }
  } finally {
    closeSync(handle);
  }
  if (total === 0) throw new Error(`Nothing of the memory of process ${pid} could be read`);
  return { bytes: total, hits: [...hits.values()] };
}

/** Zero where this part cannot be read (a guard page, or it has gone since). */
function readMemory(handle: number, into: Buffer, length: number, at: number): number {
  try {
    return readSync(handle, into, 0, length, at);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EIO' || code === 'EFAULT') return 0;
    throw error;
  }
}
