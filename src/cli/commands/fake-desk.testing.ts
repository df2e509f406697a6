/** A workplace without processes: a desk and a custody that answer what a test tells them, and remember what was asked. */

import { createECDH } from 'node:crypto';
import type { Attempt, Connection, Trouble } from '../../contract/exchanges.ts';
import type { LiveMessage, WatchMessage } from '../../contract/live.ts';
import type { CustodyStatus } from '../../custody/protocol.ts';
import { SEAL_CURVE, sealingFingerprint } from '../../custody/sealing.ts';
import { manualClock } from '../../shell/manual-clock.ts';
import { systemRandom } from '../../shell/random.ts';
import { CliError, noDesk } from '../cli-error.ts';
import type { CustodyLink } from '../custody-link.ts';
import type { DeskClient } from '../desk-client.ts';
import { run } from '../program.ts';
import { type FakeTerminal, fakeTerminal } from '../terminal.testing.ts';
import type { Workplace } from '../workplace.ts';

export const ID = 'abcdefghijklmnopqrstuvwxyz';
export const NOW_MS = 1_790_000_000_000;
export const OWNER = 'ownerownerownerownerownero';

const SEALING_KEY = createECDH(SEAL_CURVE).generateKeys().toString('base64url');

export function connectionOf(over: Partial<Connection> = {}): Connection {
  const worth = { value: '9812.1', currency: 'USDT' as const, reason: '' };
  return {
    id: ID,
    venue: 'whitebit',
    venueName: 'WhiteBIT',
    label: 'Main account',
    purpose: 'trade',
    practice: false,
    keyHint: '70bd…64d6',
    status: 'connected',
    statusText: 'Connected',
    sinceMs: NOW_MS,
    trouble: null,
    rights: {
      'read-trade': 'on',
      'read-wallet': 'on',
      trade: 'on',
      deposit: 'off',
      withdraw: 'off',
      transfer: 'off',
      codes: 'off',
    },
    rightsSource: 'probe',
    ipLock: 'unknown',
    endsInDays: null,
    addedAtMs: NOW_MS,
    keyAddedAtMs: NOW_MS,
    checkedAtMs: NOW_MS,
    balancesAtMs: NOW_MS - 2_000,
    clockOffsetMs: 0,
    tradingBalance: worth,
    tradingInOrders: { value: '0', currency: 'USDT', reason: '' },
    total: worth,
    inOrders: { value: '0', currency: 'USDT', reason: '' },
    wallets: [{ wallet: 'trade', readable: true, worth, free: worth }],
    oldPrices: '',
    assets: 1,
    week: [],
    historyReachDays: 183,
    ...over,
  };
}

export function attemptOf(over: Partial<Attempt> = {}): Attempt {
  return {
    id: ID,
    connection: ID,
    kind: 'connect',
    startedAtMs: NOW_MS,
    state: 'stored',
    steps: [{ step: 'reachable', state: 'passed', detail: '0.02 s', tookMs: 20 }],
    result: connectionOf(),
    trouble: null,
    ...over,
  };
}

export function refusedFor(code: string, action: string, over: Partial<Trouble> = {}): Attempt {
  const trouble: Trouble = {
    code,
    title: `Title of ${code}.`,
    cause: 'The cause.',
    cure: 'The cure.',
    action: { id: action, label: 'Button', href: null },
    raw: '',
    rights: [],
    connection: null,
    ...over,
  };
  return attemptOf({ state: 'refused', result: null, trouble });
}

export function custodyStatus(over: Partial<CustodyStatus> = {}): CustodyStatus {
  return {
    state: 'open',
    reason: '',
    unlockMode: 'key-file',
    keyFile: '/keys/unlock.key',
    level: 'L1',
    sealingKey: SEALING_KEY,
    fingerprint: sealingFingerprint(SEALING_KEY),
    keys: 1,
    hardening: ['no packages'],
    auditHead: { seq: 3, hash: 'ab' },
    venues: [{ venue: 'whitebit', address: 'https://whitebit.com' }],
    ...over,
  };
}

export type Asked = { readonly name: string; readonly parts: Record<string, unknown> };
/** The live line as a test plays it. */
export type FakeLine = {
  say(message: LiveMessage): void;
  end(why: string): void;
  readonly watched: WatchMessage[];
};
type Answers = Readonly<Record<string, unknown | ((parts: Record<string, unknown>) => unknown)>>;

export type FakeDesk = FakeTerminal & {
  readonly asked: Asked[];
  /** One for each time it was opened. */
  readonly lines: FakeLine[];
  readonly clock: ReturnType<typeof manualClock>;
  /** Runs `gapless …` in it. */
  run(...args: string[]): Promise<number>;
};

/** `desk` by route name and `custody` by operation; a function is called each time. `null` for no desk at all. */
export function fakeDesk(options: { tty?: boolean; desk?: Answers | null; custody?: Answers } = {}): FakeDesk {
  const terminal = fakeTerminal({ tty: options.tty ?? false });
  const clock = manualClock(NOW_MS);
  const asked: Asked[] = [];
  const lines: FakeLine[] = [];
  const answersOf = (standard: Answers, given: Answers | undefined) => async (name: string, parts: unknown) => {
    const plainParts = (parts ?? {}) as Record<string, unknown>;
    asked.push({ name, parts: structuredClone(plainParts) });
    const answer = { ...standard, ...given }[name];
    if (answer === undefined) throw new CliError('not_told', `The test answers no ${name}`, '');
    return typeof answer === 'function' ? answer(plainParts) : answer;
  };
  const ask = answersOf(
    {
      'session.read': {
        state: 'signed-in',
        version: '0.1.0',
        user: { id: OWNER, name: 'alex', role: 'owner', createdAtMs: NOW_MS },
        stepUpUntilMs: NOW_MS,
        settings: { currency: 'USDT', swapUpDown: false, theme: 'dark' },
      },
      'custody.read': { sealingKey: SEALING_KEY, fingerprint: sealingFingerprint(SEALING_KEY) },
      'connections.list': [],
      people: [OWNER],
    },
    options.desk ?? {},
  );
  const request = answersOf({ status: custodyStatus() }, options.custody);
  const desk = {
    call: ask,
    live: async (heard: (message: LiveMessage) => void) => {
      const ended = Promise.withResolvers<string>();
      const watched: WatchMessage[] = [];
      lines.push({ say: heard, end: ended.resolve, watched });
      return { watch: (wanted: WatchMessage) => watched.push(wanted), ended: ended.promise, close: () => {} };
    },
    people: () => ask('people', {}),
    setupCode: () => ask('setup-code', {}),
    custodyChanged: async () => {
      asked.push({ name: 'custody-changed', parts: {} });
      return true;
    },
    close: () => {},
  } as unknown as DeskClient;
  const around = {
    terminal: terminal.terminal,
    env: {},
    platform: 'linux' as const,
    home: '/home/alex',
    clock,
    random: systemRandom,
    version: '0.1.0',
    pause: async (delayMs: number) => clock.advance(delayMs),
  };
  return {
    ...terminal,
    asked,
    lines,
    clock,
    run: (...args) =>
      run(
        args,
        around,
        (surroundings, given): Workplace => ({
          ...surroundings,
          json: given.json === true,
          places: { data: '/data', keys: '/keys', run: '/data/run', sockets: '/data/run/s' },
          get desk() {
            if (options.desk === null) throw noDesk('/data');
            return desk;
          },
          custody: { request, close: () => {} } as unknown as CustodyLink,
          running: () => null,
          user: given.user ?? null,
          forgetDesk: () => {},
          close: () => {},
        }),
      ),
  };
}
