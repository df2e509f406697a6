/** A real PostgreSQL server for tests: its own folder, a socket inside it, nothing on the network, gone with the test. */

import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database } from '../../src/store/database.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import type { Schema } from '../../src/store/schema.ts';

const DEBIAN = '/usr/lib/postgresql';
const READY_WITHIN_MS = 30_000;
const LOOK_AGAIN_MS = 50;
/** BIGINT: times and counters, all of them well inside what a number holds. */
const BIGINT = 20;

type Account = { readonly uid?: number; readonly gid?: number };

export class Postgres {
  readonly #folder: string;
  readonly #server: ChildProcess;
  #databases = 0;

  private constructor(folder: string, server: ChildProcess) {
    this.#folder = folder;
    this.#server = server;
  }

  static async start(): Promise<Postgres> {
    const bin = binaries();
    const account = unprivileged();
    const folder = mkdtempSync(path.join(tmpdir(), 'gapless-pg-'));
    if (account.uid !== undefined && account.gid !== undefined) chownSync(folder, account.uid, account.gid);
    const data = path.join(folder, 'data');
    execFileSync(
      path.join(bin, 'initdb'),
      ['-D', data, '-U', 'gapless', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
      { ...account, cwd: folder, stdio: 'pipe' },
    );
    // It ends with the pipe that it reads from: also when this process is killed.
    const script = '"$0" "$@" & server=$!; read -r _; kill -INT "$server"; wait "$server"';
    const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'fsync=off', 'max_connections=20'];
    const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
    const server = spawn('/bin/sh', ['-c', script, path.join(bin, 'postgres'), ...args], {
      ...account,
      cwd: folder,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const postgres = new Postgres(folder, server);
    await postgres.#ready();
    return postgres;
  }

  /** A new database with all tables; `open` gives it again as another process would. */
  async create(): Promise<() => Promise<Database>> {
    this.#databases += 1;
    const name = `t${this.#databases}`;
    await this.#run('postgres', [`CREATE DATABASE ${name}`]);
    // The very texts that SQLite gets.
    await this.#run(name, MIGRATIONS);
    return async () => new Kysely<Schema>({ dialect: new PostgresDialect({ pool: this.#pool(name) }) });
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#server.once('exit', resolve));
    this.#server.stdin?.end();
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #pool(database: string): pg.Pool {
    const types = {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === BIGINT ? Number : pg.types.getTypeParser(oid, format as 'text'),
    };
    return new pg.Pool({ host: this.#folder, user: 'gapless', database, max: 8, types });
  }

  async #run(database: string, texts: readonly string[]): Promise<void> {
    const client = new pg.Client({ host: this.#folder, user: 'gapless', database });
    await client.connect();
    try {
      for (const text of texts) await client.query(text);
    } finally {
      await client.end();
    }
  }

  async #ready(): Promise<void> {
    const untilMs = Date.now() + READY_WITHIN_MS;
    for (;;) {
      try {
        await this.#run('postgres', ['SELECT 1']);
        return;
      } catch (error) {
        if (Date.now() > untilMs || this.#server.exitCode !== null) throw error;
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      }
    }
  }
}

/** The folder of `initdb` and `postgres`: named by POSTGRES_BIN, or the newest of Debian's. */
function binaries(): string {
  const named = process.env.POSTGRES_BIN;
  if (named !== undefined && named !== '') return named;
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined)
    throw new Error('There is no PostgreSQL here: `npm test` installs it, or name its folder in POSTGRES_BIN.');
  return path.join(DEBIAN, newest, 'bin');
}

/** PostgreSQL refuses to run as root: then as the account that its package made. */
function unprivileged(): Account {
  if (process.getuid?.() !== 0) return {};
  const idOf = (what: string) => Number(execFileSync('id', [what, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
