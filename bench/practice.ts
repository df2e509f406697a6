/**
 * The speed of the practice exchange: matching, signed orders over HTTP, depth streams, one after the other and each in a
 * process of its own, then their verdicts together. `--memory` adds ten million trades, which take some ten minutes.
 * Exit code 1 when a goal is missed or a measurement could not be made.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Every verdict line says one of the two. */
const VERDICT = /\bgoal\b.*: (reached|MISSED)/;

const { values } = parseArgs({ options: { memory: { type: 'boolean', default: false } } });
const names = ['matching', 'http', 'streams', ...(values.memory ? ['memory'] : [])];

const verdicts: string[] = [];
let isReached = true;
for (const name of names) {
  console.log(`\n${name}`);
  const { code, lines } = await run(name);
  const [verdict = `no verdict (exit code ${code})`] = lines.filter((line) => VERDICT.test(line)).slice(-1);
  verdicts.push(`${name.padEnd(10)}${verdict}`);
  isReached = isReached && code === 0;
}
console.log(`\n${verdicts.join('\n')}`);
process.exitCode = isReached ? 0 : 1;

/** Its output goes through at once, and comes back in lines. */
async function run(name: string): Promise<{ readonly code: number | null; readonly lines: readonly string[] }> {
  const script = fileURLToPath(new URL(`practice-${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: output.split('\n') };
}
