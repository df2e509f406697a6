import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DatabaseError } from './accounts/database.ts';
import { DEMO_EMAIL, DEMO_PASSWORD } from './accounts/demo.ts';
import type { ExchangeFault } from './exchange/durable-exchange.ts';
import { ExchangeFileError } from './exchange/exchange-file.ts';
import { REPLAY_HEADER, ReplayError } from './life/replay.ts';
import { type Practice, StartError, startPractice } from './server.ts';

const PORT_DEFAULT = 4400;
/** A thousand turns a day into a minute and a half; beyond it a step of the market would be longer than most candles. */
const SPEED_MAX = 1_000;

const USAGE = `The practice exchange. Options:
  --port N     where to listen, ${PORT_DEFAULT} unless told; 0 takes any free port
  --host NAME  127.0.0.1 unless told; addresses of this machine only
  --data DIR   where accounts, keys and balances live
  --seed TEXT  another seed makes another market
  --speed N    time runs N times as fast, 1 to ${SPEED_MAX}
  --replay CSV prices follow the candles of a file from now on; its first line is
               ${REPLAY_HEADER}
  --quiet      nobody trades but you: no market makers, no takers
  --no-rate-limits  nobody is refused for asking too often`;

function dataDirDefault(): string {
  const home = process.env.XDG_DATA_HOME ?? process.env.LOCALAPPDATA;
  if (home !== undefined && home !== '') return join(home, 'gapless', 'practice');
  return process.platform === 'darwin'
    ? join(homedir(), 'Library', 'Application Support', 'gapless', 'practice')
    : join(homedir(), '.local', 'share', 'gapless', 'practice');
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      data: { type: 'string' },
      seed: { type: 'string', default: 'practice' },
      speed: { type: 'string', default: '1' },
      replay: { type: 'string' },
      quiet: { type: 'boolean', default: false },
      'no-rate-limits': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const port = values.port === undefined ? PORT_DEFAULT : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new StartError(`--port takes a whole number from 0 to 65535, not ${values.port}.`);
  const speed = Number(values.speed);
  if (!Number.isInteger(speed) || speed < 1 || speed > SPEED_MAX)
    throw new StartError(`--speed takes a whole number from 1 to ${SPEED_MAX}, not ${values.speed}.`);
  return {
    help: values.help,
    port,
    host: values.host,
    dataDir: values.data ?? dataDirDefault(),
    seed: values.seed,
    speed,
    replay: values.replay ?? null,
    life: !values.quiet,
    rateLimits: !values['no-rate-limits'],
  };
}

/** As a child of another program it lives no longer than the channel to that program. */
function stopWhenAsked(practice: Practice): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    practice.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error('Could not stop cleanly:', error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  if (process.send !== undefined) process.on('disconnect', stop);
}

/** An exchange that cannot write has nothing to say any more; what its last answers were, the next start reads. */
function endWhenStopped({ kind, error }: ExchangeFault): void {
  console.error('Fault in the exchange:', kind, error);
  if (kind !== 'commit-failed') return;
  console.error(
    'The practice exchange cannot write to its data folder and stops. Check the disk, then start it again.',
  );
  process.exit(1);
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) {
    console.log(USAGE);
    return;
  }
  // What this program writes is for its owner only.
  process.umask(0o077);
  const practice = await startPractice({ ...options, onFault: endWhenStopped });
  stopWhenAsked(practice);
  console.log(`Practice exchange at ${practice.url} · demo login ${DEMO_EMAIL} / ${DEMO_PASSWORD}`);
  process.send?.({ type: 'ready', port: practice.port });
}

try {
  await main();
} catch (error) {
  const known = [StartError, DatabaseError, ExchangeFileError, ReplayError].some((kind) => error instanceof kind);
  // parseArgs explains an unknown option in words of its own.
  const misuse = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (known && error instanceof Error) console.error(error.message);
  else if (misuse) console.error(`${error.message}\n${USAGE}`);
  else console.error(error);
  process.exitCode = 1;
}
