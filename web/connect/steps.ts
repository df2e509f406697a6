/** The ten checks in order, and how what is told about them is put together. Pure. */

import type { Attempt } from '../../src/contract/exchanges.ts';

export type Step = Attempt['steps'][number];

/** The words of the checklist, in the order of the page. */
export const STEPS: readonly { readonly step: Step['step']; readonly words: string }[] = [
  { step: 'reachable', words: 'Reachable' },
  { step: 'clock', words: 'Clock' },
  { step: 'key-known', words: 'Key known' },
  { step: 'signature', words: 'Signature right' },
  { step: 'ip-allowed', words: 'IP allowed' },
  { step: 'rights-read', words: 'Permissions read' },
  { step: 'cannot-withdraw', words: 'Cannot withdraw' },
  { step: 'balance-read', words: 'Balance read' },
  { step: 'history-readable', words: 'History readable' },
  { step: 'may-trade', words: 'May trade' },
];

export const STATE_WORDS: Readonly<Record<Step['state'], string>> = {
  waiting: 'waiting',
  running: 'running',
  passed: 'passed',
  warning: 'passed with a warning',
  failed: 'failed',
  skipped: 'not tried',
};

/** All ten, with what is known of each. */
export function allSteps(attempt: Attempt | null): readonly (Step & { readonly words: string })[] {
  return STEPS.map(({ step, words }) => {
    const known = attempt?.steps.find((one) => one.step === step);
    return { ...(known ?? { step, state: 'waiting' as const, detail: '', tookMs: 0 }), words };
  });
}

function progressOf(attempt: Attempt): number {
  const landed = attempt.steps.filter(({ state }) => state !== 'waiting' && state !== 'running').length;
  const begun = attempt.steps.filter(({ state }) => state === 'running').length;
  return (attempt.state === 'running' ? 0 : 1000) + landed * 2 + begun;
}

/** The same attempt may be told by the reply, by the live line and by a later read; the one that knows more counts. */
export function furthest(...told: readonly (Attempt | null | undefined)[]): Attempt | null {
  return told.reduce<Attempt | null>((best, one) => {
    if (one === null || one === undefined) return best;
    return best === null || progressOf(one) > progressOf(best) ? one : best;
  }, null);
}
