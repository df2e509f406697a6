/** A small panel over the chart: holds the focus while it is open, and gives it back. Esc or a click beside it closes. */

import { type ReactNode, useEffect, useRef } from 'react';
import { Icon } from '../../parts/icons.tsx';

type Props = {
  readonly title: string;
  readonly place: 'left' | 'right' | 'end';
  readonly onClose: () => void;
  readonly children: ReactNode;
};

export function Panel(props: Props) {
  const { onClose } = props;
  const box = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const before = document.activeElement;
    const element = box.current;
    (element?.querySelector<HTMLElement>('[data-first]') ?? element)?.focus();
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      close.current();
    };
    const clicked = (event: PointerEvent): void => {
      if (event.target instanceof Node && element?.contains(event.target) === false) close.current();
    };
    element?.addEventListener('keydown', pressed);
    document.addEventListener('pointerdown', clicked, true);
    return () => {
      element?.removeEventListener('keydown', pressed);
      document.removeEventListener('pointerdown', clicked, true);
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <div
      className="chart-panel"
      data-place={props.place}
      data-control
      role="dialog"
      aria-label={props.title}
      ref={box}
      tabIndex={-1}
    >
      <header>
        <h3>{props.title}</h3>
        <button type="button" className="chart-icon" aria-label="Close" onClick={onClose}>
          <Icon name="close" size={14} />
        </button>
      </header>
      {props.children}
    </div>
  );
}
