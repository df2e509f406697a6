/** Why the button is barred, in a line under it; empty where it is not. */

import type { OrderProblem } from '../../../src/contract/trading.ts';
import type { Form } from './form.ts';
import type { Told } from './preview-line.ts';
import type { ReadForm } from './read-form.ts';
import { MISSING_WORDS } from './words.ts';

export function reasonOf(ticket: {
  readonly read: Pick<ReadForm, 'errors' | 'missing'>;
  readonly told: Told;
  readonly problems: readonly Pick<OrderProblem, 'confirm'>[];
  readonly form: Pick<Form, 'confirmations'>;
}): string {
  const { read, told, problems, form } = ticket;
  if (Object.keys(read.errors).length > 0) return 'Mend what is marked above.';
  if (read.missing !== null) return MISSING_WORDS[read.missing];
  // Green, it promised what a press did not do: nothing leaves before the desk said what it would do.
  if (told.state === 'failed') return 'Nothing is sent until this can be said.';
  if (problems.length === 0) return '';
  const confirmable = problems.every(({ confirm }) => confirm !== null && !form.confirmations.includes(confirm));
  return confirmable ? 'Tick the box above to place it all the same.' : 'Mend what is marked above.';
}
