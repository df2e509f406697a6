/**
 * Secrets stay put: keys with secrets that are known to this test go through everything that happens to a key, and
 * afterwards nothing outside custody's own memory holds them, in any spelling. The practice exchange is the other side
 * and has to know them; its process and its folder are left out, and nothing else is.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { LIVE_PATH, ROUTES } from '../../src/contract/routes.ts';
import { connectCustody } from '../../src/custody/client.ts';
import { sealingContext } from '../../src/custody/protocol.ts';
import { seal } from '../../src/custody/sealing.ts';
import { formsOf, hitsIn, hitsInFolder, hitsInMemory } from '../campaigns/canary.ts';
import { DeskPerson } from '../campaigns/desk-person.ts';
import { steadyPorts } from '../campaigns/free-ports.ts';
import { type PracticeKey, practiceAccount, practiceCall, practiceKey, SAFE_GROUPS } from '../practice-api.ts';
import { type RunningDesk, startDesk, until } from '../running-desk.ts';

const EMAIL = 'canary@practice.example';
/** The key in use, and one more that a request under way may hold for a moment. */
const IN_CUSTODY_MAX = 2;
const RECOVERED_MS = 30_000;
const LOCKED_MS = 1_000;
const PRACTICE_FOLDER = /[\\/]data[\\/]practice[\\/]/;
const PASSPHRASE = 'seven quiet herons cross';

let desk: RunningDesk;
let person: DeskPerson;
/** Connected at first; put in its place; offered and refused, because it can withdraw. */
let first: PracticeKey;
let second: PracticeKey;
let refused: PracticeKey;
/** Its secret was offered with the key of another: custody then asks the exchange whether the two were swapped. */
let mistyped: PracticeKey;
let connection: string;
/** What the desk said to the page and over its live socket. */
const live: string[] = [];

beforeAll(async () => {
  desk = await startDesk(await steadyPorts());
  person = new DeskPerson(desk.address);
  await person.claim(desk.setupCode ?? '');
  await practiceAccount(desk.practice, EMAIL);
  first = await practiceKey(desk.practice, EMAIL);
  second = await practiceKey(desk.practice, EMAIL);
  refused = await practiceKey(desk.practice, EMAIL, [...SAFE_GROUPS, 'withdraw']);
  mistyped = await practiceKey(desk.practice, EMAIL);
});
afterAll(() => desk.end());

function pidOf(name: 'custody' | 'desk'): number {
  const pid = desk.children().find((child) => child.name === name)?.pid;
  if (pid === undefined) throw new Error(`No ${name} is running`);
  return pid;
}

async function recovered(): Promise<void> {
  const isWell = async (): Promise<boolean> => {
    const health = await fetch(`${desk.address}/health`).catch(() => null);
    const custody = health?.ok === true ? await person.call('custody.read').catch(() => null) : null;
    return desk.children().length === 3 && custody?.state === 'open';
  };
  await until(isWell, RECOVERED_MS, desk.output);
}

function listen(): WebSocket {
  const address = `${desk.address.replace('http', 'ws')}${LIVE_PATH}`;
  const socket = new WebSocket(address, { headers: { Cookie: person.cookie, Origin: desk.address } });
  socket.on('message', (data) => live.push(String(data)));
  socket.on('error', () => {});
  return socket;
}

async function balancesRead(): Promise<number> {
  const { counts } = await practiceCall<{ counts: Record<string, number> }>(desk.practice, 'requests/counts');
  return counts['/api/v4/trade-account/balance'] ?? 0;
}

/** Nowhere but in custody, for each of the keys. Gives how often custody holds `kept`. */
function nowhereElse(kept: PracticeKey | null): number {
  const outside = [first, second, refused, mistyped].flatMap(({ secret }) => [
    ...hitsInMemory(pidOf('desk'), secret).hits,
    ...hitsInMemory(desk.supervisor.pid ?? 0, secret).hits,
    ...hitsInFolder(desk.folder, secret, PRACTICE_FOLDER).hits,
    ...hitsIn(Buffer.from(desk.output()), 'what was printed', secret),
    ...hitsIn(Buffer.from(person.heard.join('\n')), 'answers of the desk', secret),
    ...hitsIn(Buffer.from(live.join('\n')), 'the live socket', secret),
  ]);
  expect(outside).toEqual([]);
  return kept === null ? 0 : hitsInMemory(pidOf('custody'), kept.secret).hits.length;
}

test('the search finds a planted secret: in a file, in every spelling, and in the memory of another process', async () => {
  const secret = 'f00dfacef00dfacef00dfacef00dfac1';
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-planted-'));
  const forms = [...formsOf(secret)];
  for (const [index, [, bytes]] of forms.entries()) {
    writeFileSync(path.join(folder, `${index}`), Buffer.concat([Buffer.from('xx'), bytes, Buffer.from('xx')]));
  }
  for (const before of ['', 'a', 'ab', 'abc']) {
    const wrapped = Buffer.from(`${before}${secret}zz`).toString('base64');
    expect(hitsIn(Buffer.from(wrapped), 'base64', secret).length).toBeGreaterThan(0);
  }
  const { files, hits } = hitsInFolder(folder, secret, null);
  expect(new Set(hits.map((hit) => hit.where)).size).toBe(files);
  rmSync(folder, { recursive: true });
  const holder: ChildProcess = spawn(process.execPath, [
    '-e',
    `globalThis.kept = Buffer.from('${Buffer.from(secret).toString('hex')}', 'hex'); console.log('ready'); setInterval(() => {}, 1e6)`,
  ]);
  if (holder.stdout === null) throw new Error('No output');
  await once(holder.stdout, 'data');
  const found = hitsInMemory(holder.pid ?? 0, secret).hits.map((hit) => hit.form);
  holder.kill('SIGKILL');
  expect(found).toContain('raw');
  expect(found).toContain('hex');
});

test('connected, refused, watched, refreshed: only custody knows the secret', async () => {
  const attempt = await person.ended(await person.connect(first, 'practice'));
  expect(attempt.state).toBe('stored');
  ({ connection } = attempt);
  expect(await person.ended(await person.connect(refused, 'practice'))).toMatchObject({ state: 'refused' });
  const wrongKey = { apiKey: '0123456789abcdef0123456789abcdef', secret: mistyped.secret };
  expect(await person.ended(await person.connect(wrongKey, 'practice'))).toMatchObject({ state: 'refused' });
  const socket = listen();
  const before = await balancesRead();
  for (let read = 0; read < 10; read += 1) {
    await person.call('connections.refresh', { params: { id: connection } });
  }
  await until(async () => live.length > 1 && (await balancesRead()) >= before + 5, RECOVERED_MS);
  socket.close();
  const inCustody = nowhereElse(first);
  expect(inCustody).toBeGreaterThan(0);
  expect(inCustody).toBeLessThanOrEqual(IN_CUSTODY_MAX);
});

test('killed and started again, each of them: still only custody', async () => {
  for (const name of ['custody', 'desk'] as const) {
    process.kill(pidOf(name), 'SIGKILL');
    await recovered();
    expect(await person.ended(await person.call('connections.check', { params: { id: connection } }))).toMatchObject({
      state: 'stored',
    });
  }
  expect(nowhereElse(first)).toBeLessThanOrEqual(IN_CUSTODY_MAX);
});

test('a replaced key and a refused one do not stay in custody either', async () => {
  expect(await person.ended(await person.replace(connection, second, 'practice'))).toMatchObject({ state: 'stored' });
  const ended = () => [first, refused].flatMap(({ secret }) => hitsInMemory(pidOf('custody'), secret).hits);
  await until(
    () => ended().length === 0,
    10_000,
    () => JSON.stringify(ended()),
  );
  expect(nowhereElse(second)).toBeLessThanOrEqual(IN_CUSTODY_MAX);
});

test('a backup, every readable route, the metrics and the descriptions hold none', async () => {
  const { sockets, ownerToken } = desk.runFile();
  const owner = connectCustody({
    socketPath: path.join(sockets, 'owner.sock'),
    token: ownerToken,
    clock: { nowMs: () => Date.now() },
  });
  const { sealingKey } = await owner.request('status', {});
  const sealed = seal(sealingKey ?? '', [Buffer.from(PASSPHRASE)], sealingContext({ for: 'passphrase' }));
  const { file } = await owner.request('backup', { sealed });
  owner.close();
  writeFileSync(path.join(desk.data, 'keys.backup'), Buffer.from(file, 'base64'));
  const names = { ':id': connection, ':venue': 'practice' } as const;
  const paths = Object.values(ROUTES)
    .filter((route) => route.method === 'GET')
    .map((route) => route.path.replace(/:(?:id|venue)/g, (name) => names[name as keyof typeof names]));
  for (const place of [...paths, '/', '/health', '/metrics', '/api/openapi.json']) {
    const reply = await fetch(desk.address + place, { headers: { Cookie: person.cookie } });
    person.heard.push(`${JSON.stringify([...reply.headers])}\n${await reply.text()}`);
  }
  nowhereElse(second);
});

test('once locked, custody does not hold it either, within a second', async () => {
  await person.call('custody.lock');
  // The promise is about this very second, so it is waited out; looking takes longer than that by itself.
  await pause(LOCKED_MS);
  expect(hitsInMemory(pidOf('custody'), second.secret).hits).toEqual([]);
  nowhereElse(null);
});

test('nothing is left in any file after all of it was stopped', async () => {
  await desk.stop();
  for (const { secret } of [first, second, refused, mistyped]) {
    const { files, hits } = hitsInFolder(desk.folder, secret, PRACTICE_FOLDER);
    expect(hits).toEqual([]);
    // Database, keystore, audit trail, log, backup, unlock key.
    expect(files).toBeGreaterThanOrEqual(6);
  }
});
