/** A field for a number: its name left, the digits right, the unit behind. What is wrong stands under it. */

import { type KeyboardEvent, type ReactNode, type Ref, useId } from 'react';
import type { FieldError } from './read-form.ts';

type Props = {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly unit: ReactNode;
  readonly inputRef: Ref<HTMLInputElement>;
  readonly onChange: (text: string) => void;
  /** Arrow keys: how many ticks, signed. */
  readonly onStep?: (count: number) => void;
  readonly onFocus?: () => void;
  readonly error: FieldError | undefined;
  readonly wrong: boolean;
  readonly hint?: ReactNode;
  readonly children?: ReactNode;
};

const SHIFT_STEPS = 10;

export function NumberField(props: Props) {
  const id = useId();
  const { error, onStep } = props;
  const pressed = (event: KeyboardEvent<HTMLInputElement>): void => {
    // Out of the field, so that single keys are commands again.
    if (event.key === 'Escape') event.currentTarget.blur();
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (direction === undefined || onStep === undefined) return;
    event.preventDefault();
    onStep(direction * (event.shiftKey ? SHIFT_STEPS : 1));
  };
  return (
    <div className="ticket-field">
      <div className="ticket-input" data-wrong={props.wrong || error !== undefined ? '' : undefined}>
        <label htmlFor={id}>{props.label}</label>
        <input
          id={id}
          ref={props.inputRef}
          type="text"
          inputMode="decimal"
          autoComplete="off"
          spellCheck={false}
          value={props.value}
          placeholder={props.placeholder}
          aria-invalid={props.wrong || error !== undefined}
          aria-describedby={`${id}-words`}
          onChange={(event) => props.onChange(event.currentTarget.value)}
          onKeyDown={pressed}
          onFocus={props.onFocus}
        />
        {props.unit}
      </div>
      <div id={`${id}-words`}>
        {props.hint}
        {error === undefined ? null : (
          <p className="ticket-problem" role="alert">
            <span>{error.why}</span>
            {error.choices.map(({ label, text }) => (
              <button key={text} type="button" className="quiet" onClick={() => props.onChange(text)}>
                {label}
              </button>
            ))}
          </p>
        )}
        {props.children}
      </div>
    </div>
  );
}
