/**
 * What it costs to be sure: from a typed order to the moment before the wire, with the policy, the guard, the reservation
 * and the hash chain durable on the disk, then the signature and both walls. Against two floors of the same minute: the
 * disk alone (write 12 KiB over and sync it, as one commit does), and the signature alone.
 *
 * And what it takes to stop: from a halt asked for on the desk's socket to the last signature, while orders flow.
 *
 *     node bench/custody-guard.ts [--orders 4000] [--halts 200]
 */

import { createSecretKey } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Decimal } from '../src/core/decimal.ts';
import { clientOrderId } from '../src/core/ids.ts';
import type { Instrument } from '../src/core/instrument.ts';
import { AuditTrail } from '../src/custody/audit.ts';
import { Keystore } from '../src/custody/keystore.ts';
import type { KeyRecord } from '../src/custody/records.ts';
import { Refusals } from '../src/custody/refusals.ts';
import { systemClock, systemRandom } from '../src/custody/seams.ts';
import { Store } from '../src/custody/store.ts';
import type { WireOrder } from '../src/custody/trade-protocol.ts';
import { DEFAULT_LIMITS } from '../src/custody/trading/changes.ts';
import { isOrder, readOrder } from '../src/custody/trading/intent.ts';
import { evaluate } from '../src/custody/trading/policy.ts';
import { Trading } from '../src/custody/trading/trading.ts';
import { admit, verify } from '../src/custody/wall.ts';
import { placeRequest } from '../src/venues/whitebit/requests.ts';
import { signRequest } from '../src/venues/whitebit/sign.ts';
import { measureHalts } from './custody-halts.ts';

/** One order at a time, in orders a second; on a disk that syncs slower than that, nearly half of what the disk alone does. */
const GOAL_PER_SEC = 1_000;
const DISK_SHARE = 0.4;
/** At 16 in flight: at least as many times what one at a time does, or commits are not shared. */
const GROUP_GAIN = 3;
const IN_FLIGHT = 16;
/** No order is signed later than this after a halt was asked for: 99 of 100 times. */
const HALT_P99_MS = 50;
const origin = 'https://whitebit.com';
const publicKey = 'a'.repeat(32);
const secret = createSecretKey(Buffer.from('b'.repeat(32)));
const d = Decimal.parse;

const instrument: Instrument = {
  ...{ symbol: 'BTC_USDT', kind: 'spot', base: 'BTC', quote: 'USDT', tick: d('0.01'), lot: d('0.000001') },
  ...{ quantityMin: d('0.0001'), notionalMin: d('5'), notionalMax: null, makerFee: d('0.001'), takerFee: d('0.001') },
};
const most = 1_000_000;
const limits = {
  ...DEFAULT_LIMITS,
  ...{ markets: ['BTC_USDT'], ordersPerMinute: most, openPerMarket: most, openOrders: most },
};
const record = { connection: 'c'.repeat(26), owner: 'o'.repeat(26), keyMark: 'm' } as unknown as KeyRecord;

function openTrading(folder: string): Trading {
  const keystore = new Keystore({ store: new Store(folder), keyDir: path.join(folder, 'keys'), random: systemRandom });
  keystore.unlockWithKeyFile();
  const audit = new AuditTrail({ folder: path.join(folder, 'audit'), clock: systemClock });
  const refusals = new Refusals(audit, systemClock);
  const trading = new Trading({ folder, clock: systemClock, keystore, audit, refusals });
  trading.attach();
  return trading;
}

let seq = 0;
async function signOne(trading: Trading): Promise<void> {
  seq += 1;
  const wire: WireOrder = {
    clientId: clientOrderId('bench', 1, 'm', seq),
    market: 'BTC_USDT',
    side: 'buy',
    terms: { kind: 'limit', price: '100', postOnly: false, ioc: false },
    quantity: { unit: 'base', amount: '0.1' },
  };
  if (!isOrder(wire)) throw new Error('Not an order');
  const order = readOrder(wire);
  if (trading.known(record, order, 1) !== null) throw new Error('Known');
  const used = trading.used(record.connection);
  const verdict = evaluate(order, {
    ...{ limits, instrument, reference: d('100'), asks: [], unitPrice: Decimal.ONE, equity: d('1000000000'), used },
    ...{ open: { market: used.openOf('BTC_USDT'), all: used.open }, lastMinute: 0, thin: '' },
    ...{ held: d('1'), bought: trading.bought(record.connection, 'BTC', Date.now()) },
  });
  if (!verdict.ok) throw new Error(verdict.why);
  const of = { unitPrice: Decimal.ONE, fee: d('0.001'), deadlineMs: Date.now() + 5_000 };
  const reservation = trading.reserve(record, order, verdict, of);
  await trading.sign([reservation], 1);
  sign(order, seq);
}

function sign(order: Parameters<typeof placeRequest>[0], nth: number): void {
  const { parameters, path: asked } = placeRequest(order);
  admit('whitebit', asked, parameters, true);
  const nonce = 1_700_000_000_000 + nth;
  const signed = signRequest({ path: asked, parameters, nonce, nonceWindow: true, publicKey, secret });
  verify({ origin, method: 'POST', path: asked, ...signed }, { venue: 'whitebit', origin, publicKey });
}

/** Commits a second of a disk that does nothing else. */
function diskFloor(folder: string, count: number): number {
  const handle = openSync(path.join(folder, 'floor'), 'w');
  const bytes = Buffer.alloc(12 * 1024);
  for (let at = 0; at < 64; at += 1) writeSync(handle, bytes);
  const begun = performance.now();
  for (let done = 0; done < count; done += 1) {
    writeSync(handle, bytes, 0, bytes.length, (done % 64) * bytes.length);
    fdatasyncSync(handle);
  }
  const perSec = (count / (performance.now() - begun)) * 1_000;
  closeSync(handle);
  return perSec;
}

function signatureFloor(count: number): number {
  const begun = performance.now();
  const parameters = { market: 'BTC_USDT', side: 'buy', amount: '0.1', price: '100', clientOrderId: 'bench-1-m-1' };
  for (let nonce = 1; nonce <= count; nonce += 1)
    signRequest({ path: '/api/v4/order/new', parameters, nonce, nonceWindow: true, publicKey, secret });
  return (count / (performance.now() - begun)) * 1_000;
}

async function run(trading: Trading, orders: number, inFlight: number) {
  const times: number[] = [];
  let left = orders;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left > 0) {
        left -= 1;
        const at = performance.now();
        await signOne(trading);
        times.push(performance.now() - at);
      }
    }),
  );
  const perSec = Math.round((orders / (performance.now() - begun)) * 1_000);
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round((times[Math.floor(times.length * share)] ?? Number.NaN) * 100) / 100;
  return { perSec, p50Ms: at(0.5), p99Ms: at(0.99) };
}

const { values } = parseArgs({
  options: { orders: { type: 'string', default: '4000' }, halts: { type: 'string', default: '200' } },
});
const orders = Number(values.orders);
const folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-bench-guard-'));
const trading = openTrading(folder);
await run(trading, 500, IN_FLIGHT);
const diskBefore = diskFloor(folder, 1_000);
const single = await run(trading, orders, 1);
const diskAfter = diskFloor(folder, 1_000);
const grouped = await run(trading, orders * 4, IN_FLIGHT);
const disk = Math.round((diskBefore + diskAfter) / 2);
const signatures = Math.round(signatureFloor(20_000));
trading.close();
rmSync(folder, { recursive: true, force: true });
const ofDisk = Math.round((single.perSec / disk) * 100) / 100;
const gain = Math.round((grouped.perSec / single.perSec) * 10) / 10;
console.log(
  JSON.stringify({ orders, single, grouped, floors: { diskSyncsPerSec: disk, signaturesPerSec: signatures } }),
);
const passed = (single.perSec >= GOAL_PER_SEC || ofDisk >= DISK_SHARE) && gain >= GROUP_GAIN;
console.log(
  `${passed ? 'PASSED' : 'FAILED'} custody-guard: ${single.perSec} orders/s one at a time (${ofDisk} of the disk), ` +
    `${grouped.perSec}/s at ${IN_FLIGHT} in flight (${gain} times), p99 ${grouped.p99Ms} ms`,
);

const halts = await measureHalts(Number(values.halts));
const of = (times: readonly number[], share: number) => {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length * share)] ?? Number.NaN) * 10) / 10;
};
const summed = (times: readonly number[]) => ({
  ...{ p50Ms: of(times, 0.5), p99Ms: of(times, 0.99) },
  worstMs: Math.round(Math.max(...times) * 10) / 10,
});
const lastSeen = summed(halts.lastSeenMs);
const answered = summed(halts.answeredMs);
const idle = summed(halts.idleMs);
console.log(
  JSON.stringify({
    halts: halts.lastSeenMs.length,
    ordersSigned: halts.signed,
    lastSeen,
    answered,
    floors: { idle },
  }),
);
const stopped = lastSeen.p99Ms <= HALT_P99_MS && halts.signed > halts.lastSeenMs.length;
console.log(
  `${stopped ? 'PASSED' : 'FAILED'} custody-halt: no order came later than ${lastSeen.p99Ms} ms after a halt was ` +
    `asked for (p99 of ${halts.lastSeenMs.length}, p50 ${lastSeen.p50Ms}, worst ${lastSeen.worstMs}), answered in ` +
    `${answered.p99Ms} ms; ` +
    `a request with nothing to do takes ${idle.p99Ms} ms (p99)`,
);
process.exit(passed && stopped ? 0 : 1);
