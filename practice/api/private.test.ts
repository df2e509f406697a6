import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, DEMO, type Key, record, startClient } from '../practice.testing.ts';
import { ENDPOINT_GROUPS } from './permission-groups.ts';

let client: Client;
let key: Key;
beforeAll(async () => {
  client = await startClient({ life: false });
  key = await client.key({ groups: ENDPOINT_GROUPS.map(({ group }) => group) });
  await client.control('two-factor/enable', { email: DEMO });
});
afterAll(() => client.stop());

const call = (path: string, params?: Record<string, unknown>) => client.call(key, `/api/v4/${path}`, params);
const errors = async (path: string, params?: Record<string, unknown>) => {
  const { status, body } = await call(path, params);
  const { code, message, errors: fields } = record(body);
  return { status, code, message, errors: fields };
};

describe('balances', () => {
  test('trade: only what is not zero, unwrapped with a ticker', async () => {
    expect(await call('trade-account/balance')).toMatchObject({
      status: 200,
      body: { BTC: { available: '0.25', freeze: '0' }, USDT: { available: '9812.1', freeze: '0' } },
    });
    expect((await call('trade-account/balance', { ticker: 'USDT' })).body).toEqual({
      available: '9812.1',
      freeze: '0',
    });
    expect((await call('trade-account/balance', { ticker: 'ETH' })).body).toEqual({ available: '0', freeze: '0' });
    expect(await errors('trade-account/balance', { ticker: 'NONE' })).toMatchObject({
      status: 422,
      code: 30,
      errors: { ticker: ['Currency was not found.'] },
    });
    expect(await errors('trade-account/balance', { ticker: 1 })).toMatchObject({
      errors: { ticker: ['Ticker field should be a string.'] },
    });
  });

  test('main: every asset with zeros, unwrapped with a ticker, zero for an unknown one', async () => {
    const all = record((await call('main-account/balance')).body);
    expect(Object.keys(all).sort()).toEqual(
      client.practice.market
        .assets()
        .map(({ ticker }) => ticker)
        .sort(),
    );
    expect(all.ETH).toEqual({ main_balance: '5' });
    expect((await call('main-account/balance', { ticker: 'ETH' })).body).toEqual({ main_balance: '5' });
    expect((await call('main-account/balance', { ticker: 'NONE' })).body).toEqual({ main_balance: '0' });
    expect(await errors('main-account/balance', { ticker: 1 })).toMatchObject({
      status: 422,
      code: 0,
      errors: { ticker: ['validation.string'] },
    });
  });

  test('collateral: strings, and a summary without positions', async () => {
    await client.control('wallets/set', { email: DEMO, wallet: 'collateral', ticker: 'USDT', available: '100.50' });
    expect((await call('collateral-account/balance')).body).toEqual({ USDT: '100.5' });
    expect((await call('collateral-account/balance-summary')).body).toEqual([
      { asset: 'USDT', balance: '100.5', borrow: '0', availableWithoutBorrow: '100.5', availableWithBorrow: '100.5' },
    ]);
    expect((await call('collateral-account/summary')).body).toMatchObject({
      equity: '100.5',
      marginFraction: '1000000000000000000000',
    });
  });
});

describe('moving money', () => {
  test('transfer: both spellings, 201 and an empty list', async () => {
    expect(
      await call('main-account/transfer', { ticker: 'BTC', amount: '0.1', from: 'main', to: 'spot' }),
    ).toMatchObject({
      status: 201,
      body: [],
    });
    expect((await call('main-account/transfer', { ticker: 'BTC', amount: 0.1, method: 'withdraw' })).status).toBe(201);
    expect((await call('trade-account/balance', { ticker: 'BTC' })).body).toEqual({ available: '0.25', freeze: '0' });
  });

  test('transfer: what is wrong, in its words', async () => {
    expect(await errors('main-account/transfer')).toEqual({
      status: 400,
      code: 0,
      message: 'Validation failed',
      errors: {
        amount: ['The amount field is required.'],
        method: ['The method field is required.'],
        ticker: ['The ticker field is required.'],
      },
    });
    expect(await errors('main-account/transfer', { ticker: 'NONE', amount: '1', method: 'x' })).toMatchObject({
      errors: { ticker: ['The selected ticker is invalid.'], method: ['The selected method is invalid.'] },
    });
    expect(
      await errors('main-account/transfer', { ticker: 'BTC', amount: '1', from: 'spot', to: 'collateral' }),
    ).toMatchObject({
      errors: { to: ['The selected to is invalid.'] },
    });
    expect(
      await errors('main-account/transfer', { ticker: 'BTC', amount: '1000', from: 'main', to: 'spot' }),
    ).toMatchObject({
      status: 422,
      code: 3,
      errors: { amount: ["You don't have such amount for transfer (available 0.5, in amount: 1000)"] },
    });
  });

  test('address: the same again, a fresh one with 201', async () => {
    const first = record((await call('main-account/address', { ticker: 'BTC' })).body);
    expect((await call('main-account/address', { ticker: 'BTC' })).body).toEqual(first);
    const fresh = await call('main-account/create-new-address', { ticker: 'BTC' });
    expect(fresh.status).toBe(201);
    expect(record(fresh.body).account).not.toEqual(first.account);
    expect(Object.keys(record(first.required)).sort()).toEqual(['fixedFee', 'flexFee', 'maxAmount', 'minAmount']);
    expect(await errors('main-account/address', { ticker: '__NONE__' })).toMatchObject({
      status: 400,
      code: 0,
      errors: { ticker: ['The selected ticker is invalid.'] },
    });
  });

  test('withdraw: the money is gone and stands in the history', async () => {
    expect(Object.keys(record((await errors('main-account/withdraw')).errors)).sort()).toEqual([
      'address',
      'amount',
      'ticker',
      'uniqueId',
    ]);
    const order = { ticker: 'ETH', amount: '1', address: '0x00000000000000000000000000000000000000aa', uniqueId: 'w1' };
    expect(await call('main-account/withdraw', order)).toMatchObject({ status: 201, body: [] });
    expect((await call('main-account/balance', { ticker: 'ETH' })).body).toEqual({ main_balance: '4' });
    expect(await errors('main-account/withdraw', order)).toMatchObject({
      status: 400,
      errors: { uniqueId: ['The unique id has already been taken.'] },
    });
    expect(await errors('main-account/withdraw', { ...order, uniqueId: 'w2', amount: '50' })).toMatchObject({
      status: 422,
      code: 5,
      errors: { amount: [`Not enough money, ${client.practice.market.asset('ETH')?.title} balance = 4`] },
    });
    const history = await call('main-account/history', { transactionMethod: 2, ticker: 'ETH' });
    expect(history.status).toBe(201);
    expect(history.body).toMatchObject({
      limit: 50,
      offset: 0,
      total: 1,
      records: [{ method: 2, ticker: 'ETH', unique_id: 'w1', status: 3, createdAt: expect.any(Number) }],
    });
  });

  test('withdraw without second factor: 412', async () => {
    await client.control('accounts/create', { email: 'no2fa@example.org', password: 'long enough' });
    const made = await client.control('keys/create', { email: 'no2fa@example.org', groups: ['withdraw'] });
    const other = { apiKey: String(made.apiKey), secret: String(made.secret) };
    expect(await client.call(other, '/api/v4/main-account/withdraw')).toMatchObject({
      status: 412,
      body: { code: 1, message: 'This action is unauthorized. Please, enable Two-Factor authentication.' },
    });
  });

  test('codes: made, applied, listed with signs', async () => {
    const made = await call('main-account/codes', { ticker: 'USDT', amount: '5' });
    expect(made.status).toBe(201);
    const applied = await call('main-account/codes/apply', { code: record(made.body).code });
    expect(applied).toMatchObject({ status: 201, body: { ticker: 'USDT', amount: '5' } });
    expect((await call('main-account/codes/my')).body).toMatchObject({
      total: 1,
      limit: 30,
      data: [{ status: 'Activated' }],
    });
    const history = record((await call('main-account/codes/history')).body);
    expect(JSON.stringify(history.data)).toMatch(/"\+5".*"-5"|"-5".*"\+5"/);
    expect(await errors('main-account/codes/my', { limit: 0 })).toMatchObject({
      status: 400,
      code: 0,
      errors: { limit: ['The limit must be at least 1.'] },
    });
    expect(await errors('main-account/codes')).toMatchObject({
      errors: { amount: ['The amount field is required.'], ticker: ['The ticker field is required.'] },
    });
  });

  test('history: bounds of the page', async () => {
    expect(await errors('main-account/history', { limit: 500, offset: 9_900 })).toMatchObject({
      status: 400,
      errors: { offset: ['Offset is too big. Please use offset + limit less than 10000.'] },
    });
    expect(await errors('main-account/history', { limit: 501 })).toMatchObject({ status: 400, code: 0 });
  });
});

test('fees are percent strings', async () => {
  expect((await call('market/fee')).body).toMatchObject({ error: null, taker: '0.1', maker: '0.1' });
  expect((await call('market/fee/single', { market: 'BTC_USDT' })).body).toMatchObject({ error: null });
  const fees = (await call('main-account/fee')).body;
  expect(fees).toEqual(expect.arrayContaining([expect.objectContaining({ ticker: 'BTC', can_withdraw: true })]));
});

describe('orders of an account that has none', () => {
  const order = { market: 'BTC_USDT', side: 'buy', amount: '0.01', price: '40000' };

  test('the lists are empty in their shapes', async () => {
    expect((await call('orders', { limit: 1, offset: 0 })).body).toEqual([]);
    expect((await call('trade-account/executed-history', { market: 'BTC_USDT' })).body).toEqual([]);
    expect((await call('trade-account/order/history')).body).toEqual([]);
    expect((await call('trade-account/order', { orderId: 1 })).body).toEqual({ records: [], limit: 50, offset: 0 });
    expect((await call('conditional-orders')).body).toMatchObject({ total: 0, records: [] });
    expect((await call('order/cancel/all', { market: 'BTC_USDT', type: ['spot'] })).body).toEqual([]);
    expect(await errors('trade-account/order/history', { clientOrderId: 'x' })).toMatchObject({
      status: 422,
      code: 30,
      errors: { orderHistory: ['OrderHistory was not found.'] },
    });
    expect(await errors('orders', { limit: 101 })).toMatchObject({
      errors: { limit: ['Limit should not be greater than 100.'] },
    });
    expect(await errors('orders', { market: 'NO_SUCH' })).toMatchObject({
      code: 31,
      errors: { market: ['Market is not available.'] },
    });
  });

  test.each([
    [
      {},
      30,
      {
        amount: ['Amount field is required.'],
        market: ['Market field is required.'],
        price: ['Price field is required.'],
        side: ['Side field is required.'],
      },
    ],
    [{ ...order, side: 'long' }, 30, { side: ["Side field should contain only 'buy' or 'sell' values."] }],
    [{ ...order, market: 'btc' }, 31, { market: ['Market field format is invalid.'] }],
    [{ ...order, amount: 'x' }, 32, { amount: ['Amount field should be numeric string or number.'] }],
    [{ ...order, amount: '0' }, 32, { amount: ['Amount should be greater than 0.'] }],
    [{ ...order, price: '-1' }, 33, { price: ['Price should be greater than 0.'] }],
    [
      { ...order, clientOrderId: 'a b' },
      36,
      { clientOrderId: ['ClientOrderId field should contain only latin letters, numbers and dashes.'] },
    ],
    [{ ...order, ioc: true, postOnly: true }, 37, { ioc: ['Either IOC or PostOnly flag in true state is allowed.'] }],
  ])('order/new with %j', async (params, code, expected) => {
    expect(await errors('order/new', params)).toEqual({
      status: 422,
      code,
      message: 'Validation failed',
      errors: expected,
    });
  });

  test('a market with a negative precision wants multiples', async () => {
    const listing = client.practice.market.listings().find(({ stockPrec }) => stockPrec < 0);
    const { errors: fields } = await errors('order/stock_market', {
      market: listing?.name,
      side: 'sell',
      amount: '123456789.5',
    });
    expect(JSON.stringify(fields)).toContain('Should be a multiple of ');
  });

  test('a complete margin order is refused honestly and nothing happens', async () => {
    const before = await client.control('wallets/balances', { email: DEMO });
    expect(await errors('order/collateral/limit', order)).toMatchObject({
      status: 503,
      message: expect.stringContaining('Nothing was done'),
    });
    expect(await client.control('wallets/balances', { email: DEMO })).toEqual(before);
  });

  test('cancel: which id, then that there is no such order', async () => {
    expect(await errors('order/cancel', { market: 'BTC_USDT' })).toMatchObject({
      status: 422,
      code: 30,
      errors: { orderId: ['OrderId field is required.'] },
    });
    expect(await errors('order/cancel', { market: 'BTC_USDT', orderId: '12' })).toMatchObject({
      status: 400,
      code: 2,
      message: 'Inner validation failed',
      errors: { orderId: ['Unexecuted order was not found.'] },
    });
  });
});

test('every switchable endpoint answers, none with a fault of the exchange', async () => {
  for (const endpoint of ENDPOINT_GROUPS.flatMap(({ endpoints }) => endpoints)) {
    const { status, text } = await client.call(key, endpoint.replace('*', 'anything'));
    expect(`${endpoint} ${status} ${text}`).toMatch(/ (200|201|400|403|422) /);
  }
});
