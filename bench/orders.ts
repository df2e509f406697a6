/**
 * What an order costs from its decision to the wire: processor time, and time on the clock until the exchange has it.
 * In turn over the same stub exchange on this machine, five rounds, medians of the ratios of each round:
 *
 * - floor: a request signed and written by hand on one socket (`floors/raw-order.ts`);
 * - whole: the desk's account and custody as they run: decided, written down, handed to custody's process, held against
 *   the policy, written down there, signed, sent, its answer told and written down;
 * - whole, unwritten: the same without the desk's own transactions. Custody's journal stays;
 * - sending: of it, what turns a decided order into a signed request, sends it and reads its answer;
 * - ccxt: `createOrder` of ccxt with its limiter off.
 *
 *     node bench/orders.ts [--orders 300] [--rounds 5] [--no-grid]
 *
 * Processor time is that of the process that asks, and of custody where it takes part; waiting for the disk is none.
 * The answer's part is in every contender.
 */

import { createHmac, createSecretKey } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Decimal } from '../src/core/decimal.ts';
import { clientOrderId } from '../src/core/ids.ts';
import { admit, verify } from '../src/custody/wall.ts';
import type { PlaceOrder } from '../src/venues/trading.ts';
import { createPinnedHttp } from '../src/venues/whitebit/http.ts';
import { placeOutcome } from '../src/venues/whitebit/outcomes.ts';
import { placeRequest } from '../src/venues/whitebit/requests.ts';
import { signRequest } from '../src/venues/whitebit/sign.ts';
import { type Ccxt, ccxtAt, loadCcxt } from '../test/system/ccxt.testing.ts';
import { openRawOrders } from './floors/raw-order.ts';
import { judge, middle, percentile, round, sayMachine } from './judged.ts';
import { openRig, ownCpuUs } from './trading-rig.ts';

const FLOOR_MAX = 1.5;
const CCXT_CPU_MAX = 0.4;
const CCXT_WIRE_MAX = 0.5;
const GRID = 50;
const GRIDS_A_ROUND = 5;
const GRID_REQUESTS_MAX = 3;
const GRID_SINGLES = 3;
const GRID_SINGLES_MAX = 2;
const CCXT_DEFAULT_MIN = 300;
const CCXT_FREE_MIN = 5;
const HMAC_MAX = 1.3;
const CCXT_SIGN_MIN = 4;
const SIGNATURES = 5_000;

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '5' },
    grid: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const orders = Number(values.orders);
const key = 'k'.repeat(32);
const secretText = 's'.repeat(32);
const secret = createSecretKey(Buffer.from(secretText));

type Figures = { readonly cpuUs: number; readonly wireP50Us: number; readonly wireP99Us: number };

const rig = await openRig('disk');
const { stub } = rig;
const { origin } = stub;

/** One after the other; each is given when the one before was answered. */
async function measured(cpuUs: () => number, place: () => Promise<unknown>): Promise<Figures> {
  await stub.stamps();
  const begunNs: bigint[] = [];
  const before = cpuUs();
  for (let done = 0; done < orders; done += 1) {
    begunNs.push(process.hrtime.bigint());
    await place();
  }
  const used = cpuUs() - before;
  const { arrived } = await stub.stamps();
  if (arrived.length !== orders) throw new Error(`${arrived.length} of ${orders} orders arrived`);
  const wire = arrived.map((atNs, index) => Number(atNs - (begunNs[index] ?? atNs)) / 1_000);
  return { cpuUs: used / orders, wireP50Us: percentile(wire, 0.5), wireP99Us: percentile(wire, 0.99) };
}

const raw = await openRawOrders(origin, secret);
const http = createPinnedHttp({ origin });
let seq = 0;

function orderOfOurs(): PlaceOrder {
  seq += 1;
  return {
    ...{ clientId: clientOrderId('bench', 0, 'm', seq), market: 'BTC_USDT', side: 'buy' },
    terms: { kind: 'limit', price: Decimal.parse('99.95'), postOnly: false, ioc: true },
    quantity: { unit: 'base', amount: Decimal.parse('0.01') },
  };
}

async function sendOurs(): Promise<void> {
  const order = orderOfOurs();
  const { path, parameters } = placeRequest(order);
  admit('practice', path, parameters, true);
  const signed = signRequest({
    ...{ path, parameters, nonce: 1_700_000_000_000 + seq, nonceWindow: true, publicKey: key, secret },
  });
  verify({ origin, method: 'POST', path, ...signed }, { venue: 'practice', origin, publicKey: key });
  const reply = await http.send({ method: 'POST', path, ...signed });
  const outcome = placeOutcome(order, { reply, signedAtMs: null });
  if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
}

const { Rest } = await loadCcxt();
async function peer(enableRateLimit: boolean): Promise<Ccxt> {
  const made = ccxtAt(origin, Rest, { apiKey: key, secret: secretText });
  Object.assign(made, { enableRateLimit });
  await made.loadMarkets();
  return made;
}
const [free, limited] = [await peer(false), await peer(true)];
const createCcxt = (ex: Ccxt) => {
  seq += 1;
  const params = { clientOrderId: `ccxt-${seq}`, timeInForce: 'IOC' };
  return ex.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 99.95, params);
};
const placeWhole = async () => rig.over(await rig.tell());

/** Milliseconds until the last order of a grid is at the exchange, and the requests that it took. */
async function grid(place: () => Promise<unknown>): Promise<{ readonly ms: number; readonly requests: number }> {
  await stub.stamps();
  const begunNs = process.hrtime.bigint();
  await place();
  const said = await stub.stamps();
  if (said.orders !== GRID) throw new Error(`${said.orders} of ${GRID} orders arrived`);
  return { ms: Number((said.arrived.at(-1) ?? begunNs) - begunNs) / 1e6, requests: said.arrived.length };
}

/** One of many, so that a pause of the machine is not the figure. The slow one of ccxt is a second each time. */
async function middleGrid(place: () => Promise<unknown>): ReturnType<typeof grid> {
  const all = [];
  for (let nth = 0; nth < GRIDS_A_ROUND; nth += 1) all.push(await grid(place));
  return { ms: middle(all.map(({ ms }) => ms)), requests: Math.max(...all.map(({ requests }) => requests)) };
}

async function placeGrid(): Promise<void> {
  const placed = await Promise.all(Array.from({ length: GRID }, () => rig.tell()));
  await Promise.all(placed.map((order) => rig.over(order)));
}
const gridOf = (ex: Ccxt) => () => Promise.all(Array.from({ length: GRID }, () => createCcxt(ex)));

/** Microseconds of the processor for one. */
function signatures(sign: (nonce: number) => unknown): number {
  const before = ownCpuUs();
  for (let nonce = 1; nonce <= SIGNATURES; nonce += 1) sign(1_700_000_000_000 + nonce);
  return (ownCpuUs() - before) / SIGNATURES;
}
const signedPath = '/api/v4/order/new';
const parameters = { market: 'BTC_USDT', side: 'buy', amount: '0.01', price: '99.95', clientOrderId: 'bench-0-m-1' };
const signOurs = (nonce: number) =>
  signRequest({ path: signedPath, parameters, nonce, nonceWindow: true, publicKey: key, secret });
function signFloor(nonce: number): string {
  const body = JSON.stringify({ request: signedPath, nonce, nonceWindow: true, ...parameters });
  return createHmac('sha512', secret).update(Buffer.from(body).toString('base64')).digest('hex');
}
type Signer = { sign(path: string, api: readonly string[], method: string, params: object): unknown };
const signCcxt = () => (free as unknown as Signer).sign('order/new', ['v4', 'private'], 'POST', parameters);

async function oneRound() {
  const floor = await measured(ownCpuUs, () => raw.place());
  const whole = await measured(rig.cpuUs, placeWhole);
  rig.writes = false;
  const unwritten = await measured(rig.cpuUs, placeWhole);
  rig.writes = true;
  const sending = await measured(ownCpuUs, sendOurs);
  const ccxt = await measured(ownCpuUs, () => createCcxt(free));
  const sign = { floor: signatures(signFloor), ours: signatures(signOurs), ccxt: signatures(signCcxt) };
  const grids = values.grid
    ? { ours: await middleGrid(placeGrid), free: await middleGrid(gridOf(free)), limited: await grid(gridOf(limited)) }
    : null;
  return { floor, whole, unwritten, sending, ccxt, sign, grids };
}
type Round = Awaited<ReturnType<typeof oneRound>>;

sayMachine('before');
await oneRound();
const rounds: Round[] = [];
for (let at = 1; at <= Number(values.rounds); at += 1) {
  const figures = await oneRound();
  rounds.push(figures);
  console.log(JSON.stringify({ bench: 'orders', round: at, orders, ...rounded(figures) }));
}
const of = (pick: (figures: Round) => number) => rounds.map(pick);
for (const name of ['whole', 'unwritten', 'sending'] as const) {
  const ratio = (what: 'cpuUs' | 'wireP50Us', under: 'floor' | 'ccxt') =>
    round(middle(of((one) => one[name][what] / one[under][what])));
  const over = { floor: ratio('cpuUs', 'floor'), ccxt: ratio('cpuUs', 'ccxt') };
  const wire = { floor: ratio('wireP50Us', 'floor'), ccxt: ratio('wireP50Us', 'ccxt') };
  console.log(JSON.stringify({ bench: 'orders', what: name, cpuOver: over, toWireOver: wire }));
}
const most = (value: number) => ({ most: value });
judge(
  '2a processor time of one order, times the floor',
  of(({ whole, floor }) => whole.cpuUs / floor.cpuUs),
  most(FLOOR_MAX),
);
judge(
  '2a the same as a share of ccxt',
  of(({ whole, ccxt }) => whole.cpuUs / ccxt.cpuUs),
  most(CCXT_CPU_MAX),
);
judge(
  '2a time to the wire as a share of ccxt',
  of(({ whole, ccxt }) => whole.wireP50Us / ccxt.wireP50Us),
  most(CCXT_WIRE_MAX),
);
judge(
  '2a of it, sending: processor time, times the floor',
  of(({ sending, floor }) => sending.cpuUs / floor.cpuUs),
  most(FLOOR_MAX),
);
judge(
  '2a of it, sending: processor time as a share of ccxt',
  of(({ sending, ccxt }) => sending.cpuUs / ccxt.cpuUs),
  most(CCXT_CPU_MAX),
);
judge(
  '2a of it, sending: time to the wire as a share of ccxt',
  of(({ sending, ccxt }) => sending.wireP50Us / ccxt.wireP50Us),
  most(CCXT_WIRE_MAX),
);
if (values.grid) {
  const grids = rounds.flatMap(({ grids: all, whole }) => (all === null ? [] : [{ ...all, single: whole.wireP50Us }]));
  judge(
    `2b requests of a grid of ${GRID}`,
    grids.map(({ ours }) => ours.requests),
    most(GRID_REQUESTS_MAX),
  );
  judge(
    `2b its time to the wire, times ${GRID_SINGLES} single orders`,
    grids.map(({ ours, single }) => (ours.ms * 1_000) / (single * GRID_SINGLES)),
    most(GRID_SINGLES_MAX),
  );
  judge(
    '2b how many times faster than ccxt with its defaults',
    grids.map(({ ours, limited: slow }) => slow.ms / ours.ms),
    { least: CCXT_DEFAULT_MIN },
  );
  judge(
    '2b how many times faster than ccxt with its limiter off',
    grids.map(({ ours, free: fast }) => fast.ms / ours.ms),
    { least: CCXT_FREE_MIN },
  );
}
judge(
  '2c a signature, times the HMAC alone',
  of(({ sign }) => sign.ours / sign.floor),
  most(HMAC_MAX),
);
judge(
  '2c how many times cheaper than sign() of ccxt',
  of(({ sign }) => sign.ccxt / sign.ours),
  { least: CCXT_SIGN_MIN },
);
sayMachine('after');
raw.close();
http.close();
await Promise.all([free.close(), limited.close()]);
await rig.close();

function rounded(value: object): object {
  return JSON.parse(
    JSON.stringify(value, (_key, part: unknown) => (typeof part === 'number' ? round(part) : part)),
  ) as object;
}
