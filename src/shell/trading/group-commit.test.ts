import { expect, test } from 'vitest';
import type { ConnectionId, UserId } from '../../core/ids.ts';
import type { Written } from '../../store/trade-store.ts';
import { manualClock } from '../manual-clock.ts';
import { NO_CRASH_POINTS } from './crash-points.ts';
import { GroupCommit, LATER_MS, type Stepped } from './group-commit.ts';

function group() {
  const clock = manualClock();
  const written: number[][] = [];
  const atMsOf = (steps: readonly Written[]): number[] => steps.map(({ event }) => event.atMs);
  const commit = new GroupCommit<string>({
    store: {
      write: (steps) => {
        written.push(atMsOf(steps));
        return Promise.resolve();
      },
    },
    ...{ soon: setImmediate, clock, crash: NO_CRASH_POINTS },
    committed: () => {},
    failed: () => {},
    gone: () => {},
  });
  let count = 0;
  const step = (mayWait: boolean): Stepped<string> => {
    count += 1;
    const applied = { commands: [], changes: [], refused: null, surprises: [], order: null };
    const event = { kind: 'time', atMs: count } as const;
    return { of: 'a', mayWait, written: { connection: 'a' as ConnectionId, owner: 'u' as UserId, event, applied } };
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, commit, written, settle, add: (mayWait: boolean) => commit.add(step(mayWait)) };
}

test('what may wait goes along with the next step that does not, in its order', async () => {
  const { add, settle, written } = group();
  add(true);
  await settle();
  expect(written).toEqual([]);
  add(false);
  add(true);
  await settle();
  expect(written).toEqual([[1, 2, 3]]);
});

test('what may wait is written within a second where nothing comes along', async () => {
  const { add, clock, settle, written } = group();
  add(true);
  await clock.advance(LATER_MS - 1);
  await settle();
  add(true);
  expect(written).toEqual([]);
  await clock.advance(1);
  await settle();
  expect(written).toEqual([[1, 2]]);
  add(true);
  await clock.advance(LATER_MS);
  await settle();
  expect(written).toEqual([[1, 2], [3]]);
});

test('at the end nothing waits any more', async () => {
  const { add, commit, written } = group();
  add(true);
  await commit.idle();
  expect(written).toEqual([[1]]);
});
