import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWhitebitBudget, heldBack, type Pass, sendWith, WHITEBIT_LIMITS, WS_CONNECT } from './budget.ts';
import type { RawReply } from './call.ts';
import { classify } from './faults.ts';

function budgetAt(startMs: number, random = () => 0) {
  let nowMs = startMs;
  const real = createWhitebitBudget({ clock: { nowMs: () => nowMs }, random });
  /** As if each were answered at once. */
  const budget = {
    ...real,
    take(path: string) {
      const taken = real.take(path);
      if (taken.ok) taken.over(true);
      return taken;
    },
  };
  const advance = (ms: number) => {
    nowMs += ms;
  };
  return { budget, real, now: () => nowMs, advance };
}

const HISTORY = '/api/v4/main-account/history';
const TOKEN = '/api/v4/profile/websocket_token';

describe('request budget', () => {
  test('never passes the limit in any window, however the requests come', () => {
    // Well over the limit while it lasts, with pauses from which bursts begin anew.
    const gapMs = fc.oneof(
      { weight: 60, arbitrary: fc.integer({ min: 0, max: 30 }) },
      { weight: 1, arbitrary: fc.integer({ min: 500, max: 11_000 }) },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 50_000 }),
        fc.array(gapMs, { minLength: 800, maxLength: 3_000 }),
        (start, gaps) => {
          const { budget, now, advance } = budgetAt(start);
          const sentAtMs: number[] = [];
          for (const gap of gaps) {
            advance(gap);
            if (budget.take(HISTORY).ok) sentAtMs.push(now());
          }
          const { requests, windowMs } = WHITEBIT_LIMITS['main-history'];
          for (let i = requests; i < sentAtMs.length; i += 1)
            expect((sentAtMs[i] ?? 0) - (sentAtMs[i - requests] ?? 0)).toBeGreaterThan(windowMs);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('under load it uses at least nine tenths of what the exchange allows', () => {
    for (const path of [HISTORY, TOKEN, '/api/v4/main-account/balance', '/api/v4/public/orderbook/BTC_USDT']) {
      const { budget, advance } = budgetAt(1_700_000_000_123);
      let sent = 0;
      for (let ms = 0; ms < 600_000; ms += 5) {
        while (budget.take(path).ok) sent += 1;
        advance(5);
      }
      const perMinute: Record<string, number> = {
        [HISTORY]: 1_200,
        [TOKEN]: 10,
        '/api/v4/main-account/balance': 6_000,
      };
      const allowed = (perMinute[path] ?? 3_600) * 10;
      // Nine of ten web socket tokens is all that 97 percent of ten leaves, less the slot it waits for.
      expect(sent / allowed).toBeGreaterThanOrEqual(path === TOKEN ? 0.89 : 0.9);
      expect(sent).toBeLessThanOrEqual(allowed * 1.1);
    }
  });

  test('requests that come evenly use it as well as bursts do, for hours', () => {
    const { budget, advance } = budgetAt(1_700_000_000_123);
    let sent = 0;
    // 25 a second, where 20 are allowed.
    for (let ms = 0; ms < 3_600_000; ms += 40) {
      if (budget.take(HISTORY).ok) sent += 1;
      advance(40);
    }
    expect(sent / (3_600 * 20)).toBeGreaterThanOrEqual(0.9);
    expect(sent / (3_600 * 20)).toBeLessThanOrEqual(0.98);
  });

  test('the wait it names is long enough, and not much too long', () => {
    const { budget, advance } = budgetAt(123_456);
    let taken = 0;
    while (budget.take(HISTORY).ok) taken += 1;
    expect(taken).toBe(194);
    const refused = budget.take(HISTORY);
    if (refused.ok) throw new Error('the budget is used up');
    expect(refused.waitMs).toBeLessThanOrEqual(10_100);
    advance(refused.waitMs - 1);
    expect(budget.take(HISTORY).ok).toBe(false);
    advance(1);
    expect(budget.take(HISTORY).ok).toBe(true);
  });

  test('a refused request counts nowhere, and other groups go on', () => {
    const { budget } = budgetAt(0);
    while (budget.take(HISTORY).ok);
    for (let i = 0; i < 5_000; i += 1) budget.take(HISTORY);
    let main = 0;
    while (budget.take('/api/v4/main-account/balance').ok) main += 1;
    expect(main).toBe(970 - 194);
    expect(budget.take('/api/v4/trade-account/balance').ok).toBe(true);
  });

  test('every public endpoint has its own limit within that of all', () => {
    const { budget } = budgetAt(0);
    let ticker = 0;
    while (budget.take('/api/v4/public/ticker?market=BTC_USDT').ok) ticker += 1;
    expect(ticker).toBe(1_940);
    expect(budget.take('/api/v4/public/markets').ok).toBe(true);
  });

  test('a clock that is set back does not open the window again', () => {
    const { budget, advance } = budgetAt(100_000);
    while (budget.take(TOKEN).ok);
    advance(-90_000);
    expect(budget.take(TOKEN).ok).toBe(false);
  });

  test('a clock that was minutes ahead for a moment closes nothing for minutes', () => {
    const { budget, advance } = budgetAt(400_000);
    advance(300_000);
    while (budget.take(TOKEN).ok);
    budget.pause(null);
    advance(-300_000);
    expect(budget.take('/api/v4/orders').ok).toBe(true);
    expect(budget.take(TOKEN).ok).toBe(false);
    advance(61_000);
    expect(budget.take(TOKEN).ok).toBe(true);
  });

  test('while all waited for the next minute the clock was set back, and the minute was waited for twice', () => {
    const { budget, advance } = budgetAt(400_000);
    advance(300_000);
    while (budget.take(TOKEN).ok);
    advance(-299_000);
    budget.look();
    advance(61_000);
    expect(budget.take(TOKEN).ok).toBe(true);
  });

  test('after an unforeseen limit everything pauses, longer each time, until it goes well', () => {
    const { budget, advance } = budgetAt(0);
    const waits: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      budget.pause(null);
      const refused = budget.take('/api/v4/public/time');
      waits.push(refused.ok ? 0 : refused.waitMs);
      advance(waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(budget.take('/api/v4/public/time').ok).toBe(true);
    budget.relax();
    budget.pause(7_000);
    expect(budget.take('/api/v4/orders')).toEqual({ ok: false, waitMs: 7_000 });
  });

  test('a held back request reads as our own limit, and as not sent', () => {
    const reply = heldBack(250);
    expect(reply).toMatchObject({ kind: 'no-reply', sent: false });
    expect(classify(reply, 'auth')).toMatchObject({ code: 'rate-limited', status: null, retryAfterMs: 250 });
  });

  test('a line that stood still brings no more than the limit in any window, however late it is', () => {
    const { requests, windowMs } = WHITEBIT_LIMITS['main-history'];
    const lateMs = fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 0, max: 300 }) },
      { weight: 1, arbitrary: fc.integer({ min: 500, max: 9_000 }) },
    );
    fc.assert(
      fc.property(fc.array(lateMs, { minLength: 60, maxLength: 120 }), (seconds) => {
        const { real, now, advance } = budgetAt(1_700_000_000_000);
        const beginMs = now();
        const arrivedAtMs: number[] = [];
        let answers: { readonly atMs: number; readonly pass: Pass }[] = [];
        for (const late of seconds) {
          // All that is sent within a second is late by the same, on the way there or on the way back.
          for (let ms = 0; ms < 1_000; ms += 20, advance(20)) {
            for (const { atMs, pass } of answers) if (atMs <= now()) pass.over(true);
            answers = answers.filter(({ atMs }) => atMs > now());
            for (let pass = real.take(HISTORY); pass.ok; pass = real.take(HISTORY)) {
              const thereMs = (arrivedAtMs.length * 7_919) % (late + 1);
              arrivedAtMs.push(now() + thereMs);
              answers.push({ atMs: now() + late, pass });
            }
          }
        }
        arrivedAtMs.sort((one, other) => one - other);
        for (let i = requests; i < arrivedAtMs.length; i += 1)
          expect((arrivedAtMs[i] ?? 0) - (arrivedAtMs[i - requests] ?? 0)).toBeGreaterThan(windowMs);
        expect(arrivedAtMs.length).toBeGreaterThan(((now() - beginMs) / windowMs / 3) * requests);
      }),
      { numRuns: 40 },
    );
  });

  test('a request counts until a window after its answer, and one that never left does not count', () => {
    const { real, advance } = budgetAt(123_400);
    const passes: Pass[] = [];
    for (let pass = real.take(HISTORY); pass.ok; pass = real.take(HISTORY)) passes.push(pass);
    advance(60_000);
    expect(real.take(HISTORY)).toEqual({ ok: false, waitMs: 10_100 });
    passes[0]?.over(false);
    const again = real.take(HISTORY);
    expect(again.ok).toBe(true);
    expect(real.take(HISTORY).ok).toBe(false);
    for (const pass of passes) pass.over(true);
    // Said twice, it counts once.
    for (const pass of passes) pass.over(false);
    advance(10_000);
    expect(real.take(HISTORY).ok).toBe(false);
    advance(100);
    expect(real.take(HISTORY).ok).toBe(true);
  });

  test('what was sent is over with its answer, with its failure, and when sending throws', async () => {
    const told: boolean[] = [];
    const pass: Pass = { ok: true, over: (sent) => void told.push(sent) };
    const answered: RawReply = {
      ...{ kind: 'reply', status: 200, body: '', contentType: '', retryAfterMs: null, tookMs: 1 },
    };
    const lost: RawReply = { kind: 'no-reply', sent: true, reason: 'timeout', tookMs: 1 };
    const unsent: RawReply = { kind: 'no-reply', sent: false, reason: 'refused', tookMs: 1 };
    for (const reply of [answered, lost, unsent])
      expect(
        await sendWith(
          pass,
          () => Promise.resolve({ reply }),
          (sent) => sent.reply,
        ),
      ).toEqual({ reply });
    await expect(
      sendWith(
        pass,
        () => Promise.reject(new Error('locked')),
        () => unsent,
      ),
    ).rejects.toThrow('locked');
    expect(told).toEqual([true, true, false, true]);
  });

  const ORDER = '/api/v4/order/new';
  const CANCEL = '/api/v4/order/cancel/bulk';

  test('orders and cancels together never pass the limit, and use nine tenths of it, for ten minutes', () => {
    const { requests, windowMs } = WHITEBIT_LIMITS.orders;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20_000 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 40 }),
        (startMs, stepMs, cancels) => {
          const { budget, now, advance } = budgetAt(startMs);
          const sentAtMs: number[] = [];
          while (now() < startMs + 600_000) {
            // As many as go out, some of them cancels; then a pause of another length.
            for (let left = cancels; left > 0 && budget.take(CANCEL).ok; left -= 1) sentAtMs.push(now());
            while (budget.take(ORDER).ok) sentAtMs.push(now());
            advance(1 + ((now() * 7_919) % stepMs));
          }
          // Every alignment of a window: from each request on, the next `requests` need longer than one.
          let tightestMs = Number.POSITIVE_INFINITY;
          for (let i = requests; i < sentAtMs.length; i += 1)
            tightestMs = Math.min(tightestMs, (sentAtMs[i] ?? 0) - (sentAtMs[i - requests] ?? 0));
          expect(tightestMs).toBeGreaterThan(windowMs);
          expect(sentAtMs.length / (requests * 60)).toBeGreaterThanOrEqual(0.9);
        },
      ),
      { numRuns: 4 },
    );
  });

  test('when orders have used all they may, there is still room to cancel, and only to cancel', () => {
    const { budget, advance } = budgetAt(123_456);
    let orders = 0;
    while (budget.take(ORDER).ok) orders += 1;
    expect(orders).toBe(9_400);
    for (const path of ['/api/v4/order/bulk', '/api/v4/order/market', '/api/v4/order/stop_limit'])
      expect(budget.take(path).ok, path).toBe(false);
    let cancels = 0;
    for (const path of [CANCEL, '/api/v4/order/cancel', '/api/v4/order/cancel/all', '/api/v4/order/kill-switch'])
      for (let i = 0; i < 1_000 && budget.take(path).ok; i += 1) cancels += 1;
    expect(cancels).toBe(300);
    const refused = budget.take(ORDER);
    if (refused.ok) throw new Error('the budget is used up');
    advance(refused.waitMs);
    expect(budget.take(ORDER).ok).toBe(true);
  });

  test('reads have limits of their own and never take from orders', () => {
    const { budget } = budgetAt(0);
    while (budget.take('/api/v4/trade-account/balance').ok);
    expect(budget.take('/api/v4/orders').ok).toBe(false);
    expect(budget.take(ORDER).ok).toBe(true);
  });

  test('connections are counted too', () => {
    const { budget } = budgetAt(0);
    let opened = 0;
    while (budget.take(WS_CONNECT).ok) opened += 1;
    expect(opened).toBe(970);
  });
});
