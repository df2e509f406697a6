/** Practice exchange, witness and custody as real processes without a desk: its place is taken by whoever attacks. */

import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CustodyClient, connectCustody } from '../../src/custody/client.ts';
import { custodyArguments, socketPath } from '../../src/custody/launch.ts';
import { Supervisor } from '../../src/shell/supervisor.ts';
import { startWitness, type Witness } from './witness.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_WITHIN_MS = 60_000;

export type CustodyAlone = {
  readonly practice: string;
  readonly witness: Witness;
  readonly deskSocket: string;
  readonly deskToken: string;
  /** An honest line to custody, for looking at it. */
  readonly client: CustodyClient;
  /** The owner's own socket. */
  readonly owner: CustodyClient;
  /** How often custody had to be started again. */
  restarts(): number;
  custodyResidentKiB(): number;
  /** As the machine would: at once. It is started again. */
  killCustody(): void;
  /** The same, for the exchange; it comes back under the same address where custody speaks to it directly. */
  killPractice(): void;
  end(): Promise<void>;
};

/** `direct`: custody speaks to the exchange without a witness, streams included. */
export async function startCustodyAlone({ direct = false } = {}): Promise<CustodyAlone> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-hostile-'));
  const [data, keys, sockets] = ['data', 'keys', 's'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const place of [data, keys, sockets]) mkdirSync(place, { mode: 0o700 });
  let restarts = 0;
  const supervisor = new Supervisor((event) => {
    if (event.kind === 'restarting') restarts += 1;
  });
  const witness = await startWitness();
  const plan = { command: process.execPath, stdout: 'ignore', readyWithinMs: READY_WITHIN_MS } as const;
  const ready = await supervisor.start({
    ...plan,
    name: 'practice',
    args: [
      path.join(ROOT, 'practice', 'main.ts'),
      '--port',
      direct ? String(await freePort()) : '0',
      '--data',
      path.join(folder, 'practice'),
    ],
    env: process.env,
    bootLine: null,
  });
  const practice = `http://127.0.0.1:${String(ready.port)}`;
  witness.setTarget(practice);
  const token = { desk: randomBytes(32).toString('base64url'), owner: randomBytes(32).toString('base64url') };
  await supervisor.start({
    ...plan,
    name: 'custody',
    args: custodyArguments({
      root: ROOT,
      data,
      keys,
      sockets,
      whitebit: witness.origin,
      practice: direct ? practice : witness.origin,
    }),
    env: { PATH: process.env.PATH },
    bootLine: JSON.stringify(token),
  });
  const kill = (name: string): void => {
    const pid = supervisor.pid(name);
    if (pid !== null && pid !== undefined) process.kill(pid, 'SIGKILL');
  };
  const deskSocket = socketPath(sockets, 'desk', process.platform);
  const clock = { nowMs: () => Date.now() };
  const client = connectCustody({ socketPath: deskSocket, token: token.desk, clock });
  const ownerSocket = socketPath(sockets, 'owner', process.platform);
  const owner = connectCustody({ socketPath: ownerSocket, token: token.owner, clock });
  return {
    practice,
    witness,
    deskSocket,
    deskToken: token.desk,
    client,
    owner,
    restarts: () => restarts,
    killCustody: () => kill('custody'),
    killPractice: () => kill('practice'),
    custodyResidentKiB: () => residentKiB(supervisor.pid('custody') ?? 0),
    async end() {
      client.close();
      owner.close();
      await supervisor.stop();
      await witness.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Resident memory of a process, from /proc. */
export function residentKiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN);
}
