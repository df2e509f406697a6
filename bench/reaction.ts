/**
 * From a fill on the exchange's stream to the order that answers it, on the exchange again. No bot exists yet, so the
 * decision is one line here; all the rest is the desk as it runs: the frame is read by custody, told to the desk, taken
 * by the account's machine and written down; the new order is stepped, written down, handed to custody, held against
 * the policy, written down there, signed and sent. In turn over the same stub exchange, five rounds, medians of ratios:
 *
 * - floor: a frame comes, fixed bytes go (`floors/no-work-reaction.ts`);
 * - ours: files in memory, so that what is not the disk is seen; with `--durable` on the disk, as a desk has them;
 * - ccxt: `watchOrders` of ccxt.pro, then `createOrder`, limiter off.
 *
 *     node bench/reaction.ts [--gap 5] [--durable] [--fills 300] [--rounds 5]
 *
 * `--gap`: milliseconds between an answer and the next fill, for a machine that sleeps in between. With `--durable` both
 * run, and the disk's own time is taken in each round.
 */

import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Ccxt, ccxtAt, loadCcxt } from '../test/system/ccxt.testing.ts';
import { openNoWork } from './floors/no-work-reaction.ts';
import { judge, middle, percentile, round, sayMachine } from './judged.ts';
import { openRig, type Rig } from './trading-rig.ts';

const BUSY_FLOOR_MAX = 2;
const IDLE_P50_MAX = 1.8;
const IDLE_P99_MAX = 2;
const CCXT_MIN = 4;
/** Until its loop waits again. */
const CCXT_GAP_MS = 5;
/** What being durable may add, in times of one sync of the disk. */
const DURABLE_SYNCS_MAX = 1.5;
/** A record of a journal. */
const RECORD_BYTES = 160;
const SYNCS = 200;
/** The best known loops of others look this often; the mean wait is half of it. */
const LOOP_MEAN_US = 500_000;
const LOOP_MIN = 1_000;
/** So large that no run fills it. */
const RESTING = '900000';

const { values } = parseArgs({
  options: {
    ...{ gap: { type: 'string', default: '0' }, durable: { type: 'boolean', default: false } },
    ...{ fills: { type: 'string', default: '300' }, rounds: { type: 'string', default: '5' } },
    ...{ bots: { type: 'string' }, clients: { type: 'string' } },
  },
});
const gapMs = Number(values.gap);
const fills = Number(values.fills);

type Times = { readonly p50: number; readonly p99: number };
const timesOf = (us: readonly number[]): Times => ({ p50: percentile(us, 0.5), p99: percentile(us, 0.99) });

async function begin(on: 'disk' | 'memory'): Promise<Rig> {
  const rig = await openRig(on);
  await rig.tell(RESTING, false);
  rig.onFill = () => void rig.tell();
  return rig;
}

/** ccxt's own loop: wait for news of an order, answer it. */
async function followWithCcxt(origin: string): Promise<Ccxt> {
  const { Pro } = await loadCcxt();
  const ex = ccxtAt(origin, Pro, { apiKey: 'k'.repeat(32), secret: 's'.repeat(32) });
  const urls = JSON.stringify(ex.urls).replaceAll('/ws"', '/ws?ccxt"');
  Object.assign(ex, { enableRateLimit: false, urls: JSON.parse(urls) as object });
  await ex.loadHttpProxyAgent();
  await ex.loadMarkets();
  let seq = 0;
  void (async () => {
    for (;;) {
      await ex.watchOrders('BTC/USDT');
      seq += 1;
      const params = { clientOrderId: `ccxt-${seq}`, timeInForce: 'IOC' };
      await ex.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 99.95, params);
    }
  })().catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return ex;
}

function syncUs(): number {
  const folder = mkdtempSync(path.join(import.meta.dirname, '..', 'out', 'gapless-bench-sync-'));
  const file = openSync(path.join(folder, 'floor'), 'w');
  const record = Buffer.alloc(RECORD_BYTES, 7);
  writeSync(file, Buffer.alloc(SYNCS * RECORD_BYTES));
  fdatasyncSync(file);
  const each = Array.from({ length: SYNCS }, (_, at) => {
    const begun = performance.now();
    writeSync(file, record, 0, RECORD_BYTES, at * RECORD_BYTES);
    fdatasyncSync(file);
    return (performance.now() - begun) * 1_000;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return middle(each);
}

const memory = await begin('memory');
const disk = values.durable ? await begin('disk') : null;
const floor = await openNoWork(memory.stub.origin);
const ccxt = await followWithCcxt(memory.stub.origin);

async function oneRound() {
  return {
    floor: timesOf(await memory.stub.fills('floor', fills, gapMs)),
    ours: timesOf(await memory.stub.fills('ours', fills, gapMs)),
    durable: disk === null ? null : timesOf(await disk.stub.fills('ours', fills, gapMs)),
    ccxt: timesOf(await memory.stub.fills('ccxt', fills, Math.max(gapMs, CCXT_GAP_MS))),
    syncUs: disk === null ? null : syncUs(),
  };
}

sayMachine('before');
await oneRound();
const rounds = [];
for (let at = 1; at <= Number(values.rounds); at += 1) {
  const figures = await oneRound();
  rounds.push(figures);
  const flat = JSON.stringify(figures, (_key, part: unknown) => (typeof part === 'number' ? round(part, 1) : part));
  console.log(JSON.stringify({ bench: 'reaction', round: at, fills, gapMs, us: JSON.parse(flat) as object }));
}
const p50s = rounds.map(({ ours, floor: least }) => ours.p50 / least.p50);
const peers = rounds.map(({ ours, ccxt: peer }) => peer.p50 / ours.p50);
if (gapMs === 0) judge('3a fill to counter-order, p50 busy, times the floor', p50s, { most: BUSY_FLOOR_MAX });
else {
  judge('3b fill to counter-order, p50 idle, times the floor', p50s, { most: IDLE_P50_MAX });
  const p99s = rounds.map(({ ours, floor: least }) => ours.p99 / least.p99);
  judge('3b fill to counter-order, p99 idle, times the floor', p99s, { most: IDLE_P99_MAX });
}
judge('3 how many times faster than ccxt.pro', peers, { least: CCXT_MIN });
const loops = rounds.map(({ ours }) => LOOP_MEAN_US / ours.p50);
judge('3 how many times faster than a loop of one second on the mean', loops, { least: LOOP_MIN });
const added = rounds.flatMap(({ ours, durable, syncUs: sync }) =>
  durable === null || sync === null ? [] : [(durable.p50 - ours.p50) / sync],
);
if (disk !== null) judge('3d what being durable adds, in syncs of the disk', added, { most: DURABLE_SYNCS_MAX });
for (const option of ['bots', 'clients'] as const)
  if (values[option] !== undefined)
    console.log(`goal 3c with --${option}: no subject before there are bots, not measured`);
sayMachine('after');
floor.close();
await ccxt.close().catch(() => {});
for (const rig of [memory, disk]) await rig?.close();
process.exit();
