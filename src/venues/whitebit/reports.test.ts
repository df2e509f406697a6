import { describe, expect, test } from 'vitest';
import type { OrderReport, TradeReport } from '../../core/report.ts';
import { NumberText, parseJson, ShapeError } from './json.ts';
import {
  asTimeMs,
  type Printed,
  readBalances,
  readByMarket,
  readFinishedOrder,
  readOrder,
  readTrade,
  readTradeOfOrder,
} from './reports.ts';
import { readBalanceUpdate, readDealUpdate, readOrderUpdate } from './stream-reports.ts';

const json = (text: string) => {
  const value = parseJson(text);
  if (value === undefined) throw new Error('no JSON');
  return value;
};
const plain = (report: OrderReport | TradeReport) => JSON.parse(JSON.stringify(report)) as object;

/** Recorded by the exchange's own Go library in 2022: the fields of that time. */
const RECORDED = [
  '{"orderId":3310300051,"clientOrderId":"25","market":"BTC_USDT","side":"buy","type":"limit","timestamp":1669326096.937214,"dealMoney":"0","dealStock":"0","amount":"0.001","takerFee":"0.001","makerFee":"0.001","left":"0.001","dealFee":"0","price":"3000"}',
  '{"orderId":3310597927,"clientOrderId":"31","market":"BTC_USDT","side":"buy","type":"market","timestamp":1669331945.235558,"dealMoney":"99.89994743","dealStock":"0.006023","amount":"99.9","takerFee":"0.001","makerFee":"0","left":"0.00005257","dealFee":"0.09989994743"}',
  '{"orderId":3310696165,"clientOrderId":"61","market":"BTC_USDT","side":"buy","type":"stock market","timestamp":1669333716.366427,"dealMoney":"16.58143","dealStock":"0.001","amount":"0.001","takerFee":"0.001","makerFee":"0","left":"0","dealFee":"0.01658143"}',
  '{"orderId":3310726581,"clientOrderId":"71","market":"BTC_USDT","side":"buy","type":"stop limit","timestamp":1669334361.97947,"dealMoney":"0","dealStock":"0","amount":"0.001","takerFee":"0.001","makerFee":"0.001","left":"0.001","dealFee":"0","activation_price":"3300","price":"3000"}',
] as const;

describe('recorded orders', () => {
  test('a limit order', () => {
    expect(plain(readOrder(json(RECORDED[0]), 'placed'))).toEqual({
      clientId: '25',
      venueId: '3310300051',
      market: 'BTC_USDT',
      side: 'buy',
      type: 'limit',
      price: '3000',
      activation: null,
      postOnly: false,
      ioc: false,
      quantity: { unit: 'base', amount: '0.001' },
      filledBase: '0',
      filledQuote: '0',
      status: { kind: 'open' },
      createdAtMs: 1669326096937,
      updatedAtMs: null,
    });
  });
  test('a market buy counts its amount in money, and is never spent to the last digit', () => {
    expect(plain(readOrder(json(RECORDED[1]), 'closed'))).toMatchObject({
      quantity: { unit: 'quote', amount: '99.9' },
      filledBase: '0.006023',
      filledQuote: '99.89994743',
      price: null,
      status: { kind: 'closed', why: 'filled' },
    });
  });
  test('a market buy of coins', () => {
    expect(plain(readOrder(json(RECORDED[2]), 'placed'))).toMatchObject({
      type: 'market',
      quantity: { unit: 'base' },
      status: { kind: 'closed', why: 'filled' },
    });
  });
  test('a stop limit order', () => {
    expect(plain(readOrder(json(RECORDED[3]), 'placed'))).toMatchObject({
      type: 'stop-limit',
      price: '3000',
      activation: '3300',
      status: { kind: 'open' },
    });
  });
  test('margin orders of the same account are told, as something else', () => {
    expect(readOrder(json(RECORDED[0].replace('"limit"', '"margin limit"')), 'open').type).toBe('other');
  });
});

describe('how an order ended', () => {
  const printed = (over: object) => json(JSON.stringify({ ...JSON.parse(RECORDED[0]), ...over }));
  const filled = { dealStock: '0.001', dealMoney: '3', left: '0' };
  const part = { dealStock: '0.0004', dealMoney: '1.2', left: '0.0006' };
  test.each<[string, Printed, object, string]>([
    ['rests, whatever the documents print', 'placed', { status: 'FILLED' }, 'open'],
    ['rests with a part', 'placed', { ...part, status: 'PARTIALLY_FILLED' }, 'open'],
    ['new', 'placed', { status: 'NEW' }, 'open'],
    ['traded at once', 'placed', { ...filled, status: 'FILLED' }, 'filled'],
    ['traded at once, without a word', 'placed', filled, 'filled'],
    ['IOC with nothing', 'placed', { status: 'CANCELED', ioc: true }, 'cancelled'],
    ['against one of our own', 'placed', { status: 'CANCELED_STP' }, 'exchange'],
    ['in the list of open ones', 'open', { status: 'FILLED' }, 'open'],
    ['cancelled', 'closed', { status: 'CANCELED' }, 'cancelled'],
    ['cancelled with a part', 'closed', { ...part, status: 'CANCELED' }, 'cancelled'],
    ['finished with a part', 'closed', { ...part, status: 'PARTIALLY_FILLED' }, 'cancelled'],
    ['cancelled before 2025', 'closed', part, 'cancelled'],
    ['filled before 2025', 'closed', filled, 'filled'],
    ['said to be cancelled, and whole', 'closed', { ...filled, status: 'CANCELED' }, 'filled'],
    ['band', 'closed', { ...part, status: 'CANCELED_TAKER_BAND' }, 'exchange'],
    ['a word of next year', 'closed', { ...part, status: 'AUTO_CANCELED_NOVEL' }, 'exchange'],
  ])('%s (%s)', (_name, where, over, expected) => {
    const { status } = readOrder(printed(over), where);
    expect(status.kind === 'open' ? 'open' : status.why).toBe(expected);
  });
  test('an order that is over and open at once is not understood', () => {
    expect(() => readOrder(printed({ status: 'OPEN' }), 'closed')).toThrow(ShapeError);
  });
  test('a finished order has other names for the same', () => {
    const report = readFinishedOrder(
      'BTC_USDT',
      json(
        '{"amount":"1","price":"10","type":"stop limit","id":9,"clientOrderId":"x","side":"sell","ctime":1669334361.97947,"ftime":1669334362.1,"dealFee":"0","dealStock":"1","dealMoney":"10","postOnly":false,"ioc":false,"status":"FILLED","feeAsset":"USDT","activated":1669334362,"activationPrice":"11","activationCondition":"<="}',
      ),
    );
    expect(plain(report)).toMatchObject({
      venueId: '9',
      activation: '11',
      createdAtMs: 1669334361979,
      updatedAtMs: 1669334362100,
      status: { kind: 'closed', why: 'filled', detail: 'FILLED' },
    });
  });
});

describe('trades', () => {
  /** An official sample of 2025: the fee of a buy is a thousandth of what was bought. */
  const DEAL =
    '{"id":8846967538,"clientOrderId":"","time":1739310711.387599,"side":"buy","role":2,"amount":"2.717","price":"3.3419","deal":"9.0799423","fee":"0.002717","orderId":1164603916051,"feeAsset":"SUI"}';
  test('of the account', () => {
    expect(plain(readTrade('SUI_USDT', json(DEAL)))).toEqual({
      tradeId: '8846967538',
      clientId: null,
      venueOrderId: '1164603916051',
      market: 'SUI_USDT',
      side: 'buy',
      price: '3.3419',
      quantity: '2.717',
      value: '9.0799423',
      fee: { kind: 'known', asset: 'SUI', amount: '0.002717' },
      role: 'taker',
      atMs: 1739310711387,
    });
  });
  test('of one order: the side and id are the order’s, never the other party’s', () => {
    const order = readOrder(json(RECORDED[0]), 'open');
    const record = json(
      '{"time":1593342324.613711,"fee":"0.00000419198","price":"0.00000701","amount":"598","id":149156519,"dealOrderId":3134995325,"clientOrderId":"25","role":1,"deal":"0.00419198","feeAsset":"BTC"}',
    );
    expect(plain(readTradeOfOrder(order, record))).toMatchObject({
      venueOrderId: '3310300051',
      side: 'buy',
      role: 'maker',
    });
  });
  test('a fee without its asset is pending, never zero', () => {
    for (const text of [
      DEAL.replace(',"feeAsset":"SUI"', ''),
      DEAL.replace('"SUI"', '""'),
      DEAL.replace('"fee":"0.002717",', ''),
    ])
      expect(readTrade('SUI_USDT', json(text)).fee).toEqual({ kind: 'pending' });
  });
  test('a deal of nothing is not understood', () => {
    for (const text of [
      DEAL.replace('2.717"', '0"'),
      DEAL.replace('"3.3419"', '"-1"'),
      DEAL.replace('1739310711.387599', '1739310711387'),
    ])
      expect(() => readTrade('SUI_USDT', json(text))).toThrow(ShapeError);
  });
  test('by market, where an empty map is a list', () => {
    expect(readByMarket(json('[]'), null, readTrade)).toEqual([]);
    expect(readByMarket(json(`{"SUI_USDT":[${DEAL}],"BTC_USDT":[]}`), null, readTrade)).toHaveLength(1);
    expect(() => readByMarket(json(`{"SUI_USDT":[${DEAL}]}`), 'BTC_USDT', readTrade)).toThrow(ShapeError);
  });
});

describe('the stream', () => {
  const ORDER =
    '{"id":1212904480922,"market":"BTC_USDT","type":1,"side":2,"post_only":false,"ioc":false,"ctime":1738250982.28914,"mtime":1738250982.28914,"price":"90000","amount":"1","left":"1","deal_stock":"0","deal_money":"0","deal_fee":"0","client_order_id":"","stp":"no","status":"OPEN","position_side":"BOTH","rpi":false,"retail":false,"reduce_only":false}';
  test('an order: side 2 is a buy', () => {
    expect(plain(readOrderUpdate(json(`[1,${ORDER}]`)))).toMatchObject({
      venueId: '1212904480922',
      clientId: null,
      side: 'buy',
      type: 'limit',
      price: '90000',
      status: { kind: 'open' },
      updatedAtMs: 1738250982289,
    });
  });
  test.each([
    ['whole at once', ORDER.replace('"deal_stock":"0"', '"deal_stock":"1"').replace('OPEN', 'FILLED'), 'filled'],
    ['cancelled', ORDER.replace('OPEN', 'CANCELED'), 'cancelled'],
    ['self-trade', ORDER.replace('OPEN', 'CANCELED_STP'), 'exchange'],
  ])('over: %s', (_name, text, why) => {
    expect(readOrderUpdate(json(`[3,${text}]`)).status).toMatchObject({ kind: 'closed', why });
  });
  test('a market buy counts in money, one for coins does not', () => {
    expect(readOrderUpdate(json(`[2,${ORDER.replace('"type":1', '"type":2')}]`)).quantity.unit).toBe('quote');
    expect(readOrderUpdate(json(`[2,${ORDER.replace('"type":1', '"type":202')}]`)).quantity.unit).toBe('base');
  });
  test('a deal, from its place in the list', () => {
    const text = '[13674578673,1738251095.345432,"ETH_BTC",1212909726406,"0.03084","0.2625","0.0002625","",2,2,"ETH"]';
    expect(plain(readDealUpdate(json(text)))).toEqual({
      tradeId: '13674578673',
      clientId: null,
      venueOrderId: '1212909726406',
      market: 'ETH_BTC',
      side: 'buy',
      price: '0.03084',
      quantity: '0.2625',
      value: null,
      fee: { kind: 'known', asset: 'ETH', amount: '0.0002625' },
      role: 'taker',
      atMs: 1738251095345,
    });
    expect(readDealUpdate(json(text.replace(',"ETH"]', ']'))).fee).toEqual({ kind: 'pending' });
    expect(() =>
      readDealUpdate(json('[13674578673,1738251095.345432,"ETH_BTC",1212909726406,"0.03084","0.2625","0.0002625",""]')),
    ).toThrow(ShapeError);
  });
  test('balances are only those that changed, and may be a second old', () => {
    const report = readBalanceUpdate(
      json('[{"BTC":{"available":"1","freeze":"0.5"}},{"USDT":{"available":"7","freeze":"0"}}]'),
      1_700_000_000_000,
    );
    expect(report.complete).toBe(false);
    expect(report.asOfMs).toBe(1_699_999_999_000);
    expect(report.balances.map(({ asset, free, locked }) => `${asset} ${free} ${locked}`)).toEqual([
      'BTC 1 0.5',
      'USDT 7 0',
    ]);
    expect(readBalances(json('[]'))).toEqual([]);
  });
  test.each([
    '[4,{}]',
    '[1]',
    '[]',
    '{}',
    '[1,{"id":1}]',
    `[1,${ORDER},1]`,
    `[1,${ORDER.replace('"side":2', '"side":3')}]`,
  ])('what is not understood is said to be: %s', (text) => {
    expect(() => readOrderUpdate(json(text))).toThrow(ShapeError);
  });
});

describe('seconds with a fraction', () => {
  test.each([
    ['1595792396.165973', 1595792396165],
    ['1595792396.999999', 1595792396999],
    ['1595792396.1', 1595792396100],
    ['1595792396', 1595792396000],
    ['1738250982.28914', 1738250982289],
  ])('%s', (text, expected) => {
    expect(asTimeMs(new NumberText(text), 'time')).toBe(expected);
    expect(asTimeMs(text, 'time')).toBe(expected);
  });
  test.each(['1595792396165', '1.5e9', '-1595792396', '', 'NaN', '0', '159579239'])('%s is no time', (text) => {
    expect(() => asTimeMs(text, 'time')).toThrow(ShapeError);
  });
});
