/**
 * How many signed limit orders a second the practice exchange carries out over HTTP, against an empty Node HTTP server
 * that reads the same requests and answers as many bytes of JSON. Both run in a process of their own and alternate; one
 * client over raw sockets drives both with the same bytes, signed beforehand, one request at a time on each connection.
 * The exchange writes to a folder on disk and nobody of the house trades; each connection has a key of its own and growing
 * nonces, up to four of them one account. After each round, outside of the time taken, all orders are cancelled.
 *
 *     node bench/practice-http.ts [--rounds 5] [--orders 150] [--connections 64] [--many 256] [--json]
 *
 * `--many` connections (0: none) are measured after that with as many orders a round, to show what crowds make of it; the
 * verdict against the goal is that of `--connections`. Exit code 1 when it is missed.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { endpointsOf } from '../practice/api/permission-groups.ts';
import { decimalOf } from '../practice/engine/scale.ts';
import type { KeyId } from '../practice/ports.ts';
import { startPractice } from '../practice/server.ts';
import { Decimal } from '../src/core/decimal.ts';

/** What the practice exchange set out to reach. */
const GOAL_RATIO = 0.5;
const MARKET = 'BTC_USDT';
const PLACE = '/api/v4/order/new';
const CANCEL_ALL = '/api/v4/order/cancel/all';
/** Resting buys are spread over so many prices. */
const PRICES = 200;

/** Signing up takes long on purpose, so a crowd shares accounts. Of 1,000 orders an account may have open, this fills 600. */
const ACCOUNTS_MAX = 64;
const KEYS_EACH = 4;

type Trader = { readonly apiKey: string; readonly secret: string };
type Ready = { readonly port: number; readonly traders: readonly Trader[]; readonly price: string };
type Cpu = { readonly cpuMs: number };

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    orders: { type: 'string', default: '150' },
    connections: { type: 'string', default: '64' },
    many: { type: 'string', default: '256' },
    json: { type: 'boolean', default: false },
    /** What this process is; the client unless told. */
    role: { type: 'string', default: 'client' },
    answer: { type: 'string', default: '' },
    data: { type: 'string', default: '' },
  },
});
switch (values.role) {
  case 'exchange':
    await exchange();
    break;
  case 'floor':
    floor();
    break;
  default: {
    const connections = Number(values.connections);
    const orders = Number(values.orders);
    const many = Number(values.many);
    const usual = await measure(connections, orders);
    const crowded = many > 0 ? await measure(many, Math.ceil((connections * orders) / many)) : null;
    report(usual, crowded);
  }
}

/** Tells its CPU time on every message. */
function tellCpu(): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1000 } satisfies Cpu);
  });
  process.on('disconnect', () => process.exit(0));
}

function floor(): void {
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const read = Buffer.concat(chunks).length;
      const text = read > 0 ? values.answer : '';
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.send?.({ port, traders: [], price: '' } satisfies Ready);
  });
  tellCpu();
}

async function exchange(): Promise<void> {
  const practice = await startPractice({ port: 0, dataDir: values.data, life: false, rateLimits: false });
  const { accounts } = practice;
  const traders: Trader[] = [];
  const connections = Number(values.connections);
  const keysEach = connections > ACCOUNTS_MAX ? KEYS_EACH : 1;
  for (let number = 0; traders.length < connections; number += 1) {
    const made = await accounts.signUp(`trader-${number}@bench.example`, 'long enough');
    if (!made.ok) throw new Error(made.message);
    const { id } = made.value;
    for (let count = 0; count < keysEach && traders.length < connections; count += 1) {
      const key = accounts.keyring.create(id, 'bench');
      if (!key.ok) throw new Error(key.message);
      accounts.keyring.setEndpoints(id, key.value.key.id as KeyId, endpointsOf(['orders']));
      traders.push({ apiKey: key.value.key.publicKey, secret: key.value.secret });
    }
    const amount = Decimal.parse('1000000000');
    await practice.exchange.submit({ kind: 'credit', account: id, ticker: 'USDT', amount });
  }
  const market = practice.exchange.query.market(MARKET);
  const price = decimalOf(BigInt(market?.lastTicks ?? 0), market?.spec.tickScale ?? 0).toString();
  process.send?.({ port: practice.port, traders, price } satisfies Ready);
  tellCpu();
}

type Round = { readonly perSecond: number; readonly cpuUsEach: number };

type Rounds = {
  readonly connections: number;
  readonly ordersEach: number;
  readonly rounds: readonly { readonly floor: Round; readonly exchange: Round }[];
};

async function measure(connections: number, orders: number): Promise<Rounds> {
  const folder = mkdtempSync(join(tmpdir(), 'practice-http-'));
  const children: ChildProcess[] = [];
  try {
    const practice = start(['--role', 'exchange', '--data', folder, '--connections', String(connections)], children);
    const told = await next<Ready>(practice);
    const signer = createSigner(told);
    const [sample = ''] = await drive(told.port, [[signer.place(0)]]);
    const empty = start(['--role', 'floor', '--answer', bodyOf(sample)], children);
    const { port } = await next<Ready>(empty);

    const rounds: { floor: Round; exchange: Round }[] = [];
    // The first round warms both and does not count.
    for (let round = 0; round <= Number(values.rounds); round += 1) {
      const requests = told.traders.map((_, trader) => Array.from({ length: orders }, () => signer.place(trader)));
      const one = { floor: await timed(empty, port, requests), exchange: await timed(practice, told.port, requests) };
      await drive(
        told.port,
        told.traders.map((_, trader) => [signer.cancelAll(trader)]),
      );
      if (round > 0) rounds.push(one);
    }
    return { connections, ordersEach: connections * orders, rounds };
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(args: readonly string[], children: ChildProcess[]): ChildProcess {
  const child = fork(fileURLToPath(import.meta.url), args, { execArgv: process.execArgv });
  children.push(child);
  return child;
}

function next<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`The other process ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as Message);
    });
  });
}

async function cpuOf(child: ChildProcess): Promise<number> {
  const told = next<Cpu>(child);
  child.send('cpu');
  return (await told).cpuMs;
}

async function timed(child: ChildProcess, port: number, requests: readonly (readonly Buffer[])[]): Promise<Round> {
  // New ones each time: a server closes connections that were idle while the other one had its turn.
  const lanes = await Promise.all(requests.map(() => openLane(port)));
  const cpuBefore = await cpuOf(child);
  const startedMs = performance.now();
  const answers = await driveLanes(lanes, requests);
  const tookMs = performance.now() - startedMs;
  const cpuMs = (await cpuOf(child)) - cpuBefore;
  for (const { socket } of lanes) socket.destroy();
  return { perSecond: (answers.length * 1000) / tookMs, cpuUsEach: (cpuMs * 1000) / answers.length };
}

function createSigner({ traders, price }: Ready) {
  const last = Decimal.parse(price);
  let nonce = Date.now() * 1000;
  const request = (path: string, trader: number, params: object): Buffer => {
    nonce += 1;
    const body = JSON.stringify({ request: path, nonce, ...params });
    const payload = Buffer.from(body).toString('base64');
    const { apiKey = '', secret = '' } = traders[trader] ?? {};
    const signature = createHmac('sha512', secret).update(payload).digest('hex');
    return Buffer.from(
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n` +
        `X-TXC-APIKEY: ${apiKey}\r\nX-TXC-PAYLOAD: ${payload}\r\nX-TXC-SIGNATURE: ${signature}\r\n\r\n${body}`,
    );
  };
  return {
    /** Below the last price, so that it rests. */
    place: (trader: number): Buffer =>
      request(PLACE, trader, {
        market: MARKET,
        side: 'buy',
        amount: '0.01',
        price: last.sub(Decimal.fromInteger(BigInt(100 + (nonce % PRICES)), 0)).toString(),
        clientOrderId: `bench-${nonce}`,
      }),
    cancelAll: (trader: number): Buffer => request(CANCEL_ALL, trader, { market: MARKET }),
  };
}

type Lane = { readonly socket: Socket; answered: (text: string) => void; lost: (error: Error) => void };

function openLane(port: number): Promise<Lane> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    const lane: Lane = { socket, answered: () => undefined, lost: reject };
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      const whole = text;
      text = '';
      lane.answered(whole);
    });
    socket.once('connect', () => resolve(lane));
    socket.once('error', (error) => lane.lost(error));
    socket.once('close', () => lane.lost(new Error('A connection was closed')));
  });
}

async function drive(port: number, requests: readonly (readonly Buffer[])[]): Promise<string[]> {
  const lanes = await Promise.all(requests.map(() => openLane(port)));
  const answers = await driveLanes(lanes, requests);
  for (const { socket } of lanes) socket.destroy();
  return answers;
}

/** All requests of a lane one after the other, all lanes at once. Throws where one is not answered with 200. */
async function driveLanes(lanes: readonly Lane[], requests: readonly (readonly Buffer[])[]): Promise<string[]> {
  const answers: string[] = [];
  await Promise.all(
    lanes.map(
      (lane, number) =>
        new Promise<void>((resolve, reject) => {
          const queue = requests[number] ?? [];
          let sent = 0;
          const send = (): void => {
            const request = queue[sent];
            sent += 1;
            if (request === undefined) resolve();
            else lane.socket.write(request);
          };
          lane.answered = (text) => {
            if (!text.startsWith('HTTP/1.1 200 ')) reject(new Error(text));
            answers.push(text);
            send();
          };
          lane.lost = reject;
          send();
        }),
    ),
  );
  return answers;
}

function bodyOf(answer: string): string {
  return answer.slice(answer.indexOf('\r\n\r\n') + 4);
}

function summed({ connections, ordersEach, rounds }: Rounds) {
  const median = (of: readonly number[]): number => [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0;
  const told = (side: 'floor' | 'exchange') => ({
    perSecond: Math.round(median(rounds.map((round) => round[side].perSecond))),
    min: Math.round(Math.min(...rounds.map((round) => round[side].perSecond))),
    max: Math.round(Math.max(...rounds.map((round) => round[side].perSecond))),
    cpuUsEach: Math.round(median(rounds.map((round) => round[side].cpuUsEach)) * 10) / 10,
  });
  return {
    connections,
    floor: told('floor'),
    exchange: told('exchange'),
    // Of each round, so that a busy moment of the machine counts on both sides.
    ratio: median(rounds.map((round) => round.exchange.perSecond / round.floor.perSecond)),
    cpuRatio: median(rounds.map((round) => round.floor.cpuUsEach / round.exchange.cpuUsEach)),
    rounds: rounds.length,
    ordersEach,
  };
}

function report(usualRounds: Rounds, manyRounds: Rounds | null): void {
  const usual = summed(usualRounds);
  const crowded = manyRounds === null ? null : summed(manyRounds);
  const isReached = usual.ratio >= GOAL_RATIO;
  process.exitCode = isReached ? 0 : 1;
  if (values.json) {
    console.log(JSON.stringify({ ...usual, crowded, goal: GOAL_RATIO, isReached }));
    return;
  }
  for (const one of crowded === null ? [usual] : [crowded, usual]) {
    console.log(`${one.ordersEach} requests a round, ${one.connections} connections, ${one.rounds} rounds, medians`);
    console.log(`empty HTTP server:    ${line(one.floor)}`);
    console.log(`signed limit orders:  ${line(one.exchange)}`);
    const verdict = one === usual ? `, goal ${GOAL_RATIO}: ${isReached ? 'reached' : 'MISSED'}` : '';
    console.log(`ratio ${one.ratio.toFixed(3)} (of CPU time ${one.cpuRatio.toFixed(3)})${verdict}`);
  }
}

function line({ perSecond, min, max, cpuUsEach }: ReturnType<typeof summed>['floor']): string {
  return `${perSecond.toLocaleString('en').padStart(8)} a second [${min} to ${max}], ${cpuUsEach} µs of CPU each`;
}
