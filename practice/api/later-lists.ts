import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { Answer, Handler, Handlers } from './answer.ts';
import { json } from './answer.ts';
import type { Checked } from './list-call.ts';
import { HISTORY_PAGE, listCall, OPEN_PAGE, windowFaults } from './list-call.ts';
import type { PageRule } from './parameters.ts';

/** Lists of margin and futures: nothing is ever in them, but parameters are checked and shapes kept. */

const FUNDING_PAGE: PageRule = { limitDefault: 100, limitMax: 500, offsetMax: 10_000 };

export function laterListHandlers(exchange: Pick<DurableExchange, 'query'>): Handlers {
  const list = (rule: PageRule, answer: (call: Checked) => Answer, withWindow = false): Handler =>
    listCall(exchange, { page: rule, checks: withWindow ? [windowFaults] : [] }, answer);
  const empty = (): Answer => json(200, []);
  return {
    '/api/v4/oco-orders': list(OPEN_PAGE, empty),
    '/api/v4/conditional-orders': list(OPEN_PAGE, ({ page }) => json(200, { ...page, total: 0, records: [] })),
    '/api/v4/collateral-account/positions/open': list(OPEN_PAGE, empty),
    '/api/v4/collateral-account/positions/history': list(HISTORY_PAGE, empty, true),
    '/api/v4/collateral-account/positions/closed-pnl': list(OPEN_PAGE, empty, true),
    '/api/v4/collateral-account/funding-history': list(FUNDING_PAGE, ({ page }) => json(200, { records: [], ...page })),
  };
}
