/** Trade on a screen with room: markets, chart, book and ticket side by side, tables below the chart. */

import type { CSSProperties, ReactNode } from 'react';
import { Separator } from './separator.tsx';
import type { Panel } from './sizes.ts';
import type { Layout } from './use-layout.ts';

type Props = {
  readonly layout: Layout;
  readonly head: ReactNode;
  readonly markets: ReactNode;
  readonly chart: ReactNode;
  readonly book: ReactNode;
  readonly trades: ReactNode;
  readonly ticket: ReactNode;
  readonly tables: ReactNode;
};

const EDGES = {
  markets: { name: 'Width of the markets', line: 'vertical', grows: 'right' },
  book: { name: 'Width of the order book', line: 'vertical', grows: 'left' },
  ticket: { name: 'Width of the ticket', line: 'vertical', grows: 'left' },
  tables: { name: 'Height of the tables', line: 'horizontal', grows: 'up' },
  trades: { name: 'Height of the trades', line: 'horizontal', grows: 'up' },
} as const satisfies Record<Panel, unknown>;

/** Typed once: React knows no custom properties. */
const custom = (values: Readonly<Record<`--${string}`, string>>): CSSProperties => values as CSSProperties;

export function Wide(props: Props) {
  const { sizes, bounds, resize, reset, marketsShown, room, tight } = props.layout;
  const edge = (panel: Panel): ReactNode => (
    <Separator
      {...EDGES[panel]}
      size={sizes[panel]}
      bounds={bounds(panel)}
      onSize={(size) => resize(panel, size)}
      onReset={() => reset(panel)}
    />
  );
  // In the book then, and none of its own below.
  const trades = tight ? 0 : sizes.trades;
  const style = custom({
    '--markets': marketsShown ? `${sizes.markets}px` : '0px',
    '--book': `${sizes.book}px`,
    '--ticket': `${sizes.ticket}px`,
    '--low': `${Math.abs(sizes.tables - trades)}px`,
    '--high': `${Math.min(sizes.tables, trades)}px`,
    '--tables-from': sizes.tables >= trades ? '2' : '3',
    '--trades-from': trades >= sizes.tables ? '2' : '3',
  });
  return (
    <div className="trade">
      {props.head}
      <div className="trade-panels" ref={room} style={style} data-tight={tight ? '' : undefined}>
        {marketsShown ? (
          <section className="trade-panel at-markets" aria-label="Markets">
            {props.markets}
            {edge('markets')}
          </section>
        ) : null}
        <section className="trade-panel at-chart" aria-label="Chart">
          {props.chart}
        </section>
        <section className="trade-panel at-tables" aria-label="Orders, trades and balances">
          {edge('tables')}
          {props.tables}
        </section>
        <section className="trade-panel at-book" aria-label="Order book">
          {edge('book')}
          {props.book}
        </section>
        {tight ? null : (
          <section className="trade-panel at-trades" aria-label="Latest trades">
            {edge('trades')}
            {props.trades}
          </section>
        )}
        <section className="trade-panel at-ticket" aria-label="Ticket">
          {edge('ticket')}
          {props.ticket}
        </section>
      </div>
    </div>
  );
}
