import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ALICE, BOB } from '../engine/world.testing.ts';
import { World } from './world.testing.ts';

const SUCCESS = { result: { status: 'success' }, error: null };

let world: World;

beforeEach(async () => {
  world = await (await new World().listen()).fund();
});
afterEach(() => world.stop());

/** One trade of `amount` at `price`, the taker on `side`. */
async function trade(side: 'buy' | 'sell', price: string, amount: string, market = 'BTC_USDT'): Promise<void> {
  await world.place(ALICE, 'limit', side === 'buy' ? 'sell' : 'buy', { market, price, amount });
  await world.place(BOB, 'limit', side, { market, price, amount });
}

const sec = (): number => world.nowMs / 1000;

describe('quotes', () => {
  test('lastprice: query, subscribe, replace, unsubscribe', async () => {
    const client = await world.connect();
    expect((await client.ask('lastprice_request', 'ETH_BTC')).result).toBe('0.05');
    expect(await client.ask('lastprice_subscribe', 'ETH_BTC', 'BTC_USDT')).toMatchObject(SUCCESS);
    world.pass(0);
    expect(await client.next()).toEqual({ id: null, method: 'lastprice_update', params: ['ETH_BTC', '0.05'] });
    expect(await client.next()).toEqual({ id: null, method: 'lastprice_update', params: ['BTC_USDT', '40000'] });
    await trade('buy', '40001', '0.5');
    world.pass(500);
    expect(await client.quiet()).toBe(true);
    world.pass(500);
    expect(await client.next()).toEqual({ id: null, method: 'lastprice_update', params: ['BTC_USDT', '40001'] });
    await client.ask('lastprice_subscribe', 'ETH_BTC');
    await trade('sell', '39999', '0.5');
    world.pass(1000);
    expect((await client.all()).map(({ params }) => params)).toEqual([['ETH_BTC', '0.05']]);
    expect(await client.ask('lastprice_unsubscribe')).toMatchObject(SUCCESS);
    await trade('buy', '0.051', '1', 'ETH_BTC');
    world.pass(1000);
    expect(await client.quiet()).toBe(true);
  });

  test('a value that did not change is not pushed, and one that did waits no longer than a beat', async () => {
    const client = await world.connect();
    await client.ask('lastprice_subscribe', 'BTC_USDT');
    world.pass(0);
    await client.next();
    for (let i = 0; i < 5; i += 1) world.pass(1000);
    expect(await client.quiet()).toBe(true);
    await trade('buy', '40000', '0.5');
    world.pass(100);
    expect(await client.quiet()).toBe(true);
    await trade('buy', '40002', '0.5');
    world.pass(100);
    expect((await client.next()).params).toEqual(['BTC_USDT', '40002']);
  });

  test('market: any period on request, a day by subscription', async () => {
    await trade('buy', '40010', '0.5');
    world.pass(7_200_000);
    await trade('sell', '39990', '0.25');
    const client = await world.connect();
    expect((await client.ask('market_request', 'BTC_USDT', 3600)).result).toEqual({
      period: 3600,
      last: '39990',
      open: '39990',
      close: '39990',
      high: '39990',
      low: '39990',
      volume: '0.25',
      deal: '9997.5',
    });
    await client.ask('market_subscribe', 'BTC_USDT');
    world.pass(0);
    expect(await client.next()).toEqual({
      id: null,
      method: 'market_update',
      params: [
        'BTC_USDT',
        {
          period: 86_400,
          last: '39990',
          open: '40010',
          close: '39990',
          high: '40010',
          low: '39990',
          volume: '0.75',
          deal: '30002.5',
        },
      ],
    });
  });

  test('marketToday begins at midnight UTC', async () => {
    await trade('buy', '40010', '0.5');
    world.pass(86_400_000 - (world.nowMs % 86_400_000) + 60_000);
    await trade('sell', '39990', '0.25');
    const client = await world.connect();
    const value = { last: '39990', open: '39990', high: '39990', low: '39990', volume: '0.25', deal: '9997.5' };
    expect((await client.ask('marketToday_query', 'BTC_USDT')).result).toEqual(value);
    expect(await client.ask('marketToday_subscribe', 'BTC_USDT')).toMatchObject(SUCCESS);
    world.pass(0);
    expect(await client.next()).toEqual({ id: null, method: 'marketToday_update', params: ['BTC_USDT', value] });
  });

  test('a market that is delisted falls silent, and nobody else does', async () => {
    const client = await world.connect();
    await client.ask('lastprice_subscribe', 'BTC_USDT', 'ETH_BTC');
    await client.ask('candles_subscribe', 'BTC_USDT', 60);
    world.pass(0);
    await client.all();
    await world.do({ kind: 'market-status', market: 'BTC_USDT', status: 'delisted' });
    world.market.delisted.add('BTC_USDT');
    await trade('buy', '0.051', '1', 'ETH_BTC');
    world.pass(1000);
    expect((await client.all()).map(({ params }) => params)).toEqual([['ETH_BTC', '0.051']]);
    expect((await client.ask('lastprice_subscribe', 'BTC_USDT')).error?.code).toBe(9);
  });
});

describe('candles', () => {
  test('request gives eight fields, open, close, high, low', async () => {
    const client = await world.connect();
    const start = sec() - (sec() % 60);
    await trade('buy', '40010', '0.5');
    await trade('sell', '39990', '0.25');
    await trade('buy', '40000', '0.25');
    expect((await client.ask('candles_request', 'BTC_USDT', start - 60, start + 600, 60)).result).toEqual([
      [start - 60, '40000', '40000', '40000', '40000', '0', '0', 'BTC_USDT'],
      [start, '40010', '40000', '40010', '39990', '1', '40002.5', 'BTC_USDT'],
    ]);
  });

  test('subscribe pushes the running candle, and its last state with the next one', async () => {
    const client = await world.connect();
    const minute = sec() - (sec() % 60);
    expect(await client.ask('candles_subscribe', 'BTC_USDT', 60)).toMatchObject(SUCCESS);
    world.pass(0);
    const flat = ['40000', '40000', '40000', '40000', '0', '0', 'BTC_USDT'];
    expect(await client.next()).toEqual({ id: null, method: 'candles_update', params: [[minute, ...flat]] });
    await trade('buy', '40010', '0.5');
    world.pass(500);
    const traded = [minute, '40010', '40010', '40010', '40010', '0.5', '20005', 'BTC_USDT'];
    expect((await client.next()).params).toEqual([traded]);
    world.pass(1000);
    expect(await client.quiet()).toBe(true);
    // After the last push of this minute, before the next one begins.
    await trade('buy', '40020', '0.5');
    world.pass((minute + 60) * 1000 - world.nowMs);
    expect((await client.next()).params).toEqual([
      [minute, '40010', '40020', '40020', '40010', '1', '40015', 'BTC_USDT'],
      [minute + 60, '40020', '40020', '40020', '40020', '0', '0', 'BTC_USDT'],
    ]);
  });
});

describe('trades', () => {
  test('a picture newest first, then every trade at once, none twice', async () => {
    await trade('buy', '40001', '0.1');
    await trade('sell', '40002', '0.2');
    const client = await world.connect();
    expect(await client.ask('trades_subscribe', 'BTC_USDT')).toMatchObject(SUCCESS);
    // Between the subscription and its picture.
    await trade('buy', '40003', '0.3');
    world.pass(100);
    const item = (id: number, time: number, price: string, amount: string, type: string): object => ({
      id,
      time,
      price,
      amount,
      type,
      rpi: false,
    });
    const then = sec() - 0.1;
    expect(await client.next()).toEqual({
      id: null,
      method: 'trades_update',
      params: [
        'BTC_USDT',
        [
          item(3, then, '40003', '0.3', 'buy'),
          item(2, then, '40002', '0.2', 'sell'),
          item(1, then, '40001', '0.1', 'buy'),
        ],
      ],
    });
    await world.place(ALICE, 'limit', 'sell', { price: '40004', amount: '0.1' });
    await world.place(ALICE, 'limit', 'sell', { price: '40005', amount: '0.1' });
    // No beat is needed.
    await world.place(BOB, 'limit', 'buy', { price: '40005', amount: '0.2' });
    expect((await client.next()).params).toEqual([
      'BTC_USDT',
      [item(5, sec(), '40005', '0.1', 'buy'), item(4, sec(), '40004', '0.1', 'buy')],
    ]);
    world.pass(1000);
    expect(await client.quiet()).toBe(true);
    expect((await client.ask('trades_request', 'BTC_USDT', 2, 3)).result).toEqual([
      item(3, then, '40003', '0.3', 'buy'),
      item(2, then, '40002', '0.2', 'sell'),
    ]);
  });

  test('without names every market is meant, and a new list replaces it', async () => {
    const client = await world.connect();
    await client.ask('trades_subscribe');
    world.pass(0);
    expect((await client.all()).map(({ params }) => params)).toEqual([
      ['BTC_USDT', []],
      ['ETH_BTC', []],
      ['PEPE_USDT', []],
    ]);
    await client.ask('trades_subscribe', 'ETH_BTC');
    world.pass(0);
    await client.all();
    await trade('buy', '40001', '0.1');
    await trade('buy', '0.05', '1', 'ETH_BTC');
    expect((await client.all()).map(({ params }) => params?.[0])).toEqual(['ETH_BTC']);
  });

  test('a look far back finds trades that are older than the newest hundred', async () => {
    for (let i = 0; i < 130; i += 1) await trade('buy', '40001', '0.001');
    const client = await world.connect();
    const { result } = await client.ask('trades_request', 'BTC_USDT', 2, 20);
    expect((result as { id: number }[]).map(({ id }) => id)).toEqual([20, 19]);
  });

  test('a clock that is told wrong hides no trade', async () => {
    await trade('buy', '40001', '0.1');
    const client = await world.connect();
    world.bench.clock.ms -= 7000;
    expect((await client.ask('trades_request', 'BTC_USDT', 1, 0)).result).toMatchObject([{ price: '40001' }]);
  });
});
