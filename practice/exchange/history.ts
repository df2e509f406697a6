import type { DatabaseSync } from 'node:sqlite';
import type { Row } from '../accounts/row.ts';
import { text } from '../accounts/row.ts';
import type { Command } from '../engine/commands.ts';
import type { DealEvent, EngineEvent, OrderView } from '../engine/events.ts';
import type { MarketSpec } from '../engine/market-spec.ts';
import type { AccountId } from '../ports.ts';
import { dealOfRecord, dealRecord, orderOfRecord, orderRecord } from './history-record.ts';
import type { HistoryWindow } from './history-window.ts';
import { isHouse } from './house.ts';

/** What is over: finished orders and deals, newest first. What rests is the engine's to tell. */
export interface History {
  finishedOrders(question: OrderQuestion): readonly OrderView[];
  deals(question: DealQuestion): readonly DealEvent[];
  /** Also of an order that still rests; empty for one that is unknown or somebody else's. */
  dealsOfOrder(account: AccountId, orderId: number, page: HistoryPage): readonly DealEvent[];
}

export type HistoryPage = { readonly limit: number; readonly offset: number };

export type StatusFilter = 'ALL' | 'FILLED' | 'CANCELED' | 'PARTIALLY_FILLED';

export type OrderQuestion = {
  readonly account: AccountId;
  /** Null: every market. */
  readonly market: string | null;
  /** Documented: looking an order up by an id of its own ignores dates and status. */
  readonly which:
    | { readonly orderId: number }
    | { readonly clientOrderId: string }
    | { readonly status: StatusFilter; readonly window: HistoryWindow }
    /** Cancelled because their market was delisted. */
    | { readonly delistedIn: HistoryWindow };
  readonly page: HistoryPage;
};

export type DealQuestion = {
  readonly account: AccountId;
  readonly market: string | null;
  readonly which: { readonly clientOrderId: string } | { readonly window: HistoryWindow };
  readonly page: HistoryPage;
};

/** Also the writing side, which only the exchange itself holds. */
export interface HistoryStore extends History {
  /** To be called in the transaction of the command the events come from. */
  record(command: Pick<Command, 'kind'>, events: readonly EngineEvent[]): void;
}

/** Documented: what ended longer ago is not told any more. Six months have at most 184 days. */
const KEPT_US = 184 * 86_400 * 1_000_000;
/** Rows between two prunings. Each may take more than have come, so that it catches up after a jump of the clock. */
const PRUNE_EVERY = 64;
const PRUNED_AT_ONCE = 256;

/** How an order ended, as far as questions tell it apart. */
type EndKind = 'filled' | 'partly' | 'unfilled' | DelistedKind;
type DelistedKind = 'delisted-partly' | 'delisted-unfilled';
const DELISTED: readonly DelistedKind[] = ['delisted-partly', 'delisted-unfilled'];

/** Inferred: `CANCELED` finds whatever ended unfilled or partly filled, `PARTIALLY_FILLED` only the latter of these. */
const ENDS: Readonly<Record<StatusFilter, readonly EndKind[]>> = {
  ALL: ['filled', 'partly', 'unfilled', ...DELISTED],
  FILLED: ['filled'],
  CANCELED: ['partly', 'unfilled', ...DELISTED],
  PARTIALLY_FILLED: ['partly', 'delisted-partly'],
};

const PAGE = 'LIMIT :limit OFFSET :offset';
const IN_MARKET = '(:market IS NULL OR market = :market)';
/** Inferred: history is dated by when an order ended, not by when it was made. */
const ORDERS = `SELECT account, market, record FROM finished_order WHERE account = :account AND ${IN_MARKET}`;
const ORDERS_NEWEST = `ORDER BY finished_at_us DESC, id DESC ${PAGE}`;
const DEALS = `SELECT account, market, record FROM deal WHERE account = :account AND ${IN_MARKET}`;
/** A trade with oneself has two deals of one id. */
const DEALS_NEWEST = `ORDER BY at_us DESC, id DESC, role DESC ${PAGE}`;

/** `specOf` knows every market that was ever traded here. House accounts have no history: nobody asks for theirs. */
export function createHistory(database: DatabaseSync, specOf: (market: string) => MarketSpec): HistoryStore {
  const insertOrder = database.prepare(
    `INSERT INTO finished_order (id, account, market, client_order_id, outcome, finished_at_us, record)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertDeal = database.prepare(
    'INSERT INTO deal (id, role, account, market, order_id, client_order_id, at_us, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  // By id, which grows with time: an old order that ended late makes younger ones wait, and no index pays for it.
  const pruneOrders = database.prepare(
    `DELETE FROM finished_order WHERE finished_at_us < :before
     AND id IN (SELECT id FROM finished_order ORDER BY id LIMIT ${PRUNED_AT_ONCE})`,
  );
  const pruneDeals = database.prepare(
    `DELETE FROM deal WHERE at_us < :before AND id IN (SELECT id FROM deal ORDER BY id LIMIT ${PRUNED_AT_ONCE})`,
  );
  const orderById = database.prepare(`${ORDERS} AND id = :orderId ${ORDERS_NEWEST}`);
  const ordersByClientId = database.prepare(
    `${ORDERS} AND client_order_id = :clientOrderId AND client_order_id <> '' ${ORDERS_NEWEST}`,
  );
  const ordersByTime = database.prepare(
    `${ORDERS} AND finished_at_us BETWEEN :fromUs AND :toUs
     AND outcome IN (SELECT value FROM json_each(:ends)) ${ORDERS_NEWEST}`,
  );
  const dealsByClientId = database.prepare(
    `${DEALS} AND client_order_id = :clientOrderId AND client_order_id <> '' ${DEALS_NEWEST}`,
  );
  const dealsByTime = database.prepare(`${DEALS} AND at_us BETWEEN :fromUs AND :toUs ${DEALS_NEWEST}`);
  const dealsByOrder = database.prepare(`${DEALS} AND order_id = :orderId ${DEALS_NEWEST}`);

  const orderOf = (row: Row): OrderView =>
    orderOfRecord(text(row, 'record'), text(row, 'account') as AccountId, specOf(text(row, 'market')));
  const dealOf = (row: Row): DealEvent =>
    dealOfRecord(text(row, 'record'), text(row, 'account') as AccountId, specOf(text(row, 'market')));

  let recorded = 0;
  function countAt(atUs: number): void {
    recorded += 1;
    if (recorded % PRUNE_EVERY !== 0) return;
    const before = atUs - KEPT_US;
    pruneOrders.run({ before });
    pruneDeals.run({ before });
  }

  return {
    record(command, events) {
      // Plain inserts: a row that is there already is a fault of the program and must stop it, not be passed over.
      for (const event of events) {
        if (event.kind === 'order' && event.change === 'finish' && !isHouse(event.order.account)) {
          const { order } = event;
          const { id, account, clientOrderId, mtimeUs } = order;
          insertOrder.run(
            id,
            account,
            order.spec.name,
            clientOrderId,
            endOf(order, command),
            mtimeUs,
            orderRecord(order),
          );
          countAt(mtimeUs);
        } else if (event.kind === 'deal' && !isHouse(event.account)) {
          const { id, role, account, spec, orderId, clientOrderId, atUs } = event;
          insertDeal.run(id, role, account, spec.name, orderId, clientOrderId, atUs, dealRecord(event));
          countAt(atUs);
        }
      }
    },
    finishedOrders({ account, market, which, page }) {
      const base = { account, market, ...page };
      if ('orderId' in which) return orderById.all({ ...base, orderId: which.orderId }).map(orderOf);
      if ('clientOrderId' in which)
        return ordersByClientId.all({ ...base, clientOrderId: which.clientOrderId }).map(orderOf);
      const [window, ends] = 'delistedIn' in which ? [which.delistedIn, DELISTED] : [which.window, ENDS[which.status]];
      return ordersByTime.all({ ...base, ...window, ends: JSON.stringify(ends) }).map(orderOf);
    },
    deals({ account, market, which, page }) {
      const base = { account, market, ...page };
      if ('clientOrderId' in which)
        return dealsByClientId.all({ ...base, clientOrderId: which.clientOrderId }).map(dealOf);
      return dealsByTime.all({ ...base, ...which.window }).map(dealOf);
    },
    dealsOfOrder: (account, orderId, page) => dealsByOrder.all({ account, market: null, orderId, ...page }).map(dealOf),
  };
}

/** Only delisting ends orders in a change of a market's status. */
function endOf({ status, dealStock }: OrderView, { kind }: Pick<Command, 'kind'>): EndKind {
  if (status === 'FILLED') return 'filled';
  if (kind === 'market-status') return dealStock > 0n ? 'delisted-partly' : 'delisted-unfilled';
  return dealStock > 0n ? 'partly' : 'unfilled';
}
