/** What was sent without an answer, and the order that a list shows of it. */

import type { Order } from '../../../src/contract/trading.ts';
import { endPlacing } from '../data/actions.ts';
import { keptInTab } from '../data/kept-in-tab.ts';
import type { Form, Known } from './form.ts';
import { forgetSent, foundIn, holds, readSent, type Sent } from './sent.ts';
import { changeForm, formNow } from './store.ts';

/** The newest last. */
export const stillOpen = (): readonly Sent[] => readSent(keptInTab(), Date.now());

export const noLongerOpen = ({ requestId }: Pick<Sent, 'requestId'>): void =>
  forgetSent(keptInTab(), requestId, Date.now());

/** An empty amount: whatever is pressed next, by a finger that was late, finds nothing to send. */
export function emptied(sent: Form, known: Known): void {
  if (holds(formNow(), sent)) changeForm({ type: 'placed' }, known);
}

/** The order of what was sent, if it is among these: then it is open no more and the form is rid of it. */
export function meet(sent: Sent, shown: readonly Order[], known: Known): Order | null {
  const order = foundIn(sent, shown);
  if (order === null) return null;
  noLongerOpen(sent);
  emptied(sent.form, known);
  endPlacing(sent.requestId);
  return order;
}
