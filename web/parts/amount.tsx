/** Amounts: always with their asset, exact on hover and on copy, and a short wash behind the digits that changed. */

import { useEffect, useRef } from 'react';
import type { Connection } from '../../src/contract/exchanges.ts';
import { formatQuantity, formatValue, splitAtPoint } from '../format/number.ts';

type Worth = Connection['total'];
const FLASH_MS = 300;

function sharedStart(left: string, right: string): number {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  return at;
}

/**
 * Text whose changed tail is washed for a moment; obeys reduced motion. The wash lies behind one whole text: cut in two
 * where it changed, digits are kerned differently on each side of the cut, and the number trembles by a pixel.
 */
export function Digits(props: { readonly text: string }) {
  const box = useRef<HTMLSpanElement>(null);
  const wash = useRef<HTMLSpanElement>(null);
  const before = useRef(props.text);
  useEffect(() => {
    const from = sharedStart(before.current, props.text);
    const isNew = before.current !== props.text;
    before.current = props.text;
    const text = box.current?.firstChild;
    if (!isNew || text == null || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const changed = document.createRange();
    changed.setStart(text, from);
    changed.setEnd(text, props.text.length);
    const { left, width } = changed.getBoundingClientRect();
    const start = left - (box.current?.getBoundingClientRect().left ?? left);
    wash.current?.animate([{ opacity: 1 }, { opacity: 0 }], FLASH_MS);
    // Moved by transform: neither layout nor anything that stands around it hears of it.
    wash.current?.style.setProperty('transform', `translateX(${start}px) scaleX(${width})`);
  }, [props.text]);
  return (
    <span className="digits" ref={box}>
      {props.text}
      <span className="digits-wash" ref={wash} aria-hidden="true" />
    </span>
  );
}

type AmountProps = { readonly value: string; readonly asset: string; readonly as?: 'value' | 'quantity' };

export function Amount(props: AmountProps) {
  const shown = props.as === 'value' ? formatValue(props.value, props.asset) : formatQuantity(props.value);
  return (
    <span className="num" title={`${props.value} ${props.asset}`}>
      <span data-exact={props.value}>
        <Digits text={shown} />
      </span>
      <span className="unit"> {props.asset}</span>
    </span>
  );
}

/** A value in the chosen currency; what it leaves out is said beside it. Or a dash that says why there is none. */
export function Value(props: { readonly worth: Worth }) {
  const { value, currency, reason } = props.worth;
  if (value === null) return <Unknown reason={reason} />;
  const amount = <Amount value={value} asset={currency} as="value" />;
  if (reason === '') return amount;
  return (
    <>
      {amount}{' '}
      <span className="unit" title={reason}>
        incomplete<span className="sr">: {reason}</span>
      </span>
    </>
  );
}

export function Unknown(props: { readonly reason: string }) {
  const reason = props.reason === '' ? 'Not known' : props.reason;
  return (
    <span className="num unknown" title={reason}>
      <span aria-hidden="true">—</span>
      <span className="sr">unknown: {reason}</span>
    </span>
  );
}

/** In a column: the point stands at the same place in every row. `places` is the widest fraction of the column. */
export function Aligned(props: {
  readonly shown: string;
  readonly exact: string;
  readonly places: number;
  readonly asset?: string;
  /** Characters of the longest asset in the column, so that what stands after the number does not push it. */
  readonly assetChars?: number;
}) {
  const { whole, fraction } = splitAtPoint(props.shown);
  return (
    <span className="num aligned" title={`${props.exact}${props.asset === undefined ? '' : ` ${props.asset}`}`}>
      <span data-exact={props.exact}>
        {whole}
        <span className="fraction" style={{ minWidth: `${props.places === 0 ? 0 : props.places + 1}ch` }}>
          {fraction}
        </span>
      </span>
      {props.asset === undefined ? null : (
        <span className="unit" style={{ minWidth: `${(props.assetChars ?? 0) * 1.15}ch` }}>
          {' '}
          {props.asset}
        </span>
      )}
    </span>
  );
}

/** Places of the widest fraction among what is shown. */
export function widestFraction(shown: readonly string[]): number {
  return shown.reduce((widest, text) => Math.max(widest, splitAtPoint(text).fraction.length - 1), 0);
}
