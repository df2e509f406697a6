/** A client's ear: what the exchange told over the WebSocket until it was killed. */

import { WebSocket } from 'ws';
import type { Mirror } from './practice-mirror.ts';
import type { PublicMemory } from './practice-public.ts';
import { streamedDeal, streamedOrder, type Told } from './practice-told.ts';
import type { Caller } from './practice-wire.ts';

const DEPTH_LIMIT = 100;

export type ListenerParts = {
  readonly caller: Caller;
  readonly markets: readonly string[];
  readonly mirror: Mirror;
  /** Null: hears of its own orders only. */
  readonly memory: PublicMemory | null;
};

type Frame = { readonly method?: string; readonly params?: readonly unknown[] };

/** Resolves with the number of frames heard when the line is cut, or never came about. */
export async function listen({ caller, markets, mirror, memory }: ListenerParts): Promise<number> {
  const answer = await caller.call('/api/v4/profile/websocket_token');
  const token = (answer?.body as { readonly websocket_token?: string } | undefined)?.websocket_token;
  if (token === undefined) return 0;
  const socket = new WebSocket(`${caller.url.replace('http', 'ws')}/ws`);
  const picture = memory?.connection() ?? null;
  let heard = 0;
  // The cut is what everybody waits for here; it is no news.
  socket.on('error', () => undefined);
  socket.on('open', () => {
    const requests: [method: string, params: readonly unknown[]][] = [
      ['authorize', [token, 'public']],
      ['ordersPending_subscribe', markets],
      ['deals_subscribe', [[]]],
      ['balanceSpot_subscribe', []],
    ];
    if (picture !== null) {
      requests.push(['trades_subscribe', markets]);
      for (const market of markets) requests.push(['depth_subscribe', [market, DEPTH_LIMIT, '0', true]]);
    }
    for (const [index, [method, params]] of requests.entries())
      socket.send(JSON.stringify({ id: index + 1, method, params }));
  });
  socket.on('message', (data) => {
    heard += 1;
    const { method, params = [] } = JSON.parse(String(data)) as Frame;
    if (method === 'ordersPending_update') mirror.toldOrder(streamedOrder(params[1] as Told));
    else if (method === 'deals_update') mirror.toldDeal(streamedDeal(params));
    else if (method === 'depth_update') picture?.depth(params);
    else if (method === 'trades_update') picture?.trades(params);
  });
  return new Promise((resolve) => socket.on('close', () => resolve(heard)));
}
