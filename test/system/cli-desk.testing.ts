/** A desk of real processes on a folder of its own, and the command line as a person runs it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RunFile } from '../../src/shell/claim.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_MS = 90_000;
const STOP_MS = 20_000;
const DEMO = 'demo@practice.example';

export type Ran = { readonly exit: number | null; readonly out: string; readonly err: string };
export type Key = { readonly apiKey: string; readonly secret: string };

export class CliDesk {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-cli-'));
  readonly data = path.join(this.folder, 'data');
  /** Everything that any command ever said, for the canaries. */
  readonly said: string[] = [];
  readonly #options: readonly string[];
  #supervisor: ChildProcess | null = null;
  #practice = '';

  /** `options` of `npm start` about the exchanges; without any, a practice exchange on a port of its own. */
  constructor(options: readonly string[] = ['--practice-port', '0']) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const args = ['--port', '0', ...this.#options, '--data', this.data];
    const child = spawn(process.execPath, [path.join(ROOT, 'src', 'main.ts'), ...args], {
      env: this.#env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#supervisor = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.said.push(text));
    }
    const untilMs = Date.now() + START_MS;
    while (!existsSync(this.#runFile)) {
      if (child.exitCode !== null || Date.now() > untilMs) throw new Error(`No desk:\n${this.said.join('')}`);
      await pause(50);
    }
    const custody = JSON.parse((await this.cli(['custody', '--json'])).out) as {
      venues: { venue: string; address: string }[];
    };
    this.#practice = custody.venues.find(({ venue }) => venue === 'practice')?.address ?? '';
  }

  async stop(): Promise<void> {
    const child = this.#supervisor;
    this.#supervisor = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(late);
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get run(): RunFile {
    return JSON.parse(readFileSync(this.#runFile, 'utf8')) as RunFile;
  }

  /** `input`: what stands on standard input, which is no terminal here. */
  async cli(args: readonly string[], input = ''): Promise<Ran> {
    const entry = path.join(ROOT, 'src', 'cli', 'main.ts');
    const child = spawn(process.execPath, [entry, ...args, '--data', this.data], { env: this.#env() });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    // A command that asks for nothing may be gone before its input is written.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const exit = await new Promise<number | null>((resolve) => child.once('close', resolve));
    this.said.push(out, err);
    return { exit, out, err };
  }

  /** As `cli` with `--json`; the parsed result. Throws where the command did not end well. */
  async json<T>(args: readonly string[], input = ''): Promise<T> {
    const ran = await this.cli([...args, '--json'], input);
    if (ran.exit !== 0) throw new Error(`gapless ${args.join(' ')} ended with ${ran.exit}: ${ran.err}`);
    return JSON.parse(ran.out) as T;
  }

  /** As the page does it; `cookie` is what the answer set, as the next request would send it. */
  async api(
    method: string,
    route: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly status: number; readonly body: unknown; readonly cookie: string }> {
    const { address } = this.run;
    const response = await fetch(address + route, {
      method,
      headers: { origin: address, ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
    return { status: response.status, body: await response.json(), cookie };
  }

  /** A command of the practice exchange's JSON interface (practice/README.md). */
  async practice(command: string, input: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.#practice}/practice/api/${command}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-practice-control': '1' },
      body: JSON.stringify(input),
    });
    const reply = (await response.json()) as { ok: boolean; value?: Record<string, unknown> };
    if (!reply.ok) throw new Error(`${command}: ${JSON.stringify(reply)}`);
    return reply.value ?? {};
  }

  async key(groups: readonly string[] = ['trade-read', 'wallet-read', 'orders'], email = DEMO): Promise<Key> {
    const { apiKey, secret } = await this.practice('keys/create', { email, groups });
    return { apiKey: String(apiKey), secret: String(secret) };
  }

  get #runFile(): string {
    return path.join(this.data, 'run', 'desk.json');
  }

  #env(): NodeJS.ProcessEnv {
    const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
    const config = path.join(this.folder, 'config');
    return {
      ...(PATH && { PATH }),
      ...(HOME && { HOME }),
      ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }),
      XDG_CONFIG_HOME: config,
    };
  }
}

export const lines = (key: Key): string => `${key.apiKey}\n${key.secret}\n`;
