import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** The engine of the practice exchange against the reference book, at full length, on both cores. */

const CAMPAIGN = fileURLToPath(new URL('../../practice/engine/campaign.testing.ts', import.meta.url));
const SEEDS = 200;
const COMMANDS = 100_000;
/** Three minutes on two idle cores, but other tests go first; a failing seed takes a while to be shrunk. */
const CAMPAIGN_MS = 18 * 60_000;
const PLANTED_MS = 8 * 60_000;

test(
  `${SEEDS} seeds of ${COMMANDS} commands: the same trades, queues, balances and refusals`,
  async () => {
    const { code, output } = await campaign('--seeds', String(SEEDS), '--commands', String(COMMANDS));
    expect(code, lastLines(output)).toBe(0);
    expect(output).toContain(`${SEEDS} seeds of ${COMMANDS} commands: no difference`);
  },
  CAMPAIGN_MS,
);

test(
  'it finds every fault planted in the engine, and shrinks each to a few commands',
  async () => {
    const { code, output } = await campaign('--planted');
    expect(code, lastLines(output)).toBe(0);
    const sizes = [...output.matchAll(/^found: .*shrunk to (\d+) commands/gm)].map(([, size]) => Number(size));
    expect(sizes.length).toBeGreaterThanOrEqual(15);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(25);
  },
  PLANTED_MS,
);

function campaign(...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CAMPAIGN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output: chunks.join('') });
    });
  });
}

/** A failing seed and its commands stand at the end. */
function lastLines(output: string): string {
  return output.split('\n').slice(-80).join('\n');
}
