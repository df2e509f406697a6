/** The entry of `gapless …`: the real terminal, clock and chance around the commands. */

import { readFileSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../shell/clock.ts';
import { systemRandom } from '../shell/random.ts';
import { run } from './program.ts';
import { END_SIGNALS, Terminal } from './terminal.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

for (const stream of [process.stdout, process.stderr]) {
  // Whoever read the output has gone (`| head`): there is nobody left to tell, and that is no error.
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}

const terminal = new Terminal({
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  env: process.env,
  onEndSignal(handler) {
    for (const signal of END_SIGNALS) process.on(signal, handler);
    return () => {
      for (const signal of END_SIGNALS) process.off(signal, handler);
    };
  },
});

process.exitCode = await run(process.argv.slice(2), {
  terminal,
  env: process.env,
  platform: process.platform,
  home: os.homedir(),
  clock: systemClock,
  random: systemRandom,
  version,
  pause: (delayMs) => pause(delayMs),
});
