/**
 * A whole desk as a person starts it: supervisor, practice exchange, custody and server as real processes on free
 * ports, in a folder of its own that vanishes afterwards.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunFile } from '../src/shell/claim.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const READY_WITHIN_MS = 60_000;

export type RunningDesk = {
  readonly folder: string;
  readonly data: string;
  /** `http://localhost:PORT` */
  readonly address: string;
  /** `http://127.0.0.1:PORT` */
  readonly practice: string;
  readonly setupCode: string | null;
  readonly supervisor: ChildProcess;
  readonly env: NodeJS.ProcessEnv;
  /** All that the processes printed so far. */
  output(): string;
  runFile(): RunFile;
  /** Process numbers of the running children, by what they run. */
  children(): { readonly name: 'practice' | 'custody' | 'desk'; readonly pid: number }[];
  /** Ctrl-C. Resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Stops, and starts again on the same folder. */
  again(args?: readonly string[]): Promise<RunningDesk>;
  /** Stops and removes the folder. */
  end(): Promise<void>;
};

export async function startDesk(
  args: readonly string[] = [],
  folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-')),
): Promise<RunningDesk> {
  const data = path.join(folder, 'data');
  const env = { ...process.env, XDG_CONFIG_HOME: path.join(folder, 'config'), HOME: folder, NO_COLOR: '1' };
  const main = path.join(ROOT, 'src', 'main.ts');
  const ports = ['--port', '--practice-port'].flatMap((option) => (args.includes(option) ? [] : [option, '0']));
  const supervisor = spawn(process.execPath, [main, '--data', data, ...ports, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  supervisor.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  supervisor.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = once(supervisor, 'exit').then(([code]) => code as number | null);
  await until(
    () => output.includes('Ctrl-C stops') || supervisor.exitCode !== null,
    READY_WITHIN_MS,
    () => output,
  );
  if (supervisor.exitCode !== null) throw new Error(`The desk did not start:\n${output}`);

  const stop = async (): Promise<number | null> => {
    supervisor.kill('SIGINT');
    return ended;
  };
  return {
    folder,
    data,
    address: found(output, /Open\s+(\S+)/),
    practice: /Practice\s+(\S+)/.exec(output)?.[1] ?? '',
    setupCode: /Setup code\s+(\S+)/.exec(output)?.[1] ?? null,
    supervisor,
    env,
    output: () => output,
    runFile: () => JSON.parse(readFileSync(path.join(data, 'run', 'desk.json'), 'utf8')) as RunFile,
    children: () => childrenOf(supervisor.pid ?? 0),
    stop,
    again: async (more = args) => {
      await stop();
      return startDesk(more, folder);
    },
    end: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function until(
  condition: () => boolean | Promise<boolean>,
  withinMs: number,
  told: () => string = () => '',
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain. ${told()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function found(text: string, pattern: RegExp): string {
  const match = pattern.exec(text)?.[1];
  if (match === undefined) throw new Error(`The start did not say ${pattern}:\n${text}`);
  return match;
}

/** From /proc: the supervisor tells nobody the numbers of its children, and need not. */
function childrenOf(pid: number): { name: 'practice' | 'custody' | 'desk'; pid: number }[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean);
  return list.flatMap((child) => {
    const command = commandOf(child);
    const name = (['practice', 'custody', 'desk'] as const).find((each) =>
      command.includes(each === 'desk' ? path.join('src', 'desk.ts') : path.join(each, 'main.ts')),
    );
    return name === undefined ? [] : [{ name, pid: Number(child) }];
  });
}

/** Empty for a child that ended since it was listed. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
