/** What the order does, before it is sent. The sentence is the contract; the figures above it are its parts. */

import type { OrderPreview } from '../../../src/contract/trading.ts';
import { formatQuantity, formatValue, groupDigits } from '../../format/number.ts';
import { asProblem } from '../../parts/problem.tsx';
import { heldBeyond } from './exact.ts';
import type { Side } from './form.ts';
import type { Told } from './preview-line.ts';

export function Preview(props: {
  readonly told: Told;
  readonly side: Side;
  readonly quote: string;
  readonly available: string | null;
  /** Whether the sentence stands here, and not beside the button. */
  readonly sentence: boolean;
}) {
  const { told, side, quote } = props;
  if (told.state === 'failed') {
    const { cause, cure } = asProblem(told.error);
    return (
      <div className="ticket-preview">
        <p className="ticket-problem">
          <span>
            It cannot be said now what this order would do. {cause} <span className="dim">{cure}</span>
          </span>
        </p>
      </div>
    );
  }
  const preview = told.state === 'told' ? told.preview : null;
  const held = preview === null || side === 'sell' ? null : heldFor(preview, props.available, quote);
  return (
    <div className="ticket-preview" aria-busy={told.state === 'asking'}>
      <dl>
        <Line name={side === 'buy' ? 'Costs' : 'Brings'} amount={preview?.value ?? null} asset={quote} quote={quote} />
        <Line
          name="Fee at most"
          amount={preview?.fee?.amount ?? null}
          asset={preview?.fee?.asset ?? quote}
          quote={quote}
        />
        {held === null ? null : <Line name="Held until it trades" amount={held} asset={quote} quote={quote} />}
        <Line
          name="Left after it"
          amount={preview?.after?.available ?? null}
          asset={preview?.after?.asset ?? quote}
          quote={quote}
        />
      </dl>
      {props.sentence ? <Sentence told={told} /> : null}
      {preview === null || preview.sentAs === '' ? null : <p className="dim small">{groupDigits(preview.sentAs)}</p>}
    </div>
  );
}

export function Sentence({ told }: { readonly told: Told }) {
  return (
    <p className="ticket-sentence" aria-live="polite">
      {told.state === 'told' ? groupDigits(told.preview.sentence) : ''}
    </p>
  );
}

function heldFor({ after, value, fee }: OrderPreview, available: string | null, quote: string): string | null {
  if (after === null || value === null || available === null) return null;
  return heldBeyond(available, after.available, value, fee?.asset === quote ? fee.amount : '0');
}

function Line(props: {
  readonly name: string;
  readonly amount: string | null;
  readonly asset: string;
  readonly quote: string;
}) {
  const { name, amount, asset, quote } = props;
  return (
    <div className="ticket-line">
      <dt className="dim">{name}</dt>
      <dd className="num" title={amount === null ? undefined : `${amount} ${asset}`}>
        {amount === null ? (
          <span className="dim" aria-hidden="true">
            —
          </span>
        ) : (
          <>
            <span data-exact={amount}>{asset === quote ? formatValue(amount, asset) : formatQuantity(amount)}</span>{' '}
            <span className="unit">{asset}</span>
          </>
        )}
      </dd>
    </div>
  );
}
