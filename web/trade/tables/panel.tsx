/** Orders, history, trades and balances: which one, which of them, and what can be done with all at once. */

import '../../style/trade-tables.css';
import '../../style/trade-tables-cards.css';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, lazy, type ReactNode, Suspense, useCallback, useId, useMemo, useState } from 'react';
import { useSingleKeys } from '../../frame/single-keys.ts';
import { Late } from '../../parts/late.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { useOpenOrders } from '../data/account.ts';
import { usePlace } from '../data/place.ts';
import { openOrdersQuery, tradeBalancesQuery } from '../data/queries.ts';
import { useNarrow } from '../layout/use-narrow.ts';
import { limitsDialog } from '../limits/limits-store.ts';
import { Balances, useBalanceRows } from './balances.tsx';
import type { ExportAsk } from './export-dialog.tsx';
import { Fills } from './fills.tsx';
import { FilterBar } from './filter-bar.tsx';
import {
  countSet,
  type Filtered,
  type Filters,
  keepView,
  NO_FILTERS,
  recallView,
  TABS,
  type Tab,
  wants,
} from './filters.ts';
import { History } from './history.tsx';
import { OpenOrders } from './open-orders.tsx';
import { type Paged, type Reach, useClosedOrders, useFillPages } from './pages.ts';
import { fillSays, orderSays } from './said-by-row.ts';
import { type Names, useNames } from './use-names.ts';
import { pairOf } from './words.ts';

const CancelMany = lazy(() => import('./cancel.tsx').then((m) => ({ default: m.CancelMany })));
const ExportDialog = lazy(() => import('./export-dialog.tsx').then((m) => ({ default: m.ExportDialog })));

const NAMES: Readonly<Record<Tab, string>> = {
  open: 'Open orders',
  history: 'Order history',
  trades: 'Trades',
  balances: 'Balances',
};

type TableProps = {
  readonly filters: Filters;
  readonly names: Names;
  readonly touch: boolean;
  /** Null hides it; else what would be exported. */
  readonly exporting: boolean;
  readonly onExported: () => void;
  readonly onClear: () => void;
};

export function TablesPanel() {
  const [tab, setTab] = useState<Tab>(() => recallView().tab);
  const [filters, setFilters] = useState<Filters>(() => ({ ...NO_FILTERS, here: recallView().here }));
  const [filtering, setFiltering] = useState(false);
  const [cancelling, setCancelling] = useState(false);
  const [exporting, setExporting] = useState(false);
  const names = useNames();
  const touch = useNarrow();
  const { market, connection } = usePlace();
  const open = useOpenOrders();
  const isTold = useQuery(openOrdersQuery).isSuccess || open.length > 0;
  const ours = open.filter(({ owner }) => owner === 'ours').length;
  const panelId = useId();
  const show = (next: Tab): void => {
    setTab(next);
    keepView({ tab: next, here: filters.here });
  };
  const filter = (next: Filters): void => {
    setFilters(next);
    keepView({ tab, here: next.here });
  };
  useSingleKeys((key) => {
    if (key !== 'e') return false;
    setExporting(true);
    return true;
  });
  const pressed = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    show(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
  };
  const set = countSet(filters);
  const table: TableProps = {
    filters,
    names,
    touch,
    exporting,
    onExported: () => setExporting(false),
    onClear: () => filter(NO_FILTERS),
  };
  return (
    <div className="tables">
      <div className="tables-head">
        <div className="tables-tabs" role="tablist" aria-label="Tables" onKeyDown={pressed}>
          {TABS.map((one) => (
            <button
              key={one}
              type="button"
              role="tab"
              data-tab={one}
              aria-selected={tab === one}
              aria-controls={panelId}
              tabIndex={tab === one ? 0 : -1}
              onClick={() => show(one)}
            >
              {touch && one === 'open' ? 'Open' : touch && one === 'history' ? 'History' : NAMES[one]}
              {one === 'open' && isTold ? <span className="trade-count">{open.length}</span> : null}
            </button>
          ))}
        </div>
        <div className="tables-acts">
          {tab === 'balances' ? null : (
            <button
              type="button"
              className="tables-here"
              aria-pressed={filters.here}
              title={filters.here ? 'Show every market' : `Show ${pairOf(market).join('/')} only`}
              onClick={() => filter({ ...filters, here: !filters.here })}
            >
              This market
            </button>
          )}
          <button
            type="button"
            className="quiet plain"
            aria-expanded={filtering}
            onClick={() => setFiltering(!filtering)}
          >
            Filter{set === 0 ? '' : ` · ${set}`}
          </button>
          <button
            type="button"
            className="quiet plain"
            title="Export what is listed (e)"
            onClick={() => setExporting(true)}
          >
            Export
          </button>
          <button
            type="button"
            className="quiet plain"
            title="What this connection may do at most"
            disabled={connection === null}
            onClick={limitsDialog.open}
          >
            Limits
          </button>
          {tab === 'open' ? (
            <button type="button" className="quiet plain" disabled={ours === 0} onClick={() => setCancelling(true)}>
              Cancel all
            </button>
          ) : null}
        </div>
      </div>
      {filtering ? <FilterBar tab={tab} filters={filters} names={names} onChange={filter} /> : null}
      <div className="tables-body" role="tabpanel" id={panelId} aria-label={NAMES[tab]}>
        <Table tab={tab} {...table} />
      </div>
      {cancelling ? (
        <Suspense fallback={null}>
          <CancelMany names={names} onClose={() => setCancelling(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}

function Table({ tab, ...props }: TableProps & { readonly tab: Tab }) {
  switch (tab) {
    case 'open':
      return <OpenTab {...props} />;
    case 'history':
      return <HistoryTab {...props} />;
    case 'trades':
      return <TradesTab {...props} />;
    case 'balances':
      return <BalancesTab {...props} />;
  }
}

/** Other filters, other rows: the list begins anew at its top. */
const shownKey = (filters: Filters, market: string): string => JSON.stringify([filters, filters.here ? market : null]);

function useReach(filters: Filters): Reach {
  const { market } = usePlace();
  const { connection, here } = filters;
  return useMemo(() => ({ connection, market: here ? market : null }), [connection, here, market]);
}

function Exporting(props: {
  readonly when: boolean;
  readonly ask: ExportAsk;
  readonly names: Names;
  readonly onClose: () => void;
}) {
  if (!props.when) return null;
  return (
    <Suspense fallback={null}>
      <ExportDialog ask={props.ask} names={props.names} onClose={props.onClose} />
    </Suspense>
  );
}

function OpenTab({ filters, names, touch, exporting, onExported, onClear }: TableProps) {
  const { market } = usePlace();
  const query = useQuery(openOrdersQuery);
  const open = useOpenOrders();
  const rows = useMemo(
    () => open.filter((order) => wants(filters, market, order, orderSays(order, names))),
    [open, filters, market, names],
  );
  const any = open.length > 0;
  return (
    <>
      {query.isPending && !any ? (
        <Loading />
      ) : query.error !== null && !any ? (
        <ProblemNote error={query.error} again={() => void query.refetch()} />
      ) : any && rows.length === 0 ? (
        <Nothing filtered onClear={onClear}>
          No open order is like that.
        </Nothing>
      ) : (
        <OpenOrders
          key={shownKey(filters, market)}
          orders={rows}
          names={names}
          touch={touch}
          empty={
            <Nothing>No open orders. What you place in the ticket stands here until it is filled or cancelled.</Nothing>
          }
        />
      )}
      <Exporting when={exporting} ask={{ kind: 'open', rows }} names={names} onClose={onExported} />
    </>
  );
}

const HISTORY_WORDS = { none: 'No order has ended yet.', like: 'No past order is like that.' };
const TRADES_WORDS = { none: 'No trade yet. Every fill of your orders lands here.', like: 'No trade is like that.' };

function HistoryTab(props: TableProps) {
  const reach = useReach(props.filters);
  const paged = useClosedOrders(reach);
  const past = usePast({ ...props, paged, says: orderSays, words: HISTORY_WORDS });
  return (
    <>
      {past.empty ?? <History key={past.key} paged={paged} rows={past.rows} names={props.names} touch={props.touch} />}
      <Exporting
        when={props.exporting}
        ask={{ kind: 'history', reach, wanted: past.wanted }}
        names={props.names}
        onClose={props.onExported}
      />
    </>
  );
}

function TradesTab(props: TableProps) {
  const reach = useReach(props.filters);
  const paged = useFillPages(reach);
  const past = usePast({ ...props, paged, says: fillSays, words: TRADES_WORDS });
  return (
    <>
      {past.empty ?? <Fills key={past.key} paged={paged} rows={past.rows} names={props.names} touch={props.touch} />}
      <Exporting
        when={props.exporting}
        ask={{ kind: 'trades', reach, wanted: past.wanted }}
        names={props.names}
        onClose={props.onExported}
      />
    </>
  );
}

type PastAsk<Row> = Pick<TableProps, 'filters' | 'names' | 'onClear'> & {
  readonly paged: Paged<Row>;
  readonly says: (row: Row, names: Names) => readonly string[];
  readonly words: { readonly none: string; readonly like: string };
};

/** Of pages that reach back: what the filters let through, and what stands there where that is nothing. */
function usePast<Row extends Filtered>({ filters, names, paged, says, words, onClear }: PastAsk<Row>) {
  const { market } = usePlace();
  const wanted = useCallback(
    (row: Row) => wants(filters, market, row, says(row, names)),
    [filters, market, names, says],
  );
  const rows = useMemo(() => paged.rows.filter(wanted), [paged.rows, wanted]);
  const set = countSet(filters);
  const empty = paged.loading ? (
    <Loading />
  ) : paged.end && rows.length === 0 ? (
    <Nothing filtered={set > 0 || filters.here} onClear={onClear}>
      {paged.rows.length === 0 && set === 0 ? words.none : words.like}
    </Nothing>
  ) : null;
  return { rows, wanted, empty, key: shownKey(filters, market) };
}

function BalancesTab({ filters, names, touch, exporting, onExported, onClear }: TableProps) {
  const { connection } = usePlace();
  const query = useQuery(tradeBalancesQuery(connection));
  const rows = useBalanceRows(connection, filters.text);
  return (
    <>
      {query.isPending && rows.length === 0 ? (
        <Loading />
      ) : query.error !== null && rows.length === 0 ? (
        <ProblemNote error={query.error} again={() => void query.refetch()} />
      ) : rows.length === 0 ? (
        <Nothing filtered={filters.text !== ''} onClear={onClear}>
          {filters.text === ''
            ? 'Nothing to trade with on this connection. Deposit at the exchange, into its trading wallet.'
            : 'No asset is called that.'}
        </Nothing>
      ) : (
        <Balances rows={rows} touch={touch} />
      )}
      <Exporting when={exporting} ask={{ kind: 'balances', rows }} names={names} onClose={onExported} />
    </>
  );
}

function Nothing(props: { readonly children: ReactNode; readonly filtered?: boolean; readonly onClear?: () => void }) {
  return (
    <p className="tables-none dim">
      {props.children}{' '}
      {props.filtered === true && props.onClear !== undefined ? (
        <button type="button" className="quiet" onClick={props.onClear}>
          Show all
        </button>
      ) : null}
    </p>
  );
}

function Loading() {
  return (
    <Late>
      <div className="tables-loading" role="status" aria-label="Loading">
        {[72, 88, 64, 80, 70].map((width) => (
          <span key={width} className="skeleton" aria-hidden="true" style={{ width: `${width}%` }}>
            .
          </span>
        ))}
      </div>
    </Late>
  );
}
