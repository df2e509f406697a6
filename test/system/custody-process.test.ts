/** The real process, with its flags, killed at random moments; and a search for secrets wherever it leaves anything. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CustodyClient, connectCustody } from '../../src/custody/client.ts';
import { newConnection, newOwner } from '../../src/custody/desk.testing.ts';
import { custodyArguments, socketPath } from '../../src/custody/launch.ts';
import { type CustodyStatus, sealingContext } from '../../src/custody/protocol.ts';
import { seal } from '../../src/custody/sealing.ts';
import { type StubExchange, type StubKey, startStubExchange } from '../../src/custody/stub-exchange.testing.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TOKENS = { desk: 'd'.repeat(40), owner: 'o'.repeat(40) };
/** Enough to meet every step of connecting; the long campaign sets CUSTODY_KILLS higher. */
const KILLS = Number(process.env.CUSTODY_KILLS ?? 30);

let folder: string;
let exchange: StubExchange;
let running: Running[];
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-process-'));
  exchange = await startStubExchange();
  running = [];
});
afterEach(async () => {
  for (const one of running) one.child.kill('SIGKILL');
  await exchange.close();
  rmSync(folder, { recursive: true, force: true });
});

type Running = {
  readonly child: ChildProcess;
  readonly desk: CustodyClient;
  readonly owner: CustodyClient;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly printed: () => string;
};

async function start(): Promise<Running> {
  const place = (name: string) => path.join(folder, name);
  const args = custodyArguments({
    root: ROOT,
    data: place('data'),
    keys: place('keys'),
    sockets: place('s'),
    whitebit: 'https://127.0.0.1:9',
    practice: exchange.origin,
  });
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe', 'ipc'], env: {} });
  let printed = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  child.stdin?.on('error', () => {});
  child.stdin?.write(`${JSON.stringify(TOKENS)}\n`);
  await Promise.race([
    new Promise((resolve) => child.once('message', resolve)),
    ended.then(() => Promise.reject(new Error(`Custody did not start: ${printed}`))),
  ]);
  const client = (kind: 'desk' | 'owner') =>
    connectCustody({
      socketPath: socketPath(place('s'), kind, process.platform),
      token: TOKENS[kind],
      clock: { nowMs: () => Date.now() },
    });
  const one = { child, ended, printed: () => printed, desk: client('desk'), owner: client('owner') };
  running.push(one);
  return one;
}

function connectArgs(status: CustodyStatus, key: StubKey, connection = newConnection(), owner = newOwner()) {
  const context = sealingContext({ for: 'credentials', owner, venue: 'practice' });
  const sealed = seal(status.sealingKey ?? '', [Buffer.from(key.key), Buffer.from(key.secret)], context);
  return { connection, owner, venue: 'practice', label: 'Main', purpose: 'trade', sealed, confirmed: [] } as const;
}

function everyFile(under: string): readonly string[] {
  return readdirSync(under, { recursive: true })
    .map((name) => path.join(under, String(name)))
    .filter((name) => statSync(name).isFile());
}

function expectNoTrace(secret: string, texts: readonly string[]): void {
  const raw = Buffer.from(secret);
  const bare = Buffer.from(secret, 'hex');
  const base64 = (bytes: Buffer) => [0, 1, 2].map((cut) => bytes.subarray(cut).toString('base64').slice(0, 16));
  const forms = [secret, raw.toString('hex'), bare.toString('latin1'), ...base64(raw), ...base64(bare)];
  for (const text of texts) for (const form of forms) expect(text.includes(form)).toBe(false);
}

describe('the process', () => {
  test('runs with every hardening in force, stores a key, and keeps it over a clean stop', async () => {
    const first = await start();
    const status = await first.desk.request('status', {});
    expect(status).toMatchObject({ state: 'open', unlockMode: 'key-file', keys: 0 });
    expect(status.hardening).toEqual([
      'cannot start programs',
      'cannot start threads',
      'cannot load native code',
      'reads its own files only',
      'writes its own files only',
      'no debugger by signal',
      'no code from text',
      'no options from the environment',
      'no packages',
    ]);
    const args = connectArgs(status, exchange.addKey());
    expect((await first.desk.request('connect', args)).outcome).toBe('stored');
    first.child.kill('SIGTERM');
    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(first.printed()).toBe('');

    const second = await start();
    const again = await second.desk.request('status', {});
    expect(again).toMatchObject({ keys: 1, sealingKey: status.sealingKey, fingerprint: status.fingerprint });
    expect(await second.desk.request('balances', aboutOf(args))).toHaveProperty('balances');
  });

  test('ends when its supervisor is gone', async () => {
    const one = await start();
    one.child.stdin?.end();
    expect(await one.ended).toEqual({ code: 0, signal: null });
    const other = await start();
    other.child.disconnect();
    expect(await other.ended).toEqual({ code: 0, signal: null });
  });

  test('says in one sentence that another has its data folder', async () => {
    await start();
    await expect(start()).rejects.toThrow(/Is another Gapless using this data folder/);
  });

  test('leaves no secret in any file, error or output', async () => {
    const one = await start();
    const status = await one.desk.request('status', {});
    const key = exchange.addKey();
    const wrong = { ...exchange.addKey(), key: 'e'.repeat(32) };
    const args = connectArgs(status, key);
    const stored = await one.desk.request('connect', args);
    const refused = await one.desk.request('connect', connectArgs(status, wrong));
    const phrase = seal(status.sealingKey ?? '', [Buffer.from('backup words')], sealingContext({ for: 'passphrase' }));
    const { file } = await one.owner.request('backup', { sealed: phrase });
    const audit = await one.desk.request('audit', { before: null, limit: 200 });
    one.child.kill('SIGABRT');
    await one.ended;
    const told = [
      JSON.stringify([stored, refused, audit]),
      Buffer.from(file, 'base64').toString('latin1'),
      one.printed(),
    ];
    const files = everyFile(folder).map((name) => readFileSync(name, 'latin1'));
    expect(files.length).toBeGreaterThan(2);
    for (const secret of [key.secret, wrong.secret]) expectNoTrace(secret, [...told, ...files]);
  });
});

test(`killed ${KILLS} times while connecting: a key is there whole or not at all, nonces grow, the trail verifies`, async () => {
  let now = await start();
  const status = await now.desk.request('status', {});
  const begunAt = performance.now();
  const first = connectArgs(status, exchange.addKey());
  expect((await now.desk.request('connect', first)).outcome).toBe('stored');
  const wholeMs = performance.now() - begunAt;
  now.child.kill('SIGKILL');
  await now.ended;
  now = await start();
  const known = new Map<
    string,
    { readonly connection: ReturnType<typeof newConnection>; readonly owner: ReturnType<typeof newOwner> }
  >();
  const outcomes = { there: 0, not: 0 };
  for (let round = 0; round < KILLS; round += 1) {
    const key = exchange.addKey();
    const args = connectArgs(status, key);
    const answer = now.desk.request('connect', args).then(
      (outcome) => outcome.outcome,
      () => 'no answer' as const,
    );
    // From before the first request to after the commit, measured on this machine.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1.6 * wholeMs));
    now.child.kill('SIGKILL');
    await now.ended;
    const told = await answer;
    now.desk.close();
    now.owner.close();
    now = await start();
    expect(await now.desk.request('status', {})).toMatchObject({ state: 'open', reason: '' });
    expect(await now.desk.request('audit-verify', {})).toMatchObject({ ok: true });
    const there = (await now.desk.request('keys', {})).some((one) => one.connection === args.connection);
    // What was told to be stored is stored; what was not told may be either.
    if (told === 'stored') expect(there).toBe(true);
    outcomes[there ? 'there' : 'not'] += 1;
    if (there) {
      known.set(args.connection, aboutOf(args));
      expect(await now.desk.request('balances', aboutOf(args))).toHaveProperty('balances');
    }
    // One entry says how it ended, also where a crash came first.
    const mine = (await now.desk.request('audit', { before: null, limit: 200 })).filter(
      (one) => one.connection === args.connection,
    );
    if (mine.some((one) => one.event === 'connect-intent'))
      expect(mine.filter((one) => one.event === (there ? 'stored' : 'not-stored'))).toHaveLength(1);
  }
  expect((await now.desk.request('keys', {})).length).toBe(known.size + 1);
  const nonces = new Map<string, number>();
  for (const { key, body } of exchange.seen) {
    expect(Number(body.nonce)).toBeGreaterThan(nonces.get(key) ?? 0);
    nonces.set(key, Number(body.nonce));
  }
  // Both sides of the commit were met, or the kills proved nothing.
  expect(outcomes.there).toBeGreaterThan(0);
  expect(outcomes.not).toBeGreaterThan(0);
});

function aboutOf<T extends { readonly connection: unknown; readonly owner: unknown }>(
  args: T,
): Pick<T, 'connection' | 'owner'> {
  return { connection: args.connection, owner: args.owner };
}
