/** Requests and frames that faults hold back: bounded in number, and let go when their fault ends. */

/** Across all faults; what comes when so many wait passes at once. */
export const HELD_MAX = 1_000;

export type Hold = {
  /** Runs `work` once: after `delayMs`, when the answer is called, or when everything is released. */
  later(delayMs: number, work: () => void): () => void;
  releaseAll(): void;
};

export type Holds = { open(): Hold; readonly size: number };

export function createHolds(max = HELD_MAX): Holds {
  let held = 0;
  return {
    get size() {
      return held;
    },
    open() {
      const waiting = new Set<() => void>();
      return {
        later(delayMs, work) {
          if (held >= max) {
            work();
            return () => {};
          }
          held += 1;
          let isOver = false;
          const run = (): void => {
            if (isOver) return;
            isOver = true;
            held -= 1;
            waiting.delete(run);
            clearTimeout(timer);
            work();
          };
          // Unreferenced: a held frame keeps no process from ending.
          const timer = setTimeout(run, delayMs).unref();
          waiting.add(run);
          return run;
        },
        releaseAll() {
          for (const run of [...waiting]) run();
        },
      };
    },
  };
}
