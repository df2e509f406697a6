/**
 * What a command sees of the terminal: lines out, notes on standard error, questions with and without echo. Questions
 * go to standard error too, so that standard output carries the result and nothing else.
 */

import type { Readable, Writable } from 'node:stream';
import { CliError, interrupted, wrongUsage } from './cli-error.ts';
import { LINE_BYTES_MAX, LineBuffer, type LineState } from './line-buffer.ts';
import { plain } from './plain-text.ts';

export type TerminalInput = Readable & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown };
export type TerminalOutput = Writable & { readonly isTTY?: boolean };

export type TerminalStreams = {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  readonly errors: TerminalOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs `handler` on any signal that ends a program; what it returns takes that back. */
  readonly onEndSignal: (handler: () => void) => () => void;
};

/** Signals that would end the program with the terminal still silent. */
export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export class Terminal {
  readonly #streams: TerminalStreams;
  /** Bytes that arrived and were not asked for yet: two pasted lines answer two questions. */
  #waiting: Buffer = Buffer.alloc(0);
  /** A line ended by a carriage return may bring a line feed along, when pasted; that is not an empty line. */
  #afterReturn = false;
  #ended = false;
  #listening = false;
  #wake: () => void = () => {};
  #commandOption = '';

  constructor(streams: TerminalStreams) {
    this.#streams = streams;
  }

  /** A person sits there and can be asked. */
  get interactive(): boolean {
    return this.#streams.input.isTTY === true;
  }

  get #colour(): boolean {
    const { env, output } = this.#streams;
    // https://no-color.org: present and not empty, whatever it says.
    return output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  }

  /** For headings; plain text where colours are unwelcome. */
  readonly strong = (text: string): string => (this.#colour ? `\u001b[1m${text}\u001b[22m` : text);

  /** What a command that is told here needs besides to reach the same desk: it is meant to be typed as it stands. */
  commandsTake(option: string): void {
    this.#commandOption = option;
  }

  print(text: string): void {
    this.#streams.output.write(`${this.withOption(text)}\n`);
  }

  lines(lines: readonly string[]): void {
    for (const line of lines) this.print(line);
  }

  json(value: unknown): void {
    this.#streams.output.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** One object a line, for commands that go on. */
  jsonLine(value: unknown): void {
    this.#streams.output.write(`${JSON.stringify(value)}\n`);
  }

  /** For the person, beside the result. */
  note(text: string): void {
    this.#streams.errors.write(`${this.withOption(text)}\n`);
  }

  /** One object beside the result, for programs. */
  noteJson(value: unknown): void {
    this.#streams.errors.write(`${JSON.stringify(value)}\n`);
  }

  /** Of a text with commands of ours in it. */
  withOption(text: string): string {
    return text.replaceAll(
      /`gapless ([a-z][^`\n]*)`/g,
      (_all, words: string) => `\`gapless ${words}${this.#commandOption}\``,
    );
  }

  /** Yes or no; only y and yes are yes. `cure` says how to answer where nobody can be asked. */
  async confirm(question: string, cure: string): Promise<boolean> {
    if (!this.interactive) throw wrongUsage('This needs a confirmation, and nobody is there to ask.', cure);
    this.#streams.errors.write(`${plain(question)} [y/N] `);
    const asked = this.#interruptible((stopped) => this.#readLine(new LineBuffer('lines'), stopped));
    const line = await asked.catch((error: unknown) => {
      // The terminal stands at the end of the question still.
      this.#streams.errors.write('\n');
      throw error;
    });
    const answer = line.toString('utf8').trim().toLowerCase();
    return answer === 'y' || answer === 'yes';
  }

  /**
   * One line without echo, or the next line of standard input where that is no terminal. Bytes as typed, without the
   * line's end; the caller wipes them. Rejects with `CliError` on Ctrl-C, on the input's end, and past 8 KiB.
   */
  async askHidden(question: string): Promise<Buffer> {
    if (!this.interactive) return this.#readLine(new LineBuffer('lines'));
    const { input, errors } = this.#streams;
    input.setRawMode?.(true);
    errors.write(`${plain(question)}: `);
    try {
      return await this.#interruptible((stopped) => this.#readLine(new LineBuffer('raw-terminal'), stopped));
    } finally {
      input.setRawMode?.(false);
      errors.write('\n');
    }
  }

  /** For commands that go on until they are ended; what it returns takes it back. */
  onEnd(handler: () => void): () => void {
    return this.#streams.onEndSignal(handler);
  }

  /** A signal while a question stands open ends the question, so that what was changed for it is put back. */
  async #interruptible<T>(ask: (stopped: () => boolean) => Promise<T>): Promise<T> {
    let isStopped = false;
    const forget = this.#streams.onEndSignal(() => {
      isStopped = true;
      this.#wake();
    });
    try {
      return await ask(() => isStopped);
    } finally {
      forget();
    }
  }

  async #readLine(line: LineBuffer, stopped: () => boolean = () => false): Promise<Buffer> {
    this.#listen();
    try {
      for (;;) {
        if (stopped()) throw interrupted();
        const state = this.#drain(line);
        if (state === 'done') return line.take();
        if (state === 'interrupted') throw interrupted();
        if (state === 'too-long') throw tooLong();
        if (this.#ended) return this.#lastLine(line);
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        this.#streams.input.resume();
        await promise;
      }
    } finally {
      line.wipe();
      this.#streams.input.pause();
    }
  }

  /** A file need not end with a line break; no line at all means that the answer is missing. */
  #lastLine(line: LineBuffer): Buffer {
    const rest = line.take();
    if (rest.length > 0) return rest;
    if (this.interactive) throw interrupted();
    throw new CliError(
      'input_missing',
      'Standard input ended before everything was read.',
      'Give one line for each thing that is asked, in the order of `--help`.',
    );
  }

  #drain(line: LineBuffer): LineState {
    for (const [index, byte] of this.#waiting.entries()) {
      const state = this.#afterReturn && byte === 0x0a ? 'open' : line.feed(byte);
      this.#afterReturn = state === 'done' && byte === 0x0d;
      if (state === 'open') continue;
      this.#waiting.fill(0, 0, index + 1);
      this.#waiting = this.#waiting.subarray(index + 1);
      return state;
    }
    this.#waiting.fill(0);
    this.#waiting = Buffer.alloc(0);
    return 'open';
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    const { input } = this.#streams;
    input.on('data', (chunk: Buffer | string) => {
      const before = this.#waiting;
      this.#waiting = Buffer.concat([before, typeof chunk === 'string' ? Buffer.from(chunk) : chunk]);
      before.fill(0);
      if (typeof chunk !== 'string') chunk.fill(0);
      this.#wake();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake();
    };
    input.on('end', end);
    input.on('error', end);
  }
}

function tooLong(): CliError {
  return new CliError(
    'input_too_long',
    `A line of the input is longer than ${LINE_BYTES_MAX} bytes.`,
    'Paste the key, the secret or the passphrase alone.',
  );
}
