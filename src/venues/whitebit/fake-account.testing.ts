/**
 * An account that answers reading requests from plain lists, in the shapes of the exchange, so that tests can change
 * what is true between any two requests. It places nothing: the practice exchange does that.
 */

import type { TradeCall, TradeReply, TradeRequest } from './call.ts';
import { answered, refusal } from './outcome-table.testing.ts';

export type FakeOrder = {
  readonly id: number;
  readonly clientId?: string;
  readonly market?: string;
  readonly filled?: string;
};
export type FakeTrade = {
  readonly id: number;
  readonly orderId: number;
  readonly clientId?: string;
  readonly market?: string;
  readonly atSec: number;
};

export type FakeAccount = {
  open: FakeOrder[];
  closed: FakeOrder[];
  trades: FakeTrade[];
  balances: Record<string, { available: string; freeze: string }>;
  /** Runs before each answer; returns another answer to give instead. */
  before: (request: TradeRequest, count: number) => TradeReply | undefined;
  readonly asked: TradeRequest[];
  readonly call: TradeCall;
};

const MARKET = 'BTC_USDT';

export function fakeAccount(): FakeAccount {
  const account: FakeAccount = {
    open: [],
    closed: [],
    trades: [],
    balances: { USDT: { available: '100', freeze: '0' } },
    before: () => undefined,
    asked: [],
    call: async (request) => {
      account.asked.push(request);
      return account.before(request, account.asked.length) ?? answer(account, request);
    },
  };
  return account;
}

function answer(account: FakeAccount, { path, parameters }: TradeRequest): TradeReply {
  const { market, orderId, clientOrderId } = parameters;
  const [limit, offset] = [Number(parameters.limit), Number(parameters.offset)];
  const page = <Row>(rows: readonly Row[]): readonly Row[] => rows.slice(offset, offset + limit);
  const named = (order: FakeOrder): boolean =>
    (market === undefined || market === (order.market ?? MARKET)) &&
    (orderId === undefined || orderId === order.id) &&
    (clientOrderId === undefined || clientOrderId === order.clientId);
  switch (path) {
    case '/api/v4/orders':
      return answered(200, page(account.open.filter(named)).map(openOrder));
    case '/api/v4/trade-account/order/history': {
      const found = account.closed.filter(named);
      if (found.length === 0 && clientOrderId !== undefined)
        return answered(422, refusal(30, { orderHistory: ['OrderHistory was not found.'] }));
      return answered(200, byMarket(page(found), closedOrder));
    }
    case '/api/v4/trade-account/executed-history': {
      const within = ({ atSec }: FakeTrade): boolean =>
        atSec >= Number(parameters.startDate) && atSec <= Number(parameters.endDate);
      const found = page(
        account.trades
          .filter((trade) => within(trade) && (market === undefined || market === (trade.market ?? MARKET)))
          .toSorted((a, b) => b.atSec - a.atSec || b.id - a.id),
      );
      return answered(200, market === undefined ? byMarket(found, deal) : found.map(deal));
    }
    case '/api/v4/trade-account/order': {
      const records = page(account.trades.filter((trade) => trade.orderId === orderId)).map((trade) => {
        const { side: _side, orderId: _orderId, ...rest } = deal(trade);
        return { ...rest, dealOrderId: 1 };
      });
      return answered(200, { records, offset, limit });
    }
    case '/api/v4/trade-account/balance':
      return answered(200, account.balances);
    default:
      return answered(404, '');
  }
}

function openOrder({ id, clientId = '', market = MARKET, filled = '0' }: FakeOrder) {
  return {
    orderId: id,
    clientOrderId: clientId,
    market,
    side: 'buy',
    type: 'limit',
    timestamp: 1595792396.165973,
    dealMoney: filled,
    dealStock: filled,
    amount: '1000',
    left: '1',
    dealFee: '0',
    price: '1',
    postOnly: false,
    ioc: false,
    status: 'OPEN',
  };
}

function closedOrder({ id, clientId = '', filled = '0' }: FakeOrder) {
  return {
    id,
    clientOrderId: clientId,
    side: 'buy',
    type: 'limit',
    ctime: 1595792396.165973,
    ftime: 1595792397.5,
    dealMoney: filled,
    dealStock: filled,
    amount: '1000',
    dealFee: '0',
    price: '1',
    status: 'CANCELED',
  };
}

function deal({ id, orderId, clientId = '', atSec }: FakeTrade) {
  return {
    id,
    clientOrderId: clientId,
    time: atSec + 0.5,
    side: 'buy',
    role: 2,
    amount: '1',
    price: '1',
    deal: '1',
    fee: '0.001',
    orderId,
    feeAsset: 'BTC',
  };
}

function byMarket<Row extends { readonly market?: string }>(
  rows: readonly Row[],
  shown: (row: Row) => unknown,
): unknown {
  if (rows.length === 0) return [];
  const lists: Record<string, unknown[]> = {};
  for (const row of rows) {
    const name = row.market ?? MARKET;
    lists[name] = [...(lists[name] ?? []), shown(row)];
  }
  return lists;
}
