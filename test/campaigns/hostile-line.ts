/** One connection of an attacker: it sends bytes of any kind and sees what comes back. */

import { connect, type Socket } from 'node:net';
import { encodeFrame, FrameReader } from '../../src/custody/frames.ts';
import type { Frame } from './hostile-frames.ts';

const REPLY_BYTES_MAX = 16 * 1024 * 1024;
/** A check waits its turn behind others of the same key, each of thirteen requests; past this custody hangs. */
const ANSWER_MS = 90_000;

export type Outcome =
  | { readonly kind: 'result' }
  | { readonly kind: 'error'; readonly code: string }
  | { readonly kind: 'closed' }
  | { readonly kind: 'hung' };

type Reply = { readonly id?: number; readonly ok?: boolean; readonly error?: { readonly code: string } };

export class HostileLine {
  readonly #place: string;
  readonly #token: string;
  readonly #secret: Buffer;
  #tail = Buffer.alloc(0);
  /** How often what came from custody held the secret. */
  leaks = 0;
  #socket: Socket | null = null;
  #settle: ((outcome: Outcome) => void) | null = null;
  #id = 0;
  #awaited = 0;

  constructor(place: string, token: string, secret: string) {
    this.#place = place;
    this.#token = token;
    this.#secret = Buffer.from(secret);
  }

  /** The id that the next frame must carry; ids grow with each connection. */
  nextId(): number {
    this.#id += 1;
    return this.#id;
  }

  async send(frame: Frame): Promise<Outcome> {
    const socket = this.#socket ?? (await this.#open());
    const answered = new Promise<Outcome>((resolve) => {
      this.#settle = resolve;
    });
    this.#awaited = this.#id;
    socket.write(frame.bytes);
    if (frame.expects === 'open') {
      // Nothing may come back from half a frame; the attacker hangs up.
      socket.destroy();
      return answered;
    }
    const late = setTimeout(() => this.#end({ kind: 'hung' }), ANSWER_MS);
    const outcome = await answered;
    clearTimeout(late);
    return outcome;
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Promise<Socket> {
    const reader = new FrameReader(REPLY_BYTES_MAX);
    const socket = connect(this.#place);
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#look(chunk);
      for (const value of reader.push(chunk)) this.#receive(value as Reply);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = null;
      this.#end({ kind: 'closed' });
    });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.write(encodeFrame({ v: 1, hello: this.#token }, 1_024));
        resolve(socket);
      });
    });
  }

  #look(chunk: Buffer): void {
    const seen = Buffer.concat([this.#tail, chunk]);
    if (seen.includes(this.#secret)) this.leaks += 1;
    this.#tail = Buffer.from(seen.subarray(-this.#secret.length + 1));
  }

  #receive(reply: Reply): void {
    // Id 0 says that a frame could not be read; the connection closes after it, which is the outcome.
    if (reply.ok === undefined || reply.id !== this.#awaited) return;
    this.#end(reply.ok ? { kind: 'result' } : { kind: 'error', code: reply.error?.code ?? 'none' });
  }

  #end(outcome: Outcome): void {
    const settle = this.#settle;
    this.#settle = null;
    settle?.(outcome);
  }
}
