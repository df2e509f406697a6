import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { AskedWindow, WindowRefusal } from '../exchange/history-window.ts';
import { historyWindow } from '../exchange/history-window.ts';
import type { AccountId } from '../ports.ts';
import type { Answer, Call, Handler, Params } from './answer.ts';
import { invalid } from './answer.ts';
import { everListed, refused } from './order-form.ts';
import type { Page, PageRule } from './parameters.ts';
import { Faults, integerOf, present, tradePage } from './parameters.ts';

/** What all lists of orders and deals have in common: a page, a market, and checks of their own. */

export const OPEN_PAGE: PageRule = { limitDefault: 50, limitMax: 100, offsetMax: 10_000 };
export const HISTORY_PAGE: PageRule = { limitDefault: 50, limitMax: 500, offsetMax: 10_000 };

export type Check = (params: Params, faults: Faults, nowMs: number) => void;

export type Checked = {
  readonly account: AccountId;
  readonly params: Params;
  readonly nowMs: number;
  readonly page: Page;
  /** Null: every market. */
  readonly market: string | null;
};

export function listCall(
  exchange: Pick<DurableExchange, 'query'>,
  rule: { readonly page: PageRule; readonly checks: readonly Check[] },
  answer: (call: Checked) => Answer,
): Handler {
  return ({ account, params, nowMs }: Call) => {
    const faults = new Faults();
    const page = tradePage(params, rule.page, faults);
    for (const check of rule.checks) check(params, faults, nowMs);
    if (faults.any) return invalid(422, 30, faults.errors);
    let market: string | null = null;
    if (present(params, 'market')) {
      const found = everListed(exchange.query, params.market);
      if ('code' in found) return refused(found);
      market = found.spec.name;
    }
    return answer({ account: account.id, params, nowMs, page, market });
  };
}

export function orderIdIsInteger(params: Params, faults: Faults): void {
  if (present(params, 'orderId') && integerOf(params.orderId) === null)
    faults.add('orderId', 'OrderId field should be an integer.');
}

/** The wordings are inferred but for that of a window that is too long. */
const WINDOW_FAULTS: Readonly<Record<WindowRefusal, { readonly field: string; readonly message: string }>> = {
  'start-after-end': { field: 'startDate', message: 'startDate should be less than endDate.' },
  'too-long': { field: 'endDate', message: 'api.validation.dateTime.maxRange' },
};

/** Whole seconds, at most 31 days apart. */
export function windowFaults(params: Params, faults: Faults, nowMs: number): void {
  for (const name of ['startDate', 'endDate'])
    if (present(params, name) && integerOf(params[name]) === null)
      faults.add(name, `${name} field should be an integer.`);
  const window = historyWindow(askedWindow(params), nowMs);
  if (typeof window !== 'string') return;
  const { field, message } = WINDOW_FAULTS[window];
  faults.add(field, message);
}

export function askedWindow(params: Params): AskedWindow {
  return { startSec: integerOf(params.startDate), endSec: integerOf(params.endDate) };
}
