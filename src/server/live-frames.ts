/** A message as the bytes of one WebSocket frame, made once for all who are sent it in a row. */

import type { LiveMessage } from '../contract/live.ts';

const TEXT_FINAL = 0x81;
/** Lengths up to this stand in the second byte; 126 and 127 there say that two or eight bytes follow. */
const SHORT_MAX = 125;
const TWO_BYTES = 126;
const TWO_BYTES_MAX = 65_535;
const EIGHT_BYTES = 127;

/** Whoever is told the same is told it in one go. */
let last: { readonly message: LiveMessage; readonly frame: Buffer } | null = null;

export function frameOf(message: LiveMessage): Buffer {
  if (last?.message !== message) last = { message, frame: textFrame(JSON.stringify(message)) };
  return last.frame;
}

/** Whole and unmasked, as a server sends. */
function textFrame(text: string): Buffer {
  const size = Buffer.byteLength(text);
  const head = size <= SHORT_MAX ? 2 : size <= TWO_BYTES_MAX ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + size);
  frame[0] = TEXT_FINAL;
  if (size <= SHORT_MAX) frame[1] = size;
  else if (size <= TWO_BYTES_MAX) {
    frame[1] = TWO_BYTES;
    frame.writeUInt16BE(size, 2);
  } else {
    frame[1] = EIGHT_BYTES;
    frame.writeBigUInt64BE(BigInt(size), 2);
  }
  frame.write(text, head);
  return frame;
}
