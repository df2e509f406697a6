/**
 * Keeps the test runner open in a copy of the tree, for `mutants.ts`: starting it takes longer than most mutants live.
 * Started in the copy; each message names files that have changed and tests to run, each answer whether all of them pass.
 */

import path from 'node:path';
import { startVitest } from 'vitest/node';

export type Asked = { readonly changed: readonly string[]; readonly tests: readonly string[] };
export type Answered = { readonly passed: boolean };

let reason = '';
const runner = await startVitest(
  'test',
  ['mutants-first-nothing'],
  {
    ...{ watch: true, passWithNoTests: true, project: ['unit'], bail: 1, fileParallelism: false },
    reporters: [
      {
        // What nobody caught fails no test, and is noticed all the same.
        onTestRunEnd: (_modules, errors, ended) => {
          reason = errors.length > 0 ? 'failed' : ended;
        },
      },
    ],
  },
  // Told of each change instead.
  { server: { watch: null } },
);

process.on('message', (asked: Asked) => {
  void answer(asked);
});

async function answer({ changed, tests }: Asked): Promise<void> {
  for (const file of changed) runner.invalidateFile(path.resolve(file));
  const found = await runner.globTestSpecifications(tests.map((name) => path.resolve(name)));
  reason = '';
  await runner.rerunTestSpecifications(found);
  process.send?.({ passed: found.length > 0 && reason === 'passed' } satisfies Answered);
}
