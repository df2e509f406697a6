import { describe, expect, test } from 'vitest';
import { LiveSocket, type Wire } from './socket.ts';
import { LiveStore } from './store.ts';

const HELLO = JSON.stringify({ type: 'hello', atMs: 1, version: '1.0.0', startedAtMs: 5 });

function setup() {
  const wires: (Wire & { closed: boolean; sent: string[] })[] = [];
  const timers: { atMs: number; run: () => void }[] = [];
  const state = { nowMs: 0, first: 0, healed: 0, lost: 0 };
  const store = new LiveStore({ nowMs: () => state.nowMs, nextFrame: (run) => run(), apply: () => {} });
  const socket = new LiveSocket(store, {
    open: () => {
      const sent: string[] = [];
      const wire = {
        onopen: null,
        onmessage: null,
        onclose: null,
        closed: false,
        sent,
        send: (text: string) => void sent.push(text),
        close: () => {},
      };
      wire.close = () => {
        wire.closed = true;
      };
      wires.push(wire);
      return wire;
    },
    nowMs: () => state.nowMs,
    random: () => 1,
    after: (delayMs, run) => {
      const timer = { atMs: state.nowMs + delayMs, run };
      timers.push(timer);
      return () => {
        const at = timers.indexOf(timer);
        if (at >= 0) timers.splice(at, 1);
      };
    },
    first: () => {
      state.first += 1;
    },
    heal: () => {
      state.healed += 1;
    },
    lost: () => {
      state.lost += 1;
    },
  });
  const pass = (ms: number): void => {
    const endMs = state.nowMs + ms;
    for (;;) {
      timers.sort((a, b) => a.atMs - b.atMs);
      const next = timers[0];
      if (next === undefined || next.atMs > endMs) break;
      timers.shift();
      state.nowMs = next.atMs;
      next.run();
    }
    state.nowMs = endMs;
  };
  const last = () => {
    const wire = wires.at(-1);
    if (wire === undefined) throw new Error('No wire was opened');
    return wire;
  };
  const opened = (): void => last().onopen?.(new Event('open'));
  const said = (data: unknown): void => last().onmessage?.({ data } as MessageEvent);
  const closed = (): void => last().onclose?.({} as CloseEvent);
  return { socket, store, wires, state, pass, opened, said, closed, last };
}

describe('the line', () => {
  test('comes back by itself, with pauses that grow to a bound', () => {
    const { socket, wires, pass, closed, store } = setup();
    socket.start();
    const pauses: number[] = [];
    for (let n = 0; n < 9; n += 1) {
      closed();
      const line = store.line();
      if (line.state !== 'down') throw new Error('The line should be down');
      const before = wires.length;
      let waited = 0;
      while (wires.length === before) {
        pass(100);
        waited += 100;
      }
      pauses.push(waited);
    }
    expect(pauses.slice(0, 4)).toEqual([500, 1000, 2000, 4000]);
    expect(pauses.at(-1)).toBe(15_000);
  });

  test('begins with short pauses again once the desk spoke', () => {
    const { socket, wires, pass, closed, opened, said } = setup();
    socket.start();
    for (let n = 0; n < 5; n += 1) {
      closed();
      pass(20_000);
    }
    opened();
    said(HELLO);
    closed();
    const before = wires.length;
    pass(500);
    expect(wires.length).toBe(before + 1);
  });

  test('that says nothing for 25 s is given up and opened anew', () => {
    const { socket, wires, pass, opened, said, last } = setup();
    socket.start();
    opened();
    said(HELLO);
    const first = last();
    pass(20_000);
    said(HELLO);
    pass(24_999);
    expect(first.closed).toBe(false);
    pass(1);
    expect(first.closed).toBe(true);
    pass(500);
    expect(wires).toHaveLength(2);
  });

  test('heals what was missed after a break, not at the first opening', () => {
    const { socket, state, pass, opened, closed } = setup();
    socket.start();
    opened();
    expect(state.healed).toBe(0);
    closed();
    pass(1000);
    opened();
    expect(state.healed).toBe(1);
  });

  test('asks whether the session is over, each time it breaks', () => {
    const { socket, state, pass, opened, closed } = setup();
    socket.start();
    opened();
    expect(state.lost).toBe(0);
    closed();
    expect(state.lost).toBe(1);
    pass(500);
    closed();
    expect(state.lost).toBe(2);
  });

  test('stays closed when stopped', () => {
    const { socket, wires, pass, opened, last } = setup();
    socket.start();
    opened();
    socket.stop();
    expect(last().closed).toBe(true);
    pass(100_000);
    socket.retryNow();
    expect(wires).toHaveLength(1);
  });

  test('is tried at once when a person comes back', () => {
    const { socket, wires, closed } = setup();
    socket.start();
    for (let n = 0; n < 2; n += 1) closed();
    socket.retryNow();
    expect(wires).toHaveLength(2);
    socket.retryNow();
    expect(wires).toHaveLength(2);
  });
});

test('what is not understood is left alone', () => {
  const { socket, opened, said, store } = setup();
  socket.start();
  opened();
  for (const data of ['{', '[]', 'null', '{"type":"later"}', new ArrayBuffer(2), '{"type":1}']) said(data);
  expect(store.line().state).toBe('connecting');
  said(HELLO);
  expect(store.line().state).toBe('live');
});

test('what the page wants to see is said when it changes, and again to every new line', () => {
  const { socket, wires, opened, closed, pass, last } = setup();
  const wanted = (market: string) =>
    ({ type: 'watch', tickers: [{ venue: 'whitebit', market }], markets: [] }) as const;
  socket.start();
  socket.watch(wanted('BTC_USDT'));
  expect(last().sent).toEqual([]);
  opened();
  expect(last().sent).toEqual([JSON.stringify(wanted('BTC_USDT'))]);
  socket.watch(wanted('BTC_USDT'));
  socket.watch(wanted('ETH_USDT'));
  expect(last().sent).toHaveLength(2);
  closed();
  pass(1000);
  expect(wires).toHaveLength(2);
  opened();
  expect(last().sent).toEqual([JSON.stringify(wanted('ETH_USDT'))]);
  socket.stop();
});

test('the first line of all has what orders were read before it read again, later ones heal everything', () => {
  const { socket, state, opened, closed, pass } = setup();
  socket.start();
  expect([state.first, state.healed]).toEqual([0, 0]);
  opened();
  expect([state.first, state.healed]).toEqual([1, 0]);
  closed();
  pass(1000);
  opened();
  expect([state.first, state.healed]).toEqual([1, 1]);
  socket.stop();
});
