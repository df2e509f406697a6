/** How much of what is available: a slider in whole percent, and what there is. */

import type { CSSProperties } from 'react';
import { formatQuantity, formatValue } from '../../format/number.ts';
import { Unknown } from '../../parts/amount.tsx';

const MARKS = [0, 25, 50, 75, 100];

type Props = {
  /** Where it stands; null: nowhere in particular. */
  readonly percent: number | null;
  readonly available: string | null;
  readonly asset: string;
  /** Whether the asset pays, so that its places are those of money. */
  readonly money: boolean;
  readonly onChange: (percent: number) => void;
};

export function Share(props: Props) {
  const { percent, available, asset } = props;
  const at = percent ?? 0;
  const off = available === null;
  return (
    <div className="ticket-share">
      <input
        type="range"
        min={0}
        max={100}
        step={1}
        value={at}
        disabled={off}
        aria-label="Share of what is available"
        aria-valuetext={`${at} %`}
        style={{ '--at': `${at}%` } as CSSProperties}
        onChange={(event) => props.onChange(Number(event.currentTarget.value))}
      />
      <div className="ticket-marks">
        {MARKS.map((mark) => (
          <button
            key={mark}
            type="button"
            tabIndex={-1}
            disabled={off}
            aria-pressed={percent === mark}
            onClick={() => props.onChange(mark)}
          >
            {mark}
            {mark === 100 ? ' %' : ''}
          </button>
        ))}
      </div>
      <p className="ticket-line">
        <span className="dim">Available</span>
        {available === null ? (
          <Unknown reason="The balance has not been told yet." />
        ) : (
          <span className="num" title={`${available} ${asset}`} data-exact={available}>
            {props.money ? formatValue(available, asset) : formatQuantity(available)}{' '}
            <span className="unit">{asset}</span>
          </span>
        )}
      </p>
    </div>
  );
}
