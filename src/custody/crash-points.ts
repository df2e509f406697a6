/** Where custody may die between two things that must not be torn apart. In a running custody nothing happens. */

export type CustodyCrashPoint =
  | 'before-journal'
  /** Between the rows of two requests that one transaction holds. */
  | 'in-journal'
  | 'after-journal'
  | 'before-send-order'
  | 'after-send-order'
  | 'before-send-cancel'
  | 'after-send-cancel'
  | 'before-send-read'
  | 'after-send-read';

export type CustodyCrashPoints = { at(name: CustodyCrashPoint): void };
export const NO_CRASH_POINTS: CustodyCrashPoints = { at: () => {} };
