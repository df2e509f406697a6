/** A terminal that is none: what was said can be read, and keys can be pressed. */

import { PassThrough } from 'node:stream';
import { Terminal, type TerminalInput } from './terminal.ts';

export type FakeTerminal = {
  readonly terminal: Terminal;
  readonly input: PassThrough;
  out(): string;
  err(): string;
  /** Whether echo is off now. */
  isRaw(): boolean;
  /** Every change of it. */
  readonly rawChanges: boolean[];
  /** As SIGTERM would. */
  signal(): void;
  listeners(): number;
};

export function fakeTerminal(options: { tty: boolean; env?: Record<string, string> }): FakeTerminal {
  const input = new PassThrough();
  const rawChanges: boolean[] = [];
  const handlers = new Set<() => void>();
  const [out, err] = [new PassThrough(), new PassThrough()];
  const said = new Map<PassThrough, string>();
  for (const stream of [out, err]) {
    Object.assign(stream, { isTTY: options.tty });
    stream.on('data', (chunk: Buffer) => said.set(stream, (said.get(stream) ?? '') + chunk.toString()));
  }
  const tty: TerminalInput = Object.assign(input, {
    isTTY: options.tty,
    setRawMode: (on: boolean) => rawChanges.push(on),
  });
  const terminal = new Terminal({
    input: tty,
    output: out,
    errors: err,
    env: options.env ?? {},
    onEndSignal(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
  });
  return {
    terminal,
    input,
    out: () => said.get(out) ?? '',
    err: () => said.get(err) ?? '',
    isRaw: () => rawChanges.at(-1) === true,
    rawChanges,
    signal() {
      for (const handler of handlers) handler();
    },
    listeners: () => handlers.size,
  };
}
