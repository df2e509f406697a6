import type { Clock } from './clock.ts';

/** For tests: stands still until it is moved, and then runs what became due, in order. */
export type ManualClock = Clock & {
  /** Moves forward and lets what became due run, in order of its time. Waits for promises they started. */
  advance(byMs: number): Promise<void>;
  /** As when a machine wakes from sleep: time is suddenly later, and what is due by then runs once. */
  jump(byMs: number): Promise<void>;
  /** As when a wrong clock is put right: an earlier time, while everything that waits goes on waiting as long as before. */
  setBack(byMs: number): void;
};

export function manualClock(startMs = 1_767_225_600_000): ManualClock {
  let nowMs = startMs;
  let order = 0;
  const waiting = new Map<number, { atMs: number; run: () => void }>();
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    nowMs: () => nowMs,
    after(delayMs, run) {
      order += 1;
      const key = order;
      waiting.set(key, { atMs: nowMs + Math.max(0, delayMs), run });
      return () => void waiting.delete(key);
    },
    async advance(byMs) {
      const untilMs = nowMs + byMs;
      for (;;) {
        const due = [...waiting].filter(([, entry]) => entry.atMs <= untilMs).sort((a, b) => a[1].atMs - b[1].atMs)[0];
        if (due === undefined) break;
        waiting.delete(due[0]);
        nowMs = Math.max(nowMs, due[1].atMs);
        due[1].run();
        await settle();
      }
      nowMs = untilMs;
      await settle();
    },
    async jump(byMs) {
      nowMs += byMs;
      const due = [...waiting].filter(([, entry]) => entry.atMs <= nowMs).sort((a, b) => a[1].atMs - b[1].atMs);
      for (const [key, entry] of due) {
        if (waiting.delete(key)) entry.run();
        await settle();
      }
      await settle();
    },
    setBack(byMs) {
      nowMs -= byMs;
      for (const entry of waiting.values()) entry.atMs -= byMs;
    },
  };
}
