/**
 * `npm start`: reads the options, looks at the machine, starts practice exchange, custody and desk, prints where to go,
 * and stops all of it on Ctrl-C. This process holds no key and answers no request.
 */

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { custodyArguments } from './custody/launch.ts';
import { HELP, isLoopback, OptionError, readOptions, type StartOptions } from './options.ts';
import { claimFolder, portIsFree, writeRunFile } from './shell/claim.ts';
import { type Places, places } from './shell/places.ts';
import { type ChildEvent, type Ready, StartFailure, Supervisor } from './shell/supervisor.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The first start makes keys and databases; on a busy machine with a slow disk that is seconds, not more. */
const READY_WITHIN_MS = 60_000;

type Tokens = { readonly desk: string; readonly owner: string; readonly cli: string };

async function main(): Promise<void> {
  const startedAt = performance.now();
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(HELP);
    return;
  }
  const where = places({ data: options.data, env: process.env, platform: process.platform, home: os.homedir() });
  const release = await claimFolder(where);
  const supervisor = new Supervisor(report);
  const stop = stopper(supervisor, release);
  try {
    await portsAreFree(options);
    const tokens = { desk: token(), owner: token(), cli: token() };
    const practice = options.practice === null ? null : await startPractice(supervisor, options.practice.port, where);
    await startCustody(supervisor, options, where, practice, tokens);
    const desk = await startDesk(supervisor, options, where, practice, tokens);
    const address = String(desk.address);
    writeRunFile(where, {
      pid: process.pid,
      address,
      sockets: where.sockets,
      ownerToken: tokens.owner,
      cliToken: tokens.cli,
    });
    greet({ desk, practice, where, options, tookMs: performance.now() - startedAt });
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ends everything once, whoever asks first. */
function stopper(supervisor: Supervisor, release: () => void): () => Promise<void> {
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= supervisor.stop().then(release);
    return stopping;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping === null && process.stdout.isTTY) console.log('\nStopping …');
      void stop().then(() => process.exit(0));
    });
  }
  return stop;
}

async function portsAreFree(options: StartOptions): Promise<void> {
  const wanted = [{ name: 'The desk', option: '--port', port: options.port, host: options.host }];
  if (options.practice !== null) {
    wanted.push({
      name: 'The practice exchange',
      option: '--practice-port',
      port: options.practice.port,
      host: '127.0.0.1',
    });
  }
  for (const { name, option, port, host } of wanted) {
    if (!(await portIsFree(port, host))) {
      throw new OptionError(
        `${name} cannot listen on port ${port}: another program does. Stop that program, or choose another port with ${option}.`,
      );
    }
  }
}

async function startPractice(supervisor: Supervisor, port: number, where: Places): Promise<string> {
  const program = path.join(ROOT, 'practice', 'main.ts');
  const args = (at: unknown) => [program, '--port', String(at), '--data', path.join(where.data, 'practice')];
  const ready = await supervisor.start({
    name: 'practice',
    command: process.execPath,
    args: args(port),
    again: (ready) => args(ready.port),
    env: childEnvironment(),
    bootLine: null,
    stdout: 'ignore',
    readyWithinMs: READY_WITHIN_MS,
  });
  return `http://127.0.0.1:${String(ready.port)}`;
}

async function startCustody(
  supervisor: Supervisor,
  options: StartOptions,
  where: Places,
  practice: string | null,
  tokens: Tokens,
): Promise<void> {
  const args = custodyArguments({
    root: ROOT,
    data: where.data,
    keys: where.keys,
    sockets: where.sockets,
    whitebit: options.whitebit,
    practice,
  });
  const bootLine = JSON.stringify({ desk: tokens.desk, owner: tokens.owner });
  await supervisor.start({
    name: 'custody',
    command: process.execPath,
    args,
    env: custodyEnvironment(),
    bootLine,
    stdout: 'inherit',
    readyWithinMs: READY_WITHIN_MS,
  });
}

async function startDesk(
  supervisor: Supervisor,
  options: StartOptions,
  where: Places,
  practice: string | null,
  tokens: Tokens,
): Promise<Ready> {
  const program = path.join(ROOT, 'src', 'desk.ts');
  const args = ['--data', where.data, '--host', options.host];
  args.push('--socket-dir', where.sockets, '--practice', practice ?? 'none', '--whitebit', options.whitebit);
  if (options.tls !== null) args.push('--tls-cert', options.tls.cert, '--tls-key', options.tls.key);
  if (options.proxy !== null)
    args.push('--proxy', options.proxy.address, '--public-origin', options.proxy.publicOrigin);
  const bootLine = JSON.stringify({ custody: tokens.desk, cli: tokens.cli });
  return supervisor.start({
    name: 'desk',
    command: process.execPath,
    args: [program, '--port', String(options.port), ...args],
    again: (ready) => [program, '--port', String(ready.port), ...args],
    env: childEnvironment(),
    bootLine,
    stdout: 'inherit',
    readyWithinMs: READY_WITHIN_MS,
  });
}

/** No `NODE_OPTIONS`: whoever could set it could load code into every process. */
function childEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _refused, ...rest } = process.env;
  return rest;
}

/** Custody needs nothing from the environment; what is not there cannot leak or steer it. */
function custodyEnvironment(): NodeJS.ProcessEnv {
  const { PATH, TZ, SystemRoot } = process.env;
  return { ...(PATH && { PATH }), ...(TZ && { TZ }), ...(SystemRoot && { SystemRoot }) };
}

function token(): string {
  return randomBytes(32).toString('base64url');
}

function report(event: ChildEvent): void {
  const time = new Date().toISOString();
  switch (event.kind) {
    case 'restarting':
      console.error(`${time} ${event.name} ended (${event.how}); starting it again in ${event.inMs} ms`);
      return;
    case 'ready-again':
      console.error(`${time} ${event.name} is running again`);
      // Nobody owns the desk yet, and the code that was printed died with the process that knew it.
      if (typeof event.ready.setupCode === 'string') console.log(`  Setup code  ${event.ready.setupCode}`);
      return;
  }
}

function greet(told: {
  desk: Ready;
  practice: string | null;
  where: Places;
  options: StartOptions;
  tookMs: number;
}): void {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const lines = [
    `Gapless ${version} is ready (${(told.tookMs / 1000).toFixed(1)} s).`,
    '',
    `  Open        ${String(told.desk.address)}`,
  ];
  const code = told.desk.setupCode;
  if (typeof code === 'string') {
    lines.push(`  Setup code  ${code}`, '              (makes you the owner of this desk; works once, for 15 minutes)');
  }
  if (told.practice !== null) {
    lines.push(`  Practice    ${told.practice}   log in as demo@practice.example, password practice-demo`);
  }
  lines.push(`  Data        ${told.where.data}`);
  if (!isLoopback(new URL(told.options.whitebit).hostname))
    lines.push('', 'Ctrl-C stops everything; nothing is lost by it.');
  else
    lines.push(
      '',
      `The venue WhiteBIT is pointed at ${told.options.whitebit}, a practice exchange.`,
      'Ctrl-C stops everything; nothing is lost by it.',
    );
  console.log(lines.join('\n'));
}

main().catch((error: unknown) => {
  if (error instanceof OptionError) console.error(error.message);
  else if (error instanceof StartFailure) console.error(error.words);
  else console.error(error);
  process.exit(1);
});
