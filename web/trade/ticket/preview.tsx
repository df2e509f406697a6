/** What the order does, before it is sent. The sentence is the contract; the figures above it are its parts. */

import { formatQuantity, formatValue, groupDigits } from '../../format/number.ts';
import { asProblem } from '../../parts/problem.tsx';
import type { Side } from './form.ts';
import type { Told } from './preview-line.ts';

export function Preview(props: { readonly told: Told; readonly side: Side; readonly quote: string }) {
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
        <Line
          name="Left after it"
          amount={preview?.after?.available ?? null}
          asset={preview?.after?.asset ?? quote}
          quote={quote}
        />
      </dl>
      <p className="ticket-sentence" aria-live="polite">
        {preview === null ? '' : groupDigits(preview.sentence)}
      </p>
      {preview === null || preview.sentAs === '' ? null : <p className="dim small">{groupDigits(preview.sentAs)}</p>}
    </div>
  );
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
