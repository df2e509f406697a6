import type { OrderReply, Reply } from '../engine/commands.ts';
import type { Refused } from '../engine/refusals.ts';
import { restOrder } from '../engine/render.ts';
import type { Outcome } from '../exchange/durable-exchange.ts';
import type { Answer } from './answer.ts';
import { invalid, json } from './answer.ts';

/** What became of a command, as its caller is told. */

/** Nothing was done and nothing will be: the caller may send it again. */
export const SERVICE_UNAVAILABLE: Answer = {
  kind: 'text',
  status: 503,
  body: '<html><head><title>503 Service Temporarily Unavailable</title></head><body>Service Unavailable</body></html>\n',
};
/** Nobody can say whether it was done: what a gateway answers that lost the exchange behind it. */
export const OUTCOME_UNKNOWN: Answer = {
  kind: 'text',
  status: 502,
  body: '<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>\n',
};

/** The engine's reply, or the answer to a command it never replied to. */
export function replyOf(outcome: Outcome): Exclude<Reply, Refused> | Answer {
  switch (outcome.kind) {
    case 'done':
      return outcome.reply.ok ? outcome.reply : refusedAnswer(outcome.reply);
    case 'impossible':
      return invalid(422, 30, { request: [outcome.message] });
    case 'not-taken':
      return outcome.reason === 'unknown' ? OUTCOME_UNKNOWN : SERVICE_UNAVAILABLE;
  }
}

export function isAnswer(value: Exclude<Reply, Refused> | Answer): value is Answer {
  return 'kind' in value;
}

export function orderAnswer(outcome: Outcome): Answer {
  const reply = replyOf(outcome);
  if (isAnswer(reply)) return reply;
  if ('order' in reply) return json(200, restOrder(reply.order));
  throw new TypeError('The engine answered an order with something else');
}

/** Items of a bulk, one an order. */
export function repliesOf(outcome: Outcome): readonly OrderReply[] | Answer {
  const reply = replyOf(outcome);
  if (isAnswer(reply)) return reply;
  if ('orders' in reply) return reply.orders;
  throw new TypeError('The engine answered a bulk with something else');
}

function refusedAnswer({ status, code, message, errors }: Refused): Answer {
  return json(status, { code, message, errors });
}
