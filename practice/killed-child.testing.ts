import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';

/**
 * Starts a child program and kills it (SIGKILL) when it has said so many lines. Every whole line it said, also after the
 * decision; it must have complained of nothing.
 */
export async function linesBeforeKill(program: string, args: readonly string[], afterLines: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  let said = '';
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > afterLines) child.kill('SIGKILL');
  });
  const [, signal] = (await closed) as [number | null, NodeJS.Signals | null];
  expect(complaint).toBe('');
  expect(signal).toBe('SIGKILL');
  const lines = said.split('\n');
  lines.pop();
  return lines;
}
