import { done } from '../accounts/outcome.ts';
import type { OpenSocket } from '../stream/delivery.ts';
import type { Act, Deed, FaultSwitch, Strike, Way } from './fault-switch.ts';
import { fed } from './feed-switches.ts';
import { fieldsOf } from './frames.ts';
import type { ParameterName } from './parameters.ts';
import { silence } from './replies.ts';
import { HEARD, WHICH } from './scopes.ts';

/** Group C where it is about connections: cut, half-open, refused, never subscribed, no longer authorized. */

const GOING_AWAY = 1001;
const SERVICE_RESTART = 1012;
const DAY_MS = 24 * 60 * 60 * 1000;
const TOKEN_PATHS = ['/api/v4/profile/websocket_token'] as const;
const SERVICE_UNAVAILABLE = { code: 3, message: 'service unavailable' } as const;
const WHOSE: readonly ParameterName[] = ['email', 'channel'];

export const CONNECTION_SWITCHES: readonly FaultSwitch[] = [
  {
    id: 'F43',
    name: 'disconnected',
    group: 'C',
    title: 'Connections end',
    ways: [
      socketWay('closed', 'Open WebSockets are closed with a code (1001 unless said).', closing(GOING_AWAY), [
        'closeCode',
      ]),
      socketWay('restart', 'Open WebSockets are closed with 1012, the notice of a restart.', closing(SERVICE_RESTART)),
      socketWay('cut', 'Open WebSockets are cut without a close frame.', (socket) => socket.cut()),
      {
        name: 'day-over',
        effect:
          'A WebSocket is closed with 1001 when it has been open for a day since this was armed (or the duration).',
        layer: 'stream',
        takes: [...WHOSE, 'durationMs', 'closeCode'],
        defaults: { durationMs: DAY_MS, closeCode: GOING_AWAY },
        beat: closeOldSockets,
      },
    ],
  },
  {
    id: 'F44',
    name: 'reconnect-refused',
    group: 'C',
    title: 'New connections are refused',
    ways: [
      connectWay('cut', 'New WebSockets are cut before the handshake.', 'cut'),
      connectWay('unavailable', 'The handshake of new WebSockets is answered 503.', { status: 503 }),
      connectWay('too-many', 'The handshake of new WebSockets is answered 429.', { status: 429 }),
    ],
  },
  {
    id: 'F45',
    name: 'half-open',
    group: 'C',
    title: 'Half-open connections',
    ways: [
      socketWay('socket', 'Open WebSockets are frozen: nothing is read or written, the connection stays.', (socket) =>
        socket.freeze(),
      ),
      {
        name: 'http',
        effect: 'Requests are taken and never answered; the connection stays.',
        layer: 'request',
        takes: WHICH,
        outer: silence,
      },
    ],
  },
  {
    id: 'F46',
    name: 'subscription-lost',
    group: 'C',
    title: 'A subscription is lost or refused',
    ways: [
      fed('lost', 'Subscribing succeeds, and nothing ever comes of it.', () => {}, {
        channels: ['depth', 'trades', 'lastprice', 'candles', 'market', 'bookTicker', 'deals', 'ordersPending'],
      }),
      {
        name: 'refused',
        effect: 'What succeeds on an open WebSocket is answered with code 3, and no updates come.',
        layer: 'stream',
        takes: HEARD,
        frame: ({ miss }, { channel, message }, send) => {
          if (channel !== null) return;
          if (fieldsOf(message.result).status === 'success')
            return send({ ...message, result: null, error: SERVICE_UNAVAILABLE });
          miss();
          send(message);
        },
      },
    ],
  },
  {
    id: 'F47',
    name: 'authorization-ends',
    group: 'C',
    title: 'The private stream ends',
    ways: [
      {
        name: 'worthless-token',
        effect: 'The token for the WebSocket is one that has run out: authorize refuses it.',
        layer: 'request',
        takes: WHICH,
        paths: TOKEN_PATHS,
        inner: async (_strike, call, handle) => {
          const answer = await handle(call);
          if (answer.kind !== 'json' || answer.status !== 200) return answer;
          return { ...answer, body: { ...fieldsOf(answer.body), websocket_token: '0'.repeat(64) } };
        },
      },
      socketWay(
        'ended',
        'WebSockets with an account are closed with 1008, as when a token runs out (inferred).',
        (socket) => {
          if (socket.account !== null) socket.close(1008);
        },
      ),
    ],
  },
];

function socketWay(
  name: string,
  effect: string,
  work: (socket: OpenSocket, deed: Deed) => void,
  more: readonly ParameterName[] = [],
): Way {
  const act: Act = async (deed) => {
    for (const socket of socketsOf(deed)) work(socket, deed);
    return done({ undo: null });
  };
  return { name, effect, layer: 'stream', takes: [...WHOSE, ...more], act };
}

function closing(code: number): (socket: OpenSocket, deed: Deed) => void {
  return (socket, { terms }) => socket.close(terms.closeCode ?? code);
}

function socketsOf({ world, account, terms }: Deed): readonly OpenSocket[] {
  return world
    .sockets()
    .filter((socket) => account === null || socket.account === account.id)
    .filter((socket) => terms.channel === null || socket.channels.includes(terms.channel));
}

function connectWay(name: string, effect: string, verdict: 'cut' | { readonly status: number }): Way {
  return { name, effect, layer: 'stream', takes: ['probability', 'count', 'seed'], connect: () => verdict };
}

/** A socket's age is counted from when it was first seen, or from the arming. */
function closeOldSockets({ world, terms, account, armedAtMs, memory, miss }: Strike): void {
  miss();
  const nowMs = world.clock.nowMs();
  const open = world.sockets();
  const seen = new Map(
    open.map(({ connection }) => [
      connection,
      memory.get(String(connection)) ?? (memory.size === 0 ? armedAtMs : nowMs),
    ]),
  );
  memory.clear();
  for (const [connection, since] of seen) memory.set(String(connection), since);
  for (const socket of open) {
    if (account !== null && socket.account !== account) continue;
    if (nowMs - Number(seen.get(socket.connection)) >= (terms.durationMs ?? DAY_MS))
      socket.close(terms.closeCode ?? GOING_AWAY);
  }
}
