/** Refusals that need no exchange, in the same shape as those that do. */

import type { ConnectionId } from '../../core/ids.ts';
import { UNKNOWN_RIGHTS } from '../checks.ts';
import type { CheckReport, ConnectOutcome, Problem, ProblemCode } from '../protocol.ts';
import { Steps } from '../steps.ts';
import type { Context, OnStep } from './context.ts';

export function problem(code: ProblemCode, connection: ConnectionId | null = null): Problem {
  return { code, rights: [], connection, fault: null, clockOffsetMs: null };
}

/** A refusal before anything was asked: every line is skipped. */
export function refusedUnasked(context: Context, found: Problem, onStep: OnStep): ConnectOutcome {
  const steps = new Steps(context.clock, onStep);
  steps.skipRest();
  const report: CheckReport = {
    atMs: context.clock.nowMs(),
    steps: steps.all(),
    rights: UNKNOWN_RIGHTS,
    rightsSource: 'unknown',
    clockOffsetMs: null,
    balances: null,
    history: null,
    problem: found,
  };
  return { outcome: 'refused', report };
}
