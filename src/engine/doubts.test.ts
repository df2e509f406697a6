/** How long a doubt lasts once the exchange answers again. That none ends too early stands in `account.test.ts`. */

import { describe, expect, test } from 'vitest';
import { ANN, Desk } from './desk.testing.ts';
import type { OrderKey } from './events.ts';

const AMBIGUOUS = { kind: 'ambiguous', why: 'time-out', signedAtMs: null } as const;
const NOT_FOUND = { kind: 'rejected', code: 'not-found', text: 'not found', definite: true } as const;
const FAILED = { kind: 'failed', why: 'no route' } as const;

/** In doubt, and for a minute nothing that is asked of the exchange is answered. */
function away(): { readonly desk: Desk; readonly key: OrderKey } {
  const desk = new Desk();
  const key = desk.sent('buy', '99', '1');
  desk.outcome(key, AMBIGUOUS);
  desk.found(key, FAILED);
  for (let second = 0; second < 60; second += 1) answerAll(desk, key, desk.wait(1_000));
  return { desk, key };
}

function answerAll(desk: Desk, key: OrderKey, commands: ReturnType<Desk['wait']>): void {
  for (const { kind } of commands) {
    if (kind === 'cancel') desk.hear({ kind: 'cancel-outcome', order: key, outcome: AMBIGUOUS });
    if (kind === 'find') desk.found(key, FAILED);
  }
}

/** Waits until it asks, and leaves that unanswered. */
function untilAsked(desk: Desk): void {
  for (let step = 0; step < 300; step += 1) if (desk.wait(100).some(({ kind }) => kind === 'find')) return;
  throw new Error('It never asks');
}

const longest = (atMs: readonly number[]): number => Math.max(...atMs.map((at, index) => at - (atMs[index - 1] ?? at)));

describe('the exchange answers again', () => {
  test('a question that vanished is asked anew, and its tombstone sent anew, without waiting for it to be lost', () => {
    const { desk, key } = away();
    untilAsked(desk);
    desk.wait(200);
    desk.snapshot({});
    expect(desk.kinds()).toEqual(['cancel', 'find']);
    desk.hear({ kind: 'cancel-outcome', order: key, outcome: NOT_FOUND });
    desk.absent(key);
    desk.wait(1_000);
    // What the vanished ones come to after all changes nothing of it.
    desk.hear({ kind: 'find-result', order: key, askedAtMs: desk.nowMs - 10_000, result: FAILED });
    desk.absent(key);
    expect(desk.state(key)).toBe('closed: never-placed');
  });

  test('a question that left after the snapshot was asked for is waited for', () => {
    const { desk, key } = away();
    const askedAtMs = desk.nowMs;
    desk.wait(100);
    untilAsked(desk);
    desk.snapshot({ askedAtMs, asOfMs: askedAtMs });
    expect(desk.kinds()).toEqual([]);
    // It fails, and is asked again soon: the pause of the time when nobody answered is over.
    desk.hear({ kind: 'cancel-outcome', order: key, outcome: AMBIGUOUS });
    desk.found(key, FAILED);
    expect(desk.wait(4_000).map(({ kind }) => kind)).toContain('find');
  });

  test('a tombstone that vanished while the look was answered is sent anew', () => {
    const { desk, key } = away();
    untilAsked(desk);
    desk.found(key, FAILED);
    desk.wait(100);
    desk.snapshot({});
    expect(desk.kinds()).toEqual(['cancel', 'find']);
  });

  test('a look that failed after the first that counted puts the second off by no more than they lie apart', () => {
    const { desk, key } = away();
    desk.snapshot({});
    desk.hear({ kind: 'cancel-outcome', order: key, outcome: NOT_FOUND });
    desk.absent(key);
    for (let second = 0; second < 30; second += 1) answerAll(desk, key, desk.wait(1_000));
    desk.snapshot({});
    expect(desk.kinds()).toEqual(['find']);
    desk.absent(key);
    expect(desk.state(key)).toBe('closed: never-placed');
  });

  test('two looks stay apart, whatever snapshots come', () => {
    const { desk, key } = away();
    desk.snapshot({});
    desk.hear({ kind: 'cancel-outcome', order: key, outcome: NOT_FOUND });
    desk.absent(key);
    for (let look = 0; look < 9; look += 1) {
      expect(desk.wait(100)).toEqual([]);
      desk.snapshot({});
      expect(desk.kinds()).toEqual([]);
    }
    expect(desk.wait(100).map(({ kind }) => kind)).toEqual(['find']);
  });

  test('without a snapshot it is asked every eight seconds, for as long as it takes', () => {
    const { desk, key } = away();
    const askedAtMs = [desk.nowMs];
    for (let tenth = 0; tenth < 3_000; tenth += 1) {
      const commands = desk.wait(100);
      if (commands.some(({ kind }) => kind === 'find')) askedAtMs.push(desk.nowMs);
      answerAll(desk, key, commands);
    }
    expect(longest(askedAtMs)).toBeLessThanOrEqual(8_200);
  });
});

describe('what we took back because nobody knew of it', () => {
  const WORDS = 'no clear answer came when it was placed, so this desk took it back before it could stand';
  const closed = { kind: 'closed', why: 'cancelled', detail: 'CANCELED' } as const;
  function inDoubt(): { readonly desk: Desk; readonly key: OrderKey } {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    desk.outcome(key, AMBIGUOUS);
    desk.found(key, FAILED);
    return { desk, key };
  }

  test('said only "cancelled"', () => {
    const { desk, key } = inDoubt();
    desk.wait(11_000);
    desk.hear({ kind: 'cancel-outcome', order: key, outcome: { kind: 'accepted', venueId: 'v1', report: null } });
    desk.found(key, { kind: 'found', report: desk.report(key, { status: closed }), trades: [] });
    expect([desk.state(key), desk.order(key).detail]).toEqual(['closed: cancelled', WORDS]);
  });

  test('said only "cancelled" where the answer to the cancellation was lost as well, and after a restart', () => {
    const { desk, key } = inDoubt();
    desk.wait(11_000);
    desk.hear({ kind: 'cancel-outcome', order: key, outcome: AMBIGUOUS });
    desk.restart();
    desk.found(key, { kind: 'found', report: desk.report(key, { status: closed }), trades: [] });
    expect([desk.state(key), desk.order(key).detail]).toEqual(['closed: cancelled', WORDS]);
  });

  test('is not said of an order that a person cancelled, nor of one that was there before', () => {
    const { desk, key } = inDoubt();
    desk.wait(11_000);
    desk.hear({ kind: 'cancel', by: ANN, order: key });
    desk.found(key, { kind: 'found', report: desk.report(key, { status: closed }), trades: [] });
    expect(desk.order(key).detail).toBe('CANCELED');
    const { desk: other, key: there } = inDoubt();
    other.found(there, { kind: 'found', report: other.report(there), trades: [] });
    other.hear({ kind: 'order-report', report: other.report(there, { status: closed }) });
    expect(other.order(there).detail).toBe('CANCELED');
  });

  test('is not said of one that had filled, or that the exchange ended', () => {
    const { desk, key } = inDoubt();
    desk.wait(11_000);
    desk.hear({ kind: 'cancel-outcome', order: key, outcome: AMBIGUOUS });
    const status = { kind: 'closed', why: 'exchange', detail: 'CANCELED_STP' } as const;
    desk.found(key, { kind: 'found', report: desk.report(key, { status }), trades: [] });
    expect([desk.state(key), desk.order(key).detail]).toEqual(['closed: exchange', 'CANCELED_STP']);
  });
});

test('books that could not be compared for minutes are compared every ten seconds', () => {
  const desk = new Desk();
  desk.hear({ kind: 'stream', state: 'gap', why: 'a test' });
  const askedAtMs: number[] = [];
  for (let tenth = 0; tenth < 3_000; tenth += 1) {
    for (const { kind } of desk.wait(100)) {
      if (kind !== 'snapshot') continue;
      askedAtMs.push(desk.nowMs);
      desk.hear({ kind: 'snapshot-failed', why: '503' });
    }
  }
  expect(longest(askedAtMs)).toBeLessThanOrEqual(10_200);
});
