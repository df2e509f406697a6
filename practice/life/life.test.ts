import { describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { MAKERS, TAKER } from './cast.ts';
import { createDice } from './dice.ts';
import { gridOf } from './grid.ts';
import { fairOfReplay, parseReplay, REPLAY_HEADER } from './replay.ts';
import { BUSY_MS, QUIET_MS, STEP_MS, Stage, USER } from './stage.testing.ts';

const BTC = 'BTC_USDT';
const HOUR_SEC = 3600;

function makerOrders({ engine }: Stage, market: string): number {
  return MAKERS.reduce((sum, maker) => sum + engine.query.openOrders(maker, market).length, 0);
}

/** A fair price the test holds in its hand, in ticks of BTC_USDT. */
function held(price: string) {
  const fair = { price: Decimal.parse(price), at: () => fair.price };
  return fair;
}

describe('an hour of trading', () => {
  test('follows the fair price, tick by tick and candle by candle, and nothing is ever crossed or lost', async () => {
    const markets = [BTC, 'SOL_USDT', 'PEPE_USDT'];
    const stage = new Stage({ markets });
    await stage.life.open();
    const widths = new Map([
      [BTC, 2],
      ['SOL_USDT', 5],
      ['PEPE_USDT', 20],
    ]);
    const strays = new Map(markets.map((name) => [name, 0]));
    const closes = new Map<string, number[]>(markets.map((name) => [name, []]));
    let seen = 0;
    await stage.run(HOUR_SEC, () => {
      for (; seen < stage.trades.length; seen += 1) {
        const { spec, ticks } = stage.trades[seen] ?? { spec: { name: '' }, ticks: 0 };
        const away = (Math.abs(ticks - stage.fairTicks(spec.name)) / ticks) * 10_000;
        if (away > (widths.get(spec.name) ?? 0)) strays.set(spec.name, (strays.get(spec.name) ?? 0) + 1);
      }
      if (stage.clock.ms % 60_000 !== 0) return;
      for (const name of markets) {
        const last = stage.engine.query.market(name)?.lastTicks ?? 0;
        closes.get(name)?.push((Math.abs(last - stage.fairTicks(name)) / last) * 10_000);
      }
    });
    for (const name of markets) {
      const trades = stage.trades.filter(({ spec }) => spec.name === name).length;
      expect(trades, name).toBeGreaterThan(800);
      expect((strays.get(name) ?? 0) / trades, name).toBeLessThan(0.02);
      for (const away of closes.get(name) ?? []) expect(away, name).toBeLessThan(2 * (widths.get(name) ?? 0));
      expect(closes.get(name)?.length).toBe(60);
      const { asks, bids } = stage.book(name);
      expect(Math.min(asks.length, bids.length), name).toBeGreaterThanOrEqual(60);
      expect(Math.max(asks.length, bids.length), name).toBeLessThanOrEqual(100);
    }
    expect(stage.makerTakings).toEqual([]);
    expect(stage.faults).toEqual([]);
    expect(stage.engine.query.faults()).toEqual([]);
  });

  test('follows a file: each candle of trades has the extremes and the close of its own', async () => {
    const candles = [
      [90_000, 90_900, 89_700, 90_600],
      [90_600, 90_800, 90_100, 90_200],
      [90_200, 92_500, 90_000, 92_400],
      [92_400, 92_400, 88_000, 88_100],
    ] as const;
    const lines = candles.map((prices, minute) => `${BTC},${minute * 60},${prices.join(',')},1`);
    const replay = parseReplay([REPLAY_HEADER, ...lines].join('\n'), () => 2);
    const fair = fairOfReplay(replay, BUSY_MS, { at: () => Decimal.ONE });
    const stage = new Stage({ markets: [BTC], fair });
    await stage.life.open();
    for (const [, high, low, close] of candles) {
      const from = stage.trades.length;
      await stage.run(60);
      const prices = stage.trades.slice(from).map(({ ticks }) => ticks / 100);
      // A turn of a minute's 250 ms passes before the extreme is quoted, and takers come when they come.
      for (const [traded, wanted] of [
        [Math.max(...prices), high],
        [Math.min(...prices), low],
        [prices.at(-1) ?? 0, close],
      ] as const)
        expect(Math.abs(traded / wanted - 1)).toBeLessThan(0.004);
    }
  });

  test('turns over about what the market turns over', async () => {
    const stage = new Stage({ markets: [BTC, 'PEPE_USDT'], startMs: BUSY_MS });
    await stage.life.open();
    await stage.run(HOUR_SEC);
    // The liveliest hour of 24 has about twice its share.
    for (const [name, dayTurnover] of [
      [BTC, 410e6],
      ['PEPE_USDT', 7e6],
    ] as const) {
      const money = stage.trades
        .filter(({ spec }) => spec.name === name)
        .reduce((sum, trade) => sum + Number(trade.money) / 10 ** trade.spec.quote.scale, 0);
      expect(money / (dayTurnover / 24), name).toBeGreaterThan(1);
      expect(money / (dayTurnover / 24), name).toBeLessThan(4);
    }
  });

  test('comes in bursts, and is livelier in the afternoon than at night', async () => {
    const perTenSeconds = async (startMs: number): Promise<number[]> => {
      const stage = new Stage({ markets: ['SOL_USDT'], startMs });
      await stage.life.open();
      await stage.run(HOUR_SEC);
      const counts = Array.from({ length: 360 }, () => 0);
      const orders = new Set<string>();
      for (const { atUs, side } of stage.trades) {
        // The trades of one order are one event.
        const key = `${atUs}${side}`;
        if (orders.has(key)) continue;
        orders.add(key);
        const slot = Math.min(359, Math.floor((atUs / 1000 - startMs) / 10_000));
        counts[slot] = (counts[slot] ?? 0) + 1;
      }
      return counts;
    };
    const busy = await perTenSeconds(BUSY_MS);
    const quiet = await perTenSeconds(QUIET_MS);
    const mean = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = (counts: readonly number[]): number => mean(counts.map((count) => (count - mean(counts)) ** 2));
    expect(mean(busy)).toBeGreaterThan(2 * mean(quiet));
    // Independent arrivals would have a variance of their mean.
    expect(variance(busy)).toBeGreaterThan(1.5 * mean(busy));
    expect(variance(quiet)).toBeGreaterThan(1.5 * mean(quiet));
  });

  test('costs few commands: all fifteen markets stay under sixty a second, and a step is bounded', async () => {
    const stage = new Stage();
    await stage.life.open();
    const before = stage.commands.length;
    let last = before;
    let most = 0;
    await stage.run(HOUR_SEC, () => {
      most = Math.max(most, stage.commands.length - last);
      last = stage.commands.length;
    });
    expect((stage.commands.length - before) / HOUR_SEC).toBeLessThan(60);
    expect(most).toBeLessThanOrEqual(40);
    expect(stage.engine.query.faults()).toEqual([]);
  });
});

describe('a user', () => {
  test('who queues at the best price is served within a minute', async () => {
    const stage = new Stage({ markets: [BTC], fair: held('90000') });
    await stage.life.open();
    stage.fundUser('USDT', '100000');
    stage.fundUser('BTC', '1');
    await stage.run(5);
    const { asks, bids } = stage.book(BTC);
    const buy = stage.userOrder(BTC, 'buy', bids[0]?.ticks ?? 0, '0.05');
    const sell = stage.userOrder(BTC, 'sell', asks[0]?.ticks ?? 0, '0.05');
    await stage.run(60);
    expect([stage.isOpen(BTC, buy), stage.isOpen(BTC, sell)]).toEqual([false, false]);
    expect(stage.userDeals.every(({ role }) => role === 'maker')).toBe(true);
  });

  test('who waits far away is not served while the price is not there', async () => {
    const stage = new Stage({ markets: [BTC], fair: held('90000') });
    await stage.life.open();
    stage.fundUser('USDT', '100000');
    const order = stage.userOrder(BTC, 'buy', 8_900_000, '0.05');
    await stage.run(600);
    expect(stage.isOpen(BTC, order)).toBe(true);
  });

  test('whose order the price has left behind is taken by takers, not by makers, and the book closes behind it', async () => {
    const fair = held('90000');
    const stage = new Stage({ markets: [BTC], fair });
    await stage.life.open();
    stage.fundUser('USDT', '10000000');
    const order = stage.userOrder(BTC, 'buy', 8_995_000, '5');
    fair.price = Decimal.parse('89000');
    await stage.run(30);
    expect(stage.isOpen(BTC, order)).toBe(false);
    expect(stage.makerTakings).toEqual([]);
    expect(stage.userDeals.every(({ ticks }) => ticks === 8_995_000)).toBe(true);
    const { asks, bids } = stage.book(BTC);
    expect(bids[0]?.ticks).toBeLessThan(8_900_000);
    expect(asks[0]?.ticks).toBeGreaterThan(8_900_000);
    expect(asks[0]?.ticks).toBeLessThan(8_902_000);
  });

  test('who empties the book sees it come back within seconds, at the fair price', async () => {
    const stage = new Stage({ markets: [BTC], fair: held('90000') });
    await stage.life.open();
    stage.fundUser('BTC', '100000');
    const { bids: whole } = stage.book(BTC);
    const lots = whole.reduce((sum, level) => sum + level.lots, 0);
    const most = Decimal.fromInteger(BigInt(Math.floor(lots * 0.8)), 6);
    stage.userOrder(BTC, 'sell', whole.at(-1)?.ticks ?? 0, most.toString());
    const swept = stage.book(BTC).bids;
    expect(swept.length).toBeLessThan(30);
    await stage.run(2);
    const soon = stage.book(BTC);
    expect(soon.bids.length).toBeGreaterThan(swept.length);
    await stage.run(6);
    const { asks, bids } = stage.book(BTC);
    expect(bids.length).toBeGreaterThanOrEqual(60);
    expect((asks[0]?.ticks ?? 0) - (bids[0]?.ticks ?? 0)).toBeLessThan(1_000);
    expect(Math.abs((bids[0]?.ticks ?? 0) - 9_000_000)).toBeLessThan(1_000);
  });

  test('whose silly offer is all that is left of a side gets no silly price', async () => {
    const fair = held('90000');
    const stage = new Stage({ markets: [BTC], fair });
    stage.fundUser('BTC', '10');
    // Nobody has quoted yet.
    const order = stage.userOrder(BTC, 'sell', 13_000_000, '1');
    await stage.life.open();
    await stage.run(60);
    expect(stage.isOpen(BTC, order)).toBe(true);
    expect(stage.userDeals).toEqual([]);
  });
});

describe('what an exchange goes through', () => {
  test('users who do anything at all break nothing', async () => {
    const markets = [BTC, 'PEPE_USDT', 'USDC_USDT'];
    const stage = new Stage({ markets });
    await stage.life.open();
    for (const ticker of ['BTC', 'USDT', 'PEPE', 'USDC']) stage.fundUser(ticker, '1000000000000');
    const dice = createDice(7);
    await stage.run(300, () => {
      const market = markets[Math.floor(dice.uniform() * markets.length)] ?? BTC;
      const view = stage.engine.query.market(market);
      if (view === null || dice.uniform() < 0.5) return;
      const grid = gridOf(view);
      const steps = Math.max(1, Math.round(stage.fairTicks(market) * (1 + 0.004 * dice.bell())));
      const parts = grid.partsFor(20_000 * dice.heavy(2), steps);
      stage.userOrder(market, dice.uniform() < 0.5 ? 'buy' : 'sell', steps, grid.amountOf(parts).toString());
      if (dice.uniform() < 0.2) stage.do({ kind: 'cancel-all', account: USER, market, types: null });
    });
    expect(stage.userDeals.length).toBeGreaterThan(500);
    expect(stage.userDeals.some(({ role }) => role === 'maker')).toBe(true);
    expect(stage.makerTakings).toEqual([]);
    expect(stage.faults).toEqual([]);
    expect(stage.engine.query.faults()).toEqual([]);
    stage.do({ kind: 'cancel-all', account: USER, market: null, types: null });
    await stage.run(10);
    for (const market of markets) {
      const { asks, bids } = stage.book(market);
      expect(Math.min(asks.length, bids.length), market).toBeGreaterThanOrEqual(55);
      expect(bids[0]?.ticks).toBeLessThan(asks[0]?.ticks ?? 0);
    }
  });

  test('a restart finds its own orders and does not double the book', async () => {
    const stage = new Stage({ markets: [BTC, 'LTC_USDT'] });
    await stage.life.open();
    await stage.run(60);
    const before = [BTC, 'LTC_USDT'].map((market) => makerOrders(stage, market));
    await stage.life.close();
    stage.clock.ms += 20_000;
    const credits = stage.commands.filter(({ kind }) => kind === 'credit').length;
    await stage.newLife().open();
    const after = [BTC, 'LTC_USDT'].map((market) => makerOrders(stage, market));
    await stage.run(60);
    for (const [index, count] of after.entries()) {
      expect(count).toBeLessThan((before[index] ?? 0) * 1.3);
      expect(count).toBeGreaterThan((before[index] ?? 0) * 0.7);
    }
    expect(stage.commands.filter(({ kind }) => kind === 'credit').length).toBe(credits);
    expect(stage.engine.query.faults()).toEqual([]);
  });

  test('a market that is halted, post-only, reopened and delisted is traded as far as it may be', async () => {
    const fair = held('90000');
    const stage = new Stage({ markets: [BTC], fair });
    await stage.life.open();
    await stage.run(10);
    const set = (status: 'halted' | 'post-only' | 'open' | 'delisted'): void => {
      stage.do({ kind: 'market-status', market: BTC, status });
    };
    const done = (): number => stage.commands.filter(({ kind }) => kind !== 'market-status').length;

    set('halted');
    fair.price = Decimal.parse('91000');
    const commands = done();
    await stage.run(60);
    expect(done()).toBe(commands);

    set('post-only');
    const trades = stage.trades.length;
    await stage.run(60);
    expect(stage.trades.length).toBe(trades);
    expect(stage.book(BTC).bids[0]?.ticks).toBeGreaterThan(9_098_000);
    expect(stage.book(BTC).asks[0]?.ticks).toBeGreaterThan(9_100_000);

    set('open');
    await stage.run(60);
    expect(stage.trades.length).toBeGreaterThan(trades);

    set('delisted');
    const last = done();
    await stage.run(60);
    expect(done()).toBe(last);
    expect(makerOrders(stage, BTC)).toBe(0);
    expect(stage.faults).toEqual([]);
  });

  test('new rules: orders off the new steps go, and new ones keep to them', async () => {
    const stage = new Stage({ markets: [BTC], fair: held('90000') });
    await stage.life.open();
    const rules = stage.engine.query.market(BTC)?.rules;
    if (rules === undefined) throw new Error('No rules');
    const coarse = { ...rules, moneyPrec: 0, stockPrec: 3, minAmount: Decimal.parse('0.5') };
    stage.do({ kind: 'market-rules', market: BTC, rules: coarse });
    await stage.run(STEP_MS / 1000);
    for (const maker of MAKERS)
      for (const { priceTicks } of stage.engine.query.openOrders(maker, BTC)) expect(priceTicks % 100).toBe(0);
    await stage.run(10);
    expect(stage.book(BTC).bids.length).toBeGreaterThanOrEqual(60);
    const fresh = stage.trades.length;
    await stage.run(60);
    expect(stage.trades.length).toBeGreaterThan(fresh);
  });

  test.each([
    ['a day', '90000', 86_400_000],
    ['a price that doubled', '200000', 61_000],
    ['a price that fell to a fifth', '18000', 61_000],
  ])('a clock that jumps: %s', async (_what, price, jumpMs) => {
    const fair = held('90000');
    const stage = new Stage({ markets: [BTC], fair });
    await stage.life.open();
    await stage.run(30);
    const before = stage.trades.length;
    fair.price = Decimal.parse(price);
    stage.clock.ms += jumpMs;
    const asked = stage.commands.length;
    await stage.run(STEP_MS / 1000);
    // Nothing of the gap is made up: as many takers as in a second. And nobody trades at yesterday's price.
    const taken = stage.commands
      .slice(asked)
      .flatMap((command) => (command.kind === 'bulk' && command.account === TAKER ? command.orders : []));
    expect(taken.length).toBeLessThan(8);
    await stage.run(15);
    const target = stage.fairTicks(BTC);
    for (const { ticks } of stage.trades.slice(before)) expect(Math.abs(ticks / target - 1)).toBeLessThan(0.01);
    const { asks, bids } = stage.book(BTC);
    expect(Math.min(asks.length, bids.length)).toBeGreaterThanOrEqual(60);
    expect(Math.abs((asks[0]?.ticks ?? 0) / target - 1)).toBeLessThan(0.001);
    expect(Math.abs((bids[0]?.ticks ?? 0) / target - 1)).toBeLessThan(0.001);
  });

  test('makers that run out of money get more', async () => {
    const stage = new Stage({ markets: [BTC], fair: held('90000') });
    await stage.life.open();
    const [maker] = MAKERS;
    if (maker === undefined) throw new Error('No maker');
    const free = (): bigint =>
      stage.engine.query.balances(maker).find(({ asset }) => asset.ticker === 'BTC')?.available ?? 0n;
    const scale = stage.engine.query.asset('BTC')?.scale ?? 0;
    stage.do({ kind: 'debit', account: maker, ticker: 'BTC', amount: Decimal.fromInteger(free(), scale) });
    expect(free()).toBe(0n);
    await stage.run(90);
    expect(free()).toBeGreaterThan(0n);
  });
});
