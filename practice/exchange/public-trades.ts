import type { DatabaseSync } from 'node:sqlite';
import type { Row } from '../accounts/row.ts';
import { integer, text } from '../accounts/row.ts';
import type { TradeEvent } from '../engine/events.ts';
import type { Side } from '../engine/order.ts';

/** In the market's units. `side` is the taker's. */
export type TradeRow = {
  readonly id: number;
  readonly atUs: number;
  readonly ticks: number;
  readonly lots: bigint;
  readonly side: Side;
};

/** The longest list anybody can ask for has 600; this is some hours of a busy market and a few megabytes a market. */
export const TRADES_KEPT = 20_000;
/** Share of the above that may gather on top before it is taken away, so that pruning is rare. */
const SPARE_SHARE = 0.05;

export interface PublicTrades {
  /** Newest first, those with an id below `beforeId` (null: all). The newest of each market are kept, older ones go. */
  trades(market: string, limit: number, beforeId: number | null): readonly TradeRow[];
}

export interface PublicTradeStore extends PublicTrades {
  /** To be called within the transaction of the command it comes from. */
  add(trade: TradeEvent): void;
}

export function createPublicTrades(database: DatabaseSync, kept: number = TRADES_KEPT): PublicTradeStore {
  const insert = database.prepare('INSERT INTO trade (market, id, at_us, ticks, lots, side) VALUES (?, ?, ?, ?, ?, ?)');
  const select = database.prepare(
    'SELECT id, at_us, ticks, lots, side FROM trade WHERE market = ? AND id < ? ORDER BY id DESC LIMIT ?',
  );
  const prune = database.prepare(
    `DELETE FROM trade WHERE market = :market
     AND id <= (SELECT id FROM trade WHERE market = :market ORDER BY id DESC LIMIT 1 OFFSET :kept)`,
  );
  const spare = Math.ceil(kept * SPARE_SHARE);
  /** Since the last pruning; a start may add one helping of spare rows, which the next pruning takes. */
  const added = new Map<string, number>();

  return {
    add({ spec: { name: market }, id, atUs, ticks, lots, side }) {
      insert.run(market, id, atUs, ticks, String(lots), side);
      const count = (added.get(market) ?? 0) + 1;
      if (count >= spare) prune.run({ market, kept });
      added.set(market, count >= spare ? 0 : count);
    },
    trades: (market, limit, beforeId) => select.all(market, beforeId ?? Number.MAX_SAFE_INTEGER, limit).map(tradeOfRow),
  };
}

function tradeOfRow(row: Row): TradeRow {
  return {
    id: integer(row, 'id'),
    atUs: integer(row, 'at_us'),
    ticks: integer(row, 'ticks'),
    lots: BigInt(text(row, 'lots')),
    side: text(row, 'side') === 'buy' ? 'buy' : 'sell',
  };
}
