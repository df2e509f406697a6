import '../style/parts.css';
import '../style/exchanges.css';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { connectionsQuery } from '../api/queries.ts';
import { useLine } from '../live/live.ts';
import { Icon } from '../parts/icons.tsx';
import { Late } from '../parts/late.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { ConnectionCard } from './connection-card.tsx';

export function ExchangesPage() {
  return (
    <>
      <Connections />
      <Outlet />
    </>
  );
}

function Connections() {
  const { data: connections, error, refetch } = useQuery(connectionsQuery);
  const line = useLine();
  const navigate = useNavigate();
  const add = (
    <button type="button" className="button primary" onClick={() => void navigate({ to: '/exchanges/add' })}>
      <Icon name="plus" size={16} />
      Add new exchange
    </button>
  );
  if (connections === undefined) {
    if (error !== null) return <ProblemNote error={error} again={() => void refetch()} />;
    return (
      <Late>
        <Skeleton />
      </Late>
    );
  }
  if (connections.length === 0) return <Empty add={add} />;
  const offline = line.state === 'down' || error !== null;
  return (
    <section aria-label="Connected exchanges">
      <div className="page-head">
        <p className="dim">
          {connections.length} {connections.length === 1 ? 'connection' : 'connections'}
          <span> · keys here can read and trade, never withdraw</span>
        </p>
        {add}
      </div>
      {error === null ? null : <ProblemNote error={error} again={() => void refetch()} />}
      <ul className={offline ? 'connections stale' : 'connections'}>
        {connections.map((connection) => (
          <li key={connection.id}>
            <ConnectionCard connection={connection} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Empty(props: { readonly add: React.ReactNode }) {
  const navigate = useNavigate();
  return (
    <div className="card empty">
      <h2>No exchange yet</h2>
      <p>
        Connect one with an API key that can read and trade but never withdraw; the guide stands beside the form. Or
        start with practice money on an exchange that runs on this machine.
      </p>
      <div className="actions">
        {props.add}
        <button
          type="button"
          className="button"
          onClick={() => void navigate({ to: '/exchanges/add', search: { venue: 'practice' } })}
        >
          Start with practice money
        </button>
      </div>
    </div>
  );
}

/** The real layout in grey, so that nothing jumps when the numbers come. */
function Skeleton() {
  return (
    <>
      <div className="page-head" aria-hidden="true">
        <span className="skeleton">2 connections</span>
        <span className="button skeleton">Add new exchange</span>
      </div>
      <div className="connections" role="status" aria-label="Loading exchanges">
        {[1, 2].map((row) => (
          <div key={row} className="conn card" aria-hidden="true">
            <div className="conn-who">
              <span className="skeleton">Main account name</span>
              <p>
                <span className="skeleton">WhiteBIT</span>
              </p>
            </div>
            <div className="conn-state">
              <span className="skeleton">Connected</span>
            </div>
            <div className="conn-money">
              <p className="big">
                <span className="skeleton">12 430.55 USDT</span>
              </p>
              <span className="skeleton small">free to trade, in all 12 430.55</span>
            </div>
            <div className="conn-chips">
              <span className="skeleton">Read Trade Cannot withdraw</span>
            </div>
            <div className="conn-acts">
              <span className="skeleton">Refresh Check Rename</span>
            </div>
          </div>
        ))}
      </div>
    </>
  );
}
