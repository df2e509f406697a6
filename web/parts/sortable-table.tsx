/** A table whose columns sort by a click on their heads. What is unknown stands last in both directions. */

import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type ReactNode, useMemo, useState } from 'react';
import { compared } from './compared.ts';
import { ScrollX } from './scroll-x.tsx';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

export type Column<Row> = {
  readonly id: string;
  readonly head: string;
  readonly align?: 'right';
  /** What the column sorts by: digits or words; null is unknown. */
  readonly by: (row: Row) => string | null;
  readonly cell: (row: Row) => ReactNode;
};

type Props<Row> = {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  readonly sortedBy: string;
};

const ARIA = { asc: 'ascending', desc: 'descending' } as const;
const ARROW = { asc: ' ↑', desc: ' ↓' } as const;

/** The name of its column lets a narrow screen leave one out. */
const classOf = (id: string, align: 'right' | undefined): string => `${align ?? ''} col-${id}`;

export function SortableTable<Row extends object>(props: Props<Row>) {
  const [sorting, setSorting] = useState<SortingState>([{ id: props.sortedBy, desc: true }]);
  const columns = useMemo(
    () =>
      props.columns.map(
        (column): ColumnDef<typeof features, Row> => ({
          id: column.id,
          accessorFn: (row) => column.by(row) ?? undefined,
          sortFn: (a, b, id) => compared(a.getValue(id), b.getValue(id)),
          sortUndefined: 'last',
          sortDescFirst: column.align === 'right',
        }),
      ),
    [props.columns],
  );
  const data = useMemo(() => [...props.rows], [props.rows]);
  const table = useTable({
    features,
    columns,
    data,
    getRowId: props.rowId,
    state: { sorting },
    onSortingChange: setSorting,
    enableSortingRemoval: false,
  });
  return (
    <ScrollX label={props.caption}>
      <table className="table">
        <caption className="sr">{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map(({ id, head, align }) => {
              const column = table.getColumn(id);
              const sorted = column?.getIsSorted() || null;
              return (
                <th
                  key={id}
                  scope="col"
                  className={classOf(id, align)}
                  aria-sort={sorted === null ? undefined : ARIA[sorted]}
                >
                  <button type="button" className="sort" onClick={() => column?.toggleSorting()}>
                    {head}
                    <span aria-hidden="true">{sorted === null ? '' : ARROW[sorted]}</span>
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id}>
              {props.columns.map(({ id, align, cell }) => (
                <td key={id} className={classOf(id, align)}>
                  {cell(row.original)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}
