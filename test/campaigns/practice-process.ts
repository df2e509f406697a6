/** A practice exchange as a process of its own, to be killed and started again on the same files. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../practice/main.ts', import.meta.url));
/** A start reads at most what happened since the last snapshot; a minute of it is a fault on any machine. */
const READY_MS = 60_000;

export type PracticeProcess = {
  /** Its address once it answers. Rejects with its own words when it ends before, or never gets there. */
  readonly ready: Promise<string>;
  /** What it wrote to its error output: nothing, while all is well. */
  complaints(): string;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
};

export function spawnPractice(dataDir: string, seed: string): PracticeProcess {
  const child = fork(MAIN, ['--port', '0', '--data', dataDir, '--seed', seed], { silent: true });
  let complaints = '';
  child.stderr?.on('data', (chunk) => {
    complaints += String(chunk);
  });
  const gone = once(child, 'exit');
  const ready = becomesReady(child, gone, () => complaints);
  // Whoever kills it while it starts does not ask whether it got ready.
  ready.catch(() => undefined);
  return {
    ready,
    complaints: () => complaints,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function becomesReady(child: ChildProcess, gone: Promise<unknown>, words: () => string): Promise<string> {
  const message = await Promise.race([
    once(child, 'message', { signal: AbortSignal.timeout(READY_MS) }),
    gone.then(() => null),
  ]);
  if (message === null) throw new Error(`The practice exchange ended while it started: ${words()}`);
  const [{ port }] = message as [{ readonly port: number }];
  return `http://127.0.0.1:${port}`;
}
