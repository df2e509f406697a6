import { describe, expect, test } from 'vitest';
import type { EngineEvent } from './events.ts';
import {
  bookLevel,
  historyOrder,
  orderDeal,
  restDeal,
  restKillSwitch,
  restOrder,
  streamDeal,
  streamOrder,
  streamTrade,
} from './render.ts';
import { ALICE, BOB, d, listing, OPENING, orderOf, World } from './world.testing.ts';

/** A world whose next order gets this id, whose next trade gets that, at this time. */
function worldOf(name: string, precs: readonly [number, number], last: string, ids: readonly [number, number]): World {
  const [stock = '', money = ''] = name.split('_');
  const opening = {
    ...OPENING,
    assets: [stock, money].map((ticker) => ({ ticker, precision: 8 })),
    listings: [{ ...listing(name, precs, '0'), minAmount: d('0') }],
    lastPrices: new Map([[name, d(last)]]),
    firstOrderId: ids[0],
    firstDealId: ids[1],
  };
  const world = new World(opening);
  for (const account of [ALICE, BOB])
    for (const ticker of [stock, money]) world.do({ kind: 'credit', account, ticker, amount: d('100000') });
  return world;
}

function dealsOf(events: readonly EngineEvent[]) {
  return events.flatMap((event) => (event.kind === 'deal' ? [event] : []));
}

describe('samples of the documents, rebuilt', () => {
  test('order of the ordersPending channel', () => {
    const w = worldOf('BTC_USDT', [6, 2], '90000', [1_212_904_480_922, 1]);
    w.nowUs = 1_738_250_982_289_139;
    const order = w.placed(ALICE, 'limit', 'buy', { amount: '1', price: '90000' });
    expect(streamOrder(order)).toEqual({
      id: 1212904480922,
      market: 'BTC_USDT',
      type: 1,
      side: 2,
      post_only: false,
      ioc: false,
      ctime: 1738250982.28914,
      mtime: 1738250982.28914,
      price: '90000',
      amount: '1',
      left: '1',
      deal_stock: '0',
      deal_money: '0',
      deal_fee: '0',
      client_order_id: '',
      stp: 'no',
      status: 'OPEN',
      position_side: 'BOTH',
      rpi: false,
      retail: false,
      reduce_only: false,
    });
  });

  test('tuple of the deals channel', () => {
    const w = worldOf('ETH_BTC', [4, 6], '0.03084', [1_212_909_726_405, 13_674_578_673]);
    w.placed(BOB, 'limit', 'sell', { market: 'ETH_BTC', amount: '0.2625', price: '0.03084' });
    w.nowUs = 1_738_251_095_345_431;
    const { events } = w.place(ALICE, 'limit', 'buy', { market: 'ETH_BTC', amount: '0.2625', price: '0.03084' });
    const [own] = dealsOf(events);
    expect(own && streamDeal(own)).toEqual([
      13674578673,
      1738251095.345432,
      'ETH_BTC',
      1212909726406,
      '0.03084',
      '0.2625',
      '0.0002625',
      '',
      2,
      2,
      'ETH',
    ]);
  });

  test('deal of the executed history, and of one order', () => {
    const w = worldOf('SUI_USDT', [3, 4], '3.3419', [1_164_603_916_050, 8_846_967_538]);
    w.placed(BOB, 'limit', 'sell', { market: 'SUI_USDT', amount: '10', price: '3.3419' });
    w.nowUs = 1_739_310_711_387_598;
    const { events } = w.place(ALICE, 'stock market', 'buy', { market: 'SUI_USDT', amount: '2.717' });
    const [own, others] = dealsOf(events);
    expect(own && restDeal(own)).toEqual({
      id: 8846967538,
      clientOrderId: '',
      time: 1739310711.387599,
      side: 'buy',
      role: 2,
      amount: '2.717',
      price: '3.3419',
      deal: '9.0799423',
      fee: '0.002717',
      orderId: 1164603916051,
      feeAsset: 'SUI',
    });
    expect(others && orderDeal(others)).toEqual({
      id: 8846967538,
      clientOrderId: '',
      time: 1739310711.387599,
      role: 1,
      amount: '2.717',
      price: '3.3419',
      deal: '9.0799423',
      fee: '0.0090799423',
      feeAsset: 'USDT',
      dealOrderId: 1164603916051,
    });
    const trade = events.find((event) => event.kind === 'trade');
    expect(trade?.kind === 'trade' && streamTrade(trade)).toEqual({
      id: 8846967538,
      time: 1739310711.387599,
      price: '3.3419',
      amount: '2.717',
      type: 'buy',
      rpi: false,
    });
    const level = events.find((event) => event.kind === 'level');
    expect(level?.kind === 'level' && bookLevel(level)).toEqual(['3.3419', '7.283']);
  });

  test('timer of the kill switch', () => {
    const view = { account: ALICE, market: 'BTC_USDT', startUs: 1_662_478_154_999_999, dueUs: 1_662_478_214_999_999 };
    expect(restKillSwitch({ ...view, types: ['spot', 'margin'] })).toEqual({
      market: 'BTC_USDT',
      startTime: 1662478154,
      cancellationTime: 1662478214,
      types: ['spot', 'margin'],
    });
  });
});

describe('order objects', () => {
  const WHEN = 1_700_000_000_500_000;

  test('a stop limit order over HTTP carries its trigger, and its price', () => {
    const w = worldOf('BTC_USDT', [6, 2], '3000', [71, 1]);
    w.nowUs = WHEN - 1;
    const words = { amount: '0.001', price: '3000', activationPrice: '3300', clientOrderId: 'a71' };
    expect(restOrder(w.placed(ALICE, 'stop limit', 'buy', words))).toEqual({
      orderId: 71,
      clientOrderId: 'a71',
      market: 'BTC_USDT',
      side: 'buy',
      type: 'stop limit',
      timestamp: 1700000000.5,
      dealMoney: '0',
      dealStock: '0',
      amount: '0.001',
      left: '0.001',
      dealFee: '0',
      feeAsset: 'BTC',
      price: '3000',
      activation_price: '3300',
      activationCondition: 'gte',
      activated: 0,
      postOnly: false,
      ioc: false,
      rpi: false,
      retail: false,
      status: 'OPEN',
      stp: 'no',
      positionSide: 'BOTH',
      takerFee: '0.001',
      makerFee: '0.001',
    });
  });

  test('in the history the trigger has other names and `activated` is a time', () => {
    const w = worldOf('BTC_USDT', [6, 2], '3000', [71, 1]);
    w.nowUs = WHEN;
    const order = w.placed(ALICE, 'stop market', 'sell', { amount: '0.001', activationPrice: '2900' });
    expect(historyOrder(order)).toMatchObject({ activated: 0, activationPrice: '2900', activationCondition: '<=' });
    w.nowUs = WHEN + 7_000_000;
    w.placed(BOB, 'limit', 'buy', { amount: '1', price: '2899' });
    const { events } = w.place(BOB, 'market', 'sell', { amount: '0.1' });
    const end = events
      .flatMap((event) => (event.kind === 'order' && event.order.id === 71 ? [event.order] : []))
      .at(-1);
    expect(end && historyOrder(end)).toMatchObject({
      id: 71,
      type: 'stop market',
      price: '0',
      ctime: 1700000000.500001,
      ftime: 1700000007.500002,
      activated: 1_700_000_007,
      status: 'FILLED',
      dealStock: '0.001',
      dealMoney: '2.899',
      dealFee: '0.002899',
      feeAsset: 'USDT',
    });
  });

  test('numbers of the stream for every type', () => {
    const w = new World().fund();
    w.placed(BOB, 'limit', 'sell', { amount: '1', price: '40000' });
    const numbers = (['market', 'stock market', 'stop limit', 'stop market'] as const).map((type) => {
      const amount = type.startsWith('stock') || type === 'stop limit' ? '0.001' : '10';
      const words = { amount, price: '41000', activationPrice: '41000' };
      return streamOrder(orderOf(w.place(ALICE, type, 'buy', words))).type;
    });
    expect(numbers).toEqual([2, 202, 3, 4]);
  });
});
