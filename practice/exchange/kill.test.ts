import path from 'node:path';
import { expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { decimalOf } from '../engine/scale.ts';
import { ALICE, BOB } from '../engine/world.testing.ts';
import { linesBeforeKill } from '../killed-child.testing.ts';
import type { DurableExchange } from './durable-exchange.ts';
import { Bench, Folder } from './exchange.testing.ts';
import type { Answered } from './kill-child.testing.ts';
import { CREDIT } from './kill-child.testing.ts';

const CHILD = path.join(import.meta.dirname, 'kill-child.testing.ts');
/** After how many answers each run is killed: in the first commits, before and after snapshots, deep in the run. */
const KILLS = [1, 2, 9, 55, 61, 120, 150, 210, 260, 333];
const TEST_MS = 60_000;
const EVER = { window: { fromUs: 0, toUs: Number.MAX_SAFE_INTEGER } };
const PAGE = { limit: 1_000_000, offset: 0 };

/** What the child answered until it was killed. */
async function killed(file: string, run: number, afterAnswers: number): Promise<readonly Answered[]> {
  const lines = await linesBeforeKill(CHILD, [file, String(run)], afterAnswers);
  return lines.map((line) => JSON.parse(line) as Answered);
}

/** How often each client id of the run is found, resting or finished, and as which order. */
function ordersByClientId({ query, history }: DurableExchange): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const account of [ALICE, BOB]) {
    const finished = history.finishedOrders({ account, market: null, which: { status: 'ALL', ...EVER }, page: PAGE });
    for (const { clientOrderId, id } of [...query.openOrders(account, null), ...finished])
      found.set(clientOrderId, [...(found.get(clientOrderId) ?? []), id]);
  }
  return found;
}

/** Every balance and all fees of an asset. */
function everything({ query }: DurableExchange, ticker: string): Decimal {
  const scale = query.asset(ticker)?.scale ?? 0;
  const held = query
    .accounts()
    .flatMap((account) => query.balances(account).filter((one) => one.asset.ticker === ticker));
  const units = held.reduce(
    (sum, { available, freeze }) => sum + available + freeze,
    query.feesTaken().get(ticker) ?? 0n,
  );
  return decimalOf(units, scale);
}

function credits(count: number): Decimal {
  return CREDIT.mul(Decimal.fromInteger(BigInt(count)));
}

test(
  'killed ten times while it trades: every answered order is there, none twice, and no money comes or goes',
  async () => {
    const folder = new Folder();
    const file = folder.file();
    const answered: Answered[] = [];
    for (const [run, afterAnswers] of KILLS.entries()) answered.push(...(await killed(file, run, afterAnswers)));
    const { exchange } = new Bench(file);
    try {
      expect(exchange.query.faults()).toEqual([]);
      const orders = answered.filter((one) => one.kind === 'order');
      expect(orders.length).toBeGreaterThan(KILLS.reduce((sum, count) => sum + count, 0) / 2);
      const found = ordersByClientId(exchange);
      for (const { clientOrderId, orderId } of orders) expect(found.get(clientOrderId)).toEqual([orderId]);
      for (const [clientOrderId, ids] of found) expect(`${clientOrderId} ${ids.length}`).toBe(`${clientOrderId} 1`);
      expect(new Set(orders.map(({ sequence }) => sequence)).size).toBe(orders.length);

      // History: what the deals of an order sum up to is what the order says it got.
      for (const account of [ALICE, BOB])
        for (const order of exchange.history.finishedOrders({
          account,
          market: null,
          which: { status: 'ALL', ...EVER },
          page: PAGE,
        })) {
          const deals = exchange.history.dealsOfOrder(account, order.id, PAGE);
          expect(deals.reduce((sum, { lots }) => sum + lots, 0n)).toBe(order.dealStock);
          expect(deals.reduce((sum, { fee }) => sum + fee, 0n)).toBe(order.dealFee);
        }

      // Two credits of either asset a run, each all or not at all; those that were answered are certain.
      const certain = answered.filter(({ kind }) => kind === 'credit').length * 2;
      for (const ticker of ['USDT', 'BTC']) {
        const all = everything(exchange, ticker);
        expect(all.isMultipleOf(CREDIT)).toBe(true);
        expect(all.gte(credits(certain))).toBe(true);
        expect(all.lte(credits(KILLS.length * 2))).toBe(true);
      }
    } finally {
      exchange.close();
      folder.remove();
    }
  },
  TEST_MS,
);
