/** Export of what is listed: as CSV or JSON, all pages of it. */

import { useEffect, useRef, useState } from 'react';
import type { Fill, Order } from '../../../src/contract/trading.ts';
import { group } from '../../format/number.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { download } from '../../parts/download.ts';
import { ProblemNote } from '../../parts/problem.tsx';
import { say } from '../../parts/said.tsx';
import { useAction } from '../../parts/use-action.ts';
import type { BalanceRow } from './balances.tsx';
import {
  balanceCells,
  type Cells,
  EXPORT_PAGE,
  type Format,
  fillCells,
  orderCells,
  ROWS_MAX,
  textOf,
  walk,
} from './export.ts';
import { closedPage, fillPage, type Reach } from './pages.ts';
import type { Names } from './use-names.ts';
import { counted } from './words.ts';

export type ExportAsk =
  | { readonly kind: 'open'; readonly rows: readonly Order[] }
  | { readonly kind: 'history'; readonly reach: Reach; readonly wanted: (order: Order) => boolean }
  | { readonly kind: 'trades'; readonly reach: Reach; readonly wanted: (fill: Fill) => boolean }
  | { readonly kind: 'balances'; readonly rows: readonly BalanceRow[] };

type Props = { readonly ask: ExportAsk; readonly names: Names; readonly onClose: () => void };
type Found = { readonly rows: readonly Cells[]; readonly stopped: boolean };

const FILES: Readonly<Record<ExportAsk['kind'], string>> = {
  open: 'open-orders',
  history: 'order-history',
  trades: 'trades',
  balances: 'balances',
};
/** Shorter work shows nothing, so that nothing blinks. */
const PROGRESS_AFTER_MS = 500;

async function read(
  ask: ExportAsk,
  names: Names,
  told: (rows: number) => void,
  isOver: () => boolean,
): Promise<Found | null> {
  const { labelOf } = names;
  switch (ask.kind) {
    case 'open':
      return { rows: ask.rows.map((order) => orderCells(order, labelOf)), stopped: false };
    case 'balances':
      return { rows: ask.rows.map(balanceCells), stopped: false };
    case 'history': {
      const page = (cursor: string) => closedPage(ask.reach, cursor, EXPORT_PAGE);
      const found = await walk({ page, wanted: ask.wanted, told, isOver });
      return found && { rows: found.rows.map((order) => orderCells(order, labelOf)), stopped: found.stopped };
    }
    case 'trades': {
      const page = (cursor: string) => fillPage(ask.reach, cursor, EXPORT_PAGE);
      const found = await walk({ page, wanted: ask.wanted, told, isOver });
      return found && { rows: found.rows.map((fill) => fillCells(fill, labelOf)), stopped: found.stopped };
    }
  }
}

export function ExportDialog({ ask, names, onClose }: Props) {
  const [count, setCount] = useState<number | null>(null);
  const over = useRef(false);
  useEffect(() => {
    over.current = false;
    return () => {
      over.current = true;
    };
  }, []);
  const run = useAction(async (format: Format) => {
    const beganMs = performance.now();
    const told = (rows: number): void => {
      if (performance.now() - beganMs > PROGRESS_AFTER_MS) setCount(rows);
    };
    const found = await read(ask, names, told, () => over.current);
    if (found === null) return;
    const name = `gapless-${FILES[ask.kind]}-${new Date().toISOString().slice(0, 10)}.${format}`;
    download(name, format === 'csv' ? 'text/csv' : 'application/json', textOf(found.rows, format));
    const rows = counted(found.rows.length, 'row');
    say(found.stopped ? `Exported the newest ${rows}; there are more.` : `Exported ${rows}.`);
    onClose();
  });
  return (
    <Dialog title={`Export ${FILES[ask.kind].replace('-', ' ')}`} onClose={onClose}>
      <div className="dialog-form">
        <p>
          Everything that the filters of this table let through, with exact numbers and times in UTC; at most{' '}
          <span className="num">{group(String(ROWS_MAX))}</span> rows, newest first.
        </p>
        <p className="dim" role="status">
          {count === null ? '\u00a0' : `${counted(count, 'row')} read`}
        </p>
        {run.error === null ? null : <ProblemNote error={run.error} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="button" className="button" onClick={() => run.run('json')} disabled={run.running}>
            JSON
          </button>
          <button
            type="button"
            className="button primary"
            onClick={() => run.run('csv')}
            disabled={run.running}
            data-autofocus
          >
            CSV
          </button>
        </div>
      </div>
    </Dialog>
  );
}
