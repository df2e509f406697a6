import { expect, test } from 'vitest';
import { createWhitebitBudget } from './budget.ts';
import type { RawReply, TradeReply } from './call.ts';
import { classify } from './faults.ts';
import { noTokenWords, STREAM_TOKEN_PATH, STREAMS_FULL, StreamLine } from './stream-line.ts';
import { manualTime } from './time.testing.ts';

const answer = (status: number, body: string, retryAfterMs: number | null = null): RawReply => ({
  ...{ kind: 'reply', status, body, contentType: 'application/json', retryAfterMs, tookMs: 1 },
});
const GRANTED = answer(200, '{"websocket_token":"t"}');
const TOO_MANY = answer(429, '<html>Too Many Requests</html>');

/** An exchange that grants ten in a minute that begins with the first, and does not count what it refuses. */
function rig() {
  const time = manualTime();
  const budget = createWhitebitBudget({ clock: time, random: () => 0 });
  let window = { fromMs: Number.NEGATIVE_INFINITY, used: 0 };
  const state = { sent: 0, refused: 0 };
  const take = (): RawReply => {
    state.sent += 1;
    if (time.nowMs() - window.fromMs >= 60_000) window = { fromMs: time.nowMs(), used: 0 };
    if (window.used >= 10) {
      state.refused += 1;
      return TOO_MANY;
    }
    window.used += 1;
    return GRANTED;
  };
  const send = async (): Promise<TradeReply> => ({ reply: take(), signedAtMs: 1 });
  const fresh = () => new StreamLine({ budget: createWhitebitBudget({ clock: time, random: () => 0 }), clock: time });
  return { time, budget, state, take, send, fresh, line: new StreamLine({ budget, clock: time }) };
}

/** Null: it has a token. */
async function ask(line: StreamLine, who: string, send: () => Promise<TradeReply>): Promise<number | null> {
  const { reply } = await line.run(who, send);
  if (reply.kind === 'reply' && reply.status === 200) return null;
  const fault = classify(reply, 'auth');
  expect(noTokenWords(fault)).toBe(STREAMS_FULL);
  return fault.retryAfterMs ?? -1;
}

/** Comes when it was told to, until it has a token; gives the moments. */
async function comeUntilGranted(r: ReturnType<typeof rig>, line: StreamLine, who: string): Promise<number[]> {
  const cameAtMs: number[] = [];
  for (;;) {
    cameAtMs.push(r.time.nowMs());
    const waitMs = await ask(line, who, r.send);
    if (waitMs === null) return cameAtMs;
    await new Promise<void>((resolve) => void r.time.after(waitMs, resolve));
  }
}

test('our own count is full: everybody is told at once when to come, and gets a token then', async () => {
  const r = rig();
  const done: Promise<number[]>[] = [];
  for (let at = 0; at < 14; at += 1) done.push(comeUntilGranted(r, r.line, `account ${at}`));
  await r.time.advance(64_000);
  const came = await Promise.all(done);
  expect(came.map((moments) => moments.length)).toEqual([...Array(9).fill(1), ...Array(5).fill(2)]);
  expect(r.state).toEqual({ sent: 14, refused: 0 });
});

test('a custody that was started again asked every four seconds, and then waited a minute for its own count', async () => {
  const r = rig();
  for (let at = 0; at < 10; at += 1) r.take();
  await r.time.advance(5_000);
  const fromMs = r.time.nowMs();
  const line = r.fresh();
  const done = [comeUntilGranted(r, line, 'ann'), comeUntilGranted(r, line, 'bea')];
  await r.time.advance(70_000);
  for (const moments of await Promise.all(done)) {
    // The exchange's minute is over after 55 s.
    expect((moments.at(-1) ?? 0) - fromMs).toBeLessThan(55_000 + 8_000);
  }
  // Eight a minute, and both at once in the beginning, when nothing was known.
  expect(r.state.refused).toBeLessThanOrEqual(9);
});

test('an exchange that counts what it refuses lets us in all the same', async () => {
  const time = manualTime();
  const line = new StreamLine({ budget: createWhitebitBudget({ clock: time, random: () => 0 }), clock: time });
  const heard: number[] = Array.from({ length: 10 }, () => time.nowMs());
  const send = async (): Promise<TradeReply> => {
    const recent = heard.filter((atMs) => time.nowMs() - atMs < 60_000).length;
    heard.push(time.nowMs());
    return { reply: recent < 10 ? GRANTED : TOO_MANY, signedAtMs: 1 };
  };
  for (;;) {
    const waitMs = await ask(line, 'ann', send);
    if (waitMs === null) break;
    await time.advance(waitMs);
  }
  expect(time.nowMs() - (heard[0] ?? 0)).toBeLessThan(70_000);
});

test('who connects again and again stands behind those who wait', async () => {
  const r = rig();
  for (let at = 0; at < 9; at += 1) expect(await ask(r.line, 'restless', r.send)).toBeNull();
  await r.time.advance(1_000);
  const annMs = (await ask(r.line, 'ann', r.send)) ?? 0;
  expect(annMs).toBeGreaterThan(58_000);
  await r.time.advance(annMs);
  // It comes first, and there is room.
  const restlessMs = await ask(r.line, 'restless', r.send);
  expect(restlessMs).toBeGreaterThan(0);
  await r.time.advance(100);
  expect(await ask(r.line, 'ann', r.send)).toBeNull();
  await r.time.advance(restlessMs ?? 0);
  expect(await ask(r.line, 'restless', r.send)).toBeNull();
});

test('who does not come back keeps nobody waiting for long', async () => {
  const r = rig();
  for (let at = 0; at < 9; at += 1) await ask(r.line, `account ${at}`, r.send);
  const goneMs = (await ask(r.line, 'gone', r.send)) ?? 0;
  const moments = comeUntilGranted(r, r.line, 'ann');
  await r.time.advance(goneMs + 12_000);
  expect((await moments).at(-1)).toBeLessThanOrEqual(r.time.nowMs());
});

test('a wait that the exchange asked for is kept, by all', async () => {
  const r = rig();
  const refused = async (): Promise<TradeReply> => ({ reply: answer(429, '<html></html>', 20_000), signedAtMs: 1 });
  expect(await ask(r.line, 'ann', refused)).toBe(20_000);
  expect(await ask(r.line, 'bea', r.send)).toBeGreaterThan(20_000);
  expect(r.budget.take(STREAM_TOKEN_PATH)).toMatchObject({ ok: true });
});

test('a nonce that was used is no limit, and neither is an exchange that is away', async () => {
  const r = rig();
  const replies: RawReply[] = [
    answer(429, '{"code":0,"message":"Too many requests.","errors":{}}'),
    { kind: 'no-reply', sent: false, reason: 'ECONNREFUSED', tookMs: 1 },
  ];
  for (const reply of replies) {
    const said = await r.line.run('ann', async () => ({ reply, signedAtMs: null }));
    expect(said.reply).toBe(reply);
    expect(noTokenWords(classify(reply, 'auth'))).toMatch(/^no token: /);
  }
  expect(await ask(r.line, 'bea', r.send)).toBeNull();
});
