/** Follows one attempt to connect, replace or check: prints each check as it lands, until it has ended. */

import type { Attempt, Trouble } from '../contract/exchanges.ts';
import type { CheckStep, StepState } from '../custody/protocol.ts';
import { CliError } from './cli-error.ts';
import { columns, plain } from './plain-text.ts';
import type { Workplace } from './workplace.ts';

/** Quick enough that steps appear one by one, slow enough to cost nothing. */
const POLL_MS = 80;
/** Ten checks at an exchange that answers each at the last moment. */
const ATTEMPT_MAX_MS = 150_000;

const STEP_NAMES: Readonly<Record<CheckStep, string>> = {
  reachable: 'Reachable',
  clock: 'Clock',
  'key-known': 'Key known',
  signature: 'Signature right',
  'ip-allowed': 'IP allowed',
  'rights-read': 'Permissions read',
  'cannot-withdraw': 'Cannot withdraw',
  'balance-read': 'Balance read',
  'history-readable': 'History readable',
  'may-trade': 'May trade',
};
const NAME_WIDTH = Math.max(...Object.values(STEP_NAMES).map(columns));

/** Words, not colours or signs: they survive a pipe, a log and a screen reader. */
const STATE_WORDS: Readonly<Record<Exclude<StepState, 'waiting' | 'running'>, string>> = {
  passed: 'ok',
  warning: 'note',
  failed: 'FAILED',
  skipped: 'skipped',
};

export async function follow(work: Workplace, first: Attempt): Promise<Attempt> {
  const untilMs = work.clock.nowMs() + ATTEMPT_MAX_MS;
  const told = new Set<CheckStep>();
  for (let attempt = first; ; ) {
    tell(work, attempt, told);
    if (attempt.state !== 'running') {
      if (!work.json) work.terminal.note('');
      return attempt;
    }
    if (work.clock.nowMs() > untilMs) throw stillRunning(attempt);
    await work.pause(POLL_MS);
    attempt = await work.desk.call('attempts.read', { params: { id: attempt.id } });
  }
}

/** Checks are told beside the result, and not at all to a script: it gets them whole at the end. */
function tell(work: Workplace, attempt: Attempt, told: Set<CheckStep>): void {
  // Refused before the first check: a list of ten that were not made says nothing.
  if (work.json || attempt.steps.every(({ state }) => state === 'skipped')) return;
  for (const { step, state, detail } of attempt.steps) {
    // A step that is still open hides what comes after it: the order on the screen is the order of the checks.
    if (state === 'waiting' || state === 'running') return;
    if (told.has(step)) continue;
    told.add(step);
    const name = STEP_NAMES[step];
    const line = `  ${STATE_WORDS[state].padEnd(7)}  ${name}${' '.repeat(NAME_WIDTH - columns(name))}  ${plain(detail)}`;
    work.terminal.note(line.trimEnd());
  }
}

/** The trouble of an attempt that did not end well; `hint` is what to do about it at this command line. */
export function troubleError(trouble: Trouble, hint: string | null): CliError {
  const cure = hint === null ? trouble.cure : `${trouble.cure} ${hint}`;
  return new CliError(trouble.code, `${trouble.title} ${trouble.cause}`, cure);
}

/** For an attempt that ended without a word why. */
export function withoutReason(attempt: Attempt): CliError {
  return new CliError(
    'attempt_failed',
    `The attempt ended as "${attempt.state}" without a reason.`,
    'Look at `gapless exchanges list` and `gapless audit`, then try again.',
  );
}

function stillRunning(attempt: Attempt): CliError {
  return new CliError(
    'attempt_slow',
    `The checks have not ended within ${ATTEMPT_MAX_MS / 1_000} s (attempt ${attempt.id}).`,
    'They go on. Look at `gapless exchanges list` in a moment.',
  );
}
