import { describe, expect, test } from 'vitest';
import { clientOrderId } from '../../core/ids.ts';
import type { FakeAccount } from './fake-account.testing.ts';
import { fakeAccount } from './fake-account.testing.ts';
import { answered, silent } from './outcome-table.testing.ts';
import { spansOf } from './reading.ts';
import { manualTime } from './time.testing.ts';
import { createWhitebitTrading } from './trading.ts';

const NOW_MS = 1_767_225_600_000;
const NOW_SEC = NOW_MS / 1_000;
const OURS = clientOrderId('g7', 1, 'm', 1);
const WANTED = { clientId: OURS, venueId: null, market: 'BTC_USDT', sinceMs: NOW_MS - 2_000 };
const LOOKED = { open: true, history: true, trades: true };

function open(): { readonly account: FakeAccount; readonly venue: ReturnType<typeof createWhitebitTrading> } {
  const account = fakeAccount();
  return { account, venue: createWhitebitTrading({ call: account.call, clock: manualTime(NOW_MS) }) };
}
const paths = (account: FakeAccount) => account.asked.map(({ path }) => path.replace('/api/v4/', ''));
const trade = (id: number, over: object = {}) => ({ id, orderId: 7, clientId: OURS, atSec: NOW_SEC - 1, ...over });

describe('what became of an order', () => {
  test('nowhere to be found, and all three lists were asked', async () => {
    const { account, venue } = open();
    account.open.push({ id: 1, clientId: 'somebody' });
    account.trades.push(trade(5, { clientId: 'somebody' }));
    expect(await venue.find(WANTED)).toEqual({ kind: 'absent', lookedAt: LOOKED, atMs: NOW_MS });
    expect(paths(account)).toEqual(['orders', 'trade-account/order/history', 'trade-account/executed-history']);
  });

  test('open, with the trades it has had', async () => {
    const { account, venue } = open();
    account.open.push({ id: 7, clientId: OURS, filled: '2' });
    account.trades.push(trade(5), trade(6), trade(9, { orderId: 8 }));
    const result = await venue.find(WANTED);
    expect(result).toMatchObject({ kind: 'found', report: { venueId: '7', status: { kind: 'open' } } });
    if (result.kind === 'found') expect(result.trades?.map(({ tradeId }) => tradeId)).toEqual(['5', '6']);
  });

  test('ended while it was asked for: gone from the open ones, found among the ended', async () => {
    const { account, venue } = open();
    account.open.push({ id: 7, clientId: OURS });
    account.before = ({ path }) => {
      if (path !== '/api/v4/orders') return undefined;
      account.closed.push(...account.open.splice(0));
      return undefined;
    };
    expect(await venue.find(WANTED)).toMatchObject({
      kind: 'found',
      report: { status: { kind: 'closed', why: 'cancelled' } },
    });
  });

  test('an order that only its trades know of yet is not absent', async () => {
    const { account, venue } = open();
    account.trades.push(trade(5));
    expect(await venue.find(WANTED)).toMatchObject({ kind: 'failed' });
    // The lists catch up while it is asked for by the id that its trade told.
    account.before = (_request, count) => {
      if (count === 8) account.closed.push({ id: 7, filled: '1' });
      return undefined;
    };
    expect(await venue.find(WANTED)).toMatchObject({ kind: 'found', report: { venueId: '7' } });
  });

  test('hummingbot 8457: trouble at any of the questions is no answer about the order', async () => {
    const troubles = [
      silent(true),
      silent(false),
      answered(502, ''),
      answered(200, '{"x":1}'),
      answered(200, [{ id: 1 }]),
      answered(429, ''),
      answered(422, {}),
    ];
    for (const trouble of troubles) {
      for (const at of [1, 2, 3]) {
        const { account, venue } = open();
        account.before = (_request, count) => (count === at ? trouble : undefined);
        expect(await venue.find(WANTED), `${JSON.stringify(trouble)} at ${at}`).toMatchObject({ kind: 'failed' });
      }
    }
  });

  test('deals that cannot be read leave the end of the order open', async () => {
    const { account, venue } = open();
    account.closed.push({ id: 7, clientId: OURS, filled: '1' });
    account.before = ({ path }) => (path.endsWith('/trade-account/order') ? answered(503, '') : undefined);
    expect(await venue.find(WANTED)).toMatchObject({ kind: 'found', trades: null });
  });

  test('a market that is halted is looked for in the list of all', async () => {
    const { account, venue } = open();
    account.open.push({ id: 7, clientId: OURS });
    const gone = answered(422, {
      code: 31,
      message: 'Validation failed',
      errors: { market: ['Market is not available.'] },
    });
    account.before = ({ path, parameters }) =>
      path === '/api/v4/orders' && parameters.market !== undefined ? gone : undefined;
    expect(await venue.find(WANTED)).toMatchObject({ kind: 'found', report: { venueId: '7' } });
  });

  test('by the exchange’s id it is the one of that id, whatever it is called', async () => {
    const { account, venue } = open();
    account.closed.push({ id: 6, clientId: OURS }, { id: 7, clientId: OURS });
    expect(await venue.find({ ...WANTED, venueId: '6' })).toMatchObject({ kind: 'found', report: { venueId: '6' } });
    expect(await venue.find({ ...WANTED, venueId: 'none' })).toMatchObject({ kind: 'failed' });
  });
});

describe('a snapshot', () => {
  test('nautilus_trader 5000: has every open order of every page and market', async () => {
    const { account, venue } = open();
    for (let id = 1; id <= 437; id += 1) account.open.push({ id, market: id % 3 === 0 ? 'ETH_USDT' : 'BTC_USDT' });
    const answer = await venue.snapshot(null);
    if (!answer.ok) throw new Error(answer.fault.raw);
    expect(answer.value.openOrders.map(({ venueId }) => Number(venueId)).toSorted((a, b) => a - b)).toEqual(
      account.open.map(({ id }) => id),
    );
  });

  test('orders that end between two pages never hide those behind them', async () => {
    for (const ending of [1, 19, 20, 60, 100]) {
      const { account, venue } = open();
      for (let id = 1; id <= 250; id += 1) account.open.push({ id });
      account.before = ({ path }, count) => {
        if (path === '/api/v4/orders' && count === 2) account.closed.push(...account.open.splice(0, ending));
        return undefined;
      };
      const answer = await venue.snapshot(null);
      if (!answer.ok) throw new Error(answer.fault.raw);
      const seen = new Set(answer.value.openOrders.map(({ venueId }) => Number(venueId)));
      for (const { id } of account.open) expect(seen.has(id), `${id} after ${ending} ended`).toBe(true);
    }
  });

  test.each([-300, 300])('a date that is %i seconds off hides no trade', async (offSec) => {
    const account = fakeAccount();
    const time = manualTime(NOW_MS + offSec * 1_000);
    const venue = createWhitebitTrading({ call: account.call, clock: time });
    const first = await venue.snapshot(null);
    if (!first.ok) throw new Error('no snapshot');
    account.trades.push(trade(5));
    const second = await createWhitebitTrading({ call: account.call, clock: manualTime(NOW_MS) }).snapshot(
      first.value.cursor,
    );
    const third = await venue.snapshot(first.value.cursor);
    for (const one of [second, third]) expect(one.ok && one.value.trades.map(({ tradeId }) => tradeId)).toEqual(['5']);
  });

  test('has every trade since the cursor once, however many pages, and goes on where it ended', async () => {
    const { account, venue } = open();
    for (let id = 1; id <= 1_234; id += 1)
      account.trades.push(trade(id, { atSec: NOW_SEC - 5_000 + id, market: id % 2 === 0 ? 'ETH_BTC' : 'BTC_USDT' }));
    const first = await venue.snapshot(null);
    if (!first.ok) throw new Error(first.fault.raw);
    expect(first.value.trades).toHaveLength(1_234);
    expect(new Set(first.value.trades.map(({ tradeId }) => tradeId)).size).toBe(1_234);
    account.trades.push(trade(2_000, { atSec: NOW_SEC - 100 }), trade(1_999, { atSec: NOW_SEC - 9_000 }));
    const second = await venue.snapshot(first.value.cursor);
    if (!second.ok) throw new Error(second.fault.raw);
    expect(second.value.trades.map(({ tradeId }) => tradeId)).toEqual(['2000']);
  });

  test('a trade between the reading of trades and of balances is in it, with balances that know of it', async () => {
    const { account, venue } = open();
    let traded = 0;
    account.before = ({ path }) => {
      if (path !== '/api/v4/trade-account/balance' || traded >= 3) return undefined;
      traded += 1;
      account.trades.push(trade(traded, { atSec: NOW_SEC }));
      account.balances.USDT = { available: String(100 - traded), freeze: '0' };
      return undefined;
    };
    const answer = await venue.snapshot(null);
    if (!answer.ok) throw new Error(answer.fault.raw);
    expect(answer.value.trades).toHaveLength(3);
    expect(answer.value.balances.balances[0]?.free.toString()).toBe('97');
    expect(paths(account).filter((path) => path.endsWith('balance'))).toHaveLength(4);
  });

  test('an account that never stands still is asked again another time', async () => {
    const { account, venue } = open();
    account.before = ({ path }, count) => {
      if (path === '/api/v4/trade-account/balance') account.trades.push(trade(count, { atSec: NOW_SEC }));
      return undefined;
    };
    expect(await venue.snapshot(null)).toMatchObject({ ok: false });
  });

  test('any trouble makes the whole of it a fault, and a broken row too', async () => {
    for (let at = 1; at <= 5; at += 1) {
      for (const trouble of [answered(502, ''), answered(200, '"x"'), silent(true)]) {
        const { account, venue } = open();
        account.before = (_request, count) => (count === at ? trouble : undefined);
        expect(await venue.snapshot(null), `${at}`).toMatchObject({ ok: false });
      }
    }
  });

  test('half a year is asked for in windows that the exchange allows, and no further back', () => {
    const spans = spansOf(NOW_SEC - 400 * 86_400, NOW_SEC);
    expect(spans.length).toBe(6);
    expect(spans.at(-1)?.endSec).toBe(NOW_SEC);
    for (const [at, { startSec, endSec }] of spans.entries()) {
      expect(endSec - startSec).toBeLessThanOrEqual(31 * 86_400);
      if (at > 0) expect(startSec).toBe(spans[at - 1]?.endSec);
    }
  });
});

describe('what is never sent', () => {
  test('an order that this exchange has no words for', async () => {
    const { account, venue } = open();
    expect(await venue.cancel({ clientId: null, venueId: null, market: 'BTC_USDT' })).toMatchObject({
      kind: 'not-sent',
    });
    expect(await venue.cancelAll('btc')).toMatchObject({ kind: 'not-sent' });
    expect(await venue.killSwitch('BTC_USDT', 4)).toMatchObject({ kind: 'not-sent' });
    expect(await venue.placeMany([])).toEqual([]);
    expect(account.asked).toEqual([]);
  });
});

describe('the token of a stream', () => {
  test('is read, or the fault is told', async () => {
    const { account, venue } = open();
    account.before = () =>
      answered(200, { websocket_token: '$2y$10$lxCvTXig/XrcTBFY1bdFseCKQmFTDtCpEzHNVnXowGplExFxPJp9y' });
    expect(await venue.streamToken()).toMatchObject({ ok: true });
    account.before = () => answered(200, { websocket_token: 'a b' });
    expect(await venue.streamToken()).toMatchObject({ ok: false, fault: { code: 'not-understood' } });
    account.before = () => answered(401, { code: 10, message: 'Unauthorized request.' });
    expect(await venue.streamToken()).toMatchObject({ ok: false, fault: { code: 'key-or-secret' } });
  });
});
