/** Trade on a phone: one thing at a time, the market and the way to the ticket always in sight. */

import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { usePickedPrice } from '../data/ticket-price.ts';

type Tab = 'chart' | 'book' | 'ticket' | 'orders';
const TABS: readonly { readonly id: Tab; readonly name: string }[] = [
  { id: 'chart', name: 'Chart' },
  { id: 'book', name: 'Book' },
  { id: 'ticket', name: 'Ticket' },
  { id: 'orders', name: 'Orders' },
];

type Props = {
  readonly head: ReactNode;
  readonly chart: ReactNode;
  readonly book: ReactNode;
  readonly trades: ReactNode;
  readonly ticket: ReactNode;
  readonly tables: ReactNode;
  /** Of the place's connection, beside the word Orders. */
  readonly openOrders: number;
};

export function Narrow(props: Props) {
  const [tab, setTab] = useState<Tab>('chart');
  // What was once shown stays, hidden: a half-filled ticket outlives a look at the book.
  const [seen, setSeen] = useState<ReadonlySet<Tab>>(new Set(['chart']));
  const show = (next: Tab): void => {
    setTab(next);
    setSeen((known) => (known.has(next) ? known : new Set([...known, next])));
  };
  const picked = usePickedPrice();
  const taken = useRef(picked);
  useEffect(() => {
    if (taken.current === picked) return;
    taken.current = picked;
    setTab('ticket');
    setSeen((known) => new Set([...known, 'ticket']));
  }, [picked]);
  const pressed = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const at = TABS.findIndex(({ id }) => id === tab);
    const next = TABS[(at + step + TABS.length) % TABS.length];
    if (next === undefined) return;
    event.preventDefault();
    show(next.id);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  };
  const panel = (id: Tab, content: ReactNode): ReactNode =>
    seen.has(id) ? (
      <div className="trade-tab" id={`trade-${id}`} role="tabpanel" aria-label={id} hidden={tab !== id} data-at={id}>
        {content}
      </div>
    ) : null;
  return (
    <div className="trade trade-narrow">
      {props.head}
      <div className="trade-tabs" role="tablist" aria-label="Parts of Trade" onKeyDown={pressed}>
        {TABS.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            role="tab"
            data-tab={id}
            aria-selected={tab === id}
            aria-controls={seen.has(id) ? `trade-${id}` : undefined}
            tabIndex={tab === id ? 0 : -1}
            onClick={() => show(id)}
          >
            {name}
            {id === 'orders' && props.openOrders > 0 ? <span className="trade-count">{props.openOrders}</span> : null}
          </button>
        ))}
      </div>
      {panel('chart', props.chart)}
      {panel(
        'book',
        <>
          <section className="trade-panel" aria-label="Order book">
            {props.book}
          </section>
          <section className="trade-panel" aria-label="Latest trades">
            {props.trades}
          </section>
        </>,
      )}
      {panel('ticket', props.ticket)}
      {panel('orders', props.tables)}
    </div>
  );
}
