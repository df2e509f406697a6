/** Frames of RFC 6455: those of a client are made, those of a server are read, whatever pieces they come in. */

export const Opcode = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

/** The largest message of WhiteBIT is a picture of a book, 15 kB; a mebibyte is no honest one. */
const MESSAGE_BYTES_MAX = 1024 * 1024;
const CONTROL_BYTES_MAX = 125;
const FINAL = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
/** Two bytes, up to eight of length; a server masks nothing. */
const HEADER_BYTES_MAX = 10;

/** The other end does not keep to the protocol: nothing that follows can be believed. */
export class FrameError extends Error {
  override name = 'FrameError';
}

/** One final frame, masked as a client must. */
export function frameBytes(opcode: number, payload: Uint8Array, mask: Uint8Array): Uint8Array {
  const length = payload.length;
  const head = length < LENGTH_16 ? 2 : length < 0x10000 ? 4 : 10;
  const frame = Buffer.alloc(head + 4 + length);
  frame[0] = FINAL | opcode;
  frame[1] = MASKED | (length < LENGTH_16 ? length : length < 0x10000 ? LENGTH_16 : LENGTH_64);
  if (head === 4) frame.writeUInt16BE(length, 2);
  if (head === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.set(mask, head);
  for (let at = 0; at < length; at += 1) frame[head + 4 + at] = (payload[at] ?? 0) ^ (mask[at & 3] ?? 0);
  return frame;
}

export type FrameHandlers = {
  /** The bytes are only good during the call. */
  text(bytes: Uint8Array): void;
  ping(bytes: Uint8Array): void;
  /** The code that was given, if any. */
  closed(code: number | null): void;
};

type Header = { readonly opcode: number; readonly isFinal: boolean; readonly head: number; readonly length: number };

export class FrameReader {
  readonly #handlers: FrameHandlers;
  /** What is not yet a whole frame. */
  #rest: Buffer = Buffer.alloc(0);
  /** Parts of a message that comes in several frames. */
  #parts: Buffer[] = [];
  #partsBytes = 0;
  #isOver = false;

  constructor(handlers: FrameHandlers) {
    this.#handlers = handlers;
  }

  /** Throws `FrameError`. */
  take(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let data = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (!this.#isOver) {
      const header = headerOf(data);
      if (header === null || data.length < header.head + header.length) break;
      const end = header.head + header.length;
      this.#frame(header, data.subarray(header.head, end));
      data = data.subarray(end);
    }
    // A copy: the chunk belongs to the socket, and a small rest must not keep a large buffer alive.
    this.#rest = data.length === 0 ? EMPTY : Buffer.from(data);
  }

  #frame({ opcode, isFinal }: Header, payload: Buffer): void {
    switch (opcode) {
      case Opcode.text:
        if (this.#parts.length > 0) throw new FrameError('a message within a message');
        if (isFinal) this.#handlers.text(payload);
        else this.#part(payload);
        return;
      case Opcode.continuation:
        if (this.#parts.length === 0) throw new FrameError('a continuation of nothing');
        this.#part(payload);
        if (!isFinal) return;
        this.#handlers.text(Buffer.concat(this.#parts));
        this.#parts = [];
        this.#partsBytes = 0;
        return;
      case Opcode.ping:
        this.#handlers.ping(payload);
        return;
      case Opcode.pong:
        return;
      case Opcode.close:
        this.#isOver = true;
        this.#handlers.closed(payload.length >= 2 ? payload.readUInt16BE(0) : null);
        return;
      default:
        throw new FrameError('a frame that is no text');
    }
  }

  #part(payload: Buffer): void {
    this.#partsBytes += payload.length;
    if (this.#partsBytes > MESSAGE_BYTES_MAX || this.#parts.length > MESSAGE_PARTS_MAX)
      throw new FrameError('a message that is too long');
    this.#parts.push(Buffer.from(payload));
  }
}

/** Empty parts cost memory too. */
const MESSAGE_PARTS_MAX = 1_024;
const EMPTY = Buffer.alloc(0);

/** Null where it has not come whole. Throws `FrameError`. */
function headerOf(data: Buffer): Header | null {
  const [first, second] = [data[0], data[1]];
  if (first === undefined || second === undefined) return null;
  const opcode = first & 0x0f;
  const isFinal = (first & FINAL) !== 0;
  if ((first & RESERVED) !== 0) throw new FrameError('a frame with an extension that was not asked for');
  if ((second & MASKED) !== 0) throw new FrameError('a masked frame from a server');
  const short = second & 0x7f;
  if (opcode >= Opcode.close && (short > CONTROL_BYTES_MAX || !isFinal)) throw new FrameError('a long control frame');
  const head = short === LENGTH_16 ? 4 : short === LENGTH_64 ? HEADER_BYTES_MAX : 2;
  if (data.length < head) return null;
  const length = head === 2 ? short : head === 4 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
  if (length > MESSAGE_BYTES_MAX) throw new FrameError('a message that is too long');
  return { opcode, isFinal, head, length };
}
