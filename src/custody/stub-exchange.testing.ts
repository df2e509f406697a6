/** A small WhiteBIT for custody's own tests: signature, nonce, rights, balances and history, and every request kept. */

import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Right } from '../venues/venue.ts';
import { StubOrders } from './stub-orders.testing.ts';

export type StubKey = {
  readonly key: string;
  readonly secret: string;
  /** What is on. */
  rights: Set<Right>;
  active: boolean;
  balances: Record<string, string>;
  /** Ids of deposits. */
  deposits: string[];
  nonce: number;
  /** Nonces with a window that were used. */
  readonly windowed: Set<number>;
};

export type Seen = { readonly path: string; readonly key: string; readonly body: Record<string, unknown> };

export type StubExchange = {
  readonly origin: string;
  readonly seen: Seen[];
  readonly orders: StubOrders;
  /** What came over streams, and the way to tell all that are open. */
  readonly heard: string[];
  push(method: string, params: unknown): void;
  /** Ends every stream without a word. */
  cutStreams(): void;
  addKey(change?: Partial<StubKey>): StubKey;
  /** Answers this instead, until set to null. */
  outage: { readonly status: number; readonly body: string } | null;
  /** Answers of one path, before anything else is looked at. */
  readonly overrides: Map<string, { readonly status: number; readonly body: string }>;
  close(): Promise<void>;
};

export const SAFE_RIGHTS: readonly Right[] = ['read-trade', 'read-wallet', 'trade'];

const RIGHT_OF: Readonly<Record<string, Right>> = {
  '/api/v4/trade-account/balance': 'read-trade',
  '/api/v4/collateral-account/balance': 'read-trade',
  '/api/v4/trade-account/executed-history': 'read-trade',
  '/api/v4/main-account/balance': 'read-wallet',
  '/api/v4/main-account/history': 'read-wallet',
  '/api/v4/order/cancel': 'trade',
  '/api/v4/main-account/address': 'deposit',
  '/api/v4/main-account/withdraw': 'withdraw',
  '/api/v4/main-account/withdraw-pay': 'withdraw',
  '/api/v4/main-account/transfer': 'transfer',
  '/api/v4/main-account/codes': 'codes',
};

const ORDER_PATHS = [
  '/api/v4/order/new',
  '/api/v4/order/bulk',
  '/api/v4/order/stop_limit',
  '/api/v4/order/cancel/bulk',
  '/api/v4/orders',
  '/api/v4/trade-account/order/history',
  '/api/v4/trade-account/order',
  '/api/v4/profile/websocket_token',
];

type Reply = readonly [status: number, body: unknown];

export async function startStubExchange(): Promise<StubExchange> {
  const keys = new Map<string, StubKey>();
  const seen: Seen[] = [];
  const overrides = new Map<string, { readonly status: number; readonly body: string }>();
  const server = createServer((request, response) => {
    void respond(request, response);
  });

  const streams = new WebSocketServer({ server, path: '/ws' });
  streams.on('connection', (client) => {
    client.on('message', (data) => {
      const text = String(data);
      stub.heard.push(text);
      const { id, method } = JSON.parse(text) as { id: number; method: string };
      const result = method === 'ping' ? 'pong' : { status: 'success' };
      client.send(JSON.stringify({ id, result, error: null }));
    });
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? '';
    const body = Buffer.concat(chunks).toString('utf8');
    const override = overrides.get(path) ?? stub.outage;
    const [status, answer] = override ? [override.status, null] : await answerTo(request, path, body);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(override ? override.body : JSON.stringify(answer));
  }

  async function answerTo(request: IncomingMessage, path: string, body: string): Promise<Reply> {
    if (path === '/api/v4/public/ping') return [200, ['pong']];
    if (path === '/api/v4/public/time') return [200, { time: Math.floor(Date.now() / 1_000) }];
    const told = stub.orders.public(path);
    if (told !== null) return told;
    const name = String(request.headers['x-txc-apikey']);
    const payload = String(request.headers['x-txc-payload']);
    const key = keys.get(name);
    const fields = JSON.parse(body) as Record<string, unknown>;
    seen.push({ path, key: name, body: fields });
    const right = RIGHT_OF[path] ?? (ORDER_PATHS.includes(path) ? 'trade' : undefined);
    if (right === undefined) return [404, {}];
    if (payload !== Buffer.from(body).toString('base64')) return [400, { code: 9, message: 'Invalid payload.' }];
    const signature = key && createHmac('sha512', key.secret).update(payload).digest('hex');
    if (key === undefined || signature !== request.headers['x-txc-signature'])
      return [401, { code: 10, message: 'Unauthorized request.' }];
    if (!key.active) return [401, { code: 2, message: 'This action is unauthorized. Enable your key in API settings' }];
    const nonce = Number(fields.nonce);
    const windowed = fields.nonceWindow === true;
    if (windowed ? key.windowed.has(nonce) : nonce <= key.nonce)
      return [429, { code: 0, errors: {}, message: 'Too many requests.' }];
    if (windowed) key.windowed.add(nonce);
    else key.nonce = nonce;
    if (!key.rights.has(right))
      return [401, { code: 4, message: 'This API Key is not authorized to perform this action.' }];
    return (await stub.orders.answer(path, fields)) ?? content(path, key);
  }

  const stub: StubExchange = {
    origin: '',
    seen,
    orders: new StubOrders(),
    heard: [],
    push(method, params) {
      for (const client of streams.clients) client.send(JSON.stringify({ id: null, method, params }));
    },
    cutStreams() {
      for (const client of streams.clients) client.terminate();
    },
    overrides,
    outage: null,
    addKey(change = {}) {
      const key: StubKey = {
        key: randomBytes(16).toString('hex'),
        secret: randomBytes(16).toString('hex'),
        rights: new Set(SAFE_RIGHTS),
        active: true,
        balances: { USDT: '9812.1', BTC: '0.5' },
        deposits: [],
        nonce: 0,
        windowed: new Set(),
        ...change,
      };
      keys.set(key.key, key);
      return key;
    },
    close: () =>
      new Promise((resolve) => {
        for (const client of streams.clients) client.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(stub, { origin: `http://127.0.0.1:${port}` });
}

function content(path: string, key: StubKey): Reply {
  const missing = (field: string): Reply => [
    400,
    { code: 0, message: 'Validation failed', errors: { [field]: [`The ${field} field is required.`] } },
  ];
  switch (path) {
    case '/api/v4/trade-account/balance': {
      const rows = Object.entries(key.balances).map(([asset, available]) => [asset, { available, freeze: '0' }]);
      return [200, Object.fromEntries(rows)];
    }
    case '/api/v4/collateral-account/balance':
      return [200, {}];
    case '/api/v4/main-account/balance':
      return [200, { USDT: { main_balance: '0' } }];
    case '/api/v4/main-account/history': {
      const records = key.deposits.map((id) => ({ transaction_id: id, method: 1, createdAt: 1_700_000_000 }));
      return [201, { limit: 100, offset: 0, total: records.length, records }];
    }
    case '/api/v4/trade-account/executed-history':
      return [200, []];
    case '/api/v4/order/cancel':
      return [422, { code: 30, message: 'Validation failed', errors: { orderId: ['OrderId field is required.'] } }];
    default:
      return missing('ticker');
  }
}
