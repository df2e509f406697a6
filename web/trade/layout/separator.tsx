/** The edge of a panel, to be dragged or moved by arrow keys. Enter or a double click gives back the first size. */

import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import type { Bounds } from './sizes.ts';

const STEP_PX = 16;
const LARGE_STEP_PX = 64;

type Props = {
  readonly name: string;
  /** Of the line itself: a vertical line changes a width. */
  readonly line: 'vertical' | 'horizontal';
  /** Which way the panel grows. */
  readonly grows: 'right' | 'left' | 'up';
  readonly size: number;
  readonly bounds: Bounds;
  readonly onSize: (size: number) => void;
  readonly onReset: () => void;
};

export function Separator(props: Props) {
  const from = useRef<{ readonly at: number; readonly size: number } | null>(null);
  const direction = props.grows === 'right' ? 1 : -1;
  const place = (event: PointerEvent): number => (props.line === 'vertical' ? event.clientX : event.clientY);
  const grab = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    // Otherwise the words beside the line are selected; the focus comes with the same default, so it is given by hand.
    event.preventDefault();
    event.currentTarget.focus();
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { at: place(event), size: props.size };
  };
  const drag = (event: PointerEvent): void => {
    if (from.current === null) return;
    props.onSize(from.current.size + direction * (place(event) - from.current.at));
  };
  const drop = (): void => {
    from.current = null;
  };
  const pressed = (event: KeyboardEvent): void => {
    const step = event.shiftKey ? LARGE_STEP_PX : STEP_PX;
    const forward = props.line === 'vertical' ? 'ArrowRight' : 'ArrowDown';
    const back = props.line === 'vertical' ? 'ArrowLeft' : 'ArrowUp';
    if (event.key === forward) props.onSize(props.size + direction * step);
    else if (event.key === back) props.onSize(props.size - direction * step);
    else if (event.key === 'Home') props.onSize(props.bounds.min);
    else if (event.key === 'End') props.onSize(props.bounds.max);
    else if (event.key === 'Enter') props.onReset();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule that separates and is moved has no element of its own
    <div
      role="separator"
      tabIndex={0}
      className="trade-edge"
      data-line={props.line}
      aria-label={props.name}
      aria-orientation={props.line}
      aria-valuenow={props.size}
      aria-valuemin={props.bounds.min}
      aria-valuemax={props.bounds.max}
      title="Drag, or use the arrow keys. Double click gives back the first size."
      onPointerDown={grab}
      onMouseDown={(event) => event.preventDefault()}
      onPointerMove={drag}
      onPointerUp={drop}
      onLostPointerCapture={drop}
      onDoubleClick={props.onReset}
      onKeyDown={pressed}
    />
  );
}
