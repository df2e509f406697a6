/** A clock that stands still until it is moved, for tests of whatever waits. */

export type ManualTime = {
  nowMs(): number;
  after(delayMs: number, run: () => void): () => void;
  /** Runs what becomes due, in order of its time, and lets promises settle in between. */
  advance(byMs: number): Promise<void>;
  /** Somebody sets the clock: waits go on as they were. */
  setDate(byMs: number): void;
  /** Waits that are still to come. */
  waiting(): number;
};

export function manualTime(startMs = 1_767_225_600_000): ManualTime {
  let nowMs = startMs;
  let made = 0;
  let offMs = 0;
  const timers = new Map<number, { readonly atMs: number; readonly run: () => void }>();
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return {
    nowMs: () => nowMs + offMs,
    after(delayMs, run) {
      made += 1;
      const key = made;
      timers.set(key, { atMs: nowMs + Math.max(0, delayMs), run });
      return () => void timers.delete(key);
    },
    async advance(byMs) {
      const untilMs = nowMs + byMs;
      await settle();
      for (;;) {
        let next: readonly [number, { readonly atMs: number; readonly run: () => void }] | null = null;
        for (const entry of timers)
          if (entry[1].atMs <= untilMs && (next === null || entry[1].atMs < next[1].atMs)) next = entry;
        if (next === null) break;
        timers.delete(next[0]);
        nowMs = Math.max(nowMs, next[1].atMs);
        next[1].run();
        await settle();
      }
      nowMs = untilMs;
    },
    setDate: (byMs) => {
      offMs += byMs;
    },
    waiting: () => timers.size,
  };
}
