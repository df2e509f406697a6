/**
 * What one depth message costs from its bytes to the changed book, sequence check included. The same recorded frames
 * run through fresh books every round, the contenders in turn, so that a busy machine slows all of them alike:
 *
 * - ours: the scanner and the typed book, with every check;
 * - floor: a scanner that trusts every byte, into plain sorted typed arrays; of all checks it has only that of the
 *   sequence;
 * - JSON.parse and a sorted array, as most clients do it;
 * - ccxt.pro, as a peer.
 *
 * Times are of the processor, so that a machine which does other things meanwhile does not decide.
 * Verdict: at most 1.5 times the floor and at least four times as fast as ccxt. Exit code 1 when it is missed.
 */

import { OrderBook } from '../src/venues/book.ts';
import { DepthScanner } from '../src/venues/whitebit/depth-frame.ts';

const GOAL_OVER_FLOOR = 1.5;
const GOAL_OVER_PEER = 4;
const MESSAGES = 20_000;
const ROUNDS = 15;
const LEVELS = 100;
const MARKET = 'BTC_USDT';

const frames = record();
const texts = frames.map((frame) => Buffer.from(frame).toString('utf8'));
const mean = Math.round(frames.reduce((sum, frame) => sum + frame.length, 0) / frames.length);

const peer = await ccxtBook();
const contenders: readonly (readonly [string, () => string])[] = [
  ['ours', ours],
  ['floor', floor],
  ['JSON.parse + sorted array', sortedArray],
  ['ccxt.pro', peer],
];
const times = new Map<string, number[]>(contenders.map(([name]) => [name, []]));
const results = new Map<string, string>();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, run] of contenders) {
    const before = process.cpuUsage();
    const best = run();
    const { user, system } = process.cpuUsage(before);
    times.get(name)?.push(((user + system) * 1_000) / MESSAGES);
    results.set(name, best);
  }
}
if (new Set(results.values()).size !== 1) throw new Error(`The books differ: ${JSON.stringify([...results])}`);

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
const median = (name: string): number => middle(times.get(name) ?? []);
/** Of the same round: whatever slowed the machine just then slowed both. */
const ratio = (over: string, under: string): number =>
  middle((times.get(over) ?? []).map((ns, round) => ns / (times.get(under)?.[round] ?? Number.NaN)));
const figures = Object.fromEntries(contenders.map(([name]) => [name, Math.round(median(name))]));
console.log(JSON.stringify({ bench: 'book', messages: MESSAGES, meanBytes: mean, nsPerMessage: figures }));
const overFloor = ratio('ours', 'floor');
const overPeer = ratio('ccxt.pro', 'ours');
const reached = overFloor <= GOAL_OVER_FLOOR && overPeer >= GOAL_OVER_PEER;
console.log(
  `${reached ? 'reached' : 'MISSED'}: ${overFloor.toFixed(2)} × the floor (at most ${GOAL_OVER_FLOOR}), ${overPeer.toFixed(1)} × as fast as ccxt.pro (at least ${GOAL_OVER_PEER}), ${ratio('JSON.parse + sorted array', 'ours').toFixed(1)} × as fast as JSON.parse and a sorted array`,
);
process.exitCode = reached ? 0 : 1;

function ours(): string {
  const scanner = new DepthScanner();
  const book = new OrderBook(LEVELS);
  for (const frame of frames) {
    if (!scanner.scan(frame)) throw new Error('A frame was not scanned');
    book.apply(scanner.frame);
  }
  return `${book.best('bid')?.price} ${book.best('ask')?.price}`;
}

/**
 * Takes every byte for what its neighbours promise: a quote and the first letter tell the key, the rest is trusted. What
 * reading these levels and ids costs at least.
 */
function floor(): string {
  const asks = { prices: new Float64Array(1_000), sizes: new Float64Array(1_000), count: 0, sign: -1 };
  const bids = { prices: new Float64Array(1_000), sizes: new Float64Array(1_000), count: 0, sign: 1 };
  let last = 0;
  for (const bytes of frames) {
    let id = 0;
    let past = 0;
    let at = 46;
    while (at < bytes.length) {
      if (bytes[at] !== 0x22) {
        at += 1;
        continue;
      }
      const letter = bytes[at + 1];
      for (at += 2; bytes[at] !== 0x22; ) at += 1;
      if (letter === 0x61) at = floorLevels(bytes, at + 3, asks);
      else if (letter === 0x62) at = floorLevels(bytes, at + 3, bids);
      else if (letter === 0x75) for (at += 2; (bytes[at] ?? 0) >= 0x30; at += 1) id = id * 10 + (bytes[at] ?? 0) - 0x30;
      else if (letter === 0x70)
        for (at += 2; (bytes[at] ?? 0) >= 0x30; at += 1) past = past * 10 + (bytes[at] ?? 0) - 0x30;
      else at += 1;
    }
    if (last !== 0 && past !== last) throw new Error('gap');
    last = id;
  }
  return `${(bids.prices[bids.count - 1] ?? 0) / 100} ${-(asks.prices[asks.count - 1] ?? 0) / 100}`;
}

function floorLevels(
  bytes: Uint8Array,
  from: number,
  side: { prices: Float64Array; sizes: Float64Array; count: number; sign: number },
): number {
  const { prices, sizes, sign } = side;
  let at = from;
  while (bytes[at] === 0x5b) {
    let figure = 0;
    let price = 0;
    for (at += 2; bytes[at] !== 0x5d; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte >= 0x30) figure = figure * 10 + byte - 0x30;
      else if (byte === 0x2c) {
        price = figure * sign;
        figure = 0;
      }
    }
    at += bytes[at + 1] === 0x2c ? 2 : 1;
    let rank = side.count;
    while (rank > 0 && (prices[rank - 1] ?? 0) >= price) rank -= 1;
    const known = rank < side.count && prices[rank] === price;
    if (known && figure !== 0) sizes[rank] = figure;
    else if (known) {
      prices.copyWithin(rank, rank + 1, side.count);
      sizes.copyWithin(rank, rank + 1, side.count);
      side.count -= 1;
    } else if (figure !== 0) {
      prices.copyWithin(rank + 1, rank, side.count);
      sizes.copyWithin(rank + 1, rank, side.count);
      prices[rank] = price;
      sizes[rank] = figure;
      side.count += 1;
    }
  }
  if (side.count > LEVELS) {
    prices.copyWithin(0, side.count - LEVELS, side.count);
    sizes.copyWithin(0, side.count - LEVELS, side.count);
    side.count = LEVELS;
  }
  return at + 1;
}

type Row = [number, number];
type Depth = {
  params: [boolean, { update_id: number; past_update_id?: number } & Record<'asks' | 'bids', string[][]>];
};

function sortedArray(): string {
  const rows: Record<'asks' | 'bids', Row[]> = { asks: [], bids: [] };
  let last = 0;
  for (const text of texts) {
    const [full, data] = (JSON.parse(text) as Depth).params;
    if (full) {
      rows.asks = [];
      rows.bids = [];
    } else if (data.past_update_id !== last) throw new Error('gap');
    last = data.update_id;
    for (const side of ['asks', 'bids'] as const) {
      const sign = side === 'asks' ? 1 : -1;
      const own = rows[side];
      for (const [price = '', size = ''] of data[side]) {
        const key = Number(price);
        let low = 0;
        let high = own.length;
        while (low < high) {
          const middle = (low + high) >> 1;
          if (((own[middle]?.[0] ?? 0) - key) * sign < 0) low = middle + 1;
          else high = middle;
        }
        const found = own[low]?.[0] === key;
        if (size === '0') own.splice(low, found ? 1 : 0);
        else if (found) own[low] = [key, Number(size)];
        else own.splice(low, 0, [key, Number(size)]);
      }
      if (own.length > LEVELS) own.length = LEVELS;
    }
  }
  return `${rows.bids[0]?.[0]} ${rows.asks[0]?.[0]}`;
}

/** ccxt's own handler, fed with what it would have parsed; only its network is left out. */
async function ccxtBook(): Promise<() => string> {
  type Book = { bids: number[][]; asks: number[][] };
  type Exchange = {
    orderbooks: Record<string, Book>;
    setMarkets(markets: unknown[]): void;
    handleMessage(client: unknown, message: unknown): void;
  };
  const entry = import.meta.resolve('ccxt');
  const { default: Whitebit } = (await import(new URL('./src/pro/whitebit.js', entry).href)) as {
    default: new () => Exchange;
  };
  return () => {
    const exchange = new Whitebit();
    exchange.setMarkets([
      {
        id: MARKET,
        symbol: 'BTC/USDT',
        base: 'BTC',
        quote: 'USDT',
        baseId: 'BTC',
        quoteId: 'USDT',
        type: 'spot',
        spot: true,
        precision: {},
        limits: {},
      },
    ]);
    const client = { resolve: () => undefined, reject: () => undefined, subscriptions: {} };
    for (const text of texts) exchange.handleMessage(client, JSON.parse(text));
    const book = exchange.orderbooks['BTC/USDT'];
    return `${book?.bids[0]?.[0]} ${book?.asks[0]?.[0]}`;
  };
}

/** A picture of 100 levels and then changes of about four levels near the best, as a lively market sends them. */
function record(): readonly Uint8Array[] {
  let seed = 20_240_101;
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const price = (ticks: number): string => (ticks / 100).toFixed(2);
  const size = (): string => (random() * 3).toFixed(6);
  let middle = 8_750_000;
  const level = (side: 1 | -1, depth: number): string[] => [price(middle + side * (1 + depth)), size()];
  const all = Array.from({ length: LEVELS }, (_, depth) => depth);
  const made: Uint8Array[] = [];
  const live = { 1: new Set<string>(), [-1]: new Set<string>() };
  let id = 22_216_665_449;
  for (let n = 0; n < MESSAGES; n += 1) {
    const full = n === 0;
    const sides = { 1: [] as string[][], [-1]: [] as string[][] };
    for (const side of [1, -1] as const) {
      if (full) sides[side] = all.map((depth) => level(side, depth));
      else for (let k = 0; k < 2; k += 1) sides[side].push(level(side, Math.floor(random() ** 3 * 60)));
      for (const [at = ''] of sides[side]) live[side].add(at);
    }
    if (!full && random() < 0.3) {
      const move = random() < 0.5 ? -1 : 1;
      middle += move;
      // The side that is run into loses its best level.
      const gone = price(middle);
      for (const side of [1, -1] as const) {
        sides[side] = sides[side].filter(([at]) => at !== gone);
        sides[side].push([gone, '0']);
        live[side].delete(gone);
      }
    }
    const data = {
      timestamp: 1_689_600_180.516447 + n / 10,
      update_id: id + 4,
      ...(full ? {} : { past_update_id: id }),
      asks: sides[1],
      bids: sides[-1],
      event_time: 1_689_600_180.616447 + n / 10,
    };
    id += 4;
    made.push(Buffer.from(JSON.stringify({ id: null, method: 'depth_update', params: [full, data, MARKET] })));
  }
  return made;
}
