import type { Market } from '../ports.ts';
import type { Answer, Call, Handler, Handlers, Params } from './answer.ts';
import { invalid, json } from './answer.ts';
import { findListing, refused } from './order-validation.ts';
import type { Page, PageRule } from './parameters.ts';
import { Faults, integerOf, present, tradePage } from './parameters.ts';

/** Lists of orders, deals and positions: empty while the desk is closed, in the shapes and with the checks they keep. */

const OPEN_PAGE: PageRule = { limitDefault: 50, limitMax: 100, offsetMax: 10_000 };
const HISTORY_PAGE: PageRule = { limitDefault: 50, limitMax: 500, offsetMax: 10_000 };
const DEALS_PAGE: PageRule = { limitDefault: 100, limitMax: 500, offsetMax: 10_000 };
const WINDOW_MAX_SEC = 31 * 86_400;
const HISTORY_STATUSES: readonly unknown[] = ['ALL', 'FILLED', 'CANCELED', 'PARTIALLY_FILLED'];

type Check = (params: Params, faults: Faults) => void;

export function orderListHandlers(market: Market): Handlers {
  const list = (rule: PageRule, checks: readonly Check[], answer: (call: Call, page: Page) => Answer): Handler => {
    return (call) => {
      const faults = new Faults();
      const page = tradePage(call.params, rule, faults);
      for (const check of checks) check(call.params, faults);
      if (faults.any) return invalid(422, 30, faults.errors);
      if (present(call.params, 'market')) {
        const listing = findListing(market, call.params.market);
        if ('code' in listing) return refused(listing);
      }
      return answer(call, page);
    };
  };
  const empty = (): Answer => json(200, []);
  const paged = (_call: Call, page: Page): Answer => json(200, { records: [], limit: page.limit, offset: page.offset });
  const pagedWithTotal = (_call: Call, page: Page): Answer =>
    json(200, { limit: page.limit, offset: page.offset, total: 0, records: [] });
  /** An id of one's own that nothing carries is refused; any other search finds nothing. */
  const history = ({ params }: Call): Answer =>
    present(params, 'clientOrderId')
      ? invalid(422, 30, { orderHistory: ['OrderHistory was not found.'] })
      : // An empty map is printed as an empty list: observed for order/history, inferred for executed-history.
        json(200, []);

  return {
    '/api/v4/orders': list(OPEN_PAGE, [idsNeedMarket], empty),
    '/api/v4/oco-orders': list(OPEN_PAGE, [], empty),
    '/api/v4/conditional-orders': list(OPEN_PAGE, [], pagedWithTotal),
    '/api/v4/order/kill-switch/status': list(OPEN_PAGE, [], empty),
    '/api/v4/trade-account/executed-history': list(HISTORY_PAGE, [window], history),
    '/api/v4/trade-account/order': list(DEALS_PAGE, [orderIdRequired], paged),
    '/api/v4/trade-account/order/history': list(HISTORY_PAGE, [window, statusKnown], history),
    '/api/v4/trade-account/order/history/query': list(HISTORY_PAGE, [window], empty),
    '/api/v4/collateral-account/positions/open': list(OPEN_PAGE, [], empty),
    '/api/v4/collateral-account/positions/history': list(HISTORY_PAGE, [window], empty),
    '/api/v4/collateral-account/positions/closed-pnl': list(OPEN_PAGE, [window], empty),
    '/api/v4/collateral-account/funding-history': list(DEALS_PAGE, [], paged),
  };
}

function idsNeedMarket(params: Params, faults: Faults): void {
  if ((present(params, 'orderId') || present(params, 'clientOrderId')) && !present(params, 'market'))
    faults.add('market', 'Market field is required.');
  if (present(params, 'orderId') && integerOf(params.orderId) === null)
    faults.add('orderId', 'OrderId field should be an integer.');
}

function orderIdRequired(params: Params, faults: Faults): void {
  if (!present(params, 'orderId')) faults.add('orderId', 'OrderId field is required.');
  else if (integerOf(params.orderId) === null) faults.add('orderId', 'OrderId field should be an integer.');
}

function statusKnown(params: Params, faults: Faults): void {
  if (present(params, 'status') && !HISTORY_STATUSES.includes(params.status))
    faults.add('status', 'Status field should contain only ALL, FILLED, CANCELED or PARTIALLY_FILLED.');
}

/** Whole seconds, at most 31 days apart. The wordings are inferred: no source prints them. */
function window(params: Params, faults: Faults): void {
  const bounds = (['startDate', 'endDate'] as const).map((name) => {
    if (!present(params, name)) return null;
    const seconds = integerOf(params[name]);
    if (seconds === null) faults.add(name, `${name} field should be an integer.`);
    return seconds;
  });
  const [startSec = null, endSec = null] = bounds;
  if (startSec === null || endSec === null) return;
  if (startSec > endSec) faults.add('startDate', 'startDate should be less than endDate.');
  else if (endSec - startSec > WINDOW_MAX_SEC) faults.add('endDate', 'api.validation.dateTime.maxRange');
}
