/**
 * The real stack of the trade-kill campaign: practice exchange, custody and desk, started with the arguments and boot
 * lines that `npm start` gives them. Each is started again by itself; the supervisor's growing pauses, which would only
 * make a campaign long, are left out.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CustodyClient, connectCustody } from '../../src/custody/client.ts';
import { custodyArguments, socketPath } from '../../src/custody/launch.ts';
import { steadyPorts } from './free-ports.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_WITHIN_MS = 90_000;

export const PARTS = ['practice', 'custody', 'desk'] as const;
export type Part = (typeof PARTS)[number];
type Plan = { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv; readonly bootLine: string | null };

export type Stage = {
  /** `http://localhost:PORT` of the desk. */
  readonly address: string;
  readonly practice: string;
  readonly setupCode: string;
  /** The owner's own socket to custody. */
  readonly owner: CustodyClient;
  readonly folder: string;
  /** Ended without having been killed here, in words. */
  readonly faults: string[];
  /** SIGKILL now, started again after the delay; while it is starting that is a kill in recovery. */
  kill(part: Part, againInMs: number): void;
  isUp(part: Part): boolean;
  end(keep: boolean): Promise<void>;
};

/** `wire`: gives the address by which custody and desk reach the exchange, where something stands between them. */
export async function openStage(wire: (practice: string) => Promise<string> = async (same) => same): Promise<Stage> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-trade-'));
  const [data, keys, sockets] = ['data', 'keys', 's'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const place of [data, keys, sockets]) mkdirSync(place, { mode: 0o700 });
  const ports = await steadyPorts();
  const [port = '', practicePort = ''] = [ports[1], ports[3]];
  const practice = `http://127.0.0.1:${practicePort}`;
  const venue = await wire(practice);
  const token = () => randomBytes(32).toString('base64url');
  const tokens = { desk: token(), owner: token(), cli: token() };
  const at = (...names: string[]) => path.join(ROOT, ...names);
  const plans: Record<Part, Plan> = {
    practice: {
      args: [at('practice', 'main.ts'), '--port', practicePort, '--data', path.join(data, 'practice')],
      env: process.env,
      bootLine: null,
    },
    custody: {
      args: custodyArguments({ root: ROOT, data, keys, sockets, whitebit: venue, practice: venue }),
      env: { PATH: process.env.PATH },
      bootLine: JSON.stringify({ desk: tokens.desk, owner: tokens.owner }),
    },
    desk: {
      args: [
        ...[at('src', 'desk.ts'), '--port', port, '--data', data, '--host', '127.0.0.1'],
        ...['--socket-dir', sockets, '--practice', venue, '--whitebit', venue],
      ],
      env: process.env,
      bootLine: JSON.stringify({ custody: tokens.desk, cli: tokens.cli }),
    },
  };
  const faults: string[] = [];
  const children = {} as Record<Part, Child>;
  const ready = {} as Record<Part, Record<string, unknown>>;
  for (const part of PARTS) {
    const log = path.join(folder, `${part}.stderr`);
    const child = new Child(part, plans[part], log, faults);
    children[part] = child;
    ready[part] = await child.first();
  }
  const owner = connectCustody({
    socketPath: socketPath(sockets, 'owner', process.platform),
    token: tokens.owner,
    clock: { nowMs: () => Date.now() },
  });
  return {
    ...{
      address: String(ready.desk.address),
      practice,
      setupCode: String(ready.desk.setupCode),
      owner,
      folder,
      faults,
    },
    kill: (part, againInMs) => children[part].kill(againInMs),
    isUp: (part) => children[part].isUp,
    async end(keep) {
      owner.close();
      for (const part of PARTS.toReversed()) await children[part].stop();
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}

class Child {
  isUp = false;
  readonly #part: Part;
  readonly #plan: Plan;
  readonly #log: string;
  readonly #faults: string[];
  #process: ChildProcess | null = null;
  #againInMs = 0;
  #isKilled = false;
  #isStopping = false;

  constructor(part: Part, plan: Plan, log: string, faults: string[]) {
    this.#part = part;
    this.#plan = plan;
    this.#log = log;
    this.#faults = faults;
  }

  /** What it says when it is ready for the first time. */
  first(): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${this.#part} did not start: ${this.#log}`)), READY_WITHIN_MS);
      this.#start((message) => {
        clearTimeout(late);
        resolve(message);
      });
    });
  }

  kill(againInMs: number): void {
    this.#againInMs = againInMs;
    this.#isKilled = true;
    this.isUp = false;
    this.#process?.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    const child = this.#process;
    if (child === null) return;
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  #start(onReady: (message: Record<string, unknown>) => void = () => {}): void {
    if (this.#isStopping) return;
    const { args, env, bootLine } = this.#plan;
    const child = spawn(process.execPath, [...args], { env, stdio: ['pipe', 'ignore', 'pipe', 'ipc'] });
    this.#process = child;
    this.#isKilled = false;
    child.stderr?.on('data', (chunk: Buffer) => appendFileSync(this.#log, chunk));
    // A child that was killed takes its pipe along.
    child.stdin?.on('error', () => {});
    if (bootLine !== null) child.stdin?.write(`${bootLine}\n`);
    child.on('message', (message: Record<string, unknown>) => {
      if (message.type !== 'ready' || this.#isKilled) return;
      this.isUp = true;
      onReady(message);
    });
    child.on('close', (code, signal) => {
      this.#process = null;
      this.isUp = false;
      if (this.#isStopping) return;
      if (!this.#isKilled) this.#faults.push(`${this.#part} ended by itself: ${signal ?? `exit code ${code}`}`);
      setTimeout(() => this.#start(), this.#againInMs);
    });
  }
}
