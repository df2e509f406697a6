/** Hands over to a TypeScript entry under the pinned Node and ends as it ends. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { environment, pinnedNode, ROOT } from './machine.mjs';

export function handOver(entry, args) {
  const child = spawn(pinnedNode(), [path.join(ROOT, entry), ...args], { stdio: 'inherit', env: environment() });
  // A terminal sends Ctrl-C to both; whoever stops only this process (a service manager, npm) means the child.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
}
