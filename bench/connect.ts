/**
 * How long a person waits: from the click on Connect to Connected, all ten checks included, over loopback; from a warm
 * `npm start` to the first page; and what all processes hold in memory after it. Machines differ and drift, so each run
 * of connecting is told against a floor measured in the same minute: the bare signed requests that a check makes, sent
 * by nobody but a loop.
 *
 *     node bench/connect.ts [--runs 20] [--starts 5]
 */

import { spawn } from 'node:child_process';
import { createSecretKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { signRequest } from '../src/venues/whitebit/sign.ts';
import { residentKiB } from '../test/campaigns/custody-alone.ts';
import { DeskPerson } from '../test/campaigns/desk-person.ts';
import { steadyPorts } from '../test/campaigns/free-ports.ts';
import { type PracticeKey, practiceAccount, practiceCall, practiceKey } from '../test/practice-api.ts';
import { type RunningDesk, startDesk, until } from '../test/running-desk.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CONNECT_GOAL_MS = 1_000;
const START_GOAL_MS = 3_000;
const BALANCE = '/api/v4/trade-account/balance';
const STARTED_WITHIN_MS = 120_000;
const PAGE_POLL_MS = 10;

type Spread = { readonly median: number; readonly min: number; readonly max: number; readonly runs: number };

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const round = (value: number | undefined): number => Math.round((value ?? Number.NaN) * 10) / 10;
  return {
    median: round(sorted[Math.floor(sorted.length / 2)]),
    min: round(sorted[0]),
    max: round(sorted.at(-1)),
    runs: sorted.length,
  };
}

/** Signed requests to the exchange since its start, whoever made them. */
async function signedSoFar(practice: string): Promise<number> {
  const { counts } = await practiceCall<{ counts: Record<string, number> }>(practice, 'requests/counts');
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Round trip of one bare signed request over a kept connection, in milliseconds; the median of `count`. */
async function floorMs(practice: string, key: PracticeKey, count: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const secret = createSecretKey(Buffer.from(key.secret));
  const times: number[] = [];
  for (let made = 0; made < count; made += 1) {
    const begun = performance.now();
    const nonce = Date.now() * 1_000 + made;
    const input = { path: BALANCE, parameters: {}, nonce, nonceWindow: false, publicKey: key.apiKey, secret };
    const { body, headers } = signRequest(input);
    await new Promise<void>((resolve, reject) => {
      const asked = request(practice + BALANCE, { method: 'POST', agent, headers }, (reply) => {
        reply.resume().on('end', () => (reply.statusCode === 200 ? resolve() : reject(new Error('Refused'))));
      });
      asked.on('error', reject).end(body);
    });
    times.push(performance.now() - begun);
  }
  agent.destroy();
  return spread(times).median;
}

async function measureConnecting(desk: RunningDesk, runs: number) {
  const person = new DeskPerson(desk.address);
  await person.claim(desk.setupCode ?? '');
  await practiceAccount(desk.practice, 'floor@practice.example');
  const floorKey = await practiceKey(desk.practice, 'floor@practice.example');
  const tookMs: number[] = [];
  const floors: number[] = [];
  let signed = 0;
  for (let run = 0; run <= runs; run += 1) {
    const email = `bench${run}@practice.example`;
    await practiceAccount(desk.practice, email);
    const key = await practiceKey(desk.practice, email);
    const floor = await floorMs(desk.practice, floorKey, 20);
    const before = await signedSoFar(desk.practice);
    const begun = performance.now();
    const attempt = await person.ended(await person.connect(key, 'practice', `Run ${run}`));
    const took = performance.now() - begun;
    if (attempt.state !== 'stored') throw new Error(`Run ${run} ended as ${attempt.state}`);
    // The first run warms up: code is compiled, connections are opened.
    if (run === 0) continue;
    tookMs.push(took);
    floors.push(floor);
    signed = (await signedSoFar(desk.practice)) - before;
    await person.remove(attempt.connection);
  }
  const connectMs = spread(tookMs);
  const floor = spread(floors);
  const bareMs = Math.round(floor.median * signed * 10) / 10;
  const ratio = Math.round((connectMs.median / bareMs) * 100) / 100;
  return { connectMs, floorRequestMs: floor, signedRequests: signed, bareMs, ratioToBare: ratio };
}

/** `npm start` as npm runs it, on a folder that has been used before: until the page itself is served. */
async function measureStarts(starts: number) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-bench-'));
  const [, port = '0', ...more] = await steadyPorts();
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: path.join(folder, 'config') };
  const args = [path.join(ROOT, 'scripts', 'start.mjs'), '--port', port, ...more, '--data', path.join(folder, 'data')];
  const times: number[] = [];
  let memoryKiB: Readonly<Record<string, number>> = {};
  try {
    for (let run = 0; run <= starts; run += 1) {
      const begun = performance.now();
      const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      await pageServed(`http://localhost:${port}/`);
      const took = performance.now() - begun;
      // The first start makes databases and keys, and fills the compile cache; a build of the page is no warm start.
      if (run > 0 && !/Building|Installing/.test(said)) times.push(took);
      memoryKiB = memoryBelow(child.pid ?? 0);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await until(
        () => said.includes('Ctrl-C stops'),
        STARTED_WITHIN_MS,
        () => said,
      );
      child.kill('SIGINT');
      await ended;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { startMs: spread(times), memoryKiB };
}

async function pageServed(address: string): Promise<void> {
  const deadline = performance.now() + STARTED_WITHIN_MS;
  while (performance.now() < deadline) {
    const reply = await fetch(address).catch(() => null);
    if (reply?.ok === true && (await reply.text()).includes('<html')) return;
    await new Promise((resolve) => setTimeout(resolve, PAGE_POLL_MS));
  }
  throw new Error(`No page at ${address}`);
}

/** Resident memory of a process and all below it, by what it runs. */
function memoryBelow(root: number): Record<string, number> {
  const found: Record<string, number> = {};
  const look = (pid: number): void => {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const script = words.find((word) => /\.(?:ts|mjs)$/.test(word) && !word.startsWith('--')) ?? String(pid);
    found[path.relative(ROOT, script)] = residentKiB(pid);
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim();
      for (const child of children.split(' ').filter(Boolean)) look(Number(child));
    }
  };
  look(root);
  return { ...found, all: Object.values(found).reduce((sum, kib) => sum + kib, 0) };
}

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '20' }, starts: { type: 'string', default: '5' } },
});
const loadBefore = os.loadavg()[0];
const desk = await startDesk(await steadyPorts());
const connecting = await measureConnecting(desk, Number(values.runs)).finally(() => desk.end());
const starting = await measureStarts(Number(values.starts));
const machine = { cpu: os.cpus()[0]?.model, cores: os.cpus().length, node: process.version, load: loadBefore };
console.log(JSON.stringify({ machine, ...connecting, ...starting }, null, 2));
const verdict = (what: string, { median }: Spread, goalMs: number): boolean => {
  const fits = median <= goalMs;
  console.log(`${fits ? 'PASSED' : 'FAILED'}: ${what}, median ${median} ms, goal ${goalMs} ms`);
  return fits;
};
const fits = [
  verdict('from Connect to Connected', connecting.connectMs, CONNECT_GOAL_MS),
  verdict('warm npm start to the first page', starting.startMs, START_GOAL_MS),
];
process.exitCode = fits.every(Boolean) ? 0 : 1;
