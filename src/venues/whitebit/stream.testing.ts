import type { StreamEvent, StreamState, Topic } from '../streams.ts';
import { FakeBook, type FakeExchange, fakeExchange } from './fake-exchange.testing.ts';
import { createWhitebitStream, type StreamOptions } from './stream.ts';
import { manualTime } from './time.testing.ts';

export const BOOK: Topic = { kind: 'book', market: 'BTC_USDT' };
export const ACCOUNT: readonly Topic[] = [
  { kind: 'orders', market: 'BTC_USDT' },
  { kind: 'deals' },
  { kind: 'balances' },
];
export const DEAL = (id: number) => ({
  id: null,
  method: 'deals_update',
  params: [id, 1738251095.345432, 'BTC_USDT', 12, '100', '0.5', '0.0005', 'g7-1-m-1', 2, 2, 'BTC'],
});

/** A stream over a fake exchange, in a time that is moved by hand. */
export function openStream(topics: readonly Topic[], over: Partial<StreamOptions> = {}) {
  const time = manualTime();
  const exchange = fakeExchange(time);
  exchange.books.set('BTC_USDT', new FakeBook('BTC_USDT'));
  const events: StreamEvent[] = [];
  const states: StreamState[] = [];
  const tokens: number[] = [];
  let chance = 0;
  const stream = createWhitebitStream({
    open: exchange.open,
    url: 'wss://stub',
    clock: time,
    random: () => {
      chance = (chance * 16_807 + 7_919) % 2_147_483_647;
      return chance / 2_147_483_647;
    },
    token: async () => {
      tokens.push(time.nowMs());
      return { ok: true, value: `token ${tokens.length}` };
    },
    topics,
    onEvent: (event) => void events.push(event),
    onState: (state) => void states.push(state),
    ...over,
  });
  const words = () => states.map(({ word }) => word);
  return { time, exchange, events, states, tokens, stream, words };
}

export const methods = (exchange: FakeExchange) =>
  exchange.last().requests.map(({ method, params }) => `${method} ${JSON.stringify(params)}`);
export const kinds = (events: readonly StreamEvent[]) => events.map(({ kind }) => kind);
