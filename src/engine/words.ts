/** What is being done about an order, for whoever looks at it: cause, since when, what comes next. */

import { isBlocked } from './inquiry.ts';
import type { Order } from './state.ts';

export type Doing = {
  readonly code:
    | 'sending'
    | 'asking'
    | 'waiting-for-proof'
    | 'blocked'
    | 'cancelling'
    | 'waiting-for-fills'
    | 'nothing';
  readonly text: string;
  readonly sinceMs: number | null;
  /** When the next question goes out; null: none is due. */
  readonly nextAtMs: number | null;
};

export function doingAbout(order: Order): Doing {
  const { status, inquiry } = order;
  const nextAtMs = inquiry === null ? null : inquiry.nextAtMs;
  switch (status.kind) {
    case 'submitting':
      return { code: 'sending', text: 'On its way to the exchange.', sinceMs: order.createdAtMs, nextAtMs: null };
    case 'unknown': {
      const { sinceMs } = status;
      if (isBlocked(order)) {
        const text = 'It may still arrive at any time. Look at the exchange; if it is not there, say so.';
        return { code: 'blocked', text, sinceMs, nextAtMs };
      }
      if (inquiry !== null && inquiry.absentAtMs !== null)
        return { code: 'waiting-for-proof', text: 'Not found once; looking a second time.', sinceMs, nextAtMs };
      return {
        code: 'asking',
        text: 'No clear answer came. Asking the exchange what became of it.',
        sinceMs,
        nextAtMs,
      };
    }
    case 'cancelling': {
      const text =
        status.cancel === 'sent' ? 'Being cancelled.' : 'The cancellation is in doubt: asking what became of it.';
      return { code: 'cancelling', text, sinceMs: status.sinceMs, nextAtMs };
    }
    case 'open':
    case 'closed': {
      if (order.toldBase.gt(order.filledBase) || (status.kind === 'closed' && !order.settled)) {
        const missing = order.toldBase.sub(order.filledBase).toString();
        const text = `The exchange reports ${missing} more than the trades we know: asking for them.`;
        return { code: 'waiting-for-fills', text, sinceMs: inquiry?.sinceMs ?? null, nextAtMs };
      }
      return { code: 'nothing', text: '', sinceMs: null, nextAtMs: null };
    }
  }
}
