/** The description of the API is enough to trade: a client made from it, and from nothing else, places and cancels. */

import type { AxiosInstance, AxiosResponse } from 'axios';
import { type Document, OpenAPIClientAxios } from 'openapi-client-axios';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Order } from '../../src/contract/trading.ts';
import { type ApiWorld, limitDraft, MARKET, openApiWorld, until } from './api-trading-world.testing.ts';

type Operation = (parameters?: object | null, body?: unknown, config?: object) => Promise<AxiosResponse>;
type Client = AxiosInstance & Readonly<Record<string, Operation>>;

let world: ApiWorld;
let client: Client;
beforeAll(async () => {
  world = await openApiWorld();
  const { token } = await world.program({ scopes: ['read', 'trade'], markets: [MARKET] });
  const document = (await (await fetch(`${world.desk.address}/api/openapi.json`)).json()) as Document;
  const made = new OpenAPIClientAxios({
    definition: document,
    withServer: { url: world.desk.address },
    axiosConfigDefaults: { headers: { Authorization: `Bearer ${token}` }, validateStatus: () => true },
  });
  client = (await made.init()) as unknown as Client;
});
afterAll(() => world.end());

const ask = (name: string, ...args: Parameters<Operation>): Promise<AxiosResponse> => {
  const operation = client[name];
  if (operation === undefined) throw new Error(`The description has no ${name}`);
  return operation(...args);
};

test('a client made from the description places an order and cancels it', async () => {
  const [account] = (await ask('trading.list')).data as { connection: string; state: string }[];
  expect(account).toMatchObject({ state: 'ready' });
  const connection = account?.connection ?? '';
  const placed = await ask('orders.place', null, {
    ...{ requestId: 'generated-client-1', connection, market: MARKET },
    draft: limitDraft('buy', world.price * 0.8, '0.001'),
  });
  expect([placed.status, placed.data]).toEqual([200, expect.objectContaining({ owner: 'ours' })]);
  const { key } = placed.data as Order;
  const becomes = (state: Order['state']) =>
    until(state, async () => {
      const order = (await ask('orders.read', { id: connection, order: key })).data as Order;
      return order.state === state ? order : JSON.stringify(order);
    });
  await becomes('open');
  expect((await ask('orders.list', { market: MARKET })).data).toMatchObject({ orders: [{ key }] });
  expect((await ask('orders.cancel', { id: connection, order: key }, {})).status).toBe(200);
  expect(await becomes('closed')).toMatchObject({ ended: 'cancelled' });
});

test('what the token may not do comes back as the description says', async () => {
  const refused = await ask('tokens.create', null, { label: 'More', scopes: ['trade'], days: 365 });
  expect([refused.status, refused.data]).toEqual([
    403,
    { error: expect.objectContaining({ code: 'not_allowed', message: expect.any(String), cure: expect.any(String) }) },
  ]);
});
