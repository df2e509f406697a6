import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENDPOINT_GROUPS } from '../../practice/api/permission-groups.ts';
import type { AccountId, ApiKey, Outcome } from '../../practice/ports.ts';
import { type Practice, startPractice } from '../../practice/server.ts';
import { Decimal } from '../../src/core/decimal.ts';
import { type Ccxt, type CcxtClass, ccxtAt, failureOf, loadCcxt } from './ccxt.testing.ts';

/**
 * ccxt was written against the real WhiteBIT, by people who never saw this code. What it understands of the practice
 * exchange, other clients will understand too. Orders: `practice-ccxt-orders.test.ts`; streams: `practice-ccxt-watch.test.ts`.
 */
/** The groups of step 6 of the guide: reading and orders, nothing that moves money. */
const GUIDE_GROUPS: readonly string[] = ['trade-read', 'wallet-read', 'orders'];
const endpointsOf = (groups: readonly string[]): string[] =>
  ENDPOINT_GROUPS.filter(({ group }) => groups.includes(group)).flatMap(({ endpoints }) => endpoints);
const ALL_GROUPS = ENDPOINT_GROUPS.map(({ group }) => group);

/** One step of the authenticator: a code works once. */
const TOTP_STEP_MS = 30_000;

let practice: Practice;
let Rest: CcxtClass;
let Pro: CcxtClass;
let account: AccountId;
const opened: Ccxt[] = [];

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome.value;
}

function freshCode(): string {
  practice.clock.advanceMs(TOTP_STEP_MS);
  return practice.accounts.currentTotp(account)?.code ?? '';
}

type Secret = { readonly key: ApiKey; readonly secret: string };

function makeKey(groups: readonly string[]): Secret {
  const { accounts } = practice;
  const made = value(accounts.createKey(account, freshCode()));
  value(accounts.setEndpoints(account, made.key.id, endpointsOf(groups), freshCode()));
  value(accounts.setActive(account, made.key.id, true));
  return made;
}

function client(Class: CcxtClass, key: { readonly apiKey?: string; readonly secret?: string }): Ccxt {
  const ex = ccxtAt(practice.url, Class, key);
  opened.push(ex);
  return ex;
}

const withKey = ({ key, secret }: Secret, Class = Rest): Ccxt => client(Class, { apiKey: key.publicKey, secret });

beforeAll(async () => {
  practice = await startPractice({ port: 0, dataDir: null, seed: 'ccxt' });
  ({ Rest, Pro } = await loadCcxt());
  const { accounts } = practice;
  account = value(await accounts.signUp('ccxt@practice.example', 'a long enough password')).id;
  accounts.startTotp(account);
  value(accounts.enableTotp(account, practice.accounts.currentTotp(account)?.code ?? ''));
  value(accounts.faucet(account, 'USDT', Decimal.parse('1000')));
  value(await accounts.transfer(account, 'USDT', Decimal.parse('250.5'), 'main', 'trade'));
});

afterAll(async () => {
  await Promise.all(opened.map((ex) => ex.close().catch(() => undefined)));
  await practice.stop();
});

describe('without a key', () => {
  test('loads markets, a negative precision included', async () => {
    const markets = await client(Rest, {}).loadMarkets();
    expect(Object.keys(markets).length).toBeGreaterThanOrEqual(15);
    expect(markets['BTC/USDT']).toMatchObject({
      precision: { amount: 0.000001, price: 0.01 },
      limits: { amount: { min: 0.00001 }, cost: { min: 5 } },
      taker: 0.001,
    });
    expect(markets['PEPE/USDT']?.precision.amount).toBe(1000);
  });

  test('tickers, ticker and book speak of the same price', async () => {
    const ex = client(Rest, {});
    const tickers = await ex.fetchTickers();
    const { last, bid = Number.NaN, ask = Number.NaN } = await ex.fetchTicker('BTC/USDT');
    expect((tickers['BTC/USDT']?.last ?? 0) / last).toBeCloseTo(1, 2);
    expect(bid).toBeLessThan(ask);
    const book = await ex.fetchOrderBook('BTC/USDT', 20);
    expect(book.asks).toHaveLength(20);
    expect(book.bids[0]?.[0] ?? Number.NaN).toBeLessThan(book.asks[0]?.[0] ?? Number.NaN);
    expect((book.asks[0]?.[0] ?? 0) / last).toBeCloseTo(1, 2);
  });

  test('candles of five years, in the right columns', async () => {
    const ex = client(Rest, {});
    const days = await ex.fetchOHLCV('ETH/BTC', '1d', undefined, 1440);
    expect(days).toHaveLength(1440);
    for (const [, open = 0, high = 0, low = 0, close = 0] of days) {
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
      expect(low).toBeLessThanOrEqual(Math.min(open, close));
    }
    expect((await ex.fetchOHLCV('BTC/USDT', '1M', undefined, 60)).length).toBe(60);
  });

  test('trades, time, status and fees', async () => {
    const ex = client(Rest, {});
    const trades = await ex.fetchTrades('BTC/USDT');
    expect(trades).toHaveLength(100);
    expect(trades[0]?.cost).toBeGreaterThan(0);
    expect(Math.abs((await ex.fetchTime()) - practice.clock.nowMs())).toBeLessThan(5000);
    expect((await ex.fetchStatus()).status).toBe('ok');
    expect((await ex.fetchTradingFees())['BTC/USDT']).toMatchObject({ maker: 0.001, taker: 0.001 });
  });
});

describe('with a key', () => {
  test('reads the balances of each wallet, orders, trades and deposits', async () => {
    const ex = withKey(makeKey(GUIDE_GROUPS));
    expect((await ex.fetchBalance()).USDT).toEqual({ free: 250.5, used: 0, total: 250.5 });
    expect((await ex.fetchBalance({ account: 'main' })).USDT?.total).toBe(749.5);
    expect(await ex.fetchOpenOrders('BTC/USDT')).toEqual([]);
    expect(await ex.fetchMyTrades('BTC/USDT')).toEqual([]);
    expect(await ex.fetchDeposits('USDT')).toMatchObject([{ amount: 1000, currency: 'USDT' }]);
  });

  test('gets a deposit address and transfers where the key may', async () => {
    const ex = withKey(makeKey(ALL_GROUPS));
    const { address, currency } = await ex.fetchDepositAddress('USDT', { network: 'ERC20' });
    expect(currency).toBe('USDT');
    expect(address.length).toBeGreaterThan(10);
    await ex.transfer('USDT', 49.5, 'main', 'spot');
    expect((await ex.fetchBalance()).USDT?.free).toBe(300);
  });
});

describe('authentication errors arrive as the classes ccxt gives the real ones', () => {
  test('an unknown key and a wrong secret', async () => {
    const key = makeKey(GUIDE_GROUPS);
    const unknown = client(Rest, { apiKey: '0'.repeat(32), secret: key.secret });
    const wrong = client(Rest, { apiKey: key.key.publicKey, secret: '0'.repeat(32) });
    for (const ex of [unknown, wrong]) {
      const { name, text } = await failureOf(ex.fetchBalance());
      expect(name).toBe('AuthenticationError');
      expect(text).toContain('Unauthorized request.');
    }
  });

  test('a key that is switched off', async () => {
    const key = makeKey(GUIDE_GROUPS);
    value(practice.accounts.setActive(account, key.key.id, false));
    const { name, text } = await failureOf(withKey(key).fetchBalance());
    expect(name).toBe('PermissionDenied');
    expect(text).toContain('Enable your key in API settings');
  });

  test('a foreign address switches the key off for good', async () => {
    const key = makeKey(GUIDE_GROUPS);
    value(practice.accounts.setIps(account, key.key.id, ['203.0.113.7']));
    expect(await failureOf(withKey(key).fetchBalance())).toMatchObject({ name: 'PermissionDenied' });
    value(practice.accounts.setIps(account, key.key.id, []));
    expect((await failureOf(withKey(key).fetchBalance())).text).toContain('Enable your key in API settings');
  });

  test('an endpoint that is not enabled', async () => {
    const key = makeKey(GUIDE_GROUPS);
    const { name, text } = await failureOf(withKey(key).transfer('USDT', 1, 'main', 'spot'));
    expect(name).toBe('PermissionDenied');
    expect(text).toContain('This API Key is not authorized to perform this action.');
  });

  test('a nonce that does not grow: the misleading text, as a protection error because of its status', async () => {
    const ex = withKey(makeKey(GUIDE_GROUPS));
    await ex.loadMarkets();
    const nonce = Date.now();
    ex.nonce = () => nonce;
    await ex.fetchBalance();
    const { name, text } = await failureOf(ex.fetchBalance());
    expect(name).toBe('DDoSProtection');
    expect(text).toContain('Too many requests.');
  });
});

describe('over the WebSocket', () => {
  test('watches ticker, candles, trades, book and balance on one connection', async () => {
    const ex = withKey(makeKey(GUIDE_GROUPS), Pro);
    await ex.loadHttpProxyAgent();
    const ticker = await ex.watchTicker('BTC/USDT');
    const [candle] = await ex.watchOHLCV('BTC/USDT', '1m');
    expect((candle?.[4] ?? 0) / ticker.last).toBeCloseTo(1, 2);
    expect(await ex.watchTrades('BTC/USDT')).not.toEqual([]);
    const book = await ex.watchOrderBook('BTC/USDT', 10);
    expect(book.bids[0]?.[0] ?? Number.NaN).toBeLessThan(book.asks[0]?.[0] ?? Number.NaN);
    const held = (): number =>
      practice.accounts.balances(account, 'trade').get('USDT')?.available.toNumberInexact() ?? Number.NaN;
    const before = held();
    // ccxt waits for the first change and cannot say when it has subscribed, so money moves until one is heard of.
    const changed = ex.watchBalance();
    const mover = setInterval(() => {
      void practice.accounts.transfer(account, 'USDT', Decimal.parse('0.5'), 'main', 'trade').then(value);
    }, 250);
    const told = await changed.finally(() => clearInterval(mover));
    expect(told.USDT?.free).toBeGreaterThan(before);
    expect(told.USDT?.free).toBeLessThanOrEqual(held());
  });
});
