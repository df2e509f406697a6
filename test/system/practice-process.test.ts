import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sign } from '../../practice/api/signed-call.testing.ts';

const MAIN = fileURLToPath(new URL('../../practice/main.ts', import.meta.url));
const BALANCE = '/api/v4/trade-account/balance';
const DEMO = 'demo@practice.example';

let dataDir: string;
let children: ChildProcess[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'practice-'));
});
afterEach(async () => {
  for (const child of children) await ended(child, () => child.kill('SIGKILL'));
  children = [];
  rmSync(dataDir, { recursive: true });
});

async function ended(child: ChildProcess, act: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  act();
  await exit;
}

type Running = { readonly child: ChildProcess; readonly url: string; readonly output: () => string };

async function start(): Promise<Running> {
  const child = fork(MAIN, ['--port', '0', '--data', dataDir], { silent: true });
  children.push(child);
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  const [message] = await once(child, 'message');
  expect(message).toMatchObject({ type: 'ready' });
  return { child, url: `http://127.0.0.1:${message.port}`, output: () => output };
}

async function control(url: string, command: string, input: unknown) {
  const answer = await fetch(`${url}/practice/api/${command}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-practice-control': '1' },
    body: JSON.stringify(input),
  });
  return JSON.parse(await answer.text()).value;
}

async function balance(url: string, key: { apiKey: string; secret: string }, nonce: number): Promise<number> {
  const body = JSON.stringify({ request: BALANCE, nonce });
  const { payload, signature } = sign(key.secret, body);
  const headers = { 'x-txc-apikey': key.apiKey, 'x-txc-payload': payload, 'x-txc-signature': signature };
  const answer = await fetch(url + BALANCE, { method: 'POST', body, headers });
  await answer.text();
  return answer.status;
}

test('kill -9 right after an answer: no nonce answered before is accepted again, and no money is lost', async () => {
  let running = await start();
  const key = await control(running.url, 'keys/create', { email: DEMO, groups: ['trade-read'] });
  let nonce = 0;
  for (let round = 0; round < 5; round += 1) {
    const faucet = control(running.url, 'wallets/faucet', { email: DEMO, ticker: 'BTC', amount: '1' }).catch(
      () => null,
    );
    for (let request = 0; request < 20; request += 1) {
      nonce += 1;
      expect(await balance(running.url, key, nonce)).toBe(200);
    }
    await ended(running.child, () => running.child.kill('SIGKILL'));
    await faucet;
    running = await start();
    expect(await balance(running.url, key, nonce)).toBe(429);
    expect(await control(running.url, 'ledger/check', {})).toEqual({ faults: [] });
  }
  expect(await control(running.url, 'wallets/balances', { email: DEMO })).toMatchObject({
    main: { BTC: { available: '5.5' } },
  });
});

test('it prints one line and nothing secret, and ends with the channel of its parent', async () => {
  const { child, url, output } = await start();
  const key = await control(url, 'keys/create', { email: DEMO, groups: ['trade-read'] });
  await balance(url, key, 1);
  await balance(url, key, 1);
  expect(output()).toBe(`Practice exchange at ${url} · demo login ${DEMO} / practice-demo\n`);
  await ended(child, () => child.disconnect());
  expect(child.exitCode).toBe(0);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s stops it cleanly', async (signal) => {
  const { child } = await start();
  await ended(child, () => child.kill(signal));
  expect(child.exitCode).toBe(0);
});
