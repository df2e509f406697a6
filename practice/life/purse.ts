import { Decimal } from '../../src/core/decimal.ts';
import type { EngineQueries } from '../engine/queries.ts';
import { decimalOf } from '../engine/scale.ts';
import type { AccountId } from '../ports.ts';
import { CAST } from './cast.ts';
import type { FairPrice } from './fair.ts';
import type { Temper } from './temper.ts';

/** Puts money out of nothing into the trade wallet of a house account. */
export type Fund = (account: AccountId, ticker: string, amount: Decimal) => Promise<void>;

/** Each account is given what its markets turn over in two days, and again when less than a quarter of that is free. */
const DAYS = Decimal.parse('2');
const REFILL_BELOW = Decimal.parse('0.25');

/** What an account needs of every asset, in whole coins. */
export function needs(
  tempers: readonly Temper[],
  query: EngineQueries,
  fair: FairPrice,
  atMs: number,
): ReadonlyMap<string, Decimal> {
  const wanted = new Map<string, Decimal>();
  const add = (ticker: string, amount: Decimal): void => {
    wanted.set(ticker, amount.round(0, 'ceil').add(wanted.get(ticker) ?? Decimal.ZERO));
  };
  for (const { market, dayTurnover } of tempers) {
    const view = query.market(market);
    if (view === null) continue;
    const money = Decimal.fromInteger(BigInt(Math.ceil(dayTurnover))).mul(DAYS);
    add(view.spec.quote.ticker, money);
    add(view.spec.base.ticker, money.div(fair.at(market, atMs), 0, 'ceil'));
  }
  return wanted;
}

/** Fills up whoever runs short. Rejects with the first `fund` that did. */
export async function fillUp(wanted: ReadonlyMap<string, Decimal>, query: EngineQueries, fund: Fund): Promise<void> {
  const errands: Promise<void>[] = [];
  for (const account of CAST) {
    const has = new Map(
      query.balances(account).map(({ asset, available }) => [asset.ticker, decimalOf(available, asset.scale)]),
    );
    for (const [ticker, amount] of wanted) {
      const available = has.get(ticker) ?? Decimal.ZERO;
      if (available.lt(amount.mul(REFILL_BELOW)))
        errands.push(fund(account, ticker, amount.sub(available).round(0, 'ceil')));
    }
  }
  await Promise.all(errands);
}
