import { Decimal } from '../../src/core/decimal.ts';
import type { Engine } from './engine.ts';
import type { Mirror } from './mirror.testing.ts';
import { ACCOUNTS, RANDOM_TICKERS } from './random-commands.testing.ts';
import type { ReferenceBook } from './reference-book.testing.ts';
import { decimalOf, textOf } from './scale.ts';

/** Whole states of the engine, the reference book and the mirror side by side. */

/** Throws where queues, books, last prices, balances, freezes, fees or sums differ. The answer is how many orders are open. */
export function compareStates(engine: Engine, reference: ReferenceBook, mirror: Mirror): number {
  same('faults the engine finds in itself', engine.query.faults(), []);
  const snapshot = engine.snapshot();
  let open = 0;
  let levels = 0;
  for (const saved of snapshot.markets) {
    const market = reference.markets.get(saved.name);
    const depth = engine.query.depth(saved.name, Number.MAX_SAFE_INTEGER);
    if (market === undefined || depth === null) throw new Error(`No market ${saved.name}`);
    const resting = saved.orders.filter(({ activationTicks, activated }) => activationTicks === 0 || activated);
    for (const side of ['buy', 'sell'] as const)
      same(
        `queue of ${saved.name} ${side}`,
        resting.filter((order) => order.side === side).map(({ id }) => id),
        market.queues[side].map(({ id }) => id),
      );
    same(
      `open orders of ${saved.name}`,
      saved.orders.map(({ id }) => id).sort(byNumber),
      market.orders.map(({ id }) => id),
    );
    open += saved.orders.length;
    const last = saved.lastTicks === null ? null : textOf(BigInt(saved.lastTicks), depth.spec.tickScale);
    same(`last price of ${saved.name}`, last, market.last?.toString() ?? null);
    same(`status of ${saved.name}`, saved.status, market.status);
    const [ask] = depth.asks;
    const [bid] = depth.bids;
    if (ask !== undefined && bid !== undefined && bid.ticks >= ask.ticks) throw new Error(`${saved.name} is crossed`);
    for (const [side, list] of [
      ['ask', depth.asks],
      ['bid', depth.bids],
    ] as const)
      for (const { ticks, lots } of list) {
        levels += 1;
        const place = `${saved.name} ${side} ${ticks}`;
        same(`${place} as told by events`, String(mirror.levels.get(place)), String(lots));
      }
  }
  same('number of levels as told by events', mirror.levels.size, levels);
  same('number of open orders as told by events', mirror.open.size, open);
  compareMoney(engine, reference, mirror);
  return open;
}

function compareMoney(engine: Engine, reference: ReferenceBook, mirror: Mirror): void {
  const sums = new Map<string, Decimal[]>();
  for (const account of ACCOUNTS) {
    const balances = engine.query.balances(account);
    for (const ticker of RANDOM_TICKERS) {
      const found = balances.find(({ asset }) => asset.ticker === ticker);
      const scale = found?.asset.scale ?? 0;
      const [available, freeze] = [found?.available ?? 0n, found?.freeze ?? 0n];
      const frozen = reference.frozen(account, ticker);
      const free = reference.total(account, ticker).sub(frozen);
      same(`${account} ${ticker}`, [textOf(available, scale), textOf(freeze, scale)], [String(free), String(frozen)]);
      const told = mirror.balances.get(`${account} ${ticker}`);
      same(`${account} ${ticker} as told by events`, [told?.available ?? 0n, told?.freeze ?? 0n].map(String), [
        String(available),
        String(freeze),
      ]);
      sums.set(ticker, [...(sums.get(ticker) ?? []), decimalOf(available + freeze, scale)]);
    }
    for (const { id, left } of engine.query.openOrders(account, null))
      same(`order ${id} as told by events`, String(mirror.open.get(id)), String(left));
  }
  const fees = engine.query.feesTaken();
  for (const ticker of RANDOM_TICKERS) {
    const taken = decimalOf(fees.get(ticker) ?? 0n, engine.query.asset(ticker)?.scale ?? 0);
    same(`fees in ${ticker}`, String(taken), String(reference.total('@fees', ticker)));
    const all = Decimal.sum([taken, ...(sums.get(ticker) ?? [])]);
    same(`all of ${ticker}`, String(all), String(reference.everything(ticker)));
  }
}

function byNumber(first: number, second: number): number {
  return first - second;
}

function same(what: string, actual: unknown, expected: unknown): void {
  const [one, two] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one !== two) throw new Error(`${what}\n engine ${one}\n expected ${two}`);
}
