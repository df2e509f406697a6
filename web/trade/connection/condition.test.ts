import { describe, expect, test } from 'vitest';
import type { TradingAccount } from '../../../src/contract/trading.ts';
import { conditionOf, noStreamWords, stateWord } from './condition.ts';

const ready: TradingAccount = {
  connection: 'a',
  venue: 'whitebit',
  state: 'ready',
  cause: '',
  cure: '',
  sinceMs: 1000,
  stream: { state: 'live', why: '', sinceMs: 1000, nextAttemptAtMs: null },
  reconciledAtMs: 2000,
  halt: null,
  reducing: null,
  markets: ['BTC_USDT'],
  openOrders: 0,
  doubtful: 0,
};

test('a ready account with a live stream says nothing', () => {
  expect(conditionOf(ready)).toBeNull();
  expect(stateWord(ready)).toEqual({ tone: 'plain', word: 'Ready' });
});

test('a ready account whose stream is lost says since when and when it is tried again', () => {
  const lost = { ...ready, stream: { state: 'lost', why: '', sinceMs: 5000, nextAttemptAtMs: 9000 } } as const;
  expect(conditionOf(lost)).toMatchObject({
    tone: 'amber',
    cause: 'The private stream is lost.',
    sinceMs: 5000,
    nextAtMs: 9000,
  });
  expect(stateWord(lost).tone).toBe('amber');
});

test('the stream of a key without markets was called lost, though there is none', () => {
  const stream = { state: 'lost', why: 'not opened', sinceMs: 5000, nextAttemptAtMs: null } as const;
  expect(noStreamWords({ state: 'no-markets', stream })).toMatch(/no market is chosen/);
  expect(noStreamWords({ state: 'watch-only', stream })).toMatch(/only watches/);
  for (const state of ['trouble', 'starting', 'halted'] as const) expect(noStreamWords({ state, stream })).toBeNull();
  // The last market was taken away while it streamed: orders that stand are still heard of.
  expect(noStreamWords({ ...ready, state: 'no-markets' })).toBeNull();
});

test('a key that was held to sales looked as ready as any', () => {
  const held = { ...ready, reducing: { why: 'careful', sinceMs: 500 } };
  expect(stateWord(held)).toEqual({ tone: 'amber', word: 'Only sales' });
  expect(conditionOf(held)).toMatchObject({
    cause: 'Only sales until it is resumed: careful.',
    ...{ sinceMs: 500, action: 'resume' },
  });
});

describe('every other state', () => {
  test.each(['starting', 'watch-only', 'no-markets', 'halted', 'trouble'] as const)(
    '%s has a cause, told or ours',
    (state) => {
      const silent = conditionOf({ ...ready, state });
      expect(silent?.cause).not.toBe('');
      expect(conditionOf({ ...ready, state, cause: 'Said by the desk.' })?.cause).toBe('Said by the desk.');
    },
  );

  test('that a person can mend has its button', () => {
    const actions = (['watch-only', 'no-markets', 'halted', 'trouble'] as const).map(
      (state) => conditionOf({ ...ready, state })?.action,
    );
    expect(actions).toEqual(['replace-key', 'choose-markets', 'resume', null]);
    expect(conditionOf({ ...ready, state: 'trouble' }, 'locked')?.action).toBe('unlock');
  });
});
