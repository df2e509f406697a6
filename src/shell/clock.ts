/** Time comes through here and nowhere else, so that tests can move it. */

export type Cancel = () => void;

export interface Clock {
  /** Unix milliseconds. */
  nowMs(): number;
  /** Runs once after `delayMs`; what it returns takes it back. A waiting run does not keep the process alive. */
  after(delayMs: number, run: () => void): Cancel;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Grows at the pace of time, whatever is done to the clock; says nothing of the date. */
export function monotonicMs(): number {
  return performance.now();
}

/** Once everything that is there to be read has been read. */
export function soon(run: () => void): void {
  setImmediate(run);
}

/**
 * Whether `spanMs` went by since `sinceMs`. A clock that was set back meanwhile (a machine that started with a wrong
 * time) says that it did: what waits for the old time to come again would stand still for as long as it was wrong.
 */
export function hasPassed(nowMs: number, sinceMs: number, spanMs: number): boolean {
  return nowMs < sinceMs || nowMs - sinceMs >= spanMs;
}

/** Runs again and again, `delayMs` after the last run ended; a slow run is never overtaken by the next. */
export function repeat(
  clock: Clock,
  delayMs: number,
  run: () => Promise<void> | void,
  onError: (error: unknown) => void,
): Cancel {
  let stopped = false;
  let cancel: Cancel = () => {};
  const next = (): void => {
    if (stopped) return;
    cancel = clock.after(delayMs, () => {
      void Promise.resolve().then(run).catch(onError).finally(next);
    });
  };
  next();
  return () => {
    stopped = true;
    cancel();
  };
}
