import type { FaultSwitch, FrameCourse, Way } from './fault-switch.ts';
import { depthOf, fieldsOf, listOf, paramsOf, withDepth, withParams } from './frames.ts';
import { answered } from './replies.ts';
import { atPlaces, scaledText, withPrices, withTimes } from './rewriting.ts';
import { ASKED, HEARD } from './scopes.ts';

/** Group C where it is about what a feed says: gaps, stale and impossible books, absurd prices, broken frames. */

const PUBLIC_PATHS = ['/api/v4/public/', '/api/v2/public/', '/api/v1/public/'] as const;
const BOOK_PATHS = ['/api/v4/public/orderbook/', '/api/v1/public/depth/', '/api/v2/public/depth/'] as const;
const PRICED = ['lastprice', 'market', 'marketToday', 'trades', 'candles', 'depth', 'bookTicker'] as const;
const TIMED = [...PRICED, 'deals', 'ordersPending', 'ordersExecuted'] as const;

/** Less than the eight megabytes at which a client that does not read is let go. */
const HUGE_CHARACTERS = 4 * 1024 * 1024;
const NESTED_DEPTH = 100_000;
const STALE_IDS = 100;
const STALE_SEC = 60;
const JUMP_IDS = 100_000;
const LEVELS_MAX = 100;
const BACK_SEC = 1;
const SWAP_WAIT_MS = 2_000;

export const fed = (name: string, effect: string, frame: FrameCourse, way: Partial<Way> = {}): Way => ({
  name,
  effect,
  layer: 'stream',
  takes: HEARD,
  channels: ['depth'],
  frame,
  ...way,
});

const drop: FrameCourse = () => {};

export const FEED_SWITCHES: readonly FaultSwitch[] = [
  {
    id: 'F35',
    name: 'sequence-gap',
    group: 'C',
    title: 'A gap in the sequence',
    ways: [
      fed(
        'skipped',
        'One update of the book is lost, so the next has a past_update_id that was never told.',
        ({ miss }, { message }, send) => {
          if (!depthOf(message).whole) return;
          miss();
          send(message);
        },
        { defaults: { count: 1 } },
      ),
    ],
  },
  {
    id: 'F36',
    name: 'stale-snapshot',
    group: 'C',
    title: 'A snapshot older than the updates',
    ways: [
      fed(
        'stream',
        'Whole books come with an update_id and times from before, so that no later update fits on.',
        ({ miss }, { message }, send) => {
          const depth = depthOf(message);
          if (!depth.whole) miss();
          send(depth.whole ? withDepth(message, { ...depth, data: aged(depth.data) }) : message);
        },
      ),
      {
        name: 'http',
        effect: 'Books over HTTP stay as they were when first asked for.',
        layer: 'request',
        takes: ASKED,
        paths: BOOK_PATHS,
        outer: async ({ memory, miss }, { target }, next) => {
          const reply = await next();
          const first = memory.get(target);
          if (reply.kind === 'answer' && first !== undefined) return { ...reply, answer: first as typeof reply.answer };
          if (reply.kind === 'answer') memory.set(target, reply.answer);
          miss();
          return reply;
        },
      },
    ],
  },
  {
    id: 'F37',
    name: 'impossible-book',
    group: 'C',
    title: 'A crossed or empty book',
    ways: [
      bookWay(
        'crossed',
        'Asks and bids of each book frame are exchanged, so the best bid stands above the best ask.',
        (data) => ({
          ...data,
          asks: listOf(data.bids),
          bids: listOf(data.asks),
        }),
      ),
      bookWay(
        'empty',
        'Each book frame is a whole book without any level.',
        (data) => ({ ...data, asks: [], bids: [] }),
        true,
      ),
    ],
  },
  {
    id: 'F38',
    name: 'silent-channel',
    group: 'C',
    title: 'Silence, while pings are answered',
    ways: [fed('no-updates', 'Updates of the channel stop; answers and pongs go on.', drop, { channels: TIMED })],
  },
  {
    id: 'F39',
    name: 'absurd-price',
    group: 'C',
    title: 'Absurd prices',
    ways: [
      priceWay('zero', 'Prices of streams and public answers are 0.', () => '0'),
      priceWay('tenfold', 'Prices are ten times what they are.', (text) => scaledText(text, 1)),
      priceWay('nan', 'Prices are the text NaN.', () => 'NaN'),
      priceWay('exponent', 'Prices are written with an exponent.', (text) => `${scaledText(text, -3)}e3`),
    ],
  },
  {
    id: 'F40',
    name: 'times-go-back',
    group: 'C',
    title: 'Event times go back',
    ways: [
      fed(
        'older-and-older',
        'Times of updates are told a second earlier with each frame; ids stay in order.',
        ({ number }, { channel, message }, send) => {
          const back = (seconds: number): number => seconds - number * BACK_SEC;
          const [row] = paramsOf(message);
          if (channel !== 'bookTicker' || !Array.isArray(row)) return send(withTimes(message, back));
          send(withParams(message, [row.map((value, index) => (index < 2 ? back(Number(value)) : value))]));
        },
        { channels: TIMED },
      ),
    ],
  },
  {
    id: 'F41',
    name: 'broken-frame',
    group: 'C',
    title: 'Malformed, huge or deeply nested frames',
    ways: [
      fed(
        'malformed',
        'The frame is no JSON.',
        (_s, { message }, send) => send(JSON.stringify(message).slice(0, -2)),
        anything(),
      ),
      fed(
        'huge',
        'The frame carries four megabytes more than it should.',
        (_s, { message }, send) => send({ ...message, padding: 'x'.repeat(HUGE_CHARACTERS) }),
        anything(),
      ),
      fed(
        'nested',
        'The frame is a list a hundred thousand deep.',
        (_s, _frame, send) => send(`${'['.repeat(NESTED_DEPTH)}${']'.repeat(NESTED_DEPTH)}`),
        anything(),
      ),
    ],
  },
  {
    id: 'F42',
    name: 'deltas-twice',
    group: 'C',
    title: 'Book updates twice or out of order',
    ways: [
      fed('doubled', 'Every update of the book is told twice.', (_s, { message }, send) => {
        send(message);
        send(message);
      }),
      fed('swapped', 'An update of the book comes after the one that follows it.', swappedDeltas),
    ],
  },
  {
    id: 'F48',
    name: 'snapshot-jumps',
    group: 'C',
    title: 'A keep-alive snapshot with a jumped id',
    ways: [
      fed(
        'jumped',
        'The next update of the book is a whole book instead, its update_id far ahead; those that follow go on from there.',
        jumped,
      ),
    ],
  },
];

function anything(): Partial<Way> {
  return { channels: TIMED };
}

function aged(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const older = fieldsOf(withTimes(data, (seconds) => seconds - STALE_SEC));
  return { ...older, update_id: Number(data.update_id) - STALE_IDS };
}

type BookData = Readonly<Record<string, unknown>>;

function bookWay(name: string, effect: string, change: (data: BookData) => BookData, whole = false): Way {
  return fed(
    name,
    effect,
    (_strike, { message }, send) => {
      const depth = depthOf(message);
      send(withDepth(message, { ...depth, whole: whole || depth.whole, data: change(depth.data) }));
    },
    {
      takes: [...new Set([...HEARD, ...ASKED])],
      paths: BOOK_PATHS,
      outer: async (_strike, _call, next) => {
        const reply = await next();
        if (reply.kind !== 'answer' || reply.answer.kind !== 'json') return reply;
        return { ...reply, answer: { ...reply.answer, body: change(fieldsOf(reply.answer.body)) } };
      },
    },
  );
}

/** Rows of candles: open, close, high, low. Of the bookTicker: bid and ask. */
const CANDLE_PRICES = [1, 2, 3, 4];
const TICKER_PRICES = [4, 6];

function priceWay(name: string, effect: string, change: (text: string) => string): Way {
  return fed(
    name,
    effect,
    (_strike, { channel, message }, send) => {
      const params = paramsOf(message);
      switch (channel) {
        case 'lastprice':
          return send(withParams(message, [params[0], change(String(params[1]))]));
        case 'candles':
          return send(
            withParams(
              message,
              params.map((row) => atPlaces(listOf(row), CANDLE_PRICES, change)),
            ),
          );
        case 'bookTicker':
          return send(withParams(message, [atPlaces(listOf(params[0]), TICKER_PRICES, change)]));
        default:
          return send(withPrices(message, change));
      }
    },
    {
      channels: PRICED,
      takes: [...new Set([...HEARD, ...ASKED])],
      paths: PUBLIC_PATHS,
      outer: async (_strike, { path }, next) => {
        const reply = await next();
        if (reply.kind !== 'answer' || reply.answer.kind !== 'json') return reply;
        const { status, body } = reply.answer;
        const changed = path.endsWith('/kline') ? klineWith(body, change) : withPrices(body, change);
        return answered({ kind: 'json', status, body: changed }, reply.headers);
      },
    },
  );
}

function klineWith(body: unknown, change: (text: string) => string): unknown {
  const { result, ...rest } = fieldsOf(body);
  return { ...rest, result: listOf(result).map((row) => atPlaces(listOf(row), CANDLE_PRICES, change)) };
}

function swappedDeltas(...[{ memory, later, miss }, frame, send]: Parameters<FrameCourse>): void {
  const { message, connection } = frame;
  const depth = depthOf(message);
  const slot = `${connection} ${depth.market}`;
  const waiting = memory.get(slot);
  if (depth.whole || typeof waiting === 'function') {
    miss();
    memory.delete(slot);
    send(message);
    if (typeof waiting === 'function') waiting();
    return;
  }
  const tell = later(SWAP_WAIT_MS, () => {
    memory.delete(slot);
    send(message);
  });
  memory.set(slot, tell);
}

/** What follows keeps the distance, or every client would rightly see a gap. */
function jumped(...[{ memory, miss, world }, { message, connection }, send]: Parameters<FrameCourse>): void {
  const depth = depthOf(message);
  const slot = `${connection} ${depth.market}`;
  const ahead = memory.get(slot);
  const { update_id, past_update_id, ...rest } = depth.data;
  if (typeof ahead === 'number') {
    miss();
    const moved = {
      ...rest,
      update_id: Number(update_id) + ahead,
      ...(past_update_id === undefined ? {} : { past_update_id: Number(past_update_id) + ahead }),
    };
    send(withDepth(message, { ...depth, data: moved }));
    return;
  }
  if (depth.whole) {
    miss();
    send(message);
    return;
  }
  memory.set(slot, JUMP_IDS);
  const texts = (levels: readonly (readonly unknown[])[]): unknown => levels.map((level) => level.map(String));
  const { asks, bids } = world.market.book(depth.market, world.clock.nowMs(), LEVELS_MAX);
  const data = { ...rest, update_id: Number(update_id) + JUMP_IDS, asks: texts(asks), bids: texts(bids) };
  send(withDepth(message, { ...depth, whole: true, data }));
}
