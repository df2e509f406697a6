/** What is known of a move that did not come back as done. */

import { Problem } from '../../api/client.ts';
import { asProblem } from '../../parts/problem.tsx';
import { isAnswer } from '../data/actions.ts';
import type { Ghost } from './order-line.ts';

export function fateOf(error: unknown): Pick<Ghost, 'trouble' | 'confirm'> & { phase: 'failed' | 'unanswered' } {
  const { cause, cure } = asProblem(error);
  // Silence is no refusal: the desk may have it in writing all the same.
  if (!isAnswer(error)) return { phase: 'unanswered', trouble: cause, confirm: null };
  const confirm = error instanceof Problem ? error.confirm : null;
  // What a click can mend is asked where the order is; everything else is said with its cure.
  return { phase: 'failed', trouble: confirm === null ? `${cause} ${cure}` : cause, confirm };
}
