import { done, refuse } from '../accounts/outcome.ts';
import type { Answer, Call } from '../api/answer.ts';
import { isHouse } from '../exchange/house.ts';
import type { Deed, FaultSwitch, FrameCourse, Strike, Way } from './fault-switch.ts';
import { DEAL, fieldsOf, paramsOf, withDeal } from './frames.ts';
import { fillResting, limitOrder, placed, smallestAmount } from './hand.ts';
import { oppositeOf, restingOf, stepLots } from './order-switches.ts';
import { HEARD, PLACING_PATHS, WHICH } from './scopes.ts';

/** Group B: what is told of fills and orders, late, twice, wrongly or not at all. Lies of the wire are called lies. */

const HELD_MS = 5_000;
const FOR_LATER_MS = 60_000;
/** A lie needs an id that no true deal has: far above those of a year. */
const FALSE_ID_STEP = 1_000_000_000;
const FINISH = 3;

const told = (name: string, effect: string, frame: FrameCourse, way: Partial<Way> = {}): Way => ({
  name,
  effect,
  layer: 'stream',
  takes: HEARD,
  channels: ['deals'],
  frame,
  ...way,
});

export const FILL_SWITCHES: readonly FaultSwitch[] = [
  {
    id: 'F20',
    name: 'piecemeal',
    group: 'B',
    title: 'Many partial fills and a dust remainder',
    ways: [
      {
        name: 'on-placing',
        effect: 'An order that comes to rest is filled in pieces by the exchange until one step of it is left.',
        layer: 'request',
        takes: [...WHICH, 'pieces'],
        defaults: { pieces: 4 },
        paths: PLACING_PATHS,
        inner: inPieces,
      },
    ],
  },
  {
    id: 'F21',
    name: 'fill-twice',
    group: 'B',
    title: 'The same fill twice',
    ways: [
      told('doubled', 'Every deal is told twice with the same id.', (_strike, { message }, send) => {
        send(message);
        send(message);
      }),
    ],
  },
  {
    id: 'F22',
    name: 'fill-before-reply',
    group: 'B',
    title: 'A fill before the acknowledgement',
    ways: [
      {
        name: 'late-reply',
        effect: 'Replies to orders and events of ordersPending come after the delay; deals come at once.',
        layer: 'stream',
        takes: [...new Set([...HEARD, ...WHICH]), 'delayMs'],
        defaults: { delayMs: HELD_MS },
        paths: PLACING_PATHS,
        channels: ['ordersPending', 'ordersExecuted'],
        outer: async ({ terms, hold }, _call, next) => {
          const reply = await next();
          await hold(terms.delayMs ?? HELD_MS);
          return reply;
        },
        frame: ({ terms, later }, { message }, send) => void later(terms.delayMs ?? HELD_MS, () => send(message)),
      },
    ],
  },
  {
    id: 'F23',
    name: 'events-out-of-order',
    group: 'B',
    title: 'Order events out of order',
    ways: [
      told(
        'swapped',
        'An event waits for the next one and is told after it: a new order after it was filled. Alone it comes after the delay.',
        swapped,
        { channels: ['ordersPending'], takes: [...HEARD, 'delayMs'], defaults: { delayMs: HELD_MS } },
      ),
    ],
  },
  {
    id: 'F24',
    name: 'fills-lost',
    group: 'B',
    title: 'Fills lost on the stream',
    ways: [
      told('deals', 'Deals are not told.', () => {}),
      told('all', 'Neither deals nor order events nor balances are told.', () => {}, {
        channels: ['deals', 'ordersPending', 'ordersExecuted', 'balanceSpot'],
      }),
    ],
  },
  {
    id: 'F25',
    name: 'fill-after-cancel',
    group: 'B',
    title: 'A fill after CANCELED',
    ways: [
      told(
        'held-back',
        'Deals are told only after ordersPending has told the end of their order, or after the delay.',
        afterTheEnd,
        { channels: ['deals', 'ordersPending'], takes: [...HEARD, 'delayMs'], defaults: { delayMs: FOR_LATER_MS } },
      ),
    ],
  },
  {
    id: 'F26',
    name: 'overfill',
    group: 'B',
    title: 'More filled than ordered',
    ways: [
      told(
        'another-deal',
        'A lie: after each deal another of the same size, with an id of its own.',
        (_s, frame, send) => {
          send(frame.message);
          send(withDeal(frame.message, { [DEAL.id]: falseId(frame.message) }));
        },
      ),
    ],
  },
  {
    id: 'F27',
    name: 'fee-late',
    group: 'B',
    title: 'The fee is missing, late or in a third asset',
    ways: [
      told('absent', 'Deals have null for the fee and its asset.', (_s, { message }, send) =>
        send(withDeal(message, { [DEAL.fee]: null, [DEAL.feeAsset]: null })),
      ),
      told(
        'late',
        'A deal is told with the fee 0 first, and again with the true one after the delay.',
        ({ terms, later }, { message }, send) => {
          send(withDeal(message, { [DEAL.fee]: '0' }));
          later(terms.delayMs ?? HELD_MS, () => send(message));
        },
        { takes: [...HEARD, 'delayMs'], defaults: { delayMs: HELD_MS } },
      ),
      told(
        'third-asset',
        'A lie: the fee is told in another asset (WBT unless said).',
        ({ terms }, { message }, send) => send(withDeal(message, { [DEAL.feeAsset]: terms.ticker ?? 'WBT' })),
        { takes: [...HEARD, 'ticker'], defaults: { ticker: 'WBT' } },
      ),
    ],
  },
  {
    id: 'F28',
    name: 'deal-id-differs',
    group: 'B',
    title: 'Deal ids absent or different by channel',
    ways: [
      told('absent', 'Deals of the stream have the id 0; those of HTTP keep theirs.', (_s, { message }, send) =>
        send(withDeal(message, { [DEAL.id]: 0 })),
      ),
      told('different', 'Deals of the stream have other ids than those of HTTP.', (_s, { message }, send) =>
        send(withDeal(message, { [DEAL.id]: falseId(message) })),
      ),
    ],
  },
  {
    id: 'F29',
    name: 'fill-reversed',
    group: 'B',
    title: 'A trade is reversed',
    ways: [
      told(
        'negative',
        'A lie: after each deal the same id again, amount and fee below zero (shape inferred).',
        (_s, { message }, send) => {
          send(message);
          const params = paramsOf(message);
          const minus = (index: number): string => `-${String(params[index])}`;
          send(withDeal(message, { [DEAL.amount]: minus(DEAL.amount), [DEAL.fee]: minus(DEAL.fee) }));
        },
      ),
    ],
  },
  {
    id: 'F30',
    name: 'self-trade-prevented',
    group: 'B',
    title: 'Ended by self-trade prevention',
    ways: [
      {
        name: 'on-placing',
        effect:
          'An order that comes to rest meets another of its own account, which it may not trade with: CANCELED_STP.',
        layer: 'request',
        takes: WHICH,
        paths: PLACING_PATHS,
        inner: metByItself,
      },
    ],
  },
  {
    id: 'F31',
    name: 'forced-cancel',
    group: 'B',
    title: 'The exchange cancels orders',
    ways: [
      {
        name: 'all-open',
        effect: 'Every open order of the account (of everybody without one) and market is cancelled.',
        layer: 'market',
        takes: ['email', 'apiKey', 'market'],
        act: forcedCancel,
      },
    ],
  },
  {
    id: 'F32',
    name: 'foreign-order',
    group: 'B',
    title: 'An order that nobody here sent',
    ways: [
      {
        name: 'resting',
        effect: 'A limit order of the account appears, as if made by hand or by another program.',
        layer: 'market',
        takes: ['email', 'apiKey', 'market', 'side', 'amount', 'price', 'clientOrderId'],
        needs: ['email', 'market', 'price'],
        defaults: { side: 'buy', clientOrderId: 'not-from-here' },
        act: foreignOrder,
      },
    ],
  },
];

function falseId(message: Parameters<typeof paramsOf>[0]): number {
  return Number(paramsOf(message)[DEAL.id]) + FALSE_ID_STEP;
}

function swapped(...[strike, { connection, message }, send]: Parameters<FrameCourse>): void {
  const { terms, memory, later, miss } = strike;
  const waiting = memory.get(String(connection));
  if (typeof waiting === 'function') {
    miss();
    memory.delete(String(connection));
    send(message);
    waiting();
    return;
  }
  const tell = later(terms.delayMs ?? HELD_MS, () => {
    memory.delete(String(connection));
    send(message);
  });
  memory.set(String(connection), tell);
}

function afterTheEnd(...[strike, { connection, channel, message }, send]: Parameters<FrameCourse>): void {
  const { terms, memory, later, miss } = strike;
  const params = paramsOf(message);
  if (channel === 'ordersPending') {
    miss();
    send(message);
    const id = `${connection} ${fieldsOf(params[1]).id}`;
    const held = memory.get(id);
    if (params[0] !== FINISH) return;
    memory.set(id, 'finished');
    if (Array.isArray(held)) for (const tell of held) if (typeof tell === 'function') tell();
    return;
  }
  const id = `${connection} ${params[DEAL.order]}`;
  const held = memory.get(id);
  if (held === 'finished') {
    send(message);
    return;
  }
  const tell = later(terms.delayMs ?? FOR_LATER_MS, () => send(message));
  memory.set(id, [...(Array.isArray(held) ? held : []), tell]);
}

async function inPieces({ world, terms, miss }: Strike, call: Call, handle: (call: Call) => Promise<Answer>) {
  const answer = await handle(call);
  const open = restingOf(world, call, answer);
  if (open === null) {
    miss('The order did not come to rest.');
    return answer;
  }
  const step = stepLots(world, open);
  const pieces = BigInt(terms.pieces ?? 2);
  const target = open.left - step;
  const piece = (target / pieces / step) * step;
  for (let number = 1n; number <= pieces; number += 1n) {
    const now = world.exchange.query.openOrder(call.account.id, { market: open.spec.name, orderId: open.id });
    const lots = number === pieces ? (now?.left ?? 0n) - step : piece;
    const problem =
      now === null || lots <= 0n ? 'It is too small for so many pieces.' : await fillResting(world, now, lots);
    if (problem !== null) {
      miss(problem);
      return answer;
    }
  }
  return answer;
}

async function metByItself({ world, miss }: Strike, call: Call, handle: (call: Call) => Promise<Answer>) {
  const answer = await handle(call);
  const open = restingOf(world, call, answer);
  const met =
    open === null ? 'The order did not come to rest.' : await placed(world, call.account.id, oppositeOf(open));
  if (typeof met === 'string') miss(met);
  return answer;
}

async function forcedCancel({ world, terms, account }: Deed) {
  const { query } = world.exchange;
  const accounts = account === null ? query.accounts().filter((id) => !isHouse(id)) : [account.id];
  for (const id of accounts)
    await world.exchange.submit({ kind: 'cancel-all', account: id, market: terms.market, types: null });
  return done({ undo: null });
}

async function foreignOrder({ world, terms, account }: Deed) {
  const { market, price, side, clientOrderId } = terms;
  if (account === null || market === null || price === null)
    return refuse('parameter-missing', 'Name account and price.');
  const amount = terms.amount ?? smallestAmount(world, market, price);
  if (amount === null) return refuse('market-unknown', `There is no market ${market}.`);
  const order = limitOrder({ market, side: side ?? 'buy', amount, price, clientOrderId });
  const made = await placed(world, account.id, order);
  if (typeof made === 'string') return refuse('order-refused', made);
  const name = { market, orderId: made.id };
  return done({ undo: () => world.exchange.submit({ kind: 'cancel', account: account.id, order: name }) });
}
