import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import type { NewOrder } from '../engine/commands.ts';
import type { ExactDeal, ExactOrder } from '../exchange/exact.ts';
import type { CommandEvents, EventPage } from '../exchange/order-events.ts';
import type { AccountId } from '../ports.ts';
import { type Client, DEMO, startClient } from '../practice.testing.ts';
import type { OracleAccount, OracleBook } from './oracle.ts';

const d = Decimal.parse;
const NOW_MS = 1_767_225_600_000;
const MAKER = '@life-maker-1' as AccountId;
const MARKET = 'BTC_USDT';
const ALL_WELL = { engine: [], money: [], fees: [] };

let folder: string;
let client: Client;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gapless-oracle-'));
  client = await startClient({ nowMs: NOW_MS, dataDir: folder, life: false });
});
afterEach(async () => {
  await client.stop();
  rmSync(folder, { recursive: true, force: true });
});

const demo = (): AccountId => client.practice.accounts.accountByEmail(DEMO)?.id ?? ('' as AccountId);

async function place(account: AccountId, side: 'buy' | 'sell', price: string, amount: string): Promise<void> {
  const order: NewOrder = {
    ...{ market: MARKET, side, type: 'limit', amount: d(amount), price: d(price), clientOrderId: null, stp: 'no' },
    ...{ postOnly: false, ioc: false, bboRole: null },
  };
  const outcome = await client.practice.exchange.submit({ kind: 'place', account, order });
  if (outcome.kind !== 'done' || !outcome.reply.ok) throw new Error('The order was not taken');
}

function lastPrice(): Decimal {
  const market = client.practice.exchange.query.market(MARKET);
  return Decimal.fromInteger(BigInt(market?.lastTicks ?? 0), market?.spec.tickScale ?? 0);
}

/** The demo account buys 0.3 of 0.5 wanted: one order rests, partly filled. */
async function trade(): Promise<{ readonly price: string }> {
  const price = lastPrice().round(2, 'half-even').toString();
  await client.practice.accounts.fundHouse(MAKER, 'BTC', d('0.3'));
  await client.control('wallets/set', { email: DEMO, wallet: 'trade', ticker: 'USDT', available: '1000000' });
  await place(MAKER, 'sell', price, '0.3');
  await place(demo(), 'buy', price, '0.5');
  return { price };
}

const account = async (): Promise<OracleAccount | undefined> =>
  ((await client.control('oracle/accounts', { email: DEMO })).accounts as OracleAccount[])[0];
const orders = async (input: object = {}): Promise<ExactOrder[]> =>
  (await client.control('oracle/orders', { email: DEMO, ...input })).orders as ExactOrder[];
const eventPage = async (input: object = {}): Promise<EventPage> =>
  (await client.control('oracle/events', { account: DEMO, ...input })) as unknown as EventPage;

describe('tells what is so', () => {
  test('of a trade: balances, fees, orders, deals, book, all to the last digit', async () => {
    const { price } = await trade();
    const paid = d(price).mul(d('0.3'));
    const frozen = d(price).mul(d('0.2'));
    const found = await account();
    expect(found?.feesPaid).toEqual({ BTC: '0.0003' });
    expect(found?.wallets.trade.USDT).toEqual({
      available: d('1000000').sub(paid).sub(frozen).trim().toString(),
      freeze: frozen.trim().toString(),
    });
    const [order, ...others] = await orders({ state: 'open' });
    expect(others).toEqual([]);
    expect(order).toMatchObject({ market: MARKET, price: d(price).toString(), left: '0.2', dealStock: '0.3' });
    expect(order?.createdAtUs).toBe(NOW_MS * 1000);
    const { deals } = (await client.control('oracle/deals', { email: DEMO })) as { deals: ExactDeal[] };
    expect(deals).toMatchObject([
      { orderId: order?.id, amount: '0.3', fee: '0.0003', feeTicker: 'BTC', role: 'taker' },
    ]);
    const { book } = (await client.control('oracle/books', { market: MARKET })) as { book: OracleBook };
    expect(book).toMatchObject({ asks: [], bids: [[d(price).toString(), '0.2']], status: 'open' });
    expect(await client.control('oracle/check')).toEqual(ALL_WELL);
  });

  test('of the house, by its id, and of everybody', async () => {
    await trade();
    const { accounts } = (await client.control('oracle/accounts')) as { accounts: OracleAccount[] };
    const house = accounts.find((one) => one.account === MAKER);
    expect(house).toMatchObject({ email: null, isHouse: true });
    expect((await client.control('oracle/accounts', { email: MAKER })).accounts).toEqual([house]);
    expect(accounts.filter((one) => one.email === DEMO)).toHaveLength(1);
  });

  test('the last balance told is the balance, and the same after a restart', async () => {
    await trade();
    const id = (await orders({ state: 'open' }))[0]?.id ?? 0;
    await client.practice.exchange.submit({
      kind: 'cancel',
      account: demo(),
      order: { market: MARKET, orderId: id },
    });
    const before = {
      ...{ page: await eventPage(), account: await account(), orders: await orders() },
      hash: (await client.control('oracle/hash')).hash,
    };
    const last = new Map<string, { available: string; freeze: string }>();
    for (const event of before.page.commands.flatMap((command) => command.events))
      if (event.kind === 'balance') last.set(event.ticker, { available: event.available, freeze: event.freeze });
    expect(Object.fromEntries(last)).toMatchObject(before.account?.wallets.trade ?? {});
    expect(before.orders.map(({ status }) => status)).toEqual(['CANCELED']);

    await client.stop();
    client = await startClient({ nowMs: NOW_MS, dataDir: folder, life: false });
    expect(await eventPage()).toEqual(before.page);
    expect(await account()).toEqual(before.account);
    expect(await orders()).toEqual(before.orders);
    expect((await client.control('oracle/hash')).hash).toBe(before.hash);
    expect(await client.control('oracle/check')).toEqual(ALL_WELL);
  });
});

test('orders of every state and events come page by page, each once', async () => {
  const { price } = await trade();
  for (const ratio of ['0.9', '0.8', '0.7'])
    await place(demo(), 'buy', d(price).mul(d(ratio)).round(2, 'floor').toString(), '0.1');
  await client.practice.exchange.submit({ kind: 'cancel-all', account: demo(), market: MARKET, types: null });
  await place(demo(), 'buy', d(price).mul(d('0.6')).round(2, 'floor').toString(), '0.1');
  const all = await orders();
  expect(all.map(({ status }) => status)).toEqual(['CANCELED', 'CANCELED', 'CANCELED', 'CANCELED', 'OPEN']);
  const paged: ExactOrder[] = [];
  for (
    let page = await orders({ limit: 2 });
    page.length > 0;
    page = await orders({ limit: 2, afterId: paged.at(-1)?.id })
  )
    paged.push(...page);
  expect(paged).toEqual(all);
  expect(await orders({ state: 'finished', market: 'ETH_USDT' })).toEqual([]);

  const commands: CommandEvents[] = [];
  let afterSequence = 0;
  for (
    let page = await eventPage({ limit: 2 });
    page.readTo > afterSequence;
    page = await eventPage({ limit: 2, afterSequence })
  ) {
    commands.push(...page.commands);
    afterSequence = page.readTo;
  }
  expect(commands).toEqual((await eventPage()).commands);
  expect(commands.length).toBeGreaterThan(5);
});

test('names that nobody has are refused, not answered with nothing', async () => {
  await expect(client.control('oracle/orders', { email: 'nobody@x.y' })).rejects.toThrow(/account-unknown/);
  await expect(client.control('oracle/events', { account: '@life-nobody' })).rejects.toThrow(/account-unknown/);
  await expect(client.control('oracle/books', { market: 'BTC_USD' })).rejects.toThrow(/market-unknown/);
  await expect(client.control('oracle/deals', { limit: 0 })).rejects.toThrow(/input-invalid/);
});

test('money that nobody paid for is found', async () => {
  await trade();
  await client.practice.exchange.submit({ kind: 'credit', account: demo(), ticker: 'BTC', amount: d('1') });
  const { money } = (await client.control('oracle/check')) as { money: string[] };
  expect(money).toHaveLength(1);
  expect(money[0]).toMatch(/^BTC: .*off by -1$/);
});
