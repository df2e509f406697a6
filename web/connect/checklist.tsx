/** Ten lines, each landing as it happens; waiting is reading. */

import type { Attempt } from '../../src/contract/exchanges.ts';
import { groupDigits } from '../format/number.ts';
import { Icon, type IconName } from '../parts/icons.tsx';
import { allSteps, STATE_WORDS, type Step } from './steps.ts';

const ICONS: Readonly<Record<Step['state'], IconName>> = {
  waiting: 'dash',
  running: 'more',
  passed: 'check',
  warning: 'warn',
  failed: 'cross',
  skipped: 'dash',
};

export function Checklist(props: { readonly attempt: Attempt | null }) {
  const steps = allSteps(props.attempt);
  const last = steps.findLast(({ state }) => state === 'passed' || state === 'warning' || state === 'failed');
  return (
    <>
      <ol className="checklist" aria-label="Checks">
        {steps.map(({ step, words, state, detail, tookMs }) => (
          <li key={step} data-state={state}>
            <Icon name={ICONS[state]} size={16} />
            <span className="check-words">{words}</span>
            <span className="sr">{STATE_WORDS[state]}</span>
            <span className="check-detail dim">{state === 'skipped' ? 'not tried' : groupDigits(detail)}</span>
            <span className="check-took dim small">{tookMs > 0 ? `${Math.max(1, Math.round(tookMs))} ms` : ''}</span>
          </li>
        ))}
      </ol>
      <p className="sr" role="status" aria-live="polite">
        {last === undefined ? 'Checking' : `${last.words}: ${STATE_WORDS[last.state]}. ${last.detail}`}
      </p>
    </>
  );
}
