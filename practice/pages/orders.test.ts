import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import type { NewOrder } from '../engine/commands.ts';
import type { Outcome } from '../exchange/durable-exchange.ts';
import { ExchangeStoppedError } from '../exchange/durable-exchange.ts';
import type { AccountId } from '../ports.ts';
import { csvText, number, words } from './csv.ts';
import { createSteps, Person, type SiteFixture, type Steps, startSite } from './fixture.ts';

const d = Decimal.parse;
const EVE = 'eve@practice.example';
const MAKER = '@life-maker-1' as AccountId;
const MARKET = 'BTC_USDT';

let site: SiteFixture;
let steps: Steps;
beforeEach(async () => {
  site = await startSite();
  steps = createSteps(site);
});
afterEach(async () => {
  expect(site.errors).toEqual([]);
  await site.stop();
});

async function fund(account: AccountId): Promise<void> {
  for (const [ticker, amount] of [
    ['USDT', '1000000'],
    ['BTC', '10'],
    ['ETH', '100'],
  ] as const)
    await site.exchange.submit({ kind: 'credit', account, ticker, amount: d(amount) });
}

type Words = { readonly market?: string; readonly amount?: string; readonly clientOrderId?: string };

async function place(account: AccountId, side: 'buy' | 'sell', price: string, more: Words = {}): Promise<number> {
  const order: NewOrder = {
    market: more.market ?? MARKET,
    side,
    amount: d(more.amount ?? '0.3'),
    clientOrderId: more.clientOrderId ?? null,
    stp: 'no',
    type: 'limit',
    price: d(price),
    postOnly: false,
    ioc: false,
    bboRole: null,
  };
  return idOf(await site.exchange.submit({ kind: 'place', account, order }));
}

function idOf(outcome: Outcome): number {
  if (outcome.kind === 'done' && outcome.reply.ok && 'order' in outcome.reply) return outcome.reply.order.id;
  throw new Error('The order was not taken');
}

/** Around the last price, so that no band refuses it. */
function priceAt(ratio: string): string {
  const { lastTicks, spec } = site.exchange.query.market(MARKET) ?? { lastTicks: null, spec: null };
  if (lastTicks === null || spec === null) throw new Error('No price');
  return Decimal.fromInteger(BigInt(lastTicks), spec.tickScale).mul(d(ratio)).round(2, 'half-even').toString();
}

const openIds = (account: AccountId): readonly number[] =>
  site.exchange.query.openOrders(account, null).map(({ id }) => id);

async function ada(): Promise<{ readonly person: Person; readonly account: AccountId }> {
  const person = await steps.signedUp();
  const account = steps.idOf();
  await fund(account);
  return { person, account };
}

describe('open orders', () => {
  test('with every exact number, of this account alone', async () => {
    const { person, account } = await ada();
    const eve = await steps.signedUp(EVE);
    await fund(steps.idOf(EVE));
    const price = priceAt('0.9');
    const id = await place(account, 'buy', price, { amount: '0.012345', clientOrderId: 'mine-1' });
    const other = await place(steps.idOf(EVE), 'buy', price);
    await person.open('/orders');
    for (const text of [String(id), 'mine-1', 'value="0.012345"', `value="${price}"`, '2026-11-20 09:30:00'])
      expect(person.html).toContain(text);
    expect(person.html).not.toContain(String(other));
    expect((await eve.open('/orders')).html).not.toContain('mine-1');
    expect((await new Person(site.origin).open('/orders')).path).toContain('/login');
  });

  test('a filled order stood on the page as open: it says as of when, and has parts to refresh', async () => {
    const { person, account } = await ada();
    await fund(MAKER);
    const price = priceAt('0.9');
    const id = await place(account, 'buy', price);
    await person.open(`/orders?market=${MARKET}&done=cancelled`);
    expect(person.text).toContain('As of 09:30:00 UTC');
    // Never with what had just been done: it would be said again and again.
    const from = /data-live-from="([^"]+)"/.exec(person.html)?.[1] ?? '';
    expect(from).toBe(`/orders?market=${MARKET}`);
    const parts = () => [...person.html.matchAll(/data-live-part="([^"]+)"/g)].map((match) => match[1]);
    expect(parts()).toEqual(['status', 'as-of', 'cancel-all', 'list']);
    await place(MAKER, 'sell', price);
    site.clock.advanceMs(5_000);
    await person.open(from);
    expect(person.text).toContain('As of 09:30:05 UTC');
    expect(person.html).not.toContain(String(id));
    expect(parts()).toEqual(['status', 'as-of', 'cancel-all', 'list']);
  });

  test('of one market, and page by page', async () => {
    const { person, account } = await ada();
    const ids: number[] = [];
    for (let count = 0; count < 53; count += 1)
      ids.push(await place(account, 'buy', priceAt('0.9'), { amount: '0.001' }));
    await person.open(`/orders?market=${MARKET}`);
    expect(person.text).toContain(`Cancel all 53 orders on ${MARKET}`);
    expect(person.html).toContain(String(ids.at(-1)));
    expect(person.html).not.toContain(String(ids[0]));
    await person.open(`/orders?market=${MARKET}&page=2`);
    expect(person.html).toContain(String(ids[0]));
    await person.open('/orders?market=ETH_USDT');
    expect(person.text).toContain('No open orders on ETH_USDT.');
    // A page far away is no fault.
    expect((await person.open('/orders?market=&page=999')).text).toContain('53 open orders.');
  });
});

describe('cancelling', () => {
  test('one order: it is gone, its money is free, the others stay', async () => {
    const { person, account } = await ada();
    const first = await place(account, 'buy', priceAt('0.9'));
    const second = await place(account, 'buy', priceAt('0.8'));
    await person.open('/orders');
    await person.send('/orders/cancel', { order: String(first), market: MARKET });
    expect(person.path).toBe(`/orders?done=cancelled&order=${first}`);
    expect(person.text).toContain(`Order ${first} is cancelled.`);
    // No sentence of an address's own.
    expect((await person.open('/orders?done=cancelled&order=1%20and%20more')).text).toContain(
      'The order is cancelled.',
    );
    expect(openIds(account)).toEqual([second]);
    const [usdt] = site.exchange.query.balances(account).filter(({ asset }) => asset.ticker === 'USDT');
    expect(usdt?.freeze).toBe(site.exchange.query.openOrders(account, null)[0]?.frozen);
  });

  test('an order that was filled meanwhile is said to be over', async () => {
    const { person, account } = await ada();
    await fund(MAKER);
    const price = priceAt('0.9');
    await place(account, 'buy', price);
    await person.open('/orders');
    await place(MAKER, 'sell', price);
    await person.send('/orders/cancel', {});
    expect(person.status).toBe(409);
    expect(person.text).toContain('This order is no longer open');
  });

  test("somebody else's order stays, and so does one that no number names", async () => {
    const { person, account } = await ada();
    const eve = await steps.signedUp(EVE);
    await fund(steps.idOf(EVE));
    const id = await place(account, 'buy', priceAt('0.9'));
    await place(steps.idOf(EVE), 'buy', priceAt('0.9'));
    await eve.open('/orders');
    await eve.send('/orders/cancel', { order: String(id), market: MARKET });
    expect(eve.status).toBe(409);
    for (const order of ['', 'x', '-1', '1e99']) {
      await eve.open('/orders');
      await eve.send('/orders/cancel', { order, market: MARKET });
      expect(eve.status).toBe(422);
    }
    expect(openIds(account)).toEqual([id]);
    expect((await person.open('/orders')).html).toContain(String(id));
  });

  test.each([
    ['one', '/orders/cancel'],
    ['all', '/orders/cancel-all'],
  ])('%s: not by a form of another site, nor without the token of this one', async (_name, path) => {
    const { person, account } = await ada();
    const id = await place(account, 'buy', priceAt('0.9'));
    const form = new URLSearchParams({ market: MARKET, order: String(id) });
    expect((await person.request('POST', path, form)).status).toBe(403);
    await person.open('/orders');
    const token = /name="form_token" value="([^"]+)"/.exec(person.html)?.[1] ?? '';
    form.set('form_token', token);
    expect((await person.request('POST', path, form, { origin: 'http://evil.example' })).status).toBe(403);
    expect(openIds(account)).toEqual([id]);
  });

  test('all of one market, then all: asked once more before', async () => {
    const { person, account } = await ada();
    await place(account, 'buy', priceAt('0.9'));
    await place(account, 'buy', priceAt('0.8'));
    const { lastTicks = 0, spec } = site.exchange.query.market('ETH_USDT') ?? {};
    const ethPrice = Decimal.fromInteger(BigInt(lastTicks ?? 0), spec?.tickScale ?? 0).toString();
    const eth = await place(account, 'buy', ethPrice, { market: 'ETH_USDT', amount: '1' });
    await person.open(`/orders/cancel-all?market=${MARKET}`);
    expect(person.text).toContain(`2 orders on ${MARKET} are open now.`);
    expect(openIds(account)).toHaveLength(3);
    await person.send('/orders/cancel-all', {});
    expect(openIds(account)).toEqual([eth]);
    expect(person.path).toBe(`/orders?market=${MARKET}&done=all-cancelled`);
    await person.open('/orders/cancel-all');
    await person.send('/orders/cancel-all', {});
    expect(openIds(account)).toEqual([]);
    // Nothing left to ask about.
    expect((await person.open('/orders/cancel-all')).path).toBe('/orders');
  });

  test('a market that is none cancels nothing', async () => {
    const { person, account } = await ada();
    await place(account, 'buy', priceAt('0.9'));
    await person.open('/orders/cancel-all');
    await person.send('/orders/cancel-all', { market: 'BTC_USD' });
    expect(person.status).toBe(404);
    expect(person.text).toContain('There is no market BTC_USD. Nothing was done.');
    expect(openIds(account)).toHaveLength(1);
  });

  test.each([
    '/orders',
    '/orders/history',
    '/orders/trades',
    '/orders/history.csv',
    '/orders/trades.csv',
    '/orders/cancel-all',
  ])('an unknown market was passed over, and everything shown, exported or cancelled: %s', async (path) => {
    const { person, account } = await ada();
    await place(account, 'buy', priceAt('0.9'));
    await person.open(`${path}?market=NOPE`);
    expect(person.status).toBe(404);
    expect(person.text).toContain('There is no market NOPE.');
    await person.open(`${path}?market=%3Cb%3E`);
    expect(person.html).not.toContain('<b>');
    expect(openIds(account)).toHaveLength(1);
  });
});

/** Ada buys 0.3 of the maker, in two trades; one more order of hers was cancelled. */
async function traded(): Promise<{ readonly person: Person; readonly bought: number; readonly cancelled: number }> {
  const { person, account } = await ada();
  await fund(MAKER);
  await place(MAKER, 'sell', priceAt('1'), { amount: '0.1' });
  await place(MAKER, 'sell', priceAt('1.01'), { amount: '1' });
  const bought = await place(account, 'buy', priceAt('1.02'), { clientOrderId: '-2.minus' });
  const cancelled = await place(account, 'buy', priceAt('0.9'));
  await site.exchange.submit({ kind: 'cancel', account, order: { market: MARKET, orderId: cancelled } });
  return { person, bought, cancelled };
}

describe('history', () => {
  test('tells how orders ended, and finds them by how', async () => {
    const { person, bought, cancelled } = await traded();
    await person.open('/orders/history');
    expect(person.html).toContain(String(bought));
    expect(person.html).toContain(String(cancelled));
    await person.open('/orders/history?status=FILLED');
    expect(person.html).not.toContain(String(cancelled));
    expect(person.html).toContain('value="0.0003"');
    await person.open('/orders/history?market=ETH_USDT');
    expect(person.text).toContain('No such orders have ended.');
    await person.open('/orders/trades');
    expect(person.html.match(/<td data-label="Side">/g)).toHaveLength(2);
    // The house has no page and shows on nobody's.
    expect(person.html).not.toContain(MAKER);
  });

  test('is empty in words where nothing happened, and nobody sees what another did', async () => {
    await traded();
    const eve = await steps.signedUp(EVE);
    expect((await eve.open('/orders/history')).text).toContain('No order has ended yet.');
    expect((await eve.open('/orders/trades')).text).toContain('Nothing was traded yet.');
    expect((await eve.open('/orders/trades.csv')).html.trim().split('\r\n')).toHaveLength(1);
    expect((await new Person(site.origin).open('/orders/history.csv')).path).toContain('/login');
  });

  test('goes into a file to the last digit, and no field is a formula', async () => {
    const { person, bought, cancelled } = await traded();
    await person.open('/orders/history.csv');
    const [header, ...lines] = person.html.trim().split('\r\n');
    expect(header).toMatch(/^order_id,client_order_id,market,side,type,status,created_utc,ended_utc,price/);
    expect(lines).toHaveLength(2);
    expect(lines.find((line) => line.startsWith(String(cancelled)))).toContain(
      ',CANCELED,2026-11-20T09:30:00.000000Z,',
    );
    expect(lines.find((line) => line.startsWith(String(bought)))).toMatch(/^\d+,'-2\.minus,BTC_USDT,buy,limit,FILLED,/);

    await person.open('/orders/trades.csv?market=BTC_USDT');
    const trades = person.html
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(','));
    const sum = (column: number): string => Decimal.sum(trades.map((cells) => d(cells[column] ?? ''))).toString();
    expect([sum(6), sum(8)]).toEqual(['0.3', '0.0003']);
    const answer = await fetch(`${site.origin}/orders/trades.csv`, {
      headers: { cookie: `practice_exchange_session=${person.cookie('practice_exchange_session')}` },
    });
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="practice-trades.csv"');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  });
});

describe('a file for a spreadsheet', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-x', "'-x"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['=a"b,c', `"'=a""b,c"`],
    ['a\nb', '"a\nb"'],
    ['plain', 'plain'],
  ])('%j is written %j', (text, field) => {
    expect(csvText(['h'], [[words(text)]])).toBe(`h\r\n${field}\r\n`);
  });

  test('numbers stay numbers, also below zero; what is none is treated as text', () => {
    expect(csvText(['a', 'b', 'c'], [[number('-0.5'), number(''), number('=1')]])).toBe("a,b,c\r\n-0.5,,'=1\r\n");
  });
});

describe('the trade wallet', () => {
  test('what is there, what orders hold, and everything that happened', async () => {
    const person = await steps.signedUp();
    expect((await person.open('/wallet/trade')).text).toContain('The trade wallet is empty.');
    const account = steps.idOf();
    await fund(MAKER);
    site.accounts.faucet(account, 'USDT', d('100000.123456'));
    await site.accounts.transfer(account, 'USDT', d('90000.123456'), 'main', 'trade');
    site.clock.advanceMs(1_000);
    const price = priceAt('1');
    await place(MAKER, 'sell', price, { amount: '0.1' });
    await place(account, 'buy', price, { amount: '0.1' });
    await place(account, 'buy', priceAt('0.5'), { amount: '0.2' });
    await person.open('/wallet/trade');
    const held = d(priceAt('0.5')).mul(d('0.2')).trim();
    const total = d('90000.123456')
      .sub(d(price).mul(d('0.1')))
      .trim();
    for (const value of ['0.0999', held, total, total.sub(held).trim()])
      expect(person.html).toContain(`value="${value}"`);
    for (const text of ['Bought', 'main to trade', '2026-11-20 09:30:01']) expect(person.text).toContain(text);
    // The fee is the buyer's, in what was bought.
    expect(person.html).toContain('value="0.0001"');
    const order = ['Bought', 'Transfer'].map((word) => person.text.lastIndexOf(` ${word} `));
    expect(order).toEqual([...order].sort((first, second) => first - second));
  });

  test('deposits into main stood in the list and transfers had no sign: it did not add up', async () => {
    const person = await steps.signedUp();
    const account = steps.idOf();
    await fund(MAKER);
    site.accounts.faucet(account, 'USDT', d('100000'));
    await site.accounts.transfer(account, 'USDT', d('60000.5'), 'main', 'trade');
    await site.accounts.transfer(account, 'USDT', d('100.25'), 'trade', 'main');
    await site.accounts.transfer(account, 'USDT', d('7'), 'main', 'collateral');
    await place(MAKER, 'sell', priceAt('1'), { amount: '0.1' });
    await place(account, 'buy', priceAt('1'), { amount: '0.1' });
    await place(MAKER, 'buy', priceAt('0.99'), { amount: '0.02' });
    await place(account, 'sell', priceAt('0.99'), { amount: '0.02' });
    await person.open('/wallet/trade');
    const list = person.html.slice(person.html.indexOf('What happened'));
    expect(list).not.toContain('Deposit');
    const sums = new Map<string, Decimal>();
    const signed =
      /<span>(\+|−)<span class="of"><data[^>]* value="([^"]+)"[^>]*>[^<]*<\/data> <span class="muted">(\w+)</g;
    for (const [, sign, value = '', ticker = ''] of list.matchAll(signed)) {
      const before = sums.get(ticker) ?? Decimal.ZERO;
      sums.set(ticker, sign === '+' ? before.add(d(value)) : before.sub(d(value)));
    }
    const held = site.accounts.balances(account, 'trade');
    expect([...held.keys()].sort()).toEqual([...sums.keys()].sort());
    for (const [ticker, { available }] of held) expect(sums.get(ticker)?.eq(available)).toBe(true);
  });
});

test.each(['/orders', '/orders/history', '/orders/history.csv', '/orders/cancel-all', '/wallet/trade'])(
  'an exchange that stopped is said to have stopped: %s',
  async (path) => {
    const person = await steps.signedUp();
    Object.defineProperty(site.exchange, 'query', {
      get() {
        throw new ExchangeStoppedError();
      },
    });
    await person.open(`${path}?market=${MARKET}`);
    expect(person.status).toBe(503);
    expect(person.text).toContain('may or may not have been done');
  },
);
