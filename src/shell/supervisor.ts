/**
 * Keeps the processes of a desk running: starts them, hands each its boot line, restarts what dies, stops all of it
 * together. A child that ends before it was ever ready cannot be helped by trying again: its own words are shown and
 * everything stops.
 */

import { type ChildProcess, spawn } from 'node:child_process';

/** A child that keeps dying is restarted ever more slowly, so that it cannot eat the machine. */
const RESTART_FIRST_MS = 100;
const RESTART_MAX_MS = 5_000;
/** Running this long counts as healthy again. */
const HEALTHY_MS = 60_000;
/** What a child is given to close its files before it is killed. */
const STOP_MS = 5_000;
/** Enough for a sentence or a stack trace. */
const STDERR_MAX = 8_000;

export type ChildPlan = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Written to the child's standard input as one line; the pipe stays open as the sign that we live. */
  readonly bootLine: string | null;
  /** `ignore` for a program whose greeting is for those who start it by itself. */
  readonly stdout: 'inherit' | 'ignore';
  readonly readyWithinMs: number;
  /** Arguments of every later start: a port that the system picked must not change under those who know it. */
  readonly again?: (ready: Ready) => readonly string[];
};

export type Ready = Readonly<Record<string, unknown>>;
export type ChildEvent =
  | { readonly kind: 'restarting'; readonly name: string; readonly how: string; readonly inMs: number }
  | { readonly kind: 'ready-again'; readonly name: string; readonly ready: Ready };

/** A child that ended, or was silent for too long, before it first said that it is ready. */
export class StartFailure extends Error {
  override name = 'StartFailure';
  readonly child: string;
  readonly words: string;
  constructor(child: string, words: string) {
    super(`${child} did not start`);
    this.child = child;
    this.words = words;
  }
}

export class Supervisor {
  readonly #children = new Map<string, Child>();
  readonly #onEvent: (event: ChildEvent) => void;
  #stopping = false;

  constructor(onEvent: (event: ChildEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** Resolves with the child's ready message; rejects with `StartFailure`. */
  async start(plan: ChildPlan): Promise<Ready> {
    const child = new Child(plan, this.#onEvent, () => this.#stopping);
    this.#children.set(plan.name, child);
    return child.start();
  }

  pid(name: string): number | null {
    return this.#children.get(name)?.pid() ?? null;
  }

  /** In the reverse order of starting: nobody loses the process it stands on before it has ended itself. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const child of [...this.#children.values()].reverse()) await child.stop();
  }
}

class Child {
  readonly #plan: ChildPlan;
  readonly #onEvent: (event: ChildEvent) => void;
  readonly #stopping: () => boolean;
  #process: ChildProcess | null = null;
  #restartMs = RESTART_FIRST_MS;
  #timer: NodeJS.Timeout | null = null;
  #everReady = false;
  #args: readonly string[];

  constructor(plan: ChildPlan, onEvent: (event: ChildEvent) => void, stopping: () => boolean) {
    this.#plan = plan;
    this.#args = plan.args;
    this.#onEvent = onEvent;
    this.#stopping = stopping;
  }

  pid(): number | null {
    return this.#process?.pid ?? null;
  }

  start(): Promise<Ready> {
    const { promise, resolve, reject } = Promise.withResolvers<Ready>();
    const plan = this.#plan;
    const startedAt = performance.now();
    const child = spawn(plan.command, [...this.#args], {
      env: plan.env,
      stdio: ['pipe', plan.stdout, 'pipe', 'ipc'],
      // A process group of its own: Ctrl-C in the terminal reaches us alone, and we stop the children in order.
      detached: true,
    });
    this.#process = child;
    let words = '';
    let ready = false;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-STDERR_MAX);
      if (this.#everReady) process.stderr.write(text);
    });
    // A child that died takes its pipe along; that is told by its exit, not by the pipe.
    child.stdin?.on('error', () => {});
    if (plan.bootLine !== null) child.stdin?.write(`${plan.bootLine}\n`);

    const late = setTimeout(() => {
      words += `\nno sign of life within ${plan.readyWithinMs / 1000} s`;
      child.kill('SIGKILL');
    }, plan.readyWithinMs);
    child.on('message', (message: unknown) => {
      if (!isReady(message)) return;
      clearTimeout(late);
      ready = true;
      this.#args = plan.again?.(message) ?? plan.args;
      this.#everReady = true;
      resolve(message);
    });
    child.on('error', (error) => {
      words += error.message;
    });
    child.on('close', (code, signal) => {
      clearTimeout(late);
      this.#process = null;
      const how = signal ?? `exit code ${code}`;
      if (!ready) reject(new StartFailure(plan.name, words.trim() || `it ended with ${how}`));
      if (this.#everReady && !this.#stopping()) {
        if (performance.now() - startedAt > HEALTHY_MS) this.#restartMs = RESTART_FIRST_MS;
        this.#restart(how);
      }
    });
    return promise;
  }

  #restart(how: string): void {
    const inMs = this.#restartMs;
    this.#restartMs = Math.min(this.#restartMs * 2, RESTART_MAX_MS);
    this.#onEvent({ kind: 'restarting', name: this.#plan.name, how, inMs });
    this.#timer = setTimeout(() => {
      this.start().then(
        (ready) => this.#onEvent({ kind: 'ready-again', name: this.#plan.name, ready }),
        // It died again before it was ready: its end has started the next, slower try already.
        () => {},
      );
    }, inMs);
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const child = this.#process;
    if (child === null) return;
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(late);
  }
}

function isReady(message: unknown): message is Ready {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}
