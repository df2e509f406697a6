/** What every venue that trades must do, whatever exchange stands behind it. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import { clientOrderId } from '../../core/ids.ts';
import type { OrderTerms, Quantity, Side } from '../../core/order.ts';
import type { FindResult, Outcome, Snapshot, TradeReport } from '../../core/report.ts';
import type { OrderName, PlaceOrder, TradingVenue } from '../trading.ts';
import type { TradingWorld, TradingWorldFactory } from './trading-world.ts';

type Desk = {
  readonly world: () => TradingWorld;
  /** A price or quantity as a share of the market's price or of one coin, on its step. */
  readonly at: (share: string) => Decimal;
  readonly coins: (amount: string) => Quantity;
  readonly money: (share: string) => Quantity;
  readonly order: (side: Side, terms: OrderTerms, quantity: Quantity) => PlaceOrder;
  readonly limit: (share: string, over?: { readonly postOnly?: boolean; readonly ioc?: boolean }) => OrderTerms;
  readonly find: (venue: TradingVenue, order: PlaceOrder) => Promise<FindResult>;
};

export function tradingContract(name: string, open: TradingWorldFactory): void {
  describe(`${name} keeps the contract of a venue that trades`, () => {
    let world: TradingWorld;
    beforeAll(async () => {
      world = await open();
    });
    afterAll(async () => {
      await world.close();
    });
    const desk = deskOf(() => world);
    restingContract(desk);
    refusalContract(desk);
    fillContract(desk);
    bulkContract(desk);
    snapshotContract(desk);
    ledgerContract(desk);
  });
}

function deskOf(world: () => TradingWorld): Desk {
  let seq = 0;
  const at = (share: string): Decimal =>
    world().price.mul(Decimal.parse(share)).quantize(world().instrument.tick, 'down');
  return {
    world,
    at,
    coins: (amount) => ({ unit: 'base', amount: Decimal.parse(amount) }),
    money: (share) => ({ unit: 'quote', amount: at(share) }),
    order: (side, terms, quantity) => {
      seq += 1;
      return {
        clientId: clientOrderId('contract', 0, 'm', seq),
        market: world().instrument.symbol,
        side,
        terms,
        quantity,
      };
    },
    limit: (share, { postOnly = false, ioc = false } = {}) => ({ kind: 'limit', price: at(share), postOnly, ioc }),
    find: (venue, { clientId, market }) =>
      venue.find({ clientId, venueId: null, market, sinceMs: world().nowMs() - 60_000 }),
  };
}

const named = ({ clientId, market }: PlaceOrder): OrderName => ({ clientId, venueId: null, market });
const total = (trades: readonly TradeReport[], of: (trade: TradeReport) => Decimal): string =>
  Decimal.sum(trades.map(of)).toString();

function placed(outcome: Outcome | undefined): Extract<Outcome, { kind: 'accepted' }> {
  if (outcome?.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
  return outcome;
}

function known(result: FindResult): Extract<FindResult, { kind: 'found' }> {
  if (result.kind !== 'found') throw new Error(`not found: ${JSON.stringify(result)}`);
  return result;
}

async function snapshotOf(venue: TradingVenue, cursor: string | null = null): Promise<Snapshot> {
  const answer = await venue.snapshot(cursor);
  if (!answer.ok) throw new Error(`${answer.fault.code}: ${answer.fault.raw}`);
  return answer.value;
}

function restingContract({ world, order, limit, coins, money, at, find }: Desk): void {
  test('an order rests, is found by its name, holds money, and is gone after its cancellation', async () => {
    const { ours, instrument } = world();
    const buy = order('buy', limit('0.9', { postOnly: true }), coins('0.5'));
    const { venueId, report } = placed(await ours.place(buy));
    expect(report).toMatchObject({
      clientId: buy.clientId,
      venueId,
      side: 'buy',
      type: 'limit',
      status: { kind: 'open' },
      postOnly: true,
    });
    const open = known(await find(ours, buy));
    expect(open).toMatchObject({ report: { venueId, status: { kind: 'open' } }, trades: [] });
    const { openOrders, balances } = await snapshotOf(ours);
    expect(openOrders.map((one) => one.clientId)).toEqual([buy.clientId]);
    const held = balances.balances.find(({ asset }) => asset === instrument.quote);
    expect(held?.locked.toString()).toBe(at('0.9').mul(Decimal.parse('0.5')).toString());
    expect(placed(await ours.cancel(named(buy))).venueId).toBe(venueId);
    expect(known(await find(ours, buy)).report.status).toMatchObject({ kind: 'closed', why: 'cancelled' });
    const after = await snapshotOf(ours);
    expect(after.openOrders).toEqual([]);
    expect(after.closedOrders.map((one) => one.clientId)).toContain(buy.clientId);
    expect(after.balances.balances.find(({ asset }) => asset === instrument.quote)?.locked.toString()).toBe('0');
  });

  test('by the exchange’s id it is the same order', async () => {
    const { ours } = world();
    const sell = order('sell', limit('1.1'), coins('0.25'));
    const { venueId } = placed(await ours.place(sell));
    const name = { clientId: null, venueId, market: sell.market };
    expect(known(await ours.find({ ...name, sinceMs: world().nowMs() })).report.clientId).toBe(sell.clientId);
    placed(await ours.cancel(name));
    expect(known(await ours.find({ ...name, sinceMs: world().nowMs() })).report.status.kind).toBe('closed');
  });

  test('stop orders wait with their prices', async () => {
    const { ours } = world();
    const stops = [
      order('sell', { kind: 'stop-limit', price: at('0.79'), activation: at('0.8') }, coins('0.1')),
      order('sell', { kind: 'stop-market', activation: at('0.8') }, coins('0.1')),
      order('buy', { kind: 'stop-market', activation: at('1.2') }, money('0.2')),
    ];
    for (const stop of stops) {
      placed(await ours.place(stop));
      const { report } = known(await find(ours, stop));
      expect(report).toMatchObject({
        type: stop.terms.kind,
        status: { kind: 'open' },
        quantity: { unit: stop.quantity.unit },
      });
      expect(report.activation?.eq('activation' in stop.terms ? stop.terms.activation : Decimal.ZERO)).toBe(true);
      expect(report.quantity.amount.eq(stop.quantity.amount)).toBe(true);
    }
    const outcomes = await ours.cancelMany(stops.map(named));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
  });

  test('the switch that cancels everything can be set and taken away; a token opens the stream', async () => {
    const { ours, instrument } = world();
    expect(await ours.killSwitch(instrument.symbol, 60)).toMatchObject({ kind: 'accepted' });
    expect(await ours.killSwitch(instrument.symbol, null)).toMatchObject({ kind: 'accepted' });
    expect(await ours.streamToken()).toMatchObject({ ok: true });
  });
}

function refusalContract({ world, order, limit, coins, find }: Desk): void {
  const refused = async (buy: PlaceOrder, code: string, definite = true) => {
    expect(await world().ours.place(buy)).toMatchObject({ kind: 'rejected', code, definite });
  };

  test('a refusal is certain, has a reason, and leaves nothing behind', async () => {
    const { ours, others } = world();
    const poor = order('sell', limit('1.1'), coins('20'));
    await refused(poor, 'funds');
    const tiny = order('buy', limit('0.9'), coins('0.00000001'));
    await refused(tiny, 'rules');
    const wall = order('sell', limit('1'), coins('0.1'));
    placed(await others.place(wall));
    const crossing = order('buy', limit('1', { postOnly: true }), coins('0.1'));
    await refused(crossing, 'post-only');
    placed(await others.cancel(named(wall)));
    const nowhere = { ...order('buy', limit('0.9'), coins('0.1')), market: 'NO_MARKET' };
    await refused(nowhere, 'market-closed');
    for (const one of [poor, tiny, crossing])
      expect(await find(ours, one)).toMatchObject({
        kind: 'absent',
        lookedAt: { open: true, history: true, trades: true },
      });
    expect((await snapshotOf(ours)).openOrders).toEqual([]);
  });

  test('a name that is in the book already is a question, not an answer', async () => {
    const { ours } = world();
    const buy = order('buy', limit('0.9'), coins('0.1'));
    placed(await ours.place(buy));
    await refused(buy, 'duplicate-id', false);
    placed(await ours.cancel(named(buy)));
  });

  test('cancelling what is not open says so, whether it ended or never was', async () => {
    const { ours } = world();
    const buy = order('buy', limit('0.9'), coins('0.1'));
    placed(await ours.place(buy));
    placed(await ours.cancel(named(buy)));
    for (const name of [named(buy), named(order('buy', limit('0.9'), coins('0.1')))])
      expect(await ours.cancel(name)).toMatchObject({ kind: 'rejected', code: 'not-found', definite: true });
  });
}

function fillContract({ world, order, limit, coins, money, find, at }: Desk): void {
  test('parts of an order trade, one by one, and add up to what the order says', async () => {
    const { ours, others, instrument } = world();
    const buy = order('buy', limit('1'), coins('0.6'));
    placed(await ours.place(buy));
    for (const part of ['0.1', '0.2']) placed(await others.place(order('sell', limit('1'), coins(part))));
    const half = known(await find(ours, buy));
    expect(half.report.status.kind).toBe('open');
    expect(half.report.filledBase.toString()).toBe('0.3');
    expect(total(half.trades ?? [], ({ quantity }) => quantity)).toBe('0.3');
    placed(await ours.cancel(named(buy)));
    const { report, trades } = known(await find(ours, buy));
    expect(report.status).toMatchObject({ kind: 'closed', why: 'cancelled' });
    expect(trades).toHaveLength(2);
    expect(total(trades ?? [], ({ quantity }) => quantity)).toBe(report.filledBase.toString());
    expect(total(trades ?? [], ({ value }) => value ?? Decimal.ZERO)).toBe(report.filledQuote?.toString());
    for (const trade of trades ?? []) {
      expect(trade).toMatchObject({ side: 'buy', market: buy.market, venueOrderId: report.venueId, role: 'maker' });
      expect(trade.price.eq(at('1'))).toBe(true);
      // A buyer pays in what was bought.
      expect(trade.fee).toMatchObject({ kind: 'known', asset: instrument.base });
      expect(Math.abs(trade.atMs - world().nowMs())).toBeLessThan(60_000);
    }
  });

  test('IOC takes what is there and gives up the rest', async () => {
    const { ours, others } = world();
    const nothing = order('buy', limit('0.95', { ioc: true }), coins('0.1'));
    placed(await ours.place(nothing));
    expect(known(await find(ours, nothing)).report.status).toMatchObject({ kind: 'closed', why: 'cancelled' });
    placed(await others.place(order('sell', limit('1'), coins('0.1'))));
    const part = order('buy', limit('1', { ioc: true }), coins('0.3'));
    placed(await ours.place(part));
    const { report } = known(await find(ours, part));
    expect(report.status.kind).toBe('closed');
    expect(report.filledBase.toString()).toBe('0.1');
  });

  test('market orders: bought for money, bought in coins, sold', async () => {
    const { ours, others, instrument } = world();
    placed(await others.place(order('sell', limit('1'), coins('1'))));
    const spend = order('buy', { kind: 'market' }, money('0.5'));
    placed(await ours.place(spend));
    const spent = known(await find(ours, spend));
    expect(spent.report).toMatchObject({
      type: 'market',
      quantity: { unit: 'quote' },
      status: { kind: 'closed', why: 'filled' },
    });
    expect(spent.report.filledQuote?.lte(spend.quantity.amount)).toBe(true);
    expect(spent.report.filledBase.sub(Decimal.parse('0.5')).abs().lte(instrument.lot)).toBe(true);
    const take = order('buy', { kind: 'market' }, coins('0.25'));
    placed(await ours.place(take));
    expect(known(await find(ours, take)).report.filledBase.toString()).toBe('0.25');
    await others.cancelAll(instrument.symbol);
    placed(await others.place(order('buy', limit('0.99'), coins('0.2'))));
    const sale = order('sell', { kind: 'market' }, coins('0.2'));
    placed(await ours.place(sale));
    const sold = known(await find(ours, sale));
    expect(sold.report).toMatchObject({ side: 'sell', status: { kind: 'closed', why: 'filled' } });
    expect(sold.trades?.[0]?.fee).toMatchObject({ kind: 'known', asset: instrument.quote });
  });
}

function bulkContract({ world, order, limit, coins, find }: Desk): void {
  test('a bulk is as many outcomes as orders, each its own', async () => {
    const { ours } = world();
    const orders = [
      order('buy', limit('0.9'), coins('0.1')),
      order('sell', limit('1.1'), coins('20')),
      order('sell', limit('1.1'), coins('0.1')),
    ];
    const outcomes = await ours.placeMany(orders);
    expect(outcomes.map((one) => (one.kind === 'rejected' ? one.code : one.kind))).toEqual([
      'accepted',
      'funds',
      'accepted',
    ]);
    for (const at of [0, 2]) expect(placed(outcomes[at]).report?.clientId).toBe(orders[at]?.clientId);
    const gone = await ours.cancelMany(orders.map(named));
    expect(gone.map((one) => (one.kind === 'rejected' ? one.code : one.kind))).toEqual([
      'accepted',
      'not-found',
      'accepted',
    ]);
    expect(placed(gone[2]).venueId).toBe(placed(outcomes[2]).venueId);
  });

  test('as many as one request takes', async () => {
    const { ours } = world();
    const orders = Array.from({ length: ours.bulk.place }, () => order('buy', limit('0.9'), coins('0.01')));
    expect((await ours.placeMany(orders)).every(({ kind }) => kind === 'accepted')).toBe(true);
    expect((await ours.cancelMany(orders.map(named))).every(({ kind }) => kind === 'accepted')).toBe(true);
  });

  test('cancelling all of a market leaves other people’s orders alone', async () => {
    const { ours, others, instrument } = world();
    const mine = [order('buy', limit('0.9'), coins('0.1')), order('sell', limit('1.1'), coins('0.1'))];
    const theirs = order('buy', limit('0.91'), coins('0.1'));
    for (const one of mine) placed(await ours.place(one));
    placed(await others.place(theirs));
    expect(await ours.cancelAll(instrument.symbol)).toMatchObject({ kind: 'accepted' });
    for (const one of mine)
      expect(known(await find(ours, one)).report.status).toMatchObject({ kind: 'closed', why: 'cancelled' });
    expect(known(await find(others, theirs)).report.status.kind).toBe('open');
    placed(await others.cancel(named(theirs)));
  });
}

function snapshotContract({ world, order, limit, coins }: Desk): void {
  test('has every open order of many pages, and every trade once, before and after the cursor', async () => {
    const { ours, others, instrument } = world();
    const before = await snapshotOf(ours);
    const orders = Array.from({ length: 130 }, () => order('buy', limit('0.9'), coins('0.001')));
    for (let at = 0; at < orders.length; at += ours.bulk.place)
      for (const outcome of await ours.placeMany(orders.slice(at, at + ours.bulk.place))) placed(outcome);
    const many = await snapshotOf(ours);
    expect(many.openOrders.map(({ clientId }) => clientId).toSorted()).toEqual(
      orders.map(({ clientId }) => clientId).toSorted(),
    );
    await ours.cancelAll(instrument.symbol);
    placed(await others.place(order('sell', limit('1'), coins('0.1'))));
    const buy = order('buy', limit('1'), coins('0.1'));
    const { venueId } = placed(await ours.place(buy));
    const after = await snapshotOf(ours, before.cursor);
    const own = after.trades.filter(({ venueOrderId }) => venueOrderId === venueId);
    expect(own).toHaveLength(1);
    expect(own[0]).toMatchObject({ clientId: buy.clientId, role: 'taker' });
    const ids = after.trades.map(({ tradeId }) => tradeId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(after.openOrders).toEqual([]);
    expect(after.balances.complete).toBe(true);
    expect(after.asOfMs).toBeGreaterThanOrEqual(after.balances.asOfMs);
    expect(after.balances.asOfMs).toBeGreaterThanOrEqual(after.askedAtMs);
  });
}

function ledgerContract({ world, order, limit, coins }: Desk): void {
  test('whatever was traded, the balances are the trades added up, to the last digit', async () => {
    const { ours, others, instrument, quoteHeld, baseHeld } = world();
    let seed = 20_240_101;
    const dice = (sides: number): number => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed % sides;
    };
    for (let round = 0; round < 60; round += 1) {
      const venue = dice(2) === 0 ? ours : others;
      const size = coins(`0.0${1 + dice(9)}${dice(10)}`);
      const price = `${dice(2) === 0 ? '1.0' : '0.99'}${dice(10)}${dice(10)}${dice(10)}`;
      if (dice(12) === 0) await venue.cancelAll(instrument.symbol);
      else await venue.place(order(dice(2) === 0 ? 'buy' : 'sell', limit(price), size));
    }
    for (const venue of [ours, others]) {
      const { trades, balances } = await snapshotOf(venue);
      expect(trades.length).toBeGreaterThan(10);
      const sums = new Map([
        [instrument.base, baseHeld],
        [instrument.quote, quoteHeld],
      ]);
      const book = (asset: string, amount: Decimal) =>
        void sums.set(asset, (sums.get(asset) ?? Decimal.ZERO).add(amount));
      for (const { side, quantity, price, fee } of trades) {
        const value = price.mul(quantity);
        book(instrument.base, side === 'buy' ? quantity : quantity.neg());
        book(instrument.quote, side === 'buy' ? value.neg() : value);
        if (fee.kind === 'known') book(fee.asset, fee.amount.neg());
      }
      for (const { asset, free, locked } of balances.balances)
        expect(`${asset} ${free.add(locked)}`).toBe(`${asset} ${sums.get(asset) ?? Decimal.ZERO}`);
      await venue.cancelAll(instrument.symbol);
    }
  });
}
