import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GroupCommit } from './group-commit.ts';
import { createGroupCommit } from './group-commit.ts';

type Desk = {
  readonly group: GroupCommit<number, string>;
  readonly commits: (readonly number[])[];
  readonly told: string[];
  readonly errors: unknown[];
  readonly deferred: (() => void)[];
};

/** A commit with `failing` in it throws. */
function desk(queueMax: number, groupMax: number, failing: number | null = null): Desk {
  const commits: (readonly number[])[] = [];
  const told: string[] = [];
  const errors: unknown[] = [];
  const deferred: (() => void)[] = [];
  const group = createGroupCommit<number, string>({
    queueMax,
    groupMax,
    defer: (work) => deferred.push(work),
    commit(items) {
      if (failing !== null && items.includes(failing)) throw new Error('disk');
      commits.push(items);
      return items.map((item) => `did ${item}`);
    },
    committed: (done) => told.push(...done),
    failed: (error) => errors.push(error),
  });
  return { group, commits, told, errors, deferred };
}

describe('groups', () => {
  test('everything that arrives before a commit shares it, and nothing waits for a later arrival', async () => {
    const { group, commits, deferred } = desk(100, 100);
    const first = [1, 2, 3].map((item) => group.submit(item));
    expect(deferred).toHaveLength(1);
    deferred.shift()?.();
    const second = group.submit(4);
    expect(deferred).toHaveLength(1);
    deferred.shift()?.();
    expect(commits).toEqual([[1, 2, 3], [4]]);
    expect(await Promise.all([...first, second])).toEqual([1, 2, 3, 4].map((n) => ({ ok: true, value: `did ${n}` })));
    expect(deferred).toEqual([]);
  });

  test('any arrivals and turns: each answered once, in order, in groups no longer than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (arrivals, queueMax, groupMax) => {
          const { group, commits, told, deferred } = desk(queueMax, groupMax);
          const answers: { readonly item: number; readonly answer: ReturnType<typeof group.submit> }[] = [];
          let item = 0;
          for (const count of arrivals) {
            for (let arrived = 0; arrived < count; arrived += 1) {
              answers.push({ item, answer: group.submit(item) });
              item += 1;
            }
            deferred.shift()?.();
          }
          group.close();
          const taken: number[] = [];
          for (const one of answers) {
            const submitted = await one.answer;
            if (!submitted.ok) {
              expect(submitted.reason).toBe('queue-full');
              continue;
            }
            expect(submitted.value).toBe(`did ${one.item}`);
            taken.push(one.item);
          }
          expect(commits.flat()).toEqual(taken);
          expect(told).toEqual(taken.map((one) => `did ${one}`));
          for (const one of commits) expect(one.length).toBeLessThanOrEqual(groupMax);
        },
      ),
    );
  });
});

describe('a commit that fails', () => {
  test('leaves its own items unknown, the others not done, and takes nothing any more', async () => {
    const { group, commits, errors, deferred } = desk(100, 2, 3);
    const answers = [1, 2, 3, 4, 5].map((item) => group.submit(item));
    while (deferred.length > 0) deferred.shift()?.();
    expect((await Promise.all(answers)).map((one) => (one.ok ? one.value : one.reason))).toEqual([
      'did 1',
      'did 2',
      'unknown',
      'unknown',
      'stopped',
    ]);
    expect(commits).toEqual([[1, 2]]);
    expect(errors).toHaveLength(1);
    expect(await group.submit(6)).toEqual({ ok: false, reason: 'stopped' });
    group.close();
    expect(await group.submit(7)).toEqual({ ok: false, reason: 'stopped' });
  });
});
