/**
 * The desk's process: reads what the supervisor says, opens the database, reaches custody, listens. Everything else is
 * handed in from here.
 */

import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { connectCustody } from './custody/client.ts';
import { isLoopback, OptionError } from './options.ts';
import { CliDoor } from './server/cli-door.ts';
import { cliSocketPath } from './server/cli-words.ts';
import { createDesk } from './server/desk.ts';
import { HASH_COST } from './server/people/passwords.ts';
import { type Site, siteOf } from './server/site.ts';
import { systemClock } from './shell/clock.ts';
import { commandLineOf } from './shell/command-line.ts';
import { systemRandom } from './shell/random.ts';
import { createVenues } from './shell/venues.ts';
import { DatabaseError, openDatabase } from './store/database.ts';
import { databaseFile } from './store/file.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The supervisor writes it at once; without one we were started by hand. */
const BOOT_LINE_MS = 10_000;
/** Requests under way get this long to end before the process does. */
const STOP_MS = 4_000;

type Options = {
  readonly data: string;
  readonly port: number;
  readonly host: string;
  readonly sockets: string;
  readonly practice: string | null;
  readonly whitebit: string;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly proxy: { readonly address: string; readonly publicOrigin: string } | null;
};

async function main(): Promise<void> {
  const options = readOptions();
  const boot = await readBootLine();
  const log = pino(
    {
      level: process.env.GAPLESS_LOG_LEVEL ?? 'info',
      // What could carry a secret is cut out before anything is written, wherever it stands.
      redact: {
        paths: [
          '*.authorization',
          '*.cookie',
          '*.password',
          '*.code',
          '*.secret',
          '*.sealed',
          '*.token',
          'req.headers',
          'res.headers',
        ],
        censor: '[cut out]',
      },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ dest: path.join(options.data, 'desk.log'), append: true, sync: true, mode: 0o600 }),
  );
  const database = openDatabase(databaseFile(options.data));
  const custody = connectCustody({
    socketPath: process.platform === 'win32' ? options.sockets : path.join(options.sockets, 'desk.sock'),
    token: boot.custody,
    clock: systemClock,
  });
  const siteFor = (port: number): Site =>
    siteOf({ host: options.host, port, certificate: options.tls?.cert ?? null, proxy: options.proxy });
  let site = siteFor(options.port);
  const desk = await createDesk({
    database,
    custody,
    venues: createVenues({ whitebit: options.whitebit, practice: options.practice }, systemClock),
    clock: systemClock,
    random: systemRandom,
    log,
    site: () => site,
    rpId: site.rpId,
    version: versionOf(),
    command: commandLineOf(options, { env: process.env, platform: process.platform, home: os.homedir() }),
    hashCost: HASH_COST,
    pageFolder: path.join(ROOT, 'dist', 'web'),
    door:
      boot.cli === null
        ? null
        : new CliDoor({ token: boot.cli, socketPath: cliSocketPath(options.sockets, process.platform) }),
    tls: options.tls,
  });
  const port = await listen(desk.app, options);
  site = siteFor(port);
  stopOnSignals(async () => {
    await desk.stop();
    custody.close();
    await database.destroy();
  });
  process.send?.({ type: 'ready', port, address: site.origin, setupCode: desk.setupCode });
  if (process.send === undefined) {
    console.log(site.origin);
    if (desk.setupCode !== null) console.log(desk.setupCode);
  }
}

/** The first port decides; on loopback the same one is taken on ::1 too where the machine has it, because "localhost" may mean either. */
async function listen(app: Awaited<ReturnType<typeof createDesk>>['app'], options: Options): Promise<number> {
  const host = options.host === 'localhost' ? '127.0.0.1' : options.host;
  try {
    await app.listen({ port: options.port, host, exclusive: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EADDRINUSE') {
      throw new OptionError(
        `The desk cannot listen on port ${options.port}: another program does. Stop that program, or choose another port with --port.`,
      );
    }
    if (code === 'EADDRNOTAVAIL' || code === 'EACCES') {
      throw new OptionError(
        `The desk cannot listen on ${host} port ${options.port} (${code}). Choose another with --host and --port.`,
      );
    }
    throw error;
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  if (host === '127.0.0.1' && options.proxy === null) await alsoOnSix(app.server, port);
  return port;
}

/**
 * Hands what arrives at ::1 to the one server, TLS included; a machine without IPv6 goes without. Where another program
 * has that port there, we do not start: a browser that opens "localhost" asks ::1 first, and that program would be
 * given the password.
 */
function alsoOnSix(server: Server, port: number): Promise<void> {
  const six = createServer((socket) => server.emit('connection', socket));
  return new Promise((resolve, reject) => {
    six.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return resolve();
      const cause = `Another program listens on [::1] port ${port}, which a browser may take for localhost.`;
      reject(new OptionError(`${cause} Stop that program, or choose another port with --port.`));
    });
    six.listen({ port, host: '::1', exclusive: true, ipv6Only: true }, () => {
      six.on('error', () => {});
      six.unref();
      server.on('close', () => six.close());
      resolve();
    });
  });
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      'socket-dir': { type: 'string' },
      practice: { type: 'string', default: 'none' },
      whitebit: { type: 'string', default: 'https://whitebit.com' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      proxy: { type: 'string' },
      'public-origin': { type: 'string' },
    },
  });
  const { data, host } = values;
  const sockets = values['socket-dir'];
  if (data === undefined || sockets === undefined) {
    throw new OptionError('The desk is started by npm start; by hand it needs --data and --socket-dir.');
  }
  const cert = values['tls-cert'];
  const key = values['tls-key'];
  const publicOrigin = values['public-origin'];
  const tls = cert === undefined || key === undefined ? null : { cert: readPem(cert), key: readPem(key) };
  const proxy =
    values.proxy === undefined || publicOrigin === undefined ? null : { address: values.proxy, publicOrigin };
  if (!isLoopback(host) && tls === null && proxy === null) {
    throw new OptionError(
      `Listening on ${host} without TLS would send passwords in the clear. Give --tls-cert and --tls-key, or --proxy and --public-origin, or leave --host out.`,
    );
  }
  return {
    data,
    port: Number(values.port ?? '0'),
    host,
    sockets,
    practice: values.practice === 'none' ? null : values.practice,
    whitebit: values.whitebit,
    tls,
    proxy,
  };
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new OptionError(`${file} cannot be read (${code}). Give the path of a PEM file that this user may read.`);
  }
}

/** Secrets come over standard input, where no list of processes shows them. */
async function readBootLine(): Promise<{ custody: string; cli: string | null }> {
  const lines = createInterface({ input: process.stdin });
  const timer = setTimeout(() => lines.close(), BOOT_LINE_MS);
  for await (const line of lines) {
    clearTimeout(timer);
    const said = JSON.parse(line) as { custody?: unknown; cli?: unknown };
    if (typeof said.custody !== 'string') break;
    lines.close();
    return { custody: said.custody, cli: typeof said.cli === 'string' ? said.cli : null };
  }
  clearTimeout(timer);
  throw new OptionError('The desk got no boot line. Start it with npm start.');
}

/** Ends once, whoever asks first: a signal, or the supervisor's channel closing because it died. */
function stopOnSignals(stop: () => Promise<void>): void {
  let isStopping = false;
  const end = (): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), STOP_MS).unref();
    void stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('disconnect', end);
}

function versionOf(): string {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return version;
}

main().catch((error: unknown) => {
  if (error instanceof OptionError || error instanceof DatabaseError) console.error(error.message);
  else console.error(error);
  process.exit(1);
});
