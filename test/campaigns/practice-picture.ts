/** All that an account has at one moment, read over the exchange's own interface while the market goes on. */

import { Decimal } from '../../src/core/decimal.ts';
import { dealOf, orderOf, type Told, type ToldDeal, type ToldOrder } from './practice-told.ts';
import type { Caller, Params } from './practice-wire.ts';

export type Picture = {
  readonly open: readonly ToldOrder[];
  /** Of those that ended since a time, and maybe earlier ones. */
  readonly finished: readonly ToldOrder[];
  readonly deals: readonly ToldDeal[];
  readonly trade: ReadonlyMap<string, { readonly available: Decimal; readonly freeze: Decimal }>;
  readonly main: ReadonlyMap<string, Decimal>;
};

/** Somebody may trade against the account between two questions. No order ends and no deal is made but balances change. */
const TRIES_MAX = 20;
const OPEN_PAGE = 100;
const HISTORY_PAGE = 500;

/** Rejects when the account never stands still. `sinceSec` in Unix seconds. */
export async function pictureOf(caller: Caller, sinceSec: number): Promise<Picture> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const balances = await caller.ask('/api/v4/trade-account/balance');
    const open = await openOrders(caller);
    const finished = await grouped(caller, '/api/v4/trade-account/order/history', sinceSec);
    const deals = await grouped(caller, '/api/v4/trade-account/executed-history', sinceSec);
    const again = await caller.ask('/api/v4/trade-account/balance');
    if (JSON.stringify(again) === JSON.stringify(balances)) {
      return {
        open,
        finished: finished.map(([market, one]) => orderOf(one, market)),
        deals: deals.map(([market, one]) => dealOf(one, market)),
        trade: new Map(
          entries(balances).map(([ticker, one]) => [
            ticker,
            { available: Decimal.parse(String(one.available)), freeze: Decimal.parse(String(one.freeze)) },
          ]),
        ),
        main: new Map(
          entries(await caller.ask('/api/v4/main-account/balance')).map(([ticker, one]) => [
            ticker,
            Decimal.parse(String(one.main_balance)),
          ]),
        ),
      };
    }
  }
  throw new Error(`The account did not stand still for ${TRIES_MAX} pictures`);
}

async function openOrders(caller: Caller): Promise<ToldOrder[]> {
  return (await pages(OPEN_PAGE, (page) => caller.ask('/api/v4/orders', page).then((rows) => rows as Told[]))).map(
    (one) => orderOf(one),
  );
}

/** Rows of an answer that is keyed by market. */
function grouped(caller: Caller, path: string, startDate: number): Promise<[market: string, row: Told][]> {
  return pages(HISTORY_PAGE, async (page) => {
    const body = await caller.ask(path, { ...page, startDate });
    return Object.entries(body as Readonly<Record<string, Told[]>>).flatMap(([market, rows]) =>
      rows.map((row): [string, Told] => [market, row]),
    );
  });
}

async function pages<T>(limit: number, read: (page: Params) => Promise<readonly T[]>): Promise<T[]> {
  const rows: T[] = [];
  for (;;) {
    const page = await read({ limit, offset: rows.length });
    rows.push(...page);
    if (page.length < limit) return rows;
  }
}

function entries(body: unknown): [string, Told][] {
  return Object.entries(body as Readonly<Record<string, Told>>);
}
