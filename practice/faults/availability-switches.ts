import { done } from '../accounts/outcome.ts';
import { json } from '../api/answer.ts';
import type { MarketStatus } from '../engine/market-spec.ts';
import { REFUSALS } from '../engine/refusals.ts';
import type { Deed, FaultSwitch, Strike, Way } from './fault-switch.ts';
import { addressWay, keyWays } from './key-acts.ts';
import { marketStatus } from './market-acts.ts';
import type { ParameterName } from './parameters.ts';
import { answered, CUT, gateway, instead, refusedWith } from './replies.ts';
import { PLACING_PATHS, WHICH } from './scopes.ts';

/** Group D: limits, bans, maintenance, and an exchange that is not there. */

const API = ['/api/'] as const;
const SLOW_MS = 31_000;
const HOUR_MS = 60 * 60 * 1000;
const RETRY_AFTER_SEC = 2;
const BAN_SEC = 120;
const ELSEWHERE = 'http://elsewhere.invalid';

const request = (name: string, effect: string, way: Partial<Way>, more: readonly ParameterName[] = []): Way => ({
  name,
  effect,
  layer: 'request',
  takes: [...WHICH, ...more],
  paths: API,
  ...way,
});

export const AVAILABILITY_SWITCHES: readonly FaultSwitch[] = [
  {
    id: 'F50',
    name: 'rate-limited',
    group: 'D',
    title: '429 with Retry-After',
    ways: [
      limited('too-many', 'Nothing is done; 429 in HTML, with Retry-After.', 429, 'Too Many Requests', RETRY_AFTER_SEC),
    ],
  },
  {
    id: 'F51',
    name: 'banned',
    group: 'D',
    title: '418, banned for a while',
    ways: [
      limited(
        'teapot',
        'Nothing is done; 418, with the length of the ban as Retry-After.',
        418,
        "I'm a teapot",
        BAN_SEC,
      ),
    ],
  },
  {
    id: 'F52',
    name: 'too-many-orders',
    group: 'D',
    title: 'Too many open orders',
    ways: [
      request('refused', 'Nothing is done; the limit of open orders has been reached (code 103).', {
        paths: PLACING_PATHS,
        inner: () => refusedWith(REFUSALS.tooManyOpen),
      }),
    ],
  },
  {
    id: 'F53',
    name: 'firewall',
    group: 'D',
    title: 'HTML from a firewall',
    ways: [
      request('forbidden', 'Nothing is done; 403 and a page that asks to prove to be human.', {
        outer: instead(gateway(403, 'Forbidden: checking your browser')),
      }),
      request('as-success', 'Nothing is done; status 200 and a page in HTML.', {
        outer: instead(gateway(200, 'Checking your browser')),
      }),
    ],
  },
  {
    id: 'F54',
    name: 'not-trading',
    group: 'D',
    title: 'Halt, post-only, maintenance',
    ways: [
      marketWay('halted', 'The market takes no new orders; cancelling works. Reopened when switched off.', 'halted'),
      marketWay('post-only', 'The market takes post-only limit orders alone. Reopened when switched off.', 'post-only'),
      request(
        'maintenance',
        'Every request is answered 503, the platform status says maintenance, no new WebSocket opens.',
        {
          outer: async (_strike, { path }) =>
            path === '/api/v4/public/platform/status'
              ? answered(json(200, { status: 'system maintenance' }))
              : answered(gateway(503, 'Service Temporarily Unavailable')),
          connect: () => ({ status: 503 }),
        },
      ),
    ],
  },
  {
    id: 'F55',
    name: 'reply-late',
    group: 'D',
    title: 'Answers after half a minute',
    ways: [
      request(
        'after-executing',
        'The request is carried out at once and answered after the delay.',
        {
          outer: async ({ terms, hold }, _call, next) => {
            const reply = await next();
            await hold(terms.delayMs ?? SLOW_MS);
            return reply;
          },
          defaults: { delayMs: SLOW_MS },
        },
        ['delayMs'],
      ),
    ],
  },
  {
    id: 'F57',
    name: 'redirected',
    group: 'D',
    title: 'A redirect to another host',
    ways: [
      request('moved', `Nothing is done; 307 to ${ELSEWHERE}.`, {
        outer: async (_strike, { target }) =>
          answered(gateway(307, 'Temporary Redirect'), { location: `${ELSEWHERE}${target}` }),
      }),
    ],
  },
  {
    id: 'F58',
    name: 'down',
    group: 'D',
    title: 'Not there for an hour',
    ways: [
      {
        name: 'unreachable',
        effect:
          'Open WebSockets are cut and every request and new WebSocket too, until the duration is over by the clock of the exchange.',
        layer: 'request',
        takes: ['durationMs'],
        defaults: { durationMs: HOUR_MS },
        paths: API,
        act: cutEverybody,
        outer: async (strike, _call, next) => (isDown(strike) ? CUT : next()),
        connect: (strike) => (isDown(strike) ? 'cut' : null),
      },
    ],
  },
  {
    id: 'F59',
    name: 'foreign-address',
    group: 'D',
    title: 'Our address changes, the key is bound',
    ways: [addressWay],
  },
  { id: 'F60', name: 'key-changed', group: 'D', title: 'Key off, gone, or with other permissions', ways: keyWays },
];

function limited(name: string, effect: string, status: number, words: string, seconds: number): Way {
  return request(
    name,
    effect,
    {
      outer: async ({ terms }) =>
        answered(gateway(status, words), { 'retry-after': String(terms.retryAfterSec ?? seconds) }),
      defaults: { retryAfterSec: seconds },
    },
    ['retryAfterSec'],
  );
}

function marketWay(name: string, effect: string, status: MarketStatus): Way {
  return {
    name,
    effect,
    layer: 'market',
    takes: ['market'],
    needs: ['market'],
    act: (deed) => marketStatus(deed, status),
  };
}

async function cutEverybody({ world }: Deed) {
  for (const socket of world.sockets()) socket.cut();
  return done({ undo: null });
}

function isDown({ world, terms, armedAtMs, miss }: Strike): boolean {
  const isOver = world.clock.nowMs() - armedAtMs >= (terms.durationMs ?? HOUR_MS);
  if (isOver) miss();
  return !isOver;
}
