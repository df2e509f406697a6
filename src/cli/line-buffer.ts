/**
 * One line, byte by byte. The bytes stay in buffers that can be wiped. Typed without echo they come from a raw
 * terminal, which edits nothing by itself: the few keys that people use while typing blind are understood here. From a
 * pipe, or from a terminal that edits, every byte up to the line break is meant as it is.
 */

/** A key, a secret or a passphrase; custody takes no longer field. */
export const LINE_BYTES_MAX = 8 * 1024;

export type LineState = 'open' | 'done' | 'interrupted' | 'too-long';

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const BACKSPACE = 0x08;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const CTRL_U = 0x15;
const ESCAPE = 0x1b;
const DELETE = 0x7f;

export class LineBuffer {
  readonly #source: 'raw-terminal' | 'lines';
  readonly #bytes = Buffer.alloc(LINE_BYTES_MAX);
  #length = 0;
  /** Inside an escape sequence (an arrow key, the marks around a paste): none of it is text. */
  #escape: 'none' | 'begun' | 'inside' = 'none';

  constructor(source: 'raw-terminal' | 'lines') {
    this.#source = source;
  }

  feed(byte: number): LineState {
    if (byte === LINE_FEED) return 'done';
    return this.#source === 'lines' ? this.#append(byte) : this.#key(byte);
  }

  #key(byte: number): LineState {
    if (this.#escape !== 'none' && byte !== CTRL_C) {
      this.#skip(byte);
      return 'open';
    }
    switch (byte) {
      case CTRL_C:
        return 'interrupted';
      case CTRL_D:
        return this.#length === 0 ? 'interrupted' : 'open';
      case CARRIAGE_RETURN:
        return 'done';
      case BACKSPACE:
      case DELETE:
        this.#dropLast();
        return 'open';
      case CTRL_U:
        this.wipe();
        return 'open';
      case ESCAPE:
        this.#escape = 'begun';
        return 'open';
      default:
        return byte < 0x20 && byte !== TAB ? 'open' : this.#append(byte);
    }
  }

  /** A copy; the caller wipes it. */
  take(): Buffer {
    // Files from Windows end their lines with both.
    const end = this.#source === 'lines' && this.#bytes[this.#length - 1] === CARRIAGE_RETURN ? 1 : 0;
    const line = Buffer.from(this.#bytes.subarray(0, this.#length - end));
    this.wipe();
    return line;
  }

  wipe(): void {
    this.#bytes.fill(0, 0, this.#length);
    this.#length = 0;
  }

  #append(byte: number): LineState {
    if (this.#length === LINE_BYTES_MAX) return 'too-long';
    this.#bytes[this.#length] = byte;
    this.#length += 1;
    return 'open';
  }

  /** One character, which is up to four bytes in UTF-8: continuation bytes look like 10xxxxxx. */
  #dropLast(): void {
    while (this.#length > 0) {
      this.#length -= 1;
      const byte = this.#bytes[this.#length] ?? 0;
      this.#bytes[this.#length] = 0;
      if ((byte & 0xc0) !== 0x80) return;
    }
  }

  #skip(byte: number): void {
    if (this.#escape === 'begun') this.#escape = byte === 0x5b || byte === 0x4f ? 'inside' : 'none';
    // The last byte of a control sequence is a letter or a tilde (ECMA-48, section 5.4).
    else if (byte >= 0x40 && byte <= 0x7e) this.#escape = 'none';
  }
}
