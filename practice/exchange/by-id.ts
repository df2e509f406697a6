import type { DatabaseSync } from 'node:sqlite';
import type { Row } from '../accounts/row.ts';
import { integer, text } from '../accounts/row.ts';
import type { DealEvent, OrderView } from '../engine/events.ts';
import type { MarketSpec } from '../engine/market-spec.ts';
import type { AccountId } from '../ports.ts';
import { dealOfRecord, orderOfRecord } from './history-record.ts';

/** The history as it grew, oldest id first, for readers who want all of it and miss nothing between two pages. */
export interface ById {
  finishedOrders(question: IdQuestion): readonly OrderView[];
  /** May be one longer than the limit: both sides of a trade with oneself have one id and stay together. */
  deals(question: IdQuestion): readonly DealEvent[];
}

export type IdQuestion = {
  /** Null: everybody. */
  readonly account: AccountId | null;
  readonly market: string | null;
  readonly afterId: number;
  readonly limit: number;
};

const WANTED = 'id > :afterId AND (:account IS NULL OR account = :account) AND (:market IS NULL OR market = :market)';

/** SQLite refuses names it was not asked about, so nothing else may come along. */
function named({ account, market, afterId }: IdQuestion, limit: number) {
  return { account, market, afterId, limit };
}

export function createById(database: DatabaseSync, specOf: (market: string) => MarketSpec): ById {
  const orders = database.prepare(
    `SELECT account, market, record FROM finished_order WHERE ${WANTED} ORDER BY id LIMIT :limit`,
  );
  const deals = database.prepare(
    `SELECT id, account, market, record FROM deal WHERE ${WANTED} ORDER BY id, role LIMIT :limit`,
  );
  const parts = (row: Row) =>
    [text(row, 'record'), text(row, 'account') as AccountId, specOf(text(row, 'market'))] as const;
  return {
    finishedOrders: (question) =>
      orders.all(named(question, question.limit)).map((row) => orderOfRecord(...parts(row))),
    deals(question) {
      const rows = deals.all(named(question, question.limit + 1));
      const [beyond, last] = [rows[question.limit], rows[question.limit - 1]];
      const isPair = beyond !== undefined && last !== undefined && integer(beyond, 'id') === integer(last, 'id');
      return (isPair ? rows : rows.slice(0, question.limit)).map((row) => dealOfRecord(...parts(row)));
    },
  };
}
