/**
 * Frames: a 4-byte big-endian length and that many bytes of canonical JSON. Canonical means: exactly what
 * `JSON.stringify` prints for what was parsed. That refuses duplicate keys, odd escapes, stray spaces, numbers with
 * another spelling and bytes that are no UTF-8 in one comparison, before anything is read.
 */

const HEADER_BYTES = 4;

export class FrameError extends Error {
  override name = 'FrameError';
}

/** Throws `FrameError` where the frame would be longer than `maxBytes`. */
export function encodeFrame(value: unknown, maxBytes: number): Buffer {
  const body = Buffer.from(JSON.stringify(value), 'utf8');
  if (body.length > maxBytes) throw new FrameError(`A frame of ${body.length} bytes is too long`);
  const frame = Buffer.alloc(HEADER_BYTES + body.length);
  frame.writeUInt32BE(body.length);
  body.copy(frame, HEADER_BYTES);
  return frame;
}

/** Takes bytes as they come and gives whole frames. After an error it gives nothing more. */
export class FrameReader {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #broken = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Values of the frames that are now whole. Throws `FrameError` on the first that is malformed. */
  *push(chunk: Buffer): Generator<unknown> {
    if (this.#broken) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes >= HEADER_BYTES) {
      const header = this.#peek(HEADER_BYTES);
      const length = header.readUInt32BE();
      if (length === 0 || length > this.#maxBytes) this.#fail('A frame has an impossible length');
      if (this.#bytes < HEADER_BYTES + length) return;
      const whole = this.#peek(HEADER_BYTES + length);
      this.#drop(HEADER_BYTES + length);
      yield this.#parse(whole.subarray(HEADER_BYTES));
    }
  }

  #parse(bytes: Buffer): unknown {
    const value = parseCanonical(bytes);
    return value === undefined ? this.#fail('A frame is not canonical JSON') : value;
  }

  #fail(message: string): never {
    this.#broken = true;
    this.#chunks = [];
    throw new FrameError(message);
  }

  #peek(count: number): Buffer {
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= count) return first.subarray(0, count);
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined.subarray(0, count);
  }

  #drop(count: number): void {
    const first = this.#chunks[0];
    if (first === undefined) return;
    this.#chunks[0] = first.subarray(count);
    this.#bytes -= count;
    if (this.#chunks[0].length === 0) this.#chunks.shift();
  }
}

/** Undefined where the bytes are not exactly what `JSON.stringify` would print. */
export function parseCanonical(bytes: Buffer): unknown {
  try {
    if (isTooDeep(bytes)) return undefined;
    const text = bytes.toString('utf8');
    const value: unknown = JSON.parse(text);
    const again = JSON.stringify(value);
    return again === text && Buffer.byteLength(again) === bytes.length ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Nothing of ours is nested more than five deep; what is nested without end runs whoever walks it out of stack. */
const DEPTH_MAX = 16;

/** Brackets inside strings are text. */
function isTooDeep(bytes: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (inString) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) depth += 1;
    else if (byte === 0x5d || byte === 0x7d) depth -= 1;
    if (depth > DEPTH_MAX) return true;
  }
  return false;
}
