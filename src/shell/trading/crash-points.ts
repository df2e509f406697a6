/**
 * Where a process may die between two things that must not be torn apart. Each durable write and each send passes one,
 * so that a test can end the process exactly there. In a running desk nothing happens.
 */

export type CrashPoint =
  | 'before-commit'
  | 'after-commit'
  /** Between two accounts whose steps one transaction held: told and sent one after the other. */
  | 'between-accounts'
  | 'before-place'
  | 'after-place'
  | 'before-cancel'
  | 'after-cancel'
  | 'before-find'
  | 'after-find'
  | 'before-snapshot'
  | 'after-snapshot'
  | 'before-follow'
  | 'before-halt'
  | 'after-halt'
  | 'before-prune'
  | 'after-prune'
  | 'before-install'
  | 'after-install';

export interface CrashPoints {
  at(name: CrashPoint): void;
}

export const NO_CRASH_POINTS: CrashPoints = { at: () => {} };
