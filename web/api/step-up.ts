/** The second look: whoever needs one waits here; one dialog serves all who wait. */

type Waiting = { readonly promise: Promise<boolean>; readonly settle: (proven: boolean) => void };
let waiting: Waiting | null = null;
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

/** True once proven, false when the person closed the dialog. */
export function askStepUp(): Promise<boolean> {
  if (waiting !== null) return waiting.promise;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  waiting = { promise, settle: resolve };
  tell();
  return promise;
}

export function settleStepUp(proven: boolean): void {
  const settled = waiting;
  waiting = null;
  tell();
  settled?.settle(proven);
}

export const stepUpStore = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  wanted: (): boolean => waiting !== null,
};
