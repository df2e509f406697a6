import { defineConfig } from 'vitest/config';

/**
 * Four projects: `unit` stands beside the source and shares one module graph; `system` starts real processes, `e2e` a
 * browser too; `campaigns` runs seeds on whatever the others leave of the machine.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'guides/**/*.test.ts',
            'practice/**/*.test.ts',
            'web/**/*.test.ts',
            'test/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'campaigns',
          include: ['test/campaigns/**/*.test.ts', 'test/sim/**/*.test.ts'],
          // Each takes both cores by itself.
          fileParallelism: false,
          testTimeout: 18 * 60_000,
        },
      },
    ],
  },
});
