import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { duplexPair } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CustodyError, connectCustody } from './client.ts';
import { newConnection, newOwner, TestDesk } from './desk.testing.ts';
import { encodeFrame, FrameReader } from './frames.ts';
import { dice, hostileFrame } from './hostile.testing.ts';
import { type Handler, type Listener, listen, serve } from './listener.ts';
import { QUEUE_MAX, REPLY_BYTES_MAX, REQUEST_BYTES_MAX } from './protocol.ts';
import { FROZEN } from './wall.ts';

const TOKEN = 'the token of this boot';
/** A campaign of a million is the same loop with another number. */
const FRAMES = 5_000;
const clock = { nowMs: () => Date.now() };
let folder: string;
let handle: Handler;
let listeners: Listener[];
const place = (kind: 'desk' | 'owner') => path.join(folder, `${kind}.sock`);

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-listen-'));
  listeners = await Promise.all(
    (['desk', 'owner'] as const).map((kind) =>
      listen(place(kind), {
        kind,
        token: TOKEN,
        clock,
        handle: (op, args, onStep) => handle(op, args, onStep),
        refused: () => {},
      }),
    ),
  );
});
afterAll(async () => {
  await Promise.all(listeners.map((listener) => listener.close()));
  rmSync(folder, { recursive: true, force: true });
});

/** Writes and collects what comes back until the other side closes or `quietMs` pass. */
function talk(
  chunks: readonly Buffer[],
  kind: 'desk' | 'owner' = 'desk',
  quietMs = 60,
): Promise<{ frames: unknown[]; closed: boolean }> {
  return new Promise((resolve) => {
    const socket: Socket = connect(place(kind));
    const reader = new FrameReader(REPLY_BYTES_MAX);
    const frames: unknown[] = [];
    const done = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ frames, closed });
    };
    let timer = setTimeout(() => done(false), quietMs);
    socket.on('data', (chunk: Buffer) => {
      frames.push(...reader.push(chunk));
      clearTimeout(timer);
      timer = setTimeout(() => done(false), quietMs);
    });
    socket.on('close', () => done(true));
    socket.on('error', () => {});
    for (const chunk of chunks) socket.write(chunk);
  });
}

const frame = (value: unknown) => encodeFrame(value, 2 * 1024 * 1024);
const hello = frame({ v: 1, hello: TOKEN });
const request = (change: Record<string, unknown> = {}) =>
  frame({ v: 1, id: 1, deadline: Date.now() + 10_000, op: 'status', args: {}, ...change });

test('the sockets are for their owner alone', () => {
  if (process.platform !== 'win32') expect(statSync(place('desk')).mode & 0o777).toBe(0o600);
});

describe('refused and closed', () => {
  handle = async () => 'answer';
  const malformed: readonly (readonly [string, () => readonly Buffer[]])[] = [
    ['no greeting', () => [request()]],
    ['a wrong token', () => [frame({ v: 1, hello: 'another' })]],
    ['a greeting with more in it', () => [frame({ v: 1, hello: TOKEN, admin: true })]],
    ['another version', () => [hello, request({ v: 2 })]],
    ['a field too many', () => [hello, request({ path: '/x' })]],
    ['an id that does not grow', () => [hello, request({ id: 5 }), request({ id: 5 })]],
    ['an id of nothing', () => [hello, request({ id: 0 })]],
    ['arguments in a list', () => [hello, request({ args: [] })]],
    ['no JSON', () => [hello, Buffer.from([0, 0, 0, 2, 0x7b, 0x7b])]],
    ['a frame past the bound', () => [hello, frame('x'.repeat(REQUEST_BYTES_MAX))]],
  ];
  test.each(malformed)('%s', async (_name, chunks) => {
    handle = async () => 'answer';
    const { frames, closed } = await talk(chunks(), 'desk', 500);
    expect(closed).toBe(true);
    expect(frames.at(-1)).toMatchObject({ ok: false, error: { code: 'BAD_FRAME' } });
  });
});

describe('answered with an error, and the connection stays', () => {
  const sealed = { v: 1, epk: 'A'.repeat(87), iv: 'A'.repeat(16), ct: 'A'.repeat(60) };
  const about = { connection: newConnection(), owner: newOwner() };
  test.each([
    ['BAD_REQUEST', { op: 'withdraw', args: { asset: 'USDT', amount: '1' } }],
    ['BAD_REQUEST', { op: '__proto__' }],
    ['BAD_REQUEST', { op: 'constructor' }],
    ['BAD_REQUEST', { op: 'status', args: { more: 1 } }],
    ['BAD_REQUEST', { op: 'check', args: { ...about, owner: 'me' } }],
    ['BAD_REQUEST', { op: 'check', args: { owner: about.owner } }],
    ['BAD_REQUEST', { op: 'check', args: JSON.parse(`{"__proto__":1,"owner":"${about.owner}"}`) as object }],
    ['BAD_REQUEST', { op: 'audit', args: { before: 0, limit: 10 } }],
    ['BAD_REQUEST', { op: 'audit', args: { before: null, limit: 1_000_000 } }],
    ['BAD_REQUEST', { op: 'unlock', args: { sealed: { ...sealed, extra: 1 } } }],
    ['NOT_ALLOWED', { op: 'backup', args: { sealed } }],
    ['NOT_ALLOWED', { op: 'inspect-backup', args: { sealed, file: 'AAAA' } }],
    ['NOT_ALLOWED', { op: 'restore', args: { sealed, file: 'AAAA', overwrite: true, give: null } }],
    ['NOT_ALLOWED', { op: 'use-key-file' }],
    ['EXPIRED', { deadline: 1 }],
  ])('%s %j', async (code, change) => {
    handle = async () => 'answer';
    const { frames, closed } = await talk([hello, request(change), request({ id: 2 })]);
    expect(frames).toMatchObject([
      { id: 1, ok: false, error: { code } },
      { id: 2, ok: true, result: 'answer' },
    ]);
    expect(closed).toBe(false);
  });

  test('the owner may ask what the desk may not', async () => {
    handle = async (op) => op;
    const { frames } = await talk([hello, request({ op: 'use-key-file' })], 'owner');
    expect(frames).toMatchObject([{ ok: true, result: 'use-key-file' }]);
  });

  test('past the queue it is BUSY at once, and every request is answered once', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    handle = () => promise;
    const count = QUEUE_MAX + 100;
    const chunks = Array.from({ length: count }, (_, index) => request({ id: index + 1 }));
    setTimeout(() => resolve('late'), 100);
    const { frames } = await talk([hello, ...chunks], 'desk', 300);
    const ids = frames.map((one) => (one as { id: number }).id);
    expect(new Set(ids).size).toBe(count);
    expect(ids).toHaveLength(count);
    const busy = frames.filter((one) => JSON.stringify(one).includes('BUSY'));
    expect(busy.length).toBeGreaterThan(0);
    expect(busy.length).toBeLessThan(100);
  });

  test('a halt passes every queue, and orders do not wait for checks', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    handle = async (op) => (op === 'halt' || op === 'find' ? op : promise);
    const find = {
      connection: 'a'.repeat(26),
      owner: 'a'.repeat(26),
      market: 'A_B',
      clientId: 'x',
      venueId: null,
      sinceMs: 0,
    };
    const count = QUEUE_MAX + 100;
    const chunks = [
      ...Array.from({ length: count }, (_, index) => request({ id: index + 1 })),
      request({ id: count + 1, op: 'halt', args: { connection: null, why: 'x' } }),
      request({ id: count + 2, op: 'find', args: find }),
    ];
    setTimeout(() => resolve('late'), 200);
    const { frames } = await talk([hello, ...chunks], 'desk', 400);
    const results = frames.flatMap((one) => ('result' in (one as object) ? [(one as { result: unknown }).result] : []));
    expect(results.slice(0, 2)).toEqual(['halt', 'find']);
  });
});

describe('the client', () => {
  const client = (socketPath: string) => connectCustody({ socketPath, token: TOKEN, clock });

  test('gets events and the result, and errors with their code', async () => {
    handle = async (op, _args, line) => {
      if (op === 'lock') throw new CustodyError('LOCKED', 'Locked');
      line.step({ step: 'clock', state: 'passed', detail: '', tookMs: 1 });
      return [];
    };
    const custody = client(place('desk'));
    const events: unknown[] = [];
    expect(await custody.request('keys', {}, { onEvent: (event) => events.push(event) })).toEqual([]);
    expect(events).toMatchObject([{ step: 'clock' }]);
    await expect(custody.request('lock', {})).rejects.toMatchObject({ code: 'LOCKED' });
    custody.close();
    await expect(custody.request('keys', {})).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  test('says UNREACHABLE where nobody is', async () => {
    const custody = client(path.join(folder, 'nobody.sock'));
    await expect(custody.request('status', {}, { deadlineMs: 500 })).rejects.toMatchObject({ code: 'UNREACHABLE' });
    custody.close();
  });

  test('comes back after custody did', async () => {
    handle = async () => 'again';
    const there = path.join(folder, 'restart.sock');
    const options = { kind: 'desk', token: TOKEN, clock, handle: async () => 'again', refused: () => {} } as const;
    const first = await listen(there, options);
    const custody = client(there);
    expect(await custody.request('status', {})).toBe('again');
    await first.close();
    await expect(custody.request('status', {}, { deadlineMs: 200 })).rejects.toBeInstanceOf(CustodyError);
    const second = await listen(there, options);
    expect(await custody.request('status', {}, { deadlineMs: 3_000 })).toBe('again');
    custody.close();
    await second.close();
  });
});

test('no hostile frame makes custody sign anything but what its frozen table holds', async () => {
  const desk = await TestDesk.start();
  const connection = await desk.connected(desk.exchange.addKey());
  const known = { connection, owner: desk.owner };
  const random = dice(11);
  const before = desk.exchange.seen.length;
  const work: Promise<unknown>[] = [];
  // `drop` and `lock` are left out of what is carried out, so that there is a key to be attacked until the end.
  const carryOut: Handler = (op, args, onStep) => {
    const running =
      op === 'drop' || op === 'lock' ? Promise.resolve(null) : desk.custody.run(op, args as never, onStep);
    work.push(running.catch(() => {}));
    return running;
  };
  for (let id = 1; id <= FRAMES; id += 1) {
    const [near, far] = duplexPair();
    const kind = id % 2 === 0 ? 'desk' : 'owner';
    serve(far as Socket, { kind, token: TOKEN, clock, handle: carryOut, refused: () => {} });
    near.write(hello);
    near.write(hostileFrame(random, id, known));
    near.resume();
    await new Promise((resolve) => setImmediate(resolve));
    if (work.length % 20 === 0) await Promise.all(work);
    near.destroy();
    far.destroy();
  }
  await Promise.all(work);
  expect(work.length).toBeGreaterThan(FRAMES / 50);
  const frozen = new Set(FROZEN.practice.map((row) => `${row.path} ${JSON.stringify(row.parameters)}`));
  for (const { path: asked, body } of desk.exchange.seen.slice(before)) {
    const { request: _request, nonce: _nonce, nonceWindow: _window, ...parameters } = body;
    expect(frozen).toContain(`${asked} ${JSON.stringify(parameters)}`);
  }
  expect(desk.exchange.seen.length).toBeGreaterThan(before);
  expect(desk.custody.status().state).toBe('open');
  expect(await desk.run('audit-verify', {})).toMatchObject({ ok: true });
  await desk.close();
});
