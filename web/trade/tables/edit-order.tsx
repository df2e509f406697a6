/** Moving an order in its row: other prices, another amount. Only what was changed is asked for. */

import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react';
import type { Confirmation, Order } from '../../../src/contract/trading.ts';
import { Problem } from '../../api/client.ts';
import { asProblem } from '../../parts/problem.tsx';
import { type MoveChange, moveOrder } from '../data/actions.ts';
import { stepped } from '../ticket/exact.ts';
import { readNumber } from '../ticket/typed.ts';
import { changeOf, type Edited, startOf, wrongOf } from './edit.ts';
import { pairOf } from './words.ts';

export const isEditable = (order: Order): boolean =>
  order.owner === 'ours' &&
  order.state === 'open' &&
  !order.moving &&
  !order.blocked &&
  order.terms !== null &&
  order.terms.kind !== 'market';

type Props = {
  readonly order: Order;
  readonly tick: string;
  /** Which field begins with the focus; null: the first. */
  readonly first: keyof Edited | null;
  readonly onClose: () => void;
  readonly onTrouble: () => void;
};

const NAMES = { price: 'Price', activation: 'Activates at', amount: 'Left to fill' } as const;

export function EditOrder({ order, tick, first, onClose: close, onTrouble }: Props) {
  const form = useRef<HTMLFormElement>(null);
  // The arrows and Delete go on from the row that was edited.
  const onClose = (): void => {
    form.current?.closest<HTMLElement>('[data-row]')?.focus({ preventScroll: true });
    close();
  };
  const [start] = useState(() => startOf(order));
  const [edited, setEdited] = useState<Edited>(start);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<{ readonly words: string; readonly confirm: Confirmation | null } | null>(
    null,
  );
  const change = changeOf(start, edited);
  const wrong = wrongOf(edited);
  const send = async (asked: MoveChange | null): Promise<void> => {
    if (asked === null) return onClose();
    setBusy(true);
    try {
      await moveOrder(order, asked);
      onClose();
    } catch (error) {
      const { cause, cure } = asProblem(error);
      const confirm = error instanceof Problem ? error.confirm : null;
      onTrouble();
      setTrouble({ words: confirm === null ? `${cause} ${cure}` : cause, confirm });
      setBusy(false);
    }
  };
  const submitted = (event: FormEvent): void => {
    event.preventDefault();
    if (!busy && change !== 'wrong') void send(change);
  };
  const pressed = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const name = event.currentTarget.name as keyof Edited;
      if (name === 'amount') return;
      const typed = readNumber(edited[name] ?? '');
      const from = typed.state === 'number' ? typed.text : '';
      const next = stepped(from, tick, (event.key === 'ArrowUp' ? 1 : -1) * (event.shiftKey ? 10 : 1));
      if (next !== null) setEdited({ ...edited, [name]: next });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const [base, quote] = pairOf(order.market);
  const fields = (['activation', 'price', 'amount'] as const).filter((name) => start[name] !== null);
  return (
    <form className="edit-order" ref={form} onSubmit={submitted} noValidate>
      {fields.map((name, index) => (
        <label key={name}>
          <span className="dim">{NAMES[name]}</span>
          <input
            name={name}
            className="num"
            inputMode="decimal"
            autoComplete="off"
            // biome-ignore lint/a11y/noAutofocus: the row was asked to be edited
            autoFocus={first === null ? index === 0 : first === name}
            onFocus={(event) => event.currentTarget.select()}
            value={edited[name] ?? ''}
            onChange={(event) => {
              setTrouble(null);
              setEdited({ ...edited, [name]: event.currentTarget.value });
            }}
            onKeyDown={pressed}
          />
          <span className="dim unit">{name === 'amount' ? base : quote}</span>
        </label>
      ))}
      <button type="submit" className="button primary" disabled={busy || change === 'wrong' || change === null}>
        {busy ? 'Moving' : 'Move'}
      </button>
      <button type="button" className="quiet plain" onClick={onClose}>
        Leave it
      </button>
      {wrong === null ? null : (
        <span className="edit-trouble" role="alert">
          <span>{wrong.why}</span>
          {wrong.choices.map(({ label, text }) => (
            <button
              key={text}
              type="button"
              className="quiet"
              onClick={() => setEdited({ ...edited, [wrong.name]: text })}
            >
              {label}
            </button>
          ))}
        </span>
      )}
      {trouble === null ? null : (
        <span className="edit-trouble" role="alert">
          <span title={trouble.words}>{trouble.words}</span>
          {trouble.confirm === null || change === null || change === 'wrong' ? null : (
            <button
              type="button"
              className="quiet"
              onClick={() => void send({ ...change, confirmations: trouble.confirm === null ? [] : [trouble.confirm] })}
            >
              Move it anyway
            </button>
          )}
        </span>
      )}
    </form>
  );
}
