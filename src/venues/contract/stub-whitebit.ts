/**
 * The smallest server that answers as WhiteBIT is documented to: enough to try the venue without the practice
 * exchange, which is the faithful one. It checks signatures by its own recomputation, not with `sign.ts`.
 */

import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Decimal } from '../../core/decimal.ts';
import type { AssetBalance, Right } from '../venue.ts';
import { createPinnedHttp } from '../whitebit/http.ts';
import { createWhitebitPrivate } from '../whitebit/private.ts';
import { createWhitebitPublic } from '../whitebit/public.ts';
import { publicCall, signedCall } from './signed-call.ts';
import { stubBook, stubKline, stubTrades } from './stub-market.ts';
import type { VenueWorld } from './world.ts';

type StubKey = { secret: string; rights: ReadonlySet<Right>; active: boolean; lastNonce: number; stranger: boolean };
type Answered = readonly [status: number, body: unknown];

const FIELDS = (...names: string[]): Answered => [
  400,
  {
    code: 0,
    message: 'Validation failed',
    errors: Object.fromEntries(names.map((n) => [n, [`The ${n} field is required.`]])),
  },
];
const RIGHT_OF: Readonly<Record<string, Right>> = {
  'trade-account/balance': 'read-trade',
  'collateral-account/balance': 'read-trade',
  'trade-account/executed-history': 'read-trade',
  'main-account/balance': 'read-wallet',
  'main-account/history': 'read-wallet',
  'order/cancel': 'trade',
  'main-account/address': 'deposit',
  'main-account/withdraw': 'withdraw',
  'main-account/withdraw-pay': 'withdraw',
  'main-account/transfer': 'transfer',
  'main-account/codes': 'codes',
};

/** Shapes as recorded: the collateral wallet in numbers, an empty map as a list, both spellings of the transaction id. */
const ACCOUNT: Readonly<Record<string, Answered>> = {
  'trade-account/balance': [
    200,
    {
      BTC: { available: '0.12345678', freeze: '0.01' },
      USDT: { available: '0', freeze: '1250.5' },
      ETH: { available: '0', freeze: '0' },
    },
  ],
  'main-account/balance': [
    200,
    { BTC: { main_balance: '0' }, USDT: { main_balance: '98765432109876543.123456789012345678' } },
  ],
  'collateral-account/balance': [200, JSON.parse('{"USDT":1000.25,"BTC":0}')],
  'main-account/history': [
    201,
    {
      limit: 100,
      offset: 0,
      total: 3,
      records: [
        {
          method: 1,
          transaction_id: '5e112b38-9652-11ed-a1eb-0242ac120002',
          ticker: 'BTC',
          amount: '1',
          createdAt: 1700000300,
        },
        {
          method: 2,
          transactionId: '5e112b38-9652-11ed-a1eb-0242ac120003',
          ticker: 'BTC',
          amount: '1',
          createdAt: 1700000200,
        },
        { method: 1, transaction_id: null, ticker: 'BTC', amount: '1', createdAt: 1700000100 },
      ],
    },
  ],
  'trade-account/executed-history': [
    200,
    {
      BTC_USDT: [{ id: 8846967538, time: 1739310711.387599, side: 'buy', orderId: 1164603916051 }],
      ETH_BTC: [{ id: 8846967999, time: 1739310811.387599, side: 'sell', orderId: 1164603916099 }],
    },
  ],
};
const STRANGER: Readonly<Record<string, Answered>> = {
  'trade-account/balance': [200, []],
  'main-account/balance': [200, {}],
  'collateral-account/balance': [200, []],
  // The other side of the account's withdrawal and of its deal: the same ids, seen from there.
  'main-account/history': [
    201,
    { total: 1, records: [{ method: 1, transactionId: '5e112b38-9652-11ed-a1eb-0242ac120003' }] },
  ],
  'trade-account/executed-history': [
    200,
    { BTC_USDT: [{ id: 8846967538, time: 1739310711.387599, side: 'sell', orderId: 1164603916052 }] },
  ],
};
const PROBED: Readonly<Record<string, Answered>> = {
  'order/cancel': [
    422,
    { code: 30, message: 'Validation failed', errors: { orderId: ['OrderId field is required.'] } },
  ],
  'main-account/address': FIELDS('ticker'),
  'main-account/withdraw': FIELDS('ticker', 'amount', 'address', 'uniqueId'),
  'main-account/withdraw-pay': FIELDS('ticker', 'amount', 'address', 'uniqueId'),
  'main-account/transfer': FIELDS('amount', 'method', 'ticker'),
  'main-account/codes': FIELDS('amount', 'ticker'),
};

const market = (name: string, over: object) => {
  const [stock, money] = name.split('_');
  return {
    name,
    stock,
    money,
    stockPrec: '6',
    moneyPrec: '2',
    feePrec: '6',
    makerFee: '0.1',
    takerFee: '0.1',
    minAmount: '0.0001',
    minTotal: '5.05',
    maxTotal: '0',
    tradesEnabled: true,
    isCollateral: true,
    type: 'spot',
    delistedAt: null,
    ...over,
  };
};
const MARKETS = [
  market('BTC_USDT', {}),
  market('ETH_BTC', { moneyPrec: '6', maxTotal: '1000', newField: { a: [1] } }),
  market('PEPE_PERP', {
    money: 'USDT',
    stockPrec: '-6',
    moneyPrec: '10',
    type: 'futures',
    makerFee: '0.01',
    takerFee: '0.055',
  }),
];
const TICKERS = Object.fromEntries(
  [
    ['BTC_USDT', '64123.45'],
    ['ETH_BTC', '0.04512'],
    ['PEPE_PERP', '0.0000071'],
  ].map(([name, last]) => [
    name,
    {
      base_id: 1,
      quote_id: 825,
      last_price: last,
      quote_volume: '43341942.9',
      base_volume: '4723.28',
      isFrozen: false,
      change: '-0.57',
    },
  ]),
);

export async function openStubWorld(clockOffsetMs = 0): Promise<VenueWorld> {
  const keys = new Map<string, StubKey>();
  const seen: string[] = [];
  const nowMs = () => Date.now() + clockOffsetMs;
  const server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const [status, value] =
      request.method === 'GET' ? publicAnswer(request.url ?? '', nowMs()) : privateAnswer(request, body, keys, seen);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const http = createPinnedHttp({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });

  let made = 0;
  const makeKey = (over: Partial<StubKey>, secretUsed?: string, known = true) => {
    made += 1;
    const publicKey = made.toString(16).padStart(32, '0');
    const key: StubKey = {
      secret: `secret ${made}`,
      rights: new Set(),
      active: true,
      lastNonce: 0,
      stranger: false,
      ...over,
    };
    if (known) keys.set(publicKey, key);
    let nonce = 1_700_000_000_000;
    const nextNonce = () => {
      nonce += 1;
      return nonce;
    };
    return createWhitebitPrivate({
      call: signedCall(http, { publicKey, secret: secretUsed ?? key.secret, nextNonce }),
    });
  };
  return {
    public: createWhitebitPublic({ call: publicCall(http), clock: { nowMs: () => Date.now() } }),
    clockOffsetMs,
    holdings: HOLDINGS,
    key: async (rights) => makeKey({ rights: new Set(rights) }),
    strangersKey: async (rights) => makeKey({ rights: new Set(rights), stranger: true }),
    wrongSecret: async () => makeKey({}, 'another secret'),
    unknownKey: async () => makeKey({}, undefined, false),
    switchedOff: async () => makeKey({ active: false }),
    sharedWithAnother: async () => makeKey({ lastNonce: 1_800_000_000_000 }),
    seen: () => seen,
    async close() {
      http.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const held = (wallet: AssetBalance['wallet'], asset: string, free: string, locked: string): AssetBalance => ({
  wallet,
  asset,
  free: Decimal.parse(free),
  locked: Decimal.parse(locked),
});
const HOLDINGS: readonly AssetBalance[] = [
  held('trade', 'BTC', '0.12345678', '0.01'),
  held('trade', 'USDT', '0', '1250.5'),
  held('main', 'USDT', '98765432109876543.123456789012345678', '0'),
  held('collateral', 'USDT', '1000.25', '0'),
];

function publicAnswer(url: string, nowMs: number): Answered {
  const { pathname, searchParams } = new URL(url, 'http://stub');
  if (pathname === '/api/v1/public/kline') return [200, stubKline(searchParams, Math.floor(nowMs / 1_000))];
  const [kind = '', market = ''] = pathname.replace('/api/v4/public/', '').split('/');
  if (market !== '' && market !== 'BTC_USDT') return [422, { market: ['Market is not available.'] }];
  switch (market === '' ? url : kind) {
    case 'orderbook':
      return [200, stubBook(market, nowMs)];
    case 'trades':
      return [200, stubTrades(nowMs)];
    case '/api/v4/public/ping':
      return [200, ['pong']];
    case '/api/v4/public/time':
      return [200, { time: Math.floor(nowMs / 1_000) }];
    case '/api/v4/public/markets':
      return [200, MARKETS];
    case '/api/v4/public/ticker':
      return [200, TICKERS];
    default:
      return [404, ''];
  }
}

function privateAnswer(request: IncomingMessage, body: string, keys: Map<string, StubKey>, seen: string[]): Answered {
  const header = (name: string) => String(request.headers[name] ?? '');
  const payload = header('x-txc-payload');
  const path = request.url ?? '';
  const { request: named, nonce } = JSON.parse(body);
  seen.push(path);
  if (Buffer.from(payload, 'base64').toString('utf8') !== body || named !== path)
    return [400, { code: 9, message: 'Invalid payload.' }];
  const key = keys.get(header('x-txc-apikey'));
  const right = createHmac('sha512', key?.secret ?? '')
    .update(payload)
    .digest('hex');
  if (key === undefined || right !== header('x-txc-signature'))
    return [401, { code: 10, message: 'Unauthorized request.' }];
  if (!key.active) return [401, { code: 2, message: 'This action is unauthorized. Enable your key in API settings' }];
  if (nonce <= key.lastNonce) return [429, { code: 0, errors: {}, message: 'Too many requests.' }];
  key.lastNonce = nonce;
  const name = path.replace('/api/v4/', '');
  const wanted = RIGHT_OF[name];
  if (wanted === undefined) return [404, ''];
  if (!key.rights.has(wanted))
    return [401, { code: 4, message: 'This API Key is not authorized to perform this action.' }];
  return (key.stranger ? STRANGER : ACCOUNT)[name] ?? PROBED[name] ?? [404, ''];
}
