/** Orders of the stub exchange: they rest or fill as a test says, and everything that was placed is kept. */

export type StubOrder = {
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly market: string;
  readonly side: string;
  readonly type: string;
  readonly amount: string;
  readonly price: string;
  readonly activation_price?: string;
  readonly postOnly: boolean;
  readonly ioc: boolean;
  dealStock: string;
  dealMoney: string;
  status: 'OPEN' | 'FILLED' | 'CANCELED';
};

export class StubOrders {
  readonly all: StubOrder[] = [];
  /** Called with each new order before it is answered; may fill it, or wait. */
  onPlace: (order: StubOrder) => void | Promise<void> = () => {};
  /** Best bid and ask of every market, and the price of its last trade. */
  quote = { bid: '99.9', ask: '100.1', last: '100' };
  #nextId = 1;

  /** Null: not a path of orders. */
  async answer(path: string, body: Record<string, unknown>): Promise<readonly [number, unknown] | null> {
    switch (path) {
      case '/api/v4/order/new':
        return this.#single(await this.#place(body, 'limit'));
      case '/api/v4/order/stop_limit':
        return this.#single(await this.#place(body, 'stop limit'));
      case '/api/v4/order/bulk': {
        const results: unknown[] = [];
        for (const one of body.orders as Record<string, unknown>[]) results.push(await this.#place(one, 'limit'));
        const item = (result: unknown) =>
          'errors' in (result as object) ? { result: null, error: result } : { result, error: null };
        return [200, results.map(item)];
      }
      case '/api/v4/order/cancel': {
        if (body.market === undefined) return null;
        const found = this.#find(body).find((order) => order.status === 'OPEN');
        if (found === undefined) return [422, NOT_FOUND];
        found.status = 'CANCELED';
        return [200, shown(found)];
      }
      case '/api/v4/orders':
        return [
          200,
          this.#find(body)
            .filter((order) => order.status === 'OPEN')
            .map(shown),
        ];
      case '/api/v4/trade-account/order/history': {
        const ended = this.#find(body).filter((order) => order.status !== 'OPEN');
        if (ended.length > 0) return [200, { [ended[0]?.market ?? '']: ended.map(finished) }];
        return body.clientOrderId === undefined ? [200, []] : [422, NO_HISTORY];
      }
      case '/api/v4/trade-account/order':
        return [200, { records: [], offset: 0, limit: 100 }];
      case '/api/v4/profile/websocket_token':
        return [200, { websocket_token: 'token' }];
      default:
        return null;
    }
  }

  public(path: string): readonly [number, unknown] | null {
    const { ask, bid, last } = this.quote;
    const nowSec = Math.floor(Date.now() / 1_000);
    if (path === '/api/v4/public/markets') return [200, ['BTC_USDT', 'ETH_USDT', 'DMG_USDT'].map(market)];
    if (path === '/api/v4/public/ticker') return [200, { BTC_USDT: ticker(last), ETH_USDT: ticker(last) }];
    if (path.startsWith('/api/v4/public/orderbook/'))
      return [200, { ticker_id: 'x', timestamp: nowSec, asks: [[ask, '1000']], bids: [[bid, '1000']] }];
    if (path.startsWith('/api/v4/public/trades/'))
      return [
        200,
        [{ tradeID: 1, price: last, quote_volume: '1', base_volume: last, trade_timestamp: nowSec, type: 'buy' }],
      ];
    return null;
  }

  #single(placed: StubOrder | Refused): readonly [number, unknown] {
    return 'errors' in placed ? [422, placed] : [200, shown(placed)];
  }

  async #place(body: Record<string, unknown>, type: string): Promise<StubOrder | Refused> {
    const order: StubOrder = {
      orderId: this.#nextId,
      clientOrderId: String(body.clientOrderId),
      market: String(body.market),
      side: String(body.side),
      type,
      amount: String(body.amount),
      price: String(body.price),
      ...(body.activation_price === undefined ? {} : { activation_price: String(body.activation_price) }),
      postOnly: body.postOnly === true,
      ioc: body.ioc === true,
      dealStock: '0',
      dealMoney: '0',
      status: 'OPEN',
    };
    this.#nextId += 1;
    this.all.push(order);
    await this.onPlace(order);
    return order;
  }

  #find(body: Record<string, unknown>): StubOrder[] {
    return this.all.filter(
      (order) =>
        (body.market === undefined || order.market === body.market) &&
        (body.orderId === undefined || order.orderId === body.orderId) &&
        (body.clientOrderId === undefined || order.clientOrderId === body.clientOrderId),
    );
  }
}

type Refused = { readonly code: number; readonly message: string; readonly errors: unknown };
const NOT_FOUND = {
  code: 2,
  message: 'Inner validation failed',
  errors: { orderId: ['Unexecuted order was not found.'] },
};
const NO_HISTORY = {
  code: 30,
  message: 'Validation failed',
  errors: { orderHistory: ['OrderHistory was not found.'] },
};

function shown(order: StubOrder) {
  return { ...order, timestamp: 1_700_000_000.5, left: order.amount, dealFee: '0' };
}

function finished({ orderId, market: _market, ...order }: StubOrder) {
  return { ...order, id: orderId, ctime: 1_700_000_000.5, ftime: 1_700_000_001.5, dealFee: '0' };
}

function market(name: string) {
  const [stock, money] = name.split('_');
  return {
    ...{ name, stock, money, stockPrec: '6', moneyPrec: '2', feePrec: '4', makerFee: '0.1', takerFee: '0.1' },
    ...{ minAmount: '0.001', minTotal: '5', maxTotal: '0', tradesEnabled: true, isCollateral: false, type: 'spot' },
  };
}

function ticker(last: string) {
  return {
    base_id: 1,
    quote_id: 1,
    last_price: last,
    quote_volume: '5000000',
    base_volume: '1',
    isFrozen: false,
    change: '0',
  };
}
