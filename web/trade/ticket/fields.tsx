/** Price, activation and amount, with everything that can be wrong with them under them. */

import type { RefObject } from 'react';
import type { Market, OrderDraft, OrderProblem } from '../../../src/contract/trading.ts';
import { formatQuantity, formatValue, group } from '../../format/number.ts';
import {
  type Change,
  type Field,
  type Form,
  hasActivation,
  hasPrice,
  type Known,
  mayQuote,
  type PriceField,
} from './form.ts';
import { NumberField } from './number-field.tsx';
import { Problems } from './problems.tsx';
import type { ReadForm } from './read-form.ts';
import { FIELD_WORDS } from './words.ts';

export type FieldRefs = Readonly<Record<Field, RefObject<HTMLInputElement | null>>>;
type Props = {
  readonly form: Form;
  readonly read: ReadForm;
  readonly known: Known;
  readonly market: Market;
  readonly problems: readonly OrderProblem[];
  /** What the amount is in the other unit, as the desk reckons it; null where nobody knows. */
  readonly estimate: string | null;
  /** How far from the best price, in words; empty where nobody knows. */
  readonly distance: string;
  readonly refs: FieldRefs;
  readonly change: (change: Change) => void;
  readonly onPriceFocus: (field: PriceField) => void;
};

const PROBLEM_FIELD: Readonly<Record<Field, OrderProblem['field']>> = {
  ...{ price: 'price', activation: 'activation', amount: 'quantity' },
};

export function Fields(props: Props) {
  const { form } = props;
  return (
    <>
      {hasActivation(form.kind) ? <PriceOf {...props} field="activation" /> : null}
      {hasPrice(form.kind) ? <PriceOf {...props} field="price" /> : null}
      <AmountOf {...props} />
    </>
  );
}

const mend = (change: Props['change']) => (draft: OrderDraft) => change({ type: 'mended', draft });
const isWrong = ({ problems }: Props, field: Field): boolean =>
  problems.some((problem) => problem.field === PROBLEM_FIELD[field]);

function PriceOf(props: Props & { readonly field: PriceField }) {
  const { field, form, known, market, read, change } = props;
  return (
    <NumberField
      label={FIELD_WORDS[field]}
      value={form[field]}
      placeholder={known.last === null ? '' : group(known.last)}
      unit={<span className="ticket-unit">{market.quote}</span>}
      inputRef={props.refs[field]}
      onChange={(text) => change({ type: 'typed', field, text })}
      onStep={(count) => change({ type: 'stepped', field, count })}
      onFocus={() => props.onPriceFocus(field)}
      error={read.errors[field]}
      wrong={isWrong(props, field)}
      hint={field === 'price' ? <BestPrices {...props} /> : null}
    >
      <Problems problems={props.problems} of={[PROBLEM_FIELD[field]]} onMend={mend(change)} />
    </NumberField>
  );
}

/** The two prices that are wanted most, by one click. Tab goes on to the amount: the keys are the field's. */
function BestPrices({ known, change, distance }: Props) {
  const best = [
    { name: 'Bid', price: known.bid },
    { name: 'Ask', price: known.ask },
  ];
  return (
    <p className="ticket-hint">
      <span>{distance}</span>
      <span className="ticket-best">
        {best.map(({ name, price }) => (
          <button
            key={name}
            type="button"
            className="quiet plain"
            tabIndex={-1}
            disabled={price === null}
            title={price === null ? 'Nobody tells it now' : `Take the best ${name.toLowerCase()}, ${group(price)}`}
            onClick={() => change({ type: 'typed', field: 'price', text: price ?? '' })}
          >
            {name}
          </button>
        ))}
      </span>
    </p>
  );
}

function AmountOf(props: Props) {
  const { form, market, read, change } = props;
  const may = mayQuote(form);
  const unit = form.unit === 'base' ? market.base : market.quote;
  const other = form.unit === 'base' ? market.quote : market.base;
  return (
    <NumberField
      label={FIELD_WORDS.amount}
      value={form.amount}
      placeholder="0"
      unit={
        may ? (
          <button
            type="button"
            className="ticket-unit"
            title={`Count in ${other} instead`}
            aria-label={`Counted in ${unit}. Count in ${other} instead`}
            onClick={() => change({ type: 'unit', unit: form.unit === 'base' ? 'quote' : 'base' })}
          >
            {unit}
            <span aria-hidden="true"> ⇄</span>
          </button>
        ) : (
          <span className="ticket-unit" title={`Sales at the market are counted in ${market.base}`}>
            {unit}
          </span>
        )
      }
      inputRef={props.refs.amount}
      onChange={(text) => change({ type: 'typed', field: 'amount', text })}
      error={read.errors.amount}
      wrong={isWrong(props, 'amount')}
      hint={
        <p className="ticket-hint num">
          <span />
          <OtherUnit exact={read.otherUnit} about={props.estimate} asset={other} money={form.unit === 'base'} />
        </p>
      }
    >
      <Problems problems={props.problems} of={['quantity']} onMend={mend(change)} />
    </NumberField>
  );
}

/** Exact where the order has a price, an estimate where the market gives it. */
function OtherUnit(props: {
  readonly exact: string;
  readonly about: string | null;
  readonly asset: string;
  readonly money: boolean;
}) {
  const { exact, about, asset, money } = props;
  const amount = exact === '' ? about : exact;
  if (amount === null) return <span />;
  return (
    <span title={`${amount} ${asset}`}>
      {exact === '' ? 'about' : '='} {money ? formatValue(amount, asset) : formatQuantity(amount)} {asset}
    </span>
  );
}
