// biome-ignore-all lint/a11y/useSemanticElements: rows that are placed by transform cannot be a table's
// biome-ignore-all lint/a11y/useFocusableInteractive: rows hold the focus, cells do not
/**
 * A table of which only the rows in sight are made. Rows are as high as they say, heads sort, arrows move, and what
 * stands under the pointer or the focus stays there while rows come and go above it.
 */

import {
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { compared } from '../../parts/compared.ts';
import { useIsPointed } from '../data/pointed-order.ts';
import { fitting, tracksOf } from './fitting.ts';
import { useAnchor } from './use-anchor.ts';
import { useKeptFocus } from './use-kept-focus.ts';
import { useWidth } from './use-width.ts';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

export type Column<Row> = {
  readonly id: string;
  readonly head: string;
  /** What the head's word means, where it does not say so itself. */
  readonly help?: string;
  /** For a screen reader, where the head is empty. */
  readonly said?: string;
  readonly align?: 'right';
  /** The least that its words need. */
  readonly px: number;
  /** Its share of the room that is left over. */
  readonly grow?: number;
  /** Where there is not room for all, the highest leaves first; without one it always stays. */
  readonly drop?: number;
  /** Digits or words to sort by; null is unknown. Left out: nothing to sort by. */
  readonly by?: (row: Row) => string | null;
  readonly cell: (row: Row) => ReactNode;
};

export type Shape<Row> = {
  readonly id: (row: Row) => string;
  readonly heightPx: (row: Row) => number;
  /** What a screen reader says of the row as a whole. */
  readonly isGone?: (row: Row) => boolean;
  /** A line below the cells, across all of them. */
  readonly below?: (row: Row) => ReactNode;
  /** True: taken. */
  readonly pressed?: (event: KeyboardEvent, row: Row) => boolean;
};

type Props<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly shape: Shape<Row>;
  /** The column in whose order the rows come, newest first. */
  readonly given: string;
  readonly onHold?: (isHolding: boolean) => void;
  /** The last rows are in sight. */
  readonly onEnd?: () => void;
  readonly foot?: ReactNode;
};

const ARIA = { asc: 'ascending', desc: 'descending' } as const;
const ARROW = { asc: '↑', desc: '↓' } as const;
/** So many rows from the end more are asked for, so that a steady scroll never meets it. */
const END_ROWS = 30;

export function Grid<Row extends object>(props: Props<Row>) {
  const { rows, shape, given, onEnd } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const widthPx = useWidth(scroll);
  const columns = useMemo(() => fitting(props.columns, widthPx), [props.columns, widthPx]);
  const [sorting, setSorting] = useState<SortingState>([]);
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({
    features,
    data,
    columns: useMemo(
      () =>
        columns.map(({ id, by, align }) => ({
          id,
          accessorFn: (row: Row) => by?.(row) ?? undefined,
          enableSorting: by !== undefined,
          sortFn: (a: { getValue: (id: string) => unknown }, b: { getValue: (id: string) => unknown }) =>
            compared(a.getValue(id), b.getValue(id)),
          sortUndefined: 'last' as const,
          sortDescFirst: align === 'right',
        })),
      [columns],
    ),
    getRowId: shape.id,
    state: { sorting },
    onSortingChange: setSorting,
  });
  const shown = table.getRowModel().rows;
  const inner = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => heightAt(index),
    getItemKey: (index) => shown[index]?.id ?? index,
    overscan: 6,
  });
  const heightAt = (index: number): number => {
    const row = shown[index]?.original;
    return row === undefined ? 0 : shape.heightPx(row);
  };
  const layout = useMemo(
    () => shown.map(({ id, original }) => ({ id, heightPx: shape.heightPx(original) })),
    [shown, shape],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of other heights stand elsewhere
  useLayoutEffect(() => virtual.measure(), [layout]);
  const anchor = useAnchor({ scroll, inner, layout, onHold: props.onHold });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= shown.length - END_ROWS) onEnd?.();
  }, [last, shown.length, onEnd]);

  const [active, setActive] = useState<string | null>(null);
  const activeAt = Math.max(
    0,
    shown.findIndex(({ id }) => id === active),
  );
  const focusRow = (index: number): void => {
    const to = Math.min(shown.length - 1, Math.max(0, index));
    const id = shown[to]?.id;
    if (id === undefined) return;
    setActive(id);
    virtual.scrollToIndex(to, { align: 'auto' });
    // The row may only be made once it is scrolled to.
    requestAnimationFrame(() => inner.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus());
  };
  const ids = useMemo(() => shown.map(({ id }) => id), [shown]);
  const focus = useKeptFocus(ids, focusRow);
  const pressed = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (!(event.target instanceof HTMLElement) || event.target.dataset['row'] === undefined) return;
    const at = shown.findIndex(({ id }) => id === (event.target as HTMLElement).dataset['row']);
    const row = shown[at]?.original;
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 0) / Math.max(1, heightAt(at))) - 2);
    const steps: Readonly<Record<string, number>> = {
      ...{ ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -at, End: shown.length },
    };
    const step = steps[event.key];
    if (step !== undefined) focusRow(at + step);
    else if (shape.pressed?.(event, row) !== true) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const template = useMemo(() => tracksOf(columns), [columns]);
  return (
    <div className="grid-scroll" ref={scroll} {...anchor} {...focus}>
      <div
        role="table"
        aria-label={props.label}
        aria-rowcount={shown.length + 1}
        className="grid-table"
        style={columnsAs(template)}
      >
        <div role="row" className="grid-heads">
          {columns.map(({ id, head, help, said, align, by }) => {
            const column = table.getColumn(id);
            const sorted = column?.getIsSorted() || (sorting.length === 0 && id === given ? 'desc' : null);
            return (
              <div
                key={id}
                role="columnheader"
                className={`cell ${align ?? ''}`}
                data-col={id}
                title={help}
                aria-sort={sorted === null ? undefined : ARIA[sorted]}
              >
                {by === undefined ? (
                  <span className={head === '' ? 'sr' : 'sort'}>{head || said}</span>
                ) : (
                  <button type="button" className="sort" onClick={() => column?.toggleSorting()}>
                    {head}
                    {sorted === null ? null : <span aria-hidden="true"> {ARROW[sorted]}</span>}
                  </button>
                )}
              </div>
            );
          })}
        </div>
        <div
          role="rowgroup"
          className="grid-rows"
          ref={inner}
          style={{ height: virtual.getTotalSize() }}
          onKeyDown={pressed}
        >
          {items.map(({ index, start, size }) => {
            const row = shown[index];
            if (row === undefined) return null;
            return (
              <GridRow
                key={row.id}
                id={row.id}
                row={row.original as never}
                columns={columns as never}
                shape={shape as never}
                topPx={start}
                heightPx={size}
                index={index}
                isReached={index === activeAt}
              />
            );
          })}
        </div>
      </div>
      {props.foot}
    </div>
  );
}

/** Typed once: React knows no custom properties. Set on the whole, so that a phone's style can do without. */
const columnsAs = (tracks: string): CSSProperties => ({ '--columns': tracks }) as CSSProperties;

type RowProps = {
  readonly id: string;
  readonly row: object;
  readonly columns: readonly Column<object>[];
  readonly shape: Shape<object>;
  readonly topPx: number;
  readonly heightPx: number;
  readonly index: number;
  readonly isReached: boolean;
};

const GridRow = memo(function GridRow(props: RowProps) {
  const { row, columns, shape } = props;
  const below = shape.below?.(row) ?? null;
  const isPointed = useIsPointed(props.id);
  return (
    <div
      role="row"
      className="grid-row"
      data-row={props.id}
      data-pointed={isPointed ? '' : undefined}
      data-gone={shape.isGone?.(row) === true ? '' : undefined}
      data-even={props.index % 2 === 0 ? '' : undefined}
      aria-rowindex={props.index + 2}
      tabIndex={props.isReached ? 0 : -1}
      style={{ transform: `translateY(${props.topPx}px)`, height: props.heightPx }}
    >
      <div className="grid-cells" role="presentation">
        {columns.map(({ id, align, cell }) => (
          <div key={id} role="cell" className={`cell ${align ?? ''}`} data-col={id}>
            {cell(row)}
          </div>
        ))}
      </div>
      {below === null ? null : (
        <div role="cell" className="grid-below">
          {below}
        </div>
      )}
    </div>
  );
});
