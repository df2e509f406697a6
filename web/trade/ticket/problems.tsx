/** What the desk says is wrong with the order, under the field it belongs to, with the button that mends it. */

import type { OrderDraft, OrderProblem } from '../../../src/contract/trading.ts';
import { groupDigits } from '../../format/number.ts';
import { sentence } from '../connection/condition.ts';

type Where = OrderProblem['field'];

export function Problems(props: {
  readonly problems: readonly OrderProblem[];
  readonly of: readonly Where[];
  readonly onMend: (draft: OrderDraft) => void;
}) {
  const here = props.problems.filter(({ field }) => props.of.includes(field));
  return here.map(({ code, field, cause, cure, mend }) => (
    <p key={`${field} ${code}`} className="ticket-problem" role="alert">
      <span>
        {groupDigits(sentence(cause))} <span className="dim">{groupDigits(cure)}</span>
      </span>
      {mend === null ? null : (
        <button type="button" className="quiet" onClick={() => props.onMend(mend.draft)}>
          {groupDigits(mend.label)}
        </button>
      )}
    </p>
  ));
}
