import '../style/parts.css';
import '../style/overview.css';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Reply } from '../../src/contract/contract.ts';
import { connectionsQuery, overviewQuery } from '../api/queries.ts';
import { duration } from '../format/time.ts';
import { useLine } from '../live/live.ts';
import { Ago } from '../parts/ago.tsx';
import { Value } from '../parts/amount.tsx';
import { download } from '../parts/download.ts';
import { Icon } from '../parts/icons.tsx';
import { Late } from '../parts/late.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Chart, ChartTable } from './chart.tsx';
import { toCsv } from './csv.ts';
import { ByAsset, ByExchange } from './tables.tsx';

type Overview = Reply<'overview.read'>;

export function OverviewPage() {
  const { data: overview, error, refetch } = useQuery(overviewQuery);
  const { data: connections } = useQuery(connectionsQuery);
  const line = useLine();
  if (overview === undefined || connections === undefined) {
    if (error !== null) return <ProblemNote error={error} again={() => void refetch()} />;
    return (
      <Late>
        <Skeleton />
      </Late>
    );
  }
  if (connections.length === 0) return <Empty />;
  return (
    <div className={line.state === 'down' || error !== null ? 'overview stale' : 'overview'}>
      {error === null ? null : <ProblemNote error={error} again={() => void refetch()} />}
      <Total overview={overview} />
      <History overview={overview} />
      <section className="card block" aria-labelledby="by-asset">
        <header>
          <h2 id="by-asset">By asset</h2>
          <button
            type="button"
            className="quiet"
            onClick={() => exportCsv(overview)}
            disabled={overview.byAsset.length === 0}
          >
            Export CSV
          </button>
        </header>
        {overview.byAsset.length === 0 ? (
          <p className="block-empty dim">Nothing is held on the connected exchanges.</p>
        ) : (
          <ByAsset rows={overview.byAsset} currency={overview.currency} />
        )}
      </section>
      <section className="card block" aria-labelledby="by-exchange">
        <header>
          <h2 id="by-exchange">By exchange</h2>
        </header>
        <ByExchange rows={overview.byExchange} />
      </section>
    </div>
  );
}

function Total(props: { readonly overview: Overview }) {
  const { total, missing, atMs, money, practice } = props.overview;
  return (
    <section className="total" aria-label="Total">
      <p className="dim">
        Total over all exchanges, orders included
        {money === 'practice' ? <strong className="practice-mark">Practice money</strong> : null}
      </p>
      <p className="total-value">
        <Value worth={total} />
      </p>
      {total.value === null ? null : (
        <p className="dim small">
          <Ago prefix="As of" atMs={atMs} />
        </p>
      )}
      {practice === null ? null : (
        <p className="small">
          Practice money, not counted: <Value worth={practice.worth} /> in {practice.connections}{' '}
          {practice.connections === 1 ? 'connection' : 'connections'}
        </p>
      )}
      {missing.length === 0 ? null : (
        <div className="note note-amber">
          <Icon name="warn" />
          <div>
            <strong>This total is not the whole of it.</strong>
            <ul className="missing">
              {missing.map((one) => (
                <li key={one.connection}>
                  {one.label}: {one.reason} {countedAs(one)}
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </section>
  );
}

function countedAs({ ageMs, isCurrent }: Overview['missing'][number]): string {
  if (isCurrent) return '';
  return ageMs === null ? 'Left out.' : `Counted as it was ${duration(ageMs)} ago.`;
}

/** Two points make a line; before that there is nothing to draw. */
const POINTS_MIN = 2;

function History(props: { readonly overview: Overview }) {
  const { history, currency } = props.overview;
  const [table, setTable] = useState(false);
  return (
    <section className="card block" aria-labelledby="over-time">
      <header>
        <h2 id="over-time">Over time</h2>
        {history.length < POINTS_MIN ? null : (
          <button type="button" className="quiet" aria-pressed={table} onClick={() => setTable(!table)}>
            {table ? 'Show as chart' : 'Show as table'}
          </button>
        )}
      </header>
      {history.length < POINTS_MIN ? (
        <p className="block-empty dim">
          The chart begins with the second hourly value. Nothing is made up before that.
        </p>
      ) : table ? (
        <ChartTable points={history} currency={currency} />
      ) : (
        <Chart points={history} currency={currency} />
      )}
    </section>
  );
}

function exportCsv(overview: Overview): void {
  const { byAsset, currency, atMs } = overview;
  const head = ['asset', 'amount', 'free', 'in orders', `price ${currency}`, `value ${currency}`, 'share', 'as of'];
  const at = new Date(atMs).toISOString();
  const rows = byAsset.map(({ asset, quantity, free, locked, price, worth, share }) => [
    asset,
    quantity,
    free,
    locked,
    price ?? '',
    worth.value ?? '',
    share ?? '',
    at,
  ]);
  download(`gapless-assets-${at.slice(0, 10)}.csv`, 'text/csv', toCsv([head, ...rows]));
}

function Empty() {
  const navigate = useNavigate();
  return (
    <div className="card empty">
      <h2>Nothing to add up yet</h2>
      <p>Connect an exchange and its balances appear here, valued and added up.</p>
      <button type="button" className="button primary" onClick={() => void navigate({ to: '/exchanges/add' })}>
        <Icon name="plus" size={16} />
        Add new exchange
      </button>
    </div>
  );
}

function Skeleton() {
  return (
    <div className="overview" role="status" aria-label="Loading the overview">
      <section className="total" aria-hidden="true">
        <p>
          <span className="skeleton">Total over all exchanges</span>
        </p>
        <p className="total-value">
          <span className="skeleton">91 322.48 USDT</span>
        </p>
      </section>
      <div className="card block skeleton-chart" aria-hidden="true" />
      <div className="card block skeleton-chart" aria-hidden="true" />
    </div>
  );
}
