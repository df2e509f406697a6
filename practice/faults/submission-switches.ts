import { json } from '../api/answer.ts';
import { REFUSALS, refuse } from '../engine/refusals.ts';
import type { FaultSwitch, Way } from './fault-switch.ts';
import type { ParameterName } from './parameters.ts';
import { answered, CUT, changing, gateway, instead, refusedWith, silence, unreadable } from './replies.ts';
import { withoutField } from './rewriting.ts';
import { ORDER_PATHS, PLACING_PATHS, WHICH } from './scopes.ts';

/** Group A where it happens around a whole request: what is lost, late or unreadable between client and exchange. */

const LATE_MS = 3_000;
/** Far beyond the five seconds on either side of a nonce window. */
const VERY_LATE_MS = 60_000;

const request = (name: string, effect: string, way: Partial<Way>, more: readonly ParameterName[] = []): Way => ({
  name,
  effect,
  layer: 'request',
  takes: [...WHICH, ...more],
  paths: ORDER_PATHS,
  ...way,
});

function statusWay(status: number, words: string): Way {
  return request(
    String(status),
    `The gateway answers ${status} in HTML; the order was carried out all the same, unless told otherwise.`,
    { outer: instead(gateway(status, words)), defaults: { executed: true } },
    ['executed'],
  );
}

export const SUBMISSION_SWITCHES: readonly FaultSwitch[] = [
  {
    id: 'F01',
    name: 'reply-lost',
    group: 'A',
    title: 'Carried out, reply lost',
    ways: [
      request('cut', 'The request is carried out, then the connection is cut instead of an answer.', {
        outer: async (_strike, _call, next) => {
          await next();
          return CUT;
        },
      }),
      request('silence', 'The request is carried out; no answer ever comes and the connection stays.', {
        outer: async (strike, _call, next) => {
          await next();
          return silence(strike);
        },
      }),
    ],
  },
  {
    id: 'F02',
    name: 'request-lost',
    group: 'A',
    title: 'Never arrived',
    ways: [
      request('cut', 'The connection is cut before anybody has read the request.', { outer: async () => CUT }),
      request('silence', 'The request is read past; no answer ever comes and the connection stays.', {
        outer: silence,
      }),
    ],
  },
  {
    id: 'F03',
    name: 'request-late',
    group: 'A',
    title: 'Delivered late',
    ways: [
      request(
        'fixed',
        'The request lies still for the delay and is then judged and carried out, also when its client has gone.',
        {
          outer: async ({ terms, hold }, _call, next) => {
            await hold(terms.delayMs ?? LATE_MS);
            return next();
          },
          defaults: { delayMs: LATE_MS },
        },
        ['delayMs'],
      ),
      request(
        'random',
        'As before, after a share of the delay drawn from the seed.',
        {
          outer: async ({ terms, hold, draw }, _call, next) => {
            await hold(Math.floor((terms.delayMs ?? LATE_MS) * draw()));
            return next();
          },
          defaults: { delayMs: LATE_MS },
        },
        ['delayMs'],
      ),
    ],
  },
  {
    id: 'F04',
    name: 'order-very-late',
    group: 'A',
    title: 'Delivered late, as on an exchange without a window',
    ways: [
      request(
        'after-checks',
        'The request passes every check when it comes in, the nonce window too, and is carried out after the delay.',
        {
          inner: async ({ terms, hold }, call, handle) => {
            await hold(terms.delayMs ?? VERY_LATE_MS);
            return handle(call);
          },
          defaults: { delayMs: VERY_LATE_MS },
        },
        ['delayMs'],
      ),
    ],
  },
  {
    id: 'F05',
    name: 'gateway-error',
    group: 'A',
    title: 'Answered 5xx',
    ways: [
      statusWay(502, 'Bad Gateway'),
      statusWay(503, 'Service Temporarily Unavailable'),
      statusWay(504, 'Gateway Time-out'),
      statusWay(500, 'Internal Server Error'),
    ],
  },
  {
    id: 'F06',
    name: 'overload',
    group: 'A',
    title: 'Overloaded, not carried out',
    ways: [
      request(
        'try-later',
        'Nothing is done; the answer is code 15, "Please try again later." (status 503, inferred).',
        {
          outer: async () =>
            answered(
              json(503, { code: 15, message: 'Validation failed', errors: { error: ['Please try again later.'] } }),
            ),
        },
      ),
    ],
  },
  {
    id: 'F07',
    name: 'duplicate-answer',
    group: 'A',
    title: '"Duplicate client order id" for our own order',
    ways: [
      request('after', 'The order is made, and the answer says that its client order id is in use.', {
        paths: PLACING_PATHS,
        inner: async (_strike, call, handle) => {
          await handle(call);
          return refusedWith(REFUSALS.clientIdUsed);
        },
      }),
    ],
  },
  {
    id: 'F14',
    name: 'refused',
    group: 'A',
    title: 'Definite refusal',
    ways: [
      refusal('funds', 'Nothing is done; "Not enough balance." (code 10).', REFUSALS.notEnough),
      refusal(
        'post-only',
        'Nothing is done; the order would not have been a maker (code 13).',
        REFUSALS.postOnlyCrosses,
      ),
      refusal(
        'filter',
        'Nothing is done; the amount is below the minimum (code 32).',
        refuse(32, 'amount', 'Given amount is less than min amount 1000000'),
      ),
    ],
  },
  {
    id: 'F15',
    name: 'broken-answer',
    group: 'A',
    title: 'Success with a broken body',
    ways: [
      request('malformed', 'Carried out; the body claims to be JSON and is none.', {
        outer: unreadable('{"orderId": 12, "market": '),
      }),
      request('truncated', 'Carried out; the body and the connection end in the middle.', {
        outer: async (_strike, _call, next) => {
          const reply = await next();
          return reply.kind === 'answer' ? { kind: 'torn', answer: reply.answer } : reply;
        },
      }),
      request('renamed', 'Carried out; `orderId` is called `order_identifier`.', {
        outer: changing((answer) => (answer.kind === 'json' ? { ...answer, body: renamedId(answer.body) } : answer)),
      }),
      request('retyped', 'Carried out; `orderId` is an object and amounts are lists.', {
        outer: changing((answer) => (answer.kind === 'json' ? { ...answer, body: retyped(answer.body) } : answer)),
      }),
      request('empty', 'Carried out; status 200 with nothing in the body.', {
        outer: unreadable(''),
      }),
    ],
  },
  {
    id: 'F19',
    name: 'crossed-replies',
    group: 'A',
    title: 'The reply of another request',
    ways: [
      request('previous', 'Carried out; the answer is that of the request before it on the same path.', {
        outer: async ({ memory, miss }, { path }, next) => {
          const reply = await next();
          const other = memory.get(path);
          if (reply.kind === 'answer') memory.set(path, reply.answer);
          if (other === undefined || reply.kind !== 'answer') {
            miss();
            return reply;
          }
          return { ...reply, answer: other as typeof reply.answer };
        },
      }),
    ],
  },
];

function refusal(name: string, effect: string, refused: Parameters<typeof refusedWith>[0]): Way {
  return request(name, effect, { paths: PLACING_PATHS, inner: () => refusedWith(refused) });
}

function renamedId(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(renamedId);
  if (typeof body !== 'object' || body === null || !('orderId' in body)) return body;
  return { ...Object(withoutField(body, 'orderId')), order_identifier: body.orderId };
}

function retyped(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(retyped);
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      if (name === 'orderId') return [name, { value }];
      return [name, typeof value === 'string' && /^-?\d/.test(value) ? [value] : value];
    }),
  );
}
